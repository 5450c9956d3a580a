"""Lists of tickets that a message has no room for, page by page."""

import json
from dataclasses import dataclass
from typing import Any, Literal, Self, cast

from bot.domain.alert_lines import AlertLine
from bot.slack.ids import Action, Callback
from bot.slack.text import plain
from bot.slack.views.alerts import ticket_blocks
from bot.slack.views.lines import button, line, run

Json = dict[str, Any]
Kind = Literal["more", "older"]

PAGE = 20
"""Tickets on a page: two blocks each, of the hundred that a view takes."""
TITLES = {"more": "Waiting for answers", "older": "Older tickets"}
HEADS = {
    "more": "These are asked about, too.",
    "older": "Nobody is asked about these: they were there before me, or I can only guess what they are. "
    "“Ask about it” lets me ask from now on.",
}
NOTHING = "There is nothing left here: everything is ready, or under way."


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Which list a view shows, and which page of it; this is all that its private metadata holds.

    Attributes:
        kind: the tickets behind "n more", or the older ones.
        of: the key of the message, or the id of the team.
        page: counted from 0.
    """

    kind: Kind
    of: str
    page: int = 0

    def to_json(self) -> str:
        """For the private metadata."""
        return json.dumps([self.kind, self.of, self.page])

    @classmethod
    def parse(cls, private_metadata: str) -> Self | None:
        """What `to_json` made; None for anything else."""
        try:
            kind, of, page = json.loads(private_metadata)
        except (ValueError, TypeError):
            return None
        if not (isinstance(kind, str) and kind in TITLES and isinstance(of, str) and type(page) is int):
            return None
        return cls(cast("Kind", kind), of, max(page, 0))


def list_view(place: ListPlace, lines: list[AlertLine]) -> Json:
    """A page of a list; the last one if there are fewer by now."""
    last = max(0, (len(lines) - 1) // PAGE)
    page = min(place.page, last)
    blocks = [line(run(HEADS[place.kind] if lines else NOTHING))]
    for one in lines[page * PAGE : (page + 1) * PAGE]:
        blocks += ticket_blocks(one, listed=True)
    if turns := _turns(page, last):
        blocks += [{"type": "context", "elements": [plain(f"Page {page + 1} of {last + 1}")]}, turns]
    return {
        "type": "modal",
        "callback_id": Callback.TICKETS,
        "title": plain(TITLES[place.kind], 24),
        "close": plain("Close", 24),
        "private_metadata": ListPlace(place.kind, place.of, page).to_json(),
        "blocks": blocks,
    }


def _turns(page: int, last: int) -> Json | None:
    """Buttons to the pages before and after."""
    turns = [button("Back", Action.TICKET_PAGE_BACK, str(page - 1))] if page else []
    turns += [button("Next", Action.TICKET_PAGE, str(page + 1))] if page < last else []
    return {"type": "actions", "elements": turns} if turns else None
