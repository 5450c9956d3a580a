"""Every way in which a call to Asana can fail, as an error by recovery (vendor docs: "Errors", "Rate limits")."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from adapters.asana.fields import TRACKER
from adapters.errors import (
    TITLE,
    Ambiguous,
    Misconfigured,
    NotFound,
    NotSent,
    Rejected,
    Throttled,
    TrackerError,
    Unsupported,
    seconds_asked_for,
)

REASON_LIMIT = 300
BETWEEN = "; "
"""Stands between the messages of one answer."""
NAMES = {
    "name": "Title",
    "notes": "Description",
    "html_notes": "Description",
    "assignee": "Assignee",
    "due_on": "Due date",
    "start_on": "Start date",
    "file": "File",
    "text": "Comment",
    "html_text": "Comment",
}
"""Asana's names of what people write → theirs."""
OPERATORS = frozenset(
    {"project", "projects", "section", "sections", "memberships", "workspace", "parent", "tags", "external", "resource"}
)
"""What an operator configures, so that a 400 about it is no fault of the person."""
FIXES = {
    401: "Make a new personal access token in Asana and set ASANA_ACCESS_TOKEN to it.",
    403: "Give the owner of the access token the right to edit the project in Asana.",
    404: "Check the gids of project and section in the configuration, and that the token's owner can see them.",
}
ON_THE_WAY = frozenset({301, 302, 303, 307, 308, 408, 409, 425, 499, 503, 504})
"""Statuses of proxies and gateways, too: without Asana's own words they do not say what became of a write."""
STOPPED_WAITING = frozenset({408, 499, 504})
"""Those of them that say that somebody on the way stopped waiting, while Asana may still be at work."""
SENSELESS = (ValueError, LookupError, TypeError, AttributeError)
"""What code trips over when an answer is not what it should be."""
_ABOUT = re.compile(r"\s*([a-z_]+)(?:\.[a-z_]+)?\s*:")
_FIELD_GID = re.compile(r"\d{3,}")


def translated(error: BaseException, operation: str, *, writes: bool, secret: str = "") -> TrackerError | None:
    """What an exception of the SDK, of urllib3 or of reading the answer means; None if it is none of theirs.

    Args:
        error: what was raised.
        operation: the method of the port.
        writes: whether the call changes something: then what got lost on the way may have been done.
        secret: never to appear in the reason, though whatever answers may repeat what it was sent.
    """
    from urllib3.exceptions import (
        ConnectTimeoutError,
        HTTPError,
        LocationValueError,
        MaxRetryError,
        NewConnectionError,
        ReadTimeoutError,
    )

    from adapters.asana.sdk import ApiException

    if isinstance(error, MaxRetryError) and error.reason is not None:
        error = error.reason
    if isinstance(error, ApiException):
        return _refused(error, operation, writes=writes, secret=secret)
    if isinstance(error, LocationValueError):
        fix = "Set ASANA_URL to an address such as https://app.asana.com/api/1.0, or leave it out."
        return Misconfigured(TRACKER, operation, "the address of the API is none", fix=fix)
    if isinstance(error, NewConnectionError | ConnectTimeoutError):
        return NotSent(TRACKER, operation, f"no connection ({type(error).__name__})")
    if writes and isinstance(error, ReadTimeoutError | TimeoutError):
        return Ambiguous(TRACKER, operation, "no answer in time", pending=True)
    if isinstance(error, HTTPError | OSError):
        return lost(operation, f"no answer ({type(error).__name__})", writes=writes)
    if isinstance(error, SENSELESS):
        return lost(operation, f"an answer that makes no sense ({type(error).__name__})", writes=writes)
    return None


def lost(operation: str, reason: str, status: int | None = None, *, writes: bool) -> TrackerError:
    """A call without a usable answer. Reading again does no harm, writing again may."""
    return (Ambiguous if writes else NotSent)(TRACKER, operation, reason, status)


@contextmanager
def understood(operation: str, *, writes: bool = False) -> Iterator[None]:
    """Reading an answer that turns out to make no sense is a call without a usable answer.

    Raises:
        Ambiguous, NotSent: as `lost`.
    """
    try:
        yield
    except SENSELESS as error:
        reason = f"an answer that makes no sense ({type(error).__name__})"
        raise lost(operation, reason, writes=writes) from error


