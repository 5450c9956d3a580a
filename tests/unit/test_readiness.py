"""Readiness: score and gaps, the same for the form and for the ticket that it becomes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from adapters.asana.mapping import text_of_draft
from adapters.asana.notes import read as read_notes
from adapters.base import Person, Section, Ticket, TicketRef
from adapters.document import Document, Heading, Link, Paragraph, Text, document, text_of
from adapters.jira.document import from_adf
from adapters.jira.ticket_text import compose
from adapters.jira.wiki import from_wiki
from adapters.sections import section_blocks
from bot.domain.answers import kept_answers
from bot.domain.content_checks import Finding, Severity, content_checks
from bot.domain.draft import STILL_NEEDED, ticket_draft
from bot.domain.finding_codes import SECTION_CODES
from bot.domain.placeholders import is_placeholder
from bot.domain.readiness import Gap, Judge, Readiness, readiness, readiness_of_answers, rules_of
from bot.domain.request import Requester, Submission
from bot.domain.template import RequestType, TrackerChoice
from bot.domain.template_loader import load
from tests.strategies import documents, examples, texts

TEMPLATE = """
name: Page
description: A page
labels: [page]
body:
- {type: markdown, attributes: {value: Hello}}
- {type: textarea, id: user_story, attributes: {label: User story, placeholder: "As a visitor, I want …", format: rich},
   aliases: [Story], ready: {required: true, checks: [user_story, wording]}}
- {type: textarea, id: acceptance_criteria, attributes: {label: Acceptance criteria},
   ready: {required: true, at_least: 2}}
- {type: textarea, id: goal, attributes: {label: Campaign goal, value: "From … to …"}, aliases: [Goal],
   ready: {required: true}}
- {type: input, id: impact, attributes: {label: Expected business impact}, aliases: [Impact], ready: {required: true}}
- {type: url, id: design, attributes: {label: Design}, ready: {required: true}}
- {type: dropdown, id: ab_test, attributes: {label: A/B test this?, options: ["Yes", "No"]}, ready: {required: true}}
- {type: textarea, id: hypothesis, attributes: {label: Hypothesis}, when: {ab_test: "Yes"}, ready: {required: true}}
- {type: input, id: no_test, attributes: {label: Why no test?}, when: {ab_test: "No"}, ready: {required: true}}
- {type: checkboxes, id: channels, attributes: {label: Channels, options: [{label: Ads}, {label: Mail}, {label: Shop}]},
   ready: {at_least: 2}}
