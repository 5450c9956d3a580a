"""Refuses malformed Atlassian documents, as Jira does.

A table says for each node what may stand in it, its attributes and its marks. It is the floor of Atlassian's schema:
everything that is valid there passes here. Checked against that schema in the tests.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MAX_DEPTH = 60
INLINE = "text hardBreak mention emoji date status inlineCard placeholder inlineExtension mediaInline"
LISTS = "bulletList orderedList"
MEDIA = "mediaSingle mediaGroup"
PLAIN = f"paragraph {LISTS} codeBlock {MEDIA} extension"
UNNESTED = f"{PLAIN} panel blockquote rule heading decisionList taskList table blockCard embedCard"
BLOCK = f"{UNNESTED} expand bodiedExtension"
CELL = f"{PLAIN} panel blockquote rule heading decisionList taskList blockCard embedCard nestedExpand"
LAYOUTS = "wide|full-width|center|wrap-right|wrap-left|align-end|align-start"
BREAKOUT = "breakout"
EXTENSION = "extensionKey! extensionType! parameters:any text localId layout"
FORMATS = "link em strong strike subsup underline textColor annotation backgroundColor code fontSize"


@dataclass(frozen=True, slots=True)
class Attribute:
    """What an attribute must be."""

    name: str
    needed: bool
    kind: str

    def accepts(self, value: object) -> bool:
        """Whether a value is of the kind: text, number, bool, any, `1..6`, `#color` or a list of words."""
        if self.kind == "any":
            return True
        if self.kind == "bool":
            return isinstance(value, bool)
        if self.kind in ("number", "numbers"):
            items = value if self.kind == "numbers" and isinstance(value, list) else [value]
            return all(isinstance(item, int | float) and not isinstance(item, bool) for item in items)
        if ".." in self.kind:
            low, _, high = self.kind.partition("..")
            return isinstance(value, int | float) and not isinstance(value, bool) and float(low) <= value <= float(high)
        if not isinstance(value, str):
            return False
        if self.kind == "color":
            return bool(re.fullmatch(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{8})", value))
        return self.kind == "text" or (bool(value) if self.kind == "filled" else value in self.kind.split("|"))


@dataclass(frozen=True, slots=True)
class Node:
    """What may stand in a node; `children` None: nothing."""

    children: frozenset[str] | None
    least: int
    most: int | None
    attributes: Mapping[str, Attribute]
    marks: frozenset[str]


def _attributes(text: str) -> dict[str, Attribute]:
    found = {}
    for word in text.split():
        name, _, kind = word.partition(":")
        found[name.rstrip("!")] = Attribute(name.rstrip("!"), name.endswith("!"), kind or "text")
    return found


def _node(
    children: str | None = None, attributes: str = "", *, least: int = 0, most: int | None = None, marks: str = ""
) -> Node:
    allowed = None if children is None else frozenset(children.split())
    return Node(allowed, least, most, _attributes(f"localId {attributes}"), frozenset(marks.split()))


NODES: dict[str, Node] = {
    "doc": _node(f"{BLOCK} layoutSection syncBlock bodiedSyncBlock"),
    "paragraph": _node(INLINE, marks="alignment indentation fontSize"),
    "heading": _node(INLINE, "level!:1..6", marks="alignment indentation"),
    "bulletList": _node("listItem", least=1),
    "orderedList": _node("listItem", "order:number", least=1),
    "listItem": _node(f"paragraph {LISTS} taskList mediaSingle codeBlock extension", least=1),
    "taskList": _node("taskItem taskList blockTaskItem", "localId!", least=1),
    "taskItem": _node(INLINE, "localId! state!:TODO|DONE"),
    "blockTaskItem": _node("paragraph extension", "localId! state!:TODO|DONE", least=1),
    "decisionList": _node("decisionItem", "localId!", least=1),
    "decisionItem": _node(INLINE, "localId! state!"),
    "codeBlock": _node("text", "language uniqueId wrap:bool hideLineNumbers:bool", marks=BREAKOUT),
    "blockquote": _node(f"{PLAIN}", least=1),
    "panel": _node(
        f"{PLAIN} heading blockCard taskList rule decisionList",
        "panelType!:info|note|tip|warning|error|success|custom panelIcon panelIconId panelIconText panelColor",
        least=1,
    ),
    "rule": _node(),
    "expand": _node(f"{UNNESTED} nestedExpand", "title", least=1, marks=BREAKOUT),
    "nestedExpand": _node(f"{PLAIN} heading taskList decisionList rule panel blockquote", "title", least=1),
    "table": _node("tableRow", "displayMode isNumberColumnEnabled:bool layout width:number", least=1, marks="fragment"),
    "tableRow": _node("tableCell tableHeader"),
    "tableCell": _node(CELL, "colspan:number rowspan:number colwidth:numbers background valign", least=1),
    "tableHeader": _node(CELL, "colspan:number rowspan:number colwidth:numbers background valign", least=1),
    "mediaSingle": _node("media caption", f"layout:{LAYOUTS} width:number widthType", least=1, most=2, marks="link"),
    "mediaGroup": _node("media", least=1),
    "media": _node(
        None,
        "type!:link|file|external id collection url alt occurrenceKey width:number height:number",
        marks="dataConsumer link annotation border",
    ),
    "caption": _node("hardBreak mention emoji date placeholder inlineCard status text"),
    "blockCard": _node(None, "url data:any datasource:any width:number layout"),
    "embedCard": _node(None, f"url! layout!:{LAYOUTS} width:0..100 originalHeight:number originalWidth:number"),
    "layoutSection": _node("layoutColumn", marks=BREAKOUT),
    "layoutColumn": _node(BLOCK, "width!:0..100 valign", least=1),
    "extension": _node(None, EXTENSION, marks="dataConsumer fragment"),
    "bodiedExtension": _node(UNNESTED, EXTENSION, least=1, marks="dataConsumer fragment"),
    "inlineExtension": _node(None, EXTENSION, marks="dataConsumer fragment"),
    "syncBlock": _node(None, "resourceId! localId!", marks=BREAKOUT),
    "bodiedSyncBlock": _node(f"{BLOCK} layoutSection", "resourceId! localId!", marks=BREAKOUT),
    "text": _node(marks=FORMATS),
    "hardBreak": _node(None, "text:\n"),
    "mention": _node(None, "id! text accessLevel userType:DEFAULT|SPECIAL|APP"),
    "emoji": _node(None, "shortName! id text"),
    "date": _node(None, "timestamp!:filled"),
    "status": _node(None, "text!:filled color! style"),
    "inlineCard": _node(None, "url data:any"),
    "placeholder": _node(None, "text!"),
    "mediaInline": _node(
        None,
        "type:link|file|image id! collection! alt occurrenceKey width:number height:number data:any",
        marks="dataConsumer link annotation border",
    ),
}
MARKS: dict[str, Mapping[str, Attribute]] = {
    "link": _attributes("href! title id collection occurrenceKey"),
    "em": {},
    "strong": {},
    "strike": {},
    "underline": {},
    "code": {},
    "subsup": _attributes("type!:sub|sup"),
    "textColor": _attributes("color!:color"),
    "backgroundColor": _attributes("color!:color"),
    "annotation": _attributes("id! annotationType!:inlineComment"),
    "alignment": _attributes("align!:center|end"),
    "indentation": _attributes("level!:1..6"),
    "fontSize": _attributes("fontSize!:small"),
    "breakout": _attributes("mode!:wide|full-width width:number"),
    "border": _attributes("size!:1..3 color!:color"),
    "dataConsumer": _attributes("sources!:any"),
    "fragment": _attributes("localId! name"),
}
CODE_FRIENDS = frozenset({"code", "link", "annotation"})


def why_invalid(document: object) -> str | None:
    """The first thing that is wrong with a document, with its place; None if Jira would take it."""
    if not isinstance(document, dict):
        return "a document is an object"
    if document.get("type") != "doc":
        return "/type: must be doc"
    if document.get("version") != 1 or isinstance(document.get("version"), bool):
        return "/version: must be 1"
    if unknown := set(document) - {"type", "version", "content"}:
        return f"/{min(unknown)}: unknown key"
    return next(_children(document, NODES["doc"], "", 0, content_needed=True), None)


def _node_errors(node: object, allowed: frozenset[str], place: str, depth: int, *, in_code: bool) -> Iterator[str]:
    if not isinstance(node, dict) or not isinstance(node.get("type"), str):
        yield f"{place}: a node is an object with a type"
        return
    kind = node["type"]
    if kind not in allowed:
        yield f"{place}: {kind!r} may not stand here"
        return
    if depth > MAX_DEPTH:
        yield f"{place}: nested too deeply"
        return
    spec = NODES[kind]
    keys = {"type", "attrs", "content", "marks"} | ({"text"} if kind == "text" else set())
    if kind == "text":
        keys.discard("attrs")
        if not isinstance(node.get("text"), str) or not node["text"]:
            yield f"{place}/text: must be a text that is not empty"
    if unknown := set(node) - keys:
        yield f"{place}/{min(unknown)}: unknown key"
    yield from _attribute_errors(node.get("attrs"), spec.attributes, f"{place}/attrs")
    yield from _mark_errors(node.get("marks", []), frozenset() if in_code else spec.marks, f"{place}/marks")
    yield from _children(node, spec, place, depth, content_needed=spec.least > 0)


def _children(node: Mapping[str, object], spec: Node, place: str, depth: int, *, content_needed: bool) -> Iterator[str]:
    if "content" not in node:
        if content_needed:
            yield f"{place}/content: is missing"
        return
    content = node["content"]
    if spec.children is None:
        yield f"{place}/content: may not stand here"
    elif not isinstance(content, list):
        yield f"{place}/content: must be a list"
    elif len(content) < spec.least or (spec.most is not None and len(content) > spec.most):
        yield f"{place}/content: has {len(content)} nodes"
    else:
        in_code = node["type"] == "codeBlock"
        for index, child in enumerate(content):
            yield from _node_errors(child, spec.children, f"{place}/content/{index}", depth + 1, in_code=in_code)


def _attribute_errors(given: object, known: Mapping[str, Attribute], place: str) -> Iterator[str]:
    if given is None:
        given = {}
    if not isinstance(given, dict):
        yield f"{place}: must be an object"
        return
    if unknown := set(given) - set(known):
        yield f"{place}/{min(unknown)}: unknown attribute"
    for attribute in known.values():
        if attribute.name not in given:
            if attribute.needed:
                yield f"{place}/{attribute.name}: is missing"
        elif not attribute.accepts(given[attribute.name]):
            yield f"{place}/{attribute.name}: wrong value"


def _mark_errors(marks: object, allowed: frozenset[str], place: str) -> Iterator[str]:
    if not isinstance(marks, list):
        yield f"{place}: must be a list"
        return
    kinds = [mark.get("type") if isinstance(mark, dict) else None for mark in marks]
    for kind in kinds:
        if kind not in allowed:
            yield f"{place}: {kind!r} may not stand here"
            return
    if "code" in kinds and not CODE_FRIENDS.issuperset(kinds):
        yield f"{place}: code may only be joined with a link"
    for index, mark in enumerate(marks):
        known = MARKS[mark["type"]]
        yield from _attribute_errors(mark.get("attrs"), known, f"{place}/{index}/attrs")
