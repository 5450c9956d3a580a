"""A ticket at a glance: little enough of it to hold ten thousands at once. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from adapters.base import Ticket
from bot.domain.agenda_items import IDEAS, AgendaRules
from bot.domain.agenda_matching import LEAST_TITLE, folded
from bot.domain.seen_ticket import Tracked, handle_of
from bot.domain.template import Agenda as Kind

ALWAYS_LISTED: frozenset[Kind | None] = frozenset({"roadblock", "action", "quick_win"})
"""What is listed whatever day it has."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What tells whether a ticket belongs on an agenda, and what others need of it that name it.

    Attributes:
        request_type: empty for a guessed or unknown one.
        is_open: neither done nor gone.
        lacks: something is missing that is more than a hint.
        held_up: flagged, or it says that another ticket blocks it.
        asked: how often somebody was asked about it, as long as nobody works on it.
        created, ready_at, started_at, done_at: seconds since 1970; None where it did not happen.
    """

    handle: str
    key: str
    url: str
    title: str
    request_type: str
    is_open: bool
    started: bool
    due: date | None
    is_idea: bool
    estimate: float | None
    lacks: bool
    held_up: bool
    asked: int
    created: float
    ready_at: float | None
    started_at: float | None
    done_at: float | None
    comments_before_start: int | None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self | None:
        """From a `Tracked` as stored; None for one that is gone, or that may not be shown."""
        ticket, history = stored["ticket"], stored.get("history") or {}
        if stored.get("gone") or ticket.get("restricted"):
            return None
        status = ticket.get("status_category", "todo")
        due = ticket.get("due")
        return cls(
            handle=handle_of(ticket["tracker"], ticket["id"]),
            key=ticket["key"],
            url=ticket["url"],
            title=ticket["title"],
            request_type=(ticket.get("request_type") or "") if ticket.get("certain") else "",
            is_open=status != "done",
            started=status == "in_progress",
            due=date.fromisoformat(due) if due else None,
            is_idea=any(str(label).casefold() in IDEAS for label in ticket.get("labels") or ()),
            estimate=ticket.get("estimate"),
            lacks=any(gap.get("severity", "must") != "hint" for gap in ticket.get("gaps") or ()),
            held_up=bool(ticket.get("flagged"))
            or any(link.get("relation") == "blocked_by" for link in ticket.get("links") or ()),
            asked=len(history.get("alerts") or ()) if status == "todo" and history.get("open_since") else 0,
            created=float(ticket.get("created") or 0.0),
            ready_at=stored.get("ready_at"),
            started_at=stored.get("started_at"),
            done_at=stored.get("done_at"),
            comments_before_start=stored.get("comments_before_start"),
        )

    @property
    def places(self) -> tuple[str, str, str]:
        """What links to it say: key or vendor's id, each behind the name of its tracker, or the address."""
        return f"{self.handle.partition(':')[0]}:{self.key}", self.handle, self.url


def belongs(
    glance: Glance,
    kinds: Mapping[str, Kind | None],
    rules: AgendaRules,
    since: float | None,
    parked: Collection[str] = (),
) -> bool:
    """Whether the agenda or its thread may show it; what does not need to be read in full.

    Args:
        glance: the ticket.
        kinds: request type → its `agenda`.
        rules: how the agenda is made.
        since: when the last sync was posted, in seconds since 1970; None for the first one.
        parked: handles of tickets that are not asked about any more.
    """
    kind = kinds.get(glance.request_type)
    if not glance.is_open:
        done = glance.done_at
        return kind in {"initiative", "action"} and since is not None and done is not None and done >= since
    if glance.is_idea or (glance.started and glance.lacks) or glance.handle in parked:
        return True
    return _is_listed(kind, glance.due, glance.estimate, rules, held_up=glance.held_up)


def may_belong(ticket: Ticket, kind: Kind | None, rules: AgendaRules) -> bool:
    """Whether the agenda or its thread may show an open ticket that was read and is not judged yet.

    Work that has begun may lack something, and a launch without a day is counted.
    """
    if ticket.status_category == "in_progress" or (kind == "initiative" and ticket.due is None):
        return True
    if ticket.labels and not IDEAS.isdisjoint(map(str.casefold, ticket.labels)):
        return True
    held_up = ticket.flagged or any(link.relation == "blocked_by" for link in ticket.links)
    return _is_listed(kind, ticket.due, ticket.estimate, rules, held_up=held_up)


def _is_listed(
    kind: Kind | None, due: date | None, estimate: float | None, rules: AgendaRules, *, held_up: bool
) -> bool:
    """Whether an open ticket is listed by what it is, or because it is overdue."""
    if kind in ALWAYS_LISTED or (due is not None and due < rules.today):
        return True
    if kind == "initiative" and held_up:
        return True
    if kind == "initiative" and due is not None:
        return due <= rules.horizon
    return rules.is_small(estimate)


def same_titles(glances: Iterable[Glance]) -> list[tuple[Glance, Glance]]:
    """Tickets of the same title, exactly one in each of two trackers and not both done; those of two days first.

    They may be one thing, if they link to each other. Within either part the soonest come first.
    """
    groups: dict[str, list[Glance]] = {}
    for one in glances:
        if len(title := folded(one.title)) >= LEAST_TITLE:
            groups.setdefault(title, []).append(one)
    found = [
        (one, two)
        for one, two in (group for group in groups.values() if len(group) == 2)
        if one.handle.partition(":")[0] != two.handle.partition(":")[0] and (one.is_open or two.is_open)
    ]
    return sorted(found, key=lambda pair: (pair[0].due == pair[1].due, *_soonest(pair)))


def namesakes(wanted: Iterable[str], glances: Iterable[Glance]) -> set[str]:
    """The handles of tickets in another tracker with the same title as these: only they may tell of a link."""
    known = set(wanted)
    pairs = ([one.handle, two.handle] for one, two in same_titles(glances))
    return {handle for pair in pairs if not known.isdisjoint(pair) for handle in pair}


def _soonest(pair: tuple[Glance, Glance]) -> tuple[date, str]:
    return min(one.due or date.max for one in pair), min(one.handle for one in pair)


def linked(tracked: Iterable[Tracked], glances: Iterable[Glance]) -> set[str]:
    """The handles of tickets in another tracker that these link to: they may be one thing with them."""
    places = {name: glance.handle for glance in glances for name in (glance.url.rstrip("/"), glance.handle)}
    found = set()
    for one in tracked:
        for link in one.ticket.links:
            url = link.url.rstrip("/").partition("?")[0]
            handle = places.get(url)
            if handle and handle.partition(":")[0] != one.ticket.tracker:
                found.add(handle)
    return found
