"""Files on their way from Slack: only from Slack's hosts, never a log-in page, with the true size."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest
import respx

from bot.slack.files import LIMIT, TRY_AGAIN, SlackFiles
from bot.usecases.ports import FileUnavailable

URL = "https://files.slack.com/files-pri/T1-F1/download/a.png"
ANSWER: dict[str, Any] = {"id": "F1", "name": "a.png", "mimetype": "image/png", "size": 5, "url": URL}


@pytest.fixture
async def files() -> AsyncIterator[SlackFiles]:
    """Slack's files, as of the real Slack."""
    made = SlackFiles("xoxb-token", "https://slack.com/api/")
    yield made
    await made.close()


async def content(files: SlackFiles, **changes: Any) -> tuple[str, str, int, bytes]:
    """Name, type, size and bytes of a file."""
    async with files.open(ANSWER | changes) as file:
        return file.name, file.content_type, file.size, b"".join([chunk async for chunk in file.content])


async def refusal(files: SlackFiles, **changes: Any) -> tuple[str, float | None]:
    """Why a file cannot be had, and when it may be tried again."""
    with pytest.raises(FileUnavailable) as caught:
        await content(files, **changes)
    return str(caught.value), caught.value.after


@respx.mock
async def test_a_file_is_streamed_with_the_token(files: SlackFiles) -> None:
    """Bytes, name, type and size as they are; the bot's token goes along, and compression is not asked for."""
    route = respx.get(URL).respond(content=b"12345", headers={"content-type": "image/png"})

    assert await content(files) == ("a.png", "image/png", 5, b"12345")
    request = route.calls[0].request
    assert request.headers["authorization"] == "Bearer xoxb-token"
    assert request.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/files.slack.com/a.png",
        "https://files.slack.com.evil.example/a.png",
        "https://files.slack.com@evil.example/a.png",
        "https://evilslack.com/a.png",
        "http://files.slack.com/a.png",
        "http://slack.com/a.png",
        "http://slack.com:443/a.png",
        "https://slack.com:8443/a.png",
        "https://files.slack.com:80/a.png",
        "https://files.slack.com:port/a.png",
        "ftp://files.slack.com/a.png",
        "file:///etc/passwd",
        "//files.slack.com/a.png",
        "https://[::1/a.png",
        "",
    ],
)
@respx.mock
async def test_the_token_goes_to_slacks_hosts_only(files: SlackFiles, url: str) -> None:
    """Anything else is refused before a request is made."""
    assert await refusal(files, url=url) == ("it is not stored at Slack", None)
    assert respx.calls.call_count == 0


@respx.mock
async def test_the_host_of_the_api_may_be_asked_too() -> None:
    """So that a stand-in on loopback works, and no other port of plain HTTP anywhere."""
    files = SlackFiles("xoxb-token", "http://127.0.0.1:8090/slack/api/")
    respx.get("http://127.0.0.1:8090/slack/files-pri/a").respond(content=b"x", headers={"content-type": "image/png"})

    assert (await content(files, url="http://127.0.0.1:8090/slack/files-pri/a"))[3] == b"x"
    for other in ("http://192.0.2.1/a", "http://127.0.0.1:8091/a", "http://127.0.0.1/a", "https://127.0.0.1:8090/a"):
        assert (await refusal(files, url=other))[0] == "it is not stored at Slack"
    await files.close()


LOGIN = {"content-type": "text/html; charset=utf-8"}


@respx.mock
async def test_a_login_page_is_no_file(files: SlackFiles) -> None:
    """Slack answers 200 with HTML where the scope is missing; an HTML file is told from it by its size."""
    respx.get(URL).respond(html="<html>Sign in to Slack</html>")
    assert (await refusal(files))[0] == "Slack asked for a log-in instead of handing it out"
    assert (await refusal(files, mimetype="text/html", size=5000))[0].startswith("Slack asked for a log-in")

    page = b"<p>ours</p>"
    respx.get(URL).respond(content=page, headers=LOGIN)
    assert (await content(files, mimetype="text/html", size=len(page)))[3] == page


@pytest.mark.parametrize(
    ("answer", "why", "after"),
    [
        (httpx.Response(302, headers={"location": "https://slack.com/signin"}), "gone or not for this app", None),
        (httpx.Response(404), "gone or not for this app", None),
        (httpx.Response(403), "gone or not for this app", None),
        (httpx.Response(429), "did not hand it out", TRY_AGAIN),
        (httpx.Response(503), "did not hand it out", TRY_AGAIN),
        (httpx.ConnectError("no"), "did not hand it out", TRY_AGAIN),
        (httpx.ReadTimeout("no"), "did not hand it out", TRY_AGAIN),
    ],
)
@respx.mock
async def test_what_slack_refuses(files: SlackFiles, answer: Any, why: str, after: float | None) -> None:
    """What may pass is tried again, the rest is not; redirects are not followed, since they lead to a log-in."""
    respx.get(URL).mock(side_effect=[answer])
    found, again = await refusal(files)

    assert why in found
    assert again == after
    assert respx.calls.call_count == 1


