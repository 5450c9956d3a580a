"""Buttons in messages."""

from collections.abc import Callable
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.domain.messages import Notice
from bot.slack.desk import Desk
from bot.slack.listeners.commands import Listener
from bot.slack.opening import apologise, open_draft, open_form, whisper
from bot.slack.views.help import read_ready_form
from bot.slack.views.messages import render
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
        desk.spawn(_open_again(desk, body, str(action.get("value") or "")), sorry=_sorry(desk, body))

    return listener


def reopen(desk: Desk) -> Listener:
    """The form of a request that was refused, with everything in it."""

    async def listener(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        desk.spawn(_reopen(desk, body, str(action.get("value") or "")), sorry=_sorry(desk, body))

    return listener


async def _open_again(desk: Desk, body: dict[str, Any], value: str) -> None:
    user, url = body["user"]["id"], str(body.get("response_url") or "")
    kind, title = read_ready_form(value) or ("", "")
    draft = await desk.ports.store.draft(value) if value and not (kind or title) else None
    if draft is None or draft.user != user:
        await open_form(
            desk, body["trigger_id"], user, channel=_channel(body), request_type=kind, title=title, response_url=url
        )
    else:
        await open_draft(desk, body["trigger_id"], draft, response_url=url)


async def _reopen(desk: Desk, body: dict[str, Any], request_id: str) -> None:
    user, url = body["user"]["id"], str(body.get("response_url") or "")
    request_in_hand.set(request_id)
    request = await desk.ports.store.request(request_id)
    if request is None or request.submission.requester.id != user or not request.submission.answers:
        await whisper(desk, user, _channel(body), render(Notice(GONE)), url)
    elif request.state != "rejected":
        said = ELSEWHERE.get(request.state, "That request is on its way.")
        await whisper(desk, user, _channel(body), render(Notice(said)), url)
    else:
        draft = reopened(request.submission, draft_id="")
        problems = request.problems or ({"": request.reason} if request.reason else None)
        await open_draft(desk, body["trigger_id"], draft, problems=problems, response_url=url)


def _sorry(desk: Desk, body: dict[str, Any]) -> Any:
    return partial(apologise, desk, body["user"]["id"], _channel(body), str(body.get("response_url") or ""))


def _channel(body: dict[str, Any]) -> str:
    container = body.get("channel") or {}
    return str(container.get("id") or "")
