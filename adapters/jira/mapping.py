"""Drafts and changes become Jira's fields; Jira's issues become tickets. Pure, and both ways."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from adapters.base import Comment, Marks, Person, Ticket, TicketRef, Value
from adapters.document import Document, clean
from adapters.jira.document import from_adf
from adapters.jira.fields import FieldMeta, read_field
from adapters.jira.links import issue_links, remote_link
from adapters.jira.settings import NAME
from adapters.jira.ticket_text import read_description
from adapters.jira.values import CATEGORIES, decode, label, mapping, read_person
from adapters.jira.wiki import from_wiki

FIELDS = (
    "summary", "description", "status", "issuetype", "labels", "assignee", "reporter",
    "duedate", "created", "updated", "issuelinks", "votes", "security", "issuerestriction",
)  # fmt: skip
"""What is read with every issue, beside those of `SPECIAL` and those that a team names. The key has the project.

Not who created it: that is half a kilobyte, and the issue itself, which is read before anybody is asked, says so."""
SPECIAL = {
    "flagged": ("flagged",),
    "start": ("start date",),
    "estimate": ("story point estimate", "story points"),
}
"""Custom fields with a meaning of ours, by their original names; their ids differ from site to site."""
ROLES = {name: role for role, names in SPECIAL.items() for name in names}
REQUEST_LABEL = "devreq-"
PUBLIC_FLAG = "sd.public.comment"
"""The property of a comment in a service project that says whether customers see it."""
NEVER = datetime.fromtimestamp(0, UTC)
"""The time of a ticket that was listed by its id only."""
TOO_MUCH = frozenset({"attachment", "comment", "worklog", "subtasks", "issuelinks", "description", "summary"})
"""What is not read with every issue by its name: the ticket has it anyhow, or there may be hundreds of it."""
TOLD_ELSEWHERE = frozenset(
    {"summary", "description", "status", "project", "issuetype", "comment", "worklog", "attachment", "issuelinks"}
    | {"subtasks", "votes"}
)
"""What is no value of a field here: the ticket itself has it, or has no place for it."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What can be set when an issue of one type is created in one project.

    Attributes:
        fields: by id.
    """

    project: str
    issue_type_id: str
    issue_type: str
    fields: Mapping[str, FieldMeta] = field(default_factory=dict)


def request_label(request_id: str) -> str:
    """The label that a request's ticket is found by."""
    return label(f"{REQUEST_LABEL}{request_id}")


def ticket_ref(issue: Mapping[str, Any], site: str) -> TicketRef:
    """Where an issue is. The address is built from the key: `self` belongs to the API, not to people."""
    key = str(issue.get("key") or issue.get("id") or "")
    return TicketRef(NAME, str(issue.get("id") or key), key, f"{site}/browse/{key}" if site else "")


def only_ref(issue: Mapping[str, Any], site: str) -> Ticket:
    """An issue of which only id and key are known."""
    return Ticket(ticket_ref(issue, site), "", Document(), "", "todo", NEVER, NEVER)


def is_marked(ticket: Ticket, marks: Marks) -> bool:
    """Whether the bot made a ticket, or a mark stands on it."""
    labels, types = _compared(marks)
    if ticket.request_id is not None or ticket.issue_type.casefold() in types:
        return True
    return not labels.isdisjoint(map(str.casefold, ticket.labels))


@lru_cache(maxsize=64)
def _compared(marks: Marks) -> tuple[frozenset[str], frozenset[str]]:
    """Labels and issue types as they are compared with those of thousands of issues."""
    labels = frozenset(label(entry).casefold() for entry in marks.labels)
    return labels, frozenset(name.casefold() for name in marks.issue_types)


def read_issue(
    issue: Mapping[str, Any],
    site: str,
    catalogue: Mapping[str, FieldMeta],
    remote: Sequence[Mapping[str, Any]] = (),
    estimates: Sequence[str] | None = None,
) -> Ticket:
    """A ticket from an issue of API v3, or of v2 where texts are strings.

    Args:
        issue: as the API shows it, with `fields`.
        site: the address of the site, without a slash at the end.
        catalogue: fields by id, for names and kinds.
        remote: its remote links.
        estimates: ids of the fields that may hold the estimate; None for the usual ones of `SPECIAL`.
    """
    fields = mapping(issue.get("fields"))
    status = mapping(fields.get("status"))
    category = mapping(status.get("statusCategory")).get("key")
    values, special = read_values(fields, catalogue)
    labels = _texts(fields.get("labels"))
    start = special.get("start")
    given = [special.get("estimate")] if estimates is None else [values.get(identity) for identity in estimates]
    requests = [entry for entry in labels if entry.startswith(REQUEST_LABEL)]
    assignee, reporter, due = values.get("assignee"), values.get("reporter"), values.get("duedate")
    created, updated = values.get("created"), values.get("updated")
    text, requester = read_text(fields.get("description"))
    return Ticket(
        ref=ticket_ref(issue, site),
        title=str(fields.get("summary") or ""),
        document=text,
        status=str(status.get("name") or ""),
        status_category=CATEGORIES.get(str(category), "todo"),
        created=created if isinstance(created, datetime) else _moment(fields.get("created")),
        updated=updated if isinstance(updated, datetime) else _moment(fields.get("updated")),
        issue_type=str(mapping(fields.get("issuetype")).get("name") or ""),
        project=str(mapping(fields.get("project")).get("key") or issue.get("key", "").rpartition("-")[0]),
        assignee=assignee if isinstance(assignee, Person) else _person(fields.get("assignee")),
        reporter=_reporter(requester, reporter, fields),
        due=due if type(due) is date else _day(fields.get("duedate")),
        start=start if isinstance(start, date) else None,
        labels=tuple([entry for entry in labels if entry not in requests] if requests else labels),
        links=(*issue_links(fields.get("issuelinks")), *map(remote_link, remote)),
        fields=values,
        flagged=bool(special.get("flagged")),
        estimate=next((estimate for estimate in given if isinstance(estimate, float)), None),
        votes=_count(mapping(fields.get("votes")).get("votes")),
        request_id=requests[0].removeprefix(REQUEST_LABEL) if requests else None,
        restricted=_is_restricted(fields),
    )


