"""The page's server: the page itself, its regions as they change, downloads, and addresses that lead to it."""

import asyncio
import contextlib
import json
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import web

from sandbox.page.hands import Hands
from sandbox.page.html import Html
from sandbox.page.pictures import kind_of
from sandbox.page.place import Place
from sandbox.page.regions import STATIC, Reads, document, regions
from sandbox.wire import Handler

if TYPE_CHECKING:
    from sandbox.server import Sandbox

FILES = Path(__file__).parent / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Nothing from elsewhere, and no script that a text could smuggle in."""
TRACKERS = ("/jira/", "/asana/")
SELDOM = 5.0
"""Seconds after which the page is drawn anew even if nobody said that something changed."""
SETTLE = 0.03
"""Seconds for which changes that come together are gathered."""


class Page:
    """The page of one sandbox."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox
        self._reads = Reads()
        self._closing = asyncio.Event()

    def mount(self, app: web.Application) -> None:
        """Add the page to the sandbox's application."""
        app.middlewares.append(self._watch)
        app.router.add_get("/", self._document)
        app.router.add_get("/sandbox/ui/live", self._live)
        app.router.add_get("/sandbox/ui/state", self._state)
        app.router.add_get("/sandbox/ui/file/{id}", self._slack_file)
        app.router.add_get("/sandbox/ui/picture/{id}", self._slack_picture)
        app.router.add_get("/sandbox/ui/jira-file/{id}", self._jira_file)
        app.router.add_get("/slack/files-pri/{file}/page", self._slack_file_page)
        app.router.add_get("/jira/browse/{key}", self._jira_issue)
        app.router.add_get("/asana/1/{path:.*}", self._asana_task)
        app.router.add_static(STATIC, FILES)
        app.add_routes(Hands(self._sandbox).routes())
        app.on_shutdown.append(self._close)

    @web.middleware
    async def _watch(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Whoever changes something at a tracker changes what the page shows; the page's own answers are locked up."""
        foreign = request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}
        if foreign and request.method != "GET" and request.path.startswith("/sandbox/"):
            raise web.HTTPForbidden(text="Only the sandbox's own page can do this.")
        response = await handler(request)
        if request.method not in ("GET", "HEAD") and request.path.startswith(TRACKERS):
            self._sandbox.slack.changed()
        if request.path == "/" or request.path.startswith("/sandbox/"):
            response.headers.setdefault("Cache-Control", "no-cache")
            if not response.prepared:
                response.headers["Content-Security-Policy"] = POLICY
                response.headers["X-Content-Type-Options"] = "nosniff"
                response.headers["Referrer-Policy"] = "same-origin"
        return response

    async def _close(self, _: web.Application) -> None:
        self._closing.set()
        self._sandbox.slack.changed()

    async def _document(self, request: web.Request) -> web.Response:
        place = self._place(request)
        drawn = regions(self._sandbox, place, self._reads)
        return web.Response(text=document(self._sandbox, place, drawn), content_type="text/html")

    async def _state(self, request: web.Request) -> web.Response:
        """All regions at once, for those who do not listen to `live`."""
        place = self._place(request)
        return web.json_response({"place": place.url(), "regions": regions(self._sandbox, place, self._reads)})

    async def _live(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: `{region: html}` for the regions that changed."""
        self._place(request)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await response.prepare(request)
        sent: dict[str, Html] = {}
        with contextlib.suppress(ConnectionResetError):
            while not self._closing.is_set():
                revision = self._sandbox.slack.revision
                place = self._place(request)
                drawn = regions(self._sandbox, place, self._reads)
                fresh = {name: html for name, html in drawn.items() if sent.get(name) != html}
                sent = drawn
                line = f"data: {json.dumps(fresh)}\n\n" if fresh else ": still here\n\n"
                await response.write(line.encode())
                await self._sandbox.slack.wait_for_change(revision, SELDOM)
                await asyncio.sleep(SETTLE)
        return response

    def _place(self, request: web.Request) -> Place:
        try:
            return Place.of(request.query, self._sandbox.slack)
        except LookupError as nobody:
            raise web.HTTPNotFound(text=str(nobody)) from nobody

    async def _slack_file(self, request: web.Request) -> web.Response:
        file = self._sandbox.slack.files.get(request.match_info["id"])
        if file is None or file.data is None:
            raise web.HTTPNotFound
        return download(file.name, file.data)

    async def _slack_picture(self, request: web.Request) -> web.Response:
        """A file to be drawn, if its bytes are those of a picture."""
        file = self._sandbox.slack.files.get(request.match_info["id"])
        kind = kind_of(file.data) if file is not None and file.data is not None else None
        if file is None or kind is None:
            raise web.HTTPNotFound
        return web.Response(body=file.data, content_type=kind)

    async def _slack_file_page(self, request: web.Request) -> web.Response:
        raise web.HTTPFound(f"/sandbox/ui/file/{request.match_info['file'].rpartition('-')[2]}")

    async def _jira_file(self, request: web.Request) -> web.Response:
        found = self._sandbox.jira.find_attachment(request.match_info["id"])
        if found is None:
            raise web.HTTPNotFound
        return download(found[1].filename, found[1].content)

    async def _jira_issue(self, request: web.Request) -> web.Response:
        raise web.HTTPFound(f"/?ticket=jira:{quote(request.match_info['key'])}")

    async def _asana_task(self, request: web.Request) -> web.Response:
        """`/asana/1/<workspace>/project/<project>/task/<task>`, with or without the middle."""
        gid = request.match_info["path"].rstrip("/").rpartition("/")[2]
        raise web.HTTPFound(f"/?ticket=asana:{quote(gid)}")


def download(name: str, content: bytes) -> web.Response:
    """A file to be saved, never shown: what was uploaded is nobody's page."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(body=content, content_type="application/octet-stream", headers=headers)
