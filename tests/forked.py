"""Processes forked from one that has imported everything: as real as started ones, without a second of imports."""

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.forked_imports"])


class Forked:
    """A process on its way, with the methods of `asyncio.subprocess.Process` that tests use.

    Args:
        what: is called in the new process and gives its exit code; a function of a module, or a `partial` of one.
        folder: where it runs.
        environment: its variables; it has no others.
        out: file that its standard output is added to.
        errors: file that its standard error is added to; may be the same.
    """

    def __init__(
        self, what: Callable[[], int], folder: Path, environment: Mapping[str, str], out: Path, errors: Path
    ) -> None:
        for file in (out, errors):
            file.touch()  # it may be killed before it says anything
        self._process = CONTEXT.Process(target=_run, args=(what, folder, dict(environment), out, errors))
        self._process.start()
        self._outputs = (out, errors)
        self._ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(self._process.sentinel, self._end)

    @property
    def returncode(self) -> int | None:
        """None while it lives; below zero the signal that ended it."""
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """As another process would."""
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """`kill -9`."""
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Until it has ended; how."""
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    async def communicate(self) -> tuple[bytes, bytes]:
        """Until it has ended; all that it said."""
        await self.wait()
        out, errors = (file.read_bytes() for file in self._outputs)
        return out, errors

    def _end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._process.sentinel)
        self._process.join()
        self._ended.set()


def command(*arguments: str) -> Callable[[], int]:
    """The command line with these arguments."""
    return partial(command_line, arguments)


def command_line(arguments: tuple[str, ...]) -> int:
    """The command line, in this process."""
    from bot.__main__ import main

    sys.argv = ["devrequest", *arguments]
    return main()


def _run(what: Callable[[], int], folder: Path, environment: Mapping[str, str], out: Path, errors: Path) -> None:
    """What is done in the new process."""
    for number, path in ((1, out), (2, errors)):
        with path.open("ab") as file:
            os.dup2(file.fileno(), number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.exit(what())
