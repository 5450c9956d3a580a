"""What may stand where in Block Kit, beyond the numbers; and that nothing breaks the validator."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from sandbox.slack.blockkit import check_message, check_view, message_defects, view_defects
from sandbox.slack.blockkit.elements import ELEMENTS
from sandbox.slack.errors import SlackError
from tests.contract.sandbox_slack.block_builders import (
    Json,
    actions,
    button,
    data_table,
    field,
    home,
    modal,
    mrkdwn,
    option,
    options,
    plain,
    rich,
    section,
    select,
    table,
    text_input,
)
from tests.strategies import examples

GOOD_VIEWS: dict[str, Json] = {
    "every input element": modal(
        field(text_input(multiline=True, min_length=1, max_length=10)),
        field({"type": "email_text_input"}),
        field({"type": "url_text_input"}),
        field({"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "9"}),
        field({"type": "rich_text_input", "action_id": "r", "initial_value": rich({"type": "text", "text": "Hi"})}),
        field({"type": "datepicker", "initial_date": "2027-03-01"}),
        field({"type": "timepicker", "initial_time": "09:30", "timezone": "Europe/Berlin"}),
        field({"type": "datetimepicker", "initial_date_time": 1798761600}),
        field(select(initial_option=option(1))),
        field({"type": "multi_static_select", "options": options(2), "initial_options": [option(0)]}),
        field({"type": "external_select", "min_query_length": 0}),
        field({"type": "multi_external_select", "max_selected_items": 3}),
        field({"type": "users_select", "focus_on_load": True}),
        field({"type": "multi_users_select"}),
        field({"type": "conversations_select", "response_url_enabled": True, "filter": {"include": ["public"]}}),
        field({"type": "channels_select"}),
        field({"type": "checkboxes", "options": [option(text=mrkdwn("*a*"))]}, optional=True),
        field({"type": "radio_buttons", "options": options(2)}, dispatch_action=True),
        field({"type": "file_input", "filetypes": ["png"], "max_files": 2}),
    ),
    "no submit without inputs": {"type": "modal", "title": plain(), "blocks": [section()]},
    "a home tab with a table": home(table(2), {"type": "divider"}),
    "a home tab with an input": home(field(text_input())),
    "rich text of every kind": modal(
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "user", "user_id": "W0PAT"}]},
                {"type": "rich_text_quote", "elements": [{"type": "link", "url": "https://e.example", "text": "x"}]},
                {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x"}], "border": 0},
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "indent": 1,
                    "elements": [{"type": "rich_text_section", "elements": [{"type": "emoji", "name": "eyes"}]}],
                },
            ],
        }
    ),
}

BAD_VIEWS: dict[str, tuple[Json, str]] = {
    "unknown block": (modal({"type": "foo"}), "unsupported type: foo [json-pointer:/view/blocks/0/type]"),
    "no blocks": (modal() | {"blocks": []}, "no less than 1 items allowed [json-pointer:/view/blocks]"),
    "no title": (
        {"type": "modal", "blocks": [section()]},
        "missing required field: title [json-pointer:/view]",
    ),
    "mrkdwn title": (modal(title=mrkdwn()), "unsupported type: mrkdwn [json-pointer:/view/title/type]"),
    "unknown property of the view": (modal(colour="red"), "invalid additional property: colour [json-pointer:/view]"),
    "unknown property of a block": (
        modal(section(colour="red")),
        "invalid additional property: colour [json-pointer:/view/blocks/0]",
    ),
    "unknown property of an element": (
        modal(field(text_input(max_lenght=3))),
        "invalid additional property: max_lenght [json-pointer:/view/blocks/0/element]",
    ),
    "missing label": (
        modal({"type": "input", "element": text_input()}),
        "missing required field: label [json-pointer:/view/blocks/0]",
    ),
    "empty section text": (
        modal(section(text=plain(""))),
        "must be more than 0 characters [json-pointer:/view/blocks/0/text/text]",
    ),
    "section without text": (
        modal({"type": "section"}),
        "missing required field: text or fields [json-pointer:/view/blocks/0]",
    ),
    "empty options": (
        modal(field(select(options=[]))),
        "no less than 1 items allowed [json-pointer:/view/blocks/0/element/options]",
    ),
    "neither options nor groups": (
        modal(field({"type": "static_select"})),
        "must have either options or option_groups [json-pointer:/view/blocks/0/element]",
    ),
    "initial_option not offered": (
        modal(field(select(initial_option=option(7)))),
        "initial_option must be one of the options [json-pointer:/view/blocks/0/element/initial_option]",
    ),
    "initial_options not offered": (
        modal(field({"type": "checkboxes", "options": options(2), "initial_options": [option(1), option(7)]})),
        "initial_options must be among the options [json-pointer:/view/blocks/0/element/initial_options/1]",
    ),
    "duplicate block_id": (
        modal(section(block_id="a"), section(block_id="a")),
        "block_id a already exists [json-pointer:/view/blocks/1/block_id]",
    ),
    "duplicate action_id": (
        modal(actions(button(action_id="a"), button(action_id="a"))),
        "action_id a already exists [json-pointer:/view/blocks/0/elements/1/action_id]",
    ),
    "inputs without submit": (
        {"type": "modal", "title": plain(), "blocks": [field(text_input())]},
        "missing required field: submit (the view has input blocks) [json-pointer:/view]",
    ),
    "button inside an input": (
        modal(field(button())),
        "unsupported type: button [json-pointer:/view/blocks/0/element/type]",
    ),
    "text input in actions": (
        modal(actions(text_input())),
        "unsupported type: plain_text_input [json-pointer:/view/blocks/0/elements/0/type]",
    ),
    "file input as accessory": (
        modal(section(accessory={"type": "file_input"})),
        "unsupported type: file_input [json-pointer:/view/blocks/0/accessory/type]",
    ),
    "two elements focused": (
        modal(field(text_input(focus_on_load=True)), field(text_input(focus_on_load=True))),
        "focus_on_load can be true for one element only [json-pointer:/view/blocks/1/element/focus_on_load]",
    ),
    "file input that dispatches": (
        modal(field({"type": "file_input"}, dispatch_action=True)),
        "file_input cannot dispatch actions [json-pointer:/view/blocks/0/dispatch_action]",
    ),
    "number without is_decimal_allowed": (
        modal(field({"type": "number_input"})),
        "missing required field: is_decimal_allowed [json-pointer:/view/blocks/0/element]",
    ),
    "number given as a number": (
        modal(field({"type": "number_input", "is_decimal_allowed": True, "min_value": 1})),
        "must be a number in a string [json-pointer:/view/blocks/0/element/min_value]",
    ),
    "rich text input without action_id": (
        modal(field({"type": "rich_text_input"})),
        "missing required field: action_id [json-pointer:/view/blocks/0/element]",
    ),
    "max_length of 0": (
        modal(field(text_input(max_length=0))),
        "must be between 1 and 3000 [json-pointer:/view/blocks/0/element/max_length]",
    ),
    "min above max": (
        modal(field(text_input(min_length=5, max_length=4))),
        "min_length must not be greater than max_length [json-pointer:/view/blocks/0/element/min_length]",
    ),
    "no such date": (
        modal(field({"type": "datepicker", "initial_date": "2027-3-1"})),
        "must be a date in the format YYYY-MM-DD [json-pointer:/view/blocks/0/element/initial_date]",
    ),
    "no such time": (
        modal(field({"type": "timepicker", "initial_time": "25:00"})),
        "must be a time in the format HH:mm [json-pointer:/view/blocks/0/element/initial_time]",
    ),
    "milliseconds": (
        modal(field({"type": "datetimepicker", "initial_date_time": 1798761600000})),
        "must be between 1000000000 and 9999999999 [json-pointer:/view/blocks/0/element/initial_date_time]",
    ),
    "max_selected_items of 0": (
        modal(field({"type": "multi_users_select", "max_selected_items": 0})),
        "must be between 1 and 10000 [json-pointer:/view/blocks/0/element/max_selected_items]",
    ),
    "url in an option of a select": (
        modal(field(select(options=[option(url="https://e.example")]))),
        "invalid additional property: url [json-pointer:/view/blocks/0/element/options/0]",
    ),
    "mrkdwn option of a select": (
        modal(field(select(options=[option(text=mrkdwn())]))),
        "unsupported type: mrkdwn [json-pointer:/view/blocks/0/element/options/0/text/type]",
    ),
    "image without source": (
        modal({"type": "image", "alt_text": "x"}),
        "must have either an image_url or a slack_file [json-pointer:/view/blocks/0]",
    ),
    "unknown rich text element": (
        modal(rich({"type": "mention"})),
        "unsupported type: mention [json-pointer:/view/blocks/0/elements/0/elements/0/type]",
    ),
    "empty rich text": (
        modal(rich({"type": "text", "text": ""})),
        "must be more than 0 characters [json-pointer:/view/blocks/0/elements/0/elements/0/text]",
    ),
    "markdown in a modal": (
        modal({"type": "markdown", "text": "x"}),
        "unsupported type: markdown [json-pointer:/view/blocks/0/type]",
    ),
    "table in a modal": (modal(table(1)), "unsupported type: table [json-pointer:/view/blocks/0/type]"),
    "file in a modal": (
        modal({"type": "file", "external_id": "x", "source": "remote"}),
        "unsupported type: file [json-pointer:/view/blocks/0/type]",
    ),
    "alert in a home tab": (
        home({"type": "alert", "text": plain()}),
        "unsupported type: alert [json-pointer:/view/blocks/0/type]",
    ),
    "submit in a home tab": (
        home(section(), submit=plain()),
        "invalid additional property: submit [json-pointer:/view]",
    ),
    "number input in a home tab": (
        home(field({"type": "number_input", "is_decimal_allowed": True})),
        "unsupported type: number_input [json-pointer:/view/blocks/0/element/type]",
    ),
    "response_url_enabled outside an input": (
        modal(section(accessory={"type": "channels_select", "response_url_enabled": True})),
        "response_url_enabled works only in input blocks of modals [json-pointer:/view/blocks/0]",
    ),
    "blocks that are no array": (modal() | {"blocks": {}}, "must provide an array [json-pointer:/view/blocks]"),
}

BAD_MESSAGES: dict[str, tuple[list[Any], str]] = {
    "alert": ([{"type": "alert", "text": plain()}], "unsupported type: alert [json-pointer:/blocks/0/type]"),
    "file input": (
        [field({"type": "file_input"})],
        "unsupported type: file_input [json-pointer:/blocks/0/element/type]",
    ),
    "rich text input": (
        [field({"type": "rich_text_input", "action_id": "a"})],
        "unsupported type: rich_text_input [json-pointer:/blocks/0/element/type]",
    ),
    "uneven data_table": (
        [{"type": "data_table", "caption": "x", "rows": [data_table(2, 2)["rows"][0], data_table(2, 1)["rows"][0]]}],
        "all rows must have the same number of cells [json-pointer:/blocks/0/rows]",
    ),
    "rich text in the header of a data_table": (
        [{"type": "data_table", "caption": "x", "rows": [[rich({"type": "text", "text": "x"})]] * 2}],
        "unsupported type: rich_text [json-pointer:/blocks/0/rows/0/0/type]",
    ),
    "card of nothing": (
        [{"type": "card", "subtitle": plain()}],
        "must have a hero_image, title, actions or body [json-pointer:/blocks/0]",
    ),
    "card with a plain string": (
        [{"type": "card", "title": "x"}],
        "must provide an object [json-pointer:/blocks/0/title]",
    ),
    "container without a title": (
        [{"type": "container", "child_blocks": [section()]}],
        "missing required field: title [json-pointer:/blocks/0]",
    ),
    "a block that is no object": (["x"], "must provide an object [json-pointer:/blocks/0]"),
    "a block without type": ([{"text": plain()}], "missing required field: type [json-pointer:/blocks/0]"),
    "javascript url": (
        [actions(button(url="javascript alert"))],
        "must be a valid url [json-pointer:/blocks/0/elements/0/url]",
    ),
}


@pytest.mark.parametrize("view", GOOD_VIEWS.values(), ids=GOOD_VIEWS)
def test_a_good_view_is_accepted(view: Json):
    """Views that use what Slack offers pass."""
    assert view_defects(view, view["type"]) == []


@pytest.mark.parametrize(("view", "words"), BAD_VIEWS.values(), ids=BAD_VIEWS)
def test_a_bad_view_is_refused_with_the_reason(view: Json, words: str):
    """Each defect gives invalid_arguments with Slack's line about it."""
    with pytest.raises(SlackError) as refusal:
        check_view(view, view["type"])

    assert refusal.value.code == "invalid_arguments"
    assert f"[ERROR] {words}" in refusal.value.messages


