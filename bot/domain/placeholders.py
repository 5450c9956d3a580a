"""Texts that fill a section without saying anything: TBD, lorem ipsum, "see above", a form's example left as it was."""

import re
from collections.abc import Collection

from bot.domain.template import Field

_LATER = r"(?:soon|later|asap)"
_PLACES = (
    r"(?:above|below|title|summary|subject|description|heading|attached|attachments?|comments?|ticket|slack|thread|chat"
    r"|e?-?mail|figma|document|doc|link|parent|epic|other ticket|previous ticket)"
)
_PHRASES = (
    r"t\.? ?b\.? ?[adcx](?: [^\W_]+| ?[^\w\s(].{0,80}| ?\([^)]{0,80}\)?)?",
    r"tb[adcx] (?:by|with|from|in|on|after|once|when|until|next|this|see|and|as|together)\b.{0,60}",
    r"to be (?:defined|determined|decided|done|confirmed|announced|discussed|added|provided|clarified)(?:\b.{0,60})?",
    r"to be (?:specified|completed|written|continued|filled(?: in| out)?)(?:\b.{0,60})?",
    r"to ?do|todo(?: ?[:(].{0,80}| ?- .{0,80}| ?-)?|fixme|wip|work in progress",
    r"n ?[/.]? ?a|none(?: yet)?|nil|null|nothing(?: yet)?|un(?:known|defined|clear)|no idea|idk|not sure(?: yet)?",
    r"don.?t know(?: yet)?|not yet(?: known| defined| decided| clear| available)?|not available yet|open|in progress",
    r"not (?:known|defined|decided|clear)(?: yet)?",
    rf"(?:will (?:follow|come|be (?:added|provided|delivered))|coming|follows|to (?:follow|come)|added)(?: {_LATER})?",
    rf"(?:(?:i|we)(?:['\u2019]| wi)ll|will) (?:add|provide|send|fill in|write)(?: this| that| it| them)?(?: {_LATER})?",
    r"(?:please )?ask \w+",
    rf"{_LATER}|pending|ongoing|as discussed(?:\b.{{0,40}})?",
    rf"(?:please )?(?:see|check|refer to|look at|cf\.?|same as|as (?:in|per|for)) (?:the )?{_PLACES}(?: {_PLACES})?",
    r"(?:same|as) (?:as )?(?:above|before|usual|always)|same|ditto|ibid|idem|s\.? ?o\.?",
    r"(?:please )?(?:fill|insert|enter|add|write|describe)(?: .{0,60})? (?:here|in)|fill (?:me|this) (?:in|out)",
    r"(?:your )?(?:text|copy|link|name|goal|title) here",
    r"place ?holder(?: text)?|(?:some|dummy|sample) (?:text|description|content)|lorem ipsum.*",
    r"blah?(?:[ ,]+blah?)*|foo ?(?:bar)?|(?:just )?(?:a )?test(?:ing)?(?: ?1?2?3?)?",
    r"asdf\w*|qwert[yz]\w*|x{1,10}|xyz|abc",
    r"siehe (?:oben|unten|titel|anhang)|(?:.{1,30} )?(?:folgt|kommt) noch|folgt(?: sp(?:ä|ae)ter)?",
    r"(?:wird|muss|werden) (?:noch )?(?:nachgereicht|erg(?:ä|ae)nzt|gekl(?:ä|ae)rt|festgelegt)(?: werden)?",
    r"à (?:définir|compléter|préciser|déterminer|venir)",
    r"(?:noch )?(?:offen|unklar)|k\. ?a|keine angaben?|blindtext.*|platzhalter(?:text)?",
)
_NOTHING = re.compile("|".join(_PHRASES))
"""In small letters."""
_SHORT = 50
_LONGER = frozenset({"tb", "t.", "to", "fi", "in", "en", "ad", "wr", "de", "pl", "as", "lo", "bl"})
"""How those of these phrases begin that may be longer than `_SHORT`; most lines of a ticket need no further look."""
_BLANKS = re.compile(r"[<\[{(]{1,2}(?![\^~]|\w+://)[^<>\[\]{}()\d@\"]{2,80}[>\]})]{1,2}")
"""A gap to be filled in; numbers, addresses, attachments and code in brackets are an answer."""
_OPENING, _CLOSING = frozenset("<[{( \t\n.*_"), frozenset(">]}) \t\n.*_")
"""What a text begins and ends with that consists of brackets."""
_EDGES = " \t\r\n.,;:!…*_~`\"'\u201c\u201d\u201e\u2018\u2019()[]{}<>|-\u2013\u2014•"
_GAPS = re.compile(r"…|\.\.\.|___|<[^>]+>|\[[^\]]{2,}\]")
_LONGEST = 160
_LOREM = re.compile(r"\W*lorem\s+ipsum\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]")
_MARKS = 40
"""Characters that brackets, bullets and blanks may add to a short text; in a long one they are less than the words."""
_RUN = re.compile(r"\w+")
_END = 24
"""Characters in which a text ends like an example, or does not."""


def is_placeholder(text: str) -> bool:
    """Whether a text says nothing, although there is something: `TBD`, `see above`, `…`, `<goal>`, `???`."""
    if len(text) > _LONGEST:
        return bool(_LOREM.match(text))
    bare = text.strip(_EDGES)
    if not bare[:1].isalnum() and not _WORD.search(bare):
        return bool(text.strip())
    may_be = len(bare) <= _SHORT or bare[:2].lower() in _LONGER
    if may_be and _NOTHING.fullmatch(" ".join(bare.lower().split())):
        return True
    return text[0] in _OPENING and text[-1] in _CLOSING and bool(_BLANKS.fullmatch(text.strip(" \t\n.*_")))


def examples_of(field: Field) -> frozenset[str]:
    """What the form shows as help for a field, as `squeezed` makes it.

    A text to start from counts only if it has gaps to fill in; without them it may be the right answer.
    """
    attributes = field.attributes
    start = attributes.value if _GAPS.search(attributes.value) else ""
    shown = map(squeezed, (attributes.placeholder, attributes.description, start))
    return frozenset(text for text in shown if text)


def is_example(text: str, examples: Collection[str]) -> bool:
    """Whether a text is one of `examples_of` a field, left as it was."""
    begin = text[:1].casefold()[:1] if text[:1].isalnum() else ""  # most texts are told apart by it
    size = len(text)
    for example in examples:
        near = example.startswith(begin) and size <= 2 * len(example) + _MARKS and len(example) <= 2 * size
        if near and example.endswith(squeezed(text[-_END:])) and squeezed(text) == example:
            return True
    return False


def squeezed(text: str) -> str:
    """The words of a text without case and marks."""
    return " ".join(_RUN.findall(text.casefold()))
