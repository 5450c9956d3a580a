"""What the stand-in remembers. Every record has a numeric `gid`, unique over all types as in Asana."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar


@dataclass(slots=True, eq=False)
class Record:
    """Anything with a gid."""

    kind: ClassVar[str] = ""
    gid: str


@dataclass(slots=True, eq=False)
class Workspace(Record):
    """A workspace; its plan may lack task search (`premium`) and dependencies between tasks."""

    kind: ClassVar[str] = "workspace"
    name: str
    email_domains: list[str] = field(default_factory=list)
    premium: bool = False
    dependencies: bool = True


@dataclass(slots=True, eq=False)
class User(Record):
    """A person of a workspace."""

    kind: ClassVar[str] = "user"
    name: str
    email: str
    workspace: Workspace


@dataclass(slots=True, eq=False)
class Team(Record):
    """A group of people that owns projects."""

    kind: ClassVar[str] = "team"
    name: str
    workspace: Workspace
    members: list[User] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class EnumOption(Record):
    """One value of an enum field."""

    kind: ClassVar[str] = "enum_option"
    name: str
    color: str = "none"
    enabled: bool = True


@dataclass(slots=True, eq=False)
class CustomField(Record):
    """A custom field of a workspace; `type` is text, number, enum, multi_enum, date or people.

    A number of the `format` percentage is kept as 0.25 and shown as 25 %; `read_only` are formulas and locked fields.
    """

    kind: ClassVar[str] = "custom_field"
    name: str
    type: str
    workspace: Workspace
    options: list[EnumOption] = field(default_factory=list)
    precision: int = 0
    description: str = ""
    format: str = "none"
    read_only: bool = False


@dataclass(slots=True, eq=False)
class FieldValue(Record):
    """A custom field as a task shows it. Its gid is the field's."""

    kind: ClassVar[str] = "custom_field_value"
    field: CustomField
    value: Any


@dataclass(slots=True, eq=False)
class Setting(Record):
    """A custom field on a project."""

    kind: ClassVar[str] = "custom_field_setting"
    project: "Project"
    field: CustomField
    is_important: bool = False


@dataclass(slots=True, eq=False)
class Section(Record):
    """A section of a project; its tasks in order."""

    kind: ClassVar[str] = "section"
    name: str
    project: "Project"
    created_at: datetime
    tasks: list["Task"] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Project(Record):
    """A project; `hidden` means that the token may not see it, `privacy` is for those who may."""

    kind: ClassVar[str] = "project"
    name: str
    workspace: Workspace
    created_at: datetime
    modified_at: datetime
    owner: User | None = None
    team: Team | None = None
    hidden: bool = False
    archived: bool = False
    html: str = "<body></body>"
    color: str = "none"
    sections: list[Section] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)
    members: list[User] = field(default_factory=list)
    privacy: str = "public_to_workspace"
    access: str = "editor"


@dataclass(slots=True, eq=False)
class Membership(Record):
    """Somebody in a project; the token's owner has the project's `access`."""

    kind: ClassVar[str] = "project_membership"
    project: Project
    member: User


@dataclass(slots=True, eq=False)
class Tag(Record):
    """A label for tasks of a workspace."""

    kind: ClassVar[str] = "tag"
    name: str
    workspace: Workspace
    created_at: datetime
    color: str | None = None
    notes: str = ""
    followers: list[User] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Story(Record):
    """A comment, or a line of a task's history."""

    kind: ClassVar[str] = "story"
    task: "Task"
    created_at: datetime
    created_by: User
    subtype: str
    html: str
    is_pinned: bool = False
    is_edited: bool = False
    likes: list[User] = field(default_factory=list)

    @property
    def is_comment(self) -> bool:
        """Whether a person wrote it."""
        return self.subtype == "comment_added"


@dataclass(slots=True, eq=False)
class Attachment(Record):
    """A file on a task, or the address of one elsewhere (`host` is "external")."""

    kind: ClassVar[str] = "attachment"
    name: str
    task: "Task"
    created_at: datetime
    host: str = "asana"
    content: bytes = b""
    content_type: str = "application/octet-stream"
    url: str | None = None


@dataclass(slots=True, eq=False)
class Task(Record):
    """A task. `html` is its description as Asana keeps it; `values` are its custom fields by gid."""

    kind: ClassVar[str] = "task"
    name: str
    workspace: Workspace
    created_by: User
    created_at: datetime
    modified_at: datetime
    subtype: str = "default_task"
    approval_status: str | None = None
    assignee: User | None = None
    assigned_by: User | None = None
    completed: bool = False
    completed_at: datetime | None = None
    completed_by: User | None = None
    due_on: str | None = None
    due_at: str | None = None
    start_on: str | None = None
    start_at: str | None = None
    html: str = "<body></body>"
    parent: "Task | None" = None
    subtasks: list["Task"] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    followers: list[User] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    likes: list[User] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    dependencies: list["Task"] = field(default_factory=list)
    dependents: list["Task"] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)

    @property
    def projects(self) -> list[Project]:
        """The projects that the task is in."""
        return [section.project for section in self.sections]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, for `GET /events`. `scopes` are the gids whose subscribers see it."""

    number: int
    scopes: frozenset[str]
    kind: str
    gid: str
    name: str
    action: str
    created_at: datetime
    user: User
    field: str | None
    parent: Record | None
