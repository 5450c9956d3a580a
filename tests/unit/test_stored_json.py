"""What is stored as JSON is read back, whatever people typed and whichever version wrote it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from math import inf, isnan, nan

import pytest

from adapters.json_text import parsed
from bot.domain.alert_history import History
from bot.domain.seen_ticket import SeenTicket, Tracked
from bot.store.stored_json import dump, load

NOON = datetime(2026, 3, 9, 12, 0, 0, 5, tzinfo=UTC)


def _tracked(title: str = "Page", estimate: float | None = None) -> Tracked:
    ticket = SeenTicket(tracker="jira", id="1", key="WEB-1", url="u", team="web", title=title, estimate=estimate)
    history = History(first_seen=NOON, alerts=(NOON,), asked_for=frozenset({"goal", "audience"}))
    return Tracked(ticket=ticket, history=history, told_status="todo")


def _before(tracked: Tracked) -> str:
    """As versions wrote it that had Python's own JSON made of it."""
    values = tracked.model_dump(mode="python")
    return json.dumps(values, default=lambda value: sorted(value) if isinstance(value, frozenset) else str(value))


@pytest.mark.parametrize("title", ["Page", "NUL \x00 ü 🎈 \u2028 \\ud800 \"'", "lone \ud800 \udfff"])
@pytest.mark.parametrize("written", [dump, _before])
def test_texts_are_read_as_they_were_typed(written: Callable[[Tracked], str], title: str) -> None:
    """In ASCII, in full and at a glance, also what an earlier version wrote."""
    tracked = _tracked(title)
    text = written(tracked)
    assert text.isascii()
    assert "\x00" not in text
    assert load(Tracked, text) == tracked
    assert Tracked.model_validate(json.loads(text)) == tracked  # an earlier version, beside us
    assert parsed(text) == json.loads(text)
    assert parsed(text)["ticket"]["title"] == title


def test_numbers_that_are_none_are_no_numbers_afterwards() -> None:
    """A tracker may call anything an estimate; as null it would be none at all."""
    assert load(Tracked, dump(_tracked(estimate=inf))).ticket.estimate == inf
    found = load(Tracked, dump(_tracked(estimate=nan))).ticket.estimate
    assert found is not None
    assert isnan(found)
