"""What `/devrequest help` says, and the way out when a form could not be opened in time."""

import json
from collections.abc import Sequence
from typing import Any

from bot.domain.command import UnknownType
from bot.slack.ids import COMMAND, Action
from bot.slack.text import clean, inline, plain, shorten, units
from bot.slack.views.lines import MOST_VALUE, button, line, run, spoken
from bot.slack.views.rendered import Rendered

MOST = 25
"""Request types that the help lists."""
MOST_KEPT = 8_000
"""Characters of a title that a message repeats."""
READY = "new:"
"""How the values of buttons start that open a new form."""


def help_message(request_types: Sequence[tuple[str, str, str]]) -> Rendered:
    """How to use the command.

    Args:
        request_types: `(key, name, description)` of the types on offer.
    """
    return Rendered(spoken(f"{COMMAND} opens a form that becomes a ticket."), _ways(request_types))


def unknown_type_message(meant: UnknownType, request_types: Sequence[tuple[str, str, str]]) -> Rendered:
    """That there is no such request type, what was probably meant, buttons to go on with, and the help.

    Args:
        meant: what was typed instead of a known type; it is said back kindly.
        request_types: `(key, name, description)` of the types on offer.
    """
    said = f"There is no request type called “{shorten(inline(meant.word), 60)}”."
    first, buttons, guess = [run(said)], [], ""
    fits = units(ready_form(meant.suggestion, meant.whole)) <= MOST_VALUE
    title, whole = (meant.rest, meant.whole) if fits else ("", "")
    if meant.suggestion:
        guess = f" Did you mean {meant.suggestion}?"
        first += [run(" Did you mean "), run(meant.suggestion) | {"style": {"code": True}}, run("?")]
        name = next((name for key, name, _ in request_types if key == meant.suggestion), meant.suggestion)
        likely = button(f"Open “{shorten(inline(name), 50)}”", Action.OPEN_FORM, ready_form(meant.suggestion, title))
        buttons.append(likely | {"style": "primary"})
    buttons.append(button("Choose in the form", Action.OPEN_CHOICE, ready_form("", whole)))
    kept = run(shorten(clean(meant.whole), MOST_KEPT))
    copied = [] if fits else [line(run("What you typed, to copy it into the form: "), kept)]
    blocks = [line(*first), *copied, {"type": "actions", "elements": buttons}, *_ways(request_types)]
    return Rendered(spoken(f"{said}{guess}"), blocks)


def ready_form(request_type: str, title: str) -> str:
    """What a button carries to open a form of that type, or a choice of types, with that title."""
    return READY + json.dumps([request_type, title], ensure_ascii=False, separators=(",", ":"))


def read_ready_form(value: str) -> tuple[str, str] | None:
    """What `ready_form` made: request type and title; None for any other value."""
    if not value.startswith(READY):
        return None
    request_type, title = json.loads(value.removeprefix(READY))
    return str(request_type), str(title)


def _ways(request_types: Sequence[tuple[str, str, str]]) -> list[dict[str, Any]]:
    """What can be typed, and which types there are."""
    example = request_types[0][0] if request_types else "landing-page"
    ways = [
        (COMMAND, "opens a form and lets you choose what you need"),
        (f"{COMMAND} {example} Some title", "opens that form with the title filled in"),
        ("More actions → Turn into a dev request", "on any message: the form with that message in it"),
        (f"{COMMAND} sync", "in a team's channel shows you the agenda of its sync"),
        (f"{COMMAND} sync now", "posts that agenda for everybody there"),
    ]
    elements = []
    for words, what in ways:
        elements += [run(words) | {"style": {"code": True}}, run(f" {what}.\n")]
    blocks = [line(run("Ask the developers for something, and get a ticket they can start with.\n"), *elements)]
    if request_types:
        blocks.append({"type": "rich_text", "elements": [_types(request_types)]})
    if len(request_types) > MOST:
        more = f"and {len(request_types) - MOST} more in the form."
        blocks.append({"type": "context", "elements": [plain(more)]})
    keep = "A form that you close is kept: the next one offers to continue with it."
    return [*blocks, {"type": "context", "elements": [plain(keep)]}]


def open_form_message(text: str) -> Rendered:
    """A sentence and a button that opens the form, for a command whose trigger ran out (`Action.OPEN_FORM`)."""
    opens = button("Open the form", Action.OPEN_FORM) | {"style": "primary"}
    return Rendered(spoken(text), [line(run(inline(text))), {"type": "actions", "elements": [opens]}])


def _types(request_types: Sequence[tuple[str, str, str]]) -> dict[str, object]:
    items = []
    for key, name, description in request_types[:MOST]:
        about = f": {shorten(inline(description), 150)}" if description.strip() else ""
        words = f" {shorten(inline(name), 150)}{about}"
        items.append({"type": "rich_text_section", "elements": [run(key) | {"style": {"code": True}}, run(words)]})
    return {"type": "rich_text_list", "style": "bullet", "elements": items}
