"""Tickets that a sync has to know better than lists tell are read one by one, for as long as the post can wait."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from adapters.errors import NotFound, TrackerError
from bot.domain.seen_ticket import SeenTicket
from bot.usecases.note_tickets import read_again
from bot.usecases.ports import Ports, Team

MOST = 10
"""Tickets that are read again at most."""
WITHIN = 15.0
"""Seconds that it may take: the post does not wait for longer."""


async def read_singly(ports: Ports, team: Team, tickets: Sequence[SeenTicket]) -> bool:
    """Read the first of these again; a tracker that fails is not asked for further ones.

    Args:
        ports: the world.
        team: whose tickets they are.
        tickets: the most urgent first.

    Returns:
        Whether there were any.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(WITHIN):
            await _read_first(ports, team, tickets[:MOST])
    return bool(tickets)


async def _read_first(ports: Ports, team: Team, tickets: Sequence[SeenTicket]) -> None:
    down: set[str] = set()
    for ticket in tickets:
        if ticket.tracker in down:
            continue
        try:
            await read_again(ports, team, [ticket.handle])
        except NotFound:
            continue  # it was deleted since the last sweep: the others are there
        except TrackerError:
            down.add(ticket.tracker)
