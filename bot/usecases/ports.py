"""What the use cases need of the world. `bot/bootstrap.py` passes the real ones, tests pass fakes."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

from adapters.base import File, Person, Settings, Tracker
from bot.domain.alerting import AlertPolicy
from bot.domain.home import Standing
from bot.domain.messages import Address, Message, Posted, Unreachable
from bot.domain.quality.finding import Dictionary
from bot.domain.request import Draft, Request, Requester, State, Submission, TicketLink
from bot.domain.sync_policy import SyncPolicy
from bot.domain.template import RequestType
from bot.usecases.ticket_store import SyncStore, TicketStore

JobState = Literal["unknown", "queued", "running", "done", "failed"]


class Clock(Protocol):
    """The present, and waiting for later, so that tests can choose both."""

    def now(self) -> datetime:
        """In UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait. Not durable: only for waits that may start anew after a restart."""
        ...


@dataclass(frozen=True, slots=True)
class Team:
    """A marketing-dev pod: the part of the configuration that the use cases need.

    Attributes:
        trackers: tracker name → the team's settings for it.
        request_types: keys of the types that it offers, in the order of the configuration.
        guests: whether guests and people of other organisations may use the bot.
        checks_off: request type → the finding codes that the team does not want.
        language: for dates and names of days.
        alerts: when somebody is asked for what is missing.
        observe: what would be posted is only written to the log.
        sweep_every: how often tickets are looked at.
        sync: when the weekly sync is, and what it shows.
        dictionary: the events and parameters that are tracked already; None if nobody wrote them down.
    """

    id: str
    name: str
    channel: str
    time_zone: str
    request_types: tuple[str, ...]
    trackers: Mapping[str, Settings]
    default_tracker: str
    guests: Literal["refuse", "allow"] = "refuse"
    checks_off: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    language: str = "en"
    alerts: AlertPolicy = field(default_factory=AlertPolicy)
    observe: bool = False
    sweep_every: timedelta = timedelta(hours=1)
    sync: SyncPolicy = field(default_factory=SyncPolicy)
    dictionary: Dictionary | None = None


class Teams(Protocol):
    """The teams of the configuration, in file order, and the request types on disk."""

    ops_channel: str | None

    def all(self) -> Sequence[Team]: ...

    def get(self, team_id: str) -> Team | None: ...

    def of_channel(self, channel: str) -> Team | None:
        """The team whose channel that is."""
        ...

    def request_types(self, team: Team | None = None) -> Sequence[RequestType]:
        """The types that a team offers, or all."""
        ...

    def request_type(self, key: str) -> RequestType | None:
        """A type by its key, or by the key that it had before (`was`)."""
        ...

    def judged_by(self) -> str:
        """Differs where the code differs that reads and judges tickets, as it may after an upgrade."""
        ...


class Trackers(Protocol):
    """The trackers in use, by name."""

    def get(self, name: str) -> Tracker:
        """Raises `KeyError` for one that is not configured."""
        ...

    def title(self, name: str) -> str:
        """The name as people write it."""
        ...

    def names(self) -> Sequence[str]: ...


class People(Protocol):
    """People in Slack and in the trackers; answers are kept for a while."""

    async def requester(self, user: str) -> Requester:
        """Name, e-mail and time zone of a Slack user; only the id if Slack does not say."""
        ...

    async def is_outsider(self, user: str, slack_team: str, *, within: float | None = None) -> bool:
        """Whether that is a guest or somebody of another organisation; no, if Slack does not say so in time.

        `within` is in seconds; 0 asks nobody and answers from what is known.
        """
        ...

    async def in_tracker(self, user: str, tracker: str) -> Person:
        """The person for that tracker, from the `people` table or by e-mail; without an id where it is not known."""
        ...

    async def in_slack(self, person: Person, tracker: str) -> str | None:
        """The Slack id of a person of that tracker, from the `people` table or by e-mail; None if unknown."""
        ...

    async def has_left(self, user: str) -> bool:
        """Whether that account was deactivated; no, while Slack does not say."""
        ...

    async def is_bot(self, user: str) -> bool:
        """Whether that is a bot, ourselves included; no, while Slack does not say."""
        ...

    async def is_shared(self, channel: str) -> bool:
        """Whether people of another organisation read the channel; no, while Slack does not say."""
        ...

    async def in_channel(self, user: str, channel: str) -> bool:
        """Whether that person is a member of the channel; no, while Slack does not say."""
        ...


class Files(Protocol):
    """Files that people uploaded to Slack."""

    def open(self, file: Mapping[str, Any]) -> AbstractAsyncContextManager[File]:
        """Stream a file of an answer.

        Raises:
            FileUnavailable: gone, no permission, a log-in page instead of the file, or not on one of Slack's hosts.
        """
        ...


class FileUnavailable(Exception):
    """A file cannot be read; the message is one plain sentence for people.

    Attributes:
        after: seconds after which it may work; None if it never will.
    """

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after


class Notifier(Protocol):
    """Slack, as far as the use cases know it."""

    async def post(self, key: str, to: Address, message: Message, *, may_exist: bool) -> Posted | Unreachable:
        """Post once: with `may_exist` the channel is searched for `key` before anything is sent.

        Raises:
            SlackUnavailable: Slack did not answer, or said to wait; try again after `after` seconds.
        """
        ...

    async def find(self, key: str, to: Address, since: datetime) -> Posted | Unreachable | None:
        """The message that was posted with this key since then; None if there is none, `Unreachable` if nobody can say.

        Raises:
            SlackUnavailable: Slack did not answer, or said to wait.
        """
        ...

    async def edit(self, posted: Posted, message: Message) -> bool:
        """Replace a message; False if it is gone.

        Raises:
            SlackUnavailable: Slack did not answer, or said to wait; editing again is safe.
        """
        ...

    async def show(self, view_id: str, message: Message) -> bool:
        """Replace an open view; False if it was closed meanwhile."""
        ...

    async def show_form(self, view_id: str, draft: Draft, problems: Mapping[str, str]) -> bool:
        """Replace an open view by the form, answers kept and reasons at their fields; False if it was closed."""
        ...

    def home_changed(self, slack_team: str, user: str) -> None:
        """Something in that person's Home may be different now: it is drawn again soon, if they have opened it once."""
        ...


