"""The weekly sync over years: once on each of its days, at the right time where the team is."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot.domain.sync_policy import SyncPolicy, at, day_of, left_out, next_sync, reminder_day
from bot.domain.working_time import DAYS, WorkingTime
from bot.jobs import sync
from bot.jobs.schedules import Schedules
from bot.usecases.ports import Team

ZONES = (
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Africa/Cairo",
    "America/St_Johns",
    "Pacific/Apia",
)
START, END = date(2026, 1, 5), date(2031, 1, 6)
HOLIDAYS = frozenset({date(2026, 4, 7), date(2027, 12, 28), date(2029, 5, 1)})


class Shared:
    """What the replicas have in common: when a schedule was first seen, and which jobs there are."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.seen: dict[str, datetime] = {}
        self.jobs: dict[str, tuple[datetime, Mapping[str, Any]]] = {}

    async def first_seen(self, name: str, now: datetime) -> datetime:
        return self.seen.setdefault(name, now)

    async def submit(self, kind: str, key: str, payload: Mapping[str, Any]) -> None:
        self.jobs.setdefault(key, (self.now, payload))

    def posted(self, team: Team) -> dict[date, datetime]:
        """Day → when it was posted, of the jobs that post: the rules of the job, on the record."""
        found: dict[date, datetime] = {}
        for key, (moment, payload) in self.jobs.items():
            if key.startswith("sync:"):
                day = date.fromisoformat(str(payload["day"]))
                late = moment > datetime.fromtimestamp(payload["due"], UTC) + team.sync.grace
                if not late and left_out(team.sync, day, START, team.alerts.working.holidays) is None:
                    assert day not in found, "two jobs for one day"
                    found[day] = moment
        return found


def a_team(zone: str, **policy: Any) -> Team:
    """A team in a time zone."""
    working = WorkingTime.of("09:00-17:00", DAYS[:5], zone, HOLIDAYS)
    team = Team("web", "Web", "C1", zone, (), {}, "memory", sync=SyncPolicy(**policy))
    return replace(team, alerts=replace(team.alerts, working=working))


def a_replica(shared: Shared, team: Team) -> Schedules:
    """A process with its schedules; it has forgotten what it did before."""
    schedules = Schedules(shared.first_seen, lambda: shared.now)
    sync._schedule(shared, schedules, team)  # type: ignore[arg-type]  # only `submit` is used
    return schedules


