"""Who is asked for what is missing, and when: single cases, and years of simulated time."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from bot.domain.alert_history import AskedTicket, History, arrived, ended, seen, taken_up, told
from bot.domain.alerting import (
    AlertPolicy,
    ChannelPost,
    Decision,
    People,
    alerting_gaps,
    channel_post,
    decide,
    whom_to_ask,
)
from bot.domain.readiness import Gap
from bot.domain.template import RequestType
from bot.domain.template_loader import load
from bot.domain.working_time import WorkingTime
from tests.strategies import examples

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK = ("mon", "tue", "wed", "thu", "fri")
OFFICE = WorkingTime.of("09:00-17:00", WEEK, "Europe/Berlin")
POLICY = AlertPolicy(OFFICE)
CRITERIA = Gap("acceptance_criteria", "section.missing", "“Acceptance criteria” is missing.")
GOAL = Gap("goal", "section.empty", "“Goal” is empty.")


def at(text: str) -> datetime:
    """A moment in Berlin; 9 March 2026 is a Monday."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZoneInfo("Europe/Berlin"))


MONDAY = at("03-09T10:00")
BASELINE = at("03-02T09:00")


MARA = AskedTicket("jira:1", (CRITERIA,), "todo", MONDAY, requester="U0MARA")


def ticket(**values: Any) -> AskedTicket:
    return replace(MARA, **values)


def history(made: AskedTicket, *alerts: str, **values: Any) -> History:
    return replace(seen(History(), made, MONDAY, BASELINE), alerts=tuple(map(at, alerts)), **values)


def decided(now: str, *alerts: str, made: AskedTicket = MARA, policy: AlertPolicy = POLICY, **values: Any) -> Decision:
    return decide(made, history(made, *alerts, **values), at(now), policy)


# --- One ticket ------------------------------------------------------------------------------------------------------


def test_a_new_ticket_is_left_in_peace() -> None:
    """For `first_after` of working time, then its requester is asked."""
    assert decided("03-09T13:59") == Decision("wait", "new", until=at("03-09T14:00"))
    assert decided("03-09T14:00") == Decision("alert", "due", "U0MARA", number=1)


def test_nobody_is_asked_outside_working_hours() -> None:
    """What is due then waits for the next working day."""
    assert decided("03-09T18:00") == Decision("wait", "closed_hours", until=at("03-10T09:00"))
    assert decided("03-14T12:00") == Decision("wait", "closed_hours", until=at("03-16T09:00"))


def test_somebody_is_asked_again_only_per_policy() -> None:
    """Two working days later, over a weekend if need be."""
    assert decided("03-10T14:00", "03-09T14:00") == Decision("wait", "repeat", until=at("03-11T14:00"))
    assert decided("03-11T14:00", "03-09T14:00") == Decision("alert", "due", "U0MARA", number=2)
    assert decided("03-14T14:00", "03-12T14:00") == Decision("wait", "repeat", until=at("03-16T14:00"))


def test_after_the_last_alert_it_is_escalated_once_and_parked() -> None:
    """At most three alerts; then `escalate_to`; then the ticket is only listed. Without `escalate_to` it is parked."""
    three = ("03-09T14:00", "03-11T14:00", "03-13T14:00")
    policy = replace(POLICY, escalate_to="U0LEAD")
    assert decided("03-17T13:00", *three, policy=policy) == Decision("wait", "repeat", until=at("03-17T14:00"))
    assert decided("03-17T14:00", *three, policy=policy) == Decision("escalate", "gave_up", "U0LEAD", number=4)
    again = decided("03-18T14:00", *three, policy=policy, escalated=at("03-17T14:00"))
    assert again == Decision("wait", "repeat", until=at("03-19T14:00"))
    assert decided("03-19T14:00", *three, policy=policy, escalated=at("03-17T14:00")) == Decision(
        "park", "asked_enough"
    )
    assert decided("03-17T14:00", *three) == Decision("park", "asked_enough")
    assert decided("06-17T14:00", *three) == Decision("park", "asked_enough")
    muted_lead = replace(policy, mute=frozenset({"U0LEAD"}))
    assert decided("03-17T14:00", *three, policy=muted_lead) == Decision("park", "asked_enough")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"status": "in_progress"}, "started"),
        ({"status": "done"}, "closed"),
        ({"gone": True}, "gone"),
        ({"gaps": ()}, "ready"),
    ],
)
def test_alerts_stop_when_there_is_nothing_to_ask(values: dict[str, Any], reason: Any) -> None:
    """Work started, the ticket was closed or is gone, or nothing is missing any more."""
    made = ticket(**values)
    assert ended(made) == reason
    assert decided("03-12T14:00", made=made) == Decision("done", reason)


