"""Goal 5: 200 people type `/devrequest` in the same moment, and Slack is slow."""

import asyncio
import time
from dataclasses import dataclass
from math import ceil

from bench.company import PEOPLE, Company, company
from bench.load import command, send
from bench.measure import Row, interleaved, ratios
from sandbox.faults import Fault

LATENCY = 0.15
SLOW = 2.0
BUSY = 2.5 * SLOW
"""Seconds for which the bot is busy with a slow Slack."""
OPENS_AT_ONCE = 100
"""Calls of `views.open` that the bot keeps under way at once; what the floor is reckoned with."""
DEADLINE = 3.0
"""Seconds that Slack waits for an acknowledgement."""
HEALTHY, SLOW_SLACK, LIMITED = f"Slack at {LATENCY} s", f"Slack at {SLOW:g} s", "Slack answers 429"


@dataclass(frozen=True, slots=True)
class Burst:
    """One burst.

    Attributes:
        acked: how many were answered with 200 within 3 s.
        last_ack: seconds until the last answer.
        last_open: seconds until the last form was open; 0 where none is waited for.
    """

    acked: int
    last_ack: float
    last_open: float


async def run(rounds: int, quick: bool) -> list[Row]:
    """The same burst while Slack is healthy, slow, and rate limiting, in turns."""
    size = 40 if quick else PEOPLE
    async with company() as one:
        await burst(one, size, HEALTHY)  # everybody is known from here on
        rest = 0.0 if quick else BUSY
        taken = await interleaved(rounds, [HEALTHY, SLOW_SLACK, LIMITED], lambda name: burst(one, size, name, rest))
    return rows(taken, size)


async def burst(one: Company, size: int, slack: str, rest: float = 0.0) -> Burst:
    """All at once, each over a connection of its own.

    Args:
        one: the company.
        size: how many people.
        slack: how Slack is.
        rest: seconds until the bot has no more to do after a slow Slack.

    Raises:
        TimeoutError: a form did not open although Slack was healthy.
    """
    windows = one.sandbox.slack.windows
    one.latency(slack=SLOW if slack == SLOW_SLACK else LATENCY)
    if slack == LIMITED:
        one.sandbox.faults.clear()
        one.sandbox.faults.add(Fault("slack", "429", operation="views.open"))
    issued = one.sandbox.slack.issued
    people = [user.id for user in one.people[:size]]
    requests = [command(issued.new_trigger(user, channel=one.channel.id), user) for user in people]
    began = time.perf_counter()
    sending = asyncio.create_task(send(one.bot.port, requests, size))
    opened = 0.0
    if slack == HEALTHY:
        async with asyncio.timeout(10):
            while len(windows.stacks) < size:  # noqa: ASYNC110 (changes come by the hundred)
                await asyncio.sleep(0.005)
        opened = time.perf_counter() - began
    replies = await sending
    await asyncio.sleep(rest if slack == SLOW_SLACK else 0.3)
    for user in people:
        windows.clear(user)
    one.sandbox.faults.clear()
    in_time = [reply for reply in replies if reply.status == 200 and reply.finished <= DEADLINE]
    return Burst(len(in_time), max(reply.finished for reply in replies), opened)


def rows(taken: dict[str, list[Burst]], size: int) -> list[Row]:
    """Goal 5."""
    healthy = taken[HEALTHY]
    floor = ceil(size / OPENS_AT_ONCE) * LATENCY
    method = (
        f"{size} signed commands of {size} people at once, each over a new connection, people known to the bot; the "
        f"sandbox's Slack takes {LATENCY} s for every call and checks every view."
    )
    acks = {name: [one.last_ack for one in each] for name, each in taken.items()}
    counts = tuple(float(min(taken[name][number].acked for name in taken)) for number in range(len(healthy)))
    return [
        Row(
            "5",
            f"{size} commands at once: acknowledged within 3 s",
            counts,
            size,
            "all of them, however slow Slack is",
            f"{method} The fewest of {', '.join(taken)}.",
            unit="",
            at_least=True,
            gate=True,
        ),
        Row(
            "5",
            "last acknowledgement",
            tuple(acks[HEALTHY]),
            DEADLINE / 4,
            "a quarter of Slack's 3 s",
            method,
            unit="s",
            gate=True,
        ),
        Row(
            "5",
            "last form open",
            tuple(one.last_open for one in healthy),
            min(DEADLINE / 2, 4 * floor),
            f"half of Slack's 3 s, and 4 times the floor of {floor:.2f} s ({OPENS_AT_ONCE} calls under way at once)",
            method,
            unit="s",
            gate=True,
        ),
        *(
            Row(
                "5",
                f"last acknowledgement, {name}",
                ratios(acks[name], acks[HEALTHY]),
                2,
                f"the same burst, {HEALTHY}",
                method,
                figures=f"{sorted(acks[name])[len(acks[name]) // 2]:.2f} s",
            )
            for name in (SLOW_SLACK, LIMITED)
        ),
    ]
