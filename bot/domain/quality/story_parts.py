"""The parts of a user story: who, what, what for. Found by the connecting words that people really use.

The form is Connextra's "As a <role>, I want <wish>, so that <benefit>"; here stand its everyday variants: other orders
("In order to …, as a …, I want …"), labels ("Who: … What: … Why: …"), no comma, "I need", "we would like", "I can",
"should be able to", "so I can", "because", "to save time"; markup and line breaks do not matter, and German stories
("Als …, möchte ich …, damit …") are understood as far as their parts go.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from bot.domain.quality.people import is_person
from bot.domain.quality.phrases import lower_words
from bot.domain.quality.story_benefit import connected, effect

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Story:
    """A user story and where its parts stand.

    Attributes:
        text: the whole, as typed.
        start: where this story begins in its section.
        role: who wants it, without article; None if nobody is named. Spans count from the start of `text`.
        want: what is wanted, without "I want to".
        benefit: what it is good for, without "so that".
        wish: where "I want" begins; equal to the start of `want` where there is no such phrase.
    """

    text: str
    start: int = 0
    role: Span | None = None
    want: Span | None = None
    benefit: Span | None = None
    wish: int = 0

    def words(self, span: Span | None) -> str:
        """The text of a part, blanks and line breaks made one blank; empty if the part is missing."""
        return " ".join(_plain(self.text[slice(*span)]).split()) if span else ""


_MARKS = "*_`#>|~"
_TAG = re.compile(
    r"[<\[{](?:(?<=<)/?(?:b|strong|i|em|u|s|del|p|br|div|span|li|ul|ol|a|code|h[1-6]|table|tbody|tr|t[dh])"
    r"(?:\s[^<>=]{0,20}=[^<>]{0,40})?\s?/?>"
    r"|[<\[{]?(?:the\s+|an?\s+|some\s+|your\s+)?(?:role|persona|actor|(?:type\s+of\s+)?user(?:\s+type)?|feature|function"
    r"|action|capability|goal|want|wish|need|something|what|benefit|reason|value|outcome|result|why)[>\]}]{1,2})",
    re.IGNORECASE,
)
"""Markup, and the gaps of "As a <role>, I want <goal>, so that <benefit>"; `<visitor>` fills one."""
_BEGINNING = re.compile(
    r"(?:^|(?<=[.!?:;–—])\s|\n|\s-\s|\]\s?)\W{0,12}(?:\d{1,3}(?:[.):]\s*|\s+))?"
    r"(?:(?:as(?!\s+(?:soon|long|far|much|many|well|usual|always|before|above|such|per|part|of|in|for|it|this|you|discussed"
    r"|agreed|mentioned|described|requested|stated|shown|an?\s+(?:result|consequence|reminder|rule|whole|example"
    r"|alternative|addition|start|first|next|side|follow)(?!-))\b)"
    r"|(?:given\s+(?:that\s+)?)?(?:I\s+am|I['’]m|we\s+are)(?=\s+an?\s)|being|acting\s+as"
    r"|in\s+(?:my|the|our)\s+role\s+(?:as|of)|as(?=\s+part\s+of\s+(?:the|our)\s+(?:[\w-]+\s+){1,2}?team\b))\b\s*:?\s*(?:(?:an?|the|any"
    r"|one\s+of\s+(?:the|our))\b\s*:?\s*)?"
    r"|als\b\s*(?:eine?[rn]?\b\s*)?|(?:who|role|persona|actor|user|wer|rolle)\s*:\s*(?:an?\b\s*|the\b\s*)?)",
    re.IGNORECASE,
)
_LATER_ROLE = re.compile(r"(?<!\s),?\s++as\s++an?\s+(?=[^,;.]{2,80},\s*+(?:I|we)\b)", re.IGNORECASE)
_OWN_ROLE = re.compile(r"^\W{0,12}(?:I|we)\s*,?\s+as\s+(?:an?|the)\s+(?=[^,;.\n]{2,80}[,\s])", re.IGNORECASE)
"""I, as a visitor, want …"""
_LAST_ROLE = re.compile(
    r"(?<!\s)\s++as\s++an?\s+(?P<role>[\w-]+(?:\s+[\w-]+){0,3}?)(?=,?\s+(?:so|in\s+order)\b|\W*$)", re.IGNORECASE
)
"""I want … as a visitor, so that …"""
_ROLE_END = re.compile(
    r"[,;:\n]|\.\s|\s[–—-]\s|\b(?:I|we|ich|wir)\b|\b(?:so\s+that|in\s+order\s+to|want|wants|möchte|should|\w{3,8}\s+(?:ich|wir))\b",
    re.IGNORECASE,
)
_MORE = (
    r"(?:also|only|really|just|always|simply|therefore|often|sometimes|would|do|don['’]t|do\s+not|please|usually|mainly"
    r"|not)"
)
_NEED = (
    r"(?:want|wanna|need|wish|(?:would|['’]d)\s+(?:like|love|prefer|appreciate)|['’]d|like|love|prefer|expect|require"
    r"|desire|hope"
    r"|intend|am\s+looking\s+for|are\s+looking\s+for|am\s+(?:interested\s+in|able)|have|must|should|shall|can"
    r"|could|may|will)"
)
_ABLE = (
    r"(?:\s+(?:to\s+)?(?:be\s+able|have\s+the\s+(?:ability|possibility|option|chance|opportunity)|be\s+allowed)\s+to\b"
    r"|\s+the\s+(?:ability|possibility|option|chance|opportunity)\s+to\b|\s+to\b)?"
)
# Blanks behind a line break are counted up to 40: each empty line of many would go through all the others.
_WISH = re.compile(
    rf"\b(?:I|we)\b\s*(?:{_MORE}\s+){{0,3}}{_NEED}\b{_ABLE}"
    rf"|\b(?:I|we)['’]d\s+(?:like|love|prefer)\b{_ABLE}"
    rf"|(?<=[,;\n])\s{{0,40}}+(?:{_MORE}\s+){{0,3}}(?:wants?|needs?|would\s+like|wishes)\b{_ABLE}"
    r"|\b(?:ich|wir)\s+(?:möchten?|wollen|will|brauchen?|kann|können|wünschen?)\b"
    r"|\b(?:möchten?|wollen|will|brauchen?|kann|können)\s+(?:ich|wir)\b"
    r"|(?:^|(?<=[\n.;,]))\s{0,40}+(?:what|want|wish|need|was)\s*:",
    re.IGNORECASE,
)
_THEY = re.compile(
    rf"^\W{{0,12}}(?:(?:user\s+)?story\s*:\s*)?(?P<role>(?:(?:an?|the|all|our|every|each|some|any)\s+)?(?:[\w-]+\s+){{0,4}}?[\w-]+)\s+"
    rf"(?:wants?|needs?|would\s+like|wish(?:es)?|(?:can|should|must|shall|may|could|will)\s+be\s+able|(?:is"
    rf"|are)\s+able|can)\b{_ABLE}",
    re.IGNORECASE,
)
_FOR_WHOM = re.compile(
    r"^\W{0,12}for\s+(?:(?:an?|the|our|all)\s+)?(?=[^,;.:\n]{2,80}?[,:]?\s+(?:I|we)\s+(?:want|need|would\s+like)\b)",
    re.IGNORECASE,
)
_AS_A = re.compile(r"\bas\s++(?:an?|the)\s+", re.IGNORECASE)
_WISH_NEXT = re.compile(r"\s*+(?:I|we)(?:\s+(?:want|need|wish|would|should|must|expect)|['’]d)\b", re.IGNORECASE)
"""Behind the benefit in "As a buyer, so that I can order, I want …"."""
_FIRST_BENEFIT = re.compile(
    r"^\W{0,12}(?:in\s+order\s+(?:to|that)|so\s+that|so\s+as\s+to|to)\b\s*(?=[^,]{3,200}"
    r"(?:,|\bas\s+an?\s[^,]{2,80}\s(?:I|we)\s+(?:want|need|would)\b))",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?](?=\s+[A-Z\"“(])|\n\s*\n")
_NOT_ABBREVIATED = re.compile(r"(?:e\.g|i\.e|etc|vs|approx|incl|no|resp)\.$", re.IGNORECASE)
_ROLES = re.compile(r"a(?:s\s+(?:an?|the)|ls\s+eine?r?)\s")
"""In small letters, and quick to find: most texts hold one, and need not be searched for several stories."""
_SEVERAL = re.compile(
    r"(?:^|\n|(?<=[.!?])\s)[^\w\n]{0,12}(?:\d{1,3}[.)]\s*)?(?=(?:as\s+(?:an?|the)|als\s+eine?r?)\s)", re.IGNORECASE
)


def stories(text: str) -> list[Story]:
    """The stories of a section, one or more; a text that is no story at all gives one without parts."""
    if len(_ROLES.findall(lower_words(text)[0])) < 2:
        return [parse(text)] if text.strip() else []
    starts = [found.start() for found in _SEVERAL.finditer(text)]
    starts = [start for start in starts if start and text[:start].strip()]
    bounds = [0, *starts, len(text)]
    pieces = [(low, text[low:high]) for low, high in pairwise(bounds) if text[low:high].strip()]
    told = [parse(piece, low) for low, piece in pieces]
    whole = [story for story in told if story.role and story.want]
    return told if len(whole) == len(told) or len(told) < 2 else [parse(text)]


def parse(text: str, start: int = 0) -> Story:
    """Find the parts of one story.

    Args:
        text: one story, over as many lines as it likes.
        start: where it begins in its section.
    """
    plain = _plain(text)
    if first := _FIRST_BENEFIT.match(plain):
        return _benefit_first(text, plain, first.end(), start)
    role, after = _role(plain)
    if role is None and (for_whom := _FOR_WHOM.match(plain)):
        after = _end_of_role(plain, for_whom.end())
        role = _trimmed(plain, for_whom.end(), after)
    wish = _WISH.search(plain, after)
    if role is None and (own := _OWN_ROLE.match(plain)):
        after = _end_of_role(plain, own.end())
        role = _trimmed(plain, own.end(), after)
        wish = _WISH.search(plain, after)
    if wish and role is None and (last := _LAST_ROLE.search(plain, wish.end())) and is_person(last["role"]):
        role = last.span("role")
    if wish and role is None and (later := _LATER_ROLE.search(plain)):
        role = _trimmed(plain, later.end(), _end_of_role(plain, later.end()))
    if wish is None and role is None and (they := _THEY.match(plain)) and is_person(they["role"]):
        role, wish = _trimmed(plain, they.start("role"), they.end("role")), they
        story = Story(text, start, role, wish=they.end("role"))
        return _with_rest(story, plain, they.end(), connected(plain, they.end()))
    early = connected(plain, after)
    if wish and early and early.start() < wish.start():
        if role and (comma := plain.find(",", early.end())) > 0 and _WISH_NEXT.match(plain, comma + 1):
            return _benefit_first(text, plain, early.end(), start, role)
        wish = None  # "so that I can" is no wish
    begins, ends = (wish.start(), wish.end()) if wish else (after, after)
    if wish is None and role is None:
        if early is None:
            return Story(text, start)
        begins = ends = 0
    if early and early.start() < ends:
        early = connected(plain, ends)
    return _with_rest(Story(text, start, role, wish=begins), plain, ends, early)


def _plain(text: str) -> str:
    """The text without marks of formatting, as long as before."""
    if "<" in text or "[" in text or "{" in text:
        text = _TAG.sub(lambda tag: " " * len(tag.group()), text)
    for mark in _MARKS:
        if mark in text:
            text = text.replace(mark, " ")
    return text


def _role(plain: str) -> tuple[Span | None, int]:
    """The role at the start of the text or of a sentence, and where the rest begins."""
    for found in _BEGINNING.finditer(plain):
        end = _end_of_role(plain, found.end())
        if (role := _trimmed(plain, found.end(), end)) and role[1] - role[0] <= 120:
            return role, end
        if found.start() == 0 and role is None:
            return None, end
    return None, 0


def _end_of_role(plain: str, begin: int) -> int:
    found = _ROLE_END.search(plain, begin)
    return found.start() if found else len(plain)


def _with_rest(story: Story, plain: str, begin: int, link: re.Match[str] | None) -> Story:
    """Wish and benefit from here on; `link` is the first "so that" or its like."""
    benefit = link or effect(plain, begin)
    end_of_want = _sentence_end(plain, begin, benefit.start() if benefit else len(plain))
    want = _trimmed(plain, begin, end_of_want)
    good_for = _trimmed(plain, benefit.end(), _sentence_end(plain, benefit.end(), len(plain))) if benefit else None
    return Story(story.text, story.start, story.role, want, good_for, story.wish)


def _benefit_first(text: str, plain: str, begin: int, start: int, role: Span | None = None) -> Story:
    """The story of "In order to order without a call, as a visitor, I want to see the prices"; `role` if known."""
    wish = _WISH.search(plain, begin)
    if wish and wish.start() < (comma := plain.find(",", begin)):
        wish = _WISH.search(plain, comma) or wish  # "So that I can order, as a buyer, I want …"
    if wish is None:
        return Story(text, start, benefit=_trimmed(plain, begin, len(plain)))
    later = None if role else _AS_A.search(plain, begin, wish.start())
    role = _trimmed(plain, later.end(), _end_of_role(plain, later.end())) if later else role
    benefit = _trimmed(plain, begin, later.start() if later else wish.start())
    want = _trimmed(plain, wish.end(), _sentence_end(plain, wish.end(), len(plain)))
    return Story(text, start, role, want, benefit, wish.start())


def _sentence_end(plain: str, begin: int, end: int) -> int:
    for found in _SENTENCE_END.finditer(plain, begin, end):
        if not _NOT_ABBREVIATED.search(plain[begin : found.end()][-8:]):
            return found.start()
    return end


def _trimmed(plain: str, begin: int, end: int) -> Span | None:
    """The span without blanks and punctuation around it; None if no word is left."""
    while begin < end and not (plain[begin].isalnum() or plain[begin] in "\"'“‘([{#@€$£+"):
        begin += 1
    while end > begin and not (plain[end - 1].isalnum() or plain[end - 1] in "\"'”’)]}%+#€$£"):
        end -= 1
    return (begin, end) if any(letter.isalnum() for letter in plain[begin:end]) else None
