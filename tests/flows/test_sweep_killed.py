"""`kill -9` in the middle of a sweep, for real: what was begun is brought to its end, once."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.faults import Fault
from tests.flows.test_sweep_command import CONFIG, a_story, alerts
from tests.shell import Shell, a_shell, true

IMPATIENT = """
from datetime import timedelta
from bot.usecases import post_alert
post_alert.IN_FLIGHT = timedelta(seconds=6)
from bot.__main__ import main
main(["run"])
"""
"""A message that somebody else was posting is left to them for two minutes; nobody waits for that here."""


@pytest.fixture
async def shell(tmp_path: Path) -> AsyncIterator[Shell]:
    """A team whose first sweep is over."""
    async with a_shell(tmp_path) as made:
        (made.folder / "devrequest.yaml").write_text(CONFIG)
        code, _, errors = await made.run("sweep")
        assert (code, errors) == (0, "")
        yield made


async def bot(shell: Shell) -> asyncio.subprocess.Process:
    """A bot, which sweeps as soon as it runs."""
    with (shell.folder / "log").open("ab") as out:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", IMPATIENT), cwd=shell.folder, env=shell.variables, stdout=out, stderr=out
        )


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
    first = await bot(shell)
    await true(lambda: slow.times == 0)
    first.kill()
    await first.wait()
    second = await bot(shell)
    await true(lambda: "posted about 3 tickets" in log(shell))
    await asyncio.sleep(2)
    second.terminate()
    await second.wait()

    [alert] = alerts(shell)
    assert all(key in alert for key in keys)


def log(shell: Shell) -> str:
    return (shell.folder / "log").read_text()
