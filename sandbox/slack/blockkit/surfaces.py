"""Whole messages and views: numbers, sizes, ids that must be unique, inputs that need a Submit button."""

import json
from collections.abc import Iterator
from typing import Any

from sandbox.slack.blockkit.blocks import BLOCKS
from sandbox.slack.blockkit.objects import OPTION, OPTION_GROUP, plain
from sandbox.slack.blockkit.rules import Report, boolean, items, shape, text
from sandbox.slack.blockkit.tables import characters
from sandbox.slack.errors import SlackError, invalid_arguments
from sandbox.slack.model import Json

BLOCKS_OF_MESSAGE = 50
BLOCKS_OF_VIEW = 100
CHARACTERS_OF_MESSAGE = 11_340
"""Undocumented: the text of all blocks of a message. Most refusals seen began at 12,000 to 13,000, one at 11,341."""
BYTES_OF_VIEW = 250 * 1024
TABLES = 1
CHARTS = 2

MODAL = shape(
    {"title": plain(24), "blocks": items(BLOCKS["modal"], most=BLOCKS_OF_VIEW)},
    {
        "submit": plain(24),
        "close": plain(24),
        "private_metadata": text(3000, 0),
        "callback_id": text(255, 0),
        "external_id": text(255, 0),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
HOME = shape(
    {"blocks": items(BLOCKS["home"], most=BLOCKS_OF_VIEW)},
    {"private_metadata": text(3000, 0), "callback_id": text(255, 0), "external_id": text(255, 0)},
)


def check_view(view: Json, surface: str) -> None:
    """Refuse a view that Slack would refuse.

    Args:
        view: the view as the app sent it.
        surface: `modal` or `home`.

    Raises:
        SlackError: `view_too_large`, or `invalid_arguments` with one line a defect.
    """
    if len(json.dumps(view, ensure_ascii=False).encode("utf-8", "replace")) > BYTES_OF_VIEW:
        raise SlackError("view_too_large")
    lines = view_defects(view, surface)
    if lines:
        raise SlackError("invalid_arguments", lines)


def view_defects(view: Json, surface: str) -> list[str]:
    """One line a defect."""
    report = Report(surface)
    if view.get("type") != surface or surface not in ("modal", "home"):
        report.add(f"must be of type {surface}", "/view/type")
        return report.lines
    (MODAL if surface == "modal" else HOME)(report, view, "/view")
    blocks = view.get("blocks")
    if isinstance(blocks, list):
        _across(report, blocks, "/view/blocks")
        inputs = any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)
        if surface == "modal" and inputs and not view.get("submit"):
            report.add("missing required field: submit (the view has input blocks)", "/view")
    return report.lines


def check_message(blocks: object, *, capped: bool = True) -> list[Json]:
    """Refuse blocks of a message that Slack would refuse.

    Args:
        blocks: the blocks as the app sent them.
        capped: whether the cap on the total text holds; it does not for response URLs.

    Returns:
        The blocks.

    Raises:
        SlackError: `invalid_blocks_format` (no array), `invalid_blocks` with one line a defect, or
            `msg_blocks_too_long`.
    """
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if lines := message_defects(blocks):
        raise SlackError("invalid_blocks", lines, errors=[line.removeprefix("[ERROR] ") for line in lines])
    if capped and characters(blocks) > CHARACTERS_OF_MESSAGE:
        raise SlackError("msg_blocks_too_long")
    return blocks


def message_defects(blocks: list[Any]) -> list[str]:
    """One line a defect."""
    report = Report("message")
    items(BLOCKS["message"], 0, BLOCKS_OF_MESSAGE)(report, blocks, "/blocks")
    _across(report, blocks, "/blocks")
    kinds = [block.get("type") for block in blocks if isinstance(block, dict)]
    if kinds.count("table") > TABLES:
        report.add("only one table is allowed in a message", "/blocks")
    if kinds.count("data_visualization") > CHARTS:
        report.add("only two data_visualization blocks are allowed in a message", "/blocks")
    return report.lines


def check_options(body: object) -> Json:
    """Refuse an answer to block_suggestion that Slack would refuse.

    Returns:
        `{"options": …}` or `{"option_groups": …}`; no options at all are allowed here.
    """
    if not isinstance(body, dict) or ("options" in body) == ("option_groups" in body):
        raise invalid_arguments("must have either options or option_groups")
    report = Report("modal")
    shape({}, {"options": items(OPTION, 0), "option_groups": items(OPTION_GROUP, 0)})(report, body, "")
    if report.lines:
        raise SlackError("invalid_arguments", report.lines)
    return body


def _across(report: Report, blocks: list[Any], pointer: str) -> None:
    seen: set[object] = set()
    for index, block in enumerate(blocks):
        if not isinstance(block, dict):
            continue
        block_id = block.get("block_id")
        if isinstance(block_id, str) and block_id:
            if block_id in seen:
                report.add(f"block_id {block_id} already exists", f"{pointer}/{index}/block_id")
            seen.add(block_id)
        actions: set[object] = set()
        for place, element in _elements(block):
            action_id = element.get("action_id")
            if isinstance(action_id, str) and action_id in actions:
                report.add(f"action_id {action_id} already exists", f"{pointer}/{index}{place}/action_id")
            actions.add(str(action_id) if action_id else id(element))
    for other in report.focused[1:]:
        report.add("focus_on_load can be true for one element only", other)


def _elements(block: Json) -> Iterator[tuple[str, Json]]:
    for name in ("elements", "actions"):
        several = block.get(name)
        if isinstance(several, list) and block.get("type") in ("actions", "context_actions", "card"):
            for index, element in enumerate(several):
                if isinstance(element, dict):
                    yield f"/{name}/{index}", element
