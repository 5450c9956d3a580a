"""How payloads reach a bot: signed HTTP with retries, Socket Mode with acks and re-delivery."""

import asyncio
import json
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import SLACK_APP_TOKEN, SLACK_SIGNING_SECRET


async def test_a_command_is_signed_and_complete(http_bot: Any, mara):
    """The v0 signature verifies, and the form has every field of a slash command."""
    await mara.command("C0WEB", "/devrequest landing-page  New page ")
    headers, body = http_bot.requests[0]
    form = {name: values[0] for name, values in parse_qs(body.decode()).items()}

    assert SignatureVerifier(SLACK_SIGNING_SECRET).is_valid_request(body, headers)
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert (form["command"], form["text"]) == ("/devrequest", "landing-page  New page")
    assert (form["user_id"], form["user_name"], form["channel_id"]) == ("U0MARA", "mara", "C0WEB")
    expected = {"token", "team_id", "team_domain", "channel_name", "api_app_id", "is_enterprise_install"}
    assert expected | {"response_url", "trigger_id"} <= set(form)


async def test_text_in_a_command_is_escaped_only_if_the_app_asked_for_it(http_bot: Any, mara, workspace):
    """should_escape turns names into ids and escapes entities."""
    for settings in ({}, {"should_escape": True}):
        workspace.app.commands = {"/devrequest": settings}
        await mara.command("C0WEB", "/devrequest @jon <b> #web")
    texts = [parse_qs(body.decode())["text"][0] for _, body in http_bot.requests]

    assert texts == ["@jon <b> #web", "<@U0JON> &lt;b&gt; <#C0WEB|web>"]


@pytest.mark.parametrize(
    ("status", "problem"), [(401, "http_client_error"), (404, "http_client_error"), (500, "http_service_error")]
)
async def test_a_failing_bot_is_named_to_the_person(http_bot: Any, mara, status: int, problem: str):
    """Slackbot says which error it was."""
    http_bot.answers = [web.Response(status=status)]
    outcome = await mara.command("C0WEB", "/devrequest")

    assert (outcome.acknowledged, outcome.problem) == (False, problem)
    assert [m.text for m in mara.messages("C0WEB")] == [f'/devrequest failed with the error "{problem}"']


async def test_a_slow_bot_is_a_timeout(http_bot: Any, mara, workspace):
    """After the allowed time the person sees operation_timeout; commands are not sent again over HTTP."""
    workspace.delivery.seconds, http_bot.wait = 0.05, 0.2
    outcome = await mara.command("C0WEB", "/devrequest")
    await workspace.delivery.settle()

    assert outcome.notice == '/devrequest failed with the error "operation_timeout"'
    assert len(http_bot.requests) == 1


async def test_no_bot_at_all(mara, api_url: str):
    """Without a socket or URL, and with nobody listening, the dispatch fails."""
    assert (await mara.command("C0WEB", "/devrequest")).problem == "dispatch_failed"
    mara.workspace.delivery.bot_url = "http://127.0.0.1:1/slack/events"
    assert (await mara.shortcut("new")).notice == "We had some trouble connecting. Try again?"


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        ({"text": "Hi"}, ("Hi", "U0MARA")),
        ({"text": "Hi", "response_type": "in_channel"}, ("Hi", None)),
        ("Plain words", ("Plain words", "U0MARA")),
    ],
)
async def test_the_answer_to_a_command_is_shown(http_bot: Any, mara, answer: Any, seen: tuple[str, str | None]):
    """Ephemeral by default, for everybody with in_channel; plain text is fine too."""
    http_bot.answers = [web.Response(text=answer) if isinstance(answer, str) else web.json_response(answer)]
    outcome = await mara.command("C0WEB", "/devrequest")

    assert [(m.text, m.ephemeral_to) for m in outcome.messages] == [seen]


async def test_an_answer_that_slack_would_not_take_is_noted(http_bot: Any, mara, workspace):
    """Invalid blocks show invalid_command_response and are among the complaints."""
    http_bot.answers = [web.json_response({"blocks": [{"type": "foo"}]})]
    outcome = await mara.command("C0WEB", "/devrequest")

    assert outcome.problem == "invalid_command_response"
    reason = "[ERROR] unsupported type: foo [json-pointer:/blocks/0/type]"
    assert workspace.complaints == [f"answer to /devrequest: invalid_blocks: {reason}"]


