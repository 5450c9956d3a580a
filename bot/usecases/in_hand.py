"""Which request the code that runs now is about; the log reads it."""

from contextvars import ContextVar

request_in_hand: ContextVar[str] = ContextVar("request_in_hand", default="")
"""The request id. Set where work on a request begins, and never set back: each task works on one request."""
