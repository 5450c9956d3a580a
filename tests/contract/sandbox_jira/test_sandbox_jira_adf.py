"""The stand-in's judgement of documents against Atlassian's own schema."""

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from sandbox.jira.adf import why_invalid
from sandbox.jira.adf_nodes import MARKS, NODES, Attribute
from sandbox.jira.model import RichText
from sandbox.jira.wiki import as_adf, as_wiki
from tests.strategies import examples

LOOSER = frozenset({"bodiedSyncBlock", "blockTaskItem"})
"""Nodes whose insides the schema leaves open by its form, not on purpose."""


def _value(attribute: Attribute) -> Any:
    known = {
        "text": "x",
        "filled": "x",
        "newline": "\n",
        "color": "#aabbcc",
        "tone": "blue",
        "bool": True,
        "any": {"a": 1},
        "object": {"id": "x", "parameters": {}, "views": [{"type": "table"}]},
        "number": 3,
        "numbers": [1, 2],
        "texts": ["x"],
    }
    if attribute.kind in known:
        return known[attribute.kind]
    return 1 if ".." in attribute.kind else attribute.kind.split("|")[0]


@st.composite
def nodes(draw: st.DrawFn, kind: str, depth: int = 0) -> dict[str, Any]:
    """Any node that the table allows, now and then with something that it does not."""
    spec = NODES[kind]
    node: dict[str, Any] = {"type": kind}
    if kind == "text":
        node["text"] = draw(st.sampled_from(["x", "two words", "x", "x", ""]))
    attributes = {
        name: _value(entry) for name, entry in spec.attributes.items() if entry.needed or draw(st.integers(0, 4)) == 0
    }
    if attributes and kind != "text":
        node["attrs"] = attributes
    if spec.marks and draw(st.integers(0, 3)) == 0:
        names = draw(st.lists(st.sampled_from(sorted(spec.marks)), max_size=2, unique=True))
        node["marks"] = [_mark(name) for name in names]
    if spec.children is not None and (spec.least or depth < 3):
        allowed = sorted(spec.children - LOOSER)
        if depth >= 3:
            allowed = [name for name in allowed if not NODES[name].least] or allowed
        most = min(spec.most or 2, 3)
        count = draw(st.integers(spec.least, max(spec.least, most)))
        node["content"] = [draw(nodes(draw(st.sampled_from(allowed)), depth + 1)) for _ in range(count)]
    if draw(st.integers(0, 12)) == 0:
        node["surplus"] = 1
    return node


def _mark(name: str) -> dict[str, Any]:
    attributes = {key: _value(entry) for key, entry in MARKS[name].items() if entry.needed}
    return {"type": name, "attrs": attributes} if attributes else {"type": name}


documents = st.lists(
    st.sampled_from(sorted((NODES["doc"].children or frozenset()) - LOOSER)).flatmap(nodes), max_size=2
)


@settings(max_examples=examples(75), deadline=None)
@given(content=documents)
def test_what_the_schema_takes_is_taken(schema: Any, content: list[dict[str, Any]]) -> None:
    """No document that is valid by Atlassian's schema is refused."""
    document = {"version": 1, "type": "doc", "content": content}
    theirs = next(schema.errors(document), None)
    ours = why_invalid(document)
    assert ours is None or theirs is not None


def paragraph(*content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "paragraph", "content": list(content)}


WORD = {"type": "text", "text": "x"}
STRONG_CODE = {"type": "text", "text": "x", "marks": [{"type": "strong"}, {"type": "code"}]}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ([WORD], "/content/0: 'text' may not stand here"),
        ([paragraph({"type": "text", "text": ""})], "/content/0/content/0/text: must be a text that is not empty"),
        ([paragraph({"type": "bogus"})], "/content/0/content/0: 'bogus' may not stand here"),
        ([paragraph(paragraph(WORD))], "/content/0/content/0: 'paragraph' may not stand here"),
        ([paragraph(STRONG_CODE)], "/content/0/content/0/marks: code may only be joined with a link"),
        ([{"type": "bulletList", "content": []}], "/content/0/content: has 0 nodes"),
        (
            [{"type": "bulletList", "content": [paragraph(WORD)]}],
            "/content/0/content/0: 'paragraph' may not stand here",
        ),
        ([{"type": "heading", "content": [WORD]}], "/content/0/attrs/level: is missing"),
        ([{"type": "heading", "attrs": {"level": 7}}], "/content/0/attrs/level: wrong value"),
        ([{"type": "heading", "attrs": {"level": "2"}}], "/content/0/attrs/level: wrong value"),
        (
            [{"type": "panel", "attrs": {"panelType": "loud"}, "content": [paragraph(WORD)]}],
            "/content/0/attrs/panelType: wrong value",
        ),
        (
            [
                {
                    "type": "panel",
                    "attrs": {"panelType": "info"},
                    "content": [{"type": "rule"}, {"type": "table", "content": []}],
                }
            ],
            "/content/0/content/1: 'table' may not stand here",
        ),
        (
            [paragraph({"type": "text", "text": "x", "marks": [{"type": "link"}]})],
            "/content/0/content/0/marks/0/attrs/href: is missing",
        ),
        (
            [{"type": "codeBlock", "content": [{**WORD, "marks": [{"type": "em"}]}]}],
            "/content/0/content/0/marks: 'em' may not stand here",
        ),
        ([{"type": "paragraph", "marks": [{"type": []}]}], "/content/0/marks: [] may not stand here"),
        ([{"type": "paragraph", "content": "x"}], "/content/0/content: must be a list"),
        ([{"type": "paragraph", "colour": "red"}], "/content/0/colour: unknown key"),
        (["x"], "/content/0: a node is an object with a type"),
    ],
)
def test_what_is_refused(schema: Any, content: list[Any], why: str) -> None:
    """Malformed documents are refused with their place, and the schema agrees."""
    document = {"version": 1, "type": "doc", "content": content}
    assert why_invalid(document) == why
    assert list(schema.errors(document))


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("text", "a document is an object"),
        ({}, "/type: must be doc"),
        ({"type": "doc", "content": []}, "/version: must be 1"),
        ({"type": "doc", "version": 2, "content": []}, "/version: must be 1"),
        ({"type": "doc", "version": 1}, "/content: is missing"),
        ({"type": "doc", "version": 1, "content": [], "x": 1}, "/x: unknown key"),
    ],
)
def test_what_is_no_document(document: Any, why: str) -> None:
    """The frame of a document is checked first."""
    assert why_invalid(document) == why


@settings(max_examples=examples(75), deadline=None)
@given(text=st.text(st.sampled_from("ab *#-h1.\n\r\t|{}[]é😀"), max_size=60))
def test_any_markup_is_a_document(schema: Any, text: str) -> None:
    """Whatever is written through v2 is a valid document in v3."""
    document = as_adf(RichText(wiki=text))
    assert why_invalid(document) is None
    assert list(schema.errors(document)) == []


@settings(max_examples=examples(50), deadline=None)
@given(content=documents)
def test_any_document_is_markup(content: list[dict[str, Any]]) -> None:
    """Whatever is written through v3 is text in v2."""
    document = {"version": 1, "type": "doc", "content": content}
    if why_invalid(document) is None:
        assert isinstance(as_wiki(RichText(adf=document)), str)
