"""Many tickets are judged in a second process, beside the bot: the port `Judging`.

Judging takes a millisecond of a processor for each ticket, and a project may have thousands that the bot has never
seen. In the bot's own process people would wait for that, and so would the pages that are read meanwhile. So a reading
that has many to judge gets a second process on another processor; few are judged here, where that takes no time.

The second process is a help and nothing more. Whenever anything is wrong with it, tickets are judged here.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any

from bot.domain.seen_ticket import SeenTicket
from bot.domain.verdicts import Asked, TeamRules, Verdicts
from bot.judging.frames import LENGTH, Question, framed, unframed
from bot.programs import command, environment
from bot.usecases.judging import Here

__all__ = ["SecondProcess"]

MANY = 100
"""Tickets for which a second process is started: a full page, after which there are more."""
WORTH_WAITING = 20
"""Tickets that wait for it while it starts; fewer are judged here meanwhile."""
STARTS_WITHIN = 2.0
"""Seconds that they wait for it: it takes a third of one, unless the machine is busy."""
ANSWERS_WITHIN = 30.0
"""Seconds for a page; it takes a tenth of one."""
COMMAND = command("bot.judging.worker")
PIPES: dict[str, Any] = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
log = logging.getLogger(__name__)


class SecondProcess:
    """Judges here, or in the second process while there is one."""

    def __init__(self, *, many: int = MANY, processors: int | None = None) -> None:
        """Nothing is started yet.

        Args:
            many: tickets for which it is started.
            processors: that we may use; with one there is never a second process.
        """
        self._here = Here()
        self._many = many
        self._is_of_use = (processors or _processors()) > 1
        self._readings, self._judged = 0, 0
        self._process: asyncio.subprocess.Process | None = None
        self._starting: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._told: dict[str, TeamRules] = {}

    @property
    def pid(self) -> int | None:
        """The id of the second process, if there is one that answers."""
        return self._process.pid if self._process else None

    @asynccontextmanager
    async def in_bulk(self) -> AsyncIterator[None]:
        """See the port. The second process ends with the last of these, and gives back its 40 MB."""
        self._readings += 1
        try:
            yield
        finally:
            self._readings -= 1
            if not self._readings:
                await self._end()

    async def seen(self, verdicts: Verdicts, tickets: Asked, seen_at: datetime) -> list[SeenTicket]:
        """See the port."""
        if self._readings:
            self._judged += len(tickets)
            if self._is_of_use and self._starting is None and self._judged >= self._many:
                self._starting = asyncio.create_task(self._start())
        if self._starting is not None and len(tickets) >= WORTH_WAITING:
            await asyncio.wait({self._starting}, timeout=STARTS_WITHIN)
        if self._process is not None:
            async with self._turn:
                judged = await self._judged_there(verdicts.rules, tickets, seen_at)
            if judged is not None:
                return judged
        return await self._here.seen(verdicts, tickets, seen_at)

    async def close(self) -> None:
        """End it for good."""
        self._is_of_use = False
        await self._end()

    async def _start(self) -> None:
        """Start it; it is of use once it has said that it is ready."""
        try:
            process = await asyncio.create_subprocess_exec(
                *COMMAND,
                **PIPES,
                env=environment(),
                start_new_session=True,  # Ctrl+C is for the bot
            )
            try:
                async with asyncio.timeout(ANSWERS_WITHIN):
                    await _frame(process)
            except BaseException:
                await _ended(process)
                raise
        except Exception as error:  # noqa: BLE001 - whatever it is, tickets can be judged here
            self._give_up(error)
        else:
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
        except asyncio.CancelledError:
            await self._end()  # its answer would be taken for the next one's
            raise
        except Exception as error:  # noqa: BLE001 - as above
            await self._end()
            self._give_up(error)
            return None
        self._told[rules.team] = rules
        return judged

    def _give_up(self, error: Exception) -> None:
        """Judge here from now on."""
        self._is_of_use = False
        log.warning("tickets are judged without a second process: %s", type(error).__name__)

    async def _end(self) -> None:
        starting, self._starting = self._starting, None
        process, self._process = self._process, None
        self._judged = 0
        self._told.clear()
        if starting is not None:
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
        if process is not None:
            await _ended(process)


async def _frame(process: asyncio.subprocess.Process) -> Any:
    """The next value that it says.

    Raises:
        EOFError: it has ended.
    """
    if process.stdout is None:
        raise EOFError
    length = int.from_bytes(await process.stdout.readexactly(LENGTH))
    return unframed(await process.stdout.readexactly(length))


async def _ended(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()


def _processors() -> int:
    """Processors that we may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
