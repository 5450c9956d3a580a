"""What somebody sees in the app's Home: their requests, what waits on them first. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.request import Model, State, TicketLink
from bot.domain.seen_ticket import Gone

Group = Literal["waits", "progress", "done"]
GROUPS: tuple[Group, ...] = ("waits", "progress", "done")
PAGE = 20
"""Requests on a page: two blocks each, of the hundred that a view takes."""


class Standing(Model):
    """How far a request has come, in short: enough to sort any number of them.

    Attributes:
        handle: of its ticket, once that was read; see `seen_ticket.handle_of`.
        team: the team that the ticket belongs to; empty while there is none.
        asking: the ticket lacks something, and nobody works on it yet.
        open: the ticket is neither done nor gone; true while there is none.
        emptied: what was written is dropped, so that a refused request cannot be handed in again.
    """

    request_id: str
    state: State
    handle: str | None = None
    team: str = ""
    asking: bool = False
    open: bool = True
    emptied: bool = False

    @property
    def group(self) -> Group:
        """Where it belongs."""
        if self.state == "rejected":
            return "done" if self.emptied else "waits"
        if self.state == "created" and not self.open:
            return "done"
        return "waits" if self.asking else "progress"


@dataclass(frozen=True, slots=True)
class HomeLine:
    """One request.

    Attributes:
        request_type: the name of its request type.
        state: how far it has come.
        tracker: the tracker's title.
        reason: why it waits, is parked or was refused.
        handle: of its ticket, where what it lacks can be filled in.
        status: the tracker's own word for where it stands.
        score: 0 to 100; None while nobody judged it.
        missing: what it lacks, in words.
        gone: its ticket was deleted, or left the sight of the teams; empty if it did not.
        can_reopen: its form can be opened again, with everything in it.
    """

    group: Group
    request_id: str
    title: str
    request_type: str
    state: State
    tracker: str
    ticket: TicketLink | None = None
    reason: str = ""
    handle: str = ""
    status: str = ""
    score: int | None = None
    missing: tuple[str, ...] = ()
    gone: Gone = ""
    can_reopen: bool = False


@dataclass(frozen=True, slots=True)
class NextSync:
    """When a team meets next."""

    team: str
    meeting: datetime


@dataclass(frozen=True, slots=True)
class OlderTickets:
    """How many of a team's tickets lack something that nobody is asked for, for members of its channel.

    Attributes:
        team: the team's id.
        name: the team's name.
    """

    team: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Home:
    """A page of it.

    Attributes:
        lines: the requests of this page, in the order of the groups, the newest first in each.
        counts: how many there are in each group, on all pages.
        page: counted from 0.
        pages: how many there are; 1 if there is nothing.
        syncs: the next meetings.
        older: what nobody is asked about in the teams of the person, where there is any.
        muted: kinds of news that the person does not want, see `requester_wishes`.
    """

    lines: tuple[HomeLine, ...] = ()
    counts: tuple[tuple[Group, int], ...] = ()
    page: int = 0
    pages: int = 1
    syncs: tuple[NextSync, ...] = ()
    older: tuple[OlderTickets, ...] = ()
    muted: frozenset[str] = frozenset()


def in_order(standings: Sequence[Standing]) -> list[Standing]:
    """What waits on the person first; inside a group as given."""
    return sorted(standings, key=lambda one: GROUPS.index(one.group))


def pages_of(count: int) -> int:
    """How many pages so many requests take."""
    return max(1, -(-count // PAGE))
