"""The agenda of the weekly sync: what is coming, what stands in its way, what is quick, who owes what. Pure.

A ticket stands in one slot only, the one of its most urgent reason, and says why it is there. Tickets that are one
thing in two trackers stand once.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from statistics import median

from bot.domain.agenda_items import (
    AT_RISK,
    FIRST,
    IDEAS,
    SLOTS,
    Agenda,
    AgendaRules,
    Change,
    Feasibility,
    Item,
    Last,
    Numbers,
    Other,
    Reason,
)
from bot.domain.agenda_links import Others
from bot.domain.agenda_matching import Launches, twins, window_of
from bot.domain.glance import Glance
from bot.domain.seen_ticket import SeenTicket, Tracked
from bot.domain.template import Agenda as Kind


def agenda(
    tracked: Iterable[Tracked],
    glances: Sequence[Glance],
    kinds: Mapping[str, Kind | None],
    rules: AgendaRules,
    last: Last = FIRST,
    feasibility: Mapping[str, Feasibility] | None = None,
    parked: Collection[str] = (),
) -> Agenda:
    """The agenda of a team.

    Args:
        tracked: its tickets that belong on an agenda, see `glance.belongs`, and what may be one thing with them.
        glances: all its tickets.
        kinds: request type → its `agenda`.
        rules: how it is made.
        last: the sync before.
        feasibility: handle → what was said.
        parked: handles of tickets that are not asked about any more.
    """
    every = [one for one in tracked if not one.gone and not one.ticket.restricted]
    by_handle = {one.ticket.handle: one for one in every}
    stand_ins = twins([one.ticket for one in every])
    second: dict[str, list[Tracked]] = {}
    for handle, first in sorted(stand_ins.items()):
        second.setdefault(first, []).append(by_handle[handle])
    things = [(one, *second.get(one.ticket.handle, ())) for one in every if one.ticket.handle not in stand_ins]
    tickets = [[one.ticket for one in thing] for thing in things]
    builder = _Builder(kinds, rules, last, feasibility or {}, tickets, glances)
    items = [item for thing in things if (item := builder.item(*thing)) is not None]
    listed = {handle for item in items for handle in (item.ticket.handle, *(twin.handle for twin in item.twins))}
    return Agenda(
        slots={slot: tuple(sorted((i for i in items if i.slot == slot), key=_ORDER[slot])) for slot in SLOTS},
        overdue=_late(tickets, lambda one: builder.is_overdue(one) and one.handle not in listed),
        parked=_late(tickets, lambda one: one.handle in parked and one.status_category == "todo"),
        started_unready=_late(
            (thing for thing in tickets if not any(map(_is_ready, thing))),
            lambda one: one.status_category == "in_progress" and _is_unready(one),
        ),
        undated=sum(g.is_open and g.due is None and kinds.get(g.request_type) == "initiative" for g in glances),
        numbers=_numbers(glances, last),
    )


class _Builder:
    """Puts one ticket after the other where it belongs."""

    def __init__(
        self,
        kinds: Mapping[str, Kind | None],
        rules: AgendaRules,
        last: Last,
        feasibility: Mapping[str, Feasibility],
        things: Sequence[Sequence[SeenTicket]],
        glances: Sequence[Glance],
    ) -> None:
        self._kinds = kinds
        self._rules = rules
        self._last = last
        self._feasibility = feasibility
        self._since = last.posted.timestamp() if last.posted else None
        self._launches = Launches(
            ([one for one in thing if self.kind(one) == "initiative" and _is_open(one)] for thing in things),
            rules.horizon,
        )
        self._others = Others(glances)

    def kind(self, ticket: SeenTicket) -> Kind | None:
        """The slot's kind by the request type; a guessed type does not put a ticket on the agenda."""
        return self._kinds.get(ticket.request_type or "") if ticket.certain else None

    def is_overdue(self, ticket: SeenTicket) -> bool:
        """Open, and its day has passed."""
        return _is_open(ticket) and ticket.due is not None and ticket.due < self._rules.today

    def item(self, *together: Tracked) -> Item | None:
        """The line of a ticket and its twins: the most urgent reason, then the sooner day; None if there is none."""
        tickets = [one.ticket for one in together]
        found = [item for one in together if (item := self._line(one, tickets)) is not None]
        if not found:
            return None
        made = min(found, key=_urgency)
        said = [self._feasibility[one.handle] for one in tickets if one.handle in self._feasibility]
        return replace(
            made,
            twins=tuple(one for one in tickets if one.handle != made.ticket.handle),
            feasibility=max(said, key=lambda one: one.at, default=None),
            age_days=max(0, (self._rules.today - made.ticket.created_at.date()).days),
        )

    def _line(self, tracked: Tracked, together: Sequence[SeenTicket]) -> Item | None:
        """The line of one ticket, by what is known of those that are one thing with it."""
        ticket = tracked.ticket
        blocked = self._roadblock(ticket, together)
        return self._action(tracked) or blocked or self._initiative(tracked) or self._quick_win(ticket)

    def _action(self, tracked: Tracked) -> Item | None:
        ticket = tracked.ticket
        if self.kind(ticket) != "action":
            return None
        if _is_open(ticket):
            return Item(ticket, "actions", "action")
        recently = self._since is not None and tracked.done_at is not None and tracked.done_at >= self._since
        return Item(ticket, "actions", "done", change="done") if recently else None

    def _roadblock(self, ticket: SeenTicket, together: Sequence[SeenTicket]) -> Item | None:
        kind = self.kind(ticket)
        if not _is_open(ticket) or kind not in {"roadblock", "initiative"}:
            return None
        if kind == "roadblock":
            window = window_of(ticket, self._rules.language)
            if window.end is not None and window.end < self._rules.today:
                return None
            hit = self._launches.hit_by(ticket, window)
            blocks = self._others.named(ticket, "blocks")
            return Item(ticket, "roadblocks", "roadblock", hits=hit, blocks=blocks, window=window)
        blockers = self._others.named(ticket, "blocked_by")
        reason = self._trouble(ticket, blockers, together)
        if reason is None:
            return None
        blocks = self._others.named(ticket, "blocks")
        return self._changed(Item(ticket, "roadblocks", reason, blocked_by=blockers, blocks=blocks))

    def _trouble(self, ticket: SeenTicket, blockers: Sequence[Other], together: Sequence[SeenTicket]) -> Reason | None:
        """What stands in the way of an initiative; what is ready in either tracker is not at risk."""
        if ticket.flagged:
            return "flagged"
        if blockers:
            return "blocked"
        due = ticket.due
        close = due is not None and self._rules.today <= due <= self._rules.today + AT_RISK
        risky = close and ticket.status_category == "todo" and _is_unready(ticket)
        return "at_risk" if risky and not any(map(_is_ready, together)) else None

    def _initiative(self, tracked: Tracked) -> Item | None:
        ticket = tracked.ticket
        if self.kind(ticket) != "initiative":
            return None
        if not _is_open(ticket):
            recently = self._since is not None and tracked.done_at is not None and tracked.done_at >= self._since
            return Item(ticket, "initiatives", "launched", change="done") if recently else None
        if ticket.due is None or not self._rules.today <= ticket.due <= self._rules.horizon:
            return None
        return self._changed(Item(ticket, "initiatives", "launch"))

    def _changed(self, item: Item) -> Item:
        """With what became of an initiative since the last sync, in whichever slot it stands."""
        ticket = item.ticket
        if self._last.posted is None:
            return item
        if ticket.handle not in self._last.dues:
            return replace(item, change="new")
        before = self._last.dues[ticket.handle]
        if before is None or ticket.due is None or before == ticket.due:
            return item
        return replace(item, change="moved", moved_days=(ticket.due - before).days)

    def _quick_win(self, ticket: SeenTicket) -> Item | None:
        """Of initiatives those without a day: the others stand among the launches, once theirs comes within sight."""
        kind = self.kind(ticket)
        if not _is_open(ticket) or kind not in {"quick_win", "initiative", None}:
            return None
        new: Change = "new" if self._since is not None and ticket.created >= self._since else ""
        labelled = any(label.casefold() in IDEAS for label in ticket.labels)
        if kind == "initiative" and ticket.due is not None:
            return None
        if kind == "quick_win" or labelled:
            return Item(ticket, "quick_wins", "quick_win", change=new)
        return Item(ticket, "quick_wins", "small", change=new) if self._rules.is_small(ticket.estimate) else None


