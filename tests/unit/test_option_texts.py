"""Checkboxes of issue forms: their labels are Markdown, and a ticket shows it as such."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st

from adapters.asana.mapping import text_of_draft
from adapters.asana.notes import read as read_notes
from adapters.base import Ticket, TicketRef
from adapters.document import BulletList, Document, Inline, Link, Text, plain, text_of
from adapters.jira.document import from_adf
from adapters.jira.ticket_text import compose
from bot.domain.choices import chosen_options
from bot.domain.draft import body_of, ticket_draft
from bot.domain.option_texts import shown_options
from bot.domain.prefill import is_as_before
from bot.domain.readiness import Judge
from bot.domain.request import Requester, Submission
from bot.domain.template import Field, RequestType
from tests.strategies import texts

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
DOCS = "I read [the docs](https://example.com/docs) and **agree**"
LABELS = [DOCS, "Optional `code`", "snake_case_name", "~~gone~~"]


def boxes(*labels: str, kind: str = "checkboxes") -> Field:
    attributes = {"label": "Checks", "options": [{"label": label} for label in labels]}
    return Field.model_validate({"type": kind, "id": "checks", "attributes": attributes})


def items(body: Document) -> list[tuple[Inline, ...]]:
    [block] = body.blocks
    assert isinstance(block, BulletList)
    return [item.content for item in block.items]


def filed(request_type: RequestType, answers: dict[str, Any]) -> dict[str, Document]:
    """Tracker → the ticket's text as it is read back from there."""
    submission = Submission(
        request_id="V1", slack_team="T0", team="web", tracker="memory", template=request_type.to_json(),
        answers={"title": "A page", **answers}, requester=Requester(id="U0MARA", name="Mara Example"),
    )  # fmt: skip
    draft = ticket_draft(submission, {}, {})
    adf, _ = compose("A page", draft.sections, "V1", "Mara Example")
    return {"jira": from_adf(adf), "asana": read_notes(text_of_draft(draft, draft.sections)).document}


def test_a_label_is_shown_as_what_it_says() -> None:
    """Links are links, marks are marks, and words that look like neither stay."""
    shown = items(body_of(boxes(*LABELS), LABELS, {}))

    assert shown == [
        (
            Text("I read "),
            Link("https://example.com/docs", (Text("the docs"),)),
            Text(" and "),
            Text("agree", frozenset({"strong"})),
        ),
        (Text("Optional "), Text("code", frozenset({"code"}))),
        (Text("snake_case_name"),),
        (Text("gone", frozenset({"strike"})),),
    ]


@pytest.mark.parametrize(
    "labels",
    [("<Button>", "<!-- nothing -->"), ("**same**", "same"), ("[x](javascript:alert(1))", "List<String>", "List<Int>")],
)
def test_labels_are_told_from_each_other(labels: tuple[str, ...]) -> None:
    """What shows nothing, or the same as another, stays as typed; nothing is made a link that runs code."""
    made = body_of(boxes(*labels), list(labels), {})

    shown = [plain(content) for content in items(made)]
    assert len(set(shown)) == len(labels)
    assert all(shown)
    assert not any(isinstance(part, Link) for content in items(made) for part in content)


def test_options_of_a_dropdown_are_no_markdown() -> None:
    """GitHub shows them as they are typed; so do custom fields, which know an option by its label."""
    assert shown_options(boxes("**a**", "List<String>", kind="dropdown")) == {}


LINES = texts.map(lambda text: " ".join(text.split())).filter(bool)


@given(st.lists(LINES, min_size=1, max_size=5, unique=True))
def test_any_label_has_a_place(labels: list[str]) -> None:
    """Whatever labels there are, each has its own words in the ticket."""
    shown = shown_options(boxes(*labels))

    assert len({plain(content) for content in shown.values()}) == len(shown)


@pytest.mark.parametrize("tracker", ["jira", "asana"])
def test_what_was_ticked_is_read_back(tracker: str) -> None:
    """In both trackers: conditions that name the label hold, nothing is missing, and nothing counts as changed."""
    field = boxes(*LABELS)
    more = {"type": "textarea", "id": "why", "attributes": {"label": "Why"}, "ready": {"required": True}}
    kind = RequestType.model_validate(
        {
            "key": "page",
            "name": "Page",
            "description": "d",
            "body": [
                field.model_dump() | {"ready": {"required": True}},
                more | {"when": {"checks": [DOCS]}},
                more | {"id": "other", "attributes": {"label": "Other"}, "when": {"checks": ["~~gone~~"]}},
            ],
        }
    )

    read = filed(kind, {"checks": [DOCS, "Optional `code`"]})[tracker]
    verdict = Judge(kind).ticket(
        Ticket(TicketRef("memory", "1", "MEM-1", ""), "A page", read, "To do", "todo", NOW, NOW)
    )

    body = Document(tuple(block for block in read.blocks if isinstance(block, BulletList))[:1])
    assert chosen_options(field, text_of(body).split("\n")) == [DOCS, "Optional `code`"]
    assert [gap.section for gap in verdict.gaps] == ["why"]
    assert is_as_before(field, [DOCS, "Optional `code`"], body)
