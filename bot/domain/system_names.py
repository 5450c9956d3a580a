"""The systems that a roadblock names, and whether a launch speaks of them. Pure.

Plural and singular, and "web shop", "web-shop" and "webshop", are the same; a word within another is not.
"""

import re
from collections.abc import Iterable
from itertools import pairwise

NAME_WORDS = 3
"""Words of the longest name; more of them are a sentence, and each may be a name."""
LEAST_PLURAL = 4
"""Letters of the shortest word that may be a plural: CMS is none."""
LEAST_JOINED = 5
"""Letters of the shortest name that may be written as two words."""
Name = tuple[str, ...]
"""Its words in order, folded."""

_WORD = re.compile(r"\w[\w.+-]*", re.UNICODE)
_APART = re.compile(r"[,;:/&()\n]|\b(?:and|or|und|oder|et|y)\b", re.IGNORECASE)
"""What stands between the names of two systems."""
_ES = re.compile(r"(?:x|ss|sh)es$")
_SINGULAR = re.compile(r"(?:ss|us|is)$|^news$")
"""Words that end in s and are no plural; without its s the last would be a word of every other title."""


def _folded(word: str) -> str:
    """A word as it is compared: in lower case, in one piece, in the singular."""
    plain = word.casefold().replace("-", "").strip(".")
    if len(plain) < LEAST_PLURAL or not plain.endswith("s") or _SINGULAR.search(plain):
        return plain
    if plain.endswith("ies") and len(plain) > LEAST_PLURAL:
        return plain[:-3] + "y"
    return plain[:-2] if _ES.search(plain) else plain[:-1]


def _set_of(text: str) -> frozenset[str]:
    return frozenset(map(_folded, text.split()))


_ALL = _set_of("all alle every everything alles whole entire gesamte ganze")
"""With nothing but general words they mean every system."""
_FILLERS = _ALL | _set_of(
    "a an at auf by das dem den der des die for für im in is it its mit of on our the to und unsere we with zu zum zur"
)
"""Words that name nothing."""
_GENERAL = _set_of(
    """
    application applications apps form forms formular formulare from module page pages platform platforms plattform
    seite seiten server servers service services site sites software system systems systeme tool tools
    """
)
"""Words that say little beside a name, and are one if there is no other."""


def names_in(text: str) -> frozenset[Name]:
    """The names of systems in a text; none if it names none, or all of them."""
    parts = [tuple(_words(part)) for part in _APART.split(text)]
    telling = [tuple(word for word in part if word not in _GENERAL and word not in _FILLERS) for part in parts]
    if not any(telling) and any(word in _ALL for part in parts for word in part):
        return frozenset()
    named: set[Name] = set()
    for words, part in zip(telling, parts, strict=True):
        name = words or tuple(word for word in part if word not in _FILLERS)
        named.update([name] if 0 < len(name) <= NAME_WORDS else ((word,) for word in name))
    return frozenset(named)


def spoken_in(texts: Iterable[str]) -> frozenset[str]:
    """The words of texts, and two that stand side by side as one."""
    found: set[str] = set()
    for text in texts:
        words = list(_words(text))
        found.update(words)
        joined = (one + two for one, two in pairwise(words))
        found.update(one for one in joined if len(one) >= LEAST_JOINED)
    return frozenset(found)


def speaks_of(spoken: frozenset[str], names: Iterable[Name]) -> bool:
    """Whether one of the names is among the words: all of its words, or its two written as one."""
    return any(spoken.issuperset(name) or (len(name) == 2 and "".join(name) in spoken) for name in names)


def _words(text: str) -> Iterable[str]:
    words = (_folded(word) for word in _WORD.findall(text))
    return (word for word in words if word and not word.replace(".", "").isdigit())
