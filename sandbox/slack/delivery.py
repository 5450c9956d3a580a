"""How payloads reach the bot: over its socket if one is connected, else signed over HTTP to its URL."""

import asyncio
import contextlib
import hashlib
import hmac
import json
import time
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

import aiohttp

from sandbox.clock import Clock
from sandbox.slack import SLACK_SIGNING_SECRET, VERIFICATION_TOKEN
from sandbox.slack.model import Json
from sandbox.slack.sockets import Sockets

Kind = Literal["slash_commands", "interactive", "events_api"]
WITH_ANSWER = frozenset({"view_submission", "block_suggestion"})
"""Types of interactive payloads whose answer Slack reads."""
CHALLENGE = "c0ffee"
"""What a URL has to say back before events are sent to it."""


@dataclass(slots=True)
class Answer:
    """What the bot said to one payload.

    Attributes:
        acknowledged: 200, or an ack, within the time allowed.
        problem: Slack's word for what went wrong: `operation_timeout`, `dispatch_failed` (nobody there),
            `http_client_error`, `http_service_error`; for events also `url_not_verified`.
        body: the answer: an object, a text, or None.
        status: the HTTP status, None over a socket.
        no_retry: the bot asked by `x-slack-no-retry: 1` for no further delivery.
    """

    acknowledged: bool
    problem: str | None = None
    body: Any = None
    status: int | None = None
    no_retry: bool = False


@dataclass(slots=True)
class Sent:
    """One delivery, for the log."""

    kind: Kind
    payload: Json
    answer: Answer
    attempt: int = 0


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The v0 signature: HMAC-SHA256 over `v0:timestamp:body` (Slack docs, Verifying requests from Slack)."""
    return "v0=" + hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()


class Delivery:
    """Sends payloads to the bot.

    Attributes:
        sockets: the connections of Socket Mode; used as long as there is one.
        bot_url: where HTTP mode listens, such as `http://127.0.0.1:3000/slack/events`.
        verified: the URLs that answered Slack's url_verification; no event is sent to any other.
        signing_secret: what the requests are signed with.
        seconds: how long the bot may take; Slack's 3.
        retry_delays: when an event is sent again, in seconds after the last failure: at once, after 1 and 5 minutes.
        redeliveries: how often an unacked command or interaction is sent again over a socket.
        shows_after: seconds that Slack takes over the answer to a submission before it shows it. The real one takes
            some, so that a change that the bot makes at once may be shown first.
        log: the latest deliveries.
    """

    def __init__(self, clock: Clock) -> None:
        self.sockets = Sockets(clock)
        self.bot_url: str | None = None
        self.verified: set[str] = set()
        self.signing_secret = SLACK_SIGNING_SECRET
        self.seconds = 3.0
        self.retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0)
        self.redeliveries = 1
        self.shows_after = 0.0
        self.log: deque[Sent] = deque(maxlen=1000)
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    async def deliver(self, kind: Kind, payload: Json) -> Answer:
        """Send a payload and wait for the bot's answer, 3 seconds at most. What is unanswered is sent again later."""
        answer = await self._once(kind, payload, 0, "")
        delays: tuple[float, ...] = ()
        if kind == "events_api":
            delays = self.retry_delays
        elif self.sockets.connections and answer.problem == "operation_timeout":
            delays = (0.0,) * self.redeliveries
        if not answer.acknowledged and not answer.no_retry and delays:
            self.spawn(self._again(kind, payload, delays, answer))
        return answer

    async def verify_url(self) -> bool:
        """Whether the bot's URL answers Slack's url_verification with its challenge.

        The real Slack asks when the URL is entered; here it is asked before the first event too.
        """
        return (await self._verified()).acknowledged

    async def _verified(self) -> Answer:
        if self.bot_url in self.verified:
            return Answer(acknowledged=True)
        body = {"token": VERIFICATION_TOKEN, "challenge": CHALLENGE, "type": "url_verification"}
        answer = await self._http("events_api", body, 0, "")
        found = answer.body.get("challenge") if isinstance(answer.body, dict) else answer.body
        if answer.acknowledged and found != CHALLENGE:
            return Answer(acknowledged=False, problem="url_not_verified", no_retry=True)
        if answer.acknowledged and self.bot_url:
            self.verified.add(self.bot_url)
        return answer

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run something beside what the person waits for; `settle` waits for it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Wait until everything that runs beside is done, retries included."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """End what runs, close connections."""
        for task in list(self._tasks):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self.sockets.close()
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _again(self, kind: Kind, payload: Json, delays: tuple[float, ...], last: Answer) -> None:
        reasons = {"operation_timeout": "http_timeout", "dispatch_failed": "connection_failed"}
        for attempt, delay in enumerate(delays, start=1):
            await asyncio.sleep(delay)
            reason = reasons.get(last.problem or "", "http_error")
            last = await self._once(kind, payload, attempt, reason)
            if last.acknowledged or last.no_retry:
                return

    async def _once(self, kind: Kind, payload: Json, attempt: int, reason: str) -> Answer:
        if self.sockets.connections:
            answer = await self._socket(kind, payload, attempt, reason)
        elif self.bot_url:
            answer = await self._verified() if kind == "events_api" else Answer(acknowledged=True)
            if answer.acknowledged:
                answer = await self._http(kind, payload, attempt, reason)
        else:
            answer = Answer(acknowledged=False, problem="dispatch_failed")
        self.log.append(Sent(kind, payload, answer, attempt))
        return answer

    async def _socket(self, kind: Kind, payload: Json, attempt: int, reason: str) -> Answer:
        accepts = kind == "slash_commands" or payload.get("type") in WITH_ANSWER
        retry: dict[str, object] = {}
        if kind == "events_api" or attempt:
            retry = {"retry_attempt": attempt, "retry_reason": reason.replace("http_timeout", "timeout")}
        envelope = await self.sockets.send(kind, payload, accepts_response=accepts, **retry)
        try:
            async with asyncio.timeout(self.seconds):
                body = await envelope.acked
        except TimeoutError:
            return Answer(acknowledged=False, problem="operation_timeout")
        finally:
            self.sockets.forget(envelope)
        return Answer(acknowledged=True, body=(body or None) if accepts else None)

    async def _http(self, kind: Kind, payload: Json, attempt: int, reason: str) -> Answer:
        body, content_type = _encoded(kind, payload)
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self.signing_secret, timestamp, body),
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
        if self._session is None:
            # A bot that was restarted must not be greeted over a connection of its former life.
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, force_close=True))
        limit = aiohttp.ClientTimeout(total=self.seconds)
        try:
            async with self._session.post(self.bot_url or "", data=body, headers=headers, timeout=limit) as response:
                return _answer(response.status, response.headers.get("x-slack-no-retry"), await response.text())
        except TimeoutError:
            return Answer(acknowledged=False, problem="operation_timeout")
        except aiohttp.ClientError:
            return Answer(acknowledged=False, problem="dispatch_failed")


def _encoded(kind: Kind, payload: Json) -> tuple[bytes, str]:
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    if kind == "interactive":
        payload = {"payload": json.dumps(payload)}
    return urlencode(payload).encode(), "application/x-www-form-urlencoded"


def _answer(status: int, no_retry: str | None, text: str) -> Answer:
    body: Any = text or None
    with contextlib.suppress(ValueError):
        body = json.loads(text)
    if 200 <= status < 300:
        return Answer(acknowledged=True, body=body, status=status)
    problem = "http_client_error" if status < 500 else "http_service_error"
    return Answer(acknowledged=False, problem=problem, body=body, status=status, no_retry=no_retry == "1")
