"""Whether what stands at the start of a tracking line names an event, describes one, or is about something else.

`sign_up: method` names one; `Demo form: generate_lead` describes where one is sent; `Consent mode: v2` and
`WEB-123` name none. Who takes a description for a name tells people that GA4 drops what they never meant to send.
"""

import re
from collections.abc import Sequence

from bot.domain.quality import ga4_rules as rules
from bot.domain.quality.word_sets import words

_LOOKS_LIKE_NAME = re.compile(
    r"[A-Za-z_][\w.-]*_[\w.-]*|[A-Za-z]+[a-z][A-Z]\w*|[a-z][A-Z]\w*|\w+-\w+|[a-z]\w*", re.ASCII
)
_NUMBERED = re.compile(r"\d+[A-Za-z]")
"""How a short remark hardly begins, but a step of a funnel does: `2nd Step!`."""
PROSE = words(
    """
    the a an on of for when if to is are be was all each every no not as in at by after before please see track
    measure we i you it this that should must can same like using use fires fire sent send from only without while
    who which new than via none nothing unchanged existing
    """
)
_HAPPENED = words("sent fire fires fired use uses used using")
"""Words of prose that are also part of names such as "Form Sent"."""
_PROSE_ABOUT_TITLES = PROSE - _HAPPENED
_HEADINGS = words(
    """
    events event tracking parameters params notes note ga4 analytics measurement kpi kpis trigger triggers when
    where utm utms datalayer linkedin hubspot youtube tiktok whatsapp
    """
)
"""Words that stand above events or beside them; among them names of other tools that look like camel case."""
NO_PARAMETERS = PROSE | words("trigger triggers parameter parameters params note notes where")
"""What stands in a list of parameters and is none."""
_THERE = re.compile(
    r"[\s`'\"“]*(?P<name>[a-z][a-z0-9]*(?:_[a-z0-9]+)+)[`'\"”]?\s*"
    r"(?P<after>[(\[{|:;,.→]|->|=>|[–—-]\s|(?:with|when|if|on|as)\b|$)"
)
_PARAMETER = re.compile(
    r"\w*_(?:ids?|name|type|path|url|text|position|title|category|label|location|variant|source|medium|code|number|count"
    r"|index|language|country|size|method|term|value|level|status|version|percent|duration)",
    re.ASCII,
)
"""How parameters end: they say what something has, events say what somebody did."""
_DONE = re.compile(r"[a-z]+ed|clicks?|views?|submits?|submissions?|starts?|sent|sends?|downloads?|scrolls?|plays?")
"""How the description of an event ends."""
MOST_WORDS = 4
"""Words of what is called an event; more are a sentence."""


def describes(head: str, rest: str) -> bool:
    """Whether the head only says where or when an event is sent, and the event stands behind it."""
    if " " not in head and (not head[:1].isupper() or "_" in head):
        return False
    found = _THERE.match(rest)
    if found is None:
        return False
    if found["name"] in rules.GOOGLES_EVENTS or found["name"].split("_") == head.lower().split():
        return True  # "CTA click: cta_click, with page path"
    return " " in head and found["after"] != "," and not _is_parameter(found["name"])


def is_name(head: str, rest: str) -> bool:
    """Whether the head of a line without a label may name an event."""
    words = head.split()
    if not 0 < len(words) <= 3:
        return False
    lower = [word.lower().strip(".,!?") for word in words]
    if lower[-1] in _HEADINGS or _is_prose(words, lower):
        return False
    if len(words) > 1:
        return not rest.strip() or len(words) < 3
    return (
        bool(_LOOKS_LIKE_NAME.fullmatch(words[0]))
        or any(not letter.isalpha() for letter in words[0])
        or not rest.strip()
    )


def is_sure(head: str, parameters: Sequence[str]) -> bool:
    """Whether the head of a line without a label is meant as a name, judging by itself and by what stands behind it."""
    if " " not in head:
        bare = head.rstrip("?")
        if bare != head and rules.SNAKE_CASE.fullmatch(bare):
            return False  # who asks `plan_opened?` does not want the question mark in the name
        if not head[:1].isupper() or "_" in head or (not head.isupper() and not head.istitle() and "-" not in head):
            return True
    elif _NUMBERED.match(head):
        return True
    if any(map(_is_parameter, parameters)):
        return True
    plain = all(rules.SNAKE_CASE.fullmatch(name) and name not in rules.GOOGLES_EVENTS for name in parameters)
    return bool(parameters) and plain and _DONE.fullmatch(head.rsplit(maxsplit=1)[-1].lower()) is not None


def is_called_event(head: str) -> bool:
    """Whether what stands behind `Event:` is meant as a name; "click on the button" and "same as before" are not."""
    words = head.split()
    return len(words) <= MOST_WORDS and not _is_prose(words, [word.lower() for word in words])


def _is_prose(words: Sequence[str], lower: Sequence[str]) -> bool:
    titled = len(words) > 1 and all(word[0].isupper() for word in words)
    prose = _PROSE_ABOUT_TITLES if titled else PROSE
    return not prose.isdisjoint(lower)


def _is_parameter(name: str) -> bool:
    return name in rules.OWN_PARAMETERS or _PARAMETER.fullmatch(name) is not None
