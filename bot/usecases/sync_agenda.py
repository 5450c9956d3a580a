"""The agenda of a team's sync, made from what is remembered of its tickets."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

from adapters.base import Person
from bot.domain.agenda import agenda
from bot.domain.agenda_items import FIRST, Agenda, Item, Numbers
from bot.domain.glance import linked, namesakes
from bot.domain.sync_messages import SyncAgenda, Unread
from bot.domain.sync_policy import at
from bot.usecases.ports import Ports, Team
from bot.usecases.sweep_readiness import UNAVAILABLE
from bot.usecases.sync_survey import Survey, basis_of


def sync_key(team: Team, day: date) -> str:
    """Names a team's sync of a day, in jobs, buttons and metadata."""
    return f"sync:{team.id}:{day.isoformat()}"


async def build_agenda(ports: Ports, team: Team, day: date, survey: Survey | None = None) -> Agenda:
    """The agenda of a day, compared with the last sync before it; nothing is read from a tracker.

    The very first sync, shown again later that day, is compared with itself as it was posted; it counts nothing.

    Args:
        ports: the world.
        team: whose sync it is.
        day: where the team is.
        survey: of this sync, if there was a look at its tickets already.
    """
    basis = await basis_of(ports, team, day)
    surveyed = await (survey or Survey()).tickets(ports, team, basis)
    glances = [glance for glance, _ in surveyed]
    tracked = [ticket for _, ticket in surveyed if ticket is not None]
    known = {one.ticket.handle for one in tracked}
    further = (linked(tracked, glances) | namesakes(known, glances)) - known
    tracked += (await ports.tickets.find_for_agenda(further)).values()
    parked = {one.handle for one in glances if basis.is_parked(one)}
    said = await ports.syncs.feasibility([one.ticket.handle for one in tracked])
    feasible = {handle: word.feasibility() for handle, word in said.items()}
    last = basis.last.last() if basis.last else FIRST
    made = agenda(tracked, glances, basis.kinds, basis.rules, last, feasible, parked)
    return made if basis.before else replace(made, numbers=Numbers())


async def shown_agenda(
    ports: Ports,
    team: Team,
    day: date,
    missing: tuple[str, ...] = (),
    *,
    pings: bool = True,
    closed: bool = False,
    survey: Survey | None = None,
) -> SyncAgenda:
    """The agenda as it is shown, with the Slack ids of those who owe something."""
    asked = ports.people.is_shared(team.channel)  # for which Slack may have to be asked
    found, shared = await asyncio.gather(build_agenda(ports, team, day, survey), asked)
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
