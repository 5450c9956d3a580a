"""The engine without the bot around it: so many jobs of three steps submitted at once; how long each took to be stored.

`ours` sets it up as the bot does, `defaults` as DBOS does by itself. Neither has a limit of time here.
"""

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from bench.peers import engine_defaults
from bot.jobs import engine
from bot.jobs.run import Payload, Result, Run

PAYLOAD = {"text": "x" * 900, "tracker": "memory"}
WORK = 0.2
"""Seconds that the steps of a job take together."""


async def job(run: Run, payload: Payload) -> Result:
    """Three steps."""
    for number in range(3):
        await run.step(f"step-{number}", work)
    return {"done": bool(payload)}


async def work() -> dict[str, Any]:
    """A call to somebody else."""
    await asyncio.sleep(WORK / 3)
    return {}


async def main(way: str, database: Path, size: int) -> None:
    """Print the seconds of the slowest."""
    engine.STORED_WITHIN = 60.0
    if way == "defaults":
        engine_defaults.apply()
    one = engine.Engine(f"sqlite:///{database}")
    one.define("ticket", job)
    await one.open()
    await submitted(one, "warm")
    seconds = await asyncio.gather(*(submitted(one, str(number)) for number in range(size)))
    print(json.dumps({"slowest": max(seconds)}), flush=True)
    os._exit(0)  # what was stored is of no use to anybody


async def submitted(one: engine.Engine, key: str) -> float:
    """Seconds until it was stored."""
    began = time.perf_counter()
    await one.submit("ticket", f"ticket:T0:{key}", PAYLOAD)
    return time.perf_counter() - began


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
