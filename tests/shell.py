"""The command line as operators use it: processes in a folder, beside a sandbox in this loop."""

import asyncio
import contextlib
import os
import socket
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bot.slack.manifest import manifest
from sandbox.server import Sandbox
from sandbox.slack.people import Person
from tests.both_trackers import seeded
from tests.forked import Forked, command

CONFIG = """
teams:
- name: Web
  channel: "#mar-dev-web"
  trackers: {memory: {project: WEB}}
ops_channel: C0OPS
"""
ROOT = Path(__file__).parents[1]


class Shell:
    """A folder with a configuration, the variables for it, and a way to run the command line there."""

    def __init__(self, folder: Path, sandbox: Sandbox, outputs: Path) -> None:
        self.folder, self.sandbox = folder, sandbox
        self._outputs, self._started = outputs, 0
        (folder / "devrequest.yaml").write_text(CONFIG)
        self.variables = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": f"sqlite:///{folder / 'bot.sqlite'}",
            "MEMORY_TRACKER": "1",
            "PORT": "0",
            **sandbox.environment(),
        }

    def start(self, *arguments: str, **variables: str) -> Forked:
        """A process of the command line."""
        environment = {name: value for name, value in (self.variables | variables).items() if value}
        self._started += 1
        out, errors = (self._outputs / f"{self._started}.{name}" for name in ("out", "errors"))
        return Forked(command(*arguments), self.folder, environment, out, errors)

    async def run(self, *arguments: str, **variables: str) -> tuple[int, str, str]:
        """Exit code, output and errors of a command that ends by itself."""
        process = self.start(*arguments, **variables)
        async with asyncio.timeout(90):
            out, errors = await process.communicate()
        return process.returncode or 0, out.decode(), errors.decode()


@asynccontextmanager
async def a_shell(folder: Path) -> AsyncIterator[Shell]:
    """A sandbox with a team's channel, and a folder to work in."""
    sandbox = Sandbox()
    sandbox.install(manifest("socket"))
    mara = sandbox.slack.add_user("mara", "Mara Example")
    sandbox.slack.add_channel("mar-dev-web", [mara], channel_id="C0WEB")
    sandbox.slack.add_channel("devrequest-ops", [mara], channel_id="C0OPS")
    seeded(sandbox)
    await sandbox.start()
    with tempfile.TemporaryDirectory() as outputs:
        yield Shell(folder, sandbox, Path(outputs))
    await sandbox.stop()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def fetched(url: str) -> tuple[int, str]:
    """Status and body, once somebody answers there."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(90):
        while True:
            with contextlib.suppress(aiohttp.ClientConnectionError):
                async with session.get(url) as answer:
                    if answer.status != 503 or "readyz" not in url:
                        return answer.status, await answer.text()
            await asyncio.sleep(0.1)


async def filed(shell: Shell) -> str:
    """Mara files a quick win; the id of her request."""
    mara = Person(shell.sandbox.slack, "U0MARA")
    outcome = await mara.command("C0WEB", "/devrequest quick-win A <b>phone</b> number")
    assert outcome.problem is None
    await true(lambda: mara.modal)
    assert mara.modal is not None
    request_id = mara.modal.id
    await mara.fill({"field:user_story": "As a visitor, I want the number at the top, so that I can call"})
    assert (await mara.submit()).errors == {}
    await true(lambda: mara.messages(shell.sandbox.slack.dm("U0MARA").id))
    return request_id


async def true(so: Callable[[], object]) -> None:
    """Wait until it is so."""
    for _ in range(400):
        if so():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never became true")
