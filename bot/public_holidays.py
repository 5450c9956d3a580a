"""The days on which a team does not work, from the configuration's `holidays`."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

YEARS_AHEAD = 5
"""How far ahead public holidays are known; a process is started anew more often than that."""


def holidays_of(said: str | Sequence[str]) -> frozenset[date]:
    """Dates, and the public holidays of countries and regions.

    Args:
        said: one word or several: a date `2026-12-24`, a country `DE`, a region `DE-BE`.

    Raises:
        ValueError: a word is neither a date nor a country or region of the package `holidays`.
    """
    days: set[date] = set()
    for word in (said,) if isinstance(said, str) else said:
        days |= _days(word.strip())
    return frozenset(days)


def _days(word: str) -> set[date]:
    try:
        return {date.fromisoformat(word)}
    except ValueError:
        pass
    import holidays  # here, since most teams name none and it takes a while

    country, _, region = word.partition("-")
    this_year = datetime.now(UTC).year
    try:
        known = holidays.country_holidays(
            country.upper(), subdiv=region.upper() or None, years=range(this_year - 1, this_year + YEARS_AHEAD)
        )
    except NotImplementedError:
        raise ValueError(f"{word!r} is no date and no country or region with known holidays; such as DE-BE") from None
    return set(known)
