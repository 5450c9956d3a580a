"""Tasks: make, read, change, delete, list."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from sandbox.asana.calls import EMPTY, Answer, Call, Route
from sandbox.asana.errors import AsanaError, refuse
from sandbox.asana.records import Project, Section, Tag, Task, Workspace
from sandbox.asana.task_data import create_task, update_task


def _create(call: Call) -> Answer:
    return call.made(create_task(call.site, call.data))


def _create_subtask(call: Call) -> Answer:
    parent = call.site.find(Task, call.params["task"])
    return call.made(create_task(call.site, {**call.data, "parent": parent.gid}))


def _get(call: Call) -> Answer:
    gid = call.params["task"]
    if gid.startswith("external:"):
        raise AsanaError(HTTPStatus.FORBIDDEN, "task: Only an OAuth app can use external ids, not a token")
    return call.one(call.site.find(Task, gid))


def _update(call: Call) -> Answer:
    task = call.site.find(Task, call.params["task"])
    update_task(call.site, task, call.data)
    return call.one(task)


def _delete(call: Call) -> Answer:
    call.site.remove_task(call.site.find(Task, call.params["task"]))
    return EMPTY


def _list(call: Call) -> Answer:
    query = call.query
    ways = [name for name in ("project", "section", "tag", "assignee") if query.get(name)]
    if len(ways) != 1 or (ways == ["assignee"]) != bool(query.get("workspace")):
        refuse("Must specify exactly one of project, tag, section, user task list, or assignee + workspace")
    if ways == ["project"]:
        tasks: Iterable[Task] = _of_project(call.site.find(Project, query["project"], "project"))
    elif ways == ["section"]:
        tasks = call.site.find(Section, query["section"], "section").tasks
    elif ways == ["tag"]:
        tasks = _tagged(call, call.site.find(Tag, query["tag"], "tag"))
    else:
        workspace = call.site.find(Workspace, query["workspace"], "workspace")
        user = call.site.find_user("assignee", query["assignee"])
        tasks = (t for t in call.site.all(Task) if t.assignee is user and t.workspace is workspace)
    return call.page(_modified(call, _open(call, tasks)))


def _list_of_project(call: Call) -> Answer:
    return call.page(_open(call, _of_project(call.site.find(Project, call.params["project"]))))


def _list_of_section(call: Call) -> Answer:
    return call.page(_open(call, call.site.find(Section, call.params["section"]).tasks))


def _list_of_tag(call: Call) -> Answer:
    return call.page(_tagged(call, call.site.find(Tag, call.params["tag"])))


def _subtasks(call: Call) -> Answer:
    return call.page(call.site.find(Task, call.params["task"]).subtasks)


def _of_project(project: Project) -> list[Task]:
    return [task for section in project.sections for task in section.tasks]


def _tagged(call: Call, tag: Tag) -> list[Task]:
    return [task for task in call.site.all(Task) if tag in task.tags and call.site.is_visible(task)]


def _open(call: Call, tasks: Iterable[Task]) -> list[Task]:
    """The tasks that are open, or were completed since the time that `completed_since` says."""
    since = _since(call, "completed_since")
    return [t for t in tasks if since is None or t.completed_at is None or t.completed_at >= since]


def _modified(call: Call, tasks: list[Task]) -> list[Task]:
    """The tasks modified since the time that `modified_since` says; a late index knows them later."""
    since = _since(call, "modified_since")
    if since is None:
        return tasks
    known = call.site.now() - timedelta(seconds=call.site.faults.index_lag("asana", "getTasks"))
    return [t for t in tasks if since <= t.modified_at <= known]


def _since(call: Call, name: str) -> datetime | None:
    text = call.query.get(name)
    if text is None:
        return None
    if text == "now":
        return call.site.now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        refuse(f"{name}: Not a valid date-time: {text}")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


ROUTES = (
    Route("POST", "/tasks", "createTask", _create),
    Route("GET", "/tasks", "getTasks", _list),
    Route("GET", "/tasks/{task}", "getTask", _get),
    Route("PUT", "/tasks/{task}", "updateTask", _update),
    Route("DELETE", "/tasks/{task}", "deleteTask", _delete),
    Route("GET", "/tasks/{task}/subtasks", "getSubtasksForTask", _subtasks),
    Route("POST", "/tasks/{task}/subtasks", "createSubtaskForTask", _create_subtask),
    Route("GET", "/projects/{project}/tasks", "getTasksForProject", _list_of_project),
    Route("GET", "/sections/{section}/tasks", "getTasksForSection", _list_of_section),
    Route("GET", "/tags/{tag}/tasks", "getTasksForTag", _list_of_tag),
)
