"""Sets of words, written down as plain lines."""


def words(text: str) -> frozenset[str]:
    """The words between blanks and line breaks."""
    return frozenset(text.split())
