"""The Web API, called with an unchanged AsyncWebClient."""

import io

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.faults import Fault
from sandbox.slack import SLACK_APP_TOKEN, SLACK_BOT_TOKEN
from tests.contract.sandbox_slack.refusals import refusal

SECTION = {"type": "section", "text": {"type": "plain_text", "text": "Hello"}}


async def test_auth_test_says_who_the_bot_is(client: AsyncWebClient):
    """Team, user and bot ids come back, and the scopes in a header."""
    answer = await client.auth_test()

    assert answer["team_id"] == "T0SANDBOX"
    assert answer["user_id"] == "U0BOT"
    assert answer["bot_id"] == "B0SANDBOX"
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


@pytest.mark.parametrize(
    ("token", "code"),
    [("", "not_authed"), ("xoxb-other", "invalid_auth"), (SLACK_APP_TOKEN, "not_allowed_token_type")],
)
async def test_a_wrong_token_is_refused(api_url: str, http, token: str, code: str):
    """No token, an unknown one and one of the wrong kind have different errors."""
    async with http.post(f"{api_url}auth.test", headers={"Authorization": f"Bearer {token}"}) as answer:
        assert await answer.json() == {"ok": False, "error": code}


async def test_the_bot_token_opens_no_socket(client: AsyncWebClient):
    """apps.connections.open wants the app-level token."""
    assert await refusal(client.apps_connections_open(app_token=SLACK_BOT_TOKEN)) == "not_allowed_token_type"
    answer = await client.apps_connections_open(app_token=SLACK_APP_TOKEN)
    assert answer["url"].startswith("ws://127.0.0.1:")


async def test_an_unknown_method_says_so(client: AsyncWebClient):
    """unknown_method, with the name of the method."""
    with pytest.raises(SlackApiError) as error:
        await client.api_call("chat.shout")

    assert error.value.response.data == {"ok": False, "error": "unknown_method", "req_method": "chat.shout"}


@pytest.mark.parametrize(
    ("content_type", "body", "code"),
    [
        ("application/json", "{", "invalid_json"),
        ("application/json", "[]", "json_not_object"),
        ("text/plain", "hello", "invalid_post_type"),
    ],
)
async def test_a_malformed_body_is_refused(api_url: str, http, content_type: str, body: str, code: str):
    """Slack answers 200 with the error in the body."""
    headers = {"Authorization": f"Bearer {SLACK_BOT_TOKEN}", "Content-Type": content_type}
    async with http.post(f"{api_url}chat.postMessage", data=body, headers=headers) as answer:
        assert (answer.status, await answer.json()) == (200, {"ok": False, "error": code})


async def test_a_missing_scope_is_named(workspace, client: AsyncWebClient):
    """missing_scope tells what is needed and what was granted."""
    workspace.app.scopes = {"chat:write"}
    with pytest.raises(SlackApiError) as error:
        await client.users_info(user="U0MARA")

    expected = {"ok": False, "error": "missing_scope", "needed": "users:read", "provided": "chat:write"}
    assert error.value.response.data == expected


async def test_a_manifest_narrows_what_the_app_may_do(workspace, client: AsyncWebClient, mara):
    """Scopes, commands and shortcuts that the manifest lacks are refused."""
    workspace.install(
        {
            "features": {"slash_commands": [{"command": "/devrequest"}], "app_home": {"home_tab_enabled": False}},
            "oauth_config": {"scopes": {"bot": ["chat:write"]}},
        }
    )

    assert await refusal(client.reactions_add(channel="C0WEB", timestamp="1.0", name="eyes")) == "missing_scope"
    view = {"type": "home", "blocks": [SECTION]}
    assert await refusal(client.views_publish(user_id="U0MARA", view=view)) == "not_enabled"
    outcome = await mara.command("C0WEB", "/other")
    assert [m.text for m in outcome.messages] == ["`/other` is not a valid command."]


@pytest.mark.parametrize(
    ("channel", "code"),
    [
        ("C0NOWHERE", "channel_not_found"),
        ("#nowhere", "channel_not_found"),
        ("C0HIDDEN", "channel_not_found"),
        ("C0ATTIC", "is_archived"),
        ("C0NEWS", "restricted_action"),
        ("U0OLD", "channel_not_found"),
        ("U0BOT", "cannot_dm_bot"),
    ],
)
async def test_a_channel_that_cannot_be_reached_says_why(client: AsyncWebClient, channel: str, code: str):
    """Each obstacle has its own error."""
    assert await refusal(client.chat_postMessage(channel=channel, text="Hi")) == code


