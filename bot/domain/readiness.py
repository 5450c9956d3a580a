"""What a request lacks to be ready: a request type and answers or a ticket in, score and gaps out.

Form, confirmation, alert, sync and command line all ask here. Answers are judged as the ticket that they will become,
so that nobody is told "complete" in the form and asked again next day.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field as attribute
from functools import cached_property

from adapters.base import Ticket
from bot.domain.answers import Answer, Answers, is_empty, shown_fields
from bot.domain.content_checks import ContentCheck, Severity, no_checks
from bot.domain.draft import STILL_NEEDED, body_of
from bot.domain.finding_codes import SECTION_EMPTY, SECTION_MISSING, SECTION_PLACEHOLDER
from bot.domain.not_needed import not_needed, says_not_needed
from bot.domain.placeholders import is_example, is_placeholder
from bot.domain.section_finder import find_sections, has_content
from bot.domain.section_lines import Line, body_lines, lines_of
from bot.domain.section_names import SectionNames
from bot.domain.template import TEXTS, Field, RequestType
from bot.domain.ticket_values import chosen_options, field_lines
from bot.domain.wording import at_least

_WORD = re.compile(r"\w")
_FOOTER = re.compile(r"[_*\s]*Request devreq-\S+(?: · .*)?$")
"""What we write at the end of a ticket. Trackers take it away when they read, but wiki markup comes with it."""
_SHORT_OF = 0.5
_CREDIT: Mapping[Severity, float] = {"must": 0.4, "should": 0.7, "hint": 1.0}
"""What a section counts for the score when something is found in it: nothing to build on counts 0."""


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
        texts: section id → what stands there, for the sections that were found.
    """

    score: int
    gaps: tuple[Gap, ...]
    hints: tuple[Gap, ...] = ()
    texts: Mapping[str, str] = attribute(default_factory=dict, compare=False)


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
        self._names = SectionNames(request_type)
        inputs = request_type.fields.values()
        self._story = next((item.id for item in inputs if "user_story" in item.ready.checks), "")
        self._asking = frozenset(other for item in request_type.body for other in item.when)

    def ticket(self, ticket: Ticket) -> Readiness:
        """The readiness of a ticket, made by the bot or by hand."""
        found = find_sections(_ours(lines_of(ticket.document)), self._names, self._story).sections
        for section, lines in field_lines(self.request_type, self._names, ticket).items():
            if not _says_something(found.get(section, ())):
                found[section] = lines
        fields = self.request_type.fields
        answers = {
            section: answer
            for section in self._asking
            if section in found and (answer := chosen_options(fields[section], found[section]))
        }
        return self._judge(found, shown_fields(self.request_type, answers))

    def answers(self, answers: Answers) -> Readiness:
        """The readiness of the ticket that these answers will become."""
        shown = shown_fields(self.request_type, answers)
        lines = [
            line
            for field in shown
            if field.is_input
            for line in _answer_lines(field, answers.get(field.id), there=field.id in answers)
        ]
        return self._judge(find_sections(lines, self._names, self._story).sections, shown)

    def _judge(self, found: Mapping[str, Sequence[Line]], shown: Sequence[Field]) -> Readiness:
        sections = {section: _Section(lines) for section, lines in found.items()}
        gaps: list[Gap] = []
        hints: list[Gap] = []
        credits_: list[float] = []
        for field in shown:
            if not field.is_input:
                continue
            section = sections.get(field.id)
            needed = field.ready.required or field.ready.at_least
            if needed and (gap := _structural(field, section)) is not None:
                if gap.code not in self.off:
                    gaps.append(gap)
                    credits_.append(_SHORT_OF if gap.rule == "at_least" else 0.0)
                continue
            if section is None or not section.filled or not (needed or field.ready.checks):
                continue
            findings = self._findings(field, section, sections)
            gaps += (finding for finding in findings if finding.severity != "hint")
            hints += (finding for finding in findings if finding.severity == "hint")
            credits_.append(min((_CREDIT[finding.severity] for finding in findings), default=1.0))
        score = int(100 * sum(credits_) / len(credits_)) if credits_ else 100
        texts = {name: section.text for name, section in sections.items() if section.filled}
        return Readiness(min(score, 99) if gaps else 100, tuple(gaps), tuple(hints), texts)

    def _findings(self, field: Field, section: "_Section", sections: Mapping[str, "_Section"]) -> list[Gap]:
        """One gap for each code that the checks find in a section."""
        if self._content is no_checks or not field.ready.checks or not_needed(section.text) is not None:
            return []
        others = {name: other.text for name, other in sections.items() if name != field.id and other.filled}
        gaps: dict[str, Gap] = {}
        for family in field.ready.checks:
            for finding in self._content((family,), section.text, field.id, others):
                if finding.code not in self.off:
                    gap = Gap(field.id, finding.code, finding.message, finding.severity, family, finding.example)
                    gaps.setdefault(finding.code, gap)
        return list(gaps.values())


