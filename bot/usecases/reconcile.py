"""Once a night: the ids that a tracker lists are compared with those that are known.

Reading what changed sees neither a ticket that was deleted nor one that was moved out of our sight. What is missing
from the list is looked up by its id: one that is in another team's sight follows there, one that is in nobody's is
gone, and one that is not found is gone when it is not found a second time. Where many are missing at once, something
else is wrong: then nothing is called gone, and the operators hear of it.
"""

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TypedDict
from zoneinfo import ZoneInfo

from adapters.base import Check, Ticket, TicketRef, Tracker
from adapters.errors import Misconfigured, NotFound, TrackerError
from bot.domain.agenda_items import IDEAS
from bot.domain.seen_ticket import Gone, Tracked, handle_of
from bot.domain.sweep_state import SweepState
from bot.usecases.note_tickets import baseline_of, note_tickets
from bot.usecases.ports import Ports, Team
from bot.usecases.read_changed import OVERLAP
from bot.usecases.team_scopes import filed_for, ids_in, is_marked, marks_of

LOOKS = 200
"""Tickets that are looked up by their ids in one go; the next sweep goes on."""
LATER = timedelta(minutes=10)
"""So long after the first look a ticket that is still not found is gone."""
MANY = 0.2
"""The part of the known ids whose absence means something other than that so many tickets are gone."""
FEW = 3
"""So many may be missing without that conclusion, however few are known, as long as the project itself can be read."""
AT_ONCE = 500
"""Tickets that the database is asked for in one query."""
log = logging.getLogger(__name__)


class Compared(TypedDict):
    """What became of one tracker, as JSON types.

    Attributes:
        known: open tickets that were known; 0 if ids were not compared this time.
        vanished: those of them that were not listed.
        gone: tickets that are gone now.
        back: tickets that are not gone any more, and those that came into our sight without a change.
    """

    known: int
    vanished: int
    gone: int
    back: int


async def reconcile_team(ports: Ports, team: Team, *, accept: bool = False) -> dict[str, Compared]:
    """Compare a team's ids, if that was not done today, and look again for what was not found before.

    Safe to run again. A tracker that cannot be read is left for the next time.

    Args:
        ports: the world.
        team: whose.
        accept: an operator says that what vanished is gone indeed.

    Returns:
        Tracker → what became of it.
    """
    found = await asyncio.gather(*(_reconcile(ports, team, tracker, accept) for tracker in team.trackers))
    return dict(zip(team.trackers, found, strict=True))


async def _reconcile(ports: Ports, team: Team, tracker: str, accept: bool) -> Compared:
    state = await ports.tickets.sweep(team.id, tracker)
    comparison = Comparison(ports, team, tracker, state, accept=accept)
    if state.baseline is None or state.failed_since is not None or tracker not in ports.trackers.names():
        return comparison.result
    try:
        if accept or state.frozen or _is_another_day(ports, team, state):
            await comparison.compare()
        elif state.missing:
            await comparison.look_again()
    except TrackerError as error:
        log.warning("team %s: the ids of %s were not compared: %s", team.id, tracker, type(error).__name__)
    except Exception:  # the other tracker must not suffer from what nobody foresaw in this one
        log.exception("team %s: the ids of %s were not compared", team.id, tracker)
    return comparison.result


