"""Buttons in messages."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.domain.messages import Notice
from bot.slack.desk import Desk
from bot.slack.listeners.commands import Listener
from bot.slack.opening import now, open_draft, open_form, whisper
from bot.slack.views.messages import render
from bot.usecases.tell import reopened


async def acknowledged(ack: AsyncAck) -> None:
    """A link button, a closed view: Slack wants to know that we heard."""
    await ack()


def open_form_again(desk: Desk) -> Listener:
    """The way out when a form could not be opened in time."""

    async def listener(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        desk.spawn(open_form(desk, body["trigger_id"], body["user"]["id"], channel=_channel(body)))

    return listener


def reopen(desk: Desk) -> Listener:
    """The form of a request that was refused, with everything in it."""

    async def listener(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        desk.spawn(_reopen(desk, body, str(action.get("value") or "")))

    return listener


async def _reopen(desk: Desk, body: dict[str, Any], request_id: str) -> None:
    user = body["user"]["id"]
    request = await desk.ports.store.request(request_id)
    if request is None or request.submission.requester.id != user:
        await whisper(desk, user, _channel(body), render(Notice("That request is not there any more.")))
    elif request.state != "rejected":
        said = "That request was handed in again already." if request.state == "superseded" else "It is on its way."
        await whisper(desk, user, _channel(body), render(Notice(said)))
    else:
        draft = reopened(request.submission, draft_id="").model_copy(update={"updated_at": now(desk)})
        await open_draft(desk, body["trigger_id"], draft)


def _channel(body: dict[str, Any]) -> str:
    container = body.get("channel") or {}
    return str(container.get("id") or "")
