"""Lists of tickets: within a view's limits, page by page."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from bot.domain.alert_lines import AlertLine
from bot.slack.views.ticket_list import PAGE, ListPlace, list_view
from sandbox.slack.blockkit import check_view
from tests.slack.limits import view_defects
from tests.slack.test_alerts import LINE, bold, lines, plain, rich, run, section
from tests.strategies import examples

Json = dict[str, Any]
OLDER = ListPlace("older", "web")


def pressable(view: Json) -> list[tuple[str, str]]:
    """What can be pressed in a view, with its value."""
    elements = [one for block in view["blocks"] if block["type"] == "actions" for one in block["elements"]]
    return [(one["action_id"], one.get("value", "")) for one in elements if one["type"] == "button"]


def test_a_short_list(fits_view: Callable[[Json], None]) -> None:
    """A sentence, the tickets with their buttons, and nothing to turn; older tickets can be taken up."""
    old = replace(LINE, ask=None, number=0, old=True)
    view = list_view(OLDER, [old])

    fits_view(view)
    assert view["title"] == plain("Older tickets")
    assert view["private_metadata"] == '["older", "web", 0]'
    assert view["blocks"][1]["elements"][0] == section(
        bold("Spring sale") | {"type": "link", "url": LINE.ticket.url},
        run("\n"),
        run("WEB-12 in Jira · 45 % ready · "),
        run("Missing:"),
    )
    assert pressable(view) == [("fill_in", "jira:10012"), ("take_up", "jira:10012")]


def test_a_ticket_behind_n_more_cannot_be_taken_up() -> None:
    """It is asked about already."""
    assert pressable(list_view(ListPlace("more", "alert:web:2026-03-09:1"), [replace(LINE, ask=None)])) == [
        ("fill_in", "jira:10012")
    ]


def test_an_empty_list(fits_view: Callable[[Json], None]) -> None:
    """It says so."""
    view = list_view(OLDER, [])

    fits_view(view)
    assert view["blocks"] == [
        rich(section(run("There is nothing left here: everything is ready, or under way."))),
    ]


@pytest.mark.parametrize(
    ("page", "shown", "turns"),
    [
        (0, ["jira:0", "jira:19"], [("ticket_page", "1")]),
        (1, ["jira:20", "jira:39"], [("ticket_page_back", "0"), ("ticket_page", "2")]),
        (2, ["jira:40", "jira:44"], [("ticket_page_back", "1")]),
        (9, ["jira:40", "jira:44"], [("ticket_page_back", "1")]),
    ],
)
def test_pages(page: int, shown: list[str], turns: list[tuple[str, str]]) -> None:
    """Twenty tickets each; a page that is not there any more is the last one."""
    every = [replace(LINE, handle=f"jira:{number}", ask=None) for number in range(45)]
    view = list_view(replace(OLDER, page=page), every)
    found = pressable(view)

    assert [found[0][1], found[-len(turns) - 1][1]] == shown
    assert found[-len(turns) :] == turns
    assert ListPlace.parse(view["private_metadata"]) == replace(OLDER, page=min(page, 2))


@settings(max_examples=examples(25))
@given(st.lists(lines, min_size=PAGE, max_size=PAGE + 3), st.integers(0, 1))
def test_any_list_fits(shown: list[AlertLine], page: int) -> None:
    """Whatever tickets are called."""
    view = list_view(ListPlace("more", "alert:web:2026-03-09:1", page), shown)

    assert view_defects(view, {line.ask for line in shown if line.ask}) == []
    check_view(view, "modal")


@pytest.mark.parametrize(
    "metadata",
    ["", "{", "[]", "7", "null", '"abc"', '["other", "web", 0]', '["more", 7, 0]', '["more", "web", "0"]', "[[],1,2]"],
)
def test_metadata_that_is_none_of_ours(metadata: str) -> None:
    """It names no list."""
    assert ListPlace.parse(metadata) is None
