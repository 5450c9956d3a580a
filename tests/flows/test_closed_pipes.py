"""Commands whose output somebody stops reading, as `head` does: no traceback, also not while the interpreter ends."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from tests.forked import Forked, command_line
from tests.shell import ROOT, Shell, a_shell

MANY = "\n".join(f"  - type: wrong-{number}" for number in range(400))
"""Fields with errors: more text than is written at once."""


@pytest.fixture
async def shell(tmp_path: Path) -> AsyncIterator[Shell]:
    """A sandbox, and a folder to work in."""
    async with a_shell(tmp_path) as made:
        yield made


def unread_command(arguments: tuple[str, ...]) -> int:
    """The command line, in this process, with a standard output whose reader has gone."""
    reading, writing = os.pipe()
    os.close(reading)
    os.dup2(writing, 1)
    sys.stdout = os.fdopen(1, "w", closefd=False)  # the one that was inherited takes it for a file, which can be sought
    return command_line(arguments)


async def unread(folder: Path, *arguments: str, variables: dict[str, str] | None = None) -> tuple[int | None, str]:
    """Exit code and errors of a command whose output nobody reads."""
    environment = {"PATH": os.environ["PATH"], **(variables or {})}
    out, errors = (folder / f"{'-'.join(arguments)}.{name}" for name in ("out", "errors"))
    process = Forked(partial(unread_command, arguments), folder, environment, out, errors)
    async with asyncio.timeout(90):
        said = await process.communicate()
    return process.returncode, said[1].decode()


@pytest.mark.parametrize("json", [(), ("--json",)])
async def test_a_verdict_that_nobody_reads_stands(tmp_path: Path, json: tuple[str, ...]) -> None:
    """Of `check` with errors it is 1, whether the output is longer or shorter than what is written at once."""
    (tmp_path / "long.yml").write_text(f"name: Long\ndescription: d\nbody:\n{MANY}\n")
    (tmp_path / "short.yml").write_text("name: Short\ndescription: d\nbody:\n  - type: wrong\n")

    ended = [await unread(tmp_path, "check", *json, file) for file in ("long.yml", "short.yml")]

    assert ended == [(1, ""), (1, "")]


@pytest.mark.parametrize("arguments", [("--help",), ("check", "--help"), ("manifest",)])
async def test_a_short_text_that_nobody_reads(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """It is written when the command ends; that is no error either."""
    assert await unread(tmp_path, *arguments) == (0, "")


@pytest.mark.parametrize("command", ["-u -m bot check --json long.yml | head -c 3", "-m bot --help | head -c 0"])
def test_behind_a_pipe_of_the_shell(tmp_path: Path, command: str) -> None:
    """The same with an interpreter of its own: one that writes at once, and one that writes as it ends."""
    (tmp_path / "long.yml").write_text(f"name: Long\ndescription: d\nbody:\n{MANY}\n")

    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} {command}"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )

    assert done.stderr == b""


@pytest.mark.parametrize(
    "arguments", [("sweep", "--dry-run"), ("sync", "--dry-run"), ("doctor",), ("doctor", "--json")]
)
async def test_commands_that_ask_slack_and_trackers(shell: Shell, arguments: tuple[str, ...]) -> None:
    """They end quietly as well."""
    assert await unread(shell.folder, *arguments, variables=shell.variables) == (0, "")


async def test_the_verdict_of_the_doctor(shell: Shell) -> None:
    """It is not lost either."""
    wrong = shell.variables | {"SLACK_BOT_TOKEN": "xoxb-wrong"}

    assert await unread(shell.folder, "doctor", variables=wrong) == (2, "")