@pytest.mark.parametrize(
    ("values", "policy", "reason"),
    [
        ({"muted": True}, POLICY, "muted"),
        ({"old": True}, POLICY, "baseline"),
        ({}, replace(POLICY, is_on=False), "alerts_off"),
        ({}, replace(POLICY, at_most=0), "alerts_off"),
        ({}, replace(POLICY, per_day=0), "alerts_off"),
        ({}, replace(POLICY, working=WorkingTime.of("09:00-17:00", [], "UTC")), "no_working_time"),
    ],
)
def test_some_tickets_are_only_listed(values: dict[str, Any], policy: AlertPolicy, reason: Any) -> None:
    """Muted ones, those that were there before the bot, and all of them where alerts are off."""
    assert decided("03-12T14:00", policy=policy, **values) == Decision("park", reason)


def test_a_guessed_type_never_alerts() -> None:
    """A best match is only a guess."""
    assert decided("03-12T14:00", made=ticket(certain=False)) == Decision("park", "type_unknown")


# --- The cases of users --------------------------------------------------------------------------------------------


def test_case_15_an_edit_in_the_tracker_counts() -> None:
    """Without any comment; and what was completed before the message went out is not alerted at all."""
    made = ticket()
    past = told(history(made), made, at("03-09T14:00"))
    edited = replace(made, gaps=())
    assert arrived(seen(past, edited, at("03-09T15:00"), BASELINE), edited) == {"acceptance_criteria"}
    judged = decide(made, history(made), at("03-09T14:00"), POLICY)
    again = decide(edited, seen(history(made), edited, at("03-09T14:00"), BASELINE), at("03-09T14:00"), POLICY)
    assert (judged.action, again) == ("alert", Decision("done", "ready"))


def test_case_17_three_sweeps_bring_one_message() -> None:
    """Each of them sees the ticket; only the first one that may speak does."""
    made, past, spoken = ticket(requester=None, reporter="U0REP"), History(), 0
    for now in (at("03-09T13:00"), at("03-09T14:00"), at("03-09T15:00")):
        past = seen(past, made, now, BASELINE)
        if decide(made, past, now, POLICY).speaks:
            past, spoken = told(past, made, now), spoken + 1
    assert spoken == 1


def test_case_16_only_the_piece_that_was_asked_for_ends_an_alert() -> None:
    """A comment and a new label do not reset the clock, nor does a `TBD`; the criteria do end it."""
    made = ticket()
    past = told(history(made), made, at("03-09T14:00"))
    edited = replace(made, gaps=(replace(CRITERIA, code="section.placeholder"),))
    after = seen(past, edited, at("03-10T10:00"), BASELINE)
    assert after == past
    assert arrived(after, edited) == frozenset()
    assert decide(edited, after, at("03-11T13:59"), POLICY).reason == "repeat"
    ready = replace(made, gaps=())
    assert arrived(after, ready) == {"acceptance_criteria"}
    assert decide(ready, seen(after, ready, at("03-10T11:00"), BASELINE), at("03-10T11:00"), POLICY).action == "done"


