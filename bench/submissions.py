"""Goal 4: 200 people press Submit in the same moment; what was acknowledged is on the disk."""

import asyncio
import json
import sqlite3
import sys
import time
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench.child import ROOT, clean_environment, peer
from bench.company import PEOPLE, RUN, TYPE, Company, company
from bench.load import Reply, command, interaction, send
from bench.measure import TIMES, Row, interleaved, ratios
from bot.domain.errors import NotStored
from sandbox.slack import submission
from sandbox.slack.model import View

STORY = "As a returning visitor, I want prices, so that I can order."
TOGETHER = 20
SLACK_WAITS = 3.0
LOCKED = 3.0
"""Seconds for which another process holds the database."""
OURS, DEFAULTS = "ours", "defaults"
ARGUMENTS = {OURS: RUN, DEFAULTS: peer("engine_defaults", "run")}
Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """One crowd.

    Attributes:
        accepted: how many were accepted, at the first press or the second.
        again: how many were asked to press Submit again.
        slowest: seconds until the last one that was accepted at the first press.
        median: the same of the one in the middle.
        kept: how many of those accepted were in the database after `kill -9`.
    """

    accepted: int
    again: int
    slowest: float
    median: float
    kept: int


async def run(rounds: int, quick: bool) -> list[Row]:
    """The bot and the same bot on the engine's defaults in turns, each time from a fresh file on."""
    size = 40 if quick else PEOPLE
    if quick:  # the times mean nothing, so all may run at once
        locking = asyncio.create_task(behind_a_lock())
    taken = await interleaved(rounds, [OURS] if quick else [OURS, DEFAULTS], lambda name: crowd(name, size))
    alone = await interleaved(rounds, [OURS, DEFAULTS], lambda name: engine_alone(name, size))
    locked = [await locking] if quick else [await behind_a_lock(), await behind_a_lock()]
    return [*rows(taken[OURS], taken.get(DEFAULTS, taken[OURS]), size), engine_row(alone, size), locked_row(locked)]


