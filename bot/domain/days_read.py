"""Days as people write them in tickets: 2026-12-19, 19.12.2026, Dec 19, 2026, 19. Dezember 2026. Pure.

Babel has the names of the months (https://cldr.unicode.org/translation/date-time/date-time-names). A day without its
year, and one in figures with strokes, which is another day in America, are not understood.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache

from bot.domain.days import locale_of

ENGLISH = ("en", "en-US")
"""Their short names differ: Sep and Sept."""
_LETTERS = r"([^\W\d_]{2,20})"
_BETWEEN = r"(?:\.?,?[\s\u00a0-]+(?:(?:of|de|del)\s+|d[’'])?)"
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_DOTTED = re.compile(r"\b(\d{1,2})\.[ ]?(\d{1,2})\.[ ]?(\d{4})\b")
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th|er)?{_BETWEEN}{_LETTERS}{_BETWEEN}(\d{{4}})\b", re.IGNORECASE)
_MONTH_FIRST = re.compile(
    rf"\b{_LETTERS}\.?[\s\u00a0]+(\d{{1,2}})(?:st|nd|rd|th)?,?[\s\u00a0]+(\d{{4}})\b", re.IGNORECASE
)
_YEAR_FIRST = re.compile(rf"\b(\d{{4}})\.?[\s\u00a0]+{_LETTERS}\.?[\s\u00a0]+(\d{{1,2}})\b")


def day_in(text: str, language: str = "en") -> date | None:
    """The first day that a text names; None if it names none that the calendar has.

    Args:
        text: of a section.
        language: in which months may be named; English ones always may.
    """
    return next(_days(text, language), None)


def _days(text: str, language: str) -> Iterator[date]:
    for year, month, number in _parts(text, language):
        try:
            yield date(int(year), int(month), int(number))
        except ValueError:
            continue


def _parts(text: str, language: str) -> Iterable[tuple[str, str | int, str]]:
    """Year, month and day, as they may stand in the text."""
    for found in _ISO.finditer(text):
        yield found[1], found[2], found[3]
    for found in _DOTTED.finditer(text):
        yield found[3], found[2], found[1]
    for pattern, (year, month, number) in (
        (_DAY_FIRST, (3, 2, 1)),
        (_MONTH_FIRST, (3, 1, 2)),
        (_YEAR_FIRST, (1, 2, 3)),
    ):
        for found in pattern.finditer(text):
            if named := _months(language).get(_key(found[month])):
                yield found[year], named, found[number]


@lru_cache
def _months(language: str) -> Mapping[str, int]:
    """Name of a month in the language or in English, long or short → its number."""
    named: dict[str, int] = {}
    for one in (language, *ENGLISH):
        months = locale_of(one).months
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                named = {_key(name): number for number, name in months[form][width].items()} | named
    return named


def _key(name: str) -> str:
    return name.casefold().rstrip(".")
