"""Bolt, set up so that nothing stands between Slack and its acknowledgement."""

import contextlib
import json
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot import log
from bot.slack.desk import Desk
from bot.slack.gateway import Gateway, SlackRefused
from bot.slack.listeners import register
from bot.slack.views.state import error_blocks

SORRY = "Something went wrong on our side; nothing that you typed is lost. Please try again."

logger = log.get(__name__)


async def identity(gateway: Gateway) -> AuthorizeResult:
    """Who the bot is; asked once at the start, so that no request has to.

    Raises:
        SlackRefused, SlackUnavailable
    """
    answer = await gateway.call("auth.test")
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

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=who.enterprise_id,
            team_id=who.team_id,
            bot_user_id=who.bot_user_id,
            bot_id=who.bot_id,
            bot_token=token,
        )

    app = AsyncApp(
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
    """The one handler for what escapes a listener; a malformed payload is the sender's fault, anything else ours."""
    if isinstance(error, KeyError | TypeError | AttributeError | ValidationError):
        logger.warning("payload not understood", error=type(error).__name__, exc_info=error)
        return BoltResponse(status=400, body="malformed")
    logger.error("listener failed", error=type(error).__name__, exc_info=error)
    if body.get("type") != "view_submission":
        return BoltResponse(status=200, body=SORRY if "command" in body else "")
    # An answer without errors would close the form, and with it what was typed.
    errors = error_blocks(None, {"": SORRY}, body["view"])
    headers: dict[str, str | Sequence[str]] = {"content-type": ["application/json"]}
    return BoltResponse(status=200, body=json.dumps({"response_action": "errors", "errors": errors}), headers=headers)


class SocketMode:
    """The connection of Socket Mode; it renews itself."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        self._handler = AsyncSocketModeHandler(app, app_token)

    async def start(self) -> None:
        """Connect.

        Raises:
            SlackApiError: the token is refused.
        """
        await self._handler.connect_async()  # type: ignore[no-untyped-call]

    async def connected(self) -> bool:
        """Whether Slack can reach us now."""
        return bool(await self._handler.client.is_connected())

    async def stop(self) -> None:
        """Take no more envelopes."""
        with contextlib.suppress(SlackRefused):
            await self._handler.close_async()  # type: ignore[no-untyped-call]
