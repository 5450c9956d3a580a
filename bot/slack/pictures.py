"""Pictures that the bot draws and shows in its messages."""

from collections.abc import Awaitable, Callable, Sequence

from bot import log
from bot.slack.gateway import Gateway, SlackRefused
from bot.usecases.ports import SlackUnavailable

Draw = Callable[[Sequence[tuple[str, float]]], Awaitable[bytes]]
"""Names and shares of weeks → a PNG; raises OSError."""

logger = log.get(__name__)


class SlackPictures:
    """The port `Pictures`: drawn elsewhere, uploaded to Slack, shown by the id of the file.

    https://docs.slack.dev/messaging/working-with-files, https://docs.slack.dev/reference/block-kit/blocks/image-block
    """

    def __init__(self, gateway: Gateway, draw: Draw) -> None:
        self._gateway = gateway
        self._draw = draw

    async def readiness(self, shares: Sequence[tuple[str, float]], alt: str) -> str:
        """The id of the uploaded picture; empty if there is none: the figures stand in the message as text, too."""
        try:
            picture = await self._draw(shares)
            asked = {"filename": "readiness.png", "length": str(len(picture)), "alt_txt": alt}
            place = await self._gateway.form("files.getUploadURLExternal", **asked)
            if not await self._gateway.upload(str(place["upload_url"]), picture):
                return ""
            files = [{"id": place["file_id"], "title": "Readiness"}]
            await self._gateway.form("files.completeUploadExternal", files=files)
        except (OSError, SlackRefused, SlackUnavailable) as error:
            logger.info("picture not shown", reason=type(error).__name__)
            return ""
        return str(place["file_id"])
