"""An Atlassian Document (ADF) as Jira sends it: its nodes, its size, its plain text; nothing of the neutral document.

Source of the format: https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from adapters.rows import row_text

Node = dict[str, Any]
DEEPEST = 60
"""Nodes inside each other that are told apart."""
INLINE = frozenset(
    {"text", "hardBreak", "mention", "emoji", "date", "status", "inlineCard", "placeholder", "inlineExtension"}
    | {"mediaInline"}
)


def adf(nodes: Iterable[Node]) -> Node:
    """An ADF document that holds these blocks."""
    return {"version": 1, "type": "doc", "content": list(nodes)}


def children(node: Mapping[str, Any]) -> list[Node]:
    """The nodes in a node."""
    content = node.get("content")
    nodes = content if isinstance(content, list) else []
    return [child for child in nodes if isinstance(child, dict) and isinstance(child.get("type"), str)]


def heading_level(node: Mapping[str, Any]) -> int:
    """The level of a heading, 0 for any other node."""
    if node.get("type") != "heading":
        return 0
    level = attributes_of(node).get("level")
    return int(level) if isinstance(level, int | float) else 1


def second_level(content: Iterable[Mapping[str, Any]]) -> int:
    """The level that counts as the second one in this document."""
    levels = [heading_level(node) for node in content if node.get("type") == "heading"]
    return min([level for level in levels if level > 1], default=2)


def size(made: Mapping[str, Any]) -> int:
    """How much of Jira's limit a document takes: UTF-16 units of its compact JSON, its longest known form."""
    return units(compact(made))


def units(text: str) -> int:
    """The length of a text as Java counts it: in UTF-16 units, two for an emoji."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def lines_to_adf(text: str) -> Node:
    """Plain text as a document that reads back to the letter: one paragraph, its lines apart."""
    inside: list[Node] = []
    for index, line in enumerate(text.split("\n")):
        inside += [{"type": "hardBreak"}] if index else []
        inside += [{"type": "text", "text": line}] if line else []
    return adf([{"type": "paragraph", "content": inside}] if inside else [])


def plain_adf(node: Mapping[str, Any], depth: int = 0) -> str:
    """What a reader sees of a node, its blocks on lines of their own, list items behind `- `, tasks with a box.

    Below `DEEPEST` nodes inside each other only the texts are left, each on a line: no editor makes such a document,
    but Jira's API takes it.

    Args:
        node: of any kind.
        depth: how many nodes it stands in.
    """
    if depth > DEEPEST:
        return "\n".join(_texts(node))
    kind, inside = node.get("type"), children(node)
    attributes = attributes_of(node)
    match kind:
        case "text":
            return str(node.get("text", ""))
        case "hardBreak":
            return "\n"
        case "inlineCard" | "blockCard" | "embedCard":
            return str(attributes.get("url", ""))
        case "emoji":
            return str(attributes.get("text") or attributes.get("shortName", ""))
        case "listItem" | "decisionItem":
            return "- " + _joined(inside, depth)
        case "taskItem" | "blockTaskItem":
            return ("- [x] " if attributes.get("state") == "DONE" else "- [ ] ") + _joined(inside, depth)
        case "tableRow":
            return row_text([plain_adf(cell, depth + 1).split("\n") for cell in inside])
        case "expand" | "nestedExpand":
            return "\n".join(filter(None, (str(attributes.get("title", "")), _joined(inside, depth))))
        case "media" | "mediaInline":
            return str(attributes.get("alt", ""))
        case _:
            return _joined(inside, depth) if inside else str(attributes.get("text", ""))


def _joined(nodes: Sequence[Node], depth: int) -> str:
    inline = any(node.get("type") in INLINE for node in nodes)
    return ("" if inline else "\n").join(plain_adf(node, depth + 1) for node in nodes)


def _texts(node: Mapping[str, Any]) -> Iterator[str]:
    """All that is said in a node, however deep, in order."""
    left = [node]
    while left:
        current = left.pop()
        inside = children(current)
        if not inside and (said := plain_adf(current)):
            yield said
        left += reversed(inside)


def compact(value: Any) -> str:
    """JSON without blanks, also of what is nested too deeply for the library."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        return "".join(_written(value))


def _written(value: Any) -> Iterator[str]:
    """The pieces of JSON; what is left to write stands in a list, the next on top."""
    left: list[tuple[str, Any]] = [("value", value)]
    while left:
        what, current = left.pop()
        if what == "piece":
            yield current
        elif isinstance(current, dict):
            yield "{"
            left.append(("piece", "}"))
            for number, (key, inner) in reversed(list(enumerate(current.items()))):
                left += [("value", inner), ("piece", f"{',' * (number > 0)}{json.dumps(key, ensure_ascii=False)}:")]
        elif isinstance(current, list):
            yield "["
            left.append(("piece", "]"))
            for number, inner in reversed(list(enumerate(current))):
                left += [("value", inner), ("piece", "," * (number > 0))]
        else:
            yield json.dumps(current, ensure_ascii=False)


def attributes_of(node: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of a node, empty if it has none."""
    attributes = node.get("attrs")
    return attributes if isinstance(attributes, dict) else {}
