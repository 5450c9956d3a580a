"""The text of a ticket as lines, each with what it looks like, so that headings can be found in whatever was written.

Documents come from ADF, wiki markup and rich text; literal Markdown and wiki markup in their paragraphs is read too,
since people paste it, and plain text is nothing but such lines.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from adapters.document import (
    Block,
    Break,
    BulletList,
    CodeBlock,
    Document,
    Heading,
    Inline,
    Link,
    ListItem,
    Mention,
    Opaque,
    OrderedList,
    Paragraph,
    Quote,
    Rule,
    Text,
)

Kind = Literal["heading", "bold", "line", "item", "only_item", "code", "quote", "block", "picture", "asked"]
DEEPEST = 7
"""The level of a bold line that does duty as a heading: below all real ones."""

_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_HASHES = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)(?:\s+#+)?\s*")
_WIKI_HEADING = re.compile(r"\s*h([1-6])\.\s+(.*)")
_BOLD = re.compile(r"\s*(\*{1,3}|_{1,3})(?=\S)([^*_\n]{1,200}?)\1\s*([:\uff1a]?)\s*")
_BOLD_LABEL = re.compile(r"\s*(\*{1,3}|__)(?=\S)([^*\n]{1,80}?)\1\s*([:\uff1a\u2013\u2014-]?)\s*(\S.*)")
_ITEM = re.compile(r"(\s*)([-*+•‣◦▪\u2013]|\(?\d{1,3}[.)])\s+(.*)")
_CHECKBOX = re.compile(r"\[[ xX✓✔]?\](?:\s+|$)|[☐☑☒✅]\ufe0f?\s*")
_UNDERLINE = re.compile(r"\s{0,3}(={3,}|-{3,})\s*")
_QUOTE = re.compile(r"\s{0,3}>+\s?")
_PANEL_TITLE = re.compile(r"\s*\{panel:[^}]*?title=([^|}]+)")
_PICTURE = re.compile(r'"type":\s*"(?:media|mediaSingle|mediaGroup|mediaInline|embedCard|extension)"|<(?:img|object)\b')
_MARKUP = frozenset("#h*_`~=->+•‣◦▪\u2013(0123456789☐☑☒✅[")
"""What a line starts with if it may be more than running text."""


class Line(NamedTuple):
    """A line of a ticket.

    Attributes:
        text: without the marks that make it a heading or an item; a link's address stands in brackets behind it.
        kind: what it looks like; an `only_item` is all there is in its numbered list, so that it may be a heading;
            `asked` is our own note that something is still needed.
        level: of a heading from 1, or the depth of an item from 0.
        label: how many of the first characters stand out from the rest, because they are bold.
    """

    text: str
    kind: Kind = "line"
    level: int = 0
    label: int = 0


def lines_of(read: Document | str) -> list[Line]:
    """The lines of a document, or of a plain text, from top to bottom; blank ones are left out.

    Where there are real headings, a literal `## Goal` is no more than a bold line.
    """
    if isinstance(read, str):
        raw = [Line(text) for text in read.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    else:
        raw = [line for block in read.blocks for line in _block_lines(block)]
    weaker = any(line.kind == "heading" for line in raw)
    return [
        _as_bold(line) if weaker and line.kind == "heading" and not real else line
        for line, real in _marked(raw)
        if (line.text and not line.text.isspace()) or line.kind == "picture"
    ]


def body_lines(body: Document) -> list[Line]:
    """The lines of a section's body, as a tracker writes it: a heading inside it is a bold line."""
    return [_as_bold(line) if line.kind == "heading" else line for line in lines_of(body)]


def _as_bold(heading: Line) -> Line:
    return Line(heading.text, "bold", DEEPEST)


# --- Documents -------------------------------------------------------------------------------------------------------


def _block_lines(block: Block) -> Iterator[Line]:
    match block:
        case Paragraph(content=content):
            yield from _running(content)
        case Heading(content=content, level=level):
            yield Line(_shown(content), "heading", level)
        case BulletList(items=items):
            yield from _items(items, 0)
        case OrderedList(items=items):
            yield from _items(items, 0, numbered=True)
        case CodeBlock(text=text):
            yield from (Line(line, "code") for line in text.split("\n"))
        case Quote(content=paragraphs):
            yield from (Line(line, "quote") for part in paragraphs for line in _shown(part.content).split("\n"))
        case Opaque():
            yield from _opaque(block)
        case Rule():
            return


def _running(content: Sequence[Inline]) -> Iterator[Line]:
    """The lines of a paragraph."""
    line: list[Inline] = []
    for part in content:
        if isinstance(part, Break):
            yield _line(line)
            line = []
        else:
            line.append(part)
    yield _line(line)


def _line(content: Sequence[Inline]) -> Line:
    if len(content) == 1 and isinstance(content[0], Text) and "strong" not in content[0].marks:
        return Line(content[0].text)
    text = _shown(content)
    bold = 0
    for part in content:
        shown = _inline(part)
        if not _is_bold(part) and shown.strip(" \t:\uff1a-\u2013\u2014*_\xa0"):
            break
        bold += len(shown)
    if bold and bold == len(text):
        return Line(text, "bold", DEEPEST)
    return Line(text, "line", 0, bold if _is_bold(content[0]) else 0) if content else Line("")


def _is_bold(part: Inline) -> bool:
    match part:
        case Text(marks=marks):
            return "strong" in marks
        case Link(content=texts):
            return bool(texts) and all("strong" in run.marks for run in texts)
        case _:
            return False


