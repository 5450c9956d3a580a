"""Neutral rich text: what a ticket's text is made of, whatever the tracker.

Every tracker renders a document into its own format and parses it back. What we do not model is kept as `Opaque`.

The normal form, made by `normalise` and by nothing else, is what `parse(render(d)) == d` holds for:

- CR and CRLF are LF; characters that XML 1.0 forbids and lone surrogates are U+FFFD;
- an LF in text is a `Break`, except in a code block; in a heading it is a blank;
- neighbouring texts with the same marks are one, as are neighbouring links with the same target; empty ones are gone;
- `code` stands alone among marks, links aside; a link without text shows its target;
- the target of a link is an address with a scheme, and not one that runs code; any other link is text, its target
  behind it in brackets;
- paragraphs neither start nor end with a break, two breaks in a row make two paragraphs, blank ones are gone;
- headings have level 1 or 2; lists, quotes and code blocks are not empty; a quote holds paragraphs only;
- a mention without an id is plain text, `@name`.
"""

import re
from collections.abc import Iterable, Iterator

from adapters.nodes import (
    NO_MARKS,
    Block,
    Break,
    BulletList,
    CodeBlock,
    Document,
    Heading,
    Inline,
    Link,
    ListItem,
    Mark,
    Mention,
    Opaque,
    OrderedList,
    Paragraph,
    Quote,
    Rule,
    Text,
)
from adapters.stored import from_json, to_json

__all__ = [
    "FORBIDDEN",
    "NO_MARKS",
    "Block",
    "Break",
    "BulletList",
    "CodeBlock",
    "Document",
    "Heading",
    "Inline",
    "Link",
    "ListItem",
    "Mark",
    "Mention",
    "Opaque",
    "OrderedList",
    "Paragraph",
    "Quote",
    "Rule",
    "Text",
    "clean",
    "document",
    "from_json",
    "normalise",
    "plain",
    "text_of",
    "to_json",
]

FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 does not allow, lone surrogates included (https://www.w3.org/TR/xml/#charsets)."""


ADDRESS = re.compile(r"(?!(?:javascript|vbscript|data):)[a-z][a-z0-9+.-]*:\S", re.IGNORECASE)
"""How the target of a link begins. Trackers refuse a text with any other, and browsers would run some of them."""


def clean(text: str) -> str:
    """Text with LF line ends, and U+FFFD for every character that XML 1.0 forbids."""
    return FORBIDDEN.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def document(*blocks: Block) -> Document:
    """A document in the normal form."""
    return normalise(Document(tuple(blocks)))


def normalise(made: Document) -> Document:
    """The same document in the normal form; see the top of this module."""
    return Document(tuple(_blocks(made.blocks)))


def plain(content: Iterable[Inline]) -> str:
    """The characters of running text, breaks as LF."""
    return "".join(_inline_text(part) for part in content)


def text_of(read: Document | Iterable[Block]) -> str:
    """What a reader sees, one line a paragraph or list item, list items behind `- `."""
    blocks = read.blocks if isinstance(read, Document) else read
    return "\n".join(line for block in blocks for line in _block_lines(block))


def _inline_text(part: Inline) -> str:
    match part:
        case Text(text=text) | Opaque(text=text):
            return text
        case Break():
            return "\n"
        case Link(content=content):
            return "".join(run.text for run in content)
        case Mention(name=name):
            return f"@{name}"


def _block_lines(block: Block, indent: str = "") -> Iterator[str]:
    match block:
        case Paragraph(content=content) | Heading(content=content):
            yield from plain(content).split("\n")
        case BulletList(items=items) | OrderedList(items=items):
            for item in items:
                yield f"{indent}- {plain(item.content)}"
                for child in item.children:
                    yield from _block_lines(child, indent + "  ")
        case CodeBlock(text=text) | Opaque(text=text):
            yield from text.split("\n")
        case Quote(content=paragraphs):
            for paragraph in paragraphs:
                yield from _block_lines(paragraph)
        case Rule():
            return


def _blocks(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        match block:
            case Paragraph(content=content):
                if _is_plain(content):
                    yield block
                else:
                    yield from _paragraphs(content)
            case Heading(content=content, level=1 | 2) if _is_plain(content):
                yield block
            case Heading(content=content, level=level):
                line = _trimmed(_inlines(content, line_break=" "))
                if line:
                    yield Heading(line, min(max(level, 1), 2))
            case BulletList(items=items):
                if kept := _items(items):
                    yield BulletList(kept)
            case OrderedList(items=items):
                if kept := _items(items):
                    yield OrderedList(kept)
            case CodeBlock(text=text):
                if body := clean(text).strip("\n"):
                    yield CodeBlock(body)
            case Quote(content=paragraphs):
                if inner := tuple(p for q in paragraphs for p in _paragraphs(q.content)):
                    yield Quote(inner)
            case Rule() | Opaque():
                yield block


def _items(items: Iterable[ListItem]) -> tuple[ListItem, ...]:
    kept = []
    for item in items:
        if not item.children and _is_plain(item.content):
            kept.append(item)
            continue
        content = _trimmed(_single_breaks(_inlines(item.content)))
        children = tuple(block for block in _blocks(item.children) if isinstance(block, BulletList | OrderedList))
        if content or children:
            kept.append(ListItem(content or (Text("…"),), children))
    return tuple(kept)


def _is_plain(content: tuple[Inline, ...]) -> bool:
    """Whether running text is one run that is in the normal form as it stands, as most are."""
    if len(content) != 1 or type(content[0]) is not Text:
        return False
    text, marks = content[0].text, content[0].marks
    ends = bool(text) and text[0] != " " and text[-1] != " "
    return ends and text.isprintable() and (not marks or "code" not in marks or len(marks) == 1)


def _paragraphs(content: Iterable[Inline]) -> Iterator[Paragraph]:
    part: list[Inline] = []
    runs = _inlines(content)
    for index, run in enumerate(runs):
        if isinstance(run, Break) and index + 1 < len(runs) and isinstance(runs[index + 1], Break):
            if kept := _trimmed(part):
                yield Paragraph(kept)
            part = []
        else:
            part.append(run)
    if kept := _trimmed(part):
        yield Paragraph(kept)


def _single_breaks(runs: Iterable[Inline]) -> list[Inline]:
    kept: list[Inline] = []
    for run in runs:
        if not (isinstance(run, Break) and kept and isinstance(kept[-1], Break)):
            kept.append(run)
    return kept


def _trimmed(runs: Iterable[Inline]) -> tuple[Inline, ...]:
    """Without breaks and blanks at both ends; nothing if only blanks are left."""
    kept = list(runs)
    for end in (0, -1):
        while kept:
            edge = kept[end]
            if isinstance(edge, Break):
                kept.pop(end)
            elif isinstance(edge, Text):
                stripped = edge.text.lstrip() if end == 0 else edge.text.rstrip()
                if stripped == edge.text:
                    break
                kept.pop(end)
                if stripped:
                    kept.insert(0 if end == 0 else len(kept), Text(stripped, edge.marks))
                    break
            else:
                break
    return tuple(kept)


def _inlines(content: Iterable[Inline], line_break: str | None = None) -> list[Inline]:
    """Cleaned and merged runs; `line_break` stands for breaks where none are allowed."""
    runs: list[Inline] = []
    for part in content:
        match part:
            case Text(text=text, marks=marks):
                for index, line in enumerate(clean(text).split("\n")):
                    if index:
                        _append(runs, Break() if line_break is None else Text(line_break, _marks(marks)))
                    _append(runs, Text(line, _marks(marks)))
            case Break():
                _append(runs, Break() if line_break is None else Text(line_break))
            case Link(href=href, content=texts):
                for run in _linked(href, texts):
                    _append(runs, run)
            case Mention(name=name, id=identity):
                shown = _one_line(name)
                _append(runs, Mention(shown, identity) if identity else Text(f"@{shown}"))
            case Opaque():
                _append(runs, part)
    return runs


def _append(runs: list[Inline], run: Inline) -> None:
    last = runs[-1] if runs else None
    if isinstance(run, Text) and not run.text:
        return
    if isinstance(run, Text) and isinstance(last, Text) and last.marks == run.marks:
        runs[-1] = Text(last.text + run.text, run.marks)
    elif isinstance(run, Link) and isinstance(last, Link) and last.href == run.href:
        runs[-1] = Link(run.href, _joined(last.content, run.content))
    else:
        runs.append(run)


def _joined(one: tuple[Text, ...], other: tuple[Text, ...]) -> tuple[Text, ...]:
    """The texts of two links to the same place, each in the normal form already."""
    if one[-1].marks != other[0].marks:
        return one + other
    return (*one[:-1], Text(one[-1].text + other[0].text, other[0].marks), *other[1:])


def _linked(href: str, texts: Iterable[Text]) -> tuple[Inline, ...]:
    link = _link(href, texts)
    if ADDRESS.match(link.href):
        return (link,)
    shown = plain(link.content)
    return (*link.content, *([Text(f" ({link.href})")] if link.href and shown != link.href else []))


def _link(href: str, texts: Iterable[Text]) -> Link:
    merged: list[Inline] = []
    for run in texts:
        _append(merged, Text(_one_line(run.text), _marks(run.marks)))
    shown = tuple(run for run in merged if isinstance(run, Text))
    target = re.sub(r"\s", "", clean(href))
    return Link(target, shown or (Text(target),))


def _one_line(text: str) -> str:
    return clean(text).replace("\n", " ")


def _marks(marks: frozenset[Mark]) -> frozenset[Mark]:
    return frozenset({"code"}) if "code" in marks else marks
