"""Who pressed a button or typed a command, and where."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from bot.slack.ids import Callback


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A press of a button, a choice in a menu, a form that was handed in, or a command.

    Attributes:
        user: who pressed.
        trigger: opens one window within three seconds; empty for what opens none.
        channel: where the message with the button stands; empty in a window and in the Home tab.
        url: for private answers where it was pressed; empty in a window and in the Home tab.
        modal: the id of the modal that it was pressed in; empty elsewhere.
        on_top: that modal is worth coming back to, such as a list of tickets.
    """

    user: str
    trigger: str
    channel: str
    url: str
    modal: str
    on_top: bool

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """From Slack's payload."""
        view = body.get("view") or {}
        return cls(
            user=str(body["user"]["id"]),
            trigger=str(body.get("trigger_id") or ""),
            channel=str((body.get("channel") or {}).get("id") or ""),
            url=str(body.get("response_url") or ""),
            modal=str(view.get("id") or "") if view.get("type") == "modal" else "",
            on_top=view.get("callback_id") != Callback.STATUS,
        )

    @classmethod
    def of_command(cls, command: Mapping[str, Any]) -> Self:
        """From Slack's payload of a slash command."""
        return cls(
            user=str(command["user_id"]),
            trigger=str(command.get("trigger_id") or ""),
            channel=str(command.get("channel_id") or ""),
            url=str(command.get("response_url") or ""),
            modal="",
            on_top=False,
        )
