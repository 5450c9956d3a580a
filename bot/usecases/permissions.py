"""Who may change a ticket from Slack: fill in what it lacks, snooze it, say that a section is not needed, set its type.

Its requester, its assignee, and full members of the team's channel. What a ticket says that the tracker shows to some
people only is shown to the first two alone: a channel has others in it.
"""

from adapters.base import Person
from bot.domain.seen_ticket import SeenPerson, Tracked
from bot.usecases.ports import Ports, Team


async def may_change(ports: Ports, team: Team, tracked: Tracked, user: str, slack_team: str) -> bool:
    """Whether somebody may see what a ticket lacks and change it; no, while Slack does not say who they are.

    Args:
        ports: the world.
        team: whose ticket it is.
        tracked: as it was last read.
        user: the Slack id of who asks.
        slack_team: the workspace that the bot is installed in.
    """
    if team.guests == "refuse" and await ports.people.is_outsider(user, slack_team):
        return False
    if tracked.ticket.requester == user:
        return True
    if not tracked.ticket.restricted and await ports.people.in_channel(user, team.channel):
        return True
    return await _is_theirs(ports, tracked, user)


async def may_see_lists(ports: Ports, team: Team, user: str, slack_team: str, *, there: bool = False) -> bool:
    """Whether somebody may see what the tickets of a team lack, apart from restricted ones.

    Args:
        ports: the world.
        team: whose tickets.
        user: the Slack id of who asks.
        slack_team: the workspace that the bot is installed in.
        there: whether they ask in the team's channel.
    """
    if team.guests == "refuse" and await ports.people.is_outsider(user, slack_team):
        return False
    return there or await ports.people.in_channel(user, team.channel)


async def _is_theirs(ports: Ports, tracked: Tracked, user: str) -> bool:
    """Whether it is assigned to them, or they wrote it; the reporter of a request of ours may be our own account."""
    ticket = tracked.ticket
    concerned = (ticket.assignee, None if ticket.request_id else ticket.reporter)
    for person in filter(None, concerned):
        if user == (person.slack or await ports.people.in_slack(_person(person), ticket.tracker)):
            return True
    return False


def _person(person: SeenPerson) -> Person:
    return Person(person.name, person.email, person.id)
