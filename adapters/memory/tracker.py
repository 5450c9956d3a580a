"""A complete tracker in memory: the reference of what the port promises, and the fake for tests."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from adapters.base import (
    Attachment,
    Check,
    Comment,
    Creation,
    Distant,
    File,
    Finding,
    Link,
    Person,
    Scope,
    Section,
    Settings,
    StatusCategory,
    Ticket,
    TicketChange,
    TicketDraft,
    TicketRef,
    Value,
)
from adapters.document import Document, document, from_json, text_of
from adapters.errors import Misconfigured, Rejected
from adapters.memory.distant import is_distant
from adapters.memory.settings import MemoryEnvironment
from adapters.memory.world import STATES, MemoryWorld, end, ref_of
from adapters.sections import TooLong, fit_new, section_blocks, splice, with_full_title

NEVER = datetime.fromtimestamp(0, UTC)
"""The time of a ticket that was listed by its id only."""
PAGE = 100
"""Tickets that a listing gives at a time."""
BLOCKING = frozenset({"blocks", "blocked_by"})
"""Relations that end once the other ticket is done."""
CLOSED_FOR = timedelta(days=30)
"""How long a closed ticket still counts as recently closed."""


class MemoryTracker(MemoryWorld):
    """The port on a world in memory; whoever writes a tracker reads this one first."""

    @classmethod
    def from_environment(cls, _: MemoryEnvironment) -> "MemoryTracker":
        """An empty tracker where anybody can be assigned."""
        return cls()

    async def check(self, what: Check) -> list[Finding]:  # noqa: ARG002  # nothing can be wrong here
        """Nothing can be wrong with it."""
        self.calls["check"] += 1
        return [Finding("ok", "Tickets are kept in memory and are gone when the bot stops.")]

    async def create(self, draft: TicketDraft) -> Creation:
        """Make a ticket."""
        failure = self._begin("create")
        title, whole = with_full_title(draft.title, draft.sections, self.capabilities.title_limit)
        sections, overflow = self._fitting(whole)
        assignee, notes = self._assignee(draft.assignee)
        now = self._clock()
        project = str(draft.template.get("project") or draft.team.get("project", "MEM"))
        fields = self._fields("create", draft.values, draft.template)
        ticket = Ticket(
            ref=ref_of(project, self._number()),
            title=title or draft.request_type,
            document=document(*(block for section in sections for block in section_blocks(section))),
            status=STATES["todo"],
            status_category="todo",
            created=now,
            updated=now,
            project=project,
            assignee=assignee,
            reporter=draft.reporter,
            due=draft.due,
            start=draft.start,
            labels=draft.labels,
            links=_added((), draft.links),
            fields=fields,
            request_id=draft.request_id,
        )
        self._keep(ticket)
        end(failure)
        return Creation(ticket.ref, notes, overflow)

    async def get(self, ref: TicketRef, *, team: Settings | None = None) -> Ticket:
        """Read a ticket."""
        failure = self._begin("get")
        ticket = self._of("get", ref).ticket
        end(failure)
        return self._as_read(ticket, team or {})

    async def find(self, request_ids: Sequence[str], scope: Scope) -> list[Ticket]:
        """The tickets of these requests in the scope's project, as far as the index knows them."""
        failure = self._begin("find")
        now, wanted = self._clock(), set(request_ids)
        found = [
            self._as_read(ticket, scope.team)
            for ticket in self._in_scope(scope)
            if ticket.request_id in wanted and (now - ticket.created).total_seconds() >= self.capabilities.lookup_lag
        ]
        end(failure)
        return found

    async def changed(
        self,
        scope: Scope,
        since: datetime | None = None,
        *,
        ids_only: bool = False,
        without: Distant | None = None,
    ) -> AsyncIterator[list[Ticket]]:
        """Pages of 100 tickets that changed."""
        failure = self._begin("changed")
        closed_before = self._clock() - CLOSED_FOR
        found = [
            self._as_read(ticket, scope.team)
            for ticket in self._in_scope(scope)
            if (since is None or ticket.updated >= since)
            and (ticket.status_category != "done" or ticket.updated >= closed_before)
            and _is_meant(ticket, scope)
            and not (without and is_distant(ticket, without))
        ]
        end(failure)
        for start in range(0, len(found), PAGE):
            page = found[start : start + PAGE]
            yield [without_content(ticket) for ticket in page] if ids_only else page

    async def update(self, ref: TicketRef, change: TicketChange) -> None:
        """Change a ticket."""
        failure = self._begin("update")
        kept = self._of("update", ref)
        ticket = kept.ticket
        text = ticket.document
        for section in change.sections:
            text = splice(text, section)
        if len(text_of(text)) > self.capabilities.body_limit:
            raise Rejected(self.name, "update", "the text is too long")
        assignee, unknown = self._assignee(change.assignee)
        if unknown:
            raise Rejected(self.name, "update", unknown[0], None, {"Assignee": unknown[0]})
        status, category = self._state(ticket, change.state)
        kept.ticket = replace(
            ticket,
            document=text,
            fields=dict(ticket.fields) | self._fields("update", change.values, change.template),
            assignee=assignee or ticket.assignee,
            due=change.due or ticket.due,
            links=_added(ticket.links, change.links),
            labels=_labels(ticket.labels, change),
            status=status,
            status_category=category,
            updated=self._clock(),
        )
        end(failure)

    async def comment(self, ref: TicketRef, body: Document) -> Comment:
        """Add a comment."""
        failure = self._begin("comment")
        self._of("comment", ref)
        made = self.say(ref, Person("devrequest", id="devrequest"), body)
        end(failure)
        return made

    async def comments(self, ref: TicketRef, since: datetime | None = None) -> list[Comment]:
        """Comments, oldest first."""
        failure = self._begin("comments")
        found = [c for c in self._of("comments", ref).comments if since is None or c.created >= since]
        end(failure)
        return found

    async def attach(self, ref: TicketRef, file: File, *, may_exist: bool = False) -> Attachment:
        """Keep a file."""
        failure = self._begin("attach")
        kept = self._of("attach", ref)
        same = (a for a in kept.attachments if may_exist and (a.name, a.size) == (file.name, file.size))
        attachment = next(same, None)
        if attachment is None:
            content = b"".join([chunk async for chunk in file.content])
            attachment = Attachment(f"file-{self._number()}", file.name, len(content))
            self.content[attachment.id] = content
            kept.attachments.append(attachment)
        end(failure)
        return attachment

    async def people(self, query: str, scope: Scope) -> list[Person]:  # noqa: ARG002  # everybody is in every project
        """People by e-mail or name."""
        failure = self._begin("people")
        asked = query.casefold()
        known = self._people or ()
        exact = [person for person in known if person.email == asked]
        found = exact or [p for p in known if asked in p.name.casefold() or asked in (p.email or "")]
        end(failure)
        return found

    async def options(self, field_name: str, scope: Scope) -> list[str]:  # noqa: ARG002  # the same in every project
        """The options of a custom field."""
        failure = self._begin("options")
        if field_name not in self._options:
            reason = f"there is no field {field_name!r} with options"
            raise Misconfigured(self.name, "options", reason, fix="Pass the field's options to the tracker.")
        end(failure)
        return list(self._options[field_name])

    async def close(self) -> None:
        """Nothing to let go of."""

    def _as_read(self, ticket: Ticket, team: Settings) -> Ticket:
        """Without links that block no more, and with the estimate that the team means."""
        links = tuple(link for link in ticket.links if not (link.relation in BLOCKING and self._is_done(link)))
        return _estimated(replace(ticket, links=links), team)

    def _is_done(self, link: Link) -> bool:
        kept = self._kept.get(link.url)
        return kept is not None and kept.ticket.status_category == "done"

    def _fitting(self, sections: Sequence[Section]) -> tuple[tuple[Section, ...], str | None]:
        def size(tried: Sequence[Section]) -> int:
            return len(text_of([block for section in tried for block in section_blocks(section)]))

        try:
            return fit_new(sections, size, self.capabilities.body_limit)
        except TooLong as error:
            raise Rejected(self.name, "create", str(error)) from error

    def _assignee(self, wanted: Person | None) -> tuple[Person | None, tuple[str, ...]]:
        if wanted is None or self._people is None:
            return wanted, ()
        for person in self._people:
            if (wanted.id and person.id == wanted.id) or (wanted.email and person.email == wanted.email):
                return person, ()
        return None, (f"{wanted.name} is not known here, so nobody is assigned.",)

    def _fields(self, operation: str, values: Mapping[str, Value], template: Settings) -> dict[str, Value]:
        names = template.get("fields", {})
        fields = {names.get(source, source): value for source, value in values.items()}
        for source, value in values.items():
            name = names.get(source, source)
            chosen = value if isinstance(value, tuple) else (value,)
            if name in self._options and not set(chosen) <= set(self._options[name]):
                reason = f"{name} has no such option"
                raise Rejected(self.name, operation, reason, 400, {name: reason}, {source: reason})
        return fields

    def _state(self, ticket: Ticket, wanted: str | None) -> tuple[str, StatusCategory]:
        if wanted is None:
            return ticket.status, ticket.status_category
        for category, status in STATES.items():
            if wanted.casefold() in {category, status.casefold()}:
                return status, category
        raise Rejected(
            self.name, "update", f"there is no status {wanted!r}", 400, {"Status": "there is no such status"}
        )


