"""What a ticket's requester has not heard of yet: that it moved, or that somebody commented on it. Pure.

Telling is done in two steps, so that a crash between them tells nothing twice and forgets nothing: what is to be told
is noted on the tickets, in batches that do not change any more; then each batch is posted and the notes go.
"""

import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Literal

from adapters.base import StatusCategory
from bot.domain.request import Model

Happened = Literal["started", "blocked", "unblocked", "done", "reopened", "put_back"]
FLAG, HELD = "flag", "status"
"""What a flag and the status itself are called among the reasons why a ticket is blocked; the others are the tickets
that it waits for."""
_HELD = re.compile(r"\b(blocked|on hold|impeded|impediment|stalled|blockiert)\b", re.IGNORECASE)


class Move(Model):
    """A move that is being told.

    Attributes:
        happened: what people are told.
        status: the tracker's own word for where the ticket stands then.
        category: the status category that is told with it.
        blocked: why it is blocked then.
        batch: names what is told together.
    """

    happened: tuple[Happened, ...]
    status: str
    category: StatusCategory
    blocked: tuple[str, ...] = ()
    batch: str = ""


class Relay(Model):
    """Comments that are being passed on.

    Attributes:
        until: those that were made until then, in seconds since 1970.
        batch: names what is passed on together.
    """

    until: float
    batch: str


def holds(status: str) -> bool:
    """Whether a status, or a column of a board, says by its name that nothing goes on: `Blocked`, `On hold`."""
    return bool(_HELD.search(status))


def happened(
    before: StatusCategory, now: StatusCategory, blocked_before: Iterable[str], blocked_now: Iterable[str]
) -> tuple[Happened, ...]:
    """What became of a ticket, in the order in which it is said; nothing if nobody need hear of it.

    Args:
        before: the status category that was told last.
        now: the status category of the ticket.
        blocked_before: why it was blocked then.
        blocked_now: why it is blocked.
    """
    if now == "done":
        return () if before == "done" else ("done",)
    moved: tuple[Happened, ...] = ()
    if before == "done":
        moved = ("reopened", "started") if now == "in_progress" else ("reopened",)
    elif before != now:
        moved = ("started",) if now == "in_progress" else ("put_back",)
    was, is_now = set(blocked_before), set(blocked_now)
    if is_now - was:
        return (*(one for one in moved if one == "reopened"), "blocked")
    return (*moved, "unblocked") if was and not is_now else moved


def batch_of(parts: Sequence[str]) -> str:
    """The name of a batch: the same for the same parts, whatever their order."""
    return sha256("\n".join(sorted(parts)).encode()).hexdigest()[:24]
