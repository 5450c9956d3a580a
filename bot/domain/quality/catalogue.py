"""Every finding code: what it says about a ticket, how sure it is, and an example. `docs/checks.md` is made from it.

How sure a code is follows from how it is found:

- `exact`: a rule without judgement, such as a vendor's syntax, an empty section or a host. It may be `must`.
- `measured`: held against texts that people have judged (`bench/quality.py`). It is `should` if at least 85 of 100 of
  its findings are right there, else a `hint`.
- `judged`: a rule of ours that no labelled data holds up yet. It is a `hint`.

A test keeps the measured ones honest, and another one that each `bad` yields its code and each `better` nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.domain.quality.finding import Dictionary, Finding, Severity

Basis = Literal["exact", "measured", "judged"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What stands behind a code.

    Attributes:
        finds: goes on after "the ticket".
        severity: of its findings, unless the check knows better.
        basis: how that severity is known.
        bad: a text with this fault.
        better: the same without it; stands beside each finding.
    """

    finds: str
    severity: Severity
    basis: Basis
    bad: str
    better: str


_STORY = "As a returning visitor, I want to see the prices for my company size, so that I can order without a call."
_EXPERIMENT = (
    "If we cut the form from 7 to 3 fields, the share of visitors who send it goes up from 5.0 % to at least 5.5 %, "
    "because it takes less time. Half of the visitors see today's form, for 4 weeks."
)

