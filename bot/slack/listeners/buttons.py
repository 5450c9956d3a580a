"""Buttons in messages."""

from collections.abc import Callable
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.slack.desk import Desk
from bot.slack.listeners.by_name import Listener
from bot.slack.opening import open_draft, open_form
from bot.slack.press import Press
from bot.slack.views.help import read_ready_form
from bot.slack.whispers import answer_press, apology
from bot.usecases.in_hand import request_in_hand
from bot.usecases.tell import reopened

GONE = "That request is not there any more."
ELSEWHERE = {
    "superseded": "That request was handed in again already.",
    "created": "That request has become a ticket already.",
}
"""Why a form is not opened again, by the request's state."""


async def acknowledged(ack: AsyncAck) -> None:
    """A link button, a closed view: Slack wants to know that we heard."""
    await ack()


def noticed(desk: Desk) -> Callable[[dict[str, Any]], None]:
    """Every press, before its own listener: the window that it was made in is about to change."""

    def touched(body: dict[str, Any]) -> None:
        desk.acks.touched(body)

    return touched


def open_form_again(desk: Desk) -> Listener:
    """The way out when a form could not be opened in time, or the command named a type that there is not."""

    async def listener(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        press = Press.of(body)
        desk.spawn(_open_again(desk, press, str(action.get("value") or "")), sorry=apology(desk, press))

    return listener


def reopen(desk: Desk) -> Listener:
    """The form of a request that was refused, with everything in it."""

    async def listener(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        press = Press.of(body)
        desk.spawn(_reopen(desk, press, str(action.get("value") or "")), sorry=apology(desk, press))

    return listener


async def _open_again(desk: Desk, press: Press, value: str) -> None:
    kind, title = read_ready_form(value) or ("", "")
    draft = await desk.ports.store.draft(value) if value and not (kind or title) else None
    if draft is None or draft.user != press.user:
        await open_form(
            desk,
            press.trigger,
            press.user,
            channel=press.channel,
            request_type=kind,
            title=title,
            response_url=press.url,
        )
    else:
        await open_draft(desk, press.trigger, draft, response_url=press.url)


async def _reopen(desk: Desk, press: Press, request_id: str) -> None:
    request_in_hand.set(request_id)
    request = await desk.ports.store.request(request_id)
    if request is None or request.submission.requester.id != press.user or not request.submission.answers:
        await answer_press(desk, press, GONE)
    elif request.state != "rejected":
        await answer_press(desk, press, ELSEWHERE.get(request.state, "That request is on its way."))
    else:
        draft = reopened(request.submission, draft_id="")
        problems = request.problems or ({"": request.reason} if request.reason else None)
        await open_draft(desk, press.trigger, draft, problems=problems, response_url=press.url)
