"""Days in the language of a team, each in the order and with the marks that are usual there. Pure.

Babel has the patterns (https://cldr.unicode.org/translation/date-time); it is imported where it is needed, since it
takes a tenth of a second.
"""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

EVERYWHERE = "en_150"
"""English as it is written outside of America, with the day before the month: what plain `en` means."""
_FIRST = re.compile(r"([Ec])\1*([^A-Za-z']*)")
_TAIL = re.compile(r"[^A-Za-z']*$")
_DAY = re.compile(r"\bd\b")
_WORDS = re.compile(r"M{3,}")
_UNDRAWN = re.compile(r"[^!-~]")
_FROM_THE_RIGHT = "\u200f"
_LAST = re.compile(r"([^A-Za-z']*?)([Ec])\2*([^A-Za-z']*)$")


def weekday(day: date, language: str) -> str:
    """`Tuesday, 24 November`, in the team's language.

    No locale need have a pattern for just that: the day and the month have theirs, and the one of the short form says
    where the weekday stands.
    """
    patterns = locale_of(language).datetime_skeletons
    short, days = str(patterns["MMMEd"].pattern), str(patterns["MMMMd"].pattern)
    if first := _FIRST.match(short):
        pattern = f"{first[1] * 4}{first[2]}{days}"
    elif last := _LAST.search(short):
        day_ends = _TAIL.search(days)
        between = last[1].removeprefix(day_ends[0] if day_ends else "")
        pattern = f"{days}{between}{last[2] * 4}{last[3]}"
    else:
        pattern = days
    return _written(day, pattern, locale_of(language))


def weekday_name(day: date, language: str = "en") -> str:
    """`Tuesday`."""
    from babel.dates import format_date

    return str(format_date(day, "cccc", locale=locale_of(language)))


def in_full(day: date, language: str) -> str:
    """`24 November`."""
    return _formatted(day, "MMMMd", language)


def with_year(day: date, language: str = "en") -> str:
    """`24 November 2026`."""
    locale = locale_of(language)
    return _written(day, str(locale.date_formats["long"].pattern), locale)


def in_brief(day: date, language: str) -> str:
    """`24 Nov`."""
    return _formatted(day, "MMMd", language)


def in_pictures(days: Iterable[date], language: str) -> list[str]:
    """`24 Nov`; all of them in figures where one has letters that pictures lack: their font knows ASCII alone."""
    days = list(days)
    brief = [in_brief(day, language) for day in days]
    return brief if "".join(brief).isascii() else [_in_figures(day, language) for day in days]


def _in_figures(day: date, language: str) -> str:
    """`24.11.`, without blanks and marks that are not seen: where those say to read from the right, it is drawn so."""
    from babel.dates import format_date

    locale = locale_of(language)
    pattern = _WORDS.sub("M", str(locale.datetime_skeletons["Md"].pattern))
    ordered = pattern[::-1] if _FROM_THE_RIGHT in pattern else pattern
    return str(format_date(day, _UNDRAWN.sub("", ordered), locale=locale))


@lru_cache(maxsize=4096)  # thousands of tickets share a few hundred days
def _formatted(day: date, skeleton: str, language: str) -> str:
    locale = locale_of(language)
    return _written(day, str(locale.datetime_skeletons[skeleton].pattern), locale)


def _written(day: date, pattern: str, locale: "Locale") -> str:
    """A day by a pattern of CLDR, which does not know that the first of a month is `1er` in French."""
    from babel.dates import format_date

    if day.day == 1 and locale.language == "fr":
        pattern = _DAY.sub("d'er'", pattern)
    return str(format_date(day, pattern, locale=locale))


def locale_of(language: str) -> "Locale":
    """What Babel knows of a language; English for one that it does not know."""
    from babel import Locale

    return _known(EVERYWHERE if language == "en" else language) or Locale.parse(EVERYWHERE)


def language_problem(said: str) -> str | None:
    """What is wrong with the code of a language, and the code that is meant if somebody wrote a name; None if right.

    Args:
        said: as a configuration says it: `de`, `en-GB`, or wrongly `German`.
    """
    if _known(said):
        return None
    meant = _code_of(said.strip().casefold())
    return f"{said!r} is no code of a language; write {meant or 'one like de, en-GB or fr'}"


def _known(language: str) -> "Locale | None":
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language.strip().replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return None


def _code_of(name: str) -> str | None:
    """The code of a language by its name, in English or, where its code begins alike, in the language itself."""
    from babel import Locale

    own = _known(name[:2])
    if own is not None and own.languages.get(own.language, "").casefold() == name:
        return own.language
    return next((code for code, known in Locale("en").languages.items() if known.casefold() == name), None)
