"""From `make demo` on a prepared machine to a page on which `/devrequest` opens its form."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

import aiohttp

from bench.child import PATIENCE, ROOT, clean_environment
from bench.measure import Row

PORT = 8090
MOST = 5.0
MAKE = ["make", "demo"]
DIRECTLY = [sys.executable, "-m", "bot", "demo", "--port", "0"]
FORM = "What do you need?"


async def run(rounds: int, quick: bool) -> list[Row]:
    """Start it, look at the page, type the command, end it."""
    command = MAKE if can_make() else DIRECTLY
    with TemporaryDirectory(prefix="devrequest-bench-") as folder:
        if not quick:
            await started(command, Path(folder) / "demo.log")  # .pyc files are written
        taken = [await started(command, Path(folder) / "demo.log") for _ in range(rounds)]
    named = (
        "`make demo`" if command is MAKE else "`devrequest demo --port 0`, as port 8090 or the set-up was not at hand"
    )
    return [
        Row(
            "demo",
            "`make demo` to a working page",
            tuple(page for _, page in taken),
            MOST,
            f"{MOST:g} s on a machine where everything is installed",
            f"{named} spawned; the address that it prints is opened, `/devrequest` is typed as the page's script sends "
            "it, and the time ends when the page shows the form.",
            unit="s",
            figures=f"address printed after {median(printed for printed, _ in taken):.2f} s",
        )
    ]


def can_make() -> bool:
    """Whether `make demo` would set nothing up, and its port is free."""
    if shutil.which("make") is None:
        return False
    prepared = subprocess.run(["make", "-q", ".venv/.ready"], cwd=ROOT, check=False, capture_output=True)
    try:
        socket.create_server(("127.0.0.1", PORT)).close()
    except OSError:
        return False
    return prepared.returncode == 0


async def started(command: list[str], log: Path) -> tuple[float, float]:
    """Seconds until the address was printed, and until the form was on the page.

    Raises:
        TimeoutError: it never came.
    """
    began = time.perf_counter()
    process = spawned(command, log)
    try:
        async with asyncio.timeout(PATIENCE):
            while not (url := address(log)):  # noqa: ASYNC110 (another process sets no event)
                await asyncio.sleep(0.01)
            printed = time.perf_counter() - began
            await form_on_page(url)
        return printed, time.perf_counter() - began
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(PATIENCE)


def spawned(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    """The demo as a process group of its own."""
    with log.open("wb") as out:
        return subprocess.Popen(
            command, cwd=ROOT, env=clean_environment(), stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )


def address(log: Path) -> str:
    """The address, once it was printed whole."""
    lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
    return next((line.strip() for line in lines if line.startswith("http://") and line.endswith("\n")), "")


async def form_on_page(url: str) -> None:
    """Open the page, type the command, wait for the form."""
    async with aiohttp.ClientSession(raise_for_status=True) as browser:
        async with browser.get(url) as page:
            await page.text()
        async with browser.get(f"{url}/sandbox/ui/state") as state:
            place = parse_qs(urlsplit((await state.json())["place"]).query)
        who = {"user": place["user"][0], "channel": place["channel"][0]}
        async with browser.post(f"{url}/sandbox/ui/command", json=who | {"text": "/devrequest"}) as answer:
            await answer.read()
        while True:
            async with browser.get(f"{url}/sandbox/ui/state", params=who) as state:
                if FORM in await state.text():
                    return
            await asyncio.sleep(0.01)
