"""A message that was posted keeps up with its tickets, and who is asked anew hears of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.base import Person
from bot.domain.messages import AskedDirectly
from bot.usecases.list_tickets import more_tickets
from bot.usecases.refresh_alerts import refresh_alerts
from tests.alert_world import READY, STORY, AlertWorld, at

NOON = "03-09T13:00"


async def asked(alerts: AlertWorld, *more: str) -> str:
    """A ticket that was asked about on Monday at one, and others without a user story."""
    handle = await alerts.file(1, user_story=STORY)
    for number, requester in enumerate(more, 2):
        await alerts.file(number, requester=requester)
    await alerts.look()
    await alerts.at(at(NOON))
    assert len(alerts.alerts) == 1
    return handle


async def test_a_message_is_not_edited_while_nothing_changes(alerts: AlertWorld) -> None:
    """However many sweeps there are."""
    await asked(alerts)

    for _ in range(3):
        result = await refresh_alerts(alerts.ports, alerts.team)
        assert result == {"edited": 0, "fresh": 0, "direct": 0, "closed": 0, "retry_after": None}
    assert alerts.slack.edits == []


async def test_gaps_that_close_edit_the_message(alerts: AlertWorld) -> None:
    """A piece that came is thanked for, and the rest still asked for; the last one makes it ready and closes it."""
    handle = await asked(alerts)
    await alerts.edit(handle, goal="5 % more orders")
    await alerts.at(at("03-09T14:00"))
    line = alerts.line(handle)
    assert (line.state, line.came, line.missing) == ("asking", ("Goal",), ("“Acceptance criteria” is missing.",))

    await alerts.edit(handle, acceptance_criteria="Not needed, because it is a copy of another page")
    result = await alerts.at(at("03-09T15:00"))

    line = alerts.line(handle)
    assert (line.state, line.came, line.waived) == ("ready", ("Goal",), ("Acceptance criteria",))
    assert result["refreshed"]["closed"] == 1
    assert await alerts.ports.tickets.alerts("web", at("03-01T00:00"), open_only=True) == []
    await alerts.edit(handle, goal="TBD")
    assert (await alerts.at(at("03-09T16:00")))["refreshed"]["edited"] == 0


async def test_a_persons_action_is_shown_at_once(alerts: AlertWorld) -> None:
    """Only the messages about that ticket are drawn again."""
    first = await asked(alerts)
    alerts.clock.time = at("03-09T14:00")
    await alerts.file(2, user_story=STORY)
    await alerts.at(at("03-10T10:00"))
    assert len(alerts.alerts) == 2
    until = at("03-12T00:00")
    await alerts.change_history(first, snoozed_until=until)

    result = await refresh_alerts(alerts.ports, alerts.team, [first])

    assert result["edited"] == 1
    assert [ts for ts, _ in alerts.changes] == ["1.0"]
    assert (alerts.line(first, 0).state, alerts.line(first, 0).until) == ("snoozed", until)
    assert (await refresh_alerts(alerts.ports, alerts.team, ["memory:none"]))["edited"] == 0
    await alerts.at(until)
    assert alerts.line(first, 0).state == "asking"


@pytest.mark.parametrize(
    ("change", "state"),
    [({"state": "in_progress"}, "started"), ({"state": "done"}, "closed"), (READY, "ready")],
)
async def test_what_became_of_a_ticket(alerts: AlertWorld, change: dict[str, str], state: str) -> None:
    """Started, closed and ready end a line."""
    handle = await asked(alerts, "U0JONAS")
    await alerts.edit(handle, **change)
    await alerts.at(at("03-09T14:00"))

    assert alerts.line(handle).state == state
    assert alerts.now_shown[0].waiting == (("U0JONAS", 1),)


async def test_a_ticket_that_lost_its_type_is_not_called_ready(alerts: AlertWorld) -> None:
    """Somebody took the label away: nobody knows any more what it lacks, which is not the same as nothing."""
    alerts.people.emails["rep@example.com"] = "U0REP"
    handle = await alerts.file(1, requester=None, reporter="rep", title="About the shop", user_story=STORY)
    await alerts.look()
    await alerts.at(at(NOON))
    await alerts.edit(handle, labels_gone=("landing-page",))
    alerts.teams.types = []
    await alerts.at(at("03-09T14:00"))

    assert (alerts.line(handle).state, alerts.line(handle).score) == ("guessed", None)


async def test_only_the_newest_message_asks(alerts: AlertWorld) -> None:
    """An older one says that there is a newer one, names nobody, and turns green with it."""
    handle = await asked(alerts)
    await alerts.at(at("03-11T13:00"))

    older, newer = alerts.now_shown
    assert (older.lines[0].state, older.lines[0].ask, older.waiting) == ("repeated", None, ())
    assert (newer.lines[0].state, newer.waiting) == ("asking", (("U0MARA", 1),))
    await alerts.edit(handle, **READY)
    await alerts.at(at("03-11T14:00"))
    assert [message.lines[0].state for message in alerts.now_shown] == ["ready", "ready"]


async def test_an_older_message_that_is_deleted_stays_deleted(alerts: AlertWorld) -> None:
    """What it asked for stands in the newer one."""
    await asked(alerts)
    alerts.slack.deleted.add(alerts.slack.taken["alert:web:2026-03-09:1"].ts)
    await alerts.at(at("03-11T13:00"))
    await alerts.pass_hours(at("03-12T17:00"))
    assert len(alerts.alerts) == 2


async def test_a_ticket_that_is_gone_loses_its_line(alerts: AlertWorld) -> None:
    """Deleted, moved out of our scopes, or hidden meanwhile; a message without lines is closed."""
    handle = await asked(alerts, "U0JONAS")
    tracked = await alerts.tracked(handle)
    await alerts.ports.tickets.change([handle], lambda _: [tracked.model_copy(update={"gone": "moved"})])
    await refresh_alerts(alerts.ports, alerts.team)
    assert [line.handle for line in alerts.now_shown[0].lines] == ["memory:2"]

    second = await alerts.tracked("memory:2")
    hidden = second.model_copy(update={"ticket": second.ticket.model_copy(update={"restricted": True})})
    await alerts.ports.tickets.change(["memory:2"], lambda _: [hidden])
    result = await refresh_alerts(alerts.ports, alerts.team)
    assert alerts.now_shown[0].lines == ()
    assert result["closed"] == 1


async def test_a_ticket_that_moved_inside_our_scopes_follows(alerts: AlertWorld) -> None:
    """Its new key and address are shown; nobody hears of it."""
    handle = await asked(alerts)
    kept = alerts.tracker._kept[handle.partition(":")[2]]
    kept.ticket = replace(kept.ticket, ref=replace(kept.ticket.ref, key="SHOP-7", url="https://memory.example/SHOP-7"))
    await alerts.at(at("03-09T14:00"))

    assert (alerts.line(handle).ticket.key, alerts.line(handle).ticket.url) == (
        "SHOP-7",
        "https://memory.example/SHOP-7",
    )
    assert len(alerts.slack.posts) == 1


async def test_a_deleted_message_gets_one_fresh_post(alerts: AlertWorld) -> None:
    """While something in it asks, in working hours, and never a second one."""
    handle = await asked(alerts)
    alerts.slack.deleted.add("1.0")
    await alerts.edit(handle, goal="5 % more orders")
    assert (await alerts.at(at("03-09T18:00")))["refreshed"]["fresh"] == 0

    assert (await alerts.at(at("03-10T09:00")))["refreshed"]["fresh"] == 1
    assert [key for key, _, _ in alerts.slack.posts] == ["alert:web:2026-03-09:1", "alert:web:2026-03-09:1:fresh"]
    assert (await alerts.tracked(handle)).history.alerts == (at(NOON),)
    assert (await alerts.at(at("03-10T10:00")))["refreshed"] == {
        "edited": 0,
        "fresh": 0,
        "direct": 0,
        "closed": 0,
        "retry_after": None,
    }
    alerts.slack.deleted.add("2.0")
    await alerts.edit(handle, goal="TBD")
    assert (await alerts.at(at("03-10T11:00")))["refreshed"]["closed"] == 1
    await alerts.pass_hours(at("03-11T12:00"))
    assert len(alerts.slack.posts) == 2


async def test_a_deletion_is_noticed_though_nothing_changes(alerts: AlertWorld) -> None:
    """On the next working day, by an edit that changes nothing; the fresh post, deleted as well, stays so."""
    alerts.set_policy(repeat_every=timedelta(days=30))
    handle = await asked(alerts)
    alerts.slack.deleted.add("1.0")
    await alerts.pass_hours(at("03-10T09:00"))
    assert [key for key, _, _ in alerts.slack.posts] == ["alert:web:2026-03-09:1", "alert:web:2026-03-09:1:fresh"]
    assert alerts.changes == []

    alerts.slack.deleted.add("2.0")
    await alerts.pass_hours(at("03-20T17:00"))
    assert len(alerts.slack.posts) == 2
    assert await alerts.ports.tickets.alerts("web", at("03-01T00:00"), open_only=True) == []
    assert (await alerts.tracked(handle)).history.alerts == (at(NOON),)


async def test_a_message_is_looked_after_once_a_working_day(alerts: AlertWorld) -> None:
    """Only while it asks; a look is no edit, and notifies nobody."""
    alerts.set_policy(repeat_every=timedelta(days=30))
    handle = await asked(alerts)
    await alerts.pass_hours(at("03-13T17:00"))
    assert [ts for ts, _ in alerts.slack.edits] == ["1.0"] * 4
    assert len(alerts.slack.posts) == 1

    await alerts.change_history(handle, snoozed_until=at("03-20T09:00"))
    await alerts.pass_hours(at("03-19T17:00"))
    assert len(alerts.slack.edits) == 5


async def test_a_deleted_message_waits_for_a_day_with_room(alerts: AlertWorld) -> None:
    """The channel has one new message a day, whatever was deleted."""
    alerts.set_policy(repeat_every=timedelta(days=30))
    await asked(alerts)
    alerts.clock.time = at("03-09T17:00")
    await alerts.file(2, user_story=STORY)
    alerts.slack.deleted.add("1.0")

    assert await alerts.pass_hours(at("03-11T17:00")) == [at("03-11T09:00")]  # due on Tuesday at one
    assert [key for key, _, _ in alerts.slack.posts][1:] == ["alert:web:2026-03-09:1:fresh", "alert:web:2026-03-11:1"]


async def test_a_new_message_goes_before_a_fresh_one(alerts: AlertWorld) -> None:
    """On the day that has it there is no room for a deleted one."""
    alerts.set_policy(repeat_every=timedelta(days=30))
    await asked(alerts)
    await alerts.file(2, user_story=STORY)
    alerts.slack.deleted.add("1.0")

    assert await alerts.pass_hours(at("03-10T17:00")) == [at("03-10T09:00")]
    assert len(alerts.slack.posts) == 2
    await alerts.pass_hours(at("03-11T09:00"))
    assert alerts.slack.posts[-1][0] == "alert:web:2026-03-09:1:fresh"


async def test_a_ticket_of_another_team_now_is_asked_about_there(alerts: AlertWorld) -> None:
    """It moved into that team's scope: its line goes here, nobody is looked up for it, and the rest stays."""
    handle = await asked(alerts, "U0JONAS")
    tracked = await alerts.tracked(handle)
    elsewhere = tracked.model_copy(update={"ticket": tracked.ticket.model_copy(update={"team": "shop"})})
    await alerts.ports.tickets.change([handle], lambda _: [elsewhere])
    alerts.people.left.add("U0MARA")
    alerts.set_policy(escalate_to="U0LEAD")

    await refresh_alerts(alerts.ports, alerts.team)

    assert [line.handle for line in alerts.now_shown[0].lines] == ["memory:2"]
    assert alerts.now_shown[0].waiting == (("U0JONAS", 1),)
    assert alerts.direct("U0LEAD") == []


