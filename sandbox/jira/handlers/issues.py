"""Issues: create, read, edit, delete, move, bulk."""

from aiohttp import web

from sandbox.jira.answers import ApiError
from sandbox.jira.handlers.reading import body_of, issue_of, list_of, number_of, object_of, route, truth_of, view_of
from sandbox.jira.model import Issue
from sandbox.jira.render import (
    EXPANDS,
    editmeta_json,
    history_json,
    issue_json,
    transitions_json,
    wanted_fields,
)
from sandbox.jira.view import View
from sandbox.jira.writes import create_issue, delete_issue, edit_issue, move_issue

BULK_CREATE_LIMIT = 50
BULK_FETCH_LIMIT = 100


def _created(view: View, issue: Issue) -> dict[str, object]:
    return {"id": issue.id, "key": issue.key, "self": view.url(f"issue/{issue.id}")}


async def create(request: web.Request) -> web.Response:
    """A new issue."""
    view, body = view_of(request), await body_of(request)
    return web.json_response(_created(view, create_issue(view, body)), status=201)


async def create_bulk(request: web.Request) -> web.Response:
    """Several at once: 201 also when only some could be created, 400 when none could."""
    view, body = view_of(request), await object_of(request)
    updates = body.get("issueUpdates")
    if not isinstance(updates, list) or not 0 < len(updates) <= BULK_CREATE_LIMIT:
        raise ApiError(400, f"Between 1 and {BULK_CREATE_LIMIT} issues can be created in one request.")
    issues, errors = [], []
    for index, update in enumerate(updates):
        try:
            issues.append(_created(view, create_issue(view, update)))
        except ApiError as error:
            errors.append({"status": error.status, "elementErrors": error.body(), "failedElementNumber": index})
    return web.json_response({"issues": issues, "errors": errors}, status=201 if issues else 400)


async def get(request: web.Request) -> web.Response:
    """One issue, straight from the database: no lag here."""
    view, issue = view_of(request), issue_of(request)
    fields = wanted_fields(view, list_of(request, "fields"), "*all")
    shown = issue_json(view, issue, fields, list_of(request, "expand"), list_of(request, "properties"))
    return web.json_response(shown)


async def edit(request: web.Request) -> web.Response:
    """Change fields."""
    view, issue, body = view_of(request), issue_of(request), await body_of(request)
    edit_issue(view, issue, body)
    if truth_of(request, "returnIssue"):
        return web.json_response(issue_json(view, issue, wanted_fields(view, [], "*all")))
    return web.Response(status=204)


async def delete(request: web.Request) -> web.Response:
    """Delete an issue, and its sub-tasks if told so."""
    delete_issue(view_of(request), issue_of(request), with_subtasks=truth_of(request, "deleteSubtasks"))
    return web.Response(status=204)


async def assign(request: web.Request) -> web.Response:
    """Give an issue to somebody, or to nobody."""
    view, issue, body = view_of(request), issue_of(request), await object_of(request)
    value = None if body.get("accountId") is None else {"accountId": body["accountId"]}
    edit_issue(view, issue, {"fields": {"assignee": value}})
    return web.Response(status=204)


async def edit_meta(request: web.Request) -> web.Response:
    """The fields that can be edited."""
    return web.json_response(editmeta_json(view_of(request), issue_of(request)))


async def transitions(request: web.Request) -> web.Response:
    """The steps that the issue can take now."""
    view, issue = view_of(request), issue_of(request)
    with_fields = "transitions.fields" in list_of(request, "expand")
    shown = transitions_json(view, issue, with_fields=with_fields)
    if (wanted := request.query.get("transitionId")) is not None:
        shown = [step for step in shown if step["id"] == wanted]
    return web.json_response({"expand": "transitions", "transitions": shown})


async def transition(request: web.Request) -> web.Response:
    """Take a step."""
    view, issue, body = view_of(request), issue_of(request), await body_of(request)
    move_issue(view, issue, body)
    return web.Response(status=204)


async def changelog(request: web.Request) -> web.Response:
    """What was changed when, oldest first."""
    view, issue = view_of(request), issue_of(request)
    start, most = number_of(request, "startAt", 0), number_of(request, "maxResults", 100, 100)
    total = len(issue.histories)
    values = [history_json(view, history) for history in issue.histories[start : start + most]]
    page = {"startAt": start, "maxResults": most, "total": total, "isLast": start + most >= total}
    return web.json_response({"self": str(request.url), **page, "values": values})


async def bulk_fetch(request: web.Request) -> web.Response:
    """Up to 100 issues by id or key; those that are missing or hidden are left out."""
    view, body = view_of(request), await object_of(request)
    keys = body.get("issueIdsOrKeys")
    if not isinstance(keys, list) or not 0 < len(keys) <= BULK_FETCH_LIMIT:
        raise ApiError(400, f"Between 1 and {BULK_FETCH_LIMIT} issue ids or keys must be given.")
    fields = wanted_fields(view, _texts(body.get("fields")), "*navigable")
    found = [issue for key in dict.fromkeys(map(str, keys)) if (issue := view.site.find_issue(key)) is not None]
    unique = {issue.id: issue for issue in found if view.site.can_see(view.user, issue)}.values()
    expand, properties = _texts(body.get("expand")), _texts(body.get("properties"))
    issues = [issue_json(view, issue, fields, expand, properties) for issue in unique]
    return web.json_response({"expand": EXPANDS, "issueErrors": [], "issues": issues})


def _texts(value: object) -> list[str]:
    return [str(entry) for entry in value] if isinstance(value, list) else []


def routes() -> list[web.RouteDef]:
    """The operations of this group."""
    return [
        route("POST", "issue", create, "createIssue"),
        route("POST", "issue/bulk", create_bulk, "createIssues"),
        route("POST", "issue/bulkfetch", bulk_fetch, "bulkFetchIssues"),
        route("GET", "issue/{key}", get, "getIssue"),
        route("PUT", "issue/{key}", edit, "editIssue"),
        route("DELETE", "issue/{key}", delete, "deleteIssue"),
        route("PUT", "issue/{key}/assignee", assign, "assignIssue"),
        route("GET", "issue/{key}/editmeta", edit_meta, "getEditIssueMeta"),
        route("GET", "issue/{key}/transitions", transitions, "getTransitions"),
        route("POST", "issue/{key}/transitions", transition, "doTransition"),
        route("GET", "issue/{key}/changelog", changelog, "getChangeLogs"),
    ]
