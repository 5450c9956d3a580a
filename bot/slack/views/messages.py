"""What the bot says, as Slack takes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.messages import Message

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


def render(message: Message, names: Mapping[str, str] | None = None) -> Rendered:
    """A message for a channel, a thread or a person.

    Args:
        message: what to say.
        names: Slack user id → name, so that people are named without being pinged; unknown ones by id.
    """
    raise NotImplementedError


def as_view(message: Message, names: Mapping[str, str] | None = None) -> Json:
    """The same as a modal that hands in nothing: it replaces the form after Submit."""
    raise NotImplementedError