- {type: date, id: launch_date, attributes: {label: Launch date}, ready: {required: true}}
- {type: people, id: reviewers, attributes: {label: Reviewers}}
- {type: textarea, id: notes, attributes: {label: Notes}}
"""


def loaded(text: str) -> RequestType:
    found = load({"page.yaml": text}, {})
    assert found.problems == []
    return found.types["page"]


FIELDS = {"memory": {"fields": {"impact": "Business impact", "goal": "customfield_7"}}}
PAGE = loaded(TEMPLATE).model_copy(update={"tracker": TrackerChoice(settings=FIELDS)})
JUDGE, THOROUGH = Judge(PAGE), Judge(PAGE, content=content_checks())
NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
FULL: Mapping[str, Any] = {
    "user_story": "As a buyer, I want prices, so that I can order.",
    "acceptance_criteria": "The price is shown\nThe price can be printed",
    "goal": "From 40 to 60 demos a month",
    "impact": "20 more demos",
    "design": "https://www.figma.com/design/x",
    "ab_test": "Yes",
    "hypothesis": "If we show prices, demos rise",
    "channels": ["Ads", "Mail"],
    "launch_date": "2026-06-01",
}


def ticket_of(text: Document, **values: Any) -> Ticket:
    ref = TicketRef("memory", "1", "MEM-1", "")
    return replace(Ticket(ref, "A page", text, "To do", "todo", NOW, NOW), **values)


def written(*sections: tuple[str, str], **values: Any) -> Ticket:
    """A ticket with a heading and a paragraph for each section."""
    blocks = [part for heading, text in sections for part in (Heading((Text(heading),)), Paragraph((Text(text),)))]
    return ticket_of(document(*blocks), **values)


def complete(**changed: str) -> Ticket:
    """A ticket with every section, some of them changed."""
    sections = {key: "\n".join(text) if isinstance(text, list) else text for key, text in FULL.items()} | changed
    return written(*((PAGE.fields[key].label, text) for key, text in sections.items()))


def codes(verdict: Readiness) -> dict[str, str]:
    return {gap.section: gap.code for gap in verdict.gaps}


# --- Gaps ------------------------------------------------------------------------------------------------------------


def test_a_complete_ticket_is_ready() -> None:
    """It scores 100 and has no gaps."""
    verdict = JUDGE.ticket(complete())
    assert verdict == Readiness(100, ())
    assert verdict.texts["goal"] == "From 40 to 60 demos a month"
    assert readiness(PAGE, complete()) == verdict


def test_an_empty_ticket_lacks_everything() -> None:
    """Every section that is needed is a gap, in the order of the template, with an example where there is one."""
    verdict = JUDGE.ticket(ticket_of(Document()))
    assert verdict.score == 0
    assert [(gap.section, gap.code, gap.message) for gap in verdict.gaps] == [
        ("user_story", "section.missing", "“User story” is missing."),
        ("acceptance_criteria", "section.missing", "“Acceptance criteria” is missing."),
        ("goal", "section.missing", "“Campaign goal” is missing."),
        ("impact", "section.missing", "“Expected business impact” is missing."),
        ("design", "section.missing", "“Design” is missing."),
        ("ab_test", "section.missing", "“A/B test this?” is missing."),
        ("channels", "section.missing", "“Channels” is missing."),
        ("launch_date", "section.missing", "“Launch date” is missing."),
    ]
    assert verdict.gaps[0].example == "As a visitor, I want …"
    assert {gap.severity for gap in verdict.gaps} == {"must"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "section.empty"),
        ("  -  ", "section.empty"),
        (STILL_NEEDED, "section.missing"),
        ("TBD", "section.placeholder"),
        ("TBD by the design team", "section.placeholder"),
        ("TODO", "section.placeholder"),
        ("todo: ask Mara", "section.placeholder"),
        ("To be defined.", "section.placeholder"),
        ("lorem ipsum dolor sit amet", "section.placeholder"),
        ("Lorem ipsum " * 40, "section.placeholder"),
        ("see above", "section.placeholder"),
        ("See description", "section.placeholder"),
        ("see the attached doc", "section.placeholder"),
        ("…", "section.placeholder"),
        ("...", "section.placeholder"),
        ("???", "section.placeholder"),
        ("xxx", "section.placeholder"),
        ("N/A", "section.placeholder"),
        ("none", "section.placeholder"),
        ("<describe the goal>", "section.placeholder"),
        ("[insert goal here]", "section.placeholder"),
        ("From … to …", "section.placeholder"),
        ("Test", "section.placeholder"),
        ("👍", "section.placeholder"),
        ("TBC with sales (next week)", "section.placeholder"),
        ("t.b.d.", "section.placeholder"),
        ("not yet known", "section.placeholder"),
        ("None yet", "section.placeholder"),
        ("I'll add this later", "section.placeholder"),
        ("to follow", "section.placeholder"),
        ("open", "section.placeholder"),
        ("Please ask Mara", "section.placeholder"),
        ("keine Angabe", "section.placeholder"),
        ("À définir", "section.placeholder"),
        ("TBC Bank customers see 3 offers", None),
        ("Ask for consent on 100 % of visits", None),
        ("Open rate from 20 to 25 %", None),
        ("Not needed", "section.empty"),
        ("Not needed, because it is a text change", None),
        ("Not needed, because no screen is available", None),
        ("Done", None),
        ("Todoist sign-ups from 3 to 5 % in May", None),
        ("See above-average growth of demos, 10 % a month", None),
        ("To do lists get a share button", None),
        ("Test the new form on 5 % of visitors", None),
        ("売上を10%増やす", None),
        ("Zero tickets tagged TBD by June", None),
    ],
)
def test_filled_is_not_yet_said(text: str, code: str | None) -> None:
    """A section without words, with a placeholder, or with the form's own words does not count."""
    assert codes(JUDGE.ticket(complete(goal=text))).get("goal") == code