async def test_an_event_is_sent_again_up_to_three_times(http_bot: Any, mara, workspace):
    """The retries carry their number and reason; the event id stays the same."""
    workspace.app.events = {"message.channels"}
    http_bot.answers = [web.Response(status=500) for _ in range(4)]
    await mara.post("C0WEB", "hello")
    await workspace.delivery.settle()

    headers = [(h.get("x-slack-retry-num"), h.get("x-slack-retry-reason")) for h, _ in http_bot.requests]
    assert headers == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    events = [json.loads(body) for _, body in http_bot.requests]
    assert len({event["event_id"] for event in events}) == 1
    assert (events[0]["type"], events[0]["event"]["text"]) == ("event_callback", "hello")
    assert events[0]["event"]["channel_type"] == "channel"


async def test_a_bot_can_stop_the_retries(http_bot: Any, mara, workspace):
    """x-slack-no-retry: 1 ends them."""
    workspace.app.events = {"app_mention"}
    http_bot.answers = [web.Response(status=500, headers={"x-slack-no-retry": "1"})]
    await mara.post("C0WEB", "@devrequest hello")
    await workspace.delivery.settle()

    assert [json.loads(body)["event"]["type"] for _, body in http_bot.requests] == ["app_mention"]


async def test_events_not_subscribed_to_are_not_sent(http_bot: Any, mara, workspace):
    """Nor those of channels that the bot is not in."""
    await mara.post("C0WEB", "hello")
    workspace.app.events = {"message.channels"}
    await mara.post("C0LOBBY", "hello")
    await workspace.delivery.settle()

    assert http_bot.requests == []


async def test_url_verification(http_bot: Any, workspace):
    """The bot's URL is good if it gives the challenge back; once good it is not asked again."""
    workspace.delivery.verified.clear()
    http_bot.answers = [web.Response(text="no"), web.json_response({"challenge": "c0ffee"})]

    assert await workspace.delivery.verify_url() is False
    assert await workspace.delivery.verify_url() is True
    assert await workspace.delivery.verify_url() is True
    assert [json.loads(body)["type"] for _, body in http_bot.requests] == ["url_verification"] * 2


async def test_a_url_that_was_not_verified_gets_no_events(http_bot: Any, mara, workspace):
    """Before the first event the URL is asked; what it does not say back keeps all events away."""
    workspace.delivery.verified.clear()
    workspace.app.events = {"message.channels"}
    http_bot.answers = [web.Response(text="no"), web.json_response({"challenge": "c0ffee"})]
    for words in ("one", "two"):
        await mara.post("C0WEB", words)
        await workspace.delivery.settle()

    sent = [json.loads(body) for _, body in http_bot.requests]
    assert [one["type"] for one in sent] == ["url_verification", "url_verification", "event_callback"]
    assert sent[2]["event"]["text"] == "two"
    assert [one.answer.problem for one in workspace.delivery.log] == ["url_not_verified", None]


async def test_bolt_verifies_its_url_and_hears_events(connect, bot: AsyncApp, mara, workspace):
    """An unchanged Bolt app answers the challenge by itself, and gets the event over either way."""
    heard: list[str] = []

    @bot.event("app_home_opened")
    async def opened(event):
        heard.append(event["tab"])

    async with connect(bot):
        assert (await mara.open_home("messages")).acknowledged is True

    assert heard == ["messages"]


async def test_bolt_refuses_a_wrong_signature(connect, bot: AsyncApp, mara, workspace):
    """Over HTTP a forged signature is a 401; over a socket there is none."""

    @bot.command("/devrequest")
    async def command(ack):
        await ack()

    workspace.delivery.signing_secret = "forged"
    async with connect(bot):
        outcome = await mara.command("C0WEB", "/devrequest")

    over_http = workspace.delivery.bot_url is not None
    assert (outcome.acknowledged, outcome.problem) == ((False, "http_client_error") if over_http else (True, None))


