"""Before a sync, what waits for tickets that no sweep reads is read again: nothing else says that those are done.

That a ticket of another project is done changes nothing on the one that waits for it, and Asana's lists do not tell.
"""

from collections.abc import Collection, Sequence
from datetime import date

from bot.domain.agenda_links import Others
from bot.domain.glance import Glance
from bot.domain.seen_ticket import Tracked
from bot.usecases.ports import Ports, Team
from bot.usecases.read_singly import read_singly

JUST_READ = 120.0
"""Seconds for which a ticket is as it was listed, if its tracker's lists tell which blockers are done."""


async def read_waiting(ports: Ports, team: Team, missing: Collection[str], glances: Sequence[Glance]) -> bool:
    """Read the team's initiatives again that wait for a ticket that we know only the link of.

    Args:
        ports: the world.
        team: whose tickets they are.
        missing: names of the trackers that do not answer; nothing is asked of them.
        glances: all tickets of the team.

    Returns:
        Whether there were any.
    """
    before = ports.clock.now().timestamp() - JUST_READ
    waiting = [
        one.ticket
        for one in await _waiting(ports, team, glances)
        if one.ticket.tracker in team.trackers and one.ticket.tracker not in missing
    ]
    waiting = [
        one for one in waiting if one.seen_at < before or not ports.trackers.get(one.tracker).capabilities.native_links
    ]
    waiting.sort(key=lambda ticket: (ticket.due or date.max, ticket.handle))
    return await read_singly(ports, team, waiting)


async def _waiting(ports: Ports, team: Team, glances: Sequence[Glance]) -> list[Tracked]:
    initiatives = {kind.key for kind in ports.teams.request_types(team) if kind.agenda == "initiative"}
    held = [one.handle for one in glances if one.is_open and one.held_up and one.request_type in initiatives]
    if not held:
        return []
    others = Others(glances)
    found = await ports.tickets.find(held)
    return [one for one in found.values() if others.waits_for_unknown(one.ticket)]
