"""What a requester wants to hear of by direct message, and whether it would reach them."""

from bot.domain.seen_ticket import SeenTicket
from bot.usecases.ports import Ports, Team

COMMENTS = "mute_comments"
MOVES = "mute_moves"
"""Names of personal settings; any value means: nothing of the kind."""


async def listens(ports: Ports, team: Team, ticket: SeenTicket, kind: str) -> bool:
    """Whether the requester of a ticket is told: not if they, or the team's `alerts.mute`, say otherwise, or who left.

    Args:
        ports: the world.
        team: whose ticket it is.
        ticket: made for a request.
        kind: `COMMENTS` or `MOVES`.
    """
    user = ticket.requester
    if not user or user in team.alerts.mute or await ports.people.has_left(user):
        return False
    request = await ports.store.request(ticket.request_id) if ticket.request_id else None
    slack_team = request.submission.slack_team if request else ""
    return not await ports.tickets.personal(slack_team, user, kind)
