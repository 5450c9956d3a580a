"""Telling those who look at a workspace that something is to be seen anew."""

import asyncio


class Changes:
    """A number that grows with every change, and people who wait for it to grow."""

    def __init__(self) -> None:
        self.revision = 0
        self._waiting: set[asyncio.Event] = set()

    def changed(self) -> None:
        """Say that something is to be seen anew."""
        self.revision += 1
        for event in self._waiting:
            event.set()

    async def wait_for_change(self, since: int, timeout: float) -> int:  # noqa: ASYNC109 (a long poll ends by itself)
        """Wait until `revision` is above `since`, `timeout` seconds at most; the revision then."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            if self.revision <= since:
                async with asyncio.timeout(timeout):
                    await event.wait()
        except TimeoutError:
            pass
        finally:
            self._waiting.discard(event)
        return self.revision
