"""Bolt, set up so that nothing stands between Slack and its acknowledgement."""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot import log
from bot.proxies import proxy_for
from bot.slack.desk import Desk
from bot.slack.gateway import Gateway
from bot.slack.listeners import register
from bot.slack.payloads import cleaned, first_input, understood
from bot.slack.submit_answer import errors
from bot.slack.views.state import NOWHERE
from bot.slack.whispers import SORRY
from bot.slack.workspace import Workspace

HANDSHAKE = 20.0
"""Seconds for opening a WebSocket; the library would wait for five minutes."""

MINUTE = 60.0
AT_ONCE = 3
"""Connections a minute that are made without a pause: Slack asks for a new one now and then, and warns before."""
BETWEEN = 10.0
"""Seconds before each further one: a Slack that closes them at once (`too_many_websockets`) must not be stormed."""

logger = log.get(__name__)


async def identity(gateway: Gateway) -> AuthorizeResult:
    """Who the bot is, and where; asked once at the start, so that no request has to.

    Raises:
        SlackRefused, SlackUnavailable
    """
    answer = await gateway.call("auth.test")
    url, enterprise = str(answer.get("url") or ""), str(answer.get("enterprise_id") or "")
    gateway.workspace = Workspace(f"{url.rstrip('/')}/" if url else "", enterprise)
    return AuthorizeResult(
        enterprise_id=answer.get("enterprise_id"),
        team_id=answer.get("team_id"),
        bot_user_id=answer.get("user_id"),
        bot_id=answer.get("bot_id"),
    )


def build_app(desk: Desk, who: AuthorizeResult, token: str, base_url: str) -> AsyncApp:
    """The Bolt application with all listeners.

    Signatures are checked before Bolt sees a request (`bot.slack.http`), so its own check is off; Socket Mode has none.
    """
    client = AsyncWebClient(token=token, base_url=base_url, retry_handlers=[])
    client.proxy = proxy_for(base_url)  # its own choice ignores NO_PROXY

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=who.enterprise_id,
            team_id=who.team_id,
            bot_user_id=who.bot_user_id,
            bot_id=who.bot_id,
            bot_token=token,
        )

    app = AsyncApp(
        name="devrequest",  # else the library walks through all modules there are to find out who called it
        client=client,
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        signing_secret="checked in bot.slack.http",  # noqa: S106 (not a secret: the check is ours)
    )
    app.error(_answer_to_error)
    register(app, desk)
    return app


async def _answer_to_error(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """The one handler for what escapes a listener: an answer all the same, and never one that closes the form."""
    logger.error("listener failed", error=type(error).__name__, exc_info=error)
    said = sorry(body)
    if isinstance(said, str):
        return BoltResponse(status=200, body=said)
    headers: dict[str, str | Sequence[str]] = {"content-type": ["application/json"]}
    return BoltResponse(status=200, body=json.dumps(said), headers=headers)


def sorry(payload: Mapping[str, Any]) -> str | dict[str, Any]:
    """The answer when nothing else can be said.

    To a submission it is an error at the first input: an answer without errors would close the form, and with it
    what was typed.
    """
    if payload.get("type") == "view_submission":
        return errors({first_input(payload) or NOWHERE: SORRY})
    return SORRY if "command" in payload else ""


class _Handler(AsyncSocketModeHandler):
    """Answers every envelope, those that nobody can read too: Slack would send them again."""

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        if understood(req.payload):
            try:
                req.payload = cleaned(req.payload)  # in here: one that is nested too deeply is answered as well
                response = await run_async_bolt_app(self.app, req)
            except Exception:  # the library itself stumbles over what we do not look at
                logger.exception("payload not understood")
            else:
                if response.status == 200:
                    await send_async_response(client, req, response, time.time())
                    return
        else:
            logger.warning("envelope refused", reason="malformed", kind=str(req.type)[:40])
        said = sorry(req.payload)
        payload: Any = {"text": said} if said and isinstance(said, str) else said or None
        await client.send_socket_mode_response(SocketModeResponse(req.envelope_id, payload))


class SocketMode:
    """The connection of Socket Mode; it renews itself.

    Args:
        app: answers what comes in.
        app_token: the app-level token.
        base_url: where Slack's Web API is.
    """

    def __init__(self, app: AsyncApp, app_token: str, base_url: str) -> None:
        self._handler = _Handler(app, app_token)
        self._gateway = Gateway(app_token, base_url)
        self._asked: list[float] = []

    async def start(self) -> None:
        """Connect.

        The library would try for ever with a token that Slack refuses, so the first address is asked for here.

        Raises:
            SlackRefused: the token is no good.
            SlackUnavailable: Slack does not answer.
        """
        try:
            opened = await self._gateway.call("apps.connections.open")
        finally:
            await self._gateway.close()
        await self._spend_addresses()
        self._take_breath()
        self._handler.client.wss_uri = str(opened["url"])
        self._handler.client.proxy = proxy_for(str(opened["url"]))
        await self._handler.connect_async()  # type: ignore[no-untyped-call]

    async def connected(self) -> bool:
        """Whether Slack can reach us now."""
        return bool(await self._handler.client.is_connected())

    async def _spend_addresses(self) -> None:
        """Forget an address as soon as it is tried, so that the library asks for a new one before it tries again.

        Slack takes each once (https://docs.slack.dev/apis/events-api/using-socket-mode); the library would try one
        that failed for ever.
        """
        client = self._handler.client

        async def spent(*_: object) -> None:
            client.wss_uri = None

        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(spent)
        await client.aiohttp_client_session.close()
        client.aiohttp_client_session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=HANDSHAKE), trace_configs=[trace]
        )

    def _take_breath(self) -> None:
        """Have the library pause between addresses, of which it asks for one as soon as a connection ends."""
        client, loop = self._handler.client, asyncio.get_running_loop()
        ask = client.issue_new_wss_url

        async def in_time() -> str:
            now = loop.time()
            self._asked = [*(then for then in self._asked if now - then < MINUTE), now]
            if len(self._asked) > AT_ONCE:
                logger.warning("Slack ends every connection", again_in=BETWEEN)
                await asyncio.sleep(BETWEEN)
            return await ask()

        client.issue_new_wss_url = in_time  # type: ignore[method-assign]

    async def stop(self) -> None:
        """Take no more envelopes."""
        await self._handler.close_async()  # type: ignore[no-untyped-call]
