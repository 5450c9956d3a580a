"""When something is due, and that it is done once: a wake-up asks, and the key of the occurrence decides.

Every replica wakes up and submits; jobs have deterministic keys, so that only the first submission counts. After a
time when no process ran, only the newest missed occurrence is caught up.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.domain.sync_policy import at as moment_of
from bot.domain.working_time import DAYS

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WAKE_UP = "wake up"
"""The scheduler's one job."""
WAKE_EVERY = 30.0
"""Seconds between two wake-ups: how late an occurrence may be."""
LEAST_GRACE = timedelta(hours=2)
"""A time of day that falls into the gap of a clock change fires an hour later: a shorter grace could miss it."""
FirstSeen = Callable[[str, datetime], Awaitable[datetime]]
"""When a schedule was first seen, by name; now if it is new. It is stored."""
Submit = Callable[[datetime], Awaitable[None]]
"""Submits the job of an occurrence, given in UTC; called more than once for one."""
ONE_DAY = timedelta(days=1)
log = logging.getLogger(__name__)


class Trigger(Protocol):
    """Says when something is due."""

    def latest(self, now: datetime) -> datetime:
        """The newest occurrence until now, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time on the clock where a team is, once on each of its days, whatever clocks do there.

    Not a cron of APScheduler: that passes over days whose midnight is missing.

    Attributes:
        at: `HH:MM`.
        time_zone: as in `Europe/Berlin`.
        weekday: Monday is 0; None for every day.
    """

    at: str
    time_zone: str
    weekday: int | None = None

    def latest(self, now: datetime) -> datetime:
        """See `Trigger`."""
        day = now.astimezone(ZoneInfo(self.time_zone)).date() + ONE_DAY  # set back over midnight, a date comes again
        while True:
            if self.weekday in {None, day.weekday()} and (moment := moment_of(day, self.at, self.time_zone)) <= now:
                return moment
            day -= ONE_DAY


@dataclass(frozen=True, slots=True)
class Every:
    """At whole multiples of an interval since 1970, so that all replicas mean the same moments."""

    interval: timedelta

    def latest(self, now: datetime) -> datetime:
        """See `Trigger`."""
        return now - (now - EPOCH) % self.interval


@dataclass(slots=True)
class Schedule:
    """Something that is due again and again.

    Attributes:
        grace: how long after its time an occurrence is still worth doing.
        from_before: whether an occurrence before it was first seen counts too, so that a new one begins at once.
        since: from when on occurrences count; None until this process knows.
        last: the newest occurrence that this process submitted.
    """

    name: str
    trigger: Trigger
    submit: Submit
    grace: timedelta
    from_before: bool = False
    since: datetime | None = None
    last: datetime | None = None


def at_time(at: str, time_zone: str, day: str | None = None) -> TimeOfDay:
    """At a time of day where the team is.

    Args:
        at: `HH:MM`.
        time_zone: as in `Europe/Berlin`.
        day: a name, `tue`, never a number, which means other days in other places; every day if left out.

    Raises:
        ValueError: there is no such day.
    """
    return TimeOfDay(at, time_zone, None if day is None else DAYS.index(day))


def latest_due(trigger: Trigger, now: datetime, grace: timedelta) -> datetime | None:
    """The newest occurrence within the grace, in UTC; None if there is none.

    Args:
        trigger: with a time zone of its own.
        now: in UTC. Times of one zone compare by the clock on the wall, so everything is compared in UTC.
        grace: how far back to look.
    """
    newest = trigger.latest(now)
    return newest if newest >= now - grace else None


def local_key(name: str, due: datetime, time_zone: str) -> str:
    """For what happens daily or weekly: in autumn 01:30 comes twice, and the local date counts once."""
    return f"{name}:{due.astimezone(ZoneInfo(time_zone)).date().isoformat()}"


def utc_key(name: str, due: datetime) -> str:
    """For what happens more often than daily."""
    return f"{name}:{due.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


class Schedules:
    """All schedules of this process, looked at twice a minute and once at the start."""

    def __init__(self, first_seen: FirstSeen, now: Callable[[], datetime], wake_every: float = WAKE_EVERY) -> None:
        """Nothing happens before `start`.

        Args:
            first_seen: see `FirstSeen`; a new schedule does not catch up on what was before it.
            now: the present, in UTC.
            wake_every: seconds.
        """
        self._first_seen = first_seen
        self._now = now
        self._wake_every = wake_every
        self._schedules: dict[str, Schedule] = {}
        self._scheduler: AsyncIOScheduler | None = None
        self._keeping_awake: asyncio.Task[None] | None = None

    def register(
        self,
        name: str,
        trigger: Trigger,
        submit: Submit,
        grace: timedelta = LEAST_GRACE,
        *,
        from_before: bool = False,
    ) -> None:
        """Make a schedule known; see `Schedule`.

        Raises:
            ValueError: the grace of a time of day is less than `LEAST_GRACE`.
        """
        if isinstance(trigger, TimeOfDay) and grace < LEAST_GRACE:
            raise ValueError(f"{name}: a grace under {LEAST_GRACE} can miss the occurrence after a clock change")
        self._schedules[name] = Schedule(name, trigger, submit, grace, from_before)

    def start(self) -> None:
        """In the loop's thread."""
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        # misfire_grace_time: by default a wake-up that is a second late is skipped
        self._scheduler.add_job(
            self.tick,
            "interval",
            id=WAKE_UP,
            seconds=self._wake_every,
            next_run_time=datetime.now(UTC),
            misfire_grace_time=None,
        )
        self._scheduler.start()
        self._keeping_awake = asyncio.create_task(self._keep_awake(self._scheduler))

    def stop(self) -> None:
        """No more wake-ups; harmless if it never started."""
        if self._keeping_awake:
            self._keeping_awake.cancel()
        if self._scheduler:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    def forget(self) -> None:
        """As if this process had submitted nothing yet: for a clock that was set back."""
        for schedule in self._schedules.values():
            schedule.since = schedule.last = None

    async def _keep_awake(self, scheduler: AsyncIOScheduler) -> None:
        """Once the machine's clock was set back, the scheduler would sleep until it shows the old time again."""
        while True:
            await asyncio.sleep(self._wake_every)
            now, job = datetime.now(UTC), scheduler.get_job(WAKE_UP)
            if job and job.next_run_time > now + timedelta(seconds=2 * self._wake_every):
                log.warning("the clock was set back, schedules are looked at now")
                scheduler.modify_job(WAKE_UP, next_run_time=now)

    async def tick(self) -> None:
        """Submit what is due; one schedule that fails holds up no other and is tried again at the next wake-up."""
        for schedule in list(self._schedules.values()):
            try:
                await self._look(schedule)
            except Exception:
                log.exception("schedule %s could not be looked at", schedule.name)

    async def _look(self, schedule: Schedule) -> None:
        now = self._now().astimezone(UTC)
        if schedule.since is None:  # noted before anything is due, or the first occurrence would be one from before
            schedule.since = EPOCH if schedule.from_before else await self._first_seen(schedule.name, now)
        schedule.since = min(schedule.since, now)  # noted by a clock that was ahead, it would hold up all until then
        due = latest_due(schedule.trigger, now, schedule.grace)
        # Earlier than the last one: the clock was set back. What was done then has its key, and is not done twice.
        if due is None or due == schedule.last or due < schedule.since:
            return
        await schedule.submit(due)
        schedule.last = due
