"""Before a sync, tickets of the same title in two trackers are read by themselves: lists do not tell their links.

People link a Jira issue with its Asana task in the trackers' pages. Once such a link is known it is remembered, so the
two stay one thing when the day of one of them moves.
"""

from collections.abc import Collection, Sequence

from bot.domain.agenda_matching import twins
from bot.domain.glance import Glance, same_titles
from bot.domain.seen_ticket import SeenTicket
from bot.usecases.ports import Ports, Team
from bot.usecases.read_singly import read_singly

LOOKED_AT = 50
"""Pairs that are looked at for that. Where there are more, titles are counted up, or one list is a copy of the other:
that titles are the same says nothing there, and nothing is read."""
JUST_READ = 12 * 3600.0
"""Seconds for which the links of a ticket are as they were read."""


async def read_twins(ports: Ports, team: Team, missing: Collection[str], glances: Sequence[Glance]) -> bool:
    """Read the links of the team's tickets that may be one thing with a ticket in another tracker.

    Args:
        ports: the world.
        team: whose tickets they are.
        missing: names of the trackers that do not answer; nothing is asked of them.
        glances: all tickets of the team.

    Returns:
        Whether there were any.
    """
    if len(team.trackers) < 2:
        return False
    pairs = same_titles(glances)
    wanted = await _unread(ports, team, pairs, missing) if len(pairs) <= LOOKED_AT else []
    return await read_singly(ports, team, wanted)


async def _unread(
    ports: Ports, team: Team, pairs: list[tuple[Glance, Glance]], missing: Collection[str]
) -> list[SeenTicket]:
    """Those whose links nobody knows: never read, or read a while ago and not yet enough to make them one thing."""
    known = await ports.tickets.find([one.handle for pair in pairs for one in pair])
    before = ports.clock.now().timestamp() - JUST_READ
    found: list[SeenTicket] = []
    for pair in pairs:
        tickets = [known[one.handle].ticket for one in pair if one.handle in known]
        together = len(tickets) < 2 or bool(twins(tickets))
        for ticket in tickets:
            there = ticket.tracker in team.trackers and ticket.tracker not in missing
            if not there or not ports.trackers.get(ticket.tracker).capabilities.native_links:
                continue
            if not ticket.links_read or (not together and ticket.links_read < before):
                found.append(ticket)
    return found
