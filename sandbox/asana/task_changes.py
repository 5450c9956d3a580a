"""The fields of a task: what each takes, and what follows from changing it (Asana's OpenAPI, TaskBase).

Every check comes back as the change to make, so that a request changes all that it names or nothing.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any

from sandbox.asana.custom_fields import display, read_value
from sandbox.asana.errors import AsanaError, refuse
from sandbox.asana.records import CustomField, Task, User
from sandbox.asana.rich_text import NOTES_TAGS, RichTextError, accept, from_plain, to_plain
from sandbox.asana.shapes import task_fields
from sandbox.asana.store import Store

NAME_LIMIT = 1024
NOTES_LIMIT = 65_535
"""Lengths in characters. Not in the contract; what users of the API report."""
SUBTYPES = frozenset({"default_task", "milestone", "approval"})
APPROVALS = frozenset({"pending", "approved", "rejected", "changes_requested"})
DATES = ("due_on", "due_at", "start_on", "start_at")
Data = Mapping[str, Any]
Change = Callable[[], None]


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


def checked(store: Store, task: Task, data: Data) -> list[Change]:
    """What to do for `data`, once all of it has been found good.

    Raises:
        AsanaError: 400 or 403, with the first thing that is wrong.
    """
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


def _name(_: Store, task: Task, given: Any) -> Change:
    if not isinstance(given, str):
        refuse("name: Not a string")
    if len(given) > NAME_LIMIT:
        refuse(f"name: May be at most {NAME_LIMIT} characters")
    return lambda: setattr(task, "name", " ".join(given.split("\n")))


def _subtype(_: Store, task: Task, given: Any) -> Change:
    if not isinstance(given, str) or given not in SUBTYPES:
        refuse(f"resource_subtype: Not a recognized value: {given}")

    def change() -> None:
        task.subtype = given
        task.approval_status = (task.approval_status or "pending") if given == "approval" else None

    return change


def _approval(store: Store, task: Task, given: Any) -> Change:
    if not isinstance(given, str) or given not in APPROVALS:
        refuse(f"approval_status: Not a recognized value: {given}")

    def change() -> None:
        if task.subtype == "approval":
            task.approval_status = given
            _complete(store, task, given != "pending")

    return change


def _completed(store: Store, task: Task, given: Any) -> Change:
    if given not in (True, False, "true", "false"):
        refuse("completed: Not a boolean")

    def change() -> None:
        _complete(store, task, given in (True, "true"))
        if task.subtype == "approval":
            task.approval_status = "approved" if task.completed else "pending"

    return change


def _complete(store: Store, task: Task, completed: bool) -> None:
    if completed == task.completed:
        return
    task.completed = completed
    task.completed_at, task.completed_by = (store.now(), store.actor) if completed else (None, None)
    store.tell(task, *(("marked_complete", "completed this task") if completed else ("marked_incomplete", "reopened")))


def _liked(store: Store, task: Task, given: Any) -> Change:
    def change() -> None:
        task.likes = [user for user in task.likes if user is not store.actor] + ([store.actor] if given else [])

    return change


def _assignee(store: Store, task: Task, given: Any) -> Change:
    user = None if given in (None, "null") else store.find_user("assignee", given)

    def change() -> None:
        if user is task.assignee:
            return
        task.assignee, task.assigned_by = user, store.actor if user else None
        if user is not None:
            follow(task, user)
        store.tell(task, "assigned" if user else "unassigned", f"assigned to {user.name}" if user else "unassigned")

    return change


_SINGLE: dict[str, Callable[[Store, Task, Any], Change]] = {
    "name": _name,
    "resource_subtype": _subtype,
    "approval_status": _approval,
    "completed": _completed,
    "liked": _liked,
    "assignee": _assignee,
}


def _dates(store: Store, task: Task, data: Data) -> Change:
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
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        refuse(f"{name}: Not a valid date-time: {given}")
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def _custom_fields(store: Store, task: Task, given: Any) -> Change:
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
