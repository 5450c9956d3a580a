"""The users' hands: what Slack's client lets people do with views and messages, and what the bot gets of it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import SLACK_BOT_TOKEN
from sandbox.slack.model import View
from sandbox.slack.people import TROUBLE, ClientRefusedError, Person
from tests.contract.sandbox_slack.refusals import refusal

Json = dict[str, Any]
Open = Callable[..., Awaitable[View]]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def options(*values: str) -> list[Json]:
    return [{"text": plain(value.upper()), "value": value} for value in values]


def field(block_id: str, element: Json, **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(block_id),
        "element": {"action_id": "v"} | element,
    } | more


def modal(*blocks: Json, **more: Any) -> Json:
    frame = {"type": "modal", "callback_id": "form", "title": plain("Form"), "submit": plain("Send")}
    return frame | {"blocks": list(blocks) or [field("name", {"type": "plain_text_input"})]} | more


def button(action_id: str, **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(action_id)} | more


def actions(*elements: Json) -> Json:
    return {"type": "actions", "block_id": "actions", "elements": list(elements)}


@pytest.fixture
def open_modal(mara: Person, http_bot: Any, client: AsyncWebClient) -> Open:
    async def opened(view: Json) -> View:
        await mara.shortcut("new")
        await client.views_open(trigger_id=http_bot.payloads[-1]["trigger_id"], view=view)
        assert mara.modal is not None
        return mara.modal

    return opened


async def test_a_global_shortcut_has_no_channel(mara: Person, http_bot: Any):
    """Its payload is complete: no channel, no response_url."""
    await mara.shortcut("new")
    payload = http_bot.payloads[0]

    assert sorted(payload) == [
        "action_ts", "api_app_id", "callback_id", "enterprise", "is_enterprise_install", "team", "token", "trigger_id",
        "type", "user",
    ]  # fmt: skip
    assert payload["user"] == {"id": "U0MARA", "username": "mara", "name": "mara", "team_id": "T0SANDBOX"}
    assert (payload["type"], payload["callback_id"], payload["enterprise"]) == ("shortcut", "new", None)


async def test_a_message_shortcut_carries_the_message(mara: Person, http_bot: Any):
    """It arrives as message_action, with channel, message and response_url."""
    message = await mara.post("C0WEB", "Please see https://e.example @jon")
    await mara.message_shortcut("turn", "C0WEB", message.ts)
    payload = http_bot.payloads[0]

    assert (payload["type"], payload["callback_id"], payload["message_ts"]) == ("message_action", "turn", message.ts)
    assert payload["channel"] == {"id": "C0WEB", "name": "web"}
    assert payload["message"]["text"] == "Please see <https://e.example> <@U0JON>"
    assert [e["type"] for e in payload["message"]["blocks"][0]["elements"][0]["elements"]] == [
        "text",
        "link",
        "text",
        "user",
    ]
    assert payload["response_url"].startswith(mara.workspace.base_url)


async def test_a_trigger_dies_after_three_seconds_and_works_once(mara: Person, http_bot: Any, client: AsyncWebClient):
    """Used, old and unknown triggers have three different errors; a refused view does not use one up."""
    await mara.shortcut("new")
    trigger = http_bot.payloads[-1]["trigger_id"]
    assert (
        await refusal(client.views_open(trigger_id=trigger, view=modal(title=plain("x" * 25)))) == "invalid_arguments"
    )
    await client.views_open(trigger_id=trigger, view=modal())
    assert await refusal(client.views_open(trigger_id=trigger, view=modal())) == "exchanged_trigger_id"
    await mara.shortcut("new")
    mara.workspace.clock.move(3.1)
    late = client.views_open(trigger_id=http_bot.payloads[-1]["trigger_id"], view=modal())

    assert await refusal(late) == "expired_trigger_id"
    assert await refusal(client.views_open(trigger_id="1.2.3", view=modal())) == "invalid_trigger_id"


async def test_views_open_answers_with_the_whole_view(mara: Person, http_bot: Any, client: AsyncWebClient):
    """Id, hash, root and previous view, state, bot and app ids; missing block ids are filled in."""
    await mara.shortcut("new")
    block = {"type": "section", "text": plain("x")}
    view = modal(block, private_metadata="{}", notify_on_close=True)
    answer = (await client.views_open(trigger_id=http_bot.payloads[-1]["trigger_id"], view=view))["view"]

    assert (answer["root_view_id"], answer["previous_view_id"]) == (answer["id"], None)
    assert (answer["callback_id"], answer["private_metadata"], answer["notify_on_close"]) == ("form", "{}", True)
    assert (answer["bot_id"], answer["app_id"], answer["app_installed_team_id"]) == (
        "B0SANDBOX",
        "A0SANDBOX",
        "T0SANDBOX",
    )
    assert answer["state"] == {"values": {}}
    assert len(answer["blocks"][0]["block_id"]) == 5
    assert answer["blocks"][0]["text"] == {"type": "plain_text", "text": "x", "emoji": True}


async def test_a_stale_hash_is_a_conflict(open_modal: Open, client: AsyncWebClient):
    """Only the latest hash updates; without one anything does; a closed view is not found."""
    view = await open_modal(modal())
    first = view.hash
    await client.views_update(view_id=view.id, hash=first, view=modal())

    assert await refusal(client.views_update(view_id=view.id, hash=first, view=modal())) == "hash_conflict"
    await client.views_update(view_id=view.id, view=modal(external_id="x"))
    await client.views_update(external_id="x", view=modal())
    assert await refusal(client.views_update(view_id="V0NONE", view=modal())) == "not_found"
    assert (
        await refusal(client.views_update(view_id=view.id, view={"type": "home", "blocks": []})) == "invalid_arguments"
    )


async def test_a_stack_holds_three_views(open_modal: Open, client: AsyncWebClient, mara: Person, http_bot: Any):
    """Two pushes on top of the first, then push_limit_reached; each knows its root and the one below."""
    root = await open_modal(modal(actions(button("more"))))
    ids = [root.id]
    for _ in range(2):
        await mara.act("more")
        pushed = await client.views_push(
            trigger_id=http_bot.payloads[-1]["trigger_id"], view=modal(actions(button("more")))
        )
        assert (pushed["view"]["root_view_id"], pushed["view"]["previous_view_id"]) == (root.id, ids[-1])
        ids.append(pushed["view"]["id"])
    await mara.act("more")
    again = client.views_push(trigger_id=http_bot.payloads[-1]["trigger_id"], view=modal())

    assert await refusal(again) == "push_limit_reached"


async def test_typed_values_survive_only_under_the_same_ids(open_modal: Open, client: AsyncWebClient, mara: Person):
    """block_id and action_id both unchanged keep what was typed; otherwise the initial value comes."""
    text = {"type": "plain_text_input"}
    view = await open_modal(modal(field("a", text), field("b", text), field("c", text)))
    await mara.fill({"a": "one", "b": "two", "c": "three"})
    await client.views_update(
        view_id=view.id,
        view=modal(
            field("a", {"type": "plain_text_input", "initial_value": "ignored"}),
            field("b", {"type": "plain_text_input", "action_id": "w", "initial_value": "fresh"}),
            field("d", text),
        ),
    )

    assert {block: [v["value"] for v in values.values()] for block, values in view.values.items()} == {
        "a": ["one"],
        "b": ["fresh"],
        "d": [None],
    }


ELEMENTS: dict[str, tuple[Json, Any, Json]] = {
    "plain_text_input": ({}, "Hi", {"value": "Hi"}),
    "email_text_input": ({}, "a@b.example", {"value": "a@b.example"}),
    "url_text_input": ({}, "https://e.example", {"value": "https://e.example"}),
    "number_input": ({"is_decimal_allowed": False}, 12, {"value": "12"}),
    "datepicker": ({}, "2027-03-01", {"selected_date": "2027-03-01"}),
    "timepicker": ({"timezone": "Europe/Berlin"}, "09:30", {"selected_time": "09:30", "timezone": "Europe/Berlin"}),
    "datetimepicker": ({}, 1798761600, {"selected_date_time": 1798761600}),
    "users_select": ({}, "U0JON", {"selected_user": "U0JON"}),
    "channels_select": ({}, "C0WEB", {"selected_channel": "C0WEB"}),
    "conversations_select": ({}, "C0SECRET", {"selected_conversation": "C0SECRET"}),
    "multi_users_select": ({}, ["U0JON", "U0MARA"], {"selected_users": ["U0JON", "U0MARA"]}),
    "multi_channels_select": ({}, ["C0WEB"], {"selected_channels": ["C0WEB"]}),
    "multi_conversations_select": ({}, ["C0WEB"], {"selected_conversations": ["C0WEB"]}),
}


@pytest.mark.parametrize(("kind", "case"), ELEMENTS.items(), ids=ELEMENTS)
async def test_each_element_keeps_its_value_in_its_own_shape(open_modal: Open, mara: Person, kind: str, case: Any):
    """view.state.values has Slack's key for each type; emptied, it is null or an empty list."""
    properties, value, expected = case
    view = await open_modal(modal(field("a", {"type": kind, **properties}, optional=True)))
    await mara.fill({"a": value})
    assert view.values["a"]["v"] == {"type": kind, **expected}

    await mara.fill({"a": None})
    key = next(iter(expected))
    assert view.values["a"]["v"][key] == ([] if isinstance(value, list) else None)


