"""Messages that live longer than a moment: changed, deleted, answered in threads, pressed; and what the bot hears."""

import json
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack.people import ClientRefusedError, Person
from tests.contract.sandbox_slack.block_builders import actions, button, options, plain, section
from tests.contract.sandbox_slack.refusals import refusal

METADATA = {"event_type": "alert", "event_payload": {"key": "web/1"}}
MESSAGES = {"message.channels"}


def heard(http_bot: Any) -> list[dict[str, Any]]:
    """The events that a bare bot got, oldest first."""
    return [json.loads(body)["event"] for headers, body in http_bot.requests if "json" in headers["content-type"]]


async def test_an_update_keeps_what_it_does_not_name(client: AsyncWebClient, workspace):
    """Metadata stays until an empty object removes it; attachments alone leave text and blocks."""
    ts = (await client.chat_postMessage(channel="C0WEB", text="x", blocks=[section()], metadata=METADATA))["ts"]
    message = workspace.channels["C0WEB"].messages[ts]
    await client.chat_update(channel="C0WEB", ts=ts, text="y", blocks=[section(), section()])
    assert (message.text, len(message.blocks), message.metadata) == ("y", 2, METADATA)
    await client.chat_update(channel="C0WEB", ts=ts, attachments=[{"text": "more", "fallback": "more"}])
    assert (message.text, len(message.blocks)) == ("y", 2)
    await client.chat_update(channel="C0WEB", ts=ts, text="z", metadata={})
    assert (message.text, message.blocks, message.metadata) == ("z", [], None)


async def test_an_update_meets_the_settings_of_the_workspace(client: AsyncWebClient, workspace):
    """Too late, in an archived channel, or by a name instead of an id: refused, each with its own word."""
    ts = (await client.chat_postMessage(channel="C0WEB", text="x"))["ts"]
    assert await refusal(client.chat_update(channel="#web", ts=ts, text="y")) == "channel_not_found"
    assert await refusal(client.chat_update(channel="U0MARA", ts=ts, text="y")) == "channel_not_found"
    workspace.edit_window = 60.0
    workspace.clock.move(61)
    assert await refusal(client.chat_update(channel="C0WEB", ts=ts, text="y")) == "edit_window_closed"
    workspace.edit_window = None
    workspace.channels["C0WEB"].is_archived = True
    assert await refusal(client.chat_update(channel="C0WEB", ts=ts, text="y")) == "is_inactive"


async def test_admins_delete_what_the_bot_said(client: AsyncWebClient, mara: Person, workspace):
    """A member may not; an admin may, and then the message cannot be updated any more."""
    ts = (await client.chat_postMessage(channel="C0WEB", text="alert"))["ts"]
    with pytest.raises(ClientRefusedError, match="no message of theirs"):
        await mara.delete("C0WEB", ts)
    await Person(workspace, "U0JON").delete("C0WEB", ts)

    assert mara.messages("C0WEB") == []
    assert await refusal(client.chat_update(channel="C0WEB", ts=ts, text="x")) == "message_not_found"
    assert await refusal(client.chat_getPermalink(channel="C0WEB", message_ts=ts)) == "message_not_found"
    assert await refusal(client.chat_postMessage(channel="C0WEB", text="x", thread_ts=ts)) == "cannot_reply_to_message"


async def test_a_tombstone_cannot_be_updated(client: AsyncWebClient, workspace):
    """A deleted message with replies stays as a tombstone that belongs to nobody."""
    ts = (await client.chat_postMessage(channel="C0WEB", text="alert", blocks=[section()], metadata=METADATA))["ts"]
    await client.chat_postMessage(channel="C0WEB", text="reply", thread_ts=ts)
    await Person(workspace, "U0JON").delete("C0WEB", ts)
    (tombstone,) = (await client.conversations_history(channel="C0WEB", include_all_metadata=True))["messages"]

    assert (tombstone["subtype"], tombstone["user"], tombstone["hidden"]) == ("tombstone", "USLACKBOT", True)
    assert {"blocks", "metadata", "bot_id"} & set(tombstone) == set()
    assert await refusal(client.chat_update(channel="C0WEB", ts=ts, text="x")) == "cant_update_message"