async def test_a_fresh_post_counts_for_its_day(alerts: AlertWorld) -> None:
    """The channel has no second new message that day, and the other way round."""
    handle = await asked(alerts)
    alerts.clock.time = at("03-09T17:00")
    await alerts.file(2, user_story=STORY)
    alerts.slack.deleted.add("1.0")
    await alerts.edit(handle, goal="5 % more orders")
    await alerts.at(at("03-10T09:00"))
    assert [key for key, _, _ in alerts.slack.posts][1:] == ["alert:web:2026-03-09:1:fresh"]

    assert await alerts.pass_hours(at("03-11T09:00")) == [at("03-11T09:00")]


async def test_a_deleted_message_that_asks_for_nothing_stays_deleted(alerts: AlertWorld) -> None:
    """It is closed."""
    handle = await asked(alerts)
    alerts.slack.deleted.add("1.0")
    await alerts.edit(handle, **READY)

    assert (await alerts.at(at("03-09T14:00")))["refreshed"]["closed"] == 1
    assert len(alerts.slack.posts) == 1


async def test_slack_that_is_away_holds_an_edit_back(alerts: AlertWorld) -> None:
    """It says when to try again; then the message is edited once."""
    handle = await asked(alerts)
    await alerts.edit(handle, **READY)
    await alerts.look()
    alerts.slack.away = 1

    assert (await refresh_alerts(alerts.ports, alerts.team))["retry_after"] == 2.0
    assert (await refresh_alerts(alerts.ports, alerts.team))["edited"] == 1
    assert len(alerts.slack.edits) == 1


