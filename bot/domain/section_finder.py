"""The sections of a ticket, found however people mark them.

A heading may be a real one of any level, a bold line, a line that ends in a colon, the words before a colon, or an
item of a list. The weaker the mark, the more it takes to end a section that began with a stronger one: in a ticket with
real headings, `Design: as in the draft` under "Acceptance criteria" is a criterion, not a section.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from bot.domain.section_lines import DEEPEST, Line
from bot.domain.section_names import CLOSED, SectionNames, is_other, name_key

_WORD = re.compile(r"\w")
_DASH = re.compile(r"\s[-\u2013\u2014|]\s")
_COLON = re.compile("[:\uff1a]")
_EMOJI = re.compile(r"(?::[a-z0-9_+-]+:\s*)+")
_SEPARATORS = " \t:\uff1a-\u2013\u2014"
_STORY = re.compile(r"\bas an?\b.{1,120}?\b(?:i|we)\b.{0,20}?\b(?:want|need|would like|can|wish)\b", re.IGNORECASE)
NEARLY_FROM = 8
"""Shorter words before a colon must be spelt right."""


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


@dataclass(slots=True)
class FoundSections:
    """What was found.

    Attributes:
        sections: id → the lines below its heading; no lines where there is only a heading.
        before: the lines above the first heading.
    """

    sections: dict[str, list[Line]] = field(default_factory=dict)
    before: list[Line] = field(default_factory=list)

    def begin(self, mark: Mark) -> None:
        """Begin the sections of a mark, with what stands on its line."""
        for section in mark.sections:
            self.sections.setdefault(section, [])
        if mark.rest:
            self.add(mark, Line(mark.rest))

    def add(self, mark: Mark | None, line: Line) -> None:
        """Add a line to where we are."""
        if mark is None:
            self.before.append(line)
        else:
            for section in mark.sections:
                self.sections[section].append(line)


def find_sections(lines: Sequence[Line], names: SectionNames, story: str = "") -> FoundSections:
    """The sections in the lines of a ticket.

    Args:
        lines: of the whole ticket.
        names: of the request type.
        story: the id of the section that takes "As a …, I want …" from above the first heading, empty for none.
    """
    marks = {index: mark for index, line in enumerate(lines) if (mark := _mark(line, names)) is not None}
    filled = _filled(lines, marks)
    found = FoundSections()
    current: Mark | None = None
    for index, line in enumerate(lines):
        mark = marks.get(index)
        if mark is not None and _begins(mark, current, filled, found):
            current = mark
            found.begin(mark)
        else:
            found.add(current, line)
    _restore(found, lines, marks)
    if story and not has_content(found.sections.get(story, ())):
        _take_story(found, story)
    return found


def has_content(lines: Sequence[Line]) -> bool:
    """Whether there is a word, or a picture, in any of the lines."""
    return any(line.kind == "picture" or (line.kind != "asked" and _WORD.search(line.text)) for line in lines)


def _mark(line: Line, names: SectionNames) -> Mark | None:
    text, kind = line.text, line.kind
    if kind in {"heading", "bold"}:
        return _heading_mark(line, names)
    if kind in {"code", "quote", "picture", "asked"}:
        return None
    whole = names.meant(text) if len(text) <= names.longest else ""
    if kind in {"item", "only_item"}:
        if whole:
            return Mark((whole,), Strength.LINE if kind == "only_item" else Strength.ITEM, line.level)
        return _inline_mark(line, names, Strength.ITEM)
    if whole:
        return Mark((whole,), Strength.LINE)
    return _inline_mark(line, names, Strength.INLINE)


def _heading_mark(line: Line, names: SectionNames) -> Mark | None:
    """A real heading always is a mark; a bold line only where it is short."""
    strength = Strength.HEADING if line.kind == "heading" else Strength.BOLD
    level = line.level or DEEPEST
    if len(line.text) > 3 * names.longest:
        return Mark((), strength, level) if line.kind == "heading" else None
    if sections := names.meant_loosely(line.text):
        return Mark(sections, strength, level)
    if inline := _inline_mark(line, names, strength):
        return inline
    return Mark((), strength, level, closed=name_key(line.text) in CLOSED)


def _inline_mark(line: Line, names: SectionNames, strength: Strength) -> Mark | None:
    """`Name: text`, `Name - text`, `**Name** text`, `Name? text`, `Name | text` in a table."""
    text, level = line.text, line.level if strength == Strength.ITEM else line.level or DEEPEST
    if line.label and line.label < len(text) and (section := names.meant(text[: line.label])):
        return Mark((section,), max(strength, Strength.LINE), level, text[line.label :].lstrip(_SEPARATORS))
    emoji = _EMOJI.match(text) if text[:1] == ":" else None
    start = emoji.end() if emoji else 0
    reach = start + names.longest
    found = _COLON.search(text, start, reach + 1)
    if found is not None and found.start() > start:
        name, rest = text[start : found.start()], text[found.end() :].strip(" \t*_")
        if section := names.meant(name) or (names.nearly(name) if len(name) >= NEARLY_FROM else ""):
            stronger = Strength.LINE if not rest and strength == Strength.INLINE else strength
            return Mark((section,), stronger, level, rest)
        if not rest and strength != Strength.ITEM and is_other(name):
            return Mark((), max(strength, Strength.LINE), level)
    elif found := _DASH.search(text, start, reach + 3):
        section, rest = names.meant(text[start : found.start()]), text[found.end() :].strip(" \t|")
        if section and not (found[0].strip() == "|" and names.meant(rest)):
            return Mark((section,), strength, level, rest)
    question = text.find("?", start, reach + 1)
    if start < question < len(text) - 1 and (section := names.meant(text[start : question + 1])):
        return Mark((section,), strength, level, text[question + 1 :].strip())
    return None


def _filled(lines: Sequence[Line], marks: Mapping[int, Mark]) -> dict[str, Strength]:
    """How strong the strongest mark is, of those with something below it, for each section."""
    filled: dict[str, Strength] = {}
    current: Mark | None = None
    for index, line in enumerate(lines):
        mark = marks.get(index)
        if mark is not None and mark.strength >= Strength.LINE:
            current = mark
        text = line.text if mark is not current else mark.rest if mark else ""
        if current is not None and line.kind != "asked" and _WORD.search(text):
            for section in current.sections:
                filled[section] = max(current.strength, filled.get(section, Strength.ITEM))
    return filled


def _begins(mark: Mark, current: Mark | None, filled: Mapping[str, Strength], found: FoundSections) -> bool:
    """Whether a mark ends the section that it stands in."""
    if current is None:
        return bool(mark.sections) or mark.strength >= Strength.LINE
    if current.closed:
        return mark.strength == Strength.HEADING
    if not mark.sections:
        return _ends(mark, current, found)
    if mark.strength == Strength.ITEM:
        return not current.sections or (current.strength == Strength.ITEM and mark.level <= current.level)
    if current.sections and current.strength > mark.strength:
        return not all(filled.get(section, Strength.ITEM) > mark.strength for section in mark.sections)
    return True


def _ends(mark: Mark, current: Mark, found: FoundSections) -> bool:
    """Whether a heading that we do not know ends a section: not if it is below it, nor if nothing was said yet."""
    if mark.strength < current.strength:
        return False
    if mark.strength == Strength.HEADING:
        return not current.sections or current.strength < Strength.HEADING or mark.level <= current.level
    return any(has_content(found.sections[section]) for section in current.sections) or not current.sections


def _restore(found: FoundSections, lines: Sequence[Line], marks: Mapping[int, Mark]) -> None:
    """Give a section back what weaker marks took from it, if they left it with nothing."""
    bare = {section for section, kept in found.sections.items() if not has_content(kept)}
    if not bare:
        return
    whole = FoundSections()
    current: Mark | None = None
    for index, line in enumerate(lines):
        mark = marks.get(index)
        if mark is not None and mark.strength >= Strength.BOLD:
            current = mark
            whole.begin(mark)
        else:
            whole.add(current, line)
    for section in bare:
        if kept := whole.sections.get(section):
            found.sections[section] = kept


def _take_story(found: FoundSections, story: str) -> None:
    """A user story often stands above the first heading, without one of its own."""
    start = next((index for index, line in enumerate(found.before) if _STORY.search(line.text)), None)
    if start is not None:
        found.sections[story] = found.before[start:]
