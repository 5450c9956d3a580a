"""Whatever a template says and a person types, Slack can show the form."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import pytest
from hypothesis import given, settings, strategies as st
from pydantic import BaseModel, ConfigDict

from bot.domain.answers import TITLE
from bot.domain.request import Draft
from bot.domain.template import RequestType
from bot.domain.template_loader import load
from bot.slack.views.form import Form, form_view, unshowable
from bot.slack.views.pages import pages, shown
from tests.strategies import examples

Json = dict[str, Any]
ROOT = Path(__file__).parents[2]
ISSUE_FORMS = ROOT.parent / "shared" / "data" / "issue-forms"
KINDS = (("landing-page", "Landing page", "A new page"), ("bug", "Bug", ""))

NASTY = st.sampled_from(
    ["<!channel>", "*b*", "```", "|", "[x](https://a.example)", "![i](u)", "שלום", "\u202e", "\x07", "😀", "\n\n"]
)
WORDS = st.lists(st.one_of(NASTY, st.text(max_size=12), st.sampled_from(["word", "lorem ipsum "])), max_size=6).map(
    "".join
)


class Long(str):
    """A text that shows itself in short, since hypothesis writes down what it tries."""

    __slots__ = ("short",)
    short: str

    def __new__(cls, words: str, times: int) -> Self:
        made = super().__new__(cls, words * times)
        made.short = f"Long({words!r}, {times})"
        return made

    def __repr__(self) -> str:
        return self.short


class Labels(list[str]):
    """Many options, shown in short."""

    def __repr__(self) -> str:
        return f"{len(self)} labels from {self[:2]}"


def long(text: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Now and then far too long."""
    return st.builds(Long, text, st.sampled_from([1, 1, 1, 1, 30, 400, 1500]))


LABEL = long(WORDS.map(lambda words: words.strip() or "Label"))
OPTIONS = st.builds(
    lambda labels, count: Labels(f"{number} {label}" for number, label in enumerate((labels * count)[:130])),
    st.lists(st.one_of(WORDS, LABEL.map(lambda label: label[:300])), min_size=1, max_size=4),
    st.sampled_from([1, 1, 4, 35]),
)


def attributes(**more: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries({"label": LABEL, "description": long(WORDS), **more})


STARTS = st.sampled_from(["", "12", "https://a.example", "x"])
FIELD = st.one_of(
    st.fixed_dictionaries({"type": st.just("markdown"), "attributes": st.fixed_dictionaries({"value": long(WORDS)})}),
    st.fixed_dictionaries(
        {
            "type": st.just("textarea"),
            "attributes": attributes(
                placeholder=long(WORDS), value=long(WORDS), format=st.sampled_from(["plain", "rich"])
            ),
            "ready": st.fixed_dictionaries({"required": st.booleans()}),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["input", "url", "number"]),
            "attributes": attributes(
                placeholder=long(WORDS), value=st.sampled_from(["", "12", "https://a.example", "x"])
            ),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["date", "person", "people"]),
            "attributes": attributes(placeholder=long(WORDS)),
            "validations": st.fixed_dictionaries({"required": st.booleans()}),
        }
    ),
    st.fixed_dictionaries(
        {"type": st.just("dropdown"), "attributes": attributes(options=OPTIONS, multiple=st.booleans())}
    ),
    st.fixed_dictionaries({"type": st.just("checkboxes"), "attributes": attributes(options=OPTIONS)}),
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["files", "upload"]),
            "attributes": attributes(),
            "validations": st.just({"accept": ".png,.pdf"}),
        }
    ),
)
BODY = st.lists(FIELD, min_size=1, max_size=14).map(
    lambda fields: [field | {"id": f"field-{number}"} for number, field in enumerate(fields)]
)
FILE = {"id": "F1", "name": "a.png", "size": 1, "mimetype": "image/png", "url": "https://a.example", "permalink": ""}
ANSWER = st.one_of(
    long(WORDS),
    st.sampled_from(["2026-12-01", "12.5", "https://a.example/x", "U0MARA", "not a date"]),
    st.lists(WORDS, max_size=3),
    st.sampled_from([["U0MARA", "U0LEO"], [FILE], [FILE | {"id": "F2", "name": "😀" * 90}]]),
    long(WORDS).map(
        lambda words: {"rich": [{"is": "Paragraph", "content": [{"is": "Text", "text": words, "marks": []}]}]}
    ),
)


