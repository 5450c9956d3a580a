"""Links between tickets and to other places, on Jira's wire and back."""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from adapters.base import Link, Relation, TicketRef
from adapters.jira.values import CATEGORIES, mapping


def link_entry(link: Link) -> dict[str, Any]:
    """A remote link on the wire. Its `globalId` makes writing it again an update, not a second link."""
    slack = link.relation == "slack"
    entry: dict[str, Any] = {
        "globalId": f"devrequest:{sha256(link.url.encode('utf-8', 'replace')).hexdigest()}",
        "relationship": "requested in" if slack else "links to",
        "object": {"url": link.url, "title": link.title or ("Slack message" if slack else link.url)},
    }
    return entry | ({"application": {"type": "com.slack", "name": "Slack"}} if slack else {})


def issue_link(ref: TicketRef, link: Link) -> dict[str, Any]:
    """A link to another issue on the wire: "inward blocks outward".

    When a link is made, `inwardIssue` is the blocker (so the `jira` client's create_issue_link; Atlassian's own text
    can be read both ways). When it is read, the blocked issue shows its blocker under `inwardIssue`.
    """
    other = re.search(r"([A-Za-z][A-Za-z0-9_]*-\d+)/?$", link.url)
    there = {"key": other[1].upper()} if other else {"id": link.url}
    here = {"id": ref.id}
    source, target = (there, here) if link.relation == "blocked_by" else (here, there)
    kind = "Relates" if link.relation == "relates" else "Blocks"
    return {"type": {"name": kind}, "inwardIssue": source, "outwardIssue": target}


def issue_links(raw: object) -> Iterable[Link]:
    """Links to other issues; an issue that is done blocks nothing, and nothing blocks it."""
    for entry in filter(None, map(mapping, raw if isinstance(raw, list) else ())):
        kind = mapping(entry.get("type"))
        for side, relation in (("outwardIssue", "blocks"), ("inwardIssue", "blocked_by")):
            other = mapping(entry.get(side))
            if other:
                told: Relation = "relates"
                if str(kind.get("outward", "")).casefold() == "blocks":
                    told = "blocks" if relation == "blocks" else "blocked_by"
                shown = mapping(other.get("fields"))
                category = mapping(mapping(shown.get("status")).get("statusCategory")).get("key")
                if told == "relates" or CATEGORIES.get(str(category)) != "done":
                    yield Link(str(other.get("key") or other.get("id")), str(shown.get("summary") or ""), told)


def remote_link(raw: Mapping[str, Any]) -> Link:
    """A link to a place outside; one that leads to Slack is known by its application."""
    target = mapping(raw.get("object"))
    application = str(mapping(raw.get("application")).get("type") or "")
    relation: Relation = "slack" if application == "com.slack" else "web"
    return Link(str(target.get("url") or ""), str(target.get("title") or ""), relation)
