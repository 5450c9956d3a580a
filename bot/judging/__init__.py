"""Many tickets are judged in a second process, beside the bot: the port `Judging`.

Judging takes a millisecond of a processor for each ticket, and a project may have thousands that the bot has never
seen. In the bot's own process people would wait for that, and so would the pages that are read meanwhile. So whoever
has had many to judge lately gets a second process on another processor; few are judged here, where that takes no time.

The second process is a help and nothing more. While it starts, and whenever anything is wrong with it, tickets are
judged here.
"""

import asyncio
import logging
import os
from contextlib import suppress
from datetime import datetime
from typing import Any

from bot.domain.seen_ticket import SeenTicket
from bot.domain.verdicts import TeamRules, Verdicts
from bot.judging.frames import LENGTH, Question, framed, unframed
from bot.programs import command, environment
from bot.usecases.judging import Asked, Here

__all__ = ["SecondProcess"]

MANY = 300
"""Tickets, one soon after the other, after which a second process is started: it takes as long as they did."""
IDLE = 2.0
"""Seconds without a question after which it is ended, and gives back its 40 MB: whatever was read is judged."""
ANSWERS_WITHIN = 30.0
"""Seconds for a page; it takes a tenth of one."""
COMMAND = command("bot.judging.worker")
log = logging.getLogger(__name__)


class SecondProcess:
    """Judges here, or in the second process while there is one."""

    def __init__(self, *, many: int = MANY, idle: float = IDLE, processors: int | None = None) -> None:
        """Nothing is started yet.

        Args:
            many: tickets after which it is started.
            idle: seconds after which it is ended.
            processors: that we may use; with one there is never a second process.
        """
        self._here = Here()
        self._many, self._idle = many, idle
        self._is_of_use = (processors or _processors()) > 1
        self._lately = 0
        self._process: asyncio.subprocess.Process | None = None
        self._starting: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._told: dict[str, TeamRules] = {}
        self._ending: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        """The id of the second process, if there is one that answers."""
        return self._process.pid if self._process else None

    async def seen(self, verdicts: Verdicts, tickets: Asked, seen_at: datetime) -> list[SeenTicket]:
        """See the port."""
        self._note(len(tickets))
        if self._process is not None:
            async with self._turn:
                judged = await self._judged_there(verdicts.rules, tickets, seen_at)
            if judged is not None:
                return judged
        return await self._here.seen(verdicts, tickets, seen_at)

    async def close(self) -> None:
        """End it."""
        self._is_of_use = False
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        await self._end()

    def _note(self, tickets: int) -> None:
        """Count, and start it when it is worth that."""
        self._lately += tickets
        self._stay()
        if self._is_of_use and self._starting is None and self._lately > self._many:
            self._starting = asyncio.create_task(self._start())

    def _stay(self) -> None:
        """From now on it is over after a while without a question."""
        if self._ending is not None:
            self._ending.cancel()
        self._ending = asyncio.get_running_loop().call_later(self._idle, self._rest)

    def _rest(self) -> None:
        self._lately, self._ending, self._starting = 0, None, None
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.stdin.close()  # which it takes for the end

    async def _start(self) -> None:
        """Start it; it is of use once it has said that it is ready."""
        process = None
        try:
            pipes: dict[str, Any] = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
            process = await asyncio.create_subprocess_exec(
                *COMMAND,
                **pipes,
                env=environment(),
                start_new_session=True,  # Ctrl+C is for the bot
            )
            async with asyncio.timeout(ANSWERS_WITHIN):
                await _frame(process)
        except BaseException as error:
            if process is not None:
                _kill(process)
            if not isinstance(error, Exception):
                raise
            self._is_of_use = False
            log.warning("no second process for judging: %s", type(error).__name__)
        else:
            self._told.clear()
            self._process = process

    async def _judged_there(self, rules: TeamRules, tickets: Asked, seen_at: datetime) -> list[SeenTicket] | None:
        """The answer of the second process; None if there is none, and then no process either."""
        process = self._process
        if process is None or process.stdin is None:  # it was given up while others had their turn
            return None
        new = rules if self._told.get(rules.team) is not rules else None
        try:
            async with asyncio.timeout(ANSWERS_WITHIN):
                process.stdin.writelines(framed(Question(rules.team, new, tickets, seen_at)))
                await process.stdin.drain()
                judged: list[SeenTicket] = await _frame(process)
        except BaseException as error:  # also if this is cut off: its answer would be taken for the next one's
            await self._end()
            if not isinstance(error, Exception):
                raise
            self._is_of_use = False
            log.warning("the second process for judging is given up: %s", type(error).__name__)
            return None
        self._told[rules.team] = rules
        self._stay()
        return judged

    async def _end(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
        process, self._process = self._process, None
        if process is not None:
            _kill(process)
            await process.wait()


async def _frame(process: asyncio.subprocess.Process) -> Any:
    """The next value that it says.

    Raises:
        EOFError: it has ended.
    """
    if process.stdout is None:
        raise EOFError
    length = int.from_bytes(await process.stdout.readexactly(LENGTH))
    return unframed(await process.stdout.readexactly(length))


def _kill(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()


def _processors() -> int:
    """Processors that we may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
