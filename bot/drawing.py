"""The picture of readiness, drawn in a process of its own."""

import asyncio
import json
from collections.abc import Sequence

from bot.programs import command, environment

WITHIN = 20.0
"""Seconds that a picture may take; without it the thread has the figures as text."""


async def draw(shares: Sequence[tuple[str, float]]) -> bytes:
    """A bar for each week, as PNG.

    Args:
        shares: the name of a week and the share of tickets that were ready, 0 to 1.

    Raises:
        OSError: it could not be drawn.
    """
    child = await asyncio.create_subprocess_exec(
        *command("bot.chart"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=environment(),
    )
    try:
        async with asyncio.timeout(WITHIN):
            picture, _ = await child.communicate(json.dumps(shares).encode())
    except TimeoutError:
        child.kill()
        await child.wait()
        raise OSError("the picture took too long") from None
    if child.returncode or not picture:
        raise OSError("the picture could not be drawn")
    return picture
