"""After a time when no process ran: whoever runs the bot hears of the sync that was missed, and of no other."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import NotStored
from bot.domain.messages import OpsNotice
from bot.domain.sync_messages import SyncAgenda
from bot.domain.sync_policy import SyncPolicy, at
from bot.domain.working_time import DAYS, WorkingTime
from bot.jobs import sync
from bot.jobs.schedules import Schedules
from bot.jobs.waits import Waits
from bot.store.sql_store import SqlStore
from bot.usecases.ports import Ports, SlackUnavailable, Team
from bot.usecases.post_sync import asked
from tests.databases import new_sqlite_database
from tests.fake_world import TEAM, World
from tests.simulated_engine import SimulatedEngine

FIRST = date(2026, 3, 3)
HOLIDAY = date(2026, 5, 5)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """With a database of its own."""
    made = World(SqlStore.open(new_sqlite_database(tmp_path)))
    yield made
    made.store.close()


class Bot:
    """Its schedules and its job, over one database; every start has forgotten what it did before."""

    def __init__(self, world: World, **policy: Any) -> None:
        working = WorkingTime.of("09:00-17:00", DAYS[:5], "Europe/Berlin", [HOLIDAY])
        self.team: Team = replace(TEAM, sync=SyncPolicy(reminder=None, **policy))
        self.team = replace(self.team, alerts=replace(self.team.alerts, working=working))
        world.teams.teams = [self.team]
        self.world = world
        self.jobs: set[str] = set()
        self.engine = SimulatedEngine(world, job=sync.Syncing)

    async def submit(self, kind: str, key: str, payload: Any) -> None:
        """As the engine does: a key that is known starts nothing."""
        assert kind == sync.KIND
        if key not in self.jobs:
            self.jobs.add(key)
            self.engine.runs = 0
            await self._run(key, dict(payload))

    async def _run(self, key: str, payload: dict[str, Any]) -> None:
        made: Any = type("Given", (), {"key": key, "model_dump": lambda _, **__: payload})()
        await self.engine.finish(made)

    async def starts(self, moment: Any) -> None:
        """A process starts, looks at the clock, and is gone again."""
        self.world.clock.time = moment
        schedules = Schedules(self.world.store.schedule_first_seen, self.world.clock.now)
        sync._schedule(self, schedules, self.team)  # type: ignore[arg-type]  # only `submit` is used
        await schedules.tick()

    def noted(self) -> list[str]:
        """Days of which the operators heard, in order."""
        told = [one for one in self.world.slack.messages.values() if isinstance(one, OpsNotice)]
        days = [one.headline.partition(" on ")[2].removesuffix(" was not posted.") for one in told]
        return [f"{datetime.strptime(day, '%d %B %Y').replace(tzinfo=UTC):%Y-%m-%d}" for day in days]

    def posted(self) -> list[str]:
        """Days whose agenda was posted."""
        return [key[-10:] for key, _, kind in self.world.slack.posts if kind == "SyncAgenda"]


def due(day: date) -> Any:
    """Half past eight in Berlin."""
    return at(day, "08:30", "Europe/Berlin")


@pytest.mark.parametrize("hours", [5, 143, 145.5, 167.9])
async def test_one_that_was_missed_within_the_week_is_told(world: World, hours: float) -> None:
    """From when it is too late until the next one is due; more than six days after it, too."""
    bot = Bot(world)
    await bot.starts(due(FIRST) - timedelta(days=1))
    await bot.starts(due(FIRST) + timedelta(hours=hours))
    assert (bot.posted(), bot.noted()) == ([], ["2026-03-03"])


async def test_one_that_slack_did_not_take_is_told_with_that_reason(world: World) -> None:
    """Its channel was archived: the bot was there in time, and says no other thing."""
    bot = Bot(world)
    await bot.starts(due(FIRST) - timedelta(days=1))
    world.slack.closed.add(TEAM.channel)
    await bot.starts(due(FIRST))
    told = [one for one in world.slack.messages.values() if isinstance(one, OpsNotice)]

    assert [one.headline for one in told] == [
        "I cannot post to the channel of team Web.",
        "The sync of team Web on 3 March 2026 was not posted.",
    ]
    assert told[1].fix.startswith("Slack did not take it in time. `devrequest sync`")


async def test_one_that_was_posted_by_hand_is_not_missed(world: World) -> None:
    """Somebody wanted it early; then no process ran until it was too late for the schedule."""
    bot = Bot(world)
    await bot.starts(due(FIRST) - timedelta(hours=2))
    await bot._run(*asked(bot.team, FIRST, world.clock.now()))
    await bot.starts(due(FIRST) + timedelta(hours=5))
    assert (bot.posted(), bot.noted()) == (["2026-03-03"], [])


async def test_in_the_week_when_clocks_go_back_no_hour_is_overlooked(world: World) -> None:
    """From the Sunday before to the Sunday of the change it is an hour more than seven days."""
    bot = Bot(world, day="sun")
    await bot.starts(due(date(2026, 10, 17)))
    await bot.starts(due(date(2026, 10, 25)) - timedelta(minutes=30))
    assert bot.noted() == ["2026-10-18"]


@pytest.mark.parametrize(("weeks", "told"), [(1.1, ["2026-03-17"]), (0.5, ["2026-03-17"]), (2.1, ["2026-03-31"])])
async def test_every_other_week_the_one_before_a_week_that_is_left_out_is_told(
    world: World, weeks: float, told: list[str]
) -> None:
    """Missed in its week and back in the next one, in which there is none."""
    bot = Bot(world, every_weeks=2)
    await bot.starts(due(FIRST) - timedelta(days=1))
    await bot.starts(due(FIRST))
    assert bot.posted() == ["2026-03-03"]
    await bot.starts(due(date(2026, 3, 17)) + timedelta(weeks=weeks))
    assert bot.noted() == told


@pytest.mark.parametrize(("every", "posts"), [(1, 11), (2, 6)])
async def test_nobody_hears_of_what_was_posted_left_out_or_before_the_first_start(
    world: World, every: int, posts: int
) -> None:
    """A bot that is new, and started anew for each of twelve weeks, one of them with a holiday."""
    bot = Bot(world, every_weeks=every)
    await bot.starts(due(FIRST) - timedelta(days=6))
    for week in range(12):
        await bot.starts(due(FIRST + timedelta(weeks=week)) + timedelta(minutes=1))
    assert HOLIDAY.isoformat() not in bot.posted()
    assert (len(bot.posted()), bot.noted()) == (posts, [])


async def test_one_that_was_missed_before_a_holiday_is_told_once(world: World) -> None:
    """Back on the holiday a week later, and started anew after that."""
    bot = Bot(world)
    await bot.starts(due(FIRST) - timedelta(days=1))
    await bot.starts(due(FIRST))
    await bot.starts(due(HOLIDAY) + timedelta(hours=1))
    await bot.starts(due(HOLIDAY) + timedelta(hours=30))
    assert bot.noted() == ["2026-04-28"]


class Syncing:
    """The job of a sync that is due, on an engine whose process dies at a step and comes back later."""

    def __init__(self, world: World, job: Any = sync.Syncing, **payload: Any) -> None:
        world.teams.teams = [TEAM]
        world.clock.time = due(FIRST)
        self.world = world
        self.away = timedelta()
        self.payload = {"team": "web", "day": FIRST.isoformat(), "due": due(FIRST).timestamp()} | payload
        self.engine = SimulatedEngine(world, job=self._begun)
        self.job = job

    def _begun(self, ports: Ports, waits: Waits, run: Any, payload: Any) -> Any:
        if self.engine.boots > 1:
            self.world.clock.time += self.away
            self.away = timedelta()
        return self.job(ports, waits, run, payload)

    async def ends(self) -> dict[str, Any]:
        """How the job ended."""
        given: Any = type("Given", (), {"key": "sync:web:2026-03-03", "model_dump": lambda _, **__: self.payload})()
        return await self.engine.finish(given)

    def seen(self) -> list[str]:
        """The kinds of messages that were posted."""
        return [kind for _, _, kind in self.world.slack.posts]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", [1, 2])
async def test_one_that_a_dead_process_left_behind_is_not_posted_days_later(world: World, step: int, when: str) -> None:
    """It died while it read the trackers, or around the post, and is back a day later: what is not there is missed."""
    at_work = Syncing(world)
    at_work.engine.kill_at, at_work.engine.kill_when, at_work.away = step, when, timedelta(days=1)

    ended = await at_work.ends()
    if (step, when) == (2, "after"):
        assert (ended, at_work.seen()) == ({"state": "posted"}, ["SyncAgenda", "SyncDetails", "SyncNumbers"])
    else:
        assert ended == {"state": "skipped", "why": "too_late"}
        assert at_work.seen() == ["OpsNotice"]


async def test_one_whose_answer_was_lost_is_found_when_slack_is_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack took it and went away for five hours: it is there, with its thread, and nobody hears that it was missed."""
    at_work, post, find = Syncing(world), world.slack.post, world.slack.find

    async def posted(*arguments: Any, **more: Any) -> Any:
        if not world.slack.posts:
            await post(*arguments, **more)
        return await there(post, *arguments, **more)

    async def there(work: Any, *arguments: Any, **more: Any) -> Any:
        if world.clock.now() < due(FIRST) + timedelta(hours=5):
            raise SlackUnavailable("no answer", after=2.0)
        return await work(*arguments, **more)

    monkeypatch.setattr(world.slack, "post", posted)
    monkeypatch.setattr(world.slack, "find", partial(there, find))
    assert await at_work.ends() == {"state": "posted"}
    assert at_work.seen() == ["SyncAgenda", "SyncDetails", "SyncNumbers"]


