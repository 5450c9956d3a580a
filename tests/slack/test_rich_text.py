from typing import Any

import pytest
from hypothesis import given, strategies as st

from adapters.document import (
    BulletList,
    CodeBlock,
    Document,
    Heading,
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
    text_of,
)
from bot.slack.rich_text import mentions, parse, prefill

Json = dict[str, Any]


def section(*elements: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(elements)}


def text(words: str, **style: bool) -> Json:
    return {"type": "text", "text": words} | ({"style": style} if style else {})


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def bullets(indent: int, *items: str, style: str = "bullet", **more: int) -> Json:
    return {
        "type": "rich_text_list",
        "style": style,
        "indent": indent,
        "elements": [section(text(i)) for i in items],
    } | more


def item(words: str, *children: BulletList | OrderedList) -> ListItem:
    return ListItem((Text(words),), children)


def paragraph(*content: Any) -> Document:
    return document(Paragraph(tuple(content)))


@pytest.mark.parametrize(
    ("element", "run"),
    [
        (text("a"), Text("a")),
        (text("a", bold=True, italic=True), Text("a", frozenset({"strong", "em"}))),
        (text("a", strike=True), Text("a", frozenset({"strike"}))),
        (text("a", underline=True, highlight=True), Text("a", frozenset({"underline"}))),
        (text("a", code=True, bold=True), Text("a", frozenset({"code"}))),
        (text("a", code=False, bold=True), Text("a", frozenset({"strong"}))),
        ({"type": "link", "url": "https://a.example", "text": "A"}, Link("https://a.example", (Text("A"),))),
        ({"type": "link", "url": "https://a.example"}, Link("https://a.example", (Text("https://a.example"),))),
        ({"type": "user", "user_id": "U1"}, Text("@Mara Example")),
        ({"type": "user", "user_id": "U2"}, Text("@U2")),
        ({"type": "channel", "channel_id": "C1"}, Text("#mar-dev-web")),
        ({"type": "usergroup", "usergroup_id": "S1"}, Text("@S1")),
        ({"type": "broadcast", "range": "here"}, Text("@here")),
        ({"type": "emoji", "name": "wave", "unicode": "1f44b-1f3fd"}, Text("👋🏽")),
        ({"type": "emoji", "name": "party_parrot"}, Text(":party_parrot:")),
        ({"type": "emoji", "name": "wave", "skin_tone": 3, "unicode": "x"}, Text(":wave::skin-tone-3:")),
        ({"type": "color", "value": "#F405B3"}, Text("#F405B3")),
        ({"type": "date", "timestamp": 1795251900, "format": "{date}"}, Text("2026-11-21 09:05 UTC")),
        ({"type": "date", "timestamp": 0, "format": "{date}", "fallback": "then"}, Text("then")),
        (
            {"type": "date", "timestamp": 0, "url": "https://a.example", "fallback": "then"},
            Link("https://a.example", (Text("then"),)),
        ),
        ({"type": "date", "timestamp": "soon"}, Text("soon")),
        ({"type": "hologram", "fallback": "a picture"}, Text("a picture")),
        ({"type": "hologram"}, Text("[hologram]")),
    ],
)
def test_every_inline_element_is_read(element: Json, run: Any) -> None:
    """Each element of Slack's rich text has its run; an unknown one keeps the text that it carries."""
    names = {"U1": "Mara Example", "C1": "mar-dev-web"}

    assert parse(rich(section(element)), names) == paragraph(run)


def test_blocks_are_read() -> None:
    """Sections, quotes, preformatted text and unknown blocks become paragraphs, quotes, code and text."""
    block = rich(
        section(text("one\ntwo\n\nthree\n")),
        {"type": "rich_text_quote", "elements": [text("said")]},
        {"type": "rich_text_preformatted", "elements": [text("x = 1\n"), {"type": "link", "url": "https://a.example"}]},
        {"type": "rich_text_poem", "elements": [section(text("roses")), section(text(" are red"))]},
    )

    assert parse(block) == document(
        Paragraph((Text("one\ntwo\n\nthree"),)),
        Quote((Paragraph((Text("said"),)),)),
        CodeBlock("x = 1\nhttps://a.example"),
        Paragraph((Text("roses are red"),)),
    )


def test_lists_side_by_side_become_lists_inside_each_other() -> None:
    """The indent of Slack's lists says what stands under what; a numbered list goes on behind its sublist."""
    block = rich(
        bullets(0, "a", style="ordered"),
        bullets(1, "a1", "a2"),
        bullets(2, "deep"),
        bullets(0, "b", style="ordered", offset=1),
        bullets(0, "other"),
    )

    assert parse(block) == document(
        OrderedList((item("a", BulletList((item("a1"), item("a2", BulletList((item("deep"),)))))), item("b"))),
        BulletList((item("other"),)),
    )


def test_a_list_that_starts_indented_loses_no_item() -> None:
    """Without an item above it, an indented list stands on its own."""
    block = rich(bullets(2, "a"), bullets(0, "b"))

    assert parse(block) == document(BulletList((item("a"),)), BulletList((item("b"),)))


