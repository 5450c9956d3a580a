"""How many comments a ticket had when work on it began, for the numbers of the sync: how much had to be asked before.

A tracker is asked only about tickets that were just seen to have begun, once each, and about so many in one sweep.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from adapters.errors import Ambiguous, Misconfigured, NotSent, Throttled, TrackerError
from bot.domain.seen_ticket import Tracked
from bot.usecases.ports import Ports, Team

AT_ONCE = 8
"""Tickets whose comments are read side by side."""
MOST = 50
"""Tickets of one tracker that are counted in one sweep; the next one goes on."""
AWAY = (NotSent, Ambiguous, Throttled, Misconfigured)
"""Failures of a tracker, not of a ticket: the next sweep tries again."""
log = logging.getLogger(__name__)


async def count_comments(ports: Ports, team: Team) -> dict[str, Any]:
    """Count the public comments of what was begun since the last time. Safe to run again.

    What cannot be read stays unknown; a tracker that is away is asked again by the next sweep.

    Returns:
        `counted`: tickets whose comments are counted now; `unread`: those that are left to the next sweep;
        `retry_after`: None, since nobody waits for it.
    """
    due: dict[str, list[Tracked]] = {}
    async for page in ports.tickets.of_team(team.id, "counting"):
        for one in page:
            of_tracker = due.setdefault(one.ticket.tracker, [])
            if len(of_tracker) < MOST:
                of_tracker.append(one)
    begun = [one for tickets in due.values() for one in tickets]
    places = asyncio.Semaphore(AT_ONCE)
    answers = await asyncio.gather(*(_counted(ports, one, places) for one in begun))
    found = {handle: count for answer in answers for handle, count in answer.items()}

    def note(known: Mapping[str, Tracked]) -> list[Tracked]:
        return [
            tracked.model_copy(update={"uncounted": False, "comments_before_start": found[handle]})
            for handle, tracked in known.items()
            if tracked.uncounted
        ]

    await ports.tickets.change(list(found), note)
    counted = sum(count is not None for count in found.values())
    return {"counted": counted, "unread": len(begun) - len(found), "retry_after": None}


async def _counted(ports: Ports, tracked: Tracked, places: asyncio.Semaphore) -> dict[str, int | None]:
    """Its handle → how many there were, None if nobody will ever know; nothing if that is asked again later."""
    ticket, start = tracked.ticket, tracked.started_at
    if ticket.restricted or start is None:
        return {ticket.handle: None}
    try:
        async with places:
            comments = await ports.trackers.get(ticket.tracker).comments(ticket.ref)
    except AWAY as error:
        log.warning("comments of a ticket in %s not counted: %s", ticket.tracker, type(error).__name__)
        return {}
    except (TrackerError, KeyError):
        return {ticket.handle: None}
    return {ticket.handle: sum(one.public and one.created.timestamp() < start for one in comments)}
