"""Custom fields: which a project has, and values on their way there and back (Asana docs, "Custom fields").

The vendor's contract types every value of a request as text, whatever the kind of the field: a number as its digits,
a date as `2026-12-24`, several options or people as gids with commas between. So that is what is sent.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from adapters.base import Person, Value
from adapters.errors import Rejected

TRACKER = "asana"
FIELD_LIMIT = 1024
"""Characters in a text field."""
COMPUTED = frozenset({"formula", "custom_id"})
"""Fields that Asana fills, though they look like a text or a number."""
SETTING_FIELDS = ",".join(
    f"custom_field.{name}"
    for name in (
        *("name", "resource_subtype", "representation_type", "precision", "format", "is_formula_field"),
        *("is_value_read_only", "enum_options.name", "enum_options.enabled"),
    )
)
"""What we ask of a project's custom fields."""


@dataclass(frozen=True, slots=True)
class FieldDefinition:
    """A custom field of a project.

    Attributes:
        kind: text, number, enum, multi_enum, date, people, or one that cannot be written.
        options: name → gid of the enabled options, in Asana's order.
        precision: decimals of a number, as it is shown.
        is_percentage: a number is shown as a hundred times what it is.
        is_read_only: computed, counted by Asana, or locked: nobody sets it, or not we.
    """

    gid: str
    name: str
    kind: str
    options: Mapping[str, str]
    precision: int = 0
    is_percentage: bool = False
    is_read_only: bool = False

    @property
    def is_writable(self) -> bool:
        """Whether an answer can be written into it."""
        return self.kind in _WRITERS and not self.is_read_only


def field_definitions(settings: Iterable[Mapping[str, Any]]) -> tuple[FieldDefinition, ...]:
    """The custom fields of a project, from its custom field settings."""
    return tuple(
        FieldDefinition(
            str(field["gid"]),
            str(field.get("name") or ""),
            str(field.get("resource_subtype") or field.get("type") or ""),
            {o["name"]: o["gid"] for o in field.get("enum_options") or () if o.get("enabled", True)},
            int(field.get("precision") or 0),
            field.get("format") == "percentage",
            bool(field.get("is_formula_field") or field.get("is_value_read_only"))
            or field.get("representation_type") in COMPUTED,
        )
        for setting in settings
        if (field := setting.get("custom_field"))
    )


def definition_of(name: str, definitions: Iterable[FieldDefinition]) -> FieldDefinition | None:
    """The custom field with that gid or, without regard to case, that name."""
    wanted = name.strip().casefold()
    known = list(definitions)
    exact = (field for field in known if field.gid == wanted)
    return next(exact, None) or next((field for field in known if field.name.casefold() == wanted), None)


def field_value(operation: str, source: str, field: FieldDefinition, value: Value) -> str | None:
    """A value as the vendor's contract wants it: text of whatever kind; None if there is nothing to set.

    Args:
        operation: for the error.
        source: the id of the template's field, for the error.
        field: where it goes.
        value: the answer.

    Raises:
        Rejected: the value does not fit the field.
    """
    writer = _WRITERS.get(field.kind)
    problem = f"cannot be filled from here, it is of the kind {field.kind}"
    if writer is not None:
        try:
            return writer(field, value)
        except ValueError as error:
            problem = str(error)
    raise Rejected(TRACKER, operation, f"{field.name} {problem}", None, {field.name: problem}, {source: problem})


def _written_text(_: FieldDefinition, value: Value) -> str:
    text = shown(value)
    return text if len(text) <= FIELD_LIMIT else text[: FIELD_LIMIT - 1] + "…"


