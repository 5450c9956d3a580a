"""What became of a ticket, in words that its requester is told."""

import pytest
from hypothesis import given, strategies as st

from bot.domain.news import batch_of, happened, holds

CATEGORIES = st.sampled_from(["todo", "in_progress", "done"])
REASONS = st.frozensets(st.sampled_from(["flag", "status", "WEB-1", "WEB-2"]))


@pytest.mark.parametrize(
    ("before", "now", "was", "is_now", "said"),
    [
        ("todo", "in_progress", "", "", ("started",)),
        ("in_progress", "todo", "", "", ("put_back",)),
        ("todo", "done", "", "", ("done",)),
        ("done", "in_progress", "", "", ("reopened", "started")),
        ("done", "todo", "", "f", ("reopened", "blocked")),
        ("todo", "in_progress", "", "f", ("blocked",)),
        ("in_progress", "in_progress", "f", "fs", ("blocked",)),
        ("in_progress", "in_progress", "fs", "f", ()),
        ("in_progress", "in_progress", "f", "", ("unblocked",)),
        ("todo", "in_progress", "f", "", ("started", "unblocked")),
        ("in_progress", "done", "f", "", ("done",)),
        ("done", "done", "", "f", ()),
    ],
)
def test_what_is_said(before: str, now: str, was: str, is_now: str, said: tuple[str, ...]) -> None:
    """Each move has its words, and a ticket that is done has no others."""
    assert happened(before, now, was, is_now) == said  # type: ignore[arg-type]


@given(CATEGORIES, REASONS)
def test_nothing_happened_is_no_news(category: str, blocked: frozenset[str]) -> None:
    """A ticket that stands where it stood."""
    assert happened(category, category, blocked, blocked) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "held"),
    [("Blocked", True), ("ON HOLD (legal)", True), ("In Review", False), ("Unblocked", False), ("", False)],
)
def test_a_status_that_holds_work_up(status: str, held: bool) -> None:
    """By its name, as a whole word."""
    assert holds(status) == held


@given(st.lists(st.text(max_size=10), max_size=5))
def test_a_batch_is_named_by_what_is_in_it(parts: list[str]) -> None:
    """Whatever the order; another part makes it another batch."""
    assert batch_of(parts) == batch_of(list(reversed(parts)))
    assert batch_of([*parts, "one more"]) != batch_of(parts)
