"""What Slack takes, and what we allow ourselves: a strict check of finished views and messages.

Lengths are counted in UTF-16 units, the strictest reading. Only blocks and elements that we use are known; anything
else is a defect. Sources: Slack's references of views, blocks, block elements and composition objects, and the types
of @slack/types where these differ (an option's value: 75).
"""

import json
from collections.abc import Collection, Mapping
from typing import Any

from bot.slack.views.rendered import characters
from tests.slack.limits_elements import check_element, check_rich
from tests.slack.limits_texts import Defects, Json, check_count, check_either, check_keys, check_plain, check_text

VIEW_BLOCKS = 100
VIEW_BYTES = 250_000
MESSAGE_BLOCKS = 50
MESSAGE_TEXT = 9_500
"""Characters of all texts of a message: Slack refuses it somewhere above 11,000, and says so nowhere."""
FALLBACK = 3_000

_BLOCKS: Mapping[str, tuple[set[str], set[str]]] = {  # type → required keys, further keys
    "section": ({"text"}, {"accessory"}),
    "context": ({"elements"}, set()),
    "actions": ({"elements"}, set()),
    "divider": (set(), set()),
    "image": ({"slack_file", "alt_text"}, {"title"}),
    "rich_text": ({"elements"}, set()),
    "table": ({"rows"}, {"column_settings"}),
    "input": ({"label", "element"}, {"hint", "optional", "dispatch_action"}),
}


def view_defects(view: Json, mentions: Collection[str] = ()) -> list[str]:
    """What Slack would refuse in a modal, or what we do not allow ourselves; one line each.

    It may mention these people and nobody else.
    """
    return [*_view(view), *_mentions(view.get("blocks"), mentions)]


def home_defects(view: Json) -> list[str]:
    """What Slack would refuse as an app's Home, likewise; it mentions nobody."""
    blocks = view.get("blocks") or []
    found = [f"{key}: unknown" for key in sorted(set(view) - {"type", "blocks", "private_metadata", "callback_id"})]
    if view.get("type") != "home":
        found.append("type: is no home")
    found += _blocks(blocks, VIEW_BLOCKS)
    found += [f"blocks[{number}]: an input" for number, block in enumerate(blocks) if block.get("type") == "input"]
    if len(json.dumps(view, ensure_ascii=False).encode("utf-8", "replace")) > VIEW_BYTES:
        found.append(f"view: more than {VIEW_BYTES} bytes")
    return [*found, *_mentions(blocks, ())]


def message_defects(text: str, blocks: list[Any], mentions: Collection[str] = ()) -> list[str]:
    """The same for a message; it may mention these people and nobody else."""
    checks = (
        check_text("text", text, FALLBACK),
        _blocks(blocks, MESSAGE_BLOCKS),
        _total(blocks),
        _mentions(blocks, mentions),
    )
    return [defect for check in checks for defect in check]


def _mentions(blocks: Any, allowed: Collection[str]) -> Defects:
    for user in sorted(mentioned(blocks) - set(allowed)):
        yield f"blocks: mentions {user}"


def mentioned(node: Any) -> set[str]:
    """The ids of the people whom blocks mention."""
    if isinstance(node, dict):
        found = {str(node["user_id"])} if node.get("type") == "user" else set[str]()
        return found.union(*map(mentioned, node.values()))
    return set[str]().union(*map(mentioned, node)) if isinstance(node, list) else set()


def _view(view: Json) -> Defects:
    blocks = view.get("blocks") or []
    if view.get("type") != "modal":
        yield "type: is no modal"
    for key, required in (("title", True), ("submit", False), ("close", False)):
        if required or key in view:
            yield from check_plain(key, view.get(key), 24)
    if "submit" not in view and any(block.get("type") == "input" for block in blocks):
        yield "submit: missing although there are inputs"
    yield from check_text("private_metadata", view.get("private_metadata", ""), 3000, least=0)
    yield from check_text("callback_id", view.get("callback_id", ""), 255)
    yield from _blocks(blocks, VIEW_BLOCKS)
    if len(json.dumps(view, ensure_ascii=False).encode("utf-8", "replace")) > VIEW_BYTES:
        yield f"view: more than {VIEW_BYTES} bytes"


def _blocks(blocks: list[Any], most: int) -> Defects:
    if sum(block.get("type") == "table" for block in blocks) > 1:
        yield "blocks: more than one table"
    if not 1 <= len(blocks) <= most:
        yield f"blocks: {len(blocks)} of them, 1 to {most} may be"
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(set(ids)) < len(ids):
        yield "blocks: a block_id comes twice"
    for number, block in enumerate(blocks):
        yield from _block(f"blocks[{number}]", block)


def _block(at: str, block: Json) -> Defects:
    kind = str(block.get("type"))
    if kind not in _BLOCKS:
        yield f"{at}: unknown block {kind}"
        return
    yield from check_keys(at, block, _BLOCKS[kind], {"type", "block_id"})
    if "block_id" in block:
        yield from check_text(f"{at}.block_id", block["block_id"], 255)
    elements = block.get("elements") or []
    match kind:
        case "section":
            yield from check_either(f"{at}.text", block.get("text"), 3000)
            if "accessory" in block:
                yield from check_element(f"{at}.accessory", block["accessory"])
        case "context":
            yield from check_count(at, elements, 10)
            for element in elements:
                yield from check_either(f"{at}.elements", element, 2000)
        case "actions":
            yield from check_count(at, elements, 25)
            actions = [element.get("action_id") for element in elements]
            if len(set(actions)) < len(actions):
                yield f"{at}: an action_id comes twice"
            for element in elements:
                yield from check_element(f"{at}.elements", element)
        case "rich_text":
            yield from check_rich(at, block)
        case "table":
            yield from _table(at, block)
        case "input":
            yield from check_plain(f"{at}.label", block.get("label"), 2000)
            if "hint" in block:
                yield from check_plain(f"{at}.hint", block["hint"], 2000)
            yield from _input(at, block)


def _table(at: str, block: Json) -> Defects:
    """A hundred rows of twenty cells, and ours are texts. All of a message's tables count as one towards its texts."""
    rows = block.get("rows") or []
    yield from check_count(f"{at}.rows", rows, 100)
    for row in rows:
        yield from check_count(f"{at}.rows", row, 20)
        for cell in row:
            yield from check_keys(f"{at}.rows", cell, ({"text"}, set()), {"type"})
            if cell.get("type") != "raw_text":
                yield f"{at}.rows: unknown cell {cell.get('type')}"
            yield from check_text(f"{at}.rows", cell.get("text"), 3000)
    if len({len(row) for row in rows}) > 1:
        yield f"{at}.rows: of different lengths"
    if len(block.get("column_settings") or []) > len(rows[0] if rows else []):
        yield f"{at}.column_settings: for columns that are not there"


def _input(at: str, block: Json) -> Defects:
    element = block.get("element") or {}
    if element.get("type") == "button":
        yield f"{at}.element: a button is no input"
    if element.get("type") == "file_input" and block.get("dispatch_action"):
        yield f"{at}.dispatch_action: a file_input has none"
    yield from check_element(f"{at}.element", element)


def _total(blocks: list[Any]) -> Defects:
    if characters(blocks) > MESSAGE_TEXT:
        yield f"blocks: {characters(blocks)} characters of text, {MESSAGE_TEXT} may be"