async def test_the_bot_hears_of_changes_and_deletions(http_bot: Any, client: AsyncWebClient, mara: Person, workspace):
    """Also of its own messages: posted, changed, deleted; a parent with replies is changed to a tombstone."""
    workspace.app.events = MESSAGES
    ts = (await client.chat_postMessage(channel="C0WEB", text="alert"))["ts"]
    await client.chat_update(channel="C0WEB", ts=ts, text="ready")
    await Person(workspace, "U0JON").delete("C0WEB", ts)
    parent = await mara.post("C0WEB", "question")
    await client.chat_postMessage(channel="C0WEB", text="answer", thread_ts=parent.ts)
    await mara.delete("C0WEB", parent.ts)
    await workspace.delivery.settle()
    by_kind = {(event.get("subtype"), event.get("thread_ts")): event for event in heard(http_bot)}

    assert [event.get("subtype") for event in heard(http_bot)].count("message_changed") == 2
    gone = by_kind["message_deleted", None]
    assert (gone["deleted_ts"], gone["previous_message"]["text"], gone["channel"]) == (ts, "ready", "C0WEB")
    assert gone["previous_message"]["bot_id"] == "B0SANDBOX"
    assert by_kind[None, parent.ts]["text"] == "answer"


async def test_bolt_passes_over_what_it_said_itself(bot: AsyncApp, client: AsyncWebClient, mara: Person, connect):
    """The unchanged library ignores the bot's own messages, even when an admin deletes one; people it hears."""
    workspace = mara.workspace
    workspace.app.events = MESSAGES
    told: list[str] = []

    @bot.event("message")
    async def message(event):
        told.append(event.get("subtype") or event["text"])

    async with connect(bot):
        ts = (await client.chat_postMessage(channel="C0WEB", text="alert"))["ts"]
        await workspace.delivery.settle()
        theirs = await mara.post("C0WEB", "hello")
        await workspace.delivery.settle()
        await Person(workspace, "U0JON").delete("C0WEB", ts)
        await workspace.delivery.settle()
        await mara.delete("C0WEB", theirs.ts)
        await workspace.delivery.settle()

    assert told == ["hello", "message_deleted"]
    assert [one.answer.acknowledged for one in workspace.delivery.log] == [True] * 4


async def test_a_broadcast_reply_names_its_thread(client: AsyncWebClient, mara: Person):
    """It stands in the channel with the message it answers; broadcasting outside a thread means nothing."""
    parent = (await client.chat_postMessage(channel="C0WEB", text="sync"))["ts"]
    await client.chat_postMessage(channel="C0WEB", text="summary", thread_ts=parent, reply_broadcast=True)
    await mara.post("C0WEB", "agreed", thread_ts=parent, reply_broadcast=True)
    await client.chat_postMessage(channel="C0WEB", text="alone", reply_broadcast=True)
    history = (await client.conversations_history(channel="C0WEB"))["messages"]
    shown = [(m["text"], m.get("subtype"), m.get("root", {}).get("text")) for m in reversed(history)]

    assert shown == [
        ("sync", None, None),
        ("summary", "thread_broadcast", "sync"),
        ("agreed", "thread_broadcast", None),
        ("alone", None, None),
    ]
    assert [m.text for m in mara.messages("C0WEB")] == ["sync", "summary", "agreed", "alone"]


async def test_an_overflow_menu_reports_the_option(client: AsyncWebClient, mara: Person, http_bot: Any):
    """Container, channel, message and a response_url are there; an option that is not offered is refused."""
    menu = {"type": "overflow", "action_id": "more", "options": options(3)}
    ts = (await client.chat_postMessage(channel="C0WEB", text="x", blocks=[section(accessory=menu)]))["ts"]
    message = mara.messages("C0WEB")[0]
    await mara.act("more", "1", where=message)
    (payload,) = http_bot.payloads

    assert payload["container"] == {
        "type": "message", "message_ts": ts, "channel_id": "C0WEB", "is_ephemeral": False,
    }  # fmt: skip
    (action,) = payload["actions"]
    assert (action["type"], action["selected_option"]["value"]) == ("overflow", "1")
    assert payload["message"]["ts"] == ts
    assert payload["response_url"].startswith(mara.workspace.base_url)
    with pytest.raises(ClientRefusedError, match="not offered"):
        await mara.act("more", "9", where=message)


