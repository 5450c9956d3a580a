"""A whole project read from several places at once.

Jira's pages come one after another, so several are read at once only if each belongs to a query of its own. The issues
of a project stand in the order in which they were created; two readers walk toward each other from both ends of a
stretch of that time, and the stretch is done when they meet. A third and a fourth begin in the middle, at a time
that halves what is left. So readers need not know beforehand how the issues are spread, and a stretch that turns out
to be longer is cut again.

Why times and not ids: JQL compares ids only with those of issues that exist and that have not been moved, and to know
enough of them costs a listing of its own (`docs/adr/0009-reading-by-time.md`). A time of creation never changes; any
minute is a legal bound, and both sides of a cut name the same one, whatever the time zone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import pairwise

from adapters.base import Ticket
from adapters.jira.stretches import Edge, Reader, Stretch

WORTH_A_CALL = 0.5
"""What must be left for one more reader to go on, in pages: less is left to one that is under way."""
WORTH_A_CUT = 4.0
"""What a stretch must hold to be cut, in pages: each cut costs up to one page more."""
PAGES_A_CUT = 4
"""How many pages must have been read for each cut: little is known of how the issues are spread before."""
LONG = 8 * 86_400
"""Seconds of a stretch that is cut at noon."""
DOUBT = 26 * 3_600
"""Seconds by which the time of a cut may be another one in Jira, if the token's user has moved."""


class Unsorted(Exception):
    """The issues do not come in the order that was asked for, so meeting readers would prove nothing."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some issues; no token at the end."""

    tickets: Sequence[Ticket]
    token: str | None = None


