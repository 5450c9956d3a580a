"""Long forms in pages; most forms have one."""

from collections.abc import Mapping
from typing import Any

from bot.domain.answers import Answers
from bot.domain.template import Field, RequestType


def pages(request_type: RequestType, answers: Answers) -> tuple[tuple[Field, ...], ...]:
    """The fields of each page, those shown only, in file order; always at least one page."""
    raise NotImplementedError


def next_page(request_type: RequestType, answers: Answers, view: Mapping[str, Any]) -> int | None:
    """The page that holds the first field which comes after those of the view; None if there is none."""
    raise NotImplementedError


def page_of(request_type: RequestType, answers: Answers, field_ids: set[str]) -> int:
    """The first page that shows one of these fields, 0 if none does."""
    raise NotImplementedError
