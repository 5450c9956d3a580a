"""The HTTP side: who asks, where it goes, and what is said when it goes wrong."""

import base64
import binascii

from aiohttp import web

from sandbox.faults import Faults
from sandbox.jira.answers import ApiError, broken, framework_error, too_many, unauthenticated
from sandbox.jira.handlers import attachments, discussion, issues, links, projects, searching, system, users
from sandbox.jira.handlers.reading import VIEW
from sandbox.jira.model import User
from sandbox.jira.site import JiraSite
from sandbox.jira.view import View
from sandbox.recorder import Recorder
from sandbox.wire import Handler, wire

SITE: web.AppKey[JiraSite] = web.AppKey("SITE", JiraSite)
PUBLIC = frozenset({"getServerInfo"})
"""What Jira tells anybody."""
BIGGEST_REQUEST = 64 * 1024 * 1024
"""Bytes, for the application that this one is mounted in; the site's own upload limit is checked after that."""


def build_app(site: JiraSite, faults: Faults, recorder: Recorder) -> web.Application:
    """The application, to be mounted under a prefix such as `/jira`.

    The outer application needs `client_max_size=BIGGEST_REQUEST`, or larger files never arrive here.
    """
    middlewares = [wire("jira", faults, recorder, too_many, broken), _errors, _authentication]
    app = web.Application(middlewares=middlewares, client_max_size=BIGGEST_REQUEST)
    app[SITE] = site
    for group in (system, projects, issues, discussion, attachments, links, users, searching):
        app.add_routes(group.routes())
    return app


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every refusal in Jira's words, never a framework's."""
    try:
        return await handler(request)
    except ApiError as error:
        return error.response()
    except web.HTTPException as error:
        if error.status == 404:
            return framework_error(404, f"null for uri: {request.url}")
        return framework_error(error.status, f"HTTP {error.status} {error.reason}")


@web.middleware
async def _authentication(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Basic with a user's e-mail and the token, or it as Bearer. Wrong ones are refused even where none is needed."""
    site = request.app[SITE]
    given = request.headers.get("Authorization")
    user = site.token_user if given is None else _user(site, given)
    if user is None:
        return unauthenticated("AUTHENTICATED_FAILED")
    if given is None and request.match_info.route.name not in PUBLIC:
        return unauthenticated("OUT")
    version = 3 if request.match_info.get("api") == "3" else 2
    prefix = request.path.partition("/rest/")[0]
    request[VIEW] = View(site, user, version, f"{request.scheme}://{request.host}{prefix}")
    response = await handler(request)
    response.headers["X-AACCOUNTID"] = user.account_id
    return response


def _user(site: JiraSite, authorization: str) -> User | None:
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return site.token_user if credentials.strip() == site.token else None
    if scheme.lower() != "basic":
        return None
    try:
        email, _, token = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    if token != site.token or not email.strip():
        return None
    return next((user for user in site.users.values() if user.email.lower() == email.lower()), None)
