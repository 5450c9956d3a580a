"""The sections of a ticket, found however people mark them.

A heading may be a real one of any level, a bold line, a line that ends in a colon, the words before a colon, or an
item of a list. The weaker the mark, the more it takes to end a section that began with a stronger one: in a ticket with
real headings, `Design: as in the draft` under "Acceptance criteria" is a criterion, not a section.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from bot.domain.section_content import WORD, SectionContent
from bot.domain.section_marks import Mark, Marks, Strength
from bot.domain.section_names import name_key
from bot.domain.section_text import PICTURE, has_headings

_WANTS = r"\b(?:i|we)\b.{0,20}?\b(?:want|need|would like|can|wish)\b"
_STORY = re.compile(rf"\bas an?\b.{{1,120}}?{_WANTS}", re.IGNORECASE)
_ROLE = re.compile(r"\W*as an?\b(?P<who>.{0,120})$", re.IGNORECASE)
_WISH = re.compile(rf"\W*{_WANTS}", re.IGNORECASE)
_PART = re.compile(r"\W*(?:as an?|i|we|so that|in order to)\b", re.IGNORECASE)
"""What each part of a story begins with, if they stand on lines, or under headings, of their own."""
_NEAR = 6
"""Lines below "As a …", blank ones among them, within which the wish must follow."""
_ELSEWHERE = frozenset({"out of scope", "not in scope", "non goals"})
"""Headings below which a story is just not the ticket's."""

_SURE = Strength.BOLD
Found = list[tuple[int, Mark]]


def find_sections(text: str, marks: Marks, story: str = "") -> dict[str, SectionContent]:
    """Section id → what stands below its heading; a heading with nothing below gives an empty content.

    Args:
        text: of the whole ticket, see `section_text`.
        marks: of the request type.
        story: the id of the section that takes "As a …, I want …" from where no section begins, empty for none.
    """
    lines = text.split("\n")
    found = marks.find(lines, weaker=has_headings(text))
    begun = _begun(found, lines)
    sections = {section: SectionContent(raw) for section, raw in _contents(begun, lines).items()}
    for _, mark in begun:
        if mark.strength < _SURE:
            _restore(sections, found, lines)
            break
    if story and not (story in sections and sections[story].filled):
        told = next(filter(None, (_story(lines, begun, *unclaimed) for unclaimed in _unclaimed(begun, lines))), None)
        if told is not None:
            sections[story] = SectionContent(told)
    return sections


