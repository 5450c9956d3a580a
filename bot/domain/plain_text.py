"""Plain text as typed into a form, made a document: lists and web addresses are found, the rest is literal."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from adapters.document import (
    Block,
    Break,
    BulletList,
    CodeBlock,
    Document,
    Inline,
    Link,
    ListItem,
    OrderedList,
    Paragraph,
    Text,
    clean,
    document,
)

BULLET = re.compile(r"^\s{0,3}[-*•\u2013]\s+(?=\S)")
NUMBER = re.compile(r"^\s{0,3}(\d{1,3})[.)]\s+(?=\S)")
FENCE = re.compile(r"^\s{0,3}```([\w+#.-]*)\s*$")
CLOSING = re.compile(r"^\s{0,3}```\s*$")
ADDRESS = re.compile(
    r"https?://(?=\w)[^\s<>\"'`\\^{|}\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+", re.IGNORECASE
)
"""A web address; characters that nobody sees end it, since they could make it look like another."""
TRAILING = ".,;:!?…"


def from_plain(text: str) -> Document:
    """The document that somebody meant who typed this."""
    return document(*_blocks(clean(text).split("\n")))


def one_item_a_line(text: str) -> Document:
    """The document of a field that asks for one thing a line: a bullet list, whatever marks stand in front.

    Numbers are marks only if they count up from 1: the 24 of "24. December" says something.
    """
    items = []
    count = 0
    for typed in clean(text).split("\n"):
        line = BULLET.sub("", typed, count=1)
        found = NUMBER.match(line)
        if found and int(found.group(1)) == count + 1:
            count += 1
            line = line[found.end() :]
        if line.strip():
            items.append(ListItem(inlines(line.strip())))
    return document(BulletList(tuple(items)))


def inlines(text: str) -> tuple[Inline, ...]:
    """One line of text with its web addresses as links."""
    parts: list[Inline] = []
    end = 0
    for found in ADDRESS.finditer(text):
        address = _without_trailing(found.group())
        parts += [Text(text[end : found.start()]), Link(address, (Text(address),))]
        end = found.start() + len(address)
    return (*parts, Text(text[end:]))


def _blocks(lines: list[str]) -> Iterator[Block]:
    """Paragraphs, lists and fenced code, from the top."""
    index = 0
    closings = [number for number, line in enumerate(lines) if "```" in line and CLOSING.match(line)]
    while index < len(lines):
        if not lines[index].strip():
            index += 1
        elif (fence := FENCE.match(lines[index])) and (closing := _closing_fence(closings, index)):
            code = lines[index + 1 : closing]
            # The language behind the fence is no line of the code; no tracker of ours is told it.
            yield CodeBlock("\n".join(code) if any(map(str.strip, code)) else fence.group(1))
            index = closing + 1
        elif count := _run(lines, index, BULLET):
            yield BulletList(
                tuple(ListItem(inlines(BULLET.sub("", line, count=1))) for line in lines[index : index + count])
            )
            index += count
        elif count := _numbered_run(lines, index):
            yield OrderedList(
                tuple(ListItem(inlines(NUMBER.sub("", line, count=1))) for line in lines[index : index + count])
            )
            index += count
        else:
            count = _paragraph_run(lines, index)
            yield Paragraph(_with_breaks(lines[index : index + count]))
            index += count


def _closing_fence(closings: list[int], opening: int) -> int | None:
    """The first of the lines that may close a fence which stands behind the opening."""
    behind = bisect_right(closings, opening)
    return closings[behind] if behind < len(closings) else None


def _run(lines: list[str], start: int, pattern: re.Pattern[str]) -> int:
    count = 0
    while start + count < len(lines) and pattern.match(lines[start + count]):
        count += 1
    return count


def _numbered_run(lines: list[str], start: int) -> int:
    """How many lines count up from 1; other numbers are somebody's own and stay as typed."""
    count = 0
    while start + count < len(lines):
        found = NUMBER.match(lines[start + count])
        if not found or int(found.group(1)) != count + 1:
            break
        count += 1
    return count


def _paragraph_run(lines: list[str], start: int) -> int:
    """Lines up to the next blank line or list; at least one."""
    count = 1
    while start + count < len(lines):
        line = lines[start + count]
        if not line.strip() or BULLET.match(line) or FENCE.match(line) or _numbered_run(lines, start + count):
            break
        count += 1
    return count


def _with_breaks(lines: list[str]) -> tuple[Inline, ...]:
    parts: list[Inline] = []
    for index, line in enumerate(lines):
        parts += [*([Break()] if index else []), *inlines(line)]
    return tuple(parts)


def _without_trailing(address: str) -> str:
    """An address without the sentence's punctuation, and without a bracket that was opened before it."""
    end, surplus = len(address), address.count(")") - address.count("(")
    while end and (address[end - 1] in TRAILING or (address[end - 1] == ")" and surplus > 0)):
        end -= 1
        surplus -= address[end] == ")"
    return address[:end].rstrip("]")