def _items(items: Sequence[ListItem], depth: int, *, numbered: bool = False) -> Iterator[Line]:
    kind: Kind = "only_item" if numbered and len(items) == 1 else "item"
    for item in items:
        first, *more = _shown(item.content).split("\n")
        first = _CHECKBOX.sub("", first, count=1)
        if not (first.strip() == "…" and item.children):  # the normal form's stand-in for an item without a text
            yield Line(first, kind, depth)
        yield from (Line(text, "item", depth + 1) for text in more)
        for child in item.children:
            yield from _items(child.items, depth + 1, numbered=isinstance(child, OrderedList))


def _opaque(block: Opaque) -> Iterator[Line]:
    """What we do not model: headings of the deeper levels, tables, panels, lists of tasks, pictures."""
    if block.format == "adf" and block.raw.startswith("{") and '"heading"' in block.raw:
        level = _heading_level(block.raw)
        if level:
            yield Line(block.text.replace("\n", " "), "heading", level)
            return
    if found := _PANEL_TITLE.match(block.raw):
        yield Line(found[1].strip(), "bold", DEEPEST)
    lines = [text for text in block.text.split("\n") if text.strip()]
    for text in lines:
        if item := _ITEM.fullmatch(text):
            kind: Kind = "only_item" if len(lines) == 1 and '"orderedList"' in block.raw else "item"
            yield Line(_CHECKBOX.sub("", item[3], count=1), kind, len(item[1]) // 2)
        else:
            yield Line(text.strip(), "block")
    if _PICTURE.search(block.raw):
        yield Line("", "picture")


def _heading_level(raw: str) -> int:
    """The level of an ADF heading, 0 for any other node."""
    try:
        node = json.loads(raw)
    except ValueError:
        return 0
    if not isinstance(node, dict) or node.get("type") != "heading":
        return 0
    attributes = node.get("attrs")
    level = attributes.get("level") if isinstance(attributes, dict) else None
    return level if isinstance(level, int) and level > 0 else DEEPEST - 1


def _shown(content: Iterable[Inline]) -> str:
    return "".join(map(_inline, content))


def _inline(part: Inline) -> str:
    match part:
        case Text(text=text) | Opaque(text=text):
            return text
        case Break():
            return "\n"
        case Link(href=href, content=texts):
            shown = "".join(run.text for run in texts)
            return shown if shown.strip() == href else f"{shown} ({href})"
        case Mention(name=name):
            return f"@{name}"


# --- Literal markup --------------------------------------------------------------------------------------------------


def _marked(raw: Sequence[Line]) -> Iterator[tuple[Line, bool]]:
    """The lines with their literal Markdown and wiki markup read, and whether they stood there as they are.

    Lines in a fence are code.
    """
    fence = ""
    for index, line in enumerate(raw):
        if line.kind != "line":
            yield line, True
            continue
        text = line.text
        start = text.lstrip()[:1]
        if fence:
            if text.lstrip().startswith(fence):
                fence = ""
            else:
                yield line._replace(kind="code"), False
        elif start and start in "`~" and (found := _FENCE.match(text)) and _closes(raw, index, found[1][:3]):
            fence = found[1][:3]
        elif start in _MARKUP:
            yield _read(line), False
        elif start and index + 1 < len(raw) and raw[index + 1].text[:1] in "=-" and _underlined(raw, index):
            yield Line(text.strip(), "heading", 1 if "=" in raw[index + 1].text else 2), False
        else:
            yield line, False


def _closes(raw: Sequence[Line], opening: int, fence: str) -> bool:
    """Whether a fence is closed further down."""
    return any(line.kind == "line" and line.text.lstrip().startswith(fence) for line in raw[opening + 1 :])


def _underlined(raw: Sequence[Line], index: int) -> bool:
    """Whether the next line underlines this one, as headings are written in Markdown and in mails."""
    below = raw[index + 1]
    return below.kind == "line" and bool(below.text) and bool(_UNDERLINE.fullmatch(below.text))


def _read(line: Line) -> Line:
    """A line whose first character may be markup."""
    text = line.text
    if found := _HASHES.fullmatch(text):
        return Line(_without_bold(found[2]), "heading", len(found[1]))
    if found := _WIKI_HEADING.fullmatch(text):
        return Line(_without_bold(found[2]), "heading", int(found[1]))
    if _UNDERLINE.fullmatch(text):
        return Line("")
    if found := _BOLD.fullmatch(text):
        return Line(found[2] + found[3], "bold", DEEPEST)
    if found := _ITEM.fullmatch(text):
        kind: Kind = "only_item" if found[2][-1] in ".)" else "item"
        return Line(_CHECKBOX.sub("", found[3], count=1), kind, len(found[1].expandtabs(4)) // 2)
    if found := _BOLD_LABEL.fullmatch(text):
        name = found[2] + (found[3] if found[2][-1] not in ":\uff1a" else "")
        return Line(f"{name} {found[4]}", "line", 0, len(name))
    if found := _QUOTE.match(text):
        return Line(text[found.end() :], "quote")
    if found := _CHECKBOX.match(text.lstrip()):
        return Line(text.lstrip()[found.end() :], "item")
    return line


def _without_bold(text: str) -> str:
    found = _BOLD.fullmatch(text)
    return found[2] + found[3] if found else text
