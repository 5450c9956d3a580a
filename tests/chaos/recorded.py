"""What the bot has recorded in its database, read from outside while it runs."""

import sqlite3
from typing import Any

import psycopg


class Recorded:
    """A bot's database.

    Args:
        database: its address.
    """

    def __init__(self, database: str) -> None:
        self._database = database

    def under_way(self) -> dict[str, set[str]]:
        """Window → requests that are in it, by what the engine has recorded of them."""
        steps = self._steps()
        return {
            "creating": {
                one
                for one, done in steps.items()
                if "ticket.begin" in done and "created" not in done.get("ticket.create", "")
            },
            "posting": {one for one, done in steps.items() if "ticket.finish" in done and "ticket.confirm" not in done},
        }

    def _steps(self) -> dict[str, dict[str, str]]:
        """Request id → step → what the engine has recorded of it, over all runs."""
        found: dict[str, dict[str, str]] = {}
        query = (
            "select workflow_uuid, function_name, output from {}operation_outputs where function_name like 'ticket.%'"
        )
        for key, name, output in self._rows(query):
            request_id = str(key).rpartition(":")[2].partition("#")[0]
            steps = found.setdefault(request_id, {})
            steps[name] = steps.get(name, "") + str(output)
        return found

    def posts(self) -> set[str]:
        """Keys of the messages that it has recorded as posted."""
        return {key for (key,) in self._rows("select key from post")}

    def _rows(self, query: str) -> list[Any]:
        if self._database.startswith("sqlite"):
            with sqlite3.connect(f"file:{self._database.removeprefix('sqlite:///')}?mode=ro", uri=True) as connection:
                return connection.execute(query.format("")).fetchall()
        with psycopg.connect(self._database) as other:
            return other.execute(query.format("dbos.").replace("%", "%%")).fetchall()
