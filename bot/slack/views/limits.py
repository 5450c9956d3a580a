"""What Slack takes, and what we allow ourselves: a strict check of finished views and messages.

Lengths are counted in UTF-16 units, the strictest reading. Only blocks and elements that we use are known; anything
else is a defect. Sources: Slack's references of views, blocks, block elements and composition objects, and the types
of @slack/types where these differ (an option's value: 75).
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from bot.slack.text import units

Json = Mapping[str, Any]
Defects = Iterator[str]

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
_TYPED = {"initial_value", "placeholder", "dispatch_action_config"}
_ELEMENTS: Mapping[str, tuple[set[str], set[str]]] = {
    "plain_text_input": (set(), {*_TYPED, "multiline", "min_length", "max_length"}),
    "rich_text_input": (set(), _TYPED),
    "url_text_input": (set(), _TYPED),
    "number_input": ({"is_decimal_allowed"}, _TYPED),
    "datepicker": (set(), {"initial_date", "placeholder"}),
    "users_select": (set(), {"initial_user", "placeholder"}),
    "multi_users_select": (set(), {"initial_users", "placeholder"}),
    "static_select": (set(), {"options", "option_groups", "initial_option", "placeholder"}),
    "multi_static_select": (set(), {"options", "option_groups", "initial_options", "placeholder"}),
    "external_select": (set(), {"initial_option", "placeholder", "min_query_length"}),
    "multi_external_select": (set(), {"initial_options", "placeholder", "min_query_length"}),
    "checkboxes": ({"options"}, {"initial_options"}),
    "file_input": (set(), {"filetypes", "max_files"}),
    "button": ({"text"}, {"value", "url", "style"}),
    "overflow": ({"options"}, set()),
}
_MOST_OPTIONS = {"checkboxes": 10, "overflow": 5}
_RICH = {"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}
_RUNS: Mapping[str, str] = {
    "text": "text",
    "link": "url",
    "channel": "channel_id",
    "date": "timestamp",
    "user": "user_id",
}
"""Runs of rich text and the key that each must have. Of what pings only mentions of people are among them."""


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
    checks = _text("text", text, FALLBACK), _blocks(blocks, MESSAGE_BLOCKS), _total(blocks), _mentions(blocks, mentions)
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
            yield from _plain(key, view.get(key), 24)
    if "submit" not in view and any(block.get("type") == "input" for block in blocks):
        yield "submit: missing although there are inputs"
    yield from _text("private_metadata", view.get("private_metadata", ""), 3000, least=0)
    yield from _text("callback_id", view.get("callback_id", ""), 255)
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
    yield from _keys(at, block, _BLOCKS[kind], {"type", "block_id"})
    if "block_id" in block:
        yield from _text(f"{at}.block_id", block["block_id"], 255)
    elements = block.get("elements") or []
    match kind:
        case "section":
            yield from _either(f"{at}.text", block.get("text"), 3000)
            if "accessory" in block:
                yield from _element(f"{at}.accessory", block["accessory"])
        case "context":
            yield from _count(at, elements, 10)
            for element in elements:
                yield from _either(f"{at}.elements", element, 2000)
        case "actions":
            yield from _count(at, elements, 25)
            actions = [element.get("action_id") for element in elements]
            if len(set(actions)) < len(actions):
                yield f"{at}: an action_id comes twice"
            for element in elements:
                yield from _element(f"{at}.elements", element)
        case "rich_text":
            yield from _rich(at, block)
        case "table":
            yield from _table(at, block)
        case "input":
            yield from _plain(f"{at}.label", block.get("label"), 2000)
            if "hint" in block:
                yield from _plain(f"{at}.hint", block["hint"], 2000)
            yield from _input(at, block)


def _table(at: str, block: Json) -> Defects:
    """A hundred rows of twenty cells, and ours are texts. All of a message's tables count as one towards its texts."""
    rows = block.get("rows") or []
    yield from _count(f"{at}.rows", rows, 100)
    for row in rows:
        yield from _count(f"{at}.rows", row, 20)
        for cell in row:
            yield from _keys(f"{at}.rows", cell, ({"text"}, set()), {"type"})
            if cell.get("type") != "raw_text":
                yield f"{at}.rows: unknown cell {cell.get('type')}"
            yield from _text(f"{at}.rows", cell.get("text"), 3000)
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
    yield from _element(f"{at}.element", element)


def _element(at: str, element: Json) -> Defects:
    kind = str(element.get("type"))
    if kind not in _ELEMENTS:
        yield f"{at}: unknown element {kind}"
        return
    yield from _keys(at, element, _ELEMENTS[kind], {"type", "action_id"})
    yield from _text(f"{at}.action_id", element.get("action_id", ""), 255)
    for key, check in _PROPERTIES.items():
        if key in element:
            yield from check(f"{at}.{key}", element[key])
    if kind == "rich_text_input" and "initial_value" in element:
        yield from _rich(f"{at}.initial_value", element["initial_value"])
    elif "initial_value" in element:
        yield from _text(f"{at}.initial_value", element["initial_value"], element.get("max_length", 3000))
    yield from _options(at, kind, element)


