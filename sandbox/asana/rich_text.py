"""Asana's rich text: strict XML in a `<body>` with few tags (Asana developer docs, "Rich text").

A document that Asana would not take raises `RichTextError`. What is kept is the document as Asana gives it back:
one `<body>`, every tag closed, attributes quoted.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, XMLParser

INLINE = frozenset({"strong", "em", "u", "s", "code", "a"})
LISTS = frozenset({"ul", "ol"})
COMMENT_TAGS = INLINE | LISTS | {"li", "blockquote", "pre"}
NOTES_TAGS = COMMENT_TAGS | {"h1", "h2", "hr", "img", "table", "tr", "td"}
EMPTY = frozenset({"hr", "img"})
ONLY_ELEMENTS: Mapping[str, str] = {"ul": "li", "ol": "li", "table": "tr", "tr": "td"}
"""Tags that hold no text, and the one tag that they hold."""
CHILDREN: Mapping[str, frozenset[str]] = {
    "body": INLINE | LISTS | {"blockquote", "pre", "h1", "h2", "hr", "img", "table"},
    "li": INLINE | LISTS,
    "td": INLINE | LISTS,
    **dict.fromkeys(("h1", "h2", "blockquote", "pre"), INLINE),
    **{tag: INLINE - {tag} for tag in INLINE},
    **{tag: frozenset({child}) for tag, child in ONLY_ELEMENTS.items()},
    **{tag: frozenset() for tag in EMPTY},
}
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "a": frozenset({"href"} | {f"data-asana-{n}" for n in ("gid", "project", "tag", "accessible", "dynamic", "type")}),
    "img": frozenset(
        {"data-gid", "src", "alt", "style", "data-src-width", "data-src-height"}
        | {"data-thumbnail-url", "data-thumbnail-width", "data-thumbnail-height"}
        | {"data-asana-gid", "data-asana-type"}
    ),
    "td": frozenset({"width", "data-cell-widths", "colspan", "rowspan"}),
}
BLOCKS = frozenset({"li", "h1", "h2", "blockquote", "pre", "hr", "img", "tr", "ul", "ol", "table"})
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 does not allow in a document."""
SAFE_LINK = re.compile(r"(?!javascript:|data:|vbscript:)[a-z][a-z0-9+.-]*:\S", re.IGNORECASE)
BARE_LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}']")
MAX_DEPTH = 40

Names = Callable[[str], tuple[str, str, str] | None]
"""From a gid to the type, name and address of what is mentioned; None if the reader may not see it."""


class RichTextError(ValueError):
    """The document is not rich text as Asana takes it; the message says why."""


@dataclass(frozen=True, slots=True)
class RichText:
    """A document that Asana took.

    Attributes:
        html: the document with its `<body>`.
        mentions: the gids that it mentions, in order.
    """

    html: str
    mentions: tuple[str, ...]


def accept(html: str, tags: frozenset[str]) -> RichText:
    """The document as Asana keeps it.

    Args:
        html: what a client sent.
        tags: the tags that the object allows: `NOTES_TAGS` or `COMMENT_TAGS`.

    Raises:
        RichTextError: not well-formed, no `<body>`, or a tag, attribute or nesting that Asana does not take.
    """
    root = _parse(html)
    _check(root, tags, 0)
    gids = (a.get("data-asana-gid") for a in root.iter("a"))
    return RichText(_write(root), tuple(gid for gid in gids if gid))


def from_plain(text: str) -> str:
    """Plain notes as rich text: escaped, bare addresses made links."""
    pieces, end = [], 0
    text = FORBIDDEN.sub("\ufffd", text)
    for link in BARE_LINK.finditer(text):
        address = _quoted(link[0])
        pieces += [_escaped(text[end : link.start()]), f'<a href="{address}">{_escaped(link[0])}</a>']
        end = link.end()
    return f"<body>{''.join(pieces)}{_escaped(text[end:])}</body>"


def to_plain(html: str, names: Names | None = None) -> str:
    """The plain text beside a kept document: each block on lines of its own, mentions as addresses."""
    lines = _Lines(names)
    lines.walk(_parse(html))
    return lines.text()


def as_read(html: str, names: Names) -> str:
    """The document as a reader gets it: mentions carry the name, type and address of what they point to."""
    if "data-asana-gid" not in html:
        return html
    root = _parse(html)
    for link in root.iter("a"):
        if gid := link.get("data-asana-gid"):
            _fill_mention(link, names(gid))
    return _write(root)


