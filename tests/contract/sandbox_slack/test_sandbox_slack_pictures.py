"""Pictures that the bot uploads: shared into a thread with an alternative text, or shown in a block."""

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack.people import Person
from tests.contract.sandbox_slack.refusals import refusal

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645"
    "400000000049454e44ae426082"
)
Upload = Callable[..., Awaitable[str]]


@pytest.fixture
def upload(client: AsyncWebClient, http: aiohttp.ClientSession) -> Upload:
    """Asks for a place and sends the bytes there; the file's id."""

    async def send(name: str = "weeks.png", data: bytes = PIXEL, **more: Any) -> str:
        ticket = await client.files_getUploadURLExternal(filename=name, length=len(data), **more)
        async with http.post(ticket["upload_url"], data=data) as answer:
            assert answer.status == 200
        return str(ticket["file_id"])

    return send


def picture(**source: Any) -> dict[str, Any]:
    return {"type": "image", "alt_text": "Readiness by week", "slack_file": source}


async def test_a_picture_goes_into_a_thread(client: AsyncWebClient, upload: Upload, mara: Person):
    """With its alternative text; the file says where it was shared."""
    parent = (await client.chat_postMessage(channel="C0WEB", text="sync"))["ts"]
    file_id = await upload(alt_txt="Readiness rose from 40 to 70")
    await client.files_completeUploadExternal(
        files=[{"id": file_id, "title": "Weeks"}], channel_id="C0WEB", thread_ts=parent, initial_comment="Numbers"
    )
    _, reply = mara.messages("C0WEB", parent)
    (shown,) = reply.json()["files"]

    assert (reply.text, shown["title"], shown["alt_txt"]) == ("Numbers", "Weeks", "Readiness rose from 40 to 70")
    assert shown["shares"]["public"]["C0WEB"][0]["thread_ts"] == parent
    assert (shown["mimetype"], shown["size"]) == ("image/png", len(PIXEL))


async def test_uploads_go_where_the_bot_is_a_member(client: AsyncWebClient, upload: Upload, workspace):
    """chat:write.public does not help, names are no ids, and a description ends at 1,000 characters."""
    file_id = await upload()

    async def share(**where: Any) -> str:
        return await refusal(client.files_completeUploadExternal(files=[{"id": file_id, "title": "x"}], **where))

    assert "chat:write.public" in workspace.app.scopes
    assert await share(channel_id="C0LOBBY") == "not_in_channel"
    assert await share(channel_id="#web") == "channel_not_found"
    assert await share(channel_id="U0MARA") == "channel_not_found"
    assert await share(channels=",".join(["C0WEB"] * 101)) == "channels_limit_exceeded"
    assert await share(channel_id="C0WEB", thread_ts="1.000001") == "cannot_reply_to_message"
    assert workspace.channels["C0WEB"].messages == {}
    long = client.files_getUploadURLExternal(filename="a.png", length=3, alt_txt="x" * 1001)
    assert await refusal(long) == "alt_txt_too_large"


async def test_a_block_shows_a_picture_that_slack_has(client: AsyncWebClient, upload: Upload, workspace):
    """By id or address; not one that is unknown, unfinished or no picture, and not by a malformed id."""
    file_id = await upload()
    unfinished = client.chat_postMessage(channel="C0WEB", text="x", blocks=[picture(id=file_id)])
    assert await refusal(unfinished) == "invalid_blocks"
    done = await client.files_completeUploadExternal(files=[{"id": file_id, "title": "x"}])
    address = done["files"][0]["permalink"]
    for source in ({"id": file_id}, {"url": address}):
        assert (await client.chat_postMessage(channel="C0WEB", text="x", blocks=[picture(**source)]))["ok"] is True
    text = await upload("plan.txt", b"text")
    await client.files_completeUploadExternal(files=[{"id": text, "title": "x"}])
    for wrong, words in (
        (text, "invalid slack file [json-pointer:/blocks/0/slack_file]"),
        ("F0NOSUCHFILE", "invalid slack file [json-pointer:/blocks/0/slack_file]"),
        ("chart", "input must match regex pattern: ^[F][A-Z0-9]{8,}$ [json-pointer:/blocks/0/slack_file/id]"),
    ):
        with pytest.raises(SlackApiError) as error:
            await client.chat_postMessage(channel="C0WEB", text="x", blocks=[picture(id=wrong)])
        assert error.value.response["errors"] == [words]


async def test_slack_takes_its_time_with_an_upload(client: AsyncWebClient, upload: Upload, mara: Person, workspace):
    """Right after the answer neither kind nor message is there, and no block may show it; a moment later all is."""
    workspace.processing = 0.05
    file_id = await upload()
    answer = await client.files_completeUploadExternal(files=[{"id": file_id, "title": "x"}], channel_id="C0WEB")
    assert (answer["files"][0]["mimetype"], answer["files"][0]["shares"], mara.messages("C0WEB")) == ("", {}, [])
    early = client.chat_postMessage(channel="C0WEB", text="x", blocks=[picture(id=file_id)])
    assert await refusal(early) == "invalid_blocks"
    await workspace.delivery.settle()

    assert (await client.files_info(file=file_id))["file"]["mimetype"] == "image/png"
    assert [len(message.files) for message in mara.messages("C0WEB")] == [1]
    assert (await client.chat_postMessage(channel="C0WEB", text="x", blocks=[picture(id=file_id)]))["ok"] is True


async def test_views_are_held_to_the_same(client: AsyncWebClient, upload: Upload, mara: Person):
    """A picture in the home tab must be one that Slack has."""
    view = {"type": "home", "blocks": [picture(id="F0NOSUCHFILE")]}
    with pytest.raises(SlackApiError) as error:
        await client.views_publish(user_id="U0MARA", view=view)
    assert error.value.response["response_metadata"]["messages"] == [
        "[ERROR] invalid slack file [json-pointer:/view/blocks/0/slack_file]"
    ]
    file_id = await upload()
    await client.files_completeUploadExternal(files=[{"id": file_id, "title": "x"}])
    await client.views_publish(user_id="U0MARA", view={"type": "home", "blocks": [picture(id=file_id)]})
    assert mara.home is not None
