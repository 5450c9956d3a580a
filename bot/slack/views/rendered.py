"""A message as Slack takes it."""

from dataclasses import dataclass
from typing import Any

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
