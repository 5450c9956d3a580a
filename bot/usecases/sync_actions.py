"""What people do with a sync: say what is feasible, finish or pass on an action item, close the meeting."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from adapters.base import TicketChange
from adapters.errors import Misconfigured, NotFound, Rejected, TrackerError, Unsupported
from bot.domain.messages import Posted, ToChannel
from bot.domain.seen_ticket import Tracked, parse_handle
from bot.domain.sync_messages import SyncClosed, SyncFurther
from bot.domain.sync_post import Further, SyncPost
from bot.usecases.note_tickets import read_again
from bot.usecases.ports import Ports, SlackUnavailable, Team
from bot.usecases.post_sync import refresh_sync
from bot.usecases.posting import Told, post_once, told
from bot.usecases.sync_agenda import shown_agenda


@dataclass(frozen=True, slots=True)
class Done:
    """It worked."""


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not; nothing was changed.

    Attributes:
        reason: one plain sentence or two, with what to do next.
        url: the ticket's page, where that helps.
    """

    reason: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Away:
    """The tracker does not answer at the moment: it has to be done later.

    Attributes:
        reason: a plain sentence or two.
    """

    reason: str


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


async def finish_action(ports: Ports, team: Team, handle: str) -> Done | Failed | Away:
    """An action item is done, in its tracker too."""
    return await _changed(ports, team, handle, TicketChange(state="done"), "set it to done")


async def reassign(ports: Ports, team: Team, handle: str, to: str) -> Done | Failed | Away:
    """An action item is somebody else's from now on.

    Args:
        ports: the world.
        team: whose sync it is.
        handle: of the ticket.
        to: the Slack id of the new owner.
    """
    try:
        tracker = parse_handle(handle)[0]
    except ValueError:
        return Failed("That ticket is not known.")
    person = await ports.people.in_tracker(to, tracker)
    if person.id is None:
        title = ports.trackers.title(tracker)
        return Failed(
            f"{title} knows nobody with the e-mail address of {person.name}: choose somebody with a seat there."
        )
    return await _changed(ports, team, handle, TicketChange(assignee=person), "pass it on")


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


async def _changed(ports: Ports, team: Team, handle: str, change: TicketChange, what: str) -> Done | Failed | Away:
    """Change a ticket, read it again and show it; in words for people, if that does not work."""
    known = await ticket_of(ports, team, handle)
    if known is None:
        return Failed("That ticket is not known any more: it was moved or deleted.")
    tracker = known.ticket.tracker
    title = ports.trackers.title(tracker) if tracker in team.trackers else tracker
    try:
        settings: dict[str, Any] = {"team": team.trackers.get(tracker, {})}
        await ports.trackers.get(tracker).update(known.ticket.ref, _with(change, settings))
        await read_again(ports, team, [handle])
    except (TrackerError, KeyError) as error:
        return _failed(error, title, known, what)
    await refresh_sync(ports, team)
    return Done()


def _with(change: TicketChange, settings: Mapping[str, Any]) -> TicketChange:
    return TicketChange(assignee=change.assignee, state=change.state, team=settings["team"])


def _failed(error: Exception, title: str, known: Tracked, what: str) -> Failed | Away:
    url = known.ticket.url
    match error:
        case NotFound():
            return Failed(f"{title} does not have that ticket any more.")
        case Rejected() | Unsupported():
            return Failed(f"{title} asks for more than I can give to {what}: please do it there.", url)
        case Misconfigured():
            return Failed(f"{title} does not let me {what}: please do it there.", url)
        case _:
            return Away(f"{title} does not answer at the moment. It is done by itself as soon as it does.")
