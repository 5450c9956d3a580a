"""`devrequest sweep` in a terminal: dry, alone, beside a running bot, and where something is wrong."""

import asyncio
import contextlib
import fcntl
import os
import signal
import sqlite3
import struct
import sys
import termios
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.faults import Fault
from tests.both_trackers import ASANA_PROJECT
from tests.shell import Shell, a_shell, fetched, free_port, true

CONFIG = f"""
teams:
- name: Web
  channel: "#mar-dev-web"
  request_types: [landing-page]
  default_tracker: jira
  trackers: {{jira: {{project: WEB}}, asana: {{project: "{ASANA_PROJECT}"}}}}
  alerts: {{hours: "00:00-24:00", days: [mon, tue, wed, thu, fri, sat, sun], first_after: 0m}}
ops_channel: C0OPS
"""
STRICTER = """
name: Landing page or page change
description: A new page
labels: [landing-page]
body:
- {type: textarea, id: user_story, attributes: {label: User story}, ready: {required: true}}
- {type: textarea, id: legal, attributes: {label: Legal review}, ready: {required: true}}
"""


@pytest.fixture
async def shell(tmp_path: Path) -> AsyncIterator[Shell]:
    """A sandbox with both trackers, and a folder to work in."""
    async with a_shell(tmp_path) as made:
        (made.folder / "devrequest.yaml").write_text(CONFIG)
        yield made


def a_story(shell: Shell, title: str, **fields: object) -> str:
    """A landing page that somebody wrote in Jira, with a label and hardly a word; its key."""
    mara = next(user for user in shell.sandbox.jira.users.values() if user.name == "Mara Example")
    values = {"labels": ["landing-page"], **fields}
    return shell.sandbox.jira.add_issue("WEB", "Story", title, fields=values, reporter=mara).key


def a_task(shell: Shell, name: str) -> None:
    """The same in Asana."""
    tag = shell.sandbox.asana.add_tag("landing-page")
    shell.sandbox.asana.add_task({"name": name, "projects": [ASANA_PROJECT], "tags": [tag.gid]})


def alerts(shell: Shell) -> list[str]:
    """What the team's channel was told."""
    return [str(message.blocks) for message in shell.sandbox.slack.channels["C0WEB"].messages.values()]


def dump(shell: Shell) -> str:
    """Everything in the database."""
    with sqlite3.connect(f"file:{shell.folder / 'bot.sqlite'}?mode=ro", uri=True) as database:
        return "\n".join(database.iterdump())


async def test_dry_alone_and_dry_again(shell: Shell) -> None:
    """A dry run shows what a run would post, leaves no trace, and the run then posts just that."""
    a_story(shell, "Old page")
    untouched = await shell.run("sweep", "--dry-run")
    no_database = not list(shell.folder.glob("*.sqlite"))
    first = await shell.run("sweep", "--team", "Web")
    nothing = alerts(shell)
    key = a_story(shell, "New \x1b[31mpage\x1b[0m in red")
    a_task(shell, "New task")
    before = dump(shell)
    dry = await shell.run("sweep", "--dry-run")
    left = (dump(shell) == before, alerts(shell))
    real = await shell.run("sweep")
    [alert] = alerts(shell)
    again = await shell.run("sweep", "--dry-run")

    assert (untouched[0], untouched[2], no_database) == (0, "", True)
    assert untouched[1].splitlines()[0] == "Web: nothing would be posted"
    assert "older than the first sweep\tOld page" in untouched[1]
    assert (first[0], first[2], nothing) == (0, "", [])
    lines = dry[1].splitlines()
    assert (dry[0], dry[2], lines[0]) == (0, "", "Web: one message about 2 tickets would be posted")
    named, task, old = (line.split("\t") for line in lines[1:])
    assert (named[0], named[3]) == (key, "asks Mara Example")
    assert named[2].startswith("“User story” is missing. ")
    assert "\x1b" not in dry[1]
    assert (task[3], task[4]) == ("asks the channel", "New task")
    assert old[3] == "older than the first sweep"
    assert left == (True, [])
    assert (real[0], real[2]) == (0, "")
    assert "New task" in alert
    assert "Old page" not in alert
    assert "asked before, again from" in again[1]
    assert again[1].splitlines()[0] == "Web: nothing would be posted"


