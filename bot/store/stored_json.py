"""Models to text and back, safe for every database."""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError

M = TypeVar("M", bound=BaseModel)


def dump(content: BaseModel | Mapping[str, Any]) -> str:
    """As JSON in plain ASCII: PostgreSQL takes neither NUL nor lone surrogates in a text, as escapes it does."""
    if not isinstance(content, BaseModel):
        return _dumped(content)
    # Much faster, but it refuses lone surrogates; in keys, which nobody types, it would replace them.
    with suppress(PydanticSerializationError):
        return content.model_dump_json(ensure_ascii=True)
    return _dumped(content.model_dump(mode="python"))


def load(kind: type[M], text: str) -> M:
    """What `dump` made."""
    with suppress(ValidationError):  # likewise
        return kind.model_validate_json(text)
    return kind.model_validate(json.loads(text))


def storable(text: str) -> str:
    """Text for a plain column: what a database refuses becomes U+FFFD."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _dumped(values: Mapping[str, Any]) -> str:
    return json.dumps(dict(values), separators=(",", ":"), default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"not a JSON type: {type(value).__name__}")
