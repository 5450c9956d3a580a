"""Slack's rich text and the neutral document, both ways (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block).

Mentions, emoji, colours and dates become the text that they show; headings, rules and what other trackers call
their own have no twin in Slack and are shown as text.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

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
from bot.slack.text import clean, web_url

Json = dict[str, Any]
Names = Mapping[str, str]

_MARKS: Mapping[str, Mark] = {
    "bold": "strong",
    "italic": "em",
    "strike": "strike",
    "underline": "underline",
    "code": "code",
}
_STYLES = {mark: style for style, mark in _MARKS.items()}
_MENTIONS = {"user": ("user_id", "@"), "usergroup": ("usergroup_id", "@"), "channel": ("channel_id", "#")}
DEEPEST = 8
"""The deepest indent of a list that Slack shows."""
RULE = "⸻"


def parse(block: Mapping[str, Any], names: Names | None = None) -> Document:
    """A `rich_text` block as a document; what we do not know is kept as the text it carries.

    Args:
        block: as it stands in `rich_text_value`.
        names: Slack id → name, for whom the block mentions; others are shown by id.
    """
    return document(*_blocks(block.get("elements") or (), names or {}))


def mentions(block: Mapping[str, Any]) -> set[str]:
    """The ids of people, groups and channels that the block mentions."""
    kind = block.get("type")
    if kind in _MENTIONS:
        return {str(block.get(_MENTIONS[kind][0], ""))} - {""}
    return {identity for part in block.get("elements") or () for identity in mentions(part)}


def prefill(made: Document) -> Json:
    """A document as a `rich_text` block, for `initial_value`; nothing in it pings."""
    return {"type": "rich_text", "elements": list(_elements(made.blocks))}


def _blocks(elements: Iterable[Mapping[str, Any]], names: Names) -> Iterator[Block]:
    lists: list[Mapping[str, Any]] = []
    for element in elements:
        if element.get("type") == "rich_text_list":
            lists.append(element)
            continue
        yield from _trees(lists, names)
        lists = []
        inner = element.get("elements") or ()
        match element.get("type"):
            case "rich_text_section":
                yield Paragraph(tuple(_runs(inner, names)))
            case "rich_text_quote":
                yield Quote((Paragraph(tuple(_runs(inner, names))),))
            case "rich_text_preformatted":
                yield CodeBlock("".join(_words(part, names) for part in inner))
            case _:
                yield Paragraph((Text(_words(element, names)),))
    yield from _trees(lists, names)


def _runs(elements: Iterable[Mapping[str, Any]], names: Names) -> Iterator[Inline]:
    for element in elements:
        style = element.get("style")
        styles = style.items() if isinstance(style, dict) else ()
        marks = frozenset(_MARKS[key] for key, is_on in styles if is_on and key in _MARKS)
        shown = Text(_words(element, names), marks)
        url = str(element.get("url") or "")
        yield Link(url, (shown,)) if url else shown


def _words(element: Mapping[str, Any], names: Names) -> str:
    """What a reader sees of an element."""
    kind = str(element.get("type", ""))
    if kind in _MENTIONS:
        key, sign = _MENTIONS[kind]
        identity = str(element.get(key, ""))
        return sign + names.get(identity, identity)
    match kind:
        case "broadcast":
            return f"@{element.get('range', '')}"
        case "emoji":
            return _emoji(element)
        case "date":
            return str(element.get("fallback") or _moment(element.get("timestamp")))
    inner = element.get("elements")
    if isinstance(inner, list):
        return "\n".join(_words(part, names) for part in inner) if kind == "rich_text_list" else _joined(inner, names)
    for key in ("text", "fallback", "value", "name", "url", "alt_text", "title"):
        if isinstance(element.get(key), str) and element[key]:
            return str(element[key])
    return f"[{kind}]"


def _joined(parts: Iterable[Mapping[str, Any]], names: Names) -> str:
    return "".join(_words(part, names) for part in parts)


def _emoji(element: Mapping[str, Any]) -> str:
    """The character itself where Slack names it, else its code."""
    try:
        return "".join(chr(int(part, 16)) for part in str(element["unicode"]).split("-"))
    except (KeyError, ValueError, OverflowError):
        tone = f":skin-tone-{element['skin_tone']}:" if element.get("skin_tone") else ""
        return f":{element.get('name', '')}:{tone}"


def _moment(timestamp: object) -> str:
    try:
        return datetime.fromtimestamp(int(str(timestamp)), UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError, OSError):
        return str(timestamp)


class _List:
    """A list that is being read; its items can still get lists of their own."""

    def __init__(self, indent: int, *, ordered: bool) -> None:
        self.indent = indent
        self.ordered = ordered
        self.items: list[tuple[tuple[Inline, ...], list[_List]]] = []

    def made(self) -> BulletList | OrderedList:
        """As nodes."""
        items = tuple(ListItem(content, tuple(child.made() for child in children)) for content, children in self.items)
        return OrderedList(items) if self.ordered else BulletList(items)


def _trees(flat: Iterable[Mapping[str, Any]], names: Names) -> Iterator[Block]:
    """Slack's lists lie side by side, each with its indent; ours stand inside each other."""
    roots: list[_List] = []
    open_lists: list[_List] = []
    for element in flat:
        indent, ordered = int(element.get("indent") or 0), element.get("style") == "ordered"
        while open_lists and open_lists[-1].indent > indent:
            open_lists.pop()
        if open_lists and open_lists[-1].indent == indent and open_lists[-1].ordered != ordered:
            open_lists.pop()
        if not open_lists or open_lists[-1].indent < indent:
            beside = open_lists[-1].items[-1][1] if open_lists and open_lists[-1].items else roots
            if beside is roots or not beside or beside[-1].ordered != ordered:
                beside.append(_List(indent, ordered=ordered))
            beside[-1].indent = indent  # in an item, the same list goes on after what was set in further
            open_lists.append(beside[-1])
        for item in element.get("elements") or ():
            open_lists[-1].items.append((tuple(_runs(item.get("elements") or (), names)), []))
    for root in roots:
        yield root.made()