async def test_chat_write_public_opens_public_channels_only(workspace, client: AsyncWebClient):
    """Without the scope, a public channel that the bot is not in is not_in_channel."""
    await client.chat_postMessage(channel="C0LOBBY", text="Hi")
    workspace.app.scopes -= {"chat:write.public"}

    assert await refusal(client.chat_postMessage(channel="C0LOBBY", text="Hi")) == "not_in_channel"
    await client.conversations_join(channel="C0LOBBY")
    await client.chat_postMessage(channel="C0LOBBY", text="Hi again")
    assert [m.text for m in workspace.channels["C0LOBBY"].messages.values()] == ["Hi", "Hi again"]


async def test_a_message_to_a_person_goes_into_the_dm(workspace, client: AsyncWebClient, mara):
    """channel=U… posts into the bot's DM and answers with its D… id, the same as conversations.open gives."""
    answer = await client.chat_postMessage(channel="U0MARA", text="Hello")

    assert answer["channel"] == "D0MARA"
    assert (await client.conversations_open(users="U0MARA"))["channel"]["id"] == "D0MARA"
    assert [m.text for m in mara.messages("D0MARA")] == ["Hello"]
    assert await refusal(client.conversations_open(users="U0OLD")) == "user_disabled"


async def test_text_goes_through_untouched(client: AsyncWebClient, workspace):
    """Neither control sequences nor entities are changed on the way."""
    text = "a &amp; b <!channel> <https://e.example|x> &lt;@U0MARA&gt; \u202e"
    answer = await client.chat_postMessage(channel="C0WEB", text=text)

    assert workspace.channels["C0WEB"].messages[answer["ts"]].text == text
    assert answer["message"]["text"] == text


async def test_a_message_needs_something_to_say(client: AsyncWebClient):
    """Neither text nor blocks nor attachments is no_text; text above 40,000 is cut."""
    assert await refusal(client.api_call("chat.postMessage", json={"channel": "C0WEB"})) == "no_text"
    answer = await client.chat_postMessage(channel="C0WEB", text="x" * 40_001)
    assert len(answer["message"]["text"]) == 40_000


async def test_bad_blocks_come_back_with_pointers(client: AsyncWebClient):
    """invalid_blocks carries one line a defect; JSON that is none is invalid_blocks_format."""
    with pytest.raises(SlackApiError) as error:
        await client.chat_postMessage(channel="C0WEB", text="x", blocks=[{"type": "section"}])

    messages = error.value.response["response_metadata"]["messages"]
    assert error.value.response["error"] == "invalid_blocks"
    assert messages == ["[ERROR] missing required field: text or fields [json-pointer:/blocks/0]"]
    assert await refusal(client.chat_postMessage(channel="C0WEB", text="x", blocks="{")) == "invalid_blocks_format"


async def test_metadata_is_kept_and_returned_on_demand(client: AsyncWebClient):
    """include_all_metadata brings it back from history and replies; its form is checked."""
    metadata = {"event_type": "devrequest_posted", "event_payload": {"request_id": "V1"}}
    ts = (await client.chat_postMessage(channel="C0WEB", text="x", metadata=metadata))["ts"]

    history = await client.conversations_history(channel="C0WEB", include_all_metadata=True)
    assert [m["metadata"] for m in history["messages"]] == [metadata]
    replies = await client.conversations_replies(channel="C0WEB", ts=ts, include_all_metadata=True)
    assert [m["metadata"] for m in replies["messages"]] == [metadata]
    plain = await client.conversations_history(channel="C0WEB")
    assert ["metadata" in m for m in plain["messages"]] == [False]
    wrong = client.chat_postMessage(channel="C0WEB", text="x", metadata={"event_type": "x"})
    assert await refusal(wrong) == "invalid_metadata_format"


async def test_an_update_replaces_the_message(client: AsyncWebClient, workspace):
    """Text without blocks removes the blocks; more than 4,000 characters are refused; only own messages change."""
    ts = (await client.chat_postMessage(channel="C0WEB", text="x", blocks=[SECTION]))["ts"]
    await client.chat_update(channel="C0WEB", ts=ts, text="new")
    message = workspace.channels["C0WEB"].messages[ts]

    assert (message.text, message.blocks, bool(message.edited_ts)) == ("new", [], True)
    assert await refusal(client.chat_update(channel="C0WEB", ts=ts, text="x" * 4001)) == "msg_too_long"
    assert await refusal(client.chat_update(channel="C0WEB", ts="1.000001", text="x")) == "message_not_found"


