"""What the agenda of the weekly sync is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from bot.domain.agenda_matching import Window
from bot.domain.seen_ticket import SeenPerson, SeenTicket

Slot = Literal["initiatives", "roadblocks", "quick_wins", "actions"]
Reason = Literal[
    "launch", "launched", "roadblock", "blocked", "flagged", "at_risk", "quick_win", "small", "action", "done"
]
Verdict = Literal["fine", "fine_if", "not_like_this"]
Change = Literal["", "new", "moved", "done"]
SLOTS: tuple[Slot, ...] = ("initiatives", "roadblocks", "quick_wins", "actions")
MINUTES: Mapping[Slot, int] = {"initiatives": 10, "roadblocks": 10, "quick_wins": 5, "actions": 5}
AT_RISK = timedelta(days=14)
"""A launch so close that is not ready yet is at risk."""
IDEAS = frozenset({"quick-win", "quick win", "quickwin", "idea", "quick_win"})
"""Labels of small things, in lower case."""


@dataclass(frozen=True, slots=True)
class Feasibility:
    """What a developer says of an initiative.

    Attributes:
        sentence: why, or on which condition; user text.
        by: the Slack id of who said so.
        at: seconds since 1970.
    """

    verdict: Verdict
    sentence: str = ""
    by: str = ""
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Last:
    """The sync before, to compare with.

    Attributes:
        posted: when it was posted; None for the first one.
        dues: handle → the due date that it showed, for every initiative that it listed.
    """

    posted: datetime | None = None
    dues: Mapping[str, date | None] = field(default_factory=dict)


FIRST = Last()
"""Nothing to compare with."""


@dataclass(frozen=True, slots=True)
class AgendaRules:
    """How a team's agenda is made.

    Attributes:
        today: where the team is.
        horizon_weeks: how far ahead launches are listed.
        small: the largest estimate of a small thing, in the unit of the tracker's field; None: estimates say nothing.
        language: the team's, in which people may name months.
        horizon: the last day that counts.
    """

    today: date
    horizon_weeks: int = 6
    small: float | None = None
    language: str = "en"

    horizon: date = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out the horizon once: ten thousand tickets are held against it."""
        object.__setattr__(self, "horizon", self.today + timedelta(weeks=self.horizon_weeks))

    def is_small(self, estimate: float | None) -> bool:
        """Whether an estimate says that it is a small thing."""
        return self.small is not None and estimate is not None and estimate <= self.small


@dataclass(frozen=True, slots=True)
class Other:
    """Another ticket that a line names.

    Attributes:
        place: its key, id or address in the link.
        key: what people call it; empty if they call it nothing.
        title: empty unless it is known that everybody may see it.
    """

    tracker: str
    place: str
    key: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the agenda.

    Attributes:
        reason: why it is there.
        twins: the same thing in the other tracker.
        change: since the last sync; `moved` by `moved_days`.
        hits: for a roadblock, the launches that it hits.
        blocked_by: in the second slot, what it waits for.
        blocks: in the second slot, what waits for it.
        window: when a roadblock is.
        age_days: days since it was made.
    """

    ticket: SeenTicket
    slot: Slot
    reason: Reason
    twins: tuple[SeenTicket, ...] = ()
    change: Change = ""
    moved_days: int = 0
    feasibility: Feasibility | None = None
    hits: tuple[SeenTicket, ...] = ()
    blocked_by: tuple[Other, ...] = ()
    blocks: tuple[Other, ...] = ()
    window: Window | None = None
    age_days: int = 0

    @property
    def owned(self) -> SeenTicket | None:
        """The ticket of the two that somebody looks after."""
        return next((one for one in (self.ticket, *self.twins) if one.assignee), None)

    @property
    def owner(self) -> SeenPerson | None:
        """Who looks after it, in whichever tracker somebody does."""
        return self.owned.assignee if self.owned else None

    @property
    def votes(self) -> int:
        """Those of the tracker where it has more: people may have voted in both."""
        return max(one.votes for one in (self.ticket, *self.twins))

    @property
    def score(self) -> int | None:
        """The better readiness of the two."""
        scores = [one.score for one in (self.ticket, *self.twins) if one.score is not None]
        return max(scores, default=None)


@dataclass(frozen=True, slots=True)
class Numbers:
    """What happened since the last sync.

    Attributes:
        compared: whether there was a sync before, so that there is something to count.
        hours_to_ready: the median of the time from request to ready, of those that became ready; None without any.
        comments_before_start: the mean number of comments before work started, of those that started; None unknown.
    """

    opened: int = 0
    finished: int = 0
    became_ready: int = 0
    hours_to_ready: float | None = None
    comments_before_start: float | None = None
    compared: bool = False


@dataclass(frozen=True, slots=True)
class Agenda:
    """Everything that the sync shows.

    Attributes:
        slots: slot → its lines, in their order.
        overdue: open, and their day has passed; for the thread.
        parked: somebody was asked as often as the team wants, and something is still missing; for the thread.
        started_unready: work began though something was missing; for the thread.
        undated: open initiatives without a launch date.
    """

    slots: Mapping[Slot, tuple[Item, ...]]
    overdue: tuple[SeenTicket, ...] = ()
    parked: tuple[SeenTicket, ...] = ()
    started_unready: tuple[SeenTicket, ...] = ()
    undated: int = 0
    numbers: Numbers = Numbers()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to talk about."""
        return not any(self.slots.values())

    @property
    def is_late(self) -> bool:
        """Whether there is something for the thread that a person should look at."""
        return bool(self.overdue or self.parked or self.started_unready)
