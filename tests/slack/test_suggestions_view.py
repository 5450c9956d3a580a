"""The suggestions between Submit and the ticket, exactly as Slack gets them."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.readiness import Gap, Readiness
from bot.domain.request import Draft
from bot.domain.template import RequestType
from bot.slack.views.form import Form, form_view
from bot.slack.views.metadata import Metadata
from bot.slack.views.suggestions import suggestions_view
from bot.usecases.judge_answers import suggestions
from tests.strategies import HOSTILE

Json = dict[str, Any]
MakeType = Callable[..., RequestType]
MakeDraft = Callable[..., Draft]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def line(*runs: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(runs)}]}


def bold(text: str) -> Json:
    return {"type": "text", "text": text, "style": {"bold": True}}


def goal(make_type: MakeType) -> RequestType:
    return make_type({"id": "goal", "type": "textarea", "attributes": {"label": "Goal"}})


def test_a_suggestion(make_type: MakeType, make_draft: MakeDraft) -> None:
    """Kind words, the section, an example; Improve as a button and Send anyway as Submit; no answers in the view."""
    draft = make_draft(answers={"goal": "secret words"}, suggested=True)
    view = suggestions_view(draft, goal(make_type), [Gap("goal", "x.y", "Say how much.", "should", example="5 % more")])

    assert view == {
        "type": "modal",
        "callback_id": "devrequest_suggestions",
        "title": plain("Before you send it"),
        "submit": plain("Send anyway"),
        "close": plain("Close"),
        "private_metadata": Metadata.of(draft).to_json(),
        "blocks": [
            line(bold("This may come back:")),
            line(bold("Goal: "), {"type": "text", "text": "Say how much."}),
            {"type": "context", "elements": [plain("For example: 5 % more")]},
            {
                "type": "actions",
                "elements": [
                    {"type": "button", "action_id": "form_improve", "text": plain("Improve"), "style": "primary"}
                ],
            },
            {
                "type": "context",
                "elements": [
                    plain(
                        "Everything that you wrote is kept. This is only what developers tend to ask about; "
                        "you can also send it as it is and add to it later."
                    )
                ],
            },
        ],
    }
    assert Metadata.parse(view["private_metadata"]).suggested is True
    assert "secret" not in str(view)


@pytest.mark.parametrize(
    ("label", "message", "said"),
    [
        ("Goal", "“Goal” only says “TBD”.", ["“Goal”", " only says “TBD”."]),
        ("Where?", "Write at least two lines.", ["Where? ", "Write at least two lines."]),
    ],
)
def test_a_section_is_named_once(
    make_type: MakeType, make_draft: MakeDraft, label: str, message: str, said: list[str]
) -> None:
    """A sentence that names it needs no heading, and a question no colon; lines of an example stay apart."""
    kind = make_type({"id": "it", "type": "textarea", "attributes": {"label": label}})
    _, told, example, *_ = suggestions_view(make_draft(), kind, [Gap("it", "x.y", message, example="One\nTwo")])[
        "blocks"
    ]
    name, rest = said
    assert told == line(bold(name), {"type": "text", "text": rest})
    assert example["elements"] == [plain("For example: One ↵ Two")]


def test_suggestions_fit_whatever_they_say(
    make_type: MakeType, make_draft: MakeDraft, fits_view: Callable[[Json], None]
) -> None:
    """Hostile labels, messages and examples, and a section that the type does not know."""
    for text in HOSTILE:
        kind = make_type({"id": "goal", "type": "textarea", "attributes": {"label": text[:200] or "x"}})
        gaps = [Gap(section, "x.y", text * 40, "must", example=text * 40) for section in ("goal", "gone", "goal")]
        fits_view(suggestions_view(make_draft(), kind, gaps))


def test_the_improvable_form_says_it_below_the_field(
    make_type: MakeType, make_draft: MakeDraft, fits_view: Callable[[Json], None]
) -> None:
    """The note stands right below the input; no banner, no ⚠, since nothing is wrong."""
    form = Form(make_draft(), goal(make_type), suggested={"goal": "Say how much."})
    view = form_view(form)
    blocks = [block["block_id"] for block in view["blocks"]]

    assert blocks[-2:] == ["field:goal", "field:goal:suggestion"]
    assert view["blocks"][-1]["elements"] == [plain("This may come back: Say how much.")]
    fits_view(view)


def test_only_answered_sections_are_suggested_certain_ones_first() -> None:
    """Three at most; a section that nobody answered is for the confirmation, a hint for nobody."""
    gaps = (
        Gap("a", "story.benefit_missing", "", "should"),
        Gap("b", "section.missing", ""),
        Gap("c", "section.placeholder", ""),
        Gap("d", "ga4.too_long", ""),
        Gap("e", "ga4.too_long", ""),
        Gap("f", "ga4.too_long", ""),
    )
    found = Readiness(10, gaps, hints=(Gap("a", "wording.vague", "", "hint"),))
    answers = dict.fromkeys("acdef", "words") | {"b": "", "e": " "}

    assert [gap.section for gap in suggestions(found, answers)] == ["c", "d", "f"]
    assert [gap.section for gap in suggestions(found, {"a": "words"})] == ["a"]
    assert suggestions(found, {}) == ()
