"""Answers go into a form and come back from it unchanged."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st

from adapters.document import BulletList, CodeBlock, ListItem, Paragraph, Text, clean, document, to_json
from bot.domain.answers import TITLE, is_empty
from bot.domain.request import Draft
from bot.domain.template import RequestType
from bot.slack.ids import field_block
from bot.slack.views.fit import changed, fitting
from bot.slack.views.form import Form, form_view
from bot.slack.views.pages import next_page, page_of, pages
from bot.slack.views.parts import joined_text, text_parts
from bot.slack.views.state import (
    Choices,
    deciding,
    error_blocks,
    field_of,
    mentioned,
    read_choices,
    read_state,
    suggestions,
)
from tests.strategies import examples

Json = dict[str, Any]
MakeType = Callable[..., RequestType]
MakeDraft = Callable[..., Draft]

MANY = [f"Option {number}" for number in range(130)]
FEW = ["Yes", "No", "A very long option that says a great deal more than seventy-five characters can ever hold"]
KINDS: dict[str, Json] = {
    "text": {"type": "textarea"},
    "line": {"type": "input"},
    "rich": {"type": "textarea", "attributes": {"format": "rich"}},
    "url": {"type": "url"},
    "link_or_not_needed": {"type": "url", "ready": {"required": True}},
    "number": {"type": "number"},
    "date": {"type": "date"},
    "person": {"type": "person"},
    "people": {"type": "people"},
    "dropdown": {"type": "dropdown", "attributes": {"options": FEW}},
    "several": {"type": "dropdown", "attributes": {"options": FEW, "multiple": True}},
    "long_menu": {"type": "dropdown", "attributes": {"options": MANY}},
    "several_of_many": {"type": "dropdown", "attributes": {"options": MANY, "multiple": True}},
    "boxes": {"type": "checkboxes", "attributes": {"options": FEW}},
    "many_boxes": {"type": "checkboxes", "attributes": {"options": MANY[:40]}},
    "too_many_boxes": {"type": "checkboxes", "attributes": {"options": MANY}},
    "files": {"type": "files"},
}
BODY = [
    {**field, "id": kind, "attributes": {"label": kind, **field.get("attributes", {})}} for kind, field in KINDS.items()
]


def file(number: int) -> Json:
    """A file as an answer holds it."""
    return {
        "id": f"F{number}",
        "name": f"file {number}.png",
        "size": number,
        "mimetype": "image/png",
        "url": f"https://files.example/{number}",
        "permalink": f"https://slack.example/{number}",
    }


CHARACTER = st.characters(exclude_categories=["Cs", "Cc"])
LINE = st.text(CHARACTER, min_size=1, max_size=30).map(lambda text: " ".join(text.split()))
TEXT = st.text(CHARACTER | st.just("\n"), max_size=40).map(lambda text: clean(text).strip())
WRITTEN = st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" \n"), max_size=40)
LONG = st.builds(
    lambda text, times: clean(text * times)[:20_000].strip(), WRITTEN, st.sampled_from([1, 1, 1, 90, 400, 1200])
)
RICH = st.lists(
    st.one_of(
        TEXT.map(lambda text: Paragraph((Text(text, frozenset({"strong"})), Text(text)))),
        st.lists(LINE, min_size=1, max_size=3).map(
            lambda lines: BulletList(tuple(ListItem((Text(one),)) for one in lines))
        ),
        TEXT.map(CodeBlock),
        st.just(Paragraph((Text("words " * 900),))),
    ),
    max_size=8,
).map(lambda blocks: {"rich": to_json(document(*blocks))})
ANSWERS: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXT | LONG,
    "line": LINE,
    "rich": RICH,
    "url": st.sampled_from(["https://a.example", "http://b.example/?q=1&r=<2>"]),
    "link_or_not_needed": st.sampled_from(["https://a.example", "Not needed, because the page has no design"]),
    "number": st.sampled_from(["0", "12", "-2.5"]),
    "date": st.dates().map(lambda day: day.isoformat()),
    "person": st.sampled_from(["U0MARA", "W0LEO"]),
    "people": st.sampled_from([["U0MARA"], ["U0MARA", "W0LEO"]]),
    "dropdown": st.sampled_from(FEW),
    "several": st.sampled_from([FEW, FEW[1:], FEW[:1]]),
    "long_menu": st.sampled_from(MANY),
    "several_of_many": st.sampled_from([MANY, MANY[100:]]),
    "boxes": st.sampled_from([FEW, FEW[:1]]),
    "many_boxes": st.sampled_from([MANY[:40], MANY[30:32]]),
    "too_many_boxes": st.sampled_from([MANY, MANY[:2]]),
    "files": st.sampled_from([[file(1)], [file(number) for number in range(12)]]),
}


def shown(kind: RequestType, draft: Draft) -> list[Json]:
    """All pages of the form."""
    count = len(pages(kind, draft.answers))
    return [form_view(Form(draft.model_copy(update={"page": page}), kind)) for page in range(count)]


@settings(max_examples=examples(40), deadline=None)
@given(answers=st.fixed_dictionaries({}, optional={TITLE: LINE, **ANSWERS}))
def test_answers_come_back_as_they_went_in(
    answers: Json, make_type: MakeType, make_draft: MakeDraft, untouched: Callable[[Json], Json]
) -> None:
    """For every kind of field: what a draft prefills is what the untouched form says, over all pages."""
    kind = make_type(*BODY)
    read: Json = {}
    for view in shown(kind, make_draft(answers=answers)):
        read |= read_state(kind, untouched(view), kept=answers)

    assert {key: answer for key, answer in read.items() if not is_empty(answer)} == {
        key: answer for key, answer in answers.items() if not is_empty(answer)
    }


@settings(max_examples=examples(100))
@given(LONG)
@example("word " * 3000)
@example("x" * 9000)
@example("line\n\n" * 2000)
def test_texts_in_parts_are_whole_again(text: str) -> None:
    """No character is lost where a long text is cut for Slack's inputs."""
    parts = text_parts(text)

    assert joined_text(parts) == text.strip()
    assert all(len(part) <= 2800 for _, part in parts)


