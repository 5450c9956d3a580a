"""The form, exactly as Slack gets it."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.request import Draft, Source
from bot.domain.template import RequestType
from bot.slack.ids import FIELD_ACTION, FIELD_OPTIONS
from bot.slack.views.form import Form, form_view, unshowable
from bot.slack.views.metadata import Metadata
from tests.slack.limits import view_defects

Json = dict[str, Any]
MakeType = Callable[..., RequestType]
MakeDraft = Callable[..., Draft]

TYPES = (("landing-page", "Landing page", "A new page, or a change to one"), ("bug", "Bug", ""))
SPEAK_UP = {"trigger_actions_on": ["on_character_entered"]}
LATER = (
    "What is needed before work starts can follow later. Where something does not apply, write “Not needed, because …”."
)
TYPED = {"dispatch_action_config": SPEAK_UP}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def question(block_id: str, label: str, element: Json, **more: Any) -> Json:
    made = {"type": "input", "block_id": block_id, "label": plain(label), "element": element, "optional": True}
    return made | {"dispatch_action": True} | more


def title(initial: str = "") -> Json:
    element = {
        "type": "plain_text_input",
        "multiline": False,
        "max_length": 3000,
        "dispatch_action_config": SPEAK_UP,
        "placeholder": plain("What you need, in a few words"),
        "action_id": "answer.line",
    } | ({"initial_value": initial} if initial else {})
    return question("field:title", "Title", element, optional=False)


def option(text: str, value: str, description: str = "") -> Json:
    return {"text": plain(text), "value": value} | ({"description": plain(description)} if description else {})


def type_menu(chosen: Json | None = None, block_id: str = "request_type:01666527") -> Json:
    element: Json = {
        "type": "static_select",
        "action_id": "request_type",
        "placeholder": plain("Choose …"),
        "options": [
            option("Landing page", "landing-page", "A new page, or a change to one"),
            option("Bug", "bug"),
        ],
    }
    return question(
        block_id, "What do you need?", element | ({"initial_option": chosen} if chosen else {}), optional=False
    )


def by_block(view: Json) -> dict[str, Json]:
    return {block["block_id"]: block for block in view["blocks"]}


def one_field(make_type: MakeType, make_draft: MakeDraft, field: Json, **answers: Any) -> list[Json]:
    """The blocks that one field makes."""
    kind = make_type({"id": "f", **field})
    return [
        block
        for block in form_view(Form(make_draft(answers=answers), kind))["blocks"]
        if block["block_id"].startswith("field:f")
    ]


def test_the_picker(make_draft: MakeDraft, fits_view: Callable[[Json], None]) -> None:
    """Without a request type the form asks for one, and says Next."""
    view = form_view(Form(make_draft(request_type="", id="", channel="C0MARDEV"), None, TYPES))

    fits_view(view)
    assert view == {
        "type": "modal",
        "callback_id": "devrequest_form",
        "title": plain("Dev request"),
        "submit": plain("Next"),
        "close": plain("Close"),
        "private_metadata": '{"channel":"C0MARDEV"}',
        "blocks": [type_menu()],
    }


def test_a_form(make_type: MakeType, make_draft: MakeDraft, fits_view: Callable[[Json], None]) -> None:
    """Menus, title, fields with their hints, and where the ticket will be announced."""
    kind = make_type(
        {"type": "markdown", "id": "intro", "attributes": {"value": "Ask **early**."}},
        {
            "type": "textarea",
            "id": "criteria",
            "attributes": {
                "label": "Acceptance criteria",
                "description": "One a *line*",
                "placeholder": "It loads\nIt saves",
            },
            "ready": {"required": True, "at_least": 2},
        },
        {"type": "date", "id": "launch_date", "attributes": {"label": "Launch"}, "validations": {"required": True}},
        {"type": "dropdown", "id": "ab_test", "attributes": {"label": "A/B test?", "options": ["Yes", "No"]}},
        {"type": "textarea", "id": "hypothesis", "attributes": {"label": "Why"}, "when": {"ab_test": "Yes"}},
    )
    draft = make_draft(answers={"title": "Spring sale", "ab_test": "No"}, template_hash="0123456789abcdef")

    view = form_view(Form(draft, kind, TYPES, announce_in="C0MARDEV"))

    fits_view(view)
    assert view["submit"] == plain("Create ticket")
    assert view["private_metadata"] == (
        '{"draft":"V0FORM","request_type":"landing-page","template_hash":"0123456789abcdef"}'
    )
    assert view["blocks"] == [
        type_menu(option("Landing page", "landing-page", "A new page, or a change to one")),
        title("Spring sale"),
        {"type": "context", "block_id": "later", "elements": [plain(LATER)]},
        {
            "type": "section",
            "block_id": "field:intro",
            "text": {"type": "mrkdwn", "text": "Ask *early*\u200b.", "verbatim": True},
        },
        question(
            "field:criteria",
            "Acceptance criteria",
            {
                "type": "plain_text_input",
                "multiline": True,
                "max_length": 3000,
                "dispatch_action_config": SPEAK_UP,
                "placeholder": plain("It loads ↵ It saves"),
                "action_id": "answer.text",
            },
            hint=plain("One a line. Needed before work starts."),
        ),
        question("field:launch_date", "Launch", {"type": "datepicker", "action_id": "answer.date"}, optional=False),
        question(
            "field:ab_test",
            "A/B test?",
            {
                "type": "static_select",
                "options": [option("Yes", "0"), option("No", "1")],
                "initial_option": option("No", "1"),
                "action_id": "answer.select.aeffa8b9",
            },
        ),
        {
            "type": "context",
            "block_id": "announce",
            "elements": [
                {
                    "type": "mrkdwn",
                    "text": "When the ticket is there, <#C0MARDEV> gets a message with its title, your name"
                    " and the link.",
                    "verbatim": True,
                }
            ],
        },
    ]


def test_conditional_fields_come_and_go(make_type: MakeType, make_draft: MakeDraft) -> None:
    """A field is there when its condition holds, presets included."""
    kind = make_type(
        {"type": "dropdown", "id": "ab", "attributes": {"label": "A/B?", "options": ["Yes", "No"], "default": 0}},
        {"type": "input", "id": "yes", "attributes": {"label": "Y"}, "when": {"ab": "Yes"}},
        {"type": "input", "id": "no", "attributes": {"label": "N"}, "when": {"ab": ["No"]}},
    )

    def fields(**answers: str) -> list[str]:
        return [block["block_id"] for block in form_view(Form(make_draft(answers=answers), kind))["blocks"]][1:]

    assert fields() == ["field:ab", "field:yes"]
    assert fields(ab="No") == ["field:ab", "field:no"]
    assert fields(ab="") == ["field:ab"]


@pytest.mark.parametrize(
    ("field", "answer", "element"),
    [
        (
            {"type": "url"},
            "https://a.example",
            {"type": "url_text_input", "initial_value": "https://a.example"} | TYPED,
        ),
        (
            {"type": "number"},
            "2,5",
            {"type": "number_input", "is_decimal_allowed": True, "initial_value": "2.5"} | TYPED,
        ),
        ({"type": "person"}, "U0MARA", {"type": "users_select", "initial_user": "U0MARA"}),
        ({"type": "people"}, ["U0MARA"], {"type": "multi_users_select", "initial_users": ["U0MARA"]}),
        ({"type": "date"}, "2026-12-01", {"type": "datepicker", "initial_date": "2026-12-01"}),
        (
            {"type": "upload", "validations": {"accept": ".PNG, .pdf, .tar.gz,.gz"}},
            None,
            {"type": "file_input", "max_files": 10, "filetypes": ["png", "pdf", "gz"]},
        ),
    ],
)
def test_elements(field: Json, answer: Any, element: Json, make_type: MakeType, make_draft: MakeDraft) -> None:
    """Each type of field has its element, with the answer in it."""
    answers = {} if answer is None else {"f": answer}
    blocks = one_field(make_type, make_draft, {**field, "attributes": {"label": "L"}}, **answers)

    kind = field["type"].replace("upload", "files")
    assert [block["element"] for block in blocks] == [element | {"action_id": f"answer.{kind}"}]


@pytest.mark.parametrize(
    ("field_type", "count", "multiple", "element"),
    [
        ("dropdown", 100, False, "static_select"),
        ("dropdown", 101, False, "external_select"),
        ("dropdown", 100, True, "multi_static_select"),
        ("dropdown", 101, True, "multi_external_select"),
        ("checkboxes", 10, False, "checkboxes"),
        ("checkboxes", 11, False, "multi_static_select"),
        ("checkboxes", 101, False, "multi_external_select"),
    ],
)
def test_menus_grow_with_their_options(
    field_type: str, count: int, multiple: bool, element: str, make_type: MakeType, make_draft: MakeDraft
) -> None:
    """Beyond what an element of Slack's holds, the next larger one stands in."""
    attributes = {"label": "L", "options": [f"Option {n}" for n in range(count)], "multiple": multiple}
    (block,) = one_field(make_type, make_draft, {"type": field_type, "attributes": attributes})

    assert block["element"]["type"] == element
    assert FIELD_ACTION.match(block["element"]["action_id"])
    assert bool(FIELD_OPTIONS.match(block["element"]["action_id"])) == (count == 101)