def test_case_19_there_is_no_fourth_alert() -> None:
    """At most three, then the decision is `park`."""
    made, past = ticket(), history(ticket())
    actions: list[str] = []
    for hour in range(24 * 60):
        now = MONDAY + hour * HOUR
        decision = decide(made, past, now, POLICY)
        actions.append(decision.action)
        if decision.speaks:
            past = told(past, made, now)
    assert actions.count("alert") == 3
    assert actions[-1] == "park"


def test_case_20_a_snooze_is_for_one_ticket_and_then_the_old_interval_applies() -> None:
    """Quiet until Thursday, the others as before; afterwards every two working days again."""
    snoozed: dict[str, Any] = {"snoozed_until": at("03-12T09:00")}
    assert decided("03-11T14:00", "03-09T14:00", **snoozed) == Decision("wait", "snoozed", until=at("03-12T09:00"))
    assert decided("03-11T14:00", "03-09T14:00").action == "alert"
    assert decided("03-12T09:00", "03-09T14:00", **snoozed) == Decision("alert", "due", "U0MARA", number=2)
    assert decided("03-13T09:00", "03-09T14:00", "03-12T09:00", **snoozed).until == at("03-16T09:00")


def test_case_13_a_bot_that_was_down_brings_no_burst() -> None:
    """Twelve tickets give one message with eight, and no second one that day."""
    made = [ticket(id=f"jira:{number}", created=MONDAY + number * HOUR) for number in range(12)]
    now = at("03-12T09:00")
    pairs = [(one, decide(one, seen(History(), one, now, BASELINE), now, POLICY)) for one in made]
    post = channel_post(pairs, [], now, POLICY)
    assert isinstance(post, ChannelPost)
    assert [one.id for one, _ in post.shown] == [f"jira:{number}" for number in range(8)]
    assert [one.id for one, _ in post.more] == [f"jira:{number}" for number in range(8, 12)]
    assert len(post.all) == 12
    assert channel_post(pairs, [now], now + HOUR, POLICY) == Decision("wait", "day_full", until=at("03-13T09:00"))


# --- Whom ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "U0MARA"),
        ({"reporter": "U0REP", "assignee": "U0DEV"}, "U0MARA"),
        ({"requester": None, "reporter": "U0REP", "assignee": "U0DEV"}, "U0REP"),
        ({"requester": None, "assignee": "U0DEV"}, "U0DEV"),
        ({"requester": None, "reporter": "U0BOT", "assignee": "U0DEV"}, "U0DEV"),
        ({"requester": None, "reporter": "U0BOT"}, None),
        ({"requester": "U0LEFT"}, "U0LEAD"),
        ({"requester": None, "reporter": "U0LEFT", "assignee": "U0DEV"}, "U0LEAD"),
        ({"requester": "U0QUIET"}, None),
        ({"requester": None}, None),
    ],
)
def test_whom_to_ask(values: dict[str, Any], expected: str | None) -> None:
    """Requester, else reporter, else assignee; never a bot; for who left, `escalate_to`; never who does not want it."""
    policy = replace(POLICY, escalate_to="U0LEAD", mute=frozenset({"U0QUIET"}))
    people = People(left=frozenset({"U0LEFT"}), bots=frozenset({"U0BOT"}))
    assert whom_to_ask(ticket(**values), policy, people) == expected


def test_who_left_together_with_the_lead_is_asked_as_the_channel() -> None:
    """Nobody is mentioned then, also when it escalates; that is once, too."""
    policy = replace(POLICY, escalate_to="U0LEAD")
    people = People(left=frozenset({"U0MARA", "U0LEAD"}))
    assert whom_to_ask(ticket(), policy, people) is None
    made = ticket()
    past = history(made, "03-09T14:00", "03-11T14:00", "03-13T14:00")
    assert decide(made, past, at("03-17T14:00"), policy, people) == Decision("escalate", "gave_up", None, number=4)
    escalated = told(past, made, at("03-17T14:00"), escalated=True)
    assert decide(made, escalated, at("03-31T14:00"), policy, people) == Decision("park", "asked_enough")


