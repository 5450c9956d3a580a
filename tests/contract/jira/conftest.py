"""The Jira tracker against the sandbox's Jira, and against servers that break on purpose."""

import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
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
from tests.stub_server import StubServer

SHARED = Path(__file__).parents[4] / "shared"


class Sandbox:
    """The sandbox's Jira in the test's own loop."""

    def __init__(self, recording: Path) -> None:
        self.clock, self.faults, self.recorder = Clock(), Faults(), Recorder(recording)
        self.site = JiraSite(self.clock, self.faults)
        seed(self.site)
        self.url = ""

    def environment(self, **settings: Any) -> JiraEnvironment:
        usual = {"url": self.url, "email": "bot@example.com", "api_token": JIRA_API_TOKEN, "lookup_lag": 0}
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


class Stub(StubServer):
    """A server that does as it is told, in the place of Jira."""

    def environment(self) -> JiraEnvironment:
        return JiraEnvironment(url=self.url, email="devrequest@example.com", api_token="token-of-the-test")


@pytest.fixture
def stub() -> Iterator[Stub]:
    made = Stub("/rest/api/3/")
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