class Ranges:
    """The plan: who reads where. It knows tickets only by their id and time of creation."""

    def __init__(self, width: int) -> None:
        """One stretch with everything.

        Args:
            width: readers that are at work at the same time.
        """
        self._stretches = [Stretch()]
        self._at_cuts: set[str] = set()
        self._pages = 0
        self._most = width // 2 + 1 if width > 2 else 1

    def start(self, most: int) -> list[Reader]:
        """Who is to fetch a page now. The very first page is fetched alone: it may be all there is."""
        chosen: list[Reader] = []
        while len(chosen) < most and (reader := self._next()) is not None:
            reader.is_busy = True
            chosen.append(reader)
        return chosen

    def took(self, reader: Reader, page: Page) -> list[Ticket]:
        """The issues of a page that nobody has read.

        Raises:
            Unsorted: they come in another order.
        """
        reader.is_busy = False
        self._pages += 1
        stretch, other = reader.stretch, reader.other
        if stretch.is_done:
            return []
        fresh = [ticket for ticket in page.tickets if _is_new(ticket, reader)]
        _move(reader, page.tickets)
        reader.is_stuck = page.token in reader.seen
        if page.token is not None:
            reader.seen.add(page.token)
        reader.token = page.token
        lost = reader.is_stuck and other is not None and other.is_stuck
        stretch.is_done = page.token is None or lost or _have_met(stretch)
        return [ticket for ticket in fresh if self._is_first(ticket, stretch)]

    def _is_first(self, ticket: Ticket, stretch: Stretch) -> bool:
        """Whether a ticket has not come from beyond a cut: a page that was under way then may hold both sides of it."""
        cuts = [edge.at for edge in (stretch.low, stretch.high) if edge]
        if not any(abs(_second(ticket) - cut) <= DOUBT for cut in cuts):
            return True
        if ticket.ref.id in self._at_cuts:
            return False
        self._at_cuts.add(ticket.ref.id)
        return True

    def _next(self) -> Reader | None:
        open_ = sorted((one for one in self._stretches if not one.is_done), key=lambda one: -one.left)
        for one in open_:
            if (going_on := _going_on(one)) is not None:
                return going_on
        for one in open_:
            if len(one.readers) < 2 and one.page * (one.busy + WORTH_A_CALL) < one.left and _knows_pages(one):
                return _added(one, is_forward=one.forward is None)
        for one in open_ if len(self._stretches) < min(self._most, 1 + self._pages // PAGES_A_CUT) else ():
            if (second := _cut(one)) is not None:
                self._stretches.append(second)
                return _added(second, is_forward=True)
        return None


def _going_on(stretch: Stretch) -> Reader | None:
    """Who goes on in a stretch; None if those who are under way will probably bring all that is left."""
    if stretch.busy and stretch.left < stretch.page * (stretch.busy + WORTH_A_CALL):
        return None
    alone = len(stretch.readers) < 2
    if alone and not stretch.busy and stretch.left < stretch.page * WORTH_A_CALL and stretch.readers:
        return _added(stretch, is_forward=stretch.forward is None)  # only who comes from the cut knows where it is
    waiting = [reader for reader in stretch.readers if not reader.is_busy]
    if alone and any(reader.is_stuck for reader in waiting):
        return _added(stretch, is_forward=stretch.forward is None)
    if not stretch.readers:
        return _added(stretch, is_forward=True)
    return next((reader for reader in waiting if not reader.is_stuck), None)


def _knows_pages(stretch: Stretch) -> bool:
    """Whether a page has come from here or from beside it: the very first one is fetched alone."""
    return stretch.unread is not None or any(reader.edge for reader in stretch.readers)


def _added(stretch: Stretch, *, is_forward: bool) -> Reader:
    bounds = [f' AND created >= "{stretch.since}"'] if stretch.since else []
    bounds += [f' AND created < "{stretch.until}"'] if stretch.until else []
    direction = "ASC" if is_forward else "DESC"
    reader = Reader(stretch, is_forward, f"{''.join(bounds)} ORDER BY created {direction}, id {direction}")
    if is_forward:
        stretch.forward = reader
    else:
        stretch.backward = reader
    return reader


def _is_new(ticket: Ticket, reader: Reader) -> bool:
    """Whether a ticket lies before the place where the other reader has come to, and is not another stretch's."""
    created, stretch, other = _second(ticket), reader.stretch, reader.other
    if stretch.low and created < stretch.low.at - DOUBT:
        return False
    if stretch.high and created > stretch.high.at + DOUBT:
        return False
    if other is None or other.edge is None:
        return True
    if created == other.edge.at:
        return ticket.ref.id not in other.at_edge
    return (created < other.edge.at) == reader.is_forward


def _move(reader: Reader, tickets: Sequence[Ticket]) -> None:
    """Take the reader to the last of some tickets.

    Raises:
        Unsorted: one of them should have come earlier.
    """
    if not tickets:
        return
    seconds = [_second(ticket) for ticket in tickets]
    before = reader.edge.at if reader.edge else seconds[0]
    if any((b < a) == reader.is_forward and a != b for a, b in pairwise([before, *seconds])):
        raise Unsorted
    last = seconds[-1]
    at_last = {ticket.ref.id for ticket, second in zip(tickets, seconds, strict=True) if second == last}
    reader.at_edge = at_last | (reader.at_edge if before == last else set())
    offset = tickets[-1].created.utcoffset() or timedelta()
    reader.edge = Edge(last, len(tickets) / max(1, abs(last - before)), offset)
    reader.page = len(tickets)


def _have_met(stretch: Stretch) -> bool:
    """Whether the readers have passed each other. In the same second each may have seen other issues."""
    low, high = (reader.edge if reader else None for reader in (stretch.forward, stretch.backward))
    return low is not None and high is not None and low.at > high.at


def _cut(stretch: Stretch) -> Stretch | None:
    """Cut a stretch where about half of what is left lies on both sides; None if that is not worth it.

    Both readers go on as before, each in its part: what they would read beyond the cut is left to those who come
    toward them from there.
    """
    if (unread := stretch.unread) is None or stretch.left < WORTH_A_CUT * stretch.page:
        return None
    low, high = unread
    share = _half(low.density, high.density)
    middle = datetime.fromtimestamp(int(low.at + (high.at - low.at) * share), timezone(low.offset))
    # With days to choose from it is noon: a time that exists every day, however clocks are changed.
    middle = middle.replace(hour=12, minute=0, second=0) if high.at - low.at > LONG else middle.replace(second=0)
    cut = Edge(int(middle.timestamp()), (low.density + high.density) / 2, low.offset)
    if not low.at + 60 <= cut.at <= high.at - 60:
        return None
    bound = middle.strftime("%Y-%m-%d %H:%M")
    upper = Stretch(bound, stretch.until, cut, stretch.high, backward=stretch.backward)
    if stretch.backward is not None:
        stretch.backward.stretch = upper
    stretch.until, stretch.high, stretch.backward = bound, cut, None
    return upper


def _half(low: float, high: float) -> float:
    """Where half of it lies, between 0 and 1; its density is the plain mean there."""
    return 0.5 if math.isclose(low, high, rel_tol=1e-3) else math.log((1 + high / low) / 2) / math.log(high / low)


def _second(ticket: Ticket) -> int:
    return int(ticket.created.timestamp())
