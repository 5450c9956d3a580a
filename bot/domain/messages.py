"""What the bot says, as data. `bot/slack/views/` turns each into blocks; no wording of Slack's here.

A message is for one person, a channel, a thread or the operators; the use case says where it goes.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.domain.alert_lines import AlertMessage, AskedDirectly
from bot.domain.fill_messages import FillMessage
from bot.domain.follow_messages import Comments, Moved, Moves
from bot.domain.readiness import Gap
from bot.domain.request import TicketLink
from bot.domain.sync_messages import SyncAgenda, SyncClosed, SyncDetails, SyncFurther, SyncNumbers, SyncReminder


@dataclass(frozen=True, slots=True)
class Summary:
    """A request in short.

    Attributes:
        title: as typed; user text.
        request_type: the name of the request type.
        requester: a Slack user id.
        tracker: the tracker's title, `Jira` or `Asana`.
        ticket: where the ticket is, once it exists.
        launch: the launch date, if the form asked for one.
        requester_name: as it came with the form; for where Slack does not say one.
        language: of the team, for days.
    """

    request_id: str
    title: str
    request_type: str
    requester: str
    tracker: str
    ticket: TicketLink | None = None
    launch: date | None = None
    requester_name: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Announced:
    """To the team's channel: a new ticket. This message anchors the thread."""

    summary: Summary


@dataclass(frozen=True, slots=True)
class Filed:
    """To the requester, and into the view that said "Creating your ticket": it is done, and what is still missing.

    Attributes:
        gaps: what keeps it from being ready.
        notes: what could not be done, one sentence each, such as an unknown assignee or a failed file.
        waits_for: why the channel does not know yet, empty if it does.
    """

    summary: Summary
    gaps: tuple[Gap, ...] = ()
    notes: tuple[str, ...] = ()
    waits_for: str = ""


@dataclass(frozen=True, slots=True)
class Filing:
    """The view while the ticket is being made."""

    summary: Summary


@dataclass(frozen=True, slots=True)
class Safe:
    """To the requester: stored, but the tracker cannot take it now; it will be filed by itself.

    `why` is `unavailable` (the tracker does not answer) or `parked` (an operator must mend something).
    """

    summary: Summary
    why: Literal["unavailable", "parked"]


@dataclass(frozen=True, slots=True)
class HandedBack:
    """To the requester: refused for good, with the full text, the reason and a button that reopens the form.

    Attributes:
        reason: in plain words.
        text: everything that they wrote, as plain text.
    """

    summary: Summary
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class HandedInAlready:
    """To the requester, who hands in a refused request once more though it was handed in again already.

    Attributes:
        summary: of the request that counts.
        text: everything in the form that does not count, if that is something else; as plain text.
    """

    summary: Summary
    text: str = ""


@dataclass(frozen=True, slots=True)
class SourceAnswered:
    """Into the thread of the message that a request was made from: its ticket.

    Attributes:
        shared: people of another organisation may read it there; then it does not say what the request is called.
    """

    summary: Summary
    shared: bool = False


@dataclass(frozen=True, slots=True)
class OpsNotice:
    """To the operators, once: what is wrong and how to mend it.

    Attributes:
        headline: one line.
        fix: one sentence.
        affected: request ids that wait for it.
        since: when it began; shown in the reader's time zone.
    """

    headline: str
    fix: str
    affected: tuple[str, ...] = ()
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A plain sentence or two to one person; `text` may hold user text and is escaped."""

    text: str


Message = (
    SyncAgenda
    | SyncDetails
    | SyncNumbers
    | SyncReminder
    | SyncClosed
    | SyncFurther
    | Announced
    | Filed
    | Filing
    | Safe
    | HandedBack
    | HandedInAlready
    | SourceAnswered
    | OpsNotice
    | Notice
    | AlertMessage
    | AskedDirectly
    | Moved
    | Moves
    | Comments
    | FillMessage
)


@dataclass(frozen=True, slots=True)
class ToChannel:
    """A channel, or a thread in it."""

    channel: str
    thread_ts: str | None = None


@dataclass(frozen=True, slots=True)
class ToPerson:
    """A person's direct messages with the bot."""

    user: str


Address = ToChannel | ToPerson


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that Slack took."""

    channel: str
    ts: str
    permalink: str = ""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A channel that cannot be posted to now.

    Attributes:
        reason: `not_in_channel`, `is_archived`, `channel_not_found`, `restricted_action` … as Slack calls it.
        fix: one sentence for the operators.
        hopeless: nothing that anybody does lets us post there: people's own direct messages, a message that takes no
            replies.
    """

    channel: str
    reason: str
    fix: str = ""
    hopeless: bool = False
