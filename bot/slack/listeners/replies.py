"""Replies to comments."""

from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.slack import replying
from bot.slack.desk import Desk
from bot.slack.listeners.by_name import Listener
from bot.slack.whispers import apologise


def asked(desk: Desk) -> Listener:
    """The button below a comment."""

    async def listener(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        sorry = partial(apologise, desk, body["user"]["id"])
        desk.spawn(replying.open_reply(desk, body, str(action.get("value") or "")), sorry=sorry)

    return listener


def typed(desk: Desk) -> Listener:
    """A reply is kept while it is typed, so that closing the form loses nothing."""

    async def listener(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        if body.get("view"):
            desk.spawn(replying.keep_reply(desk, body))

    return listener


def sent(desk: Desk) -> Listener:
    """Send: stored for good, then acknowledged."""

    async def listener(ack: AsyncAck, body: dict[str, Any]) -> None:
        await desk.acks.answer(ack, body["view"], replying.answer_reply(desk, body))

    return listener
