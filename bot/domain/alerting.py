"""Whether somebody is asked for what a ticket lacks, who, and when. Pure: a ticket, its history and the time in.

The life of an alert: a new ticket is left in peace (`first_after`), then somebody is asked, again after `repeat_every`,
at most `at_most` times; then `escalate_to` is asked once; then the ticket is parked and stands in the weekly sync. Work
that starts, a ticket that gets ready, a snooze or a mute end or suspend that at any point.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

from bot.domain.alert_history import AskedTicket, Ended, History, ended
from bot.domain.readiness import Gap
from bot.domain.seen_ticket import SeenGap
from bot.domain.template import RequestType
from bot.domain.working_time import WorkingTime

Action = Literal["alert", "escalate", "wait", "park", "done"]
Spoken = Literal["due", "gave_up"]
Waiting = Literal["new", "repeat", "snoozed", "closed_hours", "day_full"]
Parked = Literal["baseline", "muted", "type_unknown", "alerts_off", "asked_enough", "asked_recently", "no_working_time"]
Reason = Spoken | Waiting | Parked | Ended
G = TypeVar("G", Gap, SeenGap)
MOST_SHOWN = 8
"""Tickets in one message; "n more" opens the others."""


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """A team's `alerts:`. Durations count working time, a day is a working day.

    Attributes:
        working: when the team works.
        first_after: how long a new ticket is left in peace.
        repeat_every: how long until somebody is asked again.
        at_most: how often somebody is asked about one ticket.
        per_day: new messages a working day in the channel.
        escalate_to: who is asked, once, when the last alert brought nothing; if they left, the channel.
        mute: Slack ids of people who are never asked.
        is_on: false for `mode: off`.
    """

    working: WorkingTime = WorkingTime(ZoneInfo("UTC"))  # noqa: RUF009 (immutable)
    first_after: timedelta = timedelta(hours=4)
    repeat_every: timedelta = timedelta(days=2)
    at_most: int = 3
    per_day: int = 1
    escalate_to: str | None = None
    mute: frozenset[str] = frozenset()
    is_on: bool = True

    @property
    def asks(self) -> bool:
        """Whether anybody is ever asked."""
        return bool(self.is_on and self.per_day and self.at_most)


@dataclass(frozen=True, slots=True)
class People:
    """Whom not to ask.

    Attributes:
        left: Slack ids of people who left.
        bots: Slack ids of ourselves and of other bots.
    """

    left: frozenset[str] = frozenset()
    bots: frozenset[str] = frozenset()


NOBODY_LEFT = People()


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do about a ticket now.

    Attributes:
        action: ask, ask the next higher one, wait, only list it in the sync, or nothing any more.
        reason: why; stable words, for the log and the sync.
        ask: the Slack id of who is asked; None for the channel without a mention.
        until: when to look again, for `wait`.
        number: which alert it is, from 1.
    """

    action: Action
    reason: Reason
    ask: str | None = None
    until: datetime | None = None
    number: int = 0

    @property
    def speaks(self) -> bool:
        """Whether there is to be a message."""
        return self.action in {"alert", "escalate"}


def decide(
    ticket: AskedTicket, history: History, now: datetime, policy: AlertPolicy, people: People = NOBODY_LEFT
) -> Decision:
    """What to do about a ticket, apart from what else goes to its channel; see `channel_post` for that.

    Args:
        ticket: as it was just read.
        history: with `seen` of just now.
        now: aware of its time zone.
        policy: the team's.
        people: whom not to ask.
    """
    if over := ended(ticket):
        return Decision("done", over)
    if history.open_since is None:
        return Decision("done", "ready")
    if parked := _parked(ticket, history, policy):
        return Decision("park", parked)
    due, reason = _due(history, policy)
    if due is None:
        return Decision("park", "no_working_time")
    if now < due:
        return Decision("park" if reason == "asked_recently" else "wait", reason, until=due)
    last_word = len(history.alerts) >= policy.at_most
    if last_word and (history.escalated or not _may_escalate(policy)):
        return Decision("park", "asked_enough")
    if not policy.working.is_open(now):
        return Decision("wait", "closed_hours", until=policy.working.next_open(now))
    if last_word:
        return Decision("escalate", "gave_up", _lead(policy, people), None, len(history.alerts) + 1)
    return Decision("alert", "due", whom_to_ask(ticket, policy, people), None, len(history.alerts) + 1)


