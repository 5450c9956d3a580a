"""Messages: who may post where, what posting, updating and deleting do (vendor pages of the chat methods)."""

import json
from typing import TYPE_CHECKING, Any

from sandbox.slack import events
from sandbox.slack.blockkit import check_message, normalised
from sandbox.slack.errors import SlackError, invalid_arguments
from sandbox.slack.model import Channel, Json, Message
from sandbox.slack.pictures import check_pictures

if TYPE_CHECKING:
    from sandbox.slack.workspace import SlackWorkspace

TEXT_KEPT = 40_000
"""A posted text is cut here."""
TEXT_OF_UPDATE = 4_000
"""A longer text makes chat.update fail."""
MARKDOWN_TEXT = 12_000
ATTACHMENTS = 100
SLACKBOT = "USLACKBOT"


def target(workspace: "SlackWorkspace", channel: object) -> Channel:
    """The conversation that the bot means: an id, `#name`, or a person's id for their DM."""
    if not channel:
        raise invalid_arguments("missing required field: channel")
    name = str(channel)
    if name in workspace.users:
        person = workspace.users[name]
        if person.is_bot:
            raise SlackError("cannot_dm_bot")
        if person.deleted:
            raise SlackError("channel_not_found")
        return workspace.dm(name)
    found = workspace.channels.get(name) or workspace.channel_named(name)
    if found is None or (found.is_private and workspace.app.bot_user not in found.members):
        raise SlackError("channel_not_found")
    return found


def may_post(workspace: "SlackWorkspace", channel: Channel) -> None:
    """Raise Slack's error if the bot may not post there."""
    if channel.is_archived:
        raise SlackError("is_archived")
    if channel.is_im and not workspace.app.messages_tab_enabled:
        raise SlackError("messages_tab_disabled")
    bot = workspace.app.bot_user
    if bot not in channel.members and "chat:write.public" not in workspace.app.scopes:
        raise SlackError("not_in_channel")
    if channel.posting_restricted_to is not None and bot not in channel.posting_restricted_to:
        raise SlackError("restricted_action")


def content_of(workspace: "SlackWorkspace", args: Json, *, capped: bool = True) -> Json:
    """The checked text, blocks, attachments and metadata of a message's arguments.

    `capped` is whether the cap on the total text holds (it does not for response URLs).

    Raises:
        SlackError: `no_text`, `invalid_blocks`, `invalid_metadata_format`, `too_many_attachments` …
    """
    text, markdown = str(args.get("text") or ""), args.get("markdown_text")
    blocks, attachments = (
        decoded(args, "blocks", "invalid_blocks_format"),
        decoded(args, "attachments", "invalid_arguments"),
    )
    if markdown is not None:
        if text or blocks:
            raise SlackError("markdown_text_conflict")
        if len(str(markdown)) > MARKDOWN_TEXT:
            raise SlackError("msg_too_long")
        blocks = [{"type": "markdown", "text": str(markdown)}]
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    blocks = check_message(blocks, capped=capped) if blocks else []
    check_pictures(workspace.files.values(), blocks, "invalid_blocks")
    blocks = normalised({"blocks": blocks}, workspace.issued.new_block_id)["blocks"]
    return {
        "text": text[:TEXT_KEPT],
        "blocks": blocks,
        "attachments": _attachments(attachments or [], capped=capped),
        "metadata": _metadata(decoded(args, "metadata", "invalid_metadata_format")),
    }


def post(workspace: "SlackWorkspace", channel: Channel, content: Json, **more: Any) -> Message:
    """Put a message of the bot into a channel; `more` sets further attributes of `Message`."""
    app = workspace.app
    message = Message(
        channel.id,
        workspace.issued.new_ts(),
        app.bot_user,
        **content,
        bot_id=app.bot_id,
        app_id=app.id,
        team=workspace.team["id"],
        **more,
    )
    parent = thread_of(channel, message.thread_ts)
    message.reply_broadcast = message.reply_broadcast and parent is not None
    message.root = parent if message.reply_broadcast else None
    channel.messages[message.ts] = message
    workspace.changed()
    if message.ephemeral_to is None:
        events.posted(workspace, channel, message)
    return message


