"""Creating and changing tasks (Asana's OpenAPI, createTask and updateTask)."""

from collections.abc import Mapping
from typing import Any

from sandbox.asana.errors import refuse
from sandbox.asana.records import Project, Section, Tag, Task, Workspace
from sandbox.asana.store import Store
from sandbox.asana.task_changes import DATES, checked, follow

MAX_PROJECTS = 20
CREATE_ONLY = frozenset({"projects", "memberships", "followers", "tags", "workspace"})
WRITABLE = frozenset(
    {"name", "notes", "html_notes", "assignee", "assignee_section", "assignee_status", "completed", "liked", "external"}
    | {"resource_subtype", "approval_status", "custom_fields", "parent", *DATES}
)
Data = Mapping[str, Any]


def create_task(store: Store, data: Data) -> Task:
    """Make a task from the `data` of a request.

    Raises:
        AsanaError: 400 or 403; nothing was made.
    """
    _refuse_unknown(data, WRITABLE | CREATE_ONLY)
    sections = _sections(store, data)
    parent = store.find(Task, data["parent"], "parent") if data.get("parent") else None
    workspace = _workspace(store, data, sections, parent)
    followers = [store.find_user("followers", who) for who in _list(data, "followers")]
    tags = [store.find(Tag, gid, "tags") for gid in _list(data, "tags")]
    now = store.now()
    task = Task(store.new_gid(), "", workspace, store.actor, now, now, tags=list(dict.fromkeys(tags)))
    task.sections = sections
    changes = checked(store, task, {name: value for name, value in data.items() if name != "parent"})
    store.keep(task)
    for section in sections:
        section.tasks.append(task)
    if parent is not None:
        task.parent = parent
        parent.subtasks.append(task)
    for user in [store.actor, *followers]:
        follow(task, user)
    for change in changes:
        change()
    for project in task.projects:
        store.tell(task, "added_to_project", f"added to {project.name}")
    store.happened(task, "added")
    return task


def update_task(store: Store, task: Task, data: Data) -> None:
    """Change a task as the `data` of a request says; all of it or nothing.

    Raises:
        AsanaError: 400 or 403; nothing was changed.
    """
    if late := sorted(CREATE_ONLY & set(data)):
        refuse(f"{late[0]}: Cannot be changed after the task was created; use the task's own endpoints for it")
    _refuse_unknown(data, WRITABLE)
    if "parent" in data:
        refuse("parent: Cannot be changed here; use setParent")
    changes = checked(store, task, data)
    for change in changes:
        change()
    if changes:
        store.touch(task)
        for name in data:
            store.happened(task, "changed", name)


def _refuse_unknown(data: Data, known: frozenset[str]) -> None:
    if unknown := sorted(set(data) - known):
        refuse(f"{unknown[0]}: Not a writable field of a task")


def _list(data: Data, name: str) -> list[Any]:
    given = data.get(name)
    if given is None:
        return []
    if isinstance(given, str):
        return [item.strip() for item in given.split(",") if item.strip()]
    return given if isinstance(given, list) else refuse(f"{name}: Not an array")


def _sections(store: Store, data: Data) -> list[Section]:
    """Where a new task goes: `projects` and `memberships` together, one section a project."""
    chosen: dict[str, Section] = {}
    for membership in _list(data, "memberships"):
        if not isinstance(membership, dict) or "project" not in membership:
            refuse("memberships: Each needs a project")
        project = store.find(Project, membership["project"], "memberships.project")
        section = project.sections[0]
        if membership.get("section"):
            section = store.find(Section, membership["section"], "memberships.section")
        if section.project is not project:
            refuse(f"memberships.section: {section.gid} is not a section of project {project.gid}")
        chosen[project.gid] = section
    for gid in _list(data, "projects"):
        project = store.find(Project, gid, "projects")
        chosen.setdefault(project.gid, project.sections[0])
    if len(chosen) > MAX_PROJECTS:
        refuse(f"projects: A task can be in at most {MAX_PROJECTS} projects")
    return list(chosen.values())


def _workspace(store: Store, data: Data, sections: list[Section], parent: Task | None) -> Workspace:
    if data.get("workspace") is not None:
        workspace = store.find(Workspace, data["workspace"], "workspace")
        if any(section.project.workspace is not workspace for section in sections):
            refuse("workspace: The projects are in another workspace")
        return workspace
    if sections:
        return sections[0].project.workspace
    return parent.workspace if parent else refuse("You should specify one of workspace, parent, projects")
