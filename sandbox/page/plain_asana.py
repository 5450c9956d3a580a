"""Headed parts of Asana's rich text, as plain lines and back."""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby
from xml.etree.ElementTree import Element, fromstring, tostring

from sandbox.page.plain import MARKS, Line, Part, Run, Style, read, spans, write

Item = Element | str
HEADINGS = ("h1", "h2")
STYLES: dict[str, Style] = {"strong": "bold", "em": "italic", "code": "code"}
"""Tag → style."""


class NotPlainError(ValueError):
    """Something that plain lines cannot express."""


def parts(html: str) -> list[Part]:
    """The parts of a kept document; an empty one has none."""
    items = _items(html)
    titles = ["".join(one.itertext()) if isinstance(one, Element) and one.tag in HEADINGS else None for one in items]
    every = spans(titles, [isinstance(one, Element) and one.tag == "hr" for one in items]) if items else []
    return [Part(title, start, end, _text(items[start:end]), rest) for title, start, end, rest in every]


def cut(html: str, start: int, end: int) -> str:
    """A document of what stands from `start` to `end` alone."""
    return _body(map(_written, _items(html)[start:end]))


def changed(html: str, start: int, end: int, text: str) -> str:
    """The document with other content from `start` to `end`; everything else stays as it is."""
    items = _items(html)
    return _body([*map(_written, items[:start]), _html(read(text)), *map(_written, items[end:])])


def extended(html: str, title: str, text: str) -> str:
    """The document with a new part at its end."""
    before = "".join(map(_written, _items(html)))
    return _body([before, f"<h2>{escape(title)}</h2>", _html(read(text))])


def _items(html: str) -> list[Item]:
    """What stands in the body, in order: texts and elements."""
    body = fromstring(html or "<body/>")  # noqa: S314  # what the stand-in kept, checked when it came in
    found: list[Item] = [body.text] if body.text else []
    for child in body:
        tail, child.tail = child.tail, None
        found += [child, *([tail] if tail else [])]
    return found


def _written(item: Item) -> str:
    return escape(item, quote=False) if isinstance(item, str) else tostring(item, encoding="unicode")


def _body(pieces: Iterable[str]) -> str:
    return f"<body>{''.join(pieces)}</body>"


def _text(items: Sequence[Item]) -> str | None:
    lines: list[Line] = []
    loose: list[Run] = []
    try:
        for item in items:
            if isinstance(item, Element) and item.tag in ("ul", "ol"):
                lines += _closed(loose)
                kind = "bullet" if item.tag == "ul" else "ordered"
                lines += [Line(kind, tuple(_inside(entry))) for entry in item]  # type: ignore[arg-type]
            elif isinstance(item, Element):
                loose.append(_run(item))
            else:
                first, *rest = item.split("\n")
                loose.append(Run(first))
                for line in rest:
                    lines += _closed(loose)
                    loose.append(Run(line))
    except NotPlainError:
        return None
    return write([*lines, *_closed(loose)])


def _closed(runs: list[Run]) -> list[Line]:
    """The line of the runs collected so far, if they say anything; the list is emptied."""
    kept = tuple(run for run in runs if run.text)
    runs.clear()
    return [Line("text", kept)] if "".join(run.text for run in kept).strip() else []


def _inside(entry: Element) -> list[Run]:
    runs = [Run(entry.text)] if entry.text else []
    for child in entry:
        runs += [_run(child), *([Run(child.tail)] if child.tail else [])]
    return runs


def _run(element: Element) -> Run:
    words = "".join(element.itertext())
    if element.tag == "a" and element.get("href") and not element.get("data-asana-gid"):
        return Run(words or element.get("href", ""), link=element.get("href", ""))
    if len(element) or element.tag not in STYLES:
        raise NotPlainError(element.tag)
    return Run(words, STYLES[element.tag])


def _html(lines: Iterable[Line]) -> str:
    out = ""
    for tag, group in groupby(lines, key=lambda line: {"bullet": "ul", "ordered": "ol"}.get(line.kind, "")):
        if tag:
            out += f"<{tag}>{''.join(f'<li>{_inline(line)}</li>' for line in group)}</{tag}>"
        else:
            out += "".join((MARKS[line.kind] + _inline(line) + "\n") for line in group)
    return out


def _inline(line: Line) -> str:
    return "".join(map(_element, line.runs))


def _element(run: Run) -> str:
    words = escape(run.text, quote=False)
    if run.link:
        return f'<a href="{escape(run.link)}">{words}</a>'
    tag = next((tag for tag, style in STYLES.items() if style == run.style), None)
    return f"<{tag}>{words}</{tag}>" if tag else words
