"""Working time: a team's hours, days, holidays and time zone, and arithmetic with durations that count only those.

A working day begins at the first hour on its date and may end after midnight (`22:00-06:00`). Where clocks change, the
hours are those of the clock on the wall: a time that does not exist or occurs twice never makes a day begin earlier or
end later than written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_DAYS = 400
"""After so many days without working time there is none."""
_DAY = timedelta(days=1)
_NOTHING = timedelta(0)


@dataclass(frozen=True)
class WorkingTime:
    """When a team works.

    Attributes:
        zone: the team's time zone.
        start: from midnight to the beginning of a working day.
        end: from the same midnight to its end; over 24 hours if it ends on the next date.
        days: weekdays, Monday is 0.
        holidays: dates on which nobody works.
    """

    zone: ZoneInfo
    start: timedelta = timedelta(hours=9)
    end: timedelta = timedelta(hours=17)
    days: frozenset[int] = frozenset(range(5))
    holidays: frozenset[date] = frozenset()

    @classmethod
    def of(cls, hours: str, days: Iterable[str], zone: str, holidays: Iterable[date] = ()) -> "WorkingTime":
        """From the words of the configuration.

        Args:
            hours: such as `09:00-17:00`; `22:00-06:00` ends on the next date, `00:00-24:00` is the whole day.
            days: such as `mon`.
            zone: such as `Europe/Berlin`.
            holidays: dates on which nobody works.

        Raises:
            ValueError: the hours are not written so, or a day is unknown.
            zoneinfo.ZoneInfoNotFoundError: there is no such zone.
        """
        first, _, last = hours.partition("-")
        start, end = _since_midnight(first), _since_midnight(last)
        whole = end if end > start else end + _DAY
        return cls(ZoneInfo(zone), start, whole, frozenset(map(DAYS.index, days)), frozenset(holidays))

    @property
    def length(self) -> timedelta:
        """How long a working day is by the clock."""
        return self.end - self.start

    def span(self, duration: timedelta) -> timedelta:
        """A duration as people write it, in working time: a day is a working day, the rest counts as it is."""
        return duration.days * self.length + (duration - timedelta(days=duration.days))

    def window(self, day: date) -> tuple[datetime, datetime] | None:
        """Beginning and end of the working day of this date, in UTC; None if nobody works, or clocks leave no time."""
        if day.weekday() not in self.days or day in self.holidays:
            return None
        midnight = datetime.combine(day, time())
        start = max(self._moments(midnight + self.start))
        end = min(self._moments(midnight + self.end))
        return (start, end) if start < end else None

    def day_of(self, moment: datetime) -> date:
        """The date of the working day that a moment belongs to; outside of working time the date on the calendar."""
        today = moment.astimezone(self.zone).date()
        for day in (today, today - _DAY):
            window = self.window(day)
            if window and window[0] <= moment < window[1]:
                return day
        return today

    def is_open(self, moment: datetime) -> bool:
        """Whether the team works then."""
        today = moment.astimezone(self.zone).date()
        windows = (self.window(day) for day in (today, today - _DAY))
        return any(window is not None and window[0] <= moment < window[1] for window in windows)

    def next_open(self, moment: datetime) -> datetime | None:
        """The moment itself if the team works then, else the beginning of its next working day; None if it has none."""
        day = moment.astimezone(self.zone).date() - _DAY
        for number in range(MOST_DAYS):
            window = self.window(day + number * _DAY)
            if window is not None and moment < window[1]:
                return max(moment.astimezone(UTC), window[0])
        return None

    def opening_after(self, day: date) -> datetime | None:
        """The beginning of the first working day after that of a date; None if there is none."""
        for number in range(1, MOST_DAYS):
            window = self.window(day + number * _DAY)
            if window is not None:
                return window[0]
        return None

    def add(self, moment: datetime, working: timedelta) -> datetime | None:
        """The first moment of working time by which so much of it has passed; None if there is not so much of it.

        Args:
            moment: from when on.
            working: working time, see `span`.
        """
        left = working
        here = self.next_open(moment)
        while here is not None:
            window = self.window(self.day_of(here))
            if window is None:
                return None
            if here + left < window[1]:
                return here + left
            left -= window[1] - here
            here = self.next_open(window[1])
        return None

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two moments."""
        total = _NOTHING
        day = start.astimezone(self.zone).date() - _DAY
        last = end.astimezone(self.zone).date()
        while day <= last:
            window = self.window(day)
            if window is not None:
                total += max(min(end, window[1]) - max(start, window[0]), _NOTHING)
            day += _DAY
        return total

    def _moments(self, wall: datetime) -> tuple[datetime, datetime]:
        """The two moments at which a clock on the wall may show a time; they differ only where clocks change."""
        first = wall.replace(tzinfo=self.zone, fold=0).astimezone(UTC)
        second = wall.replace(tzinfo=self.zone, fold=1).astimezone(UTC)
        return first, second


def _since_midnight(text: str) -> timedelta:
    hour, _, minute = text.partition(":")
    found = timedelta(hours=int(hour), minutes=int(minute))
    if not _NOTHING <= found <= _DAY:
        raise ValueError(f"{text!r} is no time of a day")
    return found
