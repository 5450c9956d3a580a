"""What `/devrequest help` says, and the way out when a form could not be opened in time."""

from collections.abc import Sequence

from bot.slack.ids import COMMAND, Action
from bot.slack.text import inline, plain, shorten
from bot.slack.views.lines import button, line, run, spoken
from bot.slack.views.messages import Rendered

MOST = 25
"""Request types that the help lists."""


def help_message(request_types: Sequence[tuple[str, str, str]], unknown: str = "") -> Rendered:
    """How to use the command.

    Args:
        request_types: `(key, name, description)` of the types on offer.
        unknown: what was typed instead of a known type, said back kindly.
    """
    example = request_types[0][0] if request_types else "landing-page"
    blocks = []
    if unknown:
        said = shorten(inline(unknown), 60)
        blocks.append(line(run(f"There is no request type called “{said}”. These are the ones I know.")))
    ways = [
        (COMMAND, "opens a form and lets you choose what you need"),
        (f"{COMMAND} {example} Some title", "opens that form with the title filled in"),
        ("More actions → Turn into a dev request", "on any message: the form with that message in it"),
    ]
    elements = []
    for words, what in ways:
        elements += [run(words) | {"style": {"code": True}}, run(f" {what}.\n")]
    blocks.append(line(run("Ask the developers for something, and get a ticket they can start with.\n"), *elements))
    if request_types:
        blocks.append({"type": "rich_text", "elements": [_types(request_types)]})
    if len(request_types) > MOST:
        more = f"and {len(request_types) - MOST} more in the form."
        blocks.append({"type": "context", "elements": [plain(more)]})
    keep = "A form that you close is kept: the next one offers to continue with it."
    blocks.append({"type": "context", "elements": [plain(keep)]})
    said = f"There is no request type called “{shorten(inline(unknown), 60)}”. " if unknown else ""
    return Rendered(spoken(f"{said}{COMMAND} opens a form that becomes a ticket."), blocks)


def open_form_message(text: str) -> Rendered:
    """A sentence and a button that opens the form, for a command whose trigger ran out (`Action.OPEN_FORM`)."""
    opens = button("Open the form", Action.OPEN_FORM) | {"style": "primary"}
    return Rendered(spoken(text), [line(run(inline(text))), {"type": "actions", "elements": [opens]}])


def _types(request_types: Sequence[tuple[str, str, str]]) -> dict[str, object]:
    items = []
    for key, name, description in request_types[:MOST]:
        words = f" {inline(name)}" + (f": {shorten(inline(description), 150)}" if description.strip() else "")
        items.append({"type": "rich_text_section", "elements": [run(key) | {"style": {"code": True}}, run(words)]})
    return {"type": "rich_text_list", "style": "bullet", "elements": items}
