"""The bot as it is, with the engine as DBOS sets it up by itself: default pool and threads, every job started at once.

It waits for as long as storing takes, so that its slowest submission can be measured.
"""

import sys
from typing import Any

from bot.__main__ import main
from bot.jobs import engine

OURS = ("max_executor_threads", "sys_db_pool_size")
plain_configuration = engine.configuration


def defaults(url: str, executor_id: str) -> Any:
    """The engine's configuration without what we set for speed."""
    config: dict[str, Any] = dict(plain_configuration(url, executor_id))
    if missing := [name for name in OURS if config.pop(name, None) is None]:
        raise ValueError(f"no longer set by the bot, so that there is nothing to compare: {missing}")
    return config


def apply() -> None:
    """Undo what the bot does for speed.

    Raises:
        ValueError: it does something else by now.
    """
    if not (engine.DIRECT < 1000 and hasattr(engine, "STORED_WITHIN")):
        raise ValueError("the engine's limits have changed: see what this peer has to undo")
    engine.configuration = defaults
    engine.DIRECT = 1_000_000
    engine.STORED_WITHIN = 60.0


if __name__ == "__main__":
    apply()
    sys.exit(main(sys.argv[1:]))
