"""Lists of tickets: opened from a message, turned page by page, older tickets taken up."""

from collections.abc import Callable, Coroutine
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.slack import ticket_lists
from bot.slack.desk import Desk
from bot.slack.listeners.by_name import Listener
from bot.slack.press import Press
from bot.slack.views.ticket_list import Kind
from bot.slack.whispers import apology

Then = Callable[[Desk, dict[str, Any], str], Coroutine[Any, Any, None]]


def opened(desk: Desk, kind: Kind) -> Listener:
    """A button of a message; its value says which list."""

    async def then(desk: Desk, body: dict[str, Any], value: str) -> None:
        await ticket_lists.open_list(desk, body, kind, value)

    return pressed(desk, then)


def taken_up(desk: Desk) -> Listener:
    """A button beside an older ticket, which is asked about from now on."""

    async def listener(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        kept = ticket_lists.take_up_listed(desk, body, str(action.get("value") or ""))
        await desk.keep(ack, kept, sorry=apology(desk, Press.of(body)))

    return listener


def pressed(desk: Desk, then: Then) -> Listener:
    """A button in a list or a message, and what it does with its value."""

    async def listener(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        desk.spawn(then(desk, body, str(action.get("value") or "")), sorry=apology(desk, Press.of(body)))

    return listener
