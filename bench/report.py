"""RESULTS.md: a table of all goals, then how each was measured."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bench.measure import Row

INTRODUCTION = """\
# Results of the benches

Written by `make bench`. Both sides of a ratio are measured in the same run and take turns; the ratio is taken within
each round, and the median of the rounds is held against the limit. Counts and ratios of CPU time are gates; times
depend on the machine and its neighbours, and are only shown: trust a time no further than its range. Everything runs
on loopback without TLS, against stand-ins for the vendors with a fixed latency; nothing here was measured against the
real services.
"""


def written(rows: Sequence[Row], machine: Sequence[str], load: tuple[str, str], seconds: float) -> str:
    """The whole file.

    Args:
        rows: all results.
        machine: what there is to know about machine and versions, a line each.
        load: the machine's load at the start and at the end.
        seconds: how long the run took.
    """
    lines = [INTRODUCTION, f"- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {seconds:.0f} s in all"]
    lines += [f"- {line}" for line in machine]
    lines += [f"- load (1 min) {load[0]} at the start, {load[1]} at the end, both with the benches' own share", ""]
    lines += table(rows)
    lines += ["", "## How", ""]
    for row in rows:
        lines += [f"**{row.goal}: {row.what}.** {row.method} *Peer or limit:* {row.peer}.", ""]
    return "\n".join(lines)


def table(rows: Sequence[Row]) -> list[str]:
    """The lines of the table."""
    lines = [
        "| goal | | median | range | n | limit | | absolute figures (medians) |",
        "|---|---|--:|--:|--:|--:|---|---|",
    ]
    for row in rows:
        low, high = (figure(value) for value in (min(row.samples), max(row.samples)))
        bound = f"{'≥' if row.at_least else '≤'} {figure(row.limit)} {row.unit}".rstrip()
        kind = "**G** " if row.gate else ""
        cells = (
            row.goal,
            row.what,
            f"**{figure(row.median)} {row.unit}**".replace(" **", "**"),
            low if low == high else f"{low} to {high}",
            str(len(row.samples)),
            kind + bound,
            verdict(row),
            row.figures,
        )
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def verdict(row: Row) -> str:
    """One or two words."""
    if row.met:
        return "met, not in every round" if row.crosses else "met"
    return "**missed**" if not row.crosses else "**missed**, not in every round"


def figure(value: float) -> str:
    """Three digits that matter; whole numbers as such."""
    if value == round(value) and abs(value) < 1e6:
        return str(round(value))
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
