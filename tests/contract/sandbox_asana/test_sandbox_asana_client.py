"""The unchanged `asana` client against the stand-in, over real HTTP, judged by Asana's own contract."""

import json
from pathlib import Path
from typing import Any

import asana
import pytest
import urllib3
from asana.rest import ApiException

from sandbox.asana.errors import HELP


def names(records: Any) -> list[str]:
    return [record["name"] for record in records]


def test_the_client_finds_itself_and_its_place(checked: Any) -> None:
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


def test_a_task_is_created_read_changed_and_deleted(checked: Any) -> None:
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
    assert checked.raw("DELETE", f"/tasks/{made['gid']}").json() == {"data": {}}
    with pytest.raises(ApiException) as gone:
        tasks.get_task(made["gid"], {})
    assert gone.value.status == 404
    assert json.loads(gone.value.body) == {
        "errors": [{"message": f"task: Unknown object: {made['gid']}", "help": HELP}]
    }


def test_the_client_pages_through_a_project(checked: Any) -> None:
    """150 tasks come in two requests, in order, and the iterator ends."""
    for number in range(150):
        checked.task(f"Task {number}")
    tasks = asana.TasksApi(checked.client())
    expected = [f"Task {number}" for number in range(150)]
    assert names(tasks.get_tasks_for_project(checked.project.gid, {})) == expected
    assert (
        names(tasks.get_tasks({"project": checked.project.gid, "modified_since": "2020-01-01T00:00:00Z"})) == expected
    )
    assert names(tasks.get_tasks_for_section(checked.project.sections[0].gid, {"limit": 7})) == expected
    assert len(checked.recorder.lines(["asana"])) == 2 + 2 + 22


def test_comments_files_and_subtasks(checked: Any, tmp_path: Path) -> None:
    """Comments in both forms, an uploaded file with a name beyond ASCII, an address, and a subtask come back."""
    api = checked.client()
    task = checked.task()
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


def test_links_between_tasks_projects_tags_and_people(checked: Any) -> None:
    """Dependencies, projects, sections, tags and followers are added, listed and removed."""
    api = checked.client()
    tasks, first, second = asana.TasksApi(api), checked.task("First"), checked.task("Second")
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
    checked.raw("POST", f"/sections/{doing.gid}/addTask", {"data": {"task": second.gid}})
    assert names(tasks.get_tasks_for_section(doing.gid, {})) == ["Second"]
    tasks.add_tag_for_task({"data": {"tag": checked.tag.gid}}, second.gid)
    assert names(tasks.get_tasks_for_tag(checked.tag.gid, {})) == ["Second"]
    followed = tasks.add_followers_for_task({"data": {"followers": ["mara@example.com"]}}, second.gid, {})
    assert names(followed["followers"]) == ["Request Bot", "Mara Example"]
    assert names(asana.TagsApi(api).get_tags({"workspace": checked.site.workspace.gid})) == ["marketing"]


def test_typeahead_search_batch_and_events(checked: Any) -> None:
    """People are found by e-mail, tasks by search once the plan has it, and events follow a fresh sync token."""
    api = checked.client(return_page_iterator=False)
    workspace, task = checked.site.workspace.gid, checked.task("Find me")
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


def test_search_is_not_in_every_plan(server: Any) -> None:
    """Without premium the search answers 402, and so do dependencies where the plan lacks them."""
    tasks, task = asana.TasksApi(server.client(return_page_iterator=False)), server.task()
    server.site.workspace.dependencies = False
    with pytest.raises(ApiException) as search:
        tasks.search_tasks_for_workspace(server.site.workspace.gid, {"text": "find"})
    with pytest.raises(ApiException) as dependencies:
        tasks.get_dependencies_for_task(task.gid, {})
    assert (search.value.status, dependencies.value.status) == (402, 402)


def test_what_the_client_sends_beyond_the_contract_is_passed_over(server: Any) -> None:
    """The client's DELETE has a body and its addTask repeats the body in the query; Asana takes both."""
    api, task, doing = server.client(), server.task(), server.project.sections[1]
    asana.SectionsApi(api).add_task_for_section(doing.gid, {"body": {"data": {"task": task.gid}}})
    assert doing.tasks == [task]
    assert asana.TasksApi(api).delete_task(task.gid) == {}
    assert doing.tasks == []
