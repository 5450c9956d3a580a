"""The Web API: one function a method, grouped as Slack's reference groups them."""

from sandbox.slack.api import chat, conversations, files, users, views
from sandbox.slack.api.call import Call, Method

METHODS: dict[str, Method] = {
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **users.METHODS,
    **views.METHODS,
}
"""Method name → what it does."""

__all__ = ["METHODS", "Call", "Method"]
