"""Models to text and back, safe for every database."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)


def dump(content: BaseModel | Mapping[str, Any]) -> str:
    """As JSON in plain ASCII: PostgreSQL takes neither NUL nor lone surrogates in a text, as escapes it does."""
    values = content.model_dump(mode="python") if isinstance(content, BaseModel) else dict(content)
    return json.dumps(values, separators=(",", ":"), default=_plain)


def load(kind: type[M], text: str) -> M:
    """What `dump` made."""
    return kind.model_validate(json.loads(text))


def storable(text: str) -> str:
    """Text for a plain column: what a database refuses becomes U+FFFD."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"not a JSON type: {type(value).__name__}")
