"""What somebody wrote into the gaps of a ticket; the input of a durable job, so all is JSON types."""

from collections.abc import Mapping
from typing import Any, Literal

from bot.domain.request import Model, Requester, TicketLink
from bot.domain.seen_ticket import handle_of
from bot.domain.template import RequestType

Purpose = Literal["fill", "not_needed", "restore", "type"]


class Edit(Model):
    """A section to be written.

    Attributes:
        section: the id of the template's field.
        answer: see `bot.domain.answers`.
        body: a stored document (`adapters.document.to_json`) instead of an answer.
        seen: the digest of what stood there when it was shown; None if nobody could see it.
        append: what stands there stays, and this comes below it.
    """

    section: str
    answer: Any = None
    body: tuple[Any, ...] | None = None
    seen: str | None = ""
    append: bool = False


def job_key(slack_team: str, form: str) -> str:
    """The id of the durable job of a form that was handed in."""
    return f"fill:{slack_team}:{form}"


class Filling(Model):
    """A ticket to be mended.

    Attributes:
        form: names the form that was handed in: its root view id, and what tells it from an earlier form in that view.
        slack_team: the Slack workspace's id.
        template: the snapshot of the request type.
        purpose: what it is for; it decides the wording.
        by: who handed it in.
        labels: labels to be set.
        labels_gone: labels to be taken away.
        view_id: of the view that shows "Writing …".
        submitted_at: seconds since 1970.
    """

    form: str
    slack_team: str
    team: str
    ticket: TicketLink
    template: Mapping[str, Any]
    by: Requester
    purpose: Purpose = "fill"
    edits: tuple[Edit, ...] = ()
    labels: tuple[str, ...] = ()
    labels_gone: tuple[str, ...] = ()
    view_id: str = ""
    submitted_at: float = 0.0

    @property
    def key(self) -> str:
        """The id of its durable job."""
        return job_key(self.slack_team, self.form)

    @property
    def handle(self) -> str:
        """Of the ticket."""
        return handle_of(self.ticket.tracker, self.ticket.id)

    @property
    def request_type(self) -> RequestType:
        """The request type as it was when the form was opened."""
        return RequestType.from_json(self.template)


def draft_id(slack_team: str, user: str, handle: str) -> str:
    """Under which it is kept what somebody typed about a ticket and did not hand in yet."""
    return f"{KEPT}{slack_team}:{user}:{handle}"


KEPT = "fill:"
"""How the ids of such drafts start; they are no forms that could be continued elsewhere."""
