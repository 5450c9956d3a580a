"""Creating and changing tasks: which data Asana takes, and what follows from it (Asana's OpenAPI, createTask)."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any

from sandbox.asana.custom_fields import display, read_value
from sandbox.asana.errors import AsanaError, refuse
from sandbox.asana.records import CustomField, Project, Section, Tag, Task, User, Workspace
from sandbox.asana.rich_text import NOTES_TAGS, RichTextError, accept, from_plain, to_plain
from sandbox.asana.shapes import task_fields
from sandbox.asana.store import Store

NAME_LIMIT = 1024
NOTES_LIMIT = 65_535
"""Lengths in characters. Not in the contract; what users of the API report."""
MAX_PROJECTS = 20
SUBTYPES = frozenset({"default_task", "milestone", "approval"})
APPROVALS = frozenset({"pending", "approved", "rejected", "changes_requested"})
CREATE_ONLY = frozenset({"projects", "memberships", "followers", "tags", "workspace"})
DATES = ("due_on", "due_at", "start_on", "start_at")
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
    task = Task(store.new_gid(), "", workspace, store.me, now, now, tags=list(dict.fromkeys(tags)))
    task.sections = sections
    changes = _checked(store, task, {name: value for name, value in data.items() if name != "parent"})
    store.keep(task)
    for section in sections:
        section.tasks.append(task)
    if parent is not None:
        task.parent = parent
        parent.subtasks.append(task)
    for user in [store.me, *followers]:
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
    changes = _checked(store, task, data)
    for change in changes:
        change()
    if changes:
        store.touch(task)
        for name in data:
            store.happened(task, "changed", name)


def follow(task: Task, user: User) -> None:
    """Make somebody a follower, once."""
    if user not in task.followers:
        task.followers.append(user)


def set_text(store: Store, task: Task, html: str) -> None:
    """Give a task its description. People mentioned in it become followers, as they are notified."""
    task.html = html
    for gid in accept(html, NOTES_TAGS).mentions:
        mentioned = store.records.get(gid)
        if isinstance(mentioned, User):
            follow(task, mentioned)


def read_rich_text(data: Data, plain: str, rich: str, tags: frozenset[str]) -> str | None:
    """The document that `data` asks for, as plain or as rich text; None if it asks for neither.

    Raises:
        AsanaError: 400, both at once, no text, too long, or rich text that Asana does not take.
    """
    if plain in data and rich in data:
        refuse(f"You can only provide one of {plain} or {rich}")
    name = rich if rich in data else plain
    if data.get(name) is None:
        return None
    text = data[name]
    if not isinstance(text, str):
        refuse(f"{name}: Not a string")
    try:
        html = accept(text, tags).html if name == rich else from_plain(text)
    except RichTextError as error:
        raise AsanaError(HTTPStatus.BAD_REQUEST, f"{name}: xml_parsing_error: {error}") from error
    if len(to_plain(html)) > NOTES_LIMIT:
        refuse(f"{name}: May be at most {NOTES_LIMIT} characters")
    return html


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


def _checked(store: Store, task: Task, data: Data) -> list[Callable[[], None]]:
    """What to do for `data`, once all of it has been found good."""
    if data.get("external") is not None:
        raise AsanaError(HTTPStatus.FORBIDDEN, "external: Only an OAuth app can set external data, not a token")
    changes = [check(store, task, data[name]) for name, check in _SINGLE.items() if name in data]
    html = read_rich_text(data, "notes", "html_notes", NOTES_TAGS)
    if html is not None:
        changes.append(lambda: set_text(store, task, html))
    if any(name in data for name in DATES):
        changes.append(_dates(store, task, data))
    if data.get("custom_fields") is not None:
        changes.append(_custom_fields(store, task, data["custom_fields"]))
    return changes


def _name(_: Store, task: Task, given: Any) -> Callable[[], None]:
    if not isinstance(given, str):
        refuse("name: Not a string")
    if len(given) > NAME_LIMIT:
        refuse(f"name: May be at most {NAME_LIMIT} characters")
    return lambda: setattr(task, "name", " ".join(given.split("\n")))


def _subtype(_: Store, task: Task, given: Any) -> Callable[[], None]:
    if given not in SUBTYPES:
        refuse(f"resource_subtype: Not a recognized value: {given}")

    def change() -> None:
        task.subtype = given
        task.approval_status = (task.approval_status or "pending") if given == "approval" else None

    return change


def _approval(store: Store, task: Task, given: Any) -> Callable[[], None]:
    if given not in APPROVALS:
        refuse(f"approval_status: Not a recognized value: {given}")

    def change() -> None:
        if task.subtype == "approval":
            task.approval_status = given
            _complete(store, task, given != "pending")

    return change


def _completed(store: Store, task: Task, given: Any) -> Callable[[], None]:
    if given not in (True, False, "true", "false"):
        refuse("completed: Not a boolean")

    def change() -> None:
        _complete(store, task, given in (True, "true"))
        if task.subtype == "approval":
            task.approval_status = "approved" if task.completed else "pending"

    return change


def _complete(store: Store, task: Task, completed: bool) -> None:  # noqa: FBT001  # the value of the field itself
    if completed == task.completed:
        return
    task.completed = completed
    task.completed_at, task.completed_by = (store.now(), store.me) if completed else (None, None)
    store.tell(task, *(("marked_complete", "completed this task") if completed else ("marked_incomplete", "reopened")))


def _liked(store: Store, task: Task, given: Any) -> Callable[[], None]:
    def change() -> None:
        task.likes = [user for user in task.likes if user is not store.me] + ([store.me] if given else [])

    return change


def _assignee(store: Store, task: Task, given: Any) -> Callable[[], None]:
    user = None if given in (None, "null") else store.find_user("assignee", given)

    def change() -> None:
        if user is task.assignee:
            return
        task.assignee, task.assigned_by = user, store.me if user else None
        if user is not None:
            follow(task, user)
        store.tell(task, "assigned" if user else "unassigned", f"assigned to {user.name}" if user else "unassigned")

    return change


_SINGLE: dict[str, Callable[[Store, Task, Any], Callable[[], None]]] = {
    "name": _name,
    "resource_subtype": _subtype,
    "approval_status": _approval,
    "completed": _completed,
    "liked": _liked,
    "assignee": _assignee,
}


def _dates(store: Store, task: Task, data: Data) -> Callable[[], None]:
    for pair in (("due_on", "due_at"), ("start_on", "start_at")):
        if all(data.get(name) is not None for name in pair):
            refuse(f"You can only provide one of {pair[0]} or {pair[1]}")
    dates = {name: getattr(task, name) for name in DATES}
    for day, moment in (("due_on", "due_at"), ("start_on", "start_at")):
        if data.get(moment) is not None:
            dates[moment] = _moment(moment, data[moment])
            dates[day] = dates[moment][:10]
        elif day in data or moment in data:
            dates[moment] = None
            dates[day] = _day(day, data.get(day))
    if dates["start_on"] and not dates["due_on"]:
        refuse("start_on: You cannot set a start date without a due date")
    if ("start_on" in data or "start_at" in data) and not ("due_on" in data or "due_at" in data):
        refuse("start_on: due_on or due_at must be in the request when start_on is")
    if dates["start_on"] and dates["start_on"] > dates["due_on"]:
        refuse("start_on: The start date must not be after the due date")

    def change() -> None:
        for name, value in dates.items():
            setattr(task, name, value)
        store.tell(task, "due_date_changed", f"changed the due date to {task.due_on}")

    return change


def _day(name: str, given: Any) -> str | None:
    if given in (None, "null"):
        return None
    if not isinstance(given, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", given):
        refuse(f"{name}: Not a valid date: {given}")
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError:
        refuse(f"{name}: Not a valid date: {given}")


def _moment(name: str, given: Any) -> str:
    try:
        moment = datetime.fromisoformat(str(given))
    except ValueError:
        refuse(f"{name}: Not a valid date-time: {given}")
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def _custom_fields(store: Store, task: Task, given: Any) -> Callable[[], None]:
    if not isinstance(given, dict):
        refuse("custom_fields: Not an object")
    on_task = {value.gid for value in task_fields(task)}
    values: dict[str, tuple[CustomField, Any]] = {}
    for gid, value in given.items():
        field = store.find(CustomField, gid, "custom_field")
        if gid not in on_task:
            refuse(f"Custom field with ID {gid} is not on given object")
        values[gid] = (field, read_value(field, value, store.find_user))

    def change() -> None:
        for gid, (field, value) in values.items():
            task.values[gid] = value
            store.tell(task, f"{field.type}_custom_field_changed", f"set {field.name} to {display(field, value)}")

    return change
