"""The stand-in for Jira to test, in a thread of its own, with a small company in it."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from aiohttp import web
from jira import JIRA

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.jira.app import BIGGEST_REQUEST, build_app
from sandbox.jira.model import Issue
from sandbox.jira.seed import seed
from sandbox.jira.site import JIRA_API_TOKEN, JIRA_EMAIL, JiraSite
from sandbox.recorder import Recorder
from tests.app_in_thread import AppInThread

PREFIX = "/jira"
SHARED = Path(__file__).parents[4] / "shared"
CREDENTIALS = (JIRA_EMAIL, JIRA_API_TOKEN)


class Server(AppInThread):
    """The stand-in on a loopback port; `json` answers of `raw` are already parsed where they are JSON."""

    def __init__(self) -> None:
        self.clock, self.faults, self.recorder = Clock(), Faults(), Recorder()
        self.site = JiraSite(self.clock, self.faults)
        seed(self.site)
        self.web = self.project("WEB")
        self._session = requests.Session()
        super().__init__()

    @property
    def url(self) -> str:
        return f"{self.origin}{PREFIX}"

    def application(self) -> web.Application:
        root = web.Application(client_max_size=BIGGEST_REQUEST)
        root.add_subapp(PREFIX, build_app(self.site, self.faults, self.recorder))
        return root

    def stop(self) -> None:
        self._session.close()
        super().stop()

    def client(self, **settings: Any) -> JIRA:
        settings = {"basic_auth": CREDENTIALS, "max_retries": 0, "timeout": 5} | settings
        return JIRA(self.url, **settings)

    def raw(self, method: str, path: str, body: Any = None, *, api: int = 3, **more: Any) -> requests.Response:
        """A request without the client."""
        settings: dict[str, Any] = {"auth": CREDENTIALS, "timeout": 5} | more
        if body is not None:
            settings["json"] = body
        return self._session.request(method, f"{self.url}/rest/api/{api}/{path}", **settings)

    def create(self, api: int = 3, **fields: Any) -> requests.Response:
        """A create request; project, type and summary are there unless they are given."""
        usual = {"project": {"key": "WEB"}, "issuetype": {"name": "Story"}, "summary": "A story"}
        return self.raw("POST", "issue", {"fields": usual | fields}, api=api)

    def refused(self, api: int = 3, **fields: Any) -> Any:
        """The errors of a create request that has to be refused."""
        answer = self.create(api, **fields)
        assert answer.status_code == 400
        return answer.json()["errors"]

    def keys(self, jql: str, **more: Any) -> list[str]:
        """The keys that a query finds."""
        answer = self.raw("POST", "search/jql", {"jql": jql, "fields": ["key"], **more})
        assert answer.status_code == 200, answer.text
        return [issue["key"] for issue in answer.json()["issues"]]

    def jql_error(self, jql: str) -> str:
        """What is said about a query that has to be refused."""
        answer = self.raw("POST", "search/jql", {"jql": jql})
        assert answer.status_code == 400, answer.text
        return str(answer.json()["errorMessages"][0])

    def story(self, summary: str = "A story", **fields: Any) -> Issue:
        """An issue put straight into the site."""
        return self.site.add_issue("WEB", "Story", summary, fields=fields)

    def field(self, name: str) -> str:
        """The id of a custom field."""
        return next(field.id for field in self.site.fields.values() if field.name == name)

    def account(self, name: str) -> str:
        """The account id of a user."""
        return next(user.account_id for user in self.site.users.values() if user.name == name)

    def project(self, key: str) -> Any:
        return self.site.find_project(key)


def differences(contract: Any, exchanges: list[dict[str, Any]], sides: set[str]) -> list[str]:
    """What is not as the contract has it, in requests, responses or both."""
    return [
        f"{exchange['method']} {exchange['path']} {exchange['status']}: {violation}"
        for exchange in exchanges
        for violation in contract.check(exchange, strict=True)
        if violation.is_error and violation.where in sides
    ]


def shared_file(name: str) -> Path:
    """A file of the vendor's beside this checkout; without it the test is skipped, or fails where CI=true."""
    file = SHARED / "specs" / name
    if not file.exists():
        message = f"{name} is not beside this checkout (../shared/specs), so nothing can be compared with it"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    sys.path.insert(0, str(SHARED / "tools"))
    return file


@pytest.fixture(scope="session")
def contracts() -> dict[int, Any]:
    """Jira's own contract by version of the API."""
    file = shared_file("jira-cloud-v3.json")
    from contract_check import Contract  # type: ignore[import-not-found]

    return {3: Contract.load(file, prefix=PREFIX), 2: Contract.load(file, prefix=PREFIX, jira_v2=True)}


@pytest.fixture(scope="session")
def schema() -> Any:
    """Atlassian's schema of documents."""
    file = shared_file("adf-schema.json")
    from contract_adf import AdfSchema  # type: ignore[import-not-found]

    return AdfSchema(json.loads(file.read_bytes()))


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def shared_server() -> Iterator[Server]:
    """One server for all examples of a property."""
    server = Server()
    server.story()
    yield server
    server.stop()


@pytest.fixture
def checked(server: Server, contracts: dict[int, Any]) -> Iterator[Server]:
    """A server all of whose exchanges are held against the contract afterwards."""
    yield server
    assert recorded_differences(server, contracts, {"request", "response"}) == []


@pytest.fixture
def answers_checked(server: Server, contracts: dict[int, Any]) -> Iterator[Server]:
    """The same for answers alone: the requests are wrong on purpose, or the client's own."""
    yield server
    assert recorded_differences(server, contracts, {"response"}) == []


def recorded_differences(server: Server, contracts: dict[int, Any], sides: set[str]) -> list[str]:
    exchanges = [json.loads(line) for line in server.recorder.lines(["jira"])]
    assert exchanges
    found = []
    for version, contract in contracts.items():
        mine = [exchange for exchange in exchanges if exchange["path"].startswith(f"{PREFIX}/rest/api/{version}/")]
        found += differences(contract, mine, sides)
    return found
