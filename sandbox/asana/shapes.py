"""What each kind of record shows of itself (Asana's OpenAPI of 2026-06-11, `…Compact` and `…Response`)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from sandbox.asana import rich_text
from sandbox.asana.custom_fields import properties_of_field, properties_of_value
from sandbox.asana.records import Attachment, FieldValue, Project, Record, Section, Story, Task, User

Property = Callable[[Any], Any]
Properties = Mapping[str, Mapping[str, Property]]

_NAMED = ("gid", "resource_type", "name")
_FIELD = (
    *("gid", "resource_type", "name", "type", "resource_subtype", "enabled", "is_formula_field"),
    *("enum_options", "precision", "text_value", "number_value", "enum_value", "multi_enum_values"),
    *("date_value", "people_value", "display_value"),
)
COMPACT: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("workspace", "user", "team", "project", "section", "tag"), _NAMED),
    "task": ("gid", "resource_type", "name", "resource_subtype"),
    "custom_field": _FIELD,
    "custom_field_value": _FIELD,
    "custom_field_setting": ("gid", "resource_type", "project", "parent", "is_important", "custom_field"),
    "enum_option": ("gid", "resource_type", "name", "color", "enabled"),
    "project_membership": ("gid", "resource_type", "parent", "member", "access_level"),
    "story": ("gid", "resource_type", "created_at", "created_by", "resource_subtype", "type", "text"),
    "attachment": ("gid", "resource_type", "name", "resource_subtype"),
}
"""What a record shows inside a list or inside another record."""
OPT_IN: Mapping[str, frozenset[str]] = {
    "task": frozenset(
        {"html_notes", "dependencies", "dependents", "num_subtasks", "is_rendered_as_separator", "assigned_by"}
    ),
    "project": frozenset({"html_notes", "created_from_template", "project_brief"}),
    "story": frozenset({"html_text", "is_pinned", "is_editable", "is_edited", "liked", "likes", "num_likes"}),
    "attachment": frozenset({"size", "connected_to_app"}),
    "section": frozenset(),
}
"""What even a full record shows only when `opt_fields` asks for it."""
EXPANDED = frozenset({"custom_field", "custom_field_value", "enum_option"})
"""Kinds that a bare name in `opt_fields` shows compact, rather than as gid and type alone."""


class Surroundings(Protocol):
    """What a record's properties need to know beyond the record."""

    url: str
    files_url: str

    me: User

    def is_visible(self, record: Record) -> bool:
        """Whether the token may see a record."""

    def names(self, gid: str) -> tuple[str, str, str] | None:
        """Type, name and address of what a mention points to."""


def timestamp(moment: datetime | None) -> str | None:
    """A moment as Asana writes it: UTC, milliseconds, Z."""
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def permalink(url: str, task: Task) -> str:
    """The address of a task in Asana's newer form."""
    project = f"/project/{task.projects[0].gid}" if task.sections else ""
    return f"{url}/1/{task.workspace.gid}{project}/task/{task.gid}"


def properties(around: Surroundings) -> Properties:
    """The properties of every kind of record."""
    return {
        "workspace": {**_base(), "email_domains": lambda w: w.email_domains, "is_organization": lambda _: True},
        "user": {
            **_base(),
            "email": lambda u: u.email,
            "photo": lambda _: None,
            "workspaces": lambda u: [u.workspace],
        },
        "team": {
            **_base(),
            "organization": lambda t: t.workspace,
            "description": lambda _: "",
            "permalink_url": lambda t: f"{around.url}/1/{t.workspace.gid}/team/{t.gid}",
        },
        "project": _project(around),
        "section": {**_base(), "created_at": lambda s: timestamp(s.created_at), "project": lambda s: s.project},
        "task": _task(around),
        "tag": {
            **_base(),
            "color": lambda t: t.color,
            "notes": lambda t: t.notes,
            "created_at": lambda t: timestamp(t.created_at),
            "followers": lambda t: t.followers,
            "workspace": lambda t: t.workspace,
            "permalink_url": lambda t: f"{around.url}/1/{t.workspace.gid}/tag/{t.gid}",
        },
        "custom_field": {**_base(), **properties_of_field()},
        "custom_field_value": {
            **_base(),
            "resource_type": lambda _: "custom_field",
            "name": lambda v: v.field.name,
            **properties_of_value(),
        },
        "custom_field_setting": {
            **_base(named=False),
            "project": lambda s: s.project,
            "parent": lambda s: s.project,
            "is_important": lambda s: s.is_important,
            "custom_field": lambda s: s.field,
        },
        "project_membership": {
            **_base(named=False),
            "parent": lambda m: m.project,
            "member": lambda m: m.member,
            "access_level": lambda m: m.project.access if m.member is around.me else "editor",
        },
        "enum_option": {**_base(), "color": lambda o: o.color, "enabled": lambda o: o.enabled},
        "story": _story(around),
        "attachment": _attachment(around),
    }


def _base(*, named: bool = True) -> dict[str, Property]:
    base: dict[str, Property] = {"gid": lambda r: r.gid, "resource_type": lambda r: r.kind}
    return base | ({"name": lambda r: r.name} if named else {})


