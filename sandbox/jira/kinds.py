"""What each kind of field accepts, stores and shows.

`parse` turns a value of the wire into a stored one or raises `FieldError` in Jira's words; `wire` is the way back;
`label` gives id and text for the changelog. Stored values hold ids, never objects, so that a rename shows everywhere.
"""
# ruff: noqa: ARG002 (an override keeps the signature of its base)

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from sandbox.jira import adf, wiki
from sandbox.jira.answers import ApiError, FieldError
from sandbox.jira.model import Field, Named, Project, RichText

if TYPE_CHECKING:
    from sandbox.jira.view import View

CUSTOM = "com.atlassian.jira.plugin.system.customfieldtypes"
LINE_LIMIT = 255
TEXT_LIMIT = 32_767
NOT_A_DOCUMENT = "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,3}[+-]\d{4}")
TOO_LONG = "The entered text is too long. It exceeds the allowed limit of {} characters."
Label = tuple[str | None, str | None]


def units(text: str) -> int:
    """The length as Java counts it: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def jira_time(moment: datetime) -> str:
    """A time as Jira writes it: milliseconds, and an offset without a colon."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}+0000"


class Kind:
    """A kind of field; this one holds any text."""

    type: ClassVar[str] = "string"
    items: ClassVar[str | None] = None
    custom: ClassVar[str | None] = None
    operations: ClassVar[tuple[str, ...]] = ("set",)

    def parse(self, view: "View", field: Field, project: Project, value: object) -> object:
        """The stored value. `value` is never None."""
        return self.string(value)

    def wire(self, view: "View", field: Field, stored: object) -> object:
        """The value as Jira shows it. `stored` is never None."""
        return stored

    def label(self, view: "View", field: Field, stored: object) -> Label:
        """Id and text for the changelog."""
        return None, str(stored)

    def allowed(self, view: "View", field: Field, project: Project) -> list[object] | None:
        """The `allowedValues` of createmeta; None if the field has none."""
        return None

    @staticmethod
    def string(value: object) -> str:
        """The value, if it is a string."""
        if not isinstance(value, str):
            raise FieldError("Operation value must be a string")
        return value

    @staticmethod
    def several(value: object) -> list[object]:
        """The value, if it is a list."""
        if not isinstance(value, list):
            raise FieldError("data was not an array")
        return value


class Summary(Kind):
    """The title: one line, 1 to 255 characters."""

    def parse(self, view: "View", field: Field, project: Project, value: object) -> object:
        """Trimmed, as Jira does."""
        text = self.string(value)
        if "\n" in text or "\r" in text:
            raise FieldError("The summary is invalid because it contains newline characters.")
        if not text.strip():
            raise FieldError("You must specify a summary of the issue.")
        if units(text) > LINE_LIMIT:
            raise FieldError("Summary can't exceed 255 characters.")
        return text.strip()


class Line(Kind):
    """A custom text field of a single line."""

    custom = "textfield"

    def parse(self, view: "View", field: Field, project: Project, value: object) -> object:
        """At most 255 characters."""
        text = self.string(value)
        if units(text) > LINE_LIMIT:
            raise FieldError(TOO_LONG.format("255"))
        return text or None


class Url(Kind):
    """A custom field for a web address."""

    custom = "url"

    def parse(self, view: "View", field: Field, project: Project, value: object) -> object:
        """An absolute address."""
        text = self.string(value)
        parts = urlsplit(text)
        if text and not (parts.scheme and parts.netloc):
            raise FieldError("Please enter a valid URL. For example: http://www.atlassian.com")
        if units(text) > LINE_LIMIT:
            raise FieldError(TOO_LONG.format("255"))
        return text or None


