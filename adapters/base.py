"""The port: what every tracker can do, in words that belong to none of them.

Read from the top: the values first, then `Tracker`. A new tracker implements `Tracker` and joins `registry.py`.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol

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


@dataclass(frozen=True, slots=True)
class Finding:
    """What `check` found.

    Attributes:
        severity: `error` stops requests, `warning` makes some of them poorer, `ok` is good news.
        message: what is the case.
        fix: what to do about it; empty for `ok`.
    """

    severity: Literal["ok", "warning", "error"]
    message: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """What makes a ticket a request's, wherever the team's own `scope` ends.

    Attributes:
        labels: labels or tags of the request types, compared without case.
        issue_types: names of issue types that stand for request types; those that a tracker does not know do no harm.
    """

    labels: tuple[str, ...] = ()
    issue_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """Which tickets are meant. All methods look at the project of the team's settings; the rest is for `changed`.

    - Without `marks`: the project's tickets that fit the `scope` in the team's settings; all of them without one.
    - With `marks`: those that the bot made, those that carry one of the marks, and those that fit the `scope` in the
      team's settings. A team without a `scope` gets the first two only: the rest of its project is not about requests.

    Tickets of a request type that has a project of its own are listed by `{**team, "project": …}`.

    Attributes:
        team: the team's settings for the tracker.
        marks: what makes further tickets its own.
        fields: fields of the tracker that may hold a section or a type, by id or by name, without regard to case and
            marks; a ticket that is listed has their values, if the tracker knows them.
    """

    team: Settings = field(default_factory=dict)
    marks: Marks | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """What `check` is to look at: one team and one request type, or just the connection if both are empty.

    Attributes:
        field_ids: ids of the template's fields, so that a required field that none of them fills is named.
    """

    team: Settings = field(default_factory=dict)
    template: Settings = field(default_factory=dict)
    request_type: str = ""
    field_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What differs between trackers, as data; `docs/capabilities.md` is made from it.

    Attributes:
        lookup_lag: seconds after which `find` is certain to see a new ticket.
        sets_reporter: the requester can be made the ticket's reporter.
        native_links: links to other tickets and pages are things of their own, not text.
        votes: people can vote for a ticket.
        issue_types: a ticket has a type.
        sections: a project has sections, columns or the like.
        rich_headings: how many levels of heading its text has.
        title_limit: characters in a title.
        body_limit: characters in a text, in the tracker's own way of counting.
    """

    lookup_lag: float
    sets_reporter: bool
    native_links: bool
    votes: bool
    issue_types: bool
    sections: bool
    rich_headings: int
    title_limit: int
    body_limit: int


class Tracker(Protocol):
    """A place where tickets live. Every method may raise any `TrackerError`; the ones named are those to expect."""

    name: str
    capabilities: Capabilities

    async def check(self, what: Check) -> list[Finding]:
        """Compare settings with the live tracker: token, permissions, project, types, fields. Never raises."""
        ...

    async def create(self, draft: TicketDraft) -> Creation:
        """Make a ticket. One request makes one ticket only through `find`; see the use case `create_or_find`.

        Raises:
            Rejected, Throttled, NotSent, Ambiguous, Misconfigured
        """
        ...

    async def get(self, ref: TicketRef, *, team: Settings | None = None) -> Ticket:
        """Read one ticket by the vendor's id, past any search index.

        Args:
            ref: the ticket.
            team: the team's settings, where they say what its fields are called; None: as the tracker knows it.

        Raises:
            NotFound: it is gone, or hidden from us.
        """
        ...

    async def find(self, request_ids: Sequence[str], scope: Scope) -> list[Ticket]:
        """The tickets made for these requests; a new one is seen after `Capabilities.lookup_lag` at the latest."""
        ...

    def changed(
        self, scope: Scope, since: datetime | None = None, *, ids_only: bool = False
    ) -> AsyncIterator[list[Ticket]]:
        """Pages of open and recently closed tickets of the scope that changed since then, all of them without a time.

        Pages come as they are read, in no order. A ticket that is changed meanwhile may come twice, or not before the
        next time: whoever reads on goes back by more than the tracker's index is late.

        Args:
            scope: the project, and which of its tickets.
            since: only tickets changed since then; it has a time zone.
            ids_only: a ticket carries its `ref` and empty values otherwise. More may be named than would be listed,
                if only their content tells that they do not belong.
        """
        ...

    async def update(self, ref: TicketRef, change: TicketChange) -> None:
        """Change a ticket. Sections are spliced: every other part of the text stays as it was.

        It is not read back: who wants to see the result asks for it with `get`.
        """
        ...

    async def comment(self, ref: TicketRef, body: Document) -> Comment:
        """Add a public comment."""
        ...

    async def comments(self, ref: TicketRef, since: datetime | None = None) -> list[Comment]:
        """Comments, oldest first."""
        ...

    async def attach(self, ref: TicketRef, file: File, *, may_exist: bool = False) -> Attachment:
        """Attach a file; with `may_exist` one of the same name and size is looked for first."""
        ...

    async def people(self, query: str, scope: Scope) -> list[Person]:
        """People by e-mail or name who can be assigned in the scope's project; an exact e-mail stands alone."""
        ...

    async def options(self, field_name: str, scope: Scope) -> list[str]:
        """The options of a custom field, by its name or id, in the tracker's order."""
        ...

    async def close(self) -> None:
        """Let go of connections and threads."""
        ...
