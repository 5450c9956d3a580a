"""What a request lacks to be ready: template and text in, gaps out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that a ticket lacks.

    Attributes:
        section: the id of the template's field.
        code: a finding code of `docs/checks.md`.
        message: plain words for the person who can mend it.
    """

    section: str
    code: str
    message: str
