"""The app's home: who is told that it was opened, what may stand in it, and buttons that open a form from there."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack.people import ClientRefusedError, Person
from tests.contract.sandbox_slack.block_builders import actions, button, field, home, modal, options, plain, section
from tests.contract.sandbox_slack.refusals import refusal

Opened = Callable[[str], Awaitable[dict[str, Any]]]


@pytest.fixture
def opened(mara: Person) -> Opened:
    """Opens a tab of the home; the event that is sent."""

    async def open_tab(tab: str) -> dict[str, Any]:
        payload = (await mara.open_home(tab)).payload
        assert payload is not None
        return payload

    return open_tab


async def test_the_event_names_person_dm_and_tab(http_bot: Any, opened: Opened, client: AsyncWebClient, workspace):
    """The view comes along once one was published, and only with the home tab."""
    first = (await opened("home"))["event"]
    published = (await client.views_publish(user_id="U0MARA", view=home(section())))["view"]
    second, third = (await opened("home"))["event"], (await opened("messages"))["event"]

    assert (first["type"], first["user"], first["channel"], first["tab"]) == (
        "app_home_opened", "U0MARA", workspace.dm("U0MARA").id, "home",
    )  # fmt: skip
    assert "view" not in first
    assert second["view"] == published
    assert (third["tab"], "view" in third) == ("messages", False)


async def test_what_the_manifest_lacks_is_not_there(mara: Person, client: AsyncWebClient, workspace):
    """No home tab: nobody opens it, publishing fails; no messages tab: no direct message; no event: silence."""
    workspace.install(
        {
            "features": {"app_home": {"home_tab_enabled": False, "messages_tab_enabled": False}},
            "oauth_config": {"scopes": {"bot": ["chat:write", "im:write"]}},
        }
    )
    with pytest.raises(ClientRefusedError, match="has no tab 'home'"):
        await mara.open_home()
    assert await refusal(client.views_publish(user_id="U0MARA", view=home(section()))) == "not_enabled"
    assert await refusal(client.chat_postMessage(channel="U0MARA", text="x")) == "messages_tab_disabled"
    workspace.install({"features": {"app_home": {"home_tab_enabled": True}}})
    assert (await mara.open_home()).problem == "not_subscribed"


async def test_without_interactivity_buttons_are_dead(mara: Person, http_bot: Any, client: AsyncWebClient, workspace):
    """An app whose manifest does not switch it on hears of no press, and the person is told so."""
    manifest = {"oauth_config": {"scopes": {"bot": ["chat:write"]}}}
    workspace.install(manifest)
    await client.chat_postMessage(channel="C0WEB", text="x", blocks=[actions(button(action_id="go"))])
    dead = await mara.act("go", where=mara.messages("C0WEB")[0])
    workspace.install(manifest | {"settings": {"interactivity": {"is_enabled": True}}})
    alive = await mara.act("go", where=mara.messages("C0WEB")[0])

    assert dead.notice == "This app is not configured to handle interactive responses."
    assert (alive.acknowledged, len(http_bot.requests)) == (True, 1)


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (home(*[section()] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
        (home(), "no less than 1 items allowed [json-pointer:/view/blocks]"),
        (home(section(), title=plain()), "invalid additional property: title [json-pointer:/view]"),
        (home(section(), submit=plain()), "invalid additional property: submit [json-pointer:/view]"),
        (modal(), "must be of type home [json-pointer:/view/type]"),
        (
            home(field({"type": "number_input", "is_decimal_allowed": True})),
            "unsupported type: number_input [json-pointer:/view/blocks/0/element/type]",
        ),
    ],
    ids=["101 blocks", "no blocks", "a title", "a submit button", "a modal", "a modal's input"],
)
async def test_a_home_tab_has_its_own_rules(client: AsyncWebClient, view: dict[str, Any], words: str):
    """A hundred blocks, no title, no Submit, no input that only modals have."""
    with pytest.raises(SlackApiError) as error:
        await client.views_publish(user_id="U0MARA", view=view)

    assert error.value.response["error"] == "invalid_arguments"
    assert error.value.response["response_metadata"]["messages"] == [f"[ERROR] {words}"]


async def test_a_hash_guards_against_a_race(client: AsyncWebClient):
    """Whoever publishes with the hash of an older view is refused; the current hash, or none, is fine."""
    first = (await client.views_publish(user_id="U0MARA", view=home(section())))["view"]
    second = (await client.views_publish(user_id="U0MARA", view=home(section()), hash=first["hash"]))["view"]

    assert second["id"] == first["id"]
    stale = client.views_publish(user_id="U0MARA", view=home(section()), hash=first["hash"])
    assert await refusal(stale) == "hash_conflict"
    assert (await client.views_publish(user_id="U0MARA", view=home(section())))["ok"] is True
    await client.views_publish(user_id="U0MARA", view=home(section(), external_id="one"))
    taken = client.views_publish(user_id="U0JON", view=home(section(), external_id="one"))
    assert await refusal(taken) == "duplicate_external_id"


async def test_a_press_in_the_home_tab(mara: Person, http_bot: Any, client: AsyncWebClient):
    """The payload names the view and no channel, and carries what is chosen elsewhere in the tab."""
    menu = {"type": "static_select", "action_id": "menu", "options": options(3)}
    more = {"type": "overflow", "action_id": "more", "options": options(2)}
    parts = [actions(menu), section(block_id="row", accessory=more), actions(button(action_id="new", value="7"))]
    published = (await client.views_publish(user_id="U0MARA", view=home(*parts)))["view"]
    await mara.act("menu", "2", where=mara.home)
    await mara.act("more", "1", where=mara.home)
    await mara.act("new", where=mara.home)
    chosen, picked, pressed = http_bot.payloads

    assert pressed["type"] == "block_actions"
    assert pressed["container"] == {"type": "view", "view_id": published["id"]}
    assert (pressed["view"]["type"], pressed["view"]["hash"]) == ("home", published["hash"])
    assert {"channel", "message", "response_url"} & set(pressed) == set()
    assert (pressed["actions"][0]["action_id"], pressed["actions"][0]["value"]) == ("new", "7")
    assert chosen["actions"][0]["selected_option"]["value"] == "2"
    assert (picked["actions"][0]["type"], picked["actions"][0]["selected_option"]["value"]) == ("overflow", "1")
    block_id = published["blocks"][0]["block_id"]
    assert pressed["view"]["state"]["values"][block_id]["menu"]["selected_option"]["value"] == "2"


async def test_bolt_publishes_and_opens_a_form_from_home(workspace, mara: Person, bot: AsyncApp, connect):
    """An unchanged Bolt app: event, tab, press, form, answer, tab anew; over a socket and over HTTP."""
    made: list[str] = []

    def tab() -> dict[str, Any]:
        lines = [section(text=plain(title)) for title in made] or [section(text=plain("Nothing yet"))]
        return home(*lines, actions(button(action_id="new")))

    @bot.event("app_home_opened")
    async def opened(event, client):
        await client.views_publish(user_id=event["user"], view=tab())

    @bot.action("new")
    async def new(ack, body, client):
        await ack()
        asked = field({"type": "plain_text_input", "action_id": "title"}, block_id="title")
        await client.views_open(trigger_id=body["trigger_id"], view=modal(asked, callback_id="form"))

    @bot.view("form")
    async def submitted(ack, body, view, client):
        made.append(view["state"]["values"]["title"]["title"]["value"])
        await ack()
        await client.views_publish(user_id=body["user"]["id"], view=tab())

    async with connect(bot):
        await mara.open_home()
        assert mara.home is not None
        assert mara.home.blocks[0]["text"]["text"] == "Nothing yet"
        await mara.act("new", where=mara.home)
        await mara.fill({"title": "Spring sale"})
        await mara.submit()

    assert (mara.modal, mara.home.blocks[0]["text"]["text"]) == (None, "Spring sale")
    assert workspace.complaints == []
