"""An ordeal of alerts: teams whose tickets lack something, and a bot that is killed whenever it is about to say so."""

import asyncio
import json
import os
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from sandbox.faults import Fault
from sandbox.jira.seed import seed as seed_jira
from sandbox.server import Sandbox
from tests.chaos.killed_bot import Bot
from tests.flows.waiting import until

TEAMS = 12
TICKETS = 2
"""Tickets of each team, all of them due at once."""
TEMPLATE = """
name: Quick {number}
description: A short form
labels: [quick-{number}]
body:
  - type: textarea
    id: what
    attributes: {{label: What}}
    ready: {{required: true}}
"""
TEAM = """
  - name: Team {number}
    channel: C0T{number}
    time_zone: {zone}
    request_types: [quick-{number}]
    trackers: {{jira: {{project: WEB}}}}
    alerts: {{every: 1m, hours: "06:00-18:00", days: [mon, tue, wed, thu, fri, sat, sun], first_after: 0m}}
"""
SLOW = 0.25
"""Seconds that Slack takes for a post, so that kills land in them."""
FAULTS = (("drop_after", 0.15), ("drop_before", 0.1), ("429", 0.05))
IN_FLIGHT = "2"
"""Seconds that a message is left to whoever is posting it: long enough for a post, short enough for a test."""


@dataclass
class AlertReport:
    """What happened, to be printed and judged.

    Attributes:
        kills: how many.
        windows: what the kills interrupted.
        posted: key → messages in the channels that carry it.
        asked: ticket → how often it counts as asked about.
        unrecorded: keys of messages that are in a channel and not in the database.
    """

    kills: int = 0
    windows: Counter[str] = field(default_factory=Counter)
    posted: Counter[str] = field(default_factory=Counter)
    asked: dict[str, int] = field(default_factory=dict)
    unrecorded: set[str] = field(default_factory=set)
    seconds: float = 0.0

    def lines(self) -> Iterator[str]:
        """For people."""
        twice = {key: count for key, count in self.posted.items() if count > 1}
        yield f"{len(self.posted)} messages about {len(self.asked)} tickets in {self.seconds:.0f} s, {self.kills} kills"
        yield f"kills while … {dict(sorted(self.windows.items()))}"
        yield f"posted twice {len(twice)}, not recorded {len(self.unrecorded)}, asked {Counter(self.asked.values())}"


