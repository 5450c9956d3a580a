"""The switchable faults, as the unchanged `asana` client meets them."""

import json
from typing import Any

import asana
import pytest
import urllib3
from asana.rest import ApiException

from sandbox.asana.errors import HELP, PHRASE
from sandbox.asana.records import Task
from sandbox.faults import Fault

QUICK = {"_request_timeout": (5, 5)}


def names(records: Any) -> list[str]:
    return [record["name"] for record in records]


def test_a_429_says_how_long_to_wait(checked: Any) -> None:
    """Throttled requests carry Retry-After and Asana's body, and change nothing."""
    checked.faults.add(Fault("asana", "429", "createTask", times=1, seconds=7))
    with pytest.raises(ApiException) as busy:
        asana.TasksApi(checked.client()).create_task({"data": {"projects": [checked.project.gid]}}, {})
    assert (busy.value.status, busy.value.headers["Retry-After"]) == (429, "7")
    assert json.loads(busy.value.body)["errors"][0]["help"] == HELP
    assert checked.site.all(Task) == []


def test_a_500_has_a_phrase(checked: Any) -> None:
    """A failure of Asana's own carries the phrase for its support, and the next request is served."""
    checked.faults.add(Fault("asana", "500", times=1))
    users = asana.UsersApi(checked.client())
    with pytest.raises(ApiException) as broken:
        users.get_user("me", {})
    assert (broken.value.status, json.loads(broken.value.body)["errors"][0]["phrase"]) == (500, PHRASE)
    assert users.get_user("me", {})["name"] == "Request Bot"


@pytest.mark.parametrize(("kind", "made"), [("drop_before", 0), ("drop_after", 1)])
def test_a_dropped_connection(server: Any, kind: str, made: int) -> None:
    """The client gets no answer; the task is there only if the connection broke after Asana's work."""
    server.faults.add(Fault("asana", kind, "createTask", times=1))
    tasks = asana.TasksApi(server.client())
    with pytest.raises(urllib3.exceptions.ProtocolError):
        tasks.create_task({"data": {"name": "Once", "projects": [server.project.gid]}}, {}, **QUICK)
    assert [task.name for task in server.site.all(Task)] == ["Once"] * made
    record = json.loads(server.recorder.lines(["asana"])[-1])
    assert (record["status"], record["resp_b64"], record["fault"]) == (0, "", kind)


def test_garbage_is_html_with_status_200(server: Any) -> None:
    """A login page in place of JSON, as a proxy would send it; the work was done all the same."""
    server.faults.add(Fault("asana", "garbage", "createTask", times=1))
    answer = server.raw("POST", "/tasks", {"data": {"projects": [server.project.gid]}})
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert len(server.site.all(Task)) == 1


def test_a_late_index_hides_new_tasks_from_search_only(checked: Any) -> None:
    """Search finds a task after the lag; listing its project shows it at once, and so does a listing by time."""
    checked.site.workspace.premium = True
    checked.faults.add(Fault("asana", "late_index", seconds=30))
    checked.task("Late")
    tasks = asana.TasksApi(checked.client(return_page_iterator=False))
    since = {"project": checked.project.gid, "modified_since": "2020-01-01T00:00:00Z"}
    search = {"projects.any": checked.project.gid}
    assert names(tasks.search_tasks_for_workspace(checked.site.workspace.gid, dict(search))["data"]) == []
    assert names(tasks.get_tasks_for_project(checked.project.gid, {})["data"]) == ["Late"]
    assert names(tasks.get_tasks(dict(since))["data"]) == ["Late"]
    checked.faults.add(Fault("asana", "late_index", "getTasks", seconds=30))
    assert names(tasks.get_tasks(dict(since))["data"]) == []
    checked.clock.move(31)
    assert names(tasks.get_tasks(dict(since))["data"]) == ["Late"]
    assert names(tasks.search_tasks_for_workspace(checked.site.workspace.gid, dict(search))["data"]) == ["Late"]
