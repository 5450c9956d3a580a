"""The configuration file, `devrequest.yaml`: which teams there are and how each of them works."""

import re
from datetime import date, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.domain.days import language_problem
from bot.public_holidays import holidays_of

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
NO_PLACES = ("posix", "right/")
"""How names begin under which some systems keep time zones once more, the second time with leap seconds."""
LONGEST = timedelta(days=3650)
"""The longest duration: beyond a lifetime of a bot dates end, and Python's numbers of days."""
MOST_DIGITS = 7
"""Of the longest duration in minutes."""
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def slug(text: str) -> str:
    """`Web & Shop` → `web-shop`."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _duration(value: object) -> object:
    found = re.fullmatch(r"\s*(\d+)\s*([mhdw])\s*", value) if isinstance(value, str) else None
    if not found:
        raise ValueError("a duration is a number and a unit: 30m, 4h, 2d, 1w")
    unit = timedelta(**{UNITS[found.group(2)]: 1})
    digits = found.group(1).lstrip("0") or "0"
    if len(digits) > MOST_DIGITS or int(digits) * unit > LONGEST:
        raise ValueError(f"a duration is at most {LONGEST.days}d")
    return int(digits) * unit


def _clock_time(value: object) -> object:
    if isinstance(value, int):  # YAML reads 13:30 without quotes as a number to the base of 60
        value = f"{value // 60:02d}:{value % 60:02d}"
    if not isinstance(value, str) or not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", value):
        raise ValueError('a time is written "08:30", in quotes')
    return value.zfill(5)


def _hours(value: object) -> object:
    times = re.fullmatch(r"\s*(\S+)\s*[-–]\s*(\S+)\s*", value) if isinstance(value, str) else None
    if not times:
        raise ValueError('working hours are written "09:00-17:00", in quotes')
    begin, last = times.groups()
    begin, end = str(_clock_time(begin)), last if last == "24:00" else str(_clock_time(last))
    if begin >= end:
        raise ValueError("working hours must end after they begin, on the same day")
    return f"{begin}-{end}"


def _switch(value: object) -> object:
    """YAML reads `on` and `off` as true and false."""
    return {True: "on", False: "off"}.get(value, value) if isinstance(value, bool) else value


def _unless_off(value: object) -> object:
    """YAML reads `off` as false."""
    return None if value is False or value == "off" else value


def _zone(value: str) -> str:
    """One that the system knows; a list of all of them takes as long to make as reading all request types."""
    try:
        known = bool(ZoneInfo(value)) and not value.startswith(NO_PLACES)
    except (ValueError, OSError, KeyError):  # no such name, no possible name, a folder of names
        known = False
    if not known:
        raise ValueError(f"{value!r} is no time zone; write one like Europe/Berlin")
    return value


def _language(value: object) -> object:
    if value is False:
        raise ValueError('write "no" in quotes: YAML reads it as false')
    if isinstance(value, str) and (wrong := language_problem(value)):
        raise ValueError(wrong)
    return value


def _holidays(value: str | tuple[str, ...]) -> str | tuple[str, ...]:
    holidays_of(value)
    return value


def _member(value: str) -> str:
    """Slack finds nobody by a handle or a name, and nobody would see that."""
    if not re.fullmatch(r"[UW][A-Z0-9]+", value):
        raise ValueError("people are named by their member id, U0…, which their profile in Slack offers to copy")
    return value


Member = Annotated[str, AfterValidator(_member)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
ClockTime = Annotated[str, BeforeValidator(_clock_time)]
WorkingHours = Annotated[str, BeforeValidator(_hours)]
TimeZone = Annotated[str, AfterValidator(_zone)]
Language = Annotated[str, BeforeValidator(_language)]


class Model(BaseModel):
    """Immutable; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Alerts(Model):
    """When the bot asks for what is missing. Durations count working time."""

    mode: Annotated[Literal["off", "observe", "on"], BeforeValidator(_switch)] = Field(
        "on", description="`observe` writes to the log what would be posted, and posts nothing."
    )
    every: Duration = Field(timedelta(hours=1), description="How often tickets are looked at.")
    hours: WorkingHours = Field("09:00-17:00", description="Working hours of the team; `00:00-24:00` is the whole day.")
    days: tuple[Day, ...] = Field(("mon", "tue", "wed", "thu", "fri"), description="Working days of the team.")
    first_after: Duration = Field(timedelta(hours=4), description="How long a new ticket is left in peace.")
    repeat_every: Duration = Field(timedelta(days=2), description="How long until somebody is asked again.")
    at_most: int = Field(3, ge=0, description="How often somebody is asked about one ticket.")
    per_day: int = Field(1, ge=0, description="How many new messages a day the channel gets.")
    escalate_to: Member | None = Field(
        None, description="Who is asked when the last alert brought nothing: a Slack id."
    )
    mute: tuple[Member, ...] = Field((), description="Slack ids of people who are never asked.")


