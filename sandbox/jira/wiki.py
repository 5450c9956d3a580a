"""Rich text between v2 (wiki markup) and v3 (ADF), plainly: enough to read in one what was written in the other."""

import json
import re
from collections.abc import Iterable

from sandbox.jira.model import RichText

Node = dict[str, object]
MARKS = {"strong": "*", "em": "_", "strike": "-", "underline": "+"}
HEADING = re.compile(r"h([1-6])\. +(.*)")
ITEM = re.compile(r"([*#-])\s+(.*)")


def as_adf(text: RichText) -> Node:
    """The document that v3 shows."""
    return text.adf if text.adf is not None else _from_wiki(text.wiki or "")


def as_wiki(text: RichText) -> str:
    """The markup that v2 shows."""
    return text.wiki if text.wiki is not None else _blocks(_content(text.adf or {}))


def plain(text: RichText) -> str:
    """The words alone, for searching."""
    return as_wiki(text)


def size(text: RichText) -> int:
    """How much of Jira's limit a text takes, in UTF-16 units. A document counts in its own, longer form."""
    stored = text.wiki if text.wiki is not None else json.dumps(text.adf, ensure_ascii=False, separators=(",", ":"))
    return len(stored.encode("utf-16-le", "surrogatepass")) // 2


def _content(node: Node) -> list[Node]:
    content = node.get("content")
    return [child for child in content if isinstance(child, dict)] if isinstance(content, list) else []


def _attr(node: Node, name: str) -> str:
    attrs = node.get("attrs")
    return str(attrs.get(name, "")) if isinstance(attrs, dict) else ""


def _blocks(nodes: Iterable[Node], prefix: str = "") -> str:
    return "\n\n".join(filter(None, (_block(node, prefix) for node in nodes)))


def _block(node: Node, prefix: str) -> str:
    kind, children = node.get("type"), _content(node)
    if kind == "heading":
        return f"h{_attr(node, 'level')}. {_inline(children)}"
    if kind in ("bulletList", "orderedList", "taskList", "decisionList"):
        return _list(children, prefix + ("#" if kind == "orderedList" else "*"))
    if kind == "codeBlock":
        return f"{{code}}\n{_inline(children)}\n{{code}}"
    if kind == "rule":
        return "----"
    if kind == "blockquote":
        return f"{{quote}}\n{_blocks(children)}\n{{quote}}"
    if kind == "panel":
        return f"{{panel}}\n{_blocks(children)}\n{{panel}}"
    if kind == "table":
        return "\n".join(map(_row, children))
    if kind in ("blockCard", "embedCard"):
        return f"[{_attr(node, 'url')}]"
    if any(child.get("type") in INLINE_KINDS for child in children):
        return _inline(children)
    return _blocks(children, prefix)


def _list(items: Iterable[Node], marker: str) -> str:
    lines = []
    for item in items:
        children = _content(item)
        inline = [child for child in children if child.get("type") in INLINE_KINDS]
        nested = [child for child in children if child.get("type") in ("bulletList", "orderedList")]
        own = [child for child in children if child not in nested and child not in inline]
        text = _inline(inline) or _blocks(own)
        lines.append(f"{marker} {text}")
        lines.extend(_block(child, marker) for child in nested)
    return "\n".join(lines)


def _row(row: Node) -> str:
    cells = ""
    for cell in _content(row):
        bar = "||" if cell.get("type") == "tableHeader" else "|"
        cells += f"{bar}{_blocks(_content(cell))}"
    return cells + ("||" if cells.startswith("||") else "|")


def _inline(nodes: Iterable[Node]) -> str:
    return "".join(map(_piece, nodes))


def _piece(node: Node) -> str:
    kind = node.get("type")
    if kind == "text":
        return _marked(str(node.get("text", "")), node.get("marks"))
    if kind == "hardBreak":
        return "\n"
    if kind == "mention":
        return f"[~accountid:{_attr(node, 'id')}]"
    if kind == "inlineCard":
        return f"[{_attr(node, 'url')}]"
    if kind == "status":
        return f"*[ {_attr(node, 'text')} ]*"
    if kind == "emoji":
        return _attr(node, "text") or _attr(node, "shortName")
    return _attr(node, "text")


def _marked(text: str, marks: object) -> str:
    for mark in marks if isinstance(marks, list) else ():
        kind = mark.get("type")
        if kind == "link":
            text = f"[{text}|{mark['attrs']['href']}]"
        elif kind == "code":
            text = f"{{{{{text}}}}}"
        else:
            text = f"{MARKS.get(kind, '')}{text}{MARKS.get(kind, '')}"
    return text


INLINE_KINDS = frozenset(
    {"text", "hardBreak", "mention", "emoji", "date", "status", "inlineCard", "placeholder", "inlineExtension"}
)


def _from_wiki(text: str) -> Node:
    content: list[Node] = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip("\n")):
        content.extend(_wiki_block(block.split("\n")))
    return {"version": 1, "type": "doc", "content": content}


def _wiki_block(lines: list[str]) -> list[Node]:
    nodes: list[Node] = []
    paragraph: list[str] = []
    for line in lines:
        heading, item = HEADING.fullmatch(line), ITEM.fullmatch(line)
        if not heading and not item:
            paragraph.append(line)
            continue
        nodes.extend(_paragraph(paragraph))
        paragraph = []
        if heading:
            level, words = int(heading[1]), _texts([heading[2]])
            nodes.append({"type": "heading", "attrs": {"level": level}, "content": words})
        elif item:
            kind = "orderedList" if item[1] == "#" else "bulletList"
            if not nodes or nodes[-1].get("type") != kind:
                nodes.append({"type": kind, "content": []})
            entry = {"type": "listItem", "content": [{"type": "paragraph", "content": _texts([item[2]])}]}
            nodes[-1]["content"] = [*_content(nodes[-1]), entry]
    return [*nodes, *_paragraph(paragraph)]


def _paragraph(lines: list[str]) -> list[Node]:
    return [{"type": "paragraph", "content": _texts(lines)}] if any(lines) else []


def _texts(lines: list[str]) -> list[Node]:
    pieces: list[Node] = []
    for index, line in enumerate(lines):
        if index:
            pieces.append({"type": "hardBreak"})
        if line:
            pieces.append({"type": "text", "text": line})
    return pieces
