"""The tickets behind the buttons of a message: those behind "n more", and those that are older than the bot."""

from collections.abc import Mapping

from bot.domain.alert_history import taken_up
from bot.domain.alert_lines import AlertLine
from bot.domain.alerting import Parked
from bot.domain.seen_ticket import Tracked
from bot.usecases.asking import Asking
from bot.usecases.ports import Ports, Team

ONLY_LISTED: frozenset[Parked] = frozenset({"baseline", "type_unknown"})
"""Why nobody is ever asked about a ticket by itself, although it lacks something."""


async def more_tickets(ports: Ports, key: str) -> tuple[Team, list[AlertLine]] | None:
    """The tickets behind "n more" of a message, as they are known now; None if there is no such message.

    Args:
        ports: the world.
        key: the message's.
    """
    post = await ports.tickets.alert(key)
    team = ports.teams.get(post.team) if post else None
    if post is None or team is None:
        return None
    tracked = await ports.tickets.find([entry.handle for entry in post.more])
    shared = post.shared or await ports.people.is_shared(team.channel)
    return team, await Asking(ports, team).lines(post.more, tracked, ports.clock.now(), shared=shared)


async def older_tickets(ports: Ports, team: Team) -> list[AlertLine]:
    """What the team's tickets lack that nobody is asked about: older than the bot, or of a type that is only a guess.

    Those that changed last come first.
    """
    asking, now, found = Asking(ports, team), ports.clock.now(), list[tuple[float, AlertLine]]()
    shared = await ports.people.is_shared(team.channel)
    async for page in ports.tickets.of_team(team.id, "asking"):
        for one in await asking.decided(page, now, named=False):
            if one.decision.reason in ONLY_LISTED and (line := await asking.line(one.tracked, now, shared=shared)):
                found.append((one.tracked.ticket.updated, line))
    return [line for _, line in sorted(found, key=lambda pair: (-pair[0], pair[1].handle))]


async def take_up(ports: Ports, handle: str) -> Tracked | None:
    """Ask about an older ticket like about any other from now on; None if it is not known.

    Filling in what it lacks takes it up, too, should anything be missing still.
    """
    now = ports.clock.now()

    def work(known: Mapping[str, Tracked]) -> list[Tracked]:
        return [
            one.model_copy(update={"history": taken_up(one.history, now)}) if one.history.old else one
            for one in known.values()
        ]

    changed = await ports.tickets.change([handle], work)
    return changed[0] if changed else None
