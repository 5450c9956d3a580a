"""Finding many words and phrases in a text at once, at the cost of a look at each word.

A list of some hundred phrases is no regular expression to search with: each would be tried at each letter. Instead the
words of a text are made a set; a phrase is looked for only where the rarest of its words is among them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from bot.domain.quality.word_sets import words

_TOKEN = re.compile(r"[^\W\d_][\w'’]*(?:[-/][^\W\d_][\w'’]*)*")
"""A word, or several that hyphens or slashes join."""
_BEGINS = re.compile(r"(?<![\w'’])(?<![\w'’][-/])")
_FREQUENT = words(
    "a all an and any are as at be but by could for from if in into is it its like more most no not of on or other out "
    "so some such than that the this to up when where which with"
)
"""Words that stand in most texts, so that they say little about which phrases may."""

_ONLY_LETTERS = bytes(code if chr(code).isalpha() and code < 128 else ord(" ") for code in range(256))
"""What is no small letter of English becomes a blank: five times as fast as a regular expression."""

Place = tuple[int, int, str]
"""Where a phrase begins, where it ends, and what was said about it."""
_Rest = tuple[re.Pattern[str] | None, str]
_Asked = tuple[frozenset[str], str]
"""All the words of a phrase, and the word, be it joined from several, with which it begins."""


@lru_cache(maxsize=8)
def lower_words(text: str) -> tuple[str, frozenset[str]]:
    """A text in small letters, as long as before, and the English words in it; several checks of one text ask for them.

    Words are runs of `a` to `z`, so that "part-time" and "naïve" are two each: whoever looks for a phrase looks here
    first for one of its words, and reads the text only where that is there.
    """
    lower = text.lower()
    if len(lower) != len(text):  # a few letters grow in lower case, and spans would move
        lower = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
    return lower.replace("’", "'"), frozenset(_words(lower))


def _words(lower: str) -> list[str]:
    return lower.encode("ascii", "replace").translate(_ONLY_LETTERS).decode().split()


class Phrases:
    """Words and phrases with what is to be said about each.

    Args:
        lists: phrases in small letters, each with a reason; blanks in them stand for any blanks.
    """

    def __init__(self, *lists: Mapping[str, str]) -> None:
        entries = {entry: reason for phrases in lists for entry, reason in phrases.items()}
        self._by_first: dict[str, list[_Rest]] = {}
        self._by_rarest: dict[str, set[_Asked]] = {}
        for entry, reason in sorted(entries.items(), key=lambda entry: -len(entry[0])):
            first, *more = entry.split()
            self._by_first.setdefault(first, []).append((_following(more), reason))
            self._by_rarest.setdefault(_rarest(entry), set()).add((frozenset(_words(entry)), first))
        self._rare = frozenset(self._by_rarest)

    def find(self, text: str) -> Iterator[Place]:
        """Where they stand, from left to right; of those that begin at one place the longest, and none inside another.

        The reason comes with each.
        """
        lower, present = lower_words(text)
        rare = self._rare & present
        if not rare:
            return
        firsts = {first for word in rare for asked, first in self._by_rarest[word] if asked <= present}
        beyond = 0
        for start, first in sorted(place for word in firsts for place in _places(lower, word)):
            if start < beyond:
                continue
            for rest, reason in self._by_first[first]:
                found = rest.match(lower, start + len(first)) if rest else None
                if rest is None or found:
                    beyond = found.end() if found else start + len(first)
                    yield start, beyond, reason
                    break


def _places(lower: str, word: str) -> Iterator[tuple[int, str]]:
    """Where this stands as a word of its own, not as a part of `re-used` or `its/their`."""
    start = lower.find(word)
    while start >= 0:
        if _BEGINS.match(lower, start) and (token := _TOKEN.match(lower, start)) and token.end() == start + len(word):
            yield start, word
        start = lower.find(word, start + len(word))


def _following(words_behind: Sequence[str]) -> re.Pattern[str] | None:
    """What stands behind the first word; None for nothing."""
    if not words_behind:
        return None
    return re.compile(r"\s+" + r"\s+".join(map(re.escape, words_behind)) + r"(?![\w'])")


def _rarest(entry: str) -> str:
    """The word of a phrase that is the surest sign of it."""
    inside = _words(entry)
    return max((word for word in inside if word not in _FREQUENT), key=len, default=max(inside, key=len))
