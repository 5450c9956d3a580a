"""The model of a request type: what one YAML file in `templates/` says.

It is a GitHub issue form (https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-issue-forms)
with additions of ours: `agenda`, `tracker`, `was`, more field types, `aliases`, `ready`, `when`.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic import Field as Key

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
CHOICES = ("dropdown", "checkboxes")
FILES = ("upload", "files")


def _comma_separated(value: object) -> object:
    """GitHub accepts labels and assignees as one comma-separated string, too."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(_comma_separated)]


class Model(BaseModel):
    """Immutable, and strict about keys: a misspelt key is an error, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Option(Model):
    """An option of a dropdown or a check box; `required` means that the box must be ticked."""

    label: str
    required: bool = False


class Attributes(Model):
    """What a field looks like. `format: rich` makes a text area with bold, lists and links."""

    label: str = ""
    description: str = ""
    placeholder: str = ""
    value: str = ""
    render: str = ""
    multiple: bool = False
    options: tuple[Option, ...] = ()
    default: int | None = None
    format: Literal["plain", "rich"] = "plain"


class Validations(Model):
    """What the form needs to be handed in. `accept` lists file extensions."""

    required: bool = False
    accept: str = ""


class Ready(Model):
    """What developers need before they start.

    Attributes:
        required: the section must be there and not empty.
        at_least: the least number of lines or list items.
        checks: families of checks that its text must pass.
        block: finding codes that stop a submission at the field.
        applies_to_existing: also alert for tickets that are older than this rule.
    """

    required: bool = False
    at_least: int = Key(default=0, ge=0)
    checks: tuple[str, ...] = ()
    block: tuple[str, ...] = ()
    applies_to_existing: bool = False


class Field(Model):
    """One element of the form, one section of the ticket.

    `id` is unique in its form; the loader fills in the slug of the label where it is missing.
    """

    type: FieldType
    id: str
    attributes: Attributes = Attributes()
    validations: Validations = Validations()
    aliases: tuple[str, ...] = ()
    ready: Ready = Ready()
    when: Mapping[str, tuple[str, ...]] = {}

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

    default: str | None = None
    ask: bool = False
    settings: Mapping[str, Mapping[str, Any]] = {}


class RequestType(Model):
    """A request type; `key` is the stem of its file.

    `assignees` and `projects` are GitHub's: kept, not used, and reported as unused by `devrequest check`.
    """

    key: str
    name: str
    description: str
    title: str = ""
    labels: Names = ()
    assignees: Names = ()
    projects: Names = ()
    type: str = ""
    agenda: Agenda | None = None
    tracker: TrackerChoice = TrackerChoice()
    was: str | None = None
    body: tuple[Field, ...]

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Its inputs by id, in file order; `markdown` is not among them."""
        return {field.id: field for field in self.body if field.is_input}

    @cached_property
    def hash(self) -> str:
        """Names this version of the template: 16 hexadecimal digits."""
        return hashlib.sha256(json.dumps(self.to_json(), sort_keys=True).encode()).hexdigest()[:16]

    def to_json(self) -> dict[str, Any]:
        """The template as JSON types, for the snapshot that goes with a request."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "RequestType":
        """What `to_json` made."""
        return cls.model_validate(stored)
