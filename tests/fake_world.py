"""A small world for use cases and jobs: people, a team, trackers in memory, a Slack that can be away, a clock."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.base import File, Person
from adapters.memory import MemoryTracker
from bot.domain.messages import Address, Message, Posted, ToChannel, ToPerson, Unreachable
from bot.domain.request import Draft, Requester, Source, Submission
from bot.domain.template import Attributes, Field, RequestType
from bot.store.sql_store import SqlStore
from bot.usecases.ports import FileUnavailable, Ports, SlackUnavailable, Team

KIND = RequestType(
    key="landing-page",
    name="Landing page",
    description="A new page",
    body=(
        Field(type="textarea", id="user_story", attributes=Attributes(label="User story")),
        Field(type="files", id="design", attributes=Attributes(label="Design")),
    ),
)
TEAM = Team(
    id="web",
    name="Web",
    channel="C0WEB",
    time_zone="Europe/Berlin",
    request_types=("landing-page",),
    trackers={"memory": {"project": "MEM"}},
    default_tracker="memory",
)
OPS = "C0OPS"


def a_submission(request_id: str = "V1", *, files: Sequence[str] = (), **changes: Any) -> Submission:
    """A request as it is handed in."""
    answers: dict[str, Any] = {"title": f"Page {request_id}", "user_story": "As a visitor I want a page"}
    if files:
        answers["design"] = [{"id": name, "name": name, "size": 3, "permalink": f"https://s/{name}"} for name in files]
    values = {
        "request_id": request_id,
        "slack_team": "T1",
        "team": "web",
        "tracker": "memory",
        "template": KIND.to_json(),
        "answers": answers,
        "requester": Requester(id="U1", name="Mara Example"),
        "view_id": request_id,
        "submitted_at": 1.0,
    }
    return Submission.model_validate(values | changes)


class SimulatedClock:
    """Time passes only when somebody waits."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class FakeSlack:
    """Keeps what was posted, with the key in it.

    Attributes:
        posts: what Slack took, as (key, where, kind of message), in order.
        messages: key → the message.
        taken: key → where the message is.
        away: so many posts fail before they arrive.
        swallow: so many posts arrive, but the answer is lost.
        busy: places that take no post before so many seconds; asked once, they are not busy any more.
        closed: channels and people that cannot be posted to.
        shown: kinds of messages shown in views.
        undrawn: so many changes of views fail.
        homes: (Slack team, person) whose Home changed.
        edits: (ts, new message), in order.
        deleted: the ts of messages that somebody deleted.
    """

    def __init__(self) -> None:
        self.posts: list[tuple[str, str, str]] = []
        self.taken: dict[str, Posted] = {}
        self.messages: dict[str, Message] = {}
        self.away = 0
        self.swallow = 0
        self.busy: dict[str, float] = {}
        self.closed: set[str] = set()
        self.shown: list[str] = []
        self.undrawn = 0
        self.homes: list[tuple[str, str]] = []
        self.searched = 0
        self.edits: list[tuple[str, Message]] = []
        self.deleted: set[str] = set()

    async def post(self, key: str, to: Address, message: Message, *, may_exist: bool) -> Posted | Unreachable:
        where = to.user if isinstance(to, ToPerson) else to.channel
        if self.away:
            self.away -= 1
            raise SlackUnavailable("no answer", after=2.0)
        if where in self.busy:
            raise SlackUnavailable("429", self.busy.pop(where))
        if where in self.closed:
            return Unreachable(where, "not_in_channel", "Invite me: /invite @devrequest")
        if may_exist:
            self.searched += 1
            if key in self.taken and self.taken[key].ts not in self.deleted:
                return self.taken[key]
        thread = to.thread_ts if isinstance(to, ToChannel) else None
        self.posts.append((key, f"{where}/{thread}" if thread else where, type(message).__name__))
        self.messages[key] = message
        self.taken[key] = Posted(where, f"{len(self.posts)}.0", f"https://slack.example/{key}")
        if self.swallow:
            self.swallow -= 1
            raise SlackUnavailable("the answer was lost", after=1.0, sent=True)
        return self.taken[key]

    async def find(self, key: str, to: Address, since: datetime) -> Posted | Unreachable | None:
        where = to.user if isinstance(to, ToPerson) else to.channel
        self.searched += 1
        if self.away:
            self.away -= 1
            raise SlackUnavailable("no answer", after=2.0)
        if where in self.closed:
            return Unreachable(where, "not_in_channel", "Invite me: /invite @devrequest")
        found = self.taken.get(key)
        return found if found and found.ts not in self.deleted else None

    async def edit(self, posted: Posted, message: Message) -> bool:
        if self.away:
            self.away -= 1
            raise SlackUnavailable("no answer", after=2.0)
        self.edits.append((posted.ts, message))
        return posted.ts not in self.deleted

    def home_changed(self, slack_team: str, user: str) -> None:
        self.homes.append((slack_team, user))

    async def show(self, view_id: str, message: Message) -> bool:
        return self._show(type(message).__name__)

    async def show_form(self, view_id: str, draft: Draft, problems: Mapping[str, str]) -> bool:
        return self._show("form")

    def _show(self, what: str) -> bool:
        if self.undrawn:
            self.undrawn -= 1
            raise SlackUnavailable("429", after=1.0)
        self.shown.append(what)
        return True