async def crowd(name: str, size: int) -> Stored:
    """Everybody at once; `kill -9` as soon as the last answer is there."""
    async with company(arguments=ARGUMENTS[name]) as one:
        forms = await filled_forms(one, size)
        replies = await send(one.bot.port, [interaction(form) for form in forms], size)
        good = [reply for reply in replies if accepted(reply)]
        asked = [press_again(forms[reply.number]) for reply in replies if asks_to_press_again(reply)]
        second = await send(one.bot.port, [interaction(form) for form in asked], len(asked)) if asked else []
        one.bot.kill()
        sure = {forms[reply.number]["view"]["id"] for reply in good}
        sure |= {asked[reply.number]["view"]["id"] for reply in second if accepted(reply)}
        times = sorted(reply.finished for reply in good)
        kept = len(stored(one) & sure)
    return Stored(len(sure), len(asked), times[-1], times[len(times) // 2], kept)


async def filled_forms(one: Company, size: int) -> list[Payload]:
    """What Slack would send for so many people who all have a form open, filled in and ready to go.

    Raises:
        TimeoutError: the forms did not open.
    """
    slack = one.sandbox.slack
    users = [user.id for user in one.people[:size]]
    for some in (users[start : start + TOGETHER] for start in range(0, size, TOGETHER)):  # a trigger lives for 3 s
        text = f"{TYPE} Spring sale page"
        opening = [command(slack.issued.new_trigger(user), user, text=text) for user in some]
        await send(one.bot.port, opening, len(opening))
        async with asyncio.timeout(10):
            while not all(user in slack.windows.stacks for user in some):  # noqa: ASYNC110 (changes come by the hundred)
                await asyncio.sleep(0.005)
    first = one.person(0)
    launch = (one.sandbox.clock.now().date() + timedelta(days=30)).isoformat()
    await first.fill({"field:user_story": STORY, "field:launch_date": launch})
    pattern = submission.payload(slack, first.user, slack.windows.stacks[users[0]][0])
    if pattern is None:
        raise ValueError("the form is not filled in as it should be")
    await asyncio.sleep(0.3)
    return [as_sent_by(pattern, user, slack.windows.stacks[user][0]) for user in users]


def as_sent_by(pattern: Payload, user: str, view: View) -> Payload:
    """The same answers from somebody else."""
    form = deepcopy(pattern)
    form["user"] |= {"id": user, "name": user.lower(), "username": user.lower()}
    form["view"] |= {"id": view.id, "root_view_id": view.id, "hash": view.hash}
    return form


def press_again(form: Payload) -> Payload:
    """The same form, Submit pressed once more."""
    return form | {"trigger_id": f"{form['trigger_id']}2"}


def accepted(reply: Reply) -> bool:
    """Whether the person was told that their ticket is on its way."""
    return reply.status == 200 and json.loads(reply.body or b"{}").get("response_action") == "update"


def asks_to_press_again(reply: Reply) -> bool:
    """Whether the person was told that nothing was saved yet."""
    return reply.status == 200 and NotStored().message in str(json.loads(reply.body or b"{}").get("errors"))


def stored(one: Company) -> set[str]:
    """The request ids of the jobs that the bot's database holds."""
    with closing(sqlite3.connect(one.database)) as database:
        rows = database.execute("select workflow_uuid from workflow_status where workflow_uuid like 'ticket:%'")
        return {str(row[0]).rpartition(":")[2].partition("#")[0] for row in rows}


async def behind_a_lock() -> tuple[float, bool]:
    """Submit while another process holds the database, then again: seconds to an answer, and whether all went well."""
    async with company() as one:
        [form] = await filled_forms(one, 1)
        with closing(sqlite3.connect(one.database, isolation_level=None)) as other:
            other.execute("begin immediate")
            began = time.perf_counter()
            [first] = await send(one.bot.port, [interaction(form)], 1)
            seconds = time.perf_counter() - began
            await asyncio.sleep(max(0.0, LOCKED - seconds))
            other.execute("rollback")
        [second] = await send(one.bot.port, [interaction(press_again(form))], 1)
        well = asks_to_press_again(first) and accepted(second) and stored(one) == {form["view"]["id"]}
    return seconds, well


def rows(ours: list[Stored], defaults: list[Stored], size: int) -> list[Row]:
    """Goal 4."""
    method = (
        f"{size} people press Submit on a filled landing page at once, each over a new connection; tickets go to the "
        "tracker in memory, the database is a fresh SQLite file every round, Slack answers at once. "
        "Where it answers that nothing was saved yet, it is pressed again. `kill -9` follows the last answer; then the "
        "rows are counted."
    )
    again = sum(one.again for one in ours)
    return [
        Row(
            "4",
            f"{size} submissions at once: accepted, at the second press at the latest",
            tuple(float(one.accepted) for one in ours),
            size,
            "all of them",
            method,
            unit="",
            at_least=True,
            gate=True,
            figures=f"{again} of {size * len(ours)} were asked to press again",
        ),
        Row(
            "4",
            "accepted, and lost by `kill -9`",
            tuple(float(one.accepted - one.kept) for one in ours),
            0,
            "none",
            method,
            unit="",
            gate=True,
        ),
        Row(
            "4",
            "slowest submission that was stored at the first press",
            tuple(one.slowest for one in ours),
            SLACK_WAITS,
            "Slack's 3 s",
            f"{method} From the first connection to the last answer.",
            unit="s",
            figures=f"{median(ratios([one.slowest for one in ours], [one.slowest for one in defaults])):.2f} {TIMES} "
            f"the same bot on DBOS's defaults and without our 2 s ({median(one.slowest for one in defaults):.2f} s)",
        ),
    ]


async def engine_alone(name: str, size: int) -> float:
    """Seconds until the slowest of so many jobs was stored, in a process that holds nothing but the engine."""
    with TemporaryDirectory(prefix="devrequest-bench-") as folder:
        arguments = peer("engine_alone", name, str(Path(folder) / "engine.sqlite"), str(size))
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, cwd=ROOT, env=clean_environment(), stdout=asyncio.subprocess.PIPE
        )
        printed, _ = await process.communicate()
    return float(json.loads(printed)["slowest"])


def engine_row(alone: dict[str, list[float]], size: int) -> Row:
    """The part of goal 4 that is the engine's."""
    return Row(
        "4",
        "slowest job stored, the engine alone",
        ratios(alone[OURS], alone[DEFAULTS]),
        0.5,
        "the same engine and jobs with DBOS's default pool and threads, every job started at once",
        f"{size} jobs of three steps (0.2 s) submitted at once on a fresh SQLite file in a fresh process.",
        figures=f"{median(alone[OURS]):.2f} against {median(alone[DEFAULTS]):.2f} s",
    )


def locked_row(locked: list[tuple[float, bool]]) -> Row:
    """What a locked database leads to."""
    return Row(
        "4",
        'answered "not saved" while the database is locked, then accepted once',
        tuple(float(well) for _, well in locked),
        1,
        "the first answer asks to press Submit again, the second press is accepted, one job is stored",
        f"Another process holds SQLite's write lock for {LOCKED:g} s around the first press.",
        unit="",
        at_least=True,
        gate=True,
        figures=f"the answer came after {max(seconds for seconds, _ in locked):.2f} s of Slack's 3",
    )
