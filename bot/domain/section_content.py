"""What stands in one section of a ticket, without the marks around it."""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.domain.draft import STILL_NEEDED
from bot.domain.placeholders import is_placeholder
from bot.domain.section_text import BLOCK, BOLD, HEADINGS, ITEM, LABEL, LITERAL, ONLY_ITEM, PICTURE, STRUCK

WORD = re.compile(r"\w")
BULLET = re.compile(r"(\s*)([-*+•‣◦▪\u2013]|\(?\d{1,3}[.)])\s+(.*)")
CHECKBOX = re.compile(r"\[[ xX✓✔]?\](?:\s+|$)|[☐☑☒✅]\ufe0f?\s*")
FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
HASHES = re.compile(r"\s{0,3}(#{1,6})\s++((?:\S++|\s++(?!#*+\s*+\Z))*+)(?:\s++#++)?\s*+")
WIKI_HEADING = re.compile(r"\s*h([1-6])\.\s+(.*)")
BOLD_LINE = re.compile(r"\s*(\*{1,3}|_{1,3})(?=\S)([^*_\n]{1,200}?)\1\s*([:\uff1a]?)\s*")
BOLD_LABEL = re.compile(r"\s*(\*{1,3}|__)(?=\S)([^*\n]{1,80}?)\1\s*([:\uff1a\u2013\u2014-]?)\s*(\S.*)")
UNDERLINE = re.compile(r"\s{0,3}(?:={3,}|-{3,})\s*")
_OUTSIDE_BOXES = re.compile(r"(?<!\[)\w|\w(?!\])")
_QUOTE = re.compile(r"\s{0,3}>+\s?")
_MARKS = f"{HEADINGS}{BOLD}{BLOCK}{LITERAL}{ITEM}{ONLY_ITEM}"
_EDGES = " \t\n-*_•·+|[]>#=\u2013\xa0\u200b\ufeff"
"""What is left of a section in which nothing was written."""
_BARE = re.compile(r"[\W_]*\d{0,3}[\W_]*")
"""A number as it stands before an item, and nothing else."""
_LETTER = re.compile(r"[^\W_]")
_LABEL_MOST = 60
_EMPTY_LABEL = re.compile(r"\W*(?:[^\W\d]+\W+){0,3}[^\W\d]+\W*:[\W_]*")
"""`Given:`, `KPI: …`: a few words that say what should stand behind them."""
_MARKUP = frozenset("#h*_`~=->+•‣◦▪\u2013(0123456789☐☑☒✅[ \t")
_ITEMS = frozenset(f"{bullet} " for bullet in "-*+•")
"""What most items begin with."""
_HEADS, _LINES, _BOLD, _FENCES = frozenset("#h"), frozenset({"==", "--"}), frozenset("*_"), frozenset("`~ \t")
"""What a heading, an underline, bold words and a fence begin with."""


class SectionContent:
    """The lines of a section as they were found; what they say is worked out when it is asked for."""

    __slots__ = ("_filled", "_found", "_lines", "_raw", "_text")

    def __init__(self, found: Sequence[str]) -> None:
        """Keep the lines, in the form of `section_text`."""
        self._found = found
        self._filled: bool | None = None
        self._lines: list[str] | None = None
        self._raw: str | None = None
        self._text: str | None = None

    @property
    def raw(self) -> str:
        """The lines as they were found."""
        if self._raw is None:
            self._raw = "\n".join(self._found)
        return self._raw

    @property
    def found(self) -> Sequence[str]:
        """The lines as they were found, with their boxes and marks."""
        return self._found

    @property
    def lines(self) -> list[str]:
        """What a reader sees, without blank lines and without our own "still needed"."""
        if self._lines is None:
            raw = self.raw
            shown = _shown_lines(raw.replace(STRUCK, "").split("\n") if STRUCK in raw else self._found)
            asked = STILL_NEEDED in raw
            self._lines = [line for line in shown if line.strip(" *_") != STILL_NEEDED] if asked else shown
        return self._lines

    @property
    def text(self) -> str:
        """The lines as one text."""
        if self._text is None:
            self._text = "\n".join(self.lines)
        return self._text

    @property
    def judged(self) -> str:
        """The text without tables and panels that only keep the place free, if something is said beside them.

        What we do not model stays where it is when somebody adds what was missing.
        """
        if BLOCK not in self.raw:
            return self.text
        rest = SectionContent([line for line in self._found if not (line[:1] == BLOCK and _is_open(line[1:]))])
        return rest.text if rest.says_something else self.text

    @property
    def asked(self) -> bool:
        """Whether our own "still needed" stands there."""
        return STILL_NEEDED in self.raw

    @property
    def filled(self) -> bool:
        """Whether anything was written, be it only `…`."""
        if self._filled is None:
            for line in self._found:
                if line and (line[0].isalpha() or _OUTSIDE_BOXES.search(line)) and STILL_NEEDED not in line:
                    self._filled = True
                    break
            else:
                self._filled = PICTURE in self.raw or any(line.strip(_EDGES) for line in self.lines)
        return self._filled

    @property
    def says_something(self) -> bool:
        """Whether a line says something; a picture does."""
        return PICTURE in self.raw or next(_telling(self.lines), None) is not None

    def entries(self, enough: int) -> int:
        """How many lines say something, a number alone being none; no more than `enough` are counted."""
        count = 0
        for line in _telling(self.lines):
            if not _BARE.fullmatch(line):
                count += 1
            if count >= enough:
                break
        return count


