"""What hangs on an issue beside its fields: comments and links, added by themselves or with a create or edit."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.jira import wiki
from sandbox.jira.answers import NO_ISSUE, ApiError, FieldError
from sandbox.jira.form import operations
from sandbox.jira.kinds import TEXT_LIMIT, TOO_LONG, rich_text
from sandbox.jira.model import Change, Comment, History, Issue, Link, LinkType, RichText
from sandbox.jira.view import View

COMMENT_LIMIT = 5_000
LINK_LIMIT = 2_000


@dataclass(slots=True)
class Extras:
    """Comments and links of one request, already judged."""

    comments: list[Comment] = field(default_factory=list)
    links: list[tuple[LinkType, Issue, bool]] = field(default_factory=list)

    def apply(self, view: View, issue: Issue) -> None:
        """Add them to an issue."""
        issue.comments.extend(self.comments)
        for kind, other, outgoing in self.links:
            add_link(view, kind, *((issue, other) if outgoing else (other, issue)))


def read_update(view: View, issue: Issue, update: Mapping[str, object]) -> Extras:
    """The comments and links in the `update` of a create or edit.

    Raises:
        ApiError: as Jira refuses them.
    """
    found = Extras()
    for value in _added("comment", update):
        found.comments.append(new_comment(view, issue, value))
    for value in _added("issuelinks", update):
        link = value if isinstance(value, dict) else {}
        outgoing = "outwardIssue" in link
        other = seen_issue(view, link.get("outwardIssue" if outgoing else "inwardIssue"))
        found.links.append((find_link_type(view, link.get("type")), other, outgoing))
    return found


def _added(part: str, update: Mapping[str, object]) -> list[object]:
    try:
        pairs = operations(part, update.get(part, []))
    except FieldError as error:
        raise ApiError(400, str(error)) from error
    if other := [verb for verb, _ in pairs if verb != "add"]:
        raise ApiError(400, f"Operation '{other[0]}' is not supported for field '{part}'")
    return [value for _, value in pairs]


def new_comment(view: View, issue: Issue, value: object) -> Comment:
    """A comment from the wire.

    Raises:
        ApiError: empty, too long, or in the wrong form for the version of the API.
    """
    if not isinstance(value, dict):
        raise ApiError(400, errors={"comment": "Comment body can not be empty!"})
    if len(issue.comments) >= COMMENT_LIMIT:
        raise ApiError(413, "This issue has reached the limit of 5,000 comments.")
    now = view.site.now()
    author = view.user.account_id
    body = comment_text(view, value.get("body"))
    return Comment(view.site.next_id(), author, body, now, now, author, visibility(view, value.get("visibility")))


def comment_text(view: View, value: object) -> RichText:
    """The text of a comment.

    Raises:
        ApiError: empty, too long, or in the wrong form for the version of the API.
    """
    if value is None or value == "":
        raise ApiError(400, errors={"comment": "Comment body can not be empty!"})
    try:
        body = rich_text(view, value)
    except FieldError as error:
        raise ApiError(400, errors={"comment": "Comment body is not valid!"}, hint=str(error)) from error
    except ApiError as error:
        raise ApiError(400, errors={"comment": "Comment body is not valid!"}, hint=error.hint) from error
    if not wiki.as_wiki(body).strip() and (body.adf is None or not body.adf.get("content")):
        raise ApiError(400, errors={"comment": "Comment body can not be empty!"})
    if wiki.size(body) > TEXT_LIMIT:
        raise ApiError(400, errors={"comment": TOO_LONG.format("32,767")})
    return body


def visibility(view: View, value: object) -> dict[str, object] | None:
    """Whom a comment is for: a group or project role that its author is in."""
    if value is None:
        return None
    if not isinstance(value, dict) or value.get("type") not in ("group", "role"):
        raise ApiError(400, errors={"commentLevel": "Invalid visibility type. Must be either 'role' or 'group'."})
    name = value.get("value", value.get("identifier"))
    if name not in view.user.groups:
        text = f"{'Group' if value['type'] == 'group' else 'Role'}: {name} does not exist."
        raise ApiError(400, errors={"commentLevel": text})
    return {"type": value["type"], "value": name, "identifier": name}


def seen_issue(view: View, given: object) -> Issue:
    """The issue that `{key}` or `{id}` names.

    Raises:
        ApiError: 404 where there is none, or none that the user may see.
    """
    key = given.get("key", given.get("id")) if isinstance(given, dict) else None
    issue = view.site.find_issue(str(key)) if key is not None else None
    if issue is None or not view.site.can_see(view.user, issue):
        raise ApiError(404, NO_ISSUE)
    return issue


def find_link_type(view: View, given: object) -> LinkType:
    """The kind of link that `{name}` or `{id}` names.

    Raises:
        ApiError: 404 where there is none.
    """
    wanted = given if isinstance(given, dict) else {}
    for entry in view.site.link_types:
        if wanted.get("id") == entry.id or str(wanted.get("name", "")).lower() == entry.name.lower():
            return entry
    raise ApiError(404, f"No issue link type with name '{wanted.get('name', wanted.get('id'))}' found.")


def add_link(view: View, kind: LinkType, source: Issue, target: Issue) -> None:
    """Link two issues: source {outward} target. The same link again changes nothing, as in Jira."""
    site = view.site
    if any((kind.id, source.id, target.id) == (old.type, old.source, old.target) for old in site.links.values()):
        return
    if max(len(site.links_of(source)), len(site.links_of(target))) >= LINK_LIMIT:
        raise ApiError(413, "This issue has reached the limit of 2,000 links.")
    link = Link(site.next_id(), kind.id, source.id, target.id)
    site.links[link.id] = link
    for issue, other, verb in ((source, target, kind.outward), (target, source, kind.inward)):
        change = Change("Link", "issuelinks", False, None, None, other.key, f"This issue {verb} {other.key}")
        issue.histories.append(History(site.next_id(), view.user.account_id, site.now(), [change]))