def _unclaimed(begun: Found, lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """From which line to which there is no section: above the first one, and below headings that we do not know."""
    start: int | None = 0
    for number, mark in begun:
        if mark.sections or mark.closed or name_key(lines[number]) in _ELSEWHERE:
            if start is not None:
                yield start, number
            start = None
        elif start is None:
            start = number
    if start is not None:
        yield start, len(lines)


def _story(lines: Sequence[str], begun: Found, start: int, end: int) -> Sequence[str] | None:
    """The lines of a user story, on one line or on some, and what stands below it down to the next heading."""
    first = next((number for number in range(start, end) if _begins_story(lines, number, end)), None)
    if first is None:
        return None
    later = (number for number, _ in begun if first < number < end and not _PART.match(lines[number]))
    return lines[first : next(later, end)]


def _begins_story(lines: Sequence[str], number: int, end: int) -> bool:
    line = lines[number]
    if "as a" not in line.lower():
        return False
    if _STORY.search(line):
        return True
    if (role := _ROLE.match(line)) is None:
        return False
    below = (near for near in lines[number + 1 : min(number + 1 + _NEAR, end)] if WORD.search(near))
    apart = WORD.search(role["who"]) is None  # who it is stands on the next line
    return any(map(_WISH.match, islice(below, int(apart), 1 + int(apart))))


def _contents(begun: Found, lines: list[str]) -> dict[str, list[str]]:
    """The lines of each section; of one that occurs twice, all of them."""
    contents: dict[str, list[str]] = {}
    ends = [number for number, _ in begun[1:]]
    ends.append(len(lines))
    for (number, mark), end in zip(begun, ends, strict=False):
        for section in mark.sections:
            below = lines[number + 1 : end]
            if (known := contents.get(section)) is not None:
                known += mark.rest.split("\n")
                known += below
            else:
                contents[section] = [*mark.rest.split("\n"), *below] if mark.rest else below
    return contents


def _below(found: Found, lines: Sequence[str]) -> Iterator[tuple[Mark, Sequence[str]]]:
    """Each mark with the lines down to the next one."""
    for index, (number, mark) in enumerate(found):
        end = found[index + 1][0] if index + 1 < len(found) else len(lines)
        yield mark, lines[number + 1 : end]


def _begun(found: Found, lines: Sequence[str]) -> Found:
    """The marks that begin something, from top to bottom."""
    begun: Found = []
    filled: dict[str, Strength] | None = None
    heading = Strength.HEADING
    for place in found:
        number, mark = place
        if mark.strength is heading and mark.sections:
            begun.append(place)
            continue
        if not begun:
            if mark.sections or mark.strength >= Strength.LINE:
                begun.append(place)
            continue
        start, current = begun[-1]
        if current.closed:
            begins = mark.strength == Strength.HEADING
        elif not mark.sections:
            begins = _ends(mark, current, lines[start + 1 : number])
        elif mark.strength == Strength.ITEM:
            begins = not current.sections or (current.strength == Strength.ITEM and mark.level <= current.level)
        elif current.sections and current.strength > mark.strength:
            filled = _filled(found, lines) if filled is None else filled
            begins = any(filled.get(section, Strength.ITEM) <= mark.strength for section in mark.sections)
        else:
            begins = True
        if begins:
            begun.append(place)
    return begun


def _ends(mark: Mark, current: Mark, between: Sequence[str]) -> bool:
    """Whether a heading that we do not know ends a section: not if it is below it, nor if nothing was said yet."""
    if mark.strength < current.strength:
        return False
    if mark.strength == Strength.HEADING:
        return not current.sections or current.strength < Strength.HEADING or mark.level <= current.level
    return not current.sections or bool(current.rest) or any(map(_says_anything, between))


def _filled(found: Found, lines: Sequence[str]) -> dict[str, Strength]:
    """How strong the strongest mark is, of those with something below it, for each section."""
    strong = [(number, mark) for number, mark in found if mark.strength >= Strength.LINE]
    filled: dict[str, Strength] = {}
    for mark, below in _below(strong, lines):
        if mark.sections and SectionContent([mark.rest, *below]).filled:
            for section in mark.sections:
                filled[section] = max(mark.strength, filled.get(section, Strength.ITEM))
    return filled


def _restore(sections: dict[str, SectionContent], found: Found, lines: list[str]) -> None:
    """Give a section back what weaker marks took from it, if they left it with nothing."""
    bare = {section for section, content in sections.items() if not content.filled}
    if bare:
        bare -= _empty_labels(found, lines)
        whole = _contents([(number, mark) for number, mark in found if mark.strength >= Strength.BOLD], lines)
        sections |= {section: SectionContent(whole[section]) for section in bare if section in whole}


def _empty_labels(found: Found, lines: Sequence[str]) -> set[str]:
    """The sections that are a bold label with nothing behind it, as in `**Goal:**` above `**Audience:** buyers`."""
    return {
        section
        for (number, mark), (after, below) in pairwise(found)
        if mark.strength == Strength.BOLD and lines[number].rstrip("*_ \t").endswith(":")
        if below.strength == Strength.LINE and below.rest and not any(map(_says_anything, lines[number + 1 : after]))
        for section in mark.sections
    }


def _says_anything(line: str) -> bool:
    return WORD.search(line) is not None or PICTURE in line
