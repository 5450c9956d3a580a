"""The state of one Asana: records by gid, who may see them, and what happened to them."""

import itertools
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TypeVar

from sandbox.asana import shapes
from sandbox.asana.errors import AsanaError, refuse
from sandbox.asana.fields import Renderer
from sandbox.asana.records import Attachment, Event, Project, Record, Section, Story, Task, Team, User, Workspace
from sandbox.asana.rich_text import from_plain
from sandbox.clock import Clock
from sandbox.faults import Faults

KEPT_EVENTS = 10_000
FIRST_GID = 1_209_000_000_000_001

R = TypeVar("R", bound=Record)


class Store:
    """Records, and the rules that hold for all of them.

    Attributes:
        url: where permalinks point; a page that shows the tasks can put its own address here.
        files_url: where `download_url` points.
        change_notice: the value of an `Asana-Change` header on every answer; None for no header.
        version: counts up with every change, so that a page can tell whether it is up to date.
        me: whose token it is.
        team: the team of projects that name none; in an organisation every project has one.
        actor: who makes the changes; the token's owner, except inside `acting`.
        sync_points: the sync tokens of `GET /events`: what they follow, the last event seen, and when they were made.
    """

    url: str = "https://app.asana.com"
    files_url: str = "https://app.asana.com/app/asana/-/get_asset"
    change_notice: str | None = None

    def __init__(self, clock: Clock, faults: Faults) -> None:
        self.clock = clock
        self.faults = faults
        self.version = 0
        self.renderer = Renderer(shapes.properties(self))
        self.clear()

    def clear(self) -> None:
        """Forget all records; the workspace and the token's owner are there again, new."""
        self._gids = itertools.count(FIRST_GID)
        self.records: dict[str, Record] = {}
        self.events: deque[Event] = deque(maxlen=KEPT_EVENTS)
        self._event_numbers = itertools.count(1)
        self.workspace = self.keep(Workspace(self.new_gid(), "Example Company", ["example.com"]))
        self.me = self.keep(User(self.new_gid(), "Request Bot", "request-bot@example.com", self.workspace))
        self.actor = self.me
        self.team = self.keep(Team(self.new_gid(), "Everyone", self.workspace, [self.me]))
        self.sync_points: dict[str, tuple[str, int, datetime]] = {}
        self.version += 1

    @contextmanager
    def acting(self, user: User | None) -> Iterator[None]:
        """Whatever happens inside is this person's doing; None changes nothing."""
        before = self.actor
        self.actor = user or before
        try:
            yield
        finally:
            self.actor = before

    def now(self) -> datetime:
        """The present, in milliseconds as Asana keeps time."""
        moment = self.clock.now()
        return moment - timedelta(microseconds=moment.microsecond % 1000)

    def new_gid(self) -> str:
        """A gid that no record has."""
        return next(gid for number in self._gids if (gid := str(number)) not in self.records)

    def keep(self, record: R) -> R:
        """Remember a new record.

        Raises:
            ValueError: its gid is no number or taken.
        """
        if not record.gid.isdigit() or record.gid in self.records:
            raise ValueError(f"a gid is a number that no other record has, not {record.gid!r}")
        self.records[record.gid] = record
        self.version += 1
        return record

    def all(self, kind: type[R]) -> list[R]:
        """Every record of a kind, oldest first."""
        return [record for record in self.records.values() if isinstance(record, kind)]

    def find(self, kind: type[R], gid: object, where: str | None = None) -> R:
        """The record of a kind with this gid.

        Args:
            kind: the class of the record.
            gid: what the request says.
            where: the name of the request's field; None if the gid is in the path.

        Raises:
            AsanaError: 400 malformed, or unknown in a field; 404 unknown in the path; 403 not visible.
        """
        name = where or kind.kind
        if not isinstance(gid, str) or not gid.isascii() or not gid.isdigit():
            refuse(f"{name}: Not a Long: {gid}")
        record = self.records.get(gid)
        if not isinstance(record, kind):
            if where is None:
                raise AsanaError(HTTPStatus.NOT_FOUND, f"{name}: Unknown object: {gid}")
            refuse(f"{name}: Not a recognized ID: {gid}")
        if not self.is_visible(record):
            raise AsanaError(HTTPStatus.FORBIDDEN, f"{name}: You do not have access to {record.kind} {gid}")
        return record

    def find_user(self, where: str, who: object) -> User:
        """The person that "me", an e-mail address or a gid stands for.

        Raises:
            AsanaError: 400, there is none.
        """
        if who == "me":
            return self.me
        if isinstance(who, str) and "@" in who:
            wanted = who.strip().lower()
            user = next((u for u in self.all(User) if u.email.lower() == wanted), None)
            return user or refuse(f"{where}: Not a recognized user: {who}")
        return self.find(User, who, where)

    def is_visible(self, record: Record) -> bool:
        """Whether the token may see a record. A task in hidden projects only is hidden too."""
        if isinstance(record, Project):
            return not record.hidden
        if isinstance(record, Section):
            return not record.project.hidden
        if isinstance(record, Task):
            inside = record.sections or (record.parent.sections if record.parent else [])
            return not inside or any(not section.project.hidden for section in inside)
        return self.is_visible(record.task) if isinstance(record, Story | Attachment) else True

    def names(self, gid: str) -> tuple[str, str, str] | None:
        """Type, name and address of what a mention points to; None if the token may not see it."""
        record = self.records.get(gid)
        name = getattr(record, "name", None)
        if record is None or name is None or not self.is_visible(record):
            return None
        if isinstance(record, Task):
            return "task", name, shapes.permalink(self.url, record)
        place = "profile" if isinstance(record, User) else record.kind
        return record.kind, name, f"{self.url}/1/{self.workspace.gid}/{place}/{gid}"

    def touch(self, task: Task) -> None:
        """Note that a task was modified."""
        task.modified_at = self.now()
        self.version += 1

    def tell(self, task: Task, subtype: str, text: str) -> None:
        """Add a line to a task's history."""
        task.stories.append(
            self.keep(
                Story(self.new_gid(), task, self.now(), self.actor, subtype, from_plain(f"{self.actor.name} {text}"))
            )
        )

    def happened(self, record: Task | Story | Section | Project, action: str, field: str | None = None) -> None:
        """Note an event for those who follow it with `GET /events`."""
        task = record.task if isinstance(record, Story) else record
        scopes = {record.gid, task.gid}
        if isinstance(task, Task):
            scopes |= {project.gid for project in task.projects} | ({task.parent.gid} if task.parent else set())
        elif isinstance(task, Section):
            scopes.add(task.project.gid)
        name = "" if isinstance(record, Story) else record.name
        self.events.append(
            Event(
                next(self._event_numbers),
                frozenset(scopes),
                record.kind,
                record.gid,
                name,
                action,
                self.now(),
                self.actor,
                field,
                _parent(record) if action in {"added", "removed"} else None,
            )
        )
        self.version += 1


def _parent(record: Task | Story | Section | Project) -> Record | None:
    """What a record was added to."""
    if isinstance(record, Story):
        return record.task
    if isinstance(record, Section):
        return record.project
    if isinstance(record, Task):
        return record.projects[0] if record.sections else record.parent
    return None
