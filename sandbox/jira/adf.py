"""Refuses malformed Atlassian documents, as Jira does. Held against Atlassian's own schema in the tests."""

from collections.abc import Iterator, Mapping

from sandbox.jira.adf_nodes import ALIGNING, CODE_FRIENDS, MARKS, NODES, ROOMY, Attribute, Node

MAX_DEPTH = 60


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


def _node_errors(node: object, allowed: frozenset[str], parent: str, place: str, depth: int) -> Iterator[str]:
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
    attributes = node.get("attrs")
    yield from _attribute_errors(attributes, spec.attributes, f"{place}/attrs")
    if spec.either and not spec.either & set(attributes if isinstance(attributes, dict) else ()):
        yield f"{place}/attrs: one of {', '.join(sorted(spec.either))} is missing"
    yield from _mark_errors(node.get("marks", []), _marks_of(spec, parent), f"{place}/marks")
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
        parent = str(node["type"])
        if parent == "mediaSingle" and isinstance(content[0], dict) and content[0].get("type") != "media":
            yield f"{place}/content/0: must be media"
        for index, child in enumerate(content):
            yield from _node_errors(child, spec.children, parent, f"{place}/content/{index}", depth + 1)


def _marks_of(spec: Node, parent: str) -> frozenset[str]:
    """The marks that a node may have there: none in code, alignment only where there is room, breakout at the top."""
    if parent == "codeBlock":
        return frozenset()
    marks = spec.marks if parent in ROOMY else spec.marks - ALIGNING
    return marks if parent == "doc" else marks - {"breakout"}


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
        if not isinstance(kind, str) or kind not in allowed:
            yield f"{place}: {kind!r} may not stand here"
            return
    if set(kinds) >= ALIGNING:
        yield f"{place}: either aligned or indented"
    if "code" in kinds and not CODE_FRIENDS.issuperset(kinds):
        yield f"{place}: code may only be joined with a link"
    for index, mark in enumerate(marks):
        known = MARKS[mark["type"]]
        yield from _attribute_errors(mark.get("attrs"), known, f"{place}/{index}/attrs")
