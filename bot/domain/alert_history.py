"""What is remembered of a ticket between two sweeps, and how it changes. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from adapters.base import StatusCategory
from bot.domain.readiness import Gap

Ended = Literal["ready", "started", "closed", "gone"]
FORGOTTEN = timedelta(days=90)
"""What ended is forgotten no sooner than that; see `bot/jobs/retention.py`."""


@dataclass(frozen=True, slots=True)
class AskedTicket:
    """What a decision needs to know of a ticket.

    Attributes:
        id: tracker and the vendor's id.
        gaps: what may alert, see `alerting_gaps`.
        status: its status category.
        created: when it was made.
        certain: whether its request type is known, not guessed.
        requester: the stored Slack id of who filled in the form; None for a ticket written by hand.
        reporter: Slack id of its reporter or creator, if there is one.
        assignee: Slack id of its assignee, if there is one.
        gone: it was deleted, or moved out of our scopes.
    """

    id: str
    gaps: tuple[Gap, ...]
    status: StatusCategory
    created: datetime
    certain: bool = True
    requester: str | None = None
    reporter: str | None = None
    assignee: str | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """What happened to a ticket so far; `seen`, `told` and the people's own actions change it, nothing else.

    Attributes:
        first_seen: when it was first read; None for a ticket that was not known.
        open_since: since when it lacks something; None while it is ready.
        alerts: when somebody was asked, ever: a ticket that is ready and then is not has no new `at_most`.
        escalated: when that went to `escalate_to`.
        asked_for: ids of the sections that were asked for.
        old: it was there before the team's first sweep, and nobody has taken it up.
        snoozed_until: nothing before that.
        muted: nothing at all.
    """

    first_seen: datetime | None = None
    open_since: datetime | None = None
    alerts: tuple[datetime, ...] = ()
    escalated: datetime | None = None
    asked_for: frozenset[str] = frozenset()
    old: bool = False
    snoozed_until: datetime | None = None
    muted: bool = False

    @property
    def last(self) -> datetime | None:
        """When somebody was last asked."""
        return self.escalated or (self.alerts[-1] if self.alerts else None)


def ended(ticket: AskedTicket) -> Ended | None:
    """Why there is nothing to ask; None if there is."""
    if ticket.gone:
        return "gone"
    if ticket.status == "done":
        return "closed"
    if ticket.status == "in_progress":
        return "started"
    return None if ticket.gaps else "ready"


def new_since(baseline: datetime | None, now: datetime) -> datetime | None:
    """Since when a ticket that is not known must have been made to be new; None if none is.

    One that is older than the bot is not, nor one that is so old that it may have been known and forgotten.
    """
    return None if baseline is None else max(baseline, now - FORGOTTEN)


def seen(history: History, ticket: AskedTicket, now: datetime, baseline: datetime | None) -> History:
    """The history after a ticket was read, see `looked_at`."""
    return looked_at(history, ticket.created, now, baseline, over=ended(ticket) is not None)


def looked_at(history: History, created: datetime, now: datetime, baseline: datetime | None, *, over: bool) -> History:
    """The history after a look at a ticket.

    The clock starts when it was made, or when it began to lack something, and stops only when nothing is missing any
    more: another word, a comment or somebody's edit does not start it again.

    Args:
        history: so far; a new one for a ticket that was not known.
        created: when the ticket was made.
        now: when it was read.
        baseline: when the team's first sweep was complete; None during it.
        over: whether there is nothing to ask, see `ended`.
    """
    is_new = history.first_seen is None
    first_seen = history.first_seen or now
    if over:
        return replace(history, first_seen=first_seen, open_since=None, old=False)
    if history.open_since is not None:
        return replace(history, first_seen=first_seen)
    fresh = is_new and baseline is not None and created >= baseline
    return replace(
        history,
        first_seen=first_seen,
        open_since=min(created, now) if fresh else now,
        old=is_new and baseline is None,
        asked_for=frozenset(),
    )


def taken_up(history: History, now: datetime) -> History:
    """The history after somebody took up an old ticket: from now on it is asked about like any other."""
    return replace(history, old=False, open_since=now if history.open_since else None)


def told(history: History, ticket: AskedTicket, now: datetime, *, escalated: bool = False) -> History:
    """The history after a message that asks about the ticket was posted."""
    sections = frozenset(gap.section for gap in ticket.gaps)
    return asked_about(history, len(history.alerts) + 1, sections, now, escalated=escalated)


def asked_about(
    history: History, number: int, sections: Collection[str], at: datetime, *, escalated: bool = False
) -> History:
    """The history after the alert of that number was posted; noting it once more changes nothing.

    Args:
        history: so far.
        number: which alert about the ticket it was, from 1; of no matter for one that was escalated.
        sections: ids of the sections that were asked for.
        at: when it was posted.
        escalated: whether `escalate_to` was asked.
    """
    if history.escalated if escalated else number <= len(history.alerts):
        return history
    asked_for = history.asked_for | frozenset(sections)
    if escalated:
        return replace(history, escalated=at, asked_for=asked_for)
    return replace(history, alerts=(*history.alerts, at), asked_for=asked_for)


def arrived(history: History, ticket: AskedTicket) -> frozenset[str]:
    """The sections that were asked for and are there now, and pass."""
    return history.asked_for - {gap.section for gap in ticket.gaps}
