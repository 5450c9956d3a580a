"""Where sections may begin: lines that are marked as headings, or that start with the name of a section.

Most lines of a ticket are neither, so they are told apart by their first characters alone.
"""

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

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
from bot.domain.section_names import (
    CLOSED,
    LEADS,
    LETTERED,
    LONGEST_EXTRA,
    SectionNames,
    is_other,
    name_key,
    one_or_many,
    spellings,
)
from bot.domain.section_text import BLOCK, BOLD, HEADINGS, ITEM, LABEL, LITERAL, ONLY_ITEM, PICTURE
from bot.domain.template import RequestType

DEEPEST = 7
"""The level of a bold line that does duty as a heading: below all real ones."""
NEARLY_FROM = 8
"""Shorter words before a colon must be spelt right."""
_LETTERS = frozenset(string.ascii_letters)
_DASH = re.compile(r"\s[-\u2013\u2014|]\s")
_COLON = re.compile("[:\uff1a]")
_LINE_END = re.compile(r"\s*(?:<br\s*/?>|(?<!\S)\\\\(?!\S))\s*", re.IGNORECASE)
"""A new line in a cell: of Markdown, or of wiki markup."""
_EMOJI = re.compile(r"(?::[a-z0-9_+-]+:\s*)+")
_SEPARATORS = " \t:\uff1a-\u2013\u2014"
_DOUBLED = frozenset({"``", "~~", "==", "--", *(f" {second}" for second in " `~=-")})
"""What fences and underlines begin with."""
_STRONG = frozenset(f"#*_:{HEADINGS}{BOLD}{LABEL}")
_BULLETS = frozenset("-*•")
_ITEMS = frozenset(f"{bullet} " for bullet in _BULLETS)
_SKIPPED = re.compile(r"[^A-Za-z\x80-\U0010ffff]*(?:(?<=\[)[xX]\][^A-Za-z\x80-\U0010ffff]*)?")
_FIRST_MOST = 24
"""Characters of a name's first word that are looked at."""
_FIRST_WORD = re.compile(r"[^\W\d_]{3,}|[^\W_]+(?=\s)|.{1,3}", re.DOTALL)
_UNDERLINED_MOST = 120
_KEPT_MOST, _KEPT_LONGEST = 8192, 50


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


_UNKNOWN = Mark((), Strength.ITEM)
"""Stands for a line that was not looked at before."""


