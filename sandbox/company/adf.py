"""Short names for writing ADF documents by hand."""

Node = dict[str, object]
Text = str | Node


def doc(*nodes: Node) -> Node:
    """A document."""
    return {"version": 1, "type": "doc", "content": list(nodes)}


def p(*parts: Text) -> Node:
    """A paragraph."""
    return {"type": "paragraph", "content": [_inline(part) for part in parts]}


def h(level: int, words: str) -> Node:
    """A heading."""
    return {"type": "heading", "attrs": {"level": level}, "content": [_inline(words)]}


def ul(*items: Text | tuple[Text, ...]) -> Node:
    """A bulleted list; an item is a text or several parts."""
    return {"type": "bulletList", "content": [_item(item) for item in items]}


def ol(*items: Text | tuple[Text, ...]) -> Node:
    """A numbered list."""
    return {"type": "orderedList", "attrs": {"order": 1}, "content": [_item(item) for item in items]}


def tasks(*items: tuple[bool, str]) -> Node:
    """A list of check boxes: done or not, and what."""
    lines = [
        {
            "type": "taskItem",
            "attrs": {"localId": f"task-{index}", "state": "DONE" if done else "TODO"},
            "content": [_inline(words)],
        }
        for index, (done, words) in enumerate(items)
    ]
    return {"type": "taskList", "attrs": {"localId": "tasks"}, "content": lines}


def panel(kind: str, *nodes: Node) -> Node:
    """A coloured box: info, note, tip, warning, error, success."""
    return {"type": "panel", "attrs": {"panelType": kind}, "content": list(nodes)}


def table(*rows: tuple[Text, ...]) -> Node:
    """A table; the first row is its head."""
    return {
        "type": "table",
        "attrs": {"isNumberColumnEnabled": False, "layout": "default"},
        "content": [
            {"type": "tableRow", "content": [_cell("tableCell" if index else "tableHeader", cell) for cell in row]}
            for index, row in enumerate(rows)
        ],
    }


def code(words: str, language: str = "") -> Node:
    """A block of code."""
    attributes = {"language": language} if language else {}
    return {"type": "codeBlock", "attrs": attributes, "content": [_inline(words)]}


def rule() -> Node:
    """A line across."""
    return {"type": "rule"}


def b(words: str) -> Node:
    """Bold text."""
    return {"type": "text", "text": words, "marks": [{"type": "strong"}]}


def a(words: str, address: str) -> Node:
    """A link."""
    return {"type": "text", "text": words, "marks": [{"type": "link", "attrs": {"href": address}}]}


def mono(words: str) -> Node:
    """Text as code."""
    return {"type": "text", "text": words, "marks": [{"type": "code"}]}


def at(account_id: str, name: str) -> Node:
    """A mention."""
    return {"type": "mention", "attrs": {"id": account_id, "text": f"@{name}"}}


def lozenge(words: str, colour: str) -> Node:
    """A coloured word: neutral, purple, blue, red, yellow, green."""
    return {"type": "status", "attrs": {"text": words, "color": colour}}


def _inline(part: Text) -> Node:
    return {"type": "text", "text": part} if isinstance(part, str) else part


def _item(item: Text | tuple[Text, ...]) -> Node:
    parts = item if isinstance(item, tuple) else (item,)
    return {"type": "listItem", "content": [p(*parts)]}


def _cell(kind: str, cell: Text) -> Node:
    return {"type": kind, "attrs": {}, "content": [p(cell)]}
