"""Goals 8 to 11: what it takes to read a big project, as a whole and what changed, from either tracker."""

import asyncio
import json
import math
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import aiohttp

from bench.child import ROOT, clean_environment, peer, running
from bench.measure import Row, interleaved, ratios

LATENCY = {"jira": 0.12, "asana": 0.15}
READERS = 4
CHANGED = 500
SINCE = "2026-11-26T00:00:00+00:00"
"""After all changes but the last ones, by the clock of the server."""
SERVER = "The server shows the sandbox's own issue and task, {size}, and answers each call after {seconds} s."
ISSUE = (
    "an issue with a description of 400 characters, four comments, an attachment and 120 custom fields that it does "
    "not use"
)
TITLES = {"jira": "Jira", "asana": "Asana"}


@dataclass(frozen=True, slots=True)
class Taken:
    """One reading.

    Attributes:
        seconds: from making the client to the last ticket.
        cpu: CPU seconds of its process.
        memory: the most MB beyond what the process held before.
        calls: what the server counted.
        sent: bytes that the server sent, for each ticket.
    """

    seconds: float
    cpu: float
    memory: float
    calls: int
    sent: float


class Server:
    """The projects, in a process of their own."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url = url
        self._session = session

    async def read(self, way: str, count: int, *, readers: int = READERS, changed: int = 0) -> Taken:
        """Let a fresh process read, and look at what came.

        Args:
            way: see `bench.peers.reading`.
            count: tickets in the project.
            readers: calls at the same time.
            changed: how many of the tickets changed, if only those are to be read.

        Raises:
            ValueError: not every ticket came, or one came twice.
        """
        vendor = way.partition("-")[0]
        size = {"count": count, "changed": changed, "latency": {f"/{vendor}/": LATENCY[vendor]}}
        async with self._session.post(f"{self._url}/bench", json=size):
            pass
        command = [sys.executable, *peer("reading", way, self._url, str(readers), *([SINCE] if changed else []))]
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=ROOT,
            env=clean_environment(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, errors = await process.communicate()
        if process.returncode:
            raise ValueError(errors.decode()[-2000:])
        taken = json.loads(out)
        expected = changed or count
        if (taken["count"], taken["distinct"]) != (expected, expected):
            raise ValueError(f"{way}: {taken['count']} tickets, {taken['distinct']} different ones, not {expected}")
        async with self._session.get(f"{self._url}/bench") as answer:
            told = await answer.json()
        calls = sum(told["calls"].values())
        return Taken(taken["seconds"], taken["cpu"], taken["memory"], calls, told["bytes"] / expected)


@asynccontextmanager
async def serving() -> AsyncIterator[Server]:
    """The server until the end of the block."""
    with TemporaryDirectory() as folder:
        async with (
            running(peer("big_projects"), {}, Path(folder) / "server.log") as child,
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session,
        ):
            yield Server(f"http://127.0.0.1:{child.port}", session)


async def run(rounds: int, quick: bool) -> list[Row]:
    """Whole projects and changes, ours and the SDKs in turns; the biggest projects once."""
    small, middle, big = (300, 700, 1_000) if quick else (1_000, 10_000, 50_000)
    async with serving() as server:
        sides = {"jira": ("jira", READERS), "asana": ("asana", READERS), "jira-8": ("jira", 8), "sdk": ("jira-sdk", 1)}
        taken = await interleaved(
            rounds, list(sides), lambda side: server.read(sides[side][0], middle, readers=sides[side][1])
        )
        sizes = {
            vendor: [
                (small, await server.read(vendor, small)),
                *((middle, one) for one in taken[vendor]),
                (big, await server.read(vendor, big)),
            ]
            for vendor in LATENCY
        }
        ids = {vendor: await server.read(f"{vendor}-ids", big) for vendor in LATENCY}
        changes = await interleaved(
            rounds,
            [f"{vendor} {size}" for vendor in LATENCY for size in (small, big)],
            lambda side: server.read(side.split()[0], int(side.split()[1]), changed=min(CHANGED, small)),
        )
    rows = [row for vendor in LATENCY for row in calls_of(vendor, sizes[vendor], ids[vendor], big)]
    rows += [row for vendor in LATENCY for row in time_of(vendor, sizes[vendor], middle)]
    rows += against_the_sdk(taken)
    rows += [memory_of(vendor, sizes[vendor]) for vendor in LATENCY]
    return rows + [row for vendor in LATENCY for row in changes_of(vendor, changes, (small, big))]


def calls_of(vendor: str, taken: Sequence[tuple[int, Taken]], ids: Taken, big: int) -> list[Row]:
    """Goal 8."""
    beyond = tuple(one.calls - full_pages(size) for size, one in taken)
    counted = {size: one.calls for size, one in taken}
    how = f"Projects of {', '.join(map(str, counted))} tickets, a fresh process and client each. {server(vendor)}"
    limit = math.ceil(big / 5_000) if vendor == "jira" else full_pages(big) + READERS + 2
    return [
        Row(
            "8",
            f"{TITLES[vendor]}: calls beyond the full pages, whole project",
            beyond,
            READERS + 2,
            f"ceil(N/100) + P + 2 calls, P = {READERS}",
            how,
            unit="calls",
            gate=True,
            figures=", ".join(f"{calls} for {size}" for size, calls in counted.items()),
        ),
        Row(
            "8",
            f"{TITLES[vendor]}: calls for the ids of {big} tickets",
            (ids.calls,),
            limit,
            "ceil(N/5,000) calls" if vendor == "jira" else "as a whole project: Asana has no larger pages for ids",
            how,
            unit="calls",
            gate=True,
        ),
    ]


def time_of(vendor: str, taken: Sequence[tuple[int, Taken]], least: int) -> list[Row]:
    """Goal 9, against what latency and readers allow."""
    latency = LATENCY[vendor]
    times: dict[int, list[float]] = {}
    for size, one in taken:
        if size >= least:
            times.setdefault(size, []).append(one.seconds)
    return [
        Row(
            "9",
            f"{TITLES[vendor]}: time by the floor, {size} tickets",
            tuple(second / floor(size, latency) for second in seconds),
            1.3,
            f"ceil(ceil(N/{READERS})/100) calls one after another ({floor(size, latency):.2f} s)",
            f"Imports excluded, making the client included. {server(vendor)}",
            figures=f"{median(seconds):.2f} s",
        )
        for size, seconds in times.items()
    ]


def against_the_sdk(taken: dict[str, list[Taken]]) -> list[Row]:
    """Goals 9 and 10, against the SDK of Jira with its defaults."""
    sdk = taken["sdk"]
    how = f"`search_issues(…, maxResults=False)` and nothing else said. {server('jira')}"
    return [
        Row(
            "9",
            "Jira: the SDK's defaults by ours with eight readers",
            ratios([one.seconds for one in sdk], [one.seconds for one in taken["jira-8"]]),
            5.0,
            "`jira` with its defaults: all fields, one page after another",
            how,
            at_least=True,
            figures=f"{middle_of(sdk, 'seconds'):.2f} against {middle_of(taken['jira-8'], 'seconds'):.2f} s",
        ),
        Row(
            "10",
            "Jira: bytes by the SDK's defaults",
            ratios([one.sent for one in taken["jira"]], [one.sent for one in sdk]),
            0.25,
            "`jira` with its defaults: all fields",
            how,
            gate=True,
            figures=f"{middle_of(taken['jira'], 'sent') / 1e3:.2f} against {middle_of(sdk, 'sent') / 1e3:.2f} kB",
        ),
        Row(
            "10",
            "Jira: CPU by the SDK's defaults",
            ratios([one.cpu for one in taken["jira"]], [one.cpu for one in sdk]),
            0.15,
            "`jira` with its defaults, which makes an object of every issue",
            f"CPU time of the process; ours makes a ticket with its text in the neutral form of every issue. {how}",
            gate=True,
            figures=f"{middle_of(taken['jira'], 'cpu'):.2f} against {middle_of(sdk, 'cpu'):.2f} s",
        ),
    ]


def memory_of(vendor: str, taken: Sequence[tuple[int, Taken]]) -> Row:
    """Goal 10: as much for the biggest project as for a small one."""
    (small, first), *_, (big, last) = taken
    return Row(
        "10",
        f"{TITLES[vendor]}: memory for {big} tickets",
        (last.memory,),
        1.5 * first.memory + 5,
        f"1.5 times what {small} tickets take, and 5 MB",
        f"The most that the process held beyond what it held before, as the kernel tells it. {server(vendor)}",
        unit="MB",
        gate=True,
        figures=f"{last.memory:.1f} against {first.memory:.1f} MB",
    )


def changes_of(vendor: str, taken: dict[str, list[Taken]], sizes: tuple[int, int]) -> list[Row]:
    """Goal 11."""
    small, big = (taken[f"{vendor} {size}"] for size in sizes)
    changed = min(CHANGED, sizes[0])
    how = (
        f"{changed} of {sizes[0]} tickets changed, and of {sizes[1]}; a fresh process and client each. {server(vendor)}"
    )
    return [
        Row(
            "11",
            f"{TITLES[vendor]}: calls for what changed",
            tuple(one.calls for one in (*small, *big)),
            full_pages(changed) + 2,
            "ceil(changed/100) + 2 calls, whatever the size of the project",
            how,
            unit="calls",
            gate=True,
        ),
        Row(
            "11",
            f"{TITLES[vendor]}: time for what changed, {sizes[1]} by {sizes[0]} tickets",
            ratios([one.seconds for one in big], [one.seconds for one in small]),
            1.5,
            "the same number of changes in the small project",
            how,
            figures=f"{middle_of(big, 'seconds'):.2f} against {middle_of(small, 'seconds'):.2f} s",
        ),
    ]


def server(vendor: str) -> str:
    """What stands on the other side."""
    size = ISSUE if vendor == "jira" else "a task with a text of 400 characters, in four sections of a size"
    return SERVER.format(size=size, seconds=LATENCY[vendor])


def full_pages(size: int) -> int:
    """The pages that so many tickets fill, at a hundred a page."""
    return math.ceil(size / 100)


def floor(size: int, latency: float) -> float:
    """Seconds that the calls take if the readers share them evenly and nothing else takes time."""
    return full_pages(math.ceil(size / READERS)) * latency


def middle_of(taken: Sequence[Taken], name: str) -> float:
    """The median of one figure."""
    return median(float(getattr(one, name)) for one in taken)
