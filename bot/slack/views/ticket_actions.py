"""What can be done about a ticket from any message, list or App Home: a button, and a menu beside it."""

from typing import Any

from bot.slack.ids import Action, Verb
from bot.slack.text import plain
from bot.slack.views.lines import button

Json = dict[str, Any]

_MENU: tuple[tuple[Verb, str], ...] = (
    (Verb.SNOOZE_1D, "Snooze until tomorrow"),
    (Verb.SNOOZE_3D, "Snooze for 3 days"),
    (Verb.SNOOZE_SYNC, "Snooze until the next sync"),
    (Verb.NOT_NEEDED, "Not needed …"),
    (Verb.SET_TYPE, "Set type …"),
)


def fill_in_button(handle: str, text: str = "Fill in") -> Json:
    """Opens a form with only what the ticket lacks."""
    return button(text, Action.FILL_IN, handle)


def ticket_menu(handle: str) -> Json:
    """Snooze, Not needed and Set type; an element for a section's accessory, or for an actions block of its own."""
    options = [{"text": plain(text, 75), "value": verb.option(handle)} for verb, text in _MENU]
    return {"type": "overflow", "action_id": Action.TICKET_MENU, "options": options}
