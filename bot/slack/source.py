"""The Slack message that a request is made from: what is known of it at once, and what Slack has to be asked for."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from bot.domain.request import Source
from bot.slack.desk import Desk
from bot.slack.message_text import mentioned_in, message_text
from bot.slack.permalinks import permalink

NAMES_WITHIN = 0.4
"""Seconds that a form, or Submit, waits for names and links; then ids stand for people."""

PEOPLE = ("U", "W")
CHANNELS = ("C", "G")
"""How ids start (https://docs.slack.dev/reference/objects/conversation-object)."""
_LIKE_ID = re.compile(r"[UW][A-Z0-9]{2,}")
"""Longer than `ids.USER_ID` asks for, since it is told from names that people chose, such as UX."""


async def source_of(desk: Desk, shortcut: Mapping[str, Any]) -> Source:
    """The message that somebody picked the shortcut on; in its text people are called by name, as far as is known."""
    message = shortcut["message"]
    author = str(message.get("user") or "")
    names = await names_of(desk, mentioned_in(message) | ({author} if author else set()))
    return Source(
        channel=str(shortcut["channel"]["id"]),
        ts=str(shortcut.get("message_ts") or message["ts"]),
        thread_ts=message.get("thread_ts"),
        author=names.get(author, author) or str(message.get("username") or ""),
        text=message_text(message, names),
    )


async def completed(desk: Desk, source: Source) -> Source:
    """With the author's name and the permalink; asked for after the form is open, since a trigger lives for 3 s."""
    update: dict[str, str] = {}
    if _LIKE_ID.fullmatch(source.author):  # the name did not come in time
        update["author"] = (await desk.ports.people.requester(source.author)).name
    update["permalink"] = await permalink(desk.gateway, source.channel, source.ts, source.thread_ts)
    return source.model_copy(update=update)


async def names_of(desk: Desk, mentioned: set[str]) -> dict[str, str]:
    """Slack id → name, for the people and channels whose name Slack says in time; those of groups stand for them."""

    async def name(identity: str) -> tuple[str, str]:
        if identity.startswith(CHANNELS):
            return identity, await desk.ports.people.channel_name(identity)
        return identity, (await desk.ports.people.requester(identity)).name

    asked = sorted(identity for identity in mentioned if identity.startswith(PEOPLE + CHANNELS))
    if not asked:
        return {}
    tasks = [asyncio.create_task(name(identity)) for identity in asked]
    done, late = await asyncio.wait(tasks, timeout=NAMES_WITHIN)
    for task in late:
        task.cancel()
    return dict(task.result() for task in done)
