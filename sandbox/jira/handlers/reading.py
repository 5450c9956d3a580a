"""What handlers read from a request: who asks, the body, numbers, lists, the issue or project of the path."""

import json

from aiohttp import web

from sandbox.jira.answers import ApiError, no_issue
from sandbox.jira.model import Issue, Project
from sandbox.jira.view import View

VIEW: web.RequestKey[View] = web.RequestKey("VIEW", View)
BAD_JSON = "There was an error parsing JSON. Check that your request body is valid."


def route(method: str, path: str, handler: object, operation: str) -> web.RouteDef:
    """A route under both versions of the API, named by the operation id of the vendor's contract."""
    return web.RouteDef(method, "/rest/api/{api:2|3|latest}/" + path, handler, {"name": operation})  # type: ignore[arg-type]


def view_of(request: web.Request) -> View:
    """Who asks, through which version."""
    return request[VIEW]


async def body_of(request: web.Request) -> object:
    """The JSON body.

    Raises:
        ApiError: 415 for another type, 400 for what is no JSON.
    """
    if request.content_type != "application/json":
        raise ApiError(415, "Unsupported Media Type")
    try:
        return json.loads(await request.read())
    except (ValueError, RecursionError):
        raise ApiError(400, BAD_JSON) from None


async def object_of(request: web.Request) -> dict[str, object]:
    """The JSON body, which has to be an object.

    Raises:
        ApiError: as `body_of`, and 400 for anything else.
    """
    body = await body_of(request)
    if not isinstance(body, dict):
        raise ApiError(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    return body


def number_of(request: web.Request, name: str, default: int, most: int | None = None) -> int:
    """A whole number of the query, not negative; larger ones than `most` are cut, as Jira does."""
    text = request.query.get(name, "")
    if not text:
        return default
    if not text.isdecimal():
        raise ApiError(400, f"The value '{text}' of the parameter '{name}' is not a number.")
    return int(text) if most is None else min(int(text), most)


def list_of(request: web.Request, name: str) -> list[str]:
    """A parameter that may be repeated and may hold commas."""
    values = [part.strip() for text in request.query.getall(name, []) for part in text.split(",")]
    return [value for value in values if value]


def truth_of(request: web.Request, name: str) -> bool:
    """A yes or no of the query; no if it is not there."""
    return request.query.get(name, "").lower() == "true"


def issue_of(request: web.Request) -> Issue:
    """The issue of the path.

    Raises:
        ApiError: 404 where there is none, or none that the user may see.
    """
    view = view_of(request)
    issue = view.site.find_issue(request.match_info["key"])
    if issue is None or not view.site.can_see(view.user, issue):
        raise no_issue()
    return issue


def project_of(request: web.Request, status: int = 404) -> Project:
    """The project of the path.

    Raises:
        ApiError: where there is none, or none that the user may see.
    """
    view, key = view_of(request), request.match_info["project"]
    project = view.site.find_project(key)
    if project is None or not view.site.can_browse(view.user, project):
        raise ApiError(status, f"No project could be found with key '{key}'.")
    return project
