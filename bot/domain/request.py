"""A request: what was handed in, for whom, and how far it has come. It is stored whole, so all is JSON types."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from bot.domain.answers import TITLE
from bot.domain.template import RequestType

State = Literal["received", "waiting", "parked", "created", "rejected", "superseded"]
"""`waiting`: the tracker cannot be reached; `parked`: an operator must mend something; both are tried again."""


class Model(BaseModel):
    """Immutable; unknown keys are ignored, so that rows of a newer version can be read by an older one."""

    model_config = ConfigDict(frozen=True, ser_json_inf_nan="constants")  # as `json` does: null would not be read again


class Requester(Model):
    """Who asks. `language` and `time_zone` are Slack's, empty where unknown."""

    id: str
    name: str = ""
    email: str | None = None
    time_zone: str = ""


class Source(Model):
    """The Slack message that a request was made from."""

    channel: str
    ts: str
    thread_ts: str | None = None
    author: str = ""
    text: str = ""
    permalink: str = ""


def job_key(slack_team: str, request_id: str) -> str:
    """The id of the durable workflow of a request."""
    return f"ticket:{slack_team}:{request_id}"


class Submission(Model):
    """Everything that filing a request needs; the input of its durable workflow.

    Attributes:
        request_id: the root view id, with `-2`, `-3` … when the form came back and was handed in again.
        slack_team: the Slack workspace's id.
        team: the id of the team in our configuration.
        tracker: the tracker's name.
        template: the snapshot of the request type.
        answers: see `bot.domain.answers`; only those that count.
        view_id: of the view that shows "Creating your ticket …".
        supersedes: the request id of the failed request that this one replaces.
    """

    request_id: str
    slack_team: str
    team: str
    tracker: str
    template: Mapping[str, Any]
    answers: Mapping[str, Any]
    requester: Requester
    view_id: str = ""
    source: Source | None = None
    supersedes: str | None = None
    submitted_at: float = 0.0

    @property
    def key(self) -> str:
        """The id of its durable workflow."""
        return job_key(self.slack_team, self.request_id)

    @property
    def request_type(self) -> RequestType:
        """The request type as it was when the form was opened."""
        return RequestType.from_json(self.template)

    @property
    def title(self) -> str:
        """The title, in one line."""
        return " ".join(str(self.answers.get(TITLE, "")).split())


class TicketLink(Model):
    """Where the ticket of a request is; the JSON twin of `adapters.base.TicketRef`."""

    tracker: str
    id: str
    key: str
    url: str

    @property
    def called(self) -> str:
        """What people call it; empty in Asana, where only programs know a task's number."""
        return self.key if self.key != self.id else ""

    @property
    def link(self) -> "TicketLink":
        """Where it is and nothing more, of a model that knows more of its ticket."""
        return TicketLink(tracker=self.tracker, id=self.id, key=self.key, url=self.url)


class Request(Model):
    """A request as stored.

    Attributes:
        reason: why it waits, is parked or was rejected, in words for people.
        problems: field id → why its answer was refused; under an empty id what belongs to no field.
        attempts: how often its ticket was tried to be made.
    """

    submission: Submission
    state: State = "received"
    ticket: TicketLink | None = None
    reason: str = ""
    problems: Mapping[str, str] = {}
    attempts: int = 0
    created_at: float = 0.0
    updated_at: float = 0.0


class TypedReply(Model):
    """A reply to comments while it is typed, and the view that it is typed in."""

    text: str
    view_id: str


class Draft(Model):
    """A form that was not handed in yet.

    Attributes:
        id: the root view id.
        template_hash: the version of the request type that the form was made from; empty while none is chosen.
        suggested: the suggestions were shown: they are shown once.
        held: answers that were handed in and wait for "Send anyway"; such a draft is never offered either.
        reply: a reply to comments; such a draft is no form of a request, and is never offered as one.
    """

    id: str
    slack_team: str
    user: str
    request_type: str = ""
    template_hash: str = ""
    team: str = ""
    tracker: str = ""
    channel: str = ""
    page: int = 0
    answers: Mapping[str, Any] = {}
    source: Source | None = None
    supersedes: str | None = None
    suggested: bool = False
    held: Mapping[str, Any] = {}
    reply: TypedReply | None = None
    updated_at: float = 0.0


def held_id(draft_id: str) -> str:
    """The id of the draft that holds what was handed in from a form until it is sent anyway, or improved."""
    return f"held:{draft_id}"