async def test_a_database_that_is_away_for_a_moment_is_no_tracker_that_is_missing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trackers are read again when it is back, seconds later."""
    at_work, tickets = Syncing(world), type(world.ports.tickets)
    sweep = tickets.sweep

    async def away(*arguments: Any) -> Any:
        if world.clock.now() < due(FIRST) + timedelta(seconds=1):
            raise NotStored
        return await sweep(*arguments)

    monkeypatch.setattr(tickets, "sweep", away)
    assert await at_work.ends() == {"state": "posted"}
    post = world.slack.messages["sync:web:2026-03-03"]
    assert isinstance(post, SyncAgenda)
    assert (post.missing, at_work.engine.runs) == ((), 1)


async def test_that_one_was_missed_is_told_also_if_slack_is_away(world: World) -> None:
    """As soon as Slack takes it."""
    at_work = Syncing(world)
    world.clock.time += timedelta(hours=5)
    world.slack.away = 4

    assert await at_work.ends() == {"state": "skipped", "why": "too_late"}
    assert at_work.seen() == ["OpsNotice"]


@pytest.mark.parametrize(("hours", "posted"), [(0, ["SyncReminder"]), (30, [])])
async def test_a_reminder_outlives_a_slack_that_is_away_and_not_its_day(
    world: World, hours: int, posted: list[str]
) -> None:
    """A try that fails is followed by another; left behind by a dead process it is not posted after the sync."""
    at_work = Syncing(world, sync.Reminding)
    world.clock.time = at(FIRST - timedelta(days=1), "16:00", "Europe/Berlin")
    world.slack.away = 4
    at_work.engine.kill_at, at_work.engine.kill_when, at_work.away = 0, "before", timedelta(hours=hours)

    assert await at_work.ends() == {"reminded": bool(posted)}
    assert at_work.seen() == posted