def whom_to_ask(ticket: AskedTicket, policy: AlertPolicy, people: People = NOBODY_LEFT) -> str | None:
    """The Slack id of who is asked; None for the channel without a mention.

    Who filled in the form; for a ticket written by hand its reporter, else its assignee. Never a bot. For somebody who
    left `escalate_to` is asked. Who does not want to be asked is not, and nobody else in their place.
    """
    known = (ticket.requester,) if ticket.requester else (ticket.reporter, ticket.assignee)
    person = next((who for who in known if who and who not in people.bots), None)
    if person in people.left:
        person = policy.escalate_to
    return None if person in policy.mute or person in people.left or person in people.bots else person


def alerting_gaps(
    request_type: RequestType, gaps: Iterable[G], created: datetime, rules_since: Mapping[tuple[str, str], datetime]
) -> Iterator[G]:
    """The gaps that may alert: no hints, and no rule younger than the ticket unless it applies to existing ones.

    Args:
        request_type: whose rules.
        gaps: of the ticket.
        created: when the ticket was made.
        rules_since: (section, rule) → when that rule was first seen; see `readiness.rules_of`. Without an entry the
            rule has always been there.
    """
    for gap in gaps:
        if gap.severity != "hint" and (
            created >= rules_since.get((gap.section, gap.rule), created)
            or request_type.fields[gap.section].ready.applies_to_existing
        ):
            yield gap


@dataclass(frozen=True, slots=True)
class ChannelPost:
    """The one new message of a channel.

    Attributes:
        shown: the tickets in it, those first that wait on somebody named, and that were asked about least.
        more: those behind "n more"; they count as asked about too.
    """

    shown: tuple[tuple[AskedTicket, Decision], ...]
    more: tuple[tuple[AskedTicket, Decision], ...] = ()

    @property
    def all(self) -> tuple[tuple[AskedTicket, Decision], ...]:
        """Every ticket that the message is about."""
        return self.shown + self.more


def channel_post(
    decided: Sequence[tuple[AskedTicket, Decision]], posts: Collection[datetime], now: datetime, policy: AlertPolicy
) -> ChannelPost | Decision | None:
    """The message to post now; a decision to wait if the day has had its messages; None if nothing is due.

    Args:
        decided: the tickets of the channel, each with its decision.
        posts: when messages were posted in the channel; those of this working day are enough.
        now: when it would be posted.
        policy: the team's.
    """
    due = [(ticket, decision) for ticket, decision in decided if decision.speaks]
    if not due:
        return None
    today = policy.working.day_of(now)
    if sum(policy.working.day_of(post) == today for post in posts) >= policy.per_day:
        return Decision("wait", "day_full", until=policy.working.opening_after(today))
    due.sort(key=lambda pair: (pair[1].ask is None, pair[1].number, pair[0].created))
    return ChannelPost(tuple(due[:MOST_SHOWN]), tuple(due[MOST_SHOWN:]))


def _parked(ticket: AskedTicket, history: History, policy: AlertPolicy) -> Parked | None:
    """Why nobody is ever asked, as things stand; such tickets are listed and counted only."""
    if not policy.asks:
        return "alerts_off"
    if history.muted:
        return "muted"
    if not ticket.certain:
        return "type_unknown"
    return "baseline" if history.old else None


def _due(history: History, policy: AlertPolicy) -> tuple[datetime | None, Reason]:
    """When the next message is due, and what is waited for until then; no time if the team never works.

    A ticket that was ready, and lacks something again soon after somebody was asked, is only listed for a while.
    """
    working, since, last = policy.working, history.open_since, history.last
    due: datetime | None = None
    reason: Reason = "new"
    if since is not None and (last is None or last < since):
        due = working.add(since, working.span(policy.first_after))
        if due is None:
            return None, reason
    if last is not None:
        again = working.add(last, working.span(policy.repeat_every))
        if again is None:
            return None, reason
        if due is None:
            due, reason = again, "repeat"
        elif again > due:
            due, reason = again, "asked_recently"
    if due is not None and history.snoozed_until is not None and history.snoozed_until > due:
        due, reason = history.snoozed_until, "snoozed"
    return due, reason


def _may_escalate(policy: AlertPolicy) -> bool:
    """Whether a team wants to hear of it once more; one whose lead is never to be asked does not."""
    return policy.escalate_to is not None and policy.escalate_to not in policy.mute


def _lead(policy: AlertPolicy, people: People) -> str | None:
    """Whom it is escalated to: the channel without a mention where the one who is named left."""
    who = policy.escalate_to
    return None if who in people.left or who in people.bots else who
