"""Answers that drip in: no timeout of a client is ever met, and yet no call lasts for ever."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from adapters import limiter
from adapters.asana.client import AsanaClient
from adapters.asana.settings import AsanaEnvironment
from adapters.base import File
from adapters.errors import Ambiguous, NotSent, TrackerError
from adapters.jira.client import JiraClient
from adapters.jira.settings import JiraEnvironment

FIELDS = {"project": {"key": "WEB"}, "issuetype": {"id": "1"}, "summary": "x"}
PAUSE = 0.05
"""Seconds between two bytes of an answer."""


class Dripping:
    """A server whose answers come a byte at a time: from their first line on, or only their bodies.

    Attributes:
        url: where it is.
        whole: the answer.
        at_once: so many bytes of it come at once.
        begun: answers that were begun.
        gone: connections that were cut off from the other side.
    """

    def __init__(self) -> None:
        self.answers(b'{"id": "1", "key": "WEB-1", "data": {"gid": "9"}}')
        self.begun = self.gone = 0
        self.over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def answers(self, body: bytes) -> None:
        """What it says to everybody, its body byte by byte."""
        head = f"HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
        self.whole = head.encode() + body
        self.at_once = len(head)

    def stop(self) -> None:
        """Let go of everything."""
        self.over.set()
        self._listener.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._answer, args=(self._listener.accept()[0],), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.recv(65_536)
            self.begun += 1
            connection.sendall(self.whole[: self.at_once])
            for number in range(self.at_once, len(self.whole)):
                if self.over.wait(PAUSE):
                    return
                connection.sendall(self.whole[number : number + 1])
            self.over.wait(10)
            return
        self.gone += 1


@pytest.fixture
def dripping() -> Iterator[Dripping]:
    """A server that takes two seconds and more for an answer."""
    made = Dripping()
    yield made
    made.stop()


@pytest.fixture(autouse=True, scope="module")
def imported() -> None:
    """The SDKs take their time to be imported, more than a call has here."""
    import adapters.asana.sdk
    import adapters.jira.failures
    import adapters.jira.sdk  # noqa: F401


@pytest.fixture(params=["jira", "asana"])
async def calls(request: pytest.FixtureRequest, dripping: Dripping) -> Any:
    """A write and a read of each tracker's client."""
    if request.param == "jira":
        jira = JiraClient(JiraEnvironment(url=dripping.url, email="x@example.com", api_token="t"))  # type: ignore[arg-type]
        yield lambda: jira.create(FIELDS), lambda: jira.read("get", "myself"), jira
        await jira.close()
    else:
        asana = AsanaClient(AsanaEnvironment(access_token="t", url=dripping.url))  # type: ignore[arg-type]
        yield (
            lambda: asana.create_task("create", {"name": "x"}, "name"),
            lambda: asana.task("get", "7", "name"),
            asana,
        )
        await asana.close()


@pytest.mark.parametrize("at_once", ["head", "nothing"])
async def test_an_answer_that_drips_in_is_cut_off(
    dripping: Dripping, calls: Any, monkeypatch: pytest.MonkeyPatch, at_once: str
) -> None:
    """A write may have worked, and may be worked on; a read can be made again. The connection is let go of."""
    monkeypatch.setattr(limiter, "ANSWERED_WITHIN", 0.4)
    dripping.at_once = dripping.at_once if at_once == "head" else 0
    write, read, _ = calls
    started = time.monotonic()

    with pytest.raises(Ambiguous, match="no answer in time") as written:
        await write()
    with pytest.raises(NotSent, match="no answer in time"):
        await read()

    assert written.value.pending
    assert time.monotonic() - started < 4
    for _ in range(100):
        if dripping.gone == 2:
            break
        await asyncio.sleep(0.02)
    assert dripping.gone == 2


async def test_many_dripping_answers_hold_up_nobody_for_long(
    dripping: Dripping, calls: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More of them than there are threads: whoever waits gets a thread, and its own time."""
    monkeypatch.setattr(limiter, "ANSWERED_WITHIN", 0.4)
    write, _, _ = calls
    many = [asyncio.create_task(write()) for _ in range(8)]
    for _ in range(500):
        if dripping.begun == 6:
            break
        await asyncio.sleep(0.01)
    dripping.at_once = len(dripping.whole)

    results = await asyncio.gather(*many, write(), return_exceptions=True)

    assert [type(result) for result in results[:6]] == [Ambiguous] * 6
    assert [result for result in results[6:] if isinstance(result, TrackerError)] == []


async def test_a_stop_does_not_wait_for_dripping_answers(
    dripping: Dripping, calls: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They get their seconds, then they are cut off, and their threads end."""
    monkeypatch.setattr("adapters.limiter.Limiter.close.__defaults__", (0.2,))
    write, _, client = calls
    running = asyncio.create_task(write())
    await asyncio.sleep(0.3)
    started = time.monotonic()

    await client.close()

    assert time.monotonic() - started < 1.5
    with pytest.raises(Ambiguous):
        await running
    for thread in client._limiter._threads._threads:
        thread.join(1)
        assert not thread.is_alive()


async def test_a_large_upload_gets_more_time(dripping: Dripping, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time for a call grows with what it sends, so that a slow line can carry a large file."""
    monkeypatch.setattr(limiter, "ANSWERED_WITHIN", 0.3)
    monkeypatch.setattr(limiter, "UPLOADED_A_SECOND", 10.0)

    async def content() -> Any:
        yield b"x" * 1000

    dripping.answers(b'[{"id": "7", "filename": "a.txt", "size": 1000}]')
    jira = JiraClient(JiraEnvironment(url=dripping.url, email="x@example.com", api_token="t"))  # type: ignore[arg-type]
    started = time.monotonic()
    await jira.attach("WEB-1", File("a.txt", "text/plain", 1000, content()))
    await jira.close()

    assert time.monotonic() - started > 1
