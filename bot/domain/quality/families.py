"""All families of checks by name, and the one function that runs some of them over a text."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from bot.domain.not_needed import says_not_needed
from bot.domain.quality import acceptance_criteria, context, design, experiment, ga4, user_story, wording
from bot.domain.quality.finding import Finding, Surroundings

Check = Callable[[str, Surroundings], Iterator[Finding]]

FAMILIES: Mapping[str, Check] = {
    "user_story": user_story.check,
    "acceptance_criteria": acceptance_criteria.check,
    "wording": wording.check,
    "context": context.check,
    "design": design.check,
    "ga4": ga4.check,
    "experiment": experiment.check,
}
"""The names are those of `ready.checks` in a template."""
_ALONE = Surroundings()


def check(families: Iterable[str], text: str, around: Surroundings = _ALONE) -> list[Finding]:
    """What these families find in a text, in the order of the text.

    Args:
        families: names from `FAMILIES`.
        text: a section as plain text; any text gives a result.
        around: what is known besides.

    Returns:
        No findings for "Not needed, because …": that is an answer. Spans count characters of `text` as it was given.

    Raises:
        KeyError: a family that there is not.
    """
    checks = [FAMILIES[family] for family in families]
    if says_not_needed(text):
        return []
    found: list[Finding] = []
    for run in checks:
        found += run(text, around)
    if len(found) > 1:
        found.sort(key=order)
    return found


def order(finding: Finding) -> tuple[int, int, str]:
    """What findings are sorted by: their place in the text."""
    return finding.start, finding.end, finding.code
