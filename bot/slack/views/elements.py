"""The input element for each type of field: its kind, its options, what stands in it at first.

An action id names the kind (`answer.text`), and for menus the options (`answer.select.1a2b3c4d`): Slack keeps what
was typed while block id and action id stay the same, so a switched type must never inherit another kind's value,
nor the number of an option that meant something else.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

from adapters.document import clean, from_json
from bot.domain.answers import Answer, answer_text
from bot.domain.markdown_inline import as_words, runs
from bot.domain.template import FILES, Field
from bot.domain.template_rules import extensions
from bot.domain.wording import in_one_line
from bot.slack.rich_text import prefill
from bot.slack.text import inline, plain, shorten, units

Json = dict[str, Any]

OPTION_TEXT = 75
MENU = 100
"""Options that a menu holds."""
BOXES = 10
"""Check boxes that stand below each other."""
TEXT = 3000
"""Characters that a text input takes."""
PLACEHOLDER = 150
SPEAK_UP = {"trigger_actions_on": ["on_character_entered"]}
"""Tell us while one types, so that a form that is closed keeps its text."""


def kind_of(field: Field) -> str:
    """What sort of element the field is, as its action id names it."""
    many = len(field.attributes.options)
    match field.type:
        case "textarea":
            return "rich" if field.attributes.format == "rich" else "text"
        case "input":
            return "line"
        case "url":
            return "line" if field.ready.required else "url"  # Slack's URL input refuses "Not needed, because …"
        case "checkboxes" if many <= BOXES:
            return "checkboxes"
        case "dropdown" | "checkboxes":
            return ("multi_" if field.is_multiple else "") + ("select" if many <= MENU else "external")
        case kind if kind in FILES:
            return "files"
        case kind:
            return kind  # number, date, person, people


def action_id(kind: str, distinct: Sequence[str] = ()) -> str:
    """The id of an element; `distinct` is what must not be taken for another's."""
    digest = f".{sha256(chr(0).join(distinct).encode(errors='replace')).hexdigest()[:8]}" if distinct else ""
    return f"answer.{kind}{digest}"


def field_action(field: Field) -> str:
    """The action id of a field's element; text in parts and files have more of them."""
    return action_id(kind_of(field), field.option_labels)


def element(field: Field, answer: Answer | None) -> Json:
    """The element with its answer in it; `answer` is as `fit.given` says."""
    return _MAKERS[kind_of(field)](field, answer) | {"action_id": field_action(field)}


def option(index: int, text: str, description: str = "") -> Json:
    """An option; its value is its number, since labels can be longer than a value may be."""
    made: Json = {"text": plain(text, OPTION_TEXT), "value": str(index)}
    return made | ({"description": plain(description, OPTION_TEXT)} if description else {})


def options(field: Field) -> list[Json]:
    """All options of a field, shortened visibly where they are too long; see `long_options`."""
    boxes = field.type == "checkboxes"
    texts = long_options(field) or _shown(field)
    return [
        option(index, texts[index], "Required" if boxes and one.required else "")
        for index, one in enumerate(field.attributes.options)
    ]


def long_options(field: Field) -> list[str]:
    """All options in full and numbered if one of them is too long for Slack, else nothing."""
    shown = _shown(field)
    if all(units(text) <= OPTION_TEXT for text in shown):
        return []
    return [f"{number}. {text}" for number, text in enumerate(shown, 1)]


def placeholder(text: str) -> tuple[str, bool]:
    """One line of at most 150 characters, and whether something was cut off."""
    line = inline(in_one_line(text))
    return shorten(line, PLACEHOLDER), units(line) > PLACEHOLDER


def _shown(field: Field) -> list[str]:
    """The options as people read them: those of check boxes are Markdown, those of menus are as they stand.

    A box that would look like another, or like nothing, stays as it stands, too.
    """
    if field.type != "checkboxes":
        return [inline(label) for label in field.option_labels]
    words = [inline(as_words(runs(label, {}))) for label in field.option_labels]
    count = Counter(words)
    return [
        word if word and count[word] == 1 else inline(label)
        for word, label in zip(words, field.option_labels, strict=True)
    ]


def _typed(kind: str, *, speaks: bool = True, **more: Any) -> Callable[[Field, Answer | None], Json]:
    def make(field: Field, answer: Answer | None) -> Json:
        made: Json = {"type": kind, **more}
        if text := answer_text(answer):
            made["initial_date" if kind == "datepicker" else "initial_value"] = clean(text)
        if speaks:
            made["dispatch_action_config"] = SPEAK_UP
        return _with_placeholder(made, field)

    return make


def _with_placeholder(made: Json, field: Field) -> Json:
    shown, _ = placeholder(field.attributes.placeholder)
    return made | ({"placeholder": plain(shown, PLACEHOLDER)} if shown else {})


def _rich(field: Field, answer: Answer | None) -> Json:
    made: Json = {"type": "rich_text_input", "dispatch_action_config": SPEAK_UP}
    document = from_json(answer.get("rich", [])) if isinstance(answer, dict) else None
    if document:
        made["initial_value"] = prefill(document)
    return _with_placeholder(made, field)


def _people(field: Field, answer: Answer | None) -> Json:
    if field.type == "people":
        made: Json = {"type": "multi_users_select"} | ({"initial_users": answer} if answer else {})
    else:
        made = {"type": "users_select"} | ({"initial_user": answer} if answer else {})
    return _with_placeholder(made, field)


def _one(kind: str) -> Callable[[Field, Answer | None], Json]:
    def make(field: Field, answer: Answer | None) -> Json:
        every = options(field)
        made: Json = {"type": kind} | _source(kind, every)
        if isinstance(answer, str) and answer in field.option_labels:
            made["initial_option"] = every[field.option_labels.index(answer)]
        return made

    return make


def _many(kind: str) -> Callable[[Field, Answer | None], Json]:
    def make(field: Field, answer: Answer | None) -> Json:
        every = options(field)
        made: Json = {"type": kind} | _source(kind, every)
        chosen = [
            every[i] for i, label in enumerate(field.option_labels) if isinstance(answer, list) and label in answer
        ]
        return made | ({"initial_options": chosen} if chosen else {})

    return make


def _source(kind: str, every: list[Json]) -> Json:
    """The options themselves, or, for long menus, that they are asked for while one types."""
    return {"min_query_length": 0} if "external" in kind else {"options": every}


def _files(field: Field, _: Answer | None) -> Json:
    # Slack goes by what stands behind the last dot; that a file ends in .tar.gz is seen when the form is handed in.
    accepted = list(dict.fromkeys(one.rpartition(".")[2] for one in extensions(field.validations.accept)))
    return {"type": "file_input", "max_files": 10} | ({"filetypes": accepted} if accepted else {})


_MAKERS: dict[str, Callable[[Field, Answer | None], Json]] = {
    "text": _typed("plain_text_input", multiline=True, max_length=TEXT),
    "line": _typed("plain_text_input", multiline=False, max_length=TEXT),
    "rich": _rich,
    "url": _typed("url_text_input"),
    "number": _typed("number_input", is_decimal_allowed=True),
    "date": _typed("datepicker", speaks=False),
    "person": _people,
    "people": _people,
    "select": _one("static_select"),
    "external": _one("external_select"),
    "multi_select": _many("multi_static_select"),
    "multi_external": _many("multi_external_select"),
    "checkboxes": _many("checkboxes"),
    "files": _files,
}
