"""Goal 12: the weekly sync over two big projects, with nothing known and from a fresh snapshot."""

import asyncio
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp

from adapters.asana.mapping import FIELDS
from bench.child import ROOT, clean_environment, peer, running
from bench.measure import Row, ratios
from bench.peers.big_projects import ASANA_PROJECT
from bench.reading import LATENCY, READERS, TITLES, floor, full_pages
from sandbox.asana.site import ASANA_ACCESS_TOKEN
from sandbox.jira.site import JIRA_API_TOKEN

SLACK = 0.1
"""Seconds that each call to Slack takes."""
OFFSET = re.compile(rb'"offset":"([^"]+)"')
HORIZON = 43
"""Days whose launches are listed: today, and six weeks."""
DAYS = 365
"""Days over which the launches of the projects are spread."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One sync.

    Attributes:
        seconds: from the job until Slack had taken its message.
        memory: the most MB beyond what the bot held before.
        calls: tracker → what the server counted.
    """

    seconds: float
    memory: float
    calls: dict[str, int]


async def run(rounds: int, quick: bool) -> list[Row]:
    """A sync with nothing known, and one after a sweep, each in a fresh process; so many times, on a new database."""
    size, changed = (700, 150) if quick else (10_000, 500)
    floors: list[float] = []
    cold: list[Taken] = []
    fresh: list[Taken] = []
    for _ in range(rounds):
        with TemporaryDirectory(prefix="devrequest-bench-") as name:
            folder = Path(name)
            async with running(peer("big_projects"), {}, folder / "server.log") as child:
                url = f"http://127.0.0.1:{child.port}"
                floors.append(await bare(url, size))
                cold.append(await synced(url, folder, size, 0))
                await swept(url, folder, size)
                fresh.append(await synced(url, folder, size, changed))
    return rows(floors, cold, fresh, size, changed)