class Comparison:
    """One comparison of one tracker.

    Attributes:
        result: what became of it so far.
    """

    def __init__(self, ports: Ports, team: Team, tracker: str, state: SweepState, *, accept: bool = False) -> None:
        self._ports = ports
        self._team = team
        self._tracker = tracker
        self._state = state
        self._accept = accept
        self._started = ports.clock.now()
        self._missing: list[str] = []
        self.result = Compared(known=0, vanished=0, gone=0, back=0)

    async def compare(self) -> None:
        """Compare the ids, and look up those that are on one side only.

        Raises:
            TrackerError: something could not be read; what was found until then is remembered.
        """
        listed = await ids_in(self._ports, self._team, self._tracker)
        known = await self._ports.tickets.ids_of_team(self._team.id, self._tracker)
        open_ = {ticket_id for ticket_id, is_open in known.items() if is_open}
        vanished = open_ - listed
        if vanished:
            vanished -= await self._follow(vanished)
        self.result["known"], self.result["vanished"] = len(open_), len(vanished)
        if vanished and not self._accept and await self._is_too_much(len(vanished), len(open_)):
            log.warning("team %s: %d of %d ids of %s vanished", self._team.id, len(vanished), len(open_), self._tracker)
            await self._save({"frozen": "vanished"})
            return
        at_once = sorted(vanished)[: None if self._accept else LOOKS]
        for ticket_id in at_once:
            await self._look(ticket_id)
        await self._welcome_back(ticket_id for ticket_id in listed if known.get(ticket_id) is False)
        await self._take_in(listed - known.keys())
        done = self._started.timestamp() if len(at_once) == len(vanished) else self._state.reconciled_at
        await self._save({"frozen": "", "reconciled_at": done, "missing": tuple(self._missing)})

    async def look_again(self) -> None:
        """The second look for tickets that were not found once.

        Raises:
            TrackerError: one could not be read.
        """
        for ticket_id in self._state.missing:
            await self._look(ticket_id, again=True)
        await self._save({"missing": tuple(self._missing)})

    async def _follow(self, vanished: Collection[str]) -> set[str]:
        """Those of the missing that are in another team's sight now; a ticket from a form stays with its team."""
        inside: set[str] = set()
        for team in self._ports.teams.all():
            if team.id == self._team.id or self._tracker not in team.trackers:
                continue
            found = await ids_in(self._ports, team, self._tracker) & set(vanished) - inside
            inside |= found
            for known in (await self._known(found)).values():
                if known.ticket.request_id is None and (ticket := await self._read(known.ticket.ref)):
                    await self._note(team, ticket)
        return inside

    async def _is_too_much(self, vanished: int, known: int) -> bool:
        """Whether so many are missing that the cause must be another one."""
        if vanished >= FEW:
            return vanished > MANY * known
        if vanished < known:
            return False
        findings = await self._source.check(Check(self._team.trackers[self._tracker]))
        return any(finding.severity == "error" for finding in findings)

    async def _look(self, ticket_id: str, *, again: bool = False) -> None:
        """Look up a ticket that was not listed, or not found before."""
        handle = handle_of(self._tracker, ticket_id)
        known = (await self._known([ticket_id])).get(handle)
        if known is None or known.gone:
            return
        ticket = await self._read(known.ticket.ref)
        if ticket is None:
            await self._not_found(handle, known)
            return
        await self._note(self._team, ticket)
        late = self._started - OVERLAP - timedelta(seconds=self._source.capabilities.lookup_lag)
        if not again and ticket.status_category != "done" and ticket.updated < late:
            await self._set_gone(handle, "moved")

    async def _not_found(self, handle: str, known: Tracked) -> None:
        """Once is not gone: trackers hide tickets for a moment, and tokens lose and regain rights."""
        now = self._ports.clock.now()
        since = known.missing_since
        if self._accept or (since is not None and now.timestamp() - since >= LATER.total_seconds()):
            await self._set_gone(handle, "deleted")
            return
        self._missing.append(known.ticket.id)
        if since is None:
            await self._change(handle, {"missing_since": now.timestamp()})

    async def _welcome_back(self, ids: Iterable[str]) -> None:
        """Tickets that were gone and are listed again."""
        for known in (await self._known(ids)).values():
            if known.gone and (ticket := await self._read(known.ticket.ref)):
                await self._note(self._team, ticket)
                self.result["back"] += 1

    async def _take_in(self, ids: Collection[str]) -> None:
        """Tickets that came into our sight without being changed, unless they are another team's."""
        others = await self._known(ids)
        unknown = sorted(ticket_id for ticket_id in ids if handle_of(self._tracker, ticket_id) not in others)
        marks = marks_of(self._ports.teams.request_types(self._team), self._tracker, IDEAS)
        for ticket_id in unknown[:LOOKS]:
            ticket = await self._read(TicketRef(self._tracker, ticket_id, ticket_id, ""))
            if ticket is None or not (self._team.trackers[self._tracker].get("scope") or is_marked(ticket, marks)):
                continue
            filed = await filed_for(self._ports, ticket)
            if filed is None or filed.id == self._team.id:
                await self._note(self._team, ticket)
                self.result["back"] += 1

    @property
    def _source(self) -> Tracker:
        return self._ports.trackers.get(self._tracker)

    async def _read(self, ref: TicketRef) -> Ticket | None:
        """A ticket by its id; None if there is none, or none for us: Asana says so with a 403.

        That is no setting to mend, since the team's own tickets have just been read.
        """
        try:
            return await self._source.get(ref, team=self._team.trackers[self._tracker])
        except NotFound:
            return None
        except Misconfigured as error:
            if error.status != HTTPStatus.FORBIDDEN:
                raise
            return None

    async def _known(self, ids: Iterable[str]) -> dict[str, Tracked]:
        handles, found = [handle_of(self._tracker, ticket_id) for ticket_id in ids], dict[str, Tracked]()
        for start in range(0, len(handles), AT_ONCE):
            found |= await self._ports.tickets.find(handles[start : start + AT_ONCE])
        return found

    async def _note(self, team: Team, ticket: Ticket) -> None:
        await note_tickets(self._ports, team, [ticket], await baseline_of(self._ports, team, self._tracker))

    async def _set_gone(self, handle: str, why: Gone) -> None:
        log.info("team %s: %s is %s", self._team.id, handle, why)
        self.result["gone"] += 1
        await self._change(handle, {"gone": why, "missing_since": None})

    async def _change(self, handle: str, values: Mapping[str, object]) -> None:
        def changed(known: Mapping[str, Tracked]) -> list[Tracked]:
            return [tracked.model_copy(update=dict(values)) for tracked in known.values()]

        await self._ports.tickets.change([handle], changed)

    async def _save(self, changes: Mapping[str, object]) -> None:
        if self._state.model_copy(update=dict(changes)) != self._state:
            await self._ports.tickets.update_sweep(self._team.id, self._tracker, changes)


def _is_another_day(ports: Ports, team: Team, state: SweepState) -> bool:
    """Whether midnight has passed where the team is since ids were last compared."""
    zone = ZoneInfo(team.time_zone)
    last = datetime.fromtimestamp(state.reconciled_at or 0.0, UTC).astimezone(zone).date()
    return last < ports.clock.now().astimezone(zone).date()
