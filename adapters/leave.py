"""Whether what is on its way out may leave still: a process that was stopped for long may do nothing when it wakes."""

from collections.abc import Callable
from contextvars import ContextVar


def _always() -> bool:
    return True


may_leave: ContextVar[Callable[[], bool]] = ContextVar("may_leave", default=_always)
"""Asked in any thread before a write is sent; set where a piece of work begins that others may take over."""
