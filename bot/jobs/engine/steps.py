"""What a job gets to see of the engine, and what becomes of it when the engine's own database fails under it.

A step that could not be looked up or recorded has no result, and neither may the job have one: an error would be
recorded as its end as soon as the database is back. So the run breaks off without an end. Its row stays as it is, and
`bot.jobs.engine.stranded` has it run again from what was recorded.
"""

import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from dbos import DBOS
from dbos._error import DBOSException

from adapters.leave import may_leave
from bot.jobs.replicas import Replicas
from bot.jobs.run import BROKEN, key_of, place_of

log = logging.getLogger(__name__)


class BrokenOff(BaseException):
    """The engine could not go on with a run. No `Exception`: neither a job nor the engine may take it for an end."""


@contextmanager
def or_break_off(workflow_id: str) -> Iterator[None]:
    """Around every call of the engine from within a run.

    Raises:
        BrokenOff: the engine failed, whatever it says; its words may hold what somebody wrote.
        DBOSException: what is recorded does not fit the job; its end. (That a run was cancelled, or belongs to another
            process by now, is no `Exception` to the engine either, and passes.)
    """
    try:
        yield
    except DBOSException:
        raise
    except Exception as error:  # noqa: BLE001 - a net that needs no knowledge of its errors
        log.warning("job %s broke off and goes on soon: %s", workflow_id, place_of(error))
        raise BrokenOff(workflow_id) from None


class EngineRun:
    """See `Run`.

    Args:
        workflow_id: of the run.
        replicas: know whether this process may act.
        broken: is called when a step fails in a way that nobody foresaw.
        since: when this process began to run jobs, in seconds since 1970.
    """

    def __init__(self, workflow_id: str, replicas: Replicas, broken: Callable[[], None], since: float) -> None:
        self.since = since
        self.key, self.number = key_of(workflow_id)
        self.attempt = uuid4().hex
        self._workflow_id = workflow_id
        self._replicas = replicas
        self._broken = broken

    async def step(self, name: str, work: Callable[[], Awaitable[Any]]) -> Any:
        """See `Run`. Results travel as ASCII JSON: the same types on replay, and no database chokes on a surrogate."""

        async def guarded() -> str:
            await self._replicas.still_alive()
            may_leave.set(self._replicas.may_act)  # it may be stopped later, in the midst of its work
            try:
                return json.dumps(await work())
            except Exception as error:  # noqa: BLE001 - the last line of defence: the request must not be lost
                place = place_of(error)
                self._broken()
                log.error("step %s of %s failed: %s", name, self.key, place)  # noqa: TRY400 - the message may hold words
                return json.dumps({BROKEN: place})

        with or_break_off(self._workflow_id):
            return json.loads(await DBOS.run_step_async({"name": name}, guarded))

    async def sleep(self, seconds: float) -> None:
        """See `Run`."""
        with or_break_off(self._workflow_id):
            await DBOS.sleep_async(seconds)
