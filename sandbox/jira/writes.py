"""Creating, editing, moving and deleting issues."""

import json
from collections.abc import Mapping

from sandbox.jira import extras, workflow
from sandbox.jira.answers import ApiError
from sandbox.jira.form import Form, parts
from sandbox.jira.lists import KINDS
from sandbox.jira.model import Change, Comment, History, Issue, IssueType, Project, ScreenField, Transition
from sandbox.jira.view import View

CHANGELOG_NAMES = {"components": "Component", "fixVersions": "Fix Version", "versions": "Version", "parent": "Parent"}
PROPERTY_KEY_LIMIT = 255
PROPERTY_LIMIT = 32_768


def create_issue(view: View, body: object) -> Issue:
    """A new issue from a create request.

    Raises:
        ApiError: as Jira refuses it, nothing created.
    """
    fields, update = parts(body)
    project = _project(view, fields.pop("project", None))
    issue_type = _issue_type(view, project, fields.pop("issuetype", None))
    form = Form(view, project, project.screens[issue_type.id])
    form.read_fields(fields)
    form.read_update(update, {})
    form.fill_defaults()
    form.require(only_given=False)
    _check_parent(view, form, issue_type)
    properties = _properties(body)
    form.check()
    now, site = view.site.now(), view.site
    issue = Issue(site.next_id(), "", project.id, issue_type.id, workflow.START, view.user.account_id, now, now)
    issue.values = {key: value for key, value in form.values.items() if value is not None}
    issue.properties = properties
    extra = extras.read_update(view, issue, update)
    step = _step(view, issue, body) if _has_transition(body) else None
    issue.key = project.allocate_key()
    issue.watchers.append(view.user.account_id)
    site.register(issue)
    extra.apply(view, issue)
    if step is not None:
        move_issue(view, issue, {"transition": {"id": step.id}})
    return issue


def edit_issue(view: View, issue: Issue, body: object) -> None:
    """Change fields of an issue; the changelog tells which.

    Raises:
        ApiError: as Jira refuses it, nothing changed.
    """
    fields, update = parts(body)
    project = view.site.project_of(issue)
    require_permission(view, "EDIT_ISSUES", project)
    screen = {name: entry for name, entry in project.screens[issue.issue_type].items() if name != "project"}
    issue_type = None
    if "issuetype" in fields:
        issue_type = _issue_type(view, project, fields.pop("issuetype"))
        screen |= {name: entry for name, entry in project.screens[issue_type.id].items() if name != "project"}
    form = Form(view, project, screen)
    form.read_fields(fields)
    form.read_update(update, issue.values)
    form.require(only_given=True)
    _check_parent(view, form, issue_type or view.site.issue_types[issue.issue_type])
    properties = _properties(body)
    form.check()
    extra = extras.read_update(view, issue, update)
    with view.site.changing(issue):
        changes = _set_values(view, issue, form.values)
        if issue_type is not None and issue_type.id != issue.issue_type:
            old = view.site.issue_types[issue.issue_type]
            changes.append(Change("issuetype", "issuetype", False, old.id, old.name, issue_type.id, issue_type.name))
            issue.issue_type = issue_type.id
        issue.properties |= properties
        record(view, issue, changes)
        extra.apply(view, issue)


def move_issue(view: View, issue: Issue, body: object) -> None:
    """Take a step of the workflow, with the fields of its screen.

    Raises:
        ApiError: a step that does not exist or is not open from here.
    """
    fields, update = parts(body)
    project = view.site.project_of(issue)
    require_permission(view, "TRANSITION_ISSUES", project)
    step = _step(view, issue, body)
    form = Form(view, project, {name: ScreenField(name, name in step.required) for name in step.fields})
    form.values |= {name: known for name in step.required if (known := issue.values.get(name)) is not None}
    form.read_fields(fields)
    form.read_update(update, issue.values)
    form.require(only_given=False)
    form.check()
    extra = extras.read_update(view, issue, update)
    with view.site.changing(issue):
        old, new = view.site.statuses[issue.status], view.site.statuses[step.target]
        done = new.category == "done"
        resolution = form.values.get("resolution") or issue.values.get("resolution") or view.site.resolutions[0].id
        changes = _set_values(view, issue, form.values | {"resolution": resolution if done else None})
        changes.append(Change("status", "status", False, old.id, old.name, new.id, new.name))
        issue.status = new.id
        issue.resolved = (issue.resolved or view.site.now()) if done else None
        if old.category != new.category:
            issue.status_since = view.site.now()
        record(view, issue, changes)
        extra.apply(view, issue)


def post_comment(view: View, issue: Issue, body: object) -> Comment:
    """Add a comment, with its properties.

    Raises:
        ApiError: as Jira refuses it, nothing added.
    """
    require_permission(view, "ADD_COMMENTS", view.site.project_of(issue))
    comment = extras.new_comment(view, issue, body)
    comment.properties |= _properties(body)
    with view.site.changing(issue):
        issue.comments.append(comment)
    return comment


