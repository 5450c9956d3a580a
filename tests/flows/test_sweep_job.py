"""The job around a sweep: once per occurrence, one at a time, in order, again where Slack or the process failed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.alerting import AlertPolicy
from bot.jobs import sweep
from bot.jobs.engine import Client, Engine
from bot.jobs.schedules import Schedules
from bot.jobs.waits import Waits
from bot.store.database import open_database
from bot.usecases.ports import Ports, Team
from tests.databases import new_sqlite_database
from tests.fake_world import TEAM, World
from tests.flows.waiting import until, until_status
from tests.sweeping import PAGE_TYPE, by_hand, stored

QUICK = Waits(first=0.01, longest=0.05, in_place=0.1)


@pytest.fixture(autouse=True)
def _page_type(world: World) -> None:
    world.teams.types = [PAGE_TYPE]


class Bot:
    """An engine with the job, on its own database."""

    def __init__(self, world: World, database: str) -> None:
        self.world = world
        self.database = database
        self.engine = Engine(database)
        self.schedules = Schedules(world.store.schedule_first_seen, world.clock.now)
        sweep.register(self.engine, self.schedules, world.ports, QUICK)

    async def tick(self) -> None:
        await self.schedules.tick()


@asynccontextmanager
async def a_bot(world: World, database: str) -> AsyncIterator[Bot]:
    open_database(database).dispose()
    made = Bot(world, database)
    await made.engine.open()
    yield made
    await made.engine.close(2)


@pytest.fixture
async def bot(world: World, tmp_path: Path) -> AsyncIterator[Bot]:
    async with a_bot(world, new_sqlite_database(tmp_path)) as made:
        yield made


@pytest.fixture
async def each(world: World, database: str) -> AsyncIterator[Bot]:
    """A bot on either database, where that may make a difference."""
    async with a_bot(world, database) as made:
        yield made


def following(monkeypatch: pytest.MonkeyPatch, *names: str, **scripted: Callable[[], dict[str, Any]]) -> list[str]:
    """Put parts that only note that they ran in the place of the real ones; what ran, in order."""
    ran: list[str] = []

    def part(name: str) -> sweep.Follow:
        async def work(ports: Ports, team: Team) -> dict[str, Any]:
            ran.append(name)
            return scripted[name]() if name in scripted else {"retry_after": None}

        return work

    monkeypatch.setattr(sweep, "FOLLOWING", tuple((name, part(name)) for name in names))
    return ran


async def test_one_sweep_per_occurrence(each: Bot, world: World) -> None:
    """A team's first sweep comes at once; the next at the next whole interval; waking up again changes nothing."""
    world.clock.time = world.clock.time.replace(minute=20)
    by_hand(world.tracker, "There")
    await each.tick()
    await until_status(each.engine, "sweep:web:2026-03-02T09:00Z", "done")
    other_replica = Schedules(world.store.schedule_first_seen, world.clock.now)
    sweep.register(each.engine, other_replica, world.ports, QUICK)
    await other_replica.tick()
    await each.tick()
    first = world.tracker.calls["changed"]
    world.clock.time += timedelta(hours=1)
    for schedules in (each.schedules, other_replica):
        await schedules.tick()
    await until_status(each.engine, "sweep:web:2026-03-02T10:00Z", "done")

    assert (first, world.tracker.calls["changed"]) == (1, 2)
    assert set(await stored(world)) == {"There"}


