"""Whole journeys of a small Bolt app, over Socket Mode and over HTTP."""

from typing import Any

from slack_bolt.async_app import AsyncApp


def form(**more: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": {"type": "plain_text", "text": "Request"},
        "submit": {"type": "plain_text", "text": "Send"},
        "blocks": [
            {
                "type": "input",
                "block_id": "title",
                "label": {"type": "plain_text", "text": "Title"},
                "element": {"type": "plain_text_input", "action_id": "v"},
            }
        ],
    } | more


def done() -> dict[str, Any]:
    blocks = [{"type": "section", "block_id": "done", "text": {"type": "plain_text", "text": "Creating your ticket…"}}]
    return {"type": "modal", "title": {"type": "plain_text", "text": "Request"}, "blocks": blocks}


async def test_a_command_opens_a_form_whose_errors_and_answer_are_shown(workspace, mara, bot: AsyncApp, connect):
    """Command, views.open, a refused and an accepted submission, an update and a message work as in Slack."""

    @bot.command("/devrequest")
    async def command(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form(private_metadata=body["channel_id"]))

    @bot.view("form")
    async def submit(ack, view, client):
        title = view["state"]["values"]["title"]["v"]["value"]
        if title == "bad":
            await ack(response_action="errors", errors={"title": "Not this one"})
            return
        await ack(response_action="update", view=done())
        await client.chat_postMessage(channel=view["private_metadata"], text=f"New: {title}")

    async with connect(bot):
        outcome = await mara.command("C0WEB", "/devrequest landing-page")
        assert (outcome.acknowledged, outcome.messages) == (True, [])
        assert mara.modal.content["callback_id"] == "form"

        assert (await mara.submit()).errors == {"title": "Please complete this required field."}

        await mara.fill({"title": "bad"})
        assert (await mara.submit()).errors == {"title": "Not this one"}

        await mara.fill({"title": "Pricing page"})
        before = mara.modal.hash
        outcome = await mara.submit()
        assert (outcome.acknowledged, outcome.notice, outcome.errors) == (True, None, {})
        assert before != mara.modal.hash
        assert [block["block_id"] for block in mara.modal.blocks] == ["done"]
        assert [m.text for m in mara.messages("C0WEB")] == ["New: Pricing page"]
        assert workspace.complaints == []


async def test_home_tab_select_message_shortcut_and_answer(workspace, mara, bot: AsyncApp, connect):
    """An event, a button in the home tab, an external select, a message shortcut and respond() go round."""
    select = {"type": "external_select", "action_id": "who", "min_query_length": 0}
    who = {"type": "input", "block_id": "who", "label": {"type": "plain_text", "text": "Who"}, "element": select}
    heard = []

    @bot.event("app_home_opened")
    async def opened(event, client):
        button = {"type": "button", "action_id": "new", "text": {"type": "plain_text", "text": "New"}}
        view = {"type": "home", "blocks": [{"type": "actions", "elements": [button]}]}
        await client.views_publish(user_id=event["user"], view=view)

    @bot.action("new")
    async def new(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form(blocks=[who]))

    @bot.options("who")
    async def people(ack, payload):
        text = payload["value"].capitalize()
        await ack(options=[{"text": {"type": "plain_text", "text": text}, "value": payload["value"]}])

    @bot.view("form")
    async def submit(ack, view):
        heard.append(view["state"]["values"]["who"]["who"]["selected_option"]["value"])
        await ack()

    @bot.shortcut("turn")
    async def turn(ack, respond, shortcut):
        await ack()
        await respond(f"Got: {shortcut['message']['text']}")

    async with connect(bot):
        assert (await mara.open_home()).acknowledged is True
        await mara.act("new", where=mara.home)
        assert [o["text"]["text"] for o in await mara.suggest("who", "jo")] == ["Jo"]
        await mara.fill({"who": "jo"})
        outcome = await mara.submit(times=2)
        message = await mara.post("C0LOBBY", "please")
        await mara.message_shortcut("turn", "C0LOBBY", message.ts)

    assert (outcome.acknowledged, heard, mara.modal) == (True, ["jo", "jo"], None)
    assert [m.text for m in mara.messages("C0LOBBY")] == ["please", "Got: please"]
    assert workspace.complaints == []


async def test_a_listener_that_fails_after_ack_is_a_failed_submission(workspace, mara, bot: AsyncApp, connect):
    """Bolt answers 500 or does not ack at all: the form stays open, over a socket the payload comes again."""
    workspace.delivery.seconds = 0.3
    calls = []

    @bot.shortcut("new")
    async def new(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form())

    @bot.view("form")
    async def submit(ack, view):
        calls.append(view["id"])
        await ack()
        raise RuntimeError("after ack")

    async with connect(bot):
        await mara.shortcut("new")
        await mara.fill({"title": "x"})
        outcome = await mara.submit()
        await workspace.delivery.settle()

    over_http = workspace.delivery.bot_url is not None
    assert outcome.problem == ("http_service_error" if over_http else "operation_timeout")
    assert calls == [mara.modal.id] * (1 if over_http else 2)
