"""What a sweep reads, whose tickets they are, and that nothing of it is lost or judged twice."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from adapters.base import Scope, Ticket
from adapters.errors import Misconfigured, NotSent
from adapters.memory import PAGE
from bot.domain import verdicts
from bot.domain.content_checks import Finding
from bot.domain.template import RequestType
from bot.domain.verdicts import Verdicts
from bot.usecases import judging, read_changed
from bot.usecases.note_tickets import asked_ticket, read_again
from bot.usecases.sweep_readiness import UNAVAILABLE, sweep_team
from tests.fake_world import TEAM, World, a_submission
from tests.sweeping import (
    GROWTH,
    PAGE_TYPE,
    STORY,
    WHOLE,
    by_hand,
    edit,
    later,
    replace_ready,
    stored,
    stricter,
    sweep,
    text,
    with_two_trackers,
)


@pytest.fixture(autouse=True)
def _page_type(world: World) -> None:
    world.teams.types = [PAGE_TYPE]


async def test_the_first_sweep_is_a_baseline(world: World) -> None:
    """What was there before is known and scored, and nobody will be asked about it; what comes later is new."""
    by_hand(world.tracker, "Old")
    later(world, hours=1)
    first = await sweep(world)
    by_hand(world.tracker, "New")
    later(world, hours=1)
    second = await sweep(world)

    found = await stored(world)
    assert (first["memory"]["first"], second["memory"]["first"]) == (True, False)
    assert {title: (one.history.old, one.ticket.score, one.asking) for title, one in found.items()} == {
        "Old": (True, 50, True),
        "New": (False, 50, True),
    }
    state = await world.ports.tickets.sweep("web", "memory")
    assert state.baseline == found["Old"].ticket.created + 3600
    assert world.slack.posts == []


async def test_whose_tickets_are_read(world: World) -> None:
    """Those that the bot made, those with a request type's label, those in the team's scope; no others."""
    world.teams.teams = [replace(TEAM, trackers={"memory": {"project": "MEM", "scope": ["marketing"]}})]
    by_hand(world.tracker, "Made by the bot", labels=(), request_id="V1")
    by_hand(world.tracker, "Labelled")
    by_hand(world.tracker, "In the scope", labels=("marketing",))
    by_hand(world.tracker, "Somebody else's", labels=("backend",))
    by_hand(world.tracker, "In another project", project="OPS")
    await sweep(world)

    assert set(await stored(world)) == {"Made by the bot", "Labelled", "In the scope"}


async def test_a_request_type_with_its_own_project_is_read_there(world: World) -> None:
    """Its tickets are the team's, though the team's own project is another."""
    world.teams.types = [
        RequestType.from_json(PAGE_TYPE.to_json() | {"tracker": {"settings": {"memory": {"project": "PAGES"}}}})
    ]
    by_hand(world.tracker, "There", project="PAGES")
    by_hand(world.tracker, "Not ours", project="PAGES", labels=())
    await sweep(world)

    assert set(await stored(world)) == {"There"}


async def test_only_what_changed_is_read_again(world: World) -> None:
    """The second sweep goes back by two minutes and by what the index is late, and no further."""
    by_hand(world.tracker, "Old")
    later(world, hours=1)
    late = by_hand(world.tracker, "Just before")
    later(world, minutes=1)
    await sweep(world)
    later(world, hours=1)
    by_hand(world.tracker, "New")
    read = await sweep(world)

    assert read["memory"]["tickets"] == 2
    assert set(await stored(world)) == {"Old", "Just before", "New"}
    assert (await stored(world))["Just before"].ticket.updated == late.updated.timestamp()


async def test_the_overlap_grows_with_the_lag_of_the_index(world: World) -> None:
    """A tracker whose index is ten minutes late is read from twelve minutes before."""
    world.tracker.capabilities = replace(world.tracker.capabilities, lookup_lag=600.0)
    started = world.clock.now()
    await sweep(world)

    assert (await world.ports.tickets.sweep("web", "memory")).cursor == (started - timedelta(minutes=12)).timestamp()


class Interrupted(BaseException):
    """As sudden as kill -9."""


async def test_a_crash_between_pages_loses_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sweep that dies after its first page reads everything again: the cursor did not move."""
    for number in range(PAGE + 5):
        by_hand(world.tracker, f"Page {number}")
    changed = world.tracker.changed

    async def dying(scope: Scope, since: datetime | None = None, **options: Any) -> AsyncIterator[list[Ticket]]:
        async for page in changed(scope, since, **options):
            yield page
            raise Interrupted

    monkeypatch.setattr(world.tracker, "changed", dying)
    with pytest.raises(Interrupted):
        await sweep(world)
    half = len(await stored(world))
    state = await world.ports.tickets.sweep("web", "memory")
    monkeypatch.undo()
    later(world, minutes=1)
    read = await sweep(world)

    assert (half, state.cursor, state.baseline) == (PAGE, None, None)
    assert (read["memory"]["tickets"], read["memory"]["first"]) == (PAGE + 5, True)
    found = await stored(world)
    assert len(found) == PAGE + 5
    assert all(one.history.old for one in found.values())


