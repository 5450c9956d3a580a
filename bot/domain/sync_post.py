"""A weekly sync that was posted, as stored: where it is, what it showed, and what came out of the meeting."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from bot.domain.agenda_items import Feasibility, Last, Verdict
from bot.domain.request import Model


class StoredFeasibility(Model):
    """A `Feasibility`, as stored."""

    verdict: Verdict
    sentence: str = ""
    by: str = ""
    at: float = 0.0

    def feasibility(self) -> Feasibility:
        """As the agenda speaks of it."""
        return Feasibility(self.verdict, self.sentence, self.by, self.at)


class SyncPost(Model):
    """The post.

    Attributes:
        key: `sync:<team id>:<local date>`; also in the message's metadata.
        day: the local date.
        channel: where it was posted.
        ts: Slack's name of it; empty while it is only about to be posted.
        posted_at: seconds since 1970; 0 while it is only about to be posted.
        dues: handle → the due date that it showed.
        replies: name of a part of the thread → the ts of the reply that holds it.
        shown: a digest of what the message shows, so that it is edited only when that changes.
        missing: the trackers that could not be read.
        picture: the id of the uploaded picture in its thread; empty for none.
        decisions: what was typed when it was closed.
        closed_by: the Slack id of who closed it; empty while it is open.
        skipped: why it was never posted; empty if it was, or will be.
    """

    key: str
    team: str
    day: date
    channel: str = ""
    ts: str = ""
    permalink: str = ""
    posted_at: float = 0.0
    dues: Mapping[str, date | None] = {}
    replies: Mapping[str, str] = {}
    shown: str = ""
    missing: tuple[str, ...] = ()
    picture: str = ""
    decisions: str = ""
    closed_by: str = ""
    closed_at: float = 0.0
    skipped: str = ""

    def last(self) -> Last:
        """What the next sync compares with."""
        return Last(datetime.fromtimestamp(self.posted_at, UTC), dict(self.dues))