async def test_options_are_chosen_by_value(open_modal: Open, mara: Person):
    """Selects, radio buttons and checkboxes keep whole options; what is not offered cannot be chosen."""
    view = await open_modal(
        modal(
            field("one", {"type": "static_select", "options": options("a", "b")}),
            field("many", {"type": "multi_static_select", "options": options("a", "b"), "max_selected_items": 1}),
            field("boxes", {"type": "checkboxes", "options": options("a", "b"), "initial_options": options("a")}),
            field("radio", {"type": "radio_buttons", "options": options("a", "b")}),
        )
    )
    assert [o["value"] for o in view.values["boxes"]["v"]["selected_options"]] == ["a"]
    await mara.fill({"one": "b", "many": ["a"], "boxes": ["b", "a"], "radio": "a"})

    assert view.values["one"]["v"]["selected_option"]["text"]["text"] == "B"
    assert [o["value"] for o in view.values["boxes"]["v"]["selected_options"]] == ["b", "a"]
    with pytest.raises(ClientRefusedError, match="'z' is not offered"):
        await mara.fill({"one": "z"})
    with pytest.raises(ClientRefusedError, match="at most 1"):
        await mara.fill({"many": ["a", "b"]})
    with pytest.raises(ClientRefusedError, match="no input 'other'"):
        await mara.fill({"other": "x"})


