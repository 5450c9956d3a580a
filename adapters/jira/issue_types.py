"""Which issue type is meant, on sites in any language."""

from collections.abc import Mapping, Sequence
from typing import Any

DEFAULT_TYPES = ("Task", "Story")


def pick_type(types: Sequence[dict[str, Any]], wanted: str) -> dict[str, Any] | None:
    """An issue type by its id or name, in the language of the bot's account or untranslated; else the usual one."""
    if not wanted:
        usual = (entry for name in DEFAULT_TYPES for entry in types if name.casefold() in _names_of(entry))
        plain = [entry for entry in types if not entry.get("subtask")]
        stories = (entry for entry in plain if not entry.get("hierarchyLevel"))  # an epic is for what holds others
        return next(usual, None) or next(stories, None) or next(iter(plain), None)
    by_id = (entry for entry in types if str(entry.get("id")) == wanted)
    folded = wanted.strip().casefold()
    shown = (entry for entry in types if str(entry.get("name")).casefold() == folded)
    original = (entry for entry in types if folded in _names_of(entry))
    return next(by_id, None) or next(shown, None) or next(original, None)


def _names_of(issue_type: Mapping[str, Any]) -> set[str]:
    return {str(issue_type.get(name)).casefold() for name in ("name", "untranslatedName")}