def test_long_options_are_listed_in_full(make_type: MakeType, make_draft: MakeDraft) -> None:
    """Where one option must be shortened, all are numbered and stand in full above the menu."""
    options = ["Short", "x" * 80]
    above, menu = one_field(
        make_type, make_draft, {"type": "dropdown", "attributes": {"label": "Size", "options": options}}, f="x" * 80
    )

    assert above == {
        "type": "section",
        "block_id": "field:f:about1",
        "text": plain(f"Size: the options in full\n1. Short\n2. {'x' * 80}"),
    }
    assert menu["element"]["options"] == [option("1. Short", "0"), option(f"2. {'x' * 71}…", "1")]
    assert menu["element"]["initial_option"] == option(f"2. {'x' * 71}…", "1")


def test_boxes_that_must_be_ticked_say_so(make_type: MakeType, make_draft: MakeDraft) -> None:
    """A required box is marked; Markdown in its label is readable, and the link stands there in full."""
    options = [{"label": "I follow the [rules](https://a.example)", "required": True}, {"label": "I searched"}]
    (block,) = one_field(
        make_type, make_draft, {"type": "checkboxes", "attributes": {"label": "L", "options": options}}
    )

    assert block["optional"] is False
    assert block["element"]["options"] == [
        option("I follow the rules (https://a.example)", "0", "Required"),
        option("I searched", "1"),
    ]


