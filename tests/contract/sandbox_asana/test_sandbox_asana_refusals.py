"""Raw requests to the stand-in for Asana: what it refuses, and in which words."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from aiohttp import FormData
from hypothesis import given, strategies as st

from sandbox.asana.errors import HELP, AsanaError
from sandbox.asana.records import Task
from sandbox.asana.site import ASANA_ACCESS_TOKEN, AsanaSite
from sandbox.asana.task_data import CREATE_ONLY, WRITABLE
from sandbox.clock import Clock
from sandbox.faults import Faults

TOKEN = {"Authorization": f"Bearer {ASANA_ACCESS_TOKEN}"}


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": ASANA_ACCESS_TOKEN}])
async def test_without_the_token_nothing_is_told(api: Any, headers: dict[str, str]) -> None:
    """A missing or wrong token is a 401 in Asana's shape, on every path."""
    for path in ("/users/me", "/no/such/path"):
        answer = await api("GET", path, headers=headers)
        assert (answer.status, answer.body) == (401, {"errors": [{"message": "Not Authorized", "help": HELP}]})


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/nowhere", 404, "No matching route for request"),
        ("PATCH", "/tasks", 404, "No matching route for request"),
        ("GET", "/tasks/12", 404, "task: Unknown object: 12"),
        ("GET", "/tasks/abc", 400, "task: Not a Long: abc"),
        ("GET", "/tasks/external:x", 403, "task: Only an OAuth app can use external ids, not a token"),
        ("GET", "/projects/{secret}", 403, "project: You do not have access to project {secret}"),
        ("GET", "/projects/{secret}/tasks", 403, "project: You do not have access to project {secret}"),
        ("GET", "/tasks/{project}", 404, "task: Unknown object: {project}"),
        ("GET", "/tasks?project={secret}", 403, "project: You do not have access to project {secret}"),
        ("GET", "/tasks?project=12", 400, "project: Not a recognized ID: 12"),
        ("GET", "/projects/{project}/tasks?limit=0", 400, "limit: Must be a number between 1 and 100"),
        ("GET", "/projects/{project}/tasks?limit=101", 400, "limit: Must be a number between 1 and 100"),
        ("GET", "/projects/{project}/tasks?offset=2", 400, "offset: Your pagination token is invalid."),
        ("GET", "/users/nobody@example.com", 400, "user: Not a recognized user: nobody@example.com"),
        ("GET", "/tasks?project={project}&modified_since=x", 400, "modified_since: Not a valid date-time: x"),
    ],
)
async def test_refusals_by_path(api: Any, method: str, path: str, status: int, message: str) -> None:
    """Unknown, malformed, hidden and unpaged things are refused in Asana's words."""
    gids = {"project": api.project.gid, "secret": api.secret.gid}
    answer = await api(method, path.format(**gids))
    assert (answer.status, answer.message) == (status, message.format(**gids))


async def test_lists_of_tasks_need_exactly_one_place(api: Any) -> None:
    """No place, two places, or an assignee without a workspace is a 400."""
    wanted = "Must specify exactly one of project, tag, section, user task list, or assignee + workspace"
    place, workspace = f"project={api.project.gid}", f"workspace={api.site.workspace.gid}"
    for query in ("", place + "&tag=1", "assignee=me", workspace, f"{place}&{workspace}"):
        answer = await api("GET", f"/tasks?{query}")
        assert (answer.status, answer.message) == (400, wanted)
    api.task("Mine", assignee="me")
    mine = await api("GET", f"/tasks?assignee=me&{workspace}")
    assert [task["name"] for task in mine.body["data"]] == ["Mine"]


async def test_bodies_need_json_with_data(api: Any) -> None:
    """Broken JSON, a body without `data`, and none at all are refused; a form will do."""
    broken = await api("POST", "/tasks", data=b"{", headers=TOKEN)
    assert (broken.status, broken.message) == (400, "Could not parse request data, invalid JSON")
    for body in ({"name": "x"}, [], {"data": []}, None):
        answer = await api("POST", "/tasks", json=body)
        assert answer.status == 400
        assert answer.message.startswith(f"Could not interpret {json.dumps(body)} as a valid request body.")
    assert api.site.all(Task) == []
    form = FormData({"name": "By form", "workspace": api.site.workspace.gid})
    made = await api("POST", "/tasks", data=form())
    assert (made.status, made.body["data"]["name"]) == (201, "By form")


