"""Everything that can go wrong on the way to Jira, as errors by recovery.

Nothing of the client's own exceptions is passed on: their texts hold URLs, headers and whole answers.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import requests
from jira import JIRAError
from urllib3 import exceptions as urllib3_errors

from adapters.errors import (
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
from adapters.jira.settings import NAME

EXPECTED = (
    JIRAError,
    requests.RequestException,
    urllib3_errors.HTTPError,
    OSError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
)
"""What the client raises: its own error, those of what it stands on, and what it trips over in a senseless answer."""

NEVER_CONNECTED = (urllib3_errors.NewConnectionError, urllib3_errors.ConnectTimeoutError)
ON_THE_WAY = frozenset({408, 409, 425, 499, 503, 504})
"""Statuses of proxies and gateways, too: without Jira's own words they do not say what became of a write."""
STOPPED_WAITING = frozenset({408, 499, 504})
"""Those of them that say that somebody on the way stopped waiting, while Jira may still be at work."""
FIX_ACCOUNT = (
    "Check JIRA_EMAIL and JIRA_API_TOKEN (or JIRA_TOKEN, which counts if one of them is not set): a token expires "
    "within a year. A scoped token works only with JIRA_URL=https://api.atlassian.com/ex/jira/<cloud id>."
)
FIX_SCOPES = (
    "Make an API token with the scopes read:jira-work, write:jira-work and read:jira-user, and set JIRA_API_TOKEN to "
    "it."
)
FIX_CAPTCHA = "Sign in to Jira in a browser once as the bot's account and solve the CAPTCHA, then check its token."
FIX_PERMISSION = (
    "Give the bot's Jira account the permissions that it needs in the project, and its token the scopes; "
    "`devrequest doctor` says which are missing."
)
FIX_ON_THE_WAY = " If none is, a proxy or a firewall on the way refuses it."
FIX_ADDRESS = (
    "Check JIRA_URL: it must be the address of Jira's API itself, such as https://example.atlassian.net; if there is a "
    "proxy on the way, look at what it refuses."
)
FIX_CERTIFICATE = "Make the certificate of JIRA_URL trusted on this machine (REQUESTS_CA_BUNDLE)."


def failure(error: Exception, operation: str, *, write: bool, secrets: Iterable[str] = ()) -> TrackerError:
    """The error by recovery for what the client raised.

    Args:
        error: one of `EXPECTED`.
        operation: of the port.
        write: whether a request that got through may have changed something.
        secrets: never to appear in the reason.
    """
    response = getattr(error, "response", None)
    if isinstance(error, JIRAError) and response is not None and response.status_code >= 400:
        return _refused(response, operation, write=write, secrets=secrets)
    return _broken(error, operation, write=write)


def _refused(response: requests.Response, operation: str, *, write: bool, secrets: Iterable[str]) -> TrackerError:
    """The error for an answer with a status of 400 or more."""
    status, headers = response.status_code, response.headers
    body = _json(response)
    fields = {str(name): _shown(text, secrets) for name, text in _mapping(body.get("errors")).items()}
    words = _shown("; ".join([*_messages(body), *fields.values()]), secrets)
    reason = words or f"HTTP {status}"
    told_to_wait = headers.get("Retry-After")
    if write and status in ON_THE_WAY and not _is_of_jira(body):
        after = seconds_asked_for(told_to_wait, 0.0)
        return Ambiguous(NAME, operation, reason, status, after=after, pending=status in STOPPED_WAITING)
    if status == 429 or (status == 503 and told_to_wait):
        return Throttled.told(NAME, operation, told_to_wait)
    if status in {400, 422} and words:
        return Rejected(NAME, operation, reason, status, fields)
    if status == 413:
        return Rejected(NAME, operation, "it is too large for Jira", status)
    if "AUTHENTICATION_DENIED" in headers.get("X-Seraph-LoginReason", ""):
        return Misconfigured(NAME, operation, "Jira wants a CAPTCHA to be solved", status, FIX_CAPTCHA)
    if status == 401 and "scope" in words:
        return Misconfigured(NAME, operation, "the token lacks a scope", status, FIX_SCOPES)
    if status == 401:
        return Misconfigured(NAME, operation, "Jira does not accept the token", status, FIX_ACCOUNT)
    if status == 403:
        return Misconfigured(NAME, operation, reason, status, FIX_PERMISSION + ("" if words else FIX_ON_THE_WAY))
    if status == 404:
        return NotFound(NAME, operation, reason, status)
    if status == 410:
        return Unsupported(NAME, operation, reason, status)
    if status in {408, 409, 425, 499}:
        return NotSent(NAME, operation, reason, status)
    if status < 500:
        return Misconfigured(NAME, operation, reason, status, FIX_ADDRESS)
    return (Ambiguous if write else NotSent)(NAME, operation, reason, status)


