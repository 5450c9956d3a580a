"""What a user story holds besides role, wish and benefit: notes in brackets, examples, further sentences."""

import re
from collections.abc import Iterator
from itertools import islice

from bot.domain.quality.catalogue import found
from bot.domain.quality.finding import Finding
from bot.domain.quality.phrases import lower_words
from bot.domain.quality.story_parts import Story

_BRACKETS = re.compile(r"\([^()\n]{2,300}\)|\[[^\[\]\n]{2,300}\]")
_EXAMPLE = re.compile(r"(?:e\.g\.?|i\.e\.?|for\s+(?:example|instance))(?=\W)")
_FOR_EXAMPLE = re.compile(r"for\s+(?:example|instance)")
"""In small letters; it begins with a word, so that it is found ten times as fast as all of them."""
_DASH = re.compile(r"\s[–—-]\s+[\w'’]+\s+[\w'’]+\s+\w")
"""A remark of three words or more behind a dash; shorter ones may be a range or a name."""
_SEMICOLON = re.compile(r";\s*(?:this|it|these|those|the|see|note)\b", re.IGNORECASE)
_SEE = re.compile(
    r"[,;.–—-]\s*(?:please\s+)?(?:see|cf\.?|refer\s+to|as\s+(?:described|shown|discussed|agreed)\s+in)\s+"
    r"(?:also\s+|the\s+|our\s+)?(?:tickets?|mock-?ups?|attach\w+|figma|designs?|above|below|wiki|specs?|documents?"
    r"|[A-Z]+-\d+|https?:)",
    re.IGNORECASE,
)
_POINTERS, _DASHES = (" see ", " please see ", " as "), frozenset(",;.-\u2013\u2014")
"""Most words that point elsewhere, and what stands before them then."""
_SENTENCE = re.compile(
    r"[.!?](?<=[\w)\]\"”][.!?])(?<!\be\.g[.!?])(?<!\bi\.e[.!?])(?<!\betc[.!?])(?<!\bvs[.!?])(?<!\bno[.!?])\s+(?=[A-Z\"“(])"
)
_LABEL = re.compile(
    r"(?:what|want|need|why|benefit|reason|goal|value|outcome|was|ziel|warum|nutzen)\s*:", re.IGNORECASE
)
_ELSEWHERE = "Where more is to be read belongs below the story."
_TWICE = tuple(
    (word, re.compile(rf"{word}\s+(?:i|we)\s+(?:also\s+)?(?:want|need|would\s+like)\b"))
    for word in ("so", "therefore", "thus", "hence")
)


def surplus(story: Story) -> Iterator[Finding]:
    """What could go elsewhere, one finding a kind."""
    text = story.text
    if bracket := _BRACKETS.search(text):
        yield _found("What stands in brackets belongs in the acceptance criteria.", bracket.start(), bracket.end())
    lower, present = lower_words(text)
    named = ("example" in present or "instance" in present) and _FOR_EXAMPLE.search(lower) is not None
    named = named or ("g" in present and "e.g" in lower) or ("i" in present and "i.e" in lower)
    if named and (example := _word(_EXAMPLE, lower)):
        yield _found("An example belongs in the acceptance criteria.", example.start(), len(text.rstrip()))
    twice = next(filter(None, (_word(again, lower) for word, again in _TWICE if word in present)), None)
    if twice:
        yield _found("The wish stands here twice: keep one, and say what it is good for.", twice.start(), twice.end())
    dashed = " - " in text or " \u2013 " in text or " \u2014 " in text
    if dashed and story.want and (dash := _DASH.search(text, *story.want)):
        yield _found("What stands behind the dash belongs in the acceptance criteria.", dash.start(), story.want[1])
    if ";" in text and (clause := _SEMICOLON.search(text)):
        yield _found("A story is one sentence; put the rest elsewhere.", clause.start(), len(text.rstrip()))
    if "cf" in present or "refer" in present or _points(lower):
        yield from (_found(_ELSEWHERE, seen.start(), seen.end()) for seen in islice(_SEE.finditer(text), 1))
    if sentence := next((end for end in _SENTENCE.finditer(text) if not _goes_on(text, end)), None):
        yield _found("A story is one sentence; put the rest elsewhere.", sentence.end(), len(text.rstrip()))


def _goes_on(text: str, sentence: re.Match[str]) -> bool:
    """Whether the next sentence is a part of the story, as in "Why: …", or only a number ends: "1. As a …"."""
    return bool(_LABEL.match(text, sentence.end())) or text[: sentence.start()].strip(" \t\n*_>").isdigit()


def _points(lower: str) -> bool:
    """Whether one of the pointers stands behind a dash or the like."""
    for pointer in _POINTERS:
        place = lower.find(pointer, 1)
        while place > 0:
            if lower[place - 1] in _DASHES:
                return True
            place = lower.find(pointer, place + 1)
    return False


def _word(pattern: re.Pattern[str], lower: str) -> re.Match[str] | None:
    """Where this begins a word; to look for word boundaries in the pattern makes the search five times as slow."""
    return next(
        (seen for seen in pattern.finditer(lower) if not lower[seen.start() - 1 : seen.start()].isalnum()), None
    )


def _found(message: str, start: int, end: int) -> Finding:
    return found("story.not_minimal", message, start, end)
