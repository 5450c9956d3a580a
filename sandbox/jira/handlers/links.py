"""Links: to pages elsewhere (remote links) and between issues; and the entity properties of issues."""

from urllib.parse import quote, urlsplit

from aiohttp import web

from sandbox.jira.answers import ApiError
from sandbox.jira.extras import add_link, find_link_type, new_comment, seen_issue
from sandbox.jira.handlers.reading import body_of, issue_of, object_of, route, view_of
from sandbox.jira.model import Issue, Link, RemoteLink
from sandbox.jira.view import View
from sandbox.jira.writes import check_property, require_permission

REMOTE_LIMIT = 2_000
GLOBAL_ID_LIMIT = 255


async def remote_links(request: web.Request) -> web.Response:
    """All remote links, or the one with a global id."""
    view, issue = view_of(request), issue_of(request)
    wanted = request.query.get("globalId")
    if wanted is None:
        return web.json_response([view.remote_link_json(issue, link) for link in issue.remote_links])
    for link in issue.remote_links:
        if link.global_id == wanted:
            return web.json_response(view.remote_link_json(issue, link))
    raise ApiError(404, f"A remote issue link with the global id '{wanted}' does not exist.")


async def put_remote_link(request: web.Request) -> web.Response:
    """Create a remote link, or replace the one with the same global id as a whole."""
    view, issue, body = view_of(request), issue_of(request), await object_of(request)
    require_permission(view, "LINK_ISSUES", view.site.project_of(issue))
    details, global_id = _remote_details(body), body.get("globalId")
    old = next((link for link in issue.remote_links if global_id and link.global_id == global_id), None)
    if old is None and len(issue.remote_links) >= REMOTE_LIMIT:
        raise ApiError(400, "This issue has reached the limit of 2,000 remote links.")
    with view.site.changing(issue):
        if old is not None:
            old.details, link = details, old
        else:
            link = RemoteLink(int(view.site.next_id()), str(global_id) if global_id else None, details)
            issue.remote_links.append(link)
    shown = {"id": link.id, "self": view.url(f"issue/{issue.id}/remotelink/{link.id}")}
    return web.json_response(shown, status=201 if old is None else 200)


def _remote_details(body: dict[str, object]) -> dict[str, object]:
    target, global_id = body.get("object"), body.get("globalId")
    errors = {}
    if not isinstance(target, dict):
        errors["object"] = "'object' is required."
        target = {}
    else:
        if not isinstance(target.get("title"), str) or not target["title"].strip():
            errors["title"] = "'title' is required."
        url = target.get("url")
        if not isinstance(url, str) or not urlsplit(url).scheme:
            errors["url"] = "'url' is required and must be a valid URI."
    if global_id is not None and not (isinstance(global_id, str) and len(global_id) <= GLOBAL_ID_LIMIT):
        errors["globalId"] = "'globalId' can not be longer than 255 characters."
    if errors:
        raise ApiError(400, errors=errors)
    shown_target: dict[str, object] = {"icon": {}, "status": {"icon": {}}, **target}
    details = {"object": shown_target, "application": body.get("application") or {}}
    return details | ({"relationship": body["relationship"]} if body.get("relationship") else {})


def _remote_of(request: web.Request, issue: Issue) -> RemoteLink:
    wanted = request.match_info["link"]
    for link in issue.remote_links:
        if str(link.id) == wanted:
            return link
    raise ApiError(404, f"A remote issue link with the id '{wanted}' does not exist.")


async def remote_link(request: web.Request) -> web.Response:
    """One remote link."""
    issue = issue_of(request)
    return web.json_response(view_of(request).remote_link_json(issue, _remote_of(request, issue)))


async def delete_remote_link(request: web.Request) -> web.Response:
    """Remove one by its id."""
    view, issue = view_of(request), issue_of(request)
    link = _remote_of(request, issue)
    with view.site.changing(issue):
        issue.remote_links.remove(link)
    return web.Response(status=204)


async def delete_remote_link_by_global_id(request: web.Request) -> web.Response:
    """Remove one by its global id."""
    view, issue, wanted = view_of(request), issue_of(request), request.query.get("globalId")
    link = next((entry for entry in issue.remote_links if wanted and entry.global_id == wanted), None)
    if link is None:
        raise ApiError(404, f"A remote issue link with the global id '{wanted}' does not exist.")
    with view.site.changing(issue):
        issue.remote_links.remove(link)
    return web.Response(status=204)


async def link_types(request: web.Request) -> web.Response:
    """The kinds of links between issues."""
    view = view_of(request)
    return web.json_response({"issueLinkTypes": [view.link_type_json(entry) for entry in view.site.link_types]})


