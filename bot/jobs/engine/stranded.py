"""Jobs that stand as running here, and that nobody runs: a failing database broke them off, or their start.

The engine recovers such rows when a process starts, and a process that lives may live for months. They are found by
what they are, not by the error that made them, and go back into their queue; their recorded steps are not repeated.
A run that is wrongly taken for one would lose its ownership, and with it all that it does not know yet: the engine
lets it record nothing more.

Jobs that wait for their next try are stranded, too, when the machine's clock is set back: they wait for a time that it
showed before. They try at once then, as after a start.
"""

import asyncio
import logging
import time
from typing import Any

from dbos._dbos import _get_dbos_instance
from dbos._utils import INTERNAL_QUEUE_NAME

from bot.jobs.engine.names import VERSION
from bot.jobs.operations import PAGE, Operations

log = logging.getLogger(__name__)
SET_BACK = 30.0
"""Seconds by which the clock must be set back to count; less is waited for."""
Seen = dict[str, tuple[Any, ...]]
"""Workflow id → when it was put into this state, so that a row that moved on meanwhile is another one."""


class Stranded:
    """Looks for them, again and again. Only what is found twice counts: a run that begins or ends is such for a while.

    Args:
        jobs: lists them.
        executor_id: of this process.
    """

    def __init__(self, jobs: Operations, executor_id: str) -> None:
        self._jobs = jobs
        self._executor_id = executor_id
        self._seen: Seen = {}
        self._ahead = _ahead()

    async def watch(self, every: float) -> None:
        """Look every so many seconds, for as long as the process lives; a database that is away is looked at later."""
        while True:
            await asyncio.sleep(every)
            try:
                await self.look()
                await self.look_at_clock()
            except Exception as error:  # noqa: BLE001 - the last line of defence must hold
                log.warning("jobs that broke off were not looked for: %s", type(error).__name__)

    async def look(self) -> int:
        """One look; how many jobs go on."""
        found = await self._not_running()
        stranded = [workflow_id for workflow_id, state in found.items() if self._seen.get(workflow_id) == state]
        self._seen = found
        for workflow_id in stranded:
            await asyncio.to_thread(_requeue, workflow_id, self._executor_id)
        if stranded:
            log.warning("%d job(s) that had broken off go on", len(stranded))
        return len(stranded)

    async def look_at_clock(self) -> int:
        """Have what waits try at once if the clock was set back since the last look; how many jobs those were."""
        ahead = _ahead()
        back = self._ahead - ahead
        woken = await self._jobs.wake() if back > SET_BACK else 0
        self._ahead = ahead
        if woken:
            log.warning("the clock was set back by %.0f s: %d job(s) that wait try at once", back, woken)
        return woken

    async def _not_running(self) -> Seen:
        mine = {"status": "PENDING", "executor_id": self._executor_id, "app_version": VERSION, "limit": PAGE}
        rows = await self._jobs._list(**mine)  # noqa: SLF001 - of the same package
        running = set(_get_dbos_instance()._active_workflows_set.activeList())  # noqa: SLF001 - nothing public tells
        return {row.workflow_id: (row.dequeued_at, row.updated_at) for row in rows if row.workflow_id not in running}


def _ahead() -> float:
    """By how much the clock is ahead of one that nobody sets."""
    return time.time() - time.monotonic()


def _requeue(workflow_id: str, executor_id: str) -> None:
    """Back into its own queue and lane, if it is ours still; blocks. What is public forgets the lane and the owner."""
    database = _get_dbos_instance()._sys_db  # noqa: SLF001
    database.reenqueue_for_recovery(workflow_id, [executor_id], INTERNAL_QUEUE_NAME)