def moments(team: Team, chance: random.Random) -> list[datetime]:
    """Wake-ups over five years: sparse, and dense around each sync."""
    found = []
    moment = datetime.combine(START, datetime.min.time(), UTC) - timedelta(days=1)
    end = datetime.combine(END, datetime.min.time(), UTC)
    while moment < end:
        found.append(moment)
        moment += timedelta(hours=20, minutes=chance.randrange(0, 500))
    for week in range((END - START).days // 7):
        due = at(START + timedelta(days=1, weeks=week), team.sync.at, team.time_zone)
        found += [due + timedelta(minutes=minutes, seconds=chance.randrange(59)) for minutes in range(-3, 4)]
    return sorted(found)


@pytest.mark.parametrize("zone", ZONES)
async def test_five_years_with_restarts_and_three_replicas(zone: str) -> None:
    """Each sync is posted once, within a minute of its local time, on holidays and skipped dates not at all."""
    chance = random.Random(zone)
    team = a_team(zone, skip=frozenset({date(2028, 2, 29)}), reminder=None)
    shared = Shared()
    replicas = [a_replica(shared, team) for _ in range(3)]
    for shared.now in moments(team, chance):
        if chance.random() < 0.02:
            replicas[chance.randrange(3)] = a_replica(shared, team)  # a restart
        await replicas[chance.randrange(3)].tick()
    posted = shared.posted(team)
    days = [START + timedelta(days=1, weeks=week) for week in range((END - START).days // 7)]
    expected = [day for day in days if day not in HOLIDAYS and day != date(2028, 2, 29)]
    assert sorted(posted) == expected
    for day, moment in posted.items():
        wall = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert timedelta(0) <= wall - datetime.fromisoformat(f"{day}T08:30") <= timedelta(minutes=1), wall


def changes(zone: str) -> Iterator[tuple[datetime, datetime]]:
    """The hour before each clock change of a zone within the five years, and the hour after it, by its clock."""
    where, moment = ZoneInfo(zone), datetime.combine(START, datetime.min.time(), UTC)
    fortnights = [moment + timedelta(weeks=2 * number) for number in range((END - START).days // 14 + 1)]
    for begun, ended in pairwise(begun.astimezone(where) for begun in fortnights):
        if begun.utcoffset() != ended.utcoffset():
            first, last = 0, 14 * 24  # hours; clocks change somewhere between them
            while last - first > 1:
                middle = (first + last) // 2
                then = (begun.astimezone(UTC) + timedelta(hours=middle)).astimezone(where)
                first, last = (middle, last) if then.utcoffset() == begun.utcoffset() else (first, middle)
            hours = [begun.astimezone(UTC) + timedelta(hours=hour) for hour in (first, last)]
            yield hours[0].astimezone(where), hours[1].astimezone(where)


def all_changes() -> dict[tuple[date, int, timedelta], str]:
    """Every kind of clock change that there is anywhere: its local day, hour and size, and a zone that has it."""
    found: dict[tuple[date, int, timedelta], str] = {}
    for zone in sorted(available_timezones() - {"localtime", "Factory"}):
        for before, after in changes(zone):
            jump = (after.utcoffset() or timedelta()) - (before.utcoffset() or timedelta())
            found.setdefault((before.date(), before.hour, jump), zone)
    return found


CLOCKS = ("00:00", "00:30", "01:30", "02:30", "03:00", "22:30", "23:00", "23:59")


async def test_around_every_clock_change_of_the_world_at_unusual_times() -> None:
    """Around midnight, on the day of the change and beside it: once, as of its day, not before its time."""
    seen = 0
    for (changed, _, _), zone in all_changes().items():
        for day in (changed - timedelta(days=1), changed, changed + timedelta(days=1)):
            for clock in CLOCKS:
                team, shared = a_team(zone, day=DAYS[day.weekday()], at=clock, on_holiday="post"), Shared()
                due = at(day, clock, zone)
                shared.now = due - timedelta(days=2)
                replica = a_replica(shared, team)
                for minutes in (-2880, -1, 0, 61, 1500):
                    shared.now = due + timedelta(minutes=minutes)
                    await replica.tick()
                posted = {key: moment for key, (moment, _) in shared.jobs.items() if key.startswith("sync:")}
                assert posted == {f"sync:web:{day}": due}, (zone, day, clock)
                wall = due.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - datetime.fromisoformat(f"{day}T{clock}")
                assert timedelta(0) <= wall <= timedelta(hours=2), (zone, day, clock)
                assert day_of(due, clock, zone) == day
                seen += 1
    assert seen > 1000


@pytest.mark.parametrize(
    ("zone", "day", "clock", "due"),
    [
        ("Africa/Cairo", date(2026, 4, 24), "00:30", "2026-04-23 22:30"),
        ("America/Santiago", date(2026, 9, 6), "00:30", "2026-09-06 04:30"),
        ("America/Havana", date(2026, 3, 8), "00:00", "2026-03-08 05:00"),
        ("America/Nuuk", date(2026, 3, 28), "23:30", "2026-03-29 01:30"),
    ],
)
async def test_a_day_whose_midnight_is_missing_has_its_sync(zone: str, day: date, clock: str, due: str) -> None:
    """Where clocks skip midnight, the time comes when they show it next, and counts for the day it was meant for."""
    team, shared = a_team(zone, day=DAYS[day.weekday()], at=clock), Shared()
    shared.now = at(day, clock, zone) - timedelta(days=2)
    replica = a_replica(shared, team)
    await replica.tick()
    shared.now = at(day, clock, zone)
    assert next_sync(team.sync, zone, shared.now - timedelta(minutes=1), day, ()) == shared.now
    await replica.tick()
    assert f"{shared.now:%Y-%m-%d %H:%M}" == due
    assert [key for key in shared.jobs if key.startswith("sync:")] == [f"sync:web:{day}"]


async def test_after_downtime_only_the_newest_missed_one_is_looked_at() -> None:
    """Down for three weeks and back two hours late: that one is posted; back a day late: it is not."""
    for back_after, expected in ((timedelta(hours=2), [date(2026, 3, 3)]), (timedelta(days=1), [])):
        team, shared = a_team("Europe/Berlin"), Shared()
        shared.now = datetime(2026, 2, 4, tzinfo=UTC)
        await a_replica(shared, team).tick()
        shared.now = at(date(2026, 3, 3), "08:30", "Europe/Berlin") + back_after
        await a_replica(shared, team).tick()
        assert list(shared.posted(team)) == expected
        assert len([key for key in shared.jobs if key.startswith("sync:")]) == 1  # the late one is noted by its job


async def test_a_new_bot_does_not_post_what_was_before_it() -> None:
    """A first start on a Tuesday at eleven does not post the sync of half past eight."""
    team, shared = a_team("Europe/Berlin"), Shared()
    shared.now = datetime(2026, 3, 3, 11, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    await a_replica(shared, team).tick()
    assert not shared.posted(team)


async def test_every_other_week_counts_from_the_first() -> None:
    """A sync every two weeks leaves out every other Tuesday, over the end of a year too."""
    policy = SyncPolicy(every_weeks=2)
    days = [START + timedelta(days=1, weeks=week) for week in range(120)]
    on = [day for day in days if left_out(policy, day, START, ()) is None]
    assert on == days[::2]


async def test_the_reminder_goes_out_on_the_working_day_before() -> None:
    """On Monday; on Friday where Monday is a holiday."""
    working = WorkingTime.of("09:00-17:00", DAYS[:5], "Europe/Berlin", [date(2026, 4, 6)])
    assert reminder_day(working, date(2026, 3, 3)) == date(2026, 3, 2)
    assert reminder_day(working, date(2026, 4, 7)) == date(2026, 4, 3)
    team, shared = a_team("Europe/Berlin"), Shared()
    replica = a_replica(shared, team)
    shared.now = datetime(2026, 3, 1, tzinfo=UTC)
    await replica.tick()
    for hour in range(24 * 9):
        shared.now = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=hour)
        await replica.tick()
    reminders = [key for key in shared.jobs if key.startswith("sync-reminder")]
    assert reminders == ["sync-reminder:web:2026-03-03", "sync-reminder:web:2026-03-10"]


def test_the_next_sync_skips_what_is_left_out() -> None:
    """App Home and "snooze until the next sync" ask for it."""
    policy = SyncPolicy(skip=frozenset({date(2026, 3, 3)}))
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert next_sync(policy, "Europe/Berlin", now, START, ()) == datetime(2026, 3, 10, 7, 30, tzinfo=UTC)
    assert next_sync(policy, "Europe/Berlin", now, START, {date(2026, 3, 10)}) == datetime(
        2026, 3, 17, 7, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("day", "moment"), [(date(2026, 3, 29), "2026-03-29 01:30"), (date(2026, 10, 25), "2026-10-25 00:30")]
)
def test_times_that_clocks_skip_or_show_twice_have_one_moment(day: date, moment: str) -> None:
    """02:30 does not exist in spring and comes twice in autumn."""
    assert f"{at(day, '02:30', 'Europe/Berlin'):%Y-%m-%d %H:%M}" == moment
