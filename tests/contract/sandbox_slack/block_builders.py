"""Minimal blocks, elements and views that Slack accepts, to be made bigger or wrong by tests."""

from typing import Any

Json = dict[str, Any]


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x") -> Json:
    return {"type": "mrkdwn", "text": text}


def option(number: int = 0, **more: Any) -> Json:
    return {"text": plain(f"Option {number}"), "value": str(number)} | more


def options(count: int) -> list[Json]:
    return [option(number) for number in range(count)]


def section(**more: Any) -> Json:
    return {"type": "section", "text": plain()} | more


def field(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("Label"), "element": element} | more


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("Press")} | more


def modal(*blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "title": plain("Title"),
        "submit": plain("Send"),
        "blocks": list(blocks) or [section()],
    } | more


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks)} | more


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def table(rows: int, columns: int = 1, text: str = "x") -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * columns] * rows}


def data_table(rows: int, columns: int = 1) -> Json:
    return {"type": "data_table", "caption": "Numbers", "rows": table(rows, columns)["rows"]}


def chart(series: int) -> Json:
    return {"type": "bar", "series": [{"name": "x", "data": [{"label": "x", "value": 1.5}]}] * series}


def confirm(**more: Any) -> Json:
    parts = {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain()} | more
    return actions(button(confirm=parts))


def select(**more: Any) -> Json:
    return {"type": "static_select", "options": options(2)} | more


def text_input(**more: Any) -> Json:
    return {"type": "plain_text_input"} | more
