"""Comments, votes and watchers of an issue."""

from aiohttp import web

from sandbox.jira.answers import ApiError
from sandbox.jira.extras import comment_text, visibility
from sandbox.jira.handlers.reading import body_of, issue_of, number_of, object_of, route, view_of
from sandbox.jira.model import Comment, Issue
from sandbox.jira.render import votes_json, watches_json
from sandbox.jira.view import View
from sandbox.jira.writes import post_comment


async def comments(request: web.Request) -> web.Response:
    """The comments that the user may read, oldest first; `orderBy=-created` turns them round."""
    view, issue = view_of(request), issue_of(request)
    order = request.query.get("orderBy", "created")
    if order not in ("created", "+created", "-created"):
        raise ApiError(400, f"Invalid field specified to order by: {order}")
    found = view.visible_comments(issue)
    found = found[::-1] if order.startswith("-") else found
    start, most = number_of(request, "startAt", 0), number_of(request, "maxResults", 100, 5000)
    shown = [view.comment_json(issue, comment) for comment in found[start : start + most]]
    return web.json_response({"startAt": start, "maxResults": most, "total": len(found), "comments": shown})


async def add_comment(request: web.Request) -> web.Response:
    """A new comment."""
    view, issue, body = view_of(request), issue_of(request), await object_of(request)
    comment = post_comment(view, issue, body)
    return web.json_response(view.comment_json(issue, comment), status=201)


def _comment_of(request: web.Request, view: View, issue: Issue) -> Comment:
    wanted = request.match_info["id"]
    for comment in view.visible_comments(issue):
        if comment.id == wanted:
            return comment
    raise ApiError(404, f"Can not find a comment for the id: {wanted}.")


async def comment(request: web.Request) -> web.Response:
    """One comment."""
    view, issue = view_of(request), issue_of(request)
    return web.json_response(view.comment_json(issue, _comment_of(request, view, issue)))


async def edit_comment(request: web.Request) -> web.Response:
    """Another text for a comment."""
    view, issue, body = view_of(request), issue_of(request), await object_of(request)
    found = _comment_of(request, view, issue)
    text = comment_text(view, body.get("body"))
    shown_to = visibility(view, body["visibility"]) if "visibility" in body else found.visibility
    with view.site.changing(issue):
        found.body, found.visibility = text, shown_to
        found.updated, found.update_author = view.site.now(), view.user.account_id
    return web.json_response(view.comment_json(issue, found))


async def delete_comment(request: web.Request) -> web.Response:
    """Remove a comment."""
    view, issue = view_of(request), issue_of(request)
    found = _comment_of(request, view, issue)
    with view.site.changing(issue):
        issue.comments.remove(found)
    return web.Response(status=204)


async def votes(request: web.Request) -> web.Response:
    """How many votes, and by whom."""
    view, issue = view_of(request), issue_of(request)
    voters = [view.user_json(account) for account in issue.voters]
    return web.json_response(votes_json(view, issue) | {"voters": voters})


async def vote(request: web.Request) -> web.Response:
    """Vote for an issue that somebody else reported."""
    view, issue = view_of(request), issue_of(request)
    if issue.values.get("reporter") == view.user.account_id:
        raise ApiError(404, "You cannot vote for an issue you have reported.")
    if view.user.account_id not in issue.voters:
        issue.voters.append(view.user.account_id)
    return web.Response(status=204)


async def unvote(request: web.Request) -> web.Response:
    """Take a vote back."""
    view, issue = view_of(request), issue_of(request)
    if view.user.account_id not in issue.voters:
        raise ApiError(404, "Cannot remove a vote for an issue that the user has not already voted for.")
    issue.voters.remove(view.user.account_id)
    return web.Response(status=204)


async def watchers(request: web.Request) -> web.Response:
    """Who watches."""
    view, issue = view_of(request), issue_of(request)
    people = [view.user_json(account) for account in issue.watchers]
    return web.json_response(watches_json(view, issue) | {"watchers": people})


async def watch(request: web.Request) -> web.Response:
    """Add a watcher: the account id as a JSON string, or the user without one."""
    view, issue = view_of(request), issue_of(request)
    account = await body_of(request) if await request.read() else view.user.account_id
    if not isinstance(account, str) or account not in view.site.users:
        raise ApiError(404 if isinstance(account, str) else 400, "The user does not exist.")
    if account not in issue.watchers:
        issue.watchers.append(account)
    return web.Response(status=204)


async def unwatch(request: web.Request) -> web.Response:
    """Remove a watcher."""
    view, issue = view_of(request), issue_of(request)
    account = request.query.get("accountId", view.user.account_id)
    if account in issue.watchers:
        issue.watchers.remove(account)
    return web.Response(status=204)


def routes() -> list[web.RouteDef]:
    """The operations of this group."""
    return [
        route("GET", "issue/{key}/comment", comments, "getComments"),
        route("POST", "issue/{key}/comment", add_comment, "addComment"),
        route("GET", "issue/{key}/comment/{id}", comment, "getComment"),
        route("PUT", "issue/{key}/comment/{id}", edit_comment, "updateComment"),
        route("DELETE", "issue/{key}/comment/{id}", delete_comment, "deleteComment"),
        route("GET", "issue/{key}/votes", votes, "getVotes"),
        route("POST", "issue/{key}/votes", vote, "addVote"),
        route("DELETE", "issue/{key}/votes", unvote, "removeVote"),
        route("GET", "issue/{key}/watchers", watchers, "getIssueWatchers"),
        route("POST", "issue/{key}/watchers", watch, "addWatcher"),
        route("DELETE", "issue/{key}/watchers", unwatch, "removeWatcher"),
    ]