async def link_issues(request: web.Request) -> web.Response:
    """Link two issues; the same link twice is no error.

    "Blocks": the *inward* issue of the request blocks the *outward* one. So the blocked issue lists its blocker under
    `inwardIssue`, "is blocked by".
    """
    view, body = view_of(request), await object_of(request)
    kind = find_link_type(view, body.get("type"))
    source, target = seen_issue(view, body.get("inwardIssue")), seen_issue(view, body.get("outwardIssue"))
    if source.id == target.id:
        raise ApiError(400, "You cannot link an issue to itself.")
    require_permission(view, "LINK_ISSUES", view.site.project_of(source))
    comment = new_comment(view, source, body["comment"]) if body.get("comment") else None
    with view.site.changing(source), view.site.changing(target):
        add_link(view, kind, source, target)
        if comment is not None:
            source.comments.append(comment)
    return web.Response(status=201)


def _link_of(request: web.Request) -> Link:
    view, wanted = view_of(request), request.match_info["link"]
    link = view.site.links.get(wanted)
    if link is None or not _sees_both(view, link):
        raise ApiError(404, f"No issue link with id '{wanted}' exists.")
    return link


def _sees_both(view: View, link: Link) -> bool:
    return all(view.site.can_see(view.user, view.site.issues[side]) for side in (link.source, link.target))


async def get_link(request: web.Request) -> web.Response:
    """One link with both its issues."""
    view, link = view_of(request), _link_of(request)
    source, target = view.site.issues[link.source], view.site.issues[link.target]
    shown = view.link_json(link, source) or {}
    shown |= {"inwardIssue": view.linked_json(source), "outwardIssue": view.linked_json(target)}
    return web.json_response(shown)


async def delete_link(request: web.Request) -> web.Response:
    """Remove a link."""
    view, link = view_of(request), _link_of(request)
    source, target = view.site.issues[link.source], view.site.issues[link.target]
    with view.site.changing(source), view.site.changing(target):
        del view.site.links[link.id]
    return web.Response(status=204)


async def property_keys(request: web.Request) -> web.Response:
    """The keys of an issue's properties."""
    view, issue = view_of(request), issue_of(request)
    path = f"issue/{issue.key}/properties"
    keys = [{"self": view.url(f"{path}/{quote(key, safe='')}"), "key": key} for key in issue.properties]
    return web.json_response({"keys": keys})


async def get_property(request: web.Request) -> web.Response:
    """One property."""
    issue, key = issue_of(request), request.match_info["property"]
    if key not in issue.properties:
        raise ApiError(404, f"The property with key '{key}' does not exist.")
    return web.json_response({"key": key, "value": issue.properties[key]})


async def set_property(request: web.Request) -> web.Response:
    """Set a property to any JSON."""
    view, issue, value = view_of(request), issue_of(request), await body_of(request)
    key = request.match_info["property"]
    check_property(key, value)
    is_new = key not in issue.properties
    with view.site.changing(issue):
        issue.properties[key] = value
    return web.json_response({}, status=201 if is_new else 200)


async def delete_property(request: web.Request) -> web.Response:
    """Remove a property."""
    view, issue, key = view_of(request), issue_of(request), request.match_info["property"]
    if key not in issue.properties:
        raise ApiError(404, f"The property with key '{key}' does not exist.")
    with view.site.changing(issue):
        del issue.properties[key]
    return web.Response(status=204)


def routes() -> list[web.RouteDef]:
    """The operations of this group."""
    return [
        route("GET", "issue/{key}/remotelink", remote_links, "getRemoteIssueLinks"),
        route("POST", "issue/{key}/remotelink", put_remote_link, "createOrUpdateRemoteIssueLink"),
        route("DELETE", "issue/{key}/remotelink", delete_remote_link_by_global_id, "deleteRemoteIssueLinkByGlobalId"),
        route("GET", "issue/{key}/remotelink/{link}", remote_link, "getRemoteIssueLinkById"),
        route("DELETE", "issue/{key}/remotelink/{link}", delete_remote_link, "deleteRemoteIssueLinkById"),
        route("GET", "issueLinkType", link_types, "getIssueLinkTypes"),
        route("POST", "issueLink", link_issues, "linkIssues"),
        route("GET", "issueLink/{link}", get_link, "getIssueLink"),
        route("DELETE", "issueLink/{link}", delete_link, "deleteIssueLink"),
        route("GET", "issue/{key}/properties", property_keys, "getIssuePropertyKeys"),
        route("GET", "issue/{key}/properties/{property}", get_property, "getIssueProperty"),
        route("PUT", "issue/{key}/properties/{property}", set_property, "setIssueProperty"),
        route("DELETE", "issue/{key}/properties/{property}", delete_property, "deleteIssueProperty"),
    ]
