"""chat.* and reactions.*."""

from sandbox.slack import posting
from sandbox.slack.api.call import Call, Method
from sandbox.slack.errors import SlackError, invalid_arguments
from sandbox.slack.model import Json

SCHEDULE_SECONDS = 120 * 86400
SCHEDULED_PER_WINDOW = 30


def post_message(call: Call) -> Json:
    """chat.postMessage."""
    workspace = call.workspace
    channel = posting.target(workspace, call.args.get("channel"))
    posting.may_post(workspace, channel)
    message = posting.post(
        workspace,
        channel,
        posting.content_of(workspace, call.args),
        thread_ts=call.text("thread_ts") or None,
        reply_broadcast=call.flag("reply_broadcast"),
        link_names=call.flag("link_names"),
        parse=call.text("parse"),
        mrkdwn=call.flag("mrkdwn", default=True),
    )
    return {"channel": channel.id, "ts": message.ts, "message": message.json(with_metadata=True)}


def update(call: Call) -> Json:
    """chat.update: text alone removes the blocks, long text is refused, ephemeral messages are out of reach."""
    workspace = call.workspace
    channel = call.channel()
    message = posting.own_message(workspace, channel, call.required("ts"), "cant_update_message")
    if channel.is_archived:
        raise SlackError("is_inactive")
    if workspace.edit_window is not None and workspace.clock.timestamp() - float(message.ts) > workspace.edit_window:
        raise SlackError("edit_window_closed")
    if len(call.text("text")) > posting.TEXT_OF_UPDATE:
        raise SlackError("msg_too_long")
    posting.change(workspace, message, posting.changed_content(workspace, message, call.args))
    message.link_names, message.parse = call.flag("link_names"), call.text("parse")
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": message.json(with_metadata=True),
    }


def delete(call: Call) -> Json:
    """chat.delete: the bot's own messages."""
    channel = call.channel()
    message = posting.own_message(call.workspace, channel, call.required("ts"), "cant_delete_message")
    posting.remove(call.workspace, channel, message)
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral: seen by one member of the channel, kept nowhere."""
    workspace = call.workspace
    channel = posting.target(workspace, call.args.get("channel"))
    posting.may_post(workspace, channel)
    user = call.required("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    content = posting.content_of(workspace, call.args)
    message = posting.post(workspace, channel, content, thread_ts=call.text("thread_ts") or None, ephemeral_to=user)
    return {"message_ts": message.ts}


def get_permalink(call: Call) -> Json:
    """chat.getPermalink; needs no scope."""
    channel = call.channel()
    ts = call.required("message_ts")
    message = channel.messages.get(ts)
    if message is None or message.ephemeral_to is not None:
        raise SlackError("message_not_found")
    return {"channel": channel.id, "permalink": call.workspace.permalink(message)}


def schedule_message(call: Call) -> Json:
    """chat.scheduleMessage: 120 days ahead at most, 30 a channel in 5 minutes."""
    workspace = call.workspace
    channel = posting.target(workspace, call.args.get("channel"))
    posting.may_post(workspace, channel)
    content = posting.content_of(workspace, call.args)
    post_at, now = call.number("post_at", 0), workspace.clock.timestamp()
    if post_at <= now:
        raise SlackError("time_in_past")
    if post_at > now + SCHEDULE_SECONDS:
        raise SlackError("time_too_far")
    near = [s for s in workspace.scheduled.values() if s["channel"] == channel.id and abs(s["post_at"] - post_at) < 300]
    if len(near) >= SCHEDULED_PER_WINDOW:
        raise SlackError("restricted_too_many")
    scheduled_id = workspace.issued.new_id("Q")
    workspace.scheduled[scheduled_id] = {
        "channel": channel.id,
        "post_at": post_at,
        "content": content,
        "thread_ts": call.text("thread_ts") or None,
    }
    message = {"text": content["text"], "type": "delayed_message", "bot_id": workspace.app.bot_id}
    return {"channel": channel.id, "scheduled_message_id": scheduled_id, "post_at": post_at, "message": message}


def delete_scheduled(call: Call) -> Json:
    """chat.deleteScheduledMessage."""
    if call.workspace.scheduled.pop(call.required("scheduled_message_id"), None) is None:
        raise SlackError("invalid_scheduled_message_id")
    return {}


def add_reaction(call: Call) -> Json:
    """reactions.add."""
    workspace, name = call.workspace, call.required("name").strip(":")
    channel = call.channel()
    message = channel.messages.get(call.required("timestamp"))
    if message is None or message.ephemeral_to is not None:
        raise SlackError("message_not_found")
    if channel.is_archived:
        raise SlackError("is_archived")
    if not name.replace("_", "").replace("-", "").replace("+", "").isalnum():
        raise SlackError("invalid_name")
    users = message.reactions.setdefault(name, [])
    if workspace.app.bot_user in users:
        raise SlackError("already_reacted")
    users.append(workspace.app.bot_user)
    workspace.changed()
    return {}


def remove_reaction(call: Call) -> Json:
    """reactions.remove."""
    channel = call.channel()
    message = channel.messages.get(call.required("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    users = message.reactions.get(call.required("name").strip(":"), [])
    if call.workspace.app.bot_user not in users:
        raise SlackError("no_reaction")
    users.remove(call.workspace.app.bot_user)
    call.workspace.changed()
    return {}


def get_reactions(call: Call) -> Json:
    """reactions.get of a message."""
    channel = call.channel()
    message = channel.messages.get(call.required("timestamp"))
    if message is None:
        raise invalid_arguments("no such message [json-pointer:/timestamp]")
    return {"type": "message", "channel": channel.id, "message": message.json()}


METHODS: dict[str, Method] = {
    "chat.delete": delete,
    "chat.deleteScheduledMessage": delete_scheduled,
    "chat.getPermalink": get_permalink,
    "chat.postEphemeral": post_ephemeral,
    "chat.postMessage": post_message,
    "chat.scheduleMessage": schedule_message,
    "chat.update": update,
    "reactions.add": add_reaction,
    "reactions.get": get_reactions,
    "reactions.remove": remove_reaction,
}