REFUSED_TASKS: list[tuple[dict[str, Any], int, str]] = [
    ({}, 400, "You should specify one of workspace, parent, projects"),
    ({"workspace": "12"}, 400, "workspace: Not a recognized ID: 12"),
    ({"projects": ["{secret}"]}, 403, "projects: You do not have access to project {secret}"),
    ({"projects": ["12"]}, 400, "projects: Not a recognized ID: 12"),
    ({"projects": {"gid": "12"}}, 400, "projects: Not an array"),
    ({"memberships": [{"section": "1"}]}, 400, "memberships: Each needs a project"),
    (
        {"memberships": [{"project": "{project}", "section": "{elsewhere}"}]},
        403,
        "memberships.section: You do not have access to section {elsewhere}",
    ),
    ({"assignee": "nobody@example.com"}, 400, "assignee: Not a recognized user: nobody@example.com"),
    ({"assignee": {"gid": "1"}}, 400, "assignee: Not a Long: {{'gid': '1'}}"),
    ({"name": None}, 400, "name: Not a string"),
    ({"name": "x" * 1025}, 400, "name: May be at most 1024 characters"),
    ({"notes": "x" * 65_536}, 400, "notes: May be at most 65535 characters"),
    ({"notes": "a", "html_notes": "<body>a</body>"}, 400, "You can only provide one of notes or html_notes"),
    (
        {"html_notes": "<body>a<br/>b</body>"},
        400,
        "html_notes: xml_parsing_error: XML is invalid: the tag <br> is not supported here",
    ),
    ({"due_on": "2026-12-24", "due_at": "2026-12-24T10:00:00Z"}, 400, "You can only provide one of due_on or due_at"),
    ({"due_on": "24.12.2026"}, 400, "due_on: Not a valid date: 24.12.2026"),
    ({"due_on": "2026-02-30"}, 400, "due_on: Not a valid date: 2026-02-30"),
    ({"due_at": "soon"}, 400, "due_at: Not a valid date-time: soon"),
    ({"start_on": "2026-12-01"}, 400, "start_on: You cannot set a start date without a due date"),
    (
        {"start_on": "2026-12-25", "due_on": "2026-12-24"},
        400,
        "start_on: The start date must not be after the due date",
    ),
    ({"external": {"gid": "x"}}, 403, "external: Only an OAuth app can set external data, not a token"),
    ({"tags": ["12"]}, 400, "tags: Not a recognized ID: 12"),
    ({"nme": "typo"}, 400, "nme: Not a writable field of a task"),
    ({"completed": "maybe"}, 400, "completed: Not a boolean"),
    ({"resource_subtype": ["x"]}, 400, "resource_subtype: Not a recognized value: ['x']"),
    ({"custom_fields": {"{foreign}": "x"}}, 400, "Custom field with ID {foreign} is not on given object"),
    ({"custom_fields": {"{note}": 5}}, 400, "custom_field: {note}: Not a valid text value"),
    (
        {"custom_fields": {"{note}": "x" * 1025}},
        400,
        "custom_field: {note}: Text values may be at most 1024 characters",
    ),
    ({"custom_fields": {"{points}": "many"}}, 400, "custom_field: {points}: Not a valid number"),
    ({"custom_fields": {"{points}": "nan"}}, 400, "custom_field: {points}: Not a valid number"),
    ({"custom_fields": {"{size}": "S"}}, 400, "custom_field: {size}: Not a recognized enum option: S"),
    ({"custom_fields": {"{size}": "{disabled}"}}, 400, "custom_field: {size}: The enum option {disabled} is disabled"),
    ({"custom_fields": {"{reach}": [1]}}, 400, "custom_field: {reach}: Not a list of gids"),
    ({"custom_fields": {"{launch}": "soon"}}, 400, "custom_field: {launch}: Not a valid date"),
    ({"custom_fields": {"{owners}": "x@example.com"}}, 400, "custom_field: Not a recognized user: x@example.com"),
]


def filled(value: Any, gids: Mapping[str, str]) -> Any:
    """The value with the gids of this site in place of their names."""
    if isinstance(value, dict):
        return {filled(key, gids): filled(item, gids) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, gids) for item in value]
    return gids.get(value[1:-1], value) if isinstance(value, str) and value.startswith("{") else value


@pytest.mark.parametrize(("data", "status", "message"), REFUSED_TASKS)
async def test_tasks_that_asana_refuses(
    api: Any, responses_fit: Callable[[], list[str]], data: dict[str, Any], status: int, message: str
) -> None:
    """A task with one wrong field is not made, and the answer names the field."""
    api.size.options[1].enabled = False
    gids = {name: getattr(api, name).gid for name in ("project", "secret", "foreign", "note", "points", "size")}
    gids |= {name: getattr(api, name).gid for name in ("reach", "launch", "owners")}
    gids |= {"elsewhere": api.secret.sections[0].gid, "disabled": api.size.options[1].gid}
    placed = bool({"projects", "memberships", "workspace"} & set(data)) or not data
    answer = await api("POST", "/tasks", filled(data if placed else {"projects": ["{project}"], **data}, gids))
    assert (answer.status, answer.message) == (status, message.format(**gids))
    assert api.site.all(Task) == []
    assert responses_fit() == []


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["me", "1", "2026-12-24"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(WRITABLE | CREATE_ONLY)), VALUES, max_size=4), st.booleans())
def test_whatever_is_sent_is_taken_or_refused(data: dict[str, Any], in_project: bool) -> None:
    """No value of any type in any field breaks the stand-in, and what it refuses leaves no task behind."""
    site = AsanaSite(Clock(), Faults())
    field = site.add_field("Points", "number")
    project = site.add_project("Web", fields=[field])
    if in_project:
        data = {"projects": [project.gid], "custom_fields": {field.gid: data.pop("custom_fields", None)}, **data}
    refused, task = None, None
    try:
        task = site.add_task(data)
    except AsanaError as error:
        refused = error.status
    assert site.all(Task) == project.sections[0].tasks + ([task] if task and not task.sections else [])
    assert (task is None) == (refused in {400, 403})
    shown = site.renderer.full(project, None) if task is None else site.renderer.full(task, None)
    assert json.loads(json.dumps(shown)) == shown