def _broken(error: Exception, operation: str, *, write: bool) -> TrackerError:
    """The error where no sensible answer came."""
    match error:
        case requests.TooManyRedirects() if write:
            reason = "Jira answers from another address"  # a gateway may say so after Jira did it; a look-up will tell
        case requests.TooManyRedirects():
            return Misconfigured(NAME, operation, "Jira answers from another address", None, FIX_ADDRESS)
        case (
            requests.exceptions.InvalidURL()
            | requests.exceptions.MissingSchema()
            | requests.exceptions.InvalidSchema()
            | requests.exceptions.InvalidProxyURL()
            | urllib3_errors.LocationValueError()
        ):
            return Misconfigured(NAME, operation, "that is no address", None, FIX_ADDRESS)
        case requests.exceptions.InvalidHeader() | UnicodeEncodeError():
            return Misconfigured(NAME, operation, "the token has characters that no token has", None, FIX_ACCOUNT)
        case requests.exceptions.SSLError() if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return Misconfigured(NAME, operation, "Jira's certificate is not trusted", None, FIX_CERTIFICATE)
        case requests.ConnectTimeout() | requests.exceptions.ProxyError():
            return NotSent(NAME, operation, "no connection")
        case requests.ConnectionError() if _never_connected(error):
            return NotSent(NAME, operation, "no connection")
        case requests.exceptions.JSONDecodeError() | ValueError() | TypeError() | KeyError() | AttributeError():
            reason = "an answer that makes no sense"
        case _ if write and _timed_out(error):
            return Ambiguous(NAME, operation, "no answer in time", pending=True)
        case requests.Timeout():
            reason = "no answer in time"
        case _:
            reason = "the connection broke"
    return (Ambiguous if write else NotSent)(NAME, operation, reason)


def _timed_out(error: BaseException) -> bool:
    """Whether we stopped waiting for an answer; while its body is read, a timeout comes as a broken connection."""
    causes = (error, *error.args)
    return isinstance(error, requests.Timeout | TimeoutError) or any(
        isinstance(cause, urllib3_errors.ReadTimeoutError) for cause in causes
    )


def _is_of_jira(body: Mapping[str, Any]) -> bool:
    """Whether a refusal is in the words of Jira itself, and so says what was done."""
    return bool(_mapping(body.get("errors")) or body.get("errorMessages"))


def _never_connected(error: BaseException) -> bool:
    """Whether a failure happened before anything was sent."""
    causes = [error, *error.args]
    causes += [getattr(cause, "reason", None) for cause in causes]
    return any(isinstance(cause, NEVER_CONNECTED) for cause in causes)


def _json(response: requests.Response) -> Mapping[str, Any]:
    try:
        return _mapping(response.json())
    except ValueError:
        return {}


def _messages(body: Mapping[str, Any]) -> list[str]:
    """What Jira says beside its fields, in the shapes that it is known to use."""
    messages = body.get("errorMessages")
    found = [str(entry) for entry in messages] if isinstance(messages, list) else []
    return found + [str(body[name]) for name in ("message", "errorMessage") if body.get(name)]


def _shown(text: object, secrets: Iterable[str]) -> str:
    """One short line without secrets."""
    line = " ".join(str(text).split())
    for secret in secrets:
        if secret:
            line = line.replace(secret, "…")
    return re.sub(r"//[^/\s@]+@", "//…@", line)[:300]


def _mapping(raw: object) -> Mapping[str, Any]:
    return raw if isinstance(raw, Mapping) else {}