def _is_open(ticket: SeenTicket) -> bool:
    return ticket.status_category != "done"


def _is_unready(ticket: SeenTicket) -> bool:
    return any(gap.severity != "hint" for gap in ticket.gaps)


def _is_ready(ticket: SeenTicket) -> bool:
    """Whether somebody has seen that nothing is missing."""
    return ticket.score is not None and not _is_unready(ticket)


def _late(things: Iterable[Sequence[SeenTicket]], told: Callable[[SeenTicket], bool]) -> tuple[SeenTicket, ...]:
    """One ticket of each thing of which that is told, by their days: twins stand once in the thread, too."""
    found = (one for thing in things if (one := min(filter(told, thing), key=_by_due, default=None)) is not None)
    return tuple(sorted(found, key=_by_due))


def _by_due(ticket: SeenTicket) -> tuple[date, float, str]:
    return ticket.due or date.max, ticket.created, ticket.handle


def _urgency(item: Item) -> tuple[bool, int, int, date]:
    """Of two lines of one thing the first stands there: the more urgent slot and reason, then the sooner day."""
    return item.change == "done", _URGENCY[item.slot], _RANK.get(item.reason, 2), item.ticket.due or date.max


def _initiatives(item: Item) -> tuple[bool, bool, date, str]:
    """Those without an answer first, the soonest first; what is done comes last."""
    return item.change == "done", item.feasibility is not None, item.ticket.due or date.max, item.ticket.handle


