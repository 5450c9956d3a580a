"""The weekly sync: its buttons, its small forms."""

from collections.abc import Callable, Coroutine
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.domain.template import Agenda as Kind
from bot.slack import syncing
from bot.slack.desk import Desk
from bot.slack.listeners.by_name import Listener
from bot.slack.syncing import SyncPress
from bot.slack.views.sync_forms import SENTENCE, VERDICT, answers
from bot.slack.whispers import apology
from bot.usecases.sync_words import What

Pressed = Callable[[Desk, SyncPress], Coroutine[Any, Any, None]]
WHY = "Say in a sentence on which condition, or why not."


def pressed(desk: Desk, then: Pressed) -> Listener:
    """A button of the sync; its value is the sync's key, and a ticket's handle where it is about one."""

    async def listener(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        press = SyncPress.read(body, str(action.get("value") or ""))
        desk.spawn(then(desk, press), sorry=apology(desk, press))

    return listener


def item_chosen(desk: Desk) -> Listener:
    """The menu of an action item: done, or somebody else's."""

    async def listener(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        verb, _, handle = str((action.get("selected_option") or {}).get("value") or "").partition(":")
        press = SyncPress.read(body, f"|{handle}")
        team = desk.ports.teams.of_channel(press.channel)
        sorry = apology(desk, press)
        if team and verb == "done":
            await desk.keep(ack, syncing.finish(desk, press, team, handle), sorry=sorry)
            return
        await ack()
        if team and verb == "reassign":
            desk.spawn(syncing.ask_owner(desk, press, team, handle), sorry=sorry)

    return listener


def adding(desk: Desk, kind: Kind) -> Listener:
    """A button that opens the form for one part of the agenda."""

    async def add(desk: Desk, press: SyncPress) -> None:
        await syncing.add(desk, press, kind)

    return pressed(desk, add)


def handed_in(desk: Desk, what: What) -> Listener:
    """One of the small forms: stored for good, then acknowledged."""

    async def listener(ack: AsyncAck, body: dict[str, Any]) -> None:
        given = answers(body["view"])
        if given.get(VERDICT) in {"fine_if", "not_like_this"} and not given.get(SENTENCE, "").strip():
            await ack(response_action="errors", errors={SENTENCE: WHY})
            return
        press = SyncPress.read(body, str(body["view"].get("private_metadata") or ""))
        await ack(**await syncing.hand_in(desk, press, what, given))

    return listener
