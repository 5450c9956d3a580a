"""The least that a bot on the same stack must do before it is ready: Bolt under uvicorn, and the engine launched."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from dbos import DBOS, DBOSPortableJSONSerializer
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bench.peers.serving import healthy, serve
from sandbox.slack import SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET


async def main(database: Path, port: int) -> None:
    """Everything once, nothing else."""
    client = AsyncWebClient(token=SLACK_BOT_TOKEN, base_url=os.environ["SLACK_API_URL"])
    app = AsyncApp(client=client, token=SLACK_BOT_TOKEN, signing_secret=SLACK_SIGNING_SECRET)
    DBOS(
        config={
            "name": "bare",
            "system_database_url": f"sqlite:///{database}",
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "WARNING",
        }
    )
    DBOS.launch()
    await DBOS.register_queue_async("jobs", polling_interval_sec=0.25)
    bolt = AsyncSlackRequestHandler(app, path="/slack/events")

    async def asgi(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if not await healthy(scope, send):
            await bolt(scope, receive, send)

    await serve(asgi, port)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
