"""The model of a request type: what one YAML file in `templates/` says.

It is a GitHub issue form (https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-issue-forms)
with additions of ours: `agenda`, `tracker`, `was`, more field types, `aliases`, `ready`, `when`.
The descriptions of the keys are those of `templates/schema.json`, which editors show.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field as Key, Strict

FieldType = Literal[
    "markdown",
    "textarea",
    "input",
    "dropdown",
    "checkboxes",
    "upload",
    "files",
    "date",
    "person",
    "people",
    "url",
    "number",
]
Agenda = Literal["initiative", "roadblock", "quick_win", "action"]
CHOICES: tuple[FieldType, ...] = ("dropdown", "checkboxes")
FILES: tuple[FieldType, ...] = ("upload", "files")
TEXTS: tuple[FieldType, ...] = ("textarea", "input", "url")
"""Types whose answers are a person's own words; checks read only these."""

ATTRIBUTES_OF: Mapping[FieldType, tuple[str, ...]] = {
    "markdown": ("value",),
    "textarea": ("label", "description", "placeholder", "value", "render", "format"),
    "input": ("label", "description", "placeholder", "value"),
    "dropdown": ("label", "description", "options", "multiple", "default"),
    "checkboxes": ("label", "description", "options"),
    "upload": ("label", "description"),
    "files": ("label", "description"),
    "date": ("label", "description", "placeholder"),
    "person": ("label", "description", "placeholder"),
    "people": ("label", "description", "placeholder"),
    "url": ("label", "description", "placeholder", "value"),
    "number": ("label", "description", "placeholder", "value"),
}
"""The attributes that mean something for a field of that type; any other is an error."""


def validations_of(field_type: FieldType) -> tuple[str, ...]:
    """The validations that mean something for a field of that type."""
    if field_type == "markdown":
        return ()
    return ("required", *(("accept",) if field_type in FILES else ()), *(("past",) if field_type == "date" else ()))


def _comma_separated(value: object) -> object:
    """GitHub accepts labels and assignees as one comma-separated string, too, and leaves out empty ones."""
    parts = value.split(",") if isinstance(value, str) else value
    if isinstance(parts, list) and all(isinstance(part, str) for part in parts):
        return [part.strip() for part in parts if part.strip()]
    return value


def _option(value: object) -> object:
    """A dropdown's options are plain words."""
    return {"label": value} if isinstance(value, str) else value


def _one_or_more(value: object) -> object:
    """One value may stand without a list."""
    return [value] if isinstance(value, str) else value


def _one_line(value: object) -> object:
    """Headings and options are one line, without blanks around."""
    return " ".join(value.split()) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_comma_separated)]
Values = Annotated[tuple[str, ...], BeforeValidator(_one_or_more), Key(min_length=1)]
Line = Annotated[str, BeforeValidator(_one_line)]
Flag = Annotated[bool, Strict()]
Whole = Annotated[int, Strict()]


