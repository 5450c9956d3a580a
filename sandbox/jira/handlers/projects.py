"""Projects, their parts, and what their create screens hold."""

from aiohttp import web

from sandbox.jira.answers import ApiError
from sandbox.jira.form import NEEDS
from sandbox.jira.handlers.reading import list_of, number_of, project_of, route, view_of
from sandbox.jira.lists import KINDS
from sandbox.jira.model import Project
from sandbox.jira.render import field_meta
from sandbox.jira.view import View

META_LIMIT = 200


def _full(view: View, project: Project) -> dict[str, object]:
    lead = view.user_json(project.lead)
    return view.project_json(project) | {
        "expand": "description,lead,issueTypes,url,projectKeys,permissions,insight",
        "description": "",
        "lead": lead,
        "components": _components(view, project),
        "issueTypes": [view.issue_type_json(view.site.issue_types[entry]) for entry in project.issue_types],
        "assigneeType": "UNASSIGNED",
        "versions": _versions(view, project),
        "roles": {},
        "isPrivate": project.members is not None,
        "style": "classic",
        "properties": {},
    }


def _components(view: View, project: Project) -> object:
    return KINDS["components"].wire(view, view.site.fields["components"], [entry.id for entry in project.components])


def _versions(view: View, project: Project) -> object:
    return KINDS["versions"].wire(view, view.site.fields["versions"], [entry.id for entry in project.versions])


def _browsable(view: View) -> list[Project]:
    found = [project for project in view.site.projects.values() if view.site.can_browse(view.user, project)]
    return sorted(found, key=lambda project: project.key)


async def projects(request: web.Request) -> web.Response:
    """All projects that the user may see."""
    view = view_of(request)
    return web.json_response([view.project_json(project) for project in _browsable(view)])


async def project_search(request: web.Request) -> web.Response:
    """The same, page by page."""
    view, query = view_of(request), request.query.get("query", "").lower()
    keys, ids = list_of(request, "keys"), list_of(request, "id")
    found = [
        project
        for project in _browsable(view)
        if query in project.key.lower() + "\n" + project.name.lower()
        and (not keys or project.key in keys)
        and (not ids or project.id in ids)
    ]
    start, most = number_of(request, "startAt", 0), number_of(request, "maxResults", 50, 100)
    values = [view.project_json(project) for project in found[start : start + most]]
    page = {"startAt": start, "maxResults": most, "total": len(found), "isLast": start + most >= len(found)}
    return web.json_response({"self": str(request.url), **page, "values": values})


async def project(request: web.Request) -> web.Response:
    """One project."""
    return web.json_response(_full(view_of(request), project_of(request)))


async def project_components(request: web.Request) -> web.Response:
    """The components of a project."""
    return web.json_response(_components(view_of(request), project_of(request)))


async def project_versions(request: web.Request) -> web.Response:
    """The versions of a project."""
    return web.json_response(_versions(view_of(request), project_of(request)))


async def project_statuses(request: web.Request) -> web.Response:
    """The statuses of a project for each issue type."""
    view, found = view_of(request), project_of(request)
    targets = dict.fromkeys(step.target for step in found.transitions)
    shown = []
    for identifier in found.issue_types:
        entry = view.site.issue_types[identifier]
        type_json = {"self": view.url(f"issuetype/{entry.id}"), "id": entry.id, "name": entry.name}
        statuses = [view.status_json(status) for status in targets]
        shown.append(type_json | {"subtask": entry.subtask, "statuses": statuses})
    return web.json_response(shown)


def _creatable(request: web.Request) -> Project:
    view, found = view_of(request), project_of(request, 400)
    if not view.site.allows(view.user, "CREATE_ISSUES", found):
        raise ApiError(400, f"You do not have permission to create issues in the project '{found.key}'.")
    return found


def _page(request: web.Request, key: str, entries: list[dict[str, object]]) -> web.Response:
    start, most = number_of(request, "startAt", 0), number_of(request, "maxResults", 50, META_LIMIT)
    page = {"startAt": start, "maxResults": most, "total": len(entries)}
    return web.json_response(page | {key: entries[start : start + most]})


async def create_meta_types(request: web.Request) -> web.Response:
    """The issue types that can be created, a page with the key `issueTypes`."""
    view, found = view_of(request), _creatable(request)
    types = [view.issue_type_json(view.site.issue_types[entry]) for entry in found.issue_types]
    return _page(request, "issueTypes", types)


async def create_meta_fields(request: web.Request) -> web.Response:
    """The create screen of an issue type, a page with the key `fields`."""
    view, found, issue_type = view_of(request), _creatable(request), request.match_info["type"]
    if issue_type not in found.screens:
        raise ApiError(400, "The issue type selected is invalid.")
    shown = []
    for screen in found.screens[issue_type].values():
        permission = NEEDS.get(screen.id)
        if permission is None or view.site.allows(view.user, permission, found):
            meta = field_meta(view, found, screen, issue_type)
            shown.append(meta | {"fieldId": screen.id})
    return _page(request, "fields", shown)


def routes() -> list[web.RouteDef]:
    """The operations of this group."""
    return [
        route("GET", "project", projects, "getAllProjects"),
        route("GET", "project/search", project_search, "searchProjects"),
        route("GET", "project/{project}", project, "getProject"),
        route("GET", "project/{project}/components", project_components, "getProjectComponents"),
        route("GET", "project/{project}/versions", project_versions, "getProjectVersions"),
        route("GET", "project/{project}/statuses", project_statuses, "getAllStatuses"),
        route("GET", "issue/createmeta/{project}/issuetypes", create_meta_types, "getCreateIssueMetaIssueTypes"),
        route(
            "GET",
            "issue/createmeta/{project}/issuetypes/{type}",
            create_meta_fields,
            "getCreateIssueMetaIssueTypeId",
        ),
    ]
