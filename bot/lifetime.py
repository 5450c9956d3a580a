"""The life of the process: it runs until a signal, ends for sure, and spares the garbage collector."""

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from bot import log
from bot.collector import spare_the_collector
from bot.running import Bot

T = TypeVar("T")

GRACE = 30.0
"""Seconds after the signal to stop at which the process ends for sure; orchestrators kill it then, too."""

logger = log.get(__name__)


def told_to_stop() -> asyncio.Event:
    """Set by SIGTERM or SIGINT from now on."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(sign, stop.set)
    return stop


async def unless_told(stop: asyncio.Event, start: Coroutine[Any, Any, T]) -> T | None:
    """What a start brings; None if we are told to stop before, and then it has been given up."""
    starting, told = asyncio.create_task(start), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({starting, told}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        told.cancel()
    if starting.done():
        return starting.result()
    starting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await starting
    return None


def end_for_sure(after: float = GRACE) -> None:
    """End the process in so many seconds, whatever hangs in it: a thread that never returns would keep it for ever.

    What is cut off so goes on at the next start, as after a crash.
    """

    def end() -> None:
        logger.warning("ended by force: a thread did not return")
        sys.stdout.flush()
        os._exit(1)

    timer = threading.Timer(after, end)
    timer.daemon = True
    timer.start()


async def run_until_signal(bot: Bot, told: Callable[[], None] = end_for_sure) -> None:
    """Start, wait for SIGTERM or SIGINT, stop; told so during a start that waits for Slack, it ends at once.

    Args:
        bot: which is to run.
        told: called when the signal has come.
    """
    stop = told_to_stop()

    async def started() -> Bot:
        await bot.start()
        return bot

    async def watched() -> None:
        await stop.wait()
        told()

    watching = asyncio.create_task(watched())
    try:
        if await unless_told(stop, started()) is None:
            return
        spare_the_collector()
        await watching
        await bot.stop()
    finally:
        watching.cancel()
