"""What the bot says about the weekly sync, as data; `bot/slack/views/sync.py` makes blocks of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from bot.domain.agenda_items import Agenda
from bot.domain.days import in_full


@dataclass(frozen=True, slots=True)
class Unread:
    """A tracker that could not be read for a sync.

    Attributes:
        title: its name.
        why: it did not answer, an operator has to mend something, it was not read in time, or nobody foresaw it.
        last: when it was last read to its end; None if it never was.
    """

    title: str
    why: Literal["unavailable", "misconfigured", "slow", "unexpected"] = "unavailable"
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class SyncAgenda:
    """To the team's channel: the agenda of the meeting.

    Attributes:
        key: of the sync, `sync:<team id>:<local date>`; in the buttons.
        team: its name.
        day: the local date.
        meeting: when it begins.
        agenda: what to talk about.
        missing: the trackers that could not be read.
        language: for dates.
        owners: handle → the Slack id of whoever owns an action item; only they are mentioned.
        shared: whether people of another organisation read the channel; then nothing but keys, links and readiness.
        pings: whether owners are mentioned; not in a preview.
        closed: whether the meeting is over; then there is nothing to press.
        private: whether one person alone is shown it, who gets what is its thread otherwise in messages below it.
    """

    key: str
    team: str
    day: date
    meeting: datetime
    agenda: Agenda
    missing: tuple[Unread, ...] = ()
    language: str = "en"
    owners: Mapping[str, str] = field(default_factory=dict)
    shared: bool = False
    pings: bool = True
    closed: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class SyncDetails:
    """Into its thread: what has no place in the message, and what is merely late.

    Attributes:
        decided: what was written down when the sync before was closed; user text.
        page: which of the replies that hold the lines, from 1; see `sync_pages`.
    """

    sync: SyncAgenda
    decided: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class SyncNumbers:
    """Into its thread: what happened since the last one, and readiness over the last weeks.

    Attributes:
        weeks: the Monday of a week → the share of open tickets that were ready, 0 to 1; others are left out.
        picture: the id of the uploaded picture of it; empty for none.
    """

    sync: SyncAgenda
    weeks: Mapping[date, float] = field(default_factory=dict)
    picture: str = ""


@dataclass(frozen=True, slots=True)
class SyncReminder:
    """To the channel on the working day before: how much is on the agenda so far, and how to add to it.

    Attributes:
        today: the day on which it is posted; None for the day before the sync.
    """

    sync: SyncAgenda
    today: date | None = None


@dataclass(frozen=True, slots=True)
class SyncClosed:
    """Into its thread: what was decided, and who does what.

    Attributes:
        decisions: as typed; user text.
        by: the Slack id of who closed it.
    """

    sync: SyncAgenda
    decisions: str
    by: str


@dataclass(frozen=True, slots=True)
class SyncFurther:
    """Into its thread: what somebody decided, too, whose form came when the sync was closed already.

    Attributes:
        name: of who handed it in.
        decisions: as typed; user text.
        shared: whether people of another organisation read the channel.
    """

    name: str
    decisions: str
    shared: bool = False


def alt_text(weeks: Mapping[date, float], language: str = "en") -> str:
    """What the picture shows, for those who do not see it; its days in the team's language."""
    named = ", ".join(f"{in_full(monday, language)} {100 * share:.0f} %" for monday, share in weeks.items())
    return f"The share of open tickets that are ready, by week: {named}."