class FakeTeams:
    """One team and one request type, unless a test says otherwise.

    Attributes:
        code: what stands for the code that judges.
    """

    ops_channel: str | None = OPS
    code: str = "1"

    def __init__(self) -> None:
        self.teams = [TEAM]
        self.types = [KIND]

    def all(self) -> Sequence[Team]:
        return self.teams

    def get(self, team_id: str) -> Team | None:
        return next((team for team in self.teams if team.id == team_id), None)

    def of_channel(self, channel: str) -> Team | None:
        return next((team for team in self.teams if team.channel == channel), None)

    def request_types(self, team: Team | None = None) -> Sequence[RequestType]:
        return [kind for kind in self.types if team is None or kind.key in team.request_types]

    def request_type(self, key: str) -> RequestType | None:
        return next((kind for kind in self.types if key in {kind.key, kind.was}), None)

    def judged_by(self) -> str:
        return self.code


class FakeTrackers:
    """Trackers in memory, by name."""

    def __init__(self, trackers: dict[str, MemoryTracker]) -> None:
        self.trackers = trackers

    def get(self, name: str) -> MemoryTracker:
        return self.trackers[name]

    def title(self, name: str) -> str:
        return name.title()

    def names(self) -> Sequence[str]:
        return list(self.trackers)


class FakePeople:
    """Everybody is a member called Mara.

    Attributes:
        outsiders: guests and people of other organisations.
        left: those who left.
        emails: e-mail → Slack id.
        zones: Slack id → time zone.
        members: channel → who is in it; everybody, where nothing is said.
        silent: Slack does not say at the moment whose e-mail that is.
    """

    def __init__(self) -> None:
        self.silent = False
        self.outsiders: set[str] = set()
        self.left: set[str] = set()
        self.bots: set[str] = {"U0BOT"}
        self.emails: dict[str, str] = {}
        self.zones: dict[str, str] = {}
        self.shared: set[str] = set()
        self.members: dict[str, set[str]] = {}

    async def in_slack(self, person: Person, tracker: str, *, sure: bool = False) -> str | None:
        if sure and self.silent:
            raise SlackUnavailable("ratelimited", 30.0)
        return None if self.silent else self.emails.get(person.email or "")

    async def has_left(self, user: str) -> bool:
        return user in self.left

    async def is_bot(self, user: str) -> bool:
        return user in self.bots

    async def is_shared(self, channel: str) -> bool:
        return channel in self.shared

    async def channel_name(self, channel: str) -> str:
        return channel

    async def in_channel(self, user: str, channel: str) -> bool:
        return channel not in self.members or user in self.members[channel]

    async def requester(self, user: str) -> Requester:
        return Requester(id=user, name="Mara Example", time_zone=self.zones.get(user, ""))

    async def is_outsider(self, user: str, slack_team: str) -> bool:
        return user in self.outsiders

    async def in_tracker(self, user: str, tracker: str) -> Person:
        return Person("Mara Example", "mara@example.com")


class FakeFiles:
    """Files with three bytes each; those in `gone` cannot be read.

    Attributes:
        slow: names of those whose bytes take half a minute to come, by `clock`.
    """

    def __init__(self) -> None:
        self.gone: set[str] = set()
        self.slow: set[str] = set()
        self.clock: SimulatedClock | None = None

    @asynccontextmanager
    async def open(self, file: Mapping[str, Any]) -> AsyncIterator[File]:
        if file["name"] in self.gone:
            raise FileUnavailable("Slack no longer has it.")
        if self.clock and file["name"] in self.slow:
            await self.clock.sleep(30)

        async def content() -> AsyncIterator[bytes]:
            yield b"abc"

        yield File(file["name"], "text/plain", 3, content())


@dataclass
class World:
    """Everything that use cases may be given, within reach."""

    store: SqlStore
    clock: SimulatedClock = field(default_factory=SimulatedClock)
    slack: FakeSlack = field(default_factory=FakeSlack)
    files: FakeFiles = field(default_factory=FakeFiles)
    people: FakePeople = field(default_factory=FakePeople)
    teams: FakeTeams = field(default_factory=FakeTeams)
    lookup_lag: float = 0.0
    body_limit: int = 32_767

    def __post_init__(self) -> None:
        self.files.clock = self.clock
        self.tracker = MemoryTracker(clock=self.clock.now, lookup_lag=self.lookup_lag, body_limit=self.body_limit)
        self.ports = Ports(
            clock=self.clock,
            store=self.store,
            notifier=self.slack,
            people=self.people,
            files=self.files,
            teams=self.teams,
            trackers=FakeTrackers({"memory": self.tracker}),
            tickets=self.store.tickets,
            syncs=self.store.syncs,
        )

    def tickets_of(self, request_id: str) -> list[str]:
        """Keys of the tickets of a request."""
        return [ticket.ref.key for ticket in self.tracker.tickets if ticket.request_id == request_id]


SOURCE = Source(channel="C0TALK", ts="7.0", author="U2", text="could we …", permalink="https://slack.example/p7")
