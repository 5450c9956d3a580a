"""Slack's requests in HTTP mode: verified on the raw body, refused if malformed or seen before, then Bolt's."""

import hashlib
import hmac
import json
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot import log

PATH = "/slack/events"
WINDOW = 300
"""Seconds that a signature is good for (https://docs.slack.dev/authentication/verifying-requests-from-slack)."""
LARGEST = 1_000_000
"""Bytes. Slack's largest payload is a view of 250 KB with its state."""
REMEMBER = 20_000

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

logger = log.get(__name__)


class Signatures:
    """Checks `X-Slack-Signature`, and remembers the good ones so that none is taken twice."""

    def __init__(self, secret: str, now: Callable[[], float] = time.time) -> None:
        self._secret = secret.encode()
        self._now = now
        self._seen: OrderedDict[str, float] = OrderedDict()

    def refuse(self, timestamp: str, signature: str, body: bytes) -> str:
        """Why this request is not Slack's, or an empty string.

        Slack's own SDK raises on a timestamp that is no number, hence our own check.
        """
        if not timestamp.isascii() or not timestamp.isdigit():
            return "no timestamp"
        if abs(self._now() - int(timestamp)) > WINDOW:
            return "expired"
        expected = hmac.new(self._secret, b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(f"v0={expected}".encode(), signature.encode()):
            return "wrong signature"
        if signature in self._seen:
            return "replayed"
        return ""

    def remember(self, signature: str) -> None:
        """It was answered: from now on it is a replay."""
        self._seen[signature] = self._now()
        while self._seen and (len(self._seen) > REMEMBER or next(iter(self._seen.values())) < self._now() - 2 * WINDOW):
            self._seen.popitem(last=False)


class SlackEndpoint:
    """The ASGI application behind `/slack/events`."""

    def __init__(self, app: AsyncApp, signatures: Signatures) -> None:
        self._app = app
        self._signatures = signatures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] != "POST":
            await answer(send, 405, b"POST only\n")
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        body = await _read(receive)
        if body is None:
            await answer(send, 413, b"too large\n")
            return
        signature = headers.get("x-slack-signature", "")
        if reason := self._signatures.refuse(headers.get("x-slack-request-timestamp", ""), signature, body):
            logger.warning("request refused", reason=reason, bytes=len(body))
            await answer(send, 401, b"not from Slack\n")
            return
        if not well_formed(body, headers.get("content-type", "")):
            logger.warning("request malformed", bytes=len(body))
            await answer(send, 400, b"malformed\n")
            return
        await self._dispatch(body, headers, signature, send)

    async def _dispatch(self, body: bytes, headers: Mapping[str, str], signature: str, send: Send) -> None:
        query: dict[str, str] = {}
        request = AsyncBoltRequest(body=body.decode(), query=query, headers=dict(headers))
        response = await self._app.async_dispatch(request)
        if response.status < 500:
            self._signatures.remember(signature)
        content = [(name.encode(), value.encode()) for name, values in response.headers.items() for value in values]
        await answer(send, response.status, (response.body or "").encode(), content)


def well_formed(body: bytes, content_type: str) -> bool:
    """Whether Bolt can read it: a form, perhaps with a `payload` that is a JSON object, or a JSON object."""
    try:
        text = body.decode()
        if content_type.partition(";")[0].strip().lower() == "application/json":
            return _is_payload(json.loads(text))
        fields = dict(parse_qsl(text, keep_blank_values=True))
        payload = json.loads(fields["payload"]) if "payload" in fields else None
    except (UnicodeDecodeError, ValueError, RecursionError):
        return False
    return _is_payload(payload) if "payload" in fields else bool({"command", "ssl_check"} & fields.keys())


def _is_payload(payload: object) -> bool:
    return isinstance(payload, dict) and isinstance(payload.get("type"), str)


async def _read(receive: Receive) -> bytes | None:
    """The whole body, or None if it is too large."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts)
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST:
            return None
        if not message.get("more_body"):
            return b"".join(parts)


async def answer(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    """Send a whole response."""
    own = headers or [(b"content-type", b"text/plain; charset=utf-8")]
    kept = [pair for pair in own if pair[0].lower() != b"content-length"]
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*kept, length]})
    await send({"type": "http.response.body", "body": body})
