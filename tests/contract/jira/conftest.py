"""The Jira tracker against the sandbox's Jira, and against servers that break on purpose."""

import json
import os
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from adapters.jira.settings import JiraEnvironment
from adapters.jira.tracker import JiraTracker
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.jira.app import BIGGEST_REQUEST, build_app
from sandbox.jira.seed import seed
from sandbox.jira.site import JIRA_API_TOKEN, JiraSite
from sandbox.recorder import Recorder

SHARED = Path(__file__).parents[4] / "shared"


class Sandbox:
    """The sandbox's Jira in the test's own loop."""

    def __init__(self, recording: Path) -> None:
        self.clock, self.faults, self.recorder = Clock(), Faults(), Recorder(recording)
        self.site = JiraSite(self.clock, self.faults)
        seed(self.site)
        self.url = ""

    def environment(self, **settings: Any) -> JiraEnvironment:
        usual = {"url": self.url, "email": "devrequest@example.com", "api_token": JIRA_API_TOKEN, "lookup_lag": 0}
        return JiraEnvironment(**(usual | settings))

    def tracker(self, **settings: Any) -> JiraTracker:
        return JiraTracker(self.environment(**settings))

    def exchanges(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.recorder.lines(["jira"])]

    def calls(self) -> list[str]:
        """Method and path of every request since the recorder was cleared, without the prefix."""
        return [f"{e['method']} {e['path'].removeprefix('/jira/rest/api/3/')}" for e in self.exchanges()]

    def field(self, name: str) -> str:
        return next(field.id for field in self.site.fields.values() if field.name == name)


@pytest.fixture
async def sandbox(new_recording: Callable[[], Path]) -> AsyncIterator[Sandbox]:
    """The sandbox's Jira; every exchange with it is judged at the end of the session."""
    made = Sandbox(new_recording())
    root = web.Application(client_max_size=BIGGEST_REQUEST)
    root.add_subapp("/jira", build_app(made.site, made.faults, made.recorder))
    runner = web.AppRunner(root, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/jira"
    yield made
    await runner.cleanup()


@pytest.fixture
async def tracker(sandbox: Sandbox) -> AsyncIterator[JiraTracker]:
    made = sandbox.tracker()
    yield made
    await made.close()


Answer = tuple[int, dict[str, str], bytes]


class Stub:
    """A server that answers as it is told, and counts.

    Attributes:
        requests: method, path and body of each request.
        answer: what it answers to `METHOD path`; None drops the connection without an answer.
    """

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, bytes]] = []
        self.answer: Callable[[str, str], Answer | None] = lambda method, path: (404, {}, b"{}")
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                path = self.path.removeprefix("/rest/api/3/")
                stub.requests.append((self.command, path, body))
                answer = stub.answer(self.command, path)
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
        content = body if isinstance(body, bytes) else json.dumps(body if body is not None else {}).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = lambda method, path: (status, named, content)

    def environment(self) -> JiraEnvironment:
        return JiraEnvironment(url=self.url, email="devrequest@example.com", api_token="token-of-the-test")

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


@pytest.fixture
def stub() -> Iterator[Stub]:
    made = Stub()
    yield made
    made.stop()


def shared(name: str) -> Path:
    """A file beside this checkout, or a skip that says why."""
    path = SHARED / name
    if not path.exists():
        message = f"{name} is not beside this checkout (../shared), so nothing can be compared with it"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return path


@pytest.fixture(scope="session")
def adf_schema() -> Any:
    """Atlassian's schema of documents: `errors(document)`."""
    schema = json.loads(shared("specs/adf-schema.json").read_text())
    sys.path.insert(0, str(shared("tools")))
    from contract_adf import AdfSchema  # type: ignore[import-not-found]

    return AdfSchema(schema)
