"""The end of jobs that still run at a clean stop.

Their rows stay as they are, and the next start goes on with them. Left alone they would run into an engine that is
gone, one after the other, each with two errors in the log that are none.
"""

import asyncio
import logging
from typing import Any

ENDS_WITHIN = 1.0
"""Seconds for all of them."""
NO_NEWS = "Asyncio task cancelled for workflow or step"
"""How the engine's warning begins about each job, and each of its steps, that is cut off."""
log = logging.getLogger(__name__)


async def cut_off(jobs: "set[asyncio.Task[Any]]") -> None:
    """Cut off what runs. What a thread of theirs has begun, such as a request to a tracker, ends by itself."""
    if not jobs:
        return
    log.warning("%d job(s) are cut off; they go on at the next start", len(jobs))
    engine = logging.getLogger("dbos")
    engine.addFilter(_is_news)
    try:
        for job in jobs:
            job.cancel()
        await asyncio.wait(set(jobs), timeout=ENDS_WITHIN)
    finally:
        engine.removeFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    return not record.getMessage().startswith(NO_NEWS)
