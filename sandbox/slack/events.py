"""Events: what the app hears of, and the envelope it comes in (Slack docs, Events API)."""

from typing import TYPE_CHECKING

from sandbox.slack import VERIFICATION_TOKEN
from sandbox.slack.model import Channel, Json, Message

if TYPE_CHECKING:
    from sandbox.slack.workspace import SlackWorkspace


def event_callback(workspace: "SlackWorkspace", event: Json) -> Json:
    """The envelope of an event."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.team["id"],
        "api_app_id": workspace.app.id,
        "event": event,
        "type": "event_callback",
        "event_id": workspace.issued.new_id("Ev"),
        "event_time": int(workspace.clock.timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.team["id"],
                "user_id": workspace.app.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": workspace.issued.new_id("EC"),
    }


def tell(workspace: "SlackWorkspace", channel: Channel, name: str, event: Json) -> None:
    """Send an event off if the app subscribed to it and is in the channel; nobody waits for the answer."""
    if name in workspace.app.events and workspace.app.bot_user in channel.members:
        payload = event_callback(workspace, event)
        workspace.delivery.spawn(workspace.delivery.deliver("events_api", payload))


def posted(workspace: "SlackWorkspace", channel: Channel, message: Message) -> None:
    """A message appeared. The app hears of its own ones too; Bolt passes over those."""
    subtype = {"subtype": "file_share"} if message.files and not message.subtype else {}
    event = _of_message(workspace, channel, {**message.json(), **subtype})
    tell(workspace, channel, _name(channel), event)
    if f"<@{workspace.app.bot_user}>" in message.text:
        tell(workspace, channel, "app_mention", {**event, "type": "app_mention"})


def changed(workspace: "SlackWorkspace", channel: Channel, message: Message, before: Json) -> None:
    """A message says something else now; `before` is what it was."""
    event = {"type": "message", "subtype": "message_changed", "message": message.json(), "previous_message": before}
    tell(workspace, channel, _name(channel), _of_message(workspace, channel, {**event, "hidden": True}))


def deleted(workspace: "SlackWorkspace", channel: Channel, before: Json) -> None:
    """A message is gone; `before` is what it was."""
    event = {"type": "message", "subtype": "message_deleted", "deleted_ts": before["ts"], "previous_message": before}
    tell(workspace, channel, _name(channel), _of_message(workspace, channel, {**event, "hidden": True}))


def _of_message(workspace: "SlackWorkspace", channel: Channel, event: Json) -> Json:
    kind = "im" if channel.is_im else "group" if channel.is_private else "channel"
    ts = event.get("ts") or workspace.issued.new_ts()
    return {**event, "channel": channel.id, "channel_type": kind, "ts": ts, "event_ts": ts}


def _name(channel: Channel) -> str:
    return "message.im" if channel.is_im else "message.groups" if channel.is_private else "message.channels"
