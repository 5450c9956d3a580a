"""The app's Home: opened, turned page by page; a new request, and what one wants to hear of."""

from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.slack.desk import Desk
from bot.slack.ids import Action
from bot.slack.listeners.by_name import Listener
from bot.slack.opening import open_form
from bot.slack.whispers import apologise
from bot.usecases.home import mute, note_opened


def opened(desk: Desk) -> Listener:
    """Somebody looks at the Home tab."""

    async def listener(event: dict[str, Any]) -> None:
        user = event.get("user")
        if isinstance(user, str) and event.get("tab", "home") == "home":
            desk.spawn(_show(desk, user))

    return listener


def new_request(desk: Desk) -> Listener:
    """The form, from the Home tab."""

    async def listener(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        user = str(body["user"]["id"])
        desk.spawn(open_form(desk, str(body["trigger_id"]), user), sorry=partial(apologise, desk, user))

    return listener


def turned(desk: Desk) -> Listener:
    """Another page."""

    async def listener(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        page = str(action.get("value") or "")
        desk.spawn(desk.homes.show(desk.slack_team, str(body["user"]["id"]), int(page) if page.isdecimal() else 0))

    return listener


def muted(desk: Desk) -> Listener:
    """To hear of something no more, or again."""

    async def listener(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        verb, _, kind = str(action.get("action_id") or "").partition(":")
        await desk.keep(ack, _mute(desk, str(body["user"]["id"]), kind, muted=verb == Action.MUTE))

    return listener


async def _show(desk: Desk, user: str) -> None:
    await note_opened(desk.ports, desk.slack_team, user)
    await desk.homes.show(desk.slack_team, user)


async def _mute(desk: Desk, user: str, kind: str, *, muted: bool) -> None:
    await mute(desk.ports, desk.slack_team, user, kind, muted=muted)
    desk.homes.changed(desk.slack_team, user)
