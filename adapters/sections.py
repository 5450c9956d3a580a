"""Headed sections of a ticket: comparing headings, replacing one section, and fitting a vendor's limits."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Literal, TypeGuard

from adapters.base import SHORTENED, Section, SectionChange
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
    clean,
    document,
    plain,
    text_of,
)

STRONG: frozenset[Literal["strong"]] = frozenset({"strong"})


class TooLong(ValueError):
    """The parts that must not be shortened are longer than the limit."""


def heading_key(text: str) -> str:
    """A heading as it is compared: without case, outer blanks, repeated blanks and a closing colon."""
    return re.sub(r"\s+", " ", clean(text)).strip().rstrip(":").rstrip().casefold()


def keys_of(change: SectionChange) -> frozenset[str]:
    """The headings, as they are compared, that the change may stand below."""
    return frozenset(heading_key(name) for name in (change.section.heading, *change.aliases))


def section_blocks(section: Section) -> tuple[Block, ...]:
    """A section as blocks: its heading and its body, in the normal form."""
    return document(Heading((Text(section.heading),)), *body_blocks(section)).blocks


def body_blocks(section: Section) -> tuple[Block, ...]:
    """The body of a section in the normal form.

    A heading inside it becomes a bold line: a real one would start a section of its own.
    """
    lines = (Paragraph((Text(plain(b.content), STRONG),)) if isinstance(b, Heading) else b for b in section.body.blocks)
    return document(*lines).blocks


def splice(text: Document, change: SectionChange) -> Document:
    """The document with one section replaced, or added to, up to the next heading; at the end if no heading fits.

    A bold line may do duty as a heading. It ends what another bold line began, but nothing below a real heading.
    """
    keys, blocks = keys_of(change), text.blocks
    for start, block in enumerate(blocks):
        if _is_head(block) and heading_key(plain(block.content)) in keys:
            real = isinstance(block, Heading)
            ends = (n for n in range(start + 1, len(blocks)) if _is_head(blocks[n], real=real))
            end = next(ends, len(blocks))
            kept = end if change.append else start + 1
            return Document(blocks[:kept] + body_blocks(change.section) + blocks[end:])
    return Document(blocks + section_blocks(change.section))


def _is_head(block: Block, *, real: bool = False) -> TypeGuard[Heading | Paragraph]:
    """Whether it is a heading, or, unless only real ones count, a bold line that does duty as one."""
    if isinstance(block, Heading) or real or not isinstance(block, Paragraph):
        return isinstance(block, Heading)
    shown = [part for part in block.content if not (isinstance(part, Text) and not part.text.strip(" :"))]
    return bool(shown) and all(isinstance(part, Text) and "strong" in part.marks for part in shown)


def title_line(title: str, limit: int) -> str:
    """One line of at most `limit` characters; a longer one ends with an ellipsis."""
    line = re.sub(r"\s*\n\s*", " ", clean(title)).replace("\t", " ").strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def with_full_title(title: str, sections: Sequence[Section], limit: int) -> tuple[str, tuple[Section, ...]]:
    """The title as one line, and the sections; if the title had to be cut they begin with all of it."""
    line = title_line(title, limit)
    if line == title_line(title, max(limit, len(title))):
        return line, tuple(sections)
    return line, (Section("Title", document(Paragraph((Text(title),)))), *sections)


def fit(
    sections: Sequence[Section], size: Callable[[Sequence[Section]], int], limit: int
) -> tuple[tuple[Section, ...], str | None]:
    """The sections, the longest ones shortened visibly if they do not fit, and then also the full text.

    If that is not enough, because a vendor counts the marks of each list item, those with `keep` become plain lines;
    nothing of them is cut.

    Args:
        sections: those with `keep` are not shortened.
        size: how long the vendor finds the sections, in its own way of counting.
        limit: how long they may be.

    Raises:
        TooLong: they do not fit, whatever is cut.
    """
    whole = tuple(sections)
    if size(whole) <= limit:
        return whole, None
    most = max((len(text_of(section.body)) for section in whole if not section.keep), default=0)
    tried = whole if size(_all_capped(whole, 0)) <= limit else tuple(map(_as_lines, whole))
    if size(_all_capped(tried, 0)) > limit:
        raise TooLong(f"longer than {limit} characters, even with all that may be shortened cut away")
    return _all_capped(tried, _largest(lambda cap: size(_all_capped(tried, cap)) <= limit, most)), markdown(whole)


def fit_new(
    sections: Sequence[Section], size: Callable[[Sequence[Section]], int], limit: int
) -> tuple[tuple[Section, ...], str | None]:
    """As `fit`, for a ticket that does not exist yet: of very many sections the last ones stand in the file only.

    Raises:
        TooLong: those with `keep` alone do not fit.
    """
    whole = tuple(sections)
    kept = [section for section in whole if section.keep]
    others = [section for section in whole if not section.keep]

    def first(count: int) -> tuple[Section, ...]:
        chosen = {*map(id, kept), *map(id, others[:count])}
        rest = () if count >= len(others) else (_left_out(len(others) - count),)
        return (*(section for section in whole if id(section) in chosen), *rest)

    def fits(count: int) -> bool:
        return size(_all_capped(tuple(map(_as_lines, first(count))), 0)) <= limit

    count = _largest(fits, len(others))
    made, overflow = fit(first(count), size, limit)
    return made, markdown(whole) if overflow is not None or count < len(others) else None


def _largest(holds: Callable[[int], bool], most: int) -> int:
    """The largest number up to `most` for which something holds that holds for all smaller ones; 0 if for none."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low


