"""Days of a team whose tickets lack something: who is asked, when, and when it ends."""

import logging
from dataclasses import replace
from datetime import date, timedelta

import pytest

from adapters.base import Person
from adapters.errors import NotSent
from bot.domain.filling import Filling
from bot.domain.messages import OpsNotice
from bot.domain.request import Requester, TicketLink
from bot.domain.working_time import WorkingTime
from bot.usecases.list_tickets import more_tickets, older_tickets, take_up
from bot.usecases.post_alert import post_alert
from bot.usecases.write_filling import turn_green
from tests.alert_world import DAYS, KIND, READY, STORY, AlertWorld, at
from tests.fake_world import OPS

CHANNEL = "C0WEB"


async def test_a_life_of_an_alert(alerts: AlertWorld) -> None:
    """Asked after four hours, twice more every two working days, then escalated once, then parked for good."""
    alerts.set_policy(escalate_to="U0LEAD")
    handle = await alerts.file(user_story=STORY)

    times = await alerts.pass_hours(at("03-23T17:00"))

    assert times == [at("03-09T13:00"), at("03-11T13:00"), at("03-13T13:00"), at("03-17T13:00")]
    said = [message.lines[0] for message in alerts.alerts]
    assert [(line.ask, line.number, line.escalated) for line in said] == [
        ("U0MARA", 1, False),
        ("U0MARA", 2, False),
        ("U0MARA", 3, False),
        ("U0LEAD", 4, True),
    ]
    line = alerts.line(handle)
    assert (line.state, line.asked, line.ask) == ("parked", 4, None)
    assert alerts.now_shown[-1].waiting == ()


async def test_nobody_is_asked_on_a_holiday(alerts: AlertWorld) -> None:
    """What would be due then waits for the next working day."""
    holidays = [date(2026, 3, 10), date(2026, 3, 11)]
    alerts.set_policy(working=WorkingTime.of("09:00-17:00", DAYS, "Europe/Berlin", holidays))
    alerts.clock.time = at("03-09T16:00")
    await alerts.file(user_story=STORY)

    assert await alerts.pass_hours(at("03-12T17:00")) == [at("03-12T12:00")]


async def test_one_message_a_day(alerts: AlertWorld) -> None:
    """A ticket that is due later the same day waits for the next, and leads with those that wait on somebody."""
    await alerts.file(1, user_story=STORY)
    alerts.clock.time = at("03-09T10:00")
    later = await alerts.file(2, user_story=STORY)

    assert await alerts.pass_hours(at("03-10T17:00")) == [at("03-09T13:00"), at("03-10T09:00")]
    assert [line.handle for line in alerts.alerts[1].lines] == [later]


async def test_two_messages_a_day_where_the_team_says_so(alerts: AlertWorld) -> None:
    """The second of a day has a key of its own."""
    alerts.set_policy(per_day=2)
    for number, hour in enumerate((9, 10, 11)):
        alerts.clock.time = at(f"03-09T{hour:02}:00")
        await alerts.file(number, user_story=STORY)

    times = await alerts.pass_hours(at("03-10T12:00"))

    assert times == [at("03-09T13:00"), at("03-09T14:00"), at("03-10T09:00")]
    assert [key for key, _, _ in alerts.slack.posts] == [
        "alert:web:2026-03-09:1",
        "alert:web:2026-03-09:2",
        "alert:web:2026-03-10:1",
    ]


async def test_case_13_a_bot_that_was_down_brings_one_message(alerts: AlertWorld) -> None:
    """Twelve tickets, two days down: one message with eight and four more, in working hours, edited in place later.

    Whoever muted is not mentioned in it.
    """
    alerts.set_policy(mute=frozenset({"U0QUIET"}))
    handles = [await alerts.file(number, requester="U0QUIET" if number == 3 else "U0MARA") for number in range(12)]
    await alerts.look()

    assert (await alerts.at(at("03-11T03:00")))["reason"] == "nothing_due"
    assert (await alerts.at(at("03-11T09:00")))["tickets"] == 12
    [message] = alerts.alerts
    assert (len(message.lines), message.more) == (8, 4)
    assert message.waiting == (("U0MARA", 11), (None, 1))
    await alerts.edit(handles[0], **READY)
    await alerts.at(at("03-11T10:00"))
    assert len(alerts.alerts) == 1
    assert alerts.line(handles[0]).state == "ready"
    found = await more_tickets(alerts.ports, "alert:web:2026-03-11:1")
    assert found is not None
    assert len(found[1]) == 4
    assert {line.handle for line in found[1]} | {line.handle for line in message.lines} == set(handles)