def test_a_text_beyond_all_inputs_is_cut_visibly() -> None:
    """More than fifteen inputs are not shown; nothing that comes from Slack is that long."""
    parts = text_parts("word " * 20_000)

    assert len(parts) == 15
    assert parts[-1][1].endswith("…")


def test_a_template_presets_its_values(make_type: MakeType, make_draft: MakeDraft, untouched: Any) -> None:
    """Preset text, the default option and the default title are answers until somebody changes them."""
    kind = make_type(
        {"type": "textarea", "id": "goal", "attributes": {"label": "Goal", "value": "We want"}},
        {"type": "dropdown", "id": "size", "attributes": {"label": "Size", "options": ["S", "M"], "default": 1}},
        title="[Page] ",
    )

    fresh = read_state(kind, untouched(form_view(Form(make_draft(), kind))))
    emptied = form_view(Form(make_draft(answers={"goal": "", "size": "", "title": ""}), kind))

    assert fresh == {"title": "[Page] ", "goal": "We want", "size": "M"}
    assert read_state(kind, untouched(emptied)) == {"title": "", "goal": "", "size": ""}
    assert fitting(kind, {}) == {"title": "[Page] ", "goal": "We want", "size": "M"}


@pytest.mark.parametrize(
    ("start", "typed", "title"),
    [
        ("[Bug]: ", "it broke", "[Bug]: it broke"),
        ("[Bug]: ", "[bug]: it broke", "[bug]: it broke"),
        ("[Bug]: ", "[Bug]:it broke", "[Bug]:it broke"),
        ("[Bug]: ", "[Bug] it broke", "[Bug] it broke"),
        ("[Bug]: ", "[Bugs] everywhere", "[Bug]: [Bugs] everywhere"),
        ("- ", "it broke", "- it broke"),
        ("Page", "Pages are slow", "Page Pages are slow"),
        ("Page", "Page is slow", "Page is slow"),
        ("  ", "it broke", "it broke"),
        ("", "it broke", "it broke"),
    ],
)
def test_a_title_behind_the_start_of_the_template(make_type: MakeType, start: str, typed: str, title: str) -> None:
    """What titles of a type start with stands before one that was typed elsewhere, and is not said twice."""
    kind = make_type({"type": "input", "id": "goal", "attributes": {"label": "Goal"}}, title=start)

    assert kind.titled(typed) == title


