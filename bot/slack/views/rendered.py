"""A message as Slack takes it."""

from dataclasses import dataclass
from typing import Any

from bot.slack.text import units

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message.

    Attributes:
        text: for notifications and clients that show no blocks; nothing in it pings or links.
        blocks: at most 50, and at most about 9,000 characters in all.
        continued: the rest, to be posted as replies in its thread, in order.
    """

    text: str
    blocks: list[Json]
    continued: tuple["Rendered", ...] = ()


def characters(node: Any) -> int:
    """All texts of blocks, as Slack counts them towards its limit of a message."""
    if isinstance(node, dict):
        return sum(
            units(value) if key == "text" and isinstance(value, str) else characters(value)
            for key, value in node.items()
        )
    return sum(map(characters, node)) if isinstance(node, list) else 0
