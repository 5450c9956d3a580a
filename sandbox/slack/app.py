"""The server: Web API, socket, uploads and downloads, response URLs. Mounted under `/slack`."""

import json
from typing import Any

from aiohttp import web

from sandbox.faults import Fault, Faults
from sandbox.recorder import Recorder
from sandbox.slack import SLACK_APP_TOKEN, SLACK_BOT_TOKEN, posting, responses, scopes
from sandbox.slack.api import METHODS, Call, Method
from sandbox.slack.errors import SlackError
from sandbox.slack.model import Json
from sandbox.slack.workspace import SlackWorkspace
from sandbox.wire import wire

APP_TOKEN_METHODS = frozenset({"apps.connections.open"})
WITHOUT_TOKEN = frozenset({"api.test", "blocks.validate"})
LARGEST_UPLOAD = 110 * 1024 * 1024
"""Bytes; a file may have 100 MB."""
WORKSPACE: web.AppKey[SlackWorkspace] = web.AppKey("workspace", SlackWorkspace)
LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Slack</title></head><body>Sign in to your workspace</body></html>"
"""What a download without a good token gets, with status 200."""


def build_app(workspace: SlackWorkspace, faults: Faults, recorder: Recorder) -> web.Application:
    """The application to be mounted under `/slack`, so that the Web API is at `/slack/api/`.

    The application it is mounted in needs `client_max_size=LARGEST_UPLOAD`, and its runner a `max_line_size` of
    `serving.LONGEST_LINE`, because slack_sdk puts the views it wants validated into the query.

    Closes the sockets and the delivery of the workspace when it stops.
    """
    app = web.Application(
        middlewares=[wire("slack", faults, recorder, _too_many, _broken)], client_max_size=LARGEST_UPLOAD
    )
    app[WORKSPACE] = workspace
    app.router.add_route("GET", "/api/{method}", _call)
    app.router.add_route("POST", "/api/{method}", _call)
    app.router.add_get("/socket", workspace.delivery.sockets.serve)
    app.router.add_post("/upload/{file}", _upload, name="files.upload")
    app.router.add_get("/files-pri/{file}/download/{name}", _download, name="files.download")
    app.router.add_get("/files-pri/{file}/{name}", _download, name="files.private")
    app.router.add_post("/response/{token:.+}", _respond, name="response_url")
    app.router.add_get("/archives/{channel}/{message}", _permalink, name="permalink")
    app.on_shutdown.append(_close)
    return app


async def _close(app: web.Application) -> None:
    await app[WORKSPACE].delivery.close()


async def _call(request: web.Request) -> web.Response:
    workspace, method = request.app[WORKSPACE], request.match_info["method"]
    headers = {"x-oauth-scopes": ",".join(sorted(workspace.app.scopes)), "x-slack-req-id": workspace.issued.new_id("R")}
    if method in scopes.NEEDED:
        headers["x-accepted-oauth-scopes"] = ",".join(scopes.NEEDED[method])
    try:
        call_method = _method(method)
        args = await _arguments(request)
        _authorise(method, request.headers.get("Authorization", ""), args.pop("token", None))
        call = Call(workspace, method, args, f"ws://{request.host}{request.path.partition('/api/')[0]}/socket")
        if method not in APP_TOKEN_METHODS:
            call.needs(*scopes.NEEDED.get(method, ()))
        posting.post_due(workspace)
        body: Json = {"ok": True, **call_method(call)}
    except SlackError as error:
        body = error.body()
    return web.json_response(body, headers=headers)


def _method(name: str) -> Method:
    if name not in METHODS:
        raise SlackError("unknown_method", req_method=name)
    return METHODS[name]


async def _arguments(request: web.Request) -> Json:
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError as error:
            raise SlackError("invalid_json") from error
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return args | {name: value for name, value in body.items() if value is not None}
    if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        form = await request.post()
        return args | {name: value for name, value in form.items() if isinstance(value, str)}
    if await request.read():
        raise SlackError("invalid_post_type")
    return args


def _authorise(method: str, header: str, argument: Any) -> None:
    if method in WITHOUT_TOKEN:
        return
    token = header.removeprefix("Bearer").strip() if header else str(argument or "")
    if not token:
        raise SlackError("not_authed")
    if token not in (SLACK_BOT_TOKEN, SLACK_APP_TOKEN):
        raise SlackError("invalid_auth")
    if (token == SLACK_APP_TOKEN) != (method in APP_TOKEN_METHODS):
        raise SlackError("not_allowed_token_type")


async def _upload(request: web.Request) -> web.Response:
    workspace, file_id = request.app[WORKSPACE], request.match_info["file"]
    if file_id not in workspace.uploads:
        return web.Response(status=404, text="file_not_found")
    data = await request.read()
    if request.content_type == "multipart/form-data":
        parts = [part for part in (await request.post()).values() if isinstance(part, web.FileField)]
        data = parts[0].file.read() if parts else b""
    if len(data) != workspace.uploads[file_id]:
        return web.Response(status=400, text=f"expected {workspace.uploads[file_id]} bytes, got {len(data)}")
    workspace.files[file_id].data = data
    return web.Response(text=f"OK - {len(data)}")


async def _download(request: web.Request) -> web.Response:
    workspace = request.app[WORKSPACE]
    file = workspace.files.get(request.match_info["file"].rpartition("-")[2])
    if request.headers.get("Authorization") != f"Bearer {SLACK_BOT_TOKEN}" or "files:read" not in workspace.app.scopes:
        return web.Response(text=LOGIN_PAGE, content_type="text/html")
    if file is None or file.data is None:
        return web.Response(status=404, text="file_not_found")
    disposition = "attachment" if "/download/" in request.path else "inline"
    return web.Response(body=file.data, content_type=file.mimetype, headers={"Content-Disposition": disposition})


async def _respond(request: web.Request) -> web.Response:
    try:
        body = json.loads(await request.text())
    except ValueError:
        return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
    if not isinstance(body, dict):
        return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
    try:
        responses.respond(request.app[WORKSPACE], request.match_info["token"], body)
    except SlackError as error:
        gone = error.code in ("invalid_url", "expired_url", "used_url")
        return web.json_response(error.body(), status=404 if gone else 400)
    return web.Response(text="ok")


async def _permalink(request: web.Request) -> web.Response:
    channel, message = request.match_info["channel"], request.match_info["message"].lstrip("p")
    raise web.HTTPFound(f"/?channel={channel}&message={message[:-6]}.{message[-6:]}")


def _too_many(fault: Fault) -> web.Response:
    seconds = str(fault.retry_after())
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": seconds})


def _broken() -> web.Response:
    return web.json_response({"ok": False, "error": "internal_error"}, status=500)
