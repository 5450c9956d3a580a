"""conversations.*."""

from typing import Any

from sandbox.slack.api.call import Call, Method
from sandbox.slack.errors import SlackError, invalid_arguments
from sandbox.slack.model import Channel, Json, Message
from sandbox.slack.scopes import BY_KIND

KINDS = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "im"}


def list_conversations(call: Call) -> Json:
    """conversations.list: public channels, and private ones and DMs that the bot is in."""
    workspace = call.workspace
    kinds = [kind for kind in call.text("types", "public_channel").replace(" ", "").split(",") if kind]
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise SlackError("invalid_types", [f"[ERROR] unknown type {unknown[0]}"])
    call.needs(*(BY_KIND["read"][KINDS[kind]] for kind in kinds if kind != "mpim"))
    wanted = {KINDS[kind] for kind in kinds}
    found = [
        channel
        for channel in workspace.channels.values()
        if _kind(channel) in wanted
        and (_kind(channel) == "public" or workspace.app.bot_user in channel.members)
        and not (channel.is_archived and call.flag("exclude_archived"))
    ]
    page, following = call.page(found)
    return {"channels": [_json(call, c) for c in page], "response_metadata": {"next_cursor": following}}


def info(call: Call) -> Json:
    """conversations.info."""
    channel = call.channel("read")
    return {"channel": _json(call, channel)}


def open_dm(call: Call) -> Json:
    """conversations.open: the DM with one person (group DMs are not built)."""
    call.needs("im:write")
    workspace = call.workspace
    users = call.args.get("users") or ""
    ids = users if isinstance(users, list) else [user for user in str(users).replace(" ", "").split(",") if user]
    if call.text("channel"):
        channel = call.channel()
        return {"channel": {"id": channel.id}}
    if not ids:
        raise SlackError("users_list_not_supplied")
    if len(ids) > 1:
        raise invalid_arguments("group DMs are not built into this stand-in [json-pointer:/users]")
    user = workspace.user(ids[0])
    if user.deleted:
        raise SlackError("user_disabled")
    if user.is_bot:
        raise SlackError("cannot_dm_bot")
    known = any(c.is_im and c.user == user.id for c in workspace.channels.values())
    channel = workspace.dm(user.id)
    extra: Json = {"no_op": True, "already_open": True} if known else {}
    full = _json(call, channel) if call.flag("return_im") else {"id": channel.id}
    return {"channel": full, **extra}


def history(call: Call) -> Json:
    """conversations.history: newest first; replies only where they were broadcast."""
    channel = _member(call)
    shown = [m for m in channel.messages.values() if m.thread_ts in (None, m.ts) or m.reply_broadcast]
    return _messages(call, channel, list(reversed(shown)))


def replies(call: Call) -> Json:
    """conversations.replies: a thread, its parent first, oldest first."""
    channel = _member(call)
    ts = call.required("ts")
    parent = channel.messages.get(ts)
    if parent is None or parent.ephemeral_to is not None:
        raise SlackError("thread_not_found")
    root = parent.thread_ts or parent.ts
    return _messages(call, channel, [m for m in channel.messages.values() if root in (m.ts, m.thread_ts)])


def members(call: Call) -> Json:
    """conversations.members."""
    channel = call.channel("read")
    page, following = call.page(channel.members)
    return {"members": list(page), "response_metadata": {"next_cursor": following}}


def join(call: Call) -> Json:
    """conversations.join: public channels only."""
    channel, bot = call.channel(), call.workspace.app.bot_user
    if channel.is_archived:
        raise SlackError("is_archived")
    if channel.is_private or channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    already = bot in channel.members
    if not already:
        channel.members.append(bot)
        call.workspace.changed()
    return {"channel": _json(call, channel), **({"warning": "already_in_channel"} if already else {})}


def _member(call: Call) -> Channel:
    channel = call.channel("history")
    if call.workspace.app.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _messages(call: Call, channel: Channel, messages: list[Message]) -> Json:
    oldest, latest = _moment(call, "oldest"), _moment(call, "latest")
    inclusive = call.flag("inclusive")

    def inside(message: Message) -> bool:
        ts = float(message.ts)
        after = oldest is None or ts > oldest or (inclusive and ts == oldest)
        before = latest is None or ts < latest or (inclusive and ts == latest)
        return message.ephemeral_to is None and after and before

    page, following = call.page([m for m in messages if inside(m)])
    with_metadata = call.flag("include_all_metadata")
    out: Json = {
        "messages": [{**m.json(with_metadata=with_metadata), **_thread(channel, m)} for m in page],
        "has_more": bool(following),
        "pin_count": 0,
    }
    return out | ({"response_metadata": {"next_cursor": following}} if following else {})


def _moment(call: Call, name: str) -> float | None:
    if not call.text(name):
        return None
    try:
        return float(call.text(name))
    except ValueError as error:
        raise SlackError(f"invalid_ts_{name}") from error


def _thread(channel: Channel, message: Message) -> dict[str, Any]:
    answers = [m for m in channel.messages.values() if m.thread_ts == message.ts and m.ts != message.ts]
    if not answers:
        return {}
    people = list(dict.fromkeys(m.user for m in answers))
    return {
        "thread_ts": message.ts,
        "reply_count": len(answers),
        "reply_users_count": len(people),
        "reply_users": people,
        "latest_reply": answers[-1].ts,
        "is_locked": False,
        "subscribed": True,
    }


def _kind(channel: Channel) -> str:
    return "im" if channel.is_im else "private" if channel.is_private else "public"


def _json(call: Call, channel: Channel) -> Json:
    return channel.json(call.workspace.app.bot_user, call.workspace.team["id"])


METHODS: dict[str, Method] = {
    "conversations.history": history,
    "conversations.info": info,
    "conversations.join": join,
    "conversations.list": list_conversations,
    "conversations.members": members,
    "conversations.open": open_dm,
    "conversations.replies": replies,
}
