"""files.*: looking one up, and the two calls around an upload."""

import mimetypes

from sandbox.slack import posting
from sandbox.slack.api.call import Call, Method
from sandbox.slack.errors import SlackError, invalid_arguments
from sandbox.slack.model import File, Json


def info(call: Call) -> Json:
    """files.info."""
    return {"file": _file(call, call.required("file")).json(), "comments": [], "response_metadata": {"next_cursor": ""}}


def get_upload_url(call: Call) -> Json:
    """files.getUploadURLExternal: where to send the bytes of a file of this length."""
    workspace, name = call.workspace, call.required("filename")
    length = call.number("length", 0)
    if length < 1:
        raise invalid_arguments("must be greater than 0 [json-pointer:/length]")
    file = workspace.new_file(workspace.app.bot_user, name, mimetypes.guess_type(name)[0] or "application/octet-stream")
    workspace.uploads[file.id] = length
    return {"upload_url": f"{workspace.base_url}/upload/{file.id}", "file_id": file.id}


def complete_upload(call: Call) -> Json:
    """files.completeUploadExternal: shares uploaded files, if a channel is named."""
    workspace = call.workspace
    wanted = posting.decoded(call.args, "files", "invalid_arguments")
    if not isinstance(wanted, list) or not wanted or not all(isinstance(f, dict) and f.get("id") for f in wanted):
        raise invalid_arguments("missing required field: files")
    found = [(_file(call, str(item["id"])), item) for item in wanted]
    if any(file.data is None for file, _ in found):
        raise SlackError("file_not_found")
    channels = [c for c in [call.text("channel_id"), *call.text("channels").split(",")] if c]
    for name in channels:
        channel = posting.target(workspace, name)
        posting.may_post(workspace, channel)
    for file, item in found:
        file.title = str(item.get("title") or file.name)
        workspace.uploads.pop(file.id, None)
    for name in channels:
        channel = posting.target(workspace, name)
        content = {"text": call.text("initial_comment"), "files": [file for file, _ in found]}
        posting.post(workspace, channel, content, thread_ts=call.text("thread_ts") or None)
        for file, _ in found:
            file.shared_in.append(channel.id)
    return {"files": [file.json() for file, _ in found]}


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
