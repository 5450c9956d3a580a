"""All stand-ins behind one address: Slack, Jira, Asana, their faults and recordings, and the page."""

import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox import slack
from sandbox.asana.app import build_app as build_asana
from sandbox.asana.files import build_files_app
from sandbox.asana.site import ASANA_ACCESS_TOKEN, AsanaSite
from sandbox.clock import Clock, ahead_of
from sandbox.faults import FaultError, Faults, parse_fault
from sandbox.jira.app import BIGGEST_REQUEST, build_app as build_jira
from sandbox.jira.site import JIRA_API_TOKEN, JIRA_EMAIL, JiraSite
from sandbox.page.app import Page
from sandbox.recorder import Recorder
from sandbox.slack.app import LARGEST_UPLOAD, build_app as build_slack
from sandbox.slack.serving import LONGEST_LINE
from sandbox.slack.workspace import SlackWorkspace

TRACKERS = ("jira", "asana")
INDEX_LAG = "1"
"""Seconds after which a search is certain to find a new ticket: here at once, unless the fault `late_index` is on."""
Seed = Callable[["Sandbox"], None]


class Sandbox:
    """One company's Slack, Jira and Asana, on loopback.

    Its time is real time until somebody moves it ahead: on the page, with `POST /sandbox/clock`, or with `clock.move`.
    All that the vendors hand out follows. A bot in the same process can live in the same time:

        sandbox.now()                   # the present, in UTC
        sandbox.clock.watch(wake_up)    # call wake_up() whenever the time was moved or set back

    A bot elsewhere asks `GET /sandbox/clock`.

    Args:
        seed: fills the fresh stand-ins; called at once and after every `reset()`.
        recording: a file to which every exchange with a tracker is appended.

    Attributes:
        url: where it listens, once started.
        manifest: the installed app's manifest, see `install`.
        suggestions: what the page's composer suggests behind a command: `{"/command": [(text, what it is), …]}`.
    """

    def __init__(self, seed: Seed | None = None, recording: Path | None = None) -> None:
        self.clock = Clock()
        self.faults = Faults()
        self.recorder = Recorder(recording)
        self.slack = SlackWorkspace(self.clock, self.faults)
        self.jira = JiraSite(self.clock, self.faults)
        self.asana = AsanaSite(self.clock, self.faults)
        self.url = ""
        self.manifest: dict[str, Any] = {}
        self.suggestions: dict[str, list[tuple[str, str]]] = {}
        self._seed = seed
        self.after_reset: list[Callable[[], Awaitable[None]]] = []
        self._once_started: list[Callable[[], None]] = []
        self._runner: web.AppRunner | None = None
        if seed:
            seed(self)

    def reset(self) -> None:
        """Back to the beginning: the state, the faults, the recording in memory, the clock. Sockets stay."""
        self._once_started.clear()
        self.faults.clear()
        self.recorder.clear()
        self.clock.reset()
        for part in (self.slack, self.jira, self.asana):
            part.reset()
        if self.manifest:
            self.slack.install(self.manifest)
        if self._seed:
            self._seed(self)
        self.slack.changed()

    def install(
        self, manifest: dict[str, Any], suggestions: Mapping[str, Sequence[tuple[str, str]]] | None = None
    ) -> None:
        """Install the app with its manifest; it stays installed through every `reset()`.

        Args:
            manifest: the app manifest: its commands, shortcuts, scopes and events.
            suggestions: what the page suggests behind a command: `{"/command": [(text, what it is), …]}`.
        """
        self.manifest = manifest
        self.suggestions = {command: list(texts) for command, texts in (suggestions or {}).items()}
        self.slack.install(manifest)

    def once_started(self, work: Callable[[], None]) -> None:
        """Do something as soon as the address is known: when it starts, or now if it runs already."""
        if self.url:
            work()
        else:
            self._once_started.append(work)

    def now(self) -> datetime:
        """The sandbox's present, in UTC."""
        return self.clock.now()

    def environment(self) -> dict[str, str]:
        """Every variable that points the bot, or any other client, at this sandbox."""
        return {
            "SLACK_BOT_TOKEN": slack.SLACK_BOT_TOKEN,
            "SLACK_APP_TOKEN": slack.SLACK_APP_TOKEN,
            "SLACK_SIGNING_SECRET": slack.SLACK_SIGNING_SECRET,
            "SLACK_API_URL": f"{self.url}/slack/api/",
            "JIRA_URL": f"{self.url}/jira",
            "JIRA_SITE_URL": f"{self.url}/jira",
            "JIRA_EMAIL": JIRA_EMAIL,
            "JIRA_API_TOKEN": JIRA_API_TOKEN,
            "ASANA_URL": f"{self.url}/asana/api/1.0",
            "ASANA_ACCESS_TOKEN": ASANA_ACCESS_TOKEN,
            "ASANA_WORKSPACE": self.asana.workspace.gid,
            "JIRA_LOOKUP_LAG": INDEX_LAG,
            "ASANA_LOOKUP_LAG": INDEX_LAG,
        }

    def application(self) -> web.Application:
        """The whole server; every part is mounted under its own path."""
        app = web.Application(client_max_size=max(BIGGEST_REQUEST, LARGEST_UPLOAD))
        Page(self).mount(app)
        app.add_subapp("/slack", build_slack(self.slack, self.faults, self.recorder))
        app.add_subapp("/jira", build_jira(self.jira, self.faults, self.recorder))
        app.add_subapp("/asana/api/1.0", build_asana(self.asana, self.faults, self.recorder))
        app.add_subapp("/asana/files", build_files_app(self.asana))
        app.router.add_post("/sandbox/reset", self._reset)
        app.router.add_post("/sandbox/faults", self._add_fault)
        app.router.add_get("/sandbox/exchanges", self._exchanges)
        app.router.add_get("/sandbox/clock", self._clock)
        app.router.add_post("/sandbox/clock", self._move_clock)
        return app

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> str:
        """Listen, on any free port by default; the address comes back.

        Raises:
            OSError: the port is taken.
        """
        self._runner = web.AppRunner(
            self.application(), access_log=None, shutdown_timeout=1.0, max_line_size=LONGEST_LINE
        )
        await self._runner.setup()
        listening = socket.create_server((host, port), backlog=1024)
        self.url = f"http://{host}:{listening.getsockname()[1]}"
        self.slack.base_url = f"{self.url}/slack"
        self.asana.url = f"{self.url}/asana"
        self.asana.files_url = f"{self.url}/asana/files"
        for work in self._once_started:
            work()
        self._once_started.clear()
        await web.SockSite(self._runner, listening).start()
        return self.url

    async def stop(self) -> None:
        """Let go of the port."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _reset(self, _: web.Request) -> web.Response:
        self.reset()
        for work in self.after_reset:
            await work()
        return web.json_response({"ok": True})

    async def _add_fault(self, request: web.Request) -> web.Response:
        try:
            self.faults.add(parse_fault(await request.json()))
        except FaultError as error:
            return web.json_response({"ok": False, "error": str(error)}, status=400)
        except ValueError:
            return web.json_response({"ok": False, "error": "a fault is a JSON object"}, status=400)
        return web.json_response({"ok": True})

    async def _clock(self, _: web.Request) -> web.Response:
        return web.json_response({"now": self.now().isoformat()})

    async def _move_clock(self, request: web.Request) -> web.Response:
        """`{"ahead_seconds": 3600}` moves the time an hour ahead of what it is; it never goes back."""
        try:
            self.clock.move(ahead_of(await request.json()))
        except ValueError:
            error = 'send {"ahead_seconds": n}, a number of seconds from 0 on; ten years ahead is the end'
            return web.json_response({"ok": False, "error": error}, status=400)
        self.slack.changed()
        return await self._clock(request)

    async def _exchanges(self, request: web.Request) -> web.Response:
        """The exchanges with both trackers as JSON Lines; `?vendor=slack` for others."""
        lines = self.recorder.lines(request.query.getall("vendor", TRACKERS))
        return web.Response(text="".join(f"{line}\n" for line in lines), content_type="application/x-ndjson")
