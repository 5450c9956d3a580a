"""What must be mended before a form can be handed in: request type and answers in, sentences at fields out."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from bot.domain.answers import TITLE, Answer, Answers, answer_text, chosen, is_empty, shown_fields
from bot.domain.days import with_year
from bot.domain.finding_codes import SECTION_EMPTY, SECTION_MISSING
from bot.domain.not_needed import not_needed
from bot.domain.template import CHOICES, FILES, Field, FieldType, RequestType
from bot.domain.template_rules import extensions, is_link, is_number
from bot.domain.wording import fill_in

__all__ = ["not_needed", "validate"]


def validate(request_type: RequestType, answers: Answers, today: date, language: str = "en") -> dict[str, str]:
    """Field id → what to do there; empty if the form can be handed in.

    Fields that the answers hide are not judged, nor are answers to fields that the form does not have.
    A title that is too long is no error: it is shortened in the ticket, with the full text in the body.

    Args:
        request_type: the form.
        answers: see `bot.domain.answers`.
        today: where the team is; a date before it is refused unless the field says `past: true`.
        language: of the team, for days.
    """
    problems = {}
    if is_empty(answers.get(TITLE)):
        problems[TITLE] = "Write a title: what you need, in a few words."
    for field in shown_fields(request_type, answers):
        message = _message(field, answers.get(field.id), today, language) if field.is_input else ""
        if message:
            problems[field.id] = message
    return problems


def _message(field: Field, answer: Answer | None, today: date, language: str) -> str:
    unticked = [
        option.label
        for option in field.attributes.options
        if option.required and field.type == "checkboxes" and option.label not in chosen(answer)
    ]
    if unticked:
        return f"Please tick “{unticked[0]}” to go on."
    if answer is None or is_empty(answer):
        stops = {SECTION_MISSING, SECTION_EMPTY} & set(field.ready.block)
        return fill_in(field) if field.validations.required or stops else ""
    if field.type == "date":
        return _date(field, answer, today, language)
    judge = _JUDGES.get(field.type)
    return judge(field, answer) if judge else ""


def _date(field: Field, answer: Answer, today: date, language: str) -> str:
    try:
        day = date.fromisoformat(answer_text(answer).strip())
    except ValueError:
        tomorrow = (today + timedelta(days=1)).isoformat()
        return f"Write the date of “{field.label}” as year-month-day, such as {tomorrow}."
    if day < today and not field.validations.past:
        return f"“{field.label}” is in the past; choose {with_year(today, language)} or later."
    return ""


def _url(field: Field, answer: Answer) -> str:
    text = answer_text(answer)
    if is_link(text) or not_needed(text):
        return ""
    return f"“{field.label}” needs one full link that starts with https://."


def _number(field: Field, answer: Answer) -> str:
    return "" if is_number(answer_text(answer)) else f"“{field.label}” needs a number, such as 12 or 2.5."


def _choice(field: Field, answer: Answer) -> str:
    gone = sorted(chosen(answer) - set(field.option_labels))
    return f"“{gone[0]}” cannot be chosen any more; please choose again." if gone else ""


def _files(field: Field, answer: Answer) -> str:
    accepted = extensions(field.validations.accept)
    names = [str(file.get("name", "")) for file in answer if isinstance(file, Mapping)]
    wrong = [name for name in names if accepted and not name.lower().endswith(tuple(accepted))]
    return f"“{wrong[0]}” cannot be taken here; add files that end in {', '.join(accepted)}." if wrong else ""


_JUDGES: Mapping[FieldType, Callable[[Field, Answer], str]] = {
    "url": _url,
    "number": _number,
    **dict.fromkeys(CHOICES, _choice),
    **dict.fromkeys(FILES, _files),
}
