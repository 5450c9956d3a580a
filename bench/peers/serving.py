"""How every peer over HTTP is served: as the bot is, by uvicorn with httptools on asyncio."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn


async def serve(app: Any, port: int = 0) -> None:
    """Serve, and print the line that says so."""
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        log_config=None,
        access_log=False,
        lifespan="off",
        http="httptools",
        ws="none",
        backlog=2048,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 (uvicorn sets no event)
        await asyncio.sleep(0.005)
    say_ready(server.servers[0].sockets[0].getsockname()[1])
    await serving


def say_ready(port: int = 0) -> None:
    """The line that the parent waits for."""
    print(json.dumps({"event": "ready", "port": port}), flush=True)


async def healthy(scope: dict[str, Any], send: Callable[[dict[str, Any]], Awaitable[None]]) -> bool:
    """Answer a health check; False if it is another request."""
    if scope["path"] != "/readyz":
        return False
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"3")]})
    await send({"type": "http.response.body", "body": b"ok\n"})
    return True
