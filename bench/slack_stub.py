"""A Slack that answers after a fixed time and looks at nothing, for the benches of throughput.

The sandbox examines every view as strictly as Slack does, which costs more CPU than the bot spends on it: behind it
one would measure the sandbox. What a view holds is examined in the other benches.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

from aiohttp import WSMsgType, web


class SlackStub:
    """The Web API and one socket of Socket Mode.

    Attributes:
        latency: seconds for each `views.open`; other methods answer at once.
        calls: method → how many calls were answered.
        under_way: method → how many calls wait for their answer.
        most: method → how many did at once, at most; `""` stands for all together.
        url: the Web API's base.
        socket: the bot's connection, in Socket Mode.
    """

    def __init__(self, latency: float = 0.005) -> None:
        self.latency = latency
        self.calls: Counter[str] = Counter()
        self.under_way: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self._awake = asyncio.Event()
        self._awake.set()
        self._hangs = 0.0
        self.url = ""
        self.socket: web.WebSocketResponse | None = None
        self.connected = asyncio.Event()
        self.acked = asyncio.Event()
        self.acks: set[str] = set()

    async def answer(self, request: web.Request) -> web.Response:
        """Any method."""
        method = request.match_info["method"]
        for name in (method, ""):
            self.under_way[name] += 1
            self.most[name] = max(self.most[name], self.under_way[name])
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._awake.wait(), self._hangs)
            if method == "views.open":
                await asyncio.sleep(self.latency)
        finally:  # whoever called may have given up
            self.under_way.subtract((method, ""))
        self.calls[method] += 1
        return web.json_response(self._body(method))

    def hang(self, seconds: float) -> None:
        """From now on every call waits for so long, or until `wake`."""
        self._awake.clear()
        self._hangs = seconds

    def wake(self) -> None:
        """Answer again, those too that wait."""
        self._awake.set()

    async def serve_socket(self, request: web.Request) -> web.WebSocketResponse:
        """The bot's connection."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.socket = socket
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A0SANDBOX"}})
        self.connected.set()
        async for message in socket:
            if message.type is WSMsgType.TEXT and (envelope := json.loads(message.data).get("envelope_id")):
                self.acks.add(envelope)
                self.acked.set()
        return socket

    async def pump(self, envelopes: Iterator[dict[str, object]], window: int, seconds: float = 30.0) -> None:
        """Send envelopes over the socket, at most `window` of them unacknowledged, until all are acknowledged.

        Raises:
            TimeoutError: an acknowledgement did not come.
        """
        if self.socket is None:
            raise ValueError("nobody is connected")
        self.acks.clear()
        sent = 0
        async with asyncio.timeout(seconds):
            for envelope in envelopes:
                while sent - len(self.acks) >= window:
                    self.acked.clear()
                    await self.acked.wait()
                await self.socket.send_json(envelope)
                sent += 1
            while len(self.acks) < sent:
                self.acked.clear()
                await self.acked.wait()

    async def settle(self, method: str, count: int, seconds: float = 20.0) -> None:
        """Wait until a method was called so often.

        Raises:
            TimeoutError: it was not, so that whoever was measured did less than was asked.
        """
        async with asyncio.timeout(seconds):
            while self.calls[method] < count:  # noqa: ASYNC110 (a short wait at the end of a run)
                await asyncio.sleep(0.002)

    def _body(self, method: str) -> dict[str, object]:
        match method:
            case "auth.test":
                return {
                    "ok": True,
                    "team_id": "T0SANDBOX",
                    "user_id": "U0BOT",
                    "bot_id": "B0BOT",
                    "team": "x",
                    "user": "x",
                }
            case "views.open":
                view = f"V{self.calls[method]:09d}"
                return {"ok": True, "view": {"id": view, "root_view_id": view, "hash": "1.abc"}}
            case "users.info":
                return {"ok": True, "user": {"id": "U0", "name": "mara", "team_id": "T0SANDBOX", "profile": {}}}
            case "apps.connections.open":
                return {"ok": True, "url": self.url.replace("http", "ws", 1).replace("/api/", "/socket")}
        return {"ok": True}


@asynccontextmanager
async def slack_stub(latency: float = 0.005) -> AsyncIterator[SlackStub]:
    """A stub that listens on loopback until the end of the block."""
    stub = SlackStub(latency)
    app = web.Application()
    app.router.add_route("*", "/api/{method}", stub.answer)
    app.router.add_get("/socket", stub.serve_socket)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    stub.url = f"http://{host}:{port}/api/"
    try:
        yield stub
    finally:
        await runner.cleanup()
