"""The JSON schema of a request type's file, for editors: made from the model, with its descriptions."""

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel

from bot.domain.finding_codes import CHECKS, CODES
from bot.domain.template import (
    ATTRIBUTES_OF,
    CHOICES,
    Attributes,
    Field,
    FieldType,
    Ready,
    RequestType,
    TrackerChoice,
    Validations,
    validations_of,
)

TITLE = "A request type of devrequest: a GitHub issue form with additions"
_WORD = {"type": ["string", "number", "boolean"]}
"""Editors read an option such as 1.10 or Yes without quotes as no text; the loader takes it as typed."""

_NAMES = ("labels", "assignees")
"""Lists that may be one text with commas, too."""

Schema = dict[str, Any]


def schema(tracker_models: Mapping[str, type[BaseModel]]) -> Schema:
    """The schema of draft 7, as editors know it.

    Args:
        tracker_models: tracker name → the model of what a template may say about it.
    """
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": TITLE,
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "description", "body"],
        "properties": {
            "$schema": {"type": "string", "description": "Where this schema is, for editors."},
            **_properties(RequestType, leave_out=("key",)),
            "tracker": _tracker(tracker_models),
            "body": _described(RequestType, "body", {"type": "array", "minItems": 1, "items": _element()}),
        },
    }


def _element() -> Schema:
    """One field of the form: its type decides which other keys it may have."""
    kinds: tuple[FieldType, ...] = get_args(FieldType)
    return {
        "type": "object",
        "required": ["type"],
        "properties": {"type": _described(Field, "type", {"enum": list(kinds)})},
        "allOf": [{"if": {"properties": {"type": {"const": kind}}}, "then": _kind(kind)} for kind in kinds],
    }


def _kind(kind: FieldType) -> Schema:
    shown = set(ATTRIBUTES_OF[kind])
    needed = ["value"] if kind == "markdown" else ["label", *(["options"] if kind in CHOICES else [])]
    attributes = {key: value for key, value in _properties(Attributes).items() if key in shown}
    if kind in CHOICES:
        attributes["options"] |= {"minItems": 1, "items": _option(kind)}
    properties: Schema = {
        "type": {"const": kind},
        "id": _described(Field, "id", {"type": "string", "pattern": "^[a-zA-Z0-9_-]+$"}),
        "attributes": _described(Field, "attributes", _object(attributes) | {"required": needed}),
        "when": _described(Field, "when", {"type": "object", "additionalProperties": _one_or_more()}),
    }
    if kind != "markdown":
        known = set(validations_of(kind))
        validations = {key: value for key, value in _properties(Validations).items() if key in known}
        properties["validations"] = _described(Field, "validations", _object(validations))
        properties["aliases"] = _properties(Field)["aliases"]
        ready = _properties(Ready)
        ready["unless"] = _described(Ready, "unless", {"type": "object", "additionalProperties": _one_or_more()})
        ready["checks"]["items"] = {"enum": list(CHECKS)}
        ready["block"]["items"] = {"enum": list(CODES)}
        properties["ready"] = _described(Field, "ready", _object(ready))
    return _object(properties) | {"required": ["type", "attributes"]}


def _option(kind: FieldType) -> Schema:
    label: Schema = {**_WORD, "description": "What people read and choose.", "minLength": 1}
    if kind == "dropdown":
        return label
    required = {"type": "boolean", "description": "This box must be ticked to hand the form in."}
    boxes = _object({"label": label, "required": required}) | {"required": ["label"]}
    return {"anyOf": [boxes, label]}


def _one_or_more() -> Schema:
    return {"anyOf": [_WORD, {"type": "array", "minItems": 1, "items": _WORD}]}


def _tracker(tracker_models: Mapping[str, type[BaseModel]]) -> Schema:
    own = _properties(TrackerChoice, leave_out=("settings",))
    own["default"] = _described(TrackerChoice, "default", {"enum": list(tracker_models)})
    trackers = {name: _settings(name, model) for name, model in tracker_models.items()}
    return _described(RequestType, "tracker", _object({**own, **trackers}))


def _settings(name: str, model: type[BaseModel]) -> Schema:
    made = model.model_json_schema()
    made.pop("title", None)
    for value in made.get("properties", {}).values():
        value.pop("title", None)
        value.pop("default", None)
    made["description"] = f"What tickets of this type are like in {name}; wins over the team's settings."
    return made


def _properties(model: type[BaseModel], leave_out: tuple[str, ...] = ()) -> dict[str, Schema]:
    """The keys of a model, as a file may say them."""
    made = model.model_json_schema()["properties"]
    return {name: _plain(name, value) for name, value in made.items() if name not in leave_out}


def _plain(name: str, made: Schema) -> Schema:
    """One key without what pydantic adds for itself: titles, defaults, null (a key is left out instead)."""
    kept = {key: value for key, value in made.items() if key not in {"title", "default", "anyOf", "allOf", "$ref"}}
    for choice in made.get("anyOf", []):
        if choice.get("type") != "null":
            kept |= choice
    if name in _NAMES:
        words = {key: value for key, value in kept.items() if key != "description"}
        return {"description": kept["description"], "anyOf": [words, {"type": "string"}]}
    return kept


def _described(model: type[BaseModel], name: str, made: Schema) -> Schema:
    description = model.model_fields[name].description
    return made | ({"description": description} if description else {})


def _object(properties: Mapping[str, Schema]) -> Schema:
    return {"type": "object", "additionalProperties": False, "properties": dict(properties)}
