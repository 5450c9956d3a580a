"""Blocks: what each may have, and on which surface it may stand (Slack's reference, Blocks)."""

from typing import Any

from sandbox.slack.blockkit.elements import ELEMENTS, IN_ACTIONS, IN_INPUT, IN_SECTION, element
from sandbox.slack.blockkit.objects import SLACK_FILE, any_text, image_source, plain
from sandbox.slack.blockkit.richtext import RICH_TEXT
from sandbox.slack.blockkit.rules import (
    Report,
    Rule,
    boolean,
    both,
    integer,
    items,
    one_of,
    shape,
    text,
    typed,
    url,
)
from sandbox.slack.blockkit.tables import NEW_BLOCKS, container

BLOCK_ID: dict[str, Rule] = {"block_id": text(255)}
MARKDOWN_CHARACTERS = 12_000


def _says_something(report: Report, value: Any, pointer: str) -> None:
    if "text" not in value and "fields" not in value:
        report.add("missing required field: text or fields", pointer)


def _dispatches(report: Report, value: Any, pointer: str) -> None:
    inner = value.get("element")
    if value.get("dispatch_action") and isinstance(inner, dict) and inner.get("type") == "file_input":
        report.add("file_input cannot dispatch actions", f"{pointer}/dispatch_action")


def _urls(report: Report, value: Any, pointer: str) -> None:
    inner = value.get("accessory") or {}
    several = value.get("elements") if isinstance(value.get("elements"), list) else []
    for one in [inner, *(several or [])]:
        if isinstance(one, dict) and one.get("response_url_enabled"):
            report.add("response_url_enabled works only in input blocks of modals", pointer)


def _modal_urls(report: Report, value: Any, pointer: str) -> None:
    inner = value.get("element")
    if report.surface != "modal" and isinstance(inner, dict) and inner.get("response_url_enabled"):
        report.add("response_url_enabled works only in input blocks of modals", f"{pointer}/element")


def _counted(report: Report, value: Any, pointer: str) -> None:
    report.markdown += len(value["text"]) if isinstance(value.get("text"), str) else 0
    if report.markdown > MARKDOWN_CHARACTERS:
        report.add(f"markdown must be less than {MARKDOWN_CHARACTERS + 1} characters in total", f"{pointer}/text")


def _context_element(report: Report, value: Any, pointer: str) -> None:
    if isinstance(value, dict) and value.get("type") == "image":
        ELEMENTS["image"](report, value, pointer)
    else:
        any_text(3000)(report, value, pointer)


EVERYWHERE: dict[str, Rule] = {
    "section": both(
        shape(
            {},
            {
                **BLOCK_ID,
                "text": any_text(3000),
                "fields": items(any_text(2000), most=10),
                "accessory": element(IN_SECTION),
                "expand": boolean,
            },
        ),
        _says_something,
        _urls,
    ),
    "divider": shape({}, BLOCK_ID),
    "header": shape({"text": plain(150)}, {**BLOCK_ID, "level": integer(1, 4)}),
    "image": both(
        shape(
            {"alt_text": text(2000)},
            {**BLOCK_ID, "image_url": url(), "slack_file": SLACK_FILE, "title": plain(2000)},
        ),
        image_source,
    ),
    "context": shape({"elements": items(_context_element, most=10)}, BLOCK_ID),
    "actions": both(shape({"elements": items(element(IN_ACTIONS), most=25)}, BLOCK_ID), _urls),
    "input": both(
        shape(
            {"label": plain(2000), "element": element(IN_INPUT)},
            {**BLOCK_ID, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
        ),
        _dispatches,
        _modal_urls,
    ),
    "rich_text": RICH_TEXT,
    "card": NEW_BLOCKS["card"],
    "video": shape(
        {"alt_text": text(2000), "title": plain(200), "thumbnail_url": url(), "video_url": url()},
        {
            **BLOCK_ID,
            "author_name": text(50),
            "description": plain(200),
            "provider_icon_url": url(),
            "provider_name": text(255),
            "title_url": url(),
        },
    ),
}

ONLY_MESSAGE: dict[str, Rule] = {
    "markdown": both(shape({"text": text(MARKDOWN_CHARACTERS)}, BLOCK_ID), _counted),
    "context_actions": shape(
        {"elements": items(element(frozenset({"feedback_buttons", "icon_button"})), most=5)}, BLOCK_ID
    ),
    "file": shape({"external_id": text(255), "source": one_of("remote")}, BLOCK_ID),
    **{name: NEW_BLOCKS[name] for name in ("data_visualization", "plan", "task_card")},
}
MESSAGE_AND_HOME: dict[str, Rule] = {name: NEW_BLOCKS[name] for name in ("carousel", "table", "data_table")}

MESSAGE = {**EVERYWHERE, **ONLY_MESSAGE, **MESSAGE_AND_HOME}
HOME = {**EVERYWHERE, **MESSAGE_AND_HOME}
BLOCKS: dict[str, Rule] = {
    "message": typed({**MESSAGE, "container": container(typed(MESSAGE))}),
    "modal": typed({**EVERYWHERE, "alert": NEW_BLOCKS["alert"]}),
    "home": typed({**HOME, "container": container(typed(HOME))}),
}
"""Surface → the rule for one of its blocks."""
