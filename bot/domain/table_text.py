"""A table in a section, said in short: the names in its first column. Pure."""

import re
from collections.abc import Iterator, Sequence

_WORD = re.compile(r"\w+")
NAMES = frozenset({"name", "what", "tool", "area", "application", "service", "component"})
"""How the first column of a table of such things may be headed, beside by the name of the section itself."""


def in_short(text: str, section: str) -> str:
    """The text of a section in one line; of a table the names in its first column.

    Args:
        text: as a tracker's table reads as text: a line for each row, its cells between `|`.
        section: the id of the section, `systems`; a first row that is headed so is no name.
    """
    lines = list(_rows(text))
    rows = [_cells(line) for line in lines]
    if len(rows) < 2 or len(rows[0]) < 2 or any(len(row) < 2 for row in rows):
        return " ".join(text.split())
    names = [row[0] for row in (rows[1:] if _is_head(rows[0], section) else rows) if row[0]]
    return ", ".join(dict.fromkeys(names)) or " ".join(text.split())


def _rows(text: str) -> Iterator[str]:
    """The rows; a line without `|` below one belongs to its last cell."""
    row: list[str] = []
    for line in filter(str.strip, text.split("\n")):
        if row and not ("|" in row[0] and "|" not in line):
            yield " ".join(row)
            row = []
        row.append(line)
    if row:
        yield " ".join(row)


def _cells(line: str) -> Sequence[str]:
    inside = line.strip().strip("|").replace("||", "|")
    return [" ".join(cell.split()) for cell in inside.split("|")] if "|" in inside else [line]


def _is_head(row: Sequence[str], section: str) -> bool:
    """Whether a row says what stands below it."""
    words = {word.rstrip("s") for word in _WORD.findall(row[0].casefold())}
    return bool(words & (NAMES | {part.rstrip("s") for part in section.casefold().split("_")}))