async def test_a_changed_template_and_a_tracker_that_is_down(shell: Shell) -> None:
    """How many tickets the new rule makes incomplete; what could not be read, with exit code 3."""
    story = {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "User story"}]}
    words = {
        "type": "paragraph",
        "content": [{"type": "text", "text": "As a visitor, I want prices, so that I order."}],
    }
    templates = shell.folder / "templates"
    templates.mkdir()
    (shell.folder / "devrequest.yaml").write_text(f"{CONFIG}templates: [templates]\nshipped_templates: false\n")
    (templates / "landing-page.yaml").write_text(STRICTER.rpartition("- {")[0])
    a_story(shell, "Whole", description={"type": "doc", "version": 1, "content": [story, words]})
    await shell.run("sweep")
    (templates / "landing-page.yaml").write_text(STRICTER)
    shell.sandbox.faults.add(Fault("asana", "500"))
    dry = await shell.run("sweep", "--dry-run")
    shell.sandbox.faults.clear()
    real = await shell.run("sweep", ASANA_ACCESS_TOKEN="another")

    said = "Web: the rules for landing-page have changed: 1 ticket is incomplete in Jira by them"
    unread = "Web: Asana could not be read. It does not answer, or not as it should.\n"
    assert (dry[0], dry[2], said in dry[1]) == (3, unread, True)
    refused = "Web: Asana could not be read. "
    assert (real[0], real[2].startswith(refused), said in real[1]) == (3, True, True)
    assert real[2] != unread


async def on_a_terminal(shell: Shell, *words: str) -> str:
    """What somebody sees who types it there."""
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        cwd=shell.folder,
        env={**shell.variables, "TERM": "xterm"},
        stdout=slave,
        stderr=slave,
    )
    os.close(slave)
    seen: list[bytes] = []

    def read() -> None:
        with contextlib.suppress(OSError):  # how a terminal ends
            while piece := os.read(master, 65_536):
                seen.append(piece)

    await asyncio.to_thread(read)
    await process.wait()
    os.close(master)
    return b"".join(seen).decode()


async def test_on_a_terminal_it_is_a_bar_and_then_a_table(shell: Shell) -> None:
    """The bar says how many tickets of which tracker were read; titles do nothing to the terminal or the table."""
    a_story(shell, "Old [bold]page[/] \x1b[31mred")
    seen = await on_a_terminal(shell, "sweep", "--dry-run")

    assert "Web: Jira" in seen
    assert "1 tickets" in seen
    assert "Who is asked, or why nobody" in seen
    assert "[bold]page[/]" in seen
    assert "\x1b[31mred" not in seen


async def test_beside_a_running_bot_it_asks_the_bot(shell: Shell) -> None:
    """Which takes it in turn with its own sweeps; what it read can be seen in its metrics."""
    port = str(free_port())
    bot = shell.start("run", PORT=port)
    assert (await fetched(f"http://127.0.0.1:{port}/readyz"))[0] == 200
    a_story(shell, "New page")
    queued = await shell.run("sweep", "--team", "web")
    await true(lambda: "New page" in dump(shell))
    bot.send_signal(signal.SIGTERM)
    await bot.communicate()

    assert queued[:2] == (0, "Web: the running bot sweeps now; see the channel and its log for what comes of it\n")


async def test_an_unknown_team_is_answered_kindly(shell: Shell) -> None:
    """With those that there are."""
    assert await shell.run("sweep", "--team", "nobody") == (1, "", "There is no team 'nobody'. Known are: web.\n")