def test_a_message_leads_with_what_waits_on_somebody() -> None:
    """Named ones first, then those that were asked about least, then the oldest."""
    speak: list[tuple[AskedTicket, Decision]] = [
        (ticket(id="nobody"), Decision("alert", "due", None, number=1)),
        (ticket(id="second"), Decision("alert", "due", "U0A", number=2)),
        (ticket(id="new"), Decision("alert", "due", "U0B", number=1)),
        (ticket(id="older", created=MONDAY - DAY), Decision("alert", "due", "U0B", number=1)),
        (ticket(id="quiet"), Decision("wait", "new")),
    ]
    post = channel_post(speak, [], MONDAY, POLICY)
    assert isinstance(post, ChannelPost)
    assert [one.id for one, _ in post.shown] == ["older", "new", "second", "nobody"]
    assert channel_post(speak[-1:], [], MONDAY, POLICY) is None


# --- History ---------------------------------------------------------------------------------------------------------


def test_the_first_sweep_asks_for_nothing() -> None:
    """What was there is old until somebody takes it up, or it was ready once."""
    made = ticket(created=MONDAY - 90 * DAY)
    old = seen(History(), made, MONDAY, None)
    assert old.old
    assert decide(made, seen(old, made, MONDAY + 30 * DAY, MONDAY), MONDAY + 30 * DAY, POLICY).reason == "baseline"
    taken = seen(taken_up(old, MONDAY + DAY), made, MONDAY + DAY, MONDAY)
    assert decide(made, taken, MONDAY + DAY, POLICY).until == at("03-10T14:00")
    was_ready = seen(seen(History(), replace(made, gaps=()), MONDAY, None), made, MONDAY + DAY, MONDAY)
    assert (was_ready.old, was_ready.open_since) == (False, MONDAY + DAY)


def test_a_ticket_that_moved_in_follows_silently() -> None:
    """It is older than the first sweep, so its clock starts when it was first seen."""
    made = ticket(created=MONDAY - 90 * DAY)
    assert seen(History(), made, MONDAY, BASELINE).open_since == MONDAY
    assert seen(History(), ticket(), MONDAY + DAY, BASELINE).open_since == MONDAY


def test_a_ticket_that_lacks_something_again_has_no_new_allowance() -> None:
    """Alerts count for good, and it is only listed until `repeat_every` has passed."""
    made = ticket()
    past = told(history(made), made, at("03-09T14:00"))
    ready = seen(past, replace(made, gaps=()), at("03-09T15:00"), BASELINE)
    again = seen(ready, replace(made, gaps=(GOAL,)), at("03-09T16:00"), BASELINE)
    assert (again.open_since, again.alerts, again.asked_for) == (at("03-09T16:00"), past.alerts, frozenset())
    lacking = replace(made, gaps=(GOAL,))
    assert decide(lacking, again, at("03-10T15:00"), POLICY) == Decision(
        "park", "asked_recently", until=at("03-11T14:00")
    )
    assert decide(lacking, again, at("03-11T14:00"), POLICY).number == 2


def rules() -> RequestType:
    body = (
        "- {{type: input, id: {0}, attributes: {{label: {0}}}, ready: {{required: true, applies_to_existing: {1}}}}}\n"
    )
    text = "name: P\ndescription: P\nbody:\n" + body.format("goal", "false") + body.format("impact", "true")
    return load({"p.yaml": text}, {}).types["p"]


