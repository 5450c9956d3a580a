"""One piece of work at a time that is done while whoever gave it goes on."""

import asyncio
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self

Work = Callable[[], Coroutine[Any, Any, None]]


class Behind:
    """Does one thing after another; who gives the next one waits for the one before.

    It is a context at whose end all is done, also if its body failed. If the body is cut off, the work is as well.
    """

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._task is not None and not self._task.done()

    async def begin(self, work: Work) -> None:
        """Begin it once what is under way is done.

        Raises:
            Exception: of the work before, which failed; this one is not begun.
        """
        if self._task is not None:
            await self._task
        self._task = asyncio.create_task(work())

    async def __aenter__(self) -> Self:
        """Nothing is under way."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for the work; what the body raised counts more than what comes of it."""
        if self._task is None:
            return
        if kind is None:
            await self._task
            return
        if issubclass(kind, asyncio.CancelledError):
            self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
