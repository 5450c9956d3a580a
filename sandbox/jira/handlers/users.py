"""Finding people. Hidden e-mails are neither shown nor found."""

from aiohttp import web

from sandbox.jira.answers import ApiError
from sandbox.jira.handlers.reading import list_of, number_of, route, view_of
from sandbox.jira.model import User
from sandbox.jira.view import View

FIRST = 1_000
"""A search looks at this many users at most, whatever page is asked for."""
NEEDS_QUERY = "At least one of 'query', 'accountId' or 'property' must be specified."


def _fits(user: User, query: str, account: str | None) -> bool:
    if account is not None:
        return user.account_id == account
    if query == user.account_id:
        return True
    words = [user.name.lower(), *user.name.lower().split()]
    if not user.email_hidden:
        words.append(user.email.lower())
    return any(word.startswith(query) for word in words)


def _page(request: web.Request, view: View, users: list[User]) -> web.Response:
    start, most = number_of(request, "startAt", 0), number_of(request, "maxResults", 50, 1000)
    return web.json_response([view.user_json(user.account_id) for user in users[:FIRST][start : start + most]])


def _may_browse(view: View) -> bool:
    return view.site.allows(view.user, "USER_PICKER")


async def find(request: web.Request) -> web.Response:
    """Users whose name or visible e-mail begins with the query, or whose account id it is."""
    view, query = view_of(request), request.query.get("query", request.query.get("username"))
    account = request.query.get("accountId")
    if query is None and account is None:
        raise ApiError(400, NEEDS_QUERY)
    if not _may_browse(view):
        return web.json_response([])
    found = [user for user in view.site.users.values() if user.active and _fits(user, (query or "").lower(), account)]
    return _page(request, view, found)


async def find_assignable(request: web.Request) -> web.Response:
    """Users to whom issues of a project can be assigned. The project's key is case-sensitive."""
    view, query = view_of(request), request.query.get("query", request.query.get("username", ""))
    key = request.query.get("project")
    issue_key = request.query.get("issueKey", request.query.get("issueId"))
    if key is None and issue_key is None:
        raise ApiError(400, "Either the project or issueKey must be specified.")
    issue = view.site.find_issue(issue_key) if issue_key is not None else None
    project = view.site.project_of(issue) if issue is not None else view.site.find_project(key or "")
    if project is None or not view.site.can_browse(view.user, project):
        raise ApiError(404, f"No project could be found with key '{key}'.")
    if not _may_browse(view):
        raise ApiError(401, "You do not have permission to browse users.")
    account = request.query.get("accountId")
    users = [user for user in view.site.users.values() if view.site.assignable(user, project)]
    return _page(request, view, [user for user in users if _fits(user, query.lower(), account)])


async def user(request: web.Request) -> web.Response:
    """One user by account id."""
    view, account = view_of(request), request.query.get("accountId")
    if account is None:
        raise ApiError(400, "The 'accountId' query parameter must be provided.")
    if (shown := view.user_json(account)) is None:
        raise ApiError(404, "Specified user does not exist or you do not have required permissions")
    return web.json_response(shown)


async def users_by_id(request: web.Request) -> web.Response:
    """Several users by account id; unknown ones are left out."""
    view, accounts = view_of(request), list_of(request, "accountId")
    if not accounts:
        raise ApiError(400, "The 'accountId' query parameter must be provided.")
    start, most = number_of(request, "startAt", 0), number_of(request, "maxResults", 10, 200)
    found = [shown for account in accounts if (shown := view.user_json(account)) is not None]
    page = {"startAt": start, "maxResults": most, "total": len(found), "isLast": start + most >= len(found)}
    return web.json_response({"self": str(request.url), **page, "values": found[start : start + most]})


async def all_users(request: web.Request) -> web.Response:
    """All users, inactive and apps included."""
    view = view_of(request)
    return _page(request, view, list(view.site.users.values()) if _may_browse(view) else [])


def routes() -> list[web.RouteDef]:
    """The operations of this group."""
    return [
        route("GET", "user", user, "getUser"),
        route("GET", "user/search", find, "findUsers"),
        route("GET", "user/assignable/search", find_assignable, "findAssignableUsers"),
        route("GET", "user/bulk", users_by_id, "bulkGetUsers"),
        route("GET", "users/search", all_users, "getAllUsers"),
    ]
