"""Raw requests to the stand-in for Asana: fields, paging, times, links, events and other side effects."""

from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import FormData

from sandbox.asana.errors import AsanaError
from sandbox.asana.site import ASANA_ACCESS_TOKEN

TOKEN = {"Authorization": f"Bearer {ASANA_ACCESS_TOKEN}"}


async def test_every_type_of_custom_field_is_written_and_shown(
    api: Any, responses_fit: Callable[[], list[str]]
) -> None:
    """Values as arrays, objects and numbers, or as the text that the contract asks for, come out the same."""
    web, app = (option.gid for option in api.reach.options)
    plain = {api.points.gid: 2.56, api.launch.gid: {"date": "2026-12-24"}, api.reach.gid: [web, app]}
    texts = {api.points.gid: "2.56", api.launch.gid: "2026-12-24", api.reach.gid: f"{web},{app}"}
    for fields in (plain, texts):
        fields |= {api.note.gid: "Hello", api.owners.gid: api.mara.gid, api.size.gid: api.size.options[0].gid}
        made = await api("POST", "/tasks", {"projects": [api.project.gid], "custom_fields": fields})
        shown = {value["name"]: value["display_value"] for value in made.body["data"]["custom_fields"]}
        assert shown == {
            "Size": "S",
            "Reach": "Web, App",
            "Note": "Hello",
            "Points": "2.6",
            "Launch": "2026-12-24T00:00:00.000Z",
            "Owners": "Mara Example",
        }
    cleared = await api("PUT", f"/tasks/{made.body['data']['gid']}", {"custom_fields": dict.fromkeys(fields)})
    assert [value["display_value"] for value in cleared.body["data"]["custom_fields"]] == [None] * 6
    assert responses_fit() == []


async def test_an_update_keeps_create_only_fields_out_and_changes_all_or_nothing(api: Any) -> None:
    """projects, memberships, tags, followers and workspace are refused; a wrong field leaves the others alone."""
    task = api.task("Before")
    for name in ("projects", "memberships", "tags", "followers", "workspace", "parent"):
        answer = await api("PUT", f"/tasks/{task.gid}", {"name": "After", name: []})
        assert (answer.status, answer.message.partition(":")[0]) == (400, name)
    refused = await api("PUT", f"/tasks/{task.gid}", {"name": "After", "due_on": "never"})
    assert (refused.status, task.name) == (400, "Before")


async def test_dates_go_together(api: Any) -> None:
    """A due time sets the due day, a due day clears the time, and a start needs the due date beside it."""
    task = api.task(due_at="2026-12-24T23:30:00+02:00")
    assert (task.due_at, task.due_on) == ("2026-12-24T21:30:00.000Z", "2026-12-24")
    alone = await api("PUT", f"/tasks/{task.gid}", {"start_on": "2026-12-01"})
    assert alone.message == "start_on: due_on or due_at must be in the request when start_on is"
    await api("PUT", f"/tasks/{task.gid}", {"start_on": "2026-12-01", "due_on": "2026-12-31"})
    assert (task.start_on, task.due_on, task.due_at) == ("2026-12-01", "2026-12-31", None)
    await api("PUT", f"/tasks/{task.gid}", {"start_on": None, "due_on": None})
    assert (task.start_on, task.due_on) == (None, None)


async def test_fields_come_as_asked(api: Any) -> None:
    """Lists are compact, a bare name gives gid and type, a dotted one its field, and an unknown one nothing."""
    task = api.task(assignee="mara@example.com")
    listed = await api("GET", f"/projects/{api.project.gid}/tasks")
    compact = {"gid": task.gid, "resource_type": "task", "name": "A task", "resource_subtype": "default_task"}
    assert listed.body == {"data": [compact], "next_page": None}
    asked = await api(
        "GET", f"/tasks/{task.gid}?opt_fields=assignee,memberships.section.name,nonsense,projects.owner.email"
    )
    assert asked.body["data"] == {
        "gid": task.gid,
        "assignee": {"gid": api.mara.gid, "resource_type": "user"},
        "memberships": [{"section": {"gid": api.project.sections[0].gid, "name": "Intake"}}],
        "projects": [{"gid": api.project.gid, "owner": {"gid": api.site.me.gid, "email": "request-bot@example.com"}}],
    }
    full = await api("GET", f"/tasks/{task.gid}")
    assert "html_notes" not in full.body["data"]
    assert full.body["data"]["assignee"] == {"gid": api.mara.gid, "resource_type": "user", "name": "Mara Example"}