async def test_only_own_messages_change(client: AsyncWebClient, mara):
    """A person's message can be neither updated nor deleted by the bot."""
    theirs = await mara.post("C0WEB", "mine")

    assert await refusal(client.chat_update(channel="C0WEB", ts=theirs.ts, text="x")) == "cant_update_message"
    assert await refusal(client.chat_delete(channel="C0WEB", ts=theirs.ts)) == "cant_delete_message"


async def test_a_deleted_parent_leaves_a_tombstone(client: AsyncWebClient, mara):
    """A message without replies vanishes, one with replies keeps its thread."""
    alone = (await client.chat_postMessage(channel="C0WEB", text="alone"))["ts"]
    parent = (await client.chat_postMessage(channel="C0WEB", text="parent"))["ts"]
    await client.chat_postMessage(channel="C0WEB", text="reply", thread_ts=parent)
    for ts in (alone, parent):
        await client.chat_delete(channel="C0WEB", ts=ts)

    assert [m.text for m in mara.messages("C0WEB")] == ["This message was deleted."]
    assert [m.text for m in mara.messages("C0WEB", parent)] == ["This message was deleted.", "reply"]


async def test_threads_hang_on_messages_that_exist(client: AsyncWebClient):
    """Replies show up in the thread alone, unless broadcast; a made-up parent is refused."""
    parent = (await client.chat_postMessage(channel="C0WEB", text="parent"))["ts"]
    await client.chat_postMessage(channel="C0WEB", text="quiet", thread_ts=parent)
    await client.chat_postMessage(channel="C0WEB", text="loud", thread_ts=parent, reply_broadcast=True)

    history = await client.conversations_history(channel="C0WEB")
    assert [(m["text"], m.get("reply_count")) for m in history["messages"]] == [("loud", None), ("parent", 2)]
    replies = await client.conversations_replies(channel="C0WEB", ts=parent)
    assert [m["text"] for m in replies["messages"]] == ["parent", "quiet", "loud"]
    bad = client.chat_postMessage(channel="C0WEB", text="x", thread_ts="1.000001")
    assert await refusal(bad) == "cannot_reply_to_message"


async def test_an_ephemeral_message_is_for_one_member(client: AsyncWebClient, mara, workspace):
    """Others do not see it, the API cannot touch it, and somebody outside the channel cannot get it."""
    answer = await client.chat_postEphemeral(channel="C0WEB", user="U0MARA", text="psst")

    assert [m.text for m in mara.messages("C0WEB")] == ["psst"]
    assert workspace.visible_messages("C0WEB", "U0JON") == []
    assert (await client.conversations_history(channel="C0WEB"))["messages"] == []
    gone = client.chat_update(channel="C0WEB", ts=answer["message_ts"], text="x")
    assert await refusal(gone) == "message_not_found"
    outside = client.chat_postEphemeral(channel="C0WEB", user="W0PAT", text="psst")
    assert await refusal(outside) == "user_not_in_channel"


async def test_a_permalink_leads_to_the_message(client: AsyncWebClient, workspace, http):
    """It has Slack's path, and this machine sends it on to the page."""
    ts = (await client.chat_postMessage(channel="C0WEB", text="x"))["ts"]
    link = (await client.chat_getPermalink(channel="C0WEB", message_ts=ts))["permalink"]

    assert link == f"{workspace.base_url}/archives/C0WEB/p{ts.replace('.', '')}"
    async with http.get(link, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, f"/?channel=C0WEB&message={ts}")


async def test_a_scheduled_message_comes_when_its_time_has_come(client: AsyncWebClient, workspace, mara):
    """Not before; never with metadata; not further away than 120 days."""
    soon = int(workspace.clock.timestamp()) + 60
    await client.chat_scheduleMessage(channel="C0WEB", post_at=soon, text="later")
    await client.chat_scheduleMessage(
        channel="C0WEB", post_at=soon, text="never", metadata={"event_type": "x", "event_payload": {}}
    )
    assert mara.messages("C0WEB") == []
    workspace.clock.move(61)

    assert [m.text for m in mara.messages("C0WEB")] == ["later"]
    far = client.chat_scheduleMessage(channel="C0WEB", post_at=soon + 121 * 86400, text="x")
    assert await refusal(far) == "time_too_far"


