"""What a user story is good for: the words with which people begin to say so.

"So that" is one way of many: "so I can", "so tracking works", "in order to", "because", "which helps me", "to save
time", "for better prices", "this way …". What merely looks like one of them ("so fast", "which is open") is none.
"""

import re

_LABEL = r"(?:why|benefit|value|goal|purpose|reason|outcome|warum|nutzen|grund)\s*:"
_DETERMINED = (
    r"(?:I|we|they|he|she|it|you|the|my|our|their|its|his|her|an?|this|these|those|no|not|every\w*|each|all|any\w*"
    r"|users?|people|visitors?|customers?|nobody|others)\b"
)
_MANY_CAN = (
    r"(?!(?:far|long|much|many|often|well)\s)[a-z]{3,20}\s+(?:can|could|will|would|do|are|is|have|has|needs?|may|know"
    r"|\w{2,6}n['’]t|see|gets?|finds?|feels?|understand|works?|stays?|shows?|takes?|goe?s?|comes?|looks?|runs?|loads?"
    r"|starts?|stops?|reads?|leaves?|lands?|appears?|ranks?|trusts?|arrives?|becomes?)\b"
)
"""How "so parents know" and "so tracking works" go on, unlike "so fast"."""
# The alternatives share what stands before them, so that most places of a text are left after one look.
_BENEFIT = re.compile(
    rf"\b(?:so(?:\s*(?:that|dass)\b|\s+as\s+to\b|\b(?=,?\s+(?:{_DETERMINED}|{_MANY_CAN})))|in\s*order\s+(?:to|that|for)\b|such\s+that\b"
    r"|because(?:\s+of)?\b|in\s+the\s+hope\b|to\s+the\s+end\s+that\b|with\s+the\s+(?:aim|goal|purpose|intention)\s+(?:of|to)\b"
    r"|since\b(?=\s+(?:I|we|it|they|you|he|she|there|this|that)\b)|(?:damit|sodass|weil)\b)"
    r"|(?<=[,;.!\n–—-])(?:(?<!!)\s{0,40}+so\b(?:\s+that\b)?+(?!\s+(?:far|on|forth|called|many|much)\b)(?=\s+\w)"
    r"|(?<=[,;])\s*(?:thereby|thus|hence)\b|(?<=,)\s*(?:which\s+(?=(?:(?:will|would|can|could|should)\s+"
    r"(?:bring|give|lead|mean|help|let|allow|enable|save)|helps?|lets?|allows?|enables?|saves?|means)\b)|(?:um|da|denn)\b"
    r"|(?=(?:ensuring|allowing|enabling|letting|helping|making\s+it|reducing|saving|improving|meaning|resulting\s+in"
    r"|leading\s+to)\b))"
    r"|(?<=[.!])\s+(?=this\s+(?:way|will|would|can|could|lets|helps|allows|enables|makes)\b|that\s+way\b)"
    rf"|(?<=[\n.;,])\s{{0,40}}+{_LABEL})"
    rf"|^\s{{0,40}}+{_LABEL}",
    re.IGNORECASE,
)
_RARE_BENEFIT = re.compile(
    r"\bfor\s+the\s+purpose\s+of\b|\band\s+(?:thereby|thus|hence|therefore)\b|\band\s+so\b(?!\s+(?:on|forth|far|many|much|do|does|is|are)\b)"
    rf"|\bthat\s+way\b(?=,?\s+{_DETERMINED})"
    r"|[,;.]\s+otherwise\s+(?=(?:I|we|they|people|customers|users)\b)|,\s*to\s+(?:be\s+able\s+to\b|(?=(?:make|help|let|allow|enable|ensure|support)\b))"
    r"|(?<=[,;–—-])\s+(?=(?:this|(?<!,\s)that)\s+(?:(?:will|would|can)\s+)?(?:helps?|saves?|lets?|allows?|makes?|enables?)\b)",
    re.IGNORECASE,
)
"""Looked for where nothing of the above is there."""
_EFFECT = re.compile(
    r"\bto\s+(?=(?:account\s+for|avoid|prevent|reduce|save|comply\s+with|improve|increase|boost|grow|speed\s+up"
    r"|cut|lower"
    r"|raise|shorten|minimi[sz]e|maximi[sz]e|protect|win|encourage|strengthen|optimi[sz]e|drive|attract|retain)\b)"
    r"|\bto\s+(?=\w+\s+(?:them|it|this|things)\s+(?:faster|easier|quicker|sooner|better|quickly|easily|more\s+\w+ly)\b)"
    r"|\bto\s+(?=(?:get|win|bring|generate|collect|attract|reach|sell)\s+(?:more|fewer|less|better|higher|lower)\b)"
    r"|(?<!look\s)(?<!search\s)(?<!filter\s)(?<!ask\s)(?<!wait\s)\bfor\s+(?=(?:better|greater|higher|lower|improved|faster|easier|quicker)\s+\w+(?:\s+\w+)?\s*+[.!]?\s*+$)"
    r"|\bfor\s+(?=(?:better\s+|more\s+|greater\s+|improved\s+|the\s+sake\s+of\s+)?(?:[a-z]+(?:ity|ency|ancy|ness)"
    r"|compliance)\s*+[.!]?\s*+$)",
    re.IGNORECASE,
)
_COMPLEMENT = re.compile(
    r"\s*(?:the|my|our|this|that|these|those|all|its|your)\s+(?:(?!to\s)[\w-]+\s+){0,6}$", re.IGNORECASE
)


def connected(plain: str, begin: int) -> re.Match[str] | None:
    """The first "so that" or its like."""
    return _BENEFIT.search(plain, begin) or _RARE_BENEFIT.search(plain, begin)


def effect(plain: str, begin: int) -> re.Match[str] | None:
    """A benefit without a connecting word: "to save time", "for clarity"."""
    for found in _EFFECT.finditer(plain, begin):
        before = plain[begin : found.start()]
        if before.strip() and not (found.group().lower().startswith("to") and _COMPLEMENT.match(before)):
            return found
    return None
