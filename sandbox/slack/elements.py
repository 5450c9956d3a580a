"""The interactive elements of Block Kit: where they stand, and what their state looks like."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.slack.model import Json


@dataclass(frozen=True, slots=True)
class Slot:
    """Where an element keeps its value: the key in the state, the key of its initial value, the value when empty."""

    key: str
    initial: str
    empty: Any = None


STATE: dict[str, Slot] = {
    "plain_text_input": Slot("value", "initial_value"),
    "email_text_input": Slot("value", "initial_value"),
    "url_text_input": Slot("value", "initial_value"),
    "number_input": Slot("value", "initial_value"),
    "rich_text_input": Slot("rich_text_value", "initial_value"),
    "datepicker": Slot("selected_date", "initial_date"),
    "timepicker": Slot("selected_time", "initial_time"),
    "datetimepicker": Slot("selected_date_time", "initial_date_time"),
    "static_select": Slot("selected_option", "initial_option"),
    "external_select": Slot("selected_option", "initial_option"),
    "radio_buttons": Slot("selected_option", "initial_option"),
    "users_select": Slot("selected_user", "initial_user"),
    "conversations_select": Slot("selected_conversation", "initial_conversation"),
    "channels_select": Slot("selected_channel", "initial_channel"),
    "multi_static_select": Slot("selected_options", "initial_options", []),
    "multi_external_select": Slot("selected_options", "initial_options", []),
    "checkboxes": Slot("selected_options", "initial_options", []),
    "multi_users_select": Slot("selected_users", "initial_users", []),
    "multi_conversations_select": Slot("selected_conversations", "initial_conversations", []),
    "multi_channels_select": Slot("selected_channels", "initial_channels", []),
    "file_input": Slot("files", "", []),
}
"""Elements that keep a value in `view.state.values` (Slack's block element reference)."""

TYPED = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input"})
"""Elements that one types into: with dispatch_action they speak up on Enter, not on every choice."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An element in its block."""

    block: Json
    element: Json

    @property
    def block_id(self) -> str:
        """The block's id."""
        return str(self.block["block_id"])

    @property
    def action_id(self) -> str:
        """The element's id."""
        return str(self.element.get("action_id", ""))

    @property
    def type(self) -> str:
        """The element's type."""
        return str(self.element["type"])

    @property
    def is_input(self) -> bool:
        """Whether it stands in an input block."""
        return bool(self.block["type"] == "input")


def placed(blocks: list[Json]) -> Iterator[Placed]:
    """All interactive elements of some blocks, in reading order."""
    for block in blocks:
        kind = block["type"]
        if kind == "input":
            yield Placed(block, block["element"])
        elif kind in ("actions", "context_actions"):
            yield from (Placed(block, element) for element in block["elements"])
        elif kind == "section" and block.get("accessory", {}).get("type", "image") != "image":
            yield Placed(block, block["accessory"])
        elif kind == "card":
            yield from (Placed(block, element) for element in block.get("actions", []))
        elif kind == "carousel":
            yield from placed([{"block_id": block["block_id"], **card} for card in block["elements"]])
        elif kind == "container":
            yield from placed(block["child_blocks"])


def initial_value(element: Json, channel: str | None = None) -> Json:
    """The value object of an element that nobody has touched; `channel` is the current conversation."""
    slot = STATE[element["type"]]
    value = {"type": element["type"], slot.key: element.get(slot.initial, slot.empty)}
    if channel and element.get("default_to_current_conversation") and slot.initial not in element:
        value[slot.key] = [channel] if isinstance(slot.empty, list) else channel
    if element["type"] == "timepicker" and "timezone" in element:
        value["timezone"] = element["timezone"]
    return value


def initial_values(blocks: list[Json], channel: str | None = None) -> dict[str, dict[str, Json]]:
    """`{block_id: {action_id: value object}}` of untouched blocks."""
    values: dict[str, dict[str, Json]] = {}
    for one in placed(blocks):
        if one.type in STATE:
            values.setdefault(one.block_id, {})[one.action_id] = initial_value(one.element, channel)
    return values


def kept_values(
    blocks: list[Json], before: dict[str, dict[str, Json]], channel: str | None = None
) -> dict[str, dict[str, Json]]:
    """The values after an update: what was typed stays only where block_id and action_id both stayed the same."""
    values = initial_values(blocks, channel)
    for block_id, actions in values.items():
        for action_id, fresh in actions.items():
            old = before.get(block_id, {}).get(action_id)
            if old is not None and old["type"] == fresh["type"]:
                actions[action_id] = old
    return values


def options_of(element: Json) -> list[Json]:
    """All options of an element, those in groups included."""
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]