def test_what_is_only_a_placeholder_is_quoted() -> None:
    """So that people find it, and know how to say that it is not needed."""
    [gap] = JUDGE.ticket(complete(goal="tbd")).gaps
    assert gap == Gap(
        "goal",
        "section.placeholder",
        "“Campaign goal” only says “tbd”. If there is nothing to say: “Not needed, because …”.",
    )


def test_too_few_lines_are_a_gap_and_placeholders_are_no_lines() -> None:
    """`at_least` counts lines that say something."""
    assert codes(JUDGE.ticket(complete(acceptance_criteria="The price is shown\nTBD\n-\n…"))) == {
        "acceptance_criteria": "section.empty"
    }
    assert codes(JUDGE.ticket(complete(acceptance_criteria="TBD\nTODO"))) == {
        "acceptance_criteria": "section.placeholder"
    }
    assert JUDGE.ticket(complete(acceptance_criteria="a 1\nb 2")).gaps == ()


def table(*rows: Sequence[str], head: bool = True) -> dict[str, Any]:
    content = [
        {
            "type": "tableRow",
            "content": [
                {
                    "type": "tableHeader" if head and not number else "tableCell",
                    "attrs": {},
                    "content": [{"type": "paragraph", "content": [{"type": "text", "text": cell}] if cell else []}],
                }
                for cell in row
            ],
        }
        for number, row in enumerate(rows)
    ]
    return {"type": "table", "attrs": {}, "content": content}


@pytest.mark.parametrize(
    ("section", "node", "is_gap"),
    [
        ("acceptance_criteria", table(("#", "Criterion"), ("1", ""), ("2", "")), True),
        ("acceptance_criteria", table(("#", "Criterion"), ("1", "The price is shown"), ("2", "")), False),
        ("acceptance_criteria", table(("Given", "When", "Then")), True),
        ("acceptance_criteria", "* 1\n* 2", True),
        ("acceptance_criteria", "* Given:\n* When:\n* Then:", True),
        ("acceptance_criteria", "The page shows:\n* the price\n* the name", False),
        ("acceptance_criteria", "||#||Criterion||\n|1| |\n|2| |", True),
        ("goal", table(("KPI", "From", "To"), ("", "", "")), True),
        ("goal", table(("KPI", "From", "To")), True),
        ("goal", table(("Demos", "40", "60"), head=False), False),
        ("goal", table(("KPI", "From", "To"), ("Demos", "40", "60")), False),
        ("goal", "||KPI||From||To||", True),
        ("goal", "|Demos|40|60|", False),
        ("goal", "KPI:\nFrom: …\nTo: ___", True),
        ("goal", "KPI: demos", False),
        ("goal", "From 40 to 60 demos a month:", False),
        ("impact", "20000", False),
    ],
)
def test_a_frame_without_content_says_nothing(section: str, node: Any, is_gap: bool) -> None:
    """Rows with a number only, labels with nothing behind them, and the head of a table are left from a template."""
    read = from_wiki(node) if isinstance(node, str) else from_adf({"type": "doc", "version": 1, "content": [node]})
    others = complete().document.blocks
    place = next(
        number for number, block in enumerate(others) if text_of(document(block)) == PAGE.fields[section].label
    )
    ticket = ticket_of(document(*others[: place + 1], *read.blocks, *others[place + 2 :]))
    assert (section in codes(JUDGE.ticket(ticket))) is is_gap


def test_answers_to_menus_are_no_placeholders() -> None:
    """An option may be called "None" or "Not needed"."""
    menu = loaded(
        "name: P\ndescription: P\nbody:\n- {type: dropdown, id: kind, ready: {required: true}, "
        "attributes: {label: Kind, options: [None, Not needed]}}\n"
    )
    for option in ("None", "Not needed"):
        assert readiness_of_answers(menu, {"kind": option}).gaps == ()
        assert readiness(menu, written(("Kind", option))).gaps == ()


def test_only_the_fields_that_the_ticket_shows_are_needed() -> None:
    """`when` reads the ticket as it reads the form; without the answer nothing that hangs on it is asked for."""
    yes = [("A/B test this?", "Yes"), ("Hypothesis", "")]
    no = [("A/B test this?", "no, it is a legal text")]
    assert {"hypothesis", "no_test"} & set(codes(JUDGE.ticket(written(*yes)))) == {"hypothesis"}
    assert {"hypothesis", "no_test"} & set(codes(JUDGE.ticket(written(*no)))) == {"no_test"}
    assert {"hypothesis", "no_test"} & set(codes(JUDGE.ticket(written()))) == set()


