"""Which answers have a place in which field."""

import re
from datetime import date

from adapters.document import to_json
from bot.domain.answers import TITLE, Answer, Answers, answer_text, is_empty
from bot.domain.plain_text import from_plain
from bot.domain.template import FILES, Field, RequestType
from bot.domain.template_rules import is_link
from bot.slack.ids import USER_ID

_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


def fitted(field: Field, answer: Answer | None) -> Answer | None:
    """The answer as this field takes it, or None: options by label, text for rich text and back, dates, ids."""
    if answer is None or is_empty(answer):
        return None
    match field.type:
        case "dropdown" | "checkboxes":
            known = field.option_labels
            return _one_or_many(field, [entry for entry in _entries(answer) if entry in known])
        case "person" | "people":
            return _one_or_many(field, [entry for entry in _entries(answer) if USER_ID.fullmatch(entry)])
        case kind if kind in FILES:
            files = answer if isinstance(answer, list) else []
            return [file for file in files if isinstance(file, dict) and file.get("id")] or None
        case "textarea" if field.attributes.format == "rich":
            return answer if isinstance(answer, dict) else _rich(_words(answer))
    return _typed(field, _words(answer))


def preset(field: Field) -> Answer | None:
    """What the template puts into the field before anybody answered."""
    if field.attributes.default is not None and 0 <= field.attributes.default < len(field.option_labels):
        return _one_or_many(field, [field.option_labels[field.attributes.default]])
    return fitted(field, field.attributes.value) if field.is_input else None


def given(field: Field, answers: Answers) -> Answer | None:
    """What stands in the field: its answer if it has a place there, the template's preset if nobody answered yet."""
    return fitted(field, answers[field.id]) if field.id in answers else preset(field)


def fitting(request_type: RequestType, answers: Answers) -> dict[str, Answer]:
    """The answers that have a place in this request type, with the template's preset values where none was given.

    Answers of other types are left out here and stay in the draft, so that going back brings them back.
    """
    title = answers.get(TITLE, request_type.title)
    found: dict[str, Answer] = {} if is_empty(title) else {TITLE: answer_text(title)}
    for field in request_type.fields.values():
        answer = given(field, answers)
        if answer is not None:
            found[field.id] = answer
    return found


def changed(request_type: RequestType | None, read: Answers, before: Answers) -> dict[str, Answer]:
    """Those answers of a form that say something else than what it was drawn with.

    Where one type asks for in a line, or for one option, what another takes in lines, or for several, only a part is
    shown: the answer stays whole for the way back, unless somebody changes that part.

    Args:
        request_type: whose form it is.
        read: what stands in it.
        before: the answers that it was drawn with.
    """
    fields = request_type.fields if request_type else {}
    return {
        key: answer
        for key, answer in read.items()
        if key not in fields or is_empty(answer) or answer != fitted(fields[key], before.get(key))
    }


def _typed(field: Field, text: str) -> str | None:
    """Text as a field that one types into takes it."""
    line = " ".join(text.split())
    match field.type:
        case "textarea":
            return text or None
        case "input" if field.id == TITLE and text[-1:].isspace() and line:
            return f"{line} "  # of a title such as `[Bug]: `, behind which one types on
        case "url" if not field.ready.required:
            return line if is_link(line) else None
        case "number":
            return line.replace(",", ".").removeprefix("+") if _NUMBER.fullmatch(line) else None
        case "date":
            return line if _is_day(line) else None
    return line or None


def _words(answer: Answer) -> str:
    """The answer as text; files say nothing as text."""
    return "\n".join(_entries(answer)) if isinstance(answer, list) else answer_text(answer)


def _entries(answer: Answer) -> list[str]:
    entries = answer if isinstance(answer, list) else [answer]
    return [entry for entry in entries if isinstance(entry, str)]


def _one_or_many(field: Field, entries: list[str]) -> Answer | None:
    if field.is_multiple:
        return list(entries) or None
    return entries[0] if entries else None


def _rich(text: str) -> Answer | None:
    return {"rich": to_json(from_plain(text))} if text.strip() else None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
