"""Windows of one person: opened at once, put on top of each other, and drawn again once there is more to show."""

import asyncio
from typing import Any

from bot import log
from bot.slack.acks import LONGEST_PAUSE, TRIES
from bot.slack.desk import Desk
from bot.slack.gateway import SlackRefused
from bot.slack.opening import EXPIRED, is_open_already
from bot.slack.press import Press
from bot.usecases.ports import SlackUnavailable

logger = log.get(__name__)


async def open_window(desk: Desk, press: Press, view: dict[str, Any]) -> str | None:
    """Show a view: in the window that is open, on top of one that is worth coming back to, or in one of its own.

    Its id, or nothing if Slack did not open one; None if this press has opened one before.
    """
    if press.modal and not press.on_top:
        await show(desk, press.modal, view)
        return press.modal
    method = "views.push" if press.modal else "views.open"
    try:
        answer = await desk.gateway.call(method, trigger_id=press.trigger, view=view)
    except (SlackRefused, SlackUnavailable) as error:
        if is_open_already(error):
            return None
        code = error.code if isinstance(error, SlackRefused) else ""
        if code == "push_limit_reached":
            await show(desk, press.modal, view)
            return press.modal
        if code not in EXPIRED:
            logger.warning("form not opened", reason=str(error))
        return ""
    return str(answer["view"]["id"])


async def show(desk: Desk, view_id: str, view: dict[str, Any]) -> None:
    """Replace what a window shows; a Slack that is busy is asked again, since the window says "Reading …" else."""
    for _ in range(TRIES):
        try:
            await desk.acks.draw(view_id, view)
        except SlackUnavailable as error:
            await asyncio.sleep(min(error.after, LONGEST_PAUSE))
        except SlackRefused as refused:
            level = logger.info if refused.code == "not_found" else logger.warning
            level("form not drawn", code=refused.code, details=refused.details)
            return
        else:
            return
    logger.warning("form not drawn", reason="Slack does not answer")