def readiness(
    request_type: RequestType, ticket: Ticket, *, off: Collection[str] = (), content: ContentCheck = no_checks
) -> Readiness:
    """The readiness of one ticket; for many of one type make a `Judge`."""
    return Judge(request_type, off=off, content=content).ticket(ticket)


def missing_sections(request_type: RequestType, answers: Answers) -> list[Gap]:
    """The sections that developers need and that are not there, in file order.

    A section that says "Not needed, because …" is there; fields that the answers hide are not needed.
    """
    return list(Judge(request_type).answers(answers).gaps)


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


@dataclass(frozen=True)
class _Section:
    """What stands in a section."""

    lines: Sequence[Line]

    @cached_property
    def text(self) -> str:
        return "\n".join(line.text.strip() for line in self.lines if line.kind not in {"asked", "picture"})

    @cached_property
    def filled(self) -> bool:
        return has_content(self.lines) or bool(self.text.strip(" \t\n-*_•·+|[]"))

    @cached_property
    def asked(self) -> bool:
        return any(line.kind == "asked" for line in self.lines)

    @cached_property
    def entries(self) -> int:
        """Lines that say something."""
        return sum(_is_entry(line) for line in self.lines)


def _structural(field: Field, section: _Section | None) -> Gap | None:
    """Why a section that is needed does not count as there; None if it does."""
    if section is None or (section.asked and not section.filled):
        return _gap(field, SECTION_MISSING, f"“{field.label}” is missing.")
    if not section.filled:
        return _gap(field, SECTION_EMPTY, f"“{field.label}” is empty.")
    text = section.text
    if not_needed(text) is not None:
        return None
    if field.type in TEXTS and says_not_needed(text):
        return _gap(field, SECTION_EMPTY, f"“{field.label}” is not needed, but not why: “Not needed, because …”.")
    if field.type in TEXTS and not section.entries and not _has_picture(section.lines):
        return _gap(field, SECTION_PLACEHOLDER, _still_open(field, text))
    if field.type in TEXTS and is_example(text, field):
        return _gap(field, SECTION_PLACEHOLDER, f"“{field.label}” still holds the example.")
    if section.entries < field.ready.at_least:
        return _gap(field, SECTION_EMPTY, at_least(field, field.ready.at_least), "at_least")
    return None


def _gap(field: Field, code: str, message: str, rule: str = "required") -> Gap:
    return Gap(field.id, code, message, "must", rule, field.attributes.placeholder)


def _still_open(field: Field, text: str) -> str:
    shown = " ".join(text.split())
    shown = shown if len(shown) <= 30 else shown[:29].rstrip() + "…"
    return f"“{field.label}” only says “{shown}”. If there is nothing to say: “Not needed, because …”."


def _answer_lines(field: Field, answer: Answer | None, *, there: bool) -> list[Line]:
    """The section that an answer becomes, as `ticket_draft` writes it."""
    heading = Line(field.label, "heading", 2)
    if answer is not None and not is_empty(answer):
        return [heading, *body_lines(body_of(field, answer, {}))]
    if there:
        return [heading]
    return [heading, Line(STILL_NEEDED, "asked")] if field.ready.required else []


def _ours(lines: Sequence[Line]) -> list[Line]:
    """The lines without our footer at the end, and with our own "still needed" known as such."""
    end = len(lines) - 1 if lines and _FOOTER.match(lines[-1].text) else len(lines)
    return [
        line._replace(kind="asked") if line.text.strip(" *_") == STILL_NEEDED and line.kind != "heading" else line
        for line in lines[:end]
    ]


def _says_something(lines: Sequence[Line]) -> bool:
    return any(_is_entry(line) for line in lines)


def _is_entry(line: Line) -> bool:
    return line.kind not in {"asked", "picture"} and bool(_WORD.search(line.text)) and not is_placeholder(line.text)


def _has_picture(lines: Sequence[Line]) -> bool:
    return any(line.kind == "picture" for line in lines)
