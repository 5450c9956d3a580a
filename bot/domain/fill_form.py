"""The form that asks for what one ticket lacks, and for nothing else. Pure: what stands there and what was typed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field as attribute, replace

from adapters.document import Document
from bot.domain.answers import Answer, Answers, is_empty, shown_fields
from bot.domain.choices import chosen_options, said
from bot.domain.finding_codes import SECTION_MISSING
from bot.domain.prefill import Shown, is_as_before, prefilled, rich
from bot.domain.readiness import Gap
from bot.domain.section_names import SectionNames
from bot.domain.section_place import Place, place_of
from bot.domain.section_text import ticket_text
from bot.domain.seen_ticket import SeenTicket
from bot.domain.template import CHOICES, TEXTS, Field, RequestType


@dataclass(frozen=True, slots=True)
class AskedSection:
    """A section in the form.

    Attributes:
        field: as the form shows it, which may be another input than that of the template.
        number: its place among the inputs of the request type.
        reasons: what is missing, one sentence each.
        example: what good looks like; empty for none.
        answer: what stands in the input at first; None for nothing.
        seen: the digest of what stands in the ticket; None if the ticket could not be read.
        append: what stands there cannot be shown; what is typed is added to it.
        stays: the beginning of what stands there and is not replaced, for the reader.
        changed: what somebody else wrote there meanwhile; the person chooses what becomes of both.
        filled: whether the input shows what stands in the ticket, and nothing that was typed.
    """

    field: Field
    number: int
    reasons: tuple[str, ...] = ()
    example: str = ""
    answer: Answer | None = None
    seen: str | None = ""
    append: bool = False
    stays: str = ""
    changed: str = ""
    filled: bool = False


@dataclass(frozen=True, slots=True)
class OfferedComment:
    """A public comment that may hold an answer.

    Attributes:
        author: user text, as all of it.
        day: when, as `2 March`.
    """

    id: str
    author: str
    day: str
    text: str


@dataclass(frozen=True, slots=True)
class FillForm:
    """Everything that the modal shows.

    Attributes:
        tracker: the tracker's title.
        kind: the request type, as it is now.
        comments: public ones, newest first.
        unread: the tracker does not answer, so that this is what was known before.
        form: tells this form from an earlier one in the same view.
        problems: field id → why it was refused.
    """

    ticket: SeenTicket
    tracker: str
    kind: RequestType
    sections: tuple[AskedSection, ...]
    comments: tuple[OfferedComment, ...] = ()
    unread: bool = False
    form: str = ""
    problems: Mapping[str, str] = attribute(default_factory=dict)


def asked_sections(
    kind: RequestType,
    gaps: Sequence[Gap],
    text: Document | None,
    shown: Shown,
    *,
    found: Mapping[str, str] | None = None,
    typed: Answers | None = None,
    before: Mapping[str, str | None] | None = None,
) -> tuple[AskedSection, ...]:
    """The sections to ask for: those with gaps, and those for which somebody typed something that is not there yet.

    Args:
        kind: the request type.
        gaps: what the ticket lacks.
        text: of the ticket; None if it could not be read.
        shown: what becomes of a text in an input for rich text, see `prefill.prefilled`.
        found: section id → what readiness found of it, wherever it stands.
        typed: what the person typed earlier and did not hand in.
        before: section id → the digest of what stood there then.
    """
    names, typed, before = SectionNames(kind), typed or {}, before or {}
    gaps = _with_dependents(kind, gaps, typed, found or {})
    asked = []
    for number, field in enumerate(kind.fields.values()):
        mine = [gap for gap in gaps if gap.section == field.id]
        answer = None if is_empty(typed.get(field.id)) else typed[field.id]
        if not mine and answer is None:
            continue
        one = AskedSection(
            in_form(field), number, tuple(gap.message for gap in mine), next((g.example for g in mine if g.example), "")
        )
        if text is None:
            asked.append(_as_typed(replace(one, seen=None), answer))
            continue
        place = place_of(text, names, field.id)
        if answer is not None and is_as_before(field, answer, place.body):
            answer = None
            if not mine:
                continue
        one = _with_place(one, place, shown, (found or {}).get(field.id, ""))
        stale = field.id in before and before[field.id] != place.digest
        if answer is not None and place.replaceable and place.says_something and (stale or not mine):
            one = replace(one, changed=place.text)
        asked.append(_as_typed(one, answer))
    return tuple(asked)


def _with_dependents(
    kind: RequestType, gaps: Sequence[Gap], typed: Answers, found: Mapping[str, str]
) -> tuple[Gap, ...]:
    """With what is asked for because of an answer in the form, without what is not any more (`when`)."""
    if not any(field.when for field in kind.body):
        return tuple(gaps)
    fields = kind.fields
    answers: dict[str, Answer] = {
        key: chosen_options(fields[key], found[key].split("\n"))
        for key in {other for field in kind.body for other in field.when}
        if key in found and key in fields
    }
    answers |= {key: answer for key, answer in typed.items() if not is_empty(answer)}
    shown = {field.id for field in shown_fields(kind, answers)}
    asked = [gap for gap in gaps if gap.section in shown]
    there = {gap.section for gap in asked} | set(found)
    asked += [
        Gap(field.id, SECTION_MISSING, f"“{field.label}” is missing.", example=field.attributes.placeholder)
        for field in fields.values()
        if field.when and field.id in shown and field.id not in there and (field.ready.required or field.ready.at_least)
    ]
    return tuple(asked)


def in_form(field: Field) -> Field:
    """A field as the form shows it: nothing is required, since each section can be mended on its own."""
    options = tuple(option.model_copy(update={"required": False}) for option in field.attributes.options)
    attributes = field.attributes.model_copy(update={"options": options, "value": "", "default": None})
    validations = field.validations.model_copy(update={"required": False})
    return field.model_copy(update={"attributes": attributes, "validations": validations, "when": {}})


def form_type(kind: RequestType, fields: Sequence[Field]) -> RequestType:
    """A request type with the fields of the form only, so that states and answers are read as those of any form."""
    return RequestType(key=kind.key, name=kind.name, description=kind.description, body=tuple(fields))


def _with_place(one: AskedSection, place: Place, shown: Shown, found: str) -> AskedSection:
    """With what stands there: in the input if it can be shown, else beside it."""
    one = replace(one, seen=place.digest)
    lines = ticket_text(place.body).split("\n")
    only_offered = one.field.type in CHOICES and not any(map(str.strip, said(one.field, lines)))
    if only_offered or not place.says_something:
        return replace(one, stays=(place.text if place.holds_unknown else "") if place.body else found)
    made = prefilled(one.field, place.body, shown) if place.replaceable else None
    if made is None:
        return replace(one, append=True)
    return replace(one, field=made[0], answer=made[1], filled=True)


def _as_typed(one: AskedSection, answer: Answer | None) -> AskedSection:
    if answer is None:
        return one
    field = rich(one.field) if isinstance(answer, dict) and one.field.type in TEXTS else one.field
    return replace(one, field=field, answer=answer, filled=False)
