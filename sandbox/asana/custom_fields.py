"""Custom fields: what a value may be, by the field's type, and how it is shown (Asana docs, "Custom fields").

A client may write a list as an array or, as the contract types it, as text with commas; a number as a number or its
text; a date as `{"date": "2026-12-24"}` or its text.
"""

import math
from collections.abc import Callable, Sequence
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from sandbox.asana.errors import AsanaError, refuse
from sandbox.asana.records import CustomField, EnumOption, FieldValue, User

TEXT_LIMIT = 1024
FindUser = Callable[[str, str], User]


def read_value(field: CustomField, given: Any, find_user: FindUser) -> Any:
    """A value from a request as a task keeps it; None clears the field.

    Raises:
        AsanaError: 400, the value is not of the field's type; 403, nobody may set it.
    """
    if field.read_only:
        raise AsanaError(HTTPStatus.FORBIDDEN, f"Custom field {field.gid} is read-only")
    if given is None or given in ("", []):
        return None
    return _READERS[field.type](field, given, find_user)


def _text(field: CustomField, given: Any, _: FindUser) -> str:
    if not isinstance(given, str):
        refuse(f"custom_field: {field.gid}: Not a valid text value")
    if len(given) > TEXT_LIMIT:
        refuse(f"custom_field: {field.gid}: Text values may be at most {TEXT_LIMIT} characters")
    return given


def _number(field: CustomField, given: Any, _: FindUser) -> float:
    problem = f"custom_field: {field.gid}: Not a valid number"
    try:
        number = float(given) if isinstance(given, str | int | float) and not isinstance(given, bool) else math.nan
    except (ValueError, OverflowError):
        refuse(problem)
    return round(number, _decimals(field)) if math.isfinite(number) else refuse(problem)


def _decimals(field: CustomField) -> int:
    """Of the number itself: 0.25 is 25 %, which has no decimals (OpenAPI, `precision`)."""
    return field.precision + (2 if field.format == "percentage" else 0)


def _option(field: CustomField, given: Any) -> EnumOption:
    option = next((o for o in field.options if o.gid == given), None)
    if option is None:
        refuse(f"custom_field: {field.gid}: Not a recognized enum option: {given}")
    if not option.enabled:
        refuse(f"custom_field: {field.gid}: The enum option {given} is disabled")
    return option


def _enum(field: CustomField, given: Any, _: FindUser) -> EnumOption:
    return _option(field, given)


def _multi_enum(field: CustomField, given: Any, _: FindUser) -> list[EnumOption]:
    return [_option(field, gid) for gid in _listed(field, given)]


def _people(field: CustomField, given: Any, find_user: FindUser) -> list[User]:
    return [find_user("custom_field", who) for who in _listed(field, given)]


def _listed(field: CustomField, given: Any) -> Sequence[str]:
    items = given.split(",") if isinstance(given, str) else given
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        refuse(f"custom_field: {field.gid}: Not a list of gids")
    return list(dict.fromkeys(item.strip() for item in items))


def _date(field: CustomField, given: Any, _: FindUser) -> dict[str, str]:
    asked = given if isinstance(given, dict) else {"date_time" if "T" in str(given) else "date": given}
    try:
        if asked.get("date_time"):
            moment = datetime.fromisoformat(str(asked["date_time"]))
            return {"date": moment.date().isoformat(), "date_time": str(asked["date_time"])}
        return {"date": date.fromisoformat(str(asked.get("date"))).isoformat()}
    except ValueError:
        refuse(f"custom_field: {field.gid}: Not a valid date")


_READERS: dict[str, Callable[[CustomField, Any, FindUser], Any]] = {
    "text": _text,
    "number": _number,
    "enum": _enum,
    "multi_enum": _multi_enum,
    "people": _people,
    "date": _date,
}
TYPES = tuple(_READERS)


def display(field: CustomField, value: Any) -> str | None:
    """A value as Asana shows it to people."""
    if value is None:
        return None
    if field.type == "number" and field.format == "percentage":
        return f"{value * 100:.{field.precision}f}%"
    if field.type == "number":
        return f"{value:.{field.precision}f}"
    if field.type == "date":
        return str(value.get("date_time") or f"{value['date']}T00:00:00.000Z")
    if isinstance(value, list):
        return ", ".join(item.name for item in value)
    return value.name if isinstance(value, EnumOption) else str(value)


def properties_of_field() -> dict[str, Callable[[Any], Any]]:
    """What a custom field shows besides its gid, type and name."""
    return {
        "type": lambda f: f.type,
        "resource_subtype": lambda f: f.type,
        "representation_type": lambda f: f.type,
        "enabled": lambda _: True,
        "is_formula_field": lambda _: False,
        "enum_options": lambda f: f.options if f.type in {"enum", "multi_enum"} else ...,
        "precision": lambda f: f.precision if f.type == "number" else ...,
        "format": lambda f: f.format if f.type == "number" else ...,
        "description": lambda f: f.description,
        "is_global_to_workspace": lambda _: True,
        "has_notifications_enabled": lambda _: False,
        "is_value_read_only": lambda f: f.read_only,
        "privacy_setting": lambda _: "public",
        "text_value": lambda _: ...,
        "number_value": lambda _: ...,
        "enum_value": lambda _: ...,
        "multi_enum_values": lambda _: ...,
        "date_value": lambda _: ...,
        "people_value": lambda _: ...,
        "display_value": lambda _: ...,
    }


def properties_of_value() -> dict[str, Callable[[FieldValue], Any]]:
    """What a custom field shows on a task: its own properties and the value."""

    def of_type(*types: str, empty: Any = None) -> Callable[[FieldValue], Any]:
        return lambda v: (empty if v.value is None else v.value) if v.field.type in types else ...

    def inherited(read: Callable[[Any], Any]) -> Callable[[FieldValue], Any]:
        return lambda v: read(v.field)

    return {
        **{name: inherited(read) for name, read in properties_of_field().items()},
        "text_value": of_type("text"),
        "number_value": of_type("number"),
        "enum_value": of_type("enum"),
        "multi_enum_values": of_type("multi_enum", empty=[]),
        "date_value": of_type("date"),
        "people_value": of_type("people", empty=[]),
        "display_value": lambda v: display(v.field, v.value),
    }
