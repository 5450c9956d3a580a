"""What a message that asks for something says about each of its tickets. Pure: ticket, history and time in."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from bot.domain.alert_history import AskedTicket, History, arrived
from bot.domain.alert_post import AlertEntry
from bot.domain.alerting import NOBODY_LEFT, AlertPolicy, People, decide
from bot.domain.not_needed import says_not_needed
from bot.domain.readiness import Gap
from bot.domain.request import TicketLink
from bot.domain.seen_ticket import SeenTicket, Tracked
from bot.domain.template import RequestType

LineState = Literal["asking", "guessed", "snoozed", "muted", "parked", "repeated", "ready", "started", "closed"]
SETTLED = frozenset({"ready", "started", "closed"})
"""What does not ask any more and waits for nothing; a message of such lines only is closed."""
NAMED = 10
"""People whom a message names in its first line."""


@dataclass(frozen=True, slots=True)
class AlertLine:
    """A ticket in a message or a list.

    Attributes:
        handle: see `seen_ticket.handle_of`.
        title: as in the tracker; user text.
        ticket: where it is.
        tracker: the tracker's title.
        state: what is to be said about it. `guessed`: its request type is only a guess, or not known any more, so it
            is not asked about; `repeated`: a newer message asks about it.
        score: 0 to 100; None without a request type.
        missing: what it lacks, in words, what stops the work first.
        came: labels of sections that were asked for and are there now.
        waived: labels of those among them that say "Not needed, because …".
        ask: the Slack id of who is asked; None for anybody in the channel.
        escalated: whether `ask` is asked because the others brought nothing.
        number: which alert about the ticket it is, from 1; 0 if it is only listed.
        asked: how often somebody was asked in vain, of a ticket that nobody is asked about any more.
        until: when the snooze ends.
        old: it was there before the team's first sweep, and nobody has taken it up.
    """

    handle: str
    title: str
    ticket: TicketLink
    tracker: str
    state: LineState
    score: int | None = None
    missing: tuple[str, ...] = ()
    came: tuple[str, ...] = ()
    waived: tuple[str, ...] = ()
    ask: str | None = None
    escalated: bool = False
    number: int = 0
    asked: int = 0
    until: datetime | None = None
    old: bool = False


@dataclass(frozen=True, slots=True)
class AlertMessage:
    """To the team's channel: what lacks what, and who is asked.

    Attributes:
        key: names the message; the button "n more" carries it.
        team: the team's id; the button "Show n older tickets" carries it.
        lines: the tickets that are shown.
        more: how many are behind "n more".
        waiting: who is asked → about how many tickets, named people first; None stands for anybody.
        older: how many tickets are older than the bot, and can be shown.
    """

    key: str
    team: str
    lines: tuple[AlertLine, ...]
    more: int = 0
    waiting: tuple[tuple[str | None, int], ...] = ()
    older: int = 0

    @property
    def mentioned(self) -> frozenset[str]:
        """Who is notified when it is posted: who is named in its first line, or beside a ticket that it shows."""
        named = [who for who, _ in self.waiting[:NAMED]]
        return frozenset(filter(None, (*named, *(one.ask for one in self.lines))))

    @property
    def digest(self) -> str:
        """Differs where the message does."""
        return hashlib.sha256(repr(self).encode(errors="surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class AskedDirectly:
    """To one person who is asked now, and was not when the channel's message was posted.

    Attributes:
        lines: the tickets that they are asked about.
        permalink: of the channel's message.
    """

    lines: tuple[AlertLine, ...]
    permalink: str = ""


def alert_message(
    key: str, team: str, shown: Iterable[AlertLine], more: Iterable[AlertLine] = (), older: int = 0
) -> AlertMessage:
    """The message about these tickets; those behind "n more" are counted while they ask."""
    shown = tuple(shown)
    behind = tuple(line for line in more if line.state not in SETTLED and line.state != "repeated")
    counts: dict[str | None, int] = {}
    for line in (*shown, *behind):
        if line.state == "asking":
            counts[line.ask] = counts.get(line.ask, 0) + 1
    waiting = sorted(counts.items(), key=lambda pair: (pair[0] is None, -pair[1], pair[0] or ""))
    return AlertMessage(key, team, shown, len(behind), tuple(waiting), older)


def alert_line(
    tracked: Tracked,
    asked: AskedTicket,
    kind: RequestType | None,
    tracker: str,
    now: datetime,
    policy: AlertPolicy,
    people: People = NOBODY_LEFT,
    entry: AlertEntry | None = None,
    *,
    shared: bool = False,
    repeated: bool = False,
) -> AlertLine | None:
    """What is to be said about a ticket; None if its line goes.

    Args:
        tracked: as it is known.
        asked: the same, as decisions want it.
        kind: its request type.
        tracker: the tracker's title.
        now: aware of its time zone.
        policy: the team's.
        people: whom not to ask.
        entry: what the message said about it; None in a list.
        shared: whether people of another organisation may read it: then nothing that somebody wrote is in it.
        repeated: whether a newer message is about it.
    """
    ticket, history = tracked.ticket, tracked.history
    if asked.gone or ticket.restricted:
        return None
    state = _state(asked, history, now, policy, people, judged=ticket.score is not None)
    if repeated and state in {"asking", "snoozed", "parked"}:
        state = "repeated"
    came = arrived(history, asked) if entry else frozenset[str]()
    labels = {field.id: field.label for field in kind.fields.values()} if kind else {}
    waived = {section for section in came if says_not_needed(ticket.facts.get(section, ""))}
    return AlertLine(
        handle=ticket.handle,
        title=_key(ticket) if shared else ticket.title,
        ticket=ticket.link,
        tracker=tracker,
        state=state,
        score=ticket.score,
        missing=_missing(asked, labels, shared=shared),
        came=tuple(label for section, label in labels.items() if section in came - waived),
        waived=tuple(label for section, label in labels.items() if section in waived),
        ask=entry.ask if entry and state == "asking" else None,
        escalated=bool(entry and entry.escalated),
        number=entry.number if entry else 0,
        asked=len(history.alerts) + (history.escalated is not None) if state == "parked" else 0,
        until=history.snoozed_until if state == "snoozed" else None,
        old=history.old,
    )


def _key(ticket: SeenTicket) -> str:
    """What people call a ticket whose title they may not read."""
    return ticket.key if ticket.key != ticket.id else "A task"


def _missing(asked: AskedTicket, labels: Mapping[str, str], *, shared: bool) -> tuple[str, ...]:
    """What a ticket lacks; a gap may quote what somebody wrote, a label does not."""
    gaps = blocking_first(asked.gaps)
    if not shared:
        return tuple(gap.message for gap in gaps)
    return tuple(dict.fromkeys(f"“{labels[gap.section]}”" for gap in gaps if gap.section in labels))


def blocking_first(gaps: Iterable[Gap]) -> list[Gap]:
    """What stops the work before what should be better, otherwise in the order of the template."""
    return sorted(gaps, key=lambda gap: gap.severity != "must")


def _state(
    asked: AskedTicket, history: History, now: datetime, policy: AlertPolicy, people: People, *, judged: bool
) -> LineState:
    """Where the ticket stands; a ticket that was completed is ready, also when work on it has started.

    One that has no type any more was not `judged`: that it lacks nothing cannot be said.
    """
    if asked.status == "done":
        return "closed"
    if not asked.gaps and judged:
        return "ready"
    if asked.status == "in_progress":
        return "started"
    if not asked.certain or not judged:
        return "guessed"
    if history.muted:
        return "muted"
    if history.snoozed_until is not None and history.snoozed_until > now:
        return "snoozed"
    policy = replace(policy, is_on=True)  # a message of before the alerts were switched off says what came of it
    return "parked" if decide(asked, history, now, policy, people).reason == "asked_enough" else "asking"
