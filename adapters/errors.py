"""What can go wrong with a tracker, sorted by what to do next.

    TrackerError
    ├── Rejected        the person can mend it: a field and a reason          back to the person
    ├── Throttled       too many calls: wait `after` seconds                  try again then
    ├── NotSent         nothing reached the tracker                           try again freely
    ├── Ambiguous       it may have worked, or may yet (`pending`)            look it up, then try again
    ├── Misconfigured   token, permission, project: an operator mends it      park, tell the operators
    ├── NotFound        no such ticket, or none that we may see               decide by what was asked
    └── Unsupported     this tracker cannot do that                           offer something else

A faulty configuration file or environment is no `TrackerError`: code that recovers from trackers must not swallow it.
"""

import math
from typing import Self

A_MINUTE, A_DAY = 60.0, 86_400.0


def seconds_asked_for(retry_after: str | None, otherwise: float = A_MINUTE) -> float:
    """How long a `Retry-After` header says to wait: seconds, a day at most.

    Args:
        retry_after: the header; None if there is none.
        otherwise: what it stands for if it is none, a date, or no number that one can wait for.
    """
    try:
        seconds = float(retry_after or otherwise)
    except ValueError:
        return otherwise
    return min(max(0.0, seconds), A_DAY) if math.isfinite(seconds) else otherwise


class TrackerError(Exception):
    """A tracker did not do what it was asked.

    Attributes:
        tracker: the tracker's name, `jira` or `asana`.
        operation: what was asked, a method name of the port.
        reason: the vendor's own words, short and free of secrets; for logs and operators.
        status: the HTTP status, None if there was no answer.
    """

    def __init__(self, tracker: str, operation: str, reason: str, status: int | None = None) -> None:
        super().__init__(f"{tracker} {operation}: {reason}" + (f" (HTTP {status})" if status else ""))
        self.tracker = tracker
        self.operation = operation
        self.reason = reason
        self.status = status


TITLE = "title"
"""Under this id of a template's field the title of a ticket was sent."""


class Rejected(TrackerError):
    """The tracker refused what somebody wrote.

    Attributes:
        fields: the tracker's field, by name as people know it → its reason. Empty if it named none; under an empty name
            what it said beside those that it named.
        sources: ids of the template's fields that were sent as those → the same reasons, so that a form can show them.
            Where there are any, the reasons that belong to none of them stand under an empty id.
        dispensable: all that it names is nothing but a second place for what stands in the text, and is closed to us
            whatever is written into it: the rest can be written without.
    """

    def __init__(
        self,
        tracker: str,
        operation: str,
        reason: str,
        status: int | None = None,
        fields: dict[str, str] | None = None,
        sources: dict[str, str] | None = None,
        *,
        dispensable: bool = False,
    ) -> None:
        super().__init__(tracker, operation, reason, status)
        self.fields = fields or {}
        self.sources = sources or {}
        self.dispensable = dispensable


class Throttled(TrackerError):
    """Too many calls; nothing was done.

    Attributes:
        after: seconds to wait, as the tracker said, or a guess of ours.
    """

    def __init__(self, tracker: str, operation: str, reason: str, status: int | None = None, after: float = 60) -> None:
        super().__init__(tracker, operation, reason, status)
        self.after = after

    @classmethod
    def told(cls, tracker: str, operation: str, retry_after: str | None) -> Self:
        """From a `Retry-After` header: seconds, a day at most; a minute if it is a date, nothing or nonsense."""
        return cls(tracker, operation, "too many requests", 429, seconds_asked_for(retry_after))


class NotSent(TrackerError):
    """Nothing reached the tracker: no connection, or it said that it did nothing."""


class Ambiguous(TrackerError):
    """The request left, the answer did not come or made no sense: it may have worked.

    Attributes:
        after: seconds to wait that somebody on the way asked for, 0 if nobody did.
        pending: it may still be worked on: we, or somebody on the way, stopped waiting before the tracker had answered.
    """

    def __init__(
        self,
        tracker: str,
        operation: str,
        reason: str,
        status: int | None = None,
        *,
        after: float = 0.0,
        pending: bool = False,
    ) -> None:
        super().__init__(tracker, operation, reason, status)
        self.after = after
        self.pending = pending


class Misconfigured(TrackerError):
    """A token, permission, project, issue type or field is wrong: an operator mends it.

    Attributes:
        fix: one sentence for the operator: what to change and where.
    """

    def __init__(self, tracker: str, operation: str, reason: str, status: int | None = None, fix: str = "") -> None:
        super().__init__(tracker, operation, reason, status)
        self.fix = fix


class NotFound(TrackerError):
    """There is no such ticket, or the token may not see it; trackers do not tell these apart."""


class Unsupported(TrackerError):
    """This tracker, or this plan of it, cannot do what was asked."""
