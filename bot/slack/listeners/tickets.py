"""Lists of tickets: opened from a message, turned page by page, older tickets taken up."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.slack.desk import Desk
from bot.slack.listeners.commands import Listener
from bot.slack.opening import apologise
from bot.slack.ticket_lists import open_list
from bot.slack.views.ticket_list import Kind

Then = Callable[[Desk, dict[str, Any], str], Awaitable[None]]


def opened(desk: Desk, kind: Kind) -> Listener:
    """A button of a message; its value says which list."""

    async def then(desk: Desk, body: dict[str, Any], value: str) -> None:
        await open_list(desk, body, kind, value)

    return pressed(desk, then)


def pressed(desk: Desk, then: Then) -> Listener:
    """A button in a list or a message, and what it does with its value."""

    async def listener(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        user, channel = body["user"]["id"], str((body.get("channel") or {}).get("id") or "")
        sorry = partial(apologise, desk, user, channel, str(body.get("response_url") or ""))
        desk.spawn(_run(then, desk, body, str(action.get("value") or "")), sorry=sorry)

    return listener


async def _run(then: Then, desk: Desk, body: dict[str, Any], value: str) -> None:
    await then(desk, body, value)
