"""What a process has imported before commands are forked from it."""

import gc
from importlib import import_module

from bot.__main__ import COMMANDS

LATE = (
    *("asana", "jira", "adapters.asana.tracker", "adapters.jira.tracker", "holidays.countries"),
    *("apscheduler.triggers.interval", "apscheduler.executors.asyncio", "dbos._sys_db_sqlite"),
)
"""What a bot imports only when it is needed."""
gc.disable()
IMPORTED = [import_module(name) for name in (*LATE, *(f"bot.cli.{command}" for command in COMMANDS))]
gc.collect()
gc.freeze()
gc.enable()
