"""Reading a ticket for somebody who wants to mend it: fresh if its tracker answers, and only if they may."""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from adapters.base import Comment, Ticket
from adapters.document import text_of
from adapters.errors import NotFound, TrackerError
from bot.domain.days import in_full
from bot.domain.fill_form import OfferedComment
from bot.domain.fill_messages import MendedTicket, is_said_by_us
from bot.domain.readiness import Gap
from bot.domain.request import TicketLink
from bot.domain.seen_ticket import SeenTicket, Tracked, parse_handle
from bot.domain.template import RequestType
from bot.domain.ticket_type import TypeDecision
from bot.usecases.known_ticket import known_ticket
from bot.usecases.note_tickets import baseline_of, note_tickets
from bot.usecases.permissions import may_change
from bot.usecases.ports import Ports, Team
from bot.usecases.verdicts import verdicts_of

PATIENCE = 8.0
"""Seconds that somebody in front of a window waits for a tracker."""
MOST_COMMENTS = 3
"""Comments that are offered."""
COMMENTS_FROM = timedelta(days=60)
"""Older comments are not offered."""
NO_TICKET = "That ticket is not there any more, or the bot cannot see it."
NOT_YOURS = (
    "This ticket can be changed from here by who requested it, by whoever it is assigned to, and by the members of the "
    "team's channel. Please ask one of them or, unless you are a guest, join the channel."
)


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody cannot mend a ticket; the reason is for them to read."""

    reason: str


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody may see of a ticket.

    Attributes:
        ticket: as it is now; None if its tracker does not answer.
        kind: its request type, or the best guess; None if nothing speaks for any.
        certain: whether the type is known.
        found: section id → what readiness found of it.
        comments: public ones that may hold an answer, newest first.
    """

    team: Team
    tracked: Tracked
    ticket: Ticket | None
    kind: RequestType | None
    certain: bool
    found: Mapping[str, str] = field(default_factory=dict)
    comments: tuple[OfferedComment, ...] = ()

    @property
    def seen(self) -> SeenTicket:
        """As it was last read."""
        return self.tracked.ticket

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What it lacks, without mere hints."""
        return tuple(gap.gap() for gap in self.seen.gaps if gap.severity != "hint")

    @property
    def link(self) -> TicketLink:
        """Where it is."""
        return self.seen.link


async def look_at(ports: Ports, handle: str, user: str, slack_team: str, *, comments: bool = False) -> Look | Refused:
    """Read a ticket that a button names, and see what it lacks.

    Args:
        ports: the world.
        handle: of the ticket.
        user: the Slack id of who asks.
        slack_team: the workspace that the bot is installed in.
        comments: whether to read its comments as well.
    """
    known = await _known(ports, handle)
    if isinstance(known, Refused):
        return known
    team, tracked = known
    try:
        ticket, said = await _read(ports, team, tracked, comments=comments)
    except NotFound:
        return Refused(NO_TICKET)
    verdicts = verdicts_of(ports, team)
    if ticket is not None:
        [tracked] = await note_tickets(ports, team, [ticket], await baseline_of(ports, team, tracked.ticket.tracker))
    if not await may_change(ports, team, tracked, user, slack_team):
        return Refused(NOT_YOURS)
    kind = verdicts.kind(tracked.ticket.request_type)
    found: Mapping[str, str] = {}
    if ticket is not None and kind is not None:
        readiness = verdicts.readiness(ticket, TypeDecision(kind.key, certain=True, evidence="label"))
        found = readiness.texts if readiness else {}
    offered = _offered(said, team)
    return Look(team, tracked, ticket, kind, tracked.ticket.certain, found, offered)


def mended(ports: Ports, look: Look) -> MendedTicket:
    """The ticket in short, for messages."""
    return MendedTicket(look.seen.handle, look.seen.title, look.link, ports.trackers.title(look.seen.tracker))


async def _known(ports: Ports, handle: str) -> tuple[Team, Tracked] | Refused:
    try:
        async with asyncio.timeout(PATIENCE):
            return await known_ticket(ports, handle) or Refused(NO_TICKET)
    except (TrackerError, TimeoutError):
        tracker = ports.trackers.title(parse_handle(handle)[0])
        return Refused(f"{tracker} does not answer at the moment. Please try again in a few minutes.")


async def _read(ports: Ports, team: Team, tracked: Tracked, *, comments: bool) -> tuple[Ticket | None, list[Comment]]:
    """The ticket and its comments, side by side; nothing of what does not come in time.

    Raises:
        NotFound: it is gone.
    """
    ref = tracked.ticket.ref
    if ref.tracker not in ports.trackers.names():
        return None, []
    tracker = ports.trackers.get(ref.tracker)
    since = ports.clock.now() - COMMENTS_FROM
    reads: list[Awaitable[Ticket | list[Comment]]] = [tracker.get(ref, team=team.trackers.get(ref.tracker))]
    reads += [tracker.comments(ref, since)] if comments else []
    done = await asyncio.gather(*(_in_time(read) for read in reads), return_exceptions=True)
    if isinstance(done[0], NotFound):
        raise done[0]
    for failed in done:
        if isinstance(failed, BaseException) and not isinstance(failed, TrackerError | TimeoutError):
            raise failed
    ticket = done[0] if isinstance(done[0], Ticket) else None
    said = done[1] if len(done) > 1 and isinstance(done[1], list) else []
    return ticket, said


async def _in_time(read: Awaitable[Ticket | list[Comment]]) -> Ticket | list[Comment]:
    async with asyncio.timeout(PATIENCE):
        return await read


def _offered(comments: list[Comment], team: Team) -> tuple[OfferedComment, ...]:
    """The newest public comments that people wrote."""
    offered = []
    for comment in reversed(comments):
        text = text_of(comment.body).strip()
        if comment.public and text and not is_said_by_us(text):
            offered.append(OfferedComment(comment.id, comment.author.name, _day(comment.created, team), text))
    return tuple(offered[:MOST_COMMENTS])


def _day(moment: datetime, team: Team) -> str:
    return in_full(moment.astimezone(ZoneInfo(team.time_zone)).date(), team.language)
