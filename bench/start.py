"""Goal 16: how soon `devrequest run` is ready, and what it holds in memory while nothing happens."""

import asyncio
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench import machine
from bench.child import PATIENCE, Child, peer
from bench.commands import variables
from bench.company import RUN
from bench.measure import Row, interleaved, ratios
from bench.slack_stub import SlackStub, slack_stub

SETTLED = 1.0
"""Seconds after which memory is read."""


@dataclass(frozen=True, slots=True)
class Started:
    """One start.

    Attributes:
        seconds: from spawning the process to the first 200 of `/readyz`.
        megabytes: of resident memory, at rest.
    """

    seconds: float
    megabytes: float


async def run(rounds: int, quick: bool) -> list[Row]:
    """The bot and the bare stack start in turns, on a database that has its tables."""
    with TemporaryDirectory(prefix="devrequest-bench-") as name:
        async with slack_stub() as slack:
            folder = Path(name)
            sides = ["ours", "bare"]
            if not quick:
                await interleaved(
                    1, sides, lambda side: started(slack, folder, side)
                )  # makes the tables and .pyc files
            taken = await interleaved(rounds, sides, lambda side: started(slack, folder, side))
    ours, bare = taken["ours"], taken["bare"]
    method = (
        "Spawned anew each time, HTTP mode, SQLite with its tables there, ten request types; asked for `/readyz` every "
        "5 ms. Jira's and Asana's clients are configured."
    )
    stack = "the same stack and nothing of ours: Bolt's `AsyncApp` under uvicorn, DBOS launched, one queue"
    return [
        Row(
            "16",
            "`devrequest run` until ready",
            ratios([one.seconds for one in ours], [one.seconds for one in bare]),
            1.4,
            stack,
            method,
            figures=f"{median(one.seconds for one in ours):.2f} against {median(one.seconds for one in bare):.2f} s",
        ),
        Row(
            "16",
            "memory at rest",
            ratios([one.megabytes for one in ours], [one.megabytes for one in bare]),
            1.5,
            stack,
            f"{method} Resident memory {SETTLED:g} s later.",
            figures=f"{median(one.megabytes for one in ours):.0f} against "
            f"{median(one.megabytes for one in bare):.0f} MB",
        ),
    ]


async def started(slack: SlackStub, folder: Path, side: str) -> Started:
    """Start one side and end it again.

    Raises:
        TimeoutError: it was not ready in time.
    """
    port = free_port()
    arguments: Sequence[str] = RUN
    environment: Mapping[str, str] = variables(slack, folder) | {"PORT": str(port)}
    if side == "bare":
        arguments = peer("bare_start", str(folder / "bare.sqlite"), str(port))
        environment = {"SLACK_API_URL": slack.url}
    began = time.perf_counter()
    child = Child(arguments, environment, folder / f"{side}.log")
    try:
        async with asyncio.timeout(PATIENCE):
            while not await answers(port):  # noqa: ASYNC110 (another process sets no event)
                await asyncio.sleep(0.005)
        seconds = time.perf_counter() - began
        await asyncio.sleep(SETTLED)
        return Started(seconds, machine.resident_megabytes(child.pid))
    finally:
        child.kill()


async def answers(port: int) -> bool:
    """Whether `/readyz` says 200."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        writer.write(b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        return (await reader.readline()).startswith(b"HTTP/1.1 200")
    except OSError:
        return False
    finally:
        writer.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
