"""The request type of a ticket that was written by hand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from adapters.base import Ticket, TicketRef
from adapters.document import Document, Heading, Paragraph, Text, document
from adapters.registry import KINDS
from bot.domain.template_loader import load
from bot.domain.ticket_type import UNKNOWN, TypeDecision, TypeFinder
from tests.shipped import shipped_types
from tests.strategies import documents, examples

TYPES = shipped_types()
FINDER = TypeFinder(TYPES)
NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
PLAIN = Ticket(TicketRef("jira", "1", "WEB-1", ""), "Something", Document(), "To do", "todo", NOW, NOW)


def decided(**values: Any) -> TypeDecision:
    return FINDER.decide(replace(PLAIN, **values))


def certain(key: str, evidence: Any) -> TypeDecision:
    return TypeDecision(key, certain=True, evidence=evidence)


def written(*headings: str) -> Document:
    return document(*(block for one in headings for block in (Heading((Text(one),)), Paragraph((Text("x"),)))))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"labels": ("landing-page",)}, certain("landing-page", "label")),
        ({"labels": ("marketing", "Landing Page")}, certain("landing-page", "label")),
        ({"labels": ("ab-test",), "issue_type": "Bug"}, certain("ab-test", "label")),
        ({"issue_type": "Bug"}, certain("bug", "issue_type")),
        ({"fields": {"Request type": "A/B test"}}, certain("ab-test", "field")),
        ({"fields": {"Request Type": "landing-page"}, "labels": ("bug",)}, certain("landing-page", "field")),
        ({"issue_type": "Story"}, UNKNOWN),
        ({"labels": ("marketing",)}, UNKNOWN),
        ({}, UNKNOWN),
    ],
)
def test_what_was_set_on_a_ticket_is_certain(values: dict[str, Any], expected: TypeDecision) -> None:
    """A field wins over a label, a label over the issue type; what several types share decides nothing."""
    assert decided(**values) == expected


def test_two_labels_are_told_apart_by_the_issue_type() -> None:
    """Without that help they decide nothing."""
    assert decided(labels=("bug", "landing-page"), issue_type="Bug") == certain("bug", "label")
    assert not decided(labels=("bug", "landing-page")).certain


def test_a_constant_of_the_template_is_certain() -> None:
    """What a template's `extra` sets tells its tickets, unless another type sets the same."""
    body = "body:\n- {{type: input, attributes: {{label: L}}}}\n"
    text = "name: {0}\ndescription: D\ntracker: {{jira: {{extra: {1}}}}}\n" + body
    models = {name: kind.template_settings for name, kind in KINDS.items()}
    kinds = load(
        {
            "a.yaml": text.format("A", "{customfield_1: {value: Web}}"),
            "b.yaml": text.format("B", "{customfield_1: {value: App}}"),
            "c.yaml": text.format("C", "{customfield_2: {value: App}}"),
            "d.yaml": text.format("D", "{customfield_2: {value: App}}"),
        },
        models,
    )
    assert kinds.problems == []
    finder = TypeFinder(kinds.types)
    assert finder.decide(replace(PLAIN, fields={"customfield_1": "App"})) == certain("b", "field")
    assert finder.decide(replace(PLAIN, fields={"customfield_2": "App"})) == UNKNOWN
    assert finder.decide(replace(PLAIN, fields={"customfield_1": "Other"})) == UNKNOWN


def test_a_text_is_only_a_guess() -> None:
    """The sections that only one type has, or its name in the title; never for certain."""
    bug = decided(document=written("What happens?", "What should happen?", "Steps to reproduce"))
    assert bug == TypeDecision("bug", certain=False, evidence="text")
    page = decided(title="Landing page for the spring fair", document=written("User story", "Acceptance criteria"))
    assert page == TypeDecision("landing-page", certain=False, evidence="text")
    assert decided(document=written("User story", "Acceptance criteria")) == UNKNOWN


def a_type(name: str, **needed: bool) -> str:
    fields = (
        f"- {{type: textarea, attributes: {{label: {label}}}, ready: {{required: {str(must).lower()}}}}}"
        for label, must in needed.items()
    )
    return "\n".join((f"name: {name}\ndescription: D\nbody:", *fields, ""))


@pytest.mark.parametrize("key", sorted(TYPES))
def test_a_ticket_with_the_headings_of_a_type_is_guessed_as_one(key: str) -> None:
    """Also where other types need the same: it is the one of which most stands there."""
    labels = [item.label for item in TYPES[key].fields.values()]
    assert decided(document=written(*labels)) == TypeDecision(key, certain=False, evidence="text")


@pytest.mark.parametrize(
    ("types", "headings", "expected"),
    [
        ((a_type("A", One=True, Two=True, Three=True, Four=True), a_type("B", One=True, Two=True, Three=True)), 3, "b"),
        (
            (a_type("A", One=True, Two=True, Three=True, Four=False), a_type("B", One=True, Two=True, Three=True)),
            3,
            "b",
        ),
        (
            (
                a_type("A", One=True, Two=True, Three=True, Four=False),
                a_type("B", One=True, Two=True, Three=True, Five=False, Six=False),
                a_type("C", Four=False),
                *(a_type(name, Five=False, Six=False) for name in "DEF"),
            ),
            6,
            "b",
        ),
        ((a_type("A", One=True, Two=True, Three=True), a_type("B", One=True, Two=True, Three=True)), 3, "a"),
    ],
)
def test_of_types_alike_one_is_guessed(types: Sequence[str], headings: int, expected: str) -> None:
    """The one of whose needs most stands there, then the one with more of its own, then the first file."""
    finder = TypeFinder(load({f"{'abcdef'[number]}.yaml": text for number, text in enumerate(types)}, {}).types)
    told = written(*("One", "Two", "Three", "Four", "Five", "Six")[:headings])
    assert finder.decide(replace(PLAIN, document=told)) == TypeDecision(expected, certain=False, evidence="text")


@settings(max_examples=examples(30), deadline=None)
@given(documents())
def test_any_ticket_gives_a_decision(read: Document) -> None:
    """Whatever stands in it; and never a certain one from text alone."""
    assert not decided(document=read).certain
