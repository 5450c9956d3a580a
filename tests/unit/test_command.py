"""What was typed behind `/devrequest`."""

import pytest
from hypothesis import given, strategies as st

from bot.domain.command import Help, OpenForm, UnknownType, parse

KEYS = ["landing-page", "bug", "Quick-Win"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", OpenForm()),
        (" \t\n", OpenForm()),
        ("help", Help()),
        ("HELP me", Help()),
        ("?", Help()),
        ("bug", OpenForm("bug")),
        ("BUG  It  broke\nagain", OpenForm("bug", "It broke again")),
        ("quick-win\tA link", OpenForm("Quick-Win", "A link")),
        ("Page New prices", OpenForm("landing-page", "New prices")),
        ("landingpage New  prices", UnknownType("landingpage", "landing-page", "New prices")),
        ("paeg New prices", UnknownType("paeg", "landing-page", "New prices")),
        ("Please mend  the header", UnknownType("Please", "", "mend the header")),
        ("<!channel>", UnknownType("<!channel>")),
    ],
)
def test_commands(text: str, meant: object) -> None:
    """Type and title in any spelling of blanks and letters; a wrong word comes with what was probably meant."""
    assert parse(text, KEYS, {"page": "landing-page"}) == meant


@given(st.text())
def test_any_text_has_a_meaning(text: str) -> None:
    """Nothing typed raises."""
    assert isinstance(parse(text, KEYS), Help | OpenForm | UnknownType)
