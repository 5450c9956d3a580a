"""What a request lacks to be ready: template and text in, gaps out."""

from dataclasses import dataclass

from bot.domain.answers import Answers, answer_text, is_empty, shown_fields
from bot.domain.finding_codes import SECTION_EMPTY, SECTION_MISSING
from bot.domain.not_needed import not_needed, says_not_needed
from bot.domain.template import Field, RequestType
from bot.domain.wording import at_least, entries


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that a ticket lacks.

    Attributes:
        section: the id of the template's field.
        code: a finding code of `docs/checks.md`.
        message: plain words for the person who can mend it.
    """

    section: str
    code: str
    message: str


def missing_sections(request_type: RequestType, answers: Answers) -> list[Gap]:
    """The sections that developers need and that are not there, in file order.

    A section that says "Not needed, because …" is there; fields that the answers hide are not needed.
    """
    found = (_gap(field, answers) for field in shown_fields(request_type, answers))
    return [gap for gap in found if gap]


def _gap(field: Field, answers: Answers) -> Gap | None:
    if not field.is_input or not (field.ready.required or field.ready.at_least):
        return None
    if field.id not in answers:
        return Gap(field.id, SECTION_MISSING, f"“{field.label}” is missing.")
    answer = answers[field.id]
    if is_empty(answer):
        return Gap(field.id, SECTION_EMPTY, f"“{field.label}” is empty.")
    if not isinstance(answer, list) and says_not_needed(text := answer_text(answer)):
        if not_needed(text):
            return None
        return Gap(field.id, SECTION_EMPTY, f"“{field.label}” is not needed, but not why: “Not needed, because …”.")
    if len(entries(answer)) < field.ready.at_least:
        return Gap(field.id, SECTION_EMPTY, at_least(field, field.ready.at_least))
    return None