async def test_the_parts_run_in_order_and_once(bot: Bot, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack keeps one part waiting: that one is tried again, the others are not held up and not repeated."""
    answers = iter([{"retry_after": 0.02}, {"retry_after": 0.02}])
    ran = following(monkeypatch, "alert", "refresh", "follow", refresh=lambda: next(answers, {"retry_after": None}))
    key = await sweep.submit(bot.engine, TEAM, world.clock.now())
    await until_status(bot.engine, key, "done")

    assert ran == ["alert", "refresh", "follow", "refresh", "refresh"]


async def test_a_long_wait_leaves_the_queue_and_comes_back(
    bot: Bot, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wait of Slack's that is too long to sit out ends the run; the next goes on where it ended."""
    answers = iter([{"retry_after": 0.5}])
    ran = following(monkeypatch, "alert", "refresh", alert=lambda: next(answers, {"retry_after": None}))
    key = await sweep.submit(bot.engine, TEAM, world.clock.now())

    async def all_done() -> bool:
        return await bot.engine.status(key) == "done" and len(ran) == 3

    await until(all_done)
    assert ran == ["alert", "refresh", "alert"]
    assert world.tracker.calls["changed"] == 1


async def test_what_slack_never_takes_is_left_to_the_next_sweep(
    bot: Bot, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job does not outlive its interval."""
    world.teams.teams = [replace(TEAM, sweep_every=timedelta(seconds=1))]
    ran = following(monkeypatch, "alert", alert=lambda: {"retry_after": 0.09})
    key = await sweep.submit(bot.engine, world.teams.teams[0], world.clock.now())

    async def ended() -> bool:
        return len(ran) > 5 and await bot.engine.status(key) == "done"

    await until(ended)
    tried = len(ran)
    await asyncio.sleep(0.3)
    assert len(ran) == tried < 20


async def test_a_part_that_breaks_does_not_hold_up_the_others(
    bot: Bot, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody foresaw in one of them is logged and tried again; the others run."""
    answers = iter([1])

    def breaks_once() -> dict[str, Any]:
        if next(answers, None):
            raise ValueError("unforeseen")
        return {"retry_after": None}

    ran = following(monkeypatch, "alert", "refresh", alert=breaks_once)
    key = await sweep.submit(bot.engine, TEAM, world.clock.now())
    await until_status(bot.engine, key, "done")

    assert ran == ["alert", "refresh", "alert"]


async def test_alerts_off_still_sweeps(bot: Bot, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """App Home and sync need what was read; nobody is alerted."""
    world.teams.teams = [replace(TEAM, alerts=AlertPolicy(is_on=False))]
    ran = following(monkeypatch, "alert", "refresh", "follow")
    by_hand(world.tracker, "There")
    key = await sweep.submit(bot.engine, TEAM, world.clock.now())
    await until_status(bot.engine, key, "done")

    assert ran == ["refresh", "follow"]
    assert set(await stored(world)) == {"There"}


async def test_a_sweep_that_waited_too_long_is_dropped(bot: Bot, world: World) -> None:
    """After an hour in the queue the next one is due, and reads the same."""
    key = await sweep.submit(bot.engine, TEAM, world.clock.now() - timedelta(minutes=61))
    await until_status(bot.engine, key, "done")

    assert world.tracker.calls["changed"] == 0


async def test_sweeps_of_one_team_take_turns(each: Bot, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that lasts longer than its interval does not meet the next; another team's sweep does not wait for it."""
    gate, running, most, ended = asyncio.Event(), {"web": 0, "growth": 0}, {"web": 0, "growth": 0}, []

    async def slow(ports: Ports, team: Team) -> dict[str, Any]:
        running[team.id] += 1
        most[team.id] = max(most[team.id], running[team.id])
        if team.id == "web":
            await gate.wait()
        running[team.id] -= 1
        ended.append(team.id)
        return {"retry_after": None}

    growth = replace(TEAM, id="growth")
    world.teams.teams = [TEAM, growth]
    monkeypatch.setattr(sweep, "FOLLOWING", (("alert", slow),))
    for number in range(3):
        await sweep.submit(each.engine, TEAM, world.clock.now() + timedelta(minutes=number))
    await sweep.submit(each.engine, growth, world.clock.now())
    await until(lambda: ended == ["growth"] and running["web"])
    await asyncio.sleep(1.5)
    waiting = list(ended)
    gate.set()
    await until(lambda: len(ended) == 4)

    assert (waiting, most) == (["growth"], {"web": 1, "growth": 1})


async def test_a_team_that_is_gone_is_not_swept(bot: Bot, world: World) -> None:
    """A job that waited for a team that the configuration no longer knows ends quietly."""
    world.teams.teams = []
    key = await sweep.submit(bot.engine, TEAM, world.clock.now())
    await until_status(bot.engine, key, "done")

    assert world.tracker.calls["changed"] == 0


async def test_the_command_line_hands_a_sweep_to_the_running_bot(each: Bot, world: World) -> None:
    """It takes its turn like every other."""
    by_hand(world.tracker, "There")
    client = Client(each.database, {sweep.KIND: sweep.lane}, serial={sweep.KIND})
    key = await sweep.submit(client, TEAM, world.clock.now())
    await until_status(each.engine, key, "done")
    client.close()

    assert set(await stored(world)) == {"There"}
