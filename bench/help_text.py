"""Goal 15: `devrequest --help` costs no more than argparse itself."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence

from bench.child import ROOT, clean_environment
from bench.measure import Row, interleaved, milliseconds, ratios

HEAVY = ("slack_bolt", "aiohttp", "jira", "asana", "sqlalchemy", "dbos", "pydantic")
OURS = ["-m", "bot", "--help"]
ARGPARSE = ["-m", "bench.peers.argparse_only", "--help"]
NOTHING = ["-c", "pass"]
LOADED = """
import contextlib, io, sys
from bot.__main__ import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main(["--help"])
print(*sys.modules)
"""


async def run(rounds: int, quick: bool) -> list[Row]:
    """Spawn all three in turns."""
    spawns = 1 if quick else 9
    sides = {"ours": OURS, "argparse": ARGPARSE, "nothing": NOTHING}
    for arguments in sides.values():
        spawned(arguments)  # the first one writes .pyc files

    async def measure(name: str) -> float:
        return min(spawned(sides[name]) for _ in range(spawns))  # what the neighbours add is never negative

    taken = await interleaved(rounds, list(sides), measure)
    ours, least, nothing = taken["ours"], taken["argparse"], taken["nothing"]
    found = heavy_modules()
    method = f"Wall time of whole processes, the best of {spawns} spawns a round."
    return [
        Row(
            "15",
            "heavy modules in memory for `--help`",
            (float(len(found)),),
            0,
            f"none of {', '.join(HEAVY)}",
            "`sys.modules` after `main(['--help'])` in a fresh process.",
            unit="modules",
            gate=True,
            figures=", ".join(found),
        ),
        Row(
            "15",
            "`devrequest --help`",
            ratios(ours, least),
            1.5,
            "a script with as many subcommands and nothing but argparse",
            method,
            gate=True,
            figures=milliseconds(ours, least),
        ),
        Row(
            "15",
            "`devrequest --help` by bare Python",
            ratios(ours, nothing),
            5,
            "`python -c pass`",
            method,
            gate=True,
            figures=milliseconds(ours, nothing),
        ),
    ]


def spawned(arguments: Sequence[str]) -> float:
    """One process from start to end, in seconds.

    Raises:
        CalledProcessError: it failed, so that its time says nothing.
    """
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], check=True, cwd=ROOT, env=clean_environment(), stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - began


def heavy_modules() -> list[str]:
    """Those that `--help` has loaded although it must not."""
    printed = subprocess.run(
        [sys.executable, "-c", LOADED], check=True, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True
    ).stdout.split()
    return [name for name in HEAVY if name in printed]
