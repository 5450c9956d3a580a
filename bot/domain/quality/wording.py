"""Checks of wording: vague words, placeholders, and "make it pretty"."""

import re
from collections.abc import Iterator, Mapping

from bot.domain.placeholders import is_placeholder
from bot.domain.quality.catalogue import found
from bot.domain.quality.finding import Finding, Surroundings
from bot.domain.quality.vague_words import CORE, MEASURE, THOROUGH

_WORD = re.compile(r"[^\W\d_][\w'’]*(?:[-/][^\W\d_][\w'’]*)*")
_INSIDE = re.compile(
    r"\b(?:TBD|TBA|TBC|TBR|T\.B\.D\.|TODO|FIXME|XXX+)\b|\blorem\s+ipsum\b(?:\s+dolor(?:\s+sit(?:\s+amet)?)?)?"
    r"|(?i:\bto\s+be\s+(?:defined|determined|decided|announced|confirmed)\b|\bsee\s+above\b|\b(?:insert|add|put"
    r"|your)\s+(?:text|copy|link|name|value|title)\s+here\b"
    r"|\[(?:insert|add|your|tbd|todo|placeholder)\b[^\]\n]{0,60}\]|\blorem\s+ipsum\b)|\?\?\?+"
)
_PRETTY = re.compile(
    r"\b(?:make|making|makes)\s+(?:it|them|this|that|(?:the|our|your)\s+(?:[\w-]+\s+){1,3}?)\s*(?:look\s+"
    r"|feel\s+)?(?:a\s+(?:bit|little)\s+|much\s+|more\s+|really\s+|super\s+)*"
    r"(?:pretty|prettier|pop|nice|nicer|beautiful|attractive|modern|sexy|cool|cooler|fresh|fresher|great|better"
    r"|good|shiny|fancy|stylish|appealing)\b"
    r"|\bjazz\s+(?:it\s+)?up\b|\bspruce\s+(?:it\s+)?up\b|\bwow\s+(?:effect|factor)\b|\bmore\s+pop\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^”\n]{1,200}”|„[^“\n]{1,200}“|\"[^\"\n]{1,200}\"|`[^`\n]{1,200}`|https?://\S{1,500}")
_COUNTED = re.compile(r"[^.!?\n]{0,40}?\d")


def check(text: str, around: Surroundings) -> Iterator[Finding]:
    """Placeholders, and words that everybody reads differently."""
    if is_placeholder(text):
        start, end = _bounds(text)
        yield found("wording.placeholder", "This only keeps the place free: write what is known today.", start, end)
        return
    for mark in _INSIDE.finditer(text):
        message = f"“{mark.group()}” keeps a place free: write what is known today."
        yield found("wording.placeholder", message, mark.start(), mark.end())
    taken: list[tuple[int, int]] = []
    for wish in _PRETTY.finditer(text):
        taken.append(wish.span())
        yield found("wording.vague", f"“{wish.group()}” is a matter of taste: say what should look how.", *wish.span())
    for start, end, reason in vague(text, thorough=around.thorough):
        if not any(low < end and start < high for low, high in taken):
            yield found("wording.vague", f"“{text[start:end]}” can mean many things. {reason}.", start, end)


def vague(text: str, *, thorough: bool = False) -> Iterator[tuple[int, int, str]]:
    """The vague words of a text: start, end and what to say instead.

    Names ("the Premium plan"), quotations and words with a number behind them ("fast: under 2 seconds") are left alone.
    """
    words = [(found.group().lower().replace("’", "'"), found.start(), found.end()) for found in _WORD.finditer(text)]
    quoted = [found.span() for found in _QUOTED.finditer(text)]
    index = 0
    while index < len(words):
        length, reason = _longest(words, index, _LISTS[thorough])
        start, end = words[index][1], words[index + max(length, 1) - 1][2]
        named = _is_name(text, start) or any(low < end and start < high for low, high in quoted)
        counted = reason == MEASURE and not thorough and _COUNTED.match(text, end)
        if reason and not named and not counted:
            yield start, end, reason
        index += max(length, 1)


def _is_name(text: str, start: int) -> bool:
    """Whether a capital stands in the middle of a sentence."""
    if not text[start].isupper() or text[start : start + 2].isupper():
        return False
    before = text[:start].rstrip(" \t")
    return bool(before) and (before[-1].isalnum() or before[-1] in ",'’&")


def _longest(words: list[tuple[str, int, int]], index: int, lists: "_Phrases") -> tuple[int, str]:
    """How many words from here on are one entry, and its reason; 0 if none is."""
    entries = lists.get(words[index][0])
    for phrase, reason in entries or ():
        if len(phrase) == 1 or phrase == tuple(word for word, _, _ in words[index : index + len(phrase)]):
            return len(phrase), reason
    return 0, ""


_Phrases = Mapping[str, list[tuple[tuple[str, ...], str]]]


def _phrases(*lists: Mapping[str, str]) -> _Phrases:
    """First word → the entries that begin with it, longest first."""
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for entry, reason in (pair for words in lists for pair in words.items()):
        phrase = tuple(entry.split())
        by_first.setdefault(phrase[0], []).append((phrase, reason))
    return {first: sorted(entries, key=lambda entry: -len(entry[0])) for first, entries in by_first.items()}


_LISTS: Mapping[bool, _Phrases] = {False: _phrases(CORE), True: _phrases(CORE, THOROUGH)}


def _bounds(text: str) -> tuple[int, int]:
    return len(text) - len(text.lstrip()), len(text.rstrip())
