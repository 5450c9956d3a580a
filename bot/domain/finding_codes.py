"""The families of checks that a template may ask for under `ready.checks`, and the codes of what they find.

Codes are stable: templates block on them, and teams switch them off by name.
"""

from collections.abc import Mapping

SECTION_MISSING = "section.missing"
SECTION_EMPTY = "section.empty"
SECTION_PLACEHOLDER = "section.placeholder"

SECTION_CODES = (SECTION_MISSING, SECTION_EMPTY, SECTION_PLACEHOLDER)
"""Found on every section that must be there, whatever its checks."""

CHECKS: Mapping[str, tuple[str, ...]] = {
    "user_story": (
        "story.role_missing",
        "story.want_missing",
        "story.benefit_missing",
        "story.not_atomic",
        "story.not_minimal",
        "story.duplicate",
    ),
    "acceptance_criteria": (
        "criteria.none",
        "criteria.not_testable",
        "criteria.task_not_condition",
        "criteria.gherkin_incomplete",
    ),
    "wording": ("wording.vague", "wording.placeholder"),
    "context": ("context.goal_unmeasured", "context.empty_talk"),
    "design": ("design.no_link", "design.unknown_host", "design.lookalike_host", "design.no_node"),
    "ga4": (
        "ga4.bad_characters",
        "ga4.too_long",
        "ga4.starts_wrong",
        "ga4.reserved_name",
        "ga4.reserved_prefix",
        "ga4.reserved_parameter",
        "ga4.too_many_parameters",
        "ga4.missing_parameter",
        "ga4.automatic_event",
        "ga4.not_snake_case",
        "ga4.not_in_dictionary",
    ),
    "experiment": (
        "experiment.no_hypothesis",
        "experiment.no_variants",
        "experiment.no_metric",
        "experiment.no_uplift",
        "experiment.no_duration",
    ),
}
"""Family of checks → the codes of its findings."""

_FAMILIES = {code: family for family, codes in CHECKS.items() for code in codes}
CODES = (*SECTION_CODES, *(code for codes in CHECKS.values() for code in codes))
"""Every finding code."""


def family_of(code: str) -> str | None:
    """The family of checks that finds a code; None for those of every section, and for unknown ones."""
    return _FAMILIES.get(code)