@pytest.mark.parametrize(
    ("element", "value", "words"),
    [
        ({"type": "plain_text_input"}, None, "Please complete this required field."),
        ({"type": "plain_text_input"}, "x" * 3001, "Must be 3000 characters or fewer."),
        ({"type": "plain_text_input", "max_length": 3}, "four", "Must be 3 characters or fewer."),
        ({"type": "plain_text_input", "min_length": 3}, "ab", "Must be at least 3 characters."),
        ({"type": "email_text_input"}, "nobody", "Please enter a valid email address."),
        ({"type": "url_text_input"}, "e.example", "Please enter a valid URL."),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "Please enter a whole number."),
        ({"type": "number_input", "is_decimal_allowed": True}, "one", "Please enter a valid number."),
        ({"type": "number_input", "is_decimal_allowed": True, "min_value": "2"}, "1", "Must be at least 2."),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "2"}, "3", "Must be at most 2."),
        ({"type": "checkboxes", "options": options("a")}, [], "Please complete this required field."),
    ],
)
async def test_the_client_checks_a_form_before_it_is_sent(
    open_modal: Open, mara: Person, http_bot: Any, element: Json, value: Any, words: str
):
    """The bot gets nothing; the person sees why at the field."""
    view = await open_modal(modal(field("a", element)))
    await mara.fill({"a": value})
    sent = len(http_bot.requests)
    outcome = await mara.submit()

    assert (outcome.errors, view.errors, outcome.payload) == ({"a": words}, {"a": words}, None)
    assert len(http_bot.requests) == sent


