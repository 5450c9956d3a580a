"""The picture of readiness, drawn in a process of its own."""

import asyncio
import json
import os
import sys
from collections.abc import Sequence

WITHIN = 20.0
"""Seconds that a picture may take; without it the thread has the figures as text."""
HEARD = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LANG", "TZ", "SYSTEMROOT")
"""What the process hears of our environment: what Python may need to start, and none of our secrets."""


async def draw(shares: Sequence[tuple[str, float]]) -> bytes:
    """A bar for each week, as PNG.

    Args:
        shares: the name of a week and the share of tickets that were ready, 0 to 1.

    Raises:
        OSError: it could not be drawn.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",  # a folder `bot` where somebody starts us is not ours
        "-m",
        "bot.chart",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={name: os.environ[name] for name in HEARD if name in os.environ},
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
