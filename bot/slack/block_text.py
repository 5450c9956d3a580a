"""What a reader sees of the blocks of a message that an app wrote (https://docs.slack.dev/reference/block-kit/blocks).

Buttons and inputs are for whoever reads the message in Slack and are left out; so is what is not as Slack describes it.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from adapters.document import text_of
from bot.slack import rich_text
from bot.slack.payloads import RichText

Mrkdwn = Callable[[str], str]
"""Makes plain text of Slack's own notation."""


def block_texts(blocks: object, names: Mapping[str, str], mrkdwn: Mrkdwn) -> list[str]:
    """The text of each block that has any.

    Args:
        blocks: as they stand in a message or an attachment.
        names: Slack id → name, for whom rich text mentions.
        mrkdwn: for the texts that are written in it.
    """
    found = (_text(block, names, mrkdwn) for block in _objects(blocks))
    return [text for text in found if text.strip()]


def mrkdwn_in(blocks: object) -> Iterator[str]:
    """The texts that are written in Slack's own notation."""
    for block in _objects(blocks):
        for part in _parts(block):
            if part.get("type") == "mrkdwn":
                yield str(part.get("text") or "")


def mentioned(blocks: object) -> set[str]:
    """The ids that rich text mentions."""
    return {identity for block in _objects(blocks) if _is_rich(block) for identity in rich_text.mentions(block)}


def _text(block: Mapping[str, Any], names: Mapping[str, str], mrkdwn: Mrkdwn) -> str:
    match block.get("type"):
        case "rich_text":
            return text_of(rich_text.parse(block, names)) if _is_rich(block) else ""
        case "section" | "header" | "context" | "markdown" | "image" | "video":
            said = (_said(part, mrkdwn) for part in _parts(block))
            return "\n".join(text for text in said if text.strip())
        case _:
            return ""


def _parts(block: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The text objects of a block, and what stands for its picture."""
    if block.get("type") in ("markdown", "image", "video"):
        for key in ("text", "title", "alt_text"):
            if block.get(key):
                return [block[key] if isinstance(block[key], dict) else {"type": "plain_text", "text": block[key]}]
        return []
    single = [block["text"]] if isinstance(block.get("text"), dict) else []
    return [*single, *_objects(block.get("fields")), *_objects(block.get("elements"))]


def _said(part: Mapping[str, Any], mrkdwn: Mrkdwn) -> str:
    if part.get("type") == "image":
        return str(part.get("alt_text") or "")
    text = str(part.get("text") or "")
    return mrkdwn(text) if part.get("type") == "mrkdwn" else text


def _is_rich(block: Mapping[str, Any]) -> bool:
    """Whether it is rich text, and can be read as such."""
    try:
        return RichText.model_validate(block).type == "rich_text"
    except ValidationError:
        return False


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
