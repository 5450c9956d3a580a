"""The unchanged `asana` client against the stand-in, over real HTTP, judged by Asana's own contract."""

import asyncio
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asana
import pytest
import urllib3
from aiohttp import web
from asana.rest import ApiException

from sandbox.asana.app import build_app
from sandbox.asana.errors import HELP, PHRASE
from sandbox.asana.files import build_files_app
from sandbox.asana.records import Task
from sandbox.asana.site import ASANA_ACCESS_TOKEN, AsanaSite
from sandbox.clock import Clock
from sandbox.faults import Fault, Faults
from sandbox.recorder import Recorder

PREFIX = "/asana/api/1.0"
SHARED = Path(__file__).parents[3] / "shared"
QUICK = {"_request_timeout": (5, 5)}


class Server:
    """The stand-in on a loopback port, in a thread of its own, with a small company in it."""

    def __init__(self) -> None:
        self.clock, self.faults, self.recorder = Clock(), Faults(), Recorder()
        self.site = AsanaSite(self.clock, self.faults)
        self.mara = self.site.add_user("Mara Example", "mara@example.com")
        self.impact = self.site.add_field("Impact", "enum", ["High", "Low"])
        self.points = self.site.add_field("Points", "number", precision=1)
        self.project = self.site.add_project("Web", ["Intake", "Doing"], fields=[self.impact, self.points])
        self.tag = self.site.add_tag("marketing")
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        runner = self._loop.run_until_complete(self._start())
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _start(self) -> web.AppRunner:
        root = web.Application()
        root.add_subapp(PREFIX, build_app(self.site, self.faults, self.recorder))
        root.add_subapp("/asana/files", build_files_app(self.site))
        runner = web.AppRunner(root, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        self.site.files_url = f"{self.origin}/asana/files"
        return runner

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def client(self, **settings: object) -> asana.ApiClient:
        configuration = asana.Configuration()
        configuration.host = f"{self.origin}{PREFIX}"
        configuration.access_token = ASANA_ACCESS_TOKEN
        configuration.retry_strategy = False
        for name, value in settings.items():
            setattr(configuration, name, value)
        return asana.ApiClient(configuration)


@pytest.fixture(scope="module")
def judge() -> Callable[[list[str]], list[str]]:
    """Says what is not as Asana's contract has it in the lines of a recording."""
    if not (SHARED / "specs" / "asana.json").exists():
        message = "Asana's contract is not beside this checkout (../shared), so nothing can be compared with it"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    sys.path.insert(0, str(SHARED / "tools"))
    from contract_check import Contract  # type: ignore[import-not-found]

    contract = Contract.load(SHARED / "specs" / "asana.json", prefix=PREFIX)

    def errors(lines: list[str]) -> list[str]:
        exchanges = [json.loads(line) for line in lines]
        answered = [exchange for exchange in exchanges if exchange.get("fault") not in {"garbage", "drop_after"}]
        return [
            f"{exchange['method']} {exchange['path']} {exchange['status']}: {violation}"
            for exchange in answered
            for violation in contract.check(exchange, strict=True)
            if violation.is_error
        ]

    return errors


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def checked(server: Server, judge: Callable[[list[str]], list[str]]) -> Iterator[Server]:
    """A server all of whose exchanges are held against the contract afterwards."""
    yield server
    lines = server.recorder.lines(["asana"])
    assert lines
    assert judge(lines) == []


def names(tasks: Any) -> list[str]:
    return [task["name"] for task in tasks]


def raw(server: Server, method: str, path: str, body: object = None) -> urllib3.BaseHTTPResponse:
    """A request without the client, which puts a body into every DELETE and some bodies into the query too."""
    headers = {"Authorization": f"Bearer {ASANA_ACCESS_TOKEN}"}
    with urllib3.PoolManager(headers=headers) as pool:
        sent = {} if body is None else {"json": body}
        return pool.request(method, f"{server.origin}{PREFIX}{path}", **sent)


def new_task(server: Server, name: str = "A task", **data: object) -> Task:
    return server.site.add_task({"name": name, "projects": [server.project.gid], **data})


def test_the_client_finds_itself_and_its_place(checked: Server) -> None:
    """Who am I, workspaces, people, projects, sections and fields answer as the client and the contract expect."""
    api = checked.client()
    me = asana.UsersApi(api).get_user("me", {})
    workspace = me["workspaces"][0]["gid"]
    assert me["email"] == "request-bot@example.com"
    assert names(asana.WorkspacesApi(api).get_workspaces({})) == ["Example Company"]
    assert asana.WorkspacesApi(api).get_workspace(workspace, {})["email_domains"] == ["example.com"]
    assert names(asana.UsersApi(api).get_users({"workspace": workspace})) == ["Request Bot", "Mara Example"]
    assert asana.UsersApi(api).get_user("mara@example.com", {})["name"] == "Mara Example"
    assert names(asana.ProjectsApi(api).get_projects_for_workspace(workspace, {})) == ["Web"]
    assert names(asana.ProjectsApi(api).get_projects({"workspace": workspace})) == ["Web"]
    assert asana.ProjectsApi(api).get_project(checked.project.gid, {})["name"] == "Web"
    assert names(asana.SectionsApi(api).get_sections_for_project(checked.project.gid, {})) == ["Intake", "Doing"]
    settings = asana.CustomFieldSettingsApi(api).get_custom_field_settings_for_project(
        checked.project.gid, {"opt_fields": "custom_field.name,custom_field.enum_options.name"}
    )
    assert [setting["custom_field"] for setting in settings] == [
        {
            "gid": checked.impact.gid,
            "name": "Impact",
            "enum_options": [{"gid": o.gid, "name": o.name} for o in checked.impact.options],
        },
        {"gid": checked.points.gid, "name": "Points"},
    ]
    fields = asana.CustomFieldsApi(api).get_custom_fields_for_workspace(workspace, {})
    assert names(fields) == ["Impact", "Points"]


def test_a_task_is_created_read_changed_and_deleted(checked: Server) -> None:
    """A task keeps what was written, gives back rich text in its body, and 404s once it is deleted."""
    tasks = asana.TasksApi(checked.client())
    html = "<body><h1>Goal</h1>Sell &amp; <strong>grow</strong><ul><li>one</li><li>two</li></ul><hr/>end</body>"
    intake = checked.project.sections[0]
    made = tasks.create_task(
        {
            "data": {
                "name": "Landing page",
                "html_notes": html,
                "assignee": "mara@example.com",
                "due_on": "2026-12-24",
                "projects": [checked.project.gid],
                "tags": [checked.tag.gid],
                "custom_fields": {checked.impact.gid: checked.impact.options[0].gid, checked.points.gid: "2.54"},
            }
        },
        {},
    )
    fields = "name,html_notes,notes,assignee.name,due_on,memberships.section.name,tags.name,completed,permalink_url"
    values = "custom_fields.name,custom_fields.display_value"
    read = tasks.get_task(made["gid"], {"opt_fields": f"{fields},{values}"})
    assert read == {
        "gid": made["gid"],
        "name": "Landing page",
        "html_notes": html,
        "notes": "Goal\nSell & grow\none\ntwo\nend",
        "assignee": {"gid": checked.mara.gid, "name": "Mara Example"},
        "due_on": "2026-12-24",
        "memberships": [{"section": {"gid": intake.gid, "name": "Intake"}}],
        "tags": [{"gid": checked.tag.gid, "name": "marketing"}],
        "completed": False,
        "permalink_url": (
            f"https://app.asana.com/1/{checked.site.workspace.gid}/project/{checked.project.gid}/task/{made['gid']}"
        ),
        "custom_fields": [
            {"gid": checked.impact.gid, "name": "Impact", "display_value": "High"},
            {"gid": checked.points.gid, "name": "Points", "display_value": "2.5"},
        ],
    }
    done = tasks.update_task({"data": {"completed": True, "liked": True, "notes": "<b> & c"}}, made["gid"], {})
    assert (done["completed"], done["num_likes"], done["notes"]) == (True, 1, "<b> & c")
    assert tasks.get_task(made["gid"], {"opt_fields": "html_notes"})["html_notes"] == "<body>&lt;b&gt; &amp; c</body>"
    assert raw(checked, "DELETE", f"/tasks/{made['gid']}").json() == {"data": {}}
    with pytest.raises(ApiException) as gone:
        tasks.get_task(made["gid"], {})
    assert gone.value.status == 404
    assert json.loads(gone.value.body) == {
        "errors": [{"message": f"task: Unknown object: {made['gid']}", "help": HELP}]
    }


def test_the_client_pages_through_a_project(checked: Server) -> None:
    """150 tasks come in two requests, in order, and the iterator ends."""
    for number in range(150):
        new_task(checked, f"Task {number}")
    tasks = asana.TasksApi(checked.client())
    expected = [f"Task {number}" for number in range(150)]
    assert names(tasks.get_tasks_for_project(checked.project.gid, {})) == expected
    assert (
        names(tasks.get_tasks({"project": checked.project.gid, "modified_since": "2020-01-01T00:00:00Z"})) == expected
    )
    assert names(tasks.get_tasks_for_section(checked.project.sections[0].gid, {"limit": 7})) == expected
    assert len(checked.recorder.lines(["asana"])) == 2 + 2 + 22


def test_comments_files_and_subtasks(checked: Server, tmp_path: Path) -> None:
    """Comments in both forms, an uploaded file with a name beyond ASCII, an address, and a subtask come back."""
    api = checked.client()
    task = new_task(checked)
    stories, attachments = asana.StoriesApi(api), asana.AttachmentsApi(api)
    stories.create_story_for_task({"data": {"text": "Plain <text>"}}, task.gid, {})
    stories.create_story_for_task({"data": {"html_text": "<body>A <em>rich</em> one</body>"}}, task.gid, {})
    comments = stories.get_stories_for_task(task.gid, {"opt_fields": "text,html_text,type"})
    assert [(story["text"], story["html_text"]) for story in comments if story["type"] == "comment"] == [
        ("Plain <text>", "<body>Plain &lt;text&gt;</body>"),
        ("A rich one", "<body>A <em>rich</em> one</body>"),
    ]
    file = tmp_path / "brief.bin"
    file.write_bytes(b"\x00\r\n--x\n\xff\r")
    made = attachments.create_attachment_for_object(
        {"file": str(file), "parent": task.gid, "name": "résumé.bin", "opt_fields": "name,size,download_url"}
    )
    assert (made["name"], made["size"]) == ("résumé.bin", 9)
    with urllib3.PoolManager() as pool:
        assert pool.request("GET", made["download_url"]).data == b"\x00\r\n--x\n\xff\r"
    attachments.create_attachment_for_object(
        {"resource_subtype": "external", "parent": task.gid, "name": "Design", "url": "https://design.example.com/1"}
    )
    listed = attachments.get_attachments_for_object(task.gid, {"opt_fields": "name,host,view_url"})
    assert [(a["name"], a["host"]) for a in listed] == [("résumé.bin", "asana"), ("Design", "external")]
    asana.TasksApi(api).create_subtask_for_task({"data": {"name": "Part"}}, task.gid, {})
    assert names(asana.TasksApi(api).get_subtasks_for_task(task.gid, {})) == ["Part"]


def test_links_between_tasks_projects_tags_and_people(checked: Server) -> None:
    """Dependencies, projects, sections, tags and followers are added, listed and removed."""
    api = checked.client()
    tasks, first, second = asana.TasksApi(api), new_task(checked, "First"), new_task(checked, "Second")
    other = checked.site.add_project("Other")
    tasks.add_dependencies_for_task({"data": {"dependencies": [first.gid]}}, second.gid)
    assert names(tasks.get_dependencies_for_task(second.gid, {})) == ["First"]
    assert names(tasks.get_dependents_for_task(first.gid, {})) == ["Second"]
    tasks.remove_dependencies_for_task({"data": {"dependencies": [first.gid]}}, second.gid)
    assert names(tasks.get_dependencies_for_task(second.gid, {})) == []
    tasks.add_project_for_task({"data": {"project": other.gid}}, first.gid)
    tasks.remove_project_for_task({"data": {"project": checked.project.gid}}, first.gid)
    assert names(tasks.get_tasks_for_project(other.gid, {})) == ["First"]
    doing = checked.project.sections[1]
    raw(checked, "POST", f"/sections/{doing.gid}/addTask", {"data": {"task": second.gid}})
    assert names(tasks.get_tasks_for_section(doing.gid, {})) == ["Second"]
    tasks.add_tag_for_task({"data": {"tag": checked.tag.gid}}, second.gid)
    assert names(tasks.get_tasks_for_tag(checked.tag.gid, {})) == ["Second"]
    followed = tasks.add_followers_for_task({"data": {"followers": ["mara@example.com"]}}, second.gid, {})
    assert names(followed["followers"]) == ["Request Bot", "Mara Example"]
    assert names(asana.TagsApi(api).get_tags({"workspace": checked.site.workspace.gid})) == ["marketing"]


def test_typeahead_search_batch_and_events(checked: Server) -> None:
    """People are found by e-mail, tasks by search once the plan has it, and events follow a fresh sync token."""
    api = checked.client(return_page_iterator=False)
    workspace, task = checked.site.workspace.gid, new_task(checked, "Find me")
    people = asana.TypeaheadApi(api).typeahead_for_workspace(workspace, "user", {"query": "mara@ex"})
    assert names(people["data"]) == ["Mara Example"]
    checked.site.workspace.premium = True
    found = asana.TasksApi(api).search_tasks_for_workspace(workspace, {"text": "find"})
    assert names(found["data"]) == ["Find me"]
    actions = [{"relative_path": f"/tasks/{task.gid}", "method": "get", "options": {"fields": ["name"]}}]
    batch = asana.BatchAPIApi(api).create_batch_request({"data": {"actions": actions}}, {})
    assert [answer["body"] for answer in batch["data"]] == [{"data": {"gid": task.gid, "name": "Find me"}}]
    with pytest.raises(ApiException) as first:
        asana.EventsApi(api).get_events(checked.project.gid, {})
    assert first.value.status == 412
    checked.site.add_comment(task, "News")
    sync = json.loads(first.value.body)["sync"]
    events = asana.EventsApi(api).get_events(checked.project.gid, {"sync": sync})
    assert [(e["resource"]["resource_type"], e["action"]) for e in events["data"]] == [("story", "added")]


def test_search_is_not_in_every_plan(server: Server) -> None:
    """Without premium the search answers 402, and so do dependencies where the plan lacks them."""
    tasks, task = asana.TasksApi(server.client(return_page_iterator=False)), new_task(server)
    server.site.workspace.dependencies = False
    with pytest.raises(ApiException) as search:
        tasks.search_tasks_for_workspace(server.site.workspace.gid, {"text": "find"})
    with pytest.raises(ApiException) as dependencies:
        tasks.get_dependencies_for_task(task.gid, {})
    assert (search.value.status, dependencies.value.status) == (402, 402)


def test_what_the_client_sends_beyond_the_contract_is_passed_over(server: Server) -> None:
    """The client's DELETE has a body and its addTask repeats the body in the query; Asana takes both."""
    api, task, doing = server.client(), new_task(server), server.project.sections[1]
    asana.SectionsApi(api).add_task_for_section(doing.gid, {"body": {"data": {"task": task.gid}}})
    assert doing.tasks == [task]
    assert asana.TasksApi(api).delete_task(task.gid) == {}
    assert doing.tasks == []


def test_a_429_says_how_long_to_wait(checked: Server) -> None:
    """Throttled requests carry Retry-After and Asana's body, and change nothing."""
    checked.faults.add(Fault("asana", "429", "createTask", times=1, seconds=7))
    with pytest.raises(ApiException) as busy:
        asana.TasksApi(checked.client()).create_task({"data": {"projects": [checked.project.gid]}}, {})
    assert (busy.value.status, busy.value.headers["Retry-After"]) == (429, "7")
    assert json.loads(busy.value.body)["errors"][0]["help"] == HELP
    assert checked.site.all(Task) == []


def test_a_500_has_a_phrase(checked: Server) -> None:
    """A failure of Asana's own carries the phrase for its support, and the next request is served."""
    checked.faults.add(Fault("asana", "500", times=1))
    users = asana.UsersApi(checked.client())
    with pytest.raises(ApiException) as broken:
        users.get_user("me", {})
    assert (broken.value.status, json.loads(broken.value.body)["errors"][0]["phrase"]) == (500, PHRASE)
    assert users.get_user("me", {})["name"] == "Request Bot"


@pytest.mark.parametrize(("kind", "made"), [("drop_before", 0), ("drop_after", 1)])
def test_a_dropped_connection(server: Server, kind: str, made: int) -> None:
    """The client gets no answer; the task is there only if the connection broke after Asana's work."""
    server.faults.add(Fault("asana", kind, "createTask", times=1))
    tasks = asana.TasksApi(server.client())
    with pytest.raises(urllib3.exceptions.ProtocolError):
        tasks.create_task({"data": {"name": "Once", "projects": [server.project.gid]}}, {}, **QUICK)
    assert [task.name for task in server.site.all(Task)] == ["Once"] * made
    record = json.loads(server.recorder.lines(["asana"])[-1])
    assert (record["status"], record["resp_b64"], record["fault"]) == (0, "", kind)


def test_garbage_is_html_with_status_200(server: Server) -> None:
    """A login page in place of JSON, as a proxy would send it; the work was done all the same."""
    server.faults.add(Fault("asana", "garbage", "createTask", times=1))
    answer = raw(server, "POST", "/tasks", {"data": {"projects": [server.project.gid]}})
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert len(server.site.all(Task)) == 1


def test_a_late_index_hides_new_tasks_from_search_only(checked: Server) -> None:
    """Search finds a task after the lag; listing its project shows it at once, and so does a listing by time."""
    checked.site.workspace.premium = True
    checked.faults.add(Fault("asana", "late_index", seconds=30))
    new_task(checked, "Late")
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
