"""The names that a request type's sections go by, and finding them in what people wrote as a heading."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from bot.domain.template import RequestType

OTHERS = frozenset(
    {
        *("background", "context", "notes", "note", "links", "link", "attachments", "comments", "description"),
        *("summary", "title", "out of scope", "scope", "screenshots", "references", "resources", "risks"),
        *("dependencies", "technical notes", "open questions", "questions", "additional information", "details"),
        *("additional context", "anything else", "history", "slack message", "environment", "priority"),
    }
)
"""Headings that begin something else, unless the request type has a section of that name."""
CLOSED = frozenset({"title", "slack message"})
"""Sections that we write ourselves: what stands there is quoted, so only a real heading ends them."""

LONGEST_EXTRA = 24
"""Characters that numbers, emoji and marks may add to a name."""
_WORDS = re.compile(r"[^\W_]+")
_SHORTCODE = re.compile(r":[a-z0-9_+-]+:|\{[a-z]+(?::[^{}]*)?\}")
"""`:dart:` as Slack writes an emoji, `{color:red}` as Jira's wiki markup writes a colour."""
_NUMBER = re.compile(
    r"[^\w(#]*(?:"
    r"(?:\d\ufe0f?\u20e3\s*)+|[\u2139\u2460-\u24ff\u2776-\u2793]\ufe0f?\s*"
    r"|\(?#?\d{1,2}(?:\.\d{1,2}){0,3}(?:[.):\]]\s*|\s+)(?:[-\u2013]\s+)?"
    r"|\(?(?:[a-h]|v?i{1,3}|iv|vi?|ix|x)[.)]\s+"
    r"|(?:step|part)\s+\d+\s*[:.\u2013-]\s*)",
    re.IGNORECASE,
)
"""`1.`, `2)`, `#3`, a digit on a key, a digit in a circle, `b)`, `IV.`, `Step 1:`; emoji may stand before it."""
_TAIL = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\W*$")
_JOINTS = re.compile(r"\s*(?:[/&+,]|\band\b)\s*", re.IGNORECASE)
_ARTICLE = re.compile(r"(?:wh(?:at|o)\s*(?:is|are|['\u2019]s)\s+)?(?:the|our|your|my|a|an)\s+", re.IGNORECASE)
"""`The goal`, `What is the goal?`."""
_OTHER_PART = 3
"""Words that a part of a joined heading may have if it names no section: `Goal & KPI`, but `Design and build the new
page` is no name."""
_PLURAL_FROM = 4
_SHORT = 80
"""Letters up to which a name is remembered."""
_SHORT_TYPO, _LONG_TYPO = 6, 12
"""From these lengths on a name may have one, or two, letters wrong."""
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
LETTERED = tuple(f"{number}{mark} "[:3] for number in (*"abcdefgh", *_ROMAN) for mark in ").")
LEADS = ("our", "the", "ste", "par", *LETTERED)
"""What may stand before a name: an article, `Step 1:`, `Part 2 -`, `a) `, `IV. `."""


def name_key(text: str) -> str:
    """A name as it is compared: its words without case, accents, emoji and marks.

    `Acceptance-Criteria:` and `✅ acceptance criteria` have the same one. A text without a word stands for itself.
    """
    return _remembered_key(text) if len(text) <= _SHORT else _key(text)


def _key(text: str) -> str:
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(_WORDS.findall(text.casefold())) or text.strip()


_remembered_key = lru_cache(maxsize=4096)(_key)
"""Labels, types and names of fields are the same on thousands of tickets."""


def singular(key: str) -> str:
    """A name as it is for one of its kind: `user stories` and `user story` are the same, as are `goals` and `goal`."""
    if len(key) < _PLURAL_FROM or key.endswith(("ss", "us", "is")):
        return key
    if key.endswith("ies"):
        return key[:-3] + "y"
    return key[:-2] + "a" if key.endswith("erion") else key.removesuffix("s")


