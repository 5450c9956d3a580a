"""Tickets that a tracker makes after everybody stopped waiting for it, and trackers that ask for a long wait."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from adapters.asana import client as asana_client
from adapters.base import Settings, TicketDraft
from adapters.errors import Ambiguous, NotSent, Throttled
from adapters.jira import client as jira_client
from bot.usecases import file_request
from sandbox.faults import Fault
from tests.both_trackers import Start
from tests.fake_world import World, a_submission
from tests.flows.test_outages import tickets
from tests.simulated_engine import SimulatedEngine

PENDING = Ambiguous("memory", "create", "no answer in time", pending=True)


@pytest.fixture
def engine(world: World) -> SimulatedEngine:
    """A simulated engine on a tracker in memory."""
    return SimulatedEngine(world)


def lands_after(engine: SimulatedEngine, seconds: float) -> None:
    """The tracker finishes the create that nobody waited for so many seconds later."""
    world, start = engine.world, engine.world.clock.now()
    drafts: list[TicketDraft] = []
    create = world.tracker.create

    async def noting(draft: TicketDraft) -> Any:
        drafts.append(draft)
        return await create(draft)

    async def find(request_ids: Any, scope: Settings) -> Any:
        late = (world.clock.now() - start).total_seconds() >= seconds
        if late and drafts and not world.tracker.tickets:
            await create(drafts[0])
        return await type(world.tracker).find(world.tracker, request_ids, scope)  # type: ignore[arg-type]

    world.tracker.create = noting  # type: ignore[method-assign]
    world.tracker.find = find  # type: ignore[method-assign, assignment]


@pytest.mark.parametrize("seconds", [5.0, 45.0, 280.0])
async def test_a_ticket_that_comes_after_we_stopped_waiting_is_the_only_one(
    engine: SimulatedEngine, seconds: float
) -> None:
    """It is looked for through minutes before another is made; the requester knows that the request is safe."""
    world = engine.world
    world.tracker.fail_next("create", PENDING)
    lands_after(engine, seconds)
    start = world.clock.now()

    result = await engine.finish(a_submission())

    assert result["state"] == "created"
    assert len(world.tracker.tickets) == 1
    assert (world.clock.now() - start).total_seconds() < 2 * seconds + 10
    assert [kind for _, _, kind in world.slack.posts] == ["Safe", "OpsNotice", "Announced", "Filed"]


async def test_a_ticket_that_never_comes_is_made_after_minutes(engine: SimulatedEngine) -> None:
    """Looking has an end: the wait outlasts what can be under way, not more."""
    world = engine.world
    world.tracker.fail_next("create", PENDING)
    start = world.clock.now()

    await engine.finish(a_submission())

    assert len(world.tracker.tickets) == 1
    assert world.tracker.calls["create"] == 2
    assert 300 <= (world.clock.now() - start).total_seconds() < 340


@pytest.mark.parametrize("when", ["before", "after", "recorded"])
async def test_a_late_ticket_and_a_killed_process(tmp_path: Path, world: World, when: str) -> None:
    """Whoever takes over knows until when nothing may be made."""
    engine = SimulatedEngine(world, kill_at=2, kill_when=when)  # while it says that it takes longer
    world.tracker.fail_next("create", PENDING)
    lands_after(engine, 100.0)

    await engine.finish(a_submission())

    assert engine.boots == 2
    assert len(world.tracker.tickets) == 1


async def test_a_connection_that_broke_keeps_nobody_waiting(engine: SimulatedEngine) -> None:
    """Only where the waiting was given up may the tracker be at work for long."""
    world = engine.world
    world.tracker.fail_next("create", Ambiguous("memory", "create", "the connection broke"))
    start = world.clock.now()

    await engine.finish(a_submission())

    assert (world.clock.now() - start).total_seconds() < 10
    assert [kind for _, _, kind in world.slack.posts] == ["Announced", "Filed"]


@pytest.mark.parametrize("tracker", ["jira", "asana"])
async def test_a_tracker_slower_than_our_patience_makes_one_ticket(
    start: Start, monkeypatch: pytest.MonkeyPatch, tracker: str
) -> None:
    """The real clients against a stand-in that makes the ticket long after they hung up; times are a hundredth."""
    monkeypatch.setattr(jira_client, "READ_SECONDS", 0.4)
    monkeypatch.setattr(asana_client, "WAITS", {"_request_timeout": (1.0, 0.4)})
    monkeypatch.setattr(file_request, "PROCESSING", 0.1)
    monkeypatch.setenv(f"{tracker.upper()}_LOOKUP_LAG", "0")
    async with start(tracker) as at:
        before = tickets(at, tracker)
        operation = {"jira": "createIssue", "asana": "createTask"}[tracker]
        at.sandbox.faults.add(Fault(tracker, "latency", operation=operation, seconds=1.2, times=1))
        await at.file_one()
        await at.until(lambda: any("Your request is safe" in text for text in at.told()))
        await at.until(lambda: any("Ticket created" in text for text in at.told()))
        await asyncio.sleep(0.3)

        assert [title for title in tickets(at, tracker) if title not in before] == ["Spring sale page"]


async def test_a_long_wait_that_the_tracker_asks_for_is_said_at_once(engine: SimulatedEngine) -> None:
    """An hour is too long for "Creating your ticket": requester and operators hear of it on the first refusal."""
    world = engine.world
    world.tracker.fail_next("create", Throttled("memory", "create", "slow down", 429, after=3600))
    heard: list[tuple[float, str]] = []
    start = world.clock.now()

    def note() -> None:
        passed = (world.clock.now() - start).total_seconds()
        heard.extend((passed, kind) for _, _, kind in world.slack.posts[len(heard) :])

    engine.before_run = note
    await engine.finish(a_submission())

    assert [kind for _, _, kind in world.slack.posts] == ["Safe", "OpsNotice", "Announced", "Filed"]
    assert world.slack.messages["ops:waiting:V1"].headline == "Memory takes no more requests for now."  # type: ignore[union-attr]
    assert (world.slack.shown, engine.runs) == (["Safe", "Filed"], 2)


async def test_the_wait_that_a_gateway_asks_for_is_kept(engine: SimulatedEngine) -> None:
    """It may have worked, and nobody asks again before the time is over."""
    world = engine.world
    world.tracker.fail_next("create", Ambiguous("memory", "create", "HTTP 503", 503, after=120), after=True)
    start = world.clock.now()

    await engine.finish(a_submission())

    assert (len(world.tracker.tickets), world.tracker.calls["create"]) == (1, 1)
    assert 120 <= (world.clock.now() - start).total_seconds() < 130


async def test_doubt_and_then_an_outage(engine: SimulatedEngine) -> None:
    """A tracker that is away while it is looked at does not shorten the wait."""
    world = engine.world
    world.tracker.fail_next("create", PENDING)
    world.tracker.fail_next("find", NotSent("memory", "find", "no connection"), times=3)
    start = world.clock.now()

    await engine.finish(a_submission())

    assert len(world.tracker.tickets) == 1
    assert (world.clock.now() - start).total_seconds() >= 300
