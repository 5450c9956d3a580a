"""What a check of content has found, and what it may know besides the text."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

Severity = Literal["must", "should", "hint"]
"""`must` and `should` may alert and suggest; a `hint` never does."""


class Finding(NamedTuple):
    """One thing to mend in a text.

    Attributes:
        code: a finding code of `docs/checks.md`.
        message: one plain sentence for the person who wrote it.
        start: of the words that are meant, in characters from the start of the text.
        end: behind these words; equal to `start` where something is missing.
        severity: how sure it is.
        example: what better looks like.
    """

    code: str
    message: str
    start: int
    end: int
    severity: Severity
    example: str = ""

    def to_json(self) -> dict[str, Any]:
        """For machines: one entry of what `devrequest lint --json` prints."""
        return {
            "code": self.code,
            "message": self.message,
            "start": self.start,
            "end": self.end,
            "severity": self.severity,
        }


@dataclass(frozen=True)
class Dictionary:
    """The events and parameters that a team tracks already.

    Attributes:
        events: name → the parameters that it is known to have.
        parameters: names that any event may have.
    """

    events: Mapping[str, frozenset[str]] = field(default_factory=dict)
    parameters: frozenset[str] = frozenset()

    @cached_property
    def known_parameters(self) -> frozenset[str]:
        """Every parameter of any event."""
        return self.parameters.union(*self.events.values())


class Surroundings(NamedTuple):
    """What a check may know besides the text; every part may be left out.

    Attributes:
        section: the id of the template's field, such as `goal`.
        sections: the other sections of the ticket as plain text, by id.
        told: the fingerprints of other user stories that this one may repeat; `user_story.fingerprints` makes them.
        dictionary: the team's events and parameters.
        design_hosts: further hosts where the team keeps designs, such as `design.example.com`.
        thorough: also point at words that are vague in a specification and harmless in a ticket.
    """

    section: str = ""
    sections: Mapping[str, str] = MappingProxyType({})
    told: Collection[str] = ()
    dictionary: Dictionary | None = None
    design_hosts: Collection[str] = ()
    thorough: bool = False