def delete_issue(view: View, issue: Issue, *, with_subtasks: bool) -> None:
    """Delete an issue, and its sub-tasks if told so.

    Raises:
        ApiError: no permission, or there are sub-tasks.
    """
    require_permission(view, "DELETE_ISSUES", view.site.project_of(issue))
    children = [
        entry
        for entry in view.site.issues.values()
        if entry.values.get("parent") == issue.id and view.site.issue_types[entry.issue_type].subtask
    ]
    if children and not with_subtasks:
        raise ApiError(
            400,
            f"The issue '{issue.key}' has subtasks. You must specify the 'deleteSubtasks' parameter to delete this "
            "issue and all its subtasks.",
        )
    for entry in [*children, issue]:
        view.site.remove(entry)


def _has_transition(body: object) -> bool:
    return isinstance(body, dict) and body.get("transition") is not None


def _step(view: View, issue: Issue, body: object) -> Transition:
    """The step of the workflow that a request names, if it can be taken."""
    given = body.get("transition") if isinstance(body, dict) else None
    if not isinstance(given, dict) or "id" not in given:
        raise ApiError(400, "Missing 'transition' identifier")
    for step in workflow.open_transitions(view.site.project_of(issue), issue):
        if step.id == str(given["id"]):
            return step
    raise ApiError(400, f"Transition id '{given['id']}' is not valid for this issue.")


def _check_parent(view: View, form: Form, issue_type: IssueType) -> None:
    """A parent stands one level higher: an epic above a story, a story above a sub-task."""
    parent = view.site.find_issue(str(form.values.get("parent")))
    if parent is not None and view.site.issue_types[parent.issue_type].level != issue_type.level + 1:
        form.errors["parent"] = "Given parent work item does not belong to appropriate hierarchy."


def record(view: View, issue: Issue, changes: list[Change]) -> None:
    """Write changes into the changelog."""
    if changes:
        issue.histories.append(History(view.site.next_id(), view.user.account_id, view.site.now(), changes))


def require_permission(view: View, permission: str, project: Project) -> None:
    """Refuse a user who lacks a permission.

    Raises:
        ApiError: 403.
    """
    if not view.site.allows(view.user, permission, project):
        raise ApiError(403, f"You do not have the permission {permission} in the project {project.key}.")


def check_property(key: str, value: object) -> None:
    """Refuse an entity property that is too big.

    Raises:
        ApiError: 400.
    """
    if not 0 < len(key) <= PROPERTY_KEY_LIMIT:
        raise ApiError(400, "The property key must be between 1 and 255 characters long.")
    if len(json.dumps(value, ensure_ascii=False)) > PROPERTY_LIMIT:
        raise ApiError(400, "The property value must not exceed 32768 characters.")


def _project(view: View, given: object) -> Project:
    key = given.get("id", given.get("key")) if isinstance(given, dict) else None
    project = view.site.find_project(str(key)) if key is not None else None
    if project is None or not view.site.can_browse(view.user, project):
        raise ApiError(400, errors={"project": "Specify a valid project ID or key"})
    if not view.site.allows(view.user, "CREATE_ISSUES", project):
        raise ApiError(403, "You do not have permission to create issues in this project.")
    return project


def _issue_type(view: View, project: Project, given: object) -> IssueType:
    if given is None:
        raise ApiError(400, errors={"issuetype": "Specify an issue type"})
    for entry in (view.site.issue_types[identifier] for identifier in project.issue_types):
        if isinstance(given, dict) and (given.get("id") == entry.id or given.get("name") == entry.name):
            return entry
    raise ApiError(400, errors={"issuetype": "Specify a valid issue type"})


def _properties(body: object) -> dict[str, object]:
    given = body.get("properties") if isinstance(body, dict) else None
    if given is None:
        return {}
    if not isinstance(given, list) or not all(isinstance(entry, dict) and "key" in entry for entry in given):
        raise ApiError(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    for entry in given:
        check_property(str(entry["key"]), entry.get("value"))
    return {str(entry["key"]): entry.get("value") for entry in given}


def _set_values(view: View, issue: Issue, values: Mapping[str, object]) -> list[Change]:
    changes = []
    for field_id, value in values.items():
        before = issue.values.get(field_id)
        if before == value or (before is None and value in (None, [])):
            continue
        field = view.site.fields[field_id]
        kind = KINDS[field.kind]
        old, old_text = kind.label(view, field, before) if before is not None else (None, None)
        new, new_text = kind.label(view, field, value) if value is not None else (None, None)
        name = field.name if field.custom else CHANGELOG_NAMES.get(field_id, field_id)
        changes.append(Change(name, field_id, field.custom, old, old_text, new, new_text))
        if value is None:
            del issue.values[field_id]
        else:
            issue.values[field_id] = value
    return changes
