"""Long forms in pages; most forms have one."""

from collections.abc import Mapping
from typing import Any

from bot.domain.answers import Answers, shown_fields
from bot.domain.template import Field, RequestType
from bot.slack.ids import field_block
from bot.slack.views.fields import group
from bot.slack.views.fit import fitting

BLOCKS = 84
"""Blocks of fields on a page: a view takes 100, the rest is for menus, notes and buttons around them."""
SIZE = 130_000
"""Characters of JSON of the fields on a page: a view takes 250 KB, the title and the menus need their share."""


def pages(request_type: RequestType, answers: Answers) -> tuple[tuple[Field, ...], ...]:
    """The fields of each page, those shown only, in file order; always at least one page."""
    made: list[list[Field]] = [[]]
    blocks = size = 0
    for field in shown(request_type, answers):
        cost = group(request_type, field, answers)
        if made[-1] and (blocks + len(cost.blocks) > BLOCKS or size + cost.size > SIZE):
            made.append([])
            blocks = size = 0
        made[-1].append(field)
        blocks += len(cost.blocks)
        size += cost.size
    return tuple(tuple(page) for page in made)


def shown(request_type: RequestType, answers: Answers) -> tuple[Field, ...]:
    """The fields that the form shows, given the answers that have a place in it."""
    if not any(field.when for field in request_type.body):
        return request_type.body
    return shown_fields(request_type, fitting(request_type, answers))


def next_page(request_type: RequestType, answers: Answers, view: Mapping[str, Any]) -> int | None:
    """The page that holds the first field which comes after those of the view; None if there is none.

    It can be the page itself: an answer that Next brought along may have made a field appear. A field that draws
    nothing, such as an explanation that is a comment only, is on no page and never to come.
    """
    there = {block.get("block_id") for block in view.get("blocks") or ()}
    started = False
    for field in shown(request_type, answers):
        if field_block(field.id) in there:
            started = True
        elif (started or not _shows_fields(request_type, there)) and group(request_type, field, answers).blocks:
            return page_of(request_type, answers, {field.id})
    return None


def page_of(request_type: RequestType, answers: Answers, field_ids: set[str]) -> int:
    """The first page that shows one of these fields, 0 if none does."""
    for number, page in enumerate(pages(request_type, answers)):
        if any(field.id in field_ids for field in page):
            return number
    return 0


def _shows_fields(request_type: RequestType, there: set[Any]) -> bool:
    return any(field_block(field.id) in there for field in request_type.body)