def _shown_lines(found: Sequence[str]) -> list[str]:
    """The lines without the marks that make them headings, items, quotes or code, and without blank ones."""
    shown: list[str] = []
    fence = ""
    for index, line in enumerate(found):
        if not line:
            continue
        start = line[0]
        if start not in _MARKUP:
            text = line if start > " " else _without_mark(line)
        elif fence:
            if line.lstrip().startswith(fence):
                fence = ""
                continue
            text = line
        elif start in _FENCES and (opening := FENCE.match(line)) and closing_fence(found, index, opening[1][:3]):
            fence = opening[1][:3]
            continue
        else:
            text = _without_markup(line)
        if text := text.strip():
            shown.append(text)
    return shown


def closing_fence(raw: Sequence[str], opening: int, fence: str) -> int:
    """Where the fence that opens there is closed; 0 if it is not."""
    for index in range(opening + 1, len(raw)):
        if raw[index].lstrip(" \t").startswith(fence):
            return index
    return 0


def without_bold(text: str) -> str:
    """A heading without the asterisks around it."""
    found = BOLD_LINE.fullmatch(text)
    return found[2] + found[3] if found else text


def _without_box(text: str) -> str:
    """A line without the first checkbox in it; none without a bracket or a sign that ASCII does not have."""
    if ("[" in text or not text.isascii()) and (box := CHECKBOX.match(text) or CHECKBOX.search(text)):
        return text[: box.start()] + text[box.end() :]
    return text


def _without_mark(line: str) -> str:
    """A line without the control character of `section_text` that it begins with."""
    if line[:1] == LABEL:
        return line.replace(LABEL, "")
    if line[:1] == BLOCK:
        return _without_markup(line[1:])
    return _without_box(line.lstrip(_MARKS).replace(PICTURE, ""))


def _without_markup(line: str) -> str:
    bare = line.lstrip()
    begin = bare[:2]
    if begin in _ITEMS:
        return _without_box(bare[2:].lstrip())
    first = begin[:1]
    if first in _HEADS and (found := HASHES.fullmatch(line) or WIKI_HEADING.fullmatch(line)):
        return without_bold(found[2])
    if begin in _LINES and UNDERLINE.fullmatch(line):
        return ""
    if first in _BOLD and (found := BOLD_LINE.fullmatch(line)):
        return found[2] + found[3]
    if first == ">":
        found = _QUOTE.match(line)
        return line[found.end() :] if found else _without_box(bare)
    if found := BULLET.fullmatch(line):
        return _without_box(found[3])
    if first in _BOLD and (found := BOLD_LABEL.fullmatch(line)):
        return f"{found[2]}{found[3] if found[2][-1] not in ':：' else ''} {found[4]}"  # noqa: RUF001
    return _without_box(bare)


def _telling(lines: Iterable[str]) -> Iterator[str]:
    """The lines that say something; the first row of a table only says what should stand below it."""
    head, rows = "", 0
    for line in lines:
        if "|" not in line:
            if rows == 1 and _says_something(head):
                yield head
            rows = 0
            if _says_something(line):
                yield line
            continue
        rows += 1
        if rows == 1:
            head = line
        elif not _BARE.fullmatch(line) and _says_something(line):
            if head and _says_something(head):
                yield head
            head = ""
            yield line
    if rows == 1 and _says_something(head):
        yield head


def _is_open(row: str) -> bool:
    """Whether every cell of a row, or a line, only keeps the place free."""
    return all(not WORD.search(cell) or is_placeholder(cell) for cell in row.split("|"))


def _says_something(line: str) -> bool:
    colon = line.rfind(":") if len(line) <= _LABEL_MOST else -1
    if colon >= 0 and not _LETTER.search(line, colon) and _EMPTY_LABEL.fullmatch(line):
        return False
    return (line[:1].isalnum() or WORD.search(line) is not None) and not is_placeholder(line)
