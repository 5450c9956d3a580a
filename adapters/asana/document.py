"""Neutral rich text as Asana's XML, and back (Asana developer docs, "Rich text").

Asana takes strict XML in a `<body>`: no paragraphs (a newline character is one), headings `h1` and `h2`, lists, quotes,
`pre`, `hr`, five marks and links. What else it sends, tables and images, stays to the letter as `Opaque`.
A mention is `<a data-asana-gid="…">`; text is escaped before it gets here, so that only a `Mention` can become one.
"""

import re
from collections.abc import Iterable, Iterator

from adapters.asana.markup import BrokenXml, Element, Run, escaped, parse
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
    normalise,
    plain,
)
from adapters.rows import row_text

FORMAT = "xml"
TAGS: dict[Mark, str] = {"strong": "strong", "em": "em", "underline": "u", "strike": "s", "code": "code"}
MARKS: dict[str, Mark] = {tag: mark for mark, tag in TAGS.items()}
INLINE = frozenset({*MARKS, "a"})
_OWN_LINES = frozenset({"table", "thead", "tbody", "tr", "td", "th", "ul", "ol", "li", "h1", "h2", "blockquote", "pre"})
DEEPEST = 30
"""Levels of lists and marks inside each other that we read; what is deeper is kept as it is."""
_GID = re.compile(r"[0-9]+")


def render(made: Document) -> str:
    """A normalised document as the value of `html_notes`."""
    return f"<body>{render_blocks(made.blocks)}</body>"


def render_comment(made: Document) -> str:
    """A normalised document as the value of `html_text`: comments have no headings, lines, images and tables."""
    return render(document(*(part for block in made.blocks for part in _for_comment(block))))


def render_blocks(blocks: Iterable[Block]) -> str:
    """Blocks without a `<body>` around them."""
    pieces: list[str] = []
    after_text = False
    for block in blocks:
        is_text = is_running(block)
        pieces += ["\n\n" if is_text and after_text else "", _block(block)]
        after_text = is_text
    return "".join(pieces)


def is_running(block: Block) -> bool:
    """Whether the block is written as characters of the body, so that its neighbours must be kept at a distance."""
    return isinstance(block, Paragraph) or (isinstance(block, Opaque) and block.format != FORMAT)


def parse_document(source: str) -> Document:
    """The document that `html_notes` or `html_text` holds, in the normal form.

    XML that is broken, which Asana never sends, becomes one `Opaque`.
    """
    try:
        body = parse(source)
    except BrokenXml:
        return Document((Opaque(FORMAT, source, source),)) if source.strip() else Document()
    return parse_nodes(source, body.children)


def parse_nodes(source: str, nodes: Iterable[Element | Run]) -> Document:
    """Nodes of a body as a document."""
    blocks: list[Block] = []
    running: list[Inline] = []
    for node in nodes:
        if isinstance(node, Run) or node.tag in INLINE:
            running += _inlines(source, (node,), NO_MARKS)
        else:
            blocks += [Paragraph(tuple(running)), _block_of(source, node)]
            running = []
    return normalise(Document((*blocks, Paragraph(tuple(running)))))


def _block(block: Block) -> str:
    match block:
        case Paragraph(content=content):
            return _inline(content)
        case Heading(content=content, level=level):
            return f"<h{level}>{_inline(content)}</h{level}>"
        case BulletList(items=items):
            return f"<ul>{''.join(_item(item) for item in items)}</ul>"
        case OrderedList(items=items):
            return f"<ol>{''.join(_item(item) for item in items)}</ol>"
        case CodeBlock(text=text):
            return f"<pre>{escaped(text)}</pre>"
        case Quote(content=paragraphs):
            return f"<blockquote>{render_blocks(paragraphs)}</blockquote>"
        case Rule():
            return "<hr/>"
        case Opaque(format=form, raw=raw, text=text):
            return raw if form == FORMAT else render_blocks(document(Paragraph((Text(text),))).blocks)


def _item(item: ListItem) -> str:
    return f"<li>{_inline(item.content)}{render_blocks(item.children)}</li>"


def _inline(content: Iterable[Inline]) -> str:
    return "".join(_part(part) for part in content)


