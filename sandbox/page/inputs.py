"""The elements of Block Kit that take something in, as HTML controls. The browser sends back what each one holds."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from sandbox.page.choices import combo
from sandbox.page.html import Html, el
from sandbox.page.surface import Surface, dispatch_of
from sandbox.page.words import plain, rich_html, segments_html
from sandbox.slack.elements import Placed
from sandbox.slack.model import Json
from sandbox.slack.mrkdwn import read_text

Labelled = Mapping[str, str | bool | None]
Maker = Callable[[Surface, Placed, Labelled], Html]
MODES = {"email_text_input": "email", "url_text_input": "url", "number_input": "decimal"}


def control(surface: Surface, one: Placed, labelled: Labelled) -> Html:
    """The control of an element.

    Args:
        surface: where it stands.
        one: the element.
        labelled: attributes that name and describe the control: `aria_label`, `aria_describedby`, `aria_invalid` …
    """
    maker = MAKERS.get(one.type)
    if maker is None:
        return el("em", f"This page cannot show a {one.type}.", class_="faint")
    return maker(surface, one, labelled)


def _common(surface: Surface, one: Placed) -> dict[str, str | bool | None]:
    return {
        "data_key": surface.id(one),
        "data_block": one.block_id,
        "data_action": one.action_id,
        "data_dispatch": dispatch_of(one),
        "data_confirm": json.dumps(one.element["confirm"]) if "confirm" in one.element else None,
        "autofocus": bool(one.element.get("focus_on_load")),
    }


def _line(surface: Surface, one: Placed, labelled: Labelled) -> Html:
    attributes = {**_common(surface, one), **labelled, "id": surface.id(one), "data_field": "text"}
    attributes["placeholder"] = plain(one.element.get("placeholder")) or None
    value = surface.chosen(one) or ""
    if one.element.get("multiline"):
        return el("textarea", value, rows=4, **attributes)
    mode = MODES.get(one.type)
    return el("input", type="text", value=value, inputmode=mode, autocomplete="off", **attributes)


def _date(surface: Surface, one: Placed, labelled: Labelled) -> Html:
    kind = {"datepicker": "date", "timepicker": "time", "datetimepicker": "datetime-local"}[one.type]
    value = surface.chosen(one)
    if kind == "datetime-local" and value:
        value = f"{datetime.fromtimestamp(value, surface.zone):%Y-%m-%dT%H:%M}"
    attributes = {**_common(surface, one), **labelled, "id": surface.id(one), "data_field": kind}
    return el("input", type=kind, value=value or "", **attributes)


def _boxes(surface: Surface, one: Placed, labelled: Labelled) -> Html:
    """Check boxes or radio buttons; their names stand in a legend or in `labelled`."""
    kind = "checkbox" if one.type == "checkboxes" else "radio"
    value = surface.chosen(one)
    chosen = [option["value"] for option in value] if isinstance(value, list) else [value["value"]] if value else []
    boxes = []
    for index, option in enumerate(one.element["options"]):
        words = el("span", segments_html(surface.eyes, read_text(surface.workspace, option["text"])))
        small = option.get("description")
        said = el("small", segments_html(surface.eyes, read_text(surface.workspace, small))) if small else None
        box_id = surface.id(one, f"-{index}")
        box = el(
            "input",
            type=kind,
            id=box_id,
            name=surface.id(one),
            value=option["value"],
            checked=option["value"] in chosen,
            data_key=box_id,
        )
        boxes.append(el("label", box, el("span", words, said), class_="box"))
    attributes = {**_common(surface, one), **labelled, "data_field": "boxes" if kind == "checkbox" else "radios"}
    attributes.pop("autofocus")
    return el("div", boxes, role="group" if kind == "checkbox" else "radiogroup", class_="boxes", **attributes)


def _files(surface: Surface, one: Placed, labelled: Labelled) -> Html:
    element = one.element
    accepted = ",".join(f".{extension}" for extension in element.get("filetypes", [])) or None
    most = element.get("max_files", 10)
    picker = el("input", type="file", id=surface.id(one), multiple=most > 1, accept=accepted, **labelled)
    names = [_file(file) for file in surface.chosen(one)]
    said = f"Up to {most} files" if most > 1 else "One file"
    kinds = f", {', '.join(element['filetypes'])}" if element.get("filetypes") else ""
    attributes = _common(surface, one)
    attributes.pop("autofocus")
    drop = el("label", "Choose a file, or drop it here", el("small", said + kinds), picker, class_="drop")
    kept = el("ul", names, class_="files", aria_label="Added files")
    return el("file-drop", drop, kept, data_most=str(most), **attributes)


def _file(file: Json) -> Html:
    remove = el(
        "button", "✕", type="button", class_="icon", data_remove=file["id"], aria_label=f"Remove {file['name']}"
    )
    return el("li", el("span", file["name"]), el("small", size(file["size"])), remove, data_file=file["id"])


def size(count: int) -> str:
    """`812 B`, `14 KB`, `2.3 MB`."""
    if count < 1000:
        return f"{count} B"
    return f"{round(count / 1000)} KB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


TOOLS = (
    ("bold", "B", "Bold"), ("italic", "I", "Italic"), ("strike", "S", "Strikethrough"), ("code", "</>", "Code"),
    ("link", "Link", "Link"), ("bullet", "•", "Bulleted list"), ("ordered", "1.", "Ordered list"),
)  # fmt: skip


def _rich(surface: Surface, one: Placed, labelled: Labelled) -> Html:
    value = surface.chosen(one)
    tools = [
        el(
            "button",
            mark,
            type="button",
            data_tool=tool,
            aria_label=name,
            title=name,
            aria_pressed="false",
            tabindex=-1,
        )
        for tool, mark, name in TOOLS
    ]
    tools[0] = el("button", "B", type="button", data_tool="bold", aria_label="Bold", title="Bold", aria_pressed="false")
    box = el(
        "div",
        rich_html(surface.eyes, value) if value else None,
        class_="editable",
        id=surface.id(one),
        contenteditable="true",
        role="textbox",
        aria_multiline="true",
        data_placeholder=plain(one.element.get("placeholder")) or None,
        autofocus=bool(one.element.get("focus_on_load")),
        **labelled,
    )
    attributes = _common(surface, one)
    attributes.pop("autofocus")
    toolbar = el("div", tools, role="toolbar", aria_label="Formatting", class_="tools")
    return el("rich-editor", toolbar, box, **attributes)


def button(surface: Surface, one: Placed, _: Labelled) -> Html:
    """A button; one with a `url` opens it and is reported all the same."""
    element = one.element
    attributes: dict[str, str | bool | None] = {
        **_common(surface, one),
        "aria_label": element.get("accessibility_label"),
        "data_press": element.get("value") or True,
        "class_": f"button {element.get('style', '')}".strip(),
        "id": surface.id(one),
    }
    attributes.pop("autofocus")
    label = segments_html(surface.eyes, read_text(surface.workspace, element["text"]))
    if element.get("url"):
        attributes |= {"href": element["url"], "target": "_blank", "rel": "noopener noreferrer"}
        return el("a", label, **attributes)
    return el("button", label, type="button", **attributes)


def _overflow(surface: Surface, one: Placed, _: Labelled) -> Html:
    confirm = json.dumps(one.element["confirm"]) if "confirm" in one.element else None
    items = [_menu_item(one, option, confirm) for option in one.element["options"]]
    beside = plain(one.block.get("text"))[:120] or None
    summary = el("summary", "⋯", aria_label="More actions", aria_description=beside, class_="button")
    return el(
        "details",
        summary,
        el("div", items, role="menu"),
        class_="menu",
        aria_label="Menu",
        data_key=surface.id(one),
    )


def _menu_item(one: Placed, option: Json, confirm: str | None) -> Html:
    """An option of an overflow menu; one with a `url` opens it and is reported all the same."""
    attributes: dict[str, str | bool | None] = {
        "role": "menuitem",
        "data_press": option["value"],
        "data_block": one.block_id,
        "data_action": one.action_id,
        "data_confirm": confirm,
    }
    small = plain(option.get("description"))
    label = [plain(option["text"]), el("small", small) if small else None]
    if option.get("url"):
        return el("a", label, href=option["url"], target="_blank", rel="noopener noreferrer", **attributes)
    return el("button", label, type="button", **attributes)


def _combo(surface: Surface, one: Placed, labelled: Labelled) -> Html:
    return combo(surface, one, autofocus=bool(one.element.get("focus_on_load")), **labelled)


SELECTS = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
MAKERS: dict[str, Maker] = {
    **dict.fromkeys(("plain_text_input", *MODES), _line),
    **dict.fromkeys(("datepicker", "timepicker", "datetimepicker"), _date),
    **dict.fromkeys(("checkboxes", "radio_buttons"), _boxes),
    **dict.fromkeys((*SELECTS, *(f"multi_{name}" for name in SELECTS)), _combo),
    "file_input": _files,
    "rich_text_input": _rich,
    "button": button,
    "overflow": _overflow,
}
