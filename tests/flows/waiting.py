"""Waiting for something to happen, with an end."""

import asyncio
import inspect
import time
from collections.abc import Callable
from typing import Any

from bot.jobs.operations import Operations


async def until(condition: Callable[[], Any], seconds: float = 40.0) -> None:
    """Wait for a condition; a plain function or one whose result must be awaited."""
    end = time.monotonic() + seconds
    while True:
        holds = condition()
        if inspect.isawaitable(holds):
            holds = await holds
        if holds:
            return
        assert time.monotonic() < end, "it did not happen"
        await asyncio.sleep(0.02)


async def until_status(jobs: Operations, key: str, state: str, seconds: float = 40.0) -> None:
    """Wait until a job has come so far."""

    async def reached() -> bool:
        return await jobs.status(key) == state

    await until(reached, seconds)
