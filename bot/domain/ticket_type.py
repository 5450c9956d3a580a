"""Which request type a ticket has that was written by hand.

A label, an issue type or a field of the tracker says so for certain. What its text looks like is only a guess: nobody
is asked for anything because of one, but the type can be offered to be set.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from adapters.base import Ticket
from bot.domain.section_finder import find_sections
from bot.domain.section_marks import Marks
from bot.domain.section_names import name_key
from bot.domain.section_text import ticket_text
from bot.domain.template import RequestType
from bot.domain.ticket_values import shown, value_of

Evidence = Literal["label", "field", "issue_type", "text", "nothing"]
TYPE_FIELDS = frozenset({"request type", "devrequest type", "devrequest"})
"""Names of custom fields whose value may be the name or key of a request type."""
TITLE_WEIGHT = 2.0
"""What the whole name of a type in the title counts for, where a section that only this type has counts 1."""
LEAST = 1.5
"""A guess needs more than one section that only this type has, or most of its name in the title."""
_ALIKE = 1e-9
"""Scores are sums of fractions: what differs by less is the same."""
_WORDS = re.compile(r"[^\W_]{3,}")


@dataclass(frozen=True, slots=True)
class TypeDecision:
    """The request type of a ticket.

    Attributes:
        key: of the request type; None if nothing speaks for any.
        certain: whether tickets of this decision may alert.
        evidence: what it rests on.
    """

    key: str | None
    certain: bool
    evidence: Evidence


UNKNOWN = TypeDecision(None, certain=False, evidence="nothing")


class TypeFinder:
    """Decides about tickets; make it once for the request types of a team."""

    def __init__(self, types: Mapping[str, RequestType]) -> None:
        """Collect labels and names.

        Args:
            types: key → request type, those that the team offers.
        """
        self._types = types
        self._labels = {key: frozenset(map(name_key, labels_of(kind))) for key, kind in types.items()}
        self._marks = {key: Marks(kind) for key, kind in types.items()}
        self._names = {
            key: {name_key(name) for name in (key, kind.name, kind.was or key)} for key, kind in types.items()
        }
        self._issue_types: dict[str, dict[str, str]] = {}
        self._constants: dict[str, dict[str, dict[str, str]]] = {}
        self._sharing: Counter[str] = Counter()
        for kind in types.values():
            self._sharing.update({name_key(field.label) for field in kind.fields.values()})
        self._as_marked = lru_cache(maxsize=4096)(self._by_marks)  # thousands of tickets have the same few labels

    def decide(self, ticket: Ticket) -> TypeDecision:
        """The type of a ticket: by what was set on it, else by its text."""
        found, among = self._as_set(ticket)
        return found or self._guess(ticket, among)

    def certainly(self, ticket: Ticket) -> str:
        """The type that was set on a ticket; empty if none was, or several were. Its text is not looked at."""
        found, _ = self._as_set(ticket)
        return str(found.key) if found else ""

    def _as_set(self, ticket: Ticket) -> tuple[TypeDecision | None, Collection[str]]:
        """The type that was set on a ticket, and among which it is to be guessed if none was."""
        named = self._by_field(ticket)
        if len(named) == 1:
            return TypeDecision(next(iter(named)), certain=True, evidence="field"), named
        return self._as_marked(ticket.ref.tracker, ticket.issue_type, ticket.labels)

    def _by_marks(
        self, tracker: str, issue_type: str, labels: tuple[str, ...]
    ) -> tuple[TypeDecision | None, Collection[str]]:
        """The type by labels and issue type, where no field says it, and among which it is to be guessed else."""
        keys = {name_key(label) for label in labels}
        labelled = {key for key, known in self._labels.items() if keys & known}
        wanted, types = name_key(issue_type), self._of_tracker(tracker)[0]
        typed = {key for key, named in types.items() if wanted and named == wanted}
        steps: tuple[tuple[set[str], Evidence], ...] = (
            (labelled, "label"),
            (labelled & typed, "label"),
            (set() if labelled else typed, "issue_type"),
        )
        for found, evidence in steps:
            if len(found) == 1:
                return TypeDecision(next(iter(found)), certain=True, evidence=evidence), found
        return None, labelled or typed or set(self._types)

    def _by_field(self, ticket: Ticket) -> set[str]:
        """The types that a field of the tracker names, or whose templates set the ticket's fields as they are."""
        told = {name_key(shown(ticket.fields[name])) for name in _telling_type(tuple(ticket.fields))}
        if told and (named := {key for key, names in self._names.items() if told & names}):
            return named
        constants = self._of_tracker(ticket.ref.tracker)[1]
        return {key for key, expected in constants.items() if _is_as_set(expected, ticket)}

    def _of_tracker(self, tracker: str) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        """Key → issue type, and key → the values that its template always sets, made once for a tracker."""
        if tracker not in self._issue_types:
            types = self._types.items()
            self._issue_types[tracker] = {key: name_key(issue_type_of(kind, tracker)) for key, kind in types}
            constants = {key: constants_of(kind, tracker) for key, kind in types}
            self._constants[tracker] = {key: expected for key, expected in constants.items() if expected}
        return self._issue_types[tracker], self._constants[tracker]

    def _guess(self, ticket: Ticket, among: Collection[str]) -> TypeDecision:
        """The type whose own sections and words stand in the ticket; of several that fit alike, the one that fits best.

        Nobody is asked for anything because of it, and whoever sets the type can choose another: better one of them is
        offered than none.
        """
        text = ticket_text(ticket.document)
        title = {word.casefold() for word in _WORDS.findall(ticket.title)}
        found = {key: find_sections(text, self._marks[key]).keys() for key in self._types if key in among}
        scores = {key: self._score(key, sections, title) for key, sections in found.items()}
        best = max(scores.values(), default=0.0)
        if best < LEAST:
            return UNKNOWN
        alike = {key: found[key] for key, score in scores.items() if score > best - _ALIKE}
        key = max(alike, key=lambda key: self._fit(key, alike)) if len(alike) > 1 else next(iter(alike))
        return TypeDecision(key, certain=False, evidence="text")

    def _score(self, key: str, sections: Collection[str], title: Collection[str]) -> float:
        """How much a ticket looks like a type: a section that several types have counts for each of them in part."""
        kind = self._types[key]
        name = [word.casefold() for word in _WORDS.findall(kind.name)]
        own = sum(1 / self._sharing[name_key(kind.fields[section].label)] for section in sections)
        return own + (TITLE_WEIGHT * sum(word in title for word in name) / len(name) if name else 0.0)

    def _fit(self, key: str, alike: Mapping[str, Collection[str]]) -> tuple[float, int, float]:
        """How much of what a type needs stands there, how much that the types like it do not have, how much of all."""
        fields, sections = self._types[key].fields, alike[key]
        needed = {item.id for item in fields.values() if item.ready.required or item.ready.at_least} or set(fields)
        others = {
            name_key(item.label) for other in alike if other != key for item in self._types[other].fields.values()
        }
        own = sum(name_key(fields[section].label) not in others for section in sections)
        return len(needed.intersection(sections)) / max(len(needed), 1), own, len(sections) / max(len(fields), 1)


