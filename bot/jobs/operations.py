"""Looking after jobs, the same from inside the bot and from the command line beside it."""

import json
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.errors import UnknownRequest
from bot.jobs.run import Payload, key_of, run_id
from bot.usecases.ports import JobState

STATES: dict[str, JobState] = {
    "ENQUEUED": "queued",
    "DELAYED": "queued",
    "PENDING": "running",
    "SUCCESS": "done",
    "ERROR": "failed",
    "CANCELLED": "failed",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "failed",
}
"""The engine's states in our words."""
DEAD = ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
PAGE = 500
"""Rows read or deleted at a time."""


@dataclass(frozen=True, slots=True)
class DeadJob:
    """A job that ended without a result, which only `replay` can help.

    Attributes:
        state: the engine's word, `ERROR` or `MAX_RECOVERY_ATTEMPTS_EXCEEDED`.
        ended_at: seconds since 1970.
    """

    key: str
    state: str
    ended_at: float


@dataclass(frozen=True, slots=True)
class Gauges:
    """For the metrics.

    Attributes:
        oldest_queued: seconds since the oldest job was put in the queue, 0 if there is none.
        oldest_running: seconds since the oldest job was started that still runs, 0 if there is none.
        waiting: jobs that wait to be tried again, `PAGE` at most.
        failed: jobs that ended in an error, `PAGE` at most.
        gave_up: jobs that were interrupted too often, `PAGE` at most.
    """

    oldest_queued: float
    oldest_running: float
    waiting: int
    failed: int
    gave_up: int


class Operations(ABC):
    """Status, replay, waking and cleaning up, on the calls that the engine and its client have in common."""

    @abstractmethod
    async def _list(self, **filters: Any) -> list[Any]:
        """Rows of workflows, oldest first unless `sort_desc`."""

    @abstractmethod
    async def _start_now(self, workflow_id: str) -> None:
        """End the wait of a delayed one."""

    @abstractmethod
    async def _enqueue(self, name: str, workflow_id: str, payload: Payload) -> None:
        """Put a run into the queue; nothing happens if its id is known."""

    @abstractmethod
    async def _delete(self, workflow_ids: list[str]) -> None:
        """Delete workflows and their steps."""

    async def status(self, key: str) -> JobState:
        """How far a job is, its latest run that is."""
        run = await self._latest(key)
        return STATES[run.status] if run else "unknown"

    async def replay(self, key: str) -> None:
        """Run a job that has ended once more; a job that waits is tried at once, one that runs is left alone.

        It does not forget: the new run knows that it is a replay and looks for what the old ones made.

        Raises:
            UnknownRequest: there is no such job, or no longer.
        """
        run = await self._latest(key, load_input=True)
        if run is None or not run.input:
            raise UnknownRequest(f"There is no job {key} any more.")
        if run.status == "DELAYED":
            await self._start_now(run.workflow_id)
        elif run.status in ENDED:
            payload = json.loads(run.input["args"][0]) | {"replayed": True}
            await self._enqueue(run.name, run_id(key, key_of(run.workflow_id)[1] + 1), payload)

    async def wake(self, prefix: str = "") -> int:
        """Let jobs that wait try again at once; how many there were. Called at each start, since a start mends much.

        Args:
            prefix: of the keys; all by default.
        """
        woken = 0
        filters = {"workflow_id_prefix": prefix} if prefix else {}
        for run in await self._list(status="DELAYED", limit=10 * PAGE, **filters):
            await self._start_now(run.workflow_id)
            woken += 1
        return woken

    async def dead(self) -> list[DeadJob]:
        """Jobs that ended without a result and were not replayed since, newest first."""
        found = []
        for run in await self._list(status=DEAD, limit=PAGE, sort_desc=True):
            key, number = key_of(run.workflow_id)
            latest = await self._latest(key)
            if latest is not None and latest.workflow_id == run_id(key, number):
                found.append(DeadJob(key, run.status, (run.completed_at or run.updated_at or 0) / 1000))
        return found

    async def purge(self, before: datetime, prefix: str = "") -> int:
        """Delete jobs that ended before a moment, with everything they were told; how many runs there were.

        A key that is deleted can be submitted anew: `before` must be older than anything that may still submit it.
        """
        deleted = 0
        filters = {"workflow_id_prefix": prefix} if prefix else {}
        limit = before.isoformat()
        while runs := await self._list(status=ENDED, completed_before=limit, limit=PAGE, **filters):
            await self._delete([run.workflow_id for run in runs])
            deleted += len(runs)
        return deleted

    async def forget(self, key: str) -> bool:
        """Delete one job with all its runs; False if it has not ended."""
        runs = [run for run in await self._list(workflow_id_prefix=key) if key_of(run.workflow_id)[0] == key]
        if any(run.status not in ENDED for run in runs):
            return False
        await self._delete([run.workflow_id for run in runs])
        return True

    async def gauges(self) -> Gauges:
        """For the metrics; a handful of cheap queries."""
        now = time.time()
        queued = await self._list(status="ENQUEUED", limit=1)
        running = await self._list(status="PENDING", limit=1)
        return Gauges(
            oldest_queued=max(0.0, now - queued[0].created_at / 1000) if queued else 0.0,
            oldest_running=max(0.0, now - running[0].created_at / 1000) if running else 0.0,
            waiting=len(await self._list(status="DELAYED", limit=PAGE)),
            failed=len(await self._list(status="ERROR", limit=PAGE)),
            gave_up=len(await self._list(status="MAX_RECOVERY_ATTEMPTS_EXCEEDED", limit=PAGE)),
        )

    async def _latest(self, key: str, *, load_input: bool = False) -> Any | None:
        """The newest run of a job."""
        filters = {"workflow_id_prefix": f"{key}#", "sort_desc": True, "limit": 20, "load_input": load_input}
        for run in await self._list(**filters):
            if key_of(run.workflow_id)[0] == key:  # an underscore in a prefix stands for any letter
                return run
        first = await self._list(workflow_ids=[key], limit=1, load_input=load_input)
        return first[0] if first else None
