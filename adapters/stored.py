"""Documents as JSON types, for storage."""

import json
from collections.abc import Iterable
from typing import Any

from adapters.nodes import (
    Break,
    BulletList,
    CodeBlock,
    Document,
    Heading,
    Link,
    ListItem,
    Mention,
    Opaque,
    OrderedList,
    Paragraph,
    Quote,
    Rule,
    Text,
)

_KINDS = {
    kind.__name__: kind
    for kind in (
        Text,
        Break,
        Link,
        Mention,
        Opaque,
        Paragraph,
        Heading,
        ListItem,
        BulletList,
        OrderedList,
        CodeBlock,
        Quote,
        Rule,
    )
}


def to_json(made: Document) -> list[Any]:
    """The document as JSON types, for storage."""
    return [_encode(block) for block in made.blocks]


def from_json(stored: Iterable[Any]) -> Document:
    """What `to_json` stored.

    Raises:
        ValueError: that is no stored document.
    """
    try:
        return Document(tuple(_decode(block) for block in stored))
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a stored document: {json.dumps(stored, default=str)[:80]}") from error


def _encode(node: Any) -> Any:
    if isinstance(node, frozenset):
        return sorted(node)
    if isinstance(node, tuple):
        return [_encode(part) for part in node]
    if isinstance(node, str | int):
        return node
    return {"is": type(node).__name__} | {name: _encode(getattr(node, name)) for name in type(node).__slots__}


def _decode(stored: Any) -> Any:
    values = dict(stored)
    kind = _KINDS[values.pop("is")]
    for name, value in values.items():
        if name == "marks":
            values[name] = frozenset(value)
        elif isinstance(value, list):
            values[name] = tuple(_decode(part) for part in value)
    return kind(**values)
