"""ADF documents as HTML, the way Jira shows them. Nodes that have no picture here are named."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from sandbox.page.html import Html, anchor, el, text
from sandbox.page.words import icon, short_date

Node = Mapping[str, object]
MARKS = {"strong": "strong", "em": "em", "strike": "s", "underline": "u", "code": "code"}
PANELS = {"info": "Info", "note": "Note", "tip": "Tip", "warning": "Warning", "error": "Error", "success": "Success"}


def adf_html(document: Node) -> Html:
    """A document; headings start at the third level, below the ticket's title."""
    return Html("".join(map(_node, _content(document))))


def _content(node: Node) -> list[Node]:
    content = node.get("content")
    return [child for child in content if isinstance(child, Mapping)] if isinstance(content, list) else []


def _attr(node: Node, name: str) -> str:
    attrs = node.get("attrs")
    value = attrs.get(name) if isinstance(attrs, Mapping) else None
    return "" if value is None else str(value)


def _inside(node: Node) -> list[Html]:
    return [_node(child) for child in _content(node)]


def _node(node: Node) -> Html:
    kind = str(node.get("type"))
    if kind in SIMPLE:
        tag, class_ = SIMPLE[kind]
        return el(tag, _inside(node), class_=class_)
    drawn = DRAWN.get(kind)
    return drawn(node) if drawn else el("span", f"[{kind}]", class_="faint")


def _text(node: Node) -> Html:
    out = text(str(node.get("text", "")))
    marks = node.get("marks")
    for mark in marks if isinstance(marks, list) else []:
        kind = str(mark.get("type"))
        if kind in MARKS:
            out = el(MARKS[kind], out)
        elif kind == "subsup":
            out = el("sub" if _attr(mark, "type") == "sub" else "sup", out)
        elif kind == "link":
            out = anchor(_attr(mark, "href"), out)
    return out


def _heading(node: Node) -> Html:
    level = min(int(_attr(node, "level") or 1) + 2, 6)
    return el(f"h{level}", _inside(node))


def _ordered(node: Node) -> Html:
    order = _attr(node, "order")
    return el("ol", _inside(node), start=order if order not in ("", "1") else None)


def _panel(node: Node) -> Html:
    kind = _attr(node, "panelType")
    name = PANELS.get(kind, "Panel")
    return el(
        "div", _inside(node), class_=f"adf-panel {kind if kind in PANELS else 'note'}", role="note", aria_label=name
    )


def _table(node: Node) -> Html:
    return el(
        "div", el("table", el("tbody", _inside(node))), class_="scroll", tabindex="0", role="group", aria_label="Table"
    )


def _cell(tag: str) -> Callable[[Node], Html]:
    def draw(node: Node) -> Html:
        return el(tag, _inside(node), colspan=_attr(node, "colspan") or None, rowspan=_attr(node, "rowspan") or None)

    return draw


def _task(node: Node) -> Html:
    done = _attr(node, "state") == "DONE"
    box = el("span", "☑" if done else "☐", role="img", aria_label="done" if done else "open")
    return el("li", box, " ", _inside(node), class_="task")


def _expand(node: Node) -> Html:
    return el("details", el("summary", _attr(node, "title") or "More"), _inside(node), class_="adf-expand", open=True)


def _card(node: Node) -> Html:
    address = _attr(node, "url")
    return anchor(address, address) if address else el("span", "[card]", class_="faint")


def _media(node: Node) -> Html:
    words = _attr(node, "alt") or _attr(node, "url") or "file"
    return el("span", icon("picture"), f" {words}", class_="adf-media")


def _date(node: Node) -> Html:
    try:
        when = datetime.fromtimestamp(int(_attr(node, "timestamp")) / 1000, UTC)
    except ValueError:
        return text(_attr(node, "timestamp"))
    return el("time", short_date(when.date().isoformat()), class_="adf-date")


def _status(node: Node) -> Html:
    return el("span", _attr(node, "text"), class_=f"lozenge {_attr(node, 'color') or 'neutral'}")


def _mention(node: Node) -> Html:
    return el("span", _attr(node, "text") or f"@{_attr(node, 'id')}", class_="mention")


def _named(node: Node) -> Html:
    words = _attr(node, "title") or _attr(node, "extensionKey") or str(node.get("type"))
    return el("div", f"[{words}]", _inside(node), class_="faint")


SIMPLE: dict[str, tuple[str, str | None]] = {
    "paragraph": ("p", None),
    "bulletList": ("ul", None),
    "listItem": ("li", None),
    "blockquote": ("blockquote", None),
    "codeBlock": ("pre", None),
    "tableRow": ("tr", None),
    "taskList": ("ul", "tasks"),
    "decisionList": ("ul", None),
    "decisionItem": ("li", None),
    "mediaSingle": ("div", None),
    "mediaGroup": ("div", None),
    "caption": ("small", "faint"),
    "layoutSection": ("div", "adf-columns"),
    "layoutColumn": ("div", None),
    "bodiedExtension": ("div", None),
    "bodiedSyncBlock": ("div", None),
}
DRAWN: dict[str, Callable[[Node], Html]] = {
    "text": _text,
    "hardBreak": lambda _: el("br"),
    "rule": lambda _: el("hr"),
    "heading": _heading,
    "orderedList": _ordered,
    "panel": _panel,
    "table": _table,
    "tableCell": _cell("td"),
    "tableHeader": _cell("th"),
    "taskItem": _task,
    "blockTaskItem": _task,
    "expand": _expand,
    "nestedExpand": _expand,
    "inlineCard": _card,
    "blockCard": _card,
    "embedCard": _card,
    "media": _media,
    "mediaInline": _media,
    "date": _date,
    "status": _status,
    "mention": _mention,
    "emoji": lambda node: text(_attr(node, "text") or _attr(node, "shortName")),
    "placeholder": lambda node: el("span", _attr(node, "text"), class_="faint"),
    "extension": _named,
    "inlineExtension": _named,
    "syncBlock": _named,
}
