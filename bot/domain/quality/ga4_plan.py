"""What a tracking section asks for: events, their parameters, and user properties."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple


class Name(NamedTuple):
    """A name and where it stands.

    Attributes:
        text: as typed.
        start: of the name, in characters from the start of the section.
        value: what is assigned to it, if anything is.
    """

    text: str
    start: int
    value: str = ""

    @property
    def end(self) -> int:
        """Behind the name."""
        return self.start + len(self.text)

    @property
    def is_plain(self) -> bool:
        """Whether somebody may have meant it as a name: "2nd Step!", and not markup, code or half a page."""
        return len(self.text) <= LONGEST_PLAIN and _PLAIN_NAME.fullmatch(self.text) is not None


LONGEST_PLAIN = 100
"""Characters; what is longer is not a name that is too long, but no name."""
_PLAIN_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9](?:[\w \-!?/]|\.(?! ))*|_[a-z0-9]+(?:_[a-z0-9]+)+", re.ASCII)


@dataclass(slots=True)
class Event:
    """An event with its parameters.

    Attributes:
        name: as typed.
        parameters: in the order of the text.
        listed: whether the text says anything about parameters at all.
        sure: whether the name is meant as one; a few words on a line of their own may as well be a remark.
        told: whether the text is known to be an event, so that everything in it is meant.
    """

    name: Name
    parameters: list[Name] = field(default_factory=list)
    listed: bool = False
    sure: bool = True
    told: bool = False


@dataclass(slots=True)
class Plan:
    """All that a section wants to be tracked."""

    events: list[Event] = field(default_factory=list)
    user_properties: list[Name] = field(default_factory=list)
