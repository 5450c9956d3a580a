"""Every limit of Block Kit: what is just allowed passes, what is one too much is refused, with a pointer to it."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from sandbox.slack.blockkit import check_message, check_options, check_view, message_defects, view_defects
from sandbox.slack.blockkit.elements import ELEMENTS
from sandbox.slack.errors import SlackError

Json = dict[str, Any]


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x") -> Json:
    return {"type": "mrkdwn", "text": text}


def option(number: int = 0, **more: Any) -> Json:
    return {"text": plain(f"Option {number}"), "value": str(number)} | more


def options(count: int) -> list[Json]:
    return [option(number) for number in range(count)]


def section(**more: Any) -> Json:
    return {"type": "section", "text": plain()} | more


def field(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("Label"), "element": element} | more


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("Press")} | more


def modal(*blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "title": plain("Title"),
        "submit": plain("Send"),
        "blocks": list(blocks) or [section()],
    } | more


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks)} | more


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def table(rows: int, columns: int = 1, text: str = "x") -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * columns] * rows}


def data_table(rows: int, columns: int = 1) -> Json:
    return {"type": "data_table", "caption": "Numbers", "rows": table(rows, columns)["rows"]}


def confirm(**more: Any) -> Json:
    parts = {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain()} | more
    return actions(button(confirm=parts))


def select(**more: Any) -> Json:
    return {"type": "static_select", "options": options(2)} | more


def text_input(**more: Any) -> Json:
    return {"type": "plain_text_input"} | more


VIEW_LIMITS: dict[str, tuple[Callable[[int], Json], int, str]] = {
    "title": (lambda n: modal(title=plain("x" * n)), 24, "/view/title/text"),
    "submit": (lambda n: modal(submit=plain("x" * n)), 24, "/view/submit/text"),
    "close": (lambda n: modal(close=plain("x" * n)), 24, "/view/close/text"),
    "private_metadata": (lambda n: modal(private_metadata="x" * n), 3000, "/view/private_metadata"),
    "callback_id": (lambda n: modal(callback_id="x" * n), 255, "/view/callback_id"),
    "external_id": (lambda n: modal(external_id="x" * n), 255, "/view/external_id"),
    "blocks of a modal": (lambda n: modal(*[section()] * n), 100, "/view/blocks"),
    "blocks of a home tab": (lambda n: home(*[section()] * n), 100, "/view/blocks"),
    "block_id": (lambda n: modal(section(block_id="x" * n)), 255, "/view/blocks/0/block_id"),
    "action_id": (
        lambda n: modal(actions(button(action_id="x" * n))),
        255,
        "/view/blocks/0/elements/0/action_id",
    ),
    "section text": (lambda n: modal(section(text=mrkdwn("x" * n))), 3000, "/view/blocks/0/text/text"),
    "section fields": (lambda n: modal(section(fields=[plain()] * n)), 10, "/view/blocks/0/fields"),
    "a field": (lambda n: modal(section(fields=[plain("x" * n)])), 2000, "/view/blocks/0/fields/0/text"),
    "header": (lambda n: modal({"type": "header", "text": plain("x" * n)}), 150, "/view/blocks/0/text/text"),
    "header level": (
        lambda n: modal({"type": "header", "text": plain(), "level": n}),
        4,
        "/view/blocks/0/level",
    ),
    "context": (lambda n: modal({"type": "context", "elements": [plain()] * n}), 10, "/view/blocks/0/elements"),
    "actions": (lambda n: modal(actions(*[button()] * n)), 25, "/view/blocks/0/elements"),
    "label": (lambda n: modal(field(text_input(), label=plain("x" * n))), 2000, "/view/blocks/0/label/text"),
    "hint": (lambda n: modal(field(text_input(), hint=plain("x" * n))), 2000, "/view/blocks/0/hint/text"),
    "image_url": (
        lambda n: modal({"type": "image", "alt_text": "x", "image_url": "https://e.example/".ljust(n, "x")}),
        3000,
        "/view/blocks/0/image_url",
    ),
    "alt_text": (
        lambda n: modal({"type": "image", "alt_text": "x" * n, "image_url": "https://e.example/"}),
        2000,
        "/view/blocks/0/alt_text",
    ),
    "image title": (
        lambda n: modal({"type": "image", "alt_text": "x", "image_url": "https://e.example/", "title": plain("x" * n)}),
        2000,
        "/view/blocks/0/title/text",
    ),
    "button text": (lambda n: modal(actions(button(text=plain("x" * n)))), 75, "/view/blocks/0/elements/0/text/text"),
    "button value": (lambda n: modal(actions(button(value="x" * n))), 2000, "/view/blocks/0/elements/0/value"),
    "button url": (
        lambda n: modal(actions(button(url="https://e.example/".ljust(n, "x")))),
        3000,
        "/view/blocks/0/elements/0/url",
    ),
    "accessibility_label": (
        lambda n: modal(actions(button(accessibility_label="x" * n))),
        75,
        "/view/blocks/0/elements/0/accessibility_label",
    ),
    "placeholder": (
        lambda n: modal(field(text_input(placeholder=plain("x" * n)))),
        150,
        "/view/blocks/0/element/placeholder/text",
    ),
    "max_length": (lambda n: modal(field(text_input(max_length=n))), 3000, "/view/blocks/0/element/max_length"),
    "min_length": (lambda n: modal(field(text_input(min_length=n))), 3000, "/view/blocks/0/element/min_length"),
    "initial_value": (
        lambda n: modal(field(text_input(initial_value="x" * n))),
        3000,
        "/view/blocks/0/element/initial_value",
    ),
    "options": (lambda n: modal(field(select(options=options(n)))), 100, "/view/blocks/0/element/options"),
    "option text": (
        lambda n: modal(field(select(options=[option(text=plain("x" * n))]))),
        75,
        "/view/blocks/0/element/options/0/text/text",
    ),
    "option value": (
        lambda n: modal(field(select(options=[option(value="x" * n)]))),
        75,
        "/view/blocks/0/element/options/0/value",
    ),
    "option description": (
        lambda n: modal(field(select(options=[option(description=plain("x" * n))]))),
        75,
        "/view/blocks/0/element/options/0/description/text",
    ),
    "option groups": (
        lambda n: modal(
            field(
                {
                    "type": "static_select",
                    "option_groups": [{"label": plain(), "options": [option(number)]} for number in range(n)],
                }
            )
        ),
        100,
        "/view/blocks/0/element/option_groups",
    ),
    "group label": (
        lambda n: modal(
            field({"type": "static_select", "option_groups": [{"label": plain("x" * n), "options": options(1)}]})
        ),
        75,
        "/view/blocks/0/element/option_groups/0/label/text",
    ),
    "overflow": (
        lambda n: modal(section(accessory={"type": "overflow", "options": options(n)})),
        5,
        "/view/blocks/0/accessory/options",
    ),
    "radio_buttons": (
        lambda n: modal(field({"type": "radio_buttons", "options": options(n)})),
        10,
        "/view/blocks/0/element/options",
    ),
    "checkboxes": (
        lambda n: modal(field({"type": "checkboxes", "options": options(n)})),
        10,
        "/view/blocks/0/element/options",
    ),
    "confirm title": (
        lambda n: modal(confirm(title=plain("x" * n))),
        100,
        "/view/blocks/0/elements/0/confirm/title/text",
    ),
    "confirm text": (lambda n: modal(confirm(text=plain("x" * n))), 300, "/view/blocks/0/elements/0/confirm/text/text"),
    "confirm button": (
        lambda n: modal(confirm(confirm=plain("x" * n))),
        30,
        "/view/blocks/0/elements/0/confirm/confirm/text",
    ),
    "deny button": (lambda n: modal(confirm(deny=plain("x" * n))), 30, "/view/blocks/0/elements/0/confirm/deny/text"),
    "max_files": (
        lambda n: modal(field({"type": "file_input", "max_files": n})),
        10,
        "/view/blocks/0/element/max_files",
    ),
    "max_lines": (
        lambda n: modal(field({"type": "rich_text_input", "action_id": "a", "max_lines": n})),
        100,
        "/view/blocks/0/element/max_lines",
    ),
    "alert": (lambda n: modal({"type": "alert", "text": plain("x" * n)}), 200, "/view/blocks/0/text/text"),
    "card title": (lambda n: modal({"type": "card", "title": plain("x" * n)}), 150, "/view/blocks/0/title/text"),
    "card body": (lambda n: modal({"type": "card", "body": plain("x" * n)}), 200, "/view/blocks/0/body/text"),
    "card buttons": (lambda n: modal({"type": "card", "actions": [button()] * n}), 3, "/view/blocks/0/actions"),
}

MESSAGE_LIMITS: dict[str, tuple[Callable[[int], list[Json]], int, str]] = {
    "blocks": (lambda n: [section()] * n, 50, "/blocks"),
    "table rows": (lambda n: [table(n)], 100, "/blocks/0/rows"),
    "table columns": (lambda n: [table(1, n)], 20, "/blocks/0/rows/0"),
    "table characters": (lambda n: [table(1, 1, "x" * n)], 10_000, "/blocks/0/rows"),
    "tables": (lambda n: [table(1)] * n, 1, "/blocks"),
    "data_table rows": (lambda n: [data_table(n)], 201, "/blocks/0/rows"),
    "data_table columns": (lambda n: [data_table(2, n)], 20, "/blocks/0/rows/0"),
    "page_size": (lambda n: [data_table(2) | {"page_size": n}], 100, "/blocks/0/page_size"),
    "markdown": (lambda n: [{"type": "markdown", "text": "x" * n}], 12_000, "/blocks/0/text"),
    "markdown in total": (
        lambda n: [{"type": "markdown", "text": "x" * 6_000}, {"type": "markdown", "text": "x" * (n - 6_000)}],
        12_000,
        "/blocks/1/text",
    ),
    "carousel": (
        lambda n: [{"type": "carousel", "elements": [{"type": "card", "title": plain()}] * n}],
        10,
        "/blocks/0/elements",
    ),
    "container": (
        lambda n: [{"type": "container", "title": plain(), "child_blocks": [section()] * n}],
        10,
        "/blocks/0/child_blocks",
    ),
    "charts": (lambda n: [{"type": "data_visualization", "title": "x", "chart": {}}] * n, 2, "/blocks"),
    "context_actions": (
        lambda n: [
            {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": plain()}] * n}
        ],
        5,
        "/blocks/0/elements",
    ),
}


@pytest.mark.parametrize(("build", "most", "pointer"), VIEW_LIMITS.values(), ids=VIEW_LIMITS)
def test_a_view_may_reach_a_limit_but_not_pass_it(build: Callable[[int], Json], most: int, pointer: str):
    """At the limit a view is accepted, one above it is refused at the right place."""
    view = build(most)
    assert view_defects(view, view["type"]) == []

    lines = view_defects(build(most + 1), view["type"])
    assert any(line.endswith(f"[json-pointer:{pointer}]") for line in lines), lines


@pytest.mark.parametrize(("build", "most", "pointer"), MESSAGE_LIMITS.values(), ids=MESSAGE_LIMITS)
def test_a_message_may_reach_a_limit_but_not_pass_it(build: Callable[[int], list[Json]], most: int, pointer: str):
    """At the limit a message is accepted, one above it is refused at the right place."""
    assert message_defects(build(most)) == []

    lines = message_defects(build(most + 1))
    assert any(line.endswith(f"[json-pointer:{pointer}]") for line in lines), lines


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
    "blocks that are no array": (modal() | {"blocks": {}}, "must be an array [json-pointer:/view/blocks]"),
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
        "must be an object [json-pointer:/blocks/0/title]",
    ),
    "container without a title": (
        [{"type": "container", "child_blocks": [section()]}],
        "missing required field: title [json-pointer:/blocks/0]",
    ),
    "a block that is no object": (["x"], "must be an object [json-pointer:/blocks/0]"),
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


def test_a_view_above_250_kb_is_too_large():
    """100 sections of 3,000 characters are within every single limit and still too much."""
    with pytest.raises(SlackError, match=r"^view_too_large$"):
        check_view(modal(*[section(text=plain("x" * 3000))] * 100), "modal")


def test_the_text_of_a_message_is_capped_in_total():
    """13,000 characters pass, one more is msg_blocks_too_long; response URLs know no such cap."""
    fits = [section(text=plain("x" * 2600))] * 5
    check_message(fits)
    too_long = [*fits, section(text=plain("x"))]

    with pytest.raises(SlackError, match=r"^msg_blocks_too_long$"):
        check_message(too_long)
    assert check_message(too_long, capped=False) == too_long


def test_options_of_a_suggestion_are_checked():
    """No option at all is an answer; 101 are not, nor both kinds at once."""
    assert check_options({"options": []}) == {"options": []}
    assert check_options({"options": options(100)}) == {"options": options(100)}
    for bad in ({"options": options(101)}, {}, {"options": [], "option_groups": []}, "text"):
        with pytest.raises(SlackError, match=r"^invalid_arguments"):
            check_options(bad)


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


@settings(max_examples=150, deadline=None)
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