def with_source(error: Rejected, names: Mapping[str, str], sources: Mapping[str, str]) -> Rejected:
    """The refusal with custom fields by name instead of gid, and the template's fields that filled them.

    Args:
        error: as Asana said it.
        names: gid → name of the custom field.
        sources: gid of a custom field, or Asana's name of a built-in one → id of the template's field.
    """
    asked = {"name": TITLE, **sources}
    fields: dict[str, str] = {}
    found: dict[str, str] = {}
    for said in error.reason.split(BETWEEN):
        gid = next((gid for gid in _FIELD_GID.findall(said) if gid in names), None)
        built_in = _ABOUT.match(said)
        about = gid or (built_in[1] if built_in else "")
        shown = said.replace(gid, f"“{names[gid]}”") if gid else said
        _add(fields, names[gid] if gid else NAMES.get(about, ""), shown)
        _add(found, asked.get(about, ""), shown)
    reason = BETWEEN.join(fields.values())
    return Rejected(
        TRACKER,
        error.operation,
        reason,
        error.status,
        fields if any(fields) else error.fields,
        found if any(found) else {},
    )


def _add(reasons: dict[str, str], key: str, reason: str) -> None:
    reasons[key] = BETWEEN.join([*filter(None, [reasons.get(key)]), reason])


def _refused(error: Any, operation: str, *, writes: bool, secret: str) -> TrackerError:
    status, words = int(error.status or 0), _words(error.body, secret)
    reason = words or f"HTTP {status}"
    if status == 0:
        # The SDK reports TLS problems so. A certificate is refused before anything is sent.
        is_early = "certificate" in str(error.reason).lower()
        return lost(operation, "TLS failed", writes=writes and not is_early)
    asked_for = (error.headers or {}).get("Retry-After")
    if writes and status in ON_THE_WAY and not words:
        after = seconds_asked_for(asked_for, 0.0)
        return Ambiguous(TRACKER, operation, reason, status, after=after, pending=status in STOPPED_WAITING)
    if status == 429:
        return Throttled.told(TRACKER, operation, asked_for)
    if status >= 500:
        return lost(operation, reason, status, writes=writes)
    if status == 404 and operation not in {"create", "find", "changed", "people", "options", "check"}:
        return NotFound(TRACKER, operation, reason, status)
    if status in {403, 404} and _about(reason) in NAMES:  # an unknown assignee, say: no fault of the project's
        return _bad_request(operation, reason, status)
    if status in FIXES:
        return Misconfigured(TRACKER, operation, reason, status, FIXES[status])
    if status == 402:
        return Unsupported(TRACKER, operation, reason, status)
    if status == 413:
        return Rejected(TRACKER, operation, "it is too large for Asana", status)
    if status == 400 and words:
        return _bad_request(operation, reason, status)
    if status in {408, 409, 425, 499}:
        return NotSent(TRACKER, operation, reason, status)
    fix = "Check ASANA_URL and the proxy, if there is one: something else than Asana's API seems to answer there."
    return Misconfigured(TRACKER, operation, reason, status, fix)


def _bad_request(operation: str, reason: str, status: int) -> TrackerError:
    name = _about(reason)
    if name == "offset":
        return NotSent(TRACKER, operation, reason, status)
    if name in OPERATORS or "is not on given object" in reason:
        fix = "Check project, section and custom fields in the configuration; `devrequest doctor` compares them."
        return Misconfigured(TRACKER, operation, reason, status, fix)
    fields = {NAMES[name]: reason} if name in NAMES else {}
    return Rejected(TRACKER, operation, reason, status, fields)


def _about(reason: str) -> str:
    """Asana's name of what it complains about; empty if it does not begin with one."""
    about = _ABOUT.match(reason)
    return about[1] if about else ""


def _words(body: bytes | str | None, secret: str) -> str:
    """The vendor's messages without a secret; nothing of a body that is not theirs."""
    try:
        errors = json.loads(body or "")["errors"]
        said = BETWEEN.join(str(error["message"]) for error in errors)
    except (ValueError, KeyError, TypeError):
        return ""
    line = " ".join((said.replace(secret, "…") if secret else said).split())
    return line if len(line) <= REASON_LIMIT else line[: REASON_LIMIT - 1] + "…"
