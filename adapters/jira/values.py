"""Values of fields, on their way to Jira and back.

Source: the shapes of values in Jira's REST API v3, https://developer.atlassian.com/cloud/jira/platform/rest/v3/.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any, TypeVar

from adapters.base import Person, StatusCategory, Value
from adapters.document import clean
from adapters.jira.adf import lines_to_adf, plain_adf, units
from adapters.jira.fields import Choice, FieldMeta, Kind

LINE_LIMIT = 255
CATEGORIES: dict[str, StatusCategory] = {
    "new": "todo",
    "undefined": "todo",
    "indeterminate": "in_progress",
    "done": "done",
}
"""Jira's `statusCategory.key` → ours."""
T = TypeVar("T")


class UnknownPerson(ValueError):
    """Somebody who has no account in Jira, or none that we may find."""


def encode(field: FieldMeta, value: Value, people: Mapping[Person, Person]) -> Any:
    """A value as the field takes it on the wire.

    Args:
        field: where it goes.
        value: the answer.
        people: person as named in the answer → the same with their account id.

    Raises:
        UnknownPerson: somebody without an account.
        ValueError: the field cannot hold that; the message is for the person who wrote it.
    """
    match field.kind:
        case "line":
            return _line(_text(value))
        case "text":
            return lines_to_adf(clean(_text(value)))
        case "number":
            return _number(value)
        case "date":
            return _day(value).isoformat()
        case "datetime":
            return _as_jira_writes(_moment(value))
        case "choice" | "named":
            return _choice(field, _one(value))
        case "choices" | "several_named":
            return [_choice(field, item) for item in _items(value)]
        case "cascade":
            return _cascade(field, _items(value))
        case "user":
            return _account(next(iter(_persons(value))), people)
        case "users":
            return [_account(person, people) for person in _persons(value)]
        case "labels":
            return list(dict.fromkeys(filter(None, map(label, _labels(value)))))
        case "issue":
            return {"key": _text(value).strip()}
        case "other":
            return _text(value)


@lru_cache(maxsize=1024)
def label(text: str) -> str:
    """A text as a label: Jira's labels have no blanks and at most 255 characters."""
    return re.sub(r"\s+", "-", clean(text).strip())[:LINE_LIMIT]


def decode(raw: Any, kind: Kind = "other") -> Value | None:
    """A value from the wire; None for one that is empty or not of our kinds."""
    if isinstance(raw, str):  # nearly every other value is one
        return _read_text(raw, kind) if raw else None
    if isinstance(raw, dict):
        return _read_object(raw)
    if isinstance(raw, list):
        return _read_list(raw)
    if isinstance(raw, int | float):
        return raw if isinstance(raw, bool) else float(raw)
    return None


def read_person(raw: Mapping[str, Any]) -> Person:
    """A user; the e-mail may be hidden."""
    email = raw.get("emailAddress")
    identity = raw.get("accountId") or raw.get("name") or raw.get("key")
    name = str(raw.get("displayName") or email or identity or "Unknown")
    return Person(name, str(email).lower() if email else None, str(identity) if identity else None)


def unknown_options(field: FieldMeta, offered: Iterable[str]) -> list[str]:
    """The options of a form that its field does not have; none where Jira does not say which it has."""
    if not field.choices:
        return []
    return [option for option in offered if not _is_known(encode(field, (option,), {}))]


def _is_known(encoded: Any) -> bool:
    """Whether a choice is named by its id, and so is the one below it."""
    chosen = encoded[0] if isinstance(encoded, list) else encoded
    return not isinstance(chosen, dict) or ("id" in chosen and _is_known(chosen.get("child")))


def _choice(field: FieldMeta, text: str) -> dict[str, str]:
    """An option by id if we know it; else by name, so that Jira judges: what we know may be old."""
    if found := _known(field.choices, text):
        return {"id": found.id}
    return {"name" if field.kind in {"named", "several_named"} else "value": text}


def _cascade(field: FieldMeta, items: list[str]) -> dict[str, Any]:
    parts = items if len(items) > 1 else _levels(field, items[0])
    first = _known(field.choices, parts[0])
    chosen: dict[str, Any] = {"id": first.id} if first else {"value": parts[0]}
    if len(parts) > 1:
        second = _known(first.below if first else (), parts[1])
        chosen["child"] = {"id": second.id} if second else {"value": parts[1]}
    return chosen