async def test_a_channel_that_another_organisation_reads(alerts: AlertWorld) -> None:
    """Key, link and readiness stand there, nothing that somebody wrote; also when Slack does not say so any more."""
    alerts.people.shared.add("C0WEB")
    handle = await alerts.file(1, title="Secret plan", user_story=STORY, goal="tbd")
    await alerts.pass_hours(at(NOON))
    line = alerts.alerts[0].lines[0]
    assert (line.title, line.missing, line.score) == ("MEM-1", ("“Acceptance criteria”", "“Goal”"), 33)
    assert "Secret" not in repr(alerts.slack.messages)
    assert "tbd" not in repr(alerts.slack.messages)

    alerts.people.shared.clear()
    await alerts.edit(handle, acceptance_criteria=READY["acceptance_criteria"])
    await alerts.at(at("03-09T14:00"))
    assert (alerts.line(handle).title, alerts.line(handle).missing) == ("MEM-1", ("“Goal”",))


# --- Somebody else is asked ------------------------------------------------------------------------------------------


async def by_hand(alerts: AlertWorld) -> str:
    """A ticket written by hand that nobody in Slack is known for; the channel was asked."""
    alerts.people.emails |= {"dev@example.com": "U0DEV", "new@example.com": "U0NEW"}
    handle = await alerts.file(requester=None, reporter="nobody", user_story=STORY)
    await alerts.look()
    await alerts.at(at(NOON))
    assert alerts.alerts[0].waiting == ((None, 1),)
    return handle