async def test_offsets_change_and_belong_to_their_list(api: Any, responses_fit: Callable[[], list[str]]) -> None:
    """Each page hands out a new offset; it survives changes in the list, and no other list takes it."""
    tasks = [api.task(f"Task {number}") for number in range(5)]
    path = f"/projects/{api.project.gid}/tasks?limit=2"
    first = await api("GET", path)
    again = await api("GET", path)
    offset = first.body["next_page"]["offset"]
    assert offset != again.body["next_page"]["offset"]
    assert first.body["next_page"]["path"] == f"{path}&offset={offset}"
    assert first.body["next_page"]["uri"].endswith(f"/asana/api/1.0{path}&offset={offset}")
    await api("DELETE", f"/tasks/{tasks[0].gid}")
    second = await api("GET", f"{path}&offset={offset}")
    assert [task["name"] for task in second.body["data"]] == ["Task 2", "Task 3"]
    third = await api("GET", f"{path}&offset={second.body['next_page']['offset']}")
    assert ([task["name"] for task in third.body["data"]], third.body["next_page"]) == (["Task 4"], None)
    foreign = await api("GET", f"/sections/{api.project.sections[0].gid}/tasks?limit=2&offset={offset}")
    assert (foreign.status, foreign.message) == (400, "offset: Your pagination token is invalid.")
    assert responses_fit() == []


async def test_times_of_completion_and_change_filter_lists(api: Any) -> None:
    """`completed_since=now` leaves the open tasks; `modified_since` leaves what changed, and includes its moment."""
    done, old, new = api.task("Done"), api.task("Old"), api.task("New")
    api.clock.move(60)
    await api("PUT", f"/tasks/{done.gid}", {"completed": True})
    api.clock.move(60)
    changed = await api("PUT", f"/tasks/{new.gid}", {"name": "Newer"})
    opened = await api("GET", f"/projects/{api.project.gid}/tasks?completed_since=now")
    assert [task["name"] for task in opened.body["data"]] == ["Old", "Newer"]
    since = changed.body["data"]["modified_at"]
    recent = await api("GET", f"/tasks?project={api.project.gid}&modified_since={since}")
    assert [task["name"] for task in recent.body["data"]] == ["Newer"]
    assert old.modified_at == old.created_at


async def test_moving_between_sections_is_no_modification(api: Any) -> None:
    """addTask puts a task on top of the other section, out of the first, and leaves modified_at."""
    first, second = api.task("First"), api.task("Second")
    doing, before = api.project.sections[1], first.modified_at
    api.clock.move(5)
    for task in (first, second):
        assert (await api("POST", f"/sections/{doing.gid}/addTask", {"task": task.gid})).body == {"data": {}}
    assert (doing.tasks, api.project.sections[0].tasks) == ([second, first], [])
    assert (first.sections, first.modified_at) == ([doing], before)
    after = {"project": api.project.gid, "section": doing.gid, "insert_after": first.gid}
    await api("POST", f"/tasks/{second.gid}/addProject", after)
    assert doing.tasks == [first, second]


async def test_a_mention_makes_a_follower(api: Any) -> None:
    """Rich text that names a person notifies them: they follow the task from then on."""
    task = api.task(html_notes=f'<body>For <a data-asana-gid="{api.mara.gid}"/></body>')
    assert task.followers == [api.site.me, api.mara]
    read = await api("GET", f"/tasks/{task.gid}?opt_fields=html_notes")
    assert "@Mara Example</a>" in read.body["data"]["html_notes"]


