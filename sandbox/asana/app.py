"""The HTTP side: `build_app` for mounting under `/asana/api/1.0`."""

import asyncio
import json
import re
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from sandbox.asana.calls import Answer, Call, Pages, Route, Upload
from sandbox.asana.errors import HELP, AsanaError
from sandbox.asana.handlers import batch
from sandbox.asana.site import ASANA_ACCESS_TOKEN, AsanaSite
from sandbox.faults import Fault, Faults
from sandbox.recorder import Recorder
from sandbox.wire import Handler, operation_of, wire

__all__ = ["ASANA_ACCESS_TOKEN", "build_app"]

LARGEST_BODY = 110 * 1024 * 1024
SITE = web.AppKey("site", AsanaSite)
PAGES = web.AppKey("pages", Pages)
ROUTES: tuple[Route, ...] = (*batch.SINGLE_ROUTES, *batch.ROUTES)
DEPTHS = {route.operation: route.path.count("/") for route in ROUTES}
"""How many parts the path of an operation has."""


def build_app(site: AsanaSite, faults: Faults, recorder: Recorder) -> web.Application:
    """The API as an application, to be mounted under a path of its own.

    Args:
        site: its state.
        faults: faults that may be switched on.
        recorder: where every exchange is kept.
    """
    middleware = wire("asana", faults, recorder, _too_many, _broken)
    app = web.Application(middlewares=[middleware, _vendor_shaped], client_max_size=LARGEST_BODY)
    app[SITE] = site
    app[PAGES] = Pages()
    for route in ROUTES:
        app.router.add_route(route.method, route.path, _endpoint(route), name=route.operation)
    return app


def _endpoint(route: Route) -> Handler:
    async def endpoint(request: web.Request) -> web.StreamResponse:
        answer = route.handler(await _call(request))
        return _json(answer)

    return endpoint


async def _call(request: web.Request) -> Call:
    base, path = _split_path(request)
    call = Call(
        request.app[SITE],
        operation_of(request),
        path,
        base,
        dict(request.match_info),
        dict(request.query),
        request.app[PAGES],
    )
    body = await request.read()
    if body and request.content_type == "multipart/form-data":
        call.body, call.files = await asyncio.to_thread(read_form, request.headers["Content-Type"], body)
        call.is_form = True
    elif body and request.content_type == "application/x-www-form-urlencoded":
        call.body, call.is_form = dict(parse_qsl(body.decode(errors="replace"))), True
    elif body:
        call.body = _parsed(body)
    return call


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise AsanaError(HTTPStatus.BAD_REQUEST, "Could not parse request data, invalid JSON") from error


def _split_path(request: web.Request) -> tuple[str, str]:
    """The address of the API's base, and the path below it."""
    steps = request.rel_url.raw_path.split("/")
    cut = len(steps) - DEPTHS[operation_of(request)]
    return f"{request.scheme}://{request.host}{'/'.join(steps[:cut])}", "/" + "/".join(steps[cut:])


def read_form(content_type: str, body: bytes) -> tuple[dict[str, str], dict[str, Upload]]:
    """The fields and files of a multipart form.

    Args:
        content_type: the header, with the boundary.
        body: the form.

    Raises:
        AsanaError: 400, it is no such form.
    """
    boundary = re.search(r'boundary="?([^";,]+)"?', content_type)
    if boundary is None:
        raise AsanaError(HTTPStatus.BAD_REQUEST, "Could not parse request data, invalid multipart form")
    fields: dict[str, str] = {}
    files: dict[str, Upload] = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode())[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        # Asana wants names beyond ASCII URL-encoded; one that is not comes out garbled.
        headers = head.decode("latin-1")
        names = dict(re.findall(r';\s*(name|filename)="([^"]*)"', headers))
        if "filename" not in names:
            fields[names.get("name", "")] = content.decode(errors="replace")
            continue
        declared = re.search(r"(?im)^content-type:\s*([\w.+-]+/[\w.+-]+)", headers)
        kind = declared[1] if declared else "application/octet-stream"
        files[names.get("name", "")] = Upload(names["filename"], content, kind)
    return fields, files


@web.middleware
async def _vendor_shaped(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The check of the token, and every refusal in Asana's shape."""
    site = request.app[SITE]
    try:
        _check_token(request)
        response = await handler(request)
    except AsanaError as error:
        response = _json(Answer(error.body(), error.status))
    except web.HTTPException as error:
        unrouted = error.status in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
        refusal = AsanaError(HTTPStatus.NOT_FOUND, "No matching route for request")
        refusal = refusal if unrouted else AsanaError(error.status, error.reason)
        response = _json(Answer(refusal.body(), refusal.status))
    if site.change_notice:
        response.headers["Asana-Change"] = site.change_notice
    return response


def _check_token(request: web.Request) -> None:
    if request.headers.get("Authorization") != f"Bearer {ASANA_ACCESS_TOKEN}":
        raise AsanaError(HTTPStatus.UNAUTHORIZED, "Not Authorized")


def _json(answer: Answer) -> web.Response:
    text = json.dumps(answer.body, ensure_ascii=False, separators=(",", ":"))
    return web.Response(
        body=text.encode(errors="replace"), status=answer.status, content_type="application/json", charset="utf-8"
    )


def _too_many(fault: Fault) -> web.Response:
    message = "You have made too many requests recently. Please, be chill."
    response = _json(Answer({"errors": [{"message": message, "help": HELP}]}, HTTPStatus.TOO_MANY_REQUESTS))
    response.headers["Retry-After"] = str(fault.retry_after())
    return response


def _broken() -> web.Response:
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _json(Answer(AsanaError(status, "Server Error").body(), status))
