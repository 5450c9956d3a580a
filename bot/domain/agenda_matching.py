"""What belongs together on the agenda: twins across trackers, and roadblocks with the launches that they hit. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.days_read import day_in
from bot.domain.seen_ticket import SeenTicket
from bot.domain.system_names import names_in, speaks_of, spoken_in

STARTS = ("starts", "from", "start")
ENDS = ("ends", "to", "end", "until")
SYSTEMS = ("systems", "system", "affected_systems")
TOLD = (*STARTS, *ENDS, *SYSTEMS)
"""Ids of the sections of a roadblock that say when it is and what it is about."""
LEAST_TITLE = 8
"""Letters of the shortest title that says what a ticket is: two banners are not one thing."""


@dataclass(frozen=True, slots=True)
class Window:
    """When a roadblock is; open at an end that nobody knows.

    Attributes:
        start: its first day.
        end: its last day.
    """

    start: date | None
    end: date | None

    def __contains__(self, day: date) -> bool:
        """Whether a day lies in it; an unknown window holds no day."""
        if self.start is None and self.end is None:
            return False
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


def window_of(ticket: SeenTicket, language: str = "en") -> Window:
    """When a roadblock is, by its sections, else by its start and due date.

    Args:
        ticket: the roadblock.
        language: in which months may be named; English ones always may.
    """
    return Window(
        _day_of(ticket, STARTS, language) or ticket.start,
        _day_of(ticket, ENDS, language) or ticket.due,
    )


class Launches:
    """The launches that roadblocks may hit; made once, since there may be thousands of either."""

    def __init__(self, things: Iterable[Sequence[SeenTicket]], horizon: date) -> None:
        """Sort them by their days.

        Args:
            things: each launch as one ticket, or as several in different trackers; a day or a word of one will do.
            horizon: the last day that counts. Of later launches only some are known here: those that stand on the
                agenda for another reason.
        """
        dated = ((one.due, one.handle, thing) for thing in things for one in thing if one.due and one.due <= horizon)
        self._dated = sorted(dated, key=lambda one: one[:2])
        self._spoken: dict[str, frozenset[str]] = {}

    def hit_by(self, roadblock: SeenTicket, window: Window) -> tuple[SeenTicket, ...]:
        """Those whose day lies in the window and that speak of one of its systems, the soonest first.

        A roadblock that names no system hits every launch in its window.
        """
        names = names_in(systems_of(roadblock))
        in_window = {thing[0].handle: thing for day, _, thing in self._dated if day in window}
        return tuple(thing[0] for thing in in_window.values() if not names or speaks_of(self._words(thing), names))

    def _words(self, thing: Sequence[SeenTicket]) -> frozenset[str]:
        first = thing[0].handle
        if first not in self._spoken:
            self._spoken[first] = spoken_in(
                text for one in thing for text in (one.title, *one.labels, *one.facts.values())
            )
        return self._spoken[first]


def twins(tickets: Sequence[SeenTicket]) -> dict[str, str]:
    """Handle → handle of the ticket that stands for it, for tickets that are one thing in two trackers.

    They link to each other, or one links to the other and both have the same title; or title and day are the same
    and no third ticket has both. The last is for links that people make in Jira's and Asana's pages: neither tracker
    shows them where it lists tickets, so only those of a few are known, see `usecases/sync_twins`. The oldest one
    stands for all that are linked so.
    """
    places: dict[str, str] = {}
    by_handle = {ticket.handle: ticket for ticket in tickets}
    trackers = {ticket.tracker for ticket in tickets}
    for ticket in tickets:
        places |= {name: ticket.handle for name in (ticket.url.rstrip("/"), ticket.handle) if name}
    linked: dict[str, set[str]] = defaultdict(set)
    for ticket in tickets:
        for link in ticket.links:
            other = places.get(link.url.rstrip("/").partition("?")[0]) or _by_key(
                link.url, by_handle, trackers - {ticket.tracker}
            )
            if other and by_handle[other].tracker != ticket.tracker:
                linked[ticket.handle].add(other)
    pairs = [
        (handle, other)
        for handle, others in linked.items()
        for other in others
        if handle in linked.get(other, ()) or _same_title(by_handle[handle], by_handle[other])
    ]
    paired = {handle for pair in pairs for handle in pair}
    rest = (ticket for ticket in tickets if ticket.handle not in paired)
    return _stand_ins(pairs, by_handle) | _alike(rest)


def _stand_ins(pairs: Sequence[tuple[str, str]], by_handle: Mapping[str, SeenTicket]) -> dict[str, str]:
    """Handle → handle of the oldest of those that belong together, in pairs or in a chain of them."""
    group = {handle: {handle} for pair in pairs for handle in pair}
    for one, two in pairs:
        if group[one] is not group[two]:
            together = group[one] | group[two]
            group |= dict.fromkeys(together, together)
    found = {}
    for handle, together in group.items():
        oldest = min(together, key=lambda one: (by_handle[one].created, one))
        if handle != oldest:
            found[handle] = oldest
    return found


def _alike(tickets: Iterable[SeenTicket]) -> dict[str, str]:
    """Twins by title and day: exactly one in each of two trackers."""
    groups: dict[tuple[str, date], list[SeenTicket]] = defaultdict(list)
    for ticket in tickets:
        title = _folded(ticket)
        if ticket.due is not None and len(title) >= LEAST_TITLE:
            groups[title, ticket.due].append(ticket)
    found: dict[str, str] = {}
    for group in groups.values():
        if len(group) == 2 and group[0].tracker != group[1].tracker:
            first, second = sorted(group, key=lambda ticket: (ticket.created, ticket.handle))
            found[second.handle] = first.handle
    return found


def _by_key(url: str, by_handle: Mapping[str, SeenTicket], trackers: Iterable[str]) -> str | None:
    """The ticket whose key or id ends the address, as Asana's and Jira's pages do."""
    last = url.rstrip("/").partition("?")[0].removesuffix("/f").rpartition("/")[2]
    if not last:
        return None
    for tracker in sorted(trackers):
        if f"{tracker}:{last}" in by_handle:
            return f"{tracker}:{last}"
    return None


def _same_title(one: SeenTicket, two: SeenTicket) -> bool:
    return _folded(one) == _folded(two)


def _folded(ticket: SeenTicket) -> str:
    return folded(ticket.title)


def folded(title: str) -> str:
    """A title as it is compared."""
    return " ".join(title.casefold().split())


def _day_of(ticket: SeenTicket, sections: Iterable[str], language: str) -> date | None:
    days = (day_in(ticket.facts.get(section, ""), language) for section in sections)
    return next((day for day in days if day), None)


def systems_of(roadblock: SeenTicket) -> str:
    """What a roadblock says of its systems; user text."""
    return next((text for section in SYSTEMS if (text := roadblock.facts.get(section, "").strip())), "")