async def test_case_15_what_is_completed_between_judging_and_posting_is_not_alerted(alerts: AlertWorld) -> None:
    """It is read again by id before it is named; neither completed, closed, started nor deleted tickets are named."""
    done, closed, started, gone, kept = [await alerts.file(number, user_story=STORY) for number in range(5)]
    await alerts.at(at("03-09T12:00"))
    alerts.clock.time = at("03-09T13:00")
    await alerts.edit(done, **READY)
    await alerts.edit(closed, state="done")
    await alerts.edit(started, state="in_progress")
    alerts.tracker._kept.pop(gone.partition(":")[2])

    result = await post_alert(alerts.ports, alerts.team)

    assert result == {"posted": "alert:web:2026-03-09:1", "tickets": 1, "reason": "", "retry_after": None}
    assert [line.handle for line in alerts.alerts[0].lines] == [kept]
    assert (await alerts.tracked(done)).history.alerts == ()


async def test_nothing_is_posted_when_everything_was_completed_meanwhile(alerts: AlertWorld) -> None:
    """Then there is no message at all."""
    handle = await alerts.file(user_story=STORY)
    await alerts.at(at("03-09T12:00"))
    alerts.clock.time = at("03-09T13:00")
    await alerts.edit(handle, **READY)

    assert (await post_alert(alerts.ports, alerts.team))["reason"] == "nothing_due"
    assert alerts.slack.posts == []


