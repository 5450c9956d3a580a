"""Reply: a form that opens at once, keeps what is typed, and is stored before it is acknowledged."""

import asyncio
from collections.abc import Mapping
from typing import Any

from bot import log
from bot.domain.errors import NotStored
from bot.domain.messages import Notice
from bot.domain.request import TypedReply
from bot.slack.desk import Desk
from bot.slack.gateway import SlackRefused
from bot.slack.opening import is_open_already
from bot.slack.press import Press
from bot.slack.submit_answer import ANSWER_WITHIN, Json, errors, update
from bot.slack.views.messages import as_view
from bot.slack.views.reply import BLOCK, reply_view, typed_in
from bot.slack.whispers import answer_press
from bot.usecases.ports import SlackUnavailable
from bot.usecases.reply_comment import NotTheirs, Reply, hand_in_reply, keep_typed, known_to, typed_before

NOT_YOURS = "That ticket is not there any more, or it is not yours to comment on from here."
SAY_SOMETHING = "Write what you want to say first."

logger = log.get(__name__)


async def open_reply(desk: Desk, body: Mapping[str, Any], handle: str) -> None:
    """Open the form for a ticket, with what was typed before."""
    press = Press.of(body)
    ticket = await known_to(desk.ports, handle, press.user, desk.slack_team)
    if ticket is None:
        await answer_press(desk, press, NOT_YOURS)
        return
    typed = await typed_before(desk.ports, desk.jobs, desk.slack_team, press.user, handle)
    if not desk.first_use(press.trigger):
        return
    try:
        await desk.gateway.call("views.open", trigger_id=press.trigger, view=reply_view(ticket.title, handle, typed))
    except (SlackRefused, SlackUnavailable) as error:
        logger.info("form not opened", reason=str(error))
        if is_open_already(error):
            return
        await answer_press(desk, press, "Slack was too slow to open the form. Please press the button again.")


async def keep_reply(desk: Desk, body: Mapping[str, Any]) -> None:
    """Keep what stands in the form."""
    view = body["view"]
    typed = TypedReply(text=typed_in(view), view_id=str(view.get("root_view_id") or view["id"]))
    handle = str(view.get("private_metadata") or "")
    await keep_typed(desk.ports, desk.slack_team, str(body["user"]["id"]), handle, typed)


async def answer_reply(desk: Desk, body: Mapping[str, Any]) -> Json:
    """What Send is answered with; an error leaves the form open with everything in it."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            return await _answer(desk, body)
    except (TimeoutError, NotStored):
        return errors({BLOCK: NotStored().message})


async def _answer(desk: Desk, body: Mapping[str, Any]) -> Json:
    view, user = body["view"], body["user"]
    text = typed_in(view)
    if not text.strip():
        return errors({BLOCK: SAY_SOMETHING})
    stored = await hand_in_reply(
        desk.ports,
        desk.jobs,
        str(view.get("private_metadata") or ""),
        view_id=str(view.get("root_view_id") or view["id"]),
        slack_team=desk.slack_team,
        user=str(user["id"]),
        name=str(user.get("name") or user.get("username") or user["id"]),
        text=text,
    )
    match stored:
        case NotTheirs():
            return errors({BLOCK: NOT_YOURS})
        case NotStored(message=message):
            return errors({BLOCK: message})
        case Reply(title=title):
            said = f"Your reply on “{title}” is stored and goes to the ticket. You can close this window."
            return update(as_view(Notice(said)))
