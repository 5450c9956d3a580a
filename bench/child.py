"""Processes that are measured: each says on its first lines that it is ready, and where it listens."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bench import machine

ROOT = Path(__file__).parents[1]
VENDORS = ("SLACK_", "JIRA_", "ASANA_", "DEVREQUEST_", "MEMORY_", "DBOS_")
PATIENCE = 30.0
"""Seconds to become ready in, or to end in."""


class ChildFailedError(Exception):
    """A process ended, or did not become ready in time; the message holds its last lines."""


class Child:
    """A process with a port.

    Attributes:
        pid: its id.
        port: where it listens.
    """

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self._log = log
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=clean_environment() | dict(environment),
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.pid = self._process.pid
        self.port = 0

    async def ready(self) -> "Child":
        """Wait for the line that says so.

        Raises:
            ChildFailedError
        """
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self._process.poll() is None:
            for line in self._log.read_text(encoding="utf-8").splitlines():
                if line.startswith("{") and line.endswith("}") and (said := json.loads(line)).get("event") == "ready":
                    self.port = int(said["port"])
                    return self
            await asyncio.sleep(0.01)
        self.kill()
        raise ChildFailedError("\n".join(self._log.read_text(encoding="utf-8").splitlines()[-20:]))

    def cpu(self) -> float:
        """CPU seconds so far."""
        return machine.cpu_seconds(self.pid)

    def kill(self) -> None:
        """`kill -9`."""
        self._process.kill()
        self._process.wait()

    async def stop(self) -> None:
        """A clean stop; `kill -9` if it takes too long."""
        self._process.send_signal(signal.SIGTERM)
        end = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < end:  # noqa: ASYNC110 (a process sets no event)
            await asyncio.sleep(0.01)
        self.kill()


def clean_environment() -> dict[str, str]:
    """The environment without anything that configures a bot.

    Nor may anything forbid Python to keep compiled modules: those of the peers' libraries were compiled when they were
    installed, as ours are where the package is installed.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(VENDORS)}
    ours = {"DATABASE_URL", "PORT", "LOG_LEVEL", "PYTHONDONTWRITEBYTECODE"}
    return {name: value for name, value in kept.items() if name not in ours}


@asynccontextmanager
async def running(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> AsyncIterator[Child]:
    """A process from the moment it is ready until the end of the block; its output goes to `log`."""
    child = await Child(arguments, environment, log).ready()
    try:
        yield child
    finally:
        child.kill()


def peer(name: str, *arguments: str) -> list[str]:
    """The command line of a module in `bench/peers`."""
    return ["-m", f"bench.peers.{name}", *arguments]
