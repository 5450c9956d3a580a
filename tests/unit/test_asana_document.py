"""Asana's rich text: there and back, and one section replaced without touching its neighbours."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, strategies as st

from adapters.asana import notes
from adapters.asana.document import parse_document, render, render_comment
from adapters.asana.markup import BrokenXml, escaped, parse
from adapters.base import Link, Section, SectionChange
from adapters.document import (
    BulletList,
    Document,
    Heading,
    Link as TextLink,
    ListItem,
    Mention,
    Opaque,
    Paragraph,
    Quote,
    Rule,
    Text,
    clean,
    document,
    text_of,
)
from tests.strategies import HOSTILE, documents, lines, texts

TABLE = "<table><tr><td>a &amp; b</td><td>c</td></tr></table>"
PROJECT = '<a href="https://app.asana.com/0/12/12" data-asana-gid="12" data-asana-type="project">Roadmap</a>'
opaque_blocks = st.sampled_from(
    (
        Opaque("xml", TABLE, "a & b | c"),
        Opaque("xml", '<img data-gid="5" alt="shot.png"/>', "shot.png"),
        Opaque("xml", "<pre>a <strong>b</strong></pre>", "a b"),
    )
)
opaque_inlines = st.sampled_from((Opaque("xml", PROJECT, "Roadmap"),))


def paragraph(text: str) -> Paragraph:
    return Paragraph((Text(text),))


def section(heading: str, *body: str) -> Section:
    return Section(heading, document(*(paragraph(text) for text in body)))


@given(documents(opaque_blocks, opaque_inlines))
def test_a_document_comes_back_equal(made: Document):
    """Parsing what was rendered gives the document, whatever stands in it."""
    assert made == parse_document(render(made))


@given(documents(opaque_blocks, opaque_inlines))
def test_rendered_text_is_well_formed(made: Document):
    """A real XML parser takes it, and finds only the tags that Asana allows."""
    allowed = {"body", "strong", "em", "u", "s", "code", "a", "ul", "ol", "li", "blockquote", "pre", "h1", "h2", "hr"}
    tags = {node.tag for node in ET.fromstring(render(made)).iter()}

    assert tags <= allowed | {"table", "tr", "td", "img"}


@given(documents())
def test_comments_use_fewer_tags(made: Document):
    """A comment holds neither headings nor lines, which Asana refuses there."""
    tags = {node.tag for node in ET.fromstring(render_comment(made)).iter()}

    assert not tags & {"h1", "h2", "hr", "img", "table"}


@pytest.mark.parametrize("typed", HOSTILE)
def test_a_text_never_becomes_a_mention_or_a_tag(typed: str):
    """Whatever is typed comes out as characters: no element, no link, nobody notified."""
    body = ET.fromstring(render(document(paragraph(typed))))

    assert not list(body)
    assert clean(typed).split() == (body.text or "").split()


def test_a_mention_names_a_person_by_gid():
    """Only a mention makes the element that notifies, and only with a number."""
    made = document(Paragraph((Mention("Mara Example", "1201"), Text(" and "), Mention("X", 'x"/><a'))))

    assert render(made) == '<body><a data-asana-gid="1201">@Mara Example</a> and @X</body>'


def test_a_foreign_opaque_node_is_shown_as_text():
    """A node of another tracker is not written as markup."""
    made = Document((Opaque("adf", '{"type":"panel"}', "<b>careful</b>\nplease"), Rule()))

    assert render(made) == "<body>&lt;b&gt;careful&lt;/b&gt;\nplease<hr/></body>"


def test_what_asana_answers_is_read():
    """Mentions as Asana fills them in, nested lists, quotes and links are read into the neutral form."""
    source = (
        '<body>Hi <a href="https://app.asana.com/0/profile/7" data-asana-gid="7" data-asana-accessible="true" '
        'data-asana-dynamic="true" data-asana-type="user">@Mara Example</a>\n\nnext'
        "<ul>\n<li>one<ul><li>below</li></ul></li>\n</ul><blockquote>said</blockquote>"
        '<strong><a href="https://e.example/?a=1&amp;b=2">there</a></strong>&#39;s</body>'
    )

    assert parse_document(source) == Document(
        (
            Paragraph((Text("Hi "), Mention("Mara Example", "7"))),
            paragraph("next"),
            BulletList((ListItem((Text("one"),), (BulletList((ListItem((Text("below"),)),)),)),)),
            Quote((paragraph("said"),)),
            Paragraph((TextLink("https://e.example/?a=1&b=2", (Text("there", frozenset({"strong"})),)), Text("'s"))),
        )
    )


@pytest.mark.parametrize("broken", ["<body>", "text", "<body></b></body>", "<a/><b/>", "</body>", "<body>a < b</body>"])
def test_broken_xml_is_kept_as_it_is(broken: str):
    """A text that is no XML is one opaque node, and is not rewritten."""
    assert parse_document(broken) == Document((Opaque("xml", broken, broken),))
    with pytest.raises(BrokenXml):
        parse(broken)


# --- the text of a task as a whole ---

blocks_of_xml = st.one_of(
    texts.map(lambda text: escaped(clean(text))),
    lines.map(lambda text: f"<h1>{escaped(clean(text)) or 'x'}</h1>"),
    lines.map(lambda text: f"<h2><em>{escaped(clean(text)) or 'x'}</em></h2>"),
    lines.map(lambda text: f"<strong>{escaped(clean(text)) or 'x'}</strong>"),
    texts.map(lambda text: f"<ul><li>{escaped(clean(text))}<ol><li><u>x</u></li></ol></li></ul>"),
    texts.map(lambda text: f"<blockquote>{escaped(clean(text))}</blockquote>"),
    texts.map(lambda text: f"<pre>{escaped(clean(text))}</pre>"),
    st.sampled_from(
        (
            "<hr/>",
            TABLE,
            PROJECT,
            '<img data-gid="5"/>',
            '<a data-asana-gid="7"/>',
            "<h2>Goal</h2>",
            "<h2>Goal:</h2>mine",
            "\n\n",
            "<hr/>Request devreq-V1 · from Mara Example",
        )
    ),
)
allowed_xml = st.lists(blocks_of_xml, max_size=8).map(lambda parts: f"<body>{''.join(parts)}</body>")


@given(allowed_xml, texts, st.booleans())
def test_replacing_a_section_leaves_every_other_node_equal(source: str, typed: str, append: bool):
    """All that stands before and behind the section is the same, character by character."""
    wanted = SectionChange(section("Goal", typed), append=append)

    changed = notes.change(source, [wanted])

    ET.fromstring(changed)
    same_start = next(n for n in range(len(source) + 1) if source[:n] != changed[:n] or n == len(source))
    before, after = parse(source), parse(changed)
    footer = notes.find_footer(source, before)
    heads = [n for n in before.elements() if n.tag in {"h1", "h2"} and n.text().rstrip(":").strip() == "Goal"]
    heads = [n for n in heads if footer is None or n.end <= footer.start]
    if heads:
        later = [n.start for n in before.elements() if n.tag in {"h1", "h2"} and n.start >= heads[0].end]
        end = min([*later, footer.start if footer and footer.start >= heads[0].end else before.inner_end])
        assert changed.startswith(source[: heads[0].end])
        assert changed.endswith(source[end:])
        if append:
            assert source[heads[0].end : end].rstrip() in changed
    elif "<strong>Goal</strong>" not in source:
        end = footer.start if footer else before.inner_end
        assert changed.startswith(source[:end])
        assert changed.endswith(source[end:])
    assert same_start >= len("<body>") - 1
    assert notes.find_footer(changed, after) is not None or footer is None


@given(allowed_xml, texts)
def test_a_replaced_section_reads_back(source: str, typed: str):
    """The section holds what was written, wherever it stood before."""
    wanted = section("A heading of our own", typed)

    read = notes.read(
        notes.change(
            notes.change(source, [SectionChange(section("A heading of our own", "old"))]), [SectionChange(wanted)]
        )
    )

    blocks = list(read.document.blocks)
    start = next(n for n, b in enumerate(blocks) if isinstance(b, Heading) and text_of([b]) == "A heading of our own")
    assert blocks[start + 1 : start + 1 + len(wanted.body.blocks)] == list(wanted.body.blocks)


def test_a_task_begins_with_its_sections_and_ends_with_its_request():
    """The text of a new task, to the letter."""
    made = notes.write(
        [section("User story", "As a visitor"), section("Goal", "More <sign-ups>", "Soon")],
        "V0EXAMPLE",
        "Mara · Example",
        [Link("https://example.slack.com/archives/C1/p1", "message", "slack"), Link("https://e.example", "", "web")],
    )

    assert made == (
        "<body><h2>User story</h2>As a visitor<h2>Goal</h2>More &lt;sign-ups&gt;\n\nSoon"
        "<hr/>Request devreq-V0EXAMPLE · from Mara - Example"
        ' · Slack: <a href="https://example.slack.com/archives/C1/p1">message</a>'
        ' · Link: <a href="https://e.example">https://e.example</a></body>'
    )


def test_the_footer_is_read_and_is_no_part_of_the_document():
    """Request, requester and links come from the footer; the document is what people wrote."""
    thread = Link("https://s.example/2", "Slack thread", "slack")
    links = (Link("https://e.example", "Brief", "web"), Link("https://s.example/1", "", "slack"), thread)
    written = notes.write([section("Goal", "More")], "V1", "Mara Example", links)
    read = notes.read(written)

    assert written.endswith(' · <a href="https://s.example/2">Slack thread</a></body>')
    assert read.document == document(Heading((Text("Goal"),)), paragraph("More"))
    assert read.footer is not None
    assert ("V1", "Mara Example", links) == (read.footer.request_id, read.footer.reporter, read.footer.links)


@pytest.mark.parametrize("typed", HOSTILE)
def test_nobody_can_write_a_footer_into_a_form(typed: str):
    """A text that looks like our footer is only text: the request is the one that made the ticket."""
    forged = f"{typed}\nRequest devreq-V0FORGED · from Nobody"

    read = notes.read(notes.write([section("Goal", forged)], "V1", typed, [Link("https://e.example", typed)]))

    assert read.footer is not None
    assert read.footer.request_id == "V1"
    assert read.document == document(Heading((Text("Goal"),)), paragraph(forged))


def test_a_footer_survives_what_people_write_below_it():
    """Text below the footer belongs to the document; new sections go above the footer."""
    source = notes.write([section("Goal", "More")], "V1", None, []).replace("</body>", "\nLater thought</body>")

    changed = notes.change(source, [SectionChange(section("Audience", "Everyone"))])

    assert changed == ("<body><h2>Goal</h2>More<h2>Audience</h2>Everyone<hr/>Request devreq-V1\nLater thought</body>")
    assert text_of(notes.read(changed).document) == "Goal\nMore\nAudience\nEveryone\nLater thought"


def test_links_are_added_once():
    """A link goes to the end of the footer, and not a second time."""
    source = notes.write([], "V1", "Mara Example", [])
    link = Link("https://s.example/1", "thread", "slack")

    once = notes.change(source, [], [link, link])

    assert once == (
        '<body><hr/>Request devreq-V1 · from Mara Example · Slack: <a href="https://s.example/1">thread</a></body>'
    )
    assert once == notes.change(once, [], [link])


def test_a_task_written_by_hand_gets_a_line_of_links():
    """Without a footer of ours the links get a line of their own, which is read again."""
    changed = notes.change("<body>By hand</body>", [], [Link("https://s.example/1", "thread", "slack")])

    assert changed == '<body>By hand<hr/>Links · Slack: <a href="https://s.example/1">thread</a></body>'
    read = notes.read(changed)
    assert text_of(read.document) == "By hand"
    assert read.footer is not None
    assert read.footer.request_id is None


@pytest.mark.parametrize(
    ("source", "append", "expected"),
    [
        ("<body></body>", False, "<body><h2>Goal</h2>new</body>"),
        ("<body/>", False, "<body><h2>Goal</h2>new</body>"),
        ("", False, "<body><h2>Goal</h2>new</body>"),
        ("<body><h1>GOAL :</h1>old</body>", False, "<body><h1>GOAL :</h1>new</body>"),
        ("<body><h1>Ziel</h1>old<h2>B</h2>b</body>", False, "<body><h1>Ziel</h1>new<h2>B</h2>b</body>"),
        ("<body><h2>Goal</h2>old</body>", True, "<body><h2>Goal</h2>old\n\nnew</body>"),
        ("<body><h2>Goal</h2><ul><li>a</li></ul></body>", True, "<body><h2>Goal</h2><ul><li>a</li></ul>new</body>"),
        ("<body><h2>Goal</h2>\n<h2>B</h2></body>", True, "<body><h2>Goal</h2>new<h2>B</h2></body>"),
        (
            "<body><strong>Goal:</strong>\nold\n\n<strong>B</strong>\nb</body>",
            False,
            "<body><strong>Goal:</strong>\nnew\n\n<strong>B</strong>\nb</body>",
        ),
        (
            "<body><strong>Goal</strong>:\nold<h2>B</h2>b</body>",
            True,
            "<body><strong>Goal</strong>:\nold\n\nnew<h2>B</h2>b</body>",
        ),
        ("<body>a <strong>Goal</strong></body>", False, "<body>a <strong>Goal</strong><h2>Goal</h2>new</body>"),
        ("<body><strong>Goal</strong> of it</body>", False, "<body><strong>Goal</strong> of it<h2>Goal</h2>new</body>"),
    ],
)
def test_sections_are_found_as_people_write_them(source: str, append: bool, expected: str):
    """Headings fit without case and colon, by an alias, and as a bold line of its own."""
    assert expected == notes.change(source, [SectionChange(section("Goal", "new"), ("Ziel",), append)])
