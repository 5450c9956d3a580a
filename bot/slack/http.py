"""Slack's requests in HTTP mode: verified on the raw body, refused if malformed or seen before, then Bolt's."""

import asyncio
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
from bot.slack.payloads import cleaned, understood

PATH = "/slack/events"
WINDOW = 300
"""Seconds that a signature is good for (https://docs.slack.dev/authentication/verifying-requests-from-slack)."""
LARGEST = 8_000_000
"""Bytes. A view has at most 250 KB and 100 inputs of 3,000 characters, each of up to 12 bytes as JSON in a form."""
ARRIVES_WITHIN = 5.0
"""Seconds that a body may take; Slack itself gives up after three."""

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Payload = dict[str, Any]
PLAIN = (b"content-type", b"text/plain; charset=utf-8")

READS = "block_suggestion"
"""The type of a payload that only asks: the same letters, typed twice within a second, are signed alike."""

logger = log.get(__name__)


class Signatures:
    """Checks `X-Slack-Signature`, and remembers the good ones so that none is taken twice."""

    def __init__(self, secret: str, now: Callable[[], float] = time.time) -> None:
        self._secret = secret.encode()
        self._now = now
        self._taken: OrderedDict[str, float] = OrderedDict()

    def untimely(self, timestamp: str) -> str:
        """Why a request of that time cannot be Slack's, or an empty string.

        Slack's own SDK raises on a timestamp that is no number, hence our own check.
        """
        if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
            return "no timestamp"
        return "expired" if abs(self._now() - int(timestamp)) > WINDOW else ""

    def wrong(self, timestamp: str, signature: str, body: bytes) -> str:
        """Why this request is not Slack's of now, or an empty string."""
        if reason := self.untimely(timestamp):
            return reason
        expected = hmac.new(self._secret, b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(f"v0={expected}".encode(), signature.encode()):
            return "wrong signature"
        return ""

    def take(self, signature: str) -> str:
        """Why a request that is Slack's is not to be answered, or an empty string; from then on it is a replay."""
        if signature in self._taken:
            return "replayed"
        self._taken[signature] = self._now()
        while next(iter(self._taken.values())) < self._now() - 2 * WINDOW:
            self._taken.popitem(last=False)
        return ""

    def give_back(self, signature: str) -> None:
        """It could not be answered: Slack may send it again."""
        self._taken.pop(signature, None)


class SlackEndpoint:
    """The ASGI application behind `/slack/events`."""

    def __init__(self, app: AsyncApp, signatures: Signatures) -> None:
        self._app = app
        self._signatures = signatures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        timestamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
        if scope["method"] != "POST":
            await answer(send, 405, b"POST only\n", [(b"allow", b"POST"), PLAIN])
            return
        if reason := self._signatures.untimely(timestamp):
            await _refuse(send, 401, reason)
            return
        try:
            async with asyncio.timeout(ARRIVES_WITHIN):
                body = await _read(receive)
        except TimeoutError:
            await _refuse(send, 408, "too slow")
            return
        if body is None:
            await _refuse(send, 413, "too large")
        elif reason := self._signatures.wrong(timestamp, signature, body):
            await _refuse(send, 401, reason, len(body))
        elif (payload := payload_of(body, headers.get("content-type", ""))) is None:
            await _refuse(send, 400, "malformed", len(body))
        elif payload.get("type") != READS and (reason := self._signatures.take(signature)):
            await _refuse(send, 401, reason, len(body))
        else:
            await self._dispatch(payload, headers, signature, send)

    async def _dispatch(self, payload: Payload, headers: Mapping[str, str], signature: str, send: Send) -> None:
        try:
            # As in Socket Mode the payload is handed over as read: it was verified and parsed already.
            request = AsyncBoltRequest(body=payload, headers=dict(headers), mode="socket_mode")
            response = await self._app.async_dispatch(request)
        except Exception:  # the library itself stumbles over what we do not look at
            logger.exception("payload not understood")
            await answer(send, 400, b"malformed\n")
            return
        if response.status >= 500:
            self._signatures.give_back(signature)
        content = [(name.encode(), value.encode()) for name, values in response.headers.items() for value in values]
        await answer(send, response.status, (response.body or "").encode(), content)


def payload_of(body: bytes, content_type: str) -> Payload | None:
    """What a body says: a JSON object, or a form, perhaps with a `payload` that is one; None if it is malformed."""
    payload: object
    try:
        text = body.decode()
        if content_type.partition(";")[0].strip().lower() == "application/json":
            payload = json.loads(text)
        else:
            fields = dict(parse_qsl(text, keep_blank_values=True, errors="strict"))
            payload = json.loads(fields["payload"]) if "payload" in fields else fields
        payload = cleaned(payload)
    except (ValueError, RecursionError):
        return None
    return payload if isinstance(payload, dict) and understood(payload) else None


async def _refuse(send: Send, status: int, reason: str, size: int = 0) -> None:
    """Say no more than needed; the reason goes to the log, the body never."""
    logger.warning("request refused", reason=reason, bytes=size)
    await answer(send, status, b"not from Slack\n" if status == 401 else f"{reason}\n".encode())


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
    own = headers or [PLAIN]
    kept = [pair for pair in own if pair[0].lower() != b"content-length"]
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*kept, length]})
    await send({"type": "http.response.body", "body": body})
