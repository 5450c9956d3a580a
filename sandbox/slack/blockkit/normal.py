"""What Slack adds to blocks that it accepted: ids and the defaults of text objects."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from sandbox.slack.model import Json

WITHOUT_TEXT_OBJECTS = frozenset({"rich_text"})


def normalised(content: Json, new_id: Callable[[], str]) -> Json:
    """A deep copy of a view (or `{"blocks": […]}`) with every block_id, action_id and text default filled in."""
    out = deepcopy(content)
    out.setdefault("blocks", [])
    for key in ("title", "submit", "close"):
        _texts(out.get(key))
    for block in out["blocks"]:
        _block(block, new_id)
    return out


def _block(block: Json, new_id: Callable[[], str]) -> None:
    block["block_id"] = block.get("block_id") or new_id()
    if block["type"] in WITHOUT_TEXT_OBJECTS:
        return
    _texts(block)
    elements = [block.get("element"), block.get("accessory")]
    if block["type"] in ("actions", "context_actions"):
        elements += block["elements"]
    elements += block.get("actions", [])
    for element in elements:
        if isinstance(element, dict) and element.get("type") != "image":
            element["action_id"] = element.get("action_id") or new_id()
    if block["type"] == "input":
        block.setdefault("optional", False)
        block.setdefault("dispatch_action", False)
    for child in block.get("child_blocks", []):
        _block(child, new_id)


def _texts(node: Any) -> None:
    if isinstance(node, list):
        for item in node:
            _texts(item)
    elif isinstance(node, dict):
        if node.get("type") == "plain_text" and "text" in node:
            node.setdefault("emoji", True)
        elif node.get("type") == "mrkdwn":
            node.setdefault("verbatim", False)
        elif node.get("type") != "rich_text":
            for item in node.values():
                _texts(item)
