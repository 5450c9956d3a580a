"""Calls to Slack's Web API: one connection pool, no blind repeats, failures sorted by what to do next."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from adapters.errors import seconds_asked_for
from adapters.leave import may_leave
from bot.proxies import proxy_for
from bot.slack.workspace import Workspace
from bot.usecases.ports import SlackUnavailable

TIMEOUT = 10.0
"""Seconds for one call; chat.postMessage rarely takes more than one."""
SETTLES = 25.0
"""Seconds in which Slack is expected to finish what it did not answer in time; only then is a message looked for."""
JSON = {"Content-Type": "application/json; charset=utf-8"}
FORM: dict[str, str] = {}
"""Headers; those of form fields are aiohttp's own."""
AT_ONCE = 80
"""Calls under way side by side."""
OPENS_AT_ONCE = 100
"""Calls under way that open a window: its trigger lives for three seconds, so they never wait behind the others."""
GATEWAY_TIMEOUT = 504
MAKES_SOMETHING = frozenset({"chat.postMessage"})
"""Methods that make another message each time that they are called."""
TRY_LATER = frozenset(
    {
        "ratelimited",
        "rate_limited",
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",  # while a workspace moves to Enterprise, "intermittently" (its method pages)
    }
)


class SlackRefused(Exception):
    """Slack said no.

    Attributes:
        code: Slack's error code, such as `not_in_channel`.
        details: what `response_metadata.messages` says, for the log.
    """

    def __init__(self, method: str, code: str, details: str = "") -> None:
        super().__init__(f"{method}: {code}" + (f" ({details})" if details else ""))
        self.code = code
        self.details = details


class Gateway:
    """Calls of the Web API over one shared session, outside Bolt's context.

    Not through the SDK's client: its default retry would send a message twice after a dropped connection, a session of
    our own must not be on Bolt's client, and the way through it costs CPU that opening a form can do without
    (docs/adr/0007). Here nothing is repeated.

    Attributes:
        workspace: whose token it is, once that was asked (`bot.slack.app.identity`).
    """

    def __init__(self, token: str, base_url: str) -> None:
        self.workspace = Workspace()
        self._token = token
        self._base_url = base_url.rstrip("/") + "/"
        self._proxy = proxy_for(self._base_url)
        self._session: aiohttp.ClientSession | None = None
        self._calls = asyncio.Semaphore(AT_ONCE)
        self._opens = asyncio.Semaphore(OPENS_AT_ONCE)

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call one method; arguments that are None are left out.

        Raises:
            SlackRefused: Slack said no; the same call would be refused again.
            SlackUnavailable: no answer, or one that says to wait. `sent` tells whether it may have worked.
        """
        body = json.dumps({name: value for name, value in arguments.items() if value is not None}).encode()
        async with self._opens if method == "views.open" else self._calls:
            if method in MAKES_SOMETHING and not may_leave.get()():
                raise SlackUnavailable(f"{method}: this process was silent, and others may be at it", sent=False)
            return (await self._ask(method, body, JSON))[0]

    async def form(self, method: str, **arguments: Any) -> dict[str, Any]:
        """As `call`, for read methods, which take form fields and no JSON (https://docs.slack.dev/apis/web-api)."""
        body = {name: _field(value) for name, value in arguments.items() if value is not None}
        async with self._calls:
            return (await self._ask(method, body, FORM))[0]

    async def respond(self, url: str, body: dict[str, Any]) -> bool:
        """Answer privately through a response URL, which works where the bot is no member; False if it is spent.

        An address elsewhere is not asked, nor where a redirect leads: what people wrote goes to Slack only.
        """
        if not self._may_answer(url):
            return False
        message = {"response_type": "ephemeral", **body}
        try:
            async with self._calls, self._post(url, json=message) as answer:
                return answer.status == 200
        except (TimeoutError, aiohttp.ClientError):
            return False

    async def upload(self, url: str, content: bytes) -> bool:
        """Send the bytes of a file to the address that Slack named for them; False if it did not take them."""
        if not self._may_answer(url):
            return False
        try:
            async with self._calls, self._post(url, data=content) as answer:
                return answer.status == 200
        except (TimeoutError, aiohttp.ClientError):
            return False

    async def pages(self, method: str, key: str, **arguments: Any) -> AsyncIterator[list[dict[str, Any]]]:
        """The pages of a list method, until the cursor ends or comes a second time."""
        cursor: str | None = None
        seen: set[str] = set()
        while True:
            answer = await self.form(method, cursor=cursor, limit=200, **arguments)
            yield answer.get(key) or []
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor or cursor in seen:
                return
            seen.add(cursor)

    async def granted_scopes(self) -> set[str]:
        """The scopes of the token, which Slack names in a header of every answer.

        Raises:
            SlackRefused, SlackUnavailable
        """
        _, headers = await self._ask("auth.test", b"{}", JSON)
        return {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",") if scope.strip()}

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
        self._session = None

    async def _ask(
        self, method: str, body: bytes | dict[str, str], headers: Mapping[str, str]
    ) -> tuple[dict[str, Any], Mapping[str, str]]:
        """One request; the answer's body and headers."""
        allowed = {"Authorization": f"Bearer {self._token}", **headers}
        try:
            async with self._post(self._base_url + method, data=body, headers=allowed) as response:
                content = await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError) as error:
            raise SlackUnavailable(f"{method}: {type(error).__name__}", sent=False) from None
        except TimeoutError:
            raise _unanswered(method, "TimeoutError") from None
        except aiohttp.ClientError as error:
            raise SlackUnavailable(f"{method}: {type(error).__name__}", sent=True) from None
        if response.status == GATEWAY_TIMEOUT:
            raise _unanswered(method, f"HTTP {GATEWAY_TIMEOUT}")
        return _read(method, response.status, response.headers, content), response.headers

    def _may_answer(self, url: str) -> bool:
        """Whether this is an address of Slack, or of what stands in for it."""
        origin = _origin(url)
        if origin is None:
            return False
        scheme, host, port = origin
        return origin == _origin(self._base_url) or (scheme == "https" and port == 443 and host.endswith(".slack.com"))

    def _post(self, url: str, **arguments: Any) -> "AbstractAsyncContextManager[aiohttp.ClientResponse]":
        """One request, through the proxy that is meant for this address, if there is one; no redirect is followed."""
        proxy = self._proxy if url.startswith(self._base_url) else proxy_for(url)
        return self._connections().post(url, allow_redirects=False, proxy=proxy, **arguments)

    def _connections(self) -> aiohttp.ClientSession:
        """The session; it is made on the loop that uses it."""
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=TIMEOUT, connect=3)
            self._session = aiohttp.ClientSession(
                timeout=timeout, connector=aiohttp.TCPConnector(limit=AT_ONCE + OPENS_AT_ONCE)
            )
        return self._session