OPTIONS = ["> 10", "10", "1. Critical", "List<int>", "List<str>", "__init__", "`x`", "x"]


@pytest.mark.parametrize(
    ("field_type", "shown"),
    [
        ("dropdown", OPTIONS),
        ("checkboxes", ["> 10", "10", "1. Critical", "List<int>", "List<str>", "init", "`x`", "x"]),
    ],
)
def test_options_stay_what_they_say(
    field_type: str, shown: list[str], make_type: MakeType, make_draft: MakeDraft
) -> None:
    """Options of a menu are no Markdown; the boxes that are stay apart from each other."""
    (block,) = one_field(make_type, make_draft, {"type": field_type, "attributes": {"label": "L", "options": OPTIONS}})

    assert [one["text"]["text"] for one in block["element"]["options"]] == shown


def test_long_words_of_a_template_are_shown_elsewhere(make_type: MakeType, make_draft: MakeDraft) -> None:
    """A description too long for a hint stands above; an example too long for a placeholder in the hint."""
    attributes = {"label": "L", "description": "d " * 1200, "placeholder": "one two " * 30}
    above, block = one_field(make_type, make_draft, {"type": "input", "attributes": attributes})

    assert above["text"]["text"] == ("d " * 1200).strip()
    assert block["hint"] == plain("For example: " + ("one two " * 30).strip())
    assert len(block["element"]["placeholder"]["text"]) == 150
    assert block["element"]["placeholder"]["text"].endswith("…")


@pytest.mark.parametrize(
    ("field", "hint", "once"),
    [
        ({"type": "textarea"}, "Needed before work starts.", [LATER]),
        ({"type": "url"}, "Needed before work starts.", [LATER]),
        ({"type": "date"}, "Needed before work starts.", ["What is needed before work starts can follow later."]),
        ({"type": "date", "validations": {"required": True}}, None, []),
    ],
)
def test_fields_that_developers_need_say_so(
    field: Json, hint: str | None, once: list[str], make_type: MakeType, make_draft: MakeDraft
) -> None:
    """Optional fields of the definition of ready say when they are needed; the form says once what to do about it."""
    entry = {**field, "attributes": {"label": "L"}, "ready": {"required": True}}
    blocks = form_view(Form(make_draft(), make_type(entry | {"id": "a"}, entry | {"id": "b"})))["blocks"]

    assert [block.get("hint") for block in blocks[-2:]] == [plain(hint) if hint else None] * 2
    assert [block["elements"][0]["text"] for block in blocks if block["type"] == "context"] == once