async def test_who_is_asked_anew_hears_of_it_once(alerts: AlertWorld) -> None:
    """By one direct message, since an edit notifies nobody; later sweeps say nothing more."""
    handle = await by_hand(alerts)
    await alerts.edit(handle, assignee=Person("Dev", "dev@example.com", "dev"))

    assert (await alerts.at(at("03-09T14:00")))["refreshed"]["direct"] == 1
    [message] = alerts.direct("U0DEV")
    assert isinstance(message, AskedDirectly)
    assert [line.handle for line in message.lines] == [handle]
    assert alerts.line(handle).ask == "U0DEV"
    await alerts.pass_hours(at("03-11T12:00"))
    assert len(alerts.direct("U0DEV")) == 1
    assert await alerts.pass_hours(at("03-11T14:00")) == [at("03-11T13:00")]
    assert alerts.alerts[1].waiting == (("U0DEV", 1),)
    assert len(alerts.direct("U0DEV")) == 1


async def test_a_direct_message_waits_for_their_own_working_hours(alerts: AlertWorld) -> None:
    """Nine in New York is two in the afternoon in Berlin, three weeks before clocks change there."""
    alerts.people.zones["U0DEV"] = "America/New_York"
    handle = await by_hand(alerts)
    await alerts.edit(handle, assignee=Person("Dev", "dev@example.com", "dev"))
    await alerts.at(at("03-09T13:30"))
    assert alerts.direct("U0DEV") == []

    await alerts.at(at("03-09T14:00"))
    assert len(alerts.direct("U0DEV")) == 1


