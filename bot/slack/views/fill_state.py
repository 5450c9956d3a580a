"""What a form about one ticket carries with it, and what was typed into it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal, Self, cast, get_args

from bot.domain.answers import Answer, Answers, is_empty
from bot.domain.draft import body_of
from bot.domain.fill_form import AskedSection, form_type, in_form
from bot.domain.prefill import rich
from bot.domain.section_place import digest
from bot.domain.template import Field, RequestType
from bot.slack.views.state import Names, Values, read_state

Json = dict[str, Any]
Choice = Literal["append", "replace", "keep"]
"""What becomes of a text that meets another one: both, mine, theirs."""
CHOICE_BLOCK = "choice:"
CHOICE_ACTION = "choice"
SECTION_BLOCK, SECTION_ACTION = "section", "section"
REASON_BLOCK, REASON_ACTION = "reason", "reason"
TYPE_BLOCK, TYPE_ACTION = "type", "type"


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A section in the form: its number among the inputs of the request type, and what `AskedSection` says of it."""

    number: int
    seen: str | None = ""
    is_rich: bool = False
    append: bool = False
    changed: bool = False
    filled: bool = False

    @classmethod
    def of(cls, one: AskedSection) -> Self:
        """What is to be remembered of a section while the form is open."""
        is_rich = one.field.attributes.format == "rich"
        return cls(one.number, one.seen, is_rich, one.append, bool(one.changed), one.filled)

    def written(self) -> str:
        """In few characters: a view carries 3,000."""
        flags = {"r": self.is_rich, "a": self.append, "c": self.changed, "f": self.filled}
        return f"{self.number}:{'?' if self.seen is None else self.seen}:{''.join(k for k, v in flags.items() if v)}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """What `written` made; None for anything else."""
        number, _, rest = text.partition(":")
        seen, _, flags = rest.partition(":")
        if not number.isdigit():
            return None
        return cls(int(number), None if seen == "?" else seen, *(flag in flags for flag in "racf"))


@dataclass(frozen=True, slots=True)
class FillMetadata:
    """What the view carries: never what somebody wrote.

    Attributes:
        handle: of the ticket.
        form: tells this form from an earlier one in the same view.
        request_type, template_hash: the version of the request type that it shows.
        sections: those that it shows.
    """

    handle: str = ""
    form: str = ""
    team: str = ""
    request_type: str = ""
    template_hash: str = ""
    sections: tuple[ShownSection, ...] = ()

    def to_json(self) -> str:
        """For `private_metadata`."""
        values: Json = {name: value for name in _TEXTS if (value := getattr(self, name))}
        values["sections"] = [one.written() for one in self.sections]
        return json.dumps(values, separators=(",", ":"))

    @classmethod
    def parse(cls, private_metadata: str) -> Self:
        """What `to_json` made; anything else gives empty metadata."""
        try:
            stored = json.loads(private_metadata)
        except ValueError:
            return cls()
        if not isinstance(stored, dict):
            return cls()
        values = {name: stored[name] for name in _TEXTS if isinstance(stored.get(name), str)}
        listed = stored.get("sections")
        found = (ShownSection.parse(str(one)) for one in (listed if isinstance(listed, list) else ()))
        return cls(**values, sections=tuple(one for one in found if one))


_TEXTS = tuple(field.name for field in fields(FillMetadata) if field.name != "sections")


def shown_fields(kind: RequestType, metadata: FillMetadata) -> dict[str, ShownSection]:
    """Field id → how the form shows it."""
    ids = list(kind.fields)
    return {ids[one.number]: one for one in metadata.sections if one.number < len(ids)}


def type_in_form(kind: RequestType, metadata: FillMetadata) -> RequestType | None:
    """The request type with the form's own fields; None if it shows none."""
    shown = shown_fields(kind, metadata)
    made: Sequence[Field] = [
        rich(in_form(kind.fields[key])) if one.is_rich else in_form(kind.fields[key]) for key, one in shown.items()
    ]
    return form_type(kind, made) if made else None


def read_answers(form: RequestType, values: Values, kept: Answers, names: Names) -> dict[str, Answer]:
    """Field id → what stands in its input now."""
    read = read_state(form, values, kept=kept, names=names)
    return {key: answer for key, answer in read.items() if key in form.fields}


def read_choices(kind: RequestType, metadata: FillMetadata, values: Values) -> dict[str, Choice]:
    """Field id → what is to become of two texts."""
    return {
        key: cast("Choice", chosen)
        for key, one in shown_fields(kind, metadata).items()
        if (chosen := chosen_option(values, f"{CHOICE_BLOCK}{one.number}", CHOICE_ACTION)) in get_args(Choice)
    }


def chosen_option(values: Values, block: str, action: str) -> str:
    """The value that was chosen in a menu; empty for none."""
    option = ((values.get(block) or {}).get(action) or {}).get("selected_option") or {}
    return str(option.get("value") or "")


def typed_text(values: Values, block: str, action: str) -> str:
    """What was typed into an input."""
    return str(((values.get(block) or {}).get(action) or {}).get("value") or "")


def written_answers(
    view: Mapping[str, Any], kind: RequestType, form: RequestType, answers: Answers, names: Names
) -> dict[str, Answer]:
    """The answers that say something else than the ticket does.

    Args:
        view: as Slack sent it.
        kind: the request type that it shows.
        form: the same with the form's own fields.
        answers: what stands in the inputs.
        names: Slack id → name, for whom rich text mentions.
    """
    metadata = FillMetadata.parse(str(view.get("private_metadata") or ""))
    initial = read_answers(form, _initial(view), {}, names)
    found: dict[str, Answer] = {}
    for key, one in shown_fields(kind, metadata).items():
        answer = answers.get(key)
        if answer is None or is_empty(answer) or (one.filled and answer == initial.get(key)):
            continue
        if not one.seen or digest(body_of(kind.fields[key], answer, {})) != one.seen:
            found[key] = answer
    return found


def emptied(view: Mapping[str, Any], kind: RequestType, answers: Answers) -> list[str]:
    """The fields that showed what stands in the ticket and hold nothing now."""
    metadata = FillMetadata.parse(str(view.get("private_metadata") or ""))
    shown = shown_fields(kind, metadata)
    return [key for key, one in shown.items() if one.filled and key in answers and is_empty(answers[key])]


def _initial(view: Mapping[str, Any]) -> dict[str, dict[str, Json]]:
    """What stood in the text inputs when the form was drawn, as a state."""
    values: dict[str, dict[str, Json]] = {}
    for block in view.get("blocks") or ():
        element = block.get("element") or {}
        initial = element.get("initial_value")
        if block.get("type") == "input" and initial is not None:
            key = "rich_text_value" if element.get("type") == "rich_text_input" else "value"
            values[str(block.get("block_id"))] = {str(element.get("action_id")): {key: initial}}
    return values
