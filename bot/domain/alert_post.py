"""The one message of a channel that asks for what tickets lack, as stored: which tickets it names, and where it is.

It is stored before it is posted, so that a process that dies around the post leaves a trace: whoever comes next looks
in the channel for its key, and either records it or decides anew.
"""

from collections.abc import Collection
from datetime import date

from bot.domain.request import Model


class AlertEntry(Model):
    """A ticket in the message.

    Attributes:
        handle: see `seen_ticket.handle_of`.
        number: which alert about the ticket it is, from 1.
        ask: the Slack id of who is asked; None for the channel without a mention.
        escalated: whether `ask` is the one whom it was escalated to.
        sections: ids of the sections that it asks for.
        concerns: tells who was concerned when `ask` was found out; see `asking.concerns`.
        heard: who was notified of it, by a mention or by a direct message; an edit notifies nobody.
        direct: the key of the direct message to `ask` that is on its way; empty if there is none.
    """

    handle: str
    number: int = 1
    ask: str | None = None
    escalated: bool = False
    sections: tuple[str, ...] = ()
    concerns: str = ""
    heard: tuple[str, ...] = ()
    direct: str = ""


class AlertPost(Model):
    """The message.

    Attributes:
        key: `alert:<team id>:<working day>:<number of that day>`; also in the message's metadata.
        channel: where it was posted.
        ts: Slack's name of it; empty while it is only about to be posted, and after somebody deleted it.
        posted_at: seconds since 1970; 0 while it is only about to be posted.
        made_at: since when a message of this key may be in the channel, in seconds since 1970.
        tried_at: when it was last tried to be posted, in seconds since 1970.
        trying: whether somebody is at it; after a crash that stays so, and counts for a while only.
        entries: the tickets that it shows.
        more: those behind "n more"; they count as asked about too.
        older: how many older tickets it offers to show; they are not asked about.
        shared: whether people of another organisation may read it.
        shown: a digest of what the message shows now, so that it is edited only when that changes.
        seen_at: when it was last edited, and so was there, in seconds since 1970.
        fresh: how often it was posted anew after somebody deleted it.
        fresh_at: when that was, in seconds since 1970.
        closed: nothing in it can change any more.
    """

    key: str
    team: str
    channel: str
    ts: str = ""
    permalink: str = ""
    posted_at: float = 0.0
    made_at: float = 0.0
    tried_at: float = 0.0
    trying: bool = False
    entries: tuple[AlertEntry, ...] = ()
    more: tuple[AlertEntry, ...] = ()
    older: int = 0
    shared: bool = False
    shown: str = ""
    seen_at: float = 0.0
    fresh: int = 0
    fresh_at: float = 0.0
    closed: bool = False

    @property
    def all(self) -> tuple[AlertEntry, ...]:
        """Every ticket that the message is about."""
        return self.entries + self.more

    @property
    def only_meant(self) -> bool:
        """Whether it is about to be posted, or was when the process died."""
        return not self.posted_at

    @property
    def day(self) -> str:
        """The working day that it is for, as in its key."""
        return self.key.split(":")[-2]

    @property
    def times(self) -> tuple[float, ...]:
        """When it came into the channel, in seconds since 1970: once, or twice after somebody deleted it."""
        return tuple(moment for moment in (self.posted_at, self.fresh_at) if moment)

    def busy(self, since: float) -> bool:
        """Whether somebody is posting it, having begun after that moment."""
        return self.trying and self.tried_at > since


def heard_by(post: AlertPost, mentioned: Collection[str]) -> AlertPost:
    """The message, once those whom it mentions are notified; whom it has no room to mention hears of it directly."""

    def heard(entry: AlertEntry) -> AlertEntry:
        return entry.model_copy(update={"heard": (entry.ask,)}) if entry.ask in mentioned else entry

    return post.model_copy(update={"entries": tuple(map(heard, post.entries)), "more": tuple(map(heard, post.more))})


def alert_key(team: str, day: date, number: int) -> str:
    """The key of a message; see `AlertPost.key`."""
    return f"alert:{team}:{day.isoformat()}:{number}"
