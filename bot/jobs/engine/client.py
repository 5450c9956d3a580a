"""The engine from beside a running bot."""

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from dbos import DBOSClient, DBOSPortableJSONSerializer

from bot.jobs.engine.names import NAME, QUEUE, SERIAL, engine_url
from bot.jobs.kinds import kind_name, workflow_name
from bot.jobs.operations import Operations
from bot.jobs.run import Payload


class Client(Operations):
    """The port `Jobs` from the command line beside a running bot: it stores, lists and replays, and runs nothing."""

    def __init__(self, url: str, lanes: Mapping[str, Callable[[Payload], str]], serial: Collection[str] = ()) -> None:
        """Connects at once; blocks.

        Args:
            url: `DATABASE_URL`.
            lanes: kind of job → the lane of a payload, as given to `Engine.define`.
            serial: the kinds of which one job of a lane runs at a time.
        """
        self._lanes = lanes
        self._serial = frozenset(serial)
        self._vendor = DBOSClient(
            system_database_url=engine_url(url),
            serializer=DBOSPortableJSONSerializer(),
            application_name=NAME,
            retry_connection_errors=False,
        )

    async def submit(self, kind: str, key: str, payload: Mapping[str, Any]) -> None:
        """See the port; the running bot takes it from the queue."""
        await self._enqueue(workflow_name(kind), key, dict(payload))

    def close(self) -> None:
        """Let go of the database; blocks."""
        self._vendor.destroy()

    async def _enqueue(self, name: str, workflow_id: str, payload: Payload) -> None:
        lane = self._lanes[kind_name(name)](payload)
        options = {
            "queue_name": SERIAL if kind_name(name) in self._serial else QUEUE,
            "workflow_name": name,
            "workflow_id": workflow_id,
            "queue_partition_key": lane,
        }
        await self._vendor.enqueue_async(options, json.dumps(payload))  # type: ignore[arg-type]

    async def _list(self, **filters: Any) -> list[Any]:
        return await self._vendor.list_workflows_async(**{"load_input": False, "load_output": False} | filters)

    async def _start_now(self, workflow_id: str) -> None:
        await self._vendor.set_workflow_delay_async(workflow_id, delay_seconds=0)

    async def _delete(self, workflow_ids: list[str]) -> None:
        await self._vendor.delete_workflows_async(workflow_ids)
