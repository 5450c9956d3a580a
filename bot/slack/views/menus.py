"""The menus above the fields: request type, team, tracker.

A menu's block id names its options (`tracker:1a2b3c4d`): Slack keeps a choice while block id and action id stay the
same, and a menu that offers something else must not inherit one.
"""

from collections import Counter
from collections.abc import Container, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any

from bot.slack.ids import Action, Block
from bot.slack.text import inline, plain, shorten, units
from bot.slack.views.elements import MENU, OPTION_TEXT

Json = dict[str, Any]


@lru_cache(maxsize=512)
def menu(block: Block, action: Action, label: str, choices: tuple[tuple[str, str, str], ...], chosen: str) -> Json:
    """A menu that tells us of each choice. It is shared: never change it.

    Args:
        block: its block.
        action: its action.
        label: the question.
        choices: `(value, name, description)`; values have at most 75 characters.
        chosen: the value that is chosen at first; one that is not on offer chooses nothing.
    """
    digest = sha256("\0".join(value for value, _, _ in choices).encode()).hexdigest()[:8]
    return {
        "type": "input",
        "block_id": f"{block}:{digest}",
        "label": plain(label, 2000),
        "element": chooser(action, choices, chosen),
        "dispatch_action": True,
        "optional": False,
    }


def chooser(action: str, choices: Sequence[tuple[str, str, str]], chosen: str) -> Json:
    """The menu itself; names that several choices have are followed by the value, which tells them apart.

    Args:
        action: its action.
        choices: see `menu`; the 10,000th is the last one.
        chosen: see `menu`.
    """
    count = Counter(shorten(inline(name), OPTION_TEXT) for _, name, _ in choices)
    alike = {name for name, times in count.items() if times > 1}
    options = [_option(*choice, alike) for choice in choices]
    element: Json = {"type": "static_select", "action_id": action, "placeholder": plain("Choose …", 150)}
    if len(options) <= MENU:
        element["options"] = options
    else:
        element["option_groups"] = [_group(options[at : at + MENU]) for at in range(0, min(len(options), 10_000), MENU)]
    preset = [option for option in options if option["value"] == chosen]
    return element | ({"initial_option": preset[0]} if preset else {})


def _option(value: str, name: str, description: str, alike: Container[str]) -> Json:
    text = shorten(inline(name), OPTION_TEXT)
    if text in alike:
        text = f"{shorten(text, max(OPTION_TEXT - units(value) - 3, 10))} ({value})"
    made: Json = {"text": plain(text, OPTION_TEXT), "value": value}
    return made | ({"description": plain(inline(description), OPTION_TEXT)} if description.strip() else {})


def _group(options: list[Json]) -> Json:
    first, last = options[0]["text"]["text"], options[-1]["text"]["text"]
    return {"label": plain(f"{first[:30]} … {last[:30]}", 75), "options": options}