def read_values(
    fields: Mapping[str, Any], catalogue: Mapping[str, FieldMeta]
) -> tuple[dict[str, Value], dict[str, Value]]:
    """Fields that have a value, by id and by name; of several fields of one name the first. And those of `SPECIAL`."""
    values: dict[str, Value] = {}
    special: dict[str, Value] = {}
    for identity, raw in fields.items():
        if raw is None or identity in TOLD_ELSEWHERE:
            continue
        meta = catalogue.get(identity)
        value = decode(raw, meta.kind if meta else "other")
        if value is None:
            continue
        values[identity] = value
        if meta is not None:
            values.setdefault(meta.name, value)
            if meta.original and meta.original != meta.name:
                values.setdefault(meta.original, value)
            if (role := ROLES.get((meta.original or meta.name).casefold())) is not None:
                special.setdefault(role, value)
    return values, special


def read_text(raw: object) -> tuple[Document, str]:
    """A description, ADF in v3 and wiki markup in v2, and the requester that our footer names."""
    if isinstance(raw, str):
        return Document.later(from_wiki, raw), ""
    return read_description(raw if isinstance(raw, dict) else None)


def special_ids(catalogue: Mapping[str, FieldMeta], *roles: str) -> list[str]:
    """The ids of the custom fields of `SPECIAL` on this site; of all of them without a role."""
    wanted = {name for role, names in SPECIAL.items() if role in roles or not roles for name in names}
    return [meta.id for meta in catalogue.values() if meta.names & wanted]


def estimate_ids(estimate_field: str, catalogue: Mapping[str, FieldMeta]) -> list[str] | None:
    """The ids of the fields that a team calls its estimate; None if it names none.

    A site may have several fields of one name, one for each team-managed project: an issue has one of them.
    """
    wanted = estimate_field.strip()
    if not wanted:
        return None
    if wanted in catalogue:
        return [wanted]
    return [meta.id for meta in catalogue.values() if wanted.casefold() in meta.names]


def read_payload(payload: Mapping[str, Any]) -> Ticket:
    """A ticket from one issue of the REST API, v2 or v3; names of custom fields come from `names`, if it is there.

    Raises:
        ValueError: that is no issue.
    """
    fields = mapping(payload.get("fields"))
    if not fields:
        raise ValueError("not a Jira issue: there is no object `fields` in it")
    names, schemas = mapping(payload.get("names")), mapping(payload.get("schema"))
    catalogue = {
        identity: read_field({"id": identity, "name": names.get(identity), "schema": schemas.get(identity)})
        for identity in fields
    }
    return read_issue(payload, "", catalogue)


def file_name(name: str) -> str:
    """A file name that arrives as it was sent: a multipart header would change quotes and control characters."""
    return re.sub(r"[\x00-\x1f\x7f/\\]", "_", clean(name).replace('"', "'")).strip()[:200] or "file"


def read_comment(raw: Mapping[str, Any]) -> Comment:
    """A comment; a restricted one, or an internal one of a service project, is not public."""
    body = raw.get("body")
    properties = raw.get("properties")
    told = [mapping(entry) for entry in properties] if isinstance(properties, list) else []
    flags = [mapping(entry.get("value")) for entry in told if entry.get("key") == PUBLIC_FLAG]
    return Comment(
        id=str(raw.get("id") or ""),
        author=_person(raw.get("author")) or Person("Unknown"),
        body=from_wiki(body) if isinstance(body, str) else from_adf(body if isinstance(body, dict) else None),
        created=_moment(raw.get("created")),
        public=not raw.get("visibility")
        and raw.get("jsdPublic") is not False
        and not any(flag.get("internal") for flag in flags),
    )


def _is_restricted(fields: Mapping[str, Any]) -> bool:
    """Whether not everybody in the project sees it: a security level or, in team-managed projects, "Restrict to"."""
    roles = mapping(fields.get("issuerestriction")).get("issuerestrictions")
    return bool(fields.get("security") or roles)


def _reporter(requester: str, reporter: Value | None, fields: Mapping[str, Any]) -> Person | None:
    """Whom our footer names, else the one of the field; who made the issue where nobody is the reporter."""
    if requester:
        return Person(requester)
    given = reporter if isinstance(reporter, Person) else _person(fields.get("reporter"))
    return given or _person(fields.get("creator"))


def _texts(raw: object) -> list[str]:
    return [str(entry) for entry in raw] if isinstance(raw, list) else []


def _count(raw: object) -> int:
    return raw if isinstance(raw, int) else 0


def _person(raw: object) -> Person | None:
    return read_person(raw) if isinstance(raw, dict) else None


def _day(raw: object) -> date | None:
    value = decode(raw, "date")
    return value if isinstance(value, date) else None


def _moment(raw: object) -> datetime:
    value = decode(raw, "datetime")
    return value if isinstance(value, datetime) else NEVER
