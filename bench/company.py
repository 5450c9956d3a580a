"""A company for the benches: the sandbox in this process, `devrequest run` in another, fixed latencies between them."""

import json
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.child import Child, running
from sandbox.faults import Fault
from sandbox.jira.seed import seed as seed_jira
from sandbox.server import Sandbox
from sandbox.slack.model import Channel, Json, User
from sandbox.slack.people import Person

ASANA_PROJECT = "1201000000000001"
CONFIG = """
teams:
  - name: Web
    channel: C0WEB
    default_tracker: {tracker}
    trackers: {{jira: {{project: WEB}}, asana: {{project: "{project}", section: Intake}}, memory: {{project: WEB}}}}
"""
RUN = ("-m", "bot", "run")
TYPE = "landing-page"
PEOPLE = 200


@dataclass(slots=True)
class Company:
    """Everything that a bench needs of it.

    Attributes:
        folder: database, configuration and log of the bot.
        variables: the bot's environment.
        bot: the running bot; another one after a restart.
        people: the members of the channel.
    """

    sandbox: Sandbox
    folder: Path
    variables: Mapping[str, str]
    bot: Child
    channel: Channel
    people: Sequence[User]

    @property
    def database(self) -> Path:
        """The bot's SQLite file."""
        return self.folder / "bot.sqlite"

    def person(self, number: int) -> Person:
        """The hands of one of the people."""
        return Person(self.sandbox.slack, self.people[number].id)

    def latency(self, **seconds: float) -> None:
        """From now on each call to a vendor takes this long, `slack=0.15` say; and no other fault is on."""
        self.sandbox.faults.clear()
        for vendor, delay in seconds.items():
            self.sandbox.faults.add(Fault(vendor, "latency", seconds=delay))

    def calls(self, *vendors: str) -> list[Json]:
        """The exchanges with these vendors since `forget_calls`."""
        return [json.loads(line) for line in self.sandbox.recorder.lines(vendors)]

    def forget_calls(self) -> None:
        """Begin to count anew."""
        self.sandbox.recorder.clear()


@asynccontextmanager
async def company(
    tracker: str = "memory", *, mode: str = "http", arguments: Sequence[str] = RUN
) -> AsyncIterator[Company]:
    """A company whose bot runs, from a fresh database on.

    Args:
        tracker: where requests become tickets.
        mode: `http` or `socket`.
        arguments: what to run instead of `devrequest run`.
    """
    sandbox = Sandbox()
    people = [sandbox.slack.add_user(f"person{number}", f"Person {number} Example") for number in range(PEOPLE)]
    channel = sandbox.slack.add_channel("mar-dev-web", people, channel_id="C0WEB")
    seed_jira(sandbox.jira)
    sandbox.asana.add_project("Growth backlog", ["Intake", "Doing"], gid=ASANA_PROJECT)
    await sandbox.start()
    try:
        with tempfile.TemporaryDirectory(prefix="devrequest-bench-") as name:
            folder = Path(name)
            variables = environment(sandbox, folder, tracker, mode)
            async with running(arguments, variables, folder / "bot.log") as bot:
                one = Company(sandbox, folder, variables, bot, channel, people)
                if mode == "http":
                    sandbox.slack.delivery.bot_url = f"http://127.0.0.1:{bot.port}/slack/events"
                yield one
    finally:
        await sandbox.stop()


def environment(sandbox: Sandbox, folder: Path, tracker: str, mode: str) -> dict[str, str]:
    """The variables of a bot for this sandbox; its configuration is written."""
    config = folder / "devrequest.yaml"
    config.write_text(CONFIG.format(tracker=tracker, project=ASANA_PROJECT), encoding="utf-8")
    variables = sandbox.environment() | {
        "DATABASE_URL": f"sqlite:///{folder / 'bot.sqlite'}",
        "DEVREQUEST_CONFIG": str(config),
        "MEMORY_TRACKER": "1",
        "PORT": "0",
        "LOG_LEVEL": "INFO",
    }
    del variables["SLACK_APP_TOKEN" if mode == "http" else "SLACK_SIGNING_SECRET"]
    return variables
