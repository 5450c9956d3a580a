"""Before a sync, what waits for tickets that no sweep reads is read again: nothing else says that those are done.

That a ticket of another project is done changes nothing on the one that waits for it, and Asana's lists do not tell.
"""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import date

from adapters.errors import TrackerError
from bot.domain.agenda_links import Others
from bot.domain.glance import Glance
from bot.domain.seen_ticket import Tracked
from bot.usecases.note_tickets import read_again
from bot.usecases.ports import Ports, Team

MOST = 10
"""Tickets that are read again at most, the soonest first: a slot shows six of them."""
JUST_READ = 120.0
"""Seconds for which a ticket is as it was listed, if its tracker's lists tell which blockers are done."""
WITHIN = 15.0
"""Seconds that it may take: the post does not wait for longer."""


async def read_waiting(ports: Ports, team: Team, missing: Collection[str], glances: Sequence[Glance]) -> None:
    """Read the team's initiatives again that wait for a ticket that we know only the link of.

    Args:
        ports: the world.
        team: whose tickets they are.
        missing: names of the trackers that do not answer; nothing is asked of them.
        glances: all tickets of the team.
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
    down: set[str] = set()
    with suppress(TimeoutError):
        async with asyncio.timeout(WITHIN):
            for ticket in waiting[:MOST]:
                if ticket.tracker not in down:
                    try:
                        await read_again(ports, team, [ticket.handle])
                    except TrackerError:
                        down.add(ticket.tracker)


async def _waiting(ports: Ports, team: Team, glances: Sequence[Glance]) -> list[Tracked]:
    initiatives = {kind.key for kind in ports.teams.request_types(team) if kind.agenda == "initiative"}
    held = [one.handle for one in glances if one.is_open and one.held_up and one.request_type in initiatives]
    if not held:
        return []
    others = Others(glances)
    found = await ports.tickets.find(held)
    return [one for one in found.values() if others.waits_for_unknown(one.ticket)]
