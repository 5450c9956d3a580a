"""The text of somebody's Slack message, as they saw it."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from adapters.document import clean
from bot.slack.block_text import block_texts, mentioned, mrkdwn_in

SEQUENCE = re.compile(r"<([^<>]+)>")
NO_PREVIEW = "[no preview available]"
"""What Slack writes as the fallback of an attachment that has blocks."""
UNNAMED = re.compile(r"<(?:@[UW]|#[CG])[A-Z0-9]+\|?>")
"""A person or a channel, as Slack writes them today: without their name."""


def message_text(message: Mapping[str, Any], names: Mapping[str, str] | None = None) -> str:
    """The message without Slack's own notation: `<https://a|b>` becomes `b (https://a)`, `<@U1>` a name.

    Args:
        message: as a message shortcut brings it. Its `text` says all that a person wrote
            (https://docs.slack.dev/messaging/formatting-message-text), but may be empty where an app wrote blocks or
            attachments, or somebody sent only files; then these are read.
        names: Slack id → name; an unknown id stands for itself.
    """
    known = names or {}

    def said(raw: str) -> str:
        return _unescaped(SEQUENCE.sub(lambda found: _shown(found.group(1), known), raw))

    if (text := _text(message)).strip():
        return clean(said(text))
    parts = block_texts(message.get("blocks"), known, said)
    for attachment in _attachments(message):
        parts += _attached(attachment, known, said)
    return clean("\n".join(parts or _files(message)))


def mentioned_in(message: Mapping[str, Any]) -> set[str]:
    """The ids of the people and channels that the text mentions without their name."""
    if (text := _text(message)).strip():
        return _unnamed(text)
    raw, found = list(mrkdwn_in(message.get("blocks"))), mentioned(message.get("blocks"))
    for attachment in _attachments(message):
        raw += [*_own_words(attachment), *mrkdwn_in(attachment.get("blocks"))]
        found |= mentioned(attachment.get("blocks"))
    return _unnamed("\n".join(raw)) | found


def _unnamed(text: str) -> set[str]:
    return {found[2:-1].rstrip("|") for found in UNNAMED.findall(text)}


def _text(message: Mapping[str, Any]) -> str:
    return str(message.get("text") or "")


def _attachments(message: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return message.get("attachments") or ()


def _attached(attachment: Mapping[str, Any], names: Mapping[str, str], said: Callable[[str], str]) -> list[str]:
    """What an attachment says; its fallback only where it says nothing else."""
    parts = [said(part) for part in _own_words(attachment)] + block_texts(attachment.get("blocks"), names, said)
    fallback = str(attachment.get("fallback") or "")
    return parts or ([said(fallback)] if fallback not in {"", NO_PREVIEW} else [])


def _own_words(attachment: Mapping[str, Any]) -> list[str]:
    return [str(attachment[key]) for key in ("pretext", "title", "text") if attachment.get(key)]


def _files(message: Mapping[str, Any]) -> list[str]:
    """The names of its files, as the message shows them."""
    files = message.get("files")
    shown = [file for file in files if isinstance(file, dict)] if isinstance(files, list) else []
    return [str(name) for file in shown if (name := file.get("title") or file.get("name"))]


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
