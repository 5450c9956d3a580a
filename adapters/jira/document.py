"""Rich text as an Atlassian Document (ADF): written, read back, and changed section by section.

What the neutral document cannot say becomes `Opaque` with the node in it, so that it is written back as it was. Two
things are not kept: `localId`, an editor's bookkeeping, and the start of a numbered list if it is 1.

Headings: ADF has six levels, the neutral document two. The highest stays; of all others the highest that occurs is
the second; deeper ones belong to the text of their section.

Source of the format: https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from adapters.document import (
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
    document,
)
from adapters.jira.adf import (
    Node,
    adf,
    attributes_of,
    children,
    compact,
    heading_level,
    lines_to_adf,
    plain_adf,
    second_level,
)

FORMAT = "adf"
DEEPEST_LIST = 30
"""Levels of a list that we read; a deeper one is kept as it is, as everything that we do not model."""
MARKS: tuple[Mark, ...] = ("strong", "em", "underline", "strike", "code")


def to_adf(made: Document) -> Node:
    """The document as Jira's API v3 takes it."""
    return adf(to_nodes(made.blocks))


def to_nodes(blocks: Iterable[Block]) -> list[Node]:
    """Blocks as ADF nodes."""
    return [node for block in blocks for node in _block(block)]


def from_adf(read: Mapping[str, Any] | None) -> Document:
    """The neutral document of what Jira's API v3 shows; empty for None."""
    return from_nodes(children(read or {}))


def from_nodes(content: Sequence[Node]) -> Document:
    """The neutral document of the blocks of an ADF document."""
    second = second_level(content)
    blocks: list[Block] = []
    for node in content:
        if (plain := _plain_block(node, second)) is not None:
            blocks.append(plain)
        else:
            blocks += document(_read_block(node, second)).blocks
    return Document(tuple(blocks))


# --- Writing ---------------------------------------------------------------------------------------------------------


def _block(block: Block) -> Iterator[Node]:
    match block:
        case Paragraph(content=content):
            yield _paragraph(content)
        case Heading(content=content, level=level):
            yield {"type": "heading", "attrs": {"level": level}, "content": _inlines(content)}
        case BulletList(items=items):
            yield {"type": "bulletList", "content": [_item(item) for item in items]}
        case OrderedList(items=items):
            yield {"type": "orderedList", "content": [_item(item) for item in items]}
        case CodeBlock(text=text):
            yield {"type": "codeBlock", "content": [{"type": "text", "text": text}] if text else []}
        case Quote(content=paragraphs):
            yield {"type": "blockquote", "content": [_paragraph(paragraph.content) for paragraph in paragraphs]}
        case Rule():
            yield {"type": "rule"}
        case Opaque(text=text):
            node = _kept(block)
            if node is not None:
                yield node
            elif text:
                yield from lines_to_adf(text)["content"]


def _paragraph(content: Iterable[Inline]) -> Node:
    return {"type": "paragraph", "content": _inlines(content)}


def _item(item: ListItem) -> Node:
    return {"type": "listItem", "content": [_paragraph(item.content), *to_nodes(item.children)]}


def _inlines(content: Iterable[Inline]) -> list[Node]:
    return [node for part in content for node in _inline(part)]


def _inline(part: Inline) -> Iterator[Node]:
    match part:
        case Text(text=text, marks=marks):
            yield from _text(text, marks)
        case Break():
            yield {"type": "hardBreak"}
        case Link(href=href, content=texts):
            for run in texts:
                yield from _text(run.text, run.marks, href)
        case Mention(name=name, id=identity):
            yield {"type": "mention", "attrs": {"id": identity, "text": f"@{name}"}}
        case Opaque(text=text):
            node = _kept(part)
            if node is not None:
                yield node
            else:
                yield from _text(text.replace("\n", " "), NO_MARKS)


def _text(text: str, marks: frozenset[Mark], href: str = "") -> Iterator[Node]:
    if not text:
        return
    written: list[Node] = [{"type": mark} for mark in MARKS if mark in marks]
    if href:
        written.append({"type": "link", "attrs": {"href": href}})
    yield {"type": "text", "text": text} | ({"marks": written} if written else {})


def _kept(opaque: Opaque) -> Node | None:
    """The node that was read; None for something of another format."""
    if opaque.format != FORMAT:
        return None
    node = json.loads(opaque.raw)
    return node if isinstance(node, dict) else None


# --- Reading ---------------------------------------------------------------------------------------------------------


def _plain_block(node: Node, second: int) -> Block | None:
    """The block of a node that holds nothing but plain lines, in the normal form; None for any other.

    Nearly all of most texts is of this kind, and thousands of them are read in a row.
    """
    kind, attributes = node["type"], node.get("attrs")
    if "marks" in node:
        return None
    if kind == "heading":
        level = attributes.get("level") if isinstance(attributes, dict) and _adds_nothing(attributes, 1) else None
        line = _plain_line(node) if type(level) is int and level in {1, second} else None
        return Heading(line, 1 if level == 1 else 2) if line else None
    if attributes and not (isinstance(attributes, dict) and _adds_nothing(attributes, 0)):
        return None
    if kind == "paragraph":
        line = _plain_line(node)
        return Paragraph(line) if line else None
    items = node.get("content")
    if kind == "bulletList" and isinstance(items, list):
        lines = [_plain_item(item) for item in items]
        known = tuple([ListItem(line) for line in lines if line is not None])
        return BulletList(known) if known and len(known) == len(lines) else None
    return None


