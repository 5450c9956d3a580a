"""The text of somebody's Slack message, as they saw it."""

import html
import re
from collections.abc import Mapping
from typing import Any

SEQUENCE = re.compile(r"<([^<>]+)>")


def message_text(message: Mapping[str, Any], names: Mapping[str, str] | None = None) -> str:
    """The message without Slack's own notation: `<https://a|b>` becomes `b (https://a)`, `<@U1>` a name.

    Args:
        message: as a message shortcut brings it; its `text` is always there
            (https://docs.slack.dev/messaging/formatting-message-text).
        names: Slack id → name; an unknown id stands for itself.
    """
    known = names or {}
    return html.unescape(SEQUENCE.sub(lambda found: _shown(found.group(1), known), str(message.get("text") or "")))


def _shown(inside: str, names: Mapping[str, str]) -> str:
    target, _, label = inside.partition("|")
    if target.startswith(("@", "#")):
        return target[0] + (label or names.get(target[1:], target[1:]))
    if target.startswith("!"):
        return label or "@" + target[1:].partition("^")[0]
    shown = target.removeprefix("mailto:")
    return f"{label} ({shown})" if label and label not in {shown, target} else shown
