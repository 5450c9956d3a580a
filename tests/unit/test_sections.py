"""Headed sections: comparing, replacing, and fitting a vendor's limits."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given, strategies as st

from adapters.base import SHORTENED, Section, SectionChange
from adapters.document import (
    BulletList,
    CodeBlock,
    Document,
    Heading,
    Link,
    ListItem,
    OrderedList,
    Paragraph,
    Quote,
    Rule,
    Text,
    document,
    normalise,
    text_of,
    to_json,
)
from adapters.sections import (
    TooLong,
    fit,
    fit_new,
    heading_key,
    markdown,
    section_blocks,
    shortened,
    splice,
    title_line,
    with_full_title,
)
from tests.strategies import documents, texts


def section(heading: str, *lines: str, keep: bool = False) -> Section:
    return Section(heading, document(*(Paragraph((Text(line),)) for line in lines)), keep=keep)


def length(sections: Sequence[Section]) -> int:
    return sum(len(text_of(section_blocks(one))) for one in sections)


@pytest.mark.parametrize("heading", ["Goal", "goal:", " GOAL :", "\tGoal", "goal\n"])
def test_headings_are_compared_as_people_mean_them(heading: str):
    """Case, blanks and a closing colon make no difference."""
    assert heading_key(heading) == "goal"


def test_a_heading_inside_a_section_becomes_bold():
    """A section holds no headings: a real one would begin another section."""
    inner = document(Heading((Text("Part one"),)), Paragraph((Text("x"),)))

    assert section_blocks(Section("Goal", inner)) == (
        Heading((Text("Goal"),)),
        Paragraph((Text("Part one", frozenset({"strong"})),)),
        Paragraph((Text("x"),)),
    )


@given(documents(), documents(), st.booleans())
def test_a_splice_touches_one_section_only(before: Document, after: Document, append: bool):
    """Everything before the section and from the next heading on stays as it is."""
    lead = Document(tuple(block for block in before.blocks if not isinstance(block, Heading)))
    rest = Document((Heading((Text("Unlike any other"),)), *after.blocks))
    old = section_blocks(section("Goal", "old"))
    text = Document((*lead.blocks, *old, *rest.blocks))

    changed = splice(text, SectionChange(section("goal:", "new"), append=append))

    kept = old if append else old[:1]
    assert changed.blocks == (*lead.blocks, *kept, Paragraph((Text("new"),)), *rest.blocks)


def test_a_section_without_a_place_goes_to_the_end():
    """If no heading fits, heading and text are added."""
    changed = splice(Document(section_blocks(section("Goal", "x"))), SectionChange(section("Audience", "y")))

    assert text_of(changed) == "Goal\nx\nAudience\ny"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Short", "Short"),
        (" two\r\nlines\t", "two lines"),
        ("x" * 11, "x" * 9 + "…"),
        ("aaaa bbbb cccc", "aaaa bbbb…"),
        ("bell\x07", "bell\ufffd"),
    ],
)
def test_a_title_is_one_line(title: str, expected: str):
    """Line ends become blanks, and what is too long ends with an ellipsis."""
    assert title_line(title, 10) == expected


def test_a_cut_title_stands_in_the_text():
    """Only a title that lost something is repeated, as the first section."""
    goal = section("Goal", "x")

    assert with_full_title("two\nlines", [goal], 20) == ("two lines", (goal,))
    assert with_full_title("one two three", [goal], 8) == ("one two…", (section("Title", "one two three"), goal))


def test_what_fits_is_left_alone():
    """Nothing is shortened and there is nothing to attach."""
    sections = (section("Goal", "x"), section("Next", "y"))

    assert fit(sections, length, 100) == (sections, None)


def test_the_longest_sections_are_cut_first():
    """Short sections and those to be kept stay whole; the cut says so; the full text comes back."""
    sections = (
        section("Criteria", "c" * 300, keep=True),
        section("Goal", "short"),
        section("Background", "b" * 500),
        section("Notes", "n" * 400),
    )

    fitted, full = fit(sections, length, 800)

    assert length(fitted) <= 800
    assert fitted[:2] == sections[:2]
    assert [text_of(one.body).splitlines()[-1] for one in fitted[2:]] == [SHORTENED, SHORTENED]
    assert abs(len(text_of(fitted[2].body)) - len(text_of(fitted[3].body))) <= 1
    assert full is not None
    assert full.startswith("## Criteria\n\nccc")
    assert "b" * 500 in full
    assert "n" * 400 in full


def test_what_must_not_be_cut_is_not():
    """If only kept sections are too long already, nothing can be done."""
    with pytest.raises(TooLong):
        fit((section("Criteria", "c" * 300, keep=True), section("Goal", "x" * 50)), length, 200)


def test_kept_lists_become_lines_before_anything_is_lost():
    """Where a vendor counts the marks of each item, a long list becomes lines; every line and every link is there."""
    items = [ListItem((Text(str(n)),)) for n in range(50)]
    link = ListItem((Link("https://example.com/a", (Text("here"),)),))
    criteria = Section("Criteria", document(BulletList((*items, link))), keep=True)

    def stored(tried: Sequence[Section]) -> int:
        return sum(len(json.dumps(to_json(one.body))) for one in tried)

    (kept, goal), full = fit([criteria, section("Goal", "short")], stored, 1_000)

    assert stored([criteria]) > 2_000

    assert text_of(kept.body).split("\n") == [*(f"- {n}" for n in range(50)), "- [here](https://example.com/a)"]
    assert text_of(goal.body) == "short"
    assert full is not None


def test_of_very_many_sections_the_last_are_in_the_file_only():
    """A new ticket takes what it can from the beginning, keeps what must stay, and says how many are missing."""
    sections = [*(section(f"Question {n}", "y" * 200) for n in range(40)), section("Criteria", "c" * 50, keep=True)]

    fitted, full = fit_new(sections, length, 1_000)

    *first, kept, more = fitted
    assert length(fitted) <= 1_000
    assert [one.heading for one in first] == [f"Question {n}" for n in range(len(first))]
    assert len(first) > 5
    assert kept == sections[-1]
    assert (more.heading, text_of(more.body)) == (f"{40 - len(first)} more sections", SHORTENED)
    assert full is not None
    assert full.count("## Question") == 40
    assert fit_new(sections[:2], length, 1_000) == (tuple(sections[:2]), None)
    with pytest.raises(TooLong):
        fit_new([section("Criteria", "c" * 3_000, keep=True)], length, 1_000)


@given(st.lists(texts, max_size=4), st.integers(0, 60))
def test_a_shortened_text_is_its_beginning(typed: list[str], characters: int):
    """What is left is how the text began, no longer than asked for, and a line that says it was cut."""
    whole = document(*(Paragraph((Text(part),)) for part in typed))

    *kept, last = text_of(shortened(whole, characters)).split("\n")

    assert last == SHORTENED
    assert len("".join(kept)) <= characters
    assert "".join(text_of(whole).split()).startswith("".join("".join(kept).split()))


@given(documents(), st.integers(0, 60))
def test_any_document_can_be_shortened(made: Document, characters: int):
    """Lists, quotes, code and links are cut too, and what is left is in the normal form."""
    cut = shortened(made, characters)

    assert cut == normalise(cut)
    assert len(text_of(Document(cut.blocks[:-1]))) <= max(characters, 1) * 12 + 20
    assert text_of(cut).endswith(SHORTENED)


def test_the_full_text_is_markdown_for_people():
    """Headings, lists, quotes, code and links are written as people would."""
    body = document(
        Paragraph((Text("See "), Link("https://e.example", (Text("this"),)), Text(" or "))),
        BulletList((ListItem((Text("one"),), (OrderedList((ListItem((Text("below"),)),)),)),)),
        CodeBlock("```\ncode"),
        Quote((Paragraph((Text("said"),)),)),
        Rule(),
        Heading((Text("Part"),)),
    )

    assert markdown([Section("Goal", body)]) == (
        "## Goal\n\nSee [this](https://e.example) or\n\n- one\n  1. below\n\n"
        "````\n```\ncode\n````\n\n> said\n\n---\n\n### Part\n"
    )
