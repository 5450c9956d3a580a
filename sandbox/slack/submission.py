"""Submitting a modal: what is sent, and what Slack does with the bot's answer."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.slack import payloads
from sandbox.slack.blockkit import check_options
from sandbox.slack.delivery import Answer
from sandbox.slack.elements import placed
from sandbox.slack.errors import SlackError
from sandbox.slack.forms import problems
from sandbox.slack.model import Json, Message, User, View
from sandbox.slack.workspace import SlackWorkspace

TROUBLE = "We had some trouble connecting. Try again?"
"""What Slack's client shows in a modal when the app did not answer as it should."""


@dataclass(slots=True)
class Outcome:
    """What came of an action.

    Attributes:
        acknowledged: the bot answered 200 (or acked the envelope) within 3 seconds.
        problem: Slack's error if not: `operation_timeout`, `dispatch_failed`, `http_client_error` or
            `http_service_error`.
        payload: what was sent to the bot; None if Slack's client refused the action before sending anything.
        answer: the JSON body of the bot's answer, if there was one.
        errors: `{block_id: text}` at the inputs, by the client itself or by the bot's `response_action: errors`.
        notice: the general words shown to the person, if something went wrong.
        messages: messages that appeared because of the answer (of a slash command).
    """

    acknowledged: bool
    problem: str | None = None
    payload: Json | None = None
    answer: Any = None
    errors: dict[str, str] = field(default_factory=dict)
    notice: str | None = None
    messages: list[Message] = field(default_factory=list)

    @classmethod
    def of(cls, answer: Answer, payload: Json) -> "Outcome":
        """The outcome of a delivery."""
        return cls(answer.acknowledged, answer.problem, payload, answer.body)


def payload(workspace: SlackWorkspace, user: User, view: View) -> Json | None:
    """The view_submission of a view as it is filled in; None, with `view.errors` set, if the client refuses."""
    view.errors, view.notice = problems(view), None
    workspace.changed()
    if view.errors:
        return None
    urls = []
    for one in placed(view.blocks):
        if one.is_input and one.element.get("response_url_enabled"):
            value = view.values[one.block_id][one.action_id]
            if channel := value.get("selected_conversation") or value.get("selected_channel"):
                url = workspace.new_response_url(channel, user.id)
                named = {"block_id": one.block_id, "action_id": one.action_id, "channel_id": channel}
                urls.append({**named, "response_url": url})
    return payloads.view_submission(workspace, user, view, urls)


def carry_out(workspace: SlackWorkspace, view: View, answer: Answer, sent: Json) -> Outcome:
    """Do what the answer to a view_submission says: close, errors, update, push, clear."""
    outcome = Outcome.of(answer, sent)
    if not answer.acknowledged:
        outcome.notice = view.notice = TROUBLE
    else:
        try:
            outcome.errors = _respond(workspace, view, answer.body)
        except SlackError as error:
            workspace.complain("answer to view_submission", error)
            outcome.notice = view.notice = TROUBLE
    workspace.changed()
    return outcome


def suggested(workspace: SlackWorkspace, answer: Answer) -> Json:
    """The checked `{"options": …}` or `{"option_groups": …}` of an answer; `{}` if it is unusable."""
    if not answer.acknowledged:
        return {}
    try:
        return check_options(answer.body)
    except SlackError as error:
        workspace.complain("answer to block_suggestion", error)
        return {}


def _respond(workspace: SlackWorkspace, view: View, body: Any) -> dict[str, str]:
    windows = workspace.windows
    if not body:
        windows.close(view)
        return {}
    action = body.get("response_action") if isinstance(body, dict) else None
    if action == "clear":
        windows.clear(view.user)
    elif action == "update":
        windows.answer_update(view, body.get("view"))
    elif action == "push":
        windows.answer_push(view, body.get("view"))
    elif action == "errors":
        return _errors(view, body.get("errors"))
    else:
        raise SlackError("invalid_response_action")
    return {}


def _errors(view: View, errors: Any) -> dict[str, str]:
    inputs = {one.block_id for one in placed(view.blocks) if one.is_input}
    if (
        not isinstance(errors, dict)
        or not errors
        or not all(isinstance(text, str) and text for text in errors.values())
    ):
        raise SlackError("invalid_errors")
    if strangers := sorted(set(errors) - inputs):
        raise SlackError("invalid_errors", [f"[ERROR] not an input block: {name}" for name in strangers])
    view.errors = dict(errors)
    return dict(errors)
