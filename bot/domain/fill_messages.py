"""What the bot says about a ticket that somebody mends from Slack, as data."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.domain.filling import Filling, Purpose
from bot.domain.readiness import Gap
from bot.domain.request import TicketLink


@dataclass(frozen=True, slots=True)
class MendedTicket:
    """The ticket in short.

    Attributes:
        handle: see `seen_ticket.handle_of`.
        title: as in the tracker; user text.
        tracker: the tracker's title.
    """

    handle: str
    title: str
    link: TicketLink
    tracker: str


@dataclass(frozen=True, slots=True)
class BeingWritten:
    """The view after a form was handed in."""

    ticket: MendedTicket


@dataclass(frozen=True, slots=True)
class KeptForLater:
    """To the person: stored, but the tracker cannot take it now; `why` as in `messages.Safe`."""

    ticket: MendedTicket
    why: Literal["unavailable", "parked"]


@dataclass(frozen=True, slots=True)
class Written:
    """To the person: it stands in the ticket, and what the ticket lacks now.

    Attributes:
        labels: the sections, as people call them; for a type its name.
        added: sections that somebody had changed meanwhile, so that the text stands below theirs.
        gaps: what is still missing; None if the ticket could not be read again.
        notes: what could not be done, one sentence each.
        replaced: ids of what can be restored.
    """

    ticket: MendedTicket
    purpose: Purpose
    labels: tuple[str, ...]
    added: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] | None = ()
    notes: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotWritten:
    """To the person: refused, or there is no such ticket any more, with everything that they wrote.

    Attributes:
        again: whether the form can be opened again.
    """

    ticket: MendedTicket
    reason: str
    text: str
    again: bool = True


FillMessage = BeingWritten | KeptForLater | Written | NotWritten

_OURS = re.compile(r"(?:Filled in|Marked as not needed|Restored|Request type set) by .+ from Slack: ")


def said_on_ticket(filling: Filling, name: str, labels: Sequence[str]) -> str:
    """The comment that says who changed a ticket from Slack."""
    did = {
        "fill": "Filled in",
        "not_needed": "Marked as not needed",
        "restore": "Restored",
        "type": "Request type set",
    }
    return f"{did[filling.purpose]} by {' '.join(name.split())} from Slack: {', '.join(labels)}"


def is_said_by_us(comment: str) -> bool:
    """Whether a comment is one of ours, which is no answer to anything."""
    return _OURS.match(comment) is not None