async def test_choices_in_messages_arrive_with_the_state(client: AsyncWebClient, mara: Person, http_bot: Any):
    """Date, person and option chosen in a message; what was chosen before is in the state of the next payload."""
    elements = [
        {"type": "datepicker", "action_id": "due"},
        {"type": "users_select", "action_id": "owner"},
        {"type": "static_select", "action_id": "state", "options": options(2)},
    ]
    await client.chat_postMessage(channel="C0WEB", text="x", blocks=[actions(*elements) | {"block_id": "row"}])
    message = mara.messages("C0WEB")[0]
    await mara.act("due", "2027-03-01", where=message)
    await mara.act("owner", "U0JON", where=message)
    await mara.act("state", "1", where=message)
    chosen = http_bot.payloads[-1]["state"]["values"]["row"]

    assert chosen["due"] == {"type": "datepicker", "selected_date": "2027-03-01"}
    assert chosen["owner"] == {"type": "users_select", "selected_user": "U0JON"}
    assert chosen["state"]["selected_option"]["value"] == "1"
    with pytest.raises(ClientRefusedError, match="nobody who can be chosen"):
        await mara.act("owner", "U0OLD", where=message)


async def test_members_tell_guests_and_strangers_apart(client: AsyncWebClient):
    """Who is in a channel, page by page, and what kind of member each is."""
    first = await client.conversations_members(channel="C0WEB", limit=3)
    rest = await client.conversations_members(channel="C0WEB", cursor=first["response_metadata"]["next_cursor"])
    members = [*first["members"], *rest["members"]]
    people = [(await client.users_info(user=user))["user"] for user in members]

    assert [(p["name"], p["is_restricted"], p["is_bot"]) for p in people] == [
        ("mara", False, False),
        ("jon", False, False),
        ("gil", True, False),
        ("devrequest", False, True),
    ]
    strangers = (await client.conversations_members(channel="C0PARTNER"))["members"]
    assert [(await client.users_info(user=user))["user"]["is_stranger"] for user in strangers] == [False, True, False]
    assert await refusal(client.conversations_members(channel="C0HIDDEN")) == "channel_not_found"


async def test_a_button_opens_a_form_from_a_message(bot: AsyncApp, mara: Person, client: AsyncWebClient, connect):
    """Alert, press, form, answer, alert edited in place: with an unchanged Bolt app, over either way."""

    @bot.action("fill")
    async def fill(ack, body, client):
        await ack()
        asked = {"type": "plain_text_input", "action_id": "text", "multiline": True}
        block = {"type": "input", "block_id": "criteria", "label": plain("Criteria"), "element": asked}
        place = f"{body['channel']['id']} {body['message']['ts']}"
        view = {"type": "modal", "callback_id": "gaps", "title": plain("Fill in"), "submit": plain("Save")}
        await client.views_open(
            trigger_id=body["trigger_id"], view=view | {"blocks": [block], "private_metadata": place}
        )

    @bot.view("gaps")
    async def gaps(ack, view, client):
        await ack()
        channel, ts = view["private_metadata"].split()
        await client.chat_update(channel=channel, ts=ts, text="Ready", blocks=[section(text=plain("Ready"))])

    async with connect(bot):
        await client.chat_postMessage(channel="C0WEB", text="x", blocks=[actions(button(action_id="fill"))])
        await mara.act("fill", where=mara.messages("C0WEB")[0])
        await mara.fill({"criteria": "The price is shown within 200 ms"})
        outcome = await mara.submit()

    assert (outcome.acknowledged, mara.modal) == (True, None)
    assert [m.text for m in mara.messages("C0WEB")] == ["Ready"]
