"""What somebody typed behind `/devrequest`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.problems import suggest


@dataclass(frozen=True, slots=True)
class Help:
    """They want to know how it works."""


@dataclass(frozen=True, slots=True)
class Sync:
    """They want to see the weekly sync as it is now, or to have it posted.

    Attributes:
        post: whether the channel gets it.
    """

    post: bool = False


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
        rest: the words behind it.
    """

    word: str
    suggestion: str = ""
    rest: str = ""

    @property
    def whole(self) -> str:
        """All that they typed, which may have been meant as a title."""
        return f"{self.word} {self.rest}".strip()


def parse(
    text: str, keys: Iterable[str], former: Mapping[str, str] | None = None
) -> Help | Sync | OpenForm | UnknownType:
    """The meaning of `/devrequest <text>`.

    Args:
        text: as Slack sends it.
        keys: the request types on offer.
        former: the key that a request type had before → the one that it has now.
    """
    known = {old.casefold(): key for old, key in (former or {}).items()} | {key.casefold(): key for key in keys}
    words = text.split()
    if not words:
        return OpenForm()
    first, word, rest = words[0], words[0].casefold(), " ".join(words[1:])
    if word in {"help", "?", "-h", "--help"}:
        return Help()
    if word in known:
        return OpenForm(known[word], rest)
    if word == "sync":
        return Sync(post=rest.casefold() == "now")
    close = suggest(word, known, surely=True)
    return UnknownType(first, known[close] if close else "", rest)
