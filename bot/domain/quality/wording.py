"""Checks of wording: vague words, placeholders, and "make it pretty"."""

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.domain.placeholders import is_placeholder
from bot.domain.quality.catalogue import found
from bot.domain.quality.finding import Finding, Severity, Surroundings
from bot.domain.quality.language import is_english
from bot.domain.quality.phrases import Phrases, Place, lower_words
from bot.domain.quality.vague_words import BETTER, CORE, HARMLESS, MEASURE, THOROUGH
from bot.domain.quality.word_sets import words

_INSIDE = re.compile(
    r"\b(?:TBD|TBA|TBC|TBR|T\.B\.D\.|TODO(?!(?i:[\s-]+(?:list|app|item|comment)))|FIXME|XXX+(?!-?\w))\b|(?<!\w)\?\?\?+"
    r"|(?i:\blorem\s+ipsum\b(?:\s+dolor(?:\s+sit(?:\s+amet)?)?)?"
    r"|\[(?:insert|tbd|todo|placeholder|(?:add|your)\b[^\]\n]{0,40}\b(?:here|text|copy|link|url|goal|date|title|details))\b"
    r"[^\]\n]{0,60}\](?!\())"
    r"|(?i:(?P<phrase>\bto\s+be\s+(?:defined|determined|decided|announced|confirmed)\b"
    r"|\bsee\s+above\b(?=\s*(?:[.,;:)\]!]|$|\n))"
    r"|\b(?:insert|add|put|your)\s+(?:text|copy|link|name|value|title)\s+here\b))"
)
_KEEPING = words(
    "tbd tba tbc tbr todo fixme lorem defined determined decided announced confirmed above here insert add placeholder"
)
"""One of these words stands in every such mark, but for the signs below: most texts have none and need no search."""
_KEEPING_SIGNS = (("?", "???"), ("[", "[your"), ("t.b", "t.b"), ("xxx", "xxx"))
"""Each behind a part of it that is found faster."""
_NAMED = re.compile(r"(?:[\"'“”„‘’«`]|\b(?:no|any|all|the|remove|replace|without|instead\s+of|of)\s)$", re.IGNORECASE)
"""What stands before a mark that is spoken about: "No lorem ipsum is left"."""
_IN_A_SENTENCE = re.compile(r"\w[\w,]*\s+[\"“„‘'«`]?$")
_SPOKEN_OF = re.compile(r"[\"”“’'»`]\s+[a-z]|\s[A-Z][a-z]+\b")
"""A quotation in the middle of a sentence, or a name: "the text “TBD” is replaced", "we use TBC Bank"."""
_SHOWS = re.compile(
    r"\b(?:shows?|says?|reads?|displays?|contains?|has|(?:shown|displayed|appears?)\s+as)\s+[\"'“„‘]?$", re.IGNORECASE
)
_IS_SHOWN = re.compile(
    r"\s+(?:comments?\s+)?(?:is|are)\s+(?:shown|displayed|visible|printed|seen|left)\b", re.IGNORECASE
)
"""A mark that people see on a page, in the report of a fault: "The page shows TBD", "TODO is printed"."""
_BY_SOMEBODY = re.compile(
    r"\s+(?:by\s+(?:the|an?|each|every|all)|before|via|through|within|when|if|using)\b", re.IGNORECASE
)
"""What stands behind a phrase that says what happens: "is to be confirmed by the customer"."""
_MAKING = words("make making makes jazz spruce wow more")
_PRETTY = re.compile(
    r"\b(?:make|making|makes)\s+(?:it|them|this|that|(?:the|our|your)\s+(?:[\w-]+\s+){1,3}?)\s*(?:look\s+"
    r"|feel\s+)?(?:a\s+(?:bit|little)\s+|much\s+|more\s+|really\s+|super\s+)*"
    r"(?:pretty|prettier|pop|nice|nicer|beautiful|attractive|modern|sexy|cool|cooler|fresh|fresher|great|better"
    r"|good|shiny|fancy|stylish|appealing)\b"
    r"|\bjazz\s+(?:it\s+)?up\b|\bspruce\s+(?:it\s+)?up\b|\bwow\s+(?:effect|factor)\b|\bmore\s+pop\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^”\n]{1,200}”|„[^“\n]{1,200}“|\"[^\"\n]{1,200}\"|`[^`\n]{1,200}`|https?://\S{1,500}")