class SectionNames:
    """Which section a heading means.

    Labels win over ids, ids over aliases; of two sections with one name the first has it.

    Attributes:
        shared: section → the one above it that has the same label. A ticket cannot tell the two apart: what stands
            below that heading answers both.
    """

    def __init__(self, request_type: RequestType) -> None:
        """Collect the names of every input."""
        inputs = request_type.fields.values()
        self.exact: dict[str, str] = {}
        ranked = (
            ((field.id, field.label) for field in inputs),
            ((field.id, field.id) for field in inputs if len(field.id) > 2),
            ((field.id, alias) for field in inputs for alias in field.aliases),
        )
        self.spelt = [(name.strip(), section) for rank in ranked for section, name in rank if name_key(name)]
        for name, section in self.spelt:
            self.exact.setdefault(name_key(name), section)
        owners = ((field.id, self.exact.get(name_key(field.label), field.id)) for field in inputs)
        self.shared = {section: owner for section, owner in owners if owner != section}
        self._singular: dict[str, str] = {}
        for name, section in self.exact.items():
            self._singular.setdefault(singular(name), section)
        self.longest = max(map(len, self.exact), default=0) + LONGEST_EXTRA
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for name in self.exact:
            self._by_length[len(name)].append(name)
        self.meant = lru_cache(maxsize=4096)(self._meant)
        self.meant_loosely = lru_cache(maxsize=4096)(self._meant_loosely)
        self.nearly = lru_cache(maxsize=4096)(self._nearly)

    def _meant(self, text: str) -> str:
        """The section that this whole text names; empty if it names none."""
        keys = [name_key(variant) for variant in _variants(text)]
        for key in keys:
            if found := self.exact.get(key):
                return found
        return next(filter(None, (self._singular.get(singular(key)) for key in keys)), "")

    def _meant_loosely(self, heading: str) -> tuple[str, ...]:
        """The sections that a heading names; also with small misspellings, something behind it, or several at once."""
        if found := self._meant(heading):
            return (found,)
        if misspelt := next(filter(None, map(self.nearly, _variants(heading))), ""):
            return (misspelt,)
        parts = [part for part in _JOINTS.split(heading) if part]
        if len(parts) > 1 and (several := self._any_of(parts)):
            return several
        key = name_key(heading)
        longer = [
            name
            for name in self.exact
            if " " in name and (key.startswith(f"{name} ") or key.endswith(f" {name}")) and len(key) < 3 * len(name)
        ]
        return (self.exact[max(longer, key=len)],) if longer else ()

    def _any_of(self, parts: Sequence[str]) -> tuple[str, ...]:
        """The sections that the parts of a heading name, if the others are as short as a name is."""
        named = [self._meant(part) for part in parts]
        short = all(section or len(part.split()) <= _OTHER_PART for section, part in zip(named, parts, strict=True))
        return tuple(dict.fromkeys(filter(None, named))) if short else ()

    def _nearly(self, text: str) -> str:
        """The section whose name this is but for a letter or two; empty if there is none, or it is not clear which."""
        key = name_key(text)
        near: dict[str, int] = {}
        for length in range(len(key) - 2, len(key) + 3):
            allowed = 0 if length < _SHORT_TYPO else 1 if length < _LONG_TYPO else 2
            for name in self._by_length.get(length, ()):
                if abs(length - len(key)) <= allowed and _shares_a_part(key, name, allowed):
                    distance = edits(key, name)
                    if distance <= allowed:
                        near[self.exact[name]] = min(distance, near.get(self.exact[name], distance))
        best = min(near.values(), default=0)
        closest = [section for section, distance in near.items() if distance == best]
        return closest[0] if len(closest) == 1 else ""


def is_other(text: str) -> bool:
    """Whether a heading is one that begins something else in many tickets."""
    return any(name_key(variant) in OTHERS for variant in _variants(text))


def edits(one: str, other: str) -> int:
    """How many letters must be added, left out, changed or swapped with their neighbour to make one the other."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, mine in enumerate(one, start=1):
        here = [row]
        for column, theirs in enumerate(other, start=1):
            cost = min(above[column] + 1, here[column - 1] + 1, above[column - 1] + (mine != theirs))
            if row > 1 and column > 1 and mine == other[column - 2] and one[row - 2] == theirs:
                cost = min(cost, before[column - 2] + 1)
            here.append(cost)
        before, above = above, here
    return above[-1]


def _variants(text: str) -> Iterable[str]:
    """The heading as it stands, then without numbers, brackets and articles around the name."""
    yield text
    bare = _SHORTCODE.sub(" ", text) if ":" in text or "{" in text else text
    if found := _NUMBER.match(bare):
        bare = bare[found.end() :]
    bare = _TAIL.sub("", bare)
    if bare != text:
        yield bare
    stripped = bare.lstrip("*_#•->~ \t")
    if found := _ARTICLE.match(stripped):
        yield stripped[found.end() :]


def _shares_a_part(key: str, name: str, allowed: int) -> bool:
    """Whether one of `allowed` + 1 parts of the name stands in the key: with so few edits one part must be whole."""
    size = len(name) // (allowed + 1)
    return any(name[index * size : (index + 1) * size] in key for index in range(allowed + 1))


def one_or_many(name: str) -> str:
    """A name up to where one and many of its kind differ."""
    one = singular(name)
    return one[:-1] if one.endswith("y") and len(one) > len("any") else one


def spellings(first: str) -> Iterator[str]:
    """The first three characters of a line that begins with a word, as people may write it."""
    starts = (first[:3],) if len(first) > 2 else tuple(first + end for end in (": ", ":", " ", "", "?", " -"))
    for start in starts:
        yield from (start[:3].lower(), start[:3].upper(), start[:3].capitalize())