RULES: Mapping[str, Rule] = {
    "section.missing": Rule(
        "lacks a section that developers need before they start",
        "must",
        "exact",
        "Goal: demo requests from 40 to 60 a month by the end of March",
        f"User story: {_STORY}\nGoal: demo requests from 40 to 60 a month by the end of March",
    ),
    "section.empty": Rule(
        "has the section, with nothing in it, or with fewer lines than `at_least` asks for",
        "must",
        "exact",
        "User story:\n\nGoal: demo requests from 40 to 60 a month by the end of March",
        f"User story: {_STORY}\n\nGoal: demo requests from 40 to 60 a month by the end of March",
    ),
    "section.placeholder": Rule(
        'has a section that only says "TBD" or the like',
        "must",
        "exact",
        f"User story: {_STORY}\nGoal: TBD",
        f"User story: {_STORY}\nGoal: demo requests from 40 to 60 a month",
    ),
    "story.role_missing": Rule(
        "does not say who needs it",
        "should",
        "measured",
        "I want a shorter form, so that I am done in a minute.",
        _STORY,
    ),
    "story.want_missing": Rule(
        "does not say what is wanted", "should", "measured", "As a visitor, so that I can order without a call.", _STORY
    ),
    "story.benefit_missing": Rule(
        "does not say what it is good for", "should", "measured", "As a visitor, I want to see the prices.", _STORY
    ),
    "story.not_atomic": Rule(
        "holds two wishes in one story",
        "hint",
        "measured",
        "As a buyer, I want to compare plans and download an offer, so that I can decide.",
        "As a buyer, I want to compare plans, so that I can decide.",
    ),
    "story.not_minimal": Rule(
        "holds more than role, wish and benefit",
        "hint",
        "measured",
        "As a buyer, I want to compare plans (see the mock-up of May), so that I can decide.",
        "As a buyer, I want to compare plans, so that I can decide.",
    ),
    "story.duplicate": Rule(
        "repeats a story",
        "should",
        "exact",
        "As a buyer, I want to compare plans, so that I can decide.\n"
        "As a buyer, I want to compare the plans so that I can decide",
        "As a buyer, I want to compare plans, so that I can decide.\n"
        "As a buyer, I want to print an offer, so that I can sign it.",
    ),
    "criteria.none": Rule(
        "has no acceptance criterion", "must", "exact", "Acceptance criteria:", "A tap on the number starts a call"
    ),
    "criteria.not_testable": Rule(
        "has a criterion that nobody can check",
        "hint",
        "judged",
        "The page loads fast",
        "The page shows its first text within 2 seconds on a phone",
    ),
    "criteria.task_not_condition": Rule(
        "lists work to do instead of conditions",
        "hint",
        "judged",
        "Implement the form",
        "Whoever sends the form sees the thank-you page",
    ),
    "criteria.gherkin_incomplete": Rule(
        "has a Given, When or Then without the others",
        "should",
        "exact",
        "Given a visitor on the pricing page\nWhen she changes the currency",
        "Given a visitor on the pricing page\nWhen she changes the currency\nThen all prices are shown in it",
    ),
    "wording.vague": Rule(
        "uses words that everybody reads differently",
        "hint",
        "measured",
        "An intuitive page with various options",
        "A page with the three plans side by side",
    ),
    "wording.placeholder": Rule(
        'holds a placeholder such as "lorem ipsum"',
        "must",
        "exact",
        "The headline is: lorem ipsum dolor",
        "The headline is: Prices for teams of any size",
    ),
    "context.goal_unmeasured": Rule(
        "has a goal without a number",
        "hint",
        "judged",
        "More demo requests",
        "Demo requests from 40 to 60 a month by the end of March",
    ),
    "context.empty_talk": Rule(
        "says nothing in many words",
        "hint",
        "judged",
        "Huge impact for the business",
        "About 20 more demos a month, some 15,000 € of new business",
    ),
    "design.no_link": Rule(
        "has no link to the design",
        "must",
        "exact",
        "The design is in Figma",
        "https://www.figma.com/design/Ab3dEf6hIj9kLm2nOp5qRs/Pricing?node-id=12-34",
    ),
    "design.unknown_host": Rule(
        "links to a place that no design tool uses",
        "hint",
        "exact",
        "https://www.example.com/mockup.png",
        "https://app.zeplin.io/project/5f1a2b3c4d5e6f7a8b9c0d1e/screen/6a1b2c3d4e5f6a7b8c9d0e1f",
    ),
    "design.lookalike_host": Rule(
        "links to an address that only looks like a design tool's",
        "must",
        "exact",
        "https://evilfigma.com/design/Ab3dEf6hIj9kLm2nOp5qRs/Pricing?node-id=12-34",
        "https://www.figma.com/design/Ab3dEf6hIj9kLm2nOp5qRs/Pricing?node-id=12-34",
    ),
    "design.no_node": Rule(
        "links to a whole file where one frame is meant",
        "should",
        "exact",
        "https://www.figma.com/design/Ab3dEf6hIj9kLm2nOp5qRs/Pricing",
        "https://www.figma.com/design/Ab3dEf6hIj9kLm2nOp5qRs/Pricing?node-id=12-34",
    ),
    "ga4.bad_characters": Rule(
        "names an event or a parameter with characters that GA4 drops",
        "must",
        "exact",
        "sign-up: method",
        "sign_up: method",
    ),
    "ga4.too_long": Rule(
        "names an event or a parameter of more than 40 characters, or gives a value of more than 100",
        "must",
        "exact",
        "pricing_page_plan_comparison_table_row_opened: plan",
        "plan_row_opened: plan",
    ),
    "ga4.starts_wrong": Rule(
        "names an event or a parameter that does not start with a letter",
        "must",
        "exact",
        "2nd_step: plan",
        "second_step: plan",
    ),
    "ga4.reserved_name": Rule(
        "names an event that GA4 keeps for itself", "must", "exact", "error: page_path", "form_error: page_path"
    ),
    "ga4.reserved_prefix": Rule(
        "names an event or a parameter with a reserved prefix; an event also with `query_id` or `query_id_…`",
        "must",
        "exact",
        "ga_plan_opened: plan",
        "plan_opened: plan",
    ),
    "ga4.reserved_parameter": Rule(
        "names a parameter that GA4 keeps for itself", "must", "exact", "plan_opened: session_id", "plan_opened: plan"
    ),
    "ga4.too_many_parameters": Rule(
        "gives an event more than 25 parameters",
        "must",
        "exact",
        "plan_opened: " + ", ".join(f"detail_{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"),
        "plan_opened: plan, currency",
    ),
    "ga4.missing_parameter": Rule(
        "leaves out a parameter that a recommended event needs",
        "should",
        "exact",
        "purchase: value, items",
        "purchase: transaction_id, value, currency, items",
    ),
    "ga4.automatic_event": Rule(
        "asks for an event that GA4 collects by itself",
        "hint",
        "exact",
        "page_view: page_path",
        "plan_opened: page_path",
    ),
    "ga4.not_snake_case": Rule(
        "names an event or a parameter in another style than snake_case",
        "should",
        "exact",
        "planOpened: plan",
        "plan_opened: plan",
    ),
    "ga4.not_in_dictionary": Rule(
        "names an event or a parameter that the team's dictionary does not know",
        "hint",
        "exact",
        "plan_open: plan",
        "plan_opened: plan",
    ),
    "experiment.no_hypothesis": Rule(
        "has no hypothesis", "hint", "judged", "We test the form for 4 weeks.", _EXPERIMENT
    ),
    "experiment.no_variants": Rule(
        "does not say what is compared", "hint", "judged", "More people sign up.", _EXPERIMENT
    ),
    "experiment.no_metric": Rule(
        "has no primary metric", "hint", "judged", "If we cut the form, people are happier.", _EXPERIMENT
    ),
    "experiment.no_uplift": Rule(
        "does not say which uplift matters", "hint", "judged", "If we cut the form, more people sign up.", _EXPERIMENT
    ),
    "experiment.no_duration": Rule(
        "says neither how long nor how many", "hint", "judged", "If we cut the form, more people sign up.", _EXPERIMENT
    ),
}
"""In the order of `finding_codes.CODES`."""
EXAMPLE_DICTIONARY = Dictionary({"plan_opened": frozenset({"plan", "currency"})})
"""The dictionary that the example of `ga4.not_in_dictionary` is held against."""


def found(
    code: str, message: str, start: int, end: int, *, severity: Severity | None = None, example: str | None = None
) -> Finding:
    """A finding of this code.

    Args:
        code: one of `RULES`.
        message: one plain sentence.
        start: where the words are that are meant.
        end: behind them.
        severity: if this finding is surer or less sure than others of its code.
        example: better than the code's own one, because it is made from the text.
    """
    rule = RULES[code]
    return Finding(
        code,
        message,
        start,
        end,
        rule.severity if severity is None else severity,
        rule.better if example is None else example,
    )
