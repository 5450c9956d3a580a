"""Several requests in one (Asana docs, "Batch API": at most ten, each answered on its own)."""

import re
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sandbox.asana.calls import Answer, Call, Route
from sandbox.asana.errors import AsanaError, refuse
from sandbox.asana.handlers import (
    attachments,
    custom_fields,
    events,
    links,
    places,
    search,
    stories,
    tags,
    tasks,
    typeahead,
)

MOST_ACTIONS = 10
SINGLE_ROUTES: tuple[Route, ...] = (
    *places.ROUTES,
    *tasks.ROUTES,
    *links.ROUTES,
    *custom_fields.ROUTES,
    *stories.ROUTES,
    *attachments.ROUTES,
    *tags.ROUTES,
    *typeahead.ROUTES,
    *search.ROUTES,
    *events.ROUTES,
)


def _batch(call: Call) -> Answer:
    actions = call.data.get("actions")
    if not isinstance(actions, list) or not actions:
        refuse("actions: Missing input")
    if len(actions) > MOST_ACTIONS:
        refuse(f"actions: At most {MOST_ACTIONS} actions can be in a batch")
    if not all(_is_action(action) for action in actions):
        refuse("actions: Each needs a relative_path and a method")
    return Answer({"data": [_answered(call, action) for action in actions]})


def _is_action(action: Any) -> bool:
    return isinstance(action, dict) and all(isinstance(action.get(name), str) for name in ("relative_path", "method"))


def _answered(call: Call, action: Mapping[str, Any]) -> dict[str, Any]:
    try:
        answer = _performed(call, action)
    except AsanaError as error:
        answer = Answer(error.body(), error.status)
    return {"status_code": int(answer.status), "headers": {}, "body": dict(answer.body)}


def _performed(call: Call, action: Mapping[str, Any]) -> Answer:
    parts = urlsplit(action["relative_path"])
    route, params = _routed(action["method"].upper(), parts.path)
    options, data = _object(action, "options"), _object(action, "data")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    if route.method in {"GET", "DELETE"}:
        query |= {name: str(value) for name, value in data.items()}
    for option, name in (("limit", "limit"), ("offset", "offset"), ("fields", "opt_fields")):
        if option in options:
            value = options[option]
            query[name] = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    inner = replace(call, operation=route.operation, path=parts.path, params=params, query=query, body={"data": data})
    return route.handler(inner)


def _object(action: Mapping[str, Any], name: str) -> dict[str, Any]:
    inside = action.get(name)
    return inside if isinstance(inside, dict) else {}


def _routed(method: str, path: str) -> tuple[Route, dict[str, str]]:
    for route in SINGLE_ROUTES:
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.path)
        if route.method == method and (found := re.fullmatch(pattern, path)):
            return route, found.groupdict()
    raise AsanaError(HTTPStatus.NOT_FOUND, "No matching route for request")


ROUTES = (Route("POST", "/batch", "createBatchRequest", _batch),)
