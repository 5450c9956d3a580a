"""The normal form of documents, and how they are stored."""

import itertools
import json
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, strategies as st

from adapters.document import (
    ADDRESS,
    FORBIDDEN,
    Block,
    Break,
    BulletList,
    CodeBlock,
    Document,
    Heading,
    Inline,
    Link,
    ListItem,
    Mention,
    Opaque,
    OrderedList,
    Paragraph,
    Quote,
    Rule,
    Text,
    clean,
    document,
    from_json,
    normalise,
    text_of,
    to_json,
)
from tests.strategies import HOSTILE, documents, raw_documents, texts

STRONG = frozenset({"strong"})
opaque = st.builds(Opaque, st.just("xml"), st.just("<table/>"), st.just("a | b"))


def text(*parts: str) -> tuple[Text, ...]:
    return tuple(Text(part) for part in parts)


def runs_in(blocks: Iterable[Block]) -> Iterator[tuple[Inline, ...]]:
    """Every stretch of running text in a document."""
    for block in blocks:
        match block:
            case Paragraph(content=content) | Heading(content=content):
                yield content
            case BulletList(items=items) | OrderedList(items=items):
                for item in items:
                    yield item.content
                    yield from runs_in(item.children)
            case Quote(content=content):
                yield from runs_in(content)


@given(raw_documents(opaque, opaque))
def test_the_normal_form_is_reached_in_one_step(made: Document):
    """Normalising a normalised document changes nothing."""
    once = normalise(made)

    assert once == normalise(once)


@given(documents(opaque, opaque))
def test_running_text_is_merged_and_clean(made: Document):
    """Neighbours with the same marks or target are one, nothing is empty, and no character is forbidden."""
    for content in runs_in(made.blocks):
        assert content
        for part in content:
            match part:
                case Text(text=shown, marks=marks):
                    assert shown
                    assert not FORBIDDEN.search(shown)
                    assert "\n" not in shown
                    assert "\r" not in shown
                    assert "code" not in marks or marks == {"code"}
                case Link(href=href, content=shown):
                    assert ADDRESS.match(href)
                    assert shown
                case Mention(id=identity):
                    assert identity
        for left, right in itertools.pairwise(content):
            assert not (isinstance(left, Text) and isinstance(right, Text) and left.marks == right.marks)
            assert not (isinstance(left, Link) and isinstance(right, Link) and left.href == right.href)
            assert not (isinstance(left, Break) and isinstance(right, Break))


@given(documents(opaque, opaque))
def test_running_text_has_no_loose_ends(made: Document):
    """Paragraphs, headings and list items neither begin nor end with a break or a blank."""
    for content in runs_in(made.blocks):
        for end in (0, -1):
            assert not isinstance(content[end], Break)
        first, last = content[0], content[-1]
        assert not isinstance(first, Text) or first.text == first.text.lstrip()
        assert not isinstance(last, Text) or last.text == last.text.rstrip()


@given(documents(opaque, opaque))
def test_blocks_hold_what_trackers_can_show(made: Document):
    """Headings have two levels and no breaks; lists, quotes and code blocks are not empty."""
    for block in made.blocks:
        match block:
            case Heading(content=content, level=level):
                assert level in {1, 2}
                assert not any(isinstance(part, Break) for part in content)
            case BulletList(items=items) | OrderedList(items=items):
                assert items
            case Quote(content=content):
                assert content
            case CodeBlock(text=code):
                assert code.strip("\n") == code != ""


@given(raw_documents(opaque, opaque))
def test_a_stored_document_comes_back_equal(made: Document):
    """What is stored as JSON, written and read again, is the document."""
    assert made == from_json(json.loads(json.dumps(to_json(made))))


@given(texts)
def test_no_word_is_lost_in_a_paragraph(typed: str):
    """Everything typed into a paragraph can be read there, apart from blanks at the ends of paragraphs."""
    assert clean(typed).split() == text_of(document(Paragraph(text(typed)))).split()


