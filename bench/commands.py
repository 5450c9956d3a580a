"""Goals 1, 2 and 3: what `/devrequest` costs, and how soon it is acknowledged when nothing else happens."""

import asyncio
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
from bench.company import ASANA_PROJECT, CONFIG, RUN
from bench.load import command, send
from bench.measure import Row, interleaved, milliseconds, ratios
from bench.slack_stub import SlackStub, slack_stub
from sandbox.slack import SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET

USERS = 50
AT_ONCE = 32
SLICES = 4
"""Turns that make up a round: the shorter a turn, the more alike are the minutes that the sides get."""
OPENS = frozenset({"ours", "lazy", "default"})
serial = count()


@dataclass(frozen=True, slots=True)
class Taken:
    """One run against one side.

    Attributes:
        rate: acknowledgements a second.
        cpu: CPU seconds of the server for one request, what it opens included.
        opened: `views.open` for each acknowledgement, when the last acknowledgement came.
        ack: the median time to an acknowledgement, in seconds.
    """

    rate: float
    cpu: float
    opened: float
    ack: float


async def run(rounds: int, quick: bool) -> list[Row]:
    """The bot and its three peers stay up and take turns under load, then idle."""
    async with slack_stub() as slack, sides(slack) as at:
        for name, child in at.items():
            await measured(slack, name, child, 2 * USERS, 8)  # everybody is known, everything is imported
            machine.pin(child.pid, 0)
        machine.pin(os.getpid(), 1)
        try:
            slices, size = (1, 200) if quick else (SLICES, 500)
            loaded = ["ours", "echo", "lazy"]
            busy = await interleaved(
                rounds * slices, loaded, lambda name: measured(slack, name, at[name], size, AT_ONCE)
            )
            busy = {name: together(taken, slices) for name, taken in busy.items()}
            size = 20 if quick else 100
            idle = await interleaved(rounds, ["ours", "default"], lambda name: measured(slack, name, at[name], size, 1))
        finally:
            machine.unpin(os.getpid())
    return [*under_load(busy), at_rest(idle)]


def together(taken: list[Taken], slices: int) -> list[Taken]:
    """So many turns each as one round."""
    rounds = [taken[start : start + slices] for start in range(0, len(taken), slices)]
    return [
        Taken(
            len(some) / sum(1 / one.rate for one in some),
            sum(one.cpu for one in some) / len(some),
            min(one.opened for one in some),
            median(one.ack for one in some),
        )
        for some in rounds
    ]


@asynccontextmanager
async def sides(slack: SlackStub) -> AsyncIterator[dict[str, Child]]:
    """The bot and its peers, all running."""
    with TemporaryDirectory(prefix="devrequest-bench-") as name:
        folder = Path(name)
        async with AsyncExitStack() as stack:
            bot = running(RUN, variables(slack, folder), folder / "bot.log")
            found = {"ours": await stack.enter_async_context(bot)}
            for way in ("echo", "lazy", "default"):
                other = running(peer("bolt_http", way), {"SLACK_API_URL": slack.url}, folder / f"{way}.log")
                found[way] = await stack.enter_async_context(other)
            yield found


def variables(slack: SlackStub, folder: Path) -> dict[str, str]:
    """The environment of a bot in HTTP mode, whose configuration is written."""
    config = folder / "devrequest.yaml"
    config.write_text(CONFIG.format(tracker="memory", project=ASANA_PROJECT), encoding="utf-8")
    return {
        "SLACK_BOT_TOKEN": SLACK_BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SLACK_SIGNING_SECRET,
        "SLACK_API_URL": slack.url,
        "JIRA_URL": "http://127.0.0.1:9/jira",
        "JIRA_EMAIL": "bot@example.com",
        "JIRA_API_TOKEN": "unused",
        "ASANA_URL": "http://127.0.0.1:9/asana/api/1.0",
        "ASANA_ACCESS_TOKEN": "unused",
        "MEMORY_TRACKER": "1",
        "DATABASE_URL": f"sqlite:///{folder / 'bot.sqlite'}",
        "DEVREQUEST_CONFIG": str(config),
        "PORT": "0",
        "LOG_LEVEL": "INFO",
    }


