"""What could not be done, a sentence each: with the reason and the link, which no limit may cut off."""

from collections.abc import Sequence
from typing import Any

from bot.slack.text import inline, plain, shorten, units
from bot.slack.views.lines import bullet_list, line, run
from bot.slack.views.rendered import Rendered

Json = dict[str, Any]

NOTE = 2_000
"""Characters of a note: its file has a short name in it, its reason and its link are far below that."""
IN_MESSAGE, IN_REPLY = 4_000, 8_000
"""Characters of notes that find room beside what is still missing, and in a reply of their own."""
HEADLINE = "Good to know:"


def noted(notes: Sequence[str]) -> tuple[list[Json], tuple[Rendered, ...]]:
    """The blocks of a message, and the replies in its thread for what has no room in it."""
    if not notes:
        return [], ()
    first, *more = _groups([shorten(inline(note), NOTE) for note in notes])
    blocks = [line(run(HEADLINE, bold=True)), bullet_list(first)]
    if more:
        rest = "There is more, in the thread of this message."
        blocks.append({"type": "context", "elements": [plain(rest)]})
    return blocks, tuple(Rendered("There is more that is good to know", [bullet_list(group)]) for group in more)


def noted_in_view(notes: Sequence[str]) -> list[Json]:
    """The blocks of a view, which has room for all of them and no thread."""
    shown = [shorten(inline(note), NOTE) for note in notes]
    return [line(run(HEADLINE, bold=True)), bullet_list(shown)] if shown else []


def _groups(notes: Sequence[str]) -> list[list[str]]:
    groups: list[list[str]] = [[]]
    left = IN_MESSAGE
    for note in notes:
        if groups[-1] and units(note) > left:
            groups.append([])
            left = IN_REPLY
        groups[-1].append(note)
        left -= units(note)
    return groups
