"""The ticket that a button names, and the team that it belongs to."""

from adapters.base import Ticket, TicketRef
from adapters.errors import NotFound
from bot.domain.seen_ticket import Tracked, parse_handle
from bot.usecases.note_tickets import baseline_of, note_tickets
from bot.usecases.ports import Ports, Team
from bot.usecases.team_scopes import filed_for, scopes_of


async def known_ticket(ports: Ports, handle: str) -> tuple[Team, Tracked] | None:
    """A ticket as it was last read; read now if it is not known any more, or its team is not. None if it has no team.

    Raises:
        TrackerError: it is not known, and its tracker does not answer.
    """
    try:
        tracker, ticket_id = parse_handle(handle)
    except ValueError:
        return None
    found = (await ports.tickets.find([handle])).get(handle)
    if found and (team := ports.teams.get(found.ticket.team)):
        return team, found
    if tracker not in ports.trackers.names():
        return None
    try:
        ticket = await ports.trackers.get(tracker).get(TicketRef(tracker, ticket_id, ticket_id, ""))
    except NotFound:
        return None
    team = await filed_for(ports, ticket) or _team_of_project(ports, ticket)
    if team is None:
        return None
    [read] = await note_tickets(ports, team, [ticket], await baseline_of(ports, team, tracker))
    return team, read


def _team_of_project(ports: Ports, ticket: Ticket) -> Team | None:
    """The first team in the file that has a place in the ticket's project; a button named it, so it was in a scope."""
    tracker, project = ticket.ref.tracker, ticket.project.casefold()
    for team in ports.teams.all():
        scopes = scopes_of(ports, team, tracker) if tracker in team.trackers else []
        if project and project in {str(scope.team.get("project", "")).casefold() for scope in scopes}:
            return team
    return None
