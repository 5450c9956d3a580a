"""What Slack is answered when somebody hands in a form, and who it was."""

from collections.abc import Mapping
from typing import Any

from bot.domain.request import Requester

Json = dict[str, Any]
ANSWER_WITHIN = 2.6
"""Seconds: Slack waits three, and the answer has a way to go."""


def update(view: Json) -> Json:
    """Another view takes the place of the form."""
    return {"response_action": "update", "view": view}


def errors(by_block: Mapping[str, str]) -> Json:
    """The form stays open as it is, with a sentence at each of these blocks; with none Slack would close it."""
    return {"response_action": "errors", "errors": dict(by_block)}


def requester(body: Mapping[str, Any]) -> Requester:
    """Who handed the form in."""
    user = body["user"]
    return Requester(id=str(user["id"]), name=str(user.get("name") or user.get("username") or ""))
