"""Who may work with a sync, and what its thread says when the meeting is over."""

from datetime import date

from bot.domain.messages import Posted, ToChannel
from bot.domain.seen_ticket import Tracked
from bot.domain.sync_messages import SyncClosed, SyncFurther
from bot.domain.sync_post import Further, SyncPost
from bot.usecases.ports import Ports, SlackUnavailable, Team
from bot.usecases.posting import Told, post_once, told
from bot.usecases.sync_agenda import shown_agenda


def team_of_sync(ports: Ports, key: str) -> tuple[Team, date] | None:
    """The team and the day of a sync's key; None for a team that there is no longer, or anything else."""
    parts = key.split(":")
    team = ports.teams.get(parts[1]) if len(parts) >= 3 and parts[0] == "sync" else None
    try:
        return (team, date.fromisoformat(parts[2])) if team else None
    except ValueError:
        return None


async def may_take_part(ports: Ports, team: Team, user: str, slack_team: str) -> bool:
    """Whether that is a full member of the team's channel; guests only where the team allows them."""
    if team.guests == "refuse" and await ports.people.is_outsider(user, slack_team):
        return False
    return await ports.people.in_channel(user, team.channel)


async def may_close(ports: Ports, team: Team, user: str, slack_team: str) -> bool:
    """Whether that is a full member of the team's channel: what was decided stands for the team, whoever may file."""
    if await ports.people.is_outsider(user, slack_team):
        return False
    return await ports.people.in_channel(user, team.channel)


async def ticket_of(ports: Ports, team: Team, handle: str) -> Tracked | None:
    """A ticket that the team's sync names, as it was last read; None if it is another team's by now, or not known."""
    known = (await ports.tickets.find([handle])).get(handle)
    return known if known and known.ticket.team == team.id else None


async def tell_closed(ports: Ports, team: Team, post: SyncPost, may_exist: bool) -> Told:
    """The summary in the thread, and the message without its buttons."""
    shown = await shown_agenda(ports, team, post.day, post.missing, pings=False, closed=True)
    message = SyncClosed(shown, post.decisions, post.closed_by)
    to = ToChannel(post.channel, post.ts)
    heard = await post_once(ports, f"{post.key}:closed", to, message, may_exist=may_exist)
    if heard["retry_after"] is not None:
        return heard
    try:
        await ports.notifier.edit(Posted(post.channel, post.ts, post.permalink), shown)
    except SlackUnavailable as error:
        return told(retry_after=error.after)
    return heard


async def tell_further(ports: Ports, post: SyncPost, added: Further, may_exist: bool) -> Told:
    """What somebody decided, too, in the thread; the one who closed the sync posts the summary."""
    name = (await ports.people.requester(added.by)).name
    message = SyncFurther(name, added.text, await ports.people.is_shared(post.channel))
    to = ToChannel(post.channel, post.ts)
    return await post_once(ports, f"{post.key}:closed:{added.key}", to, message, may_exist=may_exist)
