"""`/devrequest` with plain Bolt over HTTP, in three ways.

- `echo` only acknowledges: the least that Bolt can do.
- `lazy` opens the form in a lazy listener, the way of Bolt's guides, with a client whose session is shared.
- `default` opens the form behind `ack()`, with Bolt's default settings throughout.
"""

import asyncio
import os
import sys
from typing import Any

import aiohttp
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bench.peers.serving import serve
from bot.domain.request import Draft
from bot.slack.views.form import Form, form_view
from sandbox.slack import SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET

TYPES = tuple((f"type-{number}", f"Request type {number}", "What it is for, in a line") for number in range(10))
VIEW = form_view(Form(draft=Draft(id="", slack_team="T0SANDBOX", user="U0", channel="C0WEB"), request_types=TYPES))
"""The form that the bot opens, made once."""


def build(way: str, api: str) -> AsyncApp:
    """The application."""
    client = AsyncWebClient(token=SLACK_BOT_TOKEN, base_url=api)
    app = AsyncApp(
        client=client,
        token=SLACK_BOT_TOKEN,
        signing_secret=SLACK_SIGNING_SECRET,
        process_before_response=way != "default",
    )
    if way == "echo":
        app.command("/devrequest")(acknowledge)
    elif way == "lazy":
        app.command("/devrequest")(ack=acknowledge, lazy=[Opening(api).open])
    else:
        app.command("/devrequest")(acknowledge_and_open)
    return app


async def acknowledge(ack: AsyncAck) -> None:
    """Nothing more."""
    await ack()


async def acknowledge_and_open(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
    """As the guides begin."""
    await ack()
    await client.views_open(trigger_id=body["trigger_id"], view=VIEW)


class Opening:
    """Opens the form with one session for all calls."""

    def __init__(self, api: str) -> None:
        self._api = api
        self._client: AsyncWebClient | None = None

    async def open(self, body: dict[str, Any]) -> None:
        """The lazy listener."""
        if self._client is None:
            session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=180))
            self._client = AsyncWebClient(token=SLACK_BOT_TOKEN, base_url=self._api, session=session)
        await self._client.views_open(trigger_id=body["trigger_id"], view=VIEW)


if __name__ == "__main__":
    asyncio.run(serve(AsyncSlackRequestHandler(build(sys.argv[1], os.environ["SLACK_API_URL"]), path="/slack/events")))
