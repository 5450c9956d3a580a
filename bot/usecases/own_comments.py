"""The bot's own comments: written once, and never passed on as somebody else's.

They are remembered beside the messages that it posted: under the comment's id, what it was written for.
"""

import re
from datetime import datetime, timedelta

from adapters.base import Comment, TicketRef
from adapters.document import Document, Paragraph, Text, document, text_of
from bot.domain.fill_messages import is_said_by_us
from bot.domain.messages import Posted
from bot.domain.plain_text import from_plain
from bot.domain.seen_ticket import handle_of
from bot.usecases.ports import Ports

SKEW = timedelta(minutes=10)
"""By so much a vendor's clock may differ from ours, when a comment or a message of ours is looked for."""
FROM_SLACK = " (from Slack):"
_FROM_SLACK = re.compile(r"\S.{0,200} \(from Slack\):")


def in_their_name(name: str, text: str) -> Document:
    """`Mara Example (from Slack): …`, as a comment says it; the text keeps its lines, lists and links."""
    said = from_plain(text)
    opening = Text(" ".join(name.split()) + FROM_SLACK)
    match said.blocks:
        case (Paragraph(content=content), *rest):
            return document(Paragraph((opening, Text(" "), *content)), *rest)
        case _:
            return document(Paragraph((opening,)), *said.blocks)


async def comment_as_bot(
    ports: Ports, ref: TicketRef, body: Document, by: str, look_since: datetime | None = None
) -> Comment:
    """Write a comment and remember that it is ours.

    Args:
        ports: the world.
        ref: the ticket.
        body: what it says.
        by: names what it is written for, so that the same words written for something else are not taken for it.
        look_since: if an earlier try may have succeeded: since when; then the comment is looked for first.

    Raises:
        TrackerError: it was not written, or may not have been.
        KeyError: the tracker is not configured.
    """
    tracker = ports.trackers.get(ref.tracker)
    if look_since is not None:
        for comment in await tracker.comments(ref, look_since):
            if text_of(comment.body) == text_of(body) and await _claimed(ports, ref, comment, by):
                return comment
    made = await tracker.comment(ref, body)
    await _claimed(ports, ref, made, by)
    return made


async def is_own(ports: Ports, ref: TicketRef, comment: Comment) -> bool:
    """Whether the bot wrote it; a comment that was written just before a crash is told by how it begins."""
    text = text_of(comment.body)
    known = bool(_FROM_SLACK.match(text)) or is_said_by_us(text)
    return known or await ports.store.post(_key(ref, comment)) is not None


async def _claimed(ports: Ports, ref: TicketRef, comment: Comment, by: str) -> bool:
    """Remember for what it was written; False if that was something else. The first claim stays."""
    key = _key(ref, comment)
    await ports.store.record_post(key, Posted(handle_of(ref.tracker, ref.id), by))
    found = await ports.store.post(key)
    return found is not None and found.ts == by


def _key(ref: TicketRef, comment: Comment) -> str:
    return f"comment:{handle_of(ref.tracker, ref.id)}:{comment.id}"
