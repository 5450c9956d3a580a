"""The ticket that a button names, and the team that it belongs to."""

from adapters.errors import NotFound
from bot.domain.seen_ticket import Tracked, parse_handle
from bot.usecases.note_tickets import read_again
from bot.usecases.ports import Ports, Team


async def known_ticket(ports: Ports, handle: str) -> tuple[Team, Tracked] | None:
    """A ticket as it was last read; one that was never read is read now. None if there is none, or no team for it.

    Raises:
        TrackerError: it is not known, and its tracker does not answer.
    """
    try:
        tracker, _ = parse_handle(handle)
    except ValueError:
        return None
    if found := (await ports.tickets.find([handle])).get(handle):
        team = ports.teams.get(found.ticket.team)
        return (team, found) if team else None
    team = next((team for team in ports.teams.all() if tracker in team.trackers), None)
    if team is None or tracker not in ports.trackers.names():
        return None
    try:
        [read] = await read_again(ports, team, [handle])
    except NotFound:
        return None
    return team, read
