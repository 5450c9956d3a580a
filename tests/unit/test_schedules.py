"""When something is due."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.jobs.schedules import WAKE_UP, Every, Schedules, TimeOfDay, at_time, latest_due, local_key, utc_key
from tests.flows.waiting import until

BERLIN = "Europe/Berlin"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-03-03T07:59", None),
        ("2026-03-03T08:00", "2026-03-03T08:00"),
        ("2026-03-03T11:59", "2026-03-03T08:00"),
        ("2026-03-03T12:01", None),
        ("2026-03-31T07:00", "2026-03-31T07:00"),
        ("2026-10-27T08:00", "2026-10-27T08:00"),
    ],
)
def test_a_weekly_time_is_due_on_its_day_within_its_grace(now: str, due: str | None) -> None:
    """Tuesday 09:00 in Berlin, on both sides of the clock changes."""
    found = latest_due(at_time("09:00", BERLIN, "tue"), utc(now), timedelta(hours=4))

    assert found == (utc(due) if due else None)


def test_a_time_in_the_gap_of_a_clock_change_fires_an_hour_later() -> None:
    """02:30 does not exist on that day: 03:30 summer time it is."""
    found = latest_due(at_time("02:30", BERLIN), utc("2026-03-29T02:00"), timedelta(hours=2))

    assert found == utc("2026-03-29T01:30")


def test_an_hour_that_comes_twice_counts_once_a_day() -> None:
    """02:30 in Berlin comes again when the clock goes back at 03:00: it was due the first time."""
    trigger = at_time("02:30", BERLIN)
    first = latest_due(trigger, utc("2026-10-25T00:45"), timedelta(hours=2))
    second = latest_due(trigger, utc("2026-10-25T01:45"), timedelta(hours=2))

    assert first == second == utc("2026-10-25T00:30")
    assert first is not None
    assert local_key("sync:web", first, BERLIN) == "sync:web:2026-10-25"
    assert utc_key("sweep:web", first) == "sweep:web:2026-10-25T00:30Z"


def test_after_a_gap_only_the_newest_occurrence_is_due() -> None:
    """Three days down, an hourly schedule: one."""
    found = latest_due(Every(timedelta(hours=1)), utc("2026-03-05T10:20"), timedelta(days=3))

    assert found == utc("2026-03-05T10:00")


def test_weekdays_are_names() -> None:
    """Numbers mean other days in other places, so that names are what the configuration uses."""
    assert at_time("09:00", BERLIN, "tue") == TimeOfDay("09:00", BERLIN, weekday=1)
    with pytest.raises(ValueError, match="not in tuple"):
        at_time("09:00", BERLIN, "2")


class Hands:
    """Notes what was submitted, and has a clock and a memory."""

    def __init__(self, now: str) -> None:
        self.time = utc(now)
        self.submitted: list[datetime] = []
        self.seen: dict[str, datetime] = {}
        self.fails = 0

    def now(self) -> datetime:
        return self.time

    async def first_seen(self, name: str, now: datetime) -> datetime:
        return self.seen.setdefault(name, now)

    async def submit(self, due: datetime) -> None:
        if self.fails:
            self.fails -= 1
            raise OSError("the database is away")
        self.submitted.append(due)


async def test_an_occurrence_is_submitted_once_by_a_process() -> None:
    """Twice a minute is asked, once is done; the next occurrence follows."""
    hands = Hands("2026-03-03T07:00")
    schedules = Schedules(hands.first_seen, hands.now)
    schedules.register("sync:web", at_time("09:00", BERLIN, "tue"), hands.submit, timedelta(hours=4))
    for minute in range(0, 8 * 24 * 60, 30):
        hands.time = utc("2026-03-03T07:00") + timedelta(minutes=minute)
        await schedules.tick()

    assert hands.submitted == [utc("2026-03-03T08:00"), utc("2026-03-10T08:00")]


async def test_a_new_schedule_does_not_catch_up_on_what_was_before_it() -> None:
    """A first deployment on Tuesday at eleven posts nothing of nine o'clock; a restart does."""
    hands = Hands("2026-03-03T10:00")
    first = Schedules(hands.first_seen, hands.now)
    first.register("sync:web", at_time("09:00", BERLIN, "tue"), hands.submit, timedelta(hours=4))
    await first.tick()
    assert hands.submitted == []

    hands.time = utc("2026-03-10T09:00")
    second = Schedules(hands.first_seen, hands.now)
    second.register("sync:web", at_time("09:00", BERLIN, "tue"), hands.submit, timedelta(hours=4))
    await second.tick()

    assert hands.submitted == [utc("2026-03-10T08:00")]