@respx.mock
async def test_sizes(files: SlackFiles) -> None:
    """The size that is sent counts; without it, or with a compressed body, the one that the form said."""
    respx.get(URL).respond(content=b"1234567", headers={"content-type": "image/png"})
    assert (await content(files))[2] == 7

    async def stream() -> AsyncIterator[bytes]:
        yield b"12345"

    respx.get(URL).mock(side_effect=lambda _: httpx.Response(200, content=stream()))
    assert (await content(files))[2:] == (5, b"12345")
    assert (await content(files, size="many"))[2] == 0

    respx.get(URL).mock(
        side_effect=lambda _: httpx.Response(200, headers={"content-length": str(LIMIT + 1)}, content=b"")
    )
    assert (await refusal(files))[0] == "it is larger than 100 MB"


@respx.mock
async def test_bytes_are_counted_as_they_come(files: SlackFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that grows beyond the limit without a word about its length is given up, and not tried again."""
    monkeypatch.setattr("bot.slack.files.LIMIT", 8)

    async def stream(size: int) -> AsyncIterator[bytes]:
        for _ in range(size):
            yield b"1"

    route = respx.get(URL)
    route.mock(side_effect=lambda _: httpx.Response(200, content=stream(8)))
    assert (await content(files))[3] == b"11111111"
    route.mock(side_effect=lambda _: httpx.Response(200, content=stream(9)))
    assert await refusal(files) == ("it is larger than 100 MB", None)


@respx.mock
async def test_a_stream_that_breaks_is_tried_again(files: SlackFiles) -> None:
    """The connection drops half-way: no half of a file, another try later."""

    async def broken() -> AsyncIterator[bytes]:
        yield b"12"
        raise httpx.ReadError("dropped")

    respx.get(URL).mock(
        side_effect=lambda _: httpx.Response(200, headers={"content-type": "image/png"}, content=broken())
    )
    assert await refusal(files) == ("Slack did not hand it out", TRY_AGAIN)


@asynccontextmanager
async def served(*pieces: bytes, every: float = 0.0) -> AsyncIterator[dict[str, Any]]:
    """A server on loopback that sends a raw answer piece by piece; the address of its file, as a change to ANSWER."""

    answering: list[asyncio.Task[Any] | None] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answering.append(asyncio.current_task())
        with suppress(ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(every)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield {"url": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/a"}
        await asyncio.gather(*filter(None, answering))


def of_loopback(url: str) -> SlackFiles:
    """Slack's files, where Slack is on loopback."""
    return SlackFiles("xoxb-token", url)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"


@pytest.mark.parametrize("length", [b"Content-Length: 1000\r\n\r\n", b"Connection: close\r\n\r\n"])
async def test_a_file_that_drips_in_is_left(monkeypatch: pytest.MonkeyPatch, length: bytes) -> None:
    """A byte now and then meets no timeout of a read; it is left all the same, and tried again."""
    monkeypatch.setattr("bot.slack.files.PATIENCE", 0.2)
    async with served(HEAD + length, *[b"A"] * 1000, every=0.02) as at:
        files = of_loopback(at["url"])
        async with asyncio.timeout(2):
            assert await refusal(files, size=1000, **at) == ("Slack did not hand it out", TRY_AGAIN)
        await files.close()


async def test_an_answer_whose_beginning_drips_in_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same before the file begins."""
    monkeypatch.setattr("bot.slack.files.PATIENCE", 0.2)
    async with served(HEAD, *[b"X-More: yes\r\n"] * 1000, every=0.02) as at:
        files = of_loopback(at["url"])
        async with asyncio.timeout(2):
            assert await refusal(files, **at) == ("Slack did not hand it out", TRY_AGAIN)
        await files.close()


async def test_a_large_file_may_take_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes no more slowly than it may is taken to its end, and the time that its reader takes does not count."""
    monkeypatch.setattr("bot.slack.files.PATIENCE", 0.2)
    monkeypatch.setattr("bot.slack.files.SLOWEST", 1024 * 1024)
    piece = b"A" * 256 * 1024
    async with served(HEAD + b"Content-Length: 786432\r\n\r\n", *[piece] * 3, every=0.15) as at:
        files = of_loopback(at["url"])
        size = 0
        async with files.open(ANSWER | at) as file:
            async for chunk in file.content:
                size += len(chunk)
                await asyncio.sleep(0.3)
        assert size == 3 * len(piece)
        await files.close()


@pytest.mark.parametrize(
    ("head", "said", "whole"),
    [
        (b"Connection: close\r\n\r\n", 10, False),
        (b"Connection: close\r\n\r\n", 5, True),
        (b"Connection: close\r\n\r\n", 3, True),
        (b"Connection: close\r\n\r\n", 0, True),
        (b"Content-Length: 10\r\n\r\n", 10, False),
        (b"Content-Length: 5\r\n\r\n", 10, True),
    ],
)
async def test_half_a_file_is_none(head: bytes, said: int, whole: bool) -> None:
    """An answer without a length ends where its connection does: then the size that Slack told with the form counts."""
    async with served(HEAD + head + b"12345") as at:
        files = of_loopback(at["url"])
        if whole:
            assert (await content(files, size=said, **at))[3] == b"12345"
        else:
            assert await refusal(files, size=said, **at) == ("Slack did not hand it out", TRY_AGAIN)
        await files.close()


async def test_a_compressed_file_is_not_measured() -> None:
    """How much of a compressed answer came says nothing of the file; its own end says whether it is whole."""
    packed = gzip.compress(b"12345")
    async with served(HEAD + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n" + packed) as at:
        files = of_loopback(at["url"])
        assert (await content(files, size=400, **at))[3] == b"12345"
        await files.close()