async def test_a_tracker_that_does_not_answer_silences_its_own_tickets_only(
    alerts: AlertWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ticket that cannot be read again is not named; it is when it can be read."""
    first, second = [await alerts.file(number, user_story=STORY) for number in range(2)]
    await alerts.at(at("03-09T12:00"))
    alerts.clock.time = at("03-09T13:00")
    alerts.tracker.fail_next("get", NotSent("memory", "get", "away"))

    assert (await post_alert(alerts.ports, alerts.team))["tickets"] == 1
    [message] = alerts.alerts
    named = {line.handle for line in message.lines}
    assert len(named & {first, second}) == 1
    await alerts.at(at("03-10T09:00"))
    assert {line.handle for line in alerts.alerts[1].lines} == {first, second} - named


async def test_case_16_only_the_piece_that_was_asked_for_ends_an_alert(alerts: AlertWorld) -> None:
    """A comment and a label change nothing, neither the message nor the clock; the criteria close it."""
    handle = await alerts.file(user_story=STORY, goal="5 % more")
    await alerts.pass_hours(at("03-09T14:00"))
    edits = len(alerts.changes)
    ticket = (await alerts.tracked(handle)).ticket
    await alerts.tracker.comment(ticket.ref, alerts.tracker.tickets[0].document)
    await alerts.edit(handle, assignee=Person("Dev", "dev@example.com", "dev"))
    await alerts.edit(handle, acceptance_criteria="TBD")

    assert await alerts.pass_hours(at("03-11T14:00")) == [at("03-11T13:00")]
    assert len(alerts.changes) == edits + 2  # the words of the gap changed; then a newer message asked
    await alerts.edit(handle, acceptance_criteria=READY["acceptance_criteria"])
    await alerts.at(at("03-11T15:00"))
    assert [alerts.line(handle, message).state for message in (0, 1)] == ["ready", "ready"]
    assert await alerts.pass_hours(at("03-20T17:00")) == []


async def test_case_17_a_ticket_written_by_hand_is_asked_about_once(alerts: AlertWorld) -> None:
    """Three sweeps bring one message, in the template's words; a section under an alias is there."""
    alerts.people.emails["rep@example.com"] = "U0REP"
    await alerts.file(requester=None, reporter="rep", user_story=STORY)
    await alerts.file(2, requester=None, reporter="rep", **{"Done when": READY["acceptance_criteria"]})

    assert await alerts.pass_hours(at("03-09T16:00")) == [at("03-09T13:00")]
    [message] = alerts.alerts
    assert [line.missing for line in message.lines] == [
        ("“Acceptance criteria” is missing.", "“Goal” is missing."),
        ("“User story” is missing.", "“Goal” is missing."),
    ]
    assert message.waiting == (("U0REP", 2),)


async def test_case_19_there_is_no_fourth_alert(alerts: AlertWorld) -> None:
    """Three, then the decision is to park it, and it says so in the message; the first blocking gap comes first."""
    handle = await alerts.file(user_story=STORY)

    assert len(await alerts.pass_hours(at("03-27T17:00"))) == 3
    assert alerts.line(handle).state == "parked"
    assert alerts.line(handle).missing[0] == "“Acceptance criteria” is missing."


async def test_case_20_one_snooze_is_for_one_ticket(alerts: AlertWorld) -> None:
    """Quiet until Thursday; the other four keep their times; afterwards the old interval applies again."""
    handles = [await alerts.file(number, user_story=STORY) for number in range(5)]
    await alerts.pass_hours(at("03-09T13:00"))
    await alerts.change_history(handles[0], snoozed_until=at("03-12T00:00"))

    times = await alerts.pass_hours(at("03-17T17:00"))

    by_time = dict(zip([at("03-09T13:00"), *times], alerts.alerts, strict=True))
    asked = {moment: {line.handle for line in message.lines} for moment, message in by_time.items()}
    others = set(handles[1:])
    assert asked == {
        at("03-09T13:00"): set(handles),
        at("03-11T13:00"): others,
        at("03-12T09:00"): {handles[0]},
        at("03-13T13:00"): others,
        at("03-16T09:00"): {handles[0]},
    }


async def test_the_first_sweep_is_a_baseline(alerts: AlertWorld) -> None:
    """It posts nothing; the first real message offers the older tickets, and one that is taken up is asked about."""
    state = await alerts.ports.tickets.sweep("web", "memory")
    await alerts.ports.tickets.save_sweep("web", "memory", state.model_copy(update={"baseline": None}))
    old = [await alerts.file(number, user_story=STORY) for number in range(3)]
    guess = await alerts.file(9, requester=None, labels="", user_story=STORY, goal="x", title="Landing page")
    assert await alerts.pass_hours(at("03-10T17:00")) == []
    saved = state.model_copy(update={"baseline": alerts.clock.now().timestamp()})
    await alerts.ports.tickets.save_sweep("web", "memory", saved)
    assert await alerts.pass_hours(at("03-12T08:00")) == []

    first = await alerts.file(10, user_story=STORY)
    assert await alerts.pass_hours(at("03-12T17:00")) == [at("03-12T13:00")]
    [message] = alerts.alerts
    assert [line.handle for line in message.lines] == [first]
    assert message.older == 4
    listed = await older_tickets(alerts.ports, alerts.team)
    assert {line.handle: line.state for line in listed} == dict.fromkeys(old, "asking") | {guess: "guessed"}

    await take_up(alerts.ports, old[0])
    assert {line.handle for line in await older_tickets(alerts.ports, alerts.team)} == {*old[1:], guess}
    assert await alerts.pass_hours(at("03-13T17:00")) == [at("03-13T13:00")]
    assert [line.handle for line in alerts.alerts[1].lines] == [old[0]]
    assert alerts.alerts[1].older == 0


async def test_who_fills_in_an_older_ticket_takes_it_up(alerts: AlertWorld) -> None:
    """What is missing still is asked for from then on."""
    state = await alerts.ports.tickets.sweep("web", "memory")
    await alerts.ports.tickets.save_sweep("web", "memory", state.model_copy(update={"baseline": None}))
    handle = await alerts.file(user_story=STORY)
    await alerts.look()
    await alerts.ports.tickets.save_sweep("web", "memory", state)
    ticket = (await alerts.tracked(handle)).ticket
    link = TicketLink(tracker=ticket.tracker, id=ticket.id, key=ticket.key, url=ticket.url)
    by, template = Requester(id="U0MARA"), KIND.to_json()

    await turn_green(
        alerts.ports, Filling(form="V9", slack_team="T1", team="web", ticket=link, template=template, by=by)
    )

    assert await alerts.pass_hours(at("03-09T17:00")) == [at("03-09T13:00")]


async def test_restricted_tickets_and_guesses_are_never_named(alerts: AlertWorld) -> None:
    """Neither in the message nor in a list; a guess is listed with the way to set its type."""
    secret = await alerts.file(1, user_story=STORY)
    await alerts.file(2, requester=None, labels="", user_story=STORY, goal="x", title="Landing page")
    kept = alerts.tracker._kept[secret.partition(":")[2]]
    kept.ticket = replace(kept.ticket, restricted=True)

    assert await alerts.pass_hours(at("03-12T17:00")) == []
    assert [line.state for line in await older_tickets(alerts.ports, alerts.team)] == ["guessed"]


async def test_observe_writes_to_the_log_and_posts_nothing(
    alerts: AlertWorld, caplog: pytest.LogCaptureFixture
) -> None:
    """Once a day, without a title; no history changes, so that switching it on begins at the beginning."""
    alerts.observe = True
    alerts.set_policy(escalate_to="U0LEAD")
    handle = await alerts.file(user_story=STORY, title="Secret title")
    with caplog.at_level(logging.INFO):
        assert await alerts.pass_hours(at("03-10T17:00")) == []

    said = [record.getMessage() for record in caplog.records if "observed" in record.getMessage()]
    lacks = "acceptance_criteria:section.missing,goal:section.missing"
    assert said == [
        line
        for day in ("2026-03-09", "2026-03-10")
        for line in (
            f"observed: alert:web:{day}:1 would be posted in C0WEB about 1 tickets",
            f"observed: {handle} alert number 1 to U0MARA for {lacks}",
            "observed: none would be left alone",
        )
    ]
    assert "Secret title" not in caplog.text
    assert (await alerts.tracked(handle)).history.alerts == ()
    assert alerts.slack.posts == []
    alerts.observe = False
    alerts.set_policy()
    assert await alerts.pass_hours(at("03-11T17:00")) == [at("03-11T09:00")]
    assert alerts.alerts[0].lines[0].number == 1


async def test_a_channel_that_cannot_be_reached(alerts: AlertWorld) -> None:
    """Operators hear once with the fix, nothing counts as asked, and it is asked as soon as the bot is invited."""
    alerts.slack.closed.add(CHANNEL)
    handle = await alerts.file(user_story=STORY)
    assert await alerts.pass_hours(at("03-10T17:00")) == []

    [notice] = [alerts.slack.messages[key] for key, where, _ in alerts.slack.posts if where == OPS]
    assert notice == OpsNotice("I cannot post to the channel of team Web.", "Invite me: /invite @devrequest", ())
    assert (await alerts.tracked(handle)).history.alerts == ()
    alerts.slack.closed.clear()
    assert await alerts.pass_hours(at("03-11T17:00")) == [at("03-11T09:00")]
    alerts.slack.closed.add(CHANNEL)
    await alerts.pass_hours(at("03-13T17:00"))
    assert len([key for key, where, _ in alerts.slack.posts if where == OPS]) == 2


async def test_whom_a_ticket_written_by_hand_waits_for(alerts: AlertWorld) -> None:
    """Its reporter, else its assignee, never a bot; for who left the lead; nobody named where nobody is known."""
    alerts.set_policy(escalate_to="U0LEAD")
    alerts.people.emails |= {"rep@example.com": "U0REP", "bot@example.com": "U0BOT", "dev@example.com": "U0DEV"}
    alerts.people.emails["left@example.com"] = "U0LEFT"
    alerts.people.left.add("U0LEFT")
    expected = {}
    for number, (reporter, assigned, who) in enumerate(
        [("rep", "", "U0REP"), ("bot", "dev", "U0DEV"), ("left", "", "U0LEAD"), ("nobody", "", None)]
    ):
        handle = await alerts.file(number, requester=None, reporter=reporter, user_story=STORY)
        if assigned:
            await alerts.edit(handle, assignee=Person(assigned, f"{assigned}@example.com", assigned))
        expected[handle] = who
    await alerts.pass_hours(at("03-09T17:00"))

    [message] = alerts.alerts
    assert {line.handle: line.ask for line in message.lines} == expected
    assert message.lines[-1].ask is None


async def test_nobody_is_passed_over_because_slack_is_busy(alerts: AlertWorld) -> None:
    """A reporter whom Slack does not find at the moment is asked later, and nobody else in their place."""
    alerts.people.emails |= {"rep@example.com": "U0REP"}
    await alerts.file(1, requester=None, reporter="rep", user_story=STORY)
    await alerts.look()
    alerts.people.silent = True
    alerts.clock.time = at("03-09T14:00")
    said = await post_alert(alerts.ports, alerts.team)
    assert (said["posted"], said["reason"], said["retry_after"]) == (None, "slack_away", 30.0)

    alerts.people.silent = False
    await post_alert(alerts.ports, alerts.team)
    assert alerts.alerts[0].waiting == (("U0REP", 1),)


async def test_alerts_that_are_off(alerts: AlertWorld) -> None:
    """Nothing is posted, and nothing is remembered as asked."""
    alerts.set_policy(is_on=False)
    handle = await alerts.file(user_story=STORY)

    assert await alerts.pass_hours(at("03-12T17:00")) == []
    assert alerts.slack.posts == []
    assert (await alerts.tracked(handle)).history.alerts == ()


async def test_a_ticket_is_asked_about_as_it_is_when_it_is_posted(alerts: AlertWorld) -> None:
    """What came since the last sweep is not asked for."""
    handle = await alerts.file(user_story=STORY)
    await alerts.at(at("03-09T12:00"))
    alerts.clock.time = at("03-09T13:00") + timedelta(minutes=1)
    await alerts.edit(handle, goal="5 % more orders")

    await post_alert(alerts.ports, alerts.team)

    assert alerts.alerts[0].lines[0].missing == ("“Acceptance criteria” is missing.",)
