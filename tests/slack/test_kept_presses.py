"""Presses that change something are stored before they are acknowledged: a process may end right after that."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.seen_ticket import SeenTicket, Tracked
from bot.slack.desk import Desk
from bot.slack.ids import Action
from bot.slack.listeners import presses
from bot.slack.listeners.by_name import Listener
from bot.slack.listeners.commands import READING, devrequest
from tests.slack_desk import KeptJobs, a_desk

Stored = Callable[[Desk, KeptJobs], Awaitable[bool]]


async def ticket(desk: Desk) -> Tracked:
    """The one that the presses are about."""
    return (await desk.ports.tickets.find(["memory:1"]))["memory:1"]


async def is_snoozed(desk: Desk, _: KeptJobs) -> bool:
    return (await ticket(desk)).history.snoozed_until is not None


async def is_taken_up(desk: Desk, _: KeptJobs) -> bool:
    return not (await ticket(desk)).history.old


async def is_muted(desk: Desk, _: KeptJobs) -> bool:
    return await desk.ports.tickets.personal("T0SANDBOX", "U0MARA", "mute_moves") == "yes"


async def is_job(_: Desk, jobs: KeptJobs) -> bool:
    return len(jobs.stored) == 1


def pressing(action: str, value: str = "", option: str = "") -> Callable[[Desk, Any], Awaitable[None]]:
    """A press in the team's channel."""

    async def press(desk: Desk, ack: Any) -> None:
        table = presses(desk)
        listener: Listener = next(
            found for name, found in table.items() if (name == action if isinstance(name, str) else name.match(action))
        )
        body = {"user": {"id": "U0MARA"}, "channel": {"id": "C0WEB"}, "trigger_id": "1.2", "actions": []}
        pressed = {"action_id": action, "value": value, "selected_option": {"value": option}}
        await listener(ack=ack, body=body, action=pressed)

    return press


async def sync_now(desk: Desk, ack: Any) -> None:
    """Typed in the team's channel."""
    command = {"user_id": "U0MARA", "channel_id": "C0WEB", "text": "sync now", "trigger_id": "1.2"}
    await devrequest(desk)(ack=ack, command=command)


@pytest.mark.parametrize(
    ("do", "stored"),
    [
        pytest.param(pressing(Action.TICKET_MENU, option="snooze_3d:memory:1"), is_snoozed, id="snooze"),
        pytest.param(pressing(Action.TAKE_UP, "memory:1"), is_taken_up, id="take up"),
        pytest.param(pressing("home_mute:mute_moves"), is_muted, id="mute"),
        pytest.param(pressing(Action.SYNC_ITEM, option="done:memory:1"), is_job, id="done"),
        pytest.param(sync_now, is_job, id="sync now"),
    ],
)
async def test_what_is_acknowledged_is_stored(
    tmp_path: Path, do: Callable[[Desk, Any], Awaitable[None]], stored: Stored
) -> None:
    """In the moment of the acknowledgement it is there already."""
    async with a_desk(tmp_path) as (desk, _, jobs):
        seen = SeenTicket(tracker="memory", id="1", key="MEM-1", url="", team="web", title="x", requester="U0MARA")
        known = Tracked(ticket=seen)
        known = known.model_copy(update={"history": replace(known.history, old=True)})
        await desk.ports.tickets.change(["memory:1"], lambda _: [known])
        acknowledged = []

        async def ack(**_: Any) -> None:
            acknowledged.append(await stored(desk, jobs))

        assert not await stored(desk, jobs)
        await do(desk, ack)

        assert acknowledged == [True]


async def test_a_sync_that_is_asked_for_is_answered_at_once(tmp_path: Path) -> None:
    """Trackers that do not answer take a quarter of a minute; whoever asked hears before that it is on its way."""
    async with a_desk(tmp_path) as (desk, slack, _):
        heard: list[dict[str, Any]] = []

        async def ack(**said: Any) -> None:
            heard.append({**said, "calls": len(slack.calls)})

        command = {"user_id": "U0MARA", "channel_id": "C0WEB", "text": "sync", "trigger_id": "1.2"}
        await devrequest(desk)(ack=ack, command=command)

        assert heard == [{"text": READING, "response_type": "ephemeral", "calls": 0}]