def _origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port; None if that is no address of the web."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        return None
    # A backslash is a slash to some readers of addresses and part of the name to others.
    return (parts.scheme, parts.hostname, port) if parts.hostname and "\\" not in url else None


def _read(method: str, status: int, headers: Mapping[str, str], content: bytes) -> dict[str, Any]:
    """Slack's answer, or why there is none; a page of HTML or half an answer may hide a call that worked."""
    try:
        data = json.loads(content)
    except ValueError:
        data = None
    code = str(data.get("error") or "") if isinstance(data, dict) else ""
    if status == 429 or code in TRY_LATER:
        raise SlackUnavailable(f"{method}: {code or status}", _retry_after(headers), sent=False)
    if not isinstance(data, dict) or status >= 500 or not (code or data.get("ok")):
        raise SlackUnavailable(f"{method}: HTTP {status}", sent=True)
    if not data.get("ok"):
        metadata = data.get("response_metadata")
        details = "; ".join(map(str, metadata.get("messages") or [])) if isinstance(metadata, dict) else ""
        raise SlackRefused(method, code, details)
    return data


def _unanswered(method: str, reason: str) -> SlackUnavailable:
    """Slack may still be at it; that matters where doing it twice does."""
    if method not in MAKES_SOMETHING:
        return SlackUnavailable(f"{method}: {reason}", sent=True)
    return SlackUnavailable(f"{method}: {reason}", SETTLES, sent=True, pending=True)


def _retry_after(headers: Mapping[str, str]) -> float:
    return max(1.0, seconds_asked_for(headers.get("Retry-After"), 1.0))


def _field(value: Any) -> str:
    """An argument as a form field."""
    return value if isinstance(value, str) else json.dumps(value)