async def test_the_first_occurrence_after_a_first_start_is_submitted() -> None:
    """Installed on Monday at noon, when nothing is due: Tuesday's is the first, ten seconds after its time."""
    hands = Hands("2026-03-02T11:00")
    schedules = Schedules(hands.first_seen, hands.now)
    schedules.register("sync:web", at_time("09:00", BERLIN, "tue"), hands.submit, timedelta(hours=4))
    await schedules.tick()
    hands.time = utc("2026-03-03T08:00") + timedelta(seconds=10)
    await schedules.tick()

    assert hands.submitted == [utc("2026-03-03T08:00")]


async def test_a_clock_that_was_ahead_for_a_moment_holds_up_nothing() -> None:
    """Ten days ahead and put right again: what is due from then on is submitted, without a restart."""
    hands = Hands("2026-03-03T10:20")
    schedules = Schedules(hands.first_seen, hands.now)
    schedules.register("sweep:web", Every(timedelta(hours=1)), hands.submit, timedelta(hours=1), from_before=True)
    for moment in ("2026-03-03T10:20", "2026-03-13T10:20", "2026-03-03T10:21", "2026-03-03T11:00", "2026-03-03T12:00"):
        hands.time = utc(moment)
        await schedules.tick()

    assert hands.submitted[-2:] == [utc("2026-03-03T11:00"), utc("2026-03-03T12:00")]


async def test_a_first_start_with_a_clock_that_is_ahead_holds_up_nothing() -> None:
    """Installed while the clock showed the next year: once it is right, the next occurrence comes."""
    hands = Hands("2027-03-01T10:00")
    for start, moments in (("2027-03-01T10:00", ()), ("2026-03-02T11:00", ("2026-03-03T08:00",))):
        schedules = Schedules(hands.first_seen, hands.now)
        schedules.register("sync:web", at_time("09:00", BERLIN, "tue"), hands.submit, timedelta(hours=4))
        for moment in (start, *moments):
            hands.time = utc(moment)
            await schedules.tick()

    assert hands.submitted == [utc("2026-03-03T08:00")]


async def test_a_schedule_that_fails_is_tried_again_and_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    """At the next wake-up."""
    hands = Hands("2026-03-03T07:00")
    other = Hands("2026-03-03T07:00")
    schedules = Schedules(hands.first_seen, hands.now)
    schedules.register("a", Every(timedelta(hours=1)), hands.submit)
    schedules.register("b", Every(timedelta(hours=1)), other.submit)
    hands.fails = 1
    await schedules.tick()
    assert (hands.submitted, other.submitted) == ([], [utc("2026-03-03T07:00")])

    await schedules.tick()

    assert hands.submitted == [utc("2026-03-03T07:00")]
    assert "schedule a could not be looked at" in caplog.text


async def test_the_wake_up_comes_at_once_and_again() -> None:
    """With the real scheduler."""
    hands = Hands("2026-03-03T07:00")
    schedules = Schedules(hands.first_seen, hands.now, wake_every=0.05)
    schedules.register("a", Every(timedelta(hours=1)), hands.submit)
    schedules.start()
    await asyncio.sleep(0.1)
    hands.time += timedelta(hours=1)
    await asyncio.sleep(0.2)
    schedules.stop()

    assert hands.submitted == [utc("2026-03-03T07:00"), utc("2026-03-03T08:00")]


async def test_a_wake_up_that_a_clock_set_back_put_off_comes_all_the_same() -> None:
    """When the clock is set back by a day, the next wake-up stands a day ahead."""
    hands = Hands("2026-03-03T10:20")
    schedules = Schedules(hands.first_seen, hands.now, wake_every=0.1)
    schedules.register("sweep:web", Every(timedelta(hours=1)), hands.submit, timedelta(hours=1), from_before=True)
    schedules.start()
    await until(lambda: hands.submitted)
    assert schedules._scheduler is not None
    schedules._scheduler.modify_job(WAKE_UP, next_run_time=datetime.now(UTC) + timedelta(days=1))
    hands.time += timedelta(hours=1)
    await until(lambda: len(hands.submitted) > 1)
    schedules.stop()

    assert hands.submitted == [utc("2026-03-03T10:00"), utc("2026-03-03T11:00")]


def test_a_grace_that_could_miss_a_clock_change_is_refused() -> None:
    """Two hours at least for times of day."""
    hands = Hands("2026-03-03T07:00")
    schedules = Schedules(hands.first_seen, hands.now)

    with pytest.raises(ValueError, match="sync:web: a grace under 2:00:00 can miss"):
        schedules.register("sync:web", at_time("09:00", BERLIN), hands.submit, timedelta(minutes=30))
