"""The shape of what Slack sends, as far as we rely on it: beyond this point nothing is missing or of another type."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

Values = dict[str, dict[str, "Value"]]


class Shape(BaseModel):
    """Keys that we do not name may be there and may be anything."""

    model_config = ConfigDict(strict=True)


class Identified(Shape):
    """Somebody or something with an id."""

    id: str = Field(min_length=1)


class Option(Shape):
    """A chosen option."""

    value: str | None = None


class RichText(Shape):
    """A block of rich text, or a part of one."""

    type: str
    elements: list["RichText"] | None = None
    style: dict[str, Any] | str | None = None
    indent: int | None = None
    text: str | None = None
    url: str | None = None


class Value(Shape):
    """What stands in an input, or was chosen in it."""

    value: str | None = None
    selected_option: Option | None = None
    selected_options: list[Option] | None = None
    selected_date: str | None = None
    selected_user: str | None = None
    selected_users: list[str] | None = None
    files: list[Identified] | None = None
    rich_text_value: RichText | None = None


class State(Shape):
    """What stands in the inputs of a view."""

    values: Values = {}


class Block(Shape):
    """A block of a view."""

    type: str
    block_id: str = ""
    element: dict[str, Any] | None = None


class View(Identified):
    """A modal."""

    type: Literal["modal", "home"]
    root_view_id: str | None = None
    callback_id: str | None = None
    private_metadata: str | None = None
    hash: str | None = None
    blocks: list[Block] = []
    state: State | None = None


class Origin(Shape):
    """What the library reads in every payload, whatever its type."""

    team: Identified | None = None
    enterprise: Identified | None = None
    channel: Identified | None = None
    view: View | None = None
    response_url: str | None = None
    response_urls: list[dict[str, Any]] = []


class Command(Shape):
    """A slash command."""

    command: str
    user_id: str = Field(min_length=1)
    trigger_id: str
    channel_id: str = ""
    text: str = ""
    response_url: str = ""
    team_id: str = ""
    enterprise_id: str | None = None


class Press(Shape):
    """One button pressed, or one answer given."""

    action_id: str
    block_id: str = ""
    value: str | None = None
    selected_option: Option | None = None


class Container(Shape):
    """What an element stands in."""

    type: str = ""


class Actions(Origin):
    """Somebody pressed, chose or typed something, in a view or a message; what is said to stand in a view has one."""

    type: Literal["block_actions"]
    user: Identified
    actions: list[Press] = Field(min_length=1)
    trigger_id: str
    container: Container | None = None

    @model_validator(mode="after")
    def _view_is_there(self) -> Self:
        if self.container is not None and self.container.type == "view" and self.view is None:
            raise ValueError("an element of a view, without the view")
        return self


class Suggestion(Origin):
    """A menu asks for its options."""

    type: Literal["block_suggestion"]
    user: Identified
    action_id: str
    block_id: str
    value: str = ""


class Submitted(Origin):
    """Submit or Cancel was pressed."""

    type: Literal["view_submission", "view_closed"]
    user: Identified
    view: View


class Shortcut(Origin):
    """The global shortcut."""

    type: Literal["shortcut"]
    user: Identified
    callback_id: str
    trigger_id: str


class Message(Shape):
    """A message that somebody picked a shortcut on."""

    ts: str
    text: str | None = None
    user: str | None = None
    username: str | None = None
    thread_ts: str | None = None
    attachments: list[dict[str, Any]] | None = None


class MessageShortcut(Origin):
    """The message shortcut."""

    type: Literal["message_action"]
    user: Identified
    callback_id: str
    trigger_id: str
    channel: Identified
    message: Message
    message_ts: str = ""


class Event(Shape):
    """What happened. Whoever did it is an id; in events that we never asked for it may be anything."""

    type: str
    user: str | dict[str, Any] | None = None
    channel: str | dict[str, Any] | None = None
    tab: str | None = None


class Happened(Shape):
    """The envelope of an event (https://docs.slack.dev/apis/events-api)."""

    type: Literal["event_callback"]
    event: Event
    team_id: str | None = None
    enterprise_id: str | None = None


class Verification(Shape):
    """Slack asks whether an address is ours (https://docs.slack.dev/reference/events/url_verification)."""

    type: Literal["url_verification"]
    challenge: str


Interaction = Annotated[
    Actions | Suggestion | Submitted | Shortcut | MessageShortcut | Happened | Verification,
    Field(discriminator="type"),
]
_INTERACTION: TypeAdapter[Any] = TypeAdapter(Interaction)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ALWAYS_IN_VIEWS = frozenset({"block_suggestion"})


def cleaned(payload: Any) -> Any:
    """A payload whose texts every database takes: without NUL and halves of characters, which Slack never sends."""
    if isinstance(payload, str):
        return payload if payload.isascii() and "\x00" not in payload else _UNSTORABLE.sub("\ufffd", payload)
    if isinstance(payload, dict):
        return {cleaned(key): cleaned(value) for key, value in payload.items()}
    return [cleaned(value) for value in payload] if isinstance(payload, list) else payload


def understood(payload: object) -> bool:
    """Whether a payload has the shape that Slack documents for its kind; kinds that we never asked for have none.

    https://docs.slack.dev/interactivity/handling-user-interaction and .../implementing-slash-commands
    """
    if not isinstance(payload, dict):
        return False
    try:
        if "command" in payload:
            Command.model_validate(payload)
        elif "type" in payload:
            shape = _INTERACTION.validate_python(payload)
            return shape.type not in _ALWAYS_IN_VIEWS or shape.view is not None
        else:
            return "ssl_check" in payload
    except (ValidationError, RecursionError):
        return False
    return True


def first_input(payload: Mapping[str, Any]) -> str:
    """The block id of a view's first input; empty if there is none, or no view."""
    view = payload.get("view")
    blocks = view.get("blocks") if isinstance(view, dict) else None
    for block in blocks if isinstance(blocks, list) else []:
        if isinstance(block, dict) and block.get("type") == "input" and isinstance(block.get("block_id"), str):
            return str(block["block_id"])
    return ""
