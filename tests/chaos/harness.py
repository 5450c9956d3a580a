"""An ordeal: a company hands in requests while its bot is killed again and again and its vendors misbehave."""

import asyncio
import json
import os
import random
import signal
import socket
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg

from sandbox.asana.records import Task
from sandbox.faults import Fault
from sandbox.jira.seed import seed as seed_jira
from sandbox.server import Sandbox
from sandbox.slack.people import ClientRefusedError, Person
from tests.flows.waiting import until

ASANA_PROJECT = "1201000000000001"
TEMPLATE = """
name: Quick
description: A short form
body:
  - type: textarea
    id: what
    attributes: {label: What}
"""
CONFIG = """
teams:
  - {name: Web, channel: C0WEB, request_types: [quick], trackers: {jira: {project: WEB}}}
  - {name: Apps, channel: C0APPS, request_types: [quick], trackers: {asana: {project: "1201000000000001"}}}
ops_channel: C0OPS
shipped_templates: false
templates: [types]
"""
CHANNELS = ("C0WEB", "C0APPS")
INDEX_LAG = 1.5
"""Seconds by which both trackers' look-ups are behind, and which the bot knows of."""
FAULTS: tuple[tuple[str, str, str, float], ...] = (
    ("jira", "createIssue", "drop_after", 0.12),
    ("jira", "createIssue", "drop_before", 0.08),
    ("jira", "createIssue", "500", 0.08),
    ("jira", "createIssue", "429", 0.05),
    ("asana", "createTask", "drop_after", 0.12),
    ("asana", "createTask", "drop_before", 0.08),
    ("asana", "createTask", "500", 0.08),
    ("asana", "createTask", "429", 0.05),
    ("slack", "chat.postMessage", "drop_after", 0.05),
    ("slack", "chat.postMessage", "drop_before", 0.05),
    ("slack", "chat.postMessage", "429", 0.03),
)
SLOW = (("jira", "createIssue", 0.12), ("asana", "createTask", 0.12), ("slack", "chat.postMessage", 0.05))
AIMED = {1: "creating", 3: "posting"}
"""Which kills of five wait for something to be under way, and for what; the others come at any moment."""
CREATES = {"/jira/rest/api/3/issue": "jira", "/asana/api/1.0/tasks": "asana"}


@dataclass
class Report:
    """What happened, to be printed and judged.

    Attributes:
        windows: what the kills interrupted: what was under way, and what was done but not recorded.
        faults: (create or post, kind) → how many.
    """

    kills: int = 0
    windows: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    refused: int = 0
    sent_again: int = 0
    lost: list[str] = field(default_factory=list)
    duplicates: dict[str, int] = field(default_factory=dict)
    said_twice: dict[str, int] = field(default_factory=dict)
    unsaid: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def lines(self) -> Iterator[str]:
        """For people."""
        yield f"{self.acknowledged} requests acknowledged in {self.seconds:.0f} s, {self.kills} kills"
        yield f"sent again: {self.sent_again}, refused or not reached: {self.refused}"
        yield f"kills while … {dict(sorted(self.windows.items()))}"
        yield f"faults in … {dict(sorted(self.faults.items()))}"
        yield (
            f"lost {len(self.lost)}, duplicate tickets {len(self.duplicates)}, "
            f"messages twice {len(self.said_twice)}, messages missing {len(self.unsaid)}"
        )