def test_switching_the_type_keeps_every_answer_that_has_a_place(
    make_type: MakeType, make_draft: MakeDraft, untouched: Any
) -> None:
    """Text becomes rich text, one option several; what has no place is shown as a note and waits in the draft."""
    answers: Json = {
        "title": "New page",
        "goal": "Grow\n- fast",
        "audience": "Everyone",
        "channels": "Mail",
        "only_here": "stays",
        "due": "soon",
    }
    other = make_type(
        {"type": "textarea", "id": "goal", "attributes": {"label": "Goal", "format": "rich"}},
        {"type": "dropdown", "id": "audience", "attributes": {"label": "Audience", "options": ["New", "Old"]}},
        {"type": "checkboxes", "id": "channels", "attributes": {"label": "Channels", "options": ["Mail", "Web"]}},
        {"type": "date", "id": "due", "attributes": {"label": "Due"}},
        key="campaign",
    )

    view = form_view(Form(make_draft(answers=answers), other))
    read = read_state(other, untouched(view), kept=answers)
    merged = answers | read
    notes = [block["elements"][0]["text"] for block in view["blocks"] if block["type"] == "context"]

    rich = {"rich": to_json(document(Paragraph((Text("Grow"),)), BulletList((ListItem((Text("fast"),)),))))}
    assert read == {"title": "New page", "goal": rich, "channels": ["Mail"]}
    assert notes == [
        "You wrote earlier, which does not fit here: “Everyone”",
        "You wrote earlier, which does not fit here: “soon”",
    ]
    assert fitting(other, merged) == {"title": "New page", "goal": rich, "channels": ["Mail"]}
    assert merged["audience"] == "Everyone"
    assert merged["only_here"] == "stays"


def test_what_another_type_shows_in_part_stays_whole(
    make_type: MakeType, make_draft: MakeDraft, untouched: Any
) -> None:
    """Lines in an input of one line, and two markets where one is asked for, are there again on the way back."""
    answers: Json = {"title": "New page", "goal": "one\ntwo", "markets": ["DE", "FR"]}
    markets = {"label": "Market", "options": ["FR", "DE"]}
    other = make_type(
        {"type": "input", "id": "goal", "attributes": {"label": "Goal"}},
        {"type": "dropdown", "id": "markets", "attributes": markets},
        key="campaign",
    )

    view = form_view(Form(make_draft(answers=answers), other))
    read = read_state(other, untouched(view), kept=answers)

    assert fitting(other, answers) == read == {"title": "New page", "goal": "one two", "markets": "DE"}
    assert answers | changed(other, read, answers) == answers
    assert changed(other, read | {"goal": "one", "markets": ""}, answers) == {
        "title": "New page",
        "goal": "one",
        "markets": "",
    }


def test_a_menu_with_other_options_inherits_no_choice(
    make_type: MakeType, make_draft: MakeDraft, untouched: Any
) -> None:
    """The same field with other options, or of another kind, has another action id, so Slack starts it afresh."""

    def action(*options: str, field_type: str = "dropdown") -> str:
        attributes = {"label": "Size"} | ({"options": list(options)} if options else {})
        kind = make_type({"type": field_type, "id": "size", "attributes": attributes})
        blocks = form_view(Form(make_draft(), kind))["blocks"]
        return next(str(block["element"]["action_id"]) for block in blocks if block["block_id"] == "field:size")

    ids = {
        action("S", "M"),
        action("M", "S"),
        action("S", "M", "L"),
        action(field_type="input"),
        action(field_type="date"),
    }

    assert len(ids) == 5
    assert action("S", "M") == action("S", "M")


def test_an_option_of_another_menu_says_nothing(make_type: MakeType) -> None:
    """A state that was made with other options is not taken by its number."""
    kind = make_type({"type": "dropdown", "id": "size", "attributes": {"label": "Size", "options": ["S", "M"]}})
    values = {"field:size": {"answer.select.00000000": {"type": "static_select", "selected_option": {"value": "1"}}}}

    assert read_state(kind, values) == {"size": ""}


def files_form(make_type: MakeType) -> RequestType:
    body = {"type": "files", "id": "assets", "attributes": {"label": "Assets"}, "validations": {"required": True}}
    return make_type(body)


def test_files_are_added_kept_and_taken_out(make_type: MakeType, make_draft: MakeDraft, untouched: Any) -> None:
    """New files join those of an earlier view; an unticked one is gone; none comes twice."""
    kind = files_form(make_type)
    kept: Json = {"assets": [file(1), file(2)]}
    values = untouched(form_view(Form(make_draft(answers=kept), kind)))
    ticks = next(iter(values["field:assets:kept"].values()))
    ticks["selected_options"] = ticks["selected_options"][:1]
    next(iter(values["field:assets"].values()))["files"] = [
        {
            "id": "F3",
            "name": "file 3.png",
            "size": 3,
            "mimetype": "image/png",
            "url_private": "https://wrong.example",
            "url_private_download": "https://files.example/3",
            "permalink": "https://slack.example/3",
            "user": "U0MARA",
        },
        {"id": "F1"},
    ]

    files = read_state(kind, values, kept=kept)["assets"]

    assert files == [{"id": "F1", "name": "file", "size": 0, "mimetype": "", "url": "", "permalink": ""}, file(3)]


