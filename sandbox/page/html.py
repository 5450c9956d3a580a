"""HTML from Python: every text is escaped unless it was made here."""

from collections.abc import Iterable
from html import escape
from typing import TypeAlias
from urllib.parse import urlsplit

VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
LINKS = frozenset({"http", "https", "mailto"})


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


Child: TypeAlias = "str | int | Iterable[Child] | None"
"""What stands inside an element: text, elements, nothing, or several of these."""
Attribute = str | int | bool | None


def el(tag: str, *children: Child, **attributes: Attribute) -> Html:
    """An element.

    Args:
        tag: its name.
        children: what stands inside.
        attributes: `class_="x"` and `aria_label="y"` become `class="x"` and `aria-label="y"`; None and False leave an
            attribute out, True writes it without a value.
    """
    written = "".join(_attribute(name.rstrip("_").replace("_", "-"), value) for name, value in attributes.items())
    if tag in VOID:
        return Html(f"<{tag}{written}>")
    return Html(f"<{tag}{written}>{text(children)}</{tag}>")


def text(child: Child) -> Html:
    """Children without an element around them."""
    if child is None:
        return Html("")
    if isinstance(child, Html):
        return child
    if isinstance(child, str | int):
        return Html(escape(str(child), quote=False))
    return Html("".join(map(text, child)))


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'


def safe_link(address: str) -> str | None:
    """The address if a click on it does no harm (http, https, mailto), else None."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    here = address.startswith("/") and not address.startswith("//")
    return address.strip() if parts.scheme.lower() in LINKS or here else None


def anchor(address: str, *children: Child, **attributes: Attribute) -> Html:
    """A link that opens in another tab; an unsafe address gives its text alone."""
    href = safe_link(address)
    if href is None:
        return el("span", *children, class_="no-link", title=address)
    return el("a", *children, href=href, target="_blank", rel="noopener noreferrer", **attributes)