def test_problems_stand_at_their_fields(make_type: MakeType, make_draft: MakeDraft, fits_view: Any) -> None:
    """A reason stands below its input; what has none here is said on top."""
    kind = make_type({"type": "input", "id": "a", "attributes": {"label": "A"}})
    problems = {"a": "Jira wants a number.", "gone": "Too long.", "": "The project is closed.", "team": "No such team."}

    view = form_view(Form(make_draft(), kind, TYPES, problems=problems))
    blocks = view["blocks"]

    fits_view(view)
    assert blocks[0] == {
        "type": "section",
        "block_id": "problems",
        "text": plain(
            "The ticket could not be made like this. Your answers are all here: please change them and send again."
            "\n⚠ Too long.\n⚠ The project is closed.\n⚠ No such team."
        ),
    }
    assert blocks[-1] == {
        "type": "context",
        "block_id": "field:a:problem",
        "elements": [plain("⚠ Jira wants a number.")],
    }


EVERY = (
    {"type": "input"},
    {"type": "textarea"},
    {"type": "textarea", "format": "rich"},
    {"type": "dropdown", "options": ["x", "y"]},
    {"type": "dropdown", "options": [f"o{number}" for number in range(120)]},
    {"type": "dropdown", "multiple": True, "options": ["x", "y"]},
    {"type": "checkboxes", "options": [{"label": "x"}]},
    {"type": "checkboxes", "options": [{"label": f"o{number}"} for number in range(12)]},
    {"type": "date"},
    {"type": "number"},
    {"type": "url"},
    {"type": "person"},
    {"type": "people"},
    {"type": "files"},
)


@pytest.mark.parametrize("one", EVERY, ids=lambda one: f"{one['type']}{len(one.get('options', ()))}")
def test_a_problem_stands_at_any_kind_of_field(
    one: Json, make_type: MakeType, make_draft: MakeDraft, fits_view: Any
) -> None:
    """Rich text, menus and files as well as lines, and the title of every form."""
    own = {key: value for key, value in one.items() if key != "type"}
    kind = make_type({"type": one["type"], "id": "a", "attributes": {"label": "A", **own}})

    view = form_view(Form(make_draft(), kind, TYPES, problems={"a": "Not this.", "title": "Nor that."}))

    fits_view(view)
    found = [(view["blocks"][at - 1], block) for at, block in enumerate(view["blocks"]) if block["type"] == "context"]
    notes = {note["elements"][0]["text"]: above["label"]["text"] for above, note in found if "label" in above}
    assert notes == {"⚠ Not this.": "A", "⚠ Nor that.": "Title"}
    assert "⚠" not in view["blocks"][0]["text"]["text"]


def test_a_half_filled_form_is_offered_again(make_draft: MakeDraft, fits_view: Any) -> None:
    """Title and type of the earlier form, Continue and Start fresh; the inputs get other ids meanwhile."""
    earlier = make_draft(id="V0OLD", request_type="bug", answers={"title": "<!here> sale"})

    view = form_view(Form(make_draft(request_type="", id=""), None, TYPES, resume=earlier))

    fits_view(view)
    assert view["blocks"] == [
        {"type": "section", "block_id": "resume", "text": plain("You have not finished “<!here> sale” (Bug).")},
        {
            "type": "actions",
            "block_id": "resume_buttons",
            "elements": [
                {
                    "type": "button",
                    "action_id": "draft_continue",
                    "text": plain("Continue"),
                    "value": "V0OLD",
                    "style": "primary",
                },
                {
                    "type": "button",
                    "action_id": "draft_start_fresh",
                    "text": plain("Start fresh"),
                    "value": "V0OLD",
                },
            ],
        },
        type_menu(block_id="request_type:01666527.offer"),
    ]


def test_continuing_shows_the_earlier_answers(make_type: MakeType, make_draft: MakeDraft) -> None:
    """No input of the offering form shares its ids with one of the form that follows, so Slack keeps nothing."""
    kind = make_type({"type": "input", "id": "a", "attributes": {"label": "A"}})

    def ids(resume: Draft | None) -> set[tuple[str, str]]:
        view = form_view(Form(make_draft(), kind, TYPES, resume=resume))
        inputs = [block for block in view["blocks"] if block["type"] == "input"]
        return {(block["block_id"], block["element"]["action_id"]) for block in inputs}

    assert ids(make_draft()) & ids(None) == set()
    assert len(ids(None)) == 3


