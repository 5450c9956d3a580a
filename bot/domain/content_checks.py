"""The one place where readiness meets the checks of content in `bot.domain.quality`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from bot.domain.quality.finding import Dictionary, Finding, Severity, Surroundings

__all__ = ["PICTURES", "ContentCheck", "Finding", "Severity", "content_checks", "no_checks"]

JUDGED = 5_000
"""Characters of a section that are judged. A field of Slack's form holds 3,000 of them at most
(https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element): what is longer was pasted into the
ticket, and whoever has not named role, metric or event by then has not written it for a reader. The checks run on the
event loop, where a long text of one person would let all others wait."""
PICTURES = "mockups"
"""The name under which a check hears of the pictures in its own section."""
ContentCheck = Callable[[Iterable[str], str, str, Mapping[str, str]], Sequence[Finding]]
"""Families, text, section id, the other sections' texts by id → findings."""


def content_checks(dictionary: Dictionary | None = None) -> ContentCheck:
    """The checks of content as readiness takes them.

    Args:
        dictionary: the team's events and parameters.
    """

    def check(families: Iterable[str], text: str, section: str, sections: Mapping[str, str]) -> Sequence[Finding]:
        around = Surroundings(section, sections, dictionary=dictionary)
        return _run()(families, text[:JUDGED], around)

    return check


@cache
def _run() -> Callable[[Iterable[str], str, Surroundings], Sequence[Finding]]:
    """What runs the checks; their patterns take a tenth of the start, so they are not made before use."""
    from bot.domain.quality import families

    return families.check


def no_checks(
    families: Iterable[str],  # noqa: ARG001
    text: str,  # noqa: ARG001
    section: str,  # noqa: ARG001
    sections: Mapping[str, str],  # noqa: ARG001
) -> Sequence[Finding]:
    """Finds nothing: only `required` and `at_least` count."""
    return ()
