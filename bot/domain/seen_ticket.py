"""What is kept of a ticket between two looks at it: enough to ask for what it lacks, and for the agenda of a sync.

It is stored whole, so all is JSON types. Texts of people are not kept, only what readiness said about them and a few
short facts that the agenda shows.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from typing import Literal

from adapters.base import Person, Relation, StatusCategory, Ticket, TicketRef
from bot.domain.alert_history import History
from bot.domain.content_checks import Severity
from bot.domain.news import FLAG, HELD, Move, Relay, happened, holds
from bot.domain.readiness import Gap, Readiness
from bot.domain.request import Model, TicketLink
from bot.domain.table_text import in_short
from bot.domain.ticket_type import TypeDecision

FACT = 300
"""Characters of a section that are kept for the agenda."""
Gone = Literal["", "deleted", "moved"]


class SeenPerson(Model):
    """Somebody as the tracker knows them, and their Slack id where we know it."""

    name: str = ""
    email: str | None = None
    id: str | None = None
    slack: str | None = None


class SeenGap(Model):
    """A `Gap`, as stored.

    Attributes:
        late: not the ticket has changed since it lacks this, but what we look for; see `seen_before`.
    """

    section: str
    code: str
    message: str
    severity: Severity = "must"
    rule: str = "required"
    example: str = ""
    late: bool = False

    @staticmethod
    def of(gap: Gap) -> "SeenGap":
        """As it is stored."""
        return _stored(gap.section, gap.code, gap.message, gap.severity, gap.rule, gap.example)

    def gap(self) -> Gap:
        """As readiness speaks of it."""
        return Gap(self.section, self.code, self.message, self.severity, self.rule, self.example)


@lru_cache(maxsize=1024)
def _stored(section: str, code: str, message: str, severity: Severity, rule: str, example: str) -> SeenGap:
    """Made once: thousands of tickets lack the same, in the same words."""
    return SeenGap(section=section, code=code, message=message, severity=severity, rule=rule, example=example)


class SeenLink(Model):
    """A link from the ticket; for links between tickets `url` may be a key or an id."""

    url: str
    title: str = ""
    relation: Relation = "web"


class SeenTicket(TicketLink):
    """A ticket as it was last read.

    Attributes:
        team: the team that it belongs to.
        request_type: the key of its request type; None if nothing speaks for any.
        certain: whether the type is known, not guessed.
        created, updated, seen_at: seconds since 1970.
        due, start: days.
        score: 0 to 100; None without a request type.
        gaps: what it lacks, also what does not alert.
        judged_by: differs where the checks differ that found the gaps.
        facts: section id → the beginning of its text, for the agenda.
        requester: the Slack id of who filled in the form; None for a ticket written by hand.
        restricted: what it says may not be shown to everybody.
        links_read: when it was last read by itself, with links that lists do not tell, in seconds since 1970; 0: never.
    """

    team: str
    title: str
    request_type: str | None = None
    certain: bool = False
    status: str = ""
    status_category: StatusCategory = "todo"
    created: float = 0.0
    updated: float = 0.0
    seen_at: float = 0.0
    issue_type: str = ""
    project: str = ""
    section: str = ""
    assignee: SeenPerson | None = None
    reporter: SeenPerson | None = None
    due: date | None = None
    start: date | None = None
    labels: tuple[str, ...] = ()
    links: tuple[SeenLink, ...] = ()
    flagged: bool = False
    estimate: float | None = None
    votes: int = 0
    score: int | None = None
    gaps: tuple[SeenGap, ...] = ()
    judged_by: str = ""
    facts: Mapping[str, str] = {}
    request_id: str | None = None
    requester: str | None = None
    restricted: bool = False
    links_read: float = 0.0

    @cached_property
    def handle(self) -> str:
        """Names it in our tables, in buttons and in jobs; see `handle_of`."""
        return handle_of(self.tracker, self.id)

    @property
    def ref(self) -> TicketRef:
        """As the port takes it."""
        return TicketRef(self.tracker, self.id, self.key, self.url)

    @property
    def blocked(self) -> tuple[str, ...]:
        """Why it cannot go on: a flag, its status, and the tickets that it waits for."""
        others = sorted({link.url for link in self.links if link.relation == "blocked_by"})
        held = self.status_category != "done" and holds(self.status)
        return (*([FLAG] if self.flagged else []), *([HELD] if held else []), *others)

    @property
    def created_at(self) -> datetime:
        """When it was made, in UTC."""
        return datetime.fromtimestamp(self.created, UTC)


class Tracked(Model):
    """A ticket with its history.

    Attributes:
        history: what was asked when.
        missing_since: when it was first not found, in seconds since 1970; once is not gone.
        gone: why its line goes: deleted, or moved out of our scopes; a ticket that comes back is not gone any more.
        told_status: the status category that its thread and its requester were last told of.
        told_blocked: why it was blocked when they were last told.
        moving: what they are being told.
        relaying: the comments that its requester is being told of.
        comments_until: its comments up to then were passed on, in seconds since 1970.
        ready_at: when it was first seen to lack nothing, in seconds since 1970.
        started_at: when work was first seen to have begun.
        done_at: when it was last seen to be done; None while it is not.
        comments_before_start: how many public comments it had when work began; None if nobody counted.
        uncounted: whether work was just seen to have begun, and they are still to be counted.
    """

    ticket: SeenTicket
    history: History = History()
    missing_since: float | None = None
    gone: Gone = ""
    told_status: StatusCategory | None = None
    told_blocked: tuple[str, ...] = ()
    moving: Move | None = None
    relaying: Relay | None = None
    comments_until: float | None = None
    ready_at: float | None = None
    started_at: float | None = None
    done_at: float | None = None
    comments_before_start: int | None = None
    uncounted: bool = False

    @property
    def asking(self) -> bool:
        """Whether it may have to be asked about: something is missing, and nobody works on it yet."""
        return self.history.open_since is not None and not self.gone and self.ticket.status_category == "todo"

    @property
    def listed(self) -> bool:
        """Whether nobody is asked about it by itself: it is older than the bot, or its type is only a guess."""
        doubtful = self.history.old or not self.ticket.certain
        return self.asking and doubtful and not self.history.muted and not self.ticket.restricted

    @property
    def moved(self) -> Move | None:
        """What its thread and its requester have not heard of, as it stands now; None if there is nothing."""
        ticket = self.ticket
        if self.told_status is None:
            return None
        what = happened(self.told_status, ticket.status_category, self.told_blocked, ticket.blocked)
        if not what:
            return None
        blocked = ticket.blocked if ticket.status_category != "done" else ()
        return Move(happened=what, status=ticket.status, category=ticket.status_category, blocked=blocked)

    @property
    def may_have_comments(self) -> bool:
        """Whether somebody may have commented since the last comment was passed on: a comment changes `updated`."""
        return self.comments_until is not None and self.ticket.updated > self.comments_until

    @property
    def has_news(self) -> bool:
        """Whether somebody who requested it in Slack may have to be told something."""
        if self.gone or not (self.ticket.request_id and self.ticket.requester):
            return False
        return bool(self.moving or self.relaying or self.moved or self.may_have_comments)


def handle_of(tracker: str, ticket_id: str) -> str:
    """`jira:10042`: the tracker and the vendor's id, which never changes."""
    return f"{tracker}:{ticket_id}"


