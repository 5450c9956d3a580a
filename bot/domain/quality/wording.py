"""Checks of wording: vague words, placeholders, and "make it pretty"."""

import re
from collections.abc import Iterator, Mapping, Sequence

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
_SIGNS = ("tb", "t.b", "todo", "fixme", "xxx", "lorem", "to be ", "to be\n", "above", " here", "[", "???")
"""One of these stands in every placeholder: most texts have none, and need not be searched."""
_TASTE = ("mak", "jazz", "spruce", "wow", "more pop")
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
    lower = text.lower()
    for mark in _INSIDE.finditer(text) if any(sign in lower for sign in _SIGNS) else ():
        message = f"“{mark.group()}” keeps a place free: write what is known today."
        yield found("wording.placeholder", message, mark.start(), mark.end())
    taken: list[tuple[int, int]] = []
    for wish in _PRETTY.finditer(text) if any(sign in lower for sign in _TASTE) else ():
        taken.append(wish.span())
        yield found("wording.vague", f"“{wish.group()}” is a matter of taste: say what should look how.", *wish.span())
    for start, end, reason in vague(text, thorough=around.thorough):
        if not any(low < end and start < high for low, high in taken):
            yield found("wording.vague", f"“{text[start:end]}” can mean many things. {reason}.", start, end)


def vague(text: str, *, thorough: bool = False) -> Iterator[tuple[int, int, str]]:
    """The vague words of a text: start, end and what to say instead.

    Names ("the Premium plan"), quotations and words with a number behind them ("fast: under 2 seconds") are left alone.
    """
    lists = _LISTS[thorough]
    lower = text.lower().replace("’", "'")
    if len(lower) != len(text):  # a few letters grow in lower case, and spans would move
        lower = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text).replace("’", "'")
    quoted: list[tuple[int, int]] | None = None
    beyond = 0
    for word in _WORD.finditer(lower):
        start = word.start()
        if word.group() not in lists or start < beyond:
            continue
        end, reason = _longest(lower, word, lists[word.group()])
        if not reason:
            continue
        beyond = end
        if quoted is None:
            quoted = [found.span() for found in _QUOTED.finditer(text)]
        named = _is_name(text, start) or any(low < end and start < high for low, high in quoted)
        counted = reason == MEASURE and not thorough and _COUNTED.match(text, end)
        if not named and not counted:
            yield start, end, reason


def _is_name(text: str, start: int) -> bool:
    """Whether a capital stands in the middle of a sentence."""
    if not text[start].isupper() or text[start : start + 2].isupper():
        return False
    before = text[:start].rstrip(" \t")
    return bool(before) and (before[-1].isalnum() or before[-1] in ",'’&")


def _longest(lower: str, word: re.Match[str], entries: "_Entries") -> tuple[int, str]:
    """Where the longest entry ends that begins with this word, and its reason; none if no entry stands here."""
    for more, reason in entries:
        if more is None:
            return word.end(), reason
        if rest := more.match(lower, word.end()):
            return rest.end(), reason
    return 0, ""


_Entries = Sequence[tuple[re.Pattern[str] | None, str]]


def _by_first_word(*lists: Mapping[str, str]) -> Mapping[str, _Entries]:
    """First word → the rest of each entry that begins with it, longest first; None where there is no rest."""
    entries = [(entry.split(), reason) for words in lists for entry, reason in words.items()]
    by_first: dict[str, list[tuple[re.Pattern[str] | None, str]]] = {}
    for (first, *rest), reason in sorted(entries, key=lambda entry: -len(entry[0])):
        more = re.compile(r"\s+" + r"\s+".join(map(re.escape, rest)) + r"(?![\w'])") if rest else None
        by_first.setdefault(first, []).append((more, reason))
    return by_first


_LISTS = {False: _by_first_word(CORE), True: _by_first_word(CORE, THOROUGH)}


def _bounds(text: str) -> tuple[int, int]:
    return len(text) - len(text.lstrip()), len(text.rstrip())
