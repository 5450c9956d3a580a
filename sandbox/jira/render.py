"""An issue as Jira answers it, with the fields and expansions that were asked for."""

import html
from collections.abc import Callable, Iterable

from sandbox.jira import wiki, workflow
from sandbox.jira.kinds import jira_time
from sandbox.jira.lists import KINDS, has_one
from sandbox.jira.model import Change, Field, History, Issue, Project, RichText, ScreenField
from sandbox.jira.view import View

EXPANDS = "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations"


def wanted_fields(view: View, asked: Iterable[str], default: str) -> list[Field]:
    """The fields that a `fields` parameter names: ids, `*all`, `*navigable`, and `-id` to leave one out.

    Jira ignores names that it does not know.
    """
    names = [name.strip() for entry in asked for name in str(entry).split(",") if name.strip()] or [default]
    if all(name.startswith("-") for name in names):
        names = [default, *names]
    chosen: dict[str, Field] = {}
    for name in names:
        for field in view.site.fields.values():
            if field.id == "issuekey":
                continue
            every = name == "*all" or (name == "*navigable" and field.navigable)
            if every or field.id == name:
                chosen[field.id] = field
            elif f"-{field.id}" == name:
                chosen.pop(field.id, None)
    return list(chosen.values())


def issue_json(
    view: View, issue: Issue, fields: Iterable[Field], expand: Iterable[str] = (), properties: Iterable[str] = ()
) -> dict[str, object]:
    """An issue with these fields."""
    expansions, shown_fields = set(expand), list(fields)
    shown: dict[str, object] = {
        "expand": EXPANDS,
        "id": issue.id,
        "self": view.url(f"issue/{issue.id}"),
        "key": issue.key,
        "fields": {field.id: field_value(view, issue, field) for field in shown_fields},
    }
    if "names" in expansions:
        shown["names"] = {field.id: field.name for field in shown_fields}
    if "schema" in expansions:
        shown["schema"] = {field.id: view.field_schema(field) for field in shown_fields}
    if "renderedFields" in expansions:
        shown["renderedFields"] = {field.id: rendered(issue, field) for field in shown_fields}
    if "changelog" in expansions:
        newest = [history_json(view, history) for history in reversed(issue.histories)]
        shown["changelog"] = {"startAt": 0, "maxResults": len(newest), "total": len(newest), "histories": newest}
    if "transitions" in expansions:
        shown["transitions"] = transitions_json(view, issue, with_fields=False)
    if "editmeta" in expansions:
        shown["editmeta"] = editmeta_json(view, issue)
    if asked := list(properties):
        keys = issue.properties if "*all" in asked else asked
        shown["properties"] = {key: issue.properties[key] for key in keys if key in issue.properties}
    return shown


def field_value(view: View, issue: Issue, field: Field) -> object:
    """The value of a field as Jira shows it."""
    if field.id in COMPUTED:
        return COMPUTED[field.id](view, issue)
    stored = issue.values.get(field.id)
    if stored is None:
        return [] if not field.custom and KINDS[field.kind].type == "array" else None
    return KINDS[field.kind].wire(view, field, stored)


def rendered(issue: Issue, field: Field) -> str | None:
    """Long text as HTML, plainly; other fields have no other form."""
    stored = issue.values.get(field.id)
    if not isinstance(stored, RichText):
        return None
    paragraphs = wiki.as_wiki(stored).split("\n\n")
    return "".join(f"<p>{html.escape(text).replace(chr(10), '<br/>')}</p>" for text in paragraphs)


def history_json(view: View, history: History) -> dict[str, object]:
    """The changes of one request."""
    return {
        "id": history.id,
        "author": view.user_json(history.author),
        "created": jira_time(history.created),
        "items": [_change_json(change) for change in history.changes],
    }


def _change_json(change: Change) -> dict[str, object]:
    return {
        "field": change.field,
        "fieldtype": "custom" if change.custom else "jira",
        "fieldId": change.field_id,
        "from": change.old,
        "fromString": change.old_text,
        "to": change.new,
        "toString": change.new_text,
    }


def transitions_json(view: View, issue: Issue, *, with_fields: bool) -> list[dict[str, object]]:
    """The steps that an issue can take."""
    shown = []
    for step in workflow.open_transitions(view.site.project_of(issue), issue):
        entry: dict[str, object] = {
            "id": step.id,
            "name": step.name,
            "to": view.status_json(step.target),
            "hasScreen": bool(step.fields),
            "isGlobal": not step.sources,
            "isInitial": False,
            "isAvailable": True,
            "isConditional": False,
            "looped": False,
        }
        if with_fields:
            project = view.site.project_of(issue)
            screens = (ScreenField(field_id, field_id in step.required) for field_id in step.fields)
            entry["fields"] = {screen.id: field_meta(view, project, screen) for screen in screens}
        shown.append(entry)
    return shown