def test_fields_of_the_tracker_stand_for_sections() -> None:
    """By the name or id in the template's settings, by a name of the section, and dates and people by their meaning."""
    fields = {"Business impact": "20 demos", "customfield_7": "From 40 to 60", "Acceptance Criteria": "one\n- two"}
    ticket = written(fields=fields, due=date(2026, 6, 1))
    missing = set(codes(JUDGE.ticket(ticket)))
    assert missing == {"user_story", "design", "ab_test", "channels"}
    assert JUDGE.ticket(replace(ticket, fields={"impact": "TBD"})).texts["impact"] == "TBD"
    text_wins = written(("Goal", "From 1 to 2"), fields={"customfield_7": "old"})
    assert JUDGE.ticket(text_wins).texts["goal"] == "From 1 to 2"
    field_fills = written(("Goal", "TBD"), fields={"customfield_7": "From 3 to 4"})
    assert JUDGE.ticket(field_fills).texts["goal"] == "From 3 to 4"
    numbers = replace(ticket, fields={"impact": 1250000.0, "Goal": 1234567.25})
    assert {JUDGE.ticket(numbers).texts[section] for section in ("impact", "goal")} == {"1250000", "1234567.25"}


def test_codes_that_a_team_switched_off_are_no_gaps() -> None:
    """`checks: {type: {off: [codes]}}`."""
    judge = Judge(PAGE, off={"section.missing"})
    assert judge.ticket(ticket_of(Document())).gaps == ()
    assert codes(judge.ticket(complete(goal=""))) == {"goal": "section.empty"}


# --- Content ---------------------------------------------------------------------------------------------------------


FOUND: Mapping[tuple[str, Severity], str] = {
    ("user_story", "must"): "story.want_missing",
    ("user_story", "should"): "story.benefit_missing",
    ("user_story", "hint"): "story.not_minimal",
    ("wording", "must"): "wording.placeholder",
    ("wording", "hint"): "wording.vague",
}


def checks(families: Iterable[str], text: str, section: str, sections: Mapping[str, str]) -> Sequence[Finding]:
    """Finds the words must, should and hint, by family."""
    assert section == "user_story"
    assert "goal" in sections
    assert section not in sections
    asked = set(families)
    return [
        Finding(code, f"It is {code}.", 0, 1, severity, "Better")
        for (family, severity), code in FOUND.items()
        for word in text.split()
        if word == severity and family in asked
    ]


def test_findings_of_content_become_gaps_and_hints() -> None:
    """One for each code; hints are kept apart and do not lower the score."""
    judge = Judge(PAGE, content=checks, off={"wording.placeholder"})
    verdict = judge.ticket(complete(user_story="must must should hint"))
    assert verdict.gaps == (
        Gap("user_story", "story.want_missing", "It is story.want_missing.", "must"),
        Gap("user_story", "story.benefit_missing", "It is story.benefit_missing.", "should"),
    )
    assert [(gap.rule, gap.example) for gap in verdict.gaps] == [("user_story", "Better")] * 2
    assert [(gap.code, gap.rule) for gap in verdict.hints] == [
        ("story.not_minimal", "user_story"),
        ("wording.vague", "wording"),
    ]
    assert judge.ticket(complete(user_story="a hint")).score == 100
    assert judge.ticket(complete(user_story="Not needed, because must")) == Readiness(100, ())


def test_the_checks_of_content_see_the_text_with_its_links() -> None:
    """What is checked is what a reader sees, with the address behind each link; form and ticket agree."""
    fields = (
        "body:\n- {type: textarea, id: d, attributes: {label: Design}, ready: {required: true, checks: [design]}}\n"
    )
    design = loaded("name: P\ndescription: P\n" + fields)
    link = Link("https://www.figma.com/design/Ab3dEf6hIj9kLm2nOp5qRs/Pricing?node-id=12-34", (Text("the frame"),))
    ticket = ticket_of(document(Heading((Text("Design"),)), Paragraph((Text("See "), link))))
    judge = Judge(design, content=content_checks())
    assert judge.ticket(ticket) == Readiness(100, ())
    without = readiness_of_answers(design, {"d": "It is in Figma"}, content=content_checks())
    assert [(gap.code, gap.severity, gap.rule) for gap in without.gaps] == [("design.no_link", "must", "design")]
    assert judge.ticket(written(("Design", "It is in Figma"))) == without