def parse_handle(handle: str) -> tuple[str, str]:
    """Tracker and vendor's id.

    Raises:
        ValueError: it is none.
    """
    tracker, colon, ticket_id = handle.partition(":")
    if not (tracker and colon and ticket_id):
        raise ValueError(f"{handle!r} names no ticket")
    return tracker, ticket_id


def seen_ticket(
    ticket: Ticket,
    team: str,
    decision: TypeDecision,
    readiness: Readiness | None,
    seen_at: datetime,
    judged_by: str = "",
) -> SeenTicket:
    """What is kept of a ticket that was read; Slack ids of people are filled in by whoever knows them."""
    return SeenTicket(
        tracker=ticket.ref.tracker,
        id=ticket.ref.id,
        key=ticket.ref.key,
        url=ticket.ref.url,
        team=team,
        title=ticket.title,
        request_type=decision.key,
        certain=decision.certain,
        status=ticket.status,
        status_category=ticket.status_category,
        created=ticket.created.timestamp(),
        updated=ticket.updated.timestamp(),
        seen_at=seen_at.timestamp(),
        issue_type=ticket.issue_type,
        project=ticket.project,
        section=ticket.section,
        assignee=_person(ticket.assignee),
        reporter=_person(ticket.reporter),
        due=ticket.due,
        start=ticket.start,
        labels=ticket.labels,
        links=tuple(SeenLink(url=link.url, title=link.title, relation=link.relation) for link in ticket.links),
        flagged=ticket.flagged,
        estimate=ticket.estimate,
        votes=ticket.votes,
        score=readiness.score if readiness else None,
        gaps=tuple(map(SeenGap.of, readiness.gaps)) if readiness else (),
        judged_by=judged_by,
        facts=facts_of(readiness) if readiness else {},
        request_id=ticket.request_id,
        restricted=ticket.restricted,
    )


@lru_cache(maxsize=1024)
def _person(person: Person | None) -> SeenPerson | None:
    """Made once: the same few people report and own thousands of tickets."""
    return SeenPerson(name=person.name, email=person.email, id=person.id) if person else None


def facts_of(readiness: Readiness) -> dict[str, str]:
    """Section id → the beginning of its text in one line; of a table the names in its first column."""
    texts = readiness.texts.items()
    return {key: (in_short(text, key) if "|" in text else " ".join(text.split()))[:FACT] for key, text in texts}
