"""Plain text as typed, made a document: nothing typed is lost, and nothing is read into it that nobody meant."""

import re

import pytest
from hypothesis import given, strategies as st

from adapters.document import (
    BulletList,
    CodeBlock,
    Document,
    Link,
    ListItem,
    OrderedList,
    Paragraph,
    Text,
    clean,
    document,
    plain,
    text_of,
)
from bot.domain.plain_text import from_plain, inlines, one_item_a_line
from tests.strategies import texts

MARKS = st.sampled_from(
    ["- ", "* ", "• ", "1. ", "2) ", "24. ", "    - ", "```", "```json", "", "https://a.example/b?c=d). "]
)
typed = st.lists(st.tuples(MARKS, texts), max_size=6).map(lambda lines: "\n".join(a + b for a, b in lines))


def words(text: str) -> str:
    """The characters of a text without blanks and the marks of lists and code."""
    return re.sub(r"[\s\-*•\u2013`]|\d{1,3}[.)]", "", clean(text))


@given(typed)
def test_every_typed_character_survives(text: str) -> None:
    """Whatever is typed is in the document, apart from blanks and the marks that lists and code are made of."""
    assert words(text_of(from_plain(text))) == words(text)


@given(typed)
def test_every_item_survives(text: str) -> None:
    """In a field that asks for one thing a line, every line that is not blank is an item, in order."""
    made = one_item_a_line(text)
    items = [plain(item.content) for block in made.blocks if isinstance(block, BulletList) for item in block.items]

    assert len(made.blocks) <= 1
    assert words("\n".join(items)) == words(text)


@given(st.lists(st.text(st.characters(categories=["Lu", "Ll", "So"]), min_size=1, max_size=9), min_size=1, max_size=5))
def test_plain_lines_stay_lines(lines: list[str]) -> None:
    """Lines without marks come back as they were typed."""
    assert text_of(from_plain("\n".join(lines))) == "\n".join(lines)


@given(typed)
def test_documents_are_in_the_normal_form(text: str) -> None:
    """Normalising again changes nothing."""
    for made in (from_plain(text), one_item_a_line(text), document(Paragraph(inlines(text)))):
        assert document(*made.blocks) == made


@pytest.mark.parametrize("sign", ["<b>", "**bold**", "_it_", "h1. x", "{code}", "[a](https://b.example)", "<!channel>"])
def test_markup_is_literal(sign: str) -> None:
    """What means something to a vendor is text like any other."""
    assert text_of(from_plain(f"say {sign} here")) == f"say {sign} here"


def test_lists_and_code_are_found() -> None:
    """Bullets, numbers that count up from one, and fenced code; other numbers are somebody's own."""
    read = from_plain("Intro\n- one\n* two\n\n1. first\n2. second\n\n24. December\n```sql\nselect 1\n```\nend")

    assert [type(block) for block in read.blocks] == [
        Paragraph,
        BulletList,
        OrderedList,
        Paragraph,
        CodeBlock,
        Paragraph,
    ]
    assert read.blocks[4] == CodeBlock("select 1")
    assert text_of(read).splitlines()[5] == "24. December"


def test_the_language_of_code_is_no_line_of_it() -> None:
    """It is left out, unless there is nothing else between the fences."""
    assert from_plain("```js\nx = 1\n```").blocks == (CodeBlock("x = 1"),)
    assert from_plain("```foo\n\n```").blocks == (CodeBlock("foo"),)
    assert from_plain("```\njs\n```").blocks == (CodeBlock("js"),)


def test_code_that_is_no_block_stays_as_typed() -> None:
    """A fence without its end, or with more on its line, is text."""
    for text in ("```\nno end", "```inline code``` and more\nthen\n```"):
        assert text_of(from_plain(text)) == text


def test_items_lose_their_marks_and_nothing_else() -> None:
    """Bullets and counting numbers go; a date that begins with a number stays."""
    assert one_item_a_line("1. loads in 2 s\n2) 24. December works\n- 24. December\n\n  • 2.5 s on 4G") == Document(
        (
            BulletList(
                tuple(
                    ListItem((Text(text),))
                    for text in ("loads in 2 s", "24. December works", "24. December", "2.5 s on 4G")
                )
            ),
        )
    )


@pytest.mark.parametrize(
    ("text", "address", "rest"),
    [
        ("see https://example.com/a, please", "https://example.com/a", ", please"),
        ("(https://example.com/a_(b))", "https://example.com/a_(b)", ")"),
        ("https://example.com/ä?q=1&r=[2]!", "https://example.com/ä?q=1&r=[2", "]!"),
        ("https://example.com\u202egpj.exe", "https://example.com", "\u202egpj.exe"),
        ("https://example.com\u200b.evil.example", "https://example.com", "\u200b.evil.example"),
        ("HTTPS://EXAMPLE.COM/A", "HTTPS://EXAMPLE.COM/A", ""),
    ],
)
def test_addresses_become_links_that_show_themselves(text: str, address: str, rest: str) -> None:
    """An address ends before the sentence's punctuation, and before characters that nobody sees."""
    found = inlines(text)
    [link] = [part for part in found if isinstance(part, Link)]

    assert (link.href, link.content) == (address, (Text(address),))
    assert found[-1] == Text(rest)


@pytest.mark.parametrize(
    "text", ["https://", "https://...", "http://)", "javascript:alert(1)", "example.com", "ftp://a"]
)
def test_what_is_no_address_is_text(text: str) -> None:
    """No host, another scheme or none: literal."""
    assert [part for part in inlines(text) if isinstance(part, Link)] == []
    assert plain(inlines(text)) == text


def test_a_long_text_is_read_in_no_time() -> None:
    """Thousands of marks, fences and addresses: no line is looked at more than a few times."""
    many = "```\n" * 3001 + "1. a\n" * 3000 + "https://a.example/" + "(" * 3000 + ")" * 3000
    assert len(from_plain(many).blocks) > 1000
