"""Whole sweeps, from reading to what the channel sees, with processes that die on the way."""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import pytest

from adapters.errors import NotSent
from bot.jobs.sweep import Sweeping, asked
from bot.store.sql_store import SqlStore
from tests.alert_world import READY, STORY, AlertWorld, at
from tests.databases import new_sqlite_database
from tests.simulated_engine import SimulatedEngine
from tests.sweeping import SecondTracker, by_hand


@dataclass
class Occurrence:
    """A sweep that is due, as the engine gets it."""

    key: str
    payload: dict[str, Any]

    def model_dump(self, mode: Literal["json"]) -> dict[str, Any]:
        assert mode == "json"
        return self.payload


@pytest.fixture
async def world(tmp_path: Path) -> Any:
    store = SqlStore.open(new_sqlite_database(tmp_path))
    yield AlertWorld(store)
    store.close()


class Sweeps:
    """Sweeps of the team of a world."""

    def __init__(self, world: AlertWorld) -> None:
        self.world = world

    async def now(self, kill_at: int = -1, kill_when: str = "") -> SimulatedEngine:
        """One sweep to its end."""
        engine = SimulatedEngine(self.world, job=Sweeping, kill_at=kill_at, kill_when=kill_when)
        key, payload = asked(self.world.teams.teams[0], self.world.clock.now())
        self.result = await engine.finish(Occurrence(key, payload))  # type: ignore[arg-type]
        return engine

    async def at(self, moment: str) -> SimulatedEngine:
        """Time passes until then; a sweep."""
        self.world.clock.time = at(moment)
        return await self.now()


@pytest.fixture
def sweeps(world: AlertWorld) -> Sweeps:
    return Sweeps(world)


def titles(world: AlertWorld, message: int = -1) -> list[str]:
    """The tickets that the channel's message names now."""
    return [line.title for line in world.now_shown[message].lines]


async def test_case_15_an_edit_without_a_comment_closes_the_line(world: AlertWorld, sweeps: Sweeps) -> None:
    """The next sweep marks the ticket as ready in the message that is there; nobody gets another one."""
    await sweeps.at("03-09T09:00")
    handle = await world.file(1, user_story=STORY)
    await sweeps.at("03-09T14:00")
    asked_for = world.line(handle).state
    await world.edit(handle, **READY)
    await sweeps.at("03-09T15:00")

    assert asked_for == "asking"
    assert world.line(handle).state == "ready"
    assert len(world.alerts) == 1


