"""What Slack's client does with inputs: takes values in, and checks them before it sends a form off."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from sandbox.slack.elements import STATE, Placed, options_of, placed
from sandbox.slack.model import Channel, Json, View
from sandbox.slack.uploads import File
from sandbox.slack.workspace import SlackWorkspace

REQUIRED = "Please complete this required field."
LONGEST = 3000
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


class ClientRefusedError(Exception):
    """Slack's client would not let a person do this: no such button, an option that is not offered."""


def value_object(workspace: SlackWorkspace, element: Json, value: Any, offered: Iterable[Json] = ()) -> Json:
    """The value object after a person typed or chose `value`.

    Args:
        workspace: for people and channels.
        element: the element.
        value: a text, number, option value, id, date, list of these, or None to empty it.
        offered: the options that an external select was given last.

    Raises:
        ClientRefusedError: the element cannot take it.
    """
    kind = element["type"]
    slot = STATE[kind]
    if value is None or value in ("", []):
        return {"type": kind, slot.key: slot.empty}
    if isinstance(slot.empty, list):
        items = value if isinstance(value, list | tuple) else [value]
        most = element.get("max_selected_items", element.get("max_files"))
        if most is not None and len(items) > most:
            raise ClientRefusedError(f"at most {most} can be chosen")
        chosen: Any = [_one(workspace, element, item, offered) for item in items]
    else:
        chosen = _one(workspace, element, value, offered)
    extra = {"timezone": element["timezone"]} if "timezone" in element and kind == "timepicker" else {}
    return {"type": kind, slot.key: chosen, **extra}


def _one(workspace: SlackWorkspace, element: Json, value: Any, offered: Iterable[Json]) -> Any:
    kind = str(element["type"]).removeprefix("multi_")
    if kind in ("static_select", "radio_buttons", "checkboxes", "external_select"):
        return _option([*options_of(element), *offered], value)
    if kind == "users_select":
        if value not in workspace.users or workspace.users[value].deleted:
            raise ClientRefusedError(f"{value} is nobody who can be chosen")
        return value
    if kind in ("conversations_select", "channels_select"):
        return _conversation(workspace, element, str(value))
    if kind == "file_input":
        return _file(value)
    if kind == "rich_text_input":
        return value if isinstance(value, dict) else rich_text(str(value))
    return _typed(element, value)


def _typed(element: Json, value: Any) -> Any:
    kind = element["type"]
    if kind == "datepicker":
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError as error:
            raise ClientRefusedError(f"{value} is no date") from error
    if kind == "timepicker":
        if not TIME.fullmatch(str(value)):
            raise ClientRefusedError(f"{value} is no time")
        return str(value)
    if kind == "datetimepicker":
        return int(value)
    if kind == "plain_text_input" and element.get("multiline"):
        return str(value)
    return " ".join(str(value).splitlines())


def _option(options: list[Json], value: Any) -> Json:
    wanted = value["value"] if isinstance(value, dict) else str(value)
    for option in options:
        if option["value"] == wanted:
            return option
    raise ClientRefusedError(f"{wanted!r} is not offered: {[option['value'] for option in options]}")


def _conversation(workspace: SlackWorkspace, element: Json, channel_id: str) -> str:
    channel = workspace.channels.get(channel_id)
    included = element.get("filter", {}).get("include", ["public", "private", "im", "mpim"])
    if channel is None or channel.is_archived or _kind(channel) not in included:
        raise ClientRefusedError(f"{channel_id} is not offered")
    if element["type"].endswith("channels_select") and (channel.is_private or channel.is_im):
        raise ClientRefusedError(f"{channel_id} is no public channel")
    return channel_id


def _kind(channel: Channel) -> str:
    return "im" if channel.is_im else "private" if channel.is_private else "public"


def _file(value: Any) -> Json:
    if not isinstance(value, File):
        raise ClientRefusedError("a file input takes files that `Person.upload` gave")
    return value.json()


def rich_text(text: str) -> Json:
    """What the client makes of plain words typed into a rich text field."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def problems(view: View) -> dict[str, str]:
    """`{block_id: words}`: why Slack's client would not send this form off."""
    found: dict[str, str] = {}
    for one in placed(view.blocks):
        if not one.is_input:
            continue
        value = view.values[one.block_id][one.action_id][STATE[one.type].key]
        if value in (None, [], ""):
            if not one.block.get("optional"):
                found[one.block_id] = REQUIRED
        elif words := _complaint(one, value):
            found[one.block_id] = words
    return found


def _complaint(one: Placed, value: Any) -> str | None:
    element = one.element
    if one.type == "plain_text_input":
        most, least = element.get("max_length", LONGEST), element.get("min_length", 0)
        if len(value) > most:
            return f"Must be {most} characters or fewer."
        return f"Must be at least {least} characters." if len(value) < least else None
    if one.type == "email_text_input" and not EMAIL.fullmatch(value):
        return "Please enter a valid email address."
    if one.type == "url_text_input":
        parts = urlsplit(value)
        return None if parts.scheme and (parts.netloc or parts.path) else "Please enter a valid URL."
    return _number(element, value) if one.type == "number_input" else None


def _number(element: Json, value: str) -> str | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "Please enter a valid number."
    if not number.is_finite() or (not element["is_decimal_allowed"] and "." in value):
        return "Please enter a whole number." if number.is_finite() else "Please enter a valid number."
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"Must be at least {element['min_value']}."
    if "max_value" in element and number > Decimal(element["max_value"]):
        return f"Must be at most {element['max_value']}."
    return None
