"""Jira's query language, written safely.

Sources: https://support.atlassian.com/jira-software-cloud/docs/jql-fields/ and `search/jql` of REST API v3, which
refuses queries without any restriction.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo

from adapters.base import Distant, Marks
from adapters.jira.settings import JiraTeam
from adapters.jira.values import label

RECENT_DAYS = 30
"""How long a closed ticket counts as recently closed, in days since it was last changed."""
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quoted(text: str) -> str:
    """A value in double quotes, reserved words and control characters included."""
    inside = re.sub(r'[\\"\x00-\x1f\x7f]', lambda m: ESCAPES.get(m[0]) or f"\\u{ord(m[0]):04x}", text)
    return f'"{inside}"'


def with_labels(labels: Iterable[str]) -> str:
    """Issues that have one of these labels, oldest first."""
    return f"labels in ({', '.join(map(quoted, labels))}) ORDER BY created ASC"


def in_scope(team: JiraTeam, since: datetime | None, zone: tzinfo, marks: Marks | None = None) -> str:
    """Open and recently closed issues of a team, in no order.

    What the bot made is known by who created it: JQL cannot ask for labels that begin with `devreq-`.

    Args:
        team: its project, and its scope as JQL.
        since: only issues changed since then, to the minute; it has a time zone.
        zone: the time zone of the token's user, in which Jira reads times.
        marks: what makes further issues the team's; see `Scope`.
    """
    parts = [f"project = {quoted(team.project)}"]
    own = [f"({team.scope.strip()})"] if team.scope.strip() else []
    if marks is not None:
        own += _ours_or_marked(marks)
    if own:
        parts.append(own[0] if len(own) == 1 else f"({' OR '.join(own)})")
    parts.append(f"(statusCategory != Done OR updated >= -{RECENT_DAYS}d)")
    if since is not None:
        local = since.astimezone(zone)
        if local.fold:  # the hour that occurs twice: take the first one
            local -= timedelta(hours=1)
        parts.append(f"updated >= {quoted(local.strftime('%Y-%m-%d %H:%M'))}")
    return " AND ".join(parts)


def not_distant(distant: Distant, flags: Iterable[str], estimates: Iterable[str], fields: Iterable[str]) -> str:
    """All issues but those that are distant; some of those may be among them.

    Args:
        distant: what may be left out.
        flags: ids of the fields that hold a flag.
        estimates: ids of the fields that may hold the estimate.
        fields: ids of the fields whose values make an issue wanted.
    """
    near = ["duedate is EMPTY", f"duedate <= {quoted(distant.due_after.isoformat())}", 'statusCategory != "To Do"']
    near += ["issueLinkType is not EMPTY", *_ours_or_marked(distant.marks)]
    near += [f"{_clause_name(identity)} is not EMPTY" for identity in (*flags, *fields)]
    if distant.small is not None:
        near += [f"{_clause_name(identity)} <= {distant.small!r}" for identity in estimates]
    return f"({' OR '.join(near)})"


def _ours_or_marked(marks: Marks) -> list[str]:
    """What the bot made, what has one of the labels, and what is of one of the types; to be joined by OR."""
    parts = ["creator = currentUser()"]
    if labels := dict.fromkeys(filter(None, map(label, marks.labels))):
        parts.append(f"labels in ({', '.join(map(quoted, labels))})")
    if marks.issue_types:
        parts.append(f"issuetype in ({', '.join(map(quoted, marks.issue_types))})")
    return parts


def _clause_name(identity: str) -> str:
    """A field as JQL calls it, by its id: several may have the same name."""
    number = identity.removeprefix("customfield_")
    return f"cf[{number}]" if number.isdigit() else quoted(identity)
