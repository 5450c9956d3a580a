"""Task search: only where the plan has it, and behind by the index (Asana's OpenAPI, searchTasksForWorkspace).

Filters that the stand-in does not know are refused by name, never passed over.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any

from sandbox.asana.calls import Answer, Call, Route
from sandbox.asana.custom_fields import display
from sandbox.asana.errors import AsanaError, refuse
from sandbox.asana.records import CustomField, Task, Workspace
from sandbox.asana.rich_text import to_plain

MOST = 100
Test = Callable[[Task], bool]
PEOPLE: dict[str, Callable[[Task], Sequence[Any]]] = {
    "assignee": lambda t: [t.assignee],
    "followers": lambda t: t.followers,
    "created_by": lambda t: [t.created_by],
    "assigned_by": lambda t: [t.assigned_by],
    "liked_by": lambda t: t.likes,
    "commented_on_by": lambda t: [story.created_by for story in t.stories if story.is_comment],
}
GROUPS: dict[str, Callable[[Task], list[str]]] = {
    "projects": lambda t: [project.gid for project in t.projects],
    "sections": lambda t: [section.gid for section in t.sections],
    "tags": lambda t: [tag.gid for tag in t.tags],
    "teams": lambda t: [project.team.gid for project in t.projects if project.team],
}
FLAGS: dict[str, Test] = {
    "completed": lambda t: t.completed,
    "is_subtask": lambda t: t.parent is not None,
    "has_attachment": lambda t: bool(t.attachments),
    "is_blocking": lambda t: not t.completed and bool(t.dependents),
    "is_blocked": lambda t: any(not blocker.completed for blocker in t.dependencies),
}
DAYS: dict[str, Callable[[Task], date | None]] = {
    "due_on": lambda t: date.fromisoformat(t.due_on) if t.due_on else None,
    "start_on": lambda t: date.fromisoformat(t.start_on) if t.start_on else None,
    "created_on": lambda t: t.created_at.date(),
    "modified_on": lambda t: t.modified_at.date(),
    "completed_on": lambda t: t.completed_at.date() if t.completed_at else None,
}
MOMENTS: dict[str, Callable[[Task], datetime | None]] = {
    "due_at": lambda t: datetime.fromisoformat(t.due_at) if t.due_at else None,
    "created_at": lambda t: t.created_at,
    "modified_at": lambda t: t.modified_at,
    "completed_at": lambda t: t.completed_at,
}
NEVER = datetime.min.replace(tzinfo=UTC)
ORDERS: dict[str, Callable[[Task], Any]] = {
    "modified_at": lambda t: t.modified_at,
    "created_at": lambda t: t.created_at,
    "completed_at": lambda t: t.completed_at or NEVER,
    "due_date": lambda t: t.due_on or "",
    "likes": lambda t: len(t.likes),
    "relevance": lambda t: t.modified_at,
}
SETTINGS = frozenset({"opt_fields", "opt_pretty", "limit", "sort_by", "sort_ascending"})


def _search(call: Call) -> Answer:
    workspace = call.site.find(Workspace, call.params["workspace"])
    if not workspace.premium:
        raise AsanaError(HTTPStatus.PAYMENT_REQUIRED, "Search is only available to premium users.")
    tests = [_test(call, name, value) for name, value in call.query.items() if name not in SETTINGS]
    indexed = call.site.now() - timedelta(seconds=call.site.faults.index_lag("asana"))
    found = [
        task
        for task in call.site.all(Task)
        if task.created_at <= indexed and call.site.is_visible(task) and all(test(task) for test in tests)
    ]
    order = ORDERS.get(call.query.get("sort_by", "modified_at")) or refuse("sort_by: Not a recognized value")
    found.sort(key=order, reverse=call.query.get("sort_ascending") != "true")
    limit = call.query.get("limit", str(MOST))
    if not limit.isdigit() or not 1 <= int(limit) <= MOST:
        refuse("limit: Must be a number between 1 and 100")
    return call.list(found[: int(limit)])


def _test(call: Call, name: str, value: str) -> Test:
    if name == "text":
        words = value.casefold().split()
        return lambda t: all(word in f"{t.name} {to_plain(t.html)}".casefold() for word in words)
    if name == "resource_subtype":
        return lambda t: t.subtype == value
    if name in FLAGS:
        flag = FLAGS[name]
        return lambda t: flag(t) == (value == "true")
    if name.startswith("custom_fields."):
        return _field_test(call, name, value)
    base, _, how = name.partition(".")
    if base in PEOPLE:
        return _people_test(call, base, how, value)
    if base in GROUPS:
        return _group_test(base, how, value)
    if base in DAYS or base in MOMENTS:
        return _time_test(base, how, value)
    return refuse(f"{name}: Not a recognized filter")


def _people_test(call: Call, base: str, how: str, value: str) -> Test:
    wanted = [None if who == "null" else call.site.find_user(base, who) for who in value.split(",")]
    read = PEOPLE[base]
    if how == "any":
        return lambda t: any(person in wanted for person in read(t))
    return (lambda t: not any(p in wanted for p in read(t))) if how == "not" else refuse(f"{base}.{how}: Unknown")


def _group_test(base: str, how: str, value: str) -> Test:
    wanted, read = set(value.split(",")), GROUPS[base]
    tests: dict[str, Test] = {
        "any": lambda t: bool(wanted & set(read(t))),
        "not": lambda t: not wanted & set(read(t)),
        "all": lambda t: wanted <= set(read(t)),
    }
    return tests.get(how) or refuse(f"{base}.{how}: Not a recognized filter")


def _time_test(base: str, how: str, value: str) -> Test:
    """Before and after leave the moment itself out."""
    read: Callable[[Task], Any] = DAYS[base] if base in DAYS else MOMENTS[base]
    if how == "" and value == "null":
        return lambda t: read(t) is None
    try:
        limit: Any = date.fromisoformat(value) if base in DAYS else _aware(datetime.fromisoformat(value))
    except ValueError:
        refuse(f"{base}: Not a valid date: {value}")
    tests: dict[str, Test] = {
        "before": lambda t: (known := read(t)) is not None and known < limit,
        "after": lambda t: (known := read(t)) is not None and known > limit,
        "": lambda t: read(t) == limit,
    }
    return tests.get(how) or refuse(f"{base}.{how}: Not a recognized filter")


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _field_test(call: Call, name: str, value: str) -> Test:
    _, gid, how = [*name.split("."), "", ""][:3]
    field = call.site.find(CustomField, gid, "custom_fields")
    if how == "is_set":
        return lambda t: (t.values.get(gid) is not None) == (value == "true")
    if field.type == "enum" and how == "value":
        return lambda t: (option := t.values.get(gid)) is not None and option.gid == value
    shown: Callable[[Task], str | None] = lambda t: display(field, t.values.get(gid))  # noqa: E731  # used in three tests
    tests: dict[str, Test] = {
        "value": lambda t: t.values.get(gid) is not None and value in {shown(t), str(t.values[gid])},
        "contains": lambda t: value.casefold() in (shown(t) or "").casefold(),
        "starts_with": lambda t: (shown(t) or "").casefold().startswith(value.casefold()),
    }
    return tests.get(how) or refuse(f"{name}: Not a recognized filter")


ROUTES = (Route("GET", "/workspaces/{workspace}/tasks/search", "searchTasksForWorkspace", _search),)
