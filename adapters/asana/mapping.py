"""Tickets as Asana's tasks, and back. Pure: no calls, no clock (vendor: OpenAPI of Asana, createTask and getTask)."""

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

from adapters.asana import notes
from adapters.asana.document import parse_document
from adapters.asana.fields import SOMEBODY, TRACKER, day, fields_of, person, shown
from adapters.base import Comment, Link, Marks, Person, Section, StatusCategory, Ticket, TicketDraft, TicketRef, Value
from adapters.document import Document, Paragraph, Text, document
from adapters.errors import Rejected

TITLE_LIMIT = 1024
TEXT_LIMIT = 65_535
NEVER = datetime.fromtimestamp(0, UTC)
"""The time of a task that was listed by its id only."""
FIELDS = ",".join(
    (
        *("name", "html_notes", "resource_subtype", "permalink_url", "completed", "due_on", "start_on"),
        *("created_at", "modified_at", "created_by", "assignee.name", "tags.name", "num_likes"),
        *("memberships.project.name", "memberships.section.name", "dependencies", "dependents"),
        *("custom_fields.name", "custom_fields.resource_subtype", "custom_fields.text_value"),
        *("custom_fields.number_value", "custom_fields.enum_value.name", "custom_fields.multi_enum_values.name"),
        *("custom_fields.date_value", "custom_fields.people_value.name", "custom_fields.display_value"),
    )
)
"""What we ask of a task. E-mail addresses, and the name of who made it, cannot be asked for here."""
REF_FIELDS = "permalink_url,tags.name,memberships.project,memberships.section.name"
MARK_FIELDS = "resource_subtype,html_notes,custom_fields.name,custom_fields.resource_subtype,custom_fields.text_value"
"""What tells beside `REF_FIELDS` whether a task is a request's."""
STORY_FIELDS = "type,html_text,created_at,created_by.name"
DATES = ("due_on", "start_on")
ASSIGNEE = "assignee"
"""What questions may be mapped to beside custom fields and dates."""
REQUEST_PREFIX = "devreq-"
_TAG = re.compile(r"<[^>]*>")
_IN_PROGRESS = re.compile(r"\b(in progress|doing)\b", re.IGNORECASE)
_TASK_ADDRESS = re.compile(
    r"https?://[^/\s]+/(?:.*/)?task/([0-9]+)(?:[/?#].*)?|https?://[^/\s]+/0/[0-9]+/([0-9]+)(?:[/?#].*)?"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ticket goes and who it goes to, by Asana's ids."""

    project: str
    assignee: str | None = None
    tags: tuple[str, ...] = ()


def task_data(draft: TicketDraft, title: str, sections: Sequence[Section], place: Place) -> dict[str, Any]:
    """The data of `POST /tasks` without custom fields and `extra`.

    `memberships`, which would name the section too, is not in the vendor's contract for requests.
    """
    data: dict[str, Any] = {
        "name": title or draft.request_type,
        "html_notes": text_of_draft(draft, sections),
        "projects": [place.project],
    }
    if place.assignee is not None:
        data["assignee"] = place.assignee
    if place.tags:
        data["tags"] = list(place.tags)
    if draft.due is not None:
        data["due_on"] = draft.due.isoformat()
    if draft.start is not None:
        data["start_on"] = draft.start.isoformat()
    return data


def text_of_draft(draft: TicketDraft, sections: Sequence[Section]) -> str:
    """The text of the new task. Links to tasks become dependencies instead."""
    links = [link for link in draft.links if dependency_of(link) is None]
    reporter = draft.reporter.name if draft.reporter else None
    return notes.write(sections, draft.request_id, reporter, links)


def with_possible_start(data: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The data, without a start date that Asana would refuse, and a note if there was one."""
    start, due = data.get("start_on"), data.get("due_on")
    if start is None or (due is not None and start <= due):
        return dict(data), ()
    reason = "there is no due date" if due is None else "it is after the due date"
    kept = {name: value for name, value in data.items() if name != "start_on"}
    return kept, (f"The start date {start} could not be set, because {reason}.",)


def dependency_of(link: Link) -> str | None:
    """The gid of the task that a link blocks or is blocked by; None if it is no such link."""
    if link.relation not in {"blocks", "blocked_by"}:
        return None
    if link.url.isascii() and link.url.isdigit():
        return link.url
    found = _TASK_ADDRESS.fullmatch(link.url)
    return (found[1] or found[2]) if found else None


def day_text(operation: str, source: str, name: str, value: Value) -> str:
    """A date for `due_on` or `start_on`.

    Raises:
        Rejected: the answer is no date.
    """
    try:
        return value.isoformat() if isinstance(value, date) else date.fromisoformat(shown(value)).isoformat()
    except ValueError:
        reason = "takes a date, such as 2026-12-24"
        raise Rejected(TRACKER, operation, f"{name} {reason}", None, {name: reason}, {source: reason}) from None


def _estimate(fields: Mapping[str, Value], wanted: str) -> float | None:
    """The number in the field of that name or gid."""
    given = _value_in(fields, wanted)
    return float(given) if isinstance(given, int | float) else None


def _value_in(fields: Mapping[str, Value], wanted: str) -> Value | None:
    """What stands in the field of that name or gid, upper and lower case alike, as it is found for writing."""
    folded = wanted.strip().casefold()
    return next((value for name, value in fields.items() if name.casefold() == folded), None)


def project_of(task: Mapping[str, Any], preferred: Container[str] = ()) -> str:
    """The gid of the first project that the task is in, of a preferred one if possible; empty if it is in none."""
    projects = [str((place.get("project") or {}).get("gid") or "") for place in task.get("memberships") or ()]
    return next((gid for gid in projects if gid in preferred), projects[0] if projects else "")


def is_in_section(task: Mapping[str, Any], project: str, section: str) -> bool:
    """Whether a task of the project stands in the section with that gid."""
    return (_place_of(task, project).get("section") or {}).get("gid") == section


def gid_of(record: Mapping[str, Any]) -> str:
    """The gid of what Asana answered with.

    Raises:
        LookupError, ValueError: it has none, so that the answer does not say what it is about.
    """
    gid = record["gid"]
    if not isinstance(gid, str | int) or not str(gid):
        raise ValueError("no gid")
    return str(gid)


def ref_of(task: Mapping[str, Any]) -> TicketRef:
    """Where a task is. Without an address in the answer the old form is made, which Asana keeps alive.

    Raises:
        LookupError, ValueError: it has no gid.
    """
    gid = gid_of(task)
    return TicketRef(TRACKER, gid, gid, task.get("permalink_url") or f"https://app.asana.com/0/0/{gid}")


def ticket(
    task: Mapping[str, Any],
    project: str | None = None,
    request_field: str = "devrequest",
    estimate_field: str = "Estimate",
) -> Ticket:
    """A task as a ticket.

    Args:
        task: as the API gives it for `FIELDS`, or less.
        project: the project whose section counts if the task is in several; else the first.
        request_field: the custom field that holds the request's id.
        estimate_field: the custom field that holds the estimate, by name or gid.
    """
    read = _text_of(task)
    footer = read.footer
    place = _place_of(task, project)
    fields = fields_of(task)
    written_by_us = footer is not None and footer.request_id is not None
    reporter = Person(footer.reporter) if footer and footer.reporter else None
    completed = bool(task.get("completed"))
    section = str((place.get("section") or {}).get("name") or "")
    return Ticket(
        ref=ref_of(task),
        title=task.get("name") or "",
        document=read.document,
        status="Completed" if completed else section or "Open",
        status_category=_category(section, completed=completed),
        created=_moment(task.get("created_at")),
        updated=_moment(task.get("modified_at")),
        issue_type=task.get("resource_subtype") or "",
        project=str((place.get("project") or {}).get("gid") or ""),
        section=section,
        assignee=person(task.get("assignee")),
        reporter=reporter if written_by_us else person(task.get("created_by")),
        due=day(task.get("due_on")),
        start=day(task.get("start_on")),
        labels=tuple(tag["name"] for tag in task.get("tags") or () if tag.get("name")),
        links=(*(footer.links if footer else ()), *_dependencies(task)),
        fields=fields,
        estimate=_estimate(fields, estimate_field),
        votes=int(task.get("num_likes") or 0),
        request_id=_request_of(fields, footer, request_field),
    )


def only_ref(task: Mapping[str, Any]) -> Ticket:
    """A task that was listed by its id."""
    return Ticket(ref_of(task), "", Document(), "", "todo", NEVER, NEVER)


def in_scope(task: Mapping[str, Any], project: str, tags: Sequence[str], sections: Sequence[str]) -> bool:
    """Whether a task of the project has one of the tags, if any are named, and is in one of the sections."""
    wanted = {name.casefold() for name in sections}
    section = _place_of(task, project).get("section") or {}
    in_section = bool({str(section.get("name")).casefold(), str(section.get("gid"))} & wanted)
    return (not tags or _has_tag(task, tags)) and (in_section or not wanted)


def has_mark(task: Mapping[str, Any], marks: Marks) -> bool:
    """Whether one of the marks stands on a task."""
    types = {name.casefold() for name in marks.issue_types}
    return _has_tag(task, marks.labels) or str(task.get("resource_subtype")).casefold() in types


def is_ours(task: Mapping[str, Any], request_field: str) -> bool:
    """Whether the bot made a task; one that was read as a ticket says so itself."""
    return _request_of(fields_of(task), _text_of(task).footer, request_field) is not None


def may_be_of(task: Mapping[str, Any], request_ids: Iterable[str]) -> bool:
    """Whether a task names one of the requests anywhere; that costs a fraction of reading it."""
    values = [field.get("text_value") for field in task.get("custom_fields") or ()]
    text = unescape(_TAG.sub("", "\n".join(map(str, (task.get("html_notes"), task.get("notes"), *values)))))
    return any(one in text for one in request_ids)


def _request_of(fields: Mapping[str, Value], footer: notes.Footer | None, request_field: str) -> str | None:
    """The request that a task was made for, by its field or by the last line of its text."""
    asked = _value_in(fields, request_field)
    told = asked.removeprefix(REQUEST_PREFIX) if isinstance(asked, str) else ""
    return told or (footer.request_id if footer else None)


def _has_tag(task: Mapping[str, Any], names: Iterable[str]) -> bool:
    wanted = {name.casefold() for name in names}
    return any(str(tag.get("name")).casefold() in wanted for tag in task.get("tags") or ())


def comment(story: Mapping[str, Any]) -> Comment:
    """A story as a comment, public as long as nobody says that its task is not: who sees one sees the other."""
    body = parse_document(story.get("html_text") or "<body></body>")
    author = person(story.get("created_by")) or Person(SOMEBODY)
    return Comment(gid_of(story), author, body, _moment(story.get("created_at")))


def read_payload(payload: Mapping[str, Any]) -> Ticket:
    """A ticket from an answer of `GET /tasks/{gid}`, with or without the `data` around it.

    Raises:
        ValueError: that is no task.
    """
    task = payload.get("data", payload)
    if not isinstance(task, Mapping) or "gid" not in task:
        raise ValueError("an Asana task has a gid; pass what GET /tasks/{gid} answers")
    return ticket(task)


def _text_of(task: Mapping[str, Any]) -> notes.Notes:
    if task.get("html_notes") is not None:
        return notes.read(task["html_notes"])
    return notes.Notes(document(Paragraph((Text(task.get("notes") or ""),))), None)


def _place_of(task: Mapping[str, Any], project: str | None) -> Mapping[str, Any]:
    places: list[Mapping[str, Any]] = list(task.get("memberships") or ())
    fitting = [place for place in places if (place.get("project") or {}).get("gid") == project]
    return next(iter(fitting or places), {})


def _category(section: str, *, completed: bool) -> StatusCategory:
    """Asana knows only open and completed; a section that is named so says that work has begun."""
    if completed:
        return "done"
    return "in_progress" if is_in_progress(section) else "todo"


def is_in_progress(section: str) -> bool:
    """Whether a section's name says that its tasks are being worked on."""
    return _IN_PROGRESS.search(section) is not None


def _dependencies(task: Mapping[str, Any]) -> tuple[Link, ...]:
    blocked_by = (Link(str(other["gid"]), "", "blocked_by") for other in task.get("dependencies") or ())
    blocks = (Link(str(other["gid"]), "", "blocks") for other in task.get("dependents") or ())
    return (*blocked_by, *blocks)


def _moment(text: str | None) -> datetime:
    return datetime.fromisoformat(text) if text else NEVER
