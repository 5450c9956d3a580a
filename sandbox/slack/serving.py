"""The stand-in alone on a port of its own, for tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from sandbox.recorder import Recorder
from sandbox.slack.app import LARGEST_UPLOAD, build_app
from sandbox.slack.workspace import SlackWorkspace

LONGEST_LINE = 1024 * 1024
"""slack_sdk sends the arguments of blocks.validate in the query."""


@asynccontextmanager
async def serving(workspace: SlackWorkspace, recorder: Recorder | None = None, port: int = 0) -> AsyncIterator[str]:
    """Serve a workspace on loopback while the context lasts; gives the Web API's URL, `http://127.0.0.1:…/slack/api/`.

    Sets `workspace.base_url`. Port 0 takes a free one.
    """
    root = web.Application(client_max_size=LARGEST_UPLOAD)
    root.add_subapp("/slack", build_app(workspace, workspace.faults, recorder or Recorder()))
    runner = web.AppRunner(root, access_log=None, shutdown_timeout=0.5, max_line_size=LONGEST_LINE)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    host, bound = runner.addresses[0][:2]
    workspace.base_url = f"http://{host}:{bound}/slack"
    try:
        yield f"{workspace.base_url}/api/"
    finally:
        await runner.cleanup()
