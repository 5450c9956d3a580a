"""Where sections may begin: lines that are marked as headings, or that start with the name of a section.

Most lines of a ticket are neither, so they are told apart by their first characters alone.
"""

import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from bot.domain.section_content import (
    BOLD_LABEL,
    BOLD_LINE,
    BULLET,
    CHECKBOX,
    FENCE,
    HASHES,
    UNDERLINE,
    WIKI_HEADING,
    closing_fence,
    without_bold,
)
from bot.domain.section_names import CLOSED, SectionNames, is_other, name_key
from bot.domain.section_text import BLOCK, BOLD, HEADINGS, ITEM, LABEL, LITERAL, ONLY_ITEM, PICTURE
from bot.domain.template import RequestType

DEEPEST = 7
"""The level of a bold line that does duty as a heading: below all real ones."""
NEARLY_FROM = 8
"""Shorter words before a colon must be spelt right."""
_LETTERS = frozenset(string.ascii_letters)
_DASH = re.compile(r"\s[-\u2013\u2014|]\s")
_COLON = re.compile("[:\uff1a]")
_EMOJI = re.compile(r"(?::[a-z0-9_+-]+:\s*)+")
_SEPARATORS = " \t:\uff1a-\u2013\u2014"
_UNDERLINED_MOST = 120
_LEADS = ("our", "the", "ste", "par", *(f"{letter}{mark} " for letter in "abcdefgh" for mark in ")."))
"""What may stand before a name: an article, `Step 1:`, `Part 2 -`, `a) `."""


