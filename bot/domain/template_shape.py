"""The shape of a template's file: scalars as the keys want them, keys that fit the field's type, ids.

What is wrong is noted and taken out, so that the rest can be judged in the same run.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel

from bot.domain.answers import TITLE
from bot.domain.problems import Path, Problem, suggest
from bot.domain.template import ATTRIBUTES_OF, Attributes, Field, FieldType, Option, Ready, Validations, validations_of
from bot.domain.yaml_text import Located

COMMON_IDS = (
    "user_story",
    "acceptance_criteria",
    "goal",
    "audience",
    "impact",
    "design_assets",
    "tracking",
    "launch_date",
)
"""Ids that mean the same in every request type."""

_TYPED = {"required", "multiple", "at_least", "ask", "past", "applies_to_existing"}
_OF_MARKDOWN = ("type", "id", "attributes", "when")
_TYPES: tuple[FieldType, ...] = get_args(FieldType)
_ID = re.compile(r"[a-zA-Z0-9_-]+")


def slug(text: str, separator: str = "-") -> str:
    """`Größe & Farbe` → `grosse-farbe`; empty if nothing of it is Latin."""
    latin = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", separator, latin).strip(separator)[:60].strip(separator)


def with_words(located: Located, value: Any, path: Path = ()) -> Any:
    """The data with every scalar as its key wants it: as typed, unless the key wants true, false or a number.

    Keys without a value are left out; the settings of trackers stay as YAML reads them.
    """
    if path[:1] == ("tracker",) and len(path) > 1 and path[1] not in {"default", "ask"}:
        return value
    match value:
        case dict():
            kept = {key: with_words(located, entry, (*path, key)) for key, entry in value.items()}
            return {key: entry for key, entry in kept.items() if entry is not None}
        case list():
            return [
                _typed(located, (*path, index), "") if entry is None else with_words(located, entry, (*path, index))
                for index, entry in enumerate(value)
            ]
        case None | str():
            return value
    return value if _wants_value(path) else _typed(located, path, str(value))


def _typed(located: Located, path: Path, otherwise: str) -> str:
    return located.typed.get(located.in_file(path), otherwise)


def _wants_value(path: Path) -> bool:
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    return name in _TYPED or (name == "default" and path[0] == "body")


def shaped(located: Located, item: dict[str, Any], path: Path) -> tuple[dict[str, Any], bool]:
    """An element of the body without the keys that its type does not have; each of them is noted.

    Returns:
        The element, and whether its type is certain. Where it is not, only keys that no type has are taken out.
    """
    kind, certain = _kind(located, item, path)
    known = _OF_MARKDOWN if certain and kind == "markdown" else tuple(Field.model_fields)
    kept = keep_known(located, item, path, known, Field, kind) | {"type": kind}
    for key, allowed, model in (
        ("attributes", ATTRIBUTES_OF[kind] if certain else tuple(Attributes.model_fields), Attributes),
        ("validations", validations_of(kind) if certain else tuple(Validations.model_fields), Validations),
        ("ready", tuple(Ready.model_fields), Ready),
    ):
        if isinstance(kept.get(key), dict):
            kept[key] = keep_known(located, kept[key], (*path, key), allowed, model, kind)
    shown = kept.get("attributes")
    if isinstance(shown, dict) and isinstance(options := shown.get("options"), list):
        place: Path = (*path, "attributes", "options")
        kept["attributes"] = shown | {
            "options": [_option(located, option, (*place, index)) for index, option in enumerate(options)]
        }
    return kept, certain


def _option(located: Located, option: Any, path: Path) -> Any:
    """An option with the keys that it may have; `Linux: x86` without quotes is read as a key, which nobody means."""
    known = tuple(Option.model_fields)
    if not isinstance(option, dict) or not option:
        return option
    if any(suggest(key, known, surely=True) for key in option):
        return keep_known(located, option, path, known)
    located.add(path, 'holds ": ", so that it is read as a key and its value; put it in quotes')
    return ", ".join(f"{key}: {value}" for key, value in option.items())


def _kind(located: Located, item: dict[str, Any], path: Path) -> tuple[FieldType, bool]:
    """The type of an element, and whether that is certain; if not, the type that fits best."""
    key = (
        "type" if "type" in item else next((key for key in item if suggest(key, Field.model_fields) == "type"), "type")
    )
    said = item.get(key)
    if said is None:
        located.add((*path, "type"), "is missing")
    elif isinstance(said, dict | list):
        located.add((*path, "type"), "must be text")
    else:
        kind = _typed(located, (*path, key), str(said))
        if kind in _TYPES:
            return _TYPES[_TYPES.index(kind)], True
        located.add((*path, key), f"is no field type; known are {', '.join(_TYPES)}", suggest(kind, _TYPES))
        if close := suggest(kind, _TYPES, surely=True):
            return _TYPES[_TYPES.index(close)], True
    shown = item.get("attributes")
    if isinstance(shown, dict) and "options" in shown:
        return "dropdown", False
    return ("markdown" if isinstance(shown, dict) and "value" in shown and "label" not in shown else "textarea"), False


def keep_known(
    located: Located,
    item: Mapping[str, Any],
    path: Path,
    allowed: tuple[str, ...],
    model: type[BaseModel] | None = None,
    kind: str = "",
) -> dict[str, Any]:
    """A mapping without the keys that are not allowed there, and with those that are surely misspelt put right.

    Each of them is noted; `model` knows the keys that only other types have.
    """
    kept = {}
    for key, value in item.items():
        if key in allowed:
            kept[key] = value
        elif model and key in model.model_fields:
            if value is not None:
                located.add((*path, key), f"means nothing for a field of type {kind}; take it out")
        else:
            located.add((*path, key), f"unknown key; known here are {', '.join(allowed)}", suggest(key, allowed))
            word = suggest(key, allowed, surely=True)
            if word and word not in item and word not in kept:
                kept[word] = value
                located.renamed[*path, word] = key
    return kept


def with_ids(located: Located, items: list[Any], notes: list[Problem]) -> list[Any]:
    """The elements with an id each: their own, else the slug of the label; `-2`, `-3` … makes them unique."""
    taken = {TITLE}
    own = {item["id"] for item in items if isinstance(item, dict) and isinstance(item.get("id"), str)}
    result = list(items)
    for index, item in enumerate(items):
        if isinstance(item, dict) and item.get("id") is not None:
            result[index] = item | {"id": _own_id(located, item["id"], ("body", index, "id"), taken, own, notes)}
    for index, item in enumerate(items):
        if isinstance(item, dict) and item.get("id") is None:
            result[index] = item | {"id": _free(_derived_id(item, index), taken)}
    return result


def _own_id(located: Located, own: Any, path: Path, taken: set[str], others: set[str], notes: list[Problem]) -> Any:
    if not isinstance(own, str):
        return own
    if not _ID.fullmatch(own):
        located.add(path, "may hold letters, digits, - and _ only", slug(own, "_"))
    elif own == TITLE:
        renamed = _free(own, taken | others)
        taken.add(renamed)
        message = f"every form asks for a title already, this one is called {renamed}"
        notes.append(located.problem(path, message, severity="note"))
        return renamed
    elif own in taken:
        located.add(path, f"{own} is the id of another field, too; ids must differ")
    taken.add(own)
    return own


def _derived_id(item: Mapping[str, Any], index: int) -> str:
    if item.get("type") == "markdown":
        return f"markdown-{index + 1}"
    attributes = item.get("attributes")
    label = attributes.get("label") if isinstance(attributes, dict) else None
    made = slug(label) if isinstance(label, str) else ""
    common = made.replace("-", "_")
    return common if common in COMMON_IDS else made or f"field-{index + 1}"


def _free(wanted: str, taken: set[str]) -> str:
    name, count = wanted, 1
    while name in taken:
        count += 1
        name = f"{wanted}-{count}"
    taken.add(name)
    return name