class AlertOrdeal:
    """A sandbox with teams in it, and a bot to be killed."""

    def __init__(self, folder: Path, database: str, seed: int, recording: Path, **variables: str) -> None:
        self.folder = folder
        self.database = database
        self.random = random.Random(seed)
        self.sandbox = Sandbox(recording=recording)
        self.sandbox.faults._random = random.Random(seed)
        self.variables = variables
        self.report = AlertReport()
        self.bot: Bot | None = None

    async def open(self) -> None:
        """The vendors and the bot; every team has had its first sweep, then its tickets are made."""
        slack = self.sandbox.slack
        mara = slack.add_user("mara", "Mara Example", email="mara@example.com")
        for name in ["C0OPS", *(f"C0T{number}" for number in range(TEAMS))]:
            slack.add_channel(name.lower(), [mara], channel_id=name)
        seed_jira(self.sandbox.jira)
        await self.sandbox.start()
        (self.folder / "types").mkdir()
        zone = _where_it_is_noon()
        for number in range(TEAMS):
            (self.folder / "types" / f"quick-{number}.yaml").write_text(TEMPLATE.format(number=number))
        teams = "".join(TEAM.format(number=number, zone=zone) for number in range(TEAMS))
        rest = "ops_channel: C0OPS\nshipped_templates: false\ntemplates: [types]\n"
        (self.folder / "devrequest.yaml").write_text(f"teams:{teams}{rest}")
        self.bot = Bot(self._environment(), self.folder / "bot.log")
        await self.bot.start()
        await until(lambda: len(self._rows("select team from sweep_state")) == TEAMS, 90)
        rita = self.sandbox.jira.add_user("Rita Example", "rita@example.com", groups=("Developers", "Users"))
        for number in range(TEAMS):
            for ticket in range(TICKETS):
                fields = {"labels": [f"quick-{number}"]}
                self.sandbox.jira.add_issue("WEB", "Task", f"Ticket {number}.{ticket}", fields=fields, reporter=rita)

    async def endure(self, kills: int, *, until_twice: bool = False) -> AlertReport:
        """Kill the bot as soon as a message is meant, or has arrived, or at any moment; then let it finish.

        Args:
            kills: how often.
            until_twice: end as soon as a message is in its channel twice.
        """
        assert self.bot is not None
        started = time.monotonic()
        for kind, rate in FAULTS:
            forever = kind == "429"
            self.sandbox.faults.add(
                Fault("slack", kind, "chat.postMessage", 100_000 if forever else None, 1.0 if forever else None, rate)
            )
        self.sandbox.faults.add(Fault("slack", "latency", "chat.postMessage", seconds=SLOW))
        await until(lambda: self._meant() or self._messages(), 120)

        def is_twice() -> bool:
            return until_twice and max(self._messages().values(), default=0) > 1

        while self.report.kills < kills and len(self._recorded()) < TEAMS and not is_twice():
            if self.report.kills:  # the first one comes while what is meant now is not there yet
                await self._provoked()
            await self.bot.kill()
            self._note_kill()
            await self.bot.start()
        await until(lambda: len(self._recorded()) == TEAMS or is_twice(), 150)
        await asyncio.sleep(float(IN_FLIGHT) + 1)  # for what should not come any more
        self.report.posted = self._messages()
        self.report.unrecorded = set(self.report.posted) - self._recorded()
        self.report.asked = {
            str(ticket["ticket"]["id"]): len(ticket["history"]["alerts"]) for ticket in self._contents("ticket_seen")
        }
        self.report.seconds = time.monotonic() - started
        return self.report

    async def close(self) -> None:
        """Let go of everything."""
        if self.bot is not None:
            await self.bot.end()
        await self.sandbox.stop()

    async def _provoked(self) -> None:
        """Wait for the moment to kill: something new is meant, something new has arrived, or just any moment."""
        what = self.random.choice(("meant", "arrived", "arrived", "any"))
        end = time.monotonic() + (self.random.uniform(0.2, 2.0) if what == "any" else 4.0)
        meant, arrived = self._meant(), set(self._messages())
        while time.monotonic() < end:
            if what == "meant" and self._meant() - meant:
                await asyncio.sleep(self.random.uniform(0.0, SLOW * 1.5))
                return
            if what == "arrived" and set(self._messages()) - arrived:
                return
            await asyncio.sleep(0.002)

    def _note_kill(self) -> None:
        self.report.kills += 1
        meant, arrived, recorded = self._meant(), set(self._messages()), self._recorded()
        asked = {ticket["ticket"]["team"] for ticket in self._contents("ticket_seen") if ticket["history"]["alerts"]}
        self.report.windows["message meant, not there"] += len(meant - arrived)
        self.report.windows["message there, not recorded"] += len(arrived - recorded)
        self.report.windows["tickets noted, message not recorded"] += len(
            {key for key in arrived - recorded if key.split(":")[1] in asked}
        )

    def _meant(self) -> set[str]:
        """Keys of messages that are about to be posted."""
        return {str(post["key"]) for post in self._contents("alert") if not post["ts"]}

    def _recorded(self) -> set[str]:
        """Keys of messages that are known to be in a channel."""
        return {str(post["key"]) for post in self._contents("alert") if post["ts"]}

    def _messages(self) -> Counter[str]:
        """Key → alerts in the channels that carry it."""
        keys = (
            message.metadata["event_payload"]["key"]
            for channel in self.sandbox.slack.channels.values()
            for message in channel.messages.values()
            if message.metadata
        )
        return Counter(key for key in keys if key.startswith("alert:"))

    def _contents(self, table: str) -> list[dict[str, Any]]:
        return [json.loads(content) for (content,) in self._rows(f"select content from {table}")]

    def _rows(self, query: str) -> list[Any]:
        if self.database.startswith("sqlite"):
            with sqlite3.connect(f"file:{self.database.removeprefix('sqlite:///')}?mode=ro", uri=True) as connection:
                return connection.execute(query).fetchall()
        with psycopg.connect(self.database) as other:
            return other.execute(query.encode()).fetchall()

    def _environment(self) -> dict[str, str]:
        sandbox = self.sandbox.environment()
        del sandbox["SLACK_APP_TOKEN"]
        ours = {
            "DATABASE_URL": self.database,
            "DEVREQUEST_CONFIG": str(self.folder / "devrequest.yaml"),
            "LOG_LEVEL": "WARNING",
            "CHAOS_IN_FLIGHT": IN_FLIGHT,
            "PYTHONPATH": os.pathsep.join(["."]),
        }
        return dict(os.environ) | sandbox | ours | self.variables


def _where_it_is_noon() -> str:
    """A time zone in which the working day lasts for hours yet."""
    offset = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-offset:+d}" if offset else "Etc/GMT"
