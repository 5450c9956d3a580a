"""files.*: looking one up, and the two calls around an upload."""

import asyncio
import mimetypes

from sandbox.slack import posting
from sandbox.slack.api.call import Call, Method
from sandbox.slack.errors import SlackError, invalid_arguments
from sandbox.slack.model import Channel, Json
from sandbox.slack.uploads import File
from sandbox.slack.workspace import SlackWorkspace

ALT_TEXT = 1000
"""The most characters of a picture's description."""
MOST_CHANNELS = 100


def info(call: Call) -> Json:
    """files.info."""
    return {"file": _file(call, call.required("file")).json(), "comments": [], "response_metadata": {"next_cursor": ""}}


def get_upload_url(call: Call) -> Json:
    """files.getUploadURLExternal: where to send the bytes of a file of this length."""
    workspace, name = call.workspace, call.required("filename")
    length, alt_txt = call.number("length", 0), call.text("alt_txt")
    if length < 1:
        raise invalid_arguments("must be greater than 0 [json-pointer:/length]")
    if len(alt_txt) > ALT_TEXT:
        raise SlackError("alt_txt_too_large")
    file = workspace.new_file(workspace.app.bot_user, name, mimetypes.guess_type(name)[0] or "application/octet-stream")
    file.alt_txt, file.processed = alt_txt, False
    workspace.uploads[file.id] = length
    return {"upload_url": f"{workspace.base_url}/upload/{file.id}", "file_id": file.id}


def complete_upload(call: Call) -> Json:
    """files.completeUploadExternal: looks into uploaded files and shares them, if a channel is named.

    Both happen a while later if `workspace.processing` says so; the answer comes at once.
    """
    workspace = call.workspace
    wanted = posting.decoded(call.args, "files", "invalid_arguments")
    if not isinstance(wanted, list) or not wanted or not all(isinstance(f, dict) and f.get("id") for f in wanted):
        raise invalid_arguments("missing required field: files")
    found = [(_file(call, str(item["id"])), item) for item in wanted]
    if any(file.data is None for file, _ in found):
        raise SlackError("file_not_found")
    channels = _channels(call)
    content = _content(call)
    for file, item in found:
        file.title = str(item.get("title") or file.name)
        workspace.uploads.pop(file.id, None)
    answer = {"files": [file.json() for file, _ in found]}
    files = [file for file, _ in found]
    thread_ts = call.text("thread_ts") or None
    for channel in channels:
        posting.thread_of(channel, thread_ts)
    if workspace.processing:
        workspace.delivery.spawn(_later(workspace, files, channels, content, thread_ts))
        return answer
    _share(workspace, files, channels, content, thread_ts)
    return {"files": [file.json() for file in files]}


async def _later(
    workspace: SlackWorkspace, files: list[File], channels: list[Channel], content: Json, thread_ts: str | None
) -> None:
    await asyncio.sleep(workspace.processing)
    _share(workspace, files, channels, content, thread_ts)


def _share(
    workspace: SlackWorkspace, files: list[File], channels: list[Channel], content: Json, thread_ts: str | None
) -> None:
    for file in files:
        file.processed = True
    for channel in channels:
        message = posting.post(workspace, channel, {**content, "files": list(files)}, thread_ts=thread_ts)
        for file in files:
            file.shared_in.append(channel.id)
            share = {"ts": message.ts, "channel_name": channel.name}
            file.shares.setdefault(channel.id, []).append(share | ({"thread_ts": thread_ts} if thread_ts else {}))
    workspace.changed()


def _channels(call: Call) -> list[Channel]:
    """Where to share: ids of conversations, under `channels` of people too; the bot must be a member everywhere."""
    workspace, several = call.workspace, [c for c in call.text("channels").split(",") if c]
    if len(several) > MOST_CHANNELS:
        raise SlackError("channels_limit_exceeded")
    named = [workspace.dm(name).id if name in workspace.users else name for name in several]
    found = []
    for name in [call.text("channel_id"), *named]:
        if not name:
            continue
        channel = workspace.channel(name)
        if workspace.app.bot_user not in channel.members:
            raise SlackError("channel_not_found" if channel.is_private else "not_in_channel")
        posting.may_post(workspace, channel)
        found.append(channel)
    return found


def _content(call: Call) -> Json:
    """What the message beside the files says: the comment, else the blocks."""
    comment, blocks = call.text("initial_comment"), posting.decoded(call.args, "blocks", "invalid_blocks")
    if comment or not blocks:
        return {"text": comment}
    checked = posting.content_of(call.workspace, {"blocks": blocks})
    return {"text": "", "blocks": checked["blocks"]}


def _file(call: Call, file_id: str) -> File:
    file = call.workspace.files.get(file_id)
    if file is None:
        raise SlackError("file_not_found")
    return file


METHODS: dict[str, Method] = {
    "files.completeUploadExternal": complete_upload,
    "files.getUploadURLExternal": get_upload_url,
    "files.info": info,
}
