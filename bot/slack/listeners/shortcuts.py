"""The global shortcut, and "Turn into a dev request" on a message."""

from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.slack.desk import Desk
from bot.slack.listeners.by_name import Listener
from bot.slack.opening import open_form
from bot.slack.source import source_of
from bot.slack.whispers import apologise

TITLE_LENGTH = 120
"""Characters of a message's first line that make a title to start from."""


def from_anywhere(desk: Desk) -> Listener:
    """The global shortcut: the form, without a channel."""

    async def listener(ack: AsyncAck, shortcut: dict[str, Any]) -> None:
        await ack()
        user = shortcut["user"]["id"]
        desk.spawn(open_form(desk, shortcut["trigger_id"], user), sorry=partial(apologise, desk, user))

    return listener


def from_message(desk: Desk) -> Listener:
    """The message shortcut: the form with the message's text, author and link."""

    async def listener(ack: AsyncAck, shortcut: dict[str, Any]) -> None:
        await ack()
        told = partial(apologise, desk, shortcut["user"]["id"], response_url=str(shortcut.get("response_url") or ""))
        desk.spawn(_from_message(desk, shortcut), sorry=told)

    return listener


async def _from_message(desk: Desk, shortcut: dict[str, Any]) -> None:
    source = await source_of(desk, shortcut)
    first_line = next((line.strip() for line in source.text.splitlines() if line.strip()), "")
    await open_form(
        desk,
        shortcut["trigger_id"],
        shortcut["user"]["id"],
        channel=source.channel,
        title=first_line if len(first_line) <= TITLE_LENGTH else first_line[: TITLE_LENGTH - 1].rstrip() + "…",
        source=source,
        response_url=str(shortcut.get("response_url") or ""),
    )
