"""Tickets in words that belong to no tracker: as they are made, as they are read, and how they change."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from adapters.document import Document

StatusCategory = Literal["todo", "in_progress", "done"]
Relation = Literal["web", "slack", "blocks", "blocked_by", "relates"]
Settings = Mapping[str, Any]
"""A tracker's own settings as JSON types: what stands under its name in a template or a team."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, as far as a tracker or Slack knows them.

    Attributes:
        name: as people write it.
        email: in lower case, None if hidden.
        id: the tracker's own id (Jira accountId, Asana gid), None for someone without a seat.
    """

    name: str
    email: str | None = None
    id: str | None = None


Value = str | float | bool | date | Person | tuple[str, ...] | tuple[Person, ...]
"""An answer on its way to a custom field: text, number, date, people, one option or several."""


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of a ticket.

    Attributes:
        heading: as it stands in the ticket.
        body: what stands below it.
        key: the id of the template's field; empty for a section that no template knows.
        keep: never shorten this one when a tracker's limit forces a cut.
    """

    heading: str
    body: Document
    key: str = ""
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A link from a ticket to a page, a Slack message or another ticket (then `url` may be its key or id)."""

    url: str
    title: str = ""
    relation: Relation = "web"


@dataclass(frozen=True, slots=True)
class TicketRef:
    """Where a ticket is.

    Attributes:
        tracker: the tracker's name.
        id: the vendor's own id, which never changes; state is stored under it.
        key: what people call it: `WEB-12`; for Asana the same as `id`.
        url: the page for people.
    """

    tracker: str
    id: str
    key: str
    url: str


@dataclass(frozen=True, slots=True)
class TicketDraft:
    """A ticket to be made.

    Attributes:
        request_id: the id of the request; it is written into the ticket so that `find` finds it.
        request_type: the key of the template.
        title: one line of any length; the tracker shortens it visibly.
        sections: in the order of the template.
        values: template field id → answer, for those fields that the settings may map to custom fields.
        reporter: who asks; named in the text where the tracker cannot make them the reporter.
        assignee: who should do it.
        due: the day it is needed.
        start: the day it may start.
        labels: without the request's own label.
        links: the Slack message that it came from, and so on.
        team: the team's settings for this tracker.
        template: the template's settings for this tracker; they win over the team's.
        issue_type: what the template calls such tickets in any tracker; it counts where the tracker knows the name.
    """

    request_id: str
    request_type: str
    title: str
    sections: tuple[Section, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    reporter: Person | None = None
    assignee: Person | None = None
    due: date | None = None
    start: date | None = None
    labels: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    team: Settings = field(default_factory=dict)
    template: Settings = field(default_factory=dict)
    issue_type: str = ""


SHORTENED = "… (shortened; the full text is attached as request.md)"
"""Stands at the end of every section that a limit cut."""


@dataclass(frozen=True, slots=True)
class Creation:
    """A ticket that was made, and what could not be done on the way.

    Attributes:
        ref: where it is.
        notes: one plain sentence each for the requester, such as an assignee that the tracker does not know.
        overflow: the full text, if sections had to be shortened; to be attached as `request.md`.
    """

    ref: TicketRef
    notes: tuple[str, ...] = ()
    overflow: str | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as read.

    Attributes:
        document: the whole text; sections are found in it by whoever knows the template.
        status: the tracker's own word for where it stands.
        status_category: the same, normalised.
        issue_type: Jira's issue type, Asana's resource subtype.
        links: to pages and to other tickets; those that block or are blocked, as long as the other one is open.
        fields: custom fields by id *and* by name → value, as far as they can be normalised.
        estimate: in the unit of the tracker's field, None if there is none.
        request_id: of the request that made it, None for one written by hand.
    """

    ref: TicketRef
    title: str
    document: Document
    status: str
    status_category: StatusCategory
    created: datetime
    updated: datetime
    issue_type: str = ""
    project: str = ""
    section: str = ""
    assignee: Person | None = None
    reporter: Person | None = None
    due: date | None = None
    start: date | None = None
    labels: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    fields: Mapping[str, Value] = field(default_factory=dict)
    flagged: bool = False
    estimate: float | None = None
    votes: int = 0
    request_id: str | None = None
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class SectionChange:
    """One section to be written; it is added at the end if no heading fits.

    Attributes:
        section: heading and new body.
        aliases: other headings that mean the same section, compared without case, marks and a closing colon.
        append: keep what stands there and add below it.
    """

    section: Section
    aliases: tuple[str, ...] = ()
    append: bool = False


@dataclass(frozen=True, slots=True)
class TicketChange:
    """What is to be changed; None and empty mean: leave it.

    Attributes:
        state: a status category to move to, or the tracker's own name of a status or section.
        values: template field id → answer, mapped by `template` as in a draft.
        links: to be added; a link that is there already is not added twice.
        labels: labels or tags to be added; one that is there already is not added twice.
        labels_gone: labels or tags to be taken away, as they were read; one that is not there does no harm.
    """

    sections: tuple[SectionChange, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    assignee: Person | None = None
    due: date | None = None
    state: str | None = None
    links: tuple[Link, ...] = ()
    team: Settings = field(default_factory=dict)
    template: Settings = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    labels_gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a ticket.

    Attributes:
        public: False if the tracker restricts who may read it; such a comment never leaves the tracker.
    """

    id: str
    author: Person
    body: Document
    created: datetime
    public: bool = True


@dataclass(frozen=True, slots=True)
class File:
    """A file to attach. `content` is read once."""

    name: str
    content_type: str
    size: int
    content: AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on a ticket; `size` in bytes, None where the tracker does not say."""

    id: str
    name: str
    size: int | None = None