async def test_the_next_message_spares_the_direct_one(alerts: AlertWorld) -> None:
    """Whoever is mentioned in the next day's message before their own day begins needs no other word."""
    alerts.people.zones["U0DEV"] = "America/Los_Angeles"
    handle = await by_hand(alerts)
    await alerts.pass_hours(at("03-11T12:00"))
    await alerts.edit(handle, assignee=Person("Dev", "dev@example.com", "dev"))

    assert await alerts.pass_hours(at("03-12T23:00")) == [at("03-11T13:00")]
    assert alerts.alerts[1].waiting == (("U0DEV", 1),)
    assert alerts.direct("U0DEV") == []


async def test_several_tickets_for_one_person_are_one_direct_message(alerts: AlertWorld) -> None:
    """Whatever is given to somebody at once is said at once, also for tickets behind "n more"."""
    alerts.people.emails["dev@example.com"] = "U0DEV"
    handles = [await alerts.file(number, requester=None, reporter="nobody") for number in range(10)]
    await alerts.look()
    await alerts.at(at(NOON))
    for handle in handles:
        await alerts.edit(handle, assignee=Person("Dev", "dev@example.com", "dev"))
    await alerts.at(at("03-09T14:00"))

    [message] = alerts.direct("U0DEV")
    assert isinstance(message, AskedDirectly)
    assert {line.handle for line in message.lines} == set(handles)
    assert (await more_tickets(alerts.ports, "alert:web:2026-03-09:1") or (None, []))[1][0].ask == "U0DEV"


async def test_a_message_of_before_alerts_were_switched_off_asks_nobody_again(alerts: AlertWorld) -> None:
    """What was asked often enough stays so; its line said that it waits for somebody again."""
    alerts.set_policy(at_most=1)
    handle = await asked(alerts)
    await alerts.at(at("03-12T12:00"))
    assert alerts.line(handle).state == "parked"

    alerts.set_policy(is_on=False)
    await refresh_alerts(alerts.ports, alerts.team)
    assert alerts.line(handle).state == "parked"


async def test_whom_the_message_has_no_room_to_mention_hears_directly(alerts: AlertWorld) -> None:
    """Ten are named in its first line, and who is asked about the eight tickets that it shows; everybody hears once."""
    for number in range(1, 21):
        alerts.people.emails[f"rep{number}@example.com"] = f"U0REP{number:02}"
        await alerts.file(number, requester=None, reporter=f"rep{number}")
    await alerts.look()
    await alerts.at(at(NOON))
    await alerts.at(at("03-09T14:00"))

    [message] = alerts.alerts
    mentioned = message.mentioned
    assert {who for who, _ in message.waiting[:10]} <= mentioned >= {line.ask for line in message.lines}
    for number in range(1, 21):
        user = f"U0REP{number:02}"
        assert len(alerts.direct(user)) == (user not in mentioned), user


async def test_who_left_is_followed_by_the_lead(alerts: AlertWorld) -> None:
    """`escalate_to` is asked then, and hears of it."""
    alerts.set_policy(escalate_to="U0LEAD")
    handle = await asked(alerts)
    alerts.people.left.add("U0MARA")
    await alerts.at(at("03-09T14:00"))

    assert alerts.line(handle).ask == "U0LEAD"
    assert len(alerts.direct("U0LEAD")) == 1


