"""Requests as Slack sends them, over raw sockets: signed before the clock starts, so that little but the bot is timed.

The bot refuses a signature that it has seen, so every request has a body of its own.
"""

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sandbox.slack import SLACK_SIGNING_SECRET
from sandbox.slack.delivery import sign

PATH = "/slack/events"
GIVE_UP = 60.0
"""Seconds after which a run that does not end is broken."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer.

    Attributes:
        number: which request it answers, from 0.
        status: of HTTP; 0 if the connection ended without an answer.
        seconds: since the request was sent; for a connection of its own since it was begun.
        finished: seconds since the run began.
        body: the answer.
    """

    number: int
    status: int
    seconds: float
    finished: float
    body: bytes


def command_fields(trigger_id: str, user: str, *, text: str = "") -> dict[str, str]:
    """What Slack sends for `/devrequest …`."""
    return {
        "token": "unused",
        "team_id": "T0SANDBOX",
        "team_domain": "example-goods",
        "channel_id": "C0WEB",
        "channel_name": "mar-dev-web",
        "user_id": user,
        "user_name": user.lower(),
        "command": "/devrequest",
        "text": text,
        "api_app_id": "A0SANDBOX",
        "is_enterprise_install": "false",
        "response_url": f"http://127.0.0.1:9/response/{trigger_id}",
        "trigger_id": trigger_id,
    }


def command(trigger_id: str, user: str, *, text: str = "") -> bytes:
    """A signed `/devrequest …`, ready for the wire."""
    return request(urlencode(command_fields(trigger_id, user, text=text)).encode())


def interaction(payload: dict[str, Any]) -> bytes:
    """A signed interaction, ready for the wire."""
    return request(urlencode({"payload": json.dumps(payload)}).encode())


def request(body: bytes) -> bytes:
    """A signed form as bytes of HTTP."""
    timestamp = str(int(time.time()))
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Slackbot 1.0\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\nX-Slack-Request-Timestamp: {timestamp}\r\n"
        f"X-Slack-Signature: {sign(SLACK_SIGNING_SECRET, timestamp, body)}\r\n\r\n"
    )
    return head.encode() + body


async def send(port: int, requests: Sequence[bytes], connections: int, pause: float = 0.0) -> list[Reply]:
    """Send all requests over so many new connections, each with one request under way; replies as they came.

    Args:
        port: where the server listens.
        requests: as `request` makes them.
        connections: as many as there are requests: each gets its own.
        pause: seconds between the answer and the next request of a connection.

    Raises:
        TimeoutError: the server stopped answering.
    """
    run = _Run(requests, pause)
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(GIVE_UP):
        connecting = (loop.create_connection(lambda: _Connection(run), "127.0.0.1", port) for _ in range(connections))
        await asyncio.gather(*connecting)
        await run.done.wait()
    for connection in run.connections:
        connection.close()
    return run.replies


class _Run:
    """What the connections of one run share."""

    def __init__(self, requests: Sequence[bytes], pause: float) -> None:
        self.requests: Iterator[tuple[int, bytes]] = iter(enumerate(requests))
        self.expected = len(requests)
        self.pause = pause
        self.began = time.perf_counter()
        self.replies: list[Reply] = []
        self.connections: list[asyncio.Transport] = []
        self.done = asyncio.Event()

    def finish(self, number: int, status: int, sent: float, body: bytes) -> None:
        """Note an answer."""
        now = time.perf_counter()
        self.replies.append(Reply(number, status, now - sent, now - self.began, body))
        if len(self.replies) == self.expected:
            self.done.set()


class _Connection(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._transport: asyncio.Transport | None = None
        self._sent = run.began
        self._number = 0
        self._waiting = False
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
            self._run.connections.append(transport)
            self._next()

    def data_received(self, data: bytes) -> None:
        self._received += data
        answer = _complete(self._received)
        if answer is None:
            return
        self._received, self._waiting = b"", False
        self._run.finish(self._number, answer[0], self._sent, answer[1])
        self._sent = time.perf_counter()
        if self._run.pause:
            asyncio.get_running_loop().call_later(self._run.pause, self._next)
        else:
            self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if self._waiting:
            self._run.finish(self._number, 0, self._sent, b"")

    def _next(self) -> None:
        following = next(self._run.requests, None)
        if following is None or self._transport is None:
            return
        if self._run.pause:
            self._sent = time.perf_counter()
        self._waiting = True
        self._number, data = following
        self._transport.write(data)


def _complete(received: bytes) -> tuple[int, bytes] | None:
    """Status and body once both are whole; chunks stay as they came."""
    head, end, body = received.partition(b"\r\n\r\n")
    if not end:
        return None
    status, lowered = int(head[9:12]), head.lower()
    _, found, rest = lowered.partition(b"content-length:")
    if found:
        return (status, body) if len(body) >= int(rest.partition(b"\r\n")[0]) else None
    if b"transfer-encoding: chunked" in lowered:
        return (status, body) if body.endswith(b"0\r\n\r\n") else None
    return status, body
