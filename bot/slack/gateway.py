"""Calls to Slack's Web API: one connection pool, no blind repeats, failures sorted by what to do next."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.usecases.ports import SlackUnavailable

TIMEOUT = 10.0
"""Seconds for one call; chat.postMessage rarely takes more than one."""
JSON = {"Content-Type": "application/json; charset=utf-8"}
AT_ONCE = 80
OPENS_AT_ONCE = 100
TRY_LATER = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
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
    """A private Web API client with one shared session, outside Bolt's context.

    Bolt's own client must not carry a session, and the SDK's default retry would send a message twice
    after a dropped connection; here nothing is repeated.
    """

    def __init__(self, token: str, base_url: str) -> None:
        self._token = token
        self._base_url = base_url
        self._client: AsyncWebClient | None = None
        self._session: aiohttp.ClientSession | None = None
        self._calls = asyncio.Semaphore(AT_ONCE)
        self._opens = asyncio.Semaphore(OPENS_AT_ONCE)

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call one method; arguments that are None are left out.

        Raises:
            SlackRefused: Slack said no; the same call would be refused again.
            SlackUnavailable: no answer, or one that says to wait. `sent` tells whether it may have worked.
        """
        # Bytes of our own: through the SDK's `json=` the same call costs a fifth more CPU.
        body: Any = json.dumps({name: value for name, value in arguments.items() if value is not None}).encode()
        async with self._opens if method == "views.open" else self._calls:
            try:
                answer = await self.client().api_call(method, data=body, headers=JSON)
            except SlackApiError as error:
                raise _sorted(method, error) from None
            except (aiohttp.ClientConnectorError, aiohttp.ClientConnectionResetError) as error:
                raise SlackUnavailable(f"{method}: {type(error).__name__}", sent=False) from None
            except (TimeoutError, aiohttp.ClientError) as error:
                raise SlackUnavailable(f"{method}: {type(error).__name__}", sent=True) from None
        data = answer.data
        return data if isinstance(data, dict) else {}

    async def form(self, method: str, **arguments: Any) -> dict[str, Any]:
        """As `call`, for read methods, which take form fields and no JSON (https://docs.slack.dev/apis/web-api)."""
        body = {name: value for name, value in arguments.items() if value is not None}
        async with self._calls:
            try:
                answer = await self.client().api_call(method, data=body)
            except SlackApiError as error:
                raise _sorted(method, error) from None
            except (TimeoutError, aiohttp.ClientError) as error:
                raise SlackUnavailable(f"{method}: {type(error).__name__}", sent=False) from None
        data = answer.data
        return data if isinstance(data, dict) else {}

    async def respond(self, url: str, body: dict[str, Any]) -> bool:
        """Answer privately through a response URL, which works where the bot is no member; False if it is spent."""
        self.client()
        if self._session is None or not url:
            return False
        try:
            async with self._calls, self._session.post(url, json={"response_type": "ephemeral", **body}) as answer:
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
        try:
            answer = await self.client().auth_test()
        except SlackApiError as error:
            raise _sorted("auth.test", error) from None
        except (TimeoutError, aiohttp.ClientError) as error:
            raise SlackUnavailable(f"auth.test: {type(error).__name__}") from None
        headers = {str(name).lower(): str(value) for name, value in dict(answer.headers).items()}
        return {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",") if scope.strip()}

    def client(self) -> AsyncWebClient:
        """The client; its session is made on the loop that uses it."""
        if self._client is None:
            timeout = aiohttp.ClientTimeout(total=TIMEOUT, connect=3)
            # With a session of our own the client's timeout is ignored, so it is set here.
            self._session = aiohttp.ClientSession(
                timeout=timeout, connector=aiohttp.TCPConnector(limit=AT_ONCE + OPENS_AT_ONCE)
            )
            self._client = AsyncWebClient(
                token=self._token, base_url=self._base_url, session=self._session, retry_handlers=[]
            )
        return self._client

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
        self._client = self._session = None


def _sorted(method: str, error: SlackApiError) -> Exception:
    """Slack's answer as one of ours. With a body that is no JSON the SDK hands over aiohttp's own response."""
    response: Any = error.response
    status = int(getattr(response, "status_code", None) or getattr(response, "status", 0) or 0)
    data = getattr(response, "data", None)
    code = str(data.get("error") or "") if isinstance(data, dict) else ""
    if status == 429 or code in TRY_LATER:
        return SlackUnavailable(f"{method}: {code or status}", _retry_after(response), sent=False)
    if status >= 500 or not code:
        return SlackUnavailable(f"{method}: HTTP {status}", sent=True)
    metadata = data.get("response_metadata") if isinstance(data, dict) else None
    details = "; ".join(metadata.get("messages") or []) if isinstance(metadata, dict) else ""
    return SlackRefused(method, code, details)


def _retry_after(response: Any) -> float:
    headers = {str(name).lower(): value for name, value in dict(getattr(response, "headers", None) or {}).items()}
    try:
        return max(1.0, float(headers.get("retry-after", 1)))
    except (TypeError, ValueError):
        return 1.0
