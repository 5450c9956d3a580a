"""The switchable faults, as the unchanged `jira` client and raw requests meet them."""

import json
import time
from typing import Any

import pytest
import requests
from jira import JIRAError

from sandbox.faults import Fault

STORY = {"project": {"key": "WEB"}, "issuetype": {"name": "Story"}, "summary": "Once"}


def summaries(server: Any) -> list[object]:
    return [issue.values["summary"] for issue in server.site.issues.values()]


def test_a_429_says_how_long_to_wait_and_why(checked: Any) -> None:
    """Throttled requests carry Retry-After and the reason, and change nothing."""
    client = checked.client()
    checked.faults.add(Fault("jira", "429", "createIssue", times=1, seconds=7))
    with pytest.raises(JIRAError) as busy:
        client.create_issue(fields=STORY)
    assert busy.value.status_code == 429
    assert busy.value.response.headers["Retry-After"] == "7"
    assert busy.value.response.headers["RateLimit-Reason"] == "jira-burst-based"
    assert summaries(checked) == []
    assert client.create_issue(fields=STORY).key == "WEB-1"


def test_a_500(checked: Any) -> None:
    """A failure of Jira's own has the shape of its errors; the next request is served."""
    client = checked.client()
    checked.faults.add(Fault("jira", "500", times=1))
    with pytest.raises(JIRAError) as broken:
        client.create_issue(fields=STORY)
    assert (broken.value.status_code, broken.value.text) == (500, "Internal server error")
    assert summaries(checked) == []


@pytest.mark.parametrize(("kind", "made"), [("drop_before", []), ("drop_after", ["Once"])])
def test_a_dropped_connection(server: Any, kind: str, made: list[str]) -> None:
    """The client gets no answer; the issue is there only if the connection broke after Jira's work."""
    client = server.client()
    server.faults.add(Fault("jira", kind, "createIssue", times=1))
    with pytest.raises(requests.exceptions.ConnectionError):
        client.create_issue(fields=STORY)
    assert summaries(server) == made
    record = json.loads(server.recorder.lines(["jira"])[-1])
    assert (record["status"], record["resp_b64"], record["fault"]) == (0, "", kind)


def test_garbage_is_html_with_status_200(server: Any) -> None:
    """A login page in place of JSON, as a proxy would send it; the work was done all the same."""
    client = server.client()
    server.faults.add(Fault("jira", "garbage", "createIssue", times=1))
    with pytest.raises(requests.exceptions.JSONDecodeError):
        client.create_issue(fields=STORY)
    assert summaries(server) == ["Once"]


def test_latency(server: Any) -> None:
    """A slow site answers late, and right."""
    server.faults.add(Fault("jira", "latency", "getCurrentUser", seconds=0.2))
    started = time.monotonic()
    assert server.raw("GET", "myself").status_code == 200
    assert time.monotonic() - started >= 0.2


def test_a_path_names_requests_too(server: Any) -> None:
    """A fault can be switched on for a method and path instead of an operation."""
    server.faults.add(Fault("jira", "500", "GET /jira/rest/api/3/issue/*", times=2))
    issue = server.story()
    assert [server.raw("GET", f"issue/{issue.key}", api=api).status_code for api in (2, 3, 3, 3)] == [
        200,
        500,
        500,
        200,
    ]


def test_another_vendor_is_left_alone(server: Any) -> None:
    """A fault of Asana's does not touch Jira."""
    server.faults.add(Fault("asana", "500"))
    assert server.raw("GET", "myself").status_code == 200
