"""Channels that the configuration calls by name."""

from bot import log
from bot.config import Config
from bot.slack.gateway import Gateway, SlackRefused

logger = log.get(__name__)


async def channel_ids(gateway: Gateway, config: Config) -> dict[str, str]:
    """Channel name → id; nothing is asked if the configuration has ids only.

    Raises:
        SlackUnavailable: Slack does not answer now.
    """
    named = [*(team.channel for team in config.teams), config.ops_channel or ""]
    if not any(channel.startswith("#") for channel in named):
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
