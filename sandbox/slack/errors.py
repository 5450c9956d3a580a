"""The one way in which a method of the Web API says no."""

from typing import Any


class SlackError(Exception):
    """A refusal, as Slack words it: `{"ok": false, "error": code}`.

    Attributes:
        code: Slack's error code, such as `channel_not_found`.
        messages: what stands in `response_metadata.messages`; with invalid blocks one line for each defect.
        extra: further members of the answer, such as `needed` and `provided` of `missing_scope`.
    """

    def __init__(self, code: str, messages: list[str] | None = None, **extra: Any) -> None:
        super().__init__(": ".join([code, *(messages or [])]))
        self.code = code
        self.messages = messages or []
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """The JSON answer."""
        metadata = {"response_metadata": {"messages": self.messages}} if self.messages else {}
        return {"ok": False, "error": self.code, **self.extra, **metadata}


def invalid_arguments(*messages: str) -> SlackError:
    """`invalid_arguments` with Slack's `[ERROR] …` lines."""
    return SlackError("invalid_arguments", [f"[ERROR] {message}" for message in messages])