def _part(part: Inline) -> str:
    match part:
        case Text(text=text, marks=marks):
            shown = escaped(text)
            for mark in reversed(TAGS):
                shown = f"<{TAGS[mark]}>{shown}</{TAGS[mark]}>" if mark in marks else shown
            return shown
        case Break():
            return "\n"
        case Link(href=href, content=texts):
            return f'<a href="{escaped(href)}">{_inline(texts)}</a>'
        case Mention(name=name, id=gid):
            shown = escaped(f"@{name}")
            return f'<a data-asana-gid="{gid}">{shown}</a>' if _GID.fullmatch(gid) else shown
        case Opaque(format=form, raw=raw, text=text):
            return raw if form == FORMAT else escaped(text)


def _for_comment(block: Block) -> Iterator[Block]:
    match block:
        case Heading(content=content):
            yield Paragraph((Text(plain(content), frozenset({"strong"})),))
        case Opaque(text=text):
            yield Paragraph((Text(text),))
        case Rule():
            return
        case _:
            yield block


def _block_of(source: str, node: Element) -> Block:
    found: Block | None = None
    match node.tag:
        case "h1" | "h2":
            found = Heading(tuple(_inlines(source, node.children, NO_MARKS)), int(node.tag[1]))
        case "ul" | "ol":
            found = _list_of(source, node)
        case "blockquote":
            found = Quote((Paragraph(tuple(_inlines(source, node.children, NO_MARKS))),))
        case "pre" if not any(node.elements()):
            found = CodeBlock(node.text())
        case "hr":
            found = Rule()
    return found or _opaque(source, node)


def _list_of(source: str, node: Element, depth: int = 0) -> BulletList | OrderedList | None:
    """The list; None if it holds what a list of ours cannot, or is nested deeper than we read."""
    items = []
    if depth > DEEPEST:
        return None
    for child in node.children:
        if isinstance(child, Run) and not child.text.strip():
            continue
        item = _item_of(source, child, depth) if isinstance(child, Element) and child.tag == "li" else None
        if item is None:
            return None
        items.append(item)
    return BulletList(tuple(items)) if node.tag == "ul" else OrderedList(tuple(items))


def _item_of(source: str, node: Element, depth: int) -> ListItem | None:
    line: list[Element | Run] = []
    below: list[BulletList | OrderedList] = []
    for child in node.children:
        if isinstance(child, Element) and child.tag in {"ul", "ol"}:
            inner = _list_of(source, child, depth + 1)
            if inner is None:
                return None
            below.append(inner)
        elif not below:
            line.append(child)
        elif isinstance(child, Element) or child.text.strip():
            return None
    return ListItem(tuple(_inlines(source, line, NO_MARKS)), tuple(below))


def _inlines(source: str, nodes: Iterable[Element | Run], marks: frozenset[Mark], depth: int = 0) -> Iterator[Inline]:
    for node in nodes:
        if isinstance(node, Run):
            yield Text(node.text, marks)
        elif depth < DEEPEST and node.tag in MARKS:
            yield from _inlines(source, node.children, marks | {MARKS[node.tag]}, depth + 1)
        elif depth < DEEPEST and node.tag == "a":
            yield _link_of(source, node, marks, depth)
        else:
            yield _opaque(source, node)


def _link_of(source: str, node: Element, marks: frozenset[Mark], depth: int) -> Inline:
    gid, kind = node.attributes.get("data-asana-gid"), node.attributes.get("data-asana-type", "user")
    inner = tuple(_inlines(source, node.children, marks, depth + 1))
    texts = tuple(part for part in inner if isinstance(part, Text))
    if gid is not None and kind == "user":
        return Mention(plain(inner).removeprefix("@"), gid)
    if gid is None and "href" in node.attributes and len(texts) == len(inner):
        return Link(node.attributes["href"], texts)
    return _opaque(source, node)


def _opaque(source: str, node: Element) -> Opaque:
    return Opaque(FORMAT, source[node.start : node.end], "\n".join(_lines(node)))


def _lines(node: Element, depth: int = 0) -> Iterator[str]:
    """What a reader sees of a node: the rows of a table and the items of a list as lines, the file name of an image."""
    if node.tag == "tr" and depth <= DEEPEST:
        yield row_text(["\n".join(_lines(cell, depth + 1)).split("\n") for cell in node.elements()])
    elif depth > DEEPEST or not any(child.tag in _OWN_LINES for child in node.elements()):
        yield node.text() or node.attributes.get("alt", "")
    else:
        line = ""
        for child in node.children:
            if isinstance(child, Element) and child.tag in _OWN_LINES:
                yield from filter(None, (line.strip(),))
                yield from _lines(child, depth + 1)
                line = ""
            else:
                line += child.text if isinstance(child, Run) else child.text() or child.attributes.get("alt", "")
        yield from filter(None, (line.strip(),))
