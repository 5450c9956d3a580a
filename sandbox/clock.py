"""The sandbox's clock: real time plus an offset that a test or the page can move."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(slots=True)
class Clock:
    """Real time, shifted by `offset` seconds."""

    offset: float = 0.0

    def now(self) -> datetime:
        """The sandbox's present, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset)

    def timestamp(self) -> float:
        """The same as seconds since the epoch."""
        return time.time() + self.offset

    def move(self, seconds: float) -> None:
        """Shift the clock; later times only, as clocks go."""
        self.offset += max(0.0, seconds)
