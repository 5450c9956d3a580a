"""What people do about a ticket that lacks something: fill in, snooze, not needed, set type, restore."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.slack import mending, mending_answers, quieting
from bot.slack.desk import Desk
from bot.slack.ids import Verb
from bot.slack.listeners.by_name import Listener
from bot.slack.press import Press
from bot.slack.whispers import apology


def fill_in(desk: Desk) -> Listener:
    """The form with only what the ticket lacks."""

    async def listener(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        press = Press.of(body)
        desk.spawn(mending.fill_in(desk, press, str(action.get("value") or "")), sorry=apology(desk, press))

    return listener


def chosen(desk: Desk) -> Listener:
    """The menu beside it."""

    async def listener(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        press = Press.of(body)
        meant = Verb.read(str((action.get("selected_option") or {}).get("value") or ""))
        if meant is not None and meant[0] in quieting.SPANS:
            verb, handle = meant
            kept = quieting.leave_in_peace(desk, press, handle, quieting.SPANS[verb])
            await desk.keep(ack, kept, sorry=apology(desk, press))
            return
        await ack()
        if meant is not None:
            desk.spawn(quieting.do(desk, press, *meant), sorry=apology(desk, press))

    return listener


def comment_used(desk: Desk) -> Listener:
    """A comment becomes an answer."""

    async def listener(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        chosen_option = action.get("selected_option") or {}
        desk.spawn(mending.use_comment(desk, body, str(chosen_option.get("value") or action.get("value") or "")))

    return listener


def filled(desk: Desk) -> Listener:
    """Add to the ticket."""

    async def listener(ack: AsyncAck, body: dict[str, Any]) -> None:
        await desk.acks.answer(ack, body["view"], mending_answers.answer_fill(desk, body))

    return listener


def said_not_needed(desk: Desk) -> Listener:
    """Why a section is not needed."""

    async def listener(ack: AsyncAck, body: dict[str, Any]) -> None:
        await desk.acks.answer(ack, body["view"], mending_answers.answer_not_needed(desk, body))

    return listener


def type_set(desk: Desk) -> Listener:
    """What kind of request a ticket is."""

    async def listener(ack: AsyncAck, body: dict[str, Any]) -> None:
        await desk.acks.answer(ack, body["view"], mending_answers.answer_type(desk, body))

    return listener


def restored(desk: Desk) -> Listener:
    """What stood there before."""

    async def listener(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        press = Press.of(body)
        kept = quieting.restore_text(desk, press, str(action.get("value") or ""))
        await desk.keep(ack, kept, sorry=apology(desk, press))

    return listener
