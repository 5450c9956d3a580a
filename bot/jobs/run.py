"""What a job is to the engine, and what the engine offers to a job while it runs.

A job is a coroutine that may be run again from its start at any moment; what it did is replayed from its recorded
steps. Between its steps it may depend on its payload and on the results of steps, and on nothing else: no clock,
no network, no database, no chance.
"""

import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

Payload = dict[str, Any]
Result = dict[str, Any]

BROKEN = "broken"
"""The one key of a step's result whose work failed in a way that nobody foresaw."""


@dataclass(frozen=True, slots=True)
class Again:
    """A job's answer when it has to wait for long: it ends, and starts again later with this payload.

    While it waits it is a row in the database, no more: no thread, no place in the queue, no step to be replayed.

    Attributes:
        after: seconds.
    """

    payload: Payload
    after: float


class Run(Protocol):
    """One run of a job.

    Attributes:
        key: the key under which the job was submitted.
        number: 0 for the first run, one more after each `Again` and each replay.
        attempt: unlike that of any other time that this run was begun, here or elsewhere; a step that recorded another
            one was broken off since, and more may have been done than was recorded.
        since: when this process began to run jobs, in seconds since 1970.
    """

    key: str
    number: int
    attempt: str
    since: float

    async def step(self, name: str, work: Callable[[], Awaitable[Any]]) -> Any:
        """Do something once and record its result, JSON types; a recorded result is returned without doing anything.

        Work that was interrupted before its result was recorded is done again. Work that raises an error is logged
        (its kind and place, no contents) and its result is `{"broken": …}`.
        """
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait; after a restart only for the rest. For short waits: a place in the queue is held meanwhile."""
        ...


Job = Callable[[Run, Payload], Awaitable[Result | Again]]


def run_id(key: str, number: int) -> str:
    """The workflow id of a run: the key itself for the first one."""
    return f"{key}#{number}" if number else key


def key_of(workflow_id: str) -> tuple[str, int]:
    """The key and the number of a run."""
    key, mark, number = workflow_id.rpartition("#")
    return (key, int(number)) if mark and number.isdigit() else (workflow_id, 0)


def place_of(error: BaseException) -> str:
    """What went wrong where, without the message, which may hold what somebody wrote."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {where.filename}:{where.lineno}"