def post_due(workspace: "SlackWorkspace") -> None:
    """Post the scheduled messages whose time has come. One with metadata never posts: a bug of Slack's own."""
    now = workspace.clock.timestamp()
    for scheduled_id, scheduled in list(workspace.scheduled.items()):
        if scheduled["post_at"] <= now and not scheduled["content"]["metadata"]:
            del workspace.scheduled[scheduled_id]
            channel = workspace.channel(scheduled["channel"])
            post(workspace, channel, scheduled["content"], thread_ts=scheduled["thread_ts"])


def thread_of(channel: Channel, thread_ts: str | None) -> Message | None:
    """The message whose thread is meant; None for no thread.

    Raises:
        SlackError: `cannot_reply_to_message`: it is not there, or is a reply itself.
    """
    if thread_ts is None:
        return None
    parent = channel.messages.get(thread_ts)
    if parent is None or parent.ephemeral_to is not None or parent.thread_ts not in (None, parent.ts):
        raise SlackError("cannot_reply_to_message")
    return parent


def own_message(workspace: "SlackWorkspace", channel: Channel, ts: str, refusal: str) -> Message:
    """A message that the bot itself posted; `message_not_found` or `refusal` otherwise."""
    message = channel.messages.get(ts)
    if message is None or message.ephemeral_to is not None:
        raise SlackError("message_not_found")
    if message.bot_id != workspace.app.bot_id:
        raise SlackError(refusal)
    return message


def changed_content(workspace: "SlackWorkspace", message: Message, args: Json) -> Json:
    """The checked content of a message after chat.update with these arguments.

    Blocks stay only if neither text nor blocks are given; metadata stays unless an object is given, an empty one
    removes it (vendor page of chat.update).
    """
    given = args | {"metadata": None} if args.get("metadata") in ({}, "{}") else args
    content = content_of(workspace, given)
    if not args.get("text") and args.get("blocks") in (None, ""):
        content |= {"text": message.text, "blocks": message.blocks}
    if given is args and content["metadata"] is None:
        content["metadata"] = message.metadata
    return content


def change(workspace: "SlackWorkspace", message: Message, content: Json) -> None:
    """Replace what a message says."""
    before = message.json()
    message.text, message.blocks = content["text"], content["blocks"]
    message.attachments, message.metadata = content["attachments"], content["metadata"]
    message.edited_ts = workspace.issued.new_ts()
    workspace.changed()
    if message.ephemeral_to is None:
        events.changed(workspace, workspace.channel(message.channel), message, before)


def remove(workspace: "SlackWorkspace", channel: Channel, message: Message) -> None:
    """Delete a message; a parent with replies leaves a tombstone."""
    before = message.json()
    if any(other.thread_ts == message.ts and other.ts != message.ts for other in channel.messages.values()):
        message.subtype, message.text, message.user = "tombstone", "This message was deleted.", SLACKBOT
        message.blocks, message.attachments, message.metadata, message.bot_id = [], [], None, None
        message.files, message.reactions = [], {}
        events.changed(workspace, channel, message, before)
    else:
        channel.messages.pop(message.ts, None)
        if message.ephemeral_to is None:
            events.deleted(workspace, channel, before)
    workspace.changed()


def decoded(args: Json, name: str, refusal: str) -> Any:
    """An argument that forms carry as JSON text."""
    value = args.get(name)
    if isinstance(value, str) and value:
        try:
            return json.loads(value)
        except ValueError as error:
            raise SlackError(refusal) from error
    return value or None


def _attachments(attachments: Any, *, capped: bool) -> list[Json]:
    if not isinstance(attachments, list) or not all(isinstance(item, dict) for item in attachments):
        raise SlackError("invalid_attachments")
    if len(attachments) > ATTACHMENTS:
        raise SlackError("too_many_attachments")
    for attachment in attachments:
        if "blocks" in attachment:
            check_message(attachment["blocks"], capped=capped)
    return attachments


def _metadata(metadata: Any) -> Json | None:
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata.get("event_type"), str) or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    return metadata
