"""What a section chooses that holds one of some options: only what was ticked, said, or left standing."""

from typing import Any

import pytest
from hypothesis import given, strategies as st

from adapters.asana.mapping import read_payload as read_asana
from adapters.base import Ticket
from adapters.jira.mapping import read_payload as read_jira
from bot.domain.choices import chosen_options, said
from bot.domain.prefill import prefilled
from bot.domain.readiness import Judge
from bot.domain.section_names import SectionNames
from bot.domain.section_place import place_of
from bot.domain.template_loader import load
from tests.strategies import texts

TEMPLATE = """
name: Page
description: A page
body:
- {type: dropdown, id: ab_test, attributes: {label: A/B test this?, options: ["Yes", "No"]}, ready: {required: true}}
- {type: textarea, id: hypothesis, attributes: {label: Hypothesis}, when: {ab_test: "Yes"}, ready: {required: true}}
- {type: input, id: no_test, attributes: {label: Why no test?}, when: {ab_test: "No"}, ready: {required: true}}
- {type: checkboxes, id: channels, attributes: {label: Channels, options: [{label: Ads}, {label: Mail}, {label: Shop}]},
   ready: {at_least: 2}}
"""
LOADED = load({"page.yaml": TEMPLATE}, {})
PAGE = LOADED.types["page"]
JUDGE = Judge(PAGE)
AB_TEST, CHANNELS = PAGE.fields["ab_test"], PAGE.fields["channels"]
ASKED = {"Yes": "hypothesis", "No": "no_test", "": "ab_test"}
"""What is asked for next, for each answer; for none it is the answer."""


def task_list(*items: tuple[str, str]) -> dict[str, Any]:
    content = [
        {
            "type": "taskItem",
            "attrs": {"localId": str(number), "state": state},
            "content": [{"type": "text", "text": label}],
        }
        for number, (label, state) in enumerate(items)
    ]
    return {"type": "taskList", "attrs": {"localId": "l"}, "content": content}


def paragraph(*runs: tuple[str, ...]) -> dict[str, Any]:
    content = [{"type": "text", "text": text, "marks": [{"type": mark} for mark in marks]} for text, *marks in runs]
    return {"type": "paragraph", "content": content}


def issue(description: Any) -> Ticket:
    return read_jira({"key": "WEB-1", "id": "1", "fields": {"summary": "A page", "description": description}})


def below(node: dict[str, Any]) -> Ticket:
    """An issue with this node below the question."""
    heading = {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "A/B test this?"}]}
    return issue({"type": "doc", "version": 1, "content": [heading, node]})


def asked_next(ticket: Ticket) -> set[str]:
    return {gap.section for gap in JUDGE.ticket(ticket).gaps} - {"channels"}


@pytest.mark.parametrize(
    ("node", "answer"),
    [
        (task_list(("Yes", "TODO"), ("No", "DONE")), "No"),
        (task_list(("Yes", "DONE"), ("No", "TODO")), "Yes"),
        (task_list(("Yes", "TODO"), ("No", "TODO")), ""),
        (task_list(("Yes", "DONE"), ("No", "DONE")), ""),
        (paragraph(("Yes / No",)), ""),
        (paragraph(("Yes", "strike"), (" / ",), ("No",)), "No"),
        (paragraph(("Yes",), (" / ",), ("No", "strike", "em")), "Yes"),
    ],
)
def test_the_box_decides_in_a_document_of_jira(node: dict[str, Any], answer: str) -> None:
    """A list of tasks is ticked by its state, and struck-through words are no answer."""
    assert asked_next(below(node)) == {ASKED[answer]}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("- [ ] Yes\n- [x] No", "No"),
        ("- [X] Yes\n- [ ] No", "Yes"),
        ("* [] Yes\n* [✓] No, the traffic is too low", "No"),
        ("1. [ ] Yes\n2. [x] No", "No"),
        ("☐ Yes ☑ No", "No"),
        ("[ ] Yes [x] No", "No"),
        ("Yes [ ] / No [x]", "No"),
        ("- [ ] Yes\n- [ ] No", ""),
        ("- [ ] Yes\n- [ ] No\n\nNo", "No"),
        ("- Yes\n- No", ""),
        ("Yes / No", ""),
        ("yes or no (delete one)", ""),
        ("-Yes- No", "No"),
        ("* -Yes-\n* No", "No"),
        ("Yes, no doubt", "Yes"),
        ("No, the traffic is too low", "No"),
        ("- Yes", "Yes"),
    ],
)
def test_the_box_decides_in_text(text: str, answer: str) -> None:
    """The same in wiki markup, in Asana's plain notes, and in the form that mends the ticket."""
    asana = read_asana({"gid": "1", "name": "A page", "notes": f"## A/B test this?\n{text}"})
    jira = issue(f"h2. A/B test this?\n{text}")
    for ticket in (jira, asana):
        assert asked_next(ticket) == {ASKED[answer]}
    body = place_of(jira.document, SectionNames(PAGE), "ab_test").body
    assert prefilled(AB_TEST, body, lambda shown: shown) == ((AB_TEST, answer) if answer else None)


def test_only_ticked_boxes_count() -> None:
    """Of several channels those that were ticked, or named."""
    heading = "h2. A/B test this?\nYes\nh2. Hypothesis\nMore\nh2. Channels\n"
    assert [gap.section for gap in JUDGE.ticket(issue(f"{heading}* [x] Ads\n* [ ] Mail\n* [ ] Shop")).gaps] == [
        "channels"
    ]
    assert JUDGE.ticket(issue(f"{heading}* [x] Ads\n* [x] Mail\n* [ ] Shop")).gaps == ()
    assert chosen_options(CHANNELS, ["Ads, Shop", "Mail"]) == ["Ads", "Shop", "Mail"]


@given(st.lists(texts | st.sampled_from(["[x]", "[ ] Yes", "~~No~~", "\x08", "-Yes-", "No", "[x] Yes or No"])))
def test_any_text_gives_an_answer(lines: list[str]) -> None:
    """At most one, and the same again from what is said."""
    for field in (AB_TEST, CHANNELS):
        chosen = chosen_options(field, lines)
        assert set(chosen) <= set(field.option_labels)
        assert len(chosen) <= 1 or field.is_multiple
        assert chosen_options(field, said(field, lines)) == chosen
