"""What somebody typed behind `/devrequest`."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Help:
    """They want to know how it works."""


@dataclass(frozen=True, slots=True)
class OpenForm:
    """They want the form: of a request type, or a choice of types; perhaps with a title."""

    request_type: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class UnknownType:
    """The first word is no request type.

    Attributes:
        word: what they typed.
        suggestion: the key that was probably meant, or empty.
    """

    word: str
    suggestion: str = ""


def parse(text: str, keys: Iterable[str]) -> Help | OpenForm | UnknownType:
    """The meaning of `/devrequest <text>`.

    Args:
        text: as Slack sends it.
        keys: the request types on offer.
    """
    known = {key.casefold(): key for key in keys}
    words = text.split()
    if not words:
        return OpenForm()
    first, word = words[0], words[0].casefold()
    if word in {"help", "?", "-h", "--help"}:
        return Help()
    if word in known:
        return OpenForm(known[word], " ".join(words[1:]))
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return UnknownType(first, known[close[0]] if close else "")
