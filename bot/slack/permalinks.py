"""Addresses of messages."""

from bot import log
from bot.slack.gateway import Gateway, SlackRefused
from bot.usecases.ports import SlackUnavailable

logger = log.get(__name__)


async def permalink(gateway: Gateway, channel: str, ts: str, thread_ts: str | None = None) -> str:
    """The address of a message: as Slack says it, else as Slack makes it.

    Slack says nothing of conversations that the bot is not in, and may not answer; whoever is in them can follow the
    address all the same. https://docs.slack.dev/reference/methods/chat.getPermalink

    Args:
        gateway: Slack.
        channel: where the message is.
        ts: its timestamp.
        thread_ts: of the message that it answers, if it does.
    """
    try:
        answer = await gateway.form("chat.getPermalink", channel=channel, message_ts=ts)
    except (SlackRefused, SlackUnavailable) as error:
        logger.info("permalink made up", reason=str(error))
        return gateway.workspace.permalink(channel, ts, thread_ts)
    return str(answer.get("permalink") or "") or gateway.workspace.permalink(channel, ts, thread_ts)
