"""“Not needed, because …”: how a person answers a section that their request does not have."""

import re

from bot.domain.placeholders import is_placeholder

_NOT_NEEDED = re.compile(
    r"""\s* (?:- \s+)?
    (?: not [ ] (?:needed|required|necessary) | nicht [ ] (?:nötig|notwendig|erforderlich|gebraucht|benötigt)
      | pas [ ] (?:nécessaire|requise?|besoin) )
    (?: \s* [.!…]* \s* $                                                  # and nothing else
      | \s* [,;:.(–—-]* \s* \b (?:because|since|as|due [ ] to|weil|da|denn|car) \b \s* ,? (?P<because> .*) $
      | \s* [,;:.(–—-]+ (?P<reason> .*) $
    )""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_NOT = re.compile(r"\s*(?:-\s+)?(?:not|nicht|pas)\s", re.IGNORECASE)
"""How such an answer begins, without a look at the rest of it."""
_BECAUSE = re.compile(r"\A(?:because|weil)\b[\s,:]*", re.IGNORECASE)


def sentence_of(reason: str) -> str | None:
    """The sentence for the ticket, of a reason as somebody typed it; None if that says nothing."""
    text = " ".join(reason.split())
    sentence = text if not_needed(text) else f"Not needed, because {_BECAUSE.sub('', text, count=1)}"
    return sentence if not_needed(sentence) else None


def not_needed(answer_text: str) -> str | None:
    """The reason of an answer “Not needed, because …”; None for any other answer, and for one without a reason.

    What only keeps the place free, such as TBD, is none.
    """
    found = _NOT.match(answer_text) and _NOT_NEEDED.match(" ".join(answer_text.split()))
    if not found:
        return None
    reason = (found["because"] or found["reason"] or "").strip(" .…,;:-–—()")
    return reason if re.search(r"\w", reason) and not is_placeholder(reason) else None


def says_not_needed(answer_text: str) -> bool:
    """Whether the answer says that the section is not needed, with or without a reason."""
    return bool(_NOT.match(answer_text) and _NOT_NEEDED.match(" ".join(answer_text.split())))
