"""The text of a ticket in one form, whatever it was written in, so that sections can be found in it quickly.

A document becomes lines, and what a line looks like stands before it as a control character. Documents never hold
these: XML forbids them, and the normal form replaces them. Lines without one are running text, in which people also
write Markdown and wiki markup by hand; plain text is nothing but such lines.
"""

import json
import re
from collections.abc import Iterator, Sequence

from adapters.document import (
    FORBIDDEN,
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

BOLD, ITEM, ONLY_ITEM, BLOCK, LITERAL, PICTURE, LABEL = "\x01", "\x02", "\x03", "\x04", "\x05", "\x06", "\x07"
STRUCK = "\x08"
"""A bold line; an item, once for each level; the only item of a numbered list; a line of a table or panel; code and
quotes; a picture; around bold words at the start of a line; around words that are struck through."""
HEADINGS = "\x0e\x0f\x10\x11\x12\x13\x14"
"""A heading of level 1 to 7, the last one for those that stand in a bold line's place."""
_CONTROLS = (BOLD, ITEM, ONLY_ITEM, BLOCK, LITERAL, PICTURE, LABEL, STRUCK, *HEADINGS)
_HEADING = re.compile(f"[{HEADINGS}]")
_ITEM = re.compile(r"(\s*)-\s+(.*)")
_PANEL_TITLE = re.compile(r"\s*\{panel:[^}]*?title=([^|}]+)")
_TABLE = re.compile(r'\{"type":\s*"table"|<table')
_PICTURE = re.compile(r'"type":\s*"(?:media|mediaSingle|mediaGroup|mediaInline|embedCard|extension)"|<(?:img|object)\b')


def ticket_text(read: Document | str) -> str:
    """The text of a ticket, or a plain text, in the form of this module."""
    if isinstance(read, str):
        text = read.replace("\r\n", "\n").replace("\r", "\n") if "\r" in read else read
        return FORBIDDEN.sub("\ufffd", text) if any(map(text.__contains__, _CONTROLS)) else text
    lines: list[str] = []
    for block in read.blocks:
        if isinstance(block, Paragraph):
            lines.append(_running(block.content))
        else:
            lines += _block(block)
    return "\n".join(lines)


def section_text(heading: str, body: Document) -> str:
    """A section as a tracker writes it: a heading, and below it a text whose own headings are bold lines."""
    return f"{HEADINGS[1]}{_one_line(heading)}\n{_HEADING.sub(BOLD, ticket_text(body))}"


def has_headings(text: str) -> bool:
    """Whether there are real headings in a text, so that lines that only look like some are weaker."""
    return any(map(text.__contains__, HEADINGS))


def _one_line(text: str) -> str:
    return " ".join(ticket_text(text).split())


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(content=content):
            yield _running(content)
        case Heading(content=content, level=level):
            yield HEADINGS[min(max(level, 1), 7) - 1] + _shown(content).replace("\n", " ")
        case BulletList(items=items):
            yield from _items(items, 1)
        case OrderedList(items=items):
            heading = _markdown_heading(items)
            yield from _items(items, 1, numbered=True) if heading is None else [BOLD + _shown(heading.content)]
        case CodeBlock(text=text):
            yield from (LITERAL + line for line in text.split("\n"))
        case Quote(content=paragraphs):
            yield from (LITERAL + line for part in paragraphs for line in _shown(part.content).split("\n"))
        case Opaque():
            yield from _opaque(block)
        case Rule():
            return


def _running(content: Sequence[Inline]) -> str:
    """The lines of a paragraph, as one text."""
    said: list[str] = []
    for part in content:  # nearly all are plain text and breaks, and ask for nothing further
        if type(part) is Text and not part.marks:
            said.append(part.text)
        elif type(part) is Break:
            said.append("\n")
        else:
            break
    else:
        return "".join(said)
    if not any(map(_is_bold, content)):
        return _shown(content)
    lines: list[str] = []
    line: list[Inline] = []
    for part in content:
        if isinstance(part, Break):
            lines.append(_line(line))
            line = []
        else:
            line.append(part)
    lines.append(_line(line))
    return "\n".join(lines)


def _line(content: Sequence[Inline]) -> str:
    text = _shown(content)
    if not content or not _is_bold(content[0]):
        return text  # an inline node that we do not model may have several lines
    bold = 0
    for part in content:
        shown = _inline(part)
        if not _is_bold(part) and shown.strip(" \t:\uff1a-\u2013\u2014*_\xa0"):
            break
        bold += len(shown)
    line = BOLD + text if bold == len(text) else f"{LABEL}{text[:bold]}{LABEL}{text[bold:]}"
    return line.replace("\n", " ")


def _is_bold(part: Inline) -> bool:
    if isinstance(part, Text):
        return "strong" in part.marks
    return isinstance(part, Link) and bool(part.content) and all("strong" in run.marks for run in part.content)


def _markdown_heading(items: Sequence[ListItem]) -> ListItem | None:
    """What Jira takes for an item of a list in a list, and Markdown for a heading: `## Goal` with none of its kind."""
    while len(items) == 1 and len(items[0].children) == 1 and _shown(items[0].content).strip() == "…":
        items = items[0].children[0].items
        if len(items) == 1 and not items[0].children and "\n" not in _shown(items[0].content):
            return items[0]
    return None


def _items(items: Sequence[ListItem], depth: int, *, numbered: bool = False) -> Iterator[str]:
    mark = ITEM * depth + (ONLY_ITEM if numbered and len(items) == 1 else "")
    for item in items:
        first, *more = _shown(item.content).split("\n")
        if not (first.strip() == "…" and item.children):  # the normal form's stand-in for an item without a text
            yield mark + first
        yield from (ITEM * (depth + 1) + text for text in more)
        for child in item.children:
            yield from _items(child.items, depth + 1, numbered=isinstance(child, OrderedList))


def _opaque(block: Opaque) -> Iterator[str]:
    """What we do not model: headings of the deeper levels, tables, panels, lists of tasks, pictures."""
    if block.format == "adf" and '"heading"' in block.raw and (level := heading_level(block.raw)):
        yield HEADINGS[level - 1] + block.text.replace("\n", " ")
        return
    if found := _PANEL_TITLE.match(block.raw):
        yield BOLD + found[1].strip()
    lines = [text for text in block.text.split("\n") if text.strip()]
    only = ONLY_ITEM if len(lines) == 1 and '"orderedList"' in block.raw else ""
    in_cell, is_table = False, _TABLE.match(block.raw) is not None
    for text in lines:
        in_cell = is_table and (in_cell or " | " in text)
        if item := _ITEM.fullmatch(text):
            yield ITEM * (1 + len(item[1]) // 2) + only + item[2]
        else:  # a further line of a cell is part of what its row is about, as an item is
            yield (ITEM if in_cell and " | " not in text else BLOCK) + text.strip()
    if len(lines) == 1 and " | " in lines[0] and _only_head(block):
        yield f"{BLOCK}|"
    if _PICTURE.search(block.raw):
        yield PICTURE


def _only_head(block: Opaque) -> bool:
    """Whether a table of one row is nothing but a head; it reads as one with an empty row below it."""
    if block.format == "wiki":
        return block.raw.lstrip().startswith("||")
    return ("tableHeader" in block.raw and "tableCell" not in block.raw) or (
        "<th" in block.raw and "<td" not in block.raw
    )


def heading_level(raw: str) -> int:
    """The level of an ADF heading, 0 for any other node."""
    try:
        node = json.loads(raw)
    except (ValueError, RecursionError):  # no heading is nested deeply
        return 0
    if not isinstance(node, dict) or node.get("type") != "heading":
        return 0
    attributes = node.get("attrs")
    level = attributes.get("level") if isinstance(attributes, dict) else None
    return min(max(level, 1), 6) if isinstance(level, int) else 6


def _shown(content: Sequence[Inline]) -> str:
    return "".join(map(_inline, content))


def _inline(part: Inline) -> str:
    if isinstance(part, Text):
        return f"{STRUCK}{part.text}{STRUCK}" if part.marks and "strike" in part.marks else part.text
    match part:
        case Opaque(text=text):
            return text
        case Break():
            return "\n"
        case Link(href=href, content=texts):
            shown = "".join(run.text for run in texts)
            return shown if shown.strip() == href else f"{shown} ({href})"
        case Mention(name=name):
            return f"@{name}"
