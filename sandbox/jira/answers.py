"""Errors in Jira's own words and shapes."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from aiohttp import web

from sandbox.faults import Fault

HINT = "X-Sandbox-Hint"
"""A header of ours: what exactly was wrong, where Jira's own words do not say it."""

NO_ISSUE = "Issue does not exist or you do not have permission to see it."


class ApiError(Exception):
    """A request that Jira refuses.

    Args:
        status: the HTTP status.
        message: goes into `errorMessages`.
        errors: text by field id.
        hint: what exactly was wrong, for the developer; sent as a header.
    """

    def __init__(
        self, status: int, message: str | None = None, errors: Mapping[str, str] | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message or str(errors))
        self.status = status
        self.messages = [message] if message else []
        self.errors = dict(errors or {})
        self.hint = hint

    def body(self) -> dict[str, object]:
        """What Jira calls an error collection."""
        return {"errorMessages": self.messages, "errors": self.errors}

    def response(self) -> web.Response:
        """The answer on the wire."""
        headers = {HINT: self.hint.encode("ascii", "backslashreplace").decode()[:500]} if self.hint else {}
        return web.json_response(self.body(), status=self.status, headers=headers)


class FieldError(ValueError):
    """A value that a field refuses; the message is Jira's."""


def no_issue() -> ApiError:
    """An issue that does not exist or may not be seen; Jira does not tell which."""
    return ApiError(404, NO_ISSUE)


def unauthenticated(reason: str) -> web.Response:
    """401: the credentials are missing or wrong."""
    error = ApiError(401, "You are not authenticated. Authentication required to perform this operation.")
    response = error.response()
    response.headers["WWW-Authenticate"] = 'OAuth realm="jira"'
    response.headers["X-Seraph-LoginReason"] = reason
    return response


def framework_error(status: int, text: str) -> web.Response:
    """The other shape of Jira's errors, from outside its resources: an unknown path, a wrong method."""
    return web.json_response({"message": text, "status-code": status}, status=status)


def too_many(fault: Fault) -> web.Response:
    """429 with the headers of Jira Cloud's burst limit."""
    wait = fault.retry_after()
    reset = datetime.now(UTC) + timedelta(seconds=wait)
    response = ApiError(429, "Rate limit exceeded.").response()
    response.headers.update(
        {
            "Retry-After": str(wait),
            "X-RateLimit-Limit": "100",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": reset.strftime("%Y-%m-%dT%H:%MZ"),
            "RateLimit-Reason": "jira-burst-based",
        }
    )
    return response


def broken() -> web.Response:
    """500, as when Jira itself fails."""
    return ApiError(500, "Internal server error").response()