async def open_socket(client: AsyncWebClient, http: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    url = (await client.apps_connections_open(app_token=SLACK_APP_TOKEN))["url"]
    socket = await http.ws_connect(url)
    hello = await socket.receive_json()
    assert (hello["type"], hello["connection_info"]) == ("hello", {"app_id": "A0SANDBOX"})
    return socket


async def test_a_socket_opens_once_per_ticket(client: AsyncWebClient, http: aiohttp.ClientSession):
    """A used ticket is refused."""
    url = (await client.apps_connections_open(app_token=SLACK_APP_TOKEN))["url"]
    await http.ws_connect(url)

    with pytest.raises(aiohttp.WSServerHandshakeError):
        await http.ws_connect(url)


async def test_an_eleventh_connection_is_turned_away(client: AsyncWebClient, http: aiohttp.ClientSession):
    """It gets a disconnect with too_many_websockets."""
    sockets = [await open_socket(client, http) for _ in range(10)]
    url = (await client.apps_connections_open(app_token=SLACK_APP_TOKEN))["url"]
    socket = await http.ws_connect(url)

    assert (await socket.receive_json())["reason"] == "too_many_websockets"
    assert [one.closed for one in sockets] == [False] * 10


async def test_an_envelope_is_acked_with_its_answer(client: AsyncWebClient, http: aiohttp.ClientSession, mara):
    """A command's ack may carry the answer; interactions that Slack does not read say so."""
    socket = await open_socket(client, http)
    typing = asyncio.create_task(mara.command("C0WEB", "/devrequest"))
    envelope = await socket.receive_json()
    await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "Hi"}})

    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    assert [m.text for m in (await typing).messages] == ["Hi"]
    pressing = asyncio.create_task(mara.shortcut("new"))
    envelope = await socket.receive_json()
    await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "ignored"}})
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("interactive", False)
    assert (await pressing).answer is None


async def test_an_unacked_envelope_comes_again(client: AsyncWebClient, http, mara, workspace):
    """The person sees a timeout; the payload is delivered once more, marked as a retry."""
    workspace.delivery.seconds = 0.05
    socket = await open_socket(client, http)
    outcome = await mara.command("C0WEB", "/devrequest")
    first, second = await socket.receive_json(), await socket.receive_json()

    assert outcome.problem == "operation_timeout"
    assert first["payload"] == second["payload"]
    assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")


async def test_an_envelope_survives_a_broken_connection(client: AsyncWebClient, http, mara, workspace):
    """What was not acked when the connection broke goes to the next one."""
    socket = await open_socket(client, http)
    typing = asyncio.create_task(mara.command("C0WEB", "/devrequest"))
    first = await socket.receive_json()
    await workspace.delivery.sockets.cut()
    fresh = await open_socket(client, http)
    second = await fresh.receive_json()
    await fresh.send_json({"envelope_id": second["envelope_id"]})

    assert first == second
    assert (await typing).acknowledged is True


async def test_junk_from_the_bot_is_noted_and_ignored(client: AsyncWebClient, http, mara, workspace):
    """Neither broken JSON nor unknown envelope ids end the connection."""
    socket = await open_socket(client, http)
    junk = ["{", "[]", '{"envelope_id": "unknown"}']
    for text in junk:
        await socket.send_str(text)
    typing = asyncio.create_task(mara.command("C0WEB", "/devrequest"))
    envelope = await socket.receive_json()
    await socket.send_json({"envelope_id": envelope["envelope_id"]})

    assert (await typing).acknowledged is True
    assert workspace.delivery.sockets.strange == junk


async def test_bolt_reconnects_when_asked(bot: AsyncApp, mara, workspace, api_url: str, over_a_socket):
    """After refresh_requested the client comes back and commands work again."""

    @bot.command("/devrequest")
    async def command(ack):
        await ack("Hi")

    async with over_a_socket(bot):
        await workspace.delivery.sockets.disconnect("refresh_requested")
        await workspace.delivery.sockets.connected()
        outcome = await mara.command("C0WEB", "/devrequest")

    assert [m.text for m in outcome.messages] == ["Hi"]


async def test_a_reset_keeps_the_bot_connected(bot: AsyncApp, mara, workspace, api_url: str, over_a_socket):
    """The workspace is as fresh as at the start, and the socket still there."""

    @bot.command("/devrequest")
    async def command(ack):
        await ack("Hi")

    async with over_a_socket(bot):
        await mara.post("C0WEB", "gone")
        workspace.reset()
        assert mara.messages("C0WEB") == []
        outcome = await mara.command("C0WEB", "/devrequest")

    assert [m.text for m in outcome.messages] == ["Hi"]
