"""A furnished workspace, served on loopback, and bots that talk to it."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
import uvicorn
from aiohttp import web
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.recorder import Recorder
from sandbox.slack import SLACK_APP_TOKEN, SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET
from sandbox.slack.people import Person
from sandbox.slack.serving import serving
from sandbox.slack.workspace import SlackWorkspace

Connect = Callable[[AsyncApp], AbstractAsyncContextManager[AsyncApp]]


def furnish(workspace: SlackWorkspace) -> None:
    mara = workspace.add_user("mara", "Mara Example")
    jon = workspace.add_user("jon", "Jon Example", admin=True)
    guest = workspace.add_user("gil", "Gil Guest", guest=True)
    workspace.add_user("old", "Old Account", deactivated=True)
    stranger = workspace.add_user("pat", "Pat Partner", stranger=True)
    workspace.add_channel("web", [mara, jon, guest])
    workspace.add_channel("secret", [mara], private=True)
    workspace.add_channel("hidden", [mara], private=True, with_bot=False)
    workspace.add_channel("lobby", [mara], with_bot=False)
    workspace.add_channel("attic", [mara], archived=True)
    workspace.add_channel("news", [mara, jon], posting_restricted_to=[jon])
    workspace.add_channel("partner", [mara, stranger], shared=True)


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def workspace(faults: Faults) -> SlackWorkspace:
    return SlackWorkspace(Clock(), faults, furnish)


@pytest.fixture
async def api_url(workspace: SlackWorkspace, recorder: Recorder) -> AsyncIterator[str]:
    async with serving(workspace, recorder) as url:
        yield url


@pytest.fixture
async def http(api_url: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def client(api_url: str, http: aiohttp.ClientSession) -> AsyncWebClient:
    return AsyncWebClient(SLACK_BOT_TOKEN, base_url=api_url, session=http, retry_handlers=[])


@pytest.fixture
def mara(workspace: SlackWorkspace) -> Person:
    return Person(workspace, "U0MARA")


@pytest.fixture
def bot(api_url: str) -> AsyncApp:
    return AsyncApp(
        token=SLACK_BOT_TOKEN,
        signing_secret=SLACK_SIGNING_SECRET,
        client=AsyncWebClient(SLACK_BOT_TOKEN, base_url=api_url),
        process_before_response=True,
    )


@asynccontextmanager
async def over_socket(app: AsyncApp) -> AsyncIterator[AsyncApp]:
    handler = AsyncSocketModeHandler(app, SLACK_APP_TOKEN, ping_interval=0.2)
    await handler.connect_async()
    try:
        yield app
    finally:
        await handler.close_async()
        await handler.client.aiohttp_client_session.close()


@pytest.fixture
def over_a_socket() -> Connect:
    return over_socket


@pytest.fixture(params=["socket", "http"])
def connect(request: pytest.FixtureRequest, workspace: SlackWorkspace) -> Connect:
    if request.param == "socket":
        return over_socket

    @asynccontextmanager
    async def over_http(app: AsyncApp) -> AsyncIterator[AsyncApp]:
        listening = socket.create_server(("127.0.0.1", 0))
        workspace.delivery.bot_url = f"http://127.0.0.1:{listening.getsockname()[1]}/slack/events"
        config = uvicorn.Config(AsyncSlackRequestHandler(app), log_level="error", ws="none", lifespan="off")
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield app
        finally:
            await workspace.delivery.settle()
            server.should_exit = True
            await task

    return over_http


class Bot:
    """A bare HTTP bot that notes what it gets and answers as told."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[web.Response] = []
        self.wait = 0.0

    @property
    def payloads(self) -> list[dict[str, Any]]:
        """The interactive payloads, oldest first."""
        forms = [parse_qs(body.decode()) for _, body in self.requests]
        return [json.loads(form["payload"][0]) for form in forms if "payload" in form]

    async def handle(self, request: web.Request) -> web.Response:
        self.requests.append(({k.lower(): v for k, v in request.headers.items()}, await request.read()))
        await asyncio.sleep(self.wait)
        return self.answers.pop(0) if self.answers else web.Response()


@pytest.fixture
async def http_bot(workspace: SlackWorkspace, api_url: str) -> AsyncIterator[Bot]:
    bot, app = Bot(), web.Application()
    app.router.add_post("/slack/events", bot.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    workspace.delivery.bot_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    workspace.delivery.verified.add(workspace.delivery.bot_url)
    workspace.delivery.retry_delays = (0.0, 0.0, 0.0)
    yield bot
    await workspace.delivery.settle()
    await runner.cleanup()