@pytest.mark.parametrize("stored", [None, [5], ["x"], [{"is": "Secret"}], [{"is": "Text"}], [{"no": "kind"}], [None]])
def test_what_is_no_stored_document_is_refused(stored: object):
    """Reading anything else says so, instead of failing somewhere later."""
    with pytest.raises(ValueError, match=r"not a stored document|dictionary update"):
        from_json(stored)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (Paragraph(text("a\r\nb\rc")), (Paragraph((Text("a"), Break(), Text("b"), Break(), Text("c"))),)),
        (Paragraph(text("a\n\n\nb")), (Paragraph(text("a")), Paragraph(text("b")))),
        (Paragraph(text("a", "b", " ")), (Paragraph(text("ab")),)),
        (Paragraph((Text("\x00\ud800"),)), (Paragraph(text("\ufffd\ufffd")),)),
        (Paragraph((Text("x", frozenset({"code", "em"})),)), (Paragraph((Text("x", frozenset({"code"})),)),)),
        (Heading(text("a\nb"), 9), (Heading(text("a b"), 2),)),
        (Heading(text(" ")), ()),
        (Paragraph((Mention("Mara Example", ""),)), (Paragraph(text("@Mara Example")),)),
        (BulletList((ListItem(()),)), ()),
        (
            BulletList((ListItem((), (OrderedList((ListItem(text("x")),)),)),)),
            (BulletList((ListItem(text("…"), (OrderedList((ListItem(text("x")),)),)),)),),
        ),
        (Quote((Paragraph(text("a\n\nb")),)), (Quote((Paragraph(text("a")), Paragraph(text("b")))),)),
        (CodeBlock("\n  x\ny\n\n"), (CodeBlock("  x\ny"),)),
        (
            Paragraph((Link("https://e.example", ()),)),
            (Paragraph((Link("https://e.example", text("https://e.example")),)),),
        ),
        (Paragraph((Link("javascript:x()", text("Click")),)), (Paragraph(text("Click (javascript:x())")),)),
        (Paragraph((Link("example.com", text("example.com")),)), (Paragraph(text("example.com")),)),
        (
            Paragraph((Link("https://e.example", text("a")), Link("https://e.example", (Text("b", STRONG),)))),
            (Paragraph((Link("https://e.example", (Text("a"), Text("b", STRONG))),)),),
        ),
        (Rule(), (Rule(),)),
    ],
)
def test_the_normal_form_by_example(raw: Block, expected: tuple[Block, ...]):
    """Each rule of the normal form does what it says."""
    assert expected == document(raw).blocks


def test_text_shows_lists_and_code_line_by_line():
    """The plain reading has one line a paragraph, item and line of code."""
    made = document(
        Heading(text("Goal")),
        BulletList((ListItem(text("one"), (BulletList((ListItem(text("below")),)),)), ListItem(text("two")))),
        CodeBlock("a\nb"),
        Quote((Paragraph(text("said")),)),
        Rule(),
        Opaque("adf", "{}", "a panel"),
    )

    assert text_of(made) == "Goal\n- one\n  - below\n- two\na\nb\nsaid\na panel"


def test_a_text_is_parsed_once_and_only_when_somebody_looks():
    """A document made by `later` equals what it parses to, and stays what it was at the first look."""
    parsed = [document(Paragraph(text("a"))), document(Paragraph(text("b")))]
    looked: list[Document] = []

    def parse(source: list[Document]) -> Document:
        looked.append(source[len(looked)])
        return looked[-1]

    made = Document.later(parse, parsed)
    assert looked == []
    assert (made, hash(made), repr(made), bool(made)) == (parsed[0], hash(parsed[0]), repr(parsed[0]), True)
    assert len(looked) == 1
    assert not Document.later(Document, ())
    assert made != "a"


@pytest.mark.parametrize("typed", HOSTILE)
def test_hostile_texts_are_only_text(typed: str):
    """No text turns into a link, a mention or anything else by being put into a paragraph."""
    for content in runs_in(document(Paragraph(text(typed))).blocks):
        assert all(isinstance(part, Text | Break) for part in content)
