"""The form: choices that redraw it, answers that are kept, and Submit."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.slack import handing_in, mending, sending_anyway
from bot.slack.desk import Desk
from bot.slack.filling import forget, improve, keep, resume
from bot.slack.ids import Callback
from bot.slack.listeners.by_name import Listener
from bot.slack.whispers import apologise


def changed(desk: Desk) -> Listener:
    """Another request type, team or tracker: the form is drawn again with every answer that has a place in it."""

    async def listener(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        desk.spawn(keep(desk, body))

    return listener


def answered(desk: Desk) -> Listener:
    """An answer is kept as soon as it is given, so that closing the form loses nothing."""

    async def listener(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        if (body.get("view") or {}).get("callback_id") == Callback.FILL_IN:  # the same inputs, about one ticket
            desk.spawn(mending.keep(desk, body, str(action.get("block_id") or "")))
        else:
            desk.spawn(keep(desk, body, answered=str(action.get("block_id") or "")))

    return listener


def back(desk: Desk) -> Listener:
    """The page before."""

    async def listener(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        desk.spawn(keep(desk, body, pages=-1))

    return listener


def resumed(desk: Desk) -> Listener:
    """Continue with the form that was left half-filled."""

    async def listener(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        desk.spawn(resume(desk, body, str(action.get("value") or "")))

    return listener


def started_fresh(desk: Desk) -> Listener:
    """Forget the form that was left half-filled."""

    async def listener(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        desk.spawn(forget(desk, body, str(action.get("value") or "")))

    return listener


def improved(desk: Desk) -> Listener:
    """Back from the suggestions to the form."""

    async def listener(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        desk.spawn(improve(desk, body), sorry=partial(apologise, desk, body["user"]["id"]))

    return listener


def submitted(desk: Desk) -> Listener:
    """Submit: checked, stored for good, then acknowledged; or the next page, or what could be better."""
    return _answered_by(desk, handing_in.answer)


def sent_anyway(desk: Desk) -> Listener:
    """Send anyway: stored for good as it is, then acknowledged."""
    return _answered_by(desk, sending_anyway.answer_anyway)


def _answered_by(desk: Desk, answer: Callable[[Desk, dict[str, Any]], Awaitable[dict[str, Any]]]) -> Listener:
    async def listener(ack: AsyncAck, body: dict[str, Any]) -> None:
        await desk.acks.answer(ack, body["view"], answer(desk, body))

    return listener
