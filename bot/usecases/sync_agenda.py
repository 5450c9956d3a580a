"""The agenda of a team's sync, made from what is remembered of its tickets."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from adapters.base import Person, Ticket
from bot.domain.agenda import agenda
from bot.domain.agenda_items import FIRST, IDEAS, Agenda, AgendaRules, Item, Numbers
from bot.domain.agenda_matching import TOLD
from bot.domain.glance import Glance, belongs, linked, namesakes
from bot.domain.seen_ticket import Tracked
from bot.domain.sync_messages import SyncAgenda, Unread
from bot.domain.sync_policy import at
from bot.domain.template import Agenda as Kind
from bot.usecases.ports import Ports, Team
from bot.usecases.sweep_readiness import UNAVAILABLE
from bot.usecases.verdicts import verdicts_of

ONE_DAY = timedelta(days=1)
AT_ONCE = 200
"""Tickets read in full at a time; between them others get their turn."""
GAPS = 3
"""Gaps of a ticket that are kept, what stops the work first: two are named, and whether there are more is said."""


def sync_key(team: Team, day: date) -> str:
    """Names a team's sync of a day, in jobs, buttons and metadata."""
    return f"sync:{team.id}:{day.isoformat()}"


async def build_agenda(ports: Ports, team: Team, day: date) -> Agenda:
    """The agenda of a day, compared with the last sync before it; nothing is read from a tracker.

    The very first sync, shown again later that day, is compared with itself as it was posted; it counts nothing.

    Args:
        ports: the world.
        team: whose sync it is.
        day: where the team is.
    """
    kinds: dict[str, Kind | None] = {kind.key: kind.agenda for kind in ports.teams.request_types(team)}
    before = await ports.syncs.latest(team.id, before=day)
    last = before or await ports.syncs.latest(team.id, before=day + ONE_DAY)
    rules = AgendaRules(day, team.sync.horizon_weeks, team.sync.small, team.language)
    glances = [glance async for page in ports.tickets.glances(team.id) for glance in page]
    parked = {one.handle for one in glances if one.asked >= team.alerts.at_most > 0}
    since = last.posted_at if last else None
    wanted = [one.handle for one in glances if belongs(one, kinds, rules, since, parked)]
    tracked = await _in_full(ports, wanted)
    tracked += await _in_full(ports, sorted((linked(tracked, glances) | namesakes(wanted, glances)) - set(wanted)))
    said = await ports.syncs.feasibility([one.ticket.handle for one in tracked])
    feasible = {handle: word.feasibility() for handle, word in said.items()}
    made = agenda(tracked, glances, kinds, rules, last.last() if last else FIRST, feasible, parked)
    return made if before else replace(made, numbers=Numbers())


def wanted_for(ports: Ports, team: Team, day: date) -> Callable[[Ticket], bool]:
    """Which tickets a sync needs of a tracker that was never read, so that it need not wait for all to be judged.

    Those that may stand on it, launches that have no day and are counted, and what is done: it blocks nothing.
    """
    kinds: dict[str, Kind | None] = {kind.key: kind.agenda for kind in ports.teams.request_types(team)}
    rules = AgendaRules(day, team.sync.horizon_weeks, team.sync.small, team.language)
    verdicts = verdicts_of(ports, team)

    def wanted(ticket: Ticket) -> bool:
        if ticket.status_category == "done" or ticket.request_id is not None:
            return True
        glance = Glance.at(ticket, verdicts.certain_type(ticket))
        undated = glance.due is None and kinds.get(glance.request_type) == "initiative"
        return undated or belongs(glance, kinds, rules, None)

    return wanted


async def _in_full(ports: Ports, handles: list[str]) -> list[Tracked]:
    found: list[Tracked] = []
    for start in range(0, len(handles), AT_ONCE):
        page = handles[start : start + AT_ONCE]
        known = await ports.tickets.find(page)
        found += [_light(known[handle]) for handle in page if handle in known]
    return found


async def shown_agenda(
    ports: Ports, team: Team, day: date, missing: tuple[str, ...] = (), *, pings: bool = True, closed: bool = False
) -> SyncAgenda:
    """The agenda as it is shown, with the Slack ids of those who owe something."""
    shared = asyncio.create_task(ports.people.is_shared(team.channel))  # Slack may have to be asked
    try:
        found = await build_agenda(ports, team, day)
    except BaseException:
        shared.cancel()
        raise
    return SyncAgenda(
        key=sync_key(team, day),
        team=team.name,
        day=day,
        meeting=at(day, team.sync.meeting, team.time_zone),
        agenda=found,
        missing=tuple([await _unread(ports, team, name) for name in missing]),
        language=team.language,
        owners=await _owners(ports, found.slots["actions"]),
        shared=await shared,
        pings=pings,
        closed=closed,
    )


async def _unread(ports: Ports, team: Team, tracker: str) -> Unread:
    """What to say of a tracker that could not be read, by what is noted of it."""
    state = await ports.tickets.sweep(team.id, tracker)
    title = ports.trackers.title(tracker)
    last = datetime.fromtimestamp(state.swept_at, UTC) if state.swept_at is not None else None
    if state.failed_since is None:
        return Unread(title, "slow", last)
    if state.failure == UNAVAILABLE:
        return Unread(title, "unavailable", last)
    return Unread(title, "misconfigured" if state.frozen == "unreadable" else "unexpected", last)


async def _owners(ports: Ports, items: tuple[Item, ...], most: int = 20) -> dict[str, str]:
    """Handle → Slack id, for the first action items, in whichever tracker their owner is known."""
    found: dict[str, str] = {}
    for item in items[:most]:
        owned = item.owned
        if owned is None or owned.assignee is None or item.change == "done":
            continue
        owner = owned.assignee
        known = Person(owner.name, owner.email, owner.id)
        user = owner.slack or await ports.people.in_slack(known, owned.tracker)
        if user and not await ports.people.has_left(user):
            found[item.ticket.handle] = user
    return found


def _light(tracked: Tracked) -> Tracked:
    """Without what the agenda never shows: ten thousand tickets are held at once."""
    ticket = tracked.ticket
    first = sorted(ticket.gaps, key=lambda gap: gap.severity != "must")[:GAPS]
    update: dict[str, object] = {"gaps": tuple(gap.model_copy(update={"example": ""}) for gap in first)}
    if ticket.due is None and not any(label.casefold() in IDEAS for label in ticket.labels):
        update["facts"] = {key: ticket.facts[key] for key in TOLD if key in ticket.facts}
    return tracked.model_copy(update={"ticket": ticket.model_copy(update=update)})