def _project(around: Surroundings) -> dict[str, Property]:
    def link(project: Project) -> str:
        return f"{around.url}/1/{project.workspace.gid}/project/{project.gid}"

    return {
        **_base(),
        "archived": lambda p: p.archived,
        "color": lambda p: p.color,
        "completed": lambda _: False,
        "completed_at": lambda _: None,
        "completed_by": lambda _: None,
        "created_at": lambda p: timestamp(p.created_at),
        "current_status": lambda _: None,
        "current_status_update": lambda _: None,
        "custom_fields": lambda _: [],
        "custom_field_settings": lambda p: p.settings,
        "default_access_level": lambda _: "editor",
        "default_view": lambda _: "list",
        "due_date": lambda _: None,
        "due_on": lambda _: None,
        "followers": lambda p: p.members,
        "html_notes": lambda p: rich_text.as_read(p.html, around.names),
        "icon": lambda _: "list",
        "members": lambda p: p.members,
        "modified_at": lambda p: timestamp(p.modified_at),
        "notes": lambda p: rich_text.to_plain(p.html, around.names),
        "owner": lambda p: p.owner,
        "permalink_url": link,
        "privacy_setting": lambda p: "private" if p.hidden else p.privacy,
        "public": lambda p: not p.hidden and p.privacy == "public_to_workspace",
        "start_on": lambda _: None,
        "team": lambda p: p.team,
        "workspace": lambda p: p.workspace,
    }


def _task(around: Surroundings) -> dict[str, Property]:
    def seen(task: Task) -> list[Section]:
        return [section for section in task.sections if around.is_visible(section)]

    return {
        **_base(),
        "resource_subtype": lambda t: t.subtype,
        "actual_time_minutes": lambda _: None,
        "approval_status": lambda t: t.approval_status if t.subtype == "approval" else ...,
        "assigned_by": lambda t: t.assigned_by,
        "assignee": lambda t: t.assignee,
        "assignee_status": lambda _: "inbox",
        "completed": lambda t: t.completed,
        "completed_at": lambda t: timestamp(t.completed_at),
        "completed_by": lambda t: t.completed_by,
        "created_at": lambda t: timestamp(t.created_at),
        "created_by": lambda t: t.created_by,
        "custom_fields": task_fields,
        "dependencies": lambda t: [{"gid": d.gid, "resource_type": "task"} for d in t.dependencies],
        "dependents": lambda t: [{"gid": d.gid, "resource_type": "task"} for d in t.dependents],
        "due_at": lambda t: t.due_at,
        "due_on": lambda t: t.due_on,
        "followers": lambda t: t.followers,
        "hearted": lambda t: around.me in t.likes,
        "hearts": lambda t: [{"gid": u.gid, "user": u} for u in t.likes],
        "html_notes": lambda t: rich_text.as_read(t.html, around.names),
        "is_rendered_as_separator": lambda _: False,
        "liked": lambda t: around.me in t.likes,
        "likes": lambda t: [{"gid": u.gid, "user": u} for u in t.likes],
        "memberships": lambda t: [{"project": s.project, "section": s} for s in seen(t)],
        "modified_at": lambda t: timestamp(t.modified_at),
        "notes": lambda t: rich_text.to_plain(t.html, around.names),
        "num_hearts": lambda t: len(t.likes),
        "num_likes": lambda t: len(t.likes),
        "num_subtasks": lambda t: len(t.subtasks),
        "parent": lambda t: t.parent,
        "permalink_url": lambda t: permalink(around.url, t),
        "projects": lambda t: [section.project for section in seen(t)],
        "start_at": lambda t: t.start_at,
        "start_on": lambda t: t.start_on,
        "tags": lambda t: t.tags,
        "workspace": lambda t: t.workspace,
    }


def _story(around: Surroundings) -> dict[str, Property]:
    def mine(story: Story) -> bool:
        return story.is_comment and story.created_by is around.me

    return {
        **_base(named=False),
        "created_at": lambda s: timestamp(s.created_at),
        "created_by": lambda s: s.created_by,
        "resource_subtype": lambda s: s.subtype,
        "type": lambda s: "comment" if s.is_comment else "system",
        "text": lambda s: rich_text.to_plain(s.html, around.names),
        "html_text": lambda s: rich_text.as_read(s.html, around.names),
        "is_pinned": lambda s: s.is_pinned,
        "is_editable": mine,
        "is_edited": lambda s: s.is_edited,
        "liked": lambda s: around.me in s.likes,
        "likes": lambda s: [{"gid": u.gid, "user": u} for u in s.likes],
        "num_likes": lambda s: len(s.likes),
        "source": lambda _: "api",
        "target": lambda s: s.task,
    }


def _attachment(around: Surroundings) -> dict[str, Property]:
    def address(attachment: Attachment) -> str:
        return attachment.url or f"{around.files_url}/{attachment.gid}"

    return {
        **_base(),
        "resource_subtype": lambda a: a.host,
        "connected_to_app": lambda _: False,
        "created_at": lambda a: timestamp(a.created_at),
        "download_url": lambda a: None if a.url else address(a),
        "host": lambda a: a.host,
        "parent": lambda a: a.task,
        "permanent_url": address,
        "size": lambda a: ... if a.url else len(a.content),
        "view_url": address,
    }


def task_fields(task: Task) -> list[FieldValue]:
    """The custom fields of a task's projects, each once, with the task's values."""
    fields = {setting.field.gid: setting.field for project in task.projects for setting in project.settings}
    return [FieldValue(gid, field, task.values.get(gid)) for gid, field in fields.items()]