def test_a_file_taken_out_of_its_input_is_gone(make_type: MakeType, make_draft: MakeDraft, untouched: Any) -> None:
    """In the view where it was uploaded, the input alone says which files there are."""
    kind = files_form(make_type)
    values = untouched(form_view(Form(make_draft(), kind)))

    assert read_state(kind, values, kept={"assets": [file(1)]}) == {"title": "", "assets": []}


def test_the_file_input_starts_afresh_when_files_were_kept(make_type: MakeType, make_draft: MakeDraft) -> None:
    """Kept files show in a list of their own, and the required input is optional then."""
    kind = files_form(make_type)

    def input_of(answers: Json) -> Json:
        blocks = form_view(Form(make_draft(answers=answers), kind))["blocks"]
        return next(block for block in blocks if block["block_id"] == "field:assets")

    empty, kept = input_of({}), input_of({"assets": [file(1)]})

    assert empty["optional"] is False
    assert kept["optional"] is True
    assert empty["element"]["action_id"] != kept["element"]["action_id"]


def test_choices_above_the_fields_are_read(make_type: MakeType, make_draft: MakeDraft, untouched: Any) -> None:
    """Request type, team and tracker are read where the view asks, and None where it does not."""
    kind = make_type({"type": "input", "id": "a", "attributes": {"label": "A"}})
    form = Form(
        make_draft(team="web", tracker="asana"),
        kind,
        request_types=(("bug", "Bug", ""), ("landing-page", "Landing page", "A new page")),
        teams=(("web", "Web"), ("app", "App")),
        trackers=(("jira", "Jira"), ("asana", "Asana")),
    )

    assert read_choices(untouched(form_view(form))) == Choices("landing-page", "web", "asana")
    assert read_choices(untouched(form_view(Form(make_draft(), kind)))) == Choices()
    assert read_choices(
        untouched(form_view(Form(make_draft(request_type="gone"), None, form.request_types)))
    ) == Choices("")


def test_mentions_in_rich_text_become_names(make_type: MakeType) -> None:
    """People whom rich text mentions are found first and then named."""
    kind = make_type(BODY[2])
    user = {"type": "user", "user_id": "U0LEO"}
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [user]}]}
    values = {"field:rich": {"answer.rich": {"type": "rich_text_input", "rich_text_value": rich}}}

    assert mentioned(values) == {"U0LEO"}
    assert read_state(kind, values, names={"U0LEO": "Leo Example"}) == {
        "rich": {"rich": to_json(document(Paragraph((Text("@Leo Example"),))))}
    }


def test_errors_stand_at_inputs_of_the_view_only(make_type: MakeType, make_draft: MakeDraft) -> None:
    """A field of the view gets its error; all else stands at the first input, with its label, and is never empty."""
    kind = make_type(
        {"type": "markdown", "id": "intro", "attributes": {"value": "Hello"}},
        {"type": "input", "id": "a", "attributes": {"label": "Goal"}},
        {"type": "input", "id": "b", "attributes": {"label": "Impact"}, "when": {"a": "x"}},
    )
    view = form_view(Form(make_draft(), kind, teams=(("web", "Web"), ("app", "App"))))
    team = view["blocks"][0]["block_id"]

    errors = error_blocks(
        kind,
        {"a": "Write a goal.", "b": "Write more.", "title": "Too short.", "team": "Choose.", "": "Try again."},
        view,
    )

    assert errors == {
        "field:a": "Write a goal.",
        "field:title": "Too short.",
        team: "Choose.\nImpact: Write more.\nTry again.",
    }
    assert error_blocks(kind, {"a": "Write a goal."}, {"blocks": view["blocks"][2:3]}) == {
        "form": "Goal: Write a goal."
    }


def test_suggestions_match_what_was_typed(make_type: MakeType) -> None:
    """Options that start with the words come first; at most 100 are sent, with the numbers that are read back."""
    options = [*(f"Page {number}" for number in range(150)), "Home page", "Start"]
    kind = make_type({"type": "dropdown", "id": "page", "attributes": {"label": "Page", "options": options}})
    field = field_of(kind, "field:page")
    assert field is not None

    found = [option["value"] for option in suggestions(field, "page 14")]
    assert found == ["14", *(str(number) for number in range(140, 150)), "114"]
    assert [option["text"]["text"] for option in suggestions(field, "PAGE home")] == ["Home page"]
    assert len(suggestions(field, "")) == 100
    assert suggestions(field, "nothing like it") == []