def _options(at: str, kind: str, element: Json) -> Defects:
    if "select" not in kind and kind not in _MOST_OPTIONS:
        return
    offered = [*(element.get("options") or [])]
    if "static" in kind and ("options" in element) == ("option_groups" in element):
        yield f"{at}: either options or option_groups"
    if "options" in element:
        yield from _count(f"{at}.options", offered, _MOST_OPTIONS.get(kind, 100))
    for group in element.get("option_groups") or []:
        yield from _plain(f"{at}.option_groups.label", group.get("label"), 75)
        yield from _count(f"{at}.option_groups.options", group["options"], 100)
        offered += group["options"]
    chosen = [
        *([element["initial_option"]] if "initial_option" in element else []),
        *element.get("initial_options", []),
    ]
    for option in [*offered, *chosen]:
        yield from _option(f"{at}.options", option)
    values = [option.get("value") for option in offered]
    if len(set(values)) < len(values):
        yield f"{at}.options: a value comes twice"
    if offered and any(option not in offered for option in chosen):
        yield f"{at}: what is chosen at first is not among the options"
    if "initial_options" in element and not element["initial_options"]:
        yield f"{at}.initial_options: is empty"


def _option(at: str, option: Json) -> Defects:
    yield from _keys(at, option, ({"text", "value"}, {"description"}), set())
    yield from _either(f"{at}.text", option.get("text"), 75)
    yield from _text(f"{at}.value", option.get("value"), 75)
    if "description" in option:
        yield from _plain(f"{at}.description", option["description"], 75)


def _rich(at: str, block: Json) -> Defects:
    for part in block.get("elements") or ():
        kind = part.get("type")
        if kind not in _RICH:
            yield f"{at}: unknown rich text {kind}"
        elif kind == "rich_text_list":
            for item in part.get("elements") or ():
                yield from _runs(at, item.get("elements") or ())
        else:
            yield from _runs(at, part.get("elements") or ())
    if not block.get("elements"):
        yield f"{at}.elements: is empty"


def _runs(at: str, runs: Any) -> Defects:
    for run in runs:
        kind = str(run.get("type"))
        if kind not in _RUNS:
            yield f"{at}: unknown run {kind}"
        elif not run.get(_RUNS[kind]):
            yield f"{at}: a {kind} without {_RUNS[kind]}"


def _total(blocks: list[Any]) -> Defects:
    def count(node: Any) -> int:
        if isinstance(node, dict):
            return sum(
                units(value) if key == "text" and isinstance(value, str) else count(value)
                for key, value in node.items()
            )
        return sum(count(part) for part in node) if isinstance(node, list) else 0

    if count(blocks) > MESSAGE_TEXT:
        yield f"blocks: {count(blocks)} characters of text, {MESSAGE_TEXT} may be"


def _keys(at: str, node: Json, keys: tuple[set[str], set[str]], always: set[str]) -> Defects:
    required, further = keys
    for key in sorted(required - set(node)):
        yield f"{at}.{key}: missing"
    for key in sorted(set(node) - required - further - always):
        yield f"{at}.{key}: unknown"


def _count(at: str, entries: list[Any], most: int) -> Defects:
    if not 1 <= len(entries) <= most:
        yield f"{at}: {len(entries)} of them, 1 to {most} may be"


def _text(at: str, text: Any, most: int, least: int = 1) -> Defects:
    if not isinstance(text, str):
        yield f"{at}: is no text"
    elif not least <= units(text) <= most:
        yield f"{at}: {units(text)} characters, {least} to {most} may be"


def _plain(at: str, node: Any, most: int) -> Defects:
    if not isinstance(node, dict) or node.get("type") != "plain_text":
        yield f"{at}: is no plain_text"
        return
    yield from _keys(at, node, ({"text"}, {"emoji"}), {"type"})
    yield from _text(at, node.get("text"), most)
    if node.get("emoji") is not False:
        yield f"{at}: would turn codes into emoji"


def _either(at: str, node: Any, most: int) -> Defects:
    if not isinstance(node, dict) or node.get("type") != "mrkdwn":
        yield from _plain(at, node, most)
        return
    yield from _keys(at, node, ({"text"}, {"verbatim"}), {"type"})
    yield from _text(at, node.get("text"), most)
    if node.get("verbatim") is not True:
        yield f"{at}: mrkdwn that is not verbatim"


_PROPERTIES: Mapping[str, Callable[[str, Any], Defects]] = {
    "placeholder": lambda at, value: _plain(at, value, 150),
    "text": lambda at, value: _plain(at, value, 75),
    "value": lambda at, value: _text(at, value, 2000),
    "url": lambda at, value: _text(at, value, 3000),
    "max_length": lambda at, value: iter(() if 1 <= value <= 3000 else (f"{at}: {value}",)),
    "max_files": lambda at, value: iter(() if 1 <= value <= 10 else (f"{at}: {value}",)),
}
