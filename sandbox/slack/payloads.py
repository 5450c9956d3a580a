"""The payloads that Slack sends to an app, in full (Slack docs, Interaction payloads; types of @slack/bolt)."""

from typing import Any

from sandbox.slack import VERIFICATION_TOKEN
from sandbox.slack.model import Channel, Json, Message, User, View
from sandbox.slack.workspace import SlackWorkspace


def slash_command(workspace: SlackWorkspace, user: User, channel: Channel, command: str, text: str) -> Json:
    """A slash command, form-encoded on the wire."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.team["id"],
        "team_domain": workspace.team["domain"],
        "channel_id": channel.id,
        "channel_name": _name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": workspace.app.id,
        "is_enterprise_install": "false",
        "response_url": workspace.new_response_url(channel.id, user.id, command=f"{command} {text}".strip()),
        "trigger_id": workspace.issued.new_trigger(user.id, channel=channel.id),
    }


def shortcut(workspace: SlackWorkspace, user: User, callback_id: str) -> Json:
    """A global shortcut: no channel, no response_url."""
    return {
        "type": "shortcut",
        **_origin(workspace, user),
        "action_ts": workspace.issued.new_ts(),
        "callback_id": callback_id,
        "trigger_id": workspace.issued.new_trigger(user.id),
    }


def message_action(workspace: SlackWorkspace, user: User, channel: Channel, message: Message, callback_id: str) -> Json:
    """A message shortcut."""
    return {
        "type": "message_action",
        **_origin(workspace, user),
        "action_ts": workspace.issued.new_ts(),
        "callback_id": callback_id,
        "trigger_id": workspace.issued.new_trigger(user.id, channel=channel.id),
        "channel": {"id": channel.id, "name": _name(channel)},
        "message_ts": message.ts,
        "message": message.json(),
        "response_url": workspace.new_response_url(channel.id, user.id),
    }


def block_actions(workspace: SlackWorkspace, user: User, where: Message | View, actions: list[Json]) -> Json:
    """A press or choice in a message, a modal or a home tab."""
    payload = {"type": "block_actions", **_origin(workspace, user), **_place(workspace, where), "actions": actions}
    if isinstance(where, View):
        view_id = where.id if where.type == "modal" else None
        return {**payload, "trigger_id": workspace.issued.new_trigger(user.id, view_id)}
    message_ts = where.ts
    return {
        **payload,
        "trigger_id": workspace.issued.new_trigger(user.id, channel=where.channel),
        "state": {"values": workspace.message_values(where)},
        "response_url": workspace.new_response_url(where.channel, user.id, message_ts, where.thread_ts),
    }


def block_suggestion(
    workspace: SlackWorkspace, user: User, where: Message | View, block_id: str, action_id: str, typed: str
) -> Json:
    """A question for the options of an external select."""
    return {
        "type": "block_suggestion",
        **_origin(workspace, user),
        **_place(workspace, where),
        "action_id": action_id,
        "block_id": block_id,
        "value": typed,
    }


def view_submission(workspace: SlackWorkspace, user: User, view: View, response_urls: list[Json]) -> Json:
    """Submit pressed."""
    return {
        "type": "view_submission",
        **_origin(workspace, user),
        "trigger_id": workspace.issued.new_trigger(user.id, view.id),
        "view": workspace.windows.json(view),
        "response_urls": response_urls,
    }


def view_closed(workspace: SlackWorkspace, user: User, view: View, *, cleared: bool) -> Json:
    """Cancel (`cleared` false) or the X (`cleared` true) pressed. Carries no input: the state is empty."""
    shown = workspace.windows.json(view) | {"state": {"values": {}}}
    return {"type": "view_closed", **_origin(workspace, user), "view": shown, "is_cleared": cleared}


def _origin(workspace: SlackWorkspace, user: User) -> Json:
    return {
        "token": VERIFICATION_TOKEN,
        "api_app_id": workspace.app.id,
        "team": {"id": workspace.team["id"], "domain": workspace.team["domain"]},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _place(workspace: SlackWorkspace, where: Message | View) -> dict[str, Any]:
    if isinstance(where, View):
        return {"container": {"type": "view", "view_id": where.id}, "view": workspace.windows.json(where)}
    channel = workspace.channel(where.channel)
    container: Json = {
        "type": "message",
        "message_ts": where.ts,
        "channel_id": channel.id,
        "is_ephemeral": where.ephemeral_to is not None,
    }
    if where.thread_ts:
        container["thread_ts"] = where.thread_ts
    message = where.json() if where.ephemeral_to is None else {"ts": where.ts, "type": "message", "user": where.user}
    return {"container": container, "channel": {"id": channel.id, "name": _name(channel)}, "message": message}


def _name(channel: Channel) -> str:
    if channel.is_im:
        return "directmessage"
    return "privategroup" if channel.is_private else channel.name
