"""The site itself: server, current user, permissions, fields, priorities, statuses, labels."""

from collections.abc import Iterable

from aiohttp import web

from sandbox.jira.answers import ApiError
from sandbox.jira.handlers.reading import issue_of, list_of, number_of, route, view_of
from sandbox.jira.kinds import jira_time
from sandbox.jira.lists import KINDS
from sandbox.jira.model import Field, Project
from sandbox.jira.view import View
from sandbox.jira.workflow import CATEGORIES

VERSION = (1001, 0, 0)
BUILD = 100_263
PERMISSIONS = {
    "ADMINISTER": ("Administer Jira", "GLOBAL"),
    "USER_PICKER": ("Browse users and groups", "GLOBAL"),
    "BULK_CHANGE": ("Make bulk changes", "GLOBAL"),
    "BROWSE_PROJECTS": ("Browse Projects", "PROJECT"),
    "CREATE_ISSUES": ("Create Issues", "PROJECT"),
    "EDIT_ISSUES": ("Edit Issues", "PROJECT"),
    "DELETE_ISSUES": ("Delete Issues", "PROJECT"),
    "ASSIGN_ISSUES": ("Assign Issues", "PROJECT"),
    "ASSIGNABLE_USER": ("Assignable User", "PROJECT"),
    "MODIFY_REPORTER": ("Modify Reporter", "PROJECT"),
    "SET_ISSUE_SECURITY": ("Set Issue Security", "PROJECT"),
    "TRANSITION_ISSUES": ("Transition Issues", "PROJECT"),
    "LINK_ISSUES": ("Link Issues", "PROJECT"),
    "ADD_COMMENTS": ("Add Comments", "PROJECT"),
    "CREATE_ATTACHMENTS": ("Create Attachments", "PROJECT"),
    "MANAGE_WATCHERS": ("Manage Watchers", "PROJECT"),
}
NOT_GRANTED = frozenset({"ADMINISTER", "ASSIGNABLE_USER"})
"""What the token's user lacks from the start: it is no administrator and gets no work."""


async def server_info(request: web.Request) -> web.Response:
    """What this server is. The client looks here to know that it talks to Cloud."""
    view = view_of(request)
    return web.json_response(
        {
            "baseUrl": view.base,
            "displayUrl": view.base,
            "version": ".".join(map(str, (*VERSION, "SNAPSHOT"))),
            "versionNumbers": list(VERSION),
            "deploymentType": "Cloud",
            "buildNumber": BUILD,
            "buildDate": "2026-11-01T00:00:00.000+0000",
            "serverTime": jira_time(view.site.now()),
            "serverTimeZone": "Etc/UTC",
            "scmInfo": "0" * 40,
            "serverTitle": view.site.title,
            "defaultLocale": {"locale": "en_US"},
        }
    )


async def myself(request: web.Request) -> web.Response:
    """The user of the token."""
    view = view_of(request)
    shown = view.user_json(view.user.account_id) or {}
    return web.json_response(shown | {"emailAddress": view.user.email, "locale": "en_US"})


async def my_permissions(request: web.Request) -> web.Response:
    """Which of the named permissions the user has."""
    view, names = view_of(request), list_of(request, "permissions")
    if not names:
        raise ApiError(400, "The 'permissions' query parameter is required.")
    if unknown := [name for name in names if name not in PERMISSIONS]:
        raise ApiError(400, f"Unrecognized permission: {unknown[0]}")
    project = _project_asked(request, view)
    shown = {}
    for index, name in enumerate(names, start=1):
        label, kind = PERMISSIONS[name]
        has = name not in NOT_GRANTED and view.site.allows(view.user, name, project)
        if project is None and kind == "PROJECT":
            has = has and any(view.site.allows(view.user, name, each) for each in view.site.projects.values())
        shown[name] = {
            "id": str(index),
            "key": name,
            "name": label,
            "type": kind,
            "description": label,
            "havePermission": has,
        }
    return web.json_response({"permissions": shown})


def _project_asked(request: web.Request, view: View) -> Project | None:
    if key := request.query.get("issueKey", request.query.get("issueId")):
        request.match_info["key"] = key
        return view.site.project_of(issue_of(request))
    key = request.query.get("projectKey", request.query.get("projectId"))
    if key is None:
        return None
    project = view.site.find_project(key)
    if project is None or not view.site.can_browse(view.user, project):
        raise ApiError(404, f"No project could be found with key '{key}'.")
    return project


