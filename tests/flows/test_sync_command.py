"""`devrequest sync` in a terminal: dry, alone, and beside a running bot."""

import json
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.shell import Shell, a_shell, fetched, free_port


@pytest.fixture
async def shell(tmp_path: Path) -> AsyncIterator[Shell]:
    """A sandbox, and a folder to work in."""
    async with a_shell(tmp_path) as made:
        yield made


def posts(shell: Shell) -> list[str]:
    """What the team's channel has of syncs."""
    channel = shell.sandbox.slack.channels["C0WEB"]
    return [message.text for message in channel.messages.values() if message.text.startswith("Marketing-Dev Sync")]


async def test_a_dry_run_prints_the_agenda_and_leaves_no_trace(shell: Shell) -> None:
    """It reads as people would read it; no database is made, nothing is posted."""
    status, out, errors = await shell.run("sync", "--dry-run", "--date", "2027-01-05")
    assert (status, errors) == (0, "")
    assert "Marketing-Dev Sync · Tuesday, 5 January" in out
    assert posts(shell) == []
    assert not list(shell.folder.glob("*.sqlite"))


async def test_a_dry_run_prints_the_thread_as_it_would_be_posted(shell: Shell) -> None:
    """With what was decided last time, and the numbers since then."""
    status, _, errors = await shell.run("sync", "--team", "web")
    assert (status, errors) == (0, "")
    with closing(sqlite3.connect(shell.folder / "bot.sqlite")) as database, database:
        [content] = database.execute("select content from sync_post").fetchone()
        post = json.loads(content) | {"decisions": "Ship on Monday", "closed_by": "U0MARA"}
        database.execute("update sync_post set content = ?", [json.dumps(post)])
    day = date.fromisoformat(post["day"]) + timedelta(days=7)
    status, out, errors = await shell.run("sync", "--dry-run", "--date", day.isoformat())
    assert (status, errors) == (0, "")
    assert "Decided last time\n• Ship on Monday\n" in out
    assert "\nNumbers\n" in out
    assert "\nBecame ready: " in out


async def test_alone_it_posts_and_beside_a_bot_it_asks_the_bot(shell: Shell) -> None:
    """Once a day, whoever posts it."""
    status, out, errors = await shell.run("sync", "--team", "web")
    assert (status, out) == (0, "Web: posted\n"), errors
    assert len(posts(shell)) == 1
    port = str(free_port())
    bot = shell.start("run", PORT=port)
    assert (await fetched(f"http://127.0.0.1:{port}/readyz"))[0] == 200
    status, out, errors = await shell.run("sync")
    assert (status, out) == (0, "Web: the running bot posts it now\n"), errors
    bot.send_signal(signal.SIGTERM)
    await bot.communicate()
    assert len(posts(shell)) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--team", "nobody"), "There is no team 'nobody'. Known are: web."),
        (("--date", "tomorrow"), "'tomorrow' is no date: write it as 2026-12-01."),
        (("--date", "0001-01-01"), "0001-01-01 is too far away: choose a day from 2000 to 2099."),
        (("--date", "9999-12-31"), "9999-12-31 is too far away: choose a day from 2000 to 2099."),
    ],
)
async def test_wrong_words_are_answered_kindly(shell: Shell, words: tuple[str, str], said: str) -> None:
    """With what there is, and how to write it."""
    status, out, errors = await shell.run("sync", "--dry-run", *words)
    assert (status, out, errors) == (1, "", f"{said}\n")


async def test_a_day_that_is_still_to_come_is_not_posted(shell: Shell) -> None:
    """It would be there already on its day, and every press in the meantime would be shown in it."""
    status, out, errors = await shell.run("sync", "--date", "2098-12-30")
    said = "2098-12-30 is still to come: its sync is posted on that day. --dry-run shows how it looks now.\n"
    assert (status, out, errors) == (1, "", said)
    assert posts(shell) == []
