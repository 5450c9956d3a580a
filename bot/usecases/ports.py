"""What the use cases need of the world. `bot/bootstrap.py` passes the real ones, tests pass fakes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

from adapters.base import Settings, Tracker
from bot.domain.alerting import AlertPolicy
from bot.domain.home import Standing
from bot.domain.messages import Posted
from bot.domain.quality.finding import Dictionary
from bot.domain.request import Draft, Request, State, Submission, TicketLink
from bot.domain.sync_policy import SyncPolicy
from bot.domain.template import RequestType
from bot.usecases.judging import Here, Judging
from bot.usecases.slack_ports import Files, FileUnavailable, Notifier, People, SlackUnavailable
from bot.usecases.ticket_store import SyncStore, TicketStore

__all__ = [
    "Clock",
    "FileUnavailable",
    "Files",
    "JobState",
    "Jobs",
    "Notifier",
    "People",
    "Pictures",
    "Ports",
    "SlackUnavailable",
    "Store",
    "SyncStore",
    "Team",
    "Teams",
    "TicketStore",
    "Trackers",
    "today",
]

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
        """The name as people write it; the name itself of a tracker that there is no longer."""
        ...

    def names(self) -> Sequence[str]: ...


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
        """Insert a request as `received`, or return the one that is there. What it supersedes becomes `superseded`.

        If that has a ticket, or another superseded it before, this one is `superseded` instead, in the same moment.
        """
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
        self,
        request_id: str,
        state: State,
        *,
        ticket: TicketLink | None = None,
        reason: str = "",
        problems: Mapping[str, str] | None = None,
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

    async def first_time(self, key: str, by: str = "") -> bool:
        """True once per key, until `forget`; for things to be said once.

        For whoever was first, and gives a name, it is true again: it may have died before it said so.
        """
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
    judging: Judging = field(default_factory=Here)


def today(clock: Clock, team: Team | None) -> date:
    """The date where the team is."""
    return clock.now().astimezone(ZoneInfo(team.time_zone if team else "UTC")).date()
