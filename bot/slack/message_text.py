"""The text of somebody's Slack message, as they saw it."""

import re
from collections.abc import Mapping
from typing import Any

from adapters.document import clean

SEQUENCE = re.compile(r"<([^<>]+)>")
PERSON = re.compile(r"<@([UW][A-Z0-9]+)>")


def message_text(message: Mapping[str, Any], names: Mapping[str, str] | None = None) -> str:
    """The message without Slack's own notation: `<https://a|b>` becomes `b (https://a)`, `<@U1>` a name.

    Args:
        message: as a message shortcut brings it; its `text` is always there
            (https://docs.slack.dev/messaging/formatting-message-text), but empty where an app wrote attachments only.
        names: Slack id → name; an unknown id stands for itself.
    """
    known = names or {}
    return clean(_unescaped(SEQUENCE.sub(lambda found: _shown(found.group(1), known), _raw(message))))


def mentioned_in(message: Mapping[str, Any]) -> set[str]:
    """The ids of the people whom the text mentions without their name."""
    return set(PERSON.findall(_raw(message)))


def _raw(message: Mapping[str, Any]) -> str:
    text = str(message.get("text") or "")
    if text.strip():
        return text
    parts = []
    for attachment in message.get("attachments") or ():
        said = [str(attachment.get(key) or "") for key in ("pretext", "title", "text")]
        parts += [part for part in said if part] or [str(attachment.get("fallback") or "")]
    return "\n".join(part for part in parts if part)


def _shown(inside: str, names: Mapping[str, str]) -> str:
    target, _, label = inside.partition("|")
    if target.startswith(("@", "#")):
        return target[0] + (label or names.get(target[1:], target[1:]))
    if target.startswith("!"):
        return label or "@" + target[1:].partition("^")[0]
    shown = target.removeprefix("mailto:")
    return f"{label} ({shown})" if label and label not in {shown, target} else shown


def _unescaped(text: str) -> str:
    """Slack escapes three characters and nothing else; `&copy;` is what somebody typed."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
