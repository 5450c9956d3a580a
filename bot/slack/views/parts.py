"""Answers that are longer than an input of Slack's takes, cut into parts and put together again.

Such texts come from messages that requests are made from: Slack's messages hold up to 40,000 characters, its inputs
3,000. What separated two parts is written in the action id of the second, since Slack may trim what it hands back.
"""

import json
from collections.abc import Iterable
from typing import Any

from adapters.document import Block, Document, document, from_json
from bot.slack.rich_text import prefill
from bot.slack.text import chunks, shorten

Json = dict[str, Any]

PART = 2800
"""Characters a part has at first, so that there is room to add some."""
RICH_PART = 12_000
"""Characters of JSON that a part of rich text has at first; Slack documents no limit for its rich text input."""
MOST = 15
SEPARATORS = {"start": "", "line": "\n", "blank": " ", "on": ""}
_NAMES = {"\n": "line", " ": "blank", "": "on"}


def text_parts(text: str) -> list[tuple[str, str]]:
    """`(separator, text)` of each part; see `SEPARATORS`. What exceeds 15 parts is cut visibly."""
    pieces = chunks(text.strip(), PART)
    if len(pieces) > MOST:
        rest = "".join(gap + piece for gap, piece in pieces[MOST - 1 :])
        pieces = [*pieces[: MOST - 1], (pieces[MOST - 1][0], shorten(rest, PART))]
    return [("start" if number == 0 else _NAMES[gap], piece) for number, (gap, piece) in enumerate(pieces)]


def joined_text(parts: Iterable[tuple[str, str]]) -> str:
    """The text of the parts, those that were emptied left out."""
    whole = ""
    for separator, text in parts:
        if text:
            whole += (SEPARATORS.get(separator, "\n") if whole else "") + text
    return whole


def rich_parts(answer: Json) -> list[Json]:
    """The document of an answer as `rich_text` blocks, each short enough for an input; cut between its blocks."""
    groups: list[list[Block]] = []
    size = 0
    for block in from_json(answer.get("rich", [])).blocks:
        weight = len(json.dumps(prefill(Document((block,)))))
        if not groups or size + weight > RICH_PART:
            groups.append([])
            size = 0
        groups[-1].append(block)
        size += weight
    return [prefill(Document(tuple(blocks))) for blocks in groups]


def joined_rich(parts: Iterable[Document]) -> Document:
    """The parts as one document."""
    return document(*(block for part in parts for block in part.blocks))
