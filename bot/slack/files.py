"""Files that people uploaded to Slack, streamed with httpx."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Any

from adapters.base import File
from bot import log
from bot.usecases.ports import FileUnavailable

if TYPE_CHECKING:  # most requests have no files, and nobody waits for this library at the start
    import httpx

SLACK_HOSTS = (".slack.com", ".slack-edge.com", ".slack-files.com")
CHUNK = 256 * 1024
"""Bytes that are passed on at a time."""
LIMIT = 100 * 1024 * 1024
"""Bytes; Slack and Asana both end there."""
TOO_LARGE = "it is larger than 100 MB"
PORTS = {"http": 80, "https": 443}
TRY_AGAIN = 30.0
"""Seconds after which a Slack that did not answer is asked again."""
NOT_HANDED_OUT = "Slack did not hand it out"
PATIENCE = 30.0
"""Seconds in which Slack's answer has to begin, and that a file may be behind `SLOWEST` at any time.

The client's own timeouts are for each read: an answer that drips in never meets them, while the requester waits.
"""
SLOWEST = 256 * 1024
"""Bytes a second, at which 100 MB take seven minutes. What comes more slowly is left, and tried again."""

logger = log.get(__name__)


class SlackFiles:
    """The port `Files`. The token goes to Slack's own hosts only, and to where `SLACK_API_URL` points."""

    def __init__(self, token: str, api_url: str, client: "httpx.AsyncClient | None" = None) -> None:
        self._token = token
        self._api_url = api_url
        self._client = client

    @asynccontextmanager
    async def open(self, file: Mapping[str, Any]) -> AsyncIterator[File]:
        """Stream a file.

        Without `files:read` Slack answers a download with 200 and the HTML of its log-in page, hence the look at
        the content type (https://docs.slack.dev/messaging/working-with-files). It is asked not to compress: trackers
        are told the size beforehand, and know a file again by it.

        Raises:
            FileUnavailable: with a reason for people.
        """
        import httpx

        url = str(file.get("url") or "")
        if not self._may_ask(url):
            raise FileUnavailable("it is not stored at Slack")
        try:
            async with aclosing(await self._answer(url)) as response:
                yield _checked(file, response)
        except httpx.HTTPError as error:
            logger.info("file not read", reason=type(error).__name__)
            raise FileUnavailable(NOT_HANDED_OUT, TRY_AGAIN) from error

    def client(self) -> "httpx.AsyncClient":
        """One client a process: making one costs an SSL context. Redirects are not followed: they lead to a log-in."""
        if self._client is None:
            import httpx

            self._client = httpx.AsyncClient(timeout=httpx.Timeout(30.0, connect=5.0), follow_redirects=False)
        return self._client

    async def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            await self._client.aclose()

    async def _answer(self, url: str) -> "httpx.Response":
        """What Slack answers, up to where the file begins."""
        headers = {"Authorization": f"Bearer {self._token}", "Accept-Encoding": "identity"}
        request = self.client().build_request("GET", url, headers=headers)
        try:
            async with asyncio.timeout(PATIENCE):
                return await self.client().send(request, stream=True)
        except TimeoutError as error:
            raise _too_slow() from error

    def _may_ask(self, url: str) -> bool:
        origin = _origin(url)
        if origin is None:
            return False
        scheme, host, port = origin
        at_slack = host == "slack.com" or host.endswith(SLACK_HOSTS)
        return origin == _origin(self._api_url) or (scheme == "https" and port == PORTS["https"] and at_slack)


def _origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port, as the client itself reads the address; None if it asks no web server."""
    import httpx

    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        return None
    if parts.scheme not in PORTS or not parts.host:
        return None
    return parts.scheme, parts.host.lower(), parts.port or PORTS[parts.scheme]


async def _whole(chunks: AsyncIterator[bytes], size: int) -> AsyncIterator[bytes]:
    """The bytes as they come, unless there are too many, too few, or they come too slowly.

    Args:
        chunks: of the answer, which need not say how many there will be, or may say too few.
        size: of the file, 0 if nobody knows. A broken connection may look like the end of an answer without a length.
    """
    loop = asyncio.get_running_loop()
    total, waited = 0, 0.0
    while True:
        began = loop.time()  # only what Slack takes counts: whoever gets the bytes may be slow, too
        try:
            async with asyncio.timeout(PATIENCE + total / SLOWEST - waited):
                chunk = await anext(chunks, None)
        except TimeoutError as error:
            raise _too_slow() from error
        if chunk is None:
            break
        waited += loop.time() - began
        total += len(chunk)
        if total > LIMIT:
            raise FileUnavailable(TOO_LARGE)
        yield chunk
    if total < size:
        logger.info("file not read", reason="cut short")
        raise FileUnavailable(NOT_HANDED_OUT, TRY_AGAIN)


def _too_slow() -> FileUnavailable:
    logger.info("file not read", reason="too slow")
    return FileUnavailable(NOT_HANDED_OUT, TRY_AGAIN)


def _checked(file: Mapping[str, Any], response: "httpx.Response") -> File:
    if response.status_code == 429 or response.status_code >= 500:
        raise FileUnavailable(NOT_HANDED_OUT, TRY_AGAIN)
    if response.status_code != 200:
        raise FileUnavailable("Slack says it is gone or not for this app")
    found = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    expected = str(file.get("mimetype") or "").lower()
    said, sent = _number(file.get("size")), _number(response.headers.get("content-length"))
    encoded = response.headers.get("content-encoding", "identity") != "identity"
    if found == "text/html" and (expected != "text/html" or (said and sent and said != sent and not encoded)):
        raise FileUnavailable("Slack asked for a log-in instead of handing it out")
    size = said if encoded else sent or said
    if size > LIMIT:
        raise FileUnavailable(TOO_LARGE)
    name = str(file.get("name") or "file")
    content = _whole(response.aiter_bytes(CHUNK), 0 if encoded else size)
    return File(name, expected or found or "application/octet-stream", size, content)


def _number(text: object) -> int:
    return int(str(text)) if str(text).isascii() and str(text).isdigit() else 0
