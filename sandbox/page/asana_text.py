"""Asana's rich text as HTML, the way Asana shows it."""

from xml.etree.ElementTree import Element, fromstring

from sandbox.page.html import Html, anchor, el, text
from sandbox.page.words import icon

SAME = {"strong": "strong", "em": "em", "u": "u", "s": "s", "code": "code", "ul": "ul", "ol": "ol", "li": "li",
        "blockquote": "blockquote", "pre": "pre", "tr": "tr", "td": "td", "h1": "h3", "h2": "h4"}  # fmt: skip
"""Tag there → tag here; headings start below the task's name."""


def asana_html(body: str) -> Html:
    """A kept document, with its `<body>`."""
    return _inside(fromstring(body))  # noqa: S314  # what the stand-in kept, checked when it came in


def _inside(element: Element) -> Html:
    parts = [text(element.text or "")]
    for child in element:
        parts += [_element(child), text(child.tail or "")]
    return Html("".join(parts))


def _element(element: Element) -> Html:
    tag = element.tag
    if tag == "hr":
        return el("hr")
    if tag == "img":
        return el("span", icon("picture"), f" {element.get('alt') or 'picture'}", class_="adf-media")
    if tag == "table":
        return el(
            "div",
            el("table", el("tbody", _inside(element))),
            class_="scroll",
            tabindex="0",
            role="group",
            aria_label="Table",
        )
    if tag == "a":
        words = _inside(element) or text(element.get("href") or "")
        address = element.get("href")
        mention = "mention" if element.get("data-asana-gid") else None
        return anchor(address, words, class_=mention) if address else el("span", words, class_=mention)
    return el(SAME.get(tag, "span"), _inside(element))