class Bot:
    """A bot that can be started and killed; a process that has imported everything forks it."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self._environment = dict(environment)
        self._log = log
        self._nursery: asyncio.subprocess.Process | None = None
        self.pid = 0
        self.port = _free_port()

    async def prepare(self) -> None:
        """Start the process that forks."""
        with self._log.open("ab") as log:
            self._nursery = await asyncio.create_subprocess_exec(
                sys.executable,
                str(Path(__file__).with_name("child.py")),
                env=self._environment,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        assert await self._line() == "imported", self._log.read_text()[-2000:]

    async def start(self, *, wait: bool = True) -> None:
        """Fork a bot; with `wait` until it is ready."""
        self.pid = int(await self._ask(f"start {self.port}"))
        if wait:
            await self.ready()

    async def ready(self) -> None:
        """Until it takes requests."""
        end = time.monotonic() + 60
        async with httpx.AsyncClient() as client:
            while True:
                try:
                    if (await client.get(f"http://127.0.0.1:{self.port}/readyz")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                assert time.monotonic() < end, f"the bot did not start, see {self._log}"
                await asyncio.sleep(0.02)

    async def kill(self) -> int:
        """kill -9; how the process ended."""
        os.kill(self.pid, signal.SIGKILL)
        pid, self.pid = self.pid, 0
        return int(await self._ask(f"wait {pid}"))

    async def check(self) -> None:
        """Fail if it ended by itself."""
        ended = await self._ask(f"poll {self.pid}")
        if ended != "lives":
            self.pid = 0
            raise AssertionError(f"the bot {ended} by itself: {self._log.read_text()[-2000:]}")

    async def end(self) -> None:
        """Stop everything."""
        if self._nursery is not None and self._nursery.stdin is not None:
            self._nursery.stdin.close()
            await self._nursery.wait()

    async def _ask(self, command: str) -> str:
        assert self._nursery is not None
        assert self._nursery.stdin is not None
        self._nursery.stdin.write(f"{command}\n".encode())
        await self._nursery.stdin.drain()
        return await self._line()

    async def _line(self) -> str:
        assert self._nursery is not None
        assert self._nursery.stdout is not None
        async with asyncio.timeout(60):
            return (await self._nursery.stdout.readline()).decode().strip()


class Ordeal:
    """A sandbox with people in it, a bot, and a generator of misfortune."""

    def __init__(
        self, folder: Path, database: str, requests: int, seed: int, recording: Path, **variables: str
    ) -> None:
        self.folder = folder
        self.database = database
        self.random = random.Random(seed)
        self.sandbox = Sandbox(recording=recording)
        self.sandbox.faults._random = random.Random(seed)
        self.requests = requests
        self.variables = variables
        self.index_lag = INDEX_LAG
        self.people: dict[str, Person] = {}
        self.report = Report()
        self.bot: Bot | None = None
        self._others: list[Bot] = []

    async def open(self) -> None:
        """The vendors, the bot, and a filled form in front of everybody."""
        await self._open_sandbox()
        self.bot = Bot(self._environment(), self.folder / "bot.log")
        await self.bot.prepare()
        self.sandbox.slack.delivery.bot_url = f"http://127.0.0.1:{self.bot.port}/slack/events"
        await self.bot.start()
        limit = asyncio.Semaphore(10)
        users = [user for user in self.sandbox.slack.users.values() if user.name.startswith("person")]
        await asyncio.gather(
            *(self._fill_form(Person(self.sandbox.slack, user.id), n, limit) for n, user in enumerate(users))
        )

    async def another_bot(self) -> Bot:
        """A second replica; Slack still talks to the first."""
        made = Bot(self._environment(), self.folder / "other.log")
        self._others.append(made)
        await made.prepare()
        await made.start()
        return made

    async def close(self) -> None:
        """Let go of everything."""
        for bot in [self.bot, *self._others]:
            if bot is not None:
                if bot.pid:
                    await bot.kill()
                await bot.end()
        await self.sandbox.stop()

    async def lose_one_for_good(self, other: Bot) -> Report:
        """Hand everything in, kill the bot that took it, and leave the rest to the other one."""
        assert self.bot is not None
        started = time.monotonic()
        self._misbehave()
        tasks = [asyncio.create_task(self._hand_in(*one)) for one in self.people.items()]
        await until(lambda: self._tickets().total() >= 5, 60)
        await self._kill()
        self.sandbox.slack.delivery.bot_url = f"http://127.0.0.1:{other.port}/slack/events"
        await asyncio.gather(*tasks)
        await self._settle(other)
        self._count_faults()
        self._judge()
        self.report.seconds = time.monotonic() - started
        return self.report

    async def endure(self, kills: int) -> Report:
        """Hand everything in while the bot is killed so often; then let it finish, and count."""
        assert self.bot is not None
        started = time.monotonic()
        self._misbehave()
        waiting = list(self.people.items())
        size = -(-len(waiting) // kills)
        tasks: list[asyncio.Task[None]] = []
        for number in range(kills):
            batch = waiting[number * size : (number + 1) * size]
            if number % 5 == 4:  # while it starts, with what the last one left
                tasks += [asyncio.create_task(self._hand_in(*one)) for one in batch]
                await asyncio.sleep(self.random.uniform(0.05, 1.0))
            else:
                await self.bot.ready()
                tasks += [asyncio.create_task(self._hand_in(*one)) for one in batch]
                await self._moment(self.random.uniform(0.02, 1.0), AIMED.get(number % 5))
            await self._kill()
            await self.bot.start(wait=False)
        for window in AIMED.values():
            while not self.report.windows[window] and self.report.kills < kills + 10:  # a slow machine
                await self.bot.ready()
                await self._moment(60, window)
                await self._kill()
                await self.bot.start(wait=False)
        await self.bot.ready()
        await asyncio.gather(*tasks)
        await self._settle(self.bot)
        self._count_faults()
        self._judge()
        self.report.seconds = time.monotonic() - started
        return self.report

    async def _open_sandbox(self) -> None:
        slack = self.sandbox.slack
        users = [slack.add_user(f"person{n}", f"Person {n}", email=f"p{n}@example.com") for n in range(self.requests)]
        for name in (*CHANNELS, "C0OPS"):
            slack.add_channel(name.lower(), users, channel_id=name)
        seed_jira(self.sandbox.jira)
        self.sandbox.asana.add_project("Apps", ["Intake"], gid=ASANA_PROJECT)
        await self.sandbox.start()
        (self.folder / "types").mkdir()
        (self.folder / "types" / "quick.yaml").write_text(TEMPLATE)
        (self.folder / "devrequest.yaml").write_text(CONFIG)

    def _environment(self) -> dict[str, str]:
        sandbox = self.sandbox.environment()
        del sandbox["SLACK_APP_TOKEN"]
        ours = {
            "DATABASE_URL": self.database,
            "DEVREQUEST_CONFIG": str(self.folder / "devrequest.yaml"),
            "LOG_LEVEL": "WARNING",
            "JIRA_LOOKUP_LAG": str(INDEX_LAG),
            "ASANA_LOOKUP_LAG": str(INDEX_LAG),
            "PYTHONPATH": os.pathsep.join(["."]),
        }
        return dict(os.environ) | sandbox | ours | self.variables

    async def _fill_form(self, person: Person, number: int, limit: asyncio.Semaphore) -> None:
        async with limit:
            await person.command(CHANNELS[number % 2], f"/devrequest quick Request {number}")
            end = time.monotonic() + 30
            while person.modal is None:
                assert time.monotonic() < end, "no form was opened"
                await asyncio.sleep(0.01)
            await person.fill({"field:what": f"Something number {number}"})
            self.people[person.modal.id] = person

    def _misbehave(self) -> None:
        for vendor, operation, kind, rate in FAULTS:
            seconds = 1.0 if kind == "429" else None
            times = 100_000 if kind == "429" else None
            self.sandbox.faults.add(Fault(vendor, kind, operation, times, seconds, rate))
        for vendor, operation, slow in SLOW:
            self.sandbox.faults.add(Fault(vendor, "latency", operation, seconds=slow))
        self.sandbox.faults.add(Fault("jira", "late_index", seconds=self.index_lag))
        self.sandbox.faults.add(Fault("asana", "late_index", "getTasks", seconds=self.index_lag))

    async def _hand_in(self, request_id: str, person: Person) -> None:
        """Press Submit until the bot says that it has it; some presses arrive twice, and some come again later."""
        await asyncio.sleep(self.random.uniform(0, 0.8))
        while True:
            try:
                outcome = await person.submit(times=2 if self.random.random() < 0.2 else 1)
            except ClientRefusedError:
                return  # the form is gone: an earlier press was taken
            if outcome.acknowledged and not outcome.errors:
                break
            self.report.refused += 1
            await asyncio.sleep(self.random.uniform(0.2, 1.2))  # a person, and no flood
        self.report.acknowledged += 1
        if self.random.random() < 0.2:
            await asyncio.sleep(self.random.uniform(0, 2))
            await person.send_again(outcome)
            self.report.sent_again += 1

    async def _kill(self) -> None:
        """kill -9, then look at what was under way."""
        assert self.bot is not None
        assert await self.bot.kill() == -signal.SIGKILL
        self.report.kills += 1
        filed, posted, said = self._tickets(), self._messages(), self._recorded_posts()
        under_way = self._under_way()
        self.report.windows.update({window: len(ids) for window, ids in under_way.items()})
        for request_id in self.people:
            if filed.get(request_id) and request_id in under_way["creating"]:
                self.report.windows["ticket made, not recorded"] += 1
            for kind in ("announce", "confirm"):
                if posted.get(f"{kind}:{request_id}") and f"{kind}:{request_id}" not in said:
                    self.report.windows["posted, not recorded"] += 1

    async def _moment(self, seconds: float, window: str | None) -> None:
        """Wait so long, or just until a request is in that window: something is under way for it."""
        end = time.monotonic() + seconds
        while window and time.monotonic() < end:
            if self._under_way()[window]:
                return
            await asyncio.sleep(0.05)  # the bot needs the processor more than we do
        await asyncio.sleep(max(0.0, end - time.monotonic()))

    def _under_way(self) -> dict[str, set[str]]:
        """Window → requests that are in it, by what the engine has recorded of them."""
        steps = self._recorded_steps()
        return {
            "creating": {
                one
                for one, done in steps.items()
                if "ticket.begin" in done and "created" not in done.get("ticket.create", "")
            },
            "posting": {one for one, done in steps.items() if "ticket.finish" in done and "ticket.confirm" not in done},
        }

    async def _settle(self, living: Bot) -> None:
        """Until everybody heard of their ticket; as long as something happens, and a minute more."""
        heard, end = -1, 0.0
        while heard < 0 or time.monotonic() < end:
            posted = self._messages()
            if len(posted) != heard:
                heard, end = len(posted), time.monotonic() + 60
            if all(posted.get(f"{kind}:{one}") for one in self.people for kind in ("announce", "confirm")):
                break
            await living.check()
            await asyncio.sleep(0.2)
        await asyncio.sleep(1.0)  # for what should not come any more

    def _judge(self) -> None:
        filed, posted = self._tickets(), self._messages()
        self.report.lost = [one for one in self.people if not filed.get(one)]
        self.report.duplicates = {one: count for one, count in filed.items() if count > 1}
        self.report.said_twice = {key: count for key, count in posted.items() if count > 1}
        wanted = [f"{kind}:{one}" for one in self.people for kind in ("announce", "confirm")]
        self.report.unsaid = [key for key in wanted if not posted.get(key)]

    def _tickets(self) -> Counter[str]:
        """Request id → tickets in both trackers."""
        issues = self.sandbox.jira.issues.values()
        texts = [" ".join(map(str, issue.values.get("labels") or ())) for issue in issues]
        texts += [task.html for task in self.sandbox.asana.all(Task)]
        found: Counter[str] = Counter()
        for text in texts:
            for word in text.replace("<", " ").replace(">", " ").replace("devreq-", " ").split():
                if word in self.people:
                    found[word] += 1
                    break
        return found

    def _messages(self) -> Counter[str]:
        """Key → messages that carry it, in all channels."""
        return Counter(
            message.metadata["event_payload"]["key"]
            for channel in self.sandbox.slack.channels.values()
            for message in channel.messages.values()
            if message.metadata
        )

    def _count_faults(self) -> None:
        for line in self.sandbox.recorder.lines(["jira", "asana", "slack"]):
            exchange = json.loads(line)
            where = "create" if exchange["method"] == "POST" and exchange["path"] in CREATES else ""
            where = "post" if exchange["path"].endswith("chat.postMessage") else where
            if where and exchange.get("fault"):
                self.report.faults[f"{where} {exchange['fault']}"] += 1

    def _recorded_steps(self) -> dict[str, dict[str, str]]:
        """Request id → step → what the engine has recorded of it, over all runs."""
        found: dict[str, dict[str, str]] = {}
        query = (
            "select workflow_uuid, function_name, output from {}operation_outputs where function_name like 'ticket.%'"
        )
        for key, name, output in self._rows(query):
            request_id = str(key).rpartition(":")[2].partition("#")[0]
            steps = found.setdefault(request_id, {})
            steps[name] = steps.get(name, "") + str(output)
        return found

    def _recorded_posts(self) -> set[str]:
        return {key for (key,) in self._rows("select key from post")}

    def _rows(self, query: str) -> list[Any]:
        if self.database.startswith("sqlite"):
            with sqlite3.connect(f"file:{self.database.removeprefix('sqlite:///')}?mode=ro", uri=True) as connection:
                return connection.execute(query.format("")).fetchall()
        with psycopg.connect(self.database) as other:
            return other.execute(query.format("dbos.").replace("%", "%%")).fetchall()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
