"""Where blocks stand, and what is chosen in them: a message, a modal or a home tab, as one person sees it."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.page.words import Eyes
from sandbox.slack.elements import STATE, TYPED, Placed
from sandbox.slack.model import Json, Message, User, View
from sandbox.slack.workspace import SlackWorkspace


@dataclass(frozen=True, slots=True)
class Surface:
    """Where blocks stand.

    Attributes:
        workspace: for names.
        user: who looks.
        where: how the browser names it: `view:V01…` or `message:C0WEB:1700000000.000001`.
        values: what is chosen, `{block_id: {action_id: value object}}`.
        errors: what is wrong at an input, `{block_id: words}`.
    """

    workspace: SlackWorkspace
    user: User
    where: str
    values: dict[str, dict[str, Json]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_view(cls, workspace: SlackWorkspace, view: View) -> "Surface":
        """A modal or a home tab."""
        return cls(workspace, workspace.user(view.user), f"view:{view.id}", view.values, view.errors)

    @classmethod
    def of_message(cls, workspace: SlackWorkspace, user: User, message: Message) -> "Surface":
        """A message."""
        where = f"message:{message.channel}:{message.ts}"
        return cls(workspace, user, where, workspace.message_values(message))

    @property
    def eyes(self) -> Eyes:
        """Who reads."""
        return Eyes(self.workspace, self.zone, self.workspace.clock.now())

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of who looks."""
        return ZoneInfo(self.user.tz)

    def chosen(self, one: Placed) -> Any:
        """The value of an element, as its state keeps it."""
        slot = STATE[one.type]
        return self.values.get(one.block_id, {}).get(one.action_id, {}).get(slot.key, slot.empty)

    def id(self, one: Placed, part: str = "") -> str:
        """An id for a part of the page, the same as long as it is the same element."""
        name = f"{self.where}/{one.block_id}/{one.action_id}"
        return f"e{sha256(name.encode('utf-8', 'replace')).hexdigest()[:10]}{part}"


def dispatch_of(one: Placed) -> str | None:
    """When the browser tells the bot of a change: `change`, `enter`, `character`, both of these, or never."""
    if not one.is_input:
        return "change"
    if not one.block.get("dispatch_action"):
        return None
    if one.type not in TYPED:
        return "change"
    on = one.element.get("dispatch_action_config", {}).get("trigger_actions_on", ["on_enter_pressed"])
    names = {"on_enter_pressed": "enter", "on_character_entered": "character"}
    return " ".join(names[name] for name in on)
