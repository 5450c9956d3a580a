"""Which answers have a place in which field."""

from bot.domain.answers import Answer, Answers
from bot.domain.template import Field, RequestType


def fitted(field: Field, answer: Answer | None) -> Answer | None:
    """The answer as this field takes it, or None: options by label, text for rich text and back, dates, ids."""
    raise NotImplementedError


def fitting(request_type: RequestType, answers: Answers) -> dict[str, Answer]:
    """The answers that have a place in this request type, with the template's preset values where none was given.

    Answers of other types are left out here and stay in the draft, so that going back brings them back.
    """
    raise NotImplementedError