def _adds_nothing(attributes: dict[str, Any], known: int) -> bool:
    """Whether there are no more attributes than those known, apart from an editor's bookkeeping."""
    return len(attributes) == known or (len(attributes) == known + 1 and "localId" in attributes)


def _plain_item(item: Any) -> tuple[Text] | None:
    """The one line of a list item that holds nothing else."""
    if type(item) is not dict or len(item) != 2 or item.get("type") != "listItem":
        return None
    inside = item.get("content")
    only = inside[0] if type(inside) is list and len(inside) == 1 else None
    plain = type(only) is dict and len(only) == 2 and only.get("type") == "paragraph"
    return _plain_line(only) if plain and only is not None else None


def _plain_line(node: Node) -> tuple[Text] | None:
    """The one text of a node, if it has no marks and is in the normal form as it stands."""
    inside = node.get("content")
    only = inside[0] if type(inside) is list and len(inside) == 1 else None
    if type(only) is not dict or len(only) != 2 or only.get("type") != "text":
        return None
    text = only.get("text")
    if type(text) is str and text.isprintable() and text and text[0] != " " and text[-1] != " ":
        return (Text(text),)
    return None


def _read_block(node: Node, second: int) -> Block:
    return _known_block(node, second) or _opaque(node)


def _known_block(node: Node, second: int, depth: int = 0) -> Block | None:
    """The block that says all that the node says, None if there is none, or if it is nested deeper than we read."""
    kind = node.get("type")
    if depth > DEEPEST_LIST or _said_elsewhere(node, {"level"} if kind == "heading" else set()):
        return None
    match kind:
        case "paragraph":
            return Paragraph(tuple(_read_inlines(children(node))))
        case "heading" if (level := heading_level(node)) == 1 or level == second:
            return Heading(tuple(_read_inlines(children(node))), min(level, 2))
        case "bulletList" | "orderedList":
            items = [_read_item(child, depth) for child in children(node)]
            known = tuple(item for item in items if item is not None)
            if not known or len(known) < len(items):
                return None
            return OrderedList(known) if kind == "orderedList" else BulletList(known)
        case "codeBlock":
            return _read_code(node)
        case "blockquote":
            paragraphs = [_known_block(child, second, depth + 1) for child in children(node)]
            known_paragraphs = tuple(p for p in paragraphs if isinstance(p, Paragraph))
            return Quote(known_paragraphs) if len(known_paragraphs) == len(paragraphs) else None
        case "rule":
            return Rule()
        case _:
            return None


def _said_elsewhere(node: Node, attributes: set[str]) -> bool:
    """Whether a node has marks or attributes beyond those that we read."""
    said = {name for name, value in attributes_of(node).items() if value is not None} - attributes - {"localId"}
    if node.get("type") == "orderedList" and attributes_of(node).get("order") == 1:
        said.discard("order")
    return bool(said or node.get("marks"))


def _read_code(node: Node) -> CodeBlock | None:
    pieces = children(node)
    if any(piece.get("type") != "text" or piece.get("marks") for piece in pieces):
        return None
    return CodeBlock("".join(str(piece.get("text", "")) for piece in pieces))


def _read_item(node: Node, depth: int) -> ListItem | None:
    """One paragraph and the lists below it; anything richer is not ours."""
    inside = children(node)
    if node.get("type") != "listItem" or _said_elsewhere(node, set()) or not inside:
        return None
    first, *rest = inside
    if first.get("type") != "paragraph" or _said_elsewhere(first, set()):
        return None
    below = [_known_block(child, 2, depth + 1) for child in rest]
    lists = tuple(block for block in below if isinstance(block, BulletList | OrderedList))
    return ListItem(tuple(_read_inlines(children(first))), lists) if len(lists) == len(rest) else None


def _read_inlines(nodes: Iterable[Node]) -> Iterator[Inline]:
    for node in nodes:
        attributes = attributes_of(node)
        match node.get("type"):
            case "text":
                yield _read_text(node)
            case "hardBreak":
                yield Break()
            case "mention" if attributes.get("id") and isinstance(attributes.get("text"), str):
                yield Mention(attributes["text"].removeprefix("@"), str(attributes["id"]))
            case _:
                yield _opaque(node)


def _read_text(node: Node) -> Inline:
    text, marks, href = str(node.get("text", "")), set[Mark](), ""
    written = node.get("marks")
    for mark in written if isinstance(written, list) else ():
        match mark:
            case {"type": "strong" | "em" | "underline" | "strike" | "code" as name}:
                marks.add(name)
            case {"type": "link", "attrs": {"href": str(address)}} if set(mark["attrs"]) <= {"href"}:
                href = address
            case _:
                return _opaque(node)
    return Link(href, (Text(text, frozenset(marks)),)) if href else Text(text, frozenset(marks))


def _opaque(node: Node) -> Opaque:
    return Opaque(FORMAT, compact(node), plain_adf(node).strip("\n"))
