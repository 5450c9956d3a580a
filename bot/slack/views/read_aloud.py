"""Blocks as plain text, for a terminal: what a reader of the message sees."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from bot.slack.text import APART, END_ISOLATE, ISOLATE

_DATE = re.compile(r"<!date\^(\d+)\^([^|>]*)\|[^>]*>")
_LINK = re.compile(r"<([^|>]+)\|([^>]*)>")
_BARE = re.compile(r"<([^>]+)>")
_STYLE = re.compile(r"(?<![\w*~])([*~])(\S(?:.*?\S)?)\1(?![\w*~])")
_CODES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


def in_words(blocks: Sequence[Mapping[str, Any]], zone: tzinfo = UTC) -> str:
    """The text of blocks, a line or more for each; buttons and pictures are left out.

    Args:
        blocks: of a message.
        zone: for times.
    """
    return "\n".join(line for block in blocks for line in _block(block, zone) if line)


def _block(block: Mapping[str, Any], zone: tzinfo) -> list[str]:
    match block.get("type"):
        case "section":
            return [_text(block["text"], zone)]
        case "context":
            return ["  ".join(_text(element, zone) for element in block["elements"])]
        case "table":
            return [": ".join(str(cell.get("text") or "") for cell in row) for row in block["rows"][1:]]
        case "rich_text":
            return [line for part in block["elements"] for line in _part(part, zone)]
        case _:
            return []


def _part(part: Mapping[str, Any], zone: tzinfo) -> list[str]:
    if part["type"] == "rich_text_list":
        return ["• " + "".join(_part(item, zone)) for item in part["elements"]]
    return ["".join(_run(run, zone) for run in part["elements"])]


def _run(run: Mapping[str, Any], zone: tzinfo) -> str:
    if run["type"] == "date":
        return _moment(run["timestamp"], str(run.get("format") or ""), zone)
    return str(run.get("text") or run.get("url") or run.get("user_id") or "").strip(ISOLATE + END_ISOLATE)


def _text(node: Mapping[str, Any], zone: tzinfo) -> str:
    text = str(node["text"])
    if node["type"] == "mrkdwn":
        text = _DATE.sub(lambda found: _moment(int(found[1]), found[2], zone), text)
        text = _LINK.sub(lambda found: found[2] or found[1], text)
        text = _STYLE.sub(lambda found: f"{found[2]} (done)" if found[1] == "~" else found[2], text)
        text = _BARE.sub(r"\1", text).replace(APART, "")
        for code, character in _CODES.items():
            text = text.replace(code, character)
    return text.replace(ISOLATE, "").replace(END_ISOLATE, "")


def _moment(timestamp: int, pattern: str, zone: tzinfo) -> str:
    return datetime.fromtimestamp(timestamp, zone).strftime("%Y-%m-%d at %H:%M" if "{date" in pattern else "%H:%M")
