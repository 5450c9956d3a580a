"""The XML of Asana's rich text as a tree that knows where in the source each node stands.

The standard library's parsers do not say where a node begins and ends, and a section can be replaced without touching
its neighbours only by someone who knows. Asana's rich text has no declarations and no entities of its own.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"<!--.*?-->|<\?.*?\?>"
    r"|<!\[CDATA\[(?P<cdata>.*?)\]\]>"
    r"|<(?P<close>/?)(?P<name>[A-Za-z_][\w:.-]*+)(?P<attributes>(?:[^<>\"']|\"[^<\"]*+\"|'[^<']*+')*?)(?P<empty>/?)>"
    r"|(?P<text>[^<]+)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""(?<![\w:.-])([\w:.-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)')""")
_ENTITY = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_LAST_CHARACTER = 0x10FFFF


class BrokenXml(ValueError):
    """That is not well-formed XML."""


@dataclass(slots=True)
class Run:
    """Text between tags; `start` and `end` are where it stands in the source."""

    text: str
    start: int
    end: int


@dataclass(slots=True)
class Element:
    """A node.

    Attributes:
        start, end: where it stands in the source, its tags included.
        inner_end: where its closing tag begins, or it ends if it has none.
    """

    tag: str
    attributes: Mapping[str, str]
    start: int
    end: int
    inner_end: int
    children: list["Element | Run"] = field(default_factory=list)

    def text(self) -> str:
        """All characters inside, in order."""
        pieces: list[str] = []
        left: list[Element | Run] = [self]
        while left:
            node = left.pop()
            if isinstance(node, Run):
                pieces.append(node.text)
            else:
                left += reversed(node.children)
        return "".join(pieces)

    def elements(self) -> Iterator["Element"]:
        """The children that are no text."""
        return (child for child in self.children if isinstance(child, Element))


def escaped(text: str) -> str:
    """Text as it stands in XML, in an attribute or between tags. The only place where that is done."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def parse(source: str) -> Element:
    """The root of a document.

    Raises:
        BrokenXml: not well-formed, or more than one root.
    """
    top = Element("", {}, 0, len(source), len(source))
    stack, position = [top], 0
    while position < len(source):
        token = _TOKEN.match(source, position)
        if token is None:
            raise BrokenXml(f"no tag at character {position}")
        _take(token, stack)
        position = token.end()
    roots = list(top.elements())
    if len(stack) > 1 or len(roots) != 1 or "".join(c.text for c in top.children if isinstance(c, Run)).strip():
        raise BrokenXml("not one closed root element")
    return roots[0]


def _take(token: re.Match[str], stack: list[Element]) -> None:
    start, end = token.span()
    cdata, close, name, told, empty, text = token.groups()
    if cdata is not None:
        stack[-1].children.append(Run(cdata, start, end))
    elif text is not None:
        stack[-1].children.append(Run(_unescaped(text), start, end))
    elif name is None:
        return
    elif close:
        if stack[-1].tag != name or len(stack) == 1:
            raise BrokenXml(f"</{name}> closes nothing")
        closed = stack.pop()
        closed.inner_end, closed.end = start, end
    else:
        attributes = {key: _unescaped(a or b) for key, a, b in _ATTRIBUTE.findall(told)} if told else {}
        element = Element(name, attributes, start, end, end)
        stack[-1].children.append(element)
        if not empty:
            stack.append(element)


def _unescaped(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(entity: re.Match[str]) -> str:
    hexadecimal, decimal, name = entity.groups()
    if name:
        return _NAMED[name]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if code <= _LAST_CHARACTER else "\ufffd"
