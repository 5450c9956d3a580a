"""The weekly sync: woken by the clock, posted once on its local date, however many replicas wake up.

Its key is `sync:<team id>:<local date>`. After a time when no process ran only the newest missed one is looked at, and
posted if it is not too late for that.
"""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from pydantic import Field

from bot.domain.sync_policy import at, day_of, reminder_day
from bot.domain.working_time import DAYS
from bot.jobs.engine import Engine
from bot.jobs.patience import Later, Patient, Progress
from bot.jobs.run import BROKEN, Again, Payload, Result, Run
from bot.jobs.schedules import LEAST_GRACE, Schedules, at_time
from bot.jobs.waits import Waits
from bot.usecases import post_sync, sync_missed
from bot.usecases.ports import Ports, Team
from bot.usecases.posting import Told, told
from bot.usecases.sync_agenda import sync_key
from bot.usecases.sync_survey import Survey

KIND = post_sync.JOB
REMINDER = "sync-reminder"
READS = 3
"""How often the trackers are read again, if that fails here."""
LOOK_BACK = timedelta(days=8)
"""How far back a missed one is looked for, so that the operators hear of it: until the next one is due."""


def lane(payload: Payload) -> str:
    """One team's syncs take turns: the schedule's and those that somebody asked for post the same message.

    They do not wait for a sweep of the team, which has a lane of its own and takes as long as it needs.
    """
    return f"{KIND}:{payload['team']}"


def register(engine: Engine, schedules: Schedules, ports: Ports, waits: Waits | None = None) -> None:
    """Make the jobs and their schedules known; before the engine is opened."""

    async def job(run: Run, payload: Payload) -> Result | Again:
        return await Syncing(ports, waits or Waits(), run, payload).go()

    async def reminder(run: Run, payload: Payload) -> Result | Again:
        return await Reminding(ports, waits or Waits(), run, payload).go()

    engine.define(KIND, job, lane=lane, serial=True)
    engine.define(REMINDER, reminder)
    for team in ports.teams.all():
        _schedule(engine, schedules, team)


def _schedule(engine: Engine, schedules: Schedules, team: Team) -> None:
    policy = team.sync

    async def submit(due: datetime) -> None:
        day = day_of(due, policy.at, team.time_zone)
        payload = {"team": team.id, "day": day.isoformat(), "due": due.timestamp(), "asked": False}
        await engine.submit(KIND, sync_key(team, day), payload)

    async def submit_reminder(due: datetime) -> None:
        today = day_of(due, str(policy.reminder), team.time_zone)
        day = next((day for ahead in range(1, 8) if _is_on(team, day := today + timedelta(days=ahead))), None)
        if day is not None and reminder_day(team.alerts.working, day) == today:
            payload = {"team": team.id, "day": day.isoformat()}
            await engine.submit(REMINDER, f"{REMINDER}:{team.id}:{day.isoformat()}", payload)

    trigger = at_time(policy.at, team.time_zone, policy.day)
    schedules.register(f"{KIND}:{team.id}", trigger, submit, grace=max(LOOK_BACK, policy.grace))
    if policy.reminder:
        daily = at_time(policy.reminder, team.time_zone)
        schedules.register(
            f"{REMINDER}:{team.id}", daily, submit_reminder, grace=max(post_sync.REMINDER_GRACE, LEAST_GRACE)
        )


def _is_on(team: Team, day: date) -> bool:
    return day.weekday() == DAYS.index(team.sync.day)


class Reminding(Patient):
    """One run of the job of a reminder: while it is time still, a Slack that is away is asked again."""

    def __init__(self, ports: Ports, waits: Waits, run: Run, payload: Payload) -> None:
        progress = Progress.model_validate(payload.get("progress", {}))
        super().__init__(run, waits, progress, kind=KIND, replayed=bool(payload.get("replayed")))
        self.ports = ports
        self.payload = payload

    async def go(self) -> Result | Again:
        """Say it, or wait."""
        try:
            heard = await self.tell("remind", lambda _: self._remind())
        except Later as later:
            handed_on = self.payload | {"progress": self.progress.model_dump(mode="json")}
            return Again(handed_on, later.after * self.waits.scale)
        return {"reminded": bool(heard["posted"])}

    async def _remind(self) -> Told:
        team, day = self.ports.teams.get(str(self.payload["team"])), date.fromisoformat(str(self.payload["day"]))
        if team is None or not post_sync.may_remind(self.ports, team, day):
            return told(hopeless=True)
        if await post_sync.why_not(self.ports, team, day):
            return told(hopeless=True)
        return await post_sync.remind(self.ports, team, day, may_exist=True)