def _elements(blocks: Iterable[Block]) -> Iterator[Json]:
    """Running text in one section, as Slack's own editor writes it: a blank line between paragraphs."""
    running: list[Json] = []
    previous: Block | None = None
    for block in blocks:
        lines = _line(block)
        if lines is not None:
            running += [_text("\n\n"), *lines] if running else lines
        else:
            if running:
                yield {"type": "rich_text_section", "elements": running}
                running = []
            elif type(previous) is type(block) and isinstance(block, BulletList | OrderedList):
                yield {"type": "rich_text_section", "elements": [_text("\n")]}  # keeps two lists two
            yield from _framed(block)
        previous = block
    if running:
        yield {"type": "rich_text_section", "elements": running}


def _line(block: Block) -> list[Json] | None:
    """A block that is running text in Slack; None for the others."""
    match block:
        case Paragraph(content=content):
            return list(_parts(content))
        case Heading(content=content):
            return list(_parts(content, frozenset({"strong"})))
        case Rule():
            return [_text(RULE)]
        case Opaque(text=text):
            return [_text(clean(text))] if text else []
    return None


def _framed(block: Block) -> Iterator[Json]:
    match block:
        case CodeBlock(text=text):
            yield {"type": "rich_text_preformatted", "elements": [_text(text)]}
        case Quote(content=paragraphs):
            parts: list[Json] = []
            for paragraph in paragraphs:
                parts += ([_text("\n\n")] if parts else []) + list(_parts(paragraph.content))
            yield {"type": "rich_text_quote", "elements": parts}
        case BulletList() | OrderedList():
            yield from _lists(block, 0)


def _lists(made: BulletList | OrderedList, level: int) -> Iterator[Json]:
    waiting: list[Json] = []
    done = 0
    for item in made.items:
        waiting.append({"type": "rich_text_section", "elements": list(_parts(item.content))})
        if item.children:
            yield _list(made, level, waiting, done)
            done, waiting = done + len(waiting), []
            for child in item.children:
                yield from _lists(child, level + 1)
    if waiting:
        yield _list(made, level, waiting, done)


def _list(made: BulletList | OrderedList, level: int, items: list[Json], done: int) -> Json:
    ordered = isinstance(made, OrderedList)
    element: Json = {
        "type": "rich_text_list",
        "style": "ordered" if ordered else "bullet",
        "indent": min(level, DEEPEST),
        "elements": items,
    }
    return element | ({"offset": done} if ordered and done else {})


def _parts(content: Sequence[Inline], more: frozenset[Mark] = frozenset()) -> Iterator[Json]:
    for part in content:
        match part:
            case Text(text=text, marks=marks):
                yield _text(text, marks | more)
            case Break():
                yield _text("\n")
            case Link(href=href, content=texts):
                yield from (_link(href, run, more) for run in texts)
            case Mention(name=name):
                yield _text(f"@{name}", more)
            case Opaque(text=text) if text:
                yield _text(clean(text), more)


def _link(href: str, run: Text, more: frozenset[Mark]) -> Json:
    url = web_url(href)
    if url is None:
        return _text(run.text if run.text == href else f"{run.text} ({href})", run.marks | more)
    return {"type": "link", "url": url, "text": run.text} | _style(run.marks | more)


def _text(text: str, marks: frozenset[Mark] = frozenset()) -> Json:
    return {"type": "text", "text": text} | _style(marks)


def _style(marks: frozenset[Mark]) -> Json:
    styles = {
        style: True for mark, style in _STYLES.items() if mark in marks and ("code" not in marks or mark == "code")
    }
    return {"style": styles} if styles else {}