def _fill_mention(link: Element, target: tuple[str, str, str] | None) -> None:
    link.set("data-asana-accessible", "true" if target else "false")
    if target is None:
        link.text = link.text or "Private object"
        return
    kind, name, address = target
    link.set("href", address)
    link.set("data-asana-dynamic", "true")
    link.set("data-asana-type", kind)
    link.text = f"@{name}" if kind == "user" else name


def _parse(html: str) -> Element:
    if FORBIDDEN.search(html):
        raise RichTextError("XML is invalid: a character that XML 1.0 does not allow")
    if "<!" in html or "<?" in html:
        raise RichTextError("XML is invalid: only elements and text are allowed")
    parser = XMLParser()  # noqa: S314  # no declarations get here, so there are no entities to expand
    try:
        parser.feed(html.encode())
        root: Element = parser.close()
    except ParseError as error:
        raise RichTextError(f"XML is invalid: {error}") from error
    if root.tag != "body":
        raise RichTextError("XML is invalid: the root element must be <body>")
    return root


def _check(element: Element, tags: frozenset[str], depth: int) -> None:
    name = element.tag
    if depth > MAX_DEPTH:
        raise RichTextError("XML is invalid: nested too deeply")
    _check_attributes(element)
    _check_text(element)
    for child in element:
        if child.tag not in tags:
            raise RichTextError(f"XML is invalid: the tag <{child.tag}> is not supported here")
        if child.tag not in CHILDREN[name]:
            raise RichTextError(f"XML is invalid: <{child.tag}> is not allowed in <{name}>")
        _check(child, tags, depth + 1)


def _check_attributes(element: Element) -> None:
    name, given = element.tag, element.attrib
    for attribute in given:
        if attribute not in ATTRIBUTES.get(name, ()):
            raise RichTextError(f"XML is invalid: the attribute {attribute} is not allowed on <{name}>")
    if name == "a":
        if "href" not in given and "data-asana-gid" not in given:
            raise RichTextError("XML is invalid: <a> needs href or data-asana-gid")
        if "href" in given and not SAFE_LINK.match(given["href"]):
            raise RichTextError("XML is invalid: the href of <a> is not an address")
    if name == "img" and not ("data-gid" in given or "data-asana-gid" in given):
        raise RichTextError("XML is invalid: <img> needs data-gid")


def _check_text(element: Element) -> None:
    name = element.tag
    own = [element.text or "", *(child.tail or "" for child in element)]
    if name in EMPTY and (own != [""] or len(element)):
        raise RichTextError(f"XML is invalid: <{name}> must be empty")
    if name in ONLY_ELEMENTS and any(text.strip() for text in own):
        raise RichTextError(f"XML is invalid: text is not allowed in <{name}>")
    if name in {"h1", "h2"} and "\n" in "".join(element.itertext()):
        raise RichTextError(f"XML is invalid: a newline is not allowed in <{name}>")


def _write(element: Element) -> str:
    attributes = "".join(f' {name}="{_quoted(value)}"' for name, value in element.attrib.items())
    inside = _escaped(element.text or "") + "".join(_write(child) + _escaped(child.tail or "") for child in element)
    if not inside and (element.tag in EMPTY or element.tag == "a"):
        return f"<{element.tag}{attributes}/>"
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def _quoted(value: str) -> str:
    return _escaped(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


class _Lines:
    """Plain text, collected while walking a document."""

    def __init__(self, names: Names | None) -> None:
        self._names = names
        self._pieces: list[str] = []
        self._break = False

    def text(self) -> str:
        return "".join(self._pieces)

    def walk(self, element: Element) -> None:
        block = element.tag in BLOCKS
        if block:
            self._break = bool(self._pieces)
        if element.tag == "a":
            self._add(self._link(element))
        else:
            self._inside(element)
        if block:
            self._break = bool(self._pieces)

    def _inside(self, element: Element) -> None:
        holds_text = element.tag not in ONLY_ELEMENTS
        self._add((element.text or "") if holds_text else "")
        for child in element:
            self.walk(child)
            self._add((child.tail or "") if holds_text else "")

    def _link(self, element: Element) -> str:
        inside, address = "".join(element.itertext()), element.get("href") or ""
        gid = element.get("data-asana-gid")
        target = self._names(gid) if gid and self._names else None
        if target is not None:
            return target[2]
        return inside if not address or inside == address else f"{inside} ({address})".lstrip()

    def _add(self, text: str) -> None:
        if not text:
            return
        if self._break and not text.startswith("\n") and not self._pieces[-1].endswith("\n"):
            self._pieces.append("\n")
        self._break = False
        self._pieces.append(text)
