"""All families of checks by name, and the one function that runs some of them over a text."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from bot.domain.not_needed import says_not_needed
from bot.domain.quality import acceptance_criteria, context, design, experiment, ga4, user_story, wording
from bot.domain.quality.finding import Dictionary, Finding, Surroundings

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
ForTickets = Callable[[Iterable[str], str, str, Mapping[str, str]], list[Finding]]
"""Families, text, section id, texts of the other sections → findings."""
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
    found = (finding for run in checks for finding in run(text, around))
    return sorted(found, key=order)


def order(finding: Finding) -> tuple[int, int, str]:
    """What findings are sorted by: their place in the text."""
    return finding.start, finding.end, finding.code


def for_tickets(dictionary: Dictionary | None = None, design_hosts: Collection[str] = ()) -> ForTickets:
    """The checks as readiness takes them: families, text, section id, texts of the other sections → findings.

    Args:
        dictionary: the team's events and parameters.
        design_hosts: further hosts where the team keeps designs.
    """

    def run(families: Iterable[str], text: str, section: str, sections: Mapping[str, str]) -> list[Finding]:
        around = Surroundings(section, sections, dictionary=dictionary, design_hosts=design_hosts)
        return check(families, text, around)

    return run