class Strength(IntEnum):
    """How clearly something is marked as a heading."""

    ITEM = 0
    INLINE = 1
    LINE = 2
    BOLD = 3
    HEADING = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a section begins, or where another one ends.

    Attributes:
        sections: the ids of the sections; none for something that the request type does not know.
        level: of a heading; the depth of an item.
        rest: what stands behind the name on the same line.
        closed: only a real heading ends what begins here.
    """

    sections: tuple[str, ...]
    strength: Strength
    level: int = DEEPEST
    rest: str = ""
    closed: bool = False


class Marks:
    """Finds the marks in the lines of a ticket; make it once for all tickets of a request type."""

    def __init__(self, request_type: RequestType) -> None:
        """Collect the names of the type's sections."""
        self.names = SectionNames(request_type)
        self._starts = frozenset(
            start for name in (*self.names.exact, *_LEADS) for start in _spellings(name, with_blank=name not in _LEADS)
        )
        self._mark = lru_cache(maxsize=8192)(self._mark_of)

    def find(self, lines: Sequence[str], *, weaker: bool) -> list[tuple[int, Mark]]:
        """Line number and mark, from top to bottom.

        Args:
            lines: in the form of `section_text`.
            weaker: a literal `## Goal` is no more than a bold line, because there are real headings.
        """
        starts, letters, mark_of = self._starts, _LETTERS, self._mark
        likely = [
            number
            for number, line in enumerate(lines)
            if line and (line[0] not in letters or line[:3] in starts or line[-1] == ":")
        ]
        found: list[tuple[int, Mark]] = []
        fenced = -1
        for number in likely:
            if number <= fenced:
                continue
            line = lines[number]
            first = line[0]
            if first in "`~ \t" and (fence := FENCE.match(line)):
                fenced = closing_fence(lines, number, fence[1][:3]) or fenced
                continue
            if first in "=- " and number and UNDERLINE.fullmatch(line):
                if _is_underlined(lines[number - 1]):
                    if found and found[-1][0] == number - 1:
                        found.pop()
                    heading = BOLD if weaker else HEADINGS["=" not in line]
                    found += self._numbered(number - 1, mark_of(heading + lines[number - 1].strip(), weaker))
                continue
            found += self._numbered(number, mark_of(line, weaker))
        return found

    @staticmethod
    def _numbered(number: int, mark: Mark | None) -> list[tuple[int, Mark]]:
        return [] if mark is None else [(number, mark)]

    def _mark_of(self, line: str, weaker: bool) -> Mark | None:  # keys of a cache
        first = line[0]
        if first in HEADINGS:
            return self._heading(line[1:], Strength.HEADING, HEADINGS.index(first) + 1)
        if first == BOLD:
            return self._heading(line[1:], Strength.BOLD, DEEPEST)
        if first in {LITERAL, PICTURE}:
            return None
        if first in {ITEM, ONLY_ITEM}:
            text = line.lstrip(ITEM + ONLY_ITEM)
            return self._item(text, line.count(ITEM), only=ONLY_ITEM in line[: len(line) - len(text)])
        if first == BLOCK:
            return self._literal(line[1:], weaker=True)
        if first == LABEL:
            name, _, rest = line[1:].partition(LABEL)
            section = self.names.meant(name)
            return (
                Mark((section,), Strength.LINE, DEEPEST, rest.lstrip(_SEPARATORS))
                if section
                else self._line(name + rest)
            )
        return self._line(line) if first in _LETTERS and line[:2] not in _WIKI else self._literal(line, weaker=weaker)

    def _literal(self, line: str, *, weaker: bool) -> Mark | None:
        """A line that may hold Markdown or wiki markup."""
        if found := HASHES.fullmatch(line):
            return self._literal_heading(found[2], len(found[1]), weaker=weaker)
        if found := WIKI_HEADING.fullmatch(line):
            return self._literal_heading(found[2], int(found[1]), weaker=weaker)
        if found := BOLD_LINE.fullmatch(line):
            return self._heading(found[2] + found[3], Strength.BOLD, DEEPEST)
        if found := BULLET.fullmatch(line):
            depth = 1 + len(found[1].expandtabs(4)) // 2
            return self._item(found[3], depth, only=found[2][-1] in ".)")
        if (found := BOLD_LABEL.fullmatch(line)) and (section := self.names.meant(found[2])):
            return Mark((section,), Strength.LINE, DEEPEST, found[4])
        return None if line.lstrip()[:1] == ">" else self._line(line.strip())

    def _literal_heading(self, text: str, level: int, *, weaker: bool) -> Mark | None:
        strength, level = (Strength.BOLD, DEEPEST) if weaker else (Strength.HEADING, level)
        return self._heading(without_bold(text), strength, level)

    def _heading(self, text: str, strength: Strength, level: int) -> Mark | None:
        """A real heading always is a mark; a bold line only where it is short."""
        if len(text) > 3 * self.names.longest:
            return Mark((), strength, level) if strength == Strength.HEADING else None
        if sections := self.names.meant_loosely(text):
            return Mark(sections, strength, level)
        return self._inline(text, strength, level) or Mark((), strength, level, closed=name_key(text) in CLOSED)

    def _item(self, text: str, depth: int, *, only: bool) -> Mark | None:
        text = CHECKBOX.sub("", text, count=1)
        if len(text) <= self.names.longest and (whole := self.names.meant(text)):
            return Mark((whole,), Strength.LINE if only else Strength.ITEM, depth)
        return self._inline(text, Strength.ITEM, depth)

    def _line(self, text: str) -> Mark | None:
        if len(text) <= self.names.longest and (whole := self.names.meant(text)):
            return Mark((whole,), Strength.LINE)
        return self._inline(text, Strength.INLINE, DEEPEST)

    def _inline(self, text: str, strength: Strength, level: int) -> Mark | None:
        """`Name: text`, `Name - text`, `Name? text`, `Name | text` in a table."""
        emoji = _EMOJI.match(text) if text[:1] == ":" else None
        start = emoji.end() if emoji else 0
        reach = start + self.names.longest
        found = _COLON.search(text, start, reach + 1)
        if found is not None and found.start() > start:
            name, rest = text[start : found.start()], text[found.end() :].strip(" \t*_")
            if section := self.names.meant(name) or (self.names.nearly(name) if len(name) >= NEARLY_FROM else ""):
                stronger = Strength.LINE if not rest and strength == Strength.INLINE else strength
                return Mark((section,), stronger, level, rest)
            if not rest and strength != Strength.ITEM and is_other(name):
                return Mark((), max(strength, Strength.LINE), level)
        elif found := _DASH.search(text, start, reach + 3):
            section, rest = self.names.meant(text[start : found.start()]), text[found.end() :].strip(" \t|")
            if section and not (found[0].strip() == "|" and self.names.meant(rest)):
                return Mark((section,), strength, level, rest)
        question = text.find("?", start, reach + 1)
        if start < question < len(text) - 1 and (section := self.names.meant(text[start : question + 1])):
            return Mark((section,), strength, level, text[question + 1 :].strip())
        return None


_WIKI = frozenset(f"h{level}" for level in "123456")


def _is_underlined(line: str) -> bool:
    """Whether a line can be a heading that is underlined below: short running text."""
    return 0 < len(line) <= _UNDERLINED_MOST and line[0] >= " " and not line.isspace() and not BULLET.fullmatch(line)


def _spellings(name: str, *, with_blank: bool) -> Iterator[str]:
    """The first three characters of a name, as people may write them at the start of a line."""
    starts = {name[:3]} if len(name) > 2 or not with_blank else {name, f"{name}:", f"{name} "}
    for start in starts:
        yield from (start.lower(), start.upper(), start.capitalize())
