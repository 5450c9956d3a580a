"""`/devrequest`."""

from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.domain.command import Help, OpenForm, Sync, UnknownType, parse
from bot.slack.desk import Desk
from bot.slack.listeners.by_name import Listener
from bot.slack.opening import open_form
from bot.slack.press import Press
from bot.slack.syncing import run_sync
from bot.slack.views.help import help_message, unknown_type_message
from bot.slack.whispers import apology

READING = "One moment, I am reading the trackers …"


def devrequest(desk: Desk) -> Listener:
    """`/devrequest`, `/devrequest help`, `/devrequest <type> <title>`, `/devrequest sync [now]`."""

    async def listener(ack: AsyncAck, command: dict[str, Any]) -> None:
        press = Press.of_command(command)
        types = desk.ports.teams.request_types(desk.ports.teams.of_channel(press.channel))
        former = {kind.was: kind.key for kind in types if kind.was}
        meant = parse(str(command.get("text") or ""), [kind.key for kind in types], former)
        if isinstance(meant, OpenForm):
            await ack()
            desk.spawn(_open(desk, press, meant), sorry=apology(desk, press))
            return
        if isinstance(meant, Sync):
            reading = partial(ack, text=READING, response_type="ephemeral")  # they take a while if they do not answer
            await desk.keep(reading, run_sync(desk, press, post=meant.post), sorry=apology(desk, press))
            return
        await ack(**_explained(meant, [(kind.key, kind.name, kind.description) for kind in types]))

    return listener


async def _open(desk: Desk, press: Press, meant: OpenForm) -> None:
    await open_form(
        desk,
        press.trigger,
        press.user,
        channel=press.channel,
        request_type=meant.request_type,
        title=meant.title,
        response_url=press.url,
    )


def _explained(meant: Help | UnknownType, types: list[tuple[str, str, str]]) -> dict[str, Any]:
    message = unknown_type_message(meant, types) if isinstance(meant, UnknownType) else help_message(types)
    return {"text": message.text, "blocks": message.blocks, "response_type": "ephemeral"}
