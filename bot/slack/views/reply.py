"""The form for a reply to comments."""

from typing import Any

from bot.slack.ids import Action, Callback
from bot.slack.text import clean, inline, plain, shorten
from bot.slack.views.elements import SPEAK_UP
from bot.slack.views.lines import line, run

Json = dict[str, Any]

BLOCK = "reply"
LONGEST = 3000


def reply_view(title: str, handle: str, typed: str = "") -> Json:
    """One text for one ticket.

    Args:
        title: of the ticket; user text.
        handle: comes back with the reply.
        typed: what was typed before the form was closed.
    """
    text: Json = {
        "type": "plain_text_input",
        "action_id": Action.REPLY_TEXT,
        "multiline": True,
        "max_length": LONGEST,
        "dispatch_action_config": SPEAK_UP,
    }
    if typed:
        text["initial_value"] = shorten(clean(typed), LONGEST)
    said = "It becomes a comment on the ticket, in your name. Everybody who sees the ticket can read it."
    return {
        "type": "modal",
        "callback_id": Callback.REPLY,
        "title": plain("Reply", 24),
        "submit": plain("Send", 24),
        "close": plain("Close", 24),
        "private_metadata": handle,
        "blocks": [
            line(run(shorten(inline(title), 250), bold=True)),
            {
                "type": "input",
                "block_id": BLOCK,
                "label": plain("Your reply"),
                "element": text,
                "dispatch_action": True,
                "hint": plain(said),
            },
        ],
    }


def typed_in(view: dict[str, Any]) -> str:
    """What stands in the form."""
    values = (view.get("state") or {}).get("values") or {}
    return str((values.get(BLOCK) or {}).get(Action.REPLY_TEXT, {}).get("value") or "")