async def test_comments_have_rules_of_their_own(api: Any) -> None:
    """Comments take no headings, need text, and only one's own can be changed or deleted."""
    task = api.task()
    heading = await api("POST", f"/tasks/{task.gid}/stories", {"html_text": "<body><h1>x</h1></body>"})
    assert heading.message == "html_text: xml_parsing_error: XML is invalid: the tag <h1> is not supported here"
    for data in ({}, {"text": ""}, {"text": "a", "html_text": "<body>a</body>"}):
        assert (await api("POST", f"/tasks/{task.gid}/stories", data)).status == 400
    foreign = api.site.add_comment(task, "Hers", by=api.mara)
    assert (await api("PUT", f"/stories/{foreign.gid}", {"text": "Mine"})).status == 403
    own = await api("POST", f"/tasks/{task.gid}/stories", {"text": "Mine"})
    edited = await api("PUT", f"/stories/{own.body['data']['gid']}", {"text": "Better"})
    assert (edited.status, edited.body["data"]["text"]) == (200, "Better")
    assert (await api("DELETE", f"/stories/{own.body['data']['gid']}")).body == {"data": {}}
    assert [story.html for story in task.stories if story.is_comment] == ["<body>Hers</body>"]


async def test_dependencies_have_limits(api: Any) -> None:
    """At most 30 links a task, no circle, and not on itself; a refused request links nothing."""
    task, others = api.task("Hub"), [api.task(str(number)) for number in range(31)]
    gids = [other.gid for other in others]
    many = await api("POST", f"/tasks/{task.gid}/addDependencies", {"dependencies": gids})
    assert (many.status, task.dependencies) == (400, [])
    await api("POST", f"/tasks/{task.gid}/addDependencies", {"dependencies": gids[:2]})
    circle = await api("POST", f"/tasks/{others[0].gid}/addDependencies", {"dependencies": [gids[5], task.gid]})
    assert (circle.message, others[0].dependencies) == ("dependencies: This would make a circle of dependencies", [])
    itself = await api("POST", f"/tasks/{task.gid}/addDependents", {"dependents": [task.gid]})
    assert itself.message == "dependents: A task cannot depend on itself"


async def test_a_batch_answers_each_action_on_its_own(api: Any, responses_fit: Callable[[], list[str]]) -> None:
    """One action's failure leaves the others; eleven actions are too many."""
    actions = [
        {"relative_path": "/tasks", "method": "post", "data": {"name": "In a batch", "projects": [api.project.gid]}},
        {"relative_path": "/tasks/12", "method": "get"},
        {"relative_path": "/batch", "method": "post", "data": {"actions": []}},
        {
            "relative_path": f"/projects/{api.project.gid}/tasks?limit=1",
            "method": "get",
            "options": {"fields": ["name"]},
        },
    ]
    answer = await api("POST", "/batch", {"actions": actions})
    assert [part["status_code"] for part in answer.body["data"]] == [201, 404, 404, 200]
    assert [task["name"] for task in answer.body["data"][3]["body"]["data"]] == ["In a batch"]
    many = await api("POST", "/batch", {"actions": actions[1:2] * 11})
    assert (many.status, many.message) == (400, "actions: At most 10 actions can be in a batch")
    assert responses_fit() == []


async def test_sync_tokens_end_after_a_day(api: Any, responses_fit: Callable[[], list[str]]) -> None:
    """Events come once per token, are no more a day later, and a token is good for its resource only."""
    path = f"/events?resource={api.project.gid}"
    sync = (await api("GET", path)).body["sync"]
    task = api.task("Something new")
    news = await api("GET", f"{path}&sync={sync}")
    assert [(e["action"], e["resource"]["gid"], e["parent"]["gid"]) for e in news.body["data"]] == [
        ("added", task.gid, api.project.gid)
    ]
    quiet = await api("GET", f"{path}&sync={news.body['sync']}")
    assert (quiet.body["data"], quiet.body["has_more"]) == ([], False)
    assert (await api("GET", f"/events?resource={task.gid}&sync={sync}")).status == 412
    api.clock.move(25 * 3600)
    late = await api("GET", f"{path}&sync={sync}")
    assert (late.status, late.message[:30]) == (412, "Sync token invalid or too old.")
    assert responses_fit() == []


