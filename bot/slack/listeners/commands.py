"""`/devrequest`."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.domain.command import Help, OpenForm, Sync, UnknownType, parse
from bot.slack.desk import Desk
from bot.slack.opening import apologise, open_form
from bot.slack.syncing import run_sync
from bot.slack.views.help import help_message, unknown_type_message

Listener = Callable[..., Awaitable[None]]
READING = "One moment, I am reading the trackers …"


def devrequest(desk: Desk) -> Listener:
    """`/devrequest`, `/devrequest help`, `/devrequest <type> <title>`, `/devrequest sync [now]`."""

    async def listener(ack: AsyncAck, command: dict[str, Any]) -> None:
        channel = str(command.get("channel_id") or "")
        types = desk.ports.teams.request_types(desk.ports.teams.of_channel(channel))
        former = {kind.was: kind.key for kind in types if kind.was}
        meant = parse(str(command.get("text") or ""), [kind.key for kind in types], former)
        if isinstance(meant, OpenForm):
            await ack()
            url = str(command.get("response_url") or "")
            sorry = partial(apologise, desk, command["user_id"], channel, url)
            desk.spawn(_open(desk, command, channel, meant), sorry=sorry)
            return
        if isinstance(meant, Sync):
            url = str(command.get("response_url") or "")
            sorry = partial(apologise, desk, command["user_id"], channel, url)
            reading = partial(ack, text=READING, response_type="ephemeral")  # they take a while if they do not answer
            await desk.keep(reading, run_sync(desk, command, post=meant.post), sorry=sorry)
            return
        await ack(**_explained(meant, [(kind.key, kind.name, kind.description) for kind in types]))

    return listener


async def _open(desk: Desk, command: dict[str, Any], channel: str, meant: OpenForm) -> None:
    await open_form(
        desk,
        command["trigger_id"],
        command["user_id"],
        channel=channel,
        request_type=meant.request_type,
        title=meant.title,
        response_url=str(command.get("response_url") or ""),
    )


def _explained(meant: Help | UnknownType, types: list[tuple[str, str, str]]) -> dict[str, Any]:
    message = unknown_type_message(meant, types) if isinstance(meant, UnknownType) else help_message(types)
    return {"text": message.text, "blocks": message.blocks, "response_type": "ephemeral"}
