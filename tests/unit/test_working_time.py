"""Working time: hours, days, holidays, and clocks that change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from bot.domain.working_time import WorkingTime
from tests.strategies import examples

WEEK = ("mon", "tue", "wed", "thu", "fri")
BERLIN = WorkingTime.of("09:00-17:00", WEEK, "Europe/Berlin", [date(2026, 4, 3), date(2026, 4, 6)])
HOUR = timedelta(hours=1)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("moment", "is_open", "opens"),
    [
        ("2026-03-10T09:00", True, "2026-03-10T09:00"),
        ("2026-03-10T16:59", True, "2026-03-10T16:59"),
        ("2026-03-10T17:00", False, "2026-03-11T09:00"),
        ("2026-03-10T03:00", False, "2026-03-10T09:00"),
        ("2026-03-13T18:00", False, "2026-03-16T09:00"),
        ("2026-04-02T17:30", False, "2026-04-07T09:00"),
    ],
)
def test_opening_hours(moment: str, is_open: bool, opens: str) -> None:
    """Evenings, weekends and holidays are no working time."""
    assert BERLIN.is_open(berlin(moment)) is is_open
    assert BERLIN.next_open(berlin(moment)) == berlin(opens)


@pytest.mark.parametrize(
    ("moment", "working", "expected"),
    [
        ("2026-03-10T09:00", 4 * HOUR, "2026-03-10T13:00"),
        ("2026-03-10T15:00", 4 * HOUR, "2026-03-11T11:00"),
        ("2026-03-13T16:00", 4 * HOUR, "2026-03-16T12:00"),
        ("2026-03-14T12:00", 0 * HOUR, "2026-03-16T09:00"),
        ("2026-03-10T13:00", 8 * HOUR, "2026-03-11T13:00"),
        ("2026-03-10T09:00", 8 * HOUR, "2026-03-11T09:00"),
        ("2026-03-27T13:00", 16 * HOUR, "2026-03-31T13:00"),
        ("2026-04-02T16:00", 2 * HOUR, "2026-04-07T10:00"),
    ],
)
def test_adding_counts_only_working_time(moment: str, working: timedelta, expected: str) -> None:
    """Over nights, weekends, holidays and the change of the clocks on 29 March."""
    assert BERLIN.add(berlin(moment), working) == berlin(expected)


def test_a_day_is_a_working_day() -> None:
    """`2d` is two working days, `4h` four hours of work."""
    assert BERLIN.span(timedelta(days=2)) == 16 * HOUR
    assert BERLIN.span(4 * HOUR) == 4 * HOUR
    assert BERLIN.span(timedelta(days=1, hours=6)) == 14 * HOUR
    assert BERLIN.between(berlin("2026-03-09T00:00"), berlin("2026-03-16T00:00")) == 40 * HOUR


def test_nights_and_whole_days_are_possible() -> None:
    """A shift may end on the next date, and a day may last 24 hours."""
    night = WorkingTime.of("22:00-06:00", ["fri"], "UTC")
    saturday = datetime(2026, 3, 14, 5, tzinfo=UTC)
    assert night.is_open(saturday)
    assert night.day_of(saturday) == date(2026, 3, 13)
    assert not night.is_open(saturday + HOUR)
    assert WorkingTime.of("00:00-24:00", ["sat"], "UTC").length == 24 * HOUR
    assert WorkingTime.of("00:00-00:00", ["sat"], "UTC").length == 24 * HOUR


def test_the_length_of_a_night_follows_the_clock() -> None:
    """When the clocks go forward an hour of the shift is missing, when they go back it is there twice."""
    night = WorkingTime.of("22:00-06:00", ["sat"], "Europe/Berlin")
    spring, autumn = night.window(date(2026, 3, 28)), night.window(date(2026, 10, 24))
    assert spring is not None
    assert autumn is not None
    assert (spring[1] - spring[0], autumn[1] - autumn[0]) == (7 * HOUR, 9 * HOUR)


def test_times_that_do_not_exist_or_exist_twice_never_widen_a_day() -> None:
    """02:30 does not exist on 29 March, and exists twice on 25 October."""
    late = WorkingTime.of("02:30-05:00", ["sun"], "Europe/Berlin")
    assert [late.window(day) for day in (date(2026, 3, 29), date(2026, 10, 25))] == [
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), datetime(2026, 3, 29, 3, tzinfo=UTC)),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 10, 25, 4, tzinfo=UTC)),
    ]
    early = WorkingTime.of("00:00-02:30", ["sun"], "Europe/Berlin")
    assert [early.window(day) for day in (date(2026, 3, 29), date(2026, 10, 25))] == [
        (datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
        (datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ]


def test_a_team_that_never_works_has_no_time() -> None:
    """Without a working day there is no next one."""
    never = WorkingTime.of("09:00-17:00", [], "UTC")
    now = datetime(2026, 3, 10, tzinfo=UTC)
    assert (never.next_open(now), never.add(now, HOUR), never.opening_after(now.date())) == (None, None, None)


@pytest.mark.parametrize("hours", ["25:00-26:00", "nine-five", "09:00", ""])
def test_hours_that_are_none_are_refused(hours: str) -> None:
    """The configuration is refused, not guessed."""
    with pytest.raises(ValueError, match=r"."):
        WorkingTime.of(hours, WEEK, "UTC")


ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia")
HOURS = ("09:00-17:00", "22:00-06:00", "01:30-03:00")
moments = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # as it wants


@settings(max_examples=examples(75), deadline=None)
@given(st.sampled_from(ZONES), moments, st.integers(0, 100), st.sampled_from(HOURS))
def test_adding_and_measuring_agree(zone: str, moment: datetime, hours: int, window: str) -> None:
    """The time between a moment and the moment so much later is that much, and both ends are working time."""
    working = WorkingTime.of(window, WEEK, zone)
    later = working.add(moment, hours * HOUR)
    assert later is not None
    assert working.is_open(later)
    assert working.between(moment, later) == hours * HOUR