def read_payload(payload: Mapping[str, Any]) -> Ticket:
    """A ticket from JSON: `key`, `title` and `document` as `adapters.document.to_json` writes it."""
    key = str(payload.get("key", "MEM-1"))
    due = payload.get("due")
    return Ticket(
        ref=TicketRef("memory", key, key, ""),
        title=str(payload.get("title", "")),
        document=from_json(payload.get("document", [])),
        status=STATES["todo"],
        status_category="todo",
        created=NEVER,
        updated=NEVER,
        due=date.fromisoformat(due) if due else None,
        fields=dict(payload.get("fields", {})),
    )


def _is_meant(ticket: Ticket, scope: Scope) -> bool:
    """What `Scope` says, word for word."""
    labels = {label.casefold() for label in ticket.labels}
    own = {str(label).casefold() for label in scope.team.get("scope", ())}
    if scope.marks is None:
        return not own or bool(labels & own)
    marks = {label.casefold() for label in scope.marks.labels}
    types = {name.casefold() for name in scope.marks.issue_types}
    return ticket.request_id is not None or bool(labels & (own | marks)) or ticket.issue_type.casefold() in types


def _estimated(ticket: Ticket, team: Settings) -> Ticket:
    """With the estimate of the field that the team names, if it names one."""
    wanted = str(team.get("estimate_field") or "").strip().casefold()
    if not wanted:
        return ticket
    given = next((value for name, value in ticket.fields.items() if name.casefold() == wanted), None)
    return replace(ticket, estimate=float(given) if isinstance(given, int | float) else None)


def without_content(ticket: Ticket) -> Ticket:
    """A ticket that was listed by its id only."""
    return Ticket(ticket.ref, "", Document(), "", "todo", NEVER, NEVER)


def _added(links: tuple[Link, ...], new: tuple[Link, ...]) -> tuple[Link, ...]:
    there = {(link.url, link.relation) for link in links}
    fresh = {(link.url, link.relation): link for link in new if (link.url, link.relation) not in there}
    return links + tuple(fresh.values())


def _labels(labels: tuple[str, ...], change: TicketChange) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*(label for label in labels if label not in change.labels_gone), *change.labels]))
