"""An ordeal: a company hands in requests while its bot is killed again and again and its vendors misbehave."""

import asyncio
import itertools
import json
import os
import random
import time
from collections import Counter
from pathlib import Path

from sandbox.asana.records import Task
from sandbox.faults import Fault
from sandbox.jira.seed import seed as seed_jira
from sandbox.server import Sandbox
from sandbox.slack.people import ClientRefusedError, Person
from tests.chaos.killed_bot import Bot
from tests.chaos.recorded import Recorded
from tests.chaos.report import Report
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
PATIENCE = 4
"""How much longer somebody waits at most before they press Submit once more."""
CREATES = {"/jira/rest/api/3/issue": "jira", "/asana/api/1.0/tasks": "asana"}


class Ordeal:
    """A sandbox with people in it, a bot, and a generator of misfortune."""

    def __init__(
        self, folder: Path, database: str, requests: int, seed: int, recording: Path, **variables: str
    ) -> None:
        self.folder = folder
        self.database = database
        self.recorded = Recorded(database)
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
        await made.start()
        return made

    async def close(self) -> None:
        """Let go of everything."""
        for bot in [self.bot, *self._others]:
            if bot is not None:
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
        for tries in itertools.count(1):
            try:
                outcome = await person.submit(times=2 if self.random.random() < 0.2 else 1)
            except ClientRefusedError:
                return  # the form is gone: an earlier press was taken
            if outcome.acknowledged and not outcome.errors:
                break
            self.report.refused += 1
            await asyncio.sleep(self.random.uniform(0.2, 1.2) * min(tries, PATIENCE))  # a person, and no flood
        self.report.acknowledged += 1
        if self.random.random() < 0.2:
            await asyncio.sleep(self.random.uniform(0, 2))
            await person.send_again(outcome)
            self.report.sent_again += 1

    async def _kill(self) -> None:
        """kill -9, then look at what was under way."""
        assert self.bot is not None
        await self.bot.kill()
        self.report.kills += 1
        filed, posted, said = self._tickets(), self._messages(), self.recorded.posts()
        under_way = self.recorded.under_way()
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
            if self.recorded.under_way()[window]:
                return
            await asyncio.sleep(0.05)  # the bot needs the processor more than we do
        await asyncio.sleep(max(0.0, end - time.monotonic()))

    async def _settle(self, living: Bot) -> None:
        """Until everybody heard of their ticket; as long as something happens, and a minute more."""
        heard, end = -1, 0.0
        while heard < 0 or time.monotonic() < end:
            posted = self._messages()
            if len(posted) != heard:
                heard, end = len(posted), time.monotonic() + 60
            if all(posted.get(f"{kind}:{one}") for one in self.people for kind in ("announce", "confirm")):
                break
            living.check()
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