def test_stricter_rules_open_no_alerts_for_older_tickets() -> None:
    """Unless the rule applies to existing ones; hints never alert."""
    impact, hint = Gap("impact", "section.missing", ""), Gap("goal", "wording.vague", "", "hint", "wording")
    since = {("goal", "required"): MONDAY, ("impact", "required"): MONDAY}
    gaps = (GOAL, impact, hint)
    assert tuple(alerting_gaps(rules(), gaps, MONDAY - DAY, since)) == (impact,)
    assert tuple(alerting_gaps(rules(), gaps, MONDAY, since)) == (GOAL, impact)
    assert tuple(alerting_gaps(rules(), gaps, MONDAY - DAY, {})) == (GOAL, impact)


# --- Years of simulated time -----------------------------------------------------------------------------------------

START = datetime(2024, 2, 1, tzinfo=UTC)
YEARS = 3 * 365
ZONES = (
    *("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns"),
    *("Africa/Casablanca", "Pacific/Apia"),
)
Event = tuple[timedelta, int, str]


@dataclass
class World:
    """Tickets of one channel, swept over years."""

    policy: AlertPolicy
    tickets: dict[int, AskedTicket]
    histories: dict[int, History] = field(default_factory=dict)
    posts: list[datetime] = field(default_factory=list)
    messages: dict[int, list[tuple[datetime, Decision]]] = field(default_factory=dict)
    decisions: dict[int, Decision] = field(default_factory=dict)
    free: dict[int, datetime] = field(default_factory=dict)

    def happen(self, number: int, what: str, now: datetime) -> None:
        made, past = self.tickets[number], self.histories.get(number, History())
        match what:
            case "lacks" | "ready":
                self.tickets[number] = replace(made, gaps=(GOAL,) if what == "lacks" else ())
            case "start" | "stop":
                self.tickets[number] = replace(made, status="in_progress" if what == "start" else "todo")
            case "snooze":
                self.histories[number] = replace(past, snoozed_until=now + 3 * DAY)
                self.free[number] = now + 3 * DAY
            case _:
                self.histories[number] = replace(past, muted=what == "mute")
                self.free[number] = max(now, self.free.get(number, now))

    def sweep(self, now: datetime) -> datetime | None:
        """One sweep; when the next one can find something to do."""
        pairs = []
        for number, made in self.tickets.items():
            if made.created <= now:
                self.histories[number] = seen(self.histories.get(number, History()), made, now, START - DAY)
                self.decisions[number] = decide(made, self.histories[number], now, self.policy)
                pairs.append((made, self.decisions[number]))
        post = channel_post(pairs, self.posts, now, self.policy)
        if isinstance(post, ChannelPost):
            self.posts.append(now)
            for made, decision in post.all:
                number = int(made.id)
                self.histories[number] = told(
                    self.histories[number], made, now, escalated=decision.action == "escalate"
                )
                self.messages.setdefault(number, []).append((now, decision))
            return now + HOUR
        later = [decision.until for _, decision in pairs] + ([post.until] if post else [])
        return min((moment for moment in later if moment is not None and moment > now), default=None)


def on_the_hour(moment: datetime) -> datetime:
    """The next sweep: they run every hour."""
    whole = moment.replace(minute=0, second=0, microsecond=0)
    return whole if whole == moment else whole + HOUR