@lru_cache(maxsize=4096)
def _telling_type(fields: tuple[str, ...]) -> tuple[str, ...]:
    """Those fields whose value is the name or key of a request type; thousands of tickets have the same few."""
    return tuple(name for name in fields if name_key(name) in TYPE_FIELDS)


def labels_of(kind: RequestType) -> Iterator[str]:
    """The labels that tickets of a type carry, its key and its former key among them."""
    yield from (kind.key, kind.was or kind.key, *kind.labels)
    for settings in kind.tracker.settings.values():
        yield from map(str, settings.get("labels") or ())


def issue_type_of(kind: RequestType, tracker: str) -> str:
    """The issue type that tickets of a type get in a tracker; empty if the template names none."""
    settings = kind.tracker.settings.get(tracker, {})
    return str(settings.get("issue_type") or kind.type or "")


def constants_of(kind: RequestType, tracker: str) -> dict[str, str]:
    """Name of a field → the value that the template gives every ticket, as it is compared."""
    settings = kind.tracker.settings.get(tracker, {})
    extra = {name: _constant(value) for name, value in dict(settings.get("extra") or {}).items()}
    return {name: name_key(text) for name, text in extra.items() if text}


def _is_as_set(expected: Mapping[str, str], ticket: Ticket) -> bool:
    """Whether the ticket's fields have the values that the template gives every ticket."""
    found = {name: value_of(ticket, name) for name in expected}
    return all(value is not None and name_key(shown(value)) == expected[name] for name, value in found.items())


def _constant(value: Any) -> str:
    """A value that a template always sets, as text; empty for anything complicated."""
    match value:
        case str():
            return value
        case {"value": str(text)} | {"name": str(text)}:
            return text
        case _:
            return ""
