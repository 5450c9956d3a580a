"""The one place where readiness meets the checks of content in `bot.domain.quality`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, Protocol

Severity = Literal["must", "should", "hint"]


class ContentFinding(Protocol):
    """What readiness uses of a finding."""

    @property
    def code(self) -> str: ...  # noqa: D102
    @property
    def message(self) -> str: ...  # noqa: D102
    @property
    def severity(self) -> Severity: ...  # noqa: D102
    @property
    def example(self) -> str: ...  # noqa: D102


ContentCheck = Callable[[Iterable[str], str, str, Mapping[str, str]], Sequence[ContentFinding]]
"""Families, text, section id, the other sections' texts → findings."""


def no_checks(
    families: Iterable[str],  # noqa: ARG001
    text: str,  # noqa: ARG001
    section: str,  # noqa: ARG001
    sections: Mapping[str, str],  # noqa: ARG001
) -> Sequence[ContentFinding]:
    """Finds nothing: only `required` and `at_least` count."""
    return ()
