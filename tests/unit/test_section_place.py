"""Where a section stands in a ticket, and what a splice would replace."""

import pytest
from hypothesis import given, strategies as st

from adapters.asana import notes
from adapters.document import BulletList, Document, Heading, ListItem, Opaque, Paragraph, Text, document, text_of
from adapters.jira.document import from_adf
from bot.domain.draft import STILL_NEEDED
from bot.domain.plain_text import from_plain
from bot.domain.section_names import SectionNames
from bot.domain.section_place import Place, digest, holds, place_of
from bot.domain.template import Attributes, Field, RequestType
from tests.strategies import documents

KIND = RequestType(
    key="landing-page",
    name="Landing page",
    description="A page",
    body=tuple(
        Field(type="textarea", id=key, attributes=Attributes(label=label), aliases=aliases)
        for key, label, aliases in (
            ("goal", "Campaign goal", ("Goal",)),
            ("acceptance_criteria", "Acceptance criteria", ("Definition of done",)),
            ("audience", "Target audience", ()),
        )
    ),
)
NAMES = SectionNames(KIND)


def asana(body: str) -> Document:
    return notes.read(f"<body>{body}</body>").document


def place(text: Document, section: str = "goal") -> tuple[str, str, bool]:
    found = place_of(text, NAMES, section)
    return found.heading, found.text, found.replaceable


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h1>Goal</h1>More<h1>Target audience</h1>All", ("Goal", "More", True)),
        ("<h2>3. Campaign goals:</h2>More", ("3. Campaign goals:", "More", True)),
        ("<strong>Goal:</strong>\nMore\n\n<strong>Audience</strong>\nAll", ("Goal:", "More", True)),
        ("Hello\n<strong>Goal</strong>\nMore\nand more", ("Goal", "More\nand more", True)),
        ("<h1>Goal</h1>More <strong>sales</strong>\n<strong>Really</strong>", ("Goal", "More sales\nReally", True)),
        ("Goal: more sales", ("", "", True)),
        ("nothing", ("", "", True)),
        ("", ("", "", True)),
    ],
)
def test_a_section_below_a_heading_of_its_own(html: str, expected: tuple[str, str, bool]) -> None:
    """Real headings and bold lines, however they are spelt; words before a colon are no place to write to."""
    assert place(asana(html)) == expected


@pytest.mark.parametrize(
    "html",
    [
        "<h1>Goal</h1>One<h1>Goal</h1>Two",
        "<h1>Goal</h1>One<h2>Details</h2>Two",
        "<h1>Goal and target audience</h1>Both",
    ],
)
def test_what_cannot_be_replaced_as_a_whole_is_added_to(html: str) -> None:
    """Two headings for one section, one for two, or headings inside: a splice would not replace what is shown."""
    found = place_of(asana(html), NAMES, "goal")
    assert not found.replaceable
    assert found.heading


def test_deeper_headings_of_jira_belong_to_the_section() -> None:
    """A third level below the second is part of it, so that it cannot be replaced as a whole."""
    nodes = [("Campaign goal", 2), ("In figures", 3), ("Target audience", 2)]
    content = [
        node
        for text, level in nodes
        for node in (
            {"type": "heading", "attrs": {"level": level}, "content": [{"type": "text", "text": text}]},
            {"type": "paragraph", "content": [{"type": "text", "text": f"Below {text}"}]},
        )
    ]
    read = from_adf({"type": "doc", "version": 1, "content": content})
    assert not place_of(read, NAMES, "goal").replaceable
    assert place(read, "audience") == ("Target audience", "Below Target audience", True)


def test_our_own_still_needed_is_nothing() -> None:
    """What we wrote ourselves is no text of anybody's: it is not shown, and it may be replaced."""
    asked = document(Heading((Text("Campaign goal"),)), Paragraph((Text(STILL_NEEDED, frozenset({"em"})),)))
    found = place_of(asked, NAMES, "goal")
    assert (found.heading, found.body, found.says_something, found.digest) == ("Campaign goal", Document(), False, "")


@pytest.mark.parametrize(("text", "says"), [("TBD", False), ("…", False), ("", False), ("More sales", True)])
def test_placeholders_say_nothing(text: str, says: bool) -> None:
    """As in readiness."""
    assert Place(body=from_plain(text)).says_something is says


@given(documents())
def test_any_text_has_a_place_or_none(text: Document) -> None:
    """No document raises, and what is replaceable stands between two headings."""
    for section in KIND.fields:
        found = place_of(text, NAMES, section)
        assert found.replaceable or found.heading


@given(documents(), documents())
def test_digests_tell_texts_apart(one: Document, other: Document) -> None:
    """The same text has the same digest, another text another one, and nothing has none."""
    assert (digest(one) == digest(other)) == (one == other)
    assert bool(digest(one)) == bool(one.blocks)


@given(st.lists(st.sampled_from(["a", "b", "", "c"])), st.lists(st.sampled_from(["x", "y"])), st.lists(st.just("z")))
def test_a_text_that_was_added_is_found(before: list[str], added: list[str], after: list[str]) -> None:
    """Whatever stands around it, and whether it became a list on the way."""
    whole = from_plain("\n\n".join([*before, *added, *after]))
    listed = document(BulletList(tuple(ListItem((Text(line),)) for line in added)))
    assert holds(whole, from_plain("\n\n".join(added)))
    assert holds(Document((*from_plain("".join(before)).blocks, *listed.blocks)), listed)
    assert not holds(from_plain("\n".join(before)), from_plain("x\ny"))


def test_a_table_is_part_of_a_section() -> None:
    """What we do not model belongs to the section it stands in."""
    table = Opaque("xml", "<table><tr><td>x</td></tr></table>", "x")
    text = document(Heading((Text("Goal"),)), table, Heading((Text("Links"),)))
    assert text_of(place_of(text, NAMES, "goal").body) == "x"