async def test_a_failure_between_pages_does_not_move_the_cursor(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read later than the failure is read by the next sweep."""
    await sweep(world)
    before = await world.ports.tickets.sweep("web", "memory")
    later(world, hours=1)
    world.tracker.fail_next("changed", NotSent("memory", "changed", "refused"))
    by_hand(world.tracker, "Waits")
    failed = await sweep(world)
    state = await world.ports.tickets.sweep("web", "memory")
    later(world, hours=1)
    await sweep(world)

    assert (failed["memory"]["failure"], state.cursor) == ("unavailable", before.cursor)
    assert set(await stored(world)) == {"Waits"}


async def test_one_tracker_down_does_not_silence_the_other(world: World) -> None:
    """The other is read and judged; since when the first cannot be read is kept until it can be."""
    second = with_two_trackers(world)
    by_hand(second, "There")
    world.tracker.fail_next("changed", NotSent("memory", "changed", "refused"), times=2)
    started = world.clock.now()
    read = await sweep(world)
    later(world, hours=1)
    await sweep(world)
    down = await world.ports.tickets.sweep("web", "memory")
    later(world, hours=1)
    await sweep(world)

    assert (read["memory"]["failure"], read["second"]["failure"]) == ("unavailable", "")
    assert set(await stored(world)) == {"There"}
    assert (down.failed_since, down.failure) == (started.timestamp(), UNAVAILABLE)
    state = await world.ports.tickets.sweep("web", "memory")
    assert (state.failed_since, state.failure) == (None, "")


async def test_an_unreadable_project_freezes_what_is_known(world: World) -> None:
    """While the tracker says that there is no such project, nothing of it is called gone; then all is as before."""
    by_hand(world.tracker, "Kept")
    await sweep(world)
    gone = Misconfigured("memory", "changed", "no project", 400, fix="Name a project that there is.")
    world.tracker.fail_next("changed", gone)
    read = await sweep(world)
    frozen = await world.ports.tickets.sweep("web", "memory")
    await sweep(world)

    assert (read["memory"]["failure"], read["memory"]["reason"]) == ("misconfigured", "Name a project that there is.")
    assert (frozen.frozen, frozen.failure) == ("unreadable", "Name a project that there is.")
    assert (await world.ports.tickets.sweep("web", "memory")).frozen == ""
    assert not (await stored(world))["Kept"].gone


async def test_a_tracker_without_variables_is_named(world: World) -> None:
    """A team may name a tracker that is not set up; the other one is read all the same."""
    world.teams.teams = [replace(TEAM, trackers={"jira": {"project": "WEB"}, "memory": {"project": "MEM"}})]
    by_hand(world.tracker, "There")
    read = await sweep(world)

    assert read["jira"]["reason"] == "Set the environment variables of jira."
    assert set(await stored(world)) == {"There"}


async def test_a_ticket_belongs_to_the_team_that_it_was_filed_for(world: World) -> None:
    """Two teams share a project; each gets what was filed for it, the first of them what was written by hand."""
    shared = replace(GROWTH, trackers=TEAM.trackers)
    world.teams.teams = [TEAM, shared]
    await world.store.record(a_submission("V1", team="growth"))
    await world.store.record(a_submission("V2", team="web"))
    by_hand(world.tracker, "For growth", request_id="V1")
    by_hand(world.tracker, "For web", request_id="V2")
    by_hand(world.tracker, "By hand")
    for _ in range(2):
        for team in (shared, TEAM):
            await sweep(world, team)
        later(world, hours=1)

    assert set(await stored(world, "growth")) == {"For growth"}
    assert set(await stored(world, "web")) == {"For web", "By hand"}


async def test_the_first_team_whose_scope_fits_gets_a_ticket(world: World) -> None:
    """The scopes decide in file order, whoever sweeps first, and decide anew when a label is changed."""
    web = replace(TEAM, request_types=(), trackers={"memory": {"project": "MEM", "scope": ["web"]}})
    growth = replace(GROWTH, request_types=(), trackers={"memory": {"project": "MEM", "scope": ["growth"]}})
    world.teams.teams = [web, growth]
    ticket = by_hand(world.tracker, "Both", labels=("web", "growth"))
    await sweep(world, growth)
    nobodys = await stored(world, "growth")
    await sweep(world, web)
    webs = await stored(world, "web")
    later(world, hours=1)
    edit(world.tracker, ticket, labels=("growth",))
    await sweep(world, web)
    await sweep(world, growth)

    assert (set(nobodys), set(webs)) == (set(), {"Both"})
    assert (set(await stored(world, "web")), set(await stored(world, "growth"))) == (set(), {"Both"})


async def test_a_ticket_that_moves_to_another_teams_project_follows(world: World) -> None:
    """Written by hand it belongs to whose project it is in now; from a form, to the team that it was filed for."""
    world.teams.teams = [TEAM, GROWTH]
    await world.store.record(a_submission("V1", team="web"))
    filed = by_hand(world.tracker, "Filed", request_id="V1")
    hand = by_hand(world.tracker, "By hand")
    for team in (TEAM, GROWTH):
        await sweep(world, team)
    later(world, hours=1)
    edit(world.tracker, filed, project="GROW")
    edit(world.tracker, hand, project="GROW")
    for team in (TEAM, GROWTH):
        await sweep(world, team)

    assert {title: one.ticket.project for title, one in (await stored(world, "web")).items()} == {"Filed": "GROW"}
    assert set(await stored(world, "growth")) == {"By hand"}


async def test_a_changed_template_judges_its_tickets_again(world: World) -> None:
    """The next sweep reads everything, says how many tickets the new rule makes incomplete, and alerts for none."""
    by_hand(world.tracker, "Whole", WHOLE)
    by_hand(world.tracker, "Half", STORY)
    done = by_hand(world.tracker, "Done", WHOLE)
    edit(world.tracker, done, status_category="done")
    await sweep(world)
    later(world, days=1)
    world.teams.types = [stricter(PAGE_TYPE)]
    read = await sweep(world)
    later(world, hours=1)
    again = await sweep(world)

    assert (read["memory"]["tickets"], read["memory"]["incomplete"]) == (3, {"landing-page": 1})
    found = await stored(world)
    assert (found["Whole"].ticket.score, found["Whole"].asking) == (66, False)
    assert (again["memory"]["tickets"], again["memory"]["incomplete"]) == (0, {})


def closer(families: Iterable[str], text: str, section: str, sections: Mapping[str, str]) -> Sequence[Finding]:
    """What a newer version of the bot finds: every story should say who it is for."""
    vague = section == "user_story" and "who" not in text
    return [Finding("story.role_missing", "It does not say who wants it.", 0, 0, "should")] if vague else []


async def test_an_upgrade_judges_everything_again_and_asks_nobody_for_what_it_only_notices_now(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever wrote an older ticket did what they were asked: its new gap is shown and counted, and opens no alert."""
    checked = replace_ready(PAGE_TYPE, "user_story", checks=("user_story",))
    world.teams.types = [checked]
    await sweep(world)
    later(world, days=1)
    whole = by_hand(world.tracker, "Whole", WHOLE)
    by_hand(world.tracker, "Half", STORY)
    later(world, days=1)
    await sweep(world)
    later(world, days=1)
    monkeypatch.setattr(verdicts, "content_checks", lambda _: closer)
    world.teams.code = "2"
    read = await sweep(world)
    by_hand(world.tracker, "New", WHOLE)
    edit(world.tracker, whole, title="Whole, moved to May")
    later(world, hours=1)
    again = await sweep(world)
    found = await stored(world)

    def asked(title: str) -> list[str]:
        return [gap.code for gap in asked_ticket(found[title], checked, {}).gaps]

    assert (read["memory"]["tickets"], read["memory"]["incomplete"]) == (2, {"landing-page": 1})
    assert (again["memory"]["tickets"], again["memory"]["incomplete"]) == (2, {})
    assert {title: one.asking for title, one in found.items()} == {
        "Whole, moved to May": False,
        "Half": True,
        "New": True,
    }
    assert {gap.code for gap in found["Whole, moved to May"].ticket.gaps} == {"story.role_missing"}
    assert (asked("Whole, moved to May"), asked("Half")) == ([], ["section.missing"])
    assert asked("New") == ["story.role_missing"]

    edit(world.tracker, whole, document=text(WHOLE | {"User story": "I, who buy for a school, want prices."}))
    later(world, hours=1)
    await sweep(world)
    edit(world.tracker, whole, document=text(WHOLE))
    later(world, hours=1)
    await sweep(world)
    found = await stored(world)
    assert asked("Whole, moved to May") == ["story.role_missing"]


async def test_a_rule_for_existing_tickets_holds_after_an_upgrade_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`applies_to_existing: true` asks for what a newer version notices in older tickets."""
    world.teams.types = [replace_ready(PAGE_TYPE, "user_story", checks=("user_story",), applies_to_existing=True)]
    await sweep(world)
    later(world, days=1)
    by_hand(world.tracker, "Whole", WHOLE)
    later(world, hours=1)
    await sweep(world)
    monkeypatch.setattr(verdicts, "content_checks", lambda _: closer)
    world.teams.code = "2"
    later(world, hours=1)
    await sweep(world)
    assert (await stored(world))["Whole"].asking


async def test_what_the_configuration_makes_ours_is_no_news(world: World) -> None:
    """A new request type, or a wider scope, brings in older tickets: they are known, and nobody is asked about them."""
    world.teams.types = []
    by_hand(world.tracker, "Old")
    later(world, minutes=10)
    await sweep(world)
    later(world, days=1)
    by_hand(world.tracker, "New")
    world.teams.types = [PAGE_TYPE]
    later(world, minutes=30)
    await sweep(world)
    world.teams.teams = [replace(TEAM, trackers={"memory": {"project": "MEM", "scope": ["marketing"]}})]
    by_hand(world.tracker, "Marketing's", labels=("marketing",))
    later(world, days=1)
    read = await sweep(world)

    found = await stored(world)
    assert {title: one.history.old for title, one in found.items()} == {"Old": True, "New": False, "Marketing's": False}
    assert read["memory"]["tickets"] == 3


async def test_what_somebody_changed_meanwhile_is_newer_than_the_page(world: World) -> None:
    """A page that was on its way while a section was filled in does not bring the gap back."""
    ticket = by_hand(world.tracker, "Filled in")
    await sweep(world)
    later(world, hours=1)
    edit(world.tracker, ticket)
    changed = world.tracker.changed

    async def slow(scope: Scope, since: datetime | None = None, **options: Any) -> AsyncIterator[list[Ticket]]:
        async for page in changed(scope, since, **options):
            later(world, seconds=10)
            edit(world.tracker, ticket, document=text(WHOLE))
            await read_again(world.ports, TEAM, [f"memory:{ticket.ref.id}"])
            yield page

    world.tracker.changed = slow  # type: ignore[method-assign]
    await sweep(world)

    assert (await stored(world))["Filled in"].ticket.score == 100


async def test_others_have_their_turn_while_a_page_is_judged(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop is free after a stretch of judging, here each ticket's: a command is not held up by a sweep."""
    assert judging.AT_A_STRETCH <= 0.02
    monkeypatch.setattr(judging, "AT_A_STRETCH", -1.0)
    for number in range(PAGE):
        by_hand(world.tracker, f"Page {number}", WHOLE)
    turns, judged_in = 0, []
    decide = Verdicts.type_of

    async def somebody() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    def noted(self: Verdicts, *arguments: Any) -> Any:
        judged_in.append(turns)
        return decide(self, *arguments)

    monkeypatch.setattr(Verdicts, "type_of", noted)
    task = asyncio.create_task(somebody())
    await sweep(world)
    task.cancel()

    assert len(judged_in) == PAGE
    assert len(set(judged_in)) == PAGE


class Everything:
    """Needs that are all there is."""

    def wants(self, _: Ticket) -> bool:
        """See the port."""
        return True

    def without(self, _: str) -> None:
        """See the port."""


@pytest.mark.parametrize(
    ("enough", "most", "judged"), [(2 * PAGE, 5 * PAGE, [2, 2]), (PAGE, 2 * PAGE, [1, 2, 1]), (PAGE, 5 * PAGE, [1, 3])]
)
async def test_pages_are_read_on_while_those_before_are_judged(
    world: World, monkeypatch: pytest.MonkeyPatch, enough: int, most: int, judged: list[int]
) -> None:
    """A cold sync judges what it wants of several pages at once, and holds no more than it may meanwhile."""
    for number in range(4 * PAGE):
        by_hand(world.tracker, f"Page {number}", WHOLE)
    monkeypatch.setattr(read_changed, "ENOUGH", enough)
    monkeypatch.setattr(read_changed, "MOST", most)
    pages, at_judging, seen = 0, [], world.ports.judging.seen

    def count(_: str, tickets: int) -> None:
        nonlocal pages
        pages += tickets > 0

    async def slow(*asked: Any) -> Any:
        await asyncio.sleep(0.1)
        at_judging.append((len(asked[1]) // PAGE, pages))
        return await seen(*asked)

    changed = world.tracker.changed

    async def paged(scope: Scope, since: datetime | None = None, **options: Any) -> AsyncIterator[list[Ticket]]:
        async for page in changed(scope, since, **options):
            yield page
            await asyncio.sleep(0.002)

    monkeypatch.setattr(world.tracker, "changed", paged)
    monkeypatch.setattr(world.ports.judging, "seen", slow)
    await sweep_team(world.ports, TEAM, count, needs=Everything())

    assert [tickets for tickets, _ in at_judging] == judged
    assert at_judging[0][1] > judged[0]
    assert len(await stored(world)) == 4 * PAGE
