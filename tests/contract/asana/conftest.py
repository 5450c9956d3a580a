"""The Asana tracker against a server that breaks on purpose, and against the sandbox's Asana."""

import json
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from adapters.asana.settings import AsanaEnvironment
from adapters.asana.tracker import AsanaTracker
from sandbox.asana.records import Project
from sandbox.server import Sandbox

Answer = tuple[int, dict[str, str], bytes]
TOKEN = "token-of-the-test"


class Broken:
    """A server that answers as it is told, and counts.

    Attributes:
        requests: method and path of each request.
        answer: what it answers to `METHOD path`; None drops the connection without an answer.
    """

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.answer: Callable[[str], Answer | None] = lambda line: (404, {}, b"{}")
        self.release = threading.Event()
        broken = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                line = f"{self.command} {self.path}"
                broken.requests.append(line)
                answer = broken.answer(line)
                if answer is None:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                status, headers, content = answer
                self.send_response(status)
                for name, value in {"Content-Length": str(len(content)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = handle_any  # noqa: N815  # names of http.server

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def always(self, status: int, body: Any = None, **headers: str) -> None:
        """Answer every request alike."""
        content = (
            body
            if isinstance(body, bytes)
            else json.dumps(body if body is not None else {}, ensure_ascii=False).encode()
        )
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = lambda line: (status, named, content)

    def hang(self) -> None:
        """Do not answer before the test is over."""

        def wait(_: str) -> None:
            self.release.wait(10)

        self.answer = wait

    def stop(self) -> None:
        self.release.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


@pytest.fixture
def broken() -> Iterator[Broken]:
    """A server that does as it is told."""
    made = Broken()
    yield made
    made.stop()


@pytest.fixture
async def asana_tracker(broken: Broken) -> AsyncIterator[AsanaTracker]:
    """The tracker, pointed at the broken server."""
    made = AsanaTracker(AsanaEnvironment(access_token=TOKEN, url=broken.url))  # type: ignore[arg-type]
    yield made
    await made.close()


class Workspace:
    """The sandbox's Asana in the test's own loop.

    Attributes:
        project: with the sections Backlog, Intake and Doing, and a field for the request.
        team: the settings for it.
    """

    def __init__(self, recording: Path) -> None:
        self.sandbox = Sandbox(recording=recording)
        self.site = self.sandbox.asana
        self.mara = self.site.add_user("Mara Example", "mara@example.com")
        fields = [self.site.add_field("devrequest", "text"), self.site.add_field("Impact", "enum", ["High", "Low"])]
        self.project: Project = self.site.add_project("Web", ["Backlog", "Intake", "Doing"], fields=fields)
        self.team = {"project": self.project.gid}
        self._made: list[AsanaTracker] = []

    def tracker(self, **settings: Any) -> AsanaTracker:
        """A tracker for this workspace, closed at the end of the test."""
        known = self.sandbox.environment()
        usual = {"access_token": known["ASANA_ACCESS_TOKEN"], "url": known["ASANA_URL"], "lookup_lag": 0}
        self._made.append(AsanaTracker(AsanaEnvironment(**(usual | settings))))
        return self._made[-1]

    def calls(self) -> list[str]:
        """Method and path of every request, without the prefix and the query."""
        exchanges = map(json.loads, self.sandbox.recorder.lines(["asana"]))
        return [f"{e['method']} {e['path'].removeprefix('/asana/api/1.0')}" for e in exchanges]

    def last_body(self) -> Any:
        """What the last request sent as JSON."""
        import base64

        exchange = json.loads(self.sandbox.recorder.lines(["asana"])[-1])
        return json.loads(base64.b64decode(exchange["body_b64"]))

    async def close(self) -> None:
        for tracker in self._made:
            await tracker.close()
        await self.sandbox.stop()


@pytest.fixture
async def workspace(new_recording: Callable[[], Path]) -> AsyncIterator[Workspace]:
    """A small Asana."""
    made = Workspace(new_recording())
    await made.sandbox.start()
    yield made
    await made.close()
