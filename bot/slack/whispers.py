"""What is said to one person alone, where they are or in their direct messages."""

from collections.abc import Awaitable, Callable
from functools import partial

from bot import log
from bot.domain.messages import Notice
from bot.slack.desk import Desk
from bot.slack.gateway import SlackRefused
from bot.slack.press import Press
from bot.slack.views.messages import render
from bot.slack.views.rendered import Rendered
from bot.usecases.ports import SlackUnavailable

SORRY = "Something went wrong on our side; nothing that you typed is lost. Please try again."

logger = log.get(__name__)


async def whisper(desk: Desk, user: str, channel: str, message: Rendered, response_url: str = "") -> None:
    """Show one person a message where they are, or in their direct messages."""
    body = {"text": message.text, "blocks": message.blocks}
    if response_url and await desk.gateway.respond(response_url, {**body, "replace_original": False}):
        return
    try:
        if channel:
            await desk.gateway.call("chat.postEphemeral", channel=channel, user=user, **body)
            return
    except (SlackRefused, SlackUnavailable) as error:
        logger.info("not whispered", reason=str(error))
    try:
        await desk.gateway.call("chat.postMessage", channel=user, **body)
    except (SlackRefused, SlackUnavailable) as error:
        logger.warning("person not told", reason=str(error))


async def answer_press(desk: Desk, press: Press, text: str) -> None:
    """A sentence to the one who pressed."""
    await whisper(desk, press.user, press.channel, render(Notice(text)), press.url)


async def apologise(desk: Desk, user: str, channel: str = "", response_url: str = "") -> None:
    """Say that it was our fault, where the person would otherwise wait in vain."""
    await whisper(desk, user, channel, render(Notice(SORRY)), response_url)


def apology(desk: Desk, press: Press) -> Callable[[], Awaitable[None]]:
    """Apologises to the one who pressed, once it is called."""
    return partial(apologise, desk, press.user, press.channel, press.url)