class Rich(Kind):
    """Long text: an ADF document in v3, a string of wiki markup in v2."""

    custom = "textarea"

    def parse(self, view: "View", field: Field, project: Project, value: object) -> object:
        """The text as written. v3 refuses strings, v2 documents."""
        text = rich_text(view, value)
        if wiki.size(text) > TEXT_LIMIT:
            raise FieldError(TOO_LONG.format("32,767"))
        return None if text.wiki == "" or (text.adf is not None and not text.adf.get("content")) else text

    def wire(self, view: "View", field: Field, stored: object) -> object:
        """In the form of the API's version."""
        return rich_wire(view, stored)

    def label(self, view: "View", field: Field, stored: object) -> Label:
        """The changelog shows markup."""
        return None, wiki.as_wiki(stored) if isinstance(stored, RichText) else None


def rich_text(view: "View", value: object) -> RichText:
    """Long text from the wire, unlimited.

    Raises:
        FieldError: of the wrong type for the version of the API.
        ApiError: a document that is none.
    """
    if view.api == 2:
        return RichText(wiki=Kind.string(value))
    if not isinstance(value, dict):
        raise FieldError(NOT_A_DOCUMENT)
    if why := adf.why_invalid(value):
        raise ApiError(400, "INVALID_INPUT", hint=why)
    return RichText(adf=value)


def rich_wire(view: "View", stored: object) -> object:
    """Long text in the form of the API's version."""
    if not isinstance(stored, RichText):
        return None
    return wiki.as_wiki(stored) if view.api == 2 else wiki.as_adf(stored)


class Number(Kind):
    """A number."""

    type = "number"
    custom = "float"

    def parse(self, view: "View", field: Field, project: Project, value: object) -> object:
        """A JSON number, never a string."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise FieldError("Operation value must be a number")
        return float(value)


class Date(Kind):
    """A day."""

    type = "date"
    custom = "datepicker"

    def parse(self, view: "View", field: Field, project: Project, value: object) -> object:
        """`YYYY-MM-DD`."""
        text = self.string(value)
        if not text:
            return None
        try:
            day = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
        except ValueError:
            day = None
        if day is None:
            raise FieldError(f"Error parsing date string: {text}")
        return day.isoformat()


class Moment(Kind):
    """A day and time."""

    type = "datetime"
    custom = "datetime"

    def parse(self, view: "View", field: Field, project: Project, value: object) -> object:
        """ISO 8601 with milliseconds and an offset without a colon, as Jira itself writes it; nothing else is taken."""
        text = self.string(value)
        try:
            moment = datetime.fromisoformat(text) if MOMENT.fullmatch(text) else None
        except ValueError:
            moment = None
        if moment is None:
            raise FieldError(f"Error parsing time: {text}")
        return jira_time(moment)


class Labels(Kind):
    """Labels; also a custom field of that kind."""

    type = "array"
    items = "string"
    custom = "labels"
    operations = ("add", "set", "remove")

    def parse(self, view: "View", field: Field, project: Project, value: object) -> object:
        """Words without spaces, each once."""
        return list(dict.fromkeys(self.one(view, field, project, item) for item in self.several(value)))

    def one(self, view: "View", field: Field, project: Project, value: object) -> str:
        """One label."""
        label = self.string(value)
        if re.search(r"\s", label):
            raise FieldError(f"The label '{label}' contains spaces which is invalid.")
        if not label:
            raise FieldError("The label '' is invalid.")
        if units(label) > LINE_LIMIT:
            raise FieldError(f"The label '{label}' exceeds the maximum length of 255 characters.")
        return label

    def label(self, view: "View", field: Field, stored: object) -> Label:
        """All in a line."""
        return None, " ".join(map(str, stored)) if isinstance(stored, list) else ""


def pick(entries: Sequence[Named], value: object, what: str) -> Named:
    """The entry that `{id}` or `{name}` names."""
    if not isinstance(value, dict) or not {"id", "name"} & set(value):
        raise FieldError(f"Specify a valid 'id' or 'name' for {what}")
    key = "id" if "id" in value else "name"
    for entry in entries:
        if getattr(entry, key) == str(value[key]):
            return entry
    raise FieldError(f"{what} {key} '{value[key]}' is not valid")