def _written_number(field: FieldDefinition, value: Value) -> str:
    text = shown(value).replace(" ", "").replace("\xa0", "")
    try:
        number = float(
            value if isinstance(value, int | float) else text.removesuffix("%" if field.is_percentage else "")
        )
    except ValueError:
        raise ValueError("takes a number, such as 12.5") from None
    if number != number or number in (float("inf"), float("-inf")):  # noqa: PLR0124  # only NaN differs from itself
        raise ValueError("takes a number, such as 12.5")
    if field.is_percentage:  # who writes 24 means 24 %, which Asana keeps as 0.24 whatever `precision` is
        return f"{number / 100:.{field.precision + 2}f}"
    return f"{number:.{field.precision}f}"


def _written_option(field: FieldDefinition, value: Value) -> str:
    (only,) = chosen if len(chosen := _listed(value)) == 1 else (shown(value),)
    return _option(field, only)


def _written_options(field: FieldDefinition, value: Value) -> str | None:
    return ",".join(_option(field, name) for name in _listed(value)) or None


def unknown_options(field: FieldDefinition, offered: Iterable[str]) -> list[str]:
    """The options of a form that its field does not have."""
    if field.kind not in {"enum", "multi_enum"}:
        return []
    known = {option.casefold() for option in field.options}
    return [option for option in offered if option.strip().casefold() not in known]


def _option(field: FieldDefinition, name: str) -> str:
    by_name = {option.casefold(): gid for option, gid in field.options.items()}
    if name.strip().casefold() not in by_name:
        known = ", ".join(field.options) or "none"
        raise ValueError(f"has no option “{name}”; its options are: {known}")
    return by_name[name.strip().casefold()]


def _written_date(_: FieldDefinition, value: Value) -> str:
    try:
        return value.isoformat() if isinstance(value, date) else date.fromisoformat(shown(value)).isoformat()
    except ValueError:
        raise ValueError("takes a date, such as 2026-12-24") from None


def _written_people(_: FieldDefinition, value: Value) -> str | None:
    people = value if isinstance(value, tuple) else (value,)
    return ",".join(p.id for p in people if isinstance(p, Person) and p.id is not None) or None


_WRITERS: Mapping[str, Callable[[FieldDefinition, Value], str | None]] = {
    "text": _written_text,
    "number": _written_number,
    "enum": _written_option,
    "multi_enum": _written_options,
    "date": _written_date,
    "people": _written_people,
}


def shown(value: Value) -> str:
    """A value as text for people."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, tuple):
        return ", ".join(shown(part) for part in value)
    if isinstance(value, Person):
        return value.name
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, date) else str(value)


def _listed(value: Value) -> tuple[str, ...]:
    return tuple(shown(part) for part in value) if isinstance(value, tuple) else (shown(value),)


def fields_of(task: Mapping[str, Any]) -> dict[str, Value]:
    """The values of a task's custom fields, by gid and by name."""
    fields: dict[str, Value] = {}
    for field in task.get("custom_fields") or ():
        value = _value_of(field)
        if value is not None:
            fields[str(field["gid"])] = value
            if field.get("name"):
                fields.setdefault(field["name"], value)
    return fields


def _value_of(field: Mapping[str, Any]) -> Value | None:
    match field.get("resource_subtype") or field.get("type"):
        case "number":
            number = field.get("number_value")
            return None if number is None else float(number)
        case "enum":
            return (field.get("enum_value") or {}).get("name")
        case "multi_enum":
            return tuple(option["name"] for option in field.get("multi_enum_values") or ()) or None
        case "date":
            return day((field.get("date_value") or {}).get("date"))
        case "people":
            found = (person(user) for user in field.get("people_value") or ())
            return tuple(one for one in found if one is not None) or None
        case "text":
            return field.get("text_value") or None
    return field.get("display_value") or None


def day(text: str | None) -> date | None:
    """A date, or the date of a moment."""
    return date.fromisoformat(text[:10]) if text else None


SOMEBODY = "Somebody"
"""The name of a person whose name Asana has not told."""


def person(user: Mapping[str, Any] | None) -> Person | None:
    """A user, compact or in full."""
    if not user:
        return None
    email = user.get("email")
    return Person(user.get("name") or SOMEBODY, email.lower() if email else None, str(user["gid"]))