def test_a_form_from_a_message_says_so(make_type: MakeType, make_draft: MakeDraft, fits_view: Any) -> None:
    """The message is linked, its author named, nobody pinged."""
    kind = make_type({"type": "input", "id": "a", "attributes": {"label": "A"}})
    source = Source(channel="C1", ts="1.2", author="Leo <!here>", text="x" * 9000, permalink="https://slack.example/p1")

    view = form_view(Form(make_draft(source=source), kind))

    fits_view(view)
    assert by_block(view)["source"]["elements"] == [
        {
            "type": "mrkdwn",
            "text": "From <https://slack.example/p1|a message> by Leo &lt;!here&gt;.",
            "verbatim": True,
        }
    ]
    assert Metadata.parse(view["private_metadata"]).source == {
        "channel": "C1",
        "ts": "1.2",
        "author": "Leo <!here>",
        "permalink": "https://slack.example/p1",
    }


def test_hundreds_of_types_are_grouped(make_draft: MakeDraft, fits_view: Any) -> None:
    """A menu holds 100 options; more stand in groups; what two types are called is followed by their keys."""
    types = tuple((f"type-{number}", f"Type {number % 229}", "") for number in range(230))

    view = form_view(Form(make_draft(request_type="type-210"), None, types))
    element = view["blocks"][0]["element"]

    fits_view(view)
    assert [len(group["options"]) for group in element["option_groups"]] == [100, 100, 30]
    assert element["option_groups"][1]["label"] == plain("Type 100 … Type 199")
    same = (element["option_groups"][0]["options"][0], element["option_groups"][2]["options"][-1])
    assert [option["text"] for option in same] == [plain("Type 0 (type-0)"), plain("Type 0 (type-229)")]
    assert element["initial_option"]["value"] == "type-210"


@pytest.mark.parametrize(
    ("field", "reasons"),
    [
        ({"type": "dropdown", "attributes": {"label": "Size"}}, ["“Size” has no options to choose from."]),
        (
            {"type": "markdown", "attributes": {"value": "long " * 60_000}},
            ["“f” is too long for a page of a form in Slack: shorten its text or its options."],
        ),
        ({"type": "input", "attributes": {"label": "A"}}, []),
    ],
)
def test_what_slack_cannot_show_is_said(field: Json, reasons: list[str], make_type: MakeType) -> None:
    """`devrequest check` names the field and what to do."""
    assert unshowable(make_type({"id": "f", **field})) == reasons


def test_a_key_too_long_for_a_menu_is_said(make_type: MakeType) -> None:
    """The key is the value of a menu's option."""
    kind = make_type({"type": "input", "id": "a", "attributes": {"label": "A"}}, key="k" * 76)

    assert unshowable(kind) == ["Its file name has more than 75 characters, which Slack's menus cannot hold."]


def test_metadata_survives(make_draft: MakeDraft) -> None:
    """What a view carries comes back; strangers' text gives empty metadata; long names give way."""
    source = Source(channel="C1", ts="1.2", author="a" * 2900, permalink="https://slack.example/p1")
    draft = make_draft(page=2, team="web", tracker="jira", supersedes="V0OLD", source=source, channel="C1")

    stored = Metadata.of(draft).to_json()

    assert len(stored) <= 3000
    assert Metadata.parse(stored) == Metadata(
        draft="V0FORM",
        request_type="landing-page",
        page=2,
        team="web",
        tracker="jira",
        channel="C1",
        supersedes="V0OLD",
        source={"channel": "C1", "ts": "1.2", "permalink": "https://slack.example/p1"},
    )
    assert Metadata.parse('{"page": "two", "evil": 1, "team": "web"}') == Metadata(team="web")
    assert Metadata.parse("[1]") == Metadata.parse("") == Metadata.parse("{") == Metadata()


def test_views_are_made_from_shared_parts_and_stay_the_same(make_type: MakeType, make_draft: MakeDraft) -> None:
    """Making a form with answers and problems changes nothing in the next empty one."""
    kind = make_type({"type": "input", "id": "a", "attributes": {"label": "A"}})
    before = form_view(Form(make_draft(), kind, TYPES))

    form_view(Form(make_draft(answers={"a": "x"}), kind, TYPES, problems={"a": "No."}, resume=make_draft()))

    assert form_view(Form(make_draft(), kind, TYPES)) == before
    assert view_defects(before) == []
