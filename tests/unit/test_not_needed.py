"""The sentence that stands in a ticket for a section that is not needed."""

import pytest

from bot.domain.not_needed import sentence_of


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("the page only moves", "Not needed, because the page only moves"),
        ("  because the page\nonly moves", "Not needed, because the page only moves"),
        ("Because: it is internal", "Not needed, because it is internal"),
        ("weil die Seite nur umzieht", "Not needed, because die Seite nur umzieht"),
        ("Not needed, because the page only moves", "Not needed, because the page only moves"),
        ("becausein is our product", "Not needed, because becausein is our product"),
        ("because", None),
        ("because TBD", None),
        ("", None),
    ],
)
def test_a_reason_becomes_one_sentence(reason: str, sentence: str | None) -> None:
    """Whether or not somebody begins it with "because"; no reason is none."""
    assert sentence_of(reason) == sentence
