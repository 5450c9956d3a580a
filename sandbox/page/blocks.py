"""Blocks of Block Kit as HTML."""

from collections.abc import Callable, Iterable, Mapping

from sandbox.page.html import Html, el
from sandbox.page.inputs import control
from sandbox.page.pictures import picture
from sandbox.page.surface import Surface
from sandbox.page.words import plain, rich_html, segments_html, text_html
from sandbox.slack.elements import Placed
from sandbox.slack.model import Json
from sandbox.slack.mrkdwn import read_markdown


def blocks_html(surface: Surface, blocks: Iterable[Json]) -> list[Html]:
    """Blocks, in order."""
    return [DRAWN.get(block["type"], _unknown)(surface, block) for block in blocks]


def _key(surface: Surface, block: Json) -> str:
    return f"{surface.where}/{block.get('block_id', '')}"


def _section(surface: Surface, block: Json) -> Html:
    words = el("div", text_html(surface.eyes, block["text"]), class_="text") if block.get("text") else None
    fields = [el("div", text_html(surface.eyes, field), class_="text") for field in block.get("fields", [])]
    accessory = block.get("accessory")
    beside = None
    if accessory:
        words_for = plain(block.get("text")) or "Choose"
        labelled = {"aria_label": words_for[:120]}
        is_picture = accessory["type"] == "image"
        beside = (
            picture(surface.workspace, accessory)
            if is_picture
            else control(surface, Placed(block, accessory), labelled)
        )
    body = el("div", words, el("div", fields, class_="fields") if fields else None, class_="grow")
    return el("div", body, beside, class_="section", data_key=_key(surface, block))


def _header(surface: Surface, block: Json) -> Html:
    return el("h3", text_html(surface.eyes, block["text"]), class_="header", data_key=_key(surface, block))


def _divider(surface: Surface, block: Json) -> Html:
    return el("hr", data_key=_key(surface, block))


def _context(surface: Surface, block: Json) -> Html:
    parts = [
        picture(surface.workspace, one)
        if one["type"] == "image"
        else el("span", text_html(surface.eyes, one), class_="text")
        for one in block["elements"]
    ]
    return el("div", parts, class_="context", data_key=_key(surface, block))


def _actions(surface: Surface, block: Json) -> Html:
    parts = []
    for element in block["elements"]:
        name = plain(element.get("placeholder")) or plain(element.get("text")) or "Choose"
        parts.append(control(surface, Placed(block, element), {"aria_label": name}))
    return el("div", parts, class_="actions", data_key=_key(surface, block))


def _input(surface: Surface, block: Json) -> Html:
    one = Placed(block, block["element"])
    label_id, hint_id, error_id = (surface.id(one, part) for part in ("n", "h", "x"))
    error, hint = surface.errors.get(one.block_id), block.get("hint")
    described = " ".join(name for name, on in ((error_id, error), (hint_id, hint)) if on) or None
    optional = block.get("optional")
    labelled: dict[str, str | bool | None] = {
        "aria_labelledby": label_id,
        "aria_describedby": described,
        "aria_invalid": "true" if error else None,
        "aria_required": None if optional or one.type in ("checkboxes", "file_input") else "true",
    }
    mark = el("span", "(optional)", class_="faint") if optional else None
    name = [plain(block["label"]), " " if optional else "", mark]
    boxes = one.type in ("checkboxes", "radio_buttons")
    label = (
        el("div", name, class_="label", id=label_id)
        if boxes
        else el("label", name, class_="label", id=label_id, for_=surface.id(one))
    )
    return el(
        "div",
        label,
        control(surface, one, labelled),
        el("p", el("span", "⚠ ", aria_hidden="true"), error, class_="error", id=error_id) if error else None,
        el("p", text_html(surface.eyes, hint), class_="hint", id=hint_id) if hint else None,
        class_="field",
        data_key=_key(surface, block),
        data_block_id=one.block_id,
    )


def _rich_text(surface: Surface, block: Json) -> Html:
    return el("div", rich_html(surface.eyes, block), class_="richtext", data_key=_key(surface, block))


def _markdown(surface: Surface, block: Json) -> Html:
    words = segments_html(surface.eyes, read_markdown(surface.workspace, block["text"]))
    return el("div", words, class_="text", data_key=_key(surface, block))


def _image(surface: Surface, block: Json) -> Html:
    title = el("div", plain(block.get("title")), class_="faint") if block.get("title") else None
    return el("div", title, picture(surface.workspace, block), data_key=_key(surface, block))


def _alert(surface: Surface, block: Json) -> Html:
    words = text_html(surface.eyes, block["text"])
    return el("div", words, class_=f"alert {block.get('level', 'default')}", data_key=_key(surface, block))


def _table(surface: Surface, block: Json) -> Html:
    settings = block.get("column_settings") or []
    rows = []
    for index, row in enumerate(block["rows"]):
        tag = "th" if index == 0 else "td"
        cells = [
            el(tag, _cell(surface, cell), class_=_column(settings, column), scope="col" if index == 0 else None)
            for column, cell in enumerate(row)
        ]
        rows.append(el("tr", cells))
    head, body = el("thead", rows[:1]), el("tbody", rows[1:])
    caption = str(block.get("caption") or "Table")
    return el("div", el("table", head, body), class_="scroll", tabindex="0", role="group", aria_label=caption,
              data_key=_key(surface, block))  # fmt: skip


def _column(settings: list[Json | None], column: int) -> str | None:
    """How a column is set: aligned, and wrapped or cut off."""
    own = (settings[column] if column < len(settings) else None) or {}
    classes = [str(own["align"])] if own.get("align") in ("center", "right") else []
    return " ".join([*classes, *(["wrapped"] if own.get("is_wrapped") else [])]) or None


def _cell(surface: Surface, cell: Json) -> Html | str:
    if cell["type"] == "rich_text":
        return rich_html(surface.eyes, cell)
    return str(cell.get("text", cell.get("value", "")))


def _card(surface: Surface, block: Json) -> Html:
    parts = [text_html(surface.eyes, block[name]) for name in ("title", "subtitle", "body", "subtext") if name in block]
    lines = [el("div", part, class_="text") for part in parts]
    pressed = [control(surface, Placed(block, element), {}) for element in block.get("actions", [])]
    return el("div", lines, el("div", pressed, class_="actions"), class_="card", data_key=_key(surface, block))


def _container(surface: Surface, block: Json) -> Html:
    title = plain(block.get("title"))
    return el("div", el("strong", title), blocks_html(surface, block["child_blocks"]), data_key=_key(surface, block))


def _unknown(surface: Surface, block: Json) -> Html:
    return el("p", f"A block of type {block['type']}.", class_="faint", data_key=_key(surface, block))


DRAWN: Mapping[str, Callable[[Surface, Json], Html]] = {
    "section": _section,
    "header": _header,
    "divider": _divider,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "rich_text": _rich_text,
    "markdown": _markdown,
    "image": _image,
    "alert": _alert,
    "table": _table,
    "data_table": _table,
    "card": _card,
    "container": _container,
}
