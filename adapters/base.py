"""The port: what every tracker can do, in words that belong to none of them.

What it takes and gives is in `adapters.tickets`. A new tracker implements `Tracker` and joins `registry.py`.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

from adapters.document import Document
from adapters.tickets import (
    SHORTENED,
    Attachment,
    Comment,
    Creation,
    File,
    Link,
    Person,
    Relation,
    Section,
    SectionChange,
    Settings,
    StatusCategory,
    Ticket,
    TicketChange,
    TicketDraft,
    TicketRef,
    Value,
)

__all__ = [
    "SHORTENED",
    "Attachment",
    "Capabilities",
    "Check",
    "Comment",
    "Creation",
    "Distant",
    "File",
    "Finding",
    "Link",
    "Marks",
    "Person",
    "Relation",
    "Scope",
    "Section",
    "SectionChange",
    "Settings",
    "StatusCategory",
    "Ticket",
    "TicketChange",
    "TicketDraft",
    "TicketRef",
    "Tracker",
    "Value",
]


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
class Distant:
    """Tickets that a listing may leave out, so that a tracker that can tell them need not send them.

    Nobody works on them, they are due after a day, and nothing else makes them wanted: they are neither flagged nor
    linked, carry none of the marks, were not made by the bot, and have no value in one of the fields.

    Attributes:
        due_after: the day; what has no day is not distant.
        marks: labels and issue types of tickets that are wanted all the same.
        fields: fields by name, as in `Scope`; whatever has a value in one of them is wanted.
        small: the largest estimate that makes a ticket wanted; None if estimates say nothing.
    """

    due_after: date
    marks: Marks = field(default_factory=Marks)
    fields: tuple[str, ...] = ()
    small: float | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """What `check` is to look at: one team and one request type, or just the connection if both are empty.

    Attributes:
        request_type: the key of the template.
        file: where the template stands, as people are told.
        due_field: the id of the field whose answer is the ticket's due date; empty for none.
        field_ids: ids of the template's fields, so that a required field that none of them fills is named.
        required: ids of those without which the form cannot be handed in.
        options: id → the options that the form offers, so that one that the tracker does not have is named.
        issue_type: as in `TicketDraft`.
    """

    team: Settings = field(default_factory=dict)
    template: Settings = field(default_factory=dict)
    request_type: str = ""
    field_ids: tuple[str, ...] = ()
    file: str = ""
    due_field: str = ""
    required: tuple[str, ...] = ()
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    issue_type: str = ""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What differs between trackers, as data; `docs/capabilities.md` is made from it.

    Attributes:
        lookup_lag: seconds after which `find` is certain to see a new ticket.
        sets_reporter: the requester can be made the ticket's reporter.
        native_links: links to other tickets and pages are things of their own, not text.
        tells_addresses: a ticket says the e-mail addresses of its people; where not, `people` takes their ids, too.
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
    tells_addresses: bool
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
        self,
        scope: Scope,
        since: datetime | None = None,
        *,
        ids_only: bool = False,
        without: Distant | None = None,
    ) -> AsyncIterator[list[Ticket]]:
        """Pages of open and recently closed tickets of the scope that changed since then, all of them without a time.

        Pages come as they are read, in no order. A ticket that is changed meanwhile may come twice, or not before the
        next time: whoever reads on goes back by more than the tracker's index is late.

        Args:
            scope: the project, and which of its tickets.
            since: only tickets changed since then; it has a time zone.
            ids_only: a ticket carries its `ref` and empty values otherwise. More may be named than would be listed,
                if only their content tells that they do not belong.
            without: tickets that are not needed now; a tracker may send them.
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
        """People by e-mail or name who can be assigned in the scope's project; an exact e-mail stands alone.

        Where tickets do not tell addresses, the id of a person gives that person with theirs.
        """
        ...

    async def options(self, field_name: str, scope: Scope) -> list[str]:
        """The options of a custom field, by its name or id, in the tracker's order."""
        ...

    async def close(self) -> None:
        """Let go of connections and threads."""
        ...
