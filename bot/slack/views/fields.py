"""The blocks of one field: its input, and around it what an input cannot hold."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.answers import Answer, Answers, answer_text, is_empty
from bot.domain.template import Field, RequestType
from bot.domain.wording import in_one_line
from bot.slack.ids import field_block
from bot.slack.text import inline, plain, shorten, units
from bot.slack.views.elements import (
    BOXES,
    SPEAK_UP,
    TEXT,
    action_id,
    element,
    kind_of,
    long_options,
    option,
    placeholder,
)
from bot.slack.views.fit import given
from bot.slack.views.markdown import readable, sections
from bot.slack.views.parts import rich_parts, text_parts

Json = dict[str, Any]

LABEL = 2000
HINT = 2000
NEEDED = "Needed before work starts."
"""The hint of what can follow later; how is said once a form, see `views.form`."""
_KEPT = 300
"""Characters of an earlier answer that are shown where it has no place."""


@dataclass(frozen=True, slots=True)
class Group:
    """The blocks of a field, and how many characters they are as JSON."""

    blocks: list[Json]
    size: int


_unanswered: dict[tuple[str, str], Group] = {}
"""Groups of fields that nobody answered yet, by template and field: a warm form is put together, not made."""


def group(request_type: RequestType, field: Field, answers: Answers) -> Group:
    """The blocks of a field with what was answered so far. They are shared: never change them."""
    if field.id in answers:
        return _measured(field_blocks(field, answers))
    key = (request_type.hash, field.id)
    if key not in _unanswered:
        if len(_unanswered) > 5000:
            _unanswered.clear()
        _unanswered[key] = _measured(field_blocks(field, {}))
    return _unanswered[key]


def field_blocks(field: Field, answers: Answers) -> list[Json]:
    """The blocks of a field: long texts in full, the input or inputs, and an earlier answer that has no place."""
    if not field.is_input:
        return _named(sections(field.attributes.value), field)
    answer = given(field, answers)
    above = [*_long_label(field), *_long_description(field), *_long_options(field)]
    blocks = [*_named(above, field, "about")]
    match kind_of(field):
        case "text" | "line" if isinstance(answer, str) and units(answer) > TEXT:
            blocks += _text_inputs(field, answer)
        case "rich" if isinstance(answer, dict) and len(parts := rich_parts(answer)) > 1:
            blocks += _rich_inputs(field, parts)
        case "files":
            blocks += _file_inputs(field, answer if isinstance(answer, list) else [])
        case _:
            blocks.append(_input(field, element(field, answer)))
    earlier = answers.get(field.id)
    if answer is None and earlier is not None and not is_empty(earlier):
        blocks.append(_earlier(field, earlier))
    return blocks


def _measured(blocks: list[Json]) -> Group:
    return Group(blocks, len(json.dumps(blocks)))


def _named(blocks: list[Json], field: Field, part: str = "") -> list[Json]:
    """Blocks with ids of the field, so that a view tells which fields it shows."""
    return [
        block | {"block_id": field_block(field.id, part + str(number) if part or number > 1 else "")}
        for number, block in enumerate(blocks, 1)
    ]


def _input(field: Field, made: Json, *, optional: bool | None = None, label: str = "", part: str = "") -> Json:
    shown: Json = {
        "type": "input",
        "block_id": field_block(field.id, part),
        "label": plain(label or inline(field.label) or field.id, LABEL),
        "element": made,
        "optional": not field.required if optional is None else optional,
    }
    if made["type"] != "file_input":
        shown["dispatch_action"] = True
    hint = _hint(field) if not part else ""
    return shown | ({"hint": plain(hint, HINT)} if hint else {})


def _hint(field: Field) -> str:
    """What helps to answer, in one paragraph: description, readiness, and an example too long for the input."""
    said = [] if _long_description(field) else [readable(field.attributes.description)]
    if can_follow(field):
        said.append(NEEDED)
    if placeholder(field.attributes.placeholder)[1]:
        said.append("For example: " + inline(in_one_line(field.attributes.placeholder)))
    parts = [part for part in said if part]
    return shorten(" ".join([*(_sentence(part) for part in parts[:-1]), *parts[-1:]]), HINT)


def can_follow(field: Field) -> bool:
    """Whether developers need it before they start, but not the form."""
    return field.is_input and field.ready.required and not field.required


def can_be_declined(field: Field) -> bool:
    """Whether one types its answer, so that "Not needed, because …" can be one."""
    return field.is_input and kind_of(field) in {"text", "line", "rich"}


def _sentence(text: str) -> str:
    """With a full stop where something follows that would run into it."""
    return text if text[-1] in ".!?…:;”)" else f"{text}."


def _long_label(field: Field) -> list[Json]:
    return sections(field.label) if units(inline(field.label)) > LABEL else []


def _long_description(field: Field) -> list[Json]:
    """A description that is too long for a hint stands above the input instead."""
    description = field.attributes.description
    return sections(description) if units(readable(description)) > HINT - 400 else []


def _long_options(field: Field) -> list[Json]:
    """The full texts of options that had to be shortened, above the input."""
    blocks: list[Json] = []
    text = f"{inline(field.label)}: the options in full" if long_options(field) else ""
    for line in long_options(field):
        if units(text) + units(line) + 1 > TEXT:
            blocks.append({"type": "section", "text": plain(text)})
            text = ""
        text += ("\n" if text else "") + shorten(line, TEXT)
    return [*blocks, {"type": "section", "text": plain(text)}] if text else []


def _text_inputs(field: Field, answer: str) -> list[Json]:
    """A text that is longer than an input takes, in several inputs, so that all of it can be read and changed."""
    blocks = []
    for number, (separator, text) in enumerate(parts := text_parts(answer), 1):
        made: Json = {
            "type": "plain_text_input",
            "action_id": action_id(f"{kind_of(field)}.{separator}", (str(len(parts)), text)),
            "multiline": True,
            "max_length": TEXT,
            "initial_value": text,
            "dispatch_action_config": SPEAK_UP,
        }
        blocks.append(_part(field, made, number, len(parts)))
    return blocks


def _rich_inputs(field: Field, parts: list[Json]) -> list[Json]:
    blocks = []
    for number, block in enumerate(parts, 1):
        made: Json = {
            "type": "rich_text_input",
            "action_id": action_id("rich", (str(len(parts)), json.dumps(block))),
            "initial_value": block,
            "dispatch_action_config": SPEAK_UP,
        }
        blocks.append(_part(field, made, number, len(parts)))
    return blocks


def _part(field: Field, made: Json, number: int, count: int) -> Json:
    label = shorten(inline(field.label), LABEL - 20) + f" ({number} of {count})"
    if number == 1:
        return _input(field, made, label=label)
    return _input(field, made, optional=True, label=label, part=str(number))


def _file_inputs(field: Field, files: list[Any]) -> list[Json]:
    """The file input, and those uploaded before, which Slack cannot show in it."""
    ids = [str(file["id"]) for file in files]
    fresh = element(field, None) | {"action_id": action_id("files", ids)}
    if not files:
        return [_input(field, fresh)]
    every = [
        option(index, str(file.get("name") or "file")) | {"value": ids[index][:75]} for index, file in enumerate(files)
    ]
    kept: Json = {
        "type": "checkboxes" if len(files) <= BOXES else "multi_static_select",
        "action_id": action_id("kept", ids),
        "options": every,
        "initial_options": every,
    }
    label = shorten(inline(field.label), LABEL - 20) + ": already added"
    before = _input(field, kept, optional=True, label=label, part="kept")
    return [before | {"hint": plain("Untick a file to leave it out.")}, _input(field, fresh, optional=True)]


def _earlier(field: Field, answer: Answer) -> Json:
    said = shorten(inline(answer_text(answer)), _KEPT)
    return {
        "type": "context",
        "block_id": field_block(field.id, "earlier"),
        "elements": [plain(f"You wrote earlier, which does not fit here: “{said}”")],
    }


def file_answer(file: Mapping[str, Any]) -> Json:
    """A file as Slack describes it (https://docs.slack.dev/reference/objects/file-object), as an answer holds it."""
    return {
        "id": str(file.get("id") or ""),
        "name": str(file.get("name") or file.get("title") or "file"),
        "size": int(file.get("size") or 0),
        "mimetype": str(file.get("mimetype") or ""),
        "url": str(file.get("url_private_download") or file.get("url_private") or ""),
        "permalink": str(file.get("permalink") or ""),
    }