def _field_json(view: View, field: Field) -> dict[str, object]:
    is_key = field.id == "issuekey"
    shown: dict[str, object] = {
        "id": field.id,
        "key": field.id,
        "name": field.name,
        "custom": field.custom,
        "orderable": field.screenable,
        "navigable": field.navigable,
        "searchable": bool(field.clause_names),
        "clauseNames": list(field.clause_names),
    }
    return shown if is_key else shown | {"schema": view.field_schema(field)}


async def fields(request: web.Request) -> web.Response:
    """All fields; names are not unique."""
    view = view_of(request)
    return web.json_response([_field_json(view, field) for field in view.site.fields.values()])


async def fields_page(request: web.Request) -> web.Response:
    """The fields that fit a search, page by page."""
    view = view_of(request)
    query, kinds = request.query.get("query", "").lower(), list_of(request, "type")
    start, most = number_of(request, "startAt", 0), number_of(request, "maxResults", 50, 100)
    wanted = [
        field
        for field in view.site.fields.values()
        if field.id != "issuekey"
        and query in field.name.lower()
        and (not kinds or ("custom" if field.custom else "system") in kinds)
        and (not (ids := list_of(request, "id")) or field.id in ids)
    ]
    values = [
        {"id": field.id, "key": field.id, "name": field.name, "schema": view.field_schema(field)}
        for field in wanted[start : start + most]
    ]
    page = {"startAt": start, "maxResults": most, "total": len(wanted), "isLast": start + most >= len(wanted)}
    return web.json_response(page | {"self": str(request.url), "values": values})


async def priorities(request: web.Request) -> web.Response:
    """All priorities."""
    return web.json_response(_entries(view_of(request), "priority"))


async def resolutions(request: web.Request) -> web.Response:
    """All resolutions."""
    return web.json_response(_entries(view_of(request), "resolution"))


def _entries(view: View, field_id: str) -> object:
    field = view.site.fields[field_id]
    entries: Iterable[str] = [
        entry.id for entry in (view.site.priorities if field_id == "priority" else view.site.resolutions)
    ]
    return [KINDS[field_id].wire(view, field, entry) for entry in entries]


async def statuses(request: web.Request) -> web.Response:
    """All statuses with their categories."""
    view = view_of(request)
    return web.json_response([view.status_json(status) for status in view.site.statuses])


async def status_categories(request: web.Request) -> web.Response:
    """The three categories of statuses."""
    view = view_of(request)
    return web.json_response([view.category_json(key) for key in CATEGORIES])


async def issue_types(request: web.Request) -> web.Response:
    """All issue types."""
    view = view_of(request)
    return web.json_response([view.issue_type_json(entry) for entry in view.site.issue_types.values()])


async def labels(request: web.Request) -> web.Response:
    """All labels in use."""
    view = view_of(request)
    used: set[str] = set()
    for issue in view.site.issues.values():
        held = issue.values.get("labels")
        used.update(map(str, held) if isinstance(held, list) else ())
    start, most = number_of(request, "startAt", 0), number_of(request, "maxResults", 1000, 1000)
    values = sorted(used)[start : start + most]
    last = start + most >= len(used)
    page = {"startAt": start, "maxResults": most, "total": len(used), "isLast": last, "values": values}
    return web.json_response(page)


def routes() -> list[web.RouteDef]:
    """The operations of this group."""
    return [
        route("GET", "serverInfo", server_info, "getServerInfo"),
        route("GET", "myself", myself, "getCurrentUser"),
        route("GET", "mypermissions", my_permissions, "getMyPermissions"),
        route("GET", "field", fields, "getFields"),
        route("GET", "field/search", fields_page, "getFieldsPaginated"),
        route("GET", "priority", priorities, "getPriorities"),
        route("GET", "resolution", resolutions, "getResolutions"),
        route("GET", "status", statuses, "getStatuses"),
        route("GET", "statuscategory", status_categories, "getStatusCategories"),
        route("GET", "issuetype", issue_types, "getIssueAllTypes"),
        route("GET", "label", labels, "getAllLabels"),
    ]
