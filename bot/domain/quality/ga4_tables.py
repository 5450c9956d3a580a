"""Tables of events: which column names the event, and which its parameters.

Rows are lines with `|` between the cells, with or without one at both ends, whatever the ticket was written in.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_NAME = re.compile(r"(?:(?:ga4?|google\s+analytics|custom|key)\s+)?event[\s_-]*names?|ga4?\s+events?", re.IGNORECASE)
_EVENT = re.compile(r"(?:(?:custom|key|the)\s+)?events?", re.IGNORECASE)
_PARAMETERS = re.compile(
    r"(?:(?:event|custom|ga4?)[\s_]+)?(?:param(?:eter)?s?|properties|attributes)(?:[\s_]+names?)?", re.IGNORECASE
)
_RULE = re.compile(r"[\s|:-]+")
_MARKS = " \t*_`"


_BULLETS = re.compile(r"(?:^|\s)[-*•]\s+")
_BLANKS = re.compile(r"\s+")
_NAMES = re.compile(r"[A-Za-z]\w*(?:\s+[A-Za-z]\w*)+", re.ASCII)


class Cell(NamedTuple):
    """A cell and where it begins, in characters from the start of its line."""

    text: str
    start: int


class Columns(NamedTuple):
    """What the head of a table says.

    Attributes:
        event: which column holds the event.
        parameters: which ones hold parameters.
        named: whether the column is for the event's name, not for what happens.
    """

    event: int
    parameters: tuple[int, ...]
    named: bool


def columns(line: str) -> Columns | None:
    """The columns, if a line is the head of a table of events."""
    heads = [cell.text.strip(_MARKS) for cell in cells(line.replace("||", "|"))]  # Jira's mark between heads
    if len(heads) < 2 or any("_" in head for head in heads if not _NAME.fullmatch(head)):
        return None
    named = next((number for number, head in enumerate(heads) if _NAME.fullmatch(head)), None)
    event = next((number for number, head in enumerate(heads) if _EVENT.fullmatch(head)), None)
    place = event if named is None else named
    if place is None:
        return None
    parameters = tuple(number for number, head in enumerate(heads) if _PARAMETERS.fullmatch(head))
    return Columns(place, parameters, named is not None)


def cells(line: str) -> list[Cell]:
    """The cells of a row; none of the line between head and rows."""
    return [] if _RULE.fullmatch(line) else list(_cells(line))


def _cells(line: str) -> Iterator[Cell]:
    start = len(line) - len(line.lstrip(" \t|>"))
    for text in line.rstrip(" \t|")[start:].split("|"):
        yield Cell(text.strip(), start + len(text) - len(text.lstrip()))
        start += len(text) + 1


def listed(cell: Cell) -> list[Cell]:
    """The entries of a cell; its lines, or the items of a list in it, come with blanks in between."""
    between = None
    if _BULLETS.search(cell.text):
        between = _BULLETS
    elif "_" in cell.text and _NAMES.fullmatch(cell.text):
        between = _BLANKS
    if between is None:
        return [cell]
    entries, start = [], 0
    for end, after in [*(found.span() for found in between.finditer(cell.text)), (len(cell.text), len(cell.text))]:
        if start < end:
            entries.append(Cell(cell.text[start:end], cell.start + start))
        start = after
    return entries
