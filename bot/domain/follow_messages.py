"""What requesters hear of their tickets later, as data; `bot/slack/views/follow.py` makes blocks of it."""

from dataclasses import dataclass
from datetime import datetime

from adapters.document import Document
from bot.domain.news import Happened
from bot.domain.request import TicketLink


@dataclass(frozen=True, slots=True)
class Named:
    """A ticket in a message: its title is user text.

    Attributes:
        tracker: the tracker's title, `Jira` or `Asana`.
    """

    title: str
    ticket: TicketLink
    tracker: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A ticket moved; by itself it is what its thread in the channel hears.

    Attributes:
        status: the tracker's own word for where it stands now.
    """

    about: Named
    happened: tuple[Happened, ...]
    status: str


@dataclass(frozen=True, slots=True)
class Moves:
    """To the requester: their tickets that moved."""

    moves: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """Somebody's public comment on a ticket."""

    author: str
    body: Document
    created: datetime


@dataclass(frozen=True, slots=True)
class Commented:
    """A ticket and what was said about it, oldest first; `handle` names it in the Reply button."""

    about: Named
    handle: str
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Comments:
    """To the requester: what was said about their tickets."""

    tickets: tuple[Commented, ...]