def test_the_score_falls_with_the_weight_of_what_is_found() -> None:
    """Nothing there weighs most, then too little, then rules, then suggestions; only no gap at all gives 100."""
    judge = Judge(PAGE, content=checks)
    stories = ["fine words", "should", "must", ""]
    assert [judge.ticket(complete(user_story=story)).score for story in stories] == [100, 96, 93, 88]
    assert JUDGE.ticket(complete(acceptance_criteria="one only")).score == 94


def test_rules_have_names_that_can_be_remembered() -> None:
    """So that a stricter rule can be told from those that older tickets were written for."""
    assert {rule for rule in rules_of(PAGE) if rule[0] in {"user_story", "acceptance_criteria", "notes"}} == {
        ("user_story", "required"),
        ("user_story", "user_story"),
        ("user_story", "wording"),
        ("acceptance_criteria", "required"),
        ("acceptance_criteria", "at_least"),
    }


# --- Form and ticket agree -------------------------------------------------------------------------------------------

SENTENCES = st.sampled_from(
    [
        *("As a buyer, I want prices, so that I can order.", "one\ntwo", "- one\n- two", "TBD", "…", "Not needed"),
        *("Not needed, because it is internal", "Goal: 40 demos", "Acceptance criteria:\n- one\n- two", "Notes"),
        *("**Impact**\n20 demos", "## Design\nhttps://www.example.com", "1. Goal\n2. Impact", "Hypothesis", "a\n\nb"),
        *(
            "Story: x\nImpact - y\nWhy no test? Because",
            "```\nGoal: x\n```",
            "```js\nx = 1\n```",
            "```js\n\n```",
            "> Goal: x",
            "- Goal: x\n- Impact: y",
        ),
        *("Yes", "No", "see above", "-", "---", "* ", "User story\n=====\nAs a buyer", "Title", "[ ] one\n[ ] two"),
    ]
)


@st.composite
def answers(draw: st.DrawFn) -> dict[str, Any]:
    """Answers of a form, filled in carelessly."""
    made: dict[str, Any] = {}
    for field in PAGE.fields.values():
        if not draw(st.integers(0, 3)):
            continue
        match field.type:
            case "dropdown":
                made[field.id] = draw(st.sampled_from(field.option_labels))
            case "checkboxes":
                made[field.id] = draw(st.lists(st.sampled_from(field.option_labels), min_size=1, unique=True))
            case "date":
                made[field.id] = "2026-06-01"
            case "people":
                made[field.id] = ["U0MARA"]
            case _:
                made[field.id] = draw(SENTENCES | texts)
    return made


def as_gaps(verdict: Readiness) -> list[tuple[str, str, str]]:
    return [(gap.section, gap.code, gap.message) for gap in verdict.gaps]


@settings(max_examples=examples(75), deadline=None)
@given(answers())
def test_form_and_ticket_agree(given_answers: dict[str, Any]) -> None:
    """The gaps of the answers are those of the ticket that they become: in memory, in Jira and in Asana."""
    kept = kept_answers(PAGE, given_answers)
    expected = [(gap.section, gap.code, gap.message) for gap in readiness_of_answers(PAGE, kept).gaps]
    submission = Submission(
        request_id="V1", slack_team="T0", team="web", tracker="memory", template=PAGE.to_json(),
        answers={"title": "A page", **kept}, requester=Requester(id="U0MARA", name="Mara Example"),
    )  # fmt: skip
    draft = ticket_draft(submission, {}, {"U0MARA": Person("Mara Example")})
    memory = document(*(block for section in draft.sections for block in section_blocks(section)))
    adf, _ = compose("A page", draft.sections, "V1", "Mara Example")
    notes = text_of_draft(draft, draft.sections)
    checked = as_gaps(THOROUGH.answers(kept))
    for read in (memory, from_adf(adf), read_notes(notes).document):
        assert as_gaps(JUDGE.ticket(ticket_of(read))) == expected
        assert as_gaps(THOROUGH.ticket(ticket_of(read))) == checked