async def test_search_filters_and_says_what_it_does_not_know(api: Any) -> None:
    """Filters by field, person, project and time work; one that the stand-in lacks is named, not ignored."""
    api.site.workspace.premium = True
    api.task("Small", custom_fields={api.size.gid: api.size.options[0].gid}, due_on="2026-12-24")
    api.task("Other", assignee="mara@example.com", due_on="2027-01-05")
    path = f"/workspaces/{api.site.workspace.gid}/tasks/search"
    for query, expected in {
        f"custom_fields.{api.size.gid}.value={api.size.options[0].gid}": ["Small"],
        f"custom_fields.{api.size.gid}.is_set=false": ["Other"],
        "assignee.any=mara@example.com": ["Other"],
        "assignee.any=null": ["Small"],
        "due_on.before=2027-01-01": ["Small"],
        "due_on=null": [],
        f"projects.any={api.project.gid}&sort_by=created_at&sort_ascending=true": ["Small", "Other"],
        "text=oth": ["Other"],
        "is_blocked=true": [],
    }.items():
        answer = await api("GET", f"{path}?{query}")
        assert (query, [task["name"] for task in answer.body["data"]]) == (query, expected)
        assert "next_page" not in answer.body
    unknown = await api("GET", f"{path}?colour=red")
    assert (unknown.status, unknown.message) == (400, "colour: Not a recognized filter")


async def test_an_upload_keeps_bytes_and_name(api: Any) -> None:
    """The file arrives unchanged, under its name if that was URL-encoded, garbled if not; none at all is a 400."""
    task = api.task()
    form = FormData(quote_fields=False)
    form.add_field("parent", task.gid)
    form.add_field("file", b"\r\n--\x00\xff", filename="r%C3%A9sum%C3%A9.pdf", content_type="application/pdf")
    made = await api("POST", "/attachments", data=form())
    assert (made.status, made.body["data"]["name"]) == (200, "résumé.pdf")
    assert (task.attachments[0].content, task.attachments[0].content_type) == (b"\r\n--\x00\xff", "application/pdf")
    form = FormData(quote_fields=False)
    form.add_field("parent", task.gid)
    form.add_field("file", b"x", filename="résumé.pdf")
    garbled = await api("POST", "/attachments", data=form())
    assert garbled.body["data"]["name"] == "rÃ©sumÃ©.pdf"
    empty = FormData({"parent": task.gid}, default_to_multipart=True)
    missing = await api("POST", "/attachments", data=empty())
    assert (missing.status, missing.message) == (400, "file: Missing input")


async def test_announced_changes_come_in_a_header(api: Any) -> None:
    """A deprecation that Asana announces stands in `Asana-Change` on every answer."""
    assert "Asana-Change" not in (await api("GET", "/users/me")).headers
    api.site.change_notice = "name=new_ids;info=https://developers.asana.com/docs/changes;affected=true"
    for path in ("/users/me", "/tasks/12"):
        assert (await api("GET", path)).headers["Asana-Change"] == api.site.change_notice


async def test_a_task_in_a_hidden_project_only_is_hidden(api: Any) -> None:
    """It is refused by gid and absent from typeahead; in a second, open project it shows that one alone."""
    task = api.site.add_task({"name": "Quiet", "workspace": api.site.workspace.gid})
    section = api.secret.sections[0]
    section.tasks.append(task)
    task.sections.append(section)
    assert (await api("GET", f"/tasks/{task.gid}")).status == 403
    path = f"/workspaces/{api.site.workspace.gid}/typeahead?resource_type=task&query=quiet"
    assert (await api("GET", path)).body["data"] == []
    await api("POST", f"/sections/{api.project.sections[0].gid}/addTask", {"task": task.gid})
    task.sections.append(api.project.sections[0])
    api.project.sections[0].tasks.append(task)
    shown = await api("GET", f"/tasks/{task.gid}?opt_fields=projects.name")
    assert [project["name"] for project in shown.body["data"]["projects"]] == ["Web"]


async def test_reset_forgets_everything(api: Any) -> None:
    """After a reset only the workspace, its team and the token's owner are there."""
    task = api.task()
    api.site.reset()
    assert (await api("GET", f"/tasks/{task.gid}")).status == 404
    assert [user["name"] for user in (await api("GET", "/users")).body["data"]] == ["Request Bot"]
    with pytest.raises(AsanaError, match="projects: Not a recognized ID"):
        api.task()
