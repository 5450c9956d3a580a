"""Slack's rich text and the neutral document, both ways (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block)."""

from collections.abc import Mapping
from typing import Any

from adapters.document import Document

Json = dict[str, Any]


def parse(block: Mapping[str, Any], names: Mapping[str, str] | None = None) -> Document:
    """A `rich_text` block as a document; what we do not know is kept as the text it carries."""
    raise NotImplementedError


def mentions(block: Mapping[str, Any]) -> set[str]:
    """The ids of people, groups and channels that the block mentions."""
    raise NotImplementedError


def prefill(made: Document) -> Json:
    """A document as a `rich_text` block, for `initial_value`; nothing in it pings."""
    raise NotImplementedError
