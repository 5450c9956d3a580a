"""Tickets that were read are judged and remembered: the way into the store for sweeps, actions and syncs."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from adapters.base import Ticket, TicketRef
from bot.domain.alert_history import AskedTicket, looked_at, new_since
from bot.domain.alerting import alerting_gaps
from bot.domain.readiness import rules_of
from bot.domain.request import Request
from bot.domain.seen_before import as_known
from bot.domain.seen_ticket import SeenGap, SeenTicket, Tracked, parse_handle
from bot.domain.template import RequestType
from bot.domain.verdicts import Verdicts
from bot.usecases.ports import Ports, Team
from bot.usecases.team_scopes import request_of
from bot.usecases.verdicts import verdicts_of

SET_BACK = 3600.0
"""Seconds: a last look that is further ahead than this was made before the clock was set back."""
Rules = Mapping[tuple[str, str], datetime]
"""(section, rule) → since when it exists."""


async def note_tickets(
    ports: Ports,
    team: Team,
    tickets: Sequence[Ticket],
    baseline: datetime | None,
    verdicts: Verdicts | None = None,
    *,
    read_at: datetime | None = None,
    alone: bool = False,
) -> list[Tracked]:
    """Judge tickets that were just read and remember them, with what was asked about them so far.

    Args:
        ports: the world.
        team: whose tickets they are.
        tickets: a page of them.
        baseline: when the team's first sweep of this tracker was complete; None during it.
        verdicts: to be used for many pages.
        read_at: before they were read, now if left out. What was noted since then is newer, and stays.
        alone: whether each was read by itself, with links that its tracker's lists do not tell.
    """
    verdicts = verdicts or verdicts_of(ports, team)
    now = ports.clock.now()
    fresh = await _judged(ports, tickets, verdicts, read_at or now)
    if alone:
        fresh = [ticket.model_copy(update={"links_read": now.timestamp()}) for ticket in fresh]
    rules = {
        kind.key: await ports.tickets.rules_since(kind.key, rules_of(kind), now)
        for key in {ticket.request_type for ticket in fresh}
        if (kind := verdicts.kind(key)) is not None
    }

    before: dict[str, Tracked] = {}

    def merged(known: Mapping[str, Tracked]) -> list[Tracked]:
        before.update(known)
        return [_merge(known.get(ticket.handle), ticket, verdicts, rules, now, baseline) for ticket in fresh]

    noted = await ports.tickets.change([ticket.handle for ticket in fresh], merged)
    for one in noted:
        if _shows_anew(before.get(one.ticket.handle), one):
            await _tell_home(ports, one.ticket)
    return noted


async def read_again(ports: Ports, team: Team, handles: Collection[str]) -> list[Tracked]:
    """Read tickets by their ids, past any search index, and remember what they are like now.

    Raises:
        NotFound, TrackerError: of the first that cannot be read; the ones before it are remembered.
        KeyError: a tracker that is not configured.
    """
    known = await ports.tickets.find(handles)
    verdicts, found = verdicts_of(ports, team), []
    for handle in handles:
        tracker, ticket_id = parse_handle(handle)
        ref = known[handle].ticket.ref if handle in known else None
        settings = team.trackers.get(tracker)
        port = ports.trackers.get(tracker)
        ticket = await port.get(ref or _bare(tracker, ticket_id), team=settings)
        baseline, alone = await baseline_of(ports, team, tracker), port.capabilities.native_links
        found += await note_tickets(ports, team, [ticket], baseline, verdicts, alone=alone)
    return found


async def baseline_of(ports: Ports, team: Team, tracker: str) -> datetime | None:
    """When the first sweep of a team's tickets in a tracker was complete; None before."""
    state = await ports.tickets.sweep(team.id, tracker)
    return datetime.fromtimestamp(state.baseline, UTC) if state.baseline is not None else None


def asked_ticket(
    tracked: Tracked,
    kind: RequestType | None,
    rules: Rules,
    *,
    reporter: str | None = None,
    assignee: str | None = None,
) -> AskedTicket:
    """What a decision needs to know of a ticket.

    Args:
        tracked: as it was read.
        kind: its request type, as it is now.
        rules: since when each of its rules exists.
        reporter: the Slack id of its reporter.
        assignee: the Slack id of its assignee.
    """
    ticket = tracked.ticket
    return AskedTicket(
        id=ticket.handle,
        gaps=tuple(gap.gap() for gap in _asked_for(ticket, kind, rules)),
        status=ticket.status_category,
        created=ticket.created_at,
        certain=ticket.certain,
        requester=ticket.requester,
        reporter=reporter,
        assignee=assignee,
        gone=bool(tracked.gone),
    )


def _asked_for(ticket: SeenTicket, kind: RequestType | None, rules: Rules) -> Iterator[SeenGap]:
    """What it lacks of that which somebody may be asked for."""
    if kind is None:
        return iter(())
    return alerting_gaps(kind, (gap for gap in ticket.gaps if _counts(gap, kind)), ticket.created_at, rules)


