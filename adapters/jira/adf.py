"""An Atlassian Document (ADF) as Jira sends it: its nodes, its size, its plain text; nothing of the neutral document.

Source of the format: https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from adapters.rows import row_text

Node = dict[str, Any]
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
    return min((level for node in content if (level := heading_level(node)) > 1), default=2)


def size(made: Mapping[str, Any]) -> int:
    """How much of Jira's limit a document takes: UTF-16 units of its compact JSON, its longest known form."""
    return units(json.dumps(made, ensure_ascii=False, separators=(",", ":")))


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


def plain_adf(node: Mapping[str, Any]) -> str:
    """What a reader sees of a node, its blocks on lines of their own, list items behind `- `."""
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
        case "listItem" | "taskItem" | "blockTaskItem" | "decisionItem":
            return "- " + _joined(inside)
        case "tableRow":
            return row_text([plain_adf(cell).split("\n") for cell in inside])
        case "expand" | "nestedExpand":
            return "\n".join(filter(None, (str(attributes.get("title", "")), _joined(inside))))
        case "media" | "mediaInline":
            return str(attributes.get("alt", ""))
        case _:
            return _joined(inside) if inside else str(attributes.get("text", ""))


def _joined(nodes: Sequence[Node]) -> str:
    inline = any(node.get("type") in INLINE for node in nodes)
    return ("" if inline else "\n").join(plain_adf(node) for node in nodes)


def attributes_of(node: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of a node, empty if it has none."""
    attributes = node.get("attrs")
    return attributes if isinstance(attributes, dict) else {}