class QuickWin(Model):
    """What counts as a quick win beside its request type and labels."""

    estimate_field: str = Field(
        "", description="The field with the estimate, for trackers whose own `estimate_field` is not set."
    )
    at_most: float | None = Field(None, gt=0, description="Tickets estimated at most so much are quick wins, too.")


class Sync(Model):
    """The weekly Marketing-Dev Sync."""

    day: Day = Field("tue", description="The day of the sync.")
    at: ClockTime = Field("08:30", description="When it is posted, in the team's time zone.")
    meeting: ClockTime = Field("09:00", description="When the meeting begins.")
    horizon_weeks: int = Field(6, ge=1, le=52, description="How far ahead launches are listed.")
    every_weeks: int = Field(1, ge=1, le=12, description="Every how many weeks there is one.")
    skip: tuple[date, ...] = Field((), description="Dates without a sync, YYYY-MM-DD.")
    on_holiday: Literal["skip", "post"] = Field("skip", description="What happens on a public holiday.")
    grace: Duration = Field(timedelta(hours=4), description="How late a missed sync is still posted.")
    reminder: Annotated[ClockTime | None, BeforeValidator(_unless_off)] = Field(
        "16:00", description="When the reminder goes out on the working day before; off for none."
    )
    quick_win: QuickWin = Field(QuickWin(), description="What counts as a quick win.")


class Retention(Model):
    """How long what people wrote is kept."""

    requests: Duration = Field(timedelta(days=30), description="After the ticket exists.")
    failed: Duration = Field(timedelta(days=90), description="After a request failed for good.")


class TeamConfig(Model):
    """A marketing-dev pod. Only `name`, `channel` and one tracker are needed."""

    name: str = Field(min_length=1, description="As people call the team.")
    id: str = Field("", description="A stable key; by default made of the first name.")
    channel: str = Field(min_length=2, description='The team\'s channel: an id, or "#name". One team a channel.')
    time_zone: TimeZone = Field("UTC", description="Such as Europe/Berlin.")
    language: Language = Field("en", description="For dates and names of days: `de`, `en-GB`, `fr`.")
    holidays: Annotated[str | tuple[str, ...], AfterValidator(_holidays)] = Field(
        (), description="A country or region such as DE-BE, and/or dates."
    )
    request_types: tuple[str, ...] = Field((), description="Keys of the request types offered; empty means all.")
    default_tracker: str | None = Field(None, description="One of `trackers`; by default the first.")
    guests: Literal["refuse", "allow"] = Field("refuse", description="Guests and people of other organisations.")
    trackers: dict[str, dict[str, Any]] = Field(
        min_length=1, description="Tracker name → its settings, see docs/trackers/."
    )
    alerts: Alerts = Field(Alerts(), description="When the bot asks for what is missing.")
    checks: dict[str, dict[Literal["off"], tuple[str, ...]]] = Field(
        {}, description="Request type → `off`: finding codes that this team does not want."
    )
    sync: Sync = Field(Sync(), description="The weekly sync.")

    @model_validator(mode="before")
    @classmethod
    def _with_id(cls, values: Any) -> Any:
        """The id follows from the name, so that it is there whatever is written."""
        if isinstance(values, dict) and not values.get("id") and isinstance(values.get("name"), str):
            return values | {"id": slug(values["name"]) or "team"}
        return values

    @property
    def tracker(self) -> str:
        """The team's tracker, where neither person nor template names one."""
        return self.default_tracker or next(iter(self.trackers))


class PersonConfig(Model):
    """Somebody whom an e-mail address does not find.

    Any tracker's name may stand here, with the id by which it knows them; `bot.config_loader` sees to it that there is
    such a tracker.
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, str]

    email: str | None = Field(None, description="As the trackers know it.")
    jira: str | None = Field(None, description="The Jira account id.")
    asana: str | None = Field(None, description="The Asana gid.")


class Config(Model):
    """The whole file.

    What no single value shows is seen to by `bot.config_loader`, with lines: that no two teams share a channel or an
    id, that trackers are known and the default is one of the team's. A check of a whole model would not be made as
    long as one of its values is wrong.
    """

    teams: tuple[TeamConfig, ...] = Field(min_length=1, description="The marketing-dev pods.")
    people: dict[Member, PersonConfig] = Field({}, description="Slack id → who that is in the trackers.")
    dictionary: str | None = Field(
        None,
        description="A YAML file beside this one: GA4 events and parameters in use, see docs/checks.md.",
    )
    ops_channel: str | None = Field(None, description="Where operators hear what they have to mend.")
    templates: tuple[str, ...] = Field((), description="Folders with request types of your own.")
    shipped_templates: bool = Field(True, description="Whether the request types of this package are offered.")
    retention: Retention = Field(Retention(), description="How long what people wrote is kept.")
