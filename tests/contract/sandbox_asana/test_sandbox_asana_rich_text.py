"""The stand-in's rich text: what Asana takes, what it refuses, and how it reads back."""

from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, strategies as st

from sandbox.asana.rich_text import (
    BLOCKS,
    COMMENT_TAGS,
    FORBIDDEN,
    NOTES_TAGS,
    RichTextError,
    accept,
    as_read,
    from_plain,
    to_plain,
)

CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
LINE = st.text(CHARACTERS, max_size=20)
TEXT = st.text(CHARACTERS | st.sampled_from("\n\t&<>\"'"), max_size=30)
INLINE_TAGS = ["strong", "em", "u", "s", "code"]


def element(tag: str, inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return inside.map(lambda text: f"<{tag}>{text}</{tag}>")


def inline(text: st.SearchStrategy[str], tags: list[str] = INLINE_TAGS) -> st.SearchStrategy[str]:
    """Text with marks; a mark holds other marks, and no mark holds itself."""
    plain = text.map(escape)
    if not tags:
        return plain
    marks = [element(tag, inline(text, [other for other in tags[:2] if other != tag])) for tag in tags]
    link = text.map(lambda t: f"<a href={quoteattr('https://example.com/?' + t.replace(chr(10), ''))}>{escape(t)}</a>")
    return st.lists(st.one_of(plain, link, *marks), max_size=3).map("".join)


RUNS = inline(TEXT)
ITEMS = st.recursive(
    st.lists(element("li", RUNS), min_size=1, max_size=3).map("".join),
    lambda inner: st.tuples(RUNS, inner, st.sampled_from(["ul", "ol"])).map(
        lambda parts: f"<li>{parts[0]}<{parts[2]}>{parts[1]}</{parts[2]}></li>"
    ),
    max_leaves=4,
)
COMMENT_BLOCKS = [element("ul", ITEMS), element("ol", ITEMS), element("blockquote", RUNS), element("pre", RUNS)]
ROWS = st.lists(
    element("tr", st.lists(element("td", RUNS), min_size=1, max_size=2).map("".join)), min_size=1, max_size=2
)
NOTES_BLOCKS = [
    *COMMENT_BLOCKS,
    element("h1", inline(LINE)),
    element("h2", inline(LINE)),
    st.just("<hr/>"),
    st.just('<img data-gid="12"/>'),
    element("table", ROWS.map("".join)),
]
COMMENTS = st.lists(st.one_of(RUNS, *COMMENT_BLOCKS), max_size=4).map("".join).map("<body>{}</body>".format)
NOTES = st.lists(st.one_of(RUNS, *NOTES_BLOCKS), max_size=4).map("".join).map("<body>{}</body>".format)


@given(NOTES)
def test_allowed_notes_are_taken_and_read_back_the_same(html: str) -> None:
    """Every document in Asana's grammar is taken, and what is kept is taken again unchanged."""
    kept = accept(html, NOTES_TAGS).html
    assert accept(kept, NOTES_TAGS).html == kept


@given(COMMENTS)
def test_allowed_comments_are_taken(html: str) -> None:
    """Comments know fewer tags; a comment is a description too."""
    assert accept(html, COMMENT_TAGS) == accept(html, NOTES_TAGS)


@given(NOTES, st.data())
def test_a_document_with_a_piece_cut_out_is_refused(html: str, data: st.DataObject) -> None:
    """Without one of its angle brackets no document is well-formed or in a body any more."""
    places = [index for index, character in enumerate(html) if character in "<>"]
    cut = data.draw(st.sampled_from(places[:1] + places[-2:]))
    with pytest.raises(RichTextError):
        accept(html[:cut] + html[cut + 1 :], NOTES_TAGS)


@given(NOTES, st.sampled_from(["<br/>", "<p>x</p>", "<div/>", "<h3>x</h3>", "<span/>", "&nbsp;", "\x0b", "&", "<"]))
def test_a_document_with_one_forbidden_piece_is_refused(html: str, piece: str) -> None:
    """One tag, entity or character that Asana does not know spoils the whole document."""
    with pytest.raises(RichTextError):
        accept(html.removesuffix("</body>") + piece + "</body>", NOTES_TAGS)


@given(NOTES.filter(lambda html: any(f"<{tag}" in html for tag in ("h1", "h2", "hr", "img", "table"))))
def test_comments_refuse_what_only_notes_may_have(html: str) -> None:
    """Headings, rules, images and tables are not for comments."""
    with pytest.raises(RichTextError, match="is not supported here"):
        accept(html, COMMENT_TAGS)


@given(st.text(CHARACTERS | st.sampled_from("\n\r\t&<>\"'\x00\x0b"), max_size=60))
def test_plain_text_survives_as_rich_text(text: str) -> None:
    """Plain notes become a document that Asana takes and that reads back as the same text."""
    html = from_plain(text)
    assert accept(html, COMMENT_TAGS).html == html
    assert to_plain(html) == FORBIDDEN.sub("\ufffd", text)


@pytest.mark.parametrize(
    "html",
    [
        "",
        "text",
        "<p>text</p>",
        "<body>text",
        "<body>a</body><body>b</body>",
        "<BODY>text</BODY>",
        '<body class="x">text</body>',
        "<body><STRONG>x</STRONG></body>",
        "<body><strong><em>x</strong></em></body>",
        "<body>fish & chips</body>",
        "<body>a<br>b</body>",
        "<body><h1>two\nlines</h1></body>",
        "<body><h1><ul><li>x</li></ul></h1></body>",
        "<body><ul>text</ul></body>",
        "<body><ul><ul><li>x</li></ul></ul></body>",
        "<body><li>x</li></body>",
        "<body><li><h1>x</h1></li></body>",
        "<body><ul><li><blockquote>x</blockquote></li></ul></body>",
        "<body><hr>x</hr></body>",
        "<body><strong><hr/></strong></body>",
        "<body><img/></body>",
        "<body><a>nowhere</a></body>",
        '<body><a href="javascript:alert(1)">x</a></body>',
        '<body><a href="relative">x</a></body>',
        '<body><a href="https://example.com" onclick="x">x</a></body>',
        "<body><a href=https://example.com>x</a></body>",
        '<body><strong style="x">x</strong></body>',
        "<body><!-- hidden --></body>",
        "<body><![CDATA[x]]></body>",
        '<!DOCTYPE x [<!ENTITY y "z">]><body>&y;</body>',
        "<?xml version='1.0'?><body>x</body>",
        "<body>\ud800</body>",
        "<body>&#11;</body>",
        "<body>" + "<ul><li>" * 30 + "</li></ul>" * 30 + "</body>",
        "<body><table>x</table></body>",
        "<body><table><tr><td><h1>x</h1></td></tr></table></body>",
    ],
)
def test_what_asana_refuses(html: str) -> None:
    """Markup that is no XML, or XML that is not Asana's, is refused whole."""
    with pytest.raises(RichTextError):
        accept(html, NOTES_TAGS)


def test_plain_text_of_blocks_and_links() -> None:
    """Each block stands on lines of its own; a link shows its address unless that is its text."""
    html = (
        "<body><h1>Goal</h1>More <strong>leads</strong>\n<ul><li>one<ol><li>deep</li></ol></li><li>two</li></ul>"
        '<a href="https://example.com/a">a</a> <a href="https://example.com">https://example.com</a><hr/>end</body>'
    )
    assert to_plain(html) == ("Goal\nMore leads\none\ndeep\ntwo\na (https://example.com/a) https://example.com\nend")


def test_addresses_in_plain_text_become_links() -> None:
    """A bare address is linked without the full stop after it, and escaped in both places."""
    assert from_plain("See https://example.com/?a=1&b=2.") == (
        '<body>See <a href="https://example.com/?a=1&amp;b=2">https://example.com/?a=1&amp;b=2</a>.</body>'
    )


def test_mentions_are_found_and_named_for_readers() -> None:
    """A mention is kept as its gid; a reader sees name and address, or that it is not for them."""
    kept = accept('<body>Hi <a data-asana-gid="7"></a> and <a data-asana-gid="8"/></body>', NOTES_TAGS)
    assert kept.html == '<body>Hi <a data-asana-gid="7"/> and <a data-asana-gid="8"/></body>'
    assert kept.mentions == ("7", "8")
    known = {"7": ("user", "Mara Example", "https://app.asana.com/1/1/profile/7")}
    read = as_read(kept.html, known.get)
    assert read == (
        '<body>Hi <a data-asana-gid="7" data-asana-accessible="true" href="https://app.asana.com/1/1/profile/7"'
        ' data-asana-dynamic="true" data-asana-type="user">@Mara Example</a> and'
        ' <a data-asana-gid="8" data-asana-accessible="false">Private object</a></body>'
    )
    assert accept(read, NOTES_TAGS).mentions == ("7", "8")
    assert to_plain(kept.html, known.get) == "Hi https://app.asana.com/1/1/profile/7 and "


def test_every_block_is_a_tag_of_notes() -> None:
    """The tags that break lines are tags that notes may have."""
    assert BLOCKS < NOTES_TAGS
