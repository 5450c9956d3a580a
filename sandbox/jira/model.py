"""What a Jira site holds. Plain records; who may see them and how they look on the wire is said elsewhere."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Json = dict[str, object] | list[object] | str | int | float | bool | None
Category = Literal["new", "indeterminate", "done"]


@dataclass(slots=True)
class User:
    """A person or an app. `groups` are group and project role names alike."""

    account_id: str
    name: str
    email: str
    email_hidden: bool = False
    active: bool = True
    kind: str = "atlassian"
    time_zone: str = "Europe/Berlin"
    assignable: bool = True
    groups: frozenset[str] = frozenset()


@dataclass(slots=True)
class Status:
    """A status of the workflow."""

    id: str
    name: str
    category: Category


@dataclass(slots=True)
class Transition:
    """A step of the workflow. `sources` are status ids; empty: from everywhere.

    `fields` are on its screen; those that are `required` must be given, unless the issue has them.
    """

    id: str
    name: str
    target: str
    sources: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


@dataclass(slots=True)
class IssueType:
    """An issue type of the site."""

    id: str
    name: str
    description: str = ""
    subtask: bool = False
    level: int = 0


@dataclass(slots=True)
class Named:
    """A priority, component, version, resolution or security level.

    `members` are the account ids that a security level lets in; `released` and `archived` are a version's.
    """

    id: str
    name: str
    description: str = ""
    members: frozenset[str] = frozenset()
    released: bool = False
    archived: bool = False


@dataclass(slots=True)
class Option:
    """A choice of a select field, with the second level of a cascading one."""

    id: str
    value: str
    disabled: bool = False
    children: list["Option"] = field(default_factory=list)


@dataclass(slots=True)
class Field:
    """A field of the site. `kind` is a key of `kinds.KINDS`."""

    id: str
    name: str
    kind: str
    custom: bool = False
    options: list[Option] = field(default_factory=list)
    clause_names: tuple[str, ...] = ()
    navigable: bool = True
    screenable: bool = True


@dataclass(slots=True)
class ScreenField:
    """A field on the screen of an issue type. `default` is a stored value, not one of the wire."""

    id: str
    required: bool = False
    default: object = None


@dataclass(slots=True)
class Project:
    """A project. `members` are the account ids that may browse it; None: everybody."""

    id: str
    key: str
    name: str
    lead: str
    issue_types: list[str] = field(default_factory=list)
    screens: dict[str, dict[str, ScreenField]] = field(default_factory=dict)
    components: list[Named] = field(default_factory=list)
    versions: list[Named] = field(default_factory=list)
    transitions: list[Transition] = field(default_factory=list)
    security_levels: list[Named] = field(default_factory=list)
    members: set[str] | None = None
    last_number: int = 0

    def allocate_key(self) -> str:
        """The next key. Never given twice, not even after a deletion."""
        self.last_number += 1
        return f"{self.key}-{self.last_number}"


@dataclass(slots=True)
class RichText:
    """Text as it was written: an ADF document (v3) or wiki markup (v2). One of the two is set."""

    adf: dict[str, object] | None = None
    wiki: str | None = None


@dataclass(slots=True)
class Comment:
    """A comment. `visibility` is the wire's object: {"type", "value", "identifier"}."""

    id: str
    author: str
    body: RichText
    created: datetime
    updated: datetime
    update_author: str
    visibility: dict[str, object] | None = None
    properties: dict[str, object] = field(default_factory=dict)

    @property
    def is_internal(self) -> bool:
        """Whether a service desk's customers do not see it: the property `sd.public.comment` says so."""
        setting = self.properties.get("sd.public.comment")
        return isinstance(setting, dict) and setting.get("internal") is True


@dataclass(slots=True)
class Attachment:
    """A file of an issue."""

    id: str
    filename: str
    mime_type: str
    content: bytes
    author: str
    created: datetime


@dataclass(slots=True)
class RemoteLink:
    """A link to a page elsewhere; `details` is the wire's object without id and self."""

    id: int
    global_id: str | None
    details: dict[str, object]


@dataclass(slots=True)
class LinkType:
    """A kind of link between issues: `outward` is read from the source on ("blocks")."""

    id: str
    name: str
    inward: str
    outward: str


@dataclass(slots=True)
class Link:
    """A link between two issues, by id: `source` {outward} `target`, "A blocks B"."""

    id: str
    type: str
    source: str
    target: str


@dataclass(slots=True)
class Change:
    """What one field was and became: `old` and `new` are ids, the others texts."""

    field: str
    field_id: str
    custom: bool
    old: str | None
    old_text: str | None
    new: str | None
    new_text: str | None


@dataclass(slots=True)
class History:
    """The changes that one request made."""

    id: str
    author: str
    created: datetime
    changes: list[Change]


@dataclass(slots=True)
class Issue:
    """An issue. `values` holds stored values by field id; what Jira computes is not in it.

    `indexed` are past versions that the search index may still show, with the time (seconds) of each change.
    """

    id: str
    key: str
    project: str
    issue_type: str
    status: str
    creator: str
    created: datetime
    updated: datetime
    values: dict[str, object] = field(default_factory=dict)
    status_since: datetime | None = None
    resolved: datetime | None = None
    comments: list[Comment] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    remote_links: list[RemoteLink] = field(default_factory=list)
    histories: list[History] = field(default_factory=list)
    properties: dict[str, object] = field(default_factory=dict)
    voters: list[str] = field(default_factory=list)
    watchers: list[str] = field(default_factory=list)
    indexed: list[tuple[float, "Issue | None"]] = field(default_factory=list)
