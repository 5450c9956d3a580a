"""What an ordeal brought."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Report:
    """What happened, to be printed and judged.

    Attributes:
        windows: what the kills interrupted: what was under way, and what was done but not recorded.
        faults: (create or post, kind) → how many.
    """

    kills: int = 0
    windows: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    refused: int = 0
    sent_again: int = 0
    lost: list[str] = field(default_factory=list)
    duplicates: dict[str, int] = field(default_factory=dict)
    said_twice: dict[str, int] = field(default_factory=dict)
    unsaid: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def lines(self) -> Iterator[str]:
        """For people."""
        yield f"{self.acknowledged} requests acknowledged in {self.seconds:.0f} s, {self.kills} kills"
        yield f"sent again: {self.sent_again}, refused or not reached: {self.refused}"
        yield f"kills while … {dict(sorted(self.windows.items()))}"
        yield f"faults in … {dict(sorted(self.faults.items()))}"
        yield (
            f"lost {len(self.lost)}, duplicate tickets {len(self.duplicates)}, "
            f"messages twice {len(self.said_twice)}, messages missing {len(self.unsaid)}"
        )
