"""Goal 7: Socket Mode, so many envelopes a second."""

import os
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench import machine
from bench.child import Child, peer, running
from bench.commands import variables
from bench.company import RUN
from bench.load import command_fields
from bench.measure import Row, interleaved, milliseconds, ratios
from bench.slack_stub import SlackStub, slack_stub
from bot.slack.ids import Action
from sandbox.slack import SLACK_APP_TOKEN

Json = dict[str, object]
WINDOW = 100
USERS = 50
serial = count()


@dataclass(frozen=True, slots=True)
class Side:
    """Somebody who takes envelopes, with a Slack of their own."""

    slack: SlackStub
    child: Child


@dataclass(frozen=True, slots=True)
class Taken:
    """One run.

    Attributes:
        rate: acknowledgements a second.
        cpu: CPU seconds for one envelope.
    """

    rate: float
    cpu: float


async def run(rounds: int, quick: bool) -> list[Row]:
    """The bot and both peers stay connected and take turns; commands first, then mere button presses."""
    size = 150 if quick else 1500
    async with sides() as at:
        for name, side in at.items():
            await (presses(side, USERS) if name == "echo" else commands(side, 2 * USERS))  # everything is imported
            machine.pin(side.child.pid, 0)
        machine.pin(os.getpid(), 1)
        try:
            opened = await interleaved(rounds, ["ours", "sync"], lambda name: commands(at[name], size))
            pressed = await interleaved(rounds, ["ours", "echo"], lambda name: presses(at[name], size))
        finally:
            machine.unpin(os.getpid())
    return rows(opened, pressed, size)


@asynccontextmanager
async def sides() -> AsyncIterator[dict[str, Side]]:
    """All connected, each to a stub of its own."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="devrequest-bench-")))
        found = {}
        for name, arguments in {
            "ours": list(RUN),
            "echo": peer("bolt_socket", "echo"),
            "sync": peer("bolt_socket", "sync"),
        }.items():
            slack = await stack.enter_async_context(slack_stub())
            environment = variables(slack, folder) | {"SLACK_APP_TOKEN": SLACK_APP_TOKEN}
            child = await stack.enter_async_context(running(arguments, environment, folder / f"{name}.log"))
            await slack.connected.wait()
            found[name] = Side(slack, child)
        yield found


async def commands(side: Side, size: int) -> Taken:
    """`/devrequest`, so many; ends when every form is open.

    Raises:
        TimeoutError: an envelope was not acknowledged, or a form did not open.
    """
    due = side.slack.calls["views.open"] + size
    payloads: list[Json] = [dict(command_fields(f"{next(serial)}.1", f"U{number % USERS}")) for number in range(size)]
    return await measured(side, "slash_commands", payloads, due)


async def presses(side: Side, size: int) -> Taken:
    """A link button, so often: there is nothing to do but to acknowledge."""
    return await measured(side, "interactive", [press(f"{next(serial)}.1") for _ in range(size)])


async def measured(side: Side, kind: str, payloads: list[Json], forms: int = 0) -> Taken:
    """Send them with a window of so many unacknowledged ones, and wait for the forms."""
    envelopes: list[Json] = [
        {"envelope_id": f"e{next(serial)}", "type": kind, "payload": payload, "accepts_response_payload": True}
        for payload in payloads
    ]
    before, began = side.child.cpu(), time.perf_counter()
    await side.slack.pump(iter(envelopes), WINDOW)
    seconds = time.perf_counter() - began
    await side.slack.settle("views.open", forms)
    return Taken(len(payloads) / seconds, (side.child.cpu() - before) / len(payloads))


def press(trigger_id: str) -> Json:
    """The block_actions of a link button in a message."""
    action = {"type": "button", "action_id": Action.OPEN_LINK.value, "block_id": "b1", "action_ts": trigger_id}
    return {
        "type": "block_actions",
        "team": {"id": "T0SANDBOX", "domain": "example-goods"},
        "user": {"id": "U1", "username": "u1", "name": "u1", "team_id": "T0SANDBOX"},
        "api_app_id": "A0SANDBOX",
        "token": "unused",
        "container": {"type": "message", "message_ts": "1.1", "channel_id": "C0WEB", "is_ephemeral": False},
        "trigger_id": trigger_id,
        "channel": {"id": "C0WEB", "name": "mar-dev-web"},
        "message": {"type": "message", "ts": "1.1", "text": "", "user": "U0BOT"},
        "actions": [action],
    }


def rows(opened: dict[str, list[Taken]], pressed: dict[str, list[Taken]], size: int) -> list[Row]:
    """Goal 7."""

    def rates(taken: list[Taken]) -> list[float]:
        return [one.rate for one in taken]

    def figures(ours: list[Taken], peers: list[Taken]) -> str:
        cpus = milliseconds([one.cpu for one in ours], [one.cpu for one in peers])
        return f"{median(rates(ours)):.0f} against {median(rates(peers)):.0f}/s; CPU {cpus}"

    method = f"{size} envelopes over one connection, {WINDOW} unacknowledged at a time; a core for each side."
    return [
        Row(
            "7",
            "Socket Mode: `/devrequest` acknowledged a second",
            ratios(rates(opened["ours"]), rates(opened["sync"])),
            3,
            "Bolt's built-in synchronous client with its defaults; both open the form",
            f"{method} Slack answers `views.open` after 5 ms; every form opens.",
            at_least=True,
            figures=figures(opened["ours"], opened["sync"]),
        ),
        Row(
            "7",
            "Socket Mode: link button acknowledged a second",
            ratios(rates(pressed["ours"]), rates(pressed["echo"])),
            0.8,
            "Bolt's async client with listeners that only acknowledge",
            f"{method} There is nothing to do but to acknowledge.",
            at_least=True,
            figures=figures(pressed["ours"], pressed["echo"]),
        ),
    ]