def test_mentioned_ids_are_found_at_any_depth() -> None:
    """People, groups and channels are found in lists, too."""
    user = {"type": "user", "user_id": "U1"}
    block = rich(
        section(text("a"), user, {"type": "channel", "channel_id": "C1"}),
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [section({"type": "usergroup", "usergroup_id": "S1"})],
        },
    )

    assert mentions(block) == {"U1", "C1", "S1"}


def test_a_document_is_written_as_slacks_editor_writes_it() -> None:
    """Paragraphs share a section, sublists lie side by side, and nothing that other trackers know is dropped."""
    made = document(
        Heading((Text("Why"),), 1),
        Paragraph((Text("a "), Link("https://a.example", (Text("b", frozenset({"em"})),)), Text("\nc"))),
        OrderedList((item("one", BulletList((item("sub"),))), item("two"))),
        Rule(),
        Quote((Paragraph((Text("q"),)), Paragraph((Text("r"),)))),
        CodeBlock("x"),
        Paragraph(
            (Mention("Mara", "5b10"), Text(" "), Link("ftp://a.example", (Text("f"),)), Opaque("adf", "{}", "table"))
        ),
    )

    assert prefill(made) == rich(
        section(
            text("Why", bold=True),
            text("\n\n"),
            text("a "),
            {"type": "link", "url": "https://a.example", "text": "b", "style": {"italic": True}},
            text("\n"),
            text("c"),
        ),
        bullets(0, "one", style="ordered"),
        bullets(1, "sub"),
        bullets(0, "two", style="ordered", offset=1),
        section(text("⸻")),
        {"type": "rich_text_quote", "elements": [text("q"), text("\n\n"), text("r")]},
        {"type": "rich_text_preformatted", "elements": [text("x")]},
        section(text("@Mara"), text(" "), text("f (ftp://a.example)"), text("table")),
    )


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\r\x00 "), min_size=1, max_size=8)
STYLE = st.fixed_dictionaries({}, optional=dict.fromkeys(("bold", "italic", "strike", "code"), st.just(True)))
INLINE = st.one_of(
    st.builds(lambda words, style: text(words, **style), WORDS, STYLE),
    st.builds(lambda words: {"type": "link", "url": "https://a.example/x", "text": words}, WORDS),
    st.sampled_from(
        [
            {"type": "user", "user_id": "U1"},
            {"type": "broadcast", "range": "channel"},
            {"type": "emoji", "name": "wave", "unicode": "1f44b"},
            {"type": "color", "value": "#F405B3"},
        ]
    ),
)
SECTION = st.lists(INLINE, max_size=4).map(lambda parts: section(*parts))
BLOCK = st.one_of(
    SECTION,
    st.lists(INLINE, max_size=3).map(lambda parts: {"type": "rich_text_quote", "elements": parts}),
    WORDS.map(lambda words: {"type": "rich_text_preformatted", "elements": [text(words)]}),
    st.builds(
        lambda items, style, indent: {"type": "rich_text_list", "style": style, "indent": indent, "elements": items},
        st.lists(SECTION, min_size=1, max_size=3),
        st.sampled_from(["bullet", "ordered"]),
        st.integers(0, 3),
    ),
)


def test_a_list_goes_on_after_an_item_that_was_set_in_further():
    """Two lists of one kind side by side in one item cannot be told apart when they are shown: they are one."""
    item = section(text("x"))
    found = parse(
        rich(*({"type": "rich_text_list", "style": "ordered", "indent": n, "elements": [item]} for n in (0, 2, 1)))
    )

    [[below]] = [item.children for item in found.blocks[0].items]  # type: ignore[union-attr]
    assert len(below.items) == 2
    assert parse(prefill(found)) == found


@given(st.lists(BLOCK, max_size=6))
def test_what_slack_says_survives_being_shown_again(elements: list[Json]) -> None:
    """A document read from Slack, shown in a form and read again, is the same."""
    read = parse(rich(*elements))

    assert parse(prefill(read)) == read


@given(st.lists(BLOCK, max_size=6))
def test_nothing_shown_again_pings(elements: list[Json]) -> None:
    """Only texts and links are written: no user, group, channel or broadcast element."""

    def kinds(node: Json) -> set[str]:
        return {node["type"]}.union(*(kinds(part) for part in node.get("elements", [])))

    allowed = {"rich_text", "rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}

    assert kinds(prefill(parse(rich(*elements)))) <= allowed | {"text", "link"}


@given(st.lists(BLOCK, max_size=6))
def test_no_word_is_lost(elements: list[Json]) -> None:
    """Every visible character of Slack's text is in the document."""

    def words(node: Json) -> str:
        return str(node.get("text", "")) + "".join(words(part) for part in node.get("elements", []))

    seen = text_of(parse(rich(*elements)))

    for element in elements:
        for character in words(element):
            assert character.isspace() or clean(character) in seen
