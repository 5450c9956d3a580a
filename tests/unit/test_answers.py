"""Answers, whatever the form looks like."""

from typing import Any

import pytest

from bot.domain.answers import answer_text, chosen, is_empty, kept_answers, shown_fields
from bot.domain.template import RequestType

RICH = {
    "rich": [
        {"is": "Paragraph", "content": [{"is": "Text", "text": "One", "marks": ["strong"]}]},
        {
            "is": "BulletList",
            "items": [{"is": "ListItem", "content": [{"is": "Text", "text": "Two", "marks": []}], "children": []}],
        },
    ]
}


def form(*fields: dict[str, Any]) -> RequestType:
    return RequestType.model_validate({"key": "form", "name": "n", "description": "d", "body": fields})


def choice(name: str, **more: Any) -> dict[str, Any]:
    return {"type": "dropdown", "id": name, "attributes": {"label": name, "options": ["Yes", "No"]}, **more}


@pytest.mark.parametrize(
    ("answer", "empty", "text"),
    [
        (None, True, ""),
        ("", True, ""),
        (" \n\t", True, " \n\t"),
        ("a", False, "a"),
        ([], True, ""),
        (["a", "b"], False, "a\nb"),
        ([{"id": "F1", "name": "a.png"}], False, "a.png"),
        ({"rich": []}, True, ""),
        (RICH, False, "One\n- Two"),
    ],
)
def test_every_kind_of_answer_has_a_text_and_may_be_empty(answer: Any, empty: bool, text: str) -> None:
    """Checks, messages and the command line read answers as text."""
    assert is_empty(answer) is empty
    assert answer_text(answer) == text


@pytest.mark.parametrize(
    ("answer", "options"),
    [(None, set()), ("", set()), ("a", {"a"}), (["a", "b"], {"a", "b"}), ([{"id": "F1"}], set()), (RICH, set())],
)
def test_the_options_of_an_answer_are_those_it_names(answer: Any, options: set[str]) -> None:
    """One of a dropdown, several of check boxes, none of anything else."""
    assert chosen(answer) == options


def test_a_field_is_shown_if_all_of_its_conditions_hold() -> None:
    """Each condition is met by any of its values."""
    request_type = form(
        choice("a"),
        {"type": "checkboxes", "id": "b", "attributes": {"label": "b", "options": ["x", "y"]}},
        {"type": "input", "id": "c", "attributes": {"label": "c"}, "when": {"a": ["Yes"], "b": ["x", "y"]}},
    )
    shown = {
        str(answers): [field.id for field in shown_fields(request_type, answers)]
        for answers in ({}, {"a": "Yes"}, {"a": "No", "b": ["x"]}, {"a": "Yes", "b": ["y"]})
    }
    assert list(shown.values()) == [["a", "b"], ["a", "b"], ["a", "b"], ["a", "b", "c"]]


def test_a_field_behind_a_hidden_field_is_hidden() -> None:
    """An answer that nobody sees any more shows nothing."""
    request_type = form(choice("a"), choice("b", when={"a": "Yes"}), choice("c", when={"b": "Yes"}))
    answers = {"a": "No", "b": "Yes", "c": "Yes"}
    assert [field.id for field in shown_fields(request_type, answers)] == ["a"]
    assert [field.id for field in shown_fields(request_type, answers | {"a": "Yes"})] == ["a", "b", "c"]


def test_only_answers_that_count_are_kept() -> None:
    """Hidden, unknown and blank answers do not reach the ticket; the title always does."""
    request_type = form(choice("a"), choice("b", when={"a": "Yes"}), choice("c"))
    answers = {"title": "T", "a": "No", "b": "Yes", "c": "", "gone": "x"}
    assert kept_answers(request_type, answers) == {"title": "T", "a": "No"}
