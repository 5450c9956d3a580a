"""The one message of a channel that asks for what tickets lack, as stored: which tickets it names, and where it is."""

from bot.domain.request import Model


class AlertEntry(Model):
    """A ticket in the message.

    Attributes:
        handle: see `seen_ticket.handle_of`.
        number: which alert about the ticket it is, from 1.
        ask: the Slack id of who is asked; None for the channel without a mention.
        escalated: whether `ask` is the one whom it was escalated to.
    """

    handle: str
    number: int = 1
    ask: str | None = None
    escalated: bool = False


class AlertPost(Model):
    """The message.

    Attributes:
        key: `alert:<team id>:<working day>:<number of that day>`; also in the message's metadata.
        channel: where it was posted.
        ts: Slack's name of it; empty while it is only about to be posted.
        posted_at: seconds since 1970; 0 while it is only about to be posted.
        entries: the tickets that it shows.
        more: those behind "n more"; they count as asked about too.
        shown: a digest of what the message shows now, so that it is edited only when that changes.
        fresh: how often it was posted anew after somebody deleted it.
        closed: nothing in it can change any more.
    """

    key: str
    team: str
    channel: str
    ts: str = ""
    permalink: str = ""
    posted_at: float = 0.0
    entries: tuple[AlertEntry, ...] = ()
    more: tuple[AlertEntry, ...] = ()
    shown: str = ""
    fresh: int = 0
    closed: bool = False

    @property
    def all(self) -> tuple[AlertEntry, ...]:
        """Every ticket that the message is about."""
        return self.entries + self.more