def _levels(field: FieldMeta, text: str) -> list[str]:
    """One answer as the levels that it names; an option's own name may hold what stands between them."""
    marks = list(re.finditer(r"\s+[>/→]\s+", text))
    splits = [[text[: mark.start()].strip(), text[mark.end() :].strip()] for mark in reversed(marks)]
    tried = [[text.strip()], *splits]
    known = (parts for parts in tried if _known(field.choices, parts[0]))
    return next(known, tried[-1])


def _known(choices: Iterable[Choice], text: str) -> Choice | None:
    listed = list(choices)
    exact = next((choice for choice in listed if choice.name == text), None)
    return exact or next((c for c in listed if c.id and c.name.casefold() == text.strip().casefold()), None)


def _account(person: Person, people: Mapping[Person, Person]) -> dict[str, str]:
    known = people.get(person, person)
    if not known.id:
        raise UnknownPerson(f"{person.name} has no account in Jira")
    return {"accountId": known.id}


def _items(value: Value) -> list[str]:
    items = value if isinstance(value, tuple) else (value,)
    return [_text(item) for item in items]


def _labels(value: Value) -> list[str]:
    """The labels of an answer; a text holds several, as people list them: by commas, or one a line."""
    return re.split(r"[,;\n]", clean(value)) if isinstance(value, str) else _items(value)


def _one(value: Value) -> str:
    items = _items(value)
    if len(items) != 1:
        raise ValueError("takes one option only")
    return items[0]


def _persons(value: Value) -> list[Person]:
    persons = [item for item in (value if isinstance(value, tuple) else (value,)) if isinstance(item, Person)]
    if not persons:
        raise ValueError("takes a person")
    return persons


def _text(value: Value) -> str:
    match value:
        case str():
            return value
        case bool():
            return "Yes" if value else "No"
        case float() | int():
            return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
        case date():
            return value.isoformat()
        case Person():
            return value.name
        case tuple():
            return ", ".join(_items(value))


def _line(text: str) -> str:
    line = re.sub(r"\s*\n\s*", " ", clean(text)).strip()
    if units(line) <= LINE_LIMIT:
        return line
    while units(line) > LINE_LIMIT - 1:
        line = line[:-1]
    return line.rstrip() + "…"


def _number(value: Value) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("takes a number")  # noqa: TRY004  # wrong for the person who wrote it, not for us
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError("takes a number, such as 3 or 2.5")
    return number


def _parsed(value: Value, kind: type[T], parse: Callable[[str], T], example: str) -> T:
    if isinstance(value, kind):
        return value
    try:
        return parse(_text(value).strip())
    except ValueError:
        raise ValueError(f"takes {example}") from None


def _day(value: Value) -> date:
    found = _parsed(value, date, date.fromisoformat, "a day such as 2027-03-01")
    return found.date() if isinstance(found, datetime) else found


def _moment(value: Value) -> datetime:
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(12), UTC)  # the same day wherever people read it, but for the Date Line
    found = _parsed(value, datetime, datetime.fromisoformat, "a time such as 2027-03-01T09:00+01:00")
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _as_jira_writes(moment: datetime) -> str:
    """A moment as Jira takes it: with milliseconds, and an offset without a colon, else "Error parsing time"."""
    text = moment.isoformat(timespec="milliseconds")
    return f"{text[:-3]}{text[-2:]}"


def _read_text(raw: str, kind: Kind) -> Value:
    try:
        if kind == "date":
            return date.fromisoformat(raw)
        if kind == "datetime":
            return datetime.fromisoformat(raw)
    except ValueError:
        return raw
    return raw


def _read_object(raw: Mapping[str, Any]) -> Value | None:
    """A rich text, a person, an option, or whatever has a name. Asked key by key: many come with every issue."""
    if raw.get("type") == "doc":
        return plain_adf(raw) or None
    if "accountId" in raw:
        return read_person(raw)
    if isinstance(first := raw.get("value"), str):
        child = raw.get("child")
        second = child.get("value") if isinstance(child, dict) else None
        return (first, second) if isinstance(second, str) else first
    return next((text for name in ("name", "key") if isinstance(text := raw.get(name), str)), None)


def _read_list(raw: Iterable[object]) -> Value | None:
    values = [(item or None) if isinstance(item, str) else decode(item) for item in raw]
    persons = tuple([value for value in values if isinstance(value, Person)])
    return persons or tuple([value for value in values if isinstance(value, str)]) or None


def mapping(raw: object) -> Mapping[str, Any]:
    """An object of JSON; an empty one for anything else."""
    return raw if isinstance(raw, dict) else {}
