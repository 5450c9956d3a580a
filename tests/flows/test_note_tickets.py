"""Tickets that were read are judged and remembered."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.base import Section, TicketChange, TicketDraft, TicketRef
from bot.domain.plain_text import from_plain
from bot.domain.request import TicketLink
from bot.domain.seen_ticket import Tracked
from bot.store.sql_store import SqlStore
from bot.usecases.note_filed import note_filed
from bot.usecases.note_tickets import note_tickets, read_again
from tests.databases import new_sqlite_database
from tests.fake_world import TEAM, World, a_submission


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    store = SqlStore.open(new_sqlite_database(tmp_path))
    yield World(store)
    store.close()


async def _ticket(world: World, request_id: str = "V1") -> str:
    draft = TicketDraft(
        request_id=request_id,
        request_type="landing-page",
        title="Spring page",
        sections=(Section("User story", from_plain("As a visitor, I want a page"), "user_story"),),
        labels=("landing-page",),
        team=TEAM.trackers["memory"],
    )
    created = await world.tracker.create(draft)
    return f"memory:{created.ref.id}"


async def test_a_ticket_is_remembered_with_its_type_and_score(world: World) -> None:
    """What was read can be found by its handle, with its request type and without a Slack requester."""
    handle = await _ticket(world)
    await read_again(world.ports, TEAM, [handle])
    found = (await world.ports.tickets.find([handle]))[handle]
    assert (found.ticket.request_type, found.ticket.certain, found.ticket.score) == ("landing-page", True, 100)
    assert found.ticket.requester is None
    assert not found.asking


async def test_a_snooze_that_meets_a_sweep_is_kept(world: World) -> None:
    """Reading a ticket again changes what it is like, never what people said about it."""
    handle = await _ticket(world)
    await read_again(world.ports, TEAM, [handle])
    until = world.clock.now() + timedelta(days=1)

    def snooze(known: Mapping[str, Tracked]) -> list[Tracked]:
        return [one.model_copy(update={"history": replace(one.history, snoozed_until=until)}) for one in known.values()]

    await world.ports.tickets.change([handle], snooze)
    await read_again(world.ports, TEAM, [handle])
    assert (await world.ports.tickets.find([handle]))[handle].history.snoozed_until == until


async def test_what_was_over_before_the_bot_came_is_not_finished_by_a_comment(world: World) -> None:
    """Done months ago it was in no sweep; it is met when somebody touches it. What is made and done since then is."""
    world.clock.time -= timedelta(days=60)
    old = await _ticket(world)
    world.clock.time += timedelta(days=60)
    baseline = world.clock.now()
    world.clock.time += timedelta(days=3)
    new = await _ticket(world, "V2")
    refs = [TicketRef("memory", handle.partition(":")[2], "", "") for handle in (old, new)]
    for ref in refs:
        await world.tracker.update(ref, TicketChange(state="done"))
    found = await note_tickets(world.ports, TEAM, [await world.tracker.get(ref) for ref in refs], baseline)
    since = baseline.timestamp()
    assert [(one.done_at or 0.0) >= since for one in found] == [False, True]
    assert [(one.ready_at or 0.0) >= since for one in found] == [False, True]


async def test_an_older_look_changes_nothing(world: World) -> None:
    """A page that was read before a person's edit does not undo what was seen after it."""
    handle = await _ticket(world)
    old = await world.tracker.get((await read_again(world.ports, TEAM, [handle]))[0].ticket.ref)
    world.clock.time += timedelta(minutes=5)
    await read_again(world.ports, TEAM, [handle])
    world.clock.time -= timedelta(minutes=2)
    before = (await world.ports.tickets.find([handle]))[handle]
    assert await note_tickets(world.ports, TEAM, [old], None) == [before]


async def test_pages_of_a_team_hold_every_ticket_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many pages there are, each ticket is in one of them."""
    monkeypatch.setattr("bot.store.sql_tickets.PAGE", 2)
    handles = [await _ticket(world, f"V{number}") for number in range(5)]
    await read_again(world.ports, TEAM, handles)
    found = [one.ticket.handle async for page in world.ports.tickets.of_team("web") for one in page]
    assert sorted(found) == sorted(handles)


async def test_a_ticket_is_known_as_soon_as_it_is_made(world: World) -> None:
    """What was handed in is judged and remembered without a call, as a ticket that is not old."""
    submission = a_submission(answers={"title": "Spring page"})
    link = TicketLink(tracker="memory", id="77", key="MEM-77", url="https://memory.example/77")
    calls = len(world.tracker.tickets)
    await note_filed(world.ports, submission, link)
    known = (await world.ports.tickets.find(["memory:77"]))["memory:77"]
    assert (known.ticket.title, known.ticket.requester, known.ticket.request_id) == ("Spring page", "U1", "V1")
    assert not known.history.old
    assert len(world.tracker.tickets) == calls
