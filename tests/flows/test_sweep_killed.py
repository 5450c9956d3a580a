"""`kill -9` in the middle of a sweep, for real: what was begun is brought to its end, once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.usecases import post_alert
from sandbox.faults import Fault
from tests.flows.test_sweep_command import CONFIG, a_story, alerts
from tests.forked import Forked, command_line
from tests.shell import Shell, a_shell, true


def impatient() -> int:
    """A bot; a message that somebody else was posting is left to them for two minutes, nobody waits for that here."""
    post_alert.IN_FLIGHT = timedelta(seconds=6)
    return command_line(("run",))


@pytest.fixture
async def shell(tmp_path: Path) -> AsyncIterator[Shell]:
    """A team whose first sweep is over."""
    async with a_shell(tmp_path) as made:
        (made.folder / "devrequest.yaml").write_text(CONFIG)
        code, _, errors = await made.run("sweep")
        assert (code, errors) == (0, "")
        yield made


def bot(shell: Shell) -> Forked:
    """A bot, which sweeps as soon as it runs."""
    log = shell.folder / "log"
    return Forked(impatient, shell.folder, shell.variables, log, log)


@pytest.mark.parametrize(
    ("vendor", "operation"),
    [("jira", None), ("slack", "chat.postMessage"), ("slack", "chat.getPermalink")],
    ids=["reading", "posting", "posted"],
)
async def test_a_killed_sweep_posts_once(shell: Shell, vendor: str, operation: str | None) -> None:
    """Killed while it reads, while it posts, and right after it posted: one message, with everything in it."""
    keys = [a_story(shell, f"Page {number}") for number in range(3)]
    slow = Fault(vendor, "latency", operation=operation, times=1, seconds=3.0)
    shell.sandbox.faults.add(slow)
    first = bot(shell)
    await true(lambda: slow.times == 0)
    first.kill()
    await first.wait()
    second = bot(shell)
    await true(lambda: "posted about 3 tickets" in log(shell))
    await asyncio.sleep(2)
    second.terminate()
    await second.wait()

    [alert] = alerts(shell)
    assert all(key in alert for key in keys)


def log(shell: Shell) -> str:
    return (shell.folder / "log").read_text()
