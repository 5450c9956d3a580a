"""Where a section stands in the text of a ticket: the heading as it is written there, and what a splice would replace.

Readiness reads a section in more places than can be written to: words behind a colon, an item of a list, two headings
for the same thing. Here only what stands below one heading of its own counts as a place; what is written to any other
section is added, and nothing that stands there is touched.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from adapters.document import (
    Block,
    Break,
    BulletList,
    Document,
    Heading,
    Inline,
    ListItem,
    Opaque,
    OrderedList,
    Paragraph,
    Quote,
    Text,
    document,
    plain,
    text_of,
    to_json,
)
from bot.domain.draft import STILL_NEEDED
from bot.domain.section_content import SectionContent
from bot.domain.section_names import SectionNames
from bot.domain.section_text import heading_level, ticket_text

BOLD_LINE = 7
"""The level of a bold line that does duty as a heading: below all real ones."""


@dataclass(frozen=True, slots=True)
class Place:
    """A section as it stands in a ticket.

    Attributes:
        heading: as it is written there; empty if the section has no heading of its own.
        body: what stands below it, without our own "still needed".
        replaceable: whether a splice replaces exactly this body.
        whole: the body with what stands below headings inside it, to which a text may have been added.
    """

    heading: str = ""
    body: Document = field(default_factory=Document)
    replaceable: bool = True
    whole: Document = field(default_factory=Document)

    @property
    def digest(self) -> str:
        """Tells this body from any other; empty for an empty one."""
        return digest(self.body)

    @property
    def says_something(self) -> bool:
        """Whether there is anything in it that somebody meant."""
        return SectionContent(ticket_text(self.body).split("\n")).says_something

    @property
    def holds_unknown(self) -> bool:
        """Whether there is anything in it that we do not model: a table, a panel, a list of tasks, a picture."""
        return any(map(_is_unknown, self.body.blocks))

    @property
    def text(self) -> str:
        """What a reader sees."""
        return text_of(self.body)


def place_of(text: Document, names: SectionNames, section: str) -> Place:
    """Where a section stands.

    Args:
        text: of the ticket.
        names: of its request type.
        section: the id of the template's field.
    """
    parts = list(_parts(text.blocks))
    heads = [(n, part) for n, part in enumerate(parts) if isinstance(part, _Head)]
    section = names.shared.get(section, section)
    meant = [(n, head) for n, head in heads if section in names.meant_loosely(head.text)]
    real = [(n, head) for n, head in meant if head.level < BOLD_LINE]
    found = real or meant
    if not found:
        return Place()
    start, head = found[0]
    ends = (n for n, other in heads if n > start and (other.level < BOLD_LINE or head.level == BOLD_LINE))
    end = next(ends, len(parts))
    following = parts[end] if end < len(parts) else None
    alone = len(found) == 1 and names.meant_loosely(head.text) == (section,) and section not in names.shared.values()
    flat = not (isinstance(following, _Head) and following.level > head.level)
    last = next((n for n, other in heads if n > start and other.level <= head.level), len(parts))
    return Place(head.text, _below(parts, start, end), alone and flat, _below(parts, start, last))


def digest(body: Document) -> str:
    """Tells one text from another; empty for an empty one."""
    return hashlib.sha256(json.dumps(to_json(body)).encode()).hexdigest()[:12] if body else ""


def holds(body: Document, wanted: Document) -> bool:
    """Whether all lines of a text stand in another one, in order and next to each other."""
    lines, sought = _lines(body), _lines(wanted)
    return any(lines[at : at + len(sought)] == sought for at in range(len(lines) - len(sought) + 1))


def _is_unknown(part: Block | Inline | ListItem) -> bool:
    """Whether a part of a text is a node that we do not model, or holds one."""
    match part:
        case Opaque():
            return True
        case Paragraph(content=content) | Quote(content=content) | Heading(content=content):
            return any(map(_is_unknown, content))
        case BulletList(items=items) | OrderedList(items=items):
            return any(map(_is_unknown, items))
        case ListItem(content=content, children=children):
            return any(map(_is_unknown, content)) or any(map(_is_unknown, children))
        case _:
            return False


@dataclass(frozen=True, slots=True)
class _Head:
    text: str
    level: int
    block: Block


def _parts(blocks: Sequence[Block]) -> Iterator["_Head | Block"]:
    """The blocks, headings and bold lines told apart; a paragraph is taken apart at its bold lines."""
    for block in blocks:
        match block:
            case Heading(content=content, level=level):
                yield _Head(plain(content), level, block)
            case Opaque() if level := heading_level(block.raw) if block.format == "adf" else 0:
                yield _Head(block.text, level, block)
            case Paragraph(content=content) if any(map(_is_bold_line, _split(content))):
                yield from _paragraph_parts(content)
            case _:
                yield block


def _paragraph_parts(content: Sequence[Inline]) -> Iterator["_Head | Block"]:
    kept: list[Inline] = []
    for line in _split(content):
        if _is_bold_line(line):
            if kept:
                yield Paragraph(tuple(kept))
            kept = []
            yield _Head(plain(line), BOLD_LINE, Paragraph(tuple(line)))
        else:
            kept += [*([Break()] if kept else []), *line]
    if kept:
        yield Paragraph(tuple(kept))


def _split(content: Sequence[Inline]) -> list[list[Inline]]:
    lines: list[list[Inline]] = [[]]
    for part in content:
        if isinstance(part, Break):
            lines.append([])
        else:
            lines[-1].append(part)
    return lines


def _is_bold_line(line: Sequence[Inline]) -> bool:
    shown = [part for part in line if not (isinstance(part, Text) and not part.text.strip(" :"))]
    return bool(shown) and all(isinstance(part, Text) and "strong" in part.marks for part in shown)


def _without_asking(blocks: Iterable[Block]) -> Iterator[Block]:
    return (b for b in blocks if not (isinstance(b, Paragraph) and plain(b.content).strip() == STILL_NEEDED))


def _lines(body: Document) -> list[str]:
    return [line.strip() for line in text_of(body).split("\n") if line.strip()]


def _below(parts: Sequence["_Head | Block"], start: int, end: int) -> Document:
    """What stands between two parts, those two left out."""
    return document(*_without_asking(one.block if isinstance(one, _Head) else one for one in parts[start + 1 : end]))
