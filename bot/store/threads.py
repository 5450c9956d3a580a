"""Blocking SQL off the event loop: one thread writes, a few read."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine

from bot.store.writer import Writer

P = ParamSpec("P")
T = TypeVar("T")

READERS = 4
"""Threads that read."""


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
        """Run in the writer's thread, inside a transaction."""
        return await asyncio.wrap_future(self._writer.submit(lambda connection: work(connection, *args, **kwargs)))

    async def read(self, work: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run in a reader's thread."""

        def in_thread() -> T:
            with self._reads.connect() as connection:
                return work(connection, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._readers, in_thread)