async def test_lists_come_in_pages(client: AsyncWebClient):
    """conversations.list follows its cursor to the end and shows private channels only where the bot is a member."""
    names, cursor = [], None
    for _ in range(20):
        page = await client.conversations_list(types="public_channel,private_channel", limit=2, cursor=cursor)
        assert len(page["channels"]) <= 2
        names += [channel["name"] for channel in page["channels"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break

    assert names == ["web", "secret", "lobby", "attic", "news", "partner"]
    assert await refusal(client.conversations_list(cursor="nonsense")) == "invalid_cursor"


async def test_a_conversation_describes_itself(client: AsyncWebClient):
    """info tells membership, privacy and archiving; members lists people; an outsider reads no history."""
    info = (await client.conversations_info(channel="C0LOBBY"))["channel"]

    assert (info["name"], info["is_member"], info["is_private"], info["is_archived"]) == ("lobby", False, False, False)
    assert (await client.conversations_info(channel="C0PARTNER"))["channel"]["is_ext_shared"] is True
    assert (await client.conversations_members(channel="C0SECRET"))["members"] == ["U0MARA", "U0BOT"]
    assert await refusal(client.conversations_history(channel="C0LOBBY")) == "not_in_channel"
    assert await refusal(client.conversations_info(channel="C0HIDDEN")) == "channel_not_found"


async def test_people_are_found_as_slack_finds_them(client: AsyncWebClient, workspace):
    """Strangers are in users.info but not in users.list, have no e-mail and are not found by one."""
    everybody = [user["id"] for user in (await client.users_list())["members"]]
    stranger = (await client.users_info(user="W0PAT"))["user"]
    guest = (await client.users_info(user="U0GIL"))["user"]

    assert everybody == ["U0BOT", "U0MARA", "U0JON", "U0GIL", "U0OLD"]
    assert (stranger["is_stranger"], stranger["team_id"], "email" in stranger["profile"]) == (True, "T0PARTNER", False)
    assert (guest["is_restricted"], guest["is_ultra_restricted"]) == (True, False)
    found = await client.users_lookupByEmail(email="Mara@Example.com")
    assert found["user"]["id"] == "U0MARA"
    for email in ("pat@example.com", "old@example.com"):
        assert await refusal(client.users_lookupByEmail(email=email)) == "users_not_found"
    workspace.app.scopes -= {"users:read.email"}
    assert "email" not in (await client.users_info(user="U0MARA"))["user"]["profile"]


async def test_reactions_are_added_once(client: AsyncWebClient, workspace):
    """A second time is already_reacted."""
    ts = (await client.chat_postMessage(channel="C0WEB", text="x"))["ts"]
    await client.reactions_add(channel="C0WEB", timestamp=ts, name="eyes")

    assert workspace.channels["C0WEB"].messages[ts].reactions == {"eyes": ["U0BOT"]}
    assert await refusal(client.reactions_add(channel="C0WEB", timestamp=ts, name="eyes")) == "already_reacted"


async def test_a_file_is_uploaded_in_three_calls(client: AsyncWebClient, recorder, mara):
    """files_upload_v2 gets its upload URL, sends the bytes and completes; the channel then shows the file."""
    await client.files_upload_v2(channel="C0WEB", filename="request.md", content="# Hello", initial_comment="The text")

    calls = [line for line in recorder.lines(["slack"]) if '"method": "POST"' in line]
    assert len(calls) == 3
    message = mara.messages("C0WEB")[0]
    assert (message.text, [(f.name, f.data) for f in message.files]) == ("The text", [("request.md", b"# Hello")])


async def test_a_large_file_goes_up_and_down_whole(client: AsyncWebClient, workspace, http):
    """3 MB are no trouble, and a file shared nowhere stays private to the bot."""
    data = b"x" * 3_000_000
    ticket = await client.files_getUploadURLExternal(filename="big.bin", length=len(data))
    async with http.post(ticket["upload_url"], data=io.BytesIO(data)) as answer:
        assert answer.status == 200
    (file,) = (await client.files_completeUploadExternal(files=[{"id": ticket["file_id"], "title": "Big"}]))["files"]

    assert (file["title"], file["size"], file["channels"]) == ("Big", 3_000_000, [])
    headers = {"Authorization": f"Bearer {SLACK_BOT_TOKEN}"}
    async with http.get(file["url_private_download"], headers=headers) as answer:
        assert await answer.read() == data


async def test_an_upload_has_the_announced_length(client: AsyncWebClient, http):
    """Fewer bytes are refused, and the file cannot be completed then."""
    answer = await client.files_getUploadURLExternal(filename="a.txt", length=5)
    async with http.post(answer["upload_url"], data=b"abc") as refused:
        assert (refused.status, await refused.text()) == (400, "expected 5 bytes, got 3")

    unfinished = client.files_completeUploadExternal(files=[{"id": answer["file_id"], "title": "a"}])
    assert await refusal(unfinished) == "file_not_found"


async def test_a_large_view_can_be_validated_by_the_sdk(client: AsyncWebClient):
    """slack_sdk sends it in the query, where servers often stop reading after 8 KB."""
    section = {"type": "section", "text": {"type": "plain_text", "text": "x" * 3000}}
    view = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": [section] * 10}
    assert (await client.blocks_validate(view=view))["ok"] is True


async def test_a_download_needs_the_token_and_the_scope(client: AsyncWebClient, mara, http, workspace):
    """Without them the answer is 200 with a login page in HTML, not an error."""
    file = mara.upload("plan.pdf", b"%PDF", "application/pdf")
    url = (await client.files_info(file=file.id))["file"]["url_private_download"]
    good = {"Authorization": f"Bearer {SLACK_BOT_TOKEN}"}

    async with http.get(url, headers=good) as answer:
        assert (answer.content_type, await answer.read()) == ("application/pdf", b"%PDF")
    async with http.get(url) as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")
    workspace.app.scopes -= {"files:read"}
    async with http.get(url, headers=good) as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")


async def test_blocks_validate_needs_no_token(client: AsyncWebClient, api_url: str, http):
    """It lists errors with pointers; a good view passes."""
    view = {"type": "modal", "title": {"type": "plain_text", "text": "x" * 25}, "blocks": [SECTION]}
    async with http.post(f"{api_url}blocks.validate", json={"view": view}) as answer:
        body = await answer.json()

    message = "must be less than 25 characters"
    assert body["errors"] == [{"pointer": "/title/text", "code": "failed_constraint", "message": message}]
    assert (await client.blocks_validate(blocks=[SECTION]))["ok"] is True


async def test_faults_hit_the_method_they_name(client: AsyncWebClient, faults):
    """429 with Retry-After, 500 and HTML come as often as ordered, only for that method."""
    faults.add(Fault("slack", "429", "chat.postMessage", times=1, seconds=7))
    with pytest.raises(SlackApiError) as error:
        await client.chat_postMessage(channel="C0WEB", text="x")

    assert (error.value.response.status_code, error.value.response.headers["Retry-After"]) == (429, "7")
    assert error.value.response["error"] == "ratelimited"
    faults.add(Fault("slack", "garbage", "auth.test", times=1))
    await client.chat_postMessage(channel="C0WEB", text="x")
    with pytest.raises(SlackApiError):
        await client.auth_test()
    assert (await client.auth_test())["ok"] is True


async def test_a_connection_dropped_afterwards_leaves_the_message_behind(client: AsyncWebClient, faults, mara):
    """drop_after acts and says nothing; drop_before does nothing."""
    for kind in ("drop_after", "drop_before"):
        faults.add(Fault("slack", kind, "chat.postMessage", times=1))
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await client.chat_postMessage(channel="C0WEB", text=kind)

    assert [m.text for m in mara.messages("C0WEB")] == ["drop_after"]


async def test_the_smaller_methods_answer(client: AsyncWebClient, workspace, mara):
    """team.info, bots.info, users.conversations, reactions.get and remove, deleteScheduledMessage, api.test."""
    ts = (await client.chat_postMessage(channel="C0WEB", text="x"))["ts"]
    await client.reactions_add(channel="C0WEB", timestamp=ts, name="eyes")
    (seen,) = (await client.reactions_get(channel="C0WEB", timestamp=ts))["message"]["reactions"]
    await client.reactions_remove(channel="C0WEB", timestamp=ts, name="eyes")
    soon = int(workspace.clock.timestamp()) + 60
    planned = await client.chat_scheduleMessage(channel="C0WEB", post_at=soon, text="later")
    await client.chat_deleteScheduledMessage(channel="C0WEB", scheduled_message_id=planned["scheduled_message_id"])
    workspace.clock.move(61)
    mine = await client.users_conversations(user="U0JON", types="public_channel")

    assert (await client.team_info())["team"]["name"] == "Example Goods"
    assert (await client.bots_info(bot="B0SANDBOX"))["bot"]["user_id"] == "U0BOT"
    assert (await client.api_test(foo="bar"))["args"] == {"foo": "bar"}
    assert seen == {"name": "eyes", "users": ["U0BOT"], "count": 1}
    assert [channel["name"] for channel in mine["channels"]] == ["web", "news"]
    assert [m.text for m in mara.messages("C0WEB")] == ["x"]
