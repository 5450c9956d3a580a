"""kill -9 whenever Slack has just taken something of a sync, or is about to: one message, one set of replies."""

import asyncio
import signal
from pathlib import Path

import pytest

from sandbox.faults import Fault
from tests.shell import Shell, a_shell

SLOW = 0.25
"""Seconds for which Slack thinks before it takes a message, so that a kill can come in between."""
AFTER = (0, 0, 1, 1, 2, 2)
"""How many messages of the sync are there when a process is killed; each as soon as it is so, and a moment later."""


def taken(shell: Shell) -> list[tuple[str, bool]]:
    """Texts of what the channel has of the sync, and whether they are replies."""
    messages = shell.sandbox.slack.channels["C0WEB"].messages.values()
    return [(one.text, bool(one.thread_ts) and one.thread_ts != one.ts) for one in messages]


@pytest.mark.timeout(180)
async def test_killed_around_the_sync(tmp_path: Path) -> None:
    """Six processes die at the worst moments; the seventh ends what they began."""
    async with a_shell(tmp_path) as shell:
        shell.sandbox.faults.add(Fault("slack", "latency", "chat.postMessage", seconds=SLOW))
        killed = 0
        for number, there in enumerate(AFTER):
            process = shell.start("sync")
            try:
                async with asyncio.timeout(30):
                    while len(taken(shell)) <= there and process.returncode is None:  # noqa: ASYNC110 (no event there)
                        await asyncio.sleep(0.005)
                    await asyncio.sleep(0.03 * (number % 2))
            finally:
                if process.returncode is None:
                    process.kill()
                await process.communicate()
            killed += process.returncode == -signal.SIGKILL
        assert killed >= 4  # one that ended before it could be killed proves nothing, and does no harm
        status, out, errors = await shell.run("sync")
        assert (status, out) == (0, "Web: posted\n"), errors

        posts, replies = ([text for text, is_reply in taken(shell) if is_reply == wanted] for wanted in (False, True))
        assert [text.split(",")[0] for text in posts] == ["Marketing-Dev Sync"]
        assert sorted(replies) == ["Details of the agenda", "Numbers since the last sync: none yet"]
