"""A running bot beside a running sandbox, and the people who use it; for the tests of whole flows."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch

import pytest

from adapters.base import Tracker
from bot import bootstrap
from bot.bootstrap import build_bot, checked
from bot.domain.errors import NotStored
from bot.domain.request import Request
from bot.jobs.waits import Waits
from bot.running import Bot
from bot.settings import Environment
from bot.slack.ids import Callback as Named
from bot.slack.manifest import manifest
from sandbox.server import Sandbox
from sandbox.slack.model import Channel, Message, User
from sandbox.slack.people import Person
from tests.databases import fill_sqlite_database
from tests.shipped import load_once

QUICK = Waits(first=0.05, longest=0.2, parked=0.2, unreachable=0.2)
"""Waits short enough for tests, with every wait still there."""


@dataclass
class Journey:
    """One company's afternoon: a sandbox, a bot, a member of the team."""

    sandbox: Sandbox
    bot: Bot
    mara: Person
    users: Mapping[str, User]
    channel: Channel
    ops: Channel
    build: Callable[[], Bot]

    async def restart(self) -> None:
        """Stop the bot and start it again on the same database, with what its configuration says now."""
        await self.bot.stop()
        self.bot = self.build()
        await self._start()

    async def _start(self) -> None:
        await self.bot.start()
        if self.bot.parts.environment.mode == "http":
            self.sandbox.slack.delivery.bot_url = f"http://127.0.0.1:{self.bot.port}/slack/events"

    async def open(self, words: str = "landing-page Spring sale page", who: Person | None = None) -> Person:
        """Type `/devrequest …` in the team's channel and wait for the form."""
        person = who or self.mara
        outcome = await person.command(self.channel.id, f"/devrequest {words}".strip())
        assert outcome.problem is None, outcome
        await self.until(lambda: person.modal is not None)
        return person

    async def fill_least(self, person: Person, **answers: Any) -> None:
        """The answers without which a landing page cannot be handed in, and others by field id."""
        launch = (self.sandbox.clock.now().date() + timedelta(days=30)).isoformat()
        least = {"user_story": "As a visitor, I want prices, so that I can order.", "launch_date": launch}
        await person.fill({f"field:{key}": value for key, value in (least | answers).items()})

    async def file_one(self, title: str = "Spring sale page", **answers: Any) -> Person:
        """Mara hands in a landing page, its form already filled in."""
        person = await self.open(f"landing-page {title}")
        if "design_files" in answers:
            await person.fill({"field:design_status": "0"})
            await self.until(lambda: "field:design_files" in str(person.modal and person.modal.blocks))
        await self.fill_least(person, **answers)
        await self.hand_in(person)
        return person

    async def hand_in(self, person: Person) -> None:
        """Submit, and Send anyway if something could be better; again if it could not be stored in time."""
        for _ in range(PRESSES):
            outcome = await person.submit()
            if person.modal and person.modal.content["callback_id"] == Named.SUGGESTIONS:
                outcome = await person.submit()
            if not {str(NotStored())} & set(outcome.errors.values()):
                break
        assert (outcome.problem, outcome.errors) == (None, {}), outcome

    async def until(self, true: Callable[[], object], seconds: float = 30.0) -> None:
        """Wait for something to become true."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, "it never became true"
            await asyncio.sleep(0.02)

    async def request(self) -> Request:
        """The newest request, once there is one."""
        for _ in range(500):
            if found := await self.bot.parts.store.requests(limit=1):
                return found[0]
            await asyncio.sleep(0.02)
        raise AssertionError("no request was stored")

    async def settled(self, state: str = "created", seconds: float = 30.0) -> Request:
        """The newest request, once it has come that far."""
        end = time.monotonic() + seconds
        while (request := await self.request()).state != state:
            assert time.monotonic() < end, request
            await asyncio.sleep(0.02)
        return request

    async def over(self, request: Request, seconds: float = 10.0) -> None:
        """Until nothing is left to be done for a request."""
        end = time.monotonic() + seconds
        while (state := await self.bot.parts.engine.status(request.submission.key)) != "done":
            assert time.monotonic() < end, state
            await asyncio.sleep(0.02)

    def posts(self, channel: Channel | None = None) -> list[Message]:
        """The messages of a channel, without threads; the team's by default."""
        return [m for m in self.mara.messages((channel or self.channel).id) if not m.thread_ts or m.thread_ts == m.ts]

    def told(self, person: Person | None = None) -> list[str]:
        """What the bot wrote to somebody directly."""
        who = person or self.mara
        return [message.text for message in who.messages(self.sandbox.slack.dm(who.user.id).id)]


PRESSES = 4
CONFIG = """
teams:
  - name: Web
    channel: {channel}
    time_zone: Europe/Berlin
    default_tracker: {tracker}
    trackers: {trackers}
ops_channel: {ops}
"""


@asynccontextmanager
async def journey(
    folder: Path,
    *,
    mode: Literal["socket", "http"] = "socket",
    trackers: Mapping[str, Tracker] | None = None,
    settings: str = "{memory: {project: WEB}}",
    default: str = "memory",
    config: str = CONFIG,
    prepare: Callable[[Sandbox], None] | None = None,
    waits: Waits = QUICK,
    environ: pytest.MonkeyPatch | None = None,
    recording: Path | None = None,
    patience: float = 15.0,
    database: str = "",
) -> AsyncIterator[Journey]:
    """A sandbox and a bot in this loop; the configuration lives in `folder`, and the database too, unless it is named.

    Slack waits `patience` seconds for an acknowledgement: a busy machine is no failure where time is not the matter.
    """
    sandbox = Sandbox(recording=recording)
    sandbox.slack.delivery.seconds = patience
    sandbox.install(manifest(mode, "https://bot.example.com"))  # so that a scope too few is refused
    slack = sandbox.slack
    users = {
        "mara": slack.add_user("mara", "Mara Example", email="mara@example.com"),
        "jonas": slack.add_user("jonas", "Jonas Sample", email="jonas@example.com"),
        "gus": slack.add_user("gus", "Gus Guest", email="gus@example.com", guest=True),
    }
    channel = slack.add_channel("mar-dev-web", users.values(), channel_id="C0WEB")
    ops = slack.add_channel("devrequest-ops", users.values(), channel_id="C0OPS")
    if prepare:
        prepare(sandbox)
    await sandbox.start()
    file = folder / "devrequest.yaml"
    file.write_text(config.format(channel=channel.id, ops=ops.id, tracker=default, trackers=settings))
    for name, value in sandbox.environment().items():
        if environ is not None and not name.startswith("SLACK_"):
            environ.setenv(name, value)
    values = {name.lower(): value for name, value in sandbox.environment().items() if name.startswith("SLACK_")}
    if mode == "http":
        del values["slack_app_token"]
    fill_sqlite_database(folder / "bot.sqlite")
    url = database or f"sqlite:///{folder / 'bot.sqlite'}"
    environment = Environment(**values, database_url=url, devrequest_config=str(file), port=0)

    def build() -> Bot:
        with patch.object(bootstrap, "load", load_once):
            loadout = checked(environment)
        return build_bot(environment, loadout, trackers=trackers, waits=waits, host="127.0.0.1")

    at = Journey(sandbox, build(), Person(slack, users["mara"].id), users, channel, ops, build)
    try:
        await at._start()
        yield at
    finally:
        await at.bot.stop()
        await sandbox.stop()
