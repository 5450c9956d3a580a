"""Every number of Block Kit: what is just allowed passes, one more is refused, with a pointer to it."""

from collections.abc import Callable

import pytest

from sandbox.slack.blockkit import check_message, check_options, check_view, message_defects, view_defects
from sandbox.slack.errors import SlackError
from tests.contract.sandbox_slack.block_builders import (
    Json,
    actions,
    button,
    chart,
    confirm,
    data_table,
    field,
    home,
    modal,
    mrkdwn,
    option,
    options,
    plain,
    section,
    select,
    table,
    text_input,
)

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
    "series of a chart": (
        lambda n: [{"type": "data_visualization", "title": "x", "chart": chart(n)}],
        12,
        "/blocks/0/chart/series",
    ),
    "charts": (lambda n: [{"type": "data_visualization", "title": "x", "chart": chart(1)}] * n, 2, "/blocks"),
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


def test_a_view_above_250_kb_is_too_large():
    """100 sections of 3,000 characters are within every single limit and still too much."""
    with pytest.raises(SlackError, match=r"^view_too_large$"):
        check_view(modal(*[section(text=plain("x" * 3000))] * 100), "modal")


def test_the_text_of_a_message_is_capped_in_total():
    """11,340 characters pass, one more is msg_blocks_too_long; response URLs know no such cap."""
    fits = [section(text=plain("x" * 2835))] * 4
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
