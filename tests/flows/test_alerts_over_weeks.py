"""Weeks of sweeps, edits, snoozes, deletions, outages and deaths: the promises of the alert hold throughout."""

import asyncio
import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st

from adapters.base import Person
from bot.domain.alert_lines import AlertMessage
from bot.domain.alert_post import AlertPost
from bot.domain.alerting import AlertPolicy, decide
from bot.domain.messages import Address, Message, Posted, Unreachable
from bot.domain.seen_ticket import Tracked
from bot.domain.working_time import WorkingTime
from bot.store.sql_store import SqlStore
from bot.usecases.asking import Asking
from bot.usecases.post_alert import post_alert
from bot.usecases.refresh_alerts import refresh_alerts
from tests.alert_world import DAYS, READY, STORY, AlertWorld
from tests.databases import new_sqlite_database
from tests.dying import Died, Dying
from tests.fake_world import FakeSlack
from tests.strategies import examples

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime(2026, 3, 23, 7, tzinfo=UTC)
"""A Monday; clocks change on the Sunday after."""
WEEKS = 2
HOURS = (7, 9, 11, 13, 16, 19)
"""When sweeps run, by the clock on the wall."""
CHANNEL = "C0WEB"
KINDS = (
    *("goal", "ready", "lacks", "start", "stop", "close", "snooze", "mute", "unmute", "assign"),
    *("delete", "away", "swallow", "die", "die", "both"),
)
ZONES = {"U0DEV": "America/New_York", "U0MARA": "Asia/Kolkata"}
Event = tuple[int, int, str, int]


class Watched(FakeSlack):
    """Knows when something was posted."""

    def __init__(self, world: AlertWorld) -> None:
        super().__init__()
        self.world = world
        self.times: dict[str, datetime] = {}

    async def post(self, key: str, to: Address, message: Message, *, may_exist: bool) -> Posted | Unreachable:
        before = len(self.posts)
        try:
            return await super().post(key, to, message, may_exist=may_exist)
        finally:
            if len(self.posts) > before:
                self.times[key] = self.world.clock.now()


@dataclass
class Weeks:
    """What is drawn: the policy, when tickets are made, and what happens at which sweep."""

    policy: AlertPolicy
    made: list[int]
    events: list[Event]
    free: dict[str, datetime] = field(default_factory=dict)


@st.composite
def weeks(draw: st.DrawFn) -> Weeks:
    holidays = draw(st.sets(st.dates(date(2026, 3, 23), date(2026, 4, 5)), max_size=2))
    policy = AlertPolicy(
        WorkingTime.of(draw(st.sampled_from(["09:00-17:00", "08:00-12:00"])), DAYS, "Europe/Berlin", holidays),
        first_after=draw(st.sampled_from([0 * HOUR, 4 * HOUR])),
        repeat_every=draw(st.sampled_from([DAY, 2 * DAY])),
        at_most=draw(st.integers(1, 3)),
        per_day=draw(st.integers(1, 2)),
        escalate_to=draw(st.sampled_from([None, "U0LEAD"])),
        mute=draw(st.sampled_from([frozenset[str](), frozenset({"U0MARA"})])),
    )
    steps = st.integers(0, WEEKS * 7 * len(HOURS) - 1)
    made = draw(st.lists(steps, min_size=1, max_size=10))
    events = st.tuples(steps, st.integers(0, len(made) - 1), st.sampled_from(KINDS), st.integers(1, 30))
    return Weeks(policy, sorted(made), sorted(draw(st.lists(events, max_size=25))))


async def happen(world: AlertWorld, drawn: Weeks, handle: str, kind: str) -> None:
    """One thing that people do, or that befalls Slack."""
    slack = world.slack
    now = world.clock.now()
    match kind:
        case "goal":
            await world.edit(handle, goal="5 % more")
        case "ready":
            await world.edit(handle, **READY)
        case "lacks":
            await world.edit(handle, goal="TBD")
        case "start" | "stop" | "close":
            await world.edit(handle, state={"start": "in_progress", "stop": "todo", "close": "done"}[kind])
        case "assign":
            await world.edit(handle, assignee=Person("Dev", "dev@example.com", "dev"))
        case "snooze":
            await world.change_history(handle, snoozed_until=now + 2 * DAY)
            drawn.free[handle] = now + 2 * DAY
        case "mute" | "unmute":
            await world.change_history(handle, muted=kind == "mute")
            drawn.free[handle] = max(now, drawn.free.get(handle, now))
        case "delete" if slack.taken:
            slack.deleted.add(list(slack.taken.values())[-1].ts)
        case "away":
            slack.away = 1
        case "swallow":
            slack.swallow = 1


async def run(drawn: Weeks) -> AlertWorld:
    """Two weeks; what is promised at each moment is held against what is so."""
    store = SqlStore.open(new_sqlite_database(Path(tempfile.mkdtemp())))
    world = AlertWorld(store, policy=drawn.policy)
    world.slack = Watched(world)
    world.ports = replace(world.ports, notifier=world.slack)
    world.people.zones.update(ZONES)
    world.people.emails["dev@example.com"] = "U0DEV"
    world.clock.time = START - DAY
    await world.swept_before()
    handles: list[str] = []
    for step in range(WEEKS * 7 * len(HOURS)):
        days, hour = divmod(step, len(HOURS))
        day = (START + days * DAY).date()
        wall = datetime(day.year, day.month, day.day, HOURS[hour], tzinfo=ZoneInfo("Europe/Berlin"))
        world.clock.time = max(world.clock.time, wall.astimezone(UTC))
        while len(handles) < len(drawn.made) and drawn.made[len(handles)] <= step:
            by_hand = {"requester": None, "reporter": "nobody"} if len(handles) % 3 == 2 else {}
            handles.append(await world.file(len(handles), user_story=STORY, **by_hand))  # type: ignore[arg-type]
        killed = 0
        for _, number, kind, at in (event for event in drawn.events if event[0] == step):
            if number < len(handles):
                await happen(world, drawn, handles[number], kind)
            killed = at if kind == "die" else killed
            if kind == "both":
                await world.look()
                await asyncio.gather(post_alert(world.ports, world.team), post_alert(world.ports, world.team))
        await world.look()
        if killed:
            await die(world, killed)
        await world.say()
        await kept(world, drawn)
    return world