# --- Robust ----------------------------------------------------------------------------------------------------------


@settings(max_examples=examples(100), deadline=None)
@given(documents())
def test_any_document_gives_a_result(read: Document) -> None:
    """Whatever a ticket holds, there is a score between 0 and 100 and only codes that are known."""
    verdict = JUDGE.ticket(ticket_of(read))
    assert 0 <= verdict.score <= 100
    assert {gap.code for gap in verdict.gaps} <= set(SECTION_CODES)


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(SENTENCES | texts | st.sampled_from(["Goal", "## Goal", "**Goal**", "Impact:", "```"]), max_size=8))
def test_any_text_gives_a_result(parts: list[str]) -> None:
    """No text raises."""
    text = "\n".join(parts)
    verdict = JUDGE.ticket(ticket_of(document(Paragraph((Text(text),)))))
    assert 0 <= verdict.score <= 100
    assert is_placeholder(text) in {True, False}


def test_a_long_text_takes_no_longer_than_it_must() -> None:
    """Texts made to make patterns slow are read in a moment."""
    for trap in ("*" * 30_000, "_a" * 15_000, "a:" * 15_000, " " * 30_000, "`" * 30_000, "[" * 30_000, "1." * 15_000,
                 "tbd " * 8_000, "- " * 15_000, "~~~\n" * 8_000, "as a " * 6_000, "(" * 30_000):  # fmt: skip
        verdict = JUDGE.ticket(ticket_of(document(Paragraph((Text(f"{trap}\nGoal: {trap}"),)))))
        assert verdict.score < 100


def test_an_answer_above_can_say_that_a_section_is_not_needed() -> None:
    """`unless`: neither the form nor the ticket lacks it then, and the ticket says nothing of it; otherwise it does."""
    kind = loaded(
        """
name: Page
description: A page
body:
- {type: dropdown, id: status, attributes: {label: Design status, options: [Draft, Not needed]}}
- {type: textarea, id: design, attributes: {label: Design assets},
   ready: {required: true, unless: {status: Not needed}, checks: [design]}}
"""
    )

    def sections_of(answers: Mapping[str, Any]) -> Sequence[Section]:
        submission = Submission(
            request_id="V1", slack_team="T0", team="web", tracker="memory", template=kind.to_json(),
            answers={"title": "A page", **answers}, requester=Requester(id="U0MARA", name="Mara Example"),
        )  # fmt: skip
        return ticket_draft(submission, {}, {}).sections

    def gaps(answers: Mapping[str, Any]) -> tuple[list[str], list[str]]:
        body = document(*(block for one in sections_of(answers) for block in section_blocks(one)))
        in_form, in_ticket = readiness_of_answers(kind, answers), readiness(kind, ticket_of(body))
        return [gap.code for gap in in_form.gaps], [gap.code for gap in in_ticket.gaps]

    assert gaps({"status": "Not needed"}) == ([], [])
    assert gaps({"status": "Draft"}) == (["section.missing"], ["section.missing"])
    assert gaps({}) == (["section.missing"], ["section.missing"])
    assert [one.heading for one in sections_of({"status": "Not needed"})] == ["Design status"]


def test_sections_of_one_name_are_answered_together() -> None:
    """A ticket with two "Please explain" cannot say which is whose: what stands below either answers both."""
    kind = loaded(
        "name: Exception\ndescription: To the licence\nbody:\n"
        "- {type: input, id: size, attributes: {label: Size}, ready: {required: true}}\n"
        "- {type: textarea, id: why, attributes: {label: Please explain}, ready: {required: true}}\n"
        "- {type: textarea, id: more, attributes: {label: Please explain}, ready: {required: true}}\n"
    )
    judge = Judge(kind)

    assert judge.answers({"size": "12 pages", "why": "It is new.", "more": "It is small."}).gaps == ()
    assert judge.ticket(written(("Size", "12 pages"), ("Please explain", "It is new."))).gaps == ()
    assert [gap.section for gap in judge.ticket(written(("Size", "12 pages"))).gaps] == ["why", "more"]
