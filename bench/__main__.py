"""`python -m bench`: run all benches, or some, and write RESULTS.md.

The quick mode has one round of few requests: it shows that the benches still work, and its numbers mean nothing.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from importlib import import_module
from pathlib import Path

from bench import machine, report
from bench.measure import Row

BENCHES = (
    "help_text",
    "modal",
    "start",
    "demo",
    "tickets",
    "commands",
    "socket_mode",
    "burst",
    "hang",
    "submissions",
    "reading",
    "syncing",
    "readiness",
    "quality",
)
"""The modules, in the order of running; each has `run(rounds, quick)`."""
RESULTS = Path(__file__).with_name("RESULTS.md")
Bench = Callable[[int, bool], Awaitable[list[Row]]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; 1 if a gate is missed, or a time lies far beyond its limit."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure side by side, write bench/RESULTS.md."
    )
    parser.add_argument("benches", nargs="*", metavar="BENCH", help=f"some of {', '.join(BENCHES)}; default: all")
    parser.add_argument("--rounds", type=int, default=5, help="how often each side is measured (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="one small round; nothing is written")
    options = parser.parse_args(arguments)
    if strangers := sorted(set(options.benches) - set(BENCHES)):
        parser.error(f"no such bench: {', '.join(strangers)}")
    if sys.platform != "linux":
        parser.error("the benches read /proc: run them on Linux")
    chosen = [name for name in BENCHES if name in options.benches or not options.benches]
    began, load = time.monotonic(), machine.load()
    rows = [row for name in chosen for row in asyncio.run(measured(name, options.rounds, options.quick))]
    print("\n".join(report.table(rows)))
    if not options.quick and not options.benches:
        text = report.written(rows, machine.described(), (load, machine.load()), time.monotonic() - began)
        RESULTS.write_text(text, encoding="utf-8")
        print(f"\nWritten to {RESULTS.relative_to(Path.cwd())}.")
    return int(any(row.failed for row in rows) and not options.quick)


async def measured(name: str, rounds: int, quick: bool) -> list[Row]:
    """The rows of one bench."""
    began = time.monotonic()
    bench: Bench = import_module(f"bench.{name}").run
    rows = await bench(1 if quick else rounds, quick)
    print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return rows


if __name__ == "__main__":
    sys.exit(main())