class SyncProgress(Progress):
    """What one run hands on to the next.

    Attributes:
        missing: names of the trackers that could not be read.
        is_read: whether the trackers were read.
        missed: why it was not posted, found out when it was to be.
    """

    missing: list[str] = Field(default_factory=list)
    is_read: bool = False
    missed: str = ""


class Syncing(Patient):
    """One run of the job."""

    progress: SyncProgress

    def __init__(self, ports: Ports, waits: Waits, run: Run, payload: Payload) -> None:
        progress = SyncProgress.model_validate(payload.get("progress", {}))
        super().__init__(run, waits, progress, kind=KIND, replayed=bool(payload.get("replayed")))
        self.ports = ports
        self.payload = payload
        self.day = date.fromisoformat(str(payload["day"]))
        self.survey = Survey()

    async def go(self) -> Result | Again:
        """Everything in order, up to the next long wait."""
        team = self.ports.teams.get(str(self.payload["team"]))
        if team is None:
            return {"state": "skipped", "why": "no such team"}
        try:
            why = self.progress.missed or await self._begin(team)
            if not why:
                await self._read(team)
                why = await self._post(team)
            if why:
                tried = self.progress.is_read
                missed = partial(sync_missed.note_missed, self.ports, team, self.day, why, tried=tried)
                await self.tell("missed", lambda _: missed())
                return {"state": "skipped", "why": why}
        except Later as later:
            handed_on = self.payload | {"progress": self.progress.model_dump(mode="json")}
            return Again(handed_on, later.after * self.waits.scale)
        return {"state": "posted"}

    async def _begin(self, team: Team) -> str:
        """Note which attempt this is; why nothing is to be posted, empty if something is."""
        begun = await self.step("begin", lambda: self._look(team))
        if BROKEN in begun:
            raise Later(self.delay("begin"))
        self.crashed = begun["boot"] != self.run.attempt
        return str(begun["why_not"])

    async def _look(self, team: Team) -> dict[str, Any]:
        """A clock is read only in a step."""
        if "post" in self.progress.done:
            return {"boot": self.run.attempt, "why_not": ""}
        why = "" if self.payload.get("asked") else await post_sync.why_not(self.ports, team, self.day)
        # What an earlier try may have posted is for `_post` to find.
        too_late = self._is_late(team) and "post" not in self.progress.unsure
        return {"boot": self.run.attempt, "why_not": why or (sync_missed.TOO_LATE if too_late else "")}

    def _is_late(self, team: Team) -> bool:
        due = datetime.fromtimestamp(float(self.payload["due"]), UTC)
        return self.ports.clock.now() > max(due, at(self.day, team.sync.at, team.time_zone)) + team.sync.grace

    async def _read(self, team: Team) -> None:
        """A tracker that cannot be read, or not in time, is named in the post, and the other one is there on time.

        What fails here, such as a database that is away, is no fault of theirs: they are read again in a moment.
        """
        within = self.waits.reading
        while not self.progress.is_read:
            missing = await self.step(
                "read", lambda: post_sync.read_trackers(self.ports, team, self.day, within, self.survey)
            )
            broken = isinstance(missing, dict)
            if broken and self.progress.tries.get("read", 0) < READS:
                await self.pause("read")
                continue
            self.progress.missing = sorted(team.trackers) if broken else list(missing)
            self.progress.is_read = True

    async def _post(self, team: Team) -> str:
        """Post it; why it was not, empty if it was. A process that died before may come back days later."""
        ports, day, missing = self.ports, self.day, tuple(self.progress.missing)

        async def post(may_exist: bool) -> Told:
            work = post_sync.adopt_posted if self._is_late(team) else post_sync.post_sync
            return await work(ports, team, day, missing, may_exist, self.survey)

        heard = await self.tell("post", post)
        if heard.get("hopeless") and not heard["unreachable"]:
            self.progress.missed = sync_missed.TOO_LATE
            return self.progress.missed
        if heard.get("unreachable"):
            raise Later(self.delay("unreachable", self.waits.unreachable / 4))
        await self.tell("thread", lambda may: post_sync.post_thread(ports, team, day, may, self.survey))
        return ""
