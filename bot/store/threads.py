"""Blocking SQL off the event loop: one thread writes, a few read."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, exc, text

from bot.domain.errors import NotStored
from bot.store.writer import AWAY, Writer

P = ParamSpec("P")
T = TypeVar("T")

READERS = 4
"""Threads that read."""
log = logging.getLogger(__name__)


class Threads:
    """Runs SQL; what is written is on the disk when `write` returns."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reads = engine.execution_options(reads=True)
        self._writer = Writer(engine)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")

    def close(self) -> None:
        """Write what is queued and let go of the database; blocks."""
        self._writer.close()
        self._readers.shutdown()
        self._engine.dispose()

    async def write(self, work: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run in the writer's thread, inside a transaction.

        Raises:
            NotStored: the database is away.
        """
        with _said_plainly():
            return await asyncio.wrap_future(self._writer.submit(lambda connection: work(connection, *args, **kwargs)))

    async def read(self, work: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run in a reader's thread.

        Raises:
            NotStored: the database is away.
        """

        def in_thread() -> T:
            with self._reads.connect() as connection:
                return work(connection, *args, **kwargs)

        with _said_plainly():
            return await asyncio.get_running_loop().run_in_executor(self._readers, in_thread)


def is_there(connection: Connection) -> bool:
    """Whether the database answers."""
    return bool(connection.scalar(text("select 1")))


@contextmanager
def _said_plainly() -> Iterator[None]:
    """A database that is away is nobody's fault, and people can be told what to do: press again.

    Raises:
        NotStored: it is away.
    """
    try:
        yield
    except (*AWAY, exc.TimeoutError) as error:  # the latter: none of our connections comes back
        log.warning("the database cannot be used (%s)", type(getattr(error, "orig", None) or error).__name__)
        raise NotStored from error