async def test_a_submission_is_complete(open_modal: Open, mara: Person, http_bot: Any):
    """View with state, hash and ids; response_urls for the channel that asked for one; an empty answer closes."""
    channel = {"type": "conversations_select", "response_url_enabled": True}
    view = await open_modal(modal(field("name", {"type": "plain_text_input"}), field("where", channel)))
    await mara.fill({"name": "<Page> & more", "where": "C0HIDDEN"})
    outcome = await mara.submit()
    payload = http_bot.payloads[-1]

    assert payload["type"] == "view_submission"
    assert payload["view"]["state"]["values"]["name"] == {"v": {"type": "plain_text_input", "value": "<Page> & more"}}
    assert (payload["view"]["id"], payload["view"]["hash"], payload["view"]["bot_id"]) == (
        view.id,
        view.hash,
        "B0SANDBOX",
    )
    (url,) = payload["response_urls"]
    assert (url["block_id"], url["action_id"], url["channel_id"]) == ("where", "v", "C0HIDDEN")
    assert (outcome.acknowledged, mara.modal) == (True, None)


async def test_a_double_click_sends_the_same_payload_twice(open_modal: Open, mara: Person, http_bot: Any):
    """So does a later re-delivery; the screen changes once."""
    await open_modal(modal())
    await mara.fill({"name": "x"})
    outcome = await mara.submit(times=2)
    await mara.send_again(outcome)
    first, second, third = http_bot.payloads[-3:]

    assert first == second == third
    assert (first["type"], mara.modal) == ("view_submission", None)


@pytest.mark.parametrize(
    ("answer", "notice", "errors", "titles"),
    [
        ({"response_action": "errors", "errors": {"name": "No"}}, None, {"name": "No"}, ["Form"]),
        ({"response_action": "errors", "errors": {"note": "No"}}, TROUBLE, {}, ["Form"]),
        ({"response_action": "errors", "errors": {}}, TROUBLE, {}, ["Form"]),
        ({"response_action": "errors", "errors": {"name": ""}}, TROUBLE, {}, ["Form"]),
        ({"response_action": "update", "view": modal(title=plain("New"))}, None, {}, ["New"]),
        ({"response_action": "update", "view": modal(title=plain("x" * 25))}, TROUBLE, {}, ["Form"]),
        ({"response_action": "push", "view": modal(title=plain("Top"))}, None, {}, ["Form", "Top"]),
        ({"response_action": "clear"}, None, {}, []),
        ({"response_action": "dance"}, TROUBLE, {}, ["Form"]),
        ({"text": "hello"}, TROUBLE, {}, ["Form"]),
        ({}, None, {}, []),
    ],
    ids=["errors", "errors at no input", "no errors", "empty error", "update", "bad update", "push", "clear", "unknown",
         "text", "empty"],
)  # fmt: skip
async def test_the_answer_to_a_submission_is_carried_out(
    open_modal: Open, mara: Person, http_bot: Any, answer: Json, notice: str | None, errors: Json, titles: list[str]
):
    """errors, update, push, clear and close work; what Slack would not take shows the general notice."""
    note = {"type": "section", "block_id": "note", "text": plain("x")}
    await open_modal(modal(field("name", {"type": "plain_text_input"}), note))
    await mara.fill({"name": "x"})
    http_bot.answers = [web.json_response(answer)]
    outcome = await mara.submit()

    assert (outcome.notice, outcome.errors) == (notice, errors)
    stack = mara.workspace.windows.stacks.get("U0MARA", [])
    assert [view.content["title"]["text"] for view in stack] == titles
    assert len(mara.workspace.complaints) == (1 if notice else 0)


