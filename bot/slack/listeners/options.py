"""Menus with more options than Slack shows at once ask for those that match."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.slack.desk import Desk
from bot.slack.filling import draft_of
from bot.slack.listeners.by_name import Listener
from bot.slack.views.state import field_of, suggestions


def of_field(desk: Desk) -> Listener:
    """The options of a field that match what was typed."""

    async def listener(ack: AsyncAck, payload: dict[str, Any], body: dict[str, Any]) -> None:
        kind = await desk.forms.request_type(draft_of(desk, body))
        field = field_of(kind, str(payload.get("block_id"))) if kind else None
        await ack({"options": suggestions(field, str(payload.get("value") or "")) if field else []})

    return listener