def editmeta_json(view: View, issue: Issue) -> dict[str, object]:
    """The fields that can be edited."""
    project = view.site.project_of(issue)
    screen = project.screens[issue.issue_type]
    fields = {entry.id: field_meta(view, project, entry) for entry in screen.values() if entry.id != "project"}
    return {"fields": fields}


def field_meta(view: View, project: Project, screen: ScreenField, issue_type: str | None = None) -> dict[str, object]:
    """What createmeta and editmeta say of a field."""
    field = view.site.fields[screen.id]
    kind = KINDS.get(field.kind)
    meta: dict[str, object] = {
        "required": screen.required,
        "schema": view.field_schema(field),
        "name": field.name,
        "key": field.id,
        "hasDefaultValue": screen.default is not None,
        "operations": list(kind.operations) if kind is not None else ["set"],
    }
    allowed = kind.allowed(view, field, project) if kind is not None else None
    if field.id == "project":
        allowed = [view.project_json(project)]
    elif field.id == "issuetype":
        types = [issue_type] if issue_type is not None else project.issue_types
        allowed = [view.issue_type_json(view.site.issue_types[entry]) for entry in types]
    if allowed is not None:
        meta["allowedValues"] = allowed
    if kind is not None and kind.type == "user":
        meta["autoCompleteUrl"] = view.url(f"user/assignable/search?project={project.key}&query=")
    elif kind is not None and has_one(kind) and kind.items == "string":
        meta["autoCompleteUrl"] = f"{view.base}/rest/api/1.0/labels/suggest?query="
    if screen.default is not None and kind is not None:
        meta["defaultValue"] = kind.wire(view, field, screen.default)
    return meta


def _comments(view: View, issue: Issue) -> dict[str, object]:
    comments = [view.comment_json(issue, comment) for comment in view.visible_comments(issue)]
    return {
        "comments": comments,
        "self": view.url(f"issue/{issue.id}/comment"),
        "maxResults": len(comments),
        "total": len(comments),
        "startAt": 0,
    }


def _subtasks(view: View, issue: Issue) -> list[object]:
    below = (entry for entry in view.site.issues.values() if entry.values.get("parent") == issue.id)
    subtasks = (entry for entry in below if view.site.issue_types[entry.issue_type].subtask)
    return [view.linked_json(entry) for entry in subtasks if view.site.can_see(view.user, entry)]


def votes_json(view: View, issue: Issue) -> dict[str, object]:
    """The votes without their voters."""
    return {
        "self": view.url(f"issue/{issue.key}/votes"),
        "votes": len(issue.voters),
        "hasVoted": view.user.account_id in issue.voters,
    }


def watches_json(view: View, issue: Issue) -> dict[str, object]:
    """The watchers without their names."""
    return {
        "self": view.url(f"issue/{issue.key}/watchers"),
        "watchCount": len(issue.watchers),
        "isWatching": view.user.account_id in issue.watchers,
    }


COMPUTED: dict[str, Callable[[View, Issue], object]] = {
    "issuetype": lambda view, issue: view.issue_type_json(view.site.issue_types[issue.issue_type]),
    "project": lambda view, issue: view.project_json(view.site.project_of(issue)),
    "status": lambda view, issue: view.status_json(issue.status),
    "statusCategory": lambda view, issue: view.category_json(view.site.statuses[issue.status].category),
    "statuscategorychangedate": lambda _, issue: jira_time(issue.status_since or issue.created),
    "creator": lambda view, issue: view.user_json(issue.creator),
    "created": lambda _, issue: jira_time(issue.created),
    "updated": lambda _, issue: jira_time(issue.updated),
    "resolutiondate": lambda _, issue: jira_time(issue.resolved) if issue.resolved else None,
    "issuelinks": lambda view, issue: [
        shown for link in view.site.links_of(issue) if (shown := view.link_json(link, issue)) is not None
    ],
    "subtasks": _subtasks,
    "attachment": lambda view, issue: [view.attachment_json(entry) for entry in issue.attachments],
    "comment": _comments,
    "votes": votes_json,
    "watches": watches_json,
}