async def test_a_submission_that_fails_leaves_the_form_open(open_modal: Open, mara: Person, http_bot: Any):
    """The person can press Submit again, and nothing typed is gone."""
    view = await open_modal(modal())
    await mara.fill({"name": "precious"})
    http_bot.answers = [web.Response(status=500)]
    outcome = await mara.submit()

    assert (outcome.acknowledged, outcome.notice, view.notice) == (False, TROUBLE, TROUBLE)
    assert view.values["name"]["v"]["value"] == "precious"
    assert (await mara.submit()).acknowledged is True


@pytest.mark.parametrize("cleared", [False, True])
async def test_closing_tells_the_bot_only_if_it_wants_to_know(
    open_modal: Open, mara: Person, http_bot: Any, *, cleared: bool
):
    """view_closed has is_cleared and no input; without notify_on_close nothing is sent."""
    view = await open_modal(modal(notify_on_close=True))
    await mara.fill({"name": "x"})
    await (mara.dismiss() if cleared else mara.cancel())
    payload = http_bot.payloads[-1]

    assert (payload["type"], payload["is_cleared"], payload["view"]["id"]) == ("view_closed", cleared, view.id)
    assert (payload["view"]["state"], mara.modal) == ({"values": {}}, None)
    await open_modal(modal())
    sent = len(http_bot.requests)
    await mara.cancel()
    assert len(http_bot.requests) == sent


async def test_a_button_in_a_message(mara: Person, http_bot: Any, client: AsyncWebClient, http):
    """block_actions has container, channel, message, state and a response_url that replaces the message."""
    blocks = [actions(button("go", value="42"), {"type": "static_select", "action_id": "s", "options": options("a")})]
    await client.chat_postMessage(channel="C0WEB", text="Choose", blocks=blocks)
    message = mara.messages("C0WEB")[0]
    await mara.act("s", "a", where=message)
    await mara.act("go", where=message)
    payload = http_bot.payloads[-1]

    assert payload["container"] == {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": "C0WEB",
        "is_ephemeral": False,
    }
    (action,) = payload["actions"]
    assert (action["action_id"], action["block_id"], action["value"], action["type"]) == (
        "go",
        "actions",
        "42",
        "button",
    )
    assert payload["state"]["values"]["actions"]["s"]["selected_option"]["value"] == "a"
    assert (payload["channel"], payload["message"]["text"]) == ({"id": "C0WEB", "name": "web"}, "Choose")
    async with http.post(payload["response_url"], json={"text": "Done", "replace_original": True}) as answer:
        assert await answer.text() == "ok"
    assert [(m.text, m.blocks) for m in mara.messages("C0WEB")] == [("Done", [])]


async def test_a_response_url_works_five_times_in_thirty_minutes(mara: Person, http_bot: Any, http):
    """Even where the bot is no member; the sixth use and a late one are refused."""
    first = (await mara.command("C0HIDDEN", "/devrequest")).payload
    second = (await mara.command("C0HIDDEN", "/devrequest")).payload
    assert first is not None
    assert second is not None
    statuses = []
    for number in range(6):
        async with http.post(first["response_url"], json={"text": str(number)}) as answer:
            statuses.append(answer.status)
    mara.workspace.clock.move(1801)
    async with http.post(second["response_url"], json={"text": "late"}) as answer:
        assert (answer.status, (await answer.json())["error"]) == (404, "expired_url")

    assert statuses == [200, 200, 200, 200, 200, 404]
    assert [m.text for m in mara.messages("C0HIDDEN")] == ["0", "1", "2", "3", "4"]