def _roadblocks(item: Item) -> tuple[int, date, str]:
    """Roadblock requests first, then what is blocked, then what is at risk; the soonest first."""
    start = item.window.start if item.window else None
    return _RANK.get(item.reason, 2), start or item.ticket.due or date.max, item.ticket.handle


def _quick_wins(item: Item) -> tuple[bool, float, int, float, str]:
    """What is new since the last sync first, newest first; then by votes, and the newest first among equals."""
    fresh, ticket = item.change == "new", item.ticket
    return not fresh, -ticket.created if fresh else 0.0, -item.votes, -ticket.created, ticket.handle


def _actions(item: Item) -> tuple[bool, bool, date, str]:
    """Unowned ones first, then by their day; what is done comes last."""
    return item.change == "done", item.owner is not None, item.ticket.due or date.max, item.ticket.handle


_RANK = {"roadblock": 0, "flagged": 1, "blocked": 1}
_URGENCY = {"actions": 0, "roadblocks": 1, "initiatives": 2, "quick_wins": 3}
_ORDER = {"initiatives": _initiatives, "roadblocks": _roadblocks, "quick_wins": _quick_wins, "actions": _actions}


def _numbers(glances: Sequence[Glance], last: Last) -> Numbers:
    if last.posted is None:
        return Numbers()
    since = last.posted.timestamp()
    hours = [
        (one.ready_at - one.created) / 3600 for one in glances if one.ready_at is not None and one.ready_at >= since
    ]
    started = [one for one in glances if one.started_at is not None and one.started_at >= since]
    counts = [one.comments_before_start for one in started if one.comments_before_start is not None]
    return Numbers(
        opened=sum(one.created >= since for one in glances),
        finished=sum(one.done_at is not None and one.done_at >= since for one in glances),
        became_ready=len(hours),
        hours_to_ready=median(hours) if hours else None,
        comments_before_start=sum(counts) / len(counts) if counts else None,
        compared=True,
    )
