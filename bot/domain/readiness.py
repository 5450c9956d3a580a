"""What a request lacks to be ready: a request type and answers or a ticket in, score and gaps out.

Form, confirmation, alert, sync and command line all ask here. Answers are judged as the ticket that they will become,
so that nobody is told "complete" in the form and asked again next day.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field as attribute
from functools import lru_cache

from adapters.base import Ticket
from adapters.document import Document
from bot.domain.answers import Answer, Answers, is_empty, is_waived, shown_fields
from bot.domain.choices import chosen_options, said
from bot.domain.content_checks import PICTURES, ContentCheck, Severity, no_checks
from bot.domain.draft import STILL_NEEDED, body_of
from bot.domain.finding_codes import SECTION_EMPTY, SECTION_MISSING, SECTION_PLACEHOLDER, family_of
from bot.domain.not_needed import not_needed, says_not_needed
from bot.domain.placeholders import examples_of, is_example
from bot.domain.section_content import SectionContent
from bot.domain.section_finder import find_sections
from bot.domain.section_marks import Marks
from bot.domain.section_text import PICTURE, section_text, ticket_text
from bot.domain.template import CHOICES, TEXTS, Field, RequestType
from bot.domain.ticket_values import field_texts
from bot.domain.wording import at_least

_FOOTER = re.compile(r"[_*\s]*Request devreq-\S+(?: · .*)?$")
_NOT_WITHIN = 80
"""Characters within which "Not needed" must begin."""
_EXAMPLE_MOST = 600
"""Characters of the longest text that may be the form's own example."""
_SHORT_OF = 0.5
_CREDIT: Mapping[Severity, float] = {"must": 0.4, "should": 0.7, "hint": 1.0}
"""What a section counts for the score when something is found in it: nothing to build on counts 0."""
Asked = tuple[tuple[Field, bool], ...]
"""The inputs that count for a ticket, in the order of the template, each with whether it is needed."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that a ticket lacks.

    Attributes:
        section: the id of the template's field.
        code: a finding code of `docs/checks.md`.
        message: plain words for the person who can mend it.
        severity: `must` or `should`; a `hint` only informs.
        rule: which rule of the template asks for it: `required`, `at_least`, or a family of checks.
        example: what good looks like.
    """

    section: str
    code: str
    message: str
    severity: Severity = "must"
    rule: str = attribute(default="required", compare=False)
    example: str = attribute(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Readiness:
    """How ready a ticket is.

    Attributes:
        score: 0 to 100, and 100 only without a gap.
        gaps: what developers need and did not get, in the order of the template.
        hints: what could be better; it neither lowers the score nor alerts.
        sections: section id → what was found below its heading.
    """

    score: int
    gaps: tuple[Gap, ...]
    hints: tuple[Gap, ...] = ()
    sections: Mapping[str, SectionContent] = attribute(default_factory=dict, compare=False, repr=False)

    @property
    def texts(self) -> dict[str, str]:
        """Section id → what stands there, for the sections in which something stands."""
        return {section: content.text for section, content in self.sections.items() if content.filled}


class Judge:
    """Judges tickets and answers by one request type; make it once for many of them."""

    def __init__(
        self, request_type: RequestType, *, off: Collection[str] = (), content: ContentCheck = no_checks
    ) -> None:
        """Read the rules.

        Args:
            request_type: whose rules.
            off: codes that the team switched off for this type.
            content: the checks of content.
        """
        self.request_type = request_type
        self.off = frozenset(off)
        self._content = content
        self._marks = Marks(request_type)
        inputs = request_type.fields.values()
        self._story = next((item.id for item in inputs if "user_story" in item.ready.checks), "")
        self._examples = {item.id: examples_of(item) for item in inputs}
        self._choices = tuple(item for item in inputs if item.type in CHOICES)
        self._asking = frozenset(other for item in request_type.body for other in (*item.when, *item.ready.unless))
        self._asked = lru_cache(maxsize=1024)(self._asked_by)  # there are few ways to answer what others depend on

    def ticket(self, ticket: Ticket) -> Readiness:
        """The readiness of a ticket, made by the bot or by hand."""
        found = find_sections(_without_footer(ticket_text(ticket.document)), self._marks, self._story)
        for field in self._choices:
            if (content := found.get(field.id)) is not None and (lines := said(field, content.found)) != content.found:
                found[field.id] = SectionContent(lines)
        for section, text in field_texts(self.request_type, self._marks.names, ticket).items():
            if not (section in found and found[section].says_something):
                found[section] = SectionContent(text.split("\n"))
        fields = self.request_type.fields
        chosen = tuple(
            [
                (section, tuple(options))
                for section in self._asking
                if section in found and (options := chosen_options(fields[section], found[section].found))
            ]
        )
        return self._judge(found, self._asked(chosen))

    def answers(self, answers: Answers) -> Readiness:
        """The readiness of the ticket that these answers will become."""
        shown = shown_fields(self.request_type, answers)
        parts = [
            _answer_text(field, answers.get(field.id), there=field.id in answers, waived=is_waived(field, answers))
            for field in shown
            if field.is_input
        ]
        found = find_sections("\n".join(filter(None, parts)), self._marks, self._story)
        return self._judge(found, _needed(shown, answers))

    def _asked_by(self, chosen: tuple[tuple[str, tuple[str, ...]], ...]) -> Asked:
        """What is asked for, by the options that were chosen in the sections on which others depend."""
        answers: Answers = {section: list(options) for section, options in chosen}
        return _needed(shown_fields(self.request_type, answers), answers)

    def _judge(self, sections: Mapping[str, SectionContent], asked: Asked) -> Readiness:
        checked = self._content is not no_checks
        texts = {name: section.judged for name, section in sections.items() if section.filled} if checked else {}
        gaps: list[Gap] = []
        hints: list[Gap] = []
        credits_: list[float] = []
        for field, section, gap in self._counting(sections, asked):
            if gap is not None:
                gaps.append(gap)
                credits_.append(_SHORT_OF if gap.rule == "at_least" else 0.0)
            elif section is not None:
                credit = 1.0
                for finding in self._findings(field, section, texts):
                    (hints if finding.severity == "hint" else gaps).append(finding)
                    credit = min(credit, _CREDIT[finding.severity])
                credits_.append(credit)
        score = int(100 * sum(credits_) / len(credits_)) if credits_ else 100
        return Readiness(min(score, 99) if gaps else 100, tuple(gaps), tuple(hints), sections)

    def _counting(
        self, sections: Mapping[str, SectionContent], asked: Asked
    ) -> list[tuple[Field, SectionContent | None, Gap | None]]:
        """What counts for the score, and why if it counts as not there.

        This is settled for all sections before the first one's content is checked: the two take turns with the
        processor's cache otherwise, which costs more than 3 % of a verdict.
        """
        counting: list[tuple[Field, SectionContent | None, Gap | None]] = []
        for field, needed in asked:
            section = sections.get(field.id) or sections.get(self._marks.names.shared.get(field.id, ""))
            gap = _structural(field, section, self._examples[field.id]) if needed else None
            if gap is not None:
                if gap.code not in self.off:
                    counting.append((field, section, gap))
            elif section is not None and section.filled and (needed or field.ready.checks):
                counting.append((field, section, None))
        return counting

    def _findings(self, field: Field, section: SectionContent, texts: Mapping[str, str]) -> list[Gap]:
        """One gap for each code that the checks find in a section."""
        text = texts.get(field.id, "")
        if not text or not field.ready.checks or (not_needed(text) is not None and _may_be_not_needed(text)):
            return []
        others = dict(texts)
        del others[field.id]
        if PICTURE in section.raw:
            others[PICTURES] = PICTURE  # the mock-up itself stands there, in the place of a link to it
        gaps: dict[str, Gap] = {}
        for finding in self._content(field.ready.checks, text, field.id, others):
            code = finding.code
            if code not in gaps and code not in self.off:
                rule = family_of(code) or "required"
                gaps[code] = Gap(field.id, code, finding.message, finding.severity, rule, finding.example)
        return list(gaps.values())


def readiness(
    request_type: RequestType, ticket: Ticket, *, off: Collection[str] = (), content: ContentCheck = no_checks
) -> Readiness:
    """The readiness of one ticket; for many of one type make a `Judge`."""
    return Judge(request_type, off=off, content=content).ticket(ticket)


def readiness_of_answers(
    request_type: RequestType, answers: Answers, *, off: Collection[str] = (), content: ContentCheck = no_checks
) -> Readiness:
    """The readiness of the ticket that the answers of a form will become."""
    return Judge(request_type, off=off, content=content).answers(answers)


def rules_of(request_type: RequestType) -> frozenset[tuple[str, str]]:
    """Every rule as (section, rule), the rule as in `Gap`; a larger `at_least` is a rule of its own.

    Who keeps when each rule was first seen can tell which tickets are older than it.
    """
    rules: set[tuple[str, str]] = set()
    for field in request_type.fields.values():
        ready = field.ready
        rules |= {(field.id, "required")} if ready.required or ready.at_least else set()
        rules |= {(field.id, "at_least")} if ready.at_least else set()
        rules |= {(field.id, family) for family in ready.checks}
    return frozenset(rules)


def _needed(shown: Iterable[Field], answers: Answers) -> Asked:
    """The inputs among the fields that are shown."""
    return tuple(
        (field, bool(field.ready.required or field.ready.at_least) and not is_waived(field, answers))
        for field in shown
        if field.is_input
    )


def _structural(field: Field, section: SectionContent | None, examples: Collection[str]) -> Gap | None:
    """Why a section that is needed does not count as there; None if it does."""
    if section is None or not section.filled:
        if section is None or section.asked:
            return _gap(field, SECTION_MISSING, f"“{field.label}” is missing.")
        what = "is not answered" if field.type in CHOICES else "is empty"
        return _gap(field, SECTION_EMPTY, f"“{field.label}” {what}.")
    text = section.text
    if says_not_needed(text) and _may_be_not_needed(section.raw):
        if not_needed(text) is not None:
            return None
        if field.type in TEXTS:
            return _gap(
                field,
                SECTION_EMPTY,
                f"“{field.label}” says that it is not needed, but not why: “Not needed, because …”.",
            )
    if field.type in TEXTS:
        if not section.says_something:
            return _gap(field, SECTION_PLACEHOLDER, _still_open(field, text))
        if examples and len(section.raw) <= _EXAMPLE_MOST and is_example(text, examples):
            return _gap(
                field, SECTION_PLACEHOLDER, f"“{field.label}” still holds the example: write your own.", example=""
            )
    least = field.ready.at_least
    if least and section.entries(least) < least:
        return _gap(field, SECTION_EMPTY, at_least(field, least), "at_least")
    return None


def _may_be_not_needed(text: str) -> bool:
    begins = text[:_NOT_WITHIN].lower()
    return "not" in begins or "nicht " in begins or "pas " in begins


def _gap(field: Field, code: str, message: str, rule: str = "required", example: str | None = None) -> Gap:
    return Gap(field.id, code, message, "must", rule, field.attributes.placeholder if example is None else example)


def _still_open(field: Field, text: str) -> str:
    shown = " ".join(text.split())
    shown = shown if len(shown) <= 30 else shown[:29].rstrip() + "…"
    return f"“{field.label}” only says “{shown}”. If there is nothing to say: “Not needed, because …”."


def _answer_text(field: Field, answer: Answer | None, *, there: bool, waived: bool) -> str:
    """The section that an answer becomes, as `ticket_draft` writes it; empty if it writes none."""
    if answer is not None and not is_empty(answer):
        return section_text(field.label, body_of(field, answer, {}))
    if there:
        return section_text(field.label, Document())
    return f"{section_text(field.label, Document())}{STILL_NEEDED}" if field.ready.required and not waived else ""


def _without_footer(text: str) -> str:
    """The text without the line that we write at the end of a ticket.

    Trackers take it away when they read, but wiki markup comes with it.
    """
    start = text.rfind("\n") + 1
    return text[:start] if _FOOTER.match(text, start) else text
