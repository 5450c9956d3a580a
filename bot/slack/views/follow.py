"""What requesters hear of their tickets after they were made: moves, and what developers say.

Titles, names and comments are user text. They stand in rich or plain text, so nobody is pinged and nothing is parsed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.document import Document, text_of
from bot.domain.follow_messages import Commented, Comments, Moved, Moves, Named, Remark
from bot.domain.news import Happened
from bot.slack.ids import Action
from bot.slack.rich_text import prefill
from bot.slack.text import clean, date_token, escape, inline, mrkdwn, plain, shorten, units, web_url
from bot.slack.views.lines import BULLETS, button, line, link_button, run, spoken
from bot.slack.views.rendered import Rendered, characters

Json = dict[str, Any]

TITLE = 250
"""Characters of a title that are shown."""
COMMENT = 1500
"""Characters of a comment that are shown."""
MESSAGE = 9000
"""Characters of one message, names and titles included; the others follow in its thread. Slack takes no more."""
BLOCKS = 45
"""Blocks in one message: Slack takes fifty."""
SAYS: Mapping[Happened, str] = {
    "started": "work has started",
    "blocked": "it is blocked",
    "unblocked": "it is not blocked any more",
    "done": "it is done",
    "reopened": "it was opened again",
    "put_back": "it was put back: nobody works on it now",
}


def moved_message(move: Moved) -> Rendered:
    """Below the message that announced the request, where its title stands already."""
    return Rendered(_moved_text(move), [line(run(_capital(f"{_what(move)}.{_status(move)}")))])


def moves_message(message: Moves) -> Rendered:
    """To the requester."""
    if len(message.moves) == 1:
        (move,) = message.moves
        return Rendered(_moved_text(move), [line(*_sentence(move)), *_open(move.about)])
    shown, more = message.moves[:BULLETS], len(message.moves) - BULLETS
    items = [{"type": "rich_text_section", "elements": _sentence(move)} for move in shown]
    if more > 0:
        items.append({"type": "rich_text_section", "elements": [run(f"and {more} more, see my Home tab")]})
    listed = {"type": "rich_text_list", "style": "bullet", "elements": items}
    blocks = [line(run("News of your requests:", bold=True)), {"type": "rich_text", "elements": [listed]}]
    return Rendered(spoken(f"News of {len(message.moves)} of your requests"), blocks)


def comments_message(message: Comments) -> Rendered:
    """To the requester; what one message cannot hold follows in its thread."""
    text = f"Comments on {len(message.tickets)} of your requests"
    if len(message.tickets) == 1:
        (one,) = message.tickets
        text = f"{one.remarks[0].author} on {one.about.title}"
    first, *more = _comments(message)
    return Rendered(spoken(text), first, tuple(Rendered(spoken(text), blocks) for blocks in more))


def _comments(message: Comments) -> list[list[Json]]:
    """The blocks of a message, and of those that follow."""
    groups: list[list[Json]] = [[]]
    left = MESSAGE
    for one in message.tickets:
        for number, remarks in enumerate(_pieces(one)):
            blocks = _commented(one, remarks, more=number > 0)
            size = characters(blocks)
            if groups[-1] and (size > left or len(groups[-1]) + len(blocks) > BLOCKS):
                groups.append([])
                left = MESSAGE
            groups[-1] += blocks
            left -= size
    return groups


def _moved_text(move: Moved) -> str:
    return spoken(f"{_name(move.about)}: {_what(move)}")


def _pieces(one: Commented) -> list[Sequence[Remark]]:
    """The remarks on a ticket, few enough for one message each."""
    return [one.remarks[start : start + 3] for start in range(0, len(one.remarks), 3)]


def _commented(one: Commented, remarks: Sequence[Remark], *, more: bool) -> list[Json]:
    blocks = [line(run("More on " if more else "News on "), _titled(one.about, bold=True))]
    for remark in remarks:
        who = f"{escape(shorten(inline(remark.author), 100))} · {date_token(remark.created)}"
        blocks.append({"type": "context", "elements": [mrkdwn(who)]})
        text, whole = _shown(remark)
        blocks.append(whole or {"type": "section", "text": plain(text)})
    answer = button("Reply", Action.REPLY, one.handle) | {"style": "primary"}
    opened = link_button(f"Open in {_tracker(one.about)}", one.about.ticket.url)
    return [*blocks, {"type": "actions", "elements": [answer, *([opened] if opened else [])]}]


def _shown(remark: Remark) -> tuple[str, Json | None]:
    """The comment as plain text, and as rich text if it is short enough and Slack can show it."""
    text = clean(text_of(remark.body)).strip()
    if not text:
        return "(no text: see the ticket)", None
    if units(text) > COMMENT:
        return shorten(text, COMMENT), None
    return text, _rich(remark.body)


def _rich(body: Document) -> Json | None:
    """As rich text; None where that would leave an empty part, which Slack refuses."""
    made = prefill(body)
    parts = [
        item for part in made["elements"] for item in (part["elements"] if part["type"] == "rich_text_list" else [part])
    ]
    return made if parts and all(part["elements"] for part in parts) else None


def _sentence(move: Moved) -> list[Json]:
    return [_titled(move.about), run(f": {_what(move)}.{_status(move)}")]


def _what(move: Moved) -> str:
    return ", and ".join(SAYS[one] for one in move.happened)


def _status(move: Moved) -> str:
    status = shorten(inline(move.status), 100)
    return f" In {_tracker(move.about)} it stands at “{status}”." if status else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _titled(about: Named, *, bold: bool = False) -> Json:
    """The title, linked to the ticket."""
    url = web_url(about.ticket.url)
    title = run(shorten(inline(about.title), TITLE), bold=bold)
    return title | {"type": "link", "url": url} if url else title


def _name(about: Named) -> str:
    return about.title if about.ticket.key == about.ticket.id else f"{about.ticket.key} {about.title}"


def _tracker(about: Named) -> str:
    return shorten(inline(about.tracker), 60)


def _open(about: Named) -> list[Json]:
    made = link_button(f"Open in {_tracker(about)}", about.ticket.url)
    return [{"type": "actions", "elements": [made]}] if made else []