async def die(world: AlertWorld, number: int) -> None:
    """The process is killed at that call, and the next one begins three minutes later."""
    process = Dying(world.ports, number, "after" if number % 2 else "before")
    try:
        await post_alert(process.ports, world.team)
        await refresh_alerts(process.ports, world.team)
    except Died:
        world.clock.time += timedelta(minutes=3)


async def kept(world: AlertWorld, drawn: Weeks) -> None:
    """Every open, unmuted gap is asked about within `first_after` plus one working day, or it is parked."""
    working, now = world.policy.working, world.clock.now()
    asking = Asking(world.ports, world.team)
    async for page in world.ports.tickets.of_team("web", "asking"):
        for one in page:
            since = one.history.open_since
            assert since is not None
            free = max(since, drawn.free.get(one.ticket.handle, since))
            due = working.add(since, working.span(world.policy.first_after) + working.length)
            after = working.add(free, working.length)
            if due is None or after is None or now < max(due, after):
                continue
            asked = one.history.last is not None and one.history.last >= since
            decision = decide(await asking.asked(one, named=False), one.history, now, world.policy)
            assert asked or decision.action == "park", (one.ticket.handle, now, one.history, decision)


def day_of(world: AlertWorld, key: str) -> date:
    """The working day on which a message was posted."""
    assert isinstance(world.slack, Watched)
    return world.policy.working.day_of(world.slack.times[key])


async def judged(world: AlertWorld) -> None:
    """What must be true of all that was said."""
    slack, policy = world.slack, world.policy
    assert isinstance(slack, Watched)
    keys = [key for key, _, _ in slack.posts]
    assert max(Counter(keys).values(), default=0) <= 1, "twice"
    channel = [key for key, where, _ in slack.posts if where == CHANNEL]
    for key in channel:
        assert policy.working.is_open(slack.times[key]), "outside hours"
    for key, where, _ in slack.posts:
        if where in ZONES:
            theirs = replace(policy.working, zone=ZoneInfo(ZONES[where]))
            assert theirs.is_open(slack.times[key]), "at night"
        assert where not in policy.mute
    new = [key for key in channel if not key.endswith(":fresh")]
    replaced = {key.removesuffix(":fresh") for key in channel if key.endswith(":fresh")}
    for day, count in Counter(day_of(world, key) for key in channel).items():
        stood_in = sum(key in replaced and day_of(world, f"{key}:fresh") == day == day_of(world, key) for key in new)
        assert count - stood_in <= policy.per_day, "too many"
        assert sum(day_of(world, key) == day for key in new) <= policy.per_day
    posts = [post for post in await world.ports.tickets.alerts("web", START - 30 * DAY) if not post.only_meant]
    assert sorted(post.key for post in posts) == sorted(new), "a message that is not remembered"
    every = [one async for page in world.ports.tickets.of_team("web", "all") for one in page]
    for one in every:
        _named(policy, posts, one)
    for message in world.alerts:
        assert isinstance(message, AlertMessage)
        assert not {who for who, _ in message.waiting if who} & policy.mute


def _named(policy: AlertPolicy, posts: list[AlertPost], one: Tracked) -> None:
    """A ticket's history is what the messages say, and within the limits."""
    entries = [(post, entry) for post in posts for entry in post.all if entry.handle == one.ticket.handle]
    alerts = [post.posted_at for post, entry in entries if not entry.escalated]
    assert [moment.timestamp() for moment in one.history.alerts] == alerts, "told and remembered differ"
    assert len(alerts) <= policy.at_most
    assert sum(entry.escalated for _, entry in entries) == (one.history.escalated is not None) <= 1
    for first, second in pairwise(sorted(post.posted_at for post, _ in entries)):
        between = policy.working.between(datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(second, UTC))
        assert between >= policy.working.span(policy.repeat_every)


@settings(max_examples=examples(5), deadline=None)
@given(weeks())
def test_promises_hold_over_weeks(drawn: Weeks) -> None:
    """Never outside hours, never over the limits, never twice, nothing forgotten, whatever happens in between."""

    async def work() -> None:
        world = await run(drawn)
        try:
            await judged(world)
        finally:
            world.store.close()

    asyncio.run(work())


def test_the_weeks_are_no_silence() -> None:
    """So that the promises are not kept by saying nothing: every ticket is asked about as often as it may be."""
    policy = AlertPolicy(WorkingTime.of("09:00-17:00", DAYS, "Europe/Berlin"), at_most=2, escalate_to="U0LEAD")

    async def work() -> None:
        world = await run(Weeks(policy, [1, 2, 9], []))
        await judged(world)
        every = [one async for page in world.ports.tickets.of_team("web", "all") for one in page]
        world.store.close()
        assert [(len(one.history.alerts), one.history.escalated is not None) for one in every] == [(2, True)] * 3

    asyncio.run(work())