class Marks:
    """Finds the marks in the lines of a ticket; make it once for all tickets of a request type."""

    def __init__(self, request_type: RequestType) -> None:
        """Collect the names of the type's sections."""
        self.names = SectionNames(request_type)
        words = (_FIRST_WORD.match(one_or_many(name.lower())) for name, _ in self.names.spelt)
        firsts = {word[0][:_FIRST_MOST] for word in words if word}
        self._firsts: dict[str, tuple[str, ...]] = {}
        for first in sorted(firsts):
            for start in spellings(first):
                self._firsts[start] = (*self._firsts.get(start, ()), first)
        self._first_letters = frozenset(self._firsts)
        self._starts = self._first_letters.union(*map(spellings, LEADS))
        self._lettered = frozenset[str]().union(*map(spellings, LETTERED))
        self._known: dict[bool, dict[str, Mark | None]] = {False: {}, True: {}}

    def find(self, lines: Sequence[str], *, weaker: bool) -> list[tuple[int, Mark]]:
        """Line number and mark, from top to bottom.

        Args:
            lines: in the form of `section_text`.
            weaker: a literal `## Goal` is no more than a bold line, because there are real headings.
        """
        starts, letters, firsts = self._starts, _LETTERS, self._first_letters
        likely = [
            number
            for number, line in enumerate(lines)
            if line and (line[0] not in letters or line[:3] in starts or line[-1] == ":")
        ]
        known = self._known[weaker]
        found: list[tuple[int, Mark]] = []
        fenced = -1
        for number in likely:
            if number <= fenced:
                continue
            line = lines[number]
            start = line[:2]
            if start in _ITEMS:  # most of what is left: an item that begins with another word
                begin = line[6:9] if line[2:3] == "[" else line[2:5]
                if begin not in firsts and begin[:1] in letters and line[-1] != ":":
                    continue
            mark = known.get(line, _UNKNOWN)
            if mark is _UNKNOWN:
                if start in _DOUBLED:
                    if (fence := FENCE.match(line)) is not None:
                        fenced = closing_fence(lines, number, fence[1][:3]) or fenced
                        continue
                    if UNDERLINE.fullmatch(line):
                        if (mark := self._underlined(lines, number, found, weaker=weaker)) is not None:
                            found.append((number - 1, mark))
                        continue
                mark = None if self._cannot_be(line) else self._remembered(line, weaker=weaker)
            if mark is not None:
                found.append((number, mark))
        return found

    def _cannot_be(self, line: str) -> bool:
        """Whether it is sure that there is no mark: a line or an item that does not begin with a name."""
        first = line[0]
        if first == ">":
            return True
        if line[-1] == ":":
            return False
        if first in _LETTERS:
            if (known := self._firsts.get(line[:3])) is not None:
                return not line[:_FIRST_MOST].lower().startswith(known)
            return len(line) > self.names.longest and ":" not in line[: self.names.longest]
        if first in _STRONG and (first != "*" or line[1:2] != " "):
            return False
        place = 0
        if first in _BULLETS and line[1:2] == " ":
            place = 6 if line[2:3] == "[" else 2
        begin = line[place : place + 3]
        if begin[:1] not in _LETTERS:
            start = _SKIPPED.match(line)
            place = start.end() if start else 0
            begin = line[place : place + 3]
        if begin not in self._first_letters:
            return begin[:1] < "\x80" and begin not in self._lettered
        return not line[place : place + _FIRST_MOST].lower().startswith(self._firsts[begin])

    def _remembered(self, line: str, *, weaker: bool) -> Mark | None:
        """The mark of a line; headings are the same in ticket after ticket, so those are kept."""
        mark = self._mark_of(line, weaker=weaker)
        if len(line) <= _KEPT_LONGEST:
            known = self._known[weaker]
            if len(known) >= _KEPT_MOST:
                known.clear()
            known[line] = mark
        return mark

    def _underlined(
        self, lines: Sequence[str], number: int, found: list[tuple[int, Mark]], *, weaker: bool
    ) -> Mark | None:
        """The mark of the line above an underline, instead of what it was taken for."""
        above = lines[number - 1].strip() if number else ""
        if not 0 < len(above) <= _UNDERLINED_MOST or above[0] < " " or BULLET.fullmatch(above):
            return None
        if found and found[-1][0] == number - 1:
            found.pop()
        return self._remembered((BOLD if weaker else HEADINGS["=" not in lines[number]]) + above, weaker=weaker)

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
        """A real heading always is a mark; a bold line only where it is short, or names a section before a colon."""
        if (named := self._named(text, strength, level)) is not None:
            return named
        if len(text) > 3 * self.names.longest:
            return Mark((), strength, level) if strength == Strength.HEADING else None
        name, link, _ = text.partition("http")  # only a link in bold letters, it is no heading
        if name and (sections := self.names.meant_loosely(name.rstrip(" (") if link else text)):
            return Mark(sections, strength, level)
        other = Mark((), strength, level, closed=name_key(text) in CLOSED)
        return self._inline(text, strength, level) or (None if link and strength == Strength.BOLD else other)

    def _named(self, text: str, strength: Strength, level: int) -> Mark | None:
        """`Name: text` in a heading; what stands behind the colon is never lost."""
        start = found.end() if text[:1] == ":" and (found := _EMOJI.match(text)) else 0
        colon = _COLON.search(text, start, start + self.names.longest + 1)
        if colon is None or not (rest := text[colon.end() :].strip(" \t*_")) or self.names.meant(text):
            return None
        sections = self.names.meant_loosely(text[start : colon.start()])
        return Mark(sections, strength, level, rest) if sections else None

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
        colon = _COLON.search(text, start, reach + 1)
        if colon is not None and colon.start() > start:
            name, rest = text[start : colon.start()], text[colon.end() :].strip(" \t*_")
            if section := self.names.meant(name):
                return _with_rest(section, rest, strength, level)
        if found := _DASH.search(text, start, reach + 3):  # also before a colon: `Design - https://…`
            section, behind = self.names.meant(text[start : found.start()]), text[found.end() :].strip(" \t|")
            in_table = found[0].strip() == "|"
            if section and not (in_table and self.names.meant(behind)):
                return Mark((section,), strength, level, _LINE_END.sub("\n", behind) if in_table else behind)
        if colon is not None and colon.start() > start:
            if section := self._misspelt(name):
                return _with_rest(section, rest, strength, level)
            if not rest and strength != Strength.ITEM and is_other(name):
                return Mark((), max(strength, Strength.LINE), level)
        question = text.find("?", start, reach + 1)
        if start < question < len(text) - 1 and (section := self.names.meant(text[start : question + 1])):
            return Mark((section,), strength, level, text[question + 1 :].strip())
        return None

    def _misspelt(self, name: str) -> str:
        """The section that is meant by words before a colon that are spelt wrong."""
        return self.names.nearly(name) if NEARLY_FROM <= len(name) <= self.names.longest - LONGEST_EXTRA + 2 else ""


def _with_rest(section: str, rest: str, strength: Strength, level: int) -> Mark:
    """A name before a colon; with nothing behind it on its line it does duty as a heading."""
    stronger = Strength.LINE if not rest and strength == Strength.INLINE else strength
    return Mark((section,), stronger, level, rest)


_WIKI = frozenset(f"h{level}" for level in "123456")
