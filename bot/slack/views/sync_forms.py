"""The small forms of the sync: feasibility, a new owner, closing the meeting."""

from collections.abc import Mapping
from typing import Any

from bot.domain.agenda_items import Verdict
from bot.slack.ids import Callback
from bot.slack.text import inline, plain, shorten
from bot.slack.views.lines import line, run

Json = dict[str, Any]

VERDICTS: Mapping[Verdict, str] = {"fine": "Fine", "fine_if": "Fine if …", "not_like_this": "Not like this"}
VERDICT, SENTENCE, OWNER, DECISIONS = "verdict", "sentence", "owner", "decisions"
"""Block ids; the action id is the same."""
LONGEST = 3000


def feasibility_view(title: str, metadata: str) -> Json:
    """What a developer says of an initiative.

    Args:
        title: of the ticket; user text.
        metadata: comes back with the answer.
    """
    options = [{"text": plain(text), "value": verdict} for verdict, text in VERDICTS.items()]
    verdict = {"type": "static_select", "action_id": VERDICT, "options": options, "placeholder": plain("Choose one")}
    why: Json = {"type": "plain_text_input", "action_id": SENTENCE, "max_length": 500}
    blocks = [
        line(run(shorten(inline(title), 200) or "…", bold=True)),
        _input(VERDICT, "Can we do this?", verdict),
        _input(
            SENTENCE, "In a sentence", why | {"placeholder": plain("if the texts are there by Monday")}, optional=True
        ),
    ]
    return _modal(Callback.FEASIBILITY, "Feasibility", "Save", metadata, blocks)


def reassign_view(title: str, metadata: str) -> Json:
    """Who owns an action item from now on."""
    who = {"type": "users_select", "action_id": OWNER, "placeholder": plain("Choose somebody")}
    blocks = [line(run(shorten(inline(title), 200) or "…", bold=True)), _input(OWNER, "Who does it?", who)]
    return _modal(Callback.REASSIGN, "Reassign", "Save", metadata, blocks)


def close_view(metadata: str, typed: str = "") -> Json:
    """What was decided."""
    text: Json = {"type": "plain_text_input", "action_id": DECISIONS, "multiline": True, "max_length": LONGEST}
    hint = "One decision a line. The open action items are added by themselves."
    block = _input(DECISIONS, "What was decided?", text | ({"initial_value": typed} if typed else {}), optional=True)
    return _modal(Callback.CLOSE_SYNC, "Close the sync", "Close it", metadata, [block | {"hint": plain(hint)}])


def answers(view: Mapping[str, Any]) -> dict[str, str]:
    """Block id → what was chosen or typed; nothing for what was left empty."""
    found: dict[str, str] = {}
    for block_id, actions in ((view.get("state") or {}).get("values") or {}).items():
        for value in actions.values():
            chosen = (
                (value.get("selected_option") or {}).get("value") or value.get("selected_user") or value.get("value")
            )
            if chosen:
                found[str(block_id)] = str(chosen)
    return found


def _input(block_id: str, label: str, element: Json, *, optional: bool = False) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": element,
        "optional": optional,
    }


def _modal(callback: Callback, title: str, submit: str, metadata: str, blocks: list[Json]) -> Json:
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain(title, 24),
        "submit": plain(submit, 24),
        "close": plain("Cancel", 24),
        "private_metadata": metadata,
        "blocks": blocks,
    }
