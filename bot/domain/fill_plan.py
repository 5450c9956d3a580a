"""What a ticket's change is, given what somebody wrote and what stands there now. Pure.

Nothing that anybody wrote is overwritten unseen: a section that is not as it was shown gets the new text added. Running
it again after a crash changes nothing: what stands there already is not written twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from adapters.base import Person, Section, SectionChange, Settings, Ticket, TicketChange, Value
from adapters.document import Document, from_json, to_json
from bot.domain.answers import Answer
from bot.domain.draft import ASSIGNEE_IDS, People, body_of, due_day, value_of_answer
from bot.domain.filling import Edit, Filling
from bot.domain.prefill import with_mentions
from bot.domain.replaced import Replaced
from bot.domain.section_names import SectionNames
from bot.domain.section_place import Place, digest, holds, place_of
from bot.domain.template import CHOICES, TEXTS, Field


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written.

    Attributes:
        change: None if all of it stands there already.
        replaced: what will be gone, to be kept first.
        added: sections that were changed meanwhile, so that the text is added instead of replacing theirs; "not needed"
            and texts to be restored are not even added.
    """

    change: TicketChange | None
    replaced: tuple[Replaced, ...] = ()
    added: tuple[str, ...] = ()


@dataclass(slots=True)
class _Made:
    sections: list[SectionChange] = field(default_factory=list)
    values: dict[str, Value] = field(default_factory=dict)
    replaced: list[Replaced] = field(default_factory=list)
    added: list[str] = field(default_factory=list)


def plan(filling: Filling, ticket: Ticket, people: People, team: Settings, now: datetime) -> Plan:
    """How to change a ticket that was just read.

    Args:
        filling: what somebody wrote.
        ticket: as it is.
        people: everyone whom the answers name.
        team: the team's settings for the tracker.
        now: when.
    """
    kind = filling.request_type
    names, made = SectionNames(kind), _Made()
    for number, edit in enumerate(filling.edits):
        if edit.section in kind.fields:
            _add(made, filling, number, place_of(ticket.document, names, edit.section), people, now)
    there = {label.casefold() for label in ticket.labels}
    labels = tuple(label for label in filling.labels if label.casefold() not in there)
    gone = tuple(label for label in ticket.labels if label in filling.labels_gone)
    if not (made.sections or labels or gone):
        return Plan(None, (), tuple(made.added))
    change = TicketChange(
        sections=tuple(made.sections),
        values=made.values,
        assignee=_person(made.values),
        due=due_day(made.values),
        team=team,
        template=kind.tracker.settings.get(filling.ticket.tracker, {}),
        labels=labels,
        labels_gone=gone,
    )
    return Plan(change, tuple(made.replaced), tuple(made.added))


def stands_there(filling: Filling, ticket: Ticket, people: People) -> list[str]:
    """The sections whose new text is in the ticket."""
    kind = filling.request_type
    names = SectionNames(kind)
    return [
        edit.section
        for edit in filling.edits
        if edit.section in kind.fields
        and holds(
            place_of(ticket.document, names, edit.section).whole, written(kind.fields[edit.section], edit, people)
        )
    ]


def written(field: Field, edit: Edit, people: People) -> Document:
    """The text that an edit puts into its section."""
    return from_json(edit.body) if edit.body is not None else body_of(field, edit.answer, people)


def _add(made: _Made, filling: Filling, number: int, place: Place, people: People, now: datetime) -> None:
    edit = filling.edits[number]
    field = filling.request_type.fields[edit.section]
    body = with_mentions(written(field, edit, people), place.body)
    if body == place.body or not body:
        return
    as_seen = place.digest == edit.seen or not place.says_something
    # A table or panel stays, whatever it says; only what we wrote ourselves gives way to what was there before.
    beside = as_seen and place.holds_unknown and filling.purpose != "restore"
    if not edit.append and place.replaceable and as_seen and not beside:
        # Without a heading of its own the section is new to the ticket; to add to it is to make it.
        heading = place.heading or field.label
        made.sections.append(SectionChange(Section(heading, body, field.id), append=not place.heading))
        made.values |= _values(filling, field, edit, people)
        if place.body:
            made.replaced.append(_kept(filling, number, place, body, now))
        return
    if filling.purpose != "fill" and not beside:
        made.added.append(edit.section)  # what stands there now was seen by nobody who pressed: it is left alone
        return
    if not edit.append and place.replaceable and not beside:
        made.added.append(edit.section)
    if not holds(place.whole, body):
        made.sections.append(SectionChange(Section(place.heading or field.label, body, field.id), append=True))
        if not place.says_something:
            made.values |= _values(filling, field, edit, people)


def _kept(filling: Filling, number: int, place: Place, body: Document, now: datetime) -> Replaced:
    return Replaced(
        id=f"{filling.form}:{number}",
        handle=filling.handle,
        section=filling.edits[number].section,
        heading=place.heading,
        before=to_json(place.body),
        after=digest(body),
        by=filling.by.id,
        at=now.timestamp(),
    )


def _values(filling: Filling, field: Field, edit: Edit, people: People) -> Mapping[str, Value]:
    """The answer for the custom field that the template may map the section to; "not needed" is none of its options."""
    if filling.purpose == "not_needed":
        return {}
    answer: Answer | None = edit.answer
    if edit.body is not None:
        text = Place(body=from_json(edit.body)).text
        simple = (
            field.type in TEXTS or field.type in {"date", "number"} or (field.type in CHOICES and not field.is_multiple)
        )
        answer = text if simple else None
    value = value_of_answer(field, answer, people)
    return {} if value is None else {field.id: value}


def _person(values: Mapping[str, Value]) -> Person | None:
    return next((value for key in ASSIGNEE_IDS if isinstance(value := values.get(key), Person)), None)


def named_in(filling: Filling) -> set[str]:
    """The Slack ids of everyone whom the answers name."""
    fields = filling.request_type.fields
    named: set[str] = set()
    for edit in filling.edits:
        kind = fields[edit.section].type if edit.section in fields else ""
        users: Sequence[object] = edit.answer if isinstance(edit.answer, list) else [edit.answer]
        if kind in {"person", "people"}:
            named |= {user for user in users if isinstance(user, str) and user}
    return named
