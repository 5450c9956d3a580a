"""Our own check of views and messages finds what Slack refuses, and what the SDK's models let through."""

from copy import deepcopy
from typing import Any

import pytest

from tests.slack.limits import message_defects, view_defects

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def option(number: int, text: str = "x") -> Json:
    return {"text": plain(text), "value": str(number)}


def menu(count: int, **more: Any) -> Json:
    return {"type": "static_select", "action_id": "m", "options": [option(number) for number in range(count)]} | more


def asked(element: Json, **more: Any) -> Json:
    return {"type": "input", "block_id": "i", "label": plain("L"), "element": element} | more


def said(text: Json) -> Json:
    return {"type": "section", "text": text}


def text_input(**more: Any) -> Json:
    return {"type": "plain_text_input", "action_id": "a", "max_length": 3000} | more


def view(*blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "callback_id": "c",
        "title": plain("T"),
        "submit": plain("Go"),
        "blocks": list(blocks) or [said(plain("x"))],
    } | more


def button(**more: Any) -> Json:
    return {"type": "button", "action_id": "b", "text": plain("B")} | more


def rich(*runs: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(runs)}]}


GOOD = view(
    said(plain("x")),
    asked(text_input(initial_value="y", placeholder=plain("p")), hint=plain("h"), optional=True, dispatch_action=True),
    asked(menu(100, initial_option=option(3)), block_id="j"),
    {"type": "actions", "elements": [button(url="https://a.example")]},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "*x*", "verbatim": True}]},
    rich({"type": "link", "url": "https://a.example", "text": "a"}),
    private_metadata="{}",
    close=plain("Close"),
)


def test_a_good_view_has_no_defects() -> None:
    """Everything that we use is known."""
    assert view_defects(GOOD) == []


@pytest.mark.parametrize(
    ("made", "defect"),
    [
        (view(*[said(plain("x"))] * 101), "blocks: 101 of them, 1 to 100 may be"),
        (view(title=plain("t" * 25)), "title: 25 characters, 1 to 24 may be"),
        (view(said(plain("x" * 3001))), "blocks[0].text: 3001 characters, 1 to 3000 may be"),
        (view(said(plain("😀" * 1501))), "blocks[0].text: 3002 characters, 1 to 3000 may be"),
        (view(asked(menu(101))), "blocks[0].element.options: 101 of them, 1 to 100 may be"),
        (view(private_metadata="m" * 3001), "private_metadata: 3001 characters, 0 to 3000 may be"),
        (view(said(plain("x")) | {"block_id": "b" * 256}), "blocks[0].block_id: 256 characters, 1 to 255 may be"),
        (
            view({"type": "actions", "elements": [button(text=plain("b" * 76))]}),
            "blocks[0].elements.text: 76 characters, 1 to 75 may be",
        ),
        (view({"type": "section"}), "blocks[0].text: missing"),
        (view({"type": "input", "element": text_input()}), "blocks[0].label: missing"),
        (view(asked(button())), "blocks[0].element: a button is no input"),
        (view({"type": "hologram"}), "blocks[0]: unknown block hologram"),
        (view(asked({"type": "timepicker", "action_id": "t"})), "blocks[0].element: unknown element timepicker"),
        (
            view(asked(menu(1) | {"options": [option(0, "o" * 76)]})),
            "blocks[0].element.options.text: 76 characters, 1 to 75 may be",
        ),
        (view(asked(menu(0))), "blocks[0].element.options: 0 of them, 1 to 100 may be"),
        (view(said(plain(""))), "blocks[0].text: 0 characters, 1 to 3000 may be"),
        (view(asked(text_input()), asked(text_input())), "blocks: a block_id comes twice"),
        (view({"type": "actions", "elements": [button(), button()]}), "blocks[0]: an action_id comes twice"),
        (
            {key: value for key, value in GOOD.items() if key != "submit"},
            "submit: missing although there are inputs",
        ),
        ({key: value for key, value in GOOD.items() if key != "title"}, "title: is no plain_text"),
        (view(title={"type": "mrkdwn", "text": "T"}), "title: is no plain_text"),
        (view(said(plain("x")) | {"colour": "red"}), "blocks[0].colour: unknown"),
        (
            view(asked(menu(2, initial_option=option(7)))),
            "blocks[0].element: what is chosen at first is not among the options",
        ),
        (view(said({"type": "mrkdwn", "text": "x"})), "blocks[0].text: mrkdwn that is not verbatim"),
        (view(said({"type": "plain_text", "text": "x"})), "blocks[0].text: would turn codes into emoji"),
        (view(rich({"type": "user", "user_id": "U0MARA"})), "blocks: mentions U0MARA"),
        (view(rich({"type": "broadcast", "range": "channel"})), "blocks[0]: unknown run broadcast"),
        (view(asked(text_input(max_length=3001))), "blocks[0].element.max_length: 3001"),
        (
            view(asked({"type": "file_input", "action_id": "f", "max_files": 11}, dispatch_action=True)),
            "blocks[0].dispatch_action: a file_input has none",
        ),
        (view(asked(menu(1) | {"options": [option(0), option(0)]})), "blocks[0].element.options: a value comes twice"),
        (
            view(*[said(plain("😀" * 1500)) for _ in range(50)], private_metadata="x"),
            "view: more than 250000 bytes",
        ),
        (view(type="home"), "type: is no modal"),
    ],
)
def test_defects_are_found(made: Json, defect: str) -> None:
    """Each of the defects that the SDK's models let through, and the others."""
    assert defect in view_defects(made)


def test_messages_are_checked_too() -> None:
    """Fifty blocks, some nine thousand characters in all, a fallback text."""
    assert message_defects("x", [said(plain("x" * 3000))] * 3) == []
    assert message_defects("x", [said(plain("x" * 2400))] * 4) == ["blocks: 9600 characters of text, 9500 may be"]
    assert message_defects("", [said(plain("x"))] * 51) == [
        "text: 0 characters, 1 to 3000 may be",
        "blocks: 51 of them, 1 to 50 may be",
    ]


def test_checking_changes_nothing() -> None:
    """The checked view is the one that was made."""
    before = deepcopy(GOOD)

    view_defects(GOOD)

    assert before == GOOD