class Model(BaseModel):
    """Immutable, and strict about keys: a misspelt key is an error, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Option(Model):
    """An option of a dropdown or a check box; `required` means that the box must be ticked."""

    label: Annotated[Line, Key(min_length=1)] = Key(description="What people read and choose.")
    required: Flag = Key(default=False, description="This box must be ticked to hand the form in.")


class Attributes(Model):
    """What a field looks like. `format: rich` makes a text area with bold, lists and links."""

    label: Line = Key(default="", description="The question, and the heading of its section in the ticket.")
    description: str = Key(default="", description="A line of help below the field.")
    placeholder: str = Key(default="", description="An example inside the empty field; Slack shows 150 characters.")
    value: str = Key(default="", description="Text to start from; for `markdown`, the text that is shown.")
    render: str = Key(default="", description="The answer is code in this language and is shown in a fixed width.")
    multiple: Flag = Key(default=False, description="More than one option may be chosen.")
    options: tuple[Annotated[Option, BeforeValidator(_option)], ...] = Key(
        default=(), description="What can be chosen."
    )
    default: Whole | None = Key(default=None, description="The option chosen at first, counted from 0.")
    format: Literal["plain", "rich"] = Key(
        default="plain", description="`rich` lets people write bold text, lists and links."
    )


class Validations(Model):
    """What the form needs to be handed in. `accept` lists file extensions, `past` allows dates before today."""

    required: Flag = Key(default=False, description="The form cannot be handed in without it. Ask for few of these.")
    accept: str = Key(default="", description="File extensions, such as `.png,.pdf`; any file if left out.")
    past: Flag = Key(default=False, description="A date before today is fine, such as the day a fault was first seen.")


class Ready(Model):
    """What developers need before they start.

    Attributes:
        required: the section must be there and not empty.
        at_least: the least number of lines or list items.
        unless: field above → answers with which neither of the two is asked; all must match.
        checks: families of checks that its text must pass.
        block: finding codes that stop a submission at the field.
        applies_to_existing: also alert for tickets that are older than this rule.
    """

    required: Flag = Key(default=False, description="Developers need this section before they start.")
    at_least: Whole = Key(default=0, ge=0, description="The least number of lines, or of ticked options.")
    unless: Mapping[str, Values] = Key(
        default={},
        description="Field above → answer, or list of answers, with which this section is not needed; all must match.",
    )
    checks: tuple[str, ...] = Key(default=(), description="Families of checks that the text must pass.")
    block: tuple[str, ...] = Key(default=(), description="Finding codes that stop a submission at the field.")
    applies_to_existing: Flag = Key(
        default=False, description="Also remind people about tickets that are older than this rule."
    )


class Field(Model):
    """One element of the form, one section of the ticket.

    `id` is unique in its form; the loader fills in the slug of the label where it is missing.
    """

    type: FieldType = Key(description="What kind of field this is.")
    id: str = Key(description="Its name for `when`, `tracker` and readiness; the slug of the label if left out.")
    attributes: Attributes = Key(default=Attributes(), description="What the field looks like.")
    validations: Validations = Key(default=Validations(), description="What the form needs to be handed in.")
    aliases: tuple[Annotated[Line, Key(min_length=1)], ...] = Key(
        default=(), description="Other headings for the same section in tickets written by hand."
    )
    ready: Ready = Key(default=Ready(), description="What developers need before they start.")
    when: Mapping[str, Values] = Key(
        default={},
        description="Field above → answer, or list of answers, that shows this field; all must match.",
    )

    @property
    def label(self) -> str:
        """The heading of the section and the label of the input."""
        return self.attributes.label

    @property
    def required(self) -> bool:
        """Whether the form cannot be handed in without it; a box that must be ticked counts."""
        return self.validations.required or any(option.required for option in self.attributes.options)

    @property
    def is_input(self) -> bool:
        """False for `markdown`, which only shows text."""
        return self.type != "markdown"

    @property
    def is_multiple(self) -> bool:
        """Whether its answer is a list."""
        return self.type in {"checkboxes", "people", *FILES} or (self.type == "dropdown" and self.attributes.multiple)

    @property
    def option_labels(self) -> tuple[str, ...]:
        """The labels of its options, in order."""
        return tuple(option.label for option in self.attributes.options)


class TrackerChoice(Model):
    """Where tickets of this type go.

    Attributes:
        default: a tracker's name, None for the team's.
        ask: the person chooses.
        settings: tracker name → its own settings, already validated by that tracker's model.
    """

    default: str | None = Key(default=None, description="The tracker for tickets of this type; else the team's.")
    ask: Flag = Key(default=False, description="The person who fills in the form chooses the tracker.")
    settings: Mapping[str, Mapping[str, Any]] = {}


class RequestType(Model):
    """A request type; `key` is the stem of its file.

    `assignees` and `projects` are GitHub's: kept, not used, and reported as unused by `devrequest check`.
    """

    key: str
    name: Annotated[Line, Key(min_length=1)] = Key(description="What people pick in Slack.")
    description: Annotated[str, Key(min_length=1)] = Key(description="One line that helps to pick the right one.")
    title: str = Key(default="", description="What the ticket's title starts as, such as `[Bug]: `.")
    labels: Names = Key(default=(), description="Labels (Jira) or tags (Asana) that every ticket gets.")
    assignees: Names = Key(default=(), description="GitHub user names: kept, not used.")
    projects: Names = Key(default=(), description="GitHub projects: kept, not used.")
    type: str = Key(default="", description="The issue type, unless `tracker.jira.issue_type` names another.")
    agenda: Agenda | None = Key(default=None, description="The part of the weekly sync where its tickets appear.")
    tracker: TrackerChoice = Key(default=TrackerChoice(), description="Where tickets of this type go.")
    was: str | None = Key(default=None, description="The former name of this file, without its extension.")
    body: tuple[Field, ...] = Key(min_length=1, description="The fields of the form, from top to bottom.")

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Its inputs by id, in file order; `markdown` is not among them."""
        return {field.id: field for field in self.body if field.is_input}

    @cached_property
    def hash(self) -> str:
        """Names this version of the template: 16 hexadecimal digits."""
        return hashlib.sha256(json.dumps(self.to_json(), sort_keys=True).encode()).hexdigest()[:16]

    def titled(self, typed: str) -> str:
        """A title that somebody typed elsewhere, behind what titles of this type start with; said once if they did."""
        start = " ".join(self.title.split())
        word = start.rstrip(" :|-\u2013\u2014")  # `[Bug]: ` is said by `[bug] it broke` as well
        rest = typed[len(word) :] if word and typed.casefold().startswith(word.casefold()) else None
        said = rest is not None and not (word[-1].isalnum() and rest[:1].isalnum())
        return typed if said or not start else f"{start} {typed}"

    def to_json(self) -> dict[str, Any]:
        """The template as JSON types, for the snapshot that goes with a request."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "RequestType":
        """What `to_json` made."""
        return cls.model_validate(stored)
