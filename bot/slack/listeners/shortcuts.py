"""The global shortcut, and "Turn into a dev request" on a message."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.domain.request import Source
from bot.slack.desk import Desk
from bot.slack.listeners.commands import Listener
from bot.slack.message_text import message_text
from bot.slack.opening import open_form

TITLE_LENGTH = 120
"""Characters of a message's first line that make a title to start from."""


def from_anywhere(desk: Desk) -> Listener:
    """The global shortcut: the form, without a channel."""

    async def listener(ack: AsyncAck, shortcut: dict[str, Any]) -> None:
        await ack()
        desk.spawn(open_form(desk, shortcut["trigger_id"], shortcut["user"]["id"]))

    return listener


def from_message(desk: Desk) -> Listener:
    """The message shortcut: the form with the message's text, author and link."""

    async def listener(ack: AsyncAck, shortcut: dict[str, Any]) -> None:
        await ack()
        desk.spawn(_from_message(desk, shortcut))

    return listener


async def _from_message(desk: Desk, shortcut: dict[str, Any]) -> None:
    message, channel = shortcut["message"], str(shortcut["channel"]["id"])
    text = message_text(message)
    first_line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    source = Source(
        channel=channel,
        ts=str(shortcut.get("message_ts") or message["ts"]),
        thread_ts=message.get("thread_ts"),
        author=str(message.get("user") or message.get("username") or ""),
        text=text,
    )
    await open_form(
        desk,
        shortcut["trigger_id"],
        shortcut["user"]["id"],
        channel=channel,
        title=first_line if len(first_line) <= TITLE_LENGTH else first_line[: TITLE_LENGTH - 1].rstrip() + "…",
        source=source,
        prefill=text,
        response_url=str(shortcut.get("response_url") or ""),
    )