async def test_case_15_a_ticket_completed_while_the_sweep_runs_is_not_alerted(
    world: AlertWorld, sweeps: Sweeps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Judged as incomplete, complete when it would be named: it is read again before that."""
    await sweeps.at("03-09T09:00")
    handle = await world.file(1, user_story=STORY)
    changed = world.tracker.changed

    async def then_it_is_completed(*args: Any, **kwargs: Any) -> Any:
        async for page in changed(*args, **kwargs):
            yield page
            await world.edit(handle, **READY)

    monkeypatch.setattr(world.tracker, "changed", then_it_is_completed)
    await sweeps.at("03-09T14:00")

    assert world.alerts == []


async def test_case_14_one_tracker_down_and_who_is_waited_for_stands_first(world: AlertWorld, sweeps: Sweeps) -> None:
    """The other tracker's tickets are asked about on time, those first that wait on somebody named."""
    second = SecondTracker(clock=world.clock.now)
    world.ports.trackers.trackers["second"] = second  # type: ignore[attr-defined]
    both = {"memory": {"project": "MEM"}, "second": {"project": "MEM"}}
    world.teams.teams = [replace(world.team, trackers=both)]
    await sweeps.at("03-09T09:00")
    by_hand(world.tracker, "Nobody's", {})
    await world.file(1, title="Mara's")
    by_hand(second, "Unseen", {})
    second.fail_next("changed", NotSent("second", "changed", "refused"), times=10)
    await sweeps.at("03-09T14:00")

    assert titles(world) == ["Mara's", "Nobody's"]
    assert sweeps.result["reads"]["second"]["failure"] == "unavailable"
    assert sweeps.result["state"] == "done"


async def test_the_first_sweep_posts_nothing_and_the_second_counts_what_was_there(
    world: AlertWorld, sweeps: Sweeps
) -> None:
    """Older tickets are one number in the first message; only what is new is asked about."""
    for number in range(3):
        by_hand(world.tracker, f"Old {number}", {})
    world.clock.time += timedelta(minutes=1)
    await sweeps.now()
    nothing = list(world.slack.posts)
    await sweeps.at("03-12T14:00")
    still_nothing = list(world.slack.posts)
    await world.file(1)
    await sweeps.at("03-13T14:00")

    assert (nothing, still_nothing) == ([], [])
    assert titles(world) == ["Page 1"]
    assert world.alerts[0].older == 3


async def test_a_ticket_that_is_gone_leaves_the_message(world: AlertWorld, sweeps: Sweeps) -> None:
    """Deleted in the evening, its line goes after the second look; that of one moved away goes at once."""
    await sweeps.at("03-09T09:00")
    handles = [await world.file(number) for number in range(10)]
    await sweeps.at("03-09T14:00")
    named = {line.handle for line in world.now_shown[0].lines}
    deleted, moved = sorted(named)[:2]
    refs = {f"memory:{one.ref.id}": one.ref for one in world.tracker.tickets}
    world.tracker.remove(refs[deleted])
    kept = world.tracker._kept[refs[moved].id]
    kept.ticket = replace(kept.ticket, project="OPS")
    await sweeps.at("03-10T00:30")
    first = {line.handle for line in world.now_shown[0].lines}
    await sweeps.at("03-10T01:30")
    second = {line.handle for line in world.now_shown[0].lines}

    assert named < set(handles)
    assert first == named - {moved}
    assert second == named - {moved, deleted}


async def test_a_project_that_vanishes_changes_nothing_in_the_channel(world: AlertWorld, sweeps: Sweeps) -> None:
    """All tickets are missing at once: lines stay, the operators hear."""
    await sweeps.at("03-09T09:00")
    for number in range(5):
        await world.file(number)
    await sweeps.at("03-09T14:00")
    before = titles(world)
    world.tracker._kept.clear()
    await sweeps.at("03-10T00:30")
    await sweeps.at("03-10T01:30")

    assert len(before) == 5
    assert titles(world) == before
    assert [where for _, where, _ in world.slack.posts if where == "C0OPS"] == ["C0OPS"]


async def test_observe_writes_to_the_log_what_would_be_posted(
    world: AlertWorld, sweeps: Sweeps, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is posted, though all is read."""
    world.observe = True
    world.set_policy()
    await sweeps.at("03-09T09:00")
    await world.file(1)
    with caplog.at_level(logging.INFO):
        await sweeps.at("03-09T14:00")

    assert world.slack.posts == []
    assert any("would be posted in C0WEB about 1 tickets" in line.getMessage() for line in caplog.records)


async def test_restricted_tickets_are_never_named(world: AlertWorld, sweeps: Sweeps) -> None:
    """They are read and counted, and stand in no post."""
    await sweeps.at("03-09T09:00")
    by_hand(world.tracker, "Secret", {}, restricted=True)
    by_hand(world.tracker, "Open", {})
    await sweeps.at("03-09T14:00")

    assert titles(world) == ["Open"]
    assert "Secret" not in str(world.slack.messages)


@pytest.mark.parametrize("when", ["before", "after", "recorded"])
async def test_a_process_that_dies_at_any_step_posts_once(tmp_path: Path, when: str) -> None:
    """Whatever was done is not done again, whatever was not is: one message, all tickets in it, nothing else."""
    steps = 10
    for kill_at in range(steps + 1):
        store = SqlStore.open(new_sqlite_database(tmp_path))
        world = AlertWorld(store)
        sweeps = Sweeps(world)
        await sweeps.at("03-09T09:00")
        for number in range(3):
            await world.file(number)
        world.clock.time = at("03-09T14:00")
        engine = await sweeps.now(kill_at, when)
        await sweeps.at("03-09T14:30")

        assert len(set(engine.steps)) == steps
        assert engine.boots == (2 if kill_at < steps else 1)
        assert len(world.alerts) == 1, (kill_at, when)
        assert sorted(titles(world)) == ["Page 0", "Page 1", "Page 2"]
        assert [where for _, where, _ in world.slack.posts] == ["C0WEB"]
        assert (await world.ports.tickets.sweep("web", "memory")).swept_at == at("03-09T14:30").timestamp()
        store.close()
