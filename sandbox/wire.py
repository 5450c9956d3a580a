"""What every request to a stand-in passes through: faults on the way in and out, and the recorder."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.faults import Fault, Faults
from sandbox.recorder import NO_ANSWER, Recorder

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
TooMany = Callable[[Fault], web.Response]
Broken = Callable[[], web.Response]


def wire(
    vendor: str, faults: Faults, recorder: Recorder, too_many: TooMany, broken: Broken
) -> Callable[..., Awaitable[web.StreamResponse]]:
    """The middleware of one vendor's application.

    Args:
        vendor: whose application it is.
        faults: the faults that may be on.
        recorder: where exchanges are kept.
        too_many: the vendor's own 429 answer.
        broken: the vendor's own 500 answer.
    """

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await handler(request)
        body = await request.read()
        operation, line = operation_of(request), f"{request.method} {request.path}"
        if delay := faults.delay(vendor, operation, line):
            await asyncio.sleep(delay)
        fault = faults.take(vendor, operation, line)
        if fault is not None and fault.kind == "429":
            response: web.StreamResponse = too_many(fault)
        elif fault is not None and fault.kind == "500":
            response = broken()
        elif fault is not None and fault.kind == "drop_before":
            response = web.Response(status=500)
        else:
            response = await handler(request)
            if fault is not None and fault.kind == "garbage":
                response = web.Response(text="<html><body>Please log in</body></html>", content_type="text/html")
        dropped = fault is not None and fault.kind.startswith("drop_")
        recorder.record(
            vendor,
            request.method,
            request.rel_url.raw_path,
            request.rel_url.raw_query_string,
            dict(request.headers),
            body,
            NO_ANSWER if dropped else response.status,
            {} if dropped else dict(response.headers),
            b"" if dropped else _body(response),
            fault.kind if fault is not None else None,
        )
        if dropped and request.transport is not None:
            request.transport.abort()
        return response

    return middleware


def operation_of(request: web.Request) -> str:
    """The operation id: the name under which the route was added, else the last part of the path."""
    route = request.match_info.route
    return route.name or request.path.rpartition("/")[2]


def _body(response: web.StreamResponse) -> bytes:
    if isinstance(response, web.Response) and isinstance(response.body, bytes):
        return response.body
    return b""