async def measured(slack: SlackStub, name: str, child: Child, size: int, connections: int) -> Taken:
    """Send so many commands and wait until every form is open.

    Raises:
        ValueError: an answer was no acknowledgement.
        TimeoutError: forms did not open.
    """
    requests = [command(f"{next(serial)}.1", f"U{number % USERS}") for number in range(size)]
    before, began = slack.calls["views.open"], child.cpu()
    start = time.perf_counter()
    replies = await send(child.port, requests, connections, pause=0.01 if connections == 1 else 0.0)
    seconds = time.perf_counter() - start
    if wrong := [reply.status for reply in replies if reply.status != 200]:
        raise ValueError(f"{name}: {len(wrong)} of {size} were answered with {wrong[0]}")
    opened = (slack.calls["views.open"] - before) / size
    if name in OPENS:
        await slack.settle("views.open", before + size)
    await asyncio.sleep(0.05)
    return Taken(size / seconds, (child.cpu() - began) / size, opened, median(reply.seconds for reply in replies))


def under_load(taken: dict[str, list[Taken]]) -> list[Row]:
    """Goals 1 and 2."""
    cpu = {name: [one.cpu for one in each] for name, each in taken.items()}
    rate = {name: [one.rate for one in each] for name, each in taken.items()}
    opened = min(one.opened for name in ("ours", "lazy") for one in taken[name])
    method = (
        f"`/devrequest` over HTTP, {AT_ONCE} connections with one request each under way, bodies signed beforehand; "
        f"Slack answers `views.open` after 5 ms. Server and client on a core each. All answers are 200; when the last "
        f"came, at least {opened:.2f} forms for each were open, and all of them a moment later. CPU time of the whole "
        "process from /proc, until the last form was open."
    )
    echo, lazy = (
        "an `AsyncApp` on the same server that only acknowledges",
        "Bolt's lazy listener, with a shared session",
    )
    cpus, rates = "CPU per `/devrequest`, form opened", "`/devrequest` a second"
    return [
        Row(
            "1",
            f"{cpus}, by an echo",
            ratios(cpu["ours"], cpu["echo"]),
            3.5,
            echo,
            method,
            gate=True,
            figures=milliseconds(cpu["ours"], cpu["echo"]),
        ),
        Row(
            "1",
            f"{rates}, by an echo",
            ratios(rate["ours"], rate["echo"]),
            0.30,
            echo,
            method,
            at_least=True,
            figures=f"{median(rate['ours']):.0f} against {median(rate['echo']):.0f}/s",
        ),
        Row(
            "2",
            f"{cpus}, by Bolt's way",
            ratios(cpu["ours"], cpu["lazy"]),
            0.75,
            lazy,
            method,
            figures=milliseconds(cpu["ours"], cpu["lazy"]),
        ),
        Row(
            "2",
            f"{rates}, by Bolt's way",
            ratios(rate["ours"], rate["lazy"]),
            1.5,
            lazy,
            method,
            at_least=True,
            figures=f"{median(rate['ours']):.0f} against {median(rate['lazy']):.0f}/s",
        ),
    ]


def at_rest(taken: dict[str, list[Taken]]) -> Row:
    """Goal 3."""
    ours, default = ([one.ack for one in taken[name]] for name in ("ours", "default"))
    return Row(
        "3",
        "acknowledgement at rest",
        ratios(ours, default),
        0.25,
        "the same command with Bolt's default settings",
        "Median of 100 requests a round on one connection, 10 ms apart; the form opens each time.",
        gate=True,
        figures=milliseconds(ours, default),
    )