def _counts(gap: SeenGap, kind: RequestType) -> bool:
    """Whether the request type still has the section, and a gap that was only noticed later is to be asked for."""
    field = kind.fields.get(gap.section)
    return field is not None and (not gap.late or field.ready.applies_to_existing)


async def _judged(ports: Ports, tickets: Sequence[Ticket], verdicts: Verdicts, read_at: datetime) -> list[SeenTicket]:
    """The tickets as they are kept, each with the request that it was made for."""
    made_for = [await request_of(ports, ticket) for ticket in tickets]
    types = [request.submission.request_type.key if request else None for request, _ in made_for]
    seen = await ports.judging.seen(verdicts, list(zip(tickets, types, strict=True)), read_at)
    return [_of_request(noted, *made) for noted, made in zip(seen, made_for, strict=True)]


def _of_request(noted: SeenTicket, request: Request | None, request_id: str | None) -> SeenTicket:
    """With the request that it was made for, and who requested it; a copy of a request's ticket has neither."""
    if request is None and request_id == noted.request_id:
        return noted
    requester = request.submission.requester.id if request else None
    return noted.model_copy(update={"requester": requester, "request_id": request_id})


def _shows_anew(before: Tracked | None, now: Tracked) -> bool:
    """Whether its requester sees something else in their Home than before."""
    if not (now.ticket.requester and now.ticket.request_id):
        return False
    if before is None or before.gone != now.gone or before.asking != now.asking:
        return True
    shown = ("title", "url", "status", "status_category", "score", "gaps")
    return any(getattr(before.ticket, name) != getattr(now.ticket, name) for name in shown)


async def _tell_home(ports: Ports, ticket: SeenTicket) -> None:
    if request := await ports.store.request(ticket.request_id or ""):
        ports.notifier.home_changed(request.submission.slack_team, request.submission.requester.id)


def _merge(
    known: Tracked | None,
    ticket: SeenTicket,
    verdicts: Verdicts,
    rules: Mapping[str, Rules],
    now: datetime,
    baseline: datetime | None,
) -> Tracked:
    """The ticket as it is now, with its history; a look that is older than the last one changes nothing."""
    if known and 0 < known.ticket.seen_at - ticket.seen_at < SET_BACK:
        return known
    baseline = baseline if known else new_since(baseline, now)
    ticket = as_known(known.ticket, ticket) if known else ticket
    tracked = known or _first_look(ticket, baseline)
    still_blocked = tuple(why for why in tracked.told_blocked if why in ticket.blocked)
    # Whatever was open at the first sweep is known: it was over long ago, and somebody only touched it.
    over = known is None and baseline is not None and ticket.created < baseline.timestamp()
    moments = _moments(tracked, ticket, over=over and ticket.status_category == "done")
    begins = tracked.started_at is None and moments["started_at"] is not None
    news = baseline is not None and (known is not None or ticket.created >= baseline.timestamp())
    asked_for = _asked_for(ticket, verdicts.kind(ticket.request_type), rules.get(ticket.request_type or "", {}))
    nothing = ticket.status_category != "todo" or next(asked_for, None) is None
    return tracked.model_copy(
        update={
            "ticket": ticket,
            "history": looked_at(tracked.history, ticket.created_at, now, baseline, over=nothing),
            "missing_since": None,
            "gone": "",
            "told_blocked": still_blocked or tracked.told_blocked,  # that nothing blocks it any more is told first
            "uncounted": tracked.uncounted or (begins and news),
            **moments,
        }
    )


def _first_look(ticket: SeenTicket, baseline: datetime | None) -> Tracked:
    """A ticket that was not known. What happened before the team's first sweep is no news any more."""
    if baseline is not None and ticket.created >= baseline.timestamp():
        return Tracked(ticket=ticket, told_status="todo", comments_until=ticket.created)
    return Tracked(
        ticket=ticket,
        told_status=ticket.status_category,
        told_blocked=ticket.blocked,
        comments_until=ticket.updated,
    )


def _moments(tracked: Tracked, ticket: SeenTicket, *, over: bool) -> dict[str, float | None]:
    """When it became ready, was started and was done; what was so at the first look counts from its last change.

    Of one that was over before, nobody knows more than when it was made.
    """
    at = ticket.created if over else min(ticket.updated, ticket.seen_at)
    unready = ticket.score is None or any(gap.severity != "hint" for gap in ticket.gaps)
    return {
        "ready_at": tracked.ready_at if tracked.ready_at is not None or unready else at,
        "started_at": tracked.started_at if tracked.started_at or ticket.status_category != "in_progress" else at,
        "done_at": None if ticket.status_category != "done" else tracked.done_at or at,
    }


def _bare(tracker: str, ticket_id: str) -> TicketRef:
    return TicketRef(tracker, ticket_id, ticket_id, "")
