"""What may stand where in an Atlassian document: nodes, attributes and marks, as a table.

An attribute is written `name`, `name!` if it must be there, and `name:kind`; see `Attribute.accepts` for the kinds.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

INLINE = "text hardBreak mention emoji date status inlineCard placeholder inlineExtension mediaInline"
LISTS = "bulletList orderedList"
MEDIA = "mediaSingle mediaGroup"
PLAIN = f"paragraph {LISTS} codeBlock {MEDIA} extension"
UNNESTED = f"{PLAIN} panel blockquote rule heading decisionList taskList table blockCard embedCard"
BLOCK = f"{UNNESTED} expand bodiedExtension"
CELL = f"{PLAIN} panel blockquote rule heading decisionList taskList blockCard embedCard nestedExpand"
LAYOUTS = "wide|full-width|center|wrap-right|wrap-left|align-end|align-start"
TABLE_LAYOUTS = "wide|full-width|center|align-end|align-start|default"
CELL_ATTRIBUTES = "colspan:number rowspan:number colwidth:numbers background valign:top|middle|bottom"
BREAKOUT = "breakout"
ROOMY = frozenset({"doc", "layoutColumn", "tableCell", "tableHeader", "bodiedSyncBlock"})
"""The nodes whose paragraphs and headings may be aligned or indented."""
ALIGNING = frozenset({"alignment", "indentation"})
PATTERNS = {
    "filled": r"(?s).+",
    "color": r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{8})",
    "tone": r"neutral|purple|blue|red|yellow|green|#[0-9a-fA-F]{6}",
}
PLAIN_TYPES: Mapping[str, type] = {"any": object, "bool": bool, "object": dict}
INLINE_EXTENSION = "extensionKey!:filled extensionType!:filled parameters:any text localId:filled"
EXTENSION = f"{INLINE_EXTENSION} layout:wide|full-width|default"
FORMATS = "link em strong strike subsup underline textColor annotation backgroundColor code fontSize"


@dataclass(frozen=True, slots=True)
class Attribute:
    """What an attribute must be."""

    name: str
    needed: bool
    kind: str

    def accepts(self, value: object) -> bool:
        """Whether a value is of the kind: text, number, bool, any, `1..6`, `#color` or a list of words."""
        if self.kind in PLAIN_TYPES:
            return isinstance(value, PLAIN_TYPES[self.kind])
        if self.kind == "newline":
            return value == "\n"
        if self.kind in ("numbers", "texts"):
            wanted = str if self.kind == "texts" else int | float
            return isinstance(value, list) and all(isinstance(item, wanted) for item in value)
        if ".." in self.kind or self.kind == "number":
            low, _, high = self.kind.partition("..")
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            return is_number and (not high or float(low) <= float(str(value)) <= float(high))
        if not isinstance(value, str):
            return False
        if self.kind in PATTERNS:
            return bool(re.fullmatch(PATTERNS[self.kind], value))
        return self.kind == "text" or value in self.kind.split("|")


@dataclass(frozen=True, slots=True)
class Node:
    """What may stand in a node; `children` None: nothing. Of the attributes in `either` one must be there."""

    children: frozenset[str] | None
    least: int
    most: int | None
    attributes: Mapping[str, Attribute]
    marks: frozenset[str]
    either: frozenset[str]


def _attributes(text: str) -> dict[str, Attribute]:
    found = {}
    for word in text.split():
        name, _, kind = word.partition(":")
        found[name.rstrip("!")] = Attribute(name.rstrip("!"), name.endswith("!"), kind or "text")
    return found


def _node(
    children: str | None = None,
    attributes: str = "",
    *,
    least: int = 0,
    most: int | None = None,
    marks: str = "",
    either: str = "",
) -> Node:
    allowed = None if children is None else frozenset(children.split())
    return Node(
        allowed, least, most, _attributes(f"localId {attributes}"), frozenset(marks.split()), frozenset(either.split())
    )


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
    "table": _node(
        "tableRow",
        f"displayMode:default|fixed isNumberColumnEnabled:bool layout:{TABLE_LAYOUTS} width:number",
        least=1,
        marks="fragment",
    ),
    "tableRow": _node("tableCell tableHeader"),
    "tableCell": _node(CELL, CELL_ATTRIBUTES, least=1),
    "tableHeader": _node(CELL, CELL_ATTRIBUTES, least=1),
    "mediaSingle": _node(
        "media caption", f"layout:{LAYOUTS} width:number widthType:percentage|pixel", least=1, most=2, marks="link"
    ),
    "mediaGroup": _node("media", least=1),
    "media": _node(
        None,
        "type!:link|file|external id collection url alt occurrenceKey:filled width:number height:number",
        marks="dataConsumer link annotation border",
        either="id url",
    ),
    "caption": _node("hardBreak mention emoji date placeholder inlineCard status text"),
    "blockCard": _node(
        None, f"url data:any datasource:object width:number layout:{LAYOUTS}", either="url data datasource"
    ),
    "embedCard": _node(None, f"url! layout!:{LAYOUTS} width:0..100 originalHeight:number originalWidth:number"),
    "layoutSection": _node("layoutColumn", least=2, most=3, marks=BREAKOUT),
    "layoutColumn": _node(BLOCK, "width!:0..100 valign:top|middle|bottom", least=1),
    "extension": _node(None, EXTENSION, marks="dataConsumer fragment"),
    "bodiedExtension": _node(UNNESTED, EXTENSION, least=1, marks="dataConsumer fragment"),
    "inlineExtension": _node(None, INLINE_EXTENSION, marks="dataConsumer fragment"),
    "syncBlock": _node(None, "resourceId! localId!", marks=BREAKOUT),
    "bodiedSyncBlock": _node(f"{BLOCK} layoutSection", "resourceId! localId!", marks=BREAKOUT),
    "text": _node(marks=FORMATS),
    "hardBreak": _node(None, "text:newline"),
    "mention": _node(None, "id! text accessLevel userType:DEFAULT|SPECIAL|APP"),
    "emoji": _node(None, "shortName! id text"),
    "date": _node(None, "timestamp!:filled"),
    "status": _node(None, "text!:filled color!:tone style"),
    "inlineCard": _node(None, "url data:any", either="url data"),
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
    "dataConsumer": _attributes("sources!:texts"),
    "fragment": _attributes("localId! name"),
}
CODE_FRIENDS = frozenset({"code", "link", "annotation"})
