"""The small web server: health, readiness and metrics in both modes, and Slack's requests in HTTP mode."""

import json
import socket
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import uvicorn
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.metrics import BotMetrics
from bot.slack.http import PATH, Scope, SlackEndpoint, answer

Ready = Callable[[], Awaitable[Mapping[str, bool]]]
"""What must be well for the bot to work: name → whether it is."""


class WebServer:
    """An ASGI application under uvicorn.

    Args:
        port: 0 takes any free one.
        ready: asked by `/readyz`.
        metrics: shown by `/metrics`.
        slack: answers Slack in HTTP mode; None in Socket Mode.
        host: where to listen; all interfaces, since it runs in a container.
    """

    def __init__(self, port: int, ready: Ready, metrics: BotMetrics, slack: SlackEndpoint | None, host: str) -> None:
        self._ready = ready
        self._metrics = metrics
        self._slack = slack
        self._address = (host, port)
        self._socket: socket.socket | None = None
        config = uvicorn.Config(
            self,
            log_config=None,
            access_log=False,
            lifespan="off",
            http="httptools",
            ws="none",
            timeout_graceful_shutdown=5,
        )
        self._server = uvicorn.Server(config)

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        path = scope["path"]
        if path == PATH and self._slack:
            await self._slack(scope, receive, send)
        elif path == "/healthz":
            await answer(send, 200, b"ok\n")
        elif path == "/readyz":
            await self._answer_ready(send)
        elif path == "/metrics":
            await self._answer_metrics(send)
        else:
            await answer(send, 404, b"not found\n")

    def listen(self) -> None:
        """Take the port; uvicorn itself would end the process if it is taken.

        Raises:
            OSError: it is taken, or not for us.
        """
        self._socket = socket.create_server(self._address, backlog=2048)
        # asyncio does so only for sockets that name their protocol. Without it the body of an answer waits 40 ms for
        # Slack's acknowledgement of the headers; accepted connections inherit it.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    async def serve(self) -> None:
        """Serve until `stop`; signals are the caller's business."""
        await self._server._serve([self._socket] if self._socket else None)  # noqa: SLF001 (`serve` would install signal handlers of its own)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._socket.getsockname()[1]) if self._socket else 0

    def stop(self) -> None:
        """Take no more requests and end."""
        self._server.should_exit = True

    async def _answer_metrics(self, send: Any) -> None:
        await self._metrics.refresh()
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self._metrics)
        await answer(send, 200, generate_latest(registry), [(b"content-type", CONTENT_TYPE_LATEST.encode())])

    async def _answer_ready(self, send: Any) -> None:
        parts = await self._ready()
        status = 200 if all(parts.values()) else 503
        await answer(send, status, json.dumps(parts).encode() + b"\n", [(b"content-type", b"application/json")])