async def test_an_action_in_a_modal_carries_view_and_hash(open_modal: Open, mara: Person, http_bot: Any):
    """There is no response_url and no channel; dispatch_action speaks up when an input changes."""
    chosen = field("kind", {"type": "static_select", "options": options("a", "b")}, dispatch_action=True)
    view = await open_modal(modal(chosen, field("name", {"type": "plain_text_input"})))
    outcomes = await mara.fill({"name": "x", "kind": "b"})
    payload = http_bot.payloads[-1]

    assert len(outcomes) == 1
    assert payload["container"] == {"type": "view", "view_id": view.id}
    assert (payload["view"]["hash"], "response_url" in payload, "channel" in payload) == (view.hash, False, False)
    assert payload["actions"][0]["selected_option"]["value"] == "b"
    assert payload["view"]["state"]["values"]["name"]["v"]["value"] == "x"
    with pytest.raises(ClientRefusedError, match="without dispatch_action"):
        await mara.act("v", "x", block_id="name")


async def test_an_external_select_asks_the_bot(open_modal: Open, mara: Person, http_bot: Any):
    """block_suggestion carries what was typed; only what was offered can be chosen; short queries ask nothing."""
    view = await open_modal(modal(field("who", {"type": "external_select", "min_query_length": 2})))
    http_bot.answers = [web.json_response({"options": options("ada", "adam")})]
    found = await mara.suggest("v", "ad")
    payload = http_bot.payloads[-1]

    assert [option["value"] for option in found] == ["ada", "adam"]
    assert (payload["type"], payload["block_id"], payload["action_id"], payload["value"]) == (
        "block_suggestion",
        "who",
        "v",
        "ad",
    )
    assert await mara.suggest("v", "a") == []
    await mara.fill({"who": "adam"})
    assert view.values["who"]["v"]["selected_option"]["value"] == "adam"
    http_bot.answers = [web.json_response({"options": [{"text": "wrong"}]})]
    assert await mara.suggest("v", "adx") == []
    assert mara.workspace.complaints[0].startswith("answer to block_suggestion: invalid_arguments")


async def test_a_select_can_start_at_the_current_conversation(mara: Person, http_bot: Any, client: AsyncWebClient):
    """default_to_current_conversation is filled in where there is one, and stays empty for a global shortcut."""
    field_ = field("where", {"type": "conversations_select", "default_to_current_conversation": True}, optional=True)
    outcome = await mara.command("C0SECRET", "/devrequest")
    assert outcome.payload is not None
    await client.views_open(trigger_id=outcome.payload["trigger_id"], view=modal(field_))
    assert mara.modal is not None
    assert mara.modal.values["where"]["v"]["selected_conversation"] == "C0SECRET"

    await mara.shortcut("new")
    await client.views_open(trigger_id=http_bot.payloads[-1]["trigger_id"], view=modal(field_))
    assert mara.modal.values["where"]["v"]["selected_conversation"] is None


async def test_the_close_button_clears_the_stack_if_the_view_says_so(open_modal: Open, mara: Person, http_bot: Any):
    """clear_on_close counts for the close button, not for a submission."""
    root = await open_modal(modal())
    push = {"response_action": "push", "view": modal(clear_on_close=True)}
    for leave, left in ((mara.submit, [root]), (mara.cancel, [])):
        http_bot.answers = [web.json_response(push)]
        await mara.fill({"name": "x"}, where=root)
        await mara.submit(where=root)
        await mara.fill({"name": "y"})
        await leave()
        assert mara.workspace.windows.stacks.get("U0MARA", []) == left


async def test_a_file_is_handed_in(open_modal: Open, mara: Person, http_bot: Any, http):
    """The submission carries the file with a private URL that the bot's token opens; too many are refused."""
    await open_modal(modal(field("files", {"type": "file_input", "max_files": 1})))
    file = mara.upload("plan.png", b"\x89PNG", "image/png")
    await mara.fill({"files": [file]})
    with pytest.raises(ClientRefusedError, match="at most 1"):
        await mara.fill({"files": [file, file]})
    await mara.submit()
    (sent,) = http_bot.payloads[-1]["view"]["state"]["values"]["files"]["v"]["files"]

    assert (sent["name"], sent["mimetype"], sent["size"], sent["user"]) == ("plan.png", "image/png", 4, "U0MARA")
    headers = {"Authorization": f"Bearer {SLACK_BOT_TOKEN}"}
    async with http.get(sent["url_private_download"], headers=headers) as answer:
        assert (answer.content_type, await answer.read()) == ("image/png", b"\x89PNG")


