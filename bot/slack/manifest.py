"""The Slack app manifest: exactly the commands, shortcuts, events and scopes that the bot uses."""

from typing import Any

from bot.settings import Mode
from bot.slack.http import PATH
from bot.slack.ids import COMMAND, Callback

SCOPES = {
    "commands": "the slash command and both shortcuts",
    "chat:write": "chat.postMessage, chat.update, chat.postEphemeral",
    "chat:write.public": "chat.postMessage to a public channel that nobody has invited the bot to yet",
    "im:write": "conversations.open, to look into the direct messages with somebody",
    "im:history": "conversations.history of direct messages, so that nothing is said twice",
    "channels:history": "conversations.history and conversations.replies of public channels, likewise",
    "groups:history": "conversations.history and conversations.replies of private channels, likewise",
    "channels:read": "conversations.list and conversations.info, for channels that are named; conversations.members",
    "groups:read": "conversations.list and conversations.info of private channels, likewise",
    "users:read": "users.info: names, and who is a guest",
    "users:read.email": "e-mail addresses, to find people in the trackers and people of the trackers here",
    "files:read": "files that people add to the form",
    "files:write": "the picture in the thread of the weekly sync",
}
"""Bot scope → what it is for (https://docs.slack.dev/reference/scopes)."""

EVENTS = {"app_home_opened": "the Home tab, which shows everybody their own requests; it needs no scope"}
"""Event → what it is for (https://docs.slack.dev/reference/events)."""


def manifest(mode: Mode, public_url: str = "") -> dict[str, Any]:
    """The manifest for Socket Mode, or for HTTP mode behind a public address.

    Schema: https://docs.slack.dev/reference/app-manifest; in Socket Mode no request URL may be given.
    """
    endpoint = public_url.rstrip("/") + PATH
    interactivity: dict[str, Any] = {"is_enabled": True}
    events: dict[str, Any] = {"bot_events": sorted(EVENTS)}
    command: dict[str, Any] = {
        "command": COMMAND,
        "description": "Raise a development request",
        "usage_hint": "[request type] [title], or help",
        "should_escape": False,
    }
    if mode == "http":
        command["url"] = endpoint
        interactivity |= {"request_url": endpoint, "message_menu_options_url": endpoint}
        events["request_url"] = endpoint
    return {
        "display_information": {
            "name": "devrequest",
            "description": "Development requests, complete and testable, in Jira or Asana",
        },
        "features": {
            "bot_user": {"display_name": "devrequest", "always_online": True},
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "slash_commands": [command],
            "shortcuts": [
                {
                    "name": "New dev request",
                    "type": "global",
                    "callback_id": str(Callback.SHORTCUT),
                    "description": "Raise a development request",
                },
                {
                    "name": "Turn into a dev request",
                    "type": "message",
                    "callback_id": str(Callback.MESSAGE_SHORTCUT),
                    "description": "Raise a development request from this message",
                },
            ],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "interactivity": interactivity,
            "event_subscriptions": events,
            "socket_mode_enabled": mode == "socket",
            "org_deploy_enabled": False,
            "token_rotation_enabled": False,
        },
    }