_BEFORE = 40
"""Characters before a mark that may tell what it is about."""
_BLANKS = 20
"""Blanks between two words, at most."""
_EXPLAINED = re.compile(r"\s?\((?!see\b|cf\b)\w|:\s*\w")
_COUNTED = re.compile(r"[^.!?\n]{0,40}?\d")


def check(text: str, around: Surroundings) -> Iterator[Finding]:
    """Placeholders, and words that everybody reads differently."""
    if is_placeholder(text):
        start, end = _bounds(text)
        yield found("wording.placeholder", "This only keeps the place free: write what is known today.", start, end)
        return
    lower, present = lower_words(text)
    if not _KEEPING.isdisjoint(present) or any(part in lower and sign in lower for part, sign in _KEEPING_SIGNS):
        for mark in _INSIDE.finditer(text):
            message = f"“{mark.group()}” keeps a place free: write what is known today."
            severity: Severity | None = None if _keeps_a_place(text, mark) else "hint"
            yield found("wording.placeholder", message, mark.start(), mark.end(), severity=severity)
    taken: list[tuple[int, int]] = []
    for wish in () if _MAKING.isdisjoint(present) else _PRETTY.finditer(text):
        taken.append(wish.span())
        yield found("wording.vague", f"“{wish.group()}” is a matter of taste: say what should look how.", *wish.span())
    for start, end, reason in vague(text, thorough=around.thorough):
        if not any(low < end and start < high for low, high in taken):
            message = f"“{text[start:end]}” can mean many things. {reason}."
            yield found("wording.vague", message, start, end, example=BETTER[reason])


@lru_cache(maxsize=8)
def vague(text: str, *, thorough: bool = False) -> tuple[Place, ...]:
    """The vague words of a text: start, end and what to say instead.

    Names ("the Premium plan"), quotations, words with a number behind them ("fast, under 2 seconds") and words that are
    explained at once ("accessible (WCAG 2.2 AA)") are left alone.
    """
    places = list((_LISTS[thorough]).find(text))
    if not places or not is_english(text):
        return ()
    quoted = [found.span() for found in _QUOTED.finditer(text)]
    return tuple(
        (start, end, reason)
        for start, end, reason in places
        if reason != HARMLESS
        and not _is_name(text, start)
        and not any(low < end and start < high for low, high in quoted)
        and not (not thorough and (_EXPLAINED.match(text, end) or (reason == MEASURE and _COUNTED.match(text, end))))
    )


def _keeps_a_place(text: str, mark: re.Match[str]) -> bool:
    """Whether it is sure that nothing else is meant: `TBD` is, "an address to be confirmed" may be the very thing."""
    before = text[max(0, mark.start() - _BEFORE) : mark.start()]
    if (_SPOKEN_OF.match(text, mark.end()) and _IN_A_SENTENCE.search(before)) or _IS_SHOWN.match(text, mark.end()):
        return False
    if _SHOWS.search(before):
        return False
    if mark.lastgroup != "phrase":
        return not (mark.group()[:5].lower() == "lorem" and _NAMED.search(before))
    if _BY_SOMEBODY.match(text, mark.end()):
        return False
    before = before.rstrip(" \t*_(")
    return not before or before[-1] in ":\n=–—-" or before.lower().endswith((" is", " are", " still", " yet"))


def _is_name(text: str, start: int) -> bool:
    """Whether a capital stands in the middle of a sentence."""
    if not text[start].isupper() or text[start : start + 2].isupper():
        return False
    before = text[max(0, start - _BLANKS) : start].rstrip(" \t")
    return bool(before) and (before[-1].isalnum() or before[-1] in ",'’&")


_LISTS = {False: Phrases(CORE), True: Phrases(CORE, THOROUGH)}


def _bounds(text: str) -> tuple[int, int]:
    return len(text) - len(text.lstrip()), len(text.rstrip())
