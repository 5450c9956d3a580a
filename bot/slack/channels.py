"""Channels that the configuration calls by name."""

import re

from bot import log
from bot.config import Config
from bot.slack.gateway import Gateway, SlackRefused

_ID = re.compile(r"[CDG][A-Z0-9]+")
"""An id; names have no capitals."""
logger = log.get(__name__)


async def channel_ids(gateway: Gateway, config: Config) -> dict[str, str]:
    """Channel name → id; nothing is asked if the configuration has ids only.

    Raises:
        SlackUnavailable: Slack does not answer now.
    """
    named = [*(team.channel for team in config.teams), config.ops_channel or ""]
    if all(_ID.fullmatch(channel) for channel in named if channel):
        return {}
    found: dict[str, str] = {}
    try:
        pages = gateway.pages(
            "conversations.list", "channels", types="public_channel,private_channel", exclude_archived=True
        )
        async for page in pages:
            found |= {str(channel["name"]): str(channel["id"]) for channel in page}
    except SlackRefused as refused:
        logger.warning("channel names not resolved", code=refused.code)
        return found
    for channel in dict.fromkeys(named):
        if channel and not _ID.fullmatch(channel) and channel.lstrip("#") not in found:
            logger.warning("no channel has that name, nothing can be posted there", channel=channel)
    return found
