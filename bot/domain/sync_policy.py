"""When a team's weekly sync is, and on which of its days it is left out. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.domain.working_time import DAYS, MOST_DAYS, WorkingTime

Skip = Literal["skipped_date", "holiday", "other_week"]
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class SyncPolicy:
    """A team's `sync:`.

    Attributes:
        day: the weekday, `tue`.
        at: when it is posted, `HH:MM` where the team is.
        meeting: when the meeting begins, likewise.
        horizon_weeks: how far ahead launches are listed.
        every_weeks: every how many weeks there is one, counted from the week of the first.
        skip: dates without one.
        on_holiday: what happens on a public holiday.
        grace: how late a missed one is still posted.
        reminder: when the reminder goes out on the working day before; None for none.
        small: the largest estimate of a quick win; None if estimates say nothing.
    """

    day: str = "tue"
    at: str = "08:30"
    meeting: str = "09:00"
    horizon_weeks: int = 6
    every_weeks: int = 1
    skip: frozenset[date] = frozenset()
    on_holiday: Literal["skip", "post"] = "skip"
    grace: timedelta = timedelta(hours=4)
    reminder: str | None = "16:00"
    small: float | None = None


def left_out(policy: SyncPolicy, day: date, first: date, holidays: Collection[date]) -> Skip | None:
    """Why there is no sync on one of its weekdays; None if there is one.

    Args:
        policy: the team's.
        day: the day in question, where the team is.
        first: the day of the team's first sync, or any day of its week.
        holidays: public holidays.
    """
    if (_monday(day) - _monday(first)).days // 7 % policy.every_weeks:
        return "other_week"
    if day in policy.skip:
        return "skipped_date"
    return "holiday" if policy.on_holiday == "skip" and day in holidays else None


def next_sync(policy: SyncPolicy, zone: str, now: datetime, first: date, holidays: Collection[date]) -> datetime | None:
    """When the next one is posted, in UTC; None if none is in sight."""
    today = now.astimezone(ZoneInfo(zone)).date()
    for ahead in range(-1, MOST_DAYS):  # where clocks skip midnight, yesterday's may be still to come
        day = today + timedelta(days=ahead)
        if day.weekday() == DAYS.index(policy.day) and left_out(policy, day, first, holidays) is None:
            moment = at(day, policy.at, zone)
            if moment > now:
                return moment
    return None


def coming_day(policy: SyncPolicy, zone: str, now: datetime) -> date:
    """The next of the team's weekdays whose time is still to come, whether or not its sync is left out.

    From it weeks are counted where there was no sync yet: the schedule begins with it.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    days = (today + timedelta(days=ahead) for ahead in range(-1, 8))
    return next(day for day in days if day.weekday() == DAYS.index(policy.day) and at(day, policy.at, zone) > now)


def reminder_day(working: WorkingTime, sync_day: date) -> date | None:
    """The working day before a sync; None if there is none within a week."""
    days = (sync_day - timedelta(days=back) for back in range(1, 8))
    return next((day for day in days if working.window(day) is not None), None)


def at(day: date, clock: str, zone: str) -> datetime:
    """A time of day where the team is, in UTC; of a time that clocks show twice the first, of a missing one the next.

    Args:
        day: where the team is.
        clock: `HH:MM`.
        zone: such as `Europe/Berlin`.
    """
    wall = datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone))
    return wall.astimezone(UTC)


def day_of(moment: datetime, clock: str, zone: str) -> date:
    """The day whose time of day a moment is: the other way round than `at`.

    Where clocks skip the end of a day, 23:30 comes when the calendar shows the next one.

    Args:
        moment: as `at` gives it.
        clock: `HH:MM`.
        zone: such as `Europe/Berlin`.
    """
    shown = moment.astimezone(ZoneInfo(zone)).date()
    days = (shown, shown - timedelta(days=1))
    return next((day for day in days if at(day, clock, zone) == moment), shown)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