@st.composite
def worlds(draw: st.DrawFn) -> tuple[World, list[Event]]:
    start = draw(st.integers(0, 20))
    end = draw(st.integers(start + 3, 24))
    days = draw(st.sets(st.sampled_from(("mon", "tue", "wed", "thu", "fri", "sat", "sun")), min_size=1))
    holidays = draw(st.lists(st.dates(date(2024, 2, 1), date(2027, 1, 1)), max_size=30))
    working = WorkingTime.of(f"{start:02}:00-{end:02}:00", days, draw(st.sampled_from(ZONES)), holidays)
    policy = AlertPolicy(
        working,
        first_after=draw(st.sampled_from([0 * HOUR, 4 * HOUR, DAY, 5 * DAY])),
        repeat_every=draw(st.sampled_from([HOUR, DAY, 2 * DAY])),
        at_most=draw(st.integers(1, 4)),
        per_day=draw(st.integers(1, 2)),
        escalate_to=draw(st.sampled_from([None, "U0LEAD"])),
    )
    offsets = st.integers(0, YEARS * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
    tickets = {
        number: ticket(id=str(number), created=START + draw(offsets), gaps=(GOAL,))
        for number in range(draw(st.integers(1, 12)))
    }
    kinds = st.sampled_from(("lacks", "ready", "start", "stop", "snooze", "mute", "unmute"))
    events = draw(st.lists(st.tuples(offsets, st.integers(0, len(tickets) - 1), kinds), max_size=40))
    return World(policy, tickets), sorted(events)


def run(world: World, events: Sequence[Event]) -> None:
    """Three years: a sweep on the hour after everything that happens, and whenever something may be due."""
    pending = [(START + offset, number, what) for offset, number, what in events]
    moments = {on_the_hour(made.created) for made in world.tickets.values()}
    while moments or pending:
        now = min([*moments, *(on_the_hour(moment) for moment, _, _ in pending[:1])])
        moments.discard(now)
        if now > START + YEARS * DAY:
            return
        while pending and pending[0][0] <= now:
            moment, number, what = pending.pop(0)
            if world.tickets[number].created <= moment:
                world.happen(number, what, moment)
        if (upcoming := world.sweep(now)) is not None:
            moments.add(on_the_hour(upcoming))
        moments |= watch_deadlines(world, now)


def watch_deadlines(world: World, now: datetime) -> set[datetime]:
    """Every open, unmuted must gap is alerted within `first_after` plus one working day, or parked: when to look."""
    working = world.policy.working
    found: set[datetime] = set()
    for number, past in world.histories.items():
        since = past.open_since
        if since is None:
            continue
        free = max(since, world.free.get(number, since))
        due = working.add(since, working.span(world.policy.first_after) + working.length)
        after = working.add(free, working.length)
        if due is None or after is None:
            continue
        deadline = on_the_hour(max(due, after))
        if now >= deadline:
            asked = past.last is not None and past.last >= since
            assert asked or world.decisions[number].action == "park", (number, now, past, world.decisions[number])
        else:
            found.add(deadline)
    return found


@settings(max_examples=examples(30), deadline=None)
@given(worlds())
def test_limits_hold_over_years(made: tuple[World, list[Event]]) -> None:
    """Never outside hours, never above the limits, and nothing that must be asked for is forgotten."""
    world, events = made
    run(world, events)
    policy, working = world.policy, world.policy.working
    for post in world.posts:
        wall = post.astimezone(working.zone)
        since_midnight = timedelta(hours=wall.hour, minutes=wall.minute)
        assert working.start <= since_midnight < working.end, "outside hours"
        assert wall.weekday() in working.days
        assert wall.date() not in working.holidays
    for day in {post.astimezone(working.zone).date() for post in world.posts}:
        assert sum(post.astimezone(working.zone).date() == day for post in world.posts) <= policy.per_day
    for messages in world.messages.values():
        actions = [decision.action for _, decision in messages]
        assert actions.count("alert") <= policy.at_most
        assert actions.count("escalate") <= (1 if policy.escalate_to else 0)
        assert "alert" not in actions[actions.index("escalate") :] if "escalate" in actions else True
        for (one, _), (other, _) in pairwise(messages):
            assert working.between(one, other) >= working.span(policy.repeat_every)


def test_the_simulation_does_alert() -> None:
    """So that the limits above are not kept by silence: four tickets, three alerts each and an escalation."""
    policy = AlertPolicy(OFFICE, escalate_to="U0LEAD")
    made = {number: ticket(id=str(number), created=START + number * 40 * DAY) for number in range(4)}
    world = World(policy, made)
    run(world, [])
    for number in range(4):
        assert [decision.action for _, decision in world.messages[number]] == ["alert", "alert", "alert", "escalate"]
    assert [decision.reason for decision in world.decisions.values()] == ["asked_enough"] * 4
