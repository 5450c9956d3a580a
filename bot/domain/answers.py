"""What a person wrote into a form, as JSON types, whatever the form looks like.

An answer belongs to a field id. Its type follows the field's:

| field | answer |
|---|---|
| textarea, input, url, number, date | text (a date as `YYYY-MM-DD`, a number as typed) |
| textarea with `format: rich` | `{"rich": [...]}`, a stored document (`adapters.document.to_json`) |
| dropdown, person | text: the option's label, the person's Slack id |
| dropdown with `multiple`, checkboxes, people | a list of those |
| upload, files | a list of `{"id", "name", "size", "mimetype", "url", "permalink"}` |

The title of the request is the answer to `title`, which every form has.
"""

from collections.abc import Mapping
from typing import Any

from adapters.document import from_json, text_of
from bot.domain.template import Field, RequestType

Answer = str | list[Any] | dict[str, Any]
Answers = Mapping[str, Answer]

TITLE = "title"
"""The id of the one field that every form has."""


def is_empty(answer: Answer | None) -> bool:
    """Whether nothing was answered; blanks are nothing."""
    if isinstance(answer, str):
        return not answer.strip()
    if isinstance(answer, dict):
        return not answer_text(answer).strip()
    return not answer


def answer_text(answer: Answer | None) -> str:
    """An answer as plain text, lists one line an entry."""
    match answer:
        case None:
            return ""
        case str():
            return answer
        case dict():
            return text_of(from_json(answer.get("rich", [])))
        case _:
            return "\n".join(str(entry.get("name", "")) if isinstance(entry, dict) else str(entry) for entry in answer)


def chosen(answer: Answer | None) -> set[str]:
    """The options that an answer names."""
    if isinstance(answer, str):
        return {answer} if answer else set()
    if isinstance(answer, list):
        return {entry for entry in answer if isinstance(entry, str)}
    return set()


def is_shown(field: Field, answers: Answers) -> bool:
    """Whether the field's `when` holds: for every id named there, one of the values was chosen."""
    return _holds(field.when, answers)


def is_waived(field: Field, answers: Answers) -> bool:
    """Whether an answer says that the section is not needed (`ready.unless`)."""
    return bool(field.ready.unless) and _holds(field.ready.unless, answers)


def _holds(conditions: Mapping[str, tuple[str, ...]], answers: Answers) -> bool:
    """Whether for every field that is named one of the values was chosen."""
    return all(chosen(answers.get(other)) & set(values) for other, values in conditions.items())


def shown_fields(request_type: RequestType, answers: Answers) -> tuple[Field, ...]:
    """The fields that this form shows, `markdown` included, in file order.

    A field whose `when` depends on a field that is itself hidden is hidden too.
    """
    visible: dict[str, Field] = {}
    effective: dict[str, Answer] = {}
    for field in request_type.body:
        if not field.when or is_shown(field, effective):
            visible[field.id] = field
            if field.id in answers:
                effective[field.id] = answers[field.id]
    return tuple(visible.values())


def kept_answers(request_type: RequestType, answers: Answers) -> dict[str, Answer]:
    """The answers that count: those of the fields shown, and the title."""
    shown = {field.id for field in shown_fields(request_type, answers)} | {TITLE}
    return {key: answer for key, answer in answers.items() if key in shown and not is_empty(answer)}
