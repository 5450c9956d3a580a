"""The stand-in for Asana to test: in a thread for blocking clients, in the test's own loop for raw requests."""

import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asana
import pytest
import urllib3
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from sandbox.asana.app import build_app
from sandbox.asana.files import build_files_app
from sandbox.asana.records import Task
from sandbox.asana.site import ASANA_ACCESS_TOKEN, AsanaSite
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.recorder import Recorder
from tests.app_in_thread import AppInThread

PREFIX = "/asana/api/1.0"
SHARED = Path(__file__).parents[4] / "shared"
TOKEN = {"Authorization": f"Bearer {ASANA_ACCESS_TOKEN}"}


class Server(AppInThread):
    """The stand-in on a loopback port, in a thread of its own, with a small company in it."""

    def __init__(self) -> None:
        self.clock, self.faults, self.recorder = Clock(), Faults(), Recorder()
        self.site = AsanaSite(self.clock, self.faults)
        self.mara = self.site.add_user("Mara Example", "mara@example.com")
        self.impact = self.site.add_field("Impact", "enum", ["High", "Low"])
        self.points = self.site.add_field("Points", "number", precision=1)
        self.project = self.site.add_project("Web", ["Intake", "Doing"], fields=[self.impact, self.points])
        self.tag = self.site.add_tag("marketing")
        super().__init__()
        self.site.files_url = f"{self.origin}/asana/files"

    def application(self) -> web.Application:
        root = web.Application()
        root.add_subapp(PREFIX, build_app(self.site, self.faults, self.recorder))
        root.add_subapp("/asana/files", build_files_app(self.site))
        return root

    def client(self, **settings: object) -> asana.ApiClient:
        configuration = asana.Configuration()
        configuration.host = f"{self.origin}{PREFIX}"
        configuration.access_token = ASANA_ACCESS_TOKEN
        configuration.retry_strategy = False
        for name, value in settings.items():
            setattr(configuration, name, value)
        return asana.ApiClient(configuration)

    def raw(self, method: str, path: str, body: object = None) -> urllib3.BaseHTTPResponse:
        """A request without the client, which puts a body into every DELETE and some bodies into the query too."""
        headers = {"Authorization": f"Bearer {ASANA_ACCESS_TOKEN}"}
        with urllib3.PoolManager(headers=headers) as pool:
            sent = {} if body is None else {"json": body}
            return pool.request(method, f"{self.origin}{PREFIX}{path}", **sent)

    def task(self, name: str = "A task", **data: object) -> Task:
        return self.site.add_task({"name": name, "projects": [self.project.gid], **data})


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def message(self) -> str:
        return self.body["errors"][0]["message"]


class Api:
    """Raw requests to a site with two projects, one of them out of sight."""

    def __init__(self) -> None:
        self.clock, self.recorder = Clock(), Recorder()
        self.faults = Faults()
        self.site = AsanaSite(self.clock, self.faults)
        self.mara = self.site.add_user("Mara Example", "mara@example.com")
        self.size = self.site.add_field("Size", "enum", ["S", "M"])
        self.reach = self.site.add_field("Reach", "multi_enum", ["Web", "App"])
        self.note = self.site.add_field("Note", "text")
        self.points = self.site.add_field("Points", "number", precision=1)
        self.launch = self.site.add_field("Launch", "date")
        self.owners = self.site.add_field("Owners", "people")
        self.foreign = self.site.add_field("Elsewhere", "text")
        fields = [self.size, self.reach, self.note, self.points, self.launch, self.owners]
        self.project = self.site.add_project("Web", ["Intake", "Doing"], fields=fields)
        self.secret = self.site.add_project("Secret", hidden=True)
        self.client: TestClient[web.Request, web.Application]

    async def __call__(self, method: str, path: str, inside: object = None, /, **more: Any) -> Answer:
        """A request to the API; `inside` goes into the envelope of a JSON body."""
        if inside is not None:
            more["json"] = {"data": inside}
        headers = more.pop("headers", TOKEN)
        async with self.client.request(method, PREFIX + path, headers=headers, **more) as response:
            return Answer(response.status, response.headers, await response.json())

    def task(self, name: str = "A task", **data: object) -> Task:
        return self.site.add_task({"name": name, "projects": [self.project.gid], **data})


@pytest.fixture(scope="session")
def contract() -> Any:
    """Asana's own contract, or a skip that says why."""
    if not (SHARED / "specs" / "asana.json").exists():
        message = "Asana's contract is not beside this checkout (../shared), so nothing can be compared with it"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    sys.path.insert(0, str(SHARED / "tools"))
    from contract_check import Contract  # type: ignore[import-not-found]

    return Contract.load(SHARED / "specs" / "asana.json", prefix=PREFIX)


def differences(contract: Any, recorder: Recorder, sides: set[str]) -> list[str]:
    """What is not as the contract has it, in requests, responses or both; a fault's garbage apart."""
    exchanges = [json.loads(line) for line in recorder.lines(["asana"])]
    assert exchanges
    return [
        f"{exchange['method']} {exchange['path']} {exchange['status']}: {violation}"
        for exchange in exchanges
        for violation in contract.check(exchange, strict=True)
        if violation.is_error and violation.where in sides
    ]


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def checked(server: Server, contract: Any) -> Iterator[Server]:
    """A server all of whose exchanges are held against the contract afterwards."""
    yield server
    assert differences(contract, server.recorder, {"request", "response"}) == []


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    api = Api()
    root = web.Application()
    root.add_subapp(PREFIX, build_app(api.site, api.faults, api.recorder))
    async with TestClient(TestServer(root)) as api.client:
        yield api


@pytest.fixture
def responses_fit(api: Api, contract: Any) -> Callable[[], list[str]]:
    """Says which answers so far are not as the contract has them, whatever the requests were."""
    return lambda: differences(contract, api.recorder, {"response"})
