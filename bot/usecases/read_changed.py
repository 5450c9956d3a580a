"""One tracker of a team, read: pages are judged as they come, for the team that each ticket belongs to, and dropped.

How far the reading has come is noted only when everything is read and judged. One that is interrupted reads the same
again, and finds written what it wrote already.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Protocol

from adapters.base import Distant, Ticket, Tracker
from bot.domain.seen_ticket import Tracked, handle_of
from bot.domain.sweep_state import SweepState
from bot.domain.verdicts import Verdicts
from bot.usecases.behind import Behind
from bot.usecases.note_tickets import baseline_of, note_tickets
from bot.usecases.ports import Ports, Team
from bot.usecases.team_scopes import earlier_teams, filed_for, ids_in, scopes_of
from bot.usecases.verdicts import rules_for, verdicts_of

OVERLAP = timedelta(minutes=2)
"""The next reading goes back by so much, and by what the tracker's index may be late: clocks differ, and Jira compares
times to the minute."""
ENOUGH = 100
"""Tickets that are judged together, where only some of each page are wanted."""
MOST = 500
"""Tickets that are held while others are judged, where only some of each page are wanted: then the next page waits."""
Watch = Callable[[str, int], None]
"""Told the tracker, and how many tickets of it were read since it was last told."""


class Needs(Protocol):
    """What of a tracker that was never read is needed now."""

    def wants(self, ticket: Ticket) -> bool:
        """Whether a ticket is."""
        ...

    def without(self, tracker: str) -> Distant | None:
        """Which tickets are certainly not, as its tracker may tell; None if it cannot."""
        ...


def unwatched(tracker: str, tickets: int) -> None:
    """The `Watch` where nobody looks on."""


class Reading:
    """One reading of one tracker.

    Attributes:
        tickets: how many were read.
        first: whether it is the first of this team and tracker: what is older than it opens no alerts.
        incomplete: request type → how many of its tickets are incomplete since its template or the checks changed.
    """

    def __init__(
        self,
        ports: Ports,
        team: Team,
        tracker: str,
        state: SweepState,
        watch: Watch = unwatched,
        needs: Needs | None = None,
    ) -> None:
        self._ports = ports
        self._team = team
        self._tracker = tracker
        self._state = state
        self._watch = watch
        self._started = ports.clock.now()
        self._types = {kind.key: kind.hash for kind in ports.teams.request_types(team)}
        self._judged_by = rules_for(ports, team).judged_by
        self._digest = _digest(ports, team, tracker, self._judged_by)
        self._verdicts: dict[str, Verdicts] = {}
        self._sharing = earlier_teams(ports, team, tracker)
        sharing = {other.id for other in self._sharing}
        first = takewhile(lambda other: other.id != team.id, ports.teams.all())
        self._elsewhere = {other.id for other in first if tracker in other.trackers} - sharing
        self._theirs: set[str] = set()
        self.tickets = 0
        self.first = state.cursor is None
        self._needs = needs if self.first else None
        self._unjudged: list[Ticket] = []
        self._in_hand = 0  # those of them that are being judged: they stay until that is done
        self.incomplete: Counter[str] = Counter()

    @property
    def whole(self) -> bool:
        """Whether everything is read: at first, and when request types, scopes or checks are not what they were."""
        return self.first or self._state.templates != self._types or self._state.reads != self._digest

    async def go(self) -> None:
        """Read it to the end, and note how far that is.

        If it was never read and somebody wants some of its tickets at once, only those are judged: it is as if the
        first reading had been interrupted, and the next one begins anew.

        Raises:
            KeyError: the tracker is not configured.
            TrackerError: it cannot be read; nothing is noted but the tickets of the pages before.
        """
        source = self._ports.trackers.get(self._tracker)
        cursor = self._state.cursor
        since = None if self.whole or cursor is None else datetime.fromtimestamp(cursor, UTC)
        for other in self._sharing:
            self._theirs |= await ids_in(self._ports, other, self._tracker, since)
        await self._read(source, since)
        await self.judge_read()
        if self._needs is not None:
            return
        back = OVERLAP + timedelta(seconds=source.capabilities.lookup_lag)
        await self._note((self._started - back).timestamp())

    async def _read(self, source: Tracker, since: datetime | None) -> None:
        """Read page after page; the next one is read while those before are judged."""
        needs = self._needs
        without = needs.without(self._tracker) if needs else None
        async with Behind() as behind:
            for scope in scopes_of(self._ports, self._team, self._tracker):
                async for page in source.changed(scope, since, without=without):
                    self._unjudged += filter(needs.wants, page) if needs else page
                    waiting = len(self._unjudged) - self._in_hand
                    if needs is None or waiting >= MOST or (waiting >= ENOUGH and not behind.busy):
                        await behind.begin(self.judge_read)
                    self.tickets += len(page)
                    self._watch(self._tracker, len(page))

    async def judge_read(self) -> None:
        """Judge what was read and is not judged yet; what a call that is cut off leaves is for the next one."""
        page = tuple(self._unjudged)
        self._in_hand = len(page)
        try:
            await self._judge_page(page)
            del self._unjudged[: len(page)]
        finally:
            self._in_hand = 0

    async def _note(self, cursor: float) -> None:
        started = self._started.timestamp()
        done = {"cursor": cursor, "swept_at": started, "templates": self._types, "reads": self._digest}
        done |= {"judged_by": self._judged_by, "incomplete": dict(self.incomplete)}
        if self.first:
            done |= {"baseline": started, "reconciled_at": started}
        await self._ports.tickets.update_sweep(self._team.id, self._tracker, done)

    async def _judge_page(self, page: Sequence[Ticket]) -> None:
        """Judge a page, each ticket for its team."""
        if not page:
            return
        known = await self._ports.tickets.find([handle_of(ticket.ref.tracker, ticket.ref.id) for ticket in page])
        owned: dict[str, list[Ticket]] = {}
        for ticket in page:
            if owner := await self._owner(ticket, known.get(handle_of(ticket.ref.tracker, ticket.ref.id))):
                owned.setdefault(owner.id, []).append(ticket)
        for team_id, tickets in owned.items():
            if team_id == self._team.id:
                await self._judge_own(tickets, known)
            elif (team := self._ports.teams.get(team_id)) and (
                baseline := await baseline_of(self._ports, team, self._tracker)
            ):  # one without a baseline has yet to read what is its own
                await self._noted(team, tickets, baseline)

    async def _judge_own(self, tickets: Sequence[Ticket], known: Mapping[str, Tracked]) -> None:
        before = self._old_before()
        old = [ticket for ticket in tickets if before and ticket.created <= before]
        new = [ticket for ticket in tickets if not (before and ticket.created <= before)]
        baseline = datetime.fromtimestamp(self._state.baseline, UTC) if self._state.baseline else self._started
        for part, since in ((old, None), (new, baseline)):
            for tracked in await self._noted(self._team, part, since):
                self._compare(known.get(tracked.ticket.handle), tracked)

    def _old_before(self) -> datetime | None:
        """Tickets that were made until then and are met now are no news, whatever they lack.

        At first that is everything; later it is what a change of the configuration makes ours.
        """
        if self._state.cursor is None:
            return self._started
        return datetime.fromtimestamp(self._state.cursor, UTC) if self.whole else None

    def _compare(self, before: Tracked | None, after: Tracked) -> None:
        """Count what a change of its template, or of the checks, made incomplete."""
        key = after.ticket.request_type or ""
        if self.first or key not in self._types or not after.ticket.gaps or after.ticket.status_category == "done":
            return
        became = before is not None and not before.ticket.gaps
        if self._state.templates.get(key) != self._types[key]:
            self.incomplete[key] += became
        elif became and self._state.judged_by != self._judged_by:
            self.incomplete[key] += 1

    async def _owner(self, ticket: Ticket, known: Tracked | None) -> Team | None:
        """Whose ticket that is; None for a team before this one, which reads it by itself."""
        if filed := await filed_for(self._ports, ticket):
            return filed
        if ticket.ref.id in self._theirs:
            return None
        stays = known and not known.gone and known.ticket.project == ticket.project
        return None if known and stays and known.ticket.team in self._elsewhere else self._team

    async def _noted(self, team: Team, tickets: Sequence[Ticket], baseline: datetime | None) -> list[Tracked]:
        """Judged and remembered; what somebody changed since the reading began is newer than its pages."""
        if not tickets:
            return []
        if team.id not in self._verdicts:
            self._verdicts[team.id] = verdicts_of(self._ports, team)
        verdicts = self._verdicts[team.id]
        return await note_tickets(self._ports, team, tickets, baseline, verdicts, read_at=self._started)


def _digest(ports: Ports, team: Team, tracker: str, checks: str) -> str:
    """Changes with whatever makes other tickets the team's, or judges them otherwise, apart from the templates."""
    scopes = [{"team": dict(scope.team), "marks": repr(scope.marks)} for scope in scopes_of(ports, team, tracker)]
    told = [scopes, checks]
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:16]
