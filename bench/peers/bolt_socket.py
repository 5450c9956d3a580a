"""Socket Mode with plain Bolt.

- `echo` is the async client, and only acknowledges.
- `sync` is Bolt's built-in client with its defaults; `/devrequest` opens the form, as the guides begin.
"""

import asyncio
import os
import sys
import threading
from typing import Any

from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from bench.peers.bolt_http import VIEW
from bench.peers.serving import say_ready
from bot.slack.ids import Action
from sandbox.slack import SLACK_APP_TOKEN, SLACK_BOT_TOKEN


async def echo(api: str) -> None:
    """The async client."""
    client = AsyncWebClient(token=SLACK_BOT_TOKEN, base_url=api)
    app = AsyncApp(client=client, token=SLACK_BOT_TOKEN, process_before_response=True)

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    app.command("/devrequest")(acknowledge)
    app.action(Action.OPEN_LINK)(acknowledge)
    await AsyncSocketModeHandler(app, SLACK_APP_TOKEN).connect_async()  # type: ignore[no-untyped-call]
    say_ready()
    await asyncio.Event().wait()


def sync(api: str) -> None:
    """The built-in client."""
    app = App(client=WebClient(token=SLACK_BOT_TOKEN, base_url=api), token=SLACK_BOT_TOKEN)

    def acknowledge_and_open(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=VIEW)

    app.command("/devrequest")(acknowledge_and_open)
    SocketModeHandler(app, SLACK_APP_TOKEN).connect()  # type: ignore[no-untyped-call]
    say_ready()
    threading.Event().wait()


if __name__ == "__main__":
    if sys.argv[1] == "echo":
        asyncio.run(echo(os.environ["SLACK_API_URL"]))
    else:
        sync(os.environ["SLACK_API_URL"])