def every_page(form: Form) -> list[Json]:
    """The views of all pages."""
    kind = form.request_type
    assert kind is not None
    count = len(pages(kind, form.draft.answers))
    forms = [
        Form(form.draft.model_copy(update={"page": page}), kind, KINDS, problems=form.problems, announce_in="C0MARDEV")
        for page in range(count)
    ]
    return [form_view(one) for one in forms]


@settings(max_examples=examples(25), deadline=None)
@given(data=st.data(), body=BODY)
def test_any_form_with_any_answers_fits(
    data: Any,
    body: list[Json],
    make_type: Callable[..., RequestType],
    make_draft: Callable[..., Draft],
    fits_view: Callable[[Json], None],
) -> None:
    """Every page of every form that is called showable keeps to Slack's limits, whatever was answered."""
    kind = make_type(*body)
    if unshowable(kind):
        return
    ids = [field["id"] for field in body]
    answers = data.draw(st.dictionaries(st.sampled_from([TITLE, *ids]), ANSWER, max_size=8))
    problems = data.draw(st.dictionaries(st.sampled_from([TITLE, "", *ids]), WORDS, max_size=5))

    views = every_page(Form(make_draft(answers=answers), kind, problems=problems))

    for view in views:
        fits_view(view)


@settings(max_examples=examples(20), deadline=None)
@given(body=BODY)
def test_pages_hold_every_field_once(body: list[Json], make_type: Callable[..., RequestType]) -> None:
    """Nothing is lost between two pages, and the order stays."""
    kind = make_type(*(body * 4))

    assert tuple(field for page in pages(kind, {}) for field in page) == shown(kind, {})


def shipped() -> list[str]:
    return sorted(path.name for path in (ROOT / "templates").glob("*.yaml"))


@pytest.mark.parametrize("name", shipped())
def test_shipped_templates_fit_in_one_page(
    name: str, make_draft: Callable[..., Draft], fits_view: Callable[[Json], None]
) -> None:
    """Each shipped request type is one modal, with all conditional fields shown and with none."""
    kind = loaded(ROOT / "templates" / name)
    every = {field.id: field.option_labels[0] for field in kind.fields.values() if field.type == "dropdown"}

    for answers in ({}, every):
        views = every_page(Form(make_draft(request_type=kind.key, answers=answers), kind))

        assert len(views) == 1
        fits_view(views[0])


def issue_forms() -> list[str]:
    if not ISSUE_FORMS.exists():
        assert os.environ.get("CI") != "true", "the issue forms to test with are not there"
        return []
    return sorted(path.name for path in ISSUE_FORMS.iterdir())


@pytest.mark.parametrize("name", issue_forms())
def test_issue_forms_of_other_projects_fit(
    name: str, make_draft: Callable[..., Draft], fits_view: Callable[[Json], None]
) -> None:
    """A GitHub issue form, copied unchanged, gives a modal that Slack accepts."""
    kind = loaded(ISSUE_FORMS / name)

    assert unshowable(kind) == []
    for view in every_page(Form(make_draft(request_type=kind.key), kind)):
        fits_view(view)


class Settings(BaseModel):
    """Whatever a template says to a tracker; the views do not look at it."""

    model_config = ConfigDict(extra="allow")


def loaded(path: Path) -> RequestType:
    """The request type in a file; other files' problems do not matter here."""
    found = load({f"{path.stem}.yaml": path.read_text(encoding="utf-8")}, {"jira": Settings, "asana": Settings})
    assert found.types, found.problems
    return next(iter(found.types.values()))
