"""Slack's dates: a moment and a format, read by everybody in their own time zone (Slack docs, Formatting text)."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

TOKEN = re.compile(r"\{(\w+)\}")
HALF_A_YEAR = timedelta(days=182)
"""Nearer dates are shown without their year."""
NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}
UNITS = ((86_400 * 365, "year"), (86_400 * 30, "month"), (86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def shown(moment: int, form: str, zone: ZoneInfo, now: datetime) -> str | None:
    """What a reader sees.

    Args:
        moment: seconds since the epoch.
        form: plain text with tokens, such as `{date_short_pretty} at {time}`.
        zone: the reader's time zone. Slack takes that of their device; here it is the one of their profile.
        now: the present.

    Returns:
        The text, its first letter a capital, as Slack's client writes it; None if the format has no known token or the
        moment is beyond all calendars: then the fallback is shown.
    """
    try:
        then = datetime.fromtimestamp(moment, zone)
    except (OverflowError, ValueError, OSError):
        return None
    known = set(TOKEN.findall(form)) & set(TOKENS)
    if not known:
        return None

    def filled(match: re.Match[str]) -> str:
        return TOKENS[match[1]](then, now.astimezone(zone)) if match[1] in TOKENS else match[0]

    words = TOKEN.sub(filled, form)
    return words[:1].upper() + words[1:]


def _year(then: datetime, now: datetime) -> str:
    return "" if abs(then - now) < HALF_A_YEAR else f", {then.year}"


def _ordinal(day: int) -> str:
    ending = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _date(then: datetime, now: datetime) -> str:
    return f"{then:%B} {_ordinal(then.day)}{_year(then, now)}"


def _short(then: datetime, now: datetime) -> str:
    return f"{then:%b} {then.day}{_year(then, now)}"


def _long(then: datetime, now: datetime) -> str:
    return f"{then:%A}, {_date(then, now)}"


def _pretty(plain: Callable[[datetime, datetime], str]) -> Callable[[datetime, datetime], str]:
    def words(then: datetime, now: datetime) -> str:
        return NEAR.get((then.date() - now.date()).days) or plain(then, now)

    return words


def _ago(then: datetime, now: datetime) -> str:
    seconds = int((now - then).total_seconds())
    for size, unit in UNITS:
        count = abs(seconds) // size
        if count:
            words = f"{count} {unit}{'' if count == 1 else 's'}"
            return f"{words} ago" if seconds > 0 else f"in {words}"
    return "now"


TOKENS: dict[str, Callable[[datetime, datetime], str]] = {
    "date_num": lambda then, _: f"{then:%Y-%m-%d}",
    "date_slash": lambda then, _: f"{then:%d/%m/%Y}",
    "date": _date,
    "date_short": _short,
    "date_long": _long,
    "date_long_full": lambda then, _: f"{then:%B} {then.day}, {then.year}",
    "date_pretty": _pretty(_date),
    "date_short_pretty": _pretty(_short),
    "date_long_pretty": _pretty(_long),
    "day_divider_pretty": _pretty(_long),
    "time": lambda then, _: f"{then:%H:%M}",
    "time_secs": lambda then, _: f"{then:%H:%M:%S}",
    "ago": _ago,
}
"""Token → what stands there for a moment, given the present; both in the reader's zone, on a 24-hour clock."""
