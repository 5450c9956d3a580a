"""The world of the tracker in memory: what is kept, what people do by hand, and failures as tests script them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from adapters.base import (
    Attachment,
    Capabilities,
    Comment,
    Person,
    Scope,
    StatusCategory,
    Ticket,
    TicketRef,
)
from adapters.document import Document, document
from adapters.errors import NotFound, TrackerError

STATES: dict[StatusCategory, str] = {"todo": "To do", "in_progress": "In progress", "done": "Done"}


@dataclass(slots=True)
class ScriptedFailure:
    """A failure to come: `after` means that the work is done first, as when the answer gets lost."""

    error: TrackerError
    after: bool
    times: int


@dataclass(slots=True)
class Kept:
    """What is remembered of a ticket, beside the ticket."""

    ticket: Ticket
    comments: list[Comment] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)


class MemoryWorld:
    """Tickets in a dict.

    Attributes:
        calls: how often each operation was called.
        content: attachment id → its bytes.
    """

    name = "memory"

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        lookup_lag: float = 0.0,
        people: Sequence[Person] | None = None,
        options: Mapping[str, Sequence[str]] | None = None,
        title_limit: int = 255,
        body_limit: int = 32_767,
    ) -> None:
        """An empty tracker.

        Args:
            clock: the present, in UTC.
            lookup_lag: seconds before `find` sees a new ticket.
            people: who can be assigned; None for anybody.
            options: the options of custom fields, by name.
            title_limit: characters in a title.
            body_limit: characters in a text.
        """
        self.capabilities = Capabilities(
            lookup_lag=lookup_lag,
            sets_reporter=True,
            native_links=True,
            tells_addresses=True,
            votes=True,
            issue_types=False,
            sections=False,
            rich_headings=2,
            title_limit=title_limit,
            body_limit=body_limit,
        )
        self.calls: Counter[str] = Counter()
        self.content: dict[str, bytes] = {}
        self._clock = clock
        self._people = people
        self._options = dict(options or {})
        self._kept: dict[str, Kept] = {}
        self._failures: dict[str, list[ScriptedFailure]] = {}
        self._count = 0

    def fail_next(self, operation: str, error: TrackerError, *, after: bool = False, times: int = 1) -> None:
        """Let the next calls of an operation fail; with `after` they do their work first."""
        self._failures.setdefault(operation, []).append(ScriptedFailure(error, after, times))

    def add(self, title: str, text: Document, project: str = "MEM", **values: Any) -> Ticket:
        """A ticket that somebody wrote by hand; `values` are further attributes of `Ticket`."""
        number = self._number()
        now = self._clock()
        made = Ticket(
            ref=ref_of(project, number),
            title=title,
            document=text,
            status=STATES["todo"],
            status_category="todo",
            created=now,
            updated=now,
            project=project,
        )
        return self._keep(replace(made, **values))

    def edit(self, ref: TicketRef, **values: Any) -> None:
        """Change a ticket, as somebody would in the tracker itself; `values` are attributes of `Ticket`."""
        kept = self._kept[ref.id]
        kept.ticket = replace(kept.ticket, **{"updated": self._clock(), **values})

    def say(self, ref: TicketRef, author: Person, body: Document, *, public: bool = True) -> Comment:
        """Comment on a ticket, as somebody would in the tracker itself."""
        kept = self._kept[ref.id]
        made = Comment(f"comment-{self._number()}", author, document(*body.blocks), self._clock(), public)
        kept.comments.append(made)
        kept.ticket = replace(kept.ticket, updated=made.created)
        return made

    def remove(self, ref: TicketRef) -> None:
        """Delete a ticket, as somebody would in the tracker itself."""
        del self._kept[ref.id]

    @property
    def tickets(self) -> list[Ticket]:
        """All tickets, oldest first."""
        return [kept.ticket for kept in self._kept.values()]

    def _begin(self, operation: str) -> ScriptedFailure | None:
        self.calls[operation] += 1
        scripted = self._failures.get(operation, [])
        if not scripted:
            return None
        failure = scripted[0]
        failure.times -= 1
        if failure.times <= 0:
            scripted.pop(0)
        if not failure.after:
            raise failure.error
        return failure

    def _number(self) -> int:
        self._count += 1
        return self._count

    def _keep(self, ticket: Ticket) -> Ticket:
        self._kept[ticket.ref.id] = Kept(ticket)
        return ticket

    def _of(self, operation: str, ref: TicketRef) -> Kept:
        if ref.id not in self._kept:
            raise NotFound(self.name, operation, f"no ticket {ref.key}", 404)
        return self._kept[ref.id]

    def _in_scope(self, scope: Scope) -> Iterable[Ticket]:
        project = scope.team.get("project", "MEM")
        return [ticket for ticket in self.tickets if ticket.project == project]


def ref_of(project: str, number: int) -> TicketRef:
    """A ticket by its project and number."""
    key = f"{project}-{number}"
    return TicketRef("memory", str(number), key, f"https://memory.example/browse/{key}")


def end(failure: ScriptedFailure | None) -> None:
    """The work is done; a failure that was to come after it comes now."""
    if failure is not None:
        raise failure.error
