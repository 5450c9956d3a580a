"""A weekly sync that was posted, as stored: where it is, what it showed, and what came out of the meeting."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Self

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


class Further(Model):
    """What somebody decided, too, whose form came when the sync was closed already.

    Attributes:
        key: of the job that brought it, so that it stands there once.
        by: their Slack id.
        text: as typed; user text.
    """

    key: str
    by: str
    text: str
    at: float = 0.0


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
        closing: the key of the job whose form closed it.
        further: what others decided, too, who had the form open when it was closed.
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
    closing: str = ""
    further: tuple[Further, ...] = ()
    skipped: str = ""

    @property
    def decided(self) -> str:
        """All that was decided, in the order in which it came; user text."""
        return "\n".join(text for text in (self.decisions, *(one.text for one in self.further)) if text.strip())

    def closed_with(self, key: str, by: str, at: float, text: str) -> Self:
        """With a form that closes it: the first one does so, words of a later one are added. The same twice is one.

        Args:
            key: of the job that brought the form.
            by: the Slack id of who handed it in.
            at: when, in seconds since 1970.
            text: what was decided; user text.
        """
        if not self.closed_by:
            return self.model_copy(update={"decisions": text, "closed_by": by, "closed_at": at, "closing": key})
        known = self.was_closed_with(key, by, at) or any(one.key == key for one in self.further)
        if known or not text.strip():
            return self
        return self.model_copy(update={"further": (*self.further, Further(key=key, by=by, text=text, at=at))})

    def was_closed_with(self, key: str, by: str, at: float) -> bool:
        """Whether that form closed it; earlier versions did not note its key, and their jobs may go on here."""
        return self.closing == key or (not self.closing and (self.closed_by, self.closed_at) == (by, at))

    def last(self) -> Last:
        """What the next sync compares with."""
        return Last(datetime.fromtimestamp(self.posted_at, UTC), dict(self.dues))