@pytest.mark.parametrize(
    ("block", "found"),
    [
        ("field:a", "a"),
        ("field:a:2", "a"),
        ("field:ab", "ab"),
        ("field:title", "title"),
        ("field:x", None),
        ("team", None),
    ],
)
def test_a_blocks_field_is_found(block: str, found: str | None, make_type: MakeType) -> None:
    """By its own id, and parts by their field's."""
    kind = make_type(
        {"type": "input", "id": "a", "attributes": {"label": "A"}},
        {"type": "input", "id": "ab", "attributes": {"label": "B"}},
    )
    field = field_of(kind, block)

    assert (field.id if field else None) == found


def test_fields_that_decide_are_known(make_type: MakeType) -> None:
    """After a change there the form must be drawn again."""
    kind = make_type(
        {"type": "dropdown", "id": "a", "attributes": {"label": "A", "options": ["Yes", "No"]}},
        {"type": "input", "id": "b", "attributes": {"label": "B"}, "when": {"a": "Yes"}},
    )

    assert deciding(kind) == {"field:a"}


def test_very_long_ids_are_told_apart() -> None:
    """Slack's block ids end at 255 characters."""
    one, other = field_block("x" * 300), field_block("x" * 299 + "y")

    assert one != other
    assert len(one) <= 255


def long_form(make_type: MakeType) -> RequestType:
    """Ninety inputs, the last of which depends on the first."""
    first = {"type": "dropdown", "id": "f0", "attributes": {"label": "0", "options": ["Yes", "No"]}}
    fields = [{"type": "input", "id": f"f{number}", "attributes": {"label": str(number)}} for number in range(1, 90)]
    return make_type(first, *fields, {**fields[0], "id": "late", "when": {"f0": "Yes"}})


def test_a_long_form_has_pages(make_type: MakeType, make_draft: MakeDraft) -> None:
    """The first pages say Next, the last one creates the ticket; later ones have a way back and say where one is."""
    kind = long_form(make_type)
    first, second = shown(kind, make_draft(answers={"title": "Big"}))

    assert [view["submit"]["text"] for view in (first, second)] == ["Next", "Create ticket"]
    assert [view["title"]["text"] for view in (first, second)] == ["Dev request (1 of 2)", "Dev request (2 of 2)"]
    assert first["blocks"][-1]["block_id"] == "field:f83"
    assert second["blocks"][0]["elements"][0]["text"] == "Landing page: Big"
    assert second["blocks"][-1]["elements"][0]["action_id"] == "form_back"
    assert page_of(kind, {}, {"f84"}) == 1
    assert page_of(kind, {}, {"gone"}) == 0


def test_next_goes_to_the_first_field_not_shown_yet(make_type: MakeType, make_draft: MakeDraft) -> None:
    """From page to page, to the same page if an answer made a field appear there, and nowhere from the last."""
    kind = long_form(make_type)
    first, second = shown(kind, make_draft())

    assert next_page(kind, {}, first) == 1
    assert next_page(kind, {}, second) is None
    assert next_page(kind, {"f0": "Yes"}, second) == 1
    assert next_page(kind, {}, form_view(Form(make_draft(request_type=""), None, (("a", "A", ""),)))) == 0


@pytest.mark.parametrize("nothing", ["<!-- thank you -->", "#", "[x]: https://example.com", "```\n```", "|a|\n|-|"])
def test_what_draws_nothing_is_not_still_to_come(make_type: MakeType, make_draft: MakeDraft, nothing: str) -> None:
    """An explanation that shows nothing, in the middle or at the end, does not keep the form from being handed in."""
    blank = {"type": "markdown", "attributes": {"value": nothing}}
    fields = ({"type": "input", "id": name, "attributes": {"label": name}} for name in ("a", "b"))
    first, second = fields
    kind = make_type(first, {**blank, "id": "m1"}, second, {**blank, "id": "m2"})
    (view,) = shown(kind, make_draft())

    assert next_page(kind, {}, view) is None


def test_long_answers_take_pages_too(
    make_type: MakeType, make_draft: MakeDraft, fits_view: Callable[[Json], None]
) -> None:
    """Twenty fields full of emoji are more than a view may weigh."""
    kind = make_type(*({"type": "textarea", "id": f"f{n}", "attributes": {"label": str(n)}} for n in range(20)))
    draft = make_draft(answers={f"f{n}": "😀" * 1500 for n in range(20)})

    views = shown(kind, draft)

    assert len(views) == 3
    for view in views:
        fits_view(view)