async def test_who_wrote_a_ticket_by_hand_and_left_is_followed_by_the_lead(alerts: AlertWorld) -> None:
    """Slack finds nobody by their e-mail any more: the message that asked them tells who they were."""
    alerts.set_policy(escalate_to="U0LEAD")
    alerts.people.emails["rep@example.com"] = "U0REP"
    handle = await alerts.file(1, requester=None, reporter="rep", user_story=STORY)
    await alerts.look()
    await alerts.at(at(NOON))
    assert alerts.line(handle).ask == "U0REP"

    alerts.people.left.add("U0REP")
    del alerts.people.emails["rep@example.com"]
    await alerts.at(at("03-09T14:00"))
    assert alerts.line(handle).ask == "U0LEAD"
    assert len(alerts.direct("U0LEAD")) == 1

    assert await alerts.pass_hours(at("03-13T17:00")) == [at("03-11T13:00"), at("03-13T13:00")]
    assert [message.lines[0].ask for message in alerts.alerts[1:]] == ["U0LEAD", "U0LEAD"]


async def test_an_escalation_falls_to_the_channel_when_the_lead_left(alerts: AlertWorld) -> None:
    """After the last alert the lead is asked; when they leave the line waits for anybody, and nobody is mentioned."""
    alerts.set_policy(escalate_to="U0LEAD", at_most=1, repeat_every=timedelta(hours=4))
    handle = await asked(alerts)
    await alerts.pass_hours(at("03-10T10:00"))
    line = alerts.line(handle)
    assert (line.escalated, line.ask, line.state) == (True, "U0LEAD", "asking")
    alerts.people.left.add("U0LEAD")
    await alerts.at(at("03-10T11:00"))
    line = alerts.line(handle)
    assert (line.escalated, line.ask, line.state) == (True, None, "asking")
    assert (await alerts.pass_hours(at("03-20T17:00")), alerts.line(handle).state) == ([], "parked")


async def test_an_escalation_to_somebody_who_left_asks_the_channel_once(alerts: AlertWorld) -> None:
    """`escalate_to` was never renewed: the channel hears of the ticket all the same, then it is parked."""
    alerts.set_policy(escalate_to="U0LEAD", at_most=1, repeat_every=timedelta(hours=4))
    alerts.people.left.add("U0LEAD")
    handle = await asked(alerts)
    said = await alerts.pass_hours(at("03-20T17:00"))
    assert said == [at("03-10T09:00")]
    assert [message.waiting for message in alerts.alerts] == [(("U0MARA", 1),), ((None, 1),)]
    assert (alerts.line(handle).state, (await alerts.tracked(handle)).history.escalated) == ("parked", said[0])
    assert alerts.direct("U0LEAD") == []


async def test_who_is_muted_is_not_told_directly(alerts: AlertWorld) -> None:
    """Nor is anybody in their place."""
    alerts.set_policy(mute=frozenset({"U0DEV"}))
    handle = await by_hand(alerts)
    await alerts.edit(handle, assignee=Person("Dev", "dev@example.com", "dev"))
    await alerts.at(at("03-09T14:00"))

    assert alerts.line(handle).ask is None
    assert len(alerts.slack.posts) == 1


async def test_a_direct_message_whose_answer_was_lost_is_sent_once(alerts: AlertWorld) -> None:
    """It is looked for before it is sent again."""
    handle = await by_hand(alerts)
    await alerts.edit(handle, assignee=Person("Dev", "dev@example.com", "dev"))
    await alerts.look()
    alerts.slack.swallow = 1
    alerts.clock.time = at("03-09T14:00")

    assert (await refresh_alerts(alerts.ports, alerts.team))["retry_after"] == 1.0
    assert (await refresh_alerts(alerts.ports, alerts.team))["direct"] == 1
    assert len(alerts.direct("U0DEV")) == 1
