"""Tables of a section, in short."""

import pytest
from hypothesis import given, strategies as st

from bot.domain.table_text import in_short

TABLE = "System | What changes | Who\nWebsite | Read-only for four hours | @Jonas Sample\nForms | Off | Hoster"


@pytest.mark.parametrize(
    ("text", "short"),
    [
        (TABLE, "Website, Forms"),
        ("||System||What||\n|Website|off|\n| Shop  and cart | off |", "Website, Shop and cart"),
        ("Website | off\nForms | off\nWebsite | on", "Website, Forms"),
        ("Affected systems | Until\nCRM | Friday", "CRM"),
        ("Shop, sign-up forms, CRM", "Shop, sign-up forms, CRM"),
        ("Shop | CRM", "Shop | CRM"),
        ("Shop\nsign-up forms", "Shop sign-up forms"),
        ("What follows | is\nno table", "What follows | is no table"),
        ("Website | off\nuntil noon\nForms | off", "Website, Forms"),
        ("System | Until\n | Friday", "System | Until | Friday"),
    ],
)
def test_the_first_column_of_a_table_is_what_it_is_about(text: str, short: str) -> None:
    """Its head is left out, a name that comes twice stands once; what is no table stays as it is."""
    assert in_short(text, "systems") == short


@given(st.text(), st.sampled_from(["systems", "affected_systems", ""]))
def test_whatever_stands_there_becomes_one_line(text: str, section: str) -> None:
    """And a text with something in it says something."""
    short = in_short(text, section)
    assert "\n" not in short
    assert bool(short) == bool(text.split())
