"""Times in which issues were created, and who reads them; `adapters.jira.ranges` has the plan."""

import math
from dataclasses import dataclass, field
from datetime import timedelta

FULL_PAGE = 100


@dataclass(frozen=True, slots=True)
class Edge:
    """How far something reaches.

    Attributes:
        at: until when, in seconds since 1970.
        density: about how many issues a second lie there.
        offset: of the time zone in which Jira tells times.
    """

    at: int
    density: float
    offset: timedelta


@dataclass(slots=True)
class Stretch:
    """A time in which issues were created, with up to two readers.

    Attributes:
        since, until: bounds as JQL writes them; None for none.
        low, high: about the same bounds, in numbers.
        forward, backward: who reads from its beginning, who from its end.
    """

    since: str | None = None
    until: str | None = None
    low: Edge | None = None
    high: Edge | None = None
    forward: "Reader | None" = None
    backward: "Reader | None" = None
    is_done: bool = False

    @property
    def readers(self) -> list["Reader"]:
        """Those who are at work here."""
        return [reader for reader in (self.forward, self.backward) if reader is not None]

    @property
    def busy(self) -> int:
        """How many of them are under way."""
        return sum(reader.is_busy for reader in self.readers)

    @property
    def page(self) -> int:
        """How many issues Jira puts on a page here."""
        return max((reader.page for reader in self.readers), default=0) or FULL_PAGE

    @property
    def unread(self) -> tuple[Edge, Edge] | None:
        """Where what nobody has read begins and ends; None if one end is not known."""
        low = (self.forward and self.forward.edge) or self.low
        high = (self.backward and self.backward.edge) or self.high
        return (low, high) if low and high else None

    @property
    def left(self) -> float:
        """About how many issues nobody has read: as many as were seen in the same time at both edges."""
        if (unread := self.unread) is None:
            return math.inf
        low, high = unread
        return max(0.0, (high.at - low.at) * _mean(low.density, high.density))


@dataclass(slots=True)
class Reader:
    """One query, page by page.

    Attributes:
        order: the bounds and the order, to be added to the query.
        token: of the next page.
        seen: tokens that came before.
        is_stuck: Jira gave a token again, which it is known to do at the end. The one who comes toward it goes on.
        edge: where the last issue was created.
        at_edge: the issues created in that second.
        page: issues on the last page.
    """

    stretch: Stretch
    is_forward: bool
    order: str
    is_busy: bool = False
    token: str | None = None
    seen: set[str] = field(default_factory=set)
    is_stuck: bool = False
    edge: Edge | None = None
    at_edge: set[str] = field(default_factory=set)
    page: int = 0

    @property
    def other(self) -> "Reader | None":
        """Who comes toward it."""
        return self.stretch.backward if self.is_forward else self.stretch.forward


def _mean(low: float, high: float) -> float:
    """The mean of what grows, or shrinks, by the same factor in the same time from `low` to `high`.

    Tickets of old times are few and those of last weeks many; their plain mean would promise far more than there is.
    """
    return low if math.isclose(low, high, rel_tol=1e-3) else (high - low) / math.log(high / low)
