"""Presses and submissions find their listener by name."""

import re
from typing import Any

import pytest

from bot.slack.listeners import ANYTHING, presses, submissions
from bot.slack.listeners.by_name import ByName, handed_in, pressed


class Heard:
    """Listeners that note what they were called with."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    async def all_three(self, ack: Any, body: Any, action: Any) -> None:
        self.calls.append(("all", ack, body, action))

    async def ack_alone(self, ack: Any) -> None:
        self.calls.append(("ack", ack))

    async def with_body(self, ack: Any, body: Any) -> None:
        self.calls.append(("body", ack, body))


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("go", ("all", "ack", "body", "action")),
        ("answer.text.title", ("body", "ack", "body")),
        ("answer.exact", ("ack", "ack")),
        ("", ("ack", "ack")),
        ("nobody's", ("ack", "ack")),
    ],
)
async def test_a_name_comes_before_a_pattern(heard: Heard, name: str, expected: tuple[str, ...]) -> None:
    """A listener gets the arguments that it takes; what nobody knows goes to the one for everything else."""
    table = {re.compile(r"^answer\."): heard.with_body, "go": heard.all_three, "answer.exact": heard.ack_alone}
    await ByName(table, heard.ack_alone).call(name, ack="ack", body="body", action="action")

    assert heard.calls == [expected]


async def test_presses_and_submissions_name_themselves(heard: Heard) -> None:
    """By the action's id, and by the view's callback id."""
    table = {"go": heard.with_body}
    view = {"view": {"callback_id": "go"}}
    await pressed(table, heard.ack_alone)(ack=1, body={}, action={"action_id": "go"})
    await handed_in(table, heard.ack_alone)(ack=2, body=view)

    assert heard.calls == [("body", 1, {}), ("body", 2, view)]


def test_everything_that_can_be_pressed_has_one_listener() -> None:
    """The tables can be made, and hold no name that a pattern of theirs takes as well."""
    for table in (presses(None), submissions(None)):  # type: ignore[arg-type]  # listeners are made, not called
        names = [key for key in table if isinstance(key, str)]
        patterns = [key for key in table if not isinstance(key, str)]
        assert names
        assert [name for name in names if any(pattern.search(name) for pattern in patterns)] == []
    assert ANYTHING.search("a\nb")
