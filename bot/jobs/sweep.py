"""The sweep of a team: woken by the clock, run once per occurrence, however many replicas wake up.

Its key is `sweep:<team id>:<occurrence in UTC>`. It reads the trackers, compares ids once a night, and then does what
follows from what it read; whatever Slack does not take now is tried again, until the next sweep would do it anyway.
Sweeps of one team never run at the same time. Steps may be run again at any moment: each does only what is left to do.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bot.jobs.engine import Engine
from bot.jobs.patience import Later, Patient, Progress
from bot.jobs.run import BROKEN, Again, Payload, Result, Run
from bot.jobs.schedules import Every, Schedules, utc_key
from bot.jobs.waits import Waits
from bot.usecases.count_comments import count_comments
from bot.usecases.follow_tickets import follow_tickets
from bot.usecases.ports import Jobs, Ports, Team
from bot.usecases.post_alert import post_alert
from bot.usecases.read_changed import Watch, unwatched
from bot.usecases.readiness_history import note_readiness
from bot.usecases.reconcile import reconcile_team
from bot.usecases.refresh_alerts import refresh_alerts
from bot.usecases.relay_comments import relay_comments
from bot.usecases.sweep_readiness import sweep_team
from bot.usecases.sweep_trouble import tell_trouble

KIND = "sweep"
Follow = Callable[[Ports, Team], Awaitable[dict[str, Any]]]
"""Does what follows from what was read; `retry_after` (seconds or None) says whether Slack could not be reached."""
SILENT = "alert"
"""What is left out where alerts are off."""
FOLLOWING: Sequence[tuple[str, Follow]] = (
    (SILENT, post_alert),
    ("refresh", refresh_alerts),
    ("follow", follow_tickets),
    ("relay", relay_comments),
    ("comments", count_comments),
)
"""In this order, each safe to run again."""


def lane(payload: Payload) -> str:
    """One sweep of a team at a time."""
    return str(payload["team"])


def register(
    engine: Engine, schedules: Schedules, ports: Ports, waits: Waits | None = None, watch: Watch = unwatched
) -> None:
    """Make the job and its schedules known; before the engine is opened. A team's first sweep comes at once.

    Args:
        engine: runs the job.
        schedules: start it.
        ports: the world.
        waits: how long it waits before it tries again.
        watch: told of every page that is read.
    """

    async def job(run: Run, payload: Payload) -> Result | Again:
        return await Sweeping(ports, waits or Waits(), run, payload, watch).go()

    engine.define(KIND, job, lane=lane, serial=True)
    for team in ports.teams.all():
        _schedule(engine, schedules, team)


def _schedule(engine: Engine, schedules: Schedules, team: Team) -> None:
    async def submit_due(due: datetime) -> None:
        await submit(engine, team, due)

    often = Every(team.sweep_every)
    schedules.register(f"{KIND}:{team.id}", often, submit_due, grace=team.sweep_every, from_before=True)


async def submit(jobs: Jobs, team: Team, due: datetime) -> str:
    """Submit the sweep of a team that is due; its key."""
    key = utc_key(f"{KIND}:{team.id}", due)
    await jobs.submit(KIND, key, _payload(team, due))
    return key


def asked(team: Team, now: datetime, *, accept: bool = False) -> tuple[str, Payload]:
    """Key and payload of a sweep that an operator asks for, whenever the next one is due.

    Args:
        team: whose.
        now: in UTC.
        accept: what vanished is gone indeed.
    """
    return f"{KIND}:{team.id}:{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", _payload(team, now) | {"accept": accept}


def _payload(team: Team, due: datetime) -> Payload:
    return {"team": team.id, "due": due.timestamp(), "grace": team.sweep_every.total_seconds()}


class SweepProgress(Progress):
    """What one run hands on to the next.

    Attributes:
        reads: what became of reading each tracker; None before.
        compared: what became of comparing the ids of each; None before.
    """

    reads: dict[str, Any] | None = None
    compared: dict[str, Any] | None = None


class Sweeping(Patient):
    """One run of the job.

    Args:
        ports: the world.
        waits: how long it waits before it tries again.
        run: what the engine offers.
        payload: as `submit` makes it.
        watch: told of every page.
    """

    progress: SweepProgress

    def __init__(self, ports: Ports, waits: Waits, run: Run, payload: Payload, watch: Watch = unwatched) -> None:
        progress = SweepProgress.model_validate(payload.get("progress", {}))
        super().__init__(run, waits, progress, kind=KIND, replayed=bool(payload.get("replayed")))
        self.ports = ports
        self.payload = payload
        self._watch = watch

    async def go(self) -> Result | Again:
        """Everything in order, up to the next long wait."""
        try:
            if not await self._is_due():
                return {"state": "too_late"}
            await self._read()
            state = "done" if await self._follow() else "left_to_the_next"
        except Later as later:
            handed_on = self.payload | {"progress": self.progress.model_dump(mode="json")}
            return Again(handed_on, later.after * self.waits.scale)
        return {"state": state, "reads": self.progress.reads, "compared": self.progress.compared}

    async def _is_due(self) -> bool:
        """A sweep that waited in the queue until the next one is due has nothing to add to that."""
        if "begin" in self.progress.done:
            return True
        late = await self.step("begin", self._is_late)
        self.settled("begin")
        return late is not True

    async def _is_late(self) -> bool:
        due = datetime.fromtimestamp(float(self.payload["due"]), UTC)
        return self.ports.clock.now() - due > timedelta(seconds=float(self.payload["grace"]))

    async def _read(self) -> None:
        """Read, compare, count."""
        if self.progress.reads is None:
            read = await self.step("read", lambda: self._with_team(partial(sweep_team, watch=self._watch)))
            self.progress.reads = {} if BROKEN in read else read
        if self.progress.compared is None:
            accept = bool(self.payload.get("accept"))
            compared = await self.step("reconcile", lambda: self._with_team(partial(reconcile_team, accept=accept)))
            self.progress.compared = {} if BROKEN in compared else compared
        if "count" not in self.progress.done:
            await self.step("count", lambda: self._with_team(note_readiness))
            self.settled("count")

    async def _follow(self) -> bool:
        """What follows from it, until all is done; False if that is left to the next sweep."""
        compared = self.progress.compared or {}
        tell: Follow = partial(tell_trouble, compared=compared)
        while True:
            waits = [await self._part(name, work) for name, work in (("tell", tell), *FOLLOWING)]
            left = [wait for wait in waits if wait is not None]
            if not left:
                return True
            if self.progress.patience >= float(self.payload["grace"]):
                return False
            await self.pause("follow", max(left), patience=True)

    async def _part(self, name: str, work: Follow) -> float | None:
        """Do one part; the seconds after which it has to be tried again, None if it is done."""
        if name in self.progress.done:
            return None
        result = await self.step(name, lambda: self._with_team(work, skip=name == SILENT))
        after = 0.0 if BROKEN in result else result.get("retry_after")
        if after is None:
            self.settled(name)
        return after

    async def _with_team(
        self, work: Callable[[Ports, Team], Awaitable[Mapping[str, Any]]], *, skip: bool = False
    ) -> Any:
        """Do something for the team as it is configured now; nothing if it is gone, or wants no alerts."""
        team = self.ports.teams.get(str(self.payload["team"]))
        if team is None or (skip and not team.alerts.is_on):
            return {}
        return await work(self.ports, team)
