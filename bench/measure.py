"""Rows of results, and rounds in which all sides take their turns."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

T = TypeVar("T")
TIMES = "\N{MULTIPLICATION SIGN}"
BEYOND = 1.2
"""A time that is printed only fails the run when it is further beyond its limit than this."""


@dataclass(frozen=True, slots=True)
class Row:
    """One goal, measured.

    Attributes:
        goal: its number or name.
        what: what was measured, in words.
        samples: one figure a round; a ratio is taken within its round.
        limit: what it may be at most, or at least.
        peer: what the limit or the ratio refers to.
        method: how it was measured.
        unit: stands behind figure and limit.
        at_least: whether the limit is a lower one.
        gate: counts and CPU ratios fail the run; times fail it only when they are far beyond.
        figures: the absolute figures, for orientation.
    """

    goal: str
    what: str
    samples: tuple[float, ...]
    limit: float
    peer: str
    method: str
    unit: str = TIMES
    at_least: bool = False
    gate: bool = False
    figures: str = ""

    @property
    def median(self) -> float:
        """The figure that is held against the limit."""
        return median(self.samples)

    @property
    def met(self) -> bool:
        """Whether the median keeps the limit."""
        return self.median >= self.limit if self.at_least else self.median <= self.limit

    @property
    def failed(self) -> bool:
        """Whether the run fails for it."""
        if self.met or self.gate:
            return not self.met
        return self.median * BEYOND < self.limit if self.at_least else self.median > self.limit * BEYOND

    @property
    def crosses(self) -> bool:
        """Whether some rounds kept the limit and others did not, so that the verdict is not sure."""
        return min(self.samples) < self.limit < max(self.samples)


async def interleaved(rounds: int, sides: Sequence[str], measure: Callable[[str], Awaitable[T]]) -> dict[str, list[T]]:
    """Let all sides take their turns, A B C, B C A, C A B …, so that a busy minute hits all of them.

    Args:
        rounds: how often each side is measured.
        sides: their names.
        measure: one measurement of the side of this name.
    """
    taken: dict[str, list[T]] = {name: [] for name in sides}
    for number in range(rounds):
        first = number % len(sides)
        for name in (*sides[first:], *sides[:first]):
            taken[name].append(await measure(name))
    return taken


def ratios(ours: Sequence[float], peers: Sequence[float]) -> tuple[float, ...]:
    """Ours by the peer's, round by round."""
    return tuple(one / other for one, other in zip(ours, peers, strict=True))


def milliseconds(*seconds: Sequence[float]) -> str:
    """The medians of several sides in milliseconds, ours first."""
    return " against ".join(f"{median(side) * 1000:.3g}" for side in seconds) + " ms"
