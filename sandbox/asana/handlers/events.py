"""What happened since a sync token (Asana's OpenAPI, getEvents). Without a good token comes 412 with a fresh one."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from sandbox.asana.calls import Answer, Call, Route
from sandbox.asana.errors import AsanaError, refuse
from sandbox.asana.records import Event, Project, Task
from sandbox.asana.shapes import timestamp

MOST = 100
LIFETIME = timedelta(hours=24)
TOO_OLD = (
    "Sync token invalid or too old. If you are attempting to keep resources in sync, you must fetch the full "
    "dataset for this query now and use the new sync token for the next sync."
)


def _events(call: Call) -> Answer:
    site, gid = call.site, call.query.get("resource")
    if gid is None:
        refuse("resource: Missing input")
    if not isinstance(site.records.get(gid), Task):
        site.find(Project, gid, "resource")
    known = site.sync_points.get(call.query.get("sync", ""))
    forgotten = site.events[0].number - 1 if site.events else 0
    if known is None or known[0] != gid or site.now() - known[2] > LIFETIME or known[1] < forgotten:
        last = site.events[-1].number if site.events else 0
        raise AsanaError(HTTPStatus.PRECONDITION_FAILED, TOO_OLD, sync=_token(call, gid, last))
    new = [event for event in site.events if event.number > known[1] and gid in event.scopes]
    page = new[:MOST]
    last = page[-1].number if len(new) > MOST else (site.events[-1].number if site.events else known[1])
    body = {
        "data": [_shown(call, event) for event in page],
        "sync": _token(call, gid, last),
        "has_more": len(new) > MOST,
    }
    return Answer(body)


def _token(call: Call, gid: str, last: int) -> str:
    points = call.site.sync_points
    token = f"{(len(points) + 1) * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128:032x}"
    points[token] = (gid, last, call.site.now())
    return token


def _shown(call: Call, event: Event) -> dict[str, Any]:
    user = {"gid": event.user.gid, "resource_type": "user", "name": event.user.name}
    resource = {"gid": event.gid, "resource_type": event.kind, "name": event.name}
    change = {"change": {"field": event.field, "action": "changed"}} if event.action == "changed" else {}
    parent = {"parent": call.site.renderer.compact(event.parent, None)} if event.parent else {}
    return {
        "user": user,
        "created_at": timestamp(event.created_at),
        "type": event.kind,
        "action": event.action,
        "resource": resource,
        **change,
        **parent,
    }


ROUTES = (Route("GET", "/events", "getEvents", _events),)
