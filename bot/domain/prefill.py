"""What stands in a section, as the answer that a form shows, and back: nothing may get lost on the way."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from adapters.document import (
    Block,
    Break,
    BulletList,
    CodeBlock,
    Document,
    Inline,
    Link,
    ListItem,
    Mention,
    OrderedList,
    Paragraph,
    Quote,
    Text,
    document,
    text_of,
    to_json,
)
from bot.domain.answers import Answer
from bot.domain.choices import chosen_options
from bot.domain.draft import body_of
from bot.domain.section_text import ticket_text
from bot.domain.template import CHOICES, TEXTS, Field

Shown = Callable[[Document], Document]
LONGEST = 3000
"""Characters that an input of Slack's takes (UTF-16 units)."""


class _NotPlain(Exception):
    """Plain text cannot say it."""


def prefilled(field: Field, body: Document, shown: Shown) -> tuple[Field, Answer] | None:
    """The field that can show a section as it stands, and the answer in it; None if no input can.

    A text with formatting is shown in an input for rich text, whatever the template says: as plain text it would lose
    its bold words and links. What no input can show, or more than one of 3,000 characters holds, is not shown at all.

    Args:
        field: of the template.
        body: what stands in its section; not empty.
        shown: what becomes of a text that is shown in an input for rich text and handed in as it is.
    """
    if field.type in CHOICES:
        chosen = chosen_options(field, ticket_text(body).split("\n"))
        return (field, chosen if field.is_multiple else chosen[0]) if chosen else None
    if field.type not in TEXTS or _units(text_of(body)) > LONGEST:
        return None
    if (text := _typed(field, body)) is not None and field.attributes.format == "plain":
        return field, text
    if with_mentions(shown(body), body) != body:
        return None
    return rich(field), {"rich": to_json(body)}


def rich(field: Field) -> Field:
    """The field with an input for rich text."""
    attributes = field.attributes.model_copy(update={"format": "rich", "render": ""})
    return field.model_copy(update={"type": "textarea", "attributes": attributes})


def is_as_before(field: Field, answer: Answer, body: Document) -> bool:
    """Whether an answer says what stands there already."""
    return with_mentions(body_of(field, answer, {}), body) == body


def with_mentions(written: Document, before: Document) -> Document:
    """A text in which those are mentioned again who were mentioned before; a form shows them by name only."""
    known = {f"@{part.name}": part for part in _all_inlines(before.blocks) if isinstance(part, Mention)}
    if not known:
        return written
    names = re.compile("(" + "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True)) + r")(?!\w)")

    def again(part: Inline) -> Iterator[Inline]:
        if not isinstance(part, Text) or "code" in part.marks:
            yield part
            return
        for piece in names.split(part.text):
            yield known[piece] if piece in known else replace(part, text=piece)

    def inlines(content: Sequence[Inline]) -> tuple[Inline, ...]:
        return tuple(made for part in content for made in again(part))

    def item(one: ListItem) -> ListItem:
        children = tuple(replace(child, items=tuple(map(item, child.items))) for child in one.children)
        return ListItem(inlines(one.content), children)

    def block(one: Block) -> Block:
        match one:
            case Paragraph(content=content):
                return Paragraph(inlines(content))
            case BulletList(items=items) | OrderedList(items=items):
                return replace(one, items=tuple(map(item, items)))
            case Quote(content=paragraphs):
                return Quote(tuple(Paragraph(inlines(paragraph.content)) for paragraph in paragraphs))
        return one

    return document(*map(block, written.blocks))


def _typed(field: Field, body: Document) -> str | None:
    """The text that somebody types into a plain field to get this body; None if there is none."""
    one_a_line = bool(field.ready.at_least) or "acceptance_criteria" in field.ready.checks
    try:
        text = "\n".join(_plain_blocks(body.blocks, one_a_line=one_a_line)).strip("\n")
    except _NotPlain:
        return None
    # A field that asks for one thing a line makes items of paragraphs: nothing is lost by that.
    lines_only = one_a_line and all(isinstance(block, Paragraph | BulletList) for block in body.blocks)
    return text if lines_only or body_of(field, text, {}) == body else None


def _plain_blocks(blocks: Sequence[Block], *, one_a_line: bool) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(content=content):
                yield from (_plain(content),) if one_a_line else ("", _plain(content), "")
            case BulletList(items=items):
                yield from ((("" if one_a_line else "- ") + _plain_item(item)) for item in items)
            case OrderedList(items=items):
                yield from (f"{number}. {_plain_item(item)}" for number, item in enumerate(items, 1))
            case CodeBlock(text=text):
                yield text
            case _:
                raise _NotPlain


def _plain_item(item: ListItem) -> str:
    if item.children:
        raise _NotPlain
    return _plain(item.content)


def _plain(content: Sequence[Inline]) -> str:
    shown = ""
    for part in content:
        match part:
            case Text(text=text, marks=marks) if not marks:
                shown += text
            case Link(href=href, content=(Text(text=text, marks=marks),)) if text == href and not marks:
                shown += href
            case Break():
                shown += "\n"
            case _:
                raise _NotPlain
    return shown


def _all_inlines(blocks: Sequence[Block]) -> Iterator[Inline]:
    for block in blocks:
        yield from _inlines(block)


def _inlines(block: Block) -> Iterator[Inline]:
    match block:
        case Paragraph(content=content):
            yield from content
        case BulletList(items=items) | OrderedList(items=items):
            for item in items:
                yield from item.content
                for child in item.children:
                    yield from _inlines(child)
        case Quote(content=paragraphs):
            for paragraph in paragraphs:
                yield from paragraph.content


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