def _all_capped(sections: Iterable[Section], characters: int) -> tuple[Section, ...]:
    return tuple(_capped(section, characters) for section in sections)


def _capped(section: Section, characters: int) -> Section:
    if section.keep or len(text_of(section.body)) <= characters + len(SHORTENED):  # the line that says so is as long
        return section
    return replace(section, body=shortened(section.body, characters))


def _as_lines(section: Section) -> Section:
    """A section that must be kept whole, in the shortest form that every tracker shows line by line."""
    lines = "\n".join(_markdown_blocks(section.body.blocks))
    return replace(section, body=document(CodeBlock(lines))) if section.keep else section


def _left_out(count: int) -> Section:
    return Section(f"{count} more sections", document(Paragraph((Text(SHORTENED),))))


def shortened(text: Document, characters: int) -> Document:
    """The first characters of a document, with a line that says so at the end."""
    kept, left = [], characters
    for block in text.blocks:
        if left <= 0:
            break
        part, left = _cut_block(block, left)
        if part is not None:
            kept.append(part)
    return document(*kept, Paragraph((Text(SHORTENED),)))


def _cut_block(block: Block, left: int) -> tuple[Block | None, int]:
    match block:
        case Paragraph(content=content) | Heading(content=content):
            inlines, left = _cut_inlines(content, left)
            return replace(block, content=inlines), left
        case BulletList(items=items) | OrderedList(items=items):
            kept, left = _cut_items(items, left)
            return replace(block, items=kept), left
        case CodeBlock(text=text):
            return CodeBlock(text[:left]), left - len(text)
        case Quote(content=paragraphs):
            inner = []
            for paragraph in paragraphs:
                if left > 0:
                    inlines, left = _cut_inlines(paragraph.content, left)
                    inner.append(Paragraph(inlines))
            return Quote(tuple(inner)), left
        case Opaque(text=text):
            return (block if len(text) <= left else None), left - len(text)
        case Rule():
            return block, left


def _cut_items(items: Iterable[ListItem], left: int) -> tuple[tuple[ListItem, ...], int]:
    kept = []
    for item in items:
        if left <= 0:
            break
        inlines, left = _cut_inlines(item.content, left)
        children = []
        for child in item.children:
            if left > 0:
                part, left = _cut_block(child, left)
                if isinstance(part, BulletList | OrderedList):
                    children.append(part)
        kept.append(ListItem(inlines, tuple(children)))
    return tuple(kept), left


def _cut_inlines(content: Iterable[Inline], left: int) -> tuple[tuple[Inline, ...], int]:
    kept: list[Inline] = []
    for part in content:
        if left <= 0:
            break
        length = len(plain((part,)))
        if length <= left:
            kept.append(part)
        elif isinstance(part, Text):
            kept.append(Text(part.text[:left], part.marks))
        left -= length
    return tuple(kept), left


def markdown(sections: Iterable[Section]) -> str:
    """The sections as Markdown, for the file that holds the full text. It is read by people, not parsed back."""
    parts = (f"## {section.heading}\n\n" + "\n\n".join(_markdown_blocks(section.body.blocks)) for section in sections)
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def _markdown_blocks(blocks: Iterable[Block]) -> Iterable[str]:
    for block in blocks:
        match block:
            case Paragraph(content=content):
                yield _markdown_line(content)
            case Heading(content=content):
                yield "### " + _markdown_line(content)
            case BulletList() | OrderedList():
                yield "\n".join(_markdown_list(block, ""))
            case CodeBlock(text=text):
                fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
                yield f"{fence}\n{text}\n{fence}"
            case Quote(content=paragraphs):
                yield "\n>\n".join("> " + _markdown_line(p.content).replace("\n", "\n> ") for p in paragraphs)
            case Rule():
                yield "---"
            case Opaque(text=text):
                yield text


def _markdown_list(block: BulletList | OrderedList, indent: str) -> Iterable[str]:
    for number, item in enumerate(block.items, start=1):
        bullet = f"{number}. " if isinstance(block, OrderedList) else "- "
        inner = indent + " " * len(bullet)
        yield indent + bullet + _markdown_line(item.content).replace("\n", "\n" + inner)
        for child in item.children:
            yield from _markdown_list(child, inner)


def _markdown_line(content: Iterable[Inline]) -> str:
    pieces = []
    for part in content:
        match part:
            case Link(href=href, content=texts):
                shown = plain(texts)
                pieces.append(f"<{href}>" if shown == href else f"[{shown}]({href})")
            case Text() | Mention() | Opaque() | Break():
                pieces.append(plain((part,)))
    return "".join(pieces)
