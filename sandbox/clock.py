"""The sandbox's clock: real time plus an offset that a test or the page can move."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

FURTHEST = 10 * 366 * 86_400.0
"""Seconds: further ahead than ten years nobody looks."""


@dataclass(slots=True)
class Clock:
    """Real time, shifted by `offset` seconds."""

    offset: float = 0.0
    _watching: list[Callable[[], None]] = field(default_factory=list)

    def now(self) -> datetime:
        """The sandbox's present, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset)

    def timestamp(self) -> float:
        """The same as seconds since the epoch."""
        return time.time() + self.offset

    def move(self, seconds: float) -> None:
        """Shift the clock; later times only, as clocks go.

        Raises:
            ValueError: no number, or further ahead than anybody looks.
        """
        if not self.offset + seconds <= FURTHEST:  # as NaN is not
            raise ValueError("the clock goes ten years ahead at most")
        self.offset += max(0.0, seconds)
        self._tell()

    def reset(self) -> None:
        """Back to real time."""
        self.offset = 0.0
        self._tell()

    def watch(self, told: Callable[[], None]) -> None:
        """Call `told` from now on whenever the clock was moved or set back."""
        self._watching.append(told)

    def _tell(self) -> None:
        for told in self._watching:
            told()


def ahead_of(body: object) -> float:
    """The seconds that `{"ahead_seconds": n}` asks for.

    Raises:
        ValueError: it is no such object, or no number from 0 on.
    """
    seconds = body.get("ahead_seconds") if isinstance(body, dict) else None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds >= 0:
        raise ValueError("ahead_seconds is a number from 0 on")
    return float(seconds)
