"""The modals and home tabs that people have open: views.open, push, update and publish."""

import json
from copy import deepcopy
from typing import TYPE_CHECKING

from sandbox.slack.blockkit import check_view, normalised
from sandbox.slack.elements import initial_values, kept_values
from sandbox.slack.errors import SlackError, invalid_arguments
from sandbox.slack.model import Json, View
from sandbox.slack.pictures import check_pictures

if TYPE_CHECKING:
    from sandbox.slack.workspace import SlackWorkspace

DEEPEST = 3
"""The most views in a stack of modals (Slack docs, Modals)."""


class Windows:
    """Modal stacks and home tabs, by person.

    Attributes:
        stacks: the modals that a person has open, the one on top last; no entry when none is open.
        homes: the home tabs.
    """

    def __init__(self, workspace: "SlackWorkspace") -> None:
        self._workspace = workspace
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    def top(self, user_id: str) -> View | None:
        """The modal this person looks at."""
        stack = self.stacks.get(user_id)
        return stack[-1] if stack else None

    def find(self, view_id: str) -> View | None:
        """An open view."""
        everywhere = [*self.homes.values(), *(view for stack in self.stacks.values() for view in stack)]
        return next((view for view in everywhere if view.id == view_id), None)

    def open(self, trigger_id: str, content: object) -> View:
        """views.open: a new stack in front of the person who caused the trigger."""
        checked = self._checked(content, "modal")
        trigger = self._workspace.issued.take_trigger(trigger_id)
        view = self._new(trigger.user, checked, trigger.channel)
        self.stacks[trigger.user] = [view]
        self._workspace.changed()
        return view

    def push(self, trigger_id: str, content: object) -> View:
        """views.push: on top of the stack that the trigger was born in."""
        checked = self._checked(content, "modal")
        trigger = self._workspace.issued.take_trigger(trigger_id)
        if trigger.view_id is None or trigger.view_id not in [v.id for v in self.stacks.get(trigger.user, [])]:
            raise SlackError("not_found")
        return self._push(trigger.user, checked)

    def update(self, content: object, view_id: str = "", external_id: str = "", view_hash: str = "") -> View:
        """views.update: replaces an open view; a stale hash is a `hash_conflict`."""
        if not view_id and not external_id:
            raise invalid_arguments("missing required field: view_id or external_id")
        view = self.find(view_id) if view_id else self._external(external_id)
        if view is None:
            raise SlackError("not_found")
        checked = self._checked(content, view.type, but=view)
        if view_hash and view_hash != view.hash:
            raise SlackError("hash_conflict")
        self._replace(view, checked)
        return view

    def publish(self, user_id: str, content: object, view_hash: str = "") -> View:
        """views.publish: a person's home tab."""
        self._workspace.user(user_id)
        if not self._workspace.app.home_tab_enabled:
            raise SlackError("not_enabled")
        home = self.homes.get(user_id)
        checked = self._checked(content, "home", but=home)
        if home is not None and view_hash and view_hash != home.hash:
            raise SlackError("hash_conflict")
        if home is None:
            home = self.homes[user_id] = self._new(user_id, checked)
        else:
            self._replace(home, checked)
        self._workspace.changed()
        return home

    # What an answer to view_submission does.

    def answer_update(self, view: View, content: object) -> None:
        """`response_action: update`."""
        self._replace(view, self._checked(content, "modal", but=view))

    def answer_push(self, view: View, content: object) -> View:
        """`response_action: push`."""
        return self._push(view.user, self._checked(content, "modal"))

    def close(self, view: View, *, by_button: bool = False) -> None:
        """Close one view, by its answer or (`by_button`, where `clear_on_close` counts) by its close button."""
        stack = self.stacks.get(view.user, [])
        if view in stack:
            stack.remove(view)
        if not stack or (by_button and view.content.get("clear_on_close")):
            self.stacks.pop(view.user, None)
        self._workspace.changed()

    def clear(self, user_id: str) -> None:
        """Close all modals of a person."""
        self.stacks.pop(user_id, None)
        self._workspace.changed()

    def json(self, view: View) -> Json:
        """The view object of answers and payloads."""
        app, team = self._workspace.app, self._workspace.team
        content = view.content
        return {
            "id": view.id,
            "team_id": team["id"],
            "type": view.type,
            "blocks": deepcopy(view.blocks),
            "private_metadata": content.get("private_metadata", ""),
            "callback_id": content.get("callback_id", ""),
            "state": {"values": deepcopy(view.values)},
            "hash": view.hash,
            "title": content.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
            "clear_on_close": bool(content.get("clear_on_close")),
            "notify_on_close": bool(content.get("notify_on_close")),
            "close": content.get("close"),
            "submit": content.get("submit"),
            "previous_view_id": view.previous_view_id,
            "root_view_id": view.root_view_id,
            "app_id": app.id,
            "external_id": view.external_id,
            "app_installed_team_id": team["id"],
            "bot_id": app.bot_id,
        } | ({"submit_disabled": True} if content.get("submit_disabled") else {})

    def _push(self, user_id: str, checked: Json) -> View:
        stack = self.stacks[user_id]
        if len(stack) >= DEEPEST:
            raise SlackError("push_limit_reached")
        view = self._new(user_id, checked, stack[0].channel)
        view.root_view_id, view.previous_view_id = stack[0].id, stack[-1].id
        stack.append(view)
        self._workspace.changed()
        return view

    def _new(self, user_id: str, checked: Json, channel: str | None = None) -> View:
        view_id = self._workspace.issued.new_id("V")
        content = normalised(checked, self._workspace.issued.new_block_id)
        return View(
            view_id,
            user_id,
            content,
            self._workspace.issued.new_hash(),
            view_id,
            external_id=str(content.get("external_id", "")),
            channel=channel,
            values=initial_values(content["blocks"], channel),
        )

    def _replace(self, view: View, checked: Json) -> None:
        view.content = normalised(checked, self._workspace.issued.new_block_id)
        view.values = kept_values(view.blocks, view.values, view.channel)
        view.external_id = str(view.content.get("external_id", "")) or view.external_id
        view.errors, view.notice = {}, None
        view.hash = self._workspace.issued.new_hash()
        self._workspace.changed()

    def _external(self, external_id: str) -> View | None:
        everywhere = [*self.homes.values(), *(view for stack in self.stacks.values() for view in stack)]
        return next((view for view in everywhere if view.external_id == external_id), None)

    def _checked(self, content: object, surface: str, but: View | None = None) -> Json:
        if isinstance(content, str):
            try:
                content = json.loads(content)
            except ValueError as error:
                raise invalid_arguments("`view` is not valid JSON") from error
        if not isinstance(content, dict):
            raise invalid_arguments("missing required field: view")
        check_view(content, surface)
        check_pictures(self._workspace.files.values(), content["blocks"], "invalid_arguments", "/view/blocks")
        external_id = str(content.get("external_id", ""))
        if external_id and self._external(external_id) not in (None, but):
            raise SlackError("duplicate_external_id")
        return content
