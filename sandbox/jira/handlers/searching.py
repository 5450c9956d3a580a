"""Search by JQL, page by page, and the count; what was removed says so."""

import secrets
from dataclasses import dataclass, field

from aiohttp import web

from sandbox.jira.answers import ApiError
from sandbox.jira.handlers.reading import list_of, number_of, object_of, route, view_of
from sandbox.jira.jql_tokens import JqlError
from sandbox.jira.model import Issue
from sandbox.jira.render import issue_json, wanted_fields
from sandbox.jira.search import search
from sandbox.jira.view import View

IDS_ONLY = frozenset({"id", "key"})
PAGE_OF_IDS = 5_000
PAGE_OF_FIELDS = 100
RECONCILE_LIMIT = 50
PROPERTY_LIMIT = 5
TOKEN_LIFE = 7 * 24 * 3600
TOKENS_KEPT = 1_000
GONE = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline "
    "is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)


@dataclass(slots=True)
class Asked:
    """A search request, from query or body."""

    jql: str
    token: str | None
    most: int
    fields: list[str]
    expand: list[str] = field(default_factory=list)
    properties: list[str] = field(default_factory=list)
    reconcile: list[str] = field(default_factory=list)


async def search_by_get(request: web.Request) -> web.Response:
    """Search, asked in the query."""
    asked = Asked(
        request.query.get("jql", ""),
        request.query.get("nextPageToken"),
        number_of(request, "maxResults", 50, PAGE_OF_IDS),
        list_of(request, "fields"),
        list_of(request, "expand"),
        list_of(request, "properties"),
        list_of(request, "reconcileIssues"),
    )
    return _answer(view_of(request), asked)


async def search_by_post(request: web.Request) -> web.Response:
    """Search, asked in the body. Unknown keys are refused, as the original does."""
    view, body = view_of(request), await object_of(request)
    known = {"jql", "nextPageToken", "maxResults", "fields", "expand", "properties", "reconcileIssues"}
    if unknown := set(body) - known - {"fieldsByKeys", "failFast"}:
        raise ApiError(
            400, "Invalid request payload. Refer to the REST API documentation and try again.", None, min(unknown)
        )
    expand, token = body.get("expand") or "", body.get("nextPageToken")
    most, jql = body.get("maxResults", 50), body.get("jql", "")
    numeric = isinstance(most, int) and not isinstance(most, bool) and most >= 0
    if not numeric or not isinstance(expand, str) or not isinstance(jql, str):
        raise ApiError(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    lists = [_texts(body.get(name)) for name in ("fields", "properties", "reconcileIssues")]
    asked = Asked(
        jql,
        str(token) if token else None,
        min(int(str(most)), PAGE_OF_IDS),
        lists[0],
        [part.strip() for part in expand.split(",") if part.strip()],
        lists[1],
        lists[2],
    )
    return _answer(view, asked)


def _texts(value: object) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise ApiError(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    return [str(entry) for entry in value]


def _answer(view: View, asked: Asked) -> web.Response:
    if len(asked.reconcile) > RECONCILE_LIMIT:
        raise ApiError(400, f"At most {RECONCILE_LIMIT} issues can be reconciled.")
    if len(asked.properties) > PROPERTY_LIMIT:
        raise ApiError(400, f"At most {PROPERTY_LIMIT} properties can be asked for.")
    only_ids = IDS_ONLY.issuperset(asked.fields) and not asked.properties and not asked.expand
    size = min(asked.most or 50, PAGE_OF_IDS if only_ids else PAGE_OF_FIELDS, view.site.page_limit or PAGE_OF_IDS)
    found = _issues(view, asked)
    page, rest = found[:size], found[size:]
    fields = [] if only_ids else wanted_fields(view, asked.fields, "id")
    expand = [name for name in asked.expand if name not in ("names", "schema")]
    shown = [issue_json(view, issue, fields, expand, asked.properties) for issue in page]
    if only_ids:
        shown = [{key: issue[key] for key in ("id", *_shown_keys(asked))} for issue in shown]
    answer: dict[str, object] = {"issues": shown, "isLast": not rest}
    if rest:
        answer["nextPageToken"] = _remember(view, asked.jql, rest)
    if "names" in asked.expand:
        answer["names"] = {entry.id: entry.name for entry in fields}
    if "schema" in asked.expand:
        answer["schema"] = {entry.id: view.field_schema(entry) for entry in fields}
    return web.json_response(answer)


def _shown_keys(asked: Asked) -> tuple[str, ...]:
    return ("key", "self") if "key" in asked.fields else ()


def _issues(view: View, asked: Asked) -> list[Issue]:
    try:
        found = search(view, asked.jql, asked.reconcile)
    except JqlError as error:
        raise ApiError(400, str(error)) from error
    if asked.token is None:
        return found
    kept, jql, ids = view.site.pages.get(asked.token, (0.0, "", []))
    if jql != asked.jql or view.site.clock.timestamp() - kept > TOKEN_LIFE:
        raise ApiError(400, "The provided next page token is invalid or has expired.")
    by_id = {issue.id: issue for issue in found}
    return [by_id[identifier] for identifier in ids if identifier in by_id]


def _remember(view: View, jql: str, rest: list[Issue]) -> str:
    pages = view.site.pages
    while len(pages) >= TOKENS_KEPT:
        del pages[next(iter(pages))]
    token = secrets.token_urlsafe(24)
    pages[token] = (view.site.clock.timestamp(), jql, [issue.id for issue in rest])
    return token


async def count(request: web.Request) -> web.Response:
    """About how many issues a query finds; here exactly, as far as the index knows."""
    view, body = view_of(request), await object_of(request)
    jql = body.get("jql", "")
    if not isinstance(jql, str):
        raise ApiError(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    try:
        return web.json_response({"count": len(search(view, jql))})
    except JqlError as error:
        raise ApiError(400, str(error)) from error


async def gone(_: web.Request) -> web.Response:
    """The search of old, removed in 2025."""
    raise ApiError(410, GONE)


def routes() -> list[web.RouteDef]:
    """The operations of this group."""
    return [
        route("GET", "search/jql", search_by_get, "searchAndReconsileIssuesUsingJql"),
        route("POST", "search/jql", search_by_post, "searchAndReconsileIssuesUsingJqlPost"),
        route("POST", "search/approximate-count", count, "countIssues"),
        route("GET", "search", gone, "searchForIssuesUsingJql"),
        route("POST", "search", gone, "searchForIssuesUsingJqlPost"),
    ]
