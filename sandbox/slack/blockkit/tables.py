"""The blocks of 2025 and 2026: tables, charts, cards, containers, alerts, plans (Slack's reference, Blocks)."""

from typing import Any

from sandbox.slack.blockkit.elements import ELEMENTS
from sandbox.slack.blockkit.objects import any_text, plain
from sandbox.slack.blockkit.richtext import RICH_TEXT
from sandbox.slack.blockkit.rules import (
    Report,
    Rule,
    anything,
    boolean,
    both,
    integer,
    items,
    number,
    one_of,
    shape,
    text,
    typed,
)

TABLE_CHARACTERS = 10_000
DATA_TABLE_CHARACTERS = 20_000
RAW_TEXT = shape({"text": text(TABLE_CHARACTERS, 0)})
RAW_NUMBER = shape({"value": number}, {"text": text(255, 0)})


def characters(value: Any) -> int:
    """All characters of all texts in a value."""
    if isinstance(value, dict):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(characters(member) for name, member in value.items() if name != "text" or not own)
    return sum(map(characters, value)) if isinstance(value, list) else 0


def _rich_cell(report: Report, value: Any, pointer: str) -> None:
    RICH_TEXT(report, value, pointer)


CELL = typed({"raw_text": RAW_TEXT, "raw_number": RAW_NUMBER, "rich_text": _rich_cell})
HEADER_CELL = typed({"raw_text": RAW_TEXT, "raw_number": RAW_NUMBER})


def _column_settings(report: Report, value: Any, pointer: str) -> None:
    if value is not None:
        shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})(report, value, pointer)


def _counted(report: Report, value: Any, pointer: str) -> None:
    report.table_characters += characters(value.get("rows"))
    if report.table_characters > TABLE_CHARACTERS:
        report.add(f"tables must have less than {TABLE_CHARACTERS + 1} characters in total", f"{pointer}/rows")


def _even_rows(report: Report, value: Any, pointer: str) -> None:
    rows = [row for row in value.get("rows") or [] if isinstance(row, list)]
    if len({len(row) for row in rows}) > 1:
        report.add("all rows must have the same number of cells", f"{pointer}/rows")
    for index, cell in enumerate(rows[0] if rows else []):
        HEADER_CELL(report, cell, f"{pointer}/rows/0/{index}")
    if characters(rows) > DATA_TABLE_CHARACTERS:
        report.add(f"must have less than {DATA_TABLE_CHARACTERS + 1} characters in total", f"{pointer}/rows")


def _card_content(report: Report, value: Any, pointer: str) -> None:
    if not any(name in value for name in ("hero_image", "title", "actions", "body")):
        report.add("must have a hero_image, title, actions or body", pointer)


def _titled(report: Report, value: Any, pointer: str) -> None:
    if "title" not in value and "rich_text_title" not in value:
        report.add("missing required field: title", pointer)
    if value.get("is_collapsible") and value.get("has_header_divider"):
        report.add("has_header_divider cannot be set with is_collapsible", pointer)


IMAGE = typed({"image": ELEMENTS["image"]})
BUTTONS = items(typed({"button": ELEMENTS["button"]}), most=3)
BLOCK_ID: dict[str, Rule] = {"block_id": text(255)}
CARD_PARTS: dict[str, Rule] = {
    **BLOCK_ID,
    "hero_image": IMAGE,
    "icon": IMAGE,
    "title": any_text(150),
    "subtitle": any_text(150),
    "body": any_text(200),
    "subtext": any_text(200),
    "actions": BUTTONS,
}
CARD = both(shape({}, CARD_PARTS), _card_content)
POINT = shape({"label": text(20), "value": number})
SERIES = shape(
    {"series": items(shape({"name": text(20), "data": items(POINT, most=20)}), most=12)}, {"axis_config": anything}
)
CHART = typed({"pie": shape({"segments": items(POINT, most=12)}), "bar": SERIES, "area": SERIES, "line": SERIES})

NEW_BLOCKS: dict[str, Rule] = {
    "alert": shape(
        {"text": any_text(200)}, {**BLOCK_ID, "level": one_of("default", "info", "warning", "error", "success")}
    ),
    "card": CARD,
    "carousel": shape({"elements": items(typed({"card": CARD}), most=10)}, BLOCK_ID),
    "table": both(
        shape(
            {"rows": items(items(CELL, most=20), most=100)},
            {**BLOCK_ID, "column_settings": items(_column_settings, 0, 20)},
        ),
        _counted,
    ),
    "data_table": both(
        shape(
            {"caption": text(255), "rows": items(items(CELL, most=20), 2, 201)},
            {**BLOCK_ID, "page_size": integer(1, 100), "row_header_column_index": integer(0, 19)},
        ),
        _even_rows,
    ),
    "data_visualization": shape({"title": text(50), "chart": CHART}, BLOCK_ID),
    "plan": shape({"title": text(255)}, {**BLOCK_ID, "tasks": items(anything, 0, 100), "plan_id": text(255)}),
    "task_card": shape(
        {"task_id": text(255), "title": text(255)},
        {
            **BLOCK_ID,
            "status": one_of("pending", "in_progress", "complete", "error"),
            "details": RICH_TEXT,
            "output": RICH_TEXT,
            "sources": items(anything, 0, 100),
        },
    ),
}
"""The shapes of the newer blocks, containers apart."""


def container(child: Rule) -> Rule:
    """A container: up to 10 blocks with a title."""
    return both(
        shape(
            {"child_blocks": items(child, most=10)},
            {
                **BLOCK_ID,
                "title": plain(150),
                "rich_text_title": RICH_TEXT,
                "subtitle": any_text(150),
                "width": one_of("narrow", "standard", "wide", "full"),
                "icon": IMAGE,
                "is_collapsible": boolean,
                "default_collapsed": boolean,
                "has_header_divider": boolean,
            },
        ),
        _titled,
    )