async def synced(url: str, folder: Path, size: int, changed: int) -> Taken:
    """Let a fresh process post the sync of a day, and look at what it read and listed.

    Args:
        url: of the server.
        folder: the database of the bot is in it.
        size: open tickets in each tracker.
        changed: how many of them changed since the last reading; 0: there was none.

    Raises:
        ValueError: the post does not list what it should, or not every ticket that changed was read.
    """
    later = int(changed > 0)
    today = datetime.now(UTC).date()
    taken, calls = await _measured(url, folder, size, changed, today + timedelta(days=later), "sync")
    listed = 2 * sum(later <= number % DAYS < later + HORIZON for number in range(size))
    expected = {"listed": listed, "read": dict.fromkeys(LATENCY, changed or listed // 2)}
    if (found := {name: taken.get(name) for name in expected}) != expected:
        raise ValueError(f"{found}, not {expected}")
    return Taken(taken["seconds"] + SLACK, taken["memory"], {name: calls[name] for name in LATENCY})


async def bare(url: str, size: int) -> float:
    """Seconds that the calls take which have to wait for each other, made by a client that looks at nothing else.

    These are Asana's sections, the pages of each, side by side, and the call to Slack. Jira's pages are read beside
    them, and take less.
    """
    await _become(url, size, 0)
    asana = f"{url}/asana/api/1.0"
    headers = {"Authorization": f"Bearer {ASANA_ACCESS_TOKEN}"}
    began = time.perf_counter()
    async with aiohttp.ClientSession(headers=headers, raise_for_status=True) as session:

        async def pages(section: str) -> None:
            asked = {"section": section, "limit": "100", "opt_fields": FIELDS}
            while True:
                async with session.get(f"{asana}/tasks", params=asked) as answer:
                    end = (await answer.read())[-200:]
                if (following := OFFSET.search(end)) is None:
                    return
                asked["offset"] = following[1].decode()

        async with session.get(f"{asana}/projects/{ASANA_PROJECT}/sections") as answer:
            sections = [section["gid"] for section in (await answer.json())["data"]]
        await asyncio.gather(*map(pages, sections))
        async with session.post(f"{url}/slack/api/api.test"):
            pass
    return time.perf_counter() - began


async def swept(url: str, folder: Path, size: int) -> None:
    """Let a fresh process read everything, as the bot does every hour.

    Raises:
        ValueError: it did not.
    """
    taken, _ = await _measured(url, folder, size, 0, datetime.now(UTC).date(), "sweep")
    if taken["read"] != dict.fromkeys(LATENCY, size):
        raise ValueError(f"{taken['read']} were read")


async def _measured(
    url: str, folder: Path, size: int, changed: int, day: date, what: str
) -> tuple[dict[str, Any], Counter[str]]:
    """What a process prints, and the calls that it made, by vendor."""
    await _become(url, size, changed)
    async with aiohttp.ClientSession() as session:
        taken = await _in_a_process(url, folder, day, what)
        async with session.get(f"{url}/bench") as answer:
            told = (await answer.json())["calls"]
    calls: Counter[str] = Counter()
    for path, count in told.items():
        calls[path.split("/")[1]] += count
    return taken, calls


async def _become(url: str, size: int, changed: int) -> None:
    """Let the server have these projects, and take its time."""
    now = datetime.now(UTC)
    asked: dict[str, Any] = {"count": size, "changed": changed, "now": now.isoformat()}
    asked["first_due"] = now.date().isoformat()
    asked["latency"] = {f"/{name}/": seconds for name, seconds in LATENCY.items()} | {"/slack/": SLACK}
    async with aiohttp.ClientSession() as session, session.post(f"{url}/bench", json=asked):
        pass


async def _in_a_process(url: str, folder: Path, day: date, what: str) -> dict[str, Any]:
    """What `bench.peers.syncing` prints."""
    trackers = {
        "JIRA_URL": f"{url}/jira",
        "JIRA_EMAIL": "bot@example.com",
        "JIRA_API_TOKEN": JIRA_API_TOKEN,
        "JIRA_PARALLEL_READS": str(READERS),
        "ASANA_URL": f"{url}/asana/api/1.0",
        "ASANA_ACCESS_TOKEN": ASANA_ACCESS_TOKEN,
        "ASANA_PARALLEL_READS": str(READERS),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *peer("syncing", url, str(folder), day.isoformat(), what),
        cwd=ROOT,
        env=clean_environment() | trackers,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await process.communicate()
    if process.returncode:
        raise ValueError(errors.decode()[-2000:])
    taken: dict[str, Any] = json.loads(out.splitlines()[-1])
    return taken


def rows(floors: Sequence[float], cold: Sequence[Taken], fresh: Sequence[Taken], size: int, changed: int) -> list[Row]:
    """Goal 12."""
    how = (
        f"{size} open tickets in Jira and in Asana, the sandbox's own issue and task under as many ids, {HORIZON} of "
        f"{DAYS} of which are launched within the horizon; each call to Jira takes {LATENCY['jira']} s, to Asana "
        f"{LATENCY['asana']} s, to Slack {SLACK} s. A bot that was started some 2 s ago posts the "
        "sync by its durable job, as `devrequest sync` does: Asana is read, Jira is asked for what is not far away, "
        "what may stand on the agenda is judged and stored, the message and its thread are posted. Imports excluded; a "
        "picture is drawn."
    )
    then = f"{how} Before, another process has swept both trackers; then {changed} tickets of each changed."
    pages = floor(size, LATENCY["asana"])
    path = LATENCY["asana"] + pages + SLACK  # which lists there are is known only from the project's sections
    whole = median(one.seconds for one in cold)
    each: list[Row] = []
    for name, title in TITLES.items():
        each += [
            Row(
                "12",
                f"{title}: calls of a cold sync beyond the full pages",
                tuple(float(one.calls[name] - full_pages(size)) for one in cold),
                READERS + 2,
                f"ceil(N/100) + P + 2 calls, P = {READERS}",
                how,
                unit="calls",
                gate=True,
                figures=f"{median(one.calls[name] for one in cold):.0f} calls",
            ),
            Row(
                "12",
                f"{title}: calls of a sync from a fresh snapshot",
                tuple(float(one.calls[name]) for one in fresh),
                full_pages(changed) + 2,
                "ceil(changed/100) + 2 calls",
                then,
                unit="calls",
                gate=True,
            ),
        ]
    return [
        *each,
        Row(
            "12",
            f"a cold sync by the floor, {size} tickets in each tracker",
            ratios([one.seconds for one in cold], floors),
            1.3,
            f"the calls that come one after another, made by a client that looks at nothing: Asana's sections, "
            f"ceil(ceil(N/{READERS})/100) pages of each, a call to Slack; Jira's pages are read beside them",
            f"Until Slack has taken the message; the floor is measured before each sync. {how}",
            figures=f"{whole:.2f} against {median(floors):.2f} s, {whole / path:.2f} × the "
            f"latencies alone; {median(one.seconds for one in fresh):.2f} s from a fresh snapshot",
        ),
        Row(
            "12",
            "memory of a cold sync above idle",
            tuple(one.memory for one in cold),
            100,
            "100 MB",
            f"The most that the bot and its second processes (judging, the picture) held, by the kernel. {how}",
            unit="MB",
            gate=True,
            figures=f"{median(one.memory for one in fresh):.0f} MB from a fresh snapshot",
        ),
    ]
