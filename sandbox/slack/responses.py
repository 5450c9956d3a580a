"""Response URLs: 5 answers within 30 minutes to a command or an interaction, membership or not."""

from typing import TYPE_CHECKING

from sandbox.slack import posting
from sandbox.slack.errors import SlackError
from sandbox.slack.issuing import ResponseUrl
from sandbox.slack.model import Json, Message

if TYPE_CHECKING:
    from sandbox.slack.workspace import SlackWorkspace

USES = 5


def respond(workspace: "SlackWorkspace", token: str, body: Json) -> None:
    """Carry out one use of a response URL.

    Raises:
        SlackError: `invalid_url`, `expired_url`, `used_url`, or what is wrong with the message.
    """
    url = workspace.issued.response_urls.get(token)
    if url is None:
        raise SlackError("invalid_url")
    if workspace.clock.timestamp() > url.expires:
        raise SlackError("expired_url")
    if url.uses >= USES:
        raise SlackError("used_url")
    channel = workspace.channel(url.channel)
    original = channel.messages.get(_original(url) or "")
    if body.get("delete_original"):
        url.uses += 1
        if original is not None:
            posting.remove(workspace, channel, original)
        return
    content = posting.content_of(workspace, body, capped=False)
    url.uses += 1
    if body.get("replace_original") and original is not None:
        posting.change(workspace, original, {**content, "metadata": content["metadata"] or original.metadata})
        return
    url.posted.append(answer(workspace, url, body, content).ts)


def answer(workspace: "SlackWorkspace", url: ResponseUrl, body: Json, content: Json) -> Message:
    """Post an answer to a command or interaction: ephemeral unless `response_type` is `in_channel`."""
    in_channel = body.get("response_type") == "in_channel"
    return posting.post(
        workspace,
        workspace.channel(url.channel),
        content,
        thread_ts=str(body["thread_ts"]) if body.get("thread_ts") else url.thread_ts,
        ephemeral_to=None if in_channel else url.user,
        typed_command=url.command if in_channel else None,
    )


def _original(url: ResponseUrl) -> str | None:
    return url.message_ts or (url.posted[-1] if url.posted else None)