class SlackUnavailable(Exception):
    """Slack cannot be reached, or wants us to wait.

    Attributes:
        after: seconds to wait.
        sent: True if the message may have arrived.
    """

    def __init__(self, reason: str, after: float = 1.0, *, sent: bool = False) -> None:
        super().__init__(reason)
        self.after = after
        self.sent = sent


class Store(Protocol):
    """Our own tables. Every method is durable when it returns; writing the same thing twice changes nothing."""

    async def save_draft(self, draft: Draft) -> None:
        """Insert or replace by id; an older `updated_at` never replaces a newer one."""
        ...

    async def draft(self, draft_id: str) -> Draft | None: ...

    async def latest_draft(self, slack_team: str, user: str) -> Draft | None:
        """The newest draft of a person that holds any answer."""
        ...

    async def delete_draft(self, draft_id: str) -> None: ...

    async def delete_drafts_before(self, moment: datetime) -> int: ...

    async def save_templates(self, types: Sequence[RequestType]) -> None:
        """Keep every version of a request type under its hash, for views and drafts that were opened with it."""
        ...

    async def template(self, template_hash: str) -> RequestType | None: ...

    async def record(self, submission: Submission) -> Request:
        """Insert a request as `received`, or return the one that is there. What it supersedes becomes `superseded`."""
        ...

    async def request(self, request_id: str) -> Request | None: ...

    async def requests(
        self, *, states: Sequence[State] = (), user: str | None = None, limit: int = 50, before: float | None = None
    ) -> list[Request]:
        """Newest first."""
        ...

    async def standings(self, slack_team: str, user: str) -> list[Standing]:
        """All requests of a person that were not replaced by another, in short, newest first."""
        ...

    async def set_state(
        self, request_id: str, state: State, *, ticket: TicketLink | None = None, reason: str = ""
    ) -> None:
        """Note how far a request has come; `superseded` is final."""
        ...

    async def mark_attempt(self, key: str) -> bool:
        """Note that a ticket or post is about to be made; True if that was noted before."""
        ...

    async def post(self, key: str) -> Posted | None:
        """A message that Slack is known to have taken."""
        ...

    async def record_post(self, key: str, posted: Posted) -> None: ...

    async def first_time(self, key: str) -> bool:
        """True once per key, until `forget`; for things to be said once."""
        ...

    async def forget(self, key: str) -> None: ...

    async def last_team(self, slack_team: str, user: str) -> str | None:
        """The team that a person chose last."""
        ...

    async def remember_team(self, slack_team: str, user: str, team: str) -> None: ...


class Jobs(Protocol):
    """The durable engine."""

    async def submit(self, kind: str, key: str, payload: Mapping[str, Any]) -> None:
        """Store a job and start it; a key that is known starts nothing.

        Raises:
            NotStored: it could not be stored within 2 s; submitting the same key again is safe.
        """
        ...

    async def status(self, key: str) -> JobState: ...

    async def replay(self, key: str) -> None:
        """Run a job that has ended once more, from its first step."""
        ...


class Pictures(Protocol):
    """Pictures for messages."""

    async def readiness(self, shares: Sequence[tuple[str, float]], alt: str) -> str:
        """A bar for each week: its name and the share of tickets that were ready. The id of the picture, or empty."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything that use cases may be given."""

    clock: Clock
    store: Store
    notifier: Notifier
    people: People
    files: Files
    teams: Teams
    trackers: Trackers
    tickets: TicketStore
    syncs: SyncStore
    pictures: Pictures | None = None


def today(clock: Clock, team: Team | None) -> date:
    """The date where the team is."""
    return clock.now().astimezone(ZoneInfo(team.time_zone if team else "UTC")).date()
