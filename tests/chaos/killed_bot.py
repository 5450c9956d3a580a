"""A bot that is started and killed again and again."""

import asyncio
import signal
import socket
import time
from collections.abc import Mapping
from pathlib import Path

import httpx

from tests.chaos import child
from tests.forked import Forked


class Bot:
    """A bot on a port of its own; each start is a new process with the same variables.

    Args:
        environment: its variables.
        log: file that everything it says is added to.
    """

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self.port = _free_port()
        self._environment = {**environment, "PORT": str(self.port)}
        self._log = log
        self._process: Forked | None = None

    async def start(self, *, wait: bool = True) -> None:
        """Fork a bot; with `wait` until it is ready."""
        self._process = Forked(child.main, self._log.parent, self._environment, self._log, self._log)
        if wait:
            await self.ready()

    async def ready(self) -> None:
        """Until it takes requests."""
        end = time.monotonic() + 60
        async with httpx.AsyncClient(verify=False) as client:
            while True:
                try:
                    if (await client.get(f"http://127.0.0.1:{self.port}/readyz")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                assert time.monotonic() < end, f"the bot did not start, see {self._log}"
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """`kill -9`; it must not have ended by itself before."""
        assert self._process is not None
        self.check()
        self._process.kill()
        assert await self._process.wait() == -signal.SIGKILL
        self._process = None

    def check(self) -> None:
        """Fail if it ended by itself."""
        assert self._process is not None
        ended = self._process.returncode
        assert ended is None, f"the bot ended by itself ({ended}): {self._log.read_text()[-2000:]}"

    async def end(self) -> None:
        """Leave nothing running."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        self._process = None


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port
