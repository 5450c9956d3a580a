"""Goal 6: Slack hangs for half a minute, and people go on typing `/devrequest`."""

import asyncio
import os
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench import machine
from bench.child import Child, running
from bench.commands import USERS, variables
from bench.company import RUN
from bench.load import command, send
from bench.measure import Row, interleaved, milliseconds, ratios
from bench.slack_stub import SlackStub, slack_stub
from bot.slack.gateway import AT_ONCE, OPENS_AT_ONCE

HANGS = 30.0
"""Seconds for which each call hangs."""
COMMANDS = 2_000
CONNECTIONS = 32
WATCHED = 4.0
"""Seconds after the last command in which memory is looked at: longer than a trigger lives."""
DEADLINE = 3.0
"""Seconds that Slack waits for an acknowledgement."""
HEALTHY, HANGING = "Slack answers after 5 ms", f"Slack hangs for {HANGS:g} s"
serial = count()


@dataclass(frozen=True, slots=True)
class Taken:
    """One run.

    Attributes:
        p99: of the times to an acknowledgement, in seconds.
        acked: how many were answered with 200 within 3 s.
        calls: calls to Slack under way at once, at most.
        opens: those of `views.open` among them.
        memory: what the bot held at most, in MB.
    """

    p99: float
    acked: int
    calls: int
    opens: int
    memory: float


async def run(rounds: int, quick: bool) -> list[Row]:
    """The same commands while Slack is well and while it hangs, in turns, each time against a new bot.

    A new one, since memory that was needed once is not given back, and the next turn would seem to need it too.
    """
    size = 100 if quick else COMMANDS
    async with slack_stub() as slack:
        machine.pin(os.getpid(), 1)
        try:
            taken = await interleaved(rounds, [HEALTHY, HANGING], lambda slack_is: turn(slack, slack_is, size))
        finally:
            machine.unpin(os.getpid())
    return rows(taken, size)


async def turn(slack: SlackStub, slack_is: str, size: int) -> Taken:
    """A bot that knows everybody and has imported everything, measured."""
    with TemporaryDirectory(prefix="devrequest-bench-") as name:
        folder = Path(name)
        async with running(RUN, variables(slack, folder), folder / "bot.log") as bot:
            machine.pin(bot.pid, 0)
            await measured(slack, bot, HEALTHY, 2 * USERS)
            return await measured(slack, bot, slack_is, size)


async def measured(slack: SlackStub, bot: Child, slack_is: str, size: int) -> Taken:
    """Send so many commands, watch the bot for a while, and let it come to rest."""
    slack.most.clear()
    if slack_is == HANGING:
        slack.hang(HANGS)
    requests = [command(f"{next(serial)}.1", f"U{number % USERS}") for number in range(size)]
    sending = asyncio.create_task(send(bot.port, requests, CONNECTIONS))
    memory = machine.resident_megabytes(bot.pid)
    end = None
    while end is None or (slack_is == HANGING and time.monotonic() < end):
        await asyncio.sleep(0.02)
        memory = max(memory, machine.resident_megabytes(bot.pid))
        if end is None and sending.done():
            end = time.monotonic() + WATCHED
    replies = await sending
    most = slack.most.copy()
    slack.wake()
    async with asyncio.timeout(60):
        while slack.under_way[""]:  # noqa: ASYNC110 (the end of a run)
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.5)
    times = sorted(reply.seconds for reply in replies)
    in_time = sum(reply.status == 200 and reply.seconds <= DEADLINE for reply in replies)
    return Taken(times[int(0.99 * (len(times) - 1))], in_time, most[""], most["views.open"], memory)


def rows(taken: dict[str, list[Taken]], size: int) -> list[Row]:
    """Goal 6."""
    well, hung = taken[HEALTHY], taken[HANGING]
    method = (
        f"{size} signed `/devrequest` over HTTP, {CONNECTIONS} connections with one request each under way, of {USERS} "
        f"people known to the bot, a new bot each time; every call to Slack hangs for {HANGS:g} s, against 5 ms for "
        "each form."
    )
    acks = {name: [one.p99 for one in each] for name, each in taken.items()}
    return [
        Row(
            "6",
            "acknowledgement while Slack hangs, 99 of 100",
            ratios(acks[HANGING], acks[HEALTHY]),
            3,
            "the same commands while Slack is well",
            method,
            gate=True,
            figures=milliseconds(acks[HANGING], acks[HEALTHY]),
        ),
        Row(
            "6",
            f"{size} commands while Slack hangs: acknowledged within 3 s",
            tuple(float(one.acked) for one in hung),
            size,
            "all of them",
            method,
            unit="",
            at_least=True,
            gate=True,
        ),
        Row(
            "6",
            "calls to Slack under way at once",
            tuple(float(one.calls) for one in hung),
            AT_ONCE + OPENS_AT_ONCE,
            f"what the bot allows itself: {OPENS_AT_ONCE} forms and {AT_ONCE} other calls",
            f"{method} Counted by the stand-in.",
            unit="",
            gate=True,
            figures=f"{median(one.opens for one in hung):.0f} forms",
        ),
        Row(
            "6",
            "memory while Slack hangs",
            ratios([one.memory for one in hung], [one.memory for one in well]),
            1.2,
            "the most that the bot held during the same commands while Slack is well",
            f"{method} The bot's resident memory, looked at every 20 ms until {WATCHED:g} s after the last command.",
            gate=True,
            figures=f"{median(one.memory for one in hung):.0f} against {median(one.memory for one in well):.0f} MB",
        ),
    ]
