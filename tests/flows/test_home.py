"""The app's Home: one's own requests, published when it is opened and soon after something changed."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.document import document
from bot.domain.home import Home, HomeLine
from bot.slack.gateway import SlackRefused
from bot.slack.home_tabs import HomeTabs
from bot.usecases.file_request import finish, record
from bot.usecases.home import home_of, mute, note_opened
from bot.usecases.list_tickets import older_tickets, take_up
from bot.usecases.note_tickets import note_tickets
from bot.usecases.ports import SlackUnavailable
from bot.usecases.requester_wishes import COMMENTS, MOVES
from bot.usecases.tell import note_delay
from tests.alert_world import KIND as ASKING, READY
from tests.fake_world import TEAM, World, a_submission
from tests.flows.waiting import until
from tests.following import filed, ref_of, swept
from tests.slack_desk import QuietSlack
from tests.sweeping import PAGE_TYPE, STORY, WHOLE, by_hand


def _shown(home: Home) -> list[tuple[str, str, str]]:
    return [(one.request_id, one.group, one.state) for one in home.lines]


async def _line(world: World, request_id: str) -> HomeLine:
    home = await home_of(world.ports, "T1", "U1")
    [line] = [one for one in home.lines if one.request_id == request_id]
    return line


async def test_everybody_sees_their_own_requests_only(world: World) -> None:
    """Also a restricted ticket's title is there for its requester, and for nobody else."""
    link = await filed(world, "V1", user="U1")
    await filed(world, "V2", user="U2")
    world.tracker.edit(ref_of(link), restricted=True, title="A secret page")
    await swept(world, link)
    mine, theirs, nobody = [await home_of(world.ports, "T1", user) for user in ("U1", "U2", "U3")]

    assert [one.title for one in mine.lines] == ["A secret page"]
    assert [one.title for one in theirs.lines] == ["Page V2"]
    assert nobody.lines == ()
    assert (await home_of(world.ports, "T2", "U1")).lines == ()


async def test_each_request_is_where_it_belongs(world: World) -> None:
    """Lacking something, under way, refused, parked, done: grouped, and up to date after a sweep."""
    world.ports.teams.types = [ASKING]  # type: ignore[attr-defined]
    for request_id in ("finished", "going", "gaps"):
        link = await filed(world, request_id, template=ASKING.to_json(), answers={"title": request_id, **READY})
        if request_id == "gaps":
            world.tracker.edit(ref_of(link), document=document(), fields={})
        if request_id == "finished":
            world.tracker.edit(ref_of(link), status_category="done", status="Done")
        await swept(world, link)
    for request_id in ("parked", "refused"):
        submission = a_submission(request_id, submitted_at=world.clock.now().timestamp())
        await record(world.ports, submission)
        world.clock.time += timedelta(minutes=1)
    outcome = {"outcome": "misconfigured", "after": None, "reason": "Renew the token."}
    await note_delay(world.ports, a_submission("parked"), outcome, may_exist=False)
    await finish(world.ports, a_submission("refused"), "rejected", None, "Summary: too odd")
    home = await home_of(world.ports, "T1", "U1")

    assert _shown(home) == [
        ("refused", "waits", "rejected"),
        ("gaps", "waits", "created"),
        ("parked", "progress", "parked"),
        ("going", "progress", "created"),
        ("finished", "done", "created"),
    ]
    lacking = home.lines[1]
    assert (lacking.handle, lacking.score, len(lacking.missing)) == (f"memory:{lacking.ticket.id}", 0, 3)  # type: ignore[union-attr]


