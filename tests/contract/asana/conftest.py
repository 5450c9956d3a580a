"""The Asana tracker against a server that breaks on purpose, and against the sandbox's Asana."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.asana.settings import AsanaEnvironment
from adapters.asana.tracker import AsanaTracker
from sandbox.asana.records import Project
from sandbox.server import Sandbox
from tests.stub_server import StubServer

TOKEN = "token-of-the-test"


@pytest.fixture
def broken() -> Iterator[StubServer]:
    """A server that does as it is told."""
    made = StubServer()
    yield made
    made.stop()


@pytest.fixture
async def asana_tracker(broken: StubServer) -> AsyncIterator[AsanaTracker]:
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