async def test_the_home_tab(mara: Person, http_bot: Any, client: AsyncWebClient):
    """Opening it sends app_home_opened; a published tab has buttons whose trigger opens a modal."""
    await mara.open_home()
    home = {"type": "home", "blocks": [actions(button("new"))]}
    published = (await client.views_publish(user_id="U0MARA", view=home))["view"]
    await mara.act("new", where=mara.home)
    payload = http_bot.payloads[-1]
    await client.views_open(trigger_id=payload["trigger_id"], view=modal())

    assert (payload["view"]["type"], payload["view"]["id"]) == ("home", published["id"])
    assert mara.modal is not None
    stale = client.views_publish(user_id="U0MARA", view=home, hash="1.old")
    assert await refusal(stale) == "hash_conflict"


async def test_people_can_do_only_what_slack_lets_them(mara: Person, workspace):
    """Not where they are no member, not in archives, not where posting is restricted, not once deactivated."""
    jon, gone = Person(workspace, "U0JON"), Person(workspace, "U0OLD")
    with pytest.raises(ClientRefusedError, match="jon can do nothing in secret"):
        await jon.command("C0SECRET", "/devrequest")
    with pytest.raises(ClientRefusedError, match="mara can do nothing in attic"):
        await mara.post("C0ATTIC", "x")
    with pytest.raises(ClientRefusedError, match="mara may not post in #news"):
        await mara.post("C0NEWS", "x")
    with pytest.raises(ClientRefusedError, match="old can do nothing in web"):
        await gone.command("C0WEB", "/devrequest")
    with pytest.raises(ClientRefusedError, match="no modal is open"):
        await mara.submit()


async def test_nobody_presses_what_is_gone(open_modal: Open, mara: Person, client: AsyncWebClient):
    """A closed modal, a deleted message and somebody else's ephemeral message cannot be used."""
    view = await open_modal(modal())
    await mara.cancel()
    with pytest.raises(ClientRefusedError, match="that view is gone"):
        await mara.submit(where=view)
    ts = (await client.chat_postMessage(channel="C0WEB", text="x", blocks=[actions(button("go"))]))["ts"]
    message = mara.messages("C0WEB")[0]
    await client.chat_delete(channel="C0WEB", ts=ts)
    with pytest.raises(ClientRefusedError, match="that message is gone"):
        await mara.act("go", where=message)
    await client.chat_postEphemeral(channel="C0WEB", user="U0JON", text="x", blocks=[actions(button("go"))])
    (whisper,) = Person(mara.workspace, "U0JON").messages("C0WEB")
    with pytest.raises(ClientRefusedError, match="that message is gone"):
        await mara.act("go", where=whisper)


async def test_people_edit_delete_react_and_invite(mara: Person, http_bot: Any, client: AsyncWebClient):
    """And the bot, once invited, can post."""
    message = await mara.post("C0WEB", "frist")
    await mara.edit("C0WEB", message.ts, "first")
    await mara.react("C0WEB", message.ts, "eyes")
    assert [(m.text, bool(m.edited_ts), m.reactions) for m in mara.messages("C0WEB")] == [
        ("first", True, {"eyes": ["U0MARA"]})
    ]
    await mara.delete("C0WEB", message.ts)
    assert mara.messages("C0WEB") == []

    assert await refusal(client.chat_postMessage(channel="C0HIDDEN", text="x")) == "channel_not_found"
    assert (await mara.command("C0HIDDEN", "/invite @devrequest")).acknowledged is True
    assert (await client.chat_postMessage(channel="C0HIDDEN", text="x"))["ok"] is True


async def test_changes_wake_those_who_wait(mara: Person, workspace):
    """wait_for_change returns at once after a change, and after its time without one."""
    before = workspace.revision
    assert await workspace.wait_for_change(before, 0.01) == before
    await mara.post("C0WEB", "x")

    assert await workspace.wait_for_change(before, 5) > before
