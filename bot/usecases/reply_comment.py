"""A requester's reply to comments becomes a comment in their name: stored first, then written, once.

Outcomes are JSON types, since a workflow stores them between its steps.
"""

from datetime import UTC, datetime
from typing import Any

from adapters.base import TicketRef
from adapters.errors import TrackerError
from bot.domain.errors import NotStored
from bot.domain.messages import Notice, ToPerson
from bot.domain.request import Draft, Model, TicketLink, TypedReply
from bot.usecases.known_ticket import known_ticket
from bot.usecases.own_comments import SKEW, comment_as_bot, in_their_name
from bot.usecases.permissions import may_change
from bot.usecases.ports import Jobs, Ports, SlackUnavailable
from bot.usecases.posting import Told, post_once
from bot.usecases.written import note_end, note_wait, outcome_of

JOB = "reply"
"""The kind of job that writes a reply."""


class Reply(Model):
    """What somebody replied.

    Attributes:
        view_id: the view that it was typed in; names the reply.
        user: their Slack id.
        name: how the ticket calls them.
        at: when it was handed in, in seconds since 1970.
    """

    slack_team: str
    view_id: str
    ticket: TicketLink
    title: str
    user: str
    name: str
    text: str
    at: float

    @property
    def key(self) -> str:
        """The id of its durable workflow."""
        return reply_key(self.slack_team, self.view_id)

    @property
    def ref(self) -> TicketRef:
        """The ticket as the port takes it."""
        return TicketRef(self.ticket.tracker, self.ticket.id, self.ticket.key, self.ticket.url)


def reply_key(slack_team: str, view_id: str) -> str:
    """The id of a reply's durable workflow."""
    return f"{JOB}:{slack_team}:{view_id}"


class NotTheirs:
    """The ticket is not known any more, or not theirs to comment on."""


async def hand_in_reply(
    ports: Ports, jobs: Jobs, handle: str, *, view_id: str, slack_team: str, user: str, name: str, text: str
) -> Reply | NotTheirs | NotStored:
    """Store a reply for good. Handing in the same view twice stores it once.

    Args:
        ports: the world.
        jobs: the durable engine.
        handle: of the ticket.
        view_id: the view that it was typed in.
        slack_team: the workspace.
        user: who replies.
        name: what Slack's payload calls them.
        text: what they typed.
    """
    known = await known_to(ports, handle, user, slack_team)
    if known is None:
        return NotTheirs()
    reply = Reply(
        slack_team=slack_team,
        view_id=view_id,
        ticket=known,
        title=known.title,
        user=user,
        name=name,
        text=text,
        at=ports.clock.now().timestamp(),
    )
    try:
        await jobs.submit(JOB, reply.key, reply.model_dump(mode="json"))
    except NotStored as error:
        return error
    await ports.store.delete_draft(draft_id(slack_team, user, handle))
    return reply


class KnownTicket(TicketLink):
    """A ticket and its title."""

    title: str


async def known_to(ports: Ports, handle: str, user: str, slack_team: str) -> KnownTicket | None:
    """The ticket, if somebody may comment on it: its requester, or whoever may change it."""
    try:
        found = await known_ticket(ports, handle)
    except TrackerError:
        return None
    if found is None:
        return None
    team, tracked = found
    if tracked.gone or not await may_change(ports, team, tracked, user, slack_team):
        return None
    ticket = tracked.ticket
    return KnownTicket(tracker=ticket.tracker, id=ticket.id, key=ticket.key, url=ticket.url, title=ticket.title)


def draft_id(slack_team: str, user: str, handle: str) -> str:
    """Under which a reply is kept while it is typed."""
    return f"{JOB}:{slack_team}:{user}:{handle}"


async def keep_typed(ports: Ports, slack_team: str, user: str, handle: str, typed: TypedReply) -> None:
    """Keep what was typed so far, should the view be closed."""
    kept = Draft(
        id=draft_id(slack_team, user, handle),
        slack_team=slack_team,
        user=user,
        reply=typed,
        updated_at=ports.clock.now().timestamp(),
    )
    await ports.store.save_draft(kept)


async def typed_before(ports: Ports, jobs: Jobs, slack_team: str, user: str, handle: str) -> str:
    """What was typed and not handed in; empty if nothing. The last keystroke may reach us after Send."""
    draft = await ports.store.draft(draft_id(slack_team, user, handle))
    if draft is None or draft.reply is None:
        return ""
    return draft.reply.text if await jobs.status(reply_key(slack_team, draft.reply.view_id)) == "unknown" else ""


async def write_reply(ports: Ports, reply: Reply, may_exist: bool) -> dict[str, Any]:
    """Write the comment, once: with `may_exist` it is looked for first.

    Returns:
        See `written.outcome_of`.
    """
    name = (await ports.people.requester(reply.user)).name
    body = in_their_name(reply.name if name in {"", reply.user} else name, reply.text)
    since = datetime.fromtimestamp(reply.at, UTC) - SKEW if may_exist else None
    return await outcome_of(comment_as_bot(ports, reply.ref, body, reply.key, since), reply.ticket.tracker)


async def show_written(ports: Ports, reply: Reply) -> None:
    """In the view that said that it is stored, if that is still open."""
    try:
        await ports.notifier.show(reply.view_id, Notice(f"Your reply is on the ticket “{reply.title}”."))
    except SlackUnavailable:
        return  # a courtesy: the ticket has it


async def confirm_late(ports: Ports, reply: Reply, trouble: str, may_exist: bool) -> Told:
    """To somebody who was told that it takes longer: now it is there. The same trouble may be reported again."""
    there = f"Your reply is on the ticket “{reply.title}” now. {reply.ticket.url}"
    return await note_end(ports, reply.ticket.tracker, reply.key, reply.user, there, trouble, may_exist)


async def note_reply_delay(ports: Ports, reply: Reply, outcome: dict[str, Any], may_exist: bool) -> Told:
    """Told once: to the person that it is safe, to the operators what they have to mend."""
    safe = f"Your reply on “{reply.title}” is safe"
    return await note_wait(ports, reply.ticket.tracker, reply.key, reply.user, safe, outcome, may_exist)


async def give_back(ports: Ports, reply: Reply, reason: str, may_exist: bool) -> Told:
    """It cannot be written: the person gets their words back, with the reason."""
    tracker = ports.trackers.title(reply.ticket.tracker)
    said = f"{tracker} did not take your reply on “{reply.title}”: {reason.rstrip('.')}."
    message = Notice(f"{said} Nothing is lost, this is what you wrote:\n\n{reply.text}")
    return await post_once(ports, f"{reply.key}:refused", ToPerson(reply.user), message, may_exist=may_exist)
