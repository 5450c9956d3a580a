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
