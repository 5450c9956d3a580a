"""The agenda of a team's sync, made from what is remembered of its tickets."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from adapters.base import Person, Ticket
from bot.domain.agenda import agenda
from bot.domain.agenda_items import FIRST, Agenda, AgendaRules, Item, Numbers
from bot.domain.glance import Glance, belongs, linked, may_belong, namesakes
from bot.domain.sync_messages import SyncAgenda, Unread
from bot.domain.sync_policy import at
from bot.domain.template import Agenda as Kind
from bot.usecases.ports import Ports, Team
from bot.usecases.sweep_readiness import UNAVAILABLE
from bot.usecases.verdicts import verdicts_of

ONE_DAY = timedelta(days=1)


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
    since = last.posted_at if last else None

    def is_parked(one: Glance) -> bool:
        return one.asked >= team.alerts.at_most > 0

    def wanted(one: Glance) -> bool:
        return belongs(one, kinds, rules, since) or is_parked(one)

    surveyed = [one async for page in ports.tickets.survey(team.id, wanted) for one in page]
    glances = [glance for glance, _ in surveyed]
    tracked = [ticket for _, ticket in surveyed if ticket is not None]
    known = {one.ticket.handle for one in tracked}
    further = (linked(tracked, glances) | namesakes(known, glances)) - known
    tracked += (await ports.tickets.find_for_agenda(further)).values()
    parked = {one.handle for one in glances if is_parked(one)}
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
        return may_belong(ticket, kinds.get(verdicts.certain_type(ticket)), rules)

    return wanted


async def shown_agenda(
    ports: Ports, team: Team, day: date, missing: tuple[str, ...] = (), *, pings: bool = True, closed: bool = False
) -> SyncAgenda:
    """The agenda as it is shown, with the Slack ids of those who owe something."""
    asked = ports.people.is_shared(team.channel)  # for which Slack may have to be asked
    found, shared = await asyncio.gather(build_agenda(ports, team, day), asked)
    return SyncAgenda(
        key=sync_key(team, day),
        team=team.name,
        day=day,
        meeting=at(day, team.sync.meeting, team.time_zone),
        agenda=found,
        missing=tuple([await _unread(ports, team, name) for name in missing]),
        language=team.language,
        owners=await _owners(ports, found.slots["actions"]),
        shared=shared,
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
