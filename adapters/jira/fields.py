"""Jira's fields as create metadata and the list of all fields describe them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal[
    "line", "text", "number", "date", "datetime", "choice", "choices", "cascade", "user", "users", "labels", "named",
    "several_named", "issue", "other",
]  # fmt: skip
NEVER_MAPPED = frozenset({"summary", "description", "project", "issuetype", "attachment", "issuelinks", "comment"})
"""Fields that the ticket itself fills, or that are no values."""

KINDS: dict[str, Kind] = {
    "number": "number",
    "date": "date",
    "datetime": "datetime",
    "option": "choice",
    "option-with-child": "cascade",
    "user": "user",
    "priority": "named",
    "version": "named",
    "component": "named",
    "securitylevel": "named",
    "resolution": "named",
    "group": "named",
    "issuelink": "issue",
}
"""`schema.type` → kind, for fields of one value."""
SEVERAL: dict[str, Kind] = {
    "option": "choices",
    "user": "users",
    "string": "labels",
    "version": "several_named",
    "component": "several_named",
    "group": "several_named",
}
"""`schema.items` → kind, for lists."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a field. `name` is what people see; `below` is the second level of a cascading list."""

    id: str
    name: str
    below: tuple["Choice", ...] = ()


@dataclass(frozen=True, slots=True)
class FieldMeta:
    """A field, as create metadata or the list of all fields describe it.

    Attributes:
        name: in the language of the bot's account.
        original: as it was called before it was translated; empty where Jira does not say.
    """

    id: str
    name: str
    kind: Kind
    required: bool = False
    has_default: bool = False
    choices: tuple[Choice, ...] = ()
    original: str = ""

    @property
    def names(self) -> frozenset[str]:
        """What it is called, in lower case."""
        return frozenset({self.name.casefold(), self.original.casefold()} - {""})


def read_field(raw: Mapping[str, Any]) -> FieldMeta:
    """A field from create metadata (`fieldId`) or from the list of all fields (`id`)."""
    identity = str(raw.get("fieldId") or raw.get("id") or raw.get("key") or "")
    return FieldMeta(
        id=identity,
        name=str(raw.get("name") or identity),
        kind=_kind(identity, raw.get("schema") or {}),
        required=bool(raw.get("required")),
        has_default=bool(raw.get("hasDefaultValue")),
        choices=_choices(raw.get("allowedValues") or ()),
        original=str(raw.get("untranslatedName") or ""),
    )


def pick_field(wanted: str, fields: Iterable[FieldMeta]) -> FieldMeta | None:
    """The field with this id, or else with this name, upper and lower case alike.

    Raises:
        LookupError: several fields have this name; the message says which ids they have.
    """
    known = list(fields)
    by_id = [field for field in known if field.id == wanted]
    named = by_id or [field for field in known if field.name == wanted]
    named = named or [field for field in known if wanted.strip().casefold() in field.names]
    if len(named) > 1:
        raise LookupError(f"there are several fields named {wanted!r}; use an id: {', '.join(f.id for f in named)}")
    return named[0] if named else None


def _kind(identity: str, schema: Mapping[str, Any]) -> Kind:
    kind, custom = schema.get("type"), str(schema.get("custom") or "")
    if identity in {"description", "environment"} or custom.endswith(":textarea"):
        return "text"
    if kind == "array":
        return SEVERAL.get(str(schema.get("items")), "other")
    if kind == "string":
        return "line"
    return KINDS.get(str(kind), "other")


def _choices(allowed: object) -> tuple[Choice, ...]:
    entries = [entry for entry in allowed if isinstance(entry, dict)] if isinstance(allowed, list | tuple) else []
    return tuple(
        Choice(
            str(entry.get("id", "")),
            str(entry.get("value") or entry.get("name") or ""),
            _choices(entry.get("children")),
        )
        for entry in entries
        if not entry.get("disabled") and not entry.get("archived")
    )
