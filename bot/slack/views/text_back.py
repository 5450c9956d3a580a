"""What somebody wrote, given back to the letter, in as many blocks and messages as it takes."""

from typing import Any

from bot.slack.text import chunks, clean, plain
from bot.slack.views.rendered import Rendered

Json = dict[str, Any]

PIECE = 2800
"""Characters in a block that gives text back."""
PIECES = 3
"""Such blocks in one message: Slack refuses messages with more than about 11,000 characters of text in all."""
VIEW_PIECES = 40


def piece(text: str) -> Json:
    """A part of it, as plain text."""
    return {"type": "section", "text": plain(text)}


def text_back(text: str, most: int | None = None, rest: str = "") -> list[Json]:
    """The text in plain blocks; with `most`, a sentence says where the rest is."""
    pieces = [found for _, found in chunks(clean(text), PIECE) if found.strip()]
    blocks = [piece(found) for found in pieces[:most]]
    if most is not None and len(pieces) > most:
        blocks.append({"type": "context", "elements": [plain(rest)]})
    return blocks


def with_text_back(notification: str, head: list[Json], text: str, more_is: str = "Your text") -> Rendered:
    """A message that ends with the text; what does not fit goes on in its thread, where `more_is` announces it."""
    pieces = text_back(text)
    groups = [pieces[at : at + PIECES] for at in range(0, len(pieces), PIECES)]
    first, *more = groups or [[]]
    continued = tuple(Rendered(f"{more_is}, part {number}", group) for number, group in enumerate(more, 2))
    return Rendered(notification, [*head, *first], continued)
