"""What each field means in JQL: its operators, the values it knows, and how an issue is compared with them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sandbox.jira.jql import Clause, Value
from sandbox.jira.jql_tokens import JqlError
from sandbox.jira.model import Issue
from sandbox.jira.view import View

Criterion = Callable[[Issue], bool]
Comparable = float | str | tuple[str, int]
EQUALITY = ("=", "!=", "in", "not in", "is", "is not")
ORDERED = (*EQUALITY, "<", "<=", ">", ">=")
TEXTUAL = ("~", "!~", "is", "is not")
PERIOD = re.compile(r"([+-]?)\s*((?:\d+\s*[wdhm]\s*)+)", re.IGNORECASE)
STEPS = {"w": timedelta(weeks=1), "d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
MOMENT = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T](\d{1,2}):(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Subject:
    """A field that clauses can be about.

    Attributes:
        name: as the query has it, for messages.
        kind: set (several values or none), scale (can be ordered) or words (searched).
        get: what an issue has; an empty list for nothing.
        resolve: the values that an operand stands for; raises JqlError for an unknown one.
    """

    name: str
    kind: Literal["set", "scale", "words"]
    get: Callable[[Issue], Sequence[Comparable]]
    resolve: Callable[[Value], Sequence[Comparable]]

    def criterion(self, clause: Clause) -> Criterion:
        """The test of a clause.

        Raises:
            JqlError: an operator that the field does not take, or a value that it does not know.
        """
        allowed = {"set": EQUALITY, "scale": ORDERED, "words": TEXTUAL}[self.kind]
        operator = clause.operator
        if operator not in allowed:
            raise JqlError(f"The operator '{operator}' is not supported by the '{self.name}' field.")
        if any(value.kind == "empty" for value in clause.values):
            return self._about_emptiness(clause)
        wanted = [entry for value in clause.values for entry in self.resolve(value)]
        get = self.get
        if operator in ("=", "in"):
            return lambda issue: any(entry in wanted for entry in get(issue))
        if operator in ("!=", "not in"):
            return lambda issue: bool(get(issue)) and not any(entry in wanted for entry in get(issue))
        if operator in ("~", "!~"):
            found = [word_test(str(entry), self.name) for entry in wanted]
            hit = operator == "~"
            return lambda issue: bool(get(issue)) and hit == all(test(_joined(get(issue))) for test in found)
        return self._comparison(operator, wanted)

    def _about_emptiness(self, clause: Clause) -> Criterion:
        if clause.operator in ("=", "is") and len(clause.values) == 1:
            return lambda issue: not self.get(issue)
        if clause.operator in ("!=", "is not") and len(clause.values) == 1:
            return lambda issue: bool(self.get(issue))
        if clause.operator in ("in", "not in"):
            others = tuple(value for value in clause.values if value.kind != "empty")
            inside = clause.operator == "in"
            rest = self.criterion(Clause(clause.field, clause.operator, others)) if others else None
            return lambda issue: (
                (not inside if self.get(issue) else inside)
                if rest is None
                else (rest(issue) if self.get(issue) else inside)
            )
        raise JqlError(f"The operator '{clause.operator}' does not support searching for EMPTY values.")

    def _comparison(self, operator: str, wanted: Sequence[Comparable]) -> Criterion:
        get, limit = self.get, wanted[0]
        if operator == "<":
            return lambda issue: any(_less(entry, limit) for entry in get(issue))
        if operator == ">":
            return lambda issue: any(_less(limit, entry) for entry in get(issue))
        if operator == "<=":
            return lambda issue: any(not _less(limit, entry) for entry in get(issue))
        return lambda issue: any(not _less(entry, limit) for entry in get(issue))


def _less(one: Comparable, other: Comparable) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return one < other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one < other
    return str(one) < str(other)


def _joined(texts: Sequence[Comparable]) -> str:
    return "\n".join(map(str, texts)).lower()


def word_test(query: str, field: str) -> Callable[[str], bool]:
    """A test of lower-case text by a text query: all words, `word*`, "a phrase"; specials escaped by a backslash.

    Raises:
        JqlError: a query that begins with a wildcard, or has an unescaped special character.
    """
    if query.startswith(("*", "?")):
        raise JqlError(
            f"The text query '{query}' for field '{field}' is not allowed to start with character '{query[0]}'"
        )
    bare = re.sub(r"\\.", "", query)
    if bare.count('"') % 2 or re.search(r"[\[\]{}^:!()]|&&|\|\|", bare):
        raise JqlError(
            f"Unable to parse the text '{query}' for field '{field}'. Special characters must be escaped with '\\\\'."
        )
    tests = [re.sub(r"\\(.)", r"\1", piece) for piece in re.findall(r'"(?:[^"\\]|\\.)*"|(?:[^\s"\\]|\\.)+', query)]
    patterns = [pattern for piece in tests if (pattern := _pattern(piece.strip('"').lower()))]
    return lambda text: all(re.search(pattern, text) for pattern in patterns)


def _pattern(piece: str) -> str:
    words = re.findall(r"\w+", piece)
    if not words:
        return ""
    return r"\b" + r"\W+".join(map(re.escape, words)) + ("" if piece.endswith("*") else r"\b")


class Dates:
    """Dates in JQL, read in the time zone of the user."""

    def __init__(self, view: View, name: str) -> None:
        self._name = name
        self._zone = ZoneInfo(view.user.time_zone)
        self._now = view.site.now().astimezone(self._zone)

    def moment(self, value: Value) -> Sequence[Comparable]:
        """A time as seconds since the epoch."""
        return [self._read(value).timestamp()]

    def day(self, value: Value) -> Sequence[Comparable]:
        """A day as ISO text."""
        return [self._read(value).date().isoformat()]

    def _read(self, value: Value) -> datetime:
        if value.kind == "function":
            return self._function(value.text)
        if (match := MOMENT.fullmatch(value.text.strip())) is not None:
            year, month, day, hour, minute = (int(part or 0) for part in match.groups())
            try:
                return datetime.combine(date(year, month, day), time(hour, minute), self._zone)
            except ValueError:
                raise self._invalid(value.text) from None
        if (match := PERIOD.fullmatch(value.text.strip())) is not None:
            pieces = re.findall(r"(\d+)\s*([wdhm])", match[2], re.IGNORECASE)
            length = sum((int(number) * STEPS[unit.lower()] for number, unit in pieces), timedelta())
            return (self._now.astimezone(UTC) + (-length if match[1] == "-" else length)).astimezone(self._zone)
        raise self._invalid(value.text)

    def _function(self, name: str) -> datetime:
        midnight = self._now.replace(hour=0, minute=0, second=0, microsecond=0)
        known = {
            "now": self._now,
            "startofday": midnight,
            "endofday": midnight + timedelta(days=1) - timedelta(milliseconds=1),
            "startofweek": midnight - timedelta(days=(midnight.weekday() + 1) % 7),
            "startofmonth": midnight.replace(day=1),
        }
        if name.lower() not in known:
            raise JqlError(f"The function '{name}' is not supported by this stand-in for Jira.")
        return known[name.lower()]

    def _invalid(self, text: str) -> JqlError:
        return JqlError(
            f"Date value '{text}' for field '{self._name}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', "
            "'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'."
        )