@pytest.mark.parametrize(("blocks", "words"), BAD_MESSAGES.values(), ids=BAD_MESSAGES)
def test_bad_blocks_of_a_message_are_refused_with_the_reason(blocks: list[Any], words: str):
    """Each defect gives invalid_blocks with Slack's line about it."""
    with pytest.raises(SlackError) as refusal:
        check_message(blocks)

    assert refusal.value.code == "invalid_blocks"
    assert f"[ERROR] {words}" in refusal.value.messages


def test_blocks_that_are_no_array_have_their_own_error():
    """chat.postMessage says invalid_blocks_format then."""
    with pytest.raises(SlackError, match=r"^invalid_blocks_format$"):
        check_message({"type": "section"})


def test_a_modal_is_no_home_tab():
    """The type of a view must be the one that the method expects."""
    assert view_defects(home(section()), "modal") == ["[ERROR] must be of type modal [json-pointer:/view/type]"]


KEYS = [
    "type",
    "text",
    "blocks",
    "elements",
    "element",
    "options",
    "accessory",
    "rows",
    "value",
    "action_id",
    "block_id",
]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=examples(75), deadline=None)
@given(
    junk=ANYTHING,
    element=st.sampled_from(sorted(ELEMENTS)),
    key=st.sampled_from(["options", "initial_option", "initial_options", "min_value", "text", "type", "action_id"]),
)
def test_no_junk_breaks_the_validator(junk: Any, element: str, key: str):
    """Whatever stands in the blocks, the answer is a list of lines, never a crash."""
    views = [
        modal() | {"blocks": junk},
        modal() | {"blocks": [junk]},
        modal(field({"type": element, key: junk})),
        modal(actions({"type": element, key: junk})),
        modal(title=junk),
    ]
    for view in views:
        before = copy.deepcopy(view)
        lines = view_defects(view, "modal") + message_defects([view["blocks"]])
        assert all(line.startswith("[ERROR] ") and line.endswith("]") for line in lines)
        assert view == before