async def test_what_ended_and_was_forgotten_stays_done(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody keeps tickets that ended for ever; their requests do not come back as if work went on."""
    link = await filed(world)
    world.tracker.edit(ref_of(link), status_category="done", status="Done")
    await swept(world, link)
    open_one = await filed(world, "V2")
    await swept(world, open_one)
    await world.store.delete_traces_before(world.clock.now() + timedelta(days=1))
    assert (await world.ports.tickets.find([f"memory:{link.id}"])) == {}
    assert [(await _line(world, one)).group for one in ("V1", "V2")] == ["progress", "progress"]  # just made, unread

    monkeypatch.setattr("bot.store.requests.FORGOTTEN", timedelta(0))
    assert [(await _line(world, one)).group for one in ("V1", "V2")] == ["done", "progress"]


async def test_what_can_be_done_is_offered(world: World) -> None:
    """A ticket that lacks something can be filled in; a refused request opened again, while its words are there."""
    await record(world.ports, a_submission("V1"))
    await finish(world.ports, a_submission("V1"), "rejected", None, "no")
    before = await _line(world, "V1")
    await world.store.empty(["V1"])
    after = await _line(world, "V1")

    assert (before.can_reopen, before.title, before.reason) == (True, "Page V1", "no")
    assert (after.can_reopen, after.title) == (False, "")
    assert (before.group, after.group) == ("waits", "done")


async def test_any_number_of_requests_is_paged(world: World) -> None:
    """All are counted, each is on one page, and a page that is not there is the last one."""
    for number in range(45):
        world.clock.time += timedelta(minutes=1)
        await record(world.ports, a_submission(f"V{number:02}", submitted_at=world.clock.now().timestamp()))
    pages = [await home_of(world.ports, "T1", "U1", page) for page in (0, 1, 2, 9, -1)]

    assert [len(one.lines) for one in pages] == [20, 20, 5, 5, 20]
    assert {one.pages for one in pages} == {3}
    assert dict(pages[0].counts) == {"waits": 0, "progress": 45, "done": 0}
    assert [line.request_id for one in pages[:3] for line in one.lines] == [f"V{n:02}" for n in range(44, -1, -1)]


async def test_the_next_sync_and_what_is_muted_stand_there(world: World) -> None:
    """When the team meets next, by its own settings and time zone; and what the person does not want to hear."""
    await mute(world.ports, "T1", "U1", COMMENTS, muted=True)
    await mute(world.ports, "T1", "U1", "nonsense", muted=True)
    home = await home_of(world.ports, "T1", "U1")
    await mute(world.ports, "T1", "U1", COMMENTS, muted=False)
    await mute(world.ports, "T1", "U1", MOVES, muted=True)

    assert [(one.team, one.meeting.isoformat()) for one in home.syncs] == [("Web", "2026-03-03T08:00:00+00:00")]
    assert home.muted == {COMMENTS}
    assert (await home_of(world.ports, "T1", "U1")).muted == {MOVES}


async def test_whoever_opens_home_before_the_first_sync_moves_none(world: World) -> None:
    """Weeks are counted from the first sync, not from the day on which somebody looked when it would be."""
    team = replace(TEAM, sync=replace(TEAM.sync, every_weeks=2))
    world.teams.teams = [team]
    world.clock.time += timedelta(days=2)  # it would have been yesterday
    home = await home_of(world.ports, "T1", "U1")

    [meeting] = [one.meeting for one in home.syncs]
    assert meeting - world.clock.now() < timedelta(days=7)
    assert await world.ports.syncs.first_day(team.id, date(2027, 1, 5)) == meeting.date()


async def test_older_tickets_are_counted_for_the_members_of_the_channel(world: World) -> None:
    """What was there before the bot, and what it can only guess; not what is muted, restricted, ready or under way."""
    world.teams.types = [PAGE_TYPE]
    for number in range(3):
        by_hand(world.tracker, f"Old {number}")
    by_hand(world.tracker, "A landing page, perhaps", {**STORY, "Audience": "TBD"}, labels=())
    by_hand(world.tracker, "Whole", WHOLE)
    by_hand(world.tracker, "Secret", restricted=True)
    by_hand(world.tracker, "Under way", status_category="in_progress")
    world.teams.teams = [replace(TEAM, trackers={"memory": {"project": "MEM", "scope": ["marketing"]}})]
    await note_tickets(world.ports, world.teams.teams[0], list(world.tracker.tickets), None)
    world.people.members = {TEAM.channel: {"U1"}}

    def count(home: Home) -> list[tuple[str, int]]:
        return [(one.team, one.count) for one in home.older]

    assert count(await home_of(world.ports, "T1", "U1")) == [("web", 4)]
    assert len(await older_tickets(world.ports, world.teams.teams[0])) == 4
    assert count(await home_of(world.ports, "T1", "U2")) == []
    await take_up(world.ports, "memory:1")
    assert count(await home_of(world.ports, "T1", "U1")) == [("web", 3)]
    world.people.outsiders.add("U1")
    assert count(await home_of(world.ports, "T1", "U1")) == []
    world.people.outsiders.clear()
    world.teams.teams = [replace(TEAM, alerts=replace(TEAM.alerts, is_on=False))]
    assert count(await home_of(world.ports, "T1", "U1")) == []


async def test_what_changes_a_home_says_so(world: World) -> None:
    """A request handed in, filed, delayed, refused; a ticket that moved or was edited, and nothing else."""
    link = await filed(world)
    handed_in_and_filed = list(world.slack.homes)
    world.slack.homes.clear()
    await swept(world, link)
    first_look = list(world.slack.homes)
    world.slack.homes.clear()
    await swept(world, link)
    unchanged = list(world.slack.homes)
    world.tracker.edit(ref_of(link), status_category="in_progress", status="In progress")
    await swept(world, link)

    assert handed_in_and_filed == [("T1", "U1")] * 2
    assert len(first_look) <= 1
    assert unchanged == []
    assert world.slack.homes == [("T1", "U1")]


async def _published(slack: QuietSlack, number: int) -> list[dict[str, Any]]:
    await until(lambda: len(slack.named("views.publish")) >= number)
    await asyncio.sleep(0.1)
    return slack.named("views.publish")


async def test_changes_are_published_together_and_only_for_whoever_looked(world: World) -> None:
    """Twenty changes at once are one publication; who never opened their Home gets none."""
    slack = QuietSlack()
    tabs = HomeTabs(slack, soon=0.02)
    tabs.changed("T1", "U1")  # before it serves: nothing
    tabs.serve(world.ports)
    await note_opened(world.ports, "T1", "U1")
    for _ in range(20):
        tabs.changed("T1", "U1")
        tabs.changed("T1", "U2")
    first = await _published(slack, 1)
    tabs.changed("T1", "U1")
    second = await _published(slack, 2)
    await tabs.close()

    assert [one["user_id"] for one in first] == ["U1"]
    assert len(second) == 2


async def test_a_bot_that_stops_publishes_what_is_due(world: World) -> None:
    """Nobody waits for the usual pause then."""
    slack = QuietSlack()
    tabs = HomeTabs(slack, soon=600)
    tabs.serve(world.ports)
    await note_opened(world.ports, "T1", "U1")
    tabs.changed("T1", "U1")
    await tabs.close()

    assert [one["user_id"] for one in slack.named("views.publish")] == ["U1"]


async def test_a_home_is_published_once_slack_takes_it(world: World) -> None:
    """Whoever opens their Home while Slack is busy sees it a moment later."""
    slack = QuietSlack()
    slack.answers["views.publish"] = SlackUnavailable("429", after=0.05)
    tabs = HomeTabs(slack)
    tabs.serve(world.ports)
    shown = asyncio.create_task(tabs.show("T1", "U1"))
    await until(lambda: len(slack.named("views.publish")) == 1)
    slack.answers.clear()
    await shown

    assert len(slack.named("views.publish")) == 2


async def test_the_page_that_somebody_reads_stays(world: World) -> None:
    """A change publishes the page that was turned to; opening the Home anew shows the first."""
    slack = QuietSlack()
    tabs = HomeTabs(slack, soon=0.01)
    tabs.serve(world.ports)
    await note_opened(world.ports, "T1", "U1")
    for number in range(30):
        await record(world.ports, a_submission(f"V{number:02}", submitted_at=float(number + 1)))
    await tabs.show("T1", "U1", 1)
    tabs.changed("T1", "U1")
    await _published(slack, 2)
    await tabs.show("T1", "U1")
    await tabs.close()
    places = [
        block["elements"][0]["text"]
        for one in slack.named("views.publish")
        for block in one["view"]["blocks"]
        if block["type"] == "context" and block["elements"][0]["text"].startswith("Page")
    ]

    assert places == ["Page 2 of 2", "Page 2 of 2", "Page 1 of 2"]


async def test_a_home_that_cannot_be_published_is_logged_and_no_more(world: World) -> None:
    """An app without a Home tab, or a store that fails: nothing else is held up."""
    slack = QuietSlack()
    slack.answers["views.publish"] = SlackRefused("views.publish", "not_enabled")
    tabs = HomeTabs(slack, soon=0.01)
    tabs.serve(world.ports)

    async def fails(*_: Any) -> None:
        raise RuntimeError("busy")

    with capture_logs() as logs:
        await tabs.show("T1", "U1")
        await note_opened(world.ports, "T1", "U1")
        world.store.standings = fails  # type: ignore[method-assign,assignment]
        tabs.changed("T1", "U1")
        await until(lambda: len(logs) == 2)
        tabs.changed("T1", "U1")
        await tabs.close()

    said = [(line["log_level"], line["event"], line.get("code", "")) for line in logs]
    assert said[:2] == [("warning", "home not published", "not_enabled"), ("error", "home not published", "")]
