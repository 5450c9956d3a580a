"""Headed parts of an ADF document, as plain lines and back."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from sandbox.page.plain import Line, Part, Run, Style, read, spans, write

Node = dict[str, Any]
STYLES: dict[str, Style] = {"strong": "bold", "em": "italic", "code": "code"}
"""Mark → style."""
LISTS = {"bullet": "bulletList", "ordered": "orderedList", "todo": "taskList", "done": "taskList"}


class NotPlainError(ValueError):
    """Something that plain lines cannot express."""


def parts(document: Node) -> list[Part]:
    """The parts of a document; one without content has none."""
    nodes: list[Node] = document.get("content", [])
    titles = [_words(node) if node["type"] == "heading" else None for node in nodes]
    every = spans(titles, [node["type"] == "rule" for node in nodes])
    return [Part(title, start, end, _text(nodes[start:end]), rest) for title, start, end, rest in every]


def changed(document: Node, start: int, end: int, text: str) -> Node:
    """The document with other content from `start` to `end`; every other node stays as it is."""
    nodes = document.get("content", [])
    return {**document, "content": [*nodes[:start], *_nodes(read(text)), *nodes[end:]]}


def extended(document: Node | None, title: str, text: str) -> Node:
    """The document with a new part at its end."""
    before = document or {"version": 1, "type": "doc", "content": []}
    level = next((n["attrs"]["level"] for n in before.get("content", []) if n["type"] == "heading"), 2)
    heading = {"type": "heading", "attrs": {"level": level}, "content": [{"type": "text", "text": title}]}
    return {**before, "content": [*before.get("content", []), heading, *_nodes(read(text))]}


def comment(text: str) -> Node:
    """A document of what somebody typed."""
    return {"version": 1, "type": "doc", "content": _nodes(read(text))}


def _words(node: Node) -> str:
    return "".join(str(child.get("text", "")) for child in node.get("content", []))


def _text(nodes: Iterable[Node]) -> str | None:
    try:
        return write([line for node in nodes for line in _lines(node)])
    except NotPlainError:
        return None


def _lines(node: Node) -> list[Line]:
    kind, content = node["type"], node.get("content", [])
    if kind == "paragraph":
        return [Line("text", runs) for runs in _broken(content) if runs]
    if kind in ("bulletList", "orderedList"):
        return [Line("bullet" if kind == "bulletList" else "ordered", _item(item)) for item in content]
    if kind == "taskList":
        return [
            Line("done" if item["attrs"]["state"] == "DONE" else "todo", _one(item.get("content", [])))
            for item in content
            if item["type"] == "taskItem"
        ]
    raise NotPlainError(kind)


def _item(item: Node) -> tuple[Run, ...]:
    (paragraph, *more) = item.get("content") or [{}]
    if more or paragraph.get("type") != "paragraph":
        raise NotPlainError("a list in a list")
    return _one(paragraph.get("content", []))


def _one(content: Sequence[Node]) -> tuple[Run, ...]:
    (runs, *more) = _broken(content)
    if more:
        raise NotPlainError("a line break in an item")
    return runs


def _broken(content: Iterable[Node]) -> list[tuple[Run, ...]]:
    """The runs of inline nodes, line by line."""
    lines: list[list[Run]] = [[]]
    for node in content:
        if node["type"] == "hardBreak":
            lines.append([])
        else:
            lines[-1].append(_run(node))
    return [tuple(line) for line in lines]


def _run(node: Node) -> Run:
    if node["type"] != "text":
        raise NotPlainError(node["type"])
    marks = {mark["type"]: mark for mark in node.get("marks", [])}
    if marks.keys() - {*STYLES, "link"} or len(marks) > 1:
        raise NotPlainError("several marks")
    style: Style = next((STYLES[mark] for mark in marks if mark in STYLES), "")
    return Run(node["text"], style, marks["link"]["attrs"]["href"] if "link" in marks else "")


def _nodes(lines: Iterable[Line]) -> list[Node]:
    nodes: list[Node] = []
    for kind, group in groupby(lines, key=lambda line: LISTS.get(line.kind, "paragraph")):
        inside = list(group)
        if kind == "paragraph":
            nodes += [{"type": "paragraph", "content": _inline(line)} for line in inside]
        elif kind == "taskList":
            nodes.append({"type": kind, "attrs": {"localId": "list"}, "content": list(map(_task, inside))})
        else:
            items = [
                {"type": "listItem", "content": [{"type": "paragraph", "content": _inline(one)}]} for one in inside
            ]
            order = {"attrs": {"order": 1}} if kind == "orderedList" else {}
            nodes.append({"type": kind, **order, "content": items})
    return nodes


def _task(line: Line) -> Node:
    state = "DONE" if line.kind == "done" else "TODO"
    return {"type": "taskItem", "attrs": {"localId": "item", "state": state}, "content": _inline(line)}


def _inline(line: Line) -> list[Node]:
    return [{"type": "text", "text": run.text, **_marked(run)} for run in line.runs]


def _marked(run: Run) -> Node:
    if run.link:
        return {"marks": [{"type": "link", "attrs": {"href": run.link}}]}
    mark = next((mark for mark, style in STYLES.items() if style == run.style), None)
    return {"marks": [{"type": mark}]} if mark else {}
