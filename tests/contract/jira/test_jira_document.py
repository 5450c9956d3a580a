"""Documents as ADF: exact both ways, valid by Atlassian's schema, and changed without touching anything else."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from adapters.base import SHORTENED, Section, SectionChange
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
    Text,
    document,
    text_of,
)
from adapters.jira.adf import children, heading_level, lines_to_adf, plain_adf, second_level, size
from adapters.jira.document import _read_block, from_adf, to_adf
from adapters.jira.ticket_text import BODY_LIMIT, compose, read_description, splice, splice_fitting, summary_of
from adapters.sections import TooLong, body_blocks, heading_key
from tests.strategies import HOSTILE, documents, examples, texts

PANEL = {
    "type": "panel",
    "attrs": {"panelType": "info"},
    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Mind the gap"}]}],
}
TABLE = {
    "type": "table",
    "attrs": {"layout": "default", "localId": "t1"},
    "content": [
        {
            "type": "tableRow",
            "content": [
                {"type": "tableHeader", "attrs": {}, "content": [{"type": "paragraph", "content": []}]},
                {
                    "type": "tableCell",
                    "attrs": {"colspan": 2},
                    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "cell"}]}],
                },
            ],
        }
    ],
}
STATUS = {"type": "status", "attrs": {"text": "DRAFT", "color": "yellow"}}
CARD = {"type": "inlineCard", "attrs": {"url": "https://design.example/file"}}
COLOURED = {"type": "text", "text": "red", "marks": [{"type": "textColor", "attrs": {"color": "#ff0000"}}]}


def opaque(node: dict[str, Any]) -> Opaque:
    raw = json.dumps(node, ensure_ascii=False, separators=(",", ":"))
    return Opaque("adf", raw, plain_adf(node).strip("\n"))


opaque_blocks = st.sampled_from([PANEL, TABLE]).map(opaque)
opaque_inlines = st.sampled_from([STATUS, CARD, COLOURED]).map(opaque)

# --- Schema-valid ADF as people and Jira's editor make it -------------------------------------------------------------

words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
mark_sets = st.sampled_from(
    [
        [],
        [{"type": "strong"}],
        [{"type": "em"}, {"type": "strike"}],
        [{"type": "code"}],
        [{"type": "underline"}, {"type": "link", "attrs": {"href": "https://example.com/a", "title": "t"}}],
        [{"type": "subsup", "attrs": {"type": "sub"}}],
        [{"type": "textColor", "attrs": {"color": "#00ff00"}}],
        [{"type": "annotation", "attrs": {"id": "a1", "annotationType": "inlineComment"}}],
    ]
)
adf_texts = st.builds(lambda text, marks: {"type": "text", "text": text, "marks": marks}, words, mark_sets)
adf_inlines = st.one_of(
    adf_texts,
    st.just({"type": "hardBreak"}),
    st.just(STATUS),
    st.just(CARD),
    st.just({"type": "emoji", "attrs": {"shortName": ":smile:", "text": "😄"}}),
    st.just({"type": "date", "attrs": {"timestamp": "1767225600000"}}),
    st.just({"type": "mention", "attrs": {"id": "5b10", "text": "@Mara Example", "accessLevel": ""}}),
)
inline_lists = st.lists(adf_inlines, max_size=4)
paragraphs = st.builds(lambda content: {"type": "paragraph", "content": content}, inline_lists)
aligned = st.builds(
    lambda content: {
        "type": "paragraph",
        "marks": [{"type": "alignment", "attrs": {"align": "end"}}],
        "content": content,
    },
    inline_lists,
)
HEADINGS = ("User story", "acceptance criteria:", "Goal", "Notes")
headings = st.builds(
    lambda level, text: {"type": "heading", "attrs": {"level": level}, "content": [{"type": "text", "text": text}]},
    st.integers(1, 6),
    st.sampled_from(HEADINGS),
)
bold_lines = st.sampled_from(HEADINGS).map(
    lambda text: {"type": "paragraph", "content": [{"type": "text", "text": text, "marks": [{"type": "strong"}]}]}
)
lists = st.recursive(
    st.builds(lambda p: [{"type": "listItem", "content": [p]}], paragraphs),
    lambda inner: st.builds(
        lambda p, kind, items: [{"type": "listItem", "content": [p, {"type": kind, "content": items}]}],
        paragraphs,
        st.sampled_from(["bulletList", "orderedList"]),
        inner,
    ),
    max_leaves=3,
)
adf_blocks = st.one_of(
    paragraphs,
    headings,
    bold_lines,
    aligned,
    st.just(PANEL),
    st.just(TABLE),
    st.just({"type": "rule"}),
    st.builds(lambda items: {"type": "bulletList", "content": items}, lists),
    st.builds(lambda items: {"type": "orderedList", "attrs": {"order": 3}, "content": items}, lists),
    st.builds(
        lambda text: {"type": "codeBlock", "attrs": {"language": "sql"}, "content": [{"type": "text", "text": text}]},
        words,
    ),
    st.builds(lambda p: {"type": "blockquote", "content": [p]}, paragraphs),
    st.just({"type": "expand", "attrs": {"title": "More"}, "content": [PANEL]}),
    st.just(
        {
            "type": "taskList",
            "attrs": {"localId": "l"},
            "content": [
                {"type": "taskItem", "attrs": {"localId": "i", "state": "DONE"}, "content": [COLOURED]},
            ],
        }
    ),
    st.just(
        {
            "type": "mediaSingle",
            "attrs": {"layout": "center"},
            "content": [{"type": "media", "attrs": {"type": "file", "id": "m", "collection": ""}}],
        }
    ),
)
adf_documents = st.builds(
    lambda content: {"version": 1, "type": "doc", "content": content},
    st.lists(st.one_of(headings, adf_blocks), max_size=8),
)
plain_documents = documents()


class TestRoundTrip:
    """What is written is read back."""

    @given(documents(opaque_blocks, opaque_inlines))
    @settings(max_examples=examples(100), suppress_health_check=[HealthCheck.too_slow])
    def test_parse_of_render_is_the_document(self, made: Document) -> None:
        """Every document in the normal form comes back equal, nodes that we do not model included."""
        assert made == from_adf(to_adf(made))

    @given(made=plain_documents)
    @settings(
        max_examples=examples(50), suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    )
    def test_rendered_documents_are_valid(self, made: Document, adf_schema: Any) -> None:
        """Every rendered document is valid by Atlassian's schema."""
        assert list(adf_schema.errors(to_adf(made))) == []

    @given(read=adf_documents)
    @settings(
        max_examples=examples(50), suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    )
    def test_read_documents_are_rendered_valid(self, read: dict[str, Any], adf_schema: Any) -> None:
        """What was read from valid ADF is written as valid ADF, and read again as the same."""
        assert list(adf_schema.errors(read)) == [], "the strategy makes valid documents"
        made = from_adf(read)

        assert list(adf_schema.errors(to_adf(made))) == []
        assert made == from_adf(to_adf(made))

    @given(read=adf_documents, typed=texts, level=st.sampled_from([1, 2, 3, 0, 7, True, 2.0, "2", None]))
    @settings(max_examples=examples(150), suppress_health_check=[HealthCheck.too_slow])
    def test_the_short_way_for_plain_lines_leads_to_the_same(
        self, read: dict[str, Any], typed: str, level: Any
    ) -> None:
        """Blocks of plain lines are read at once, and as all others would be."""
        line = [{"type": "text", "text": typed}]
        item = {"type": "listItem", "content": [{"type": "paragraph", "content": line}]}
        added = [
            {"type": "heading", "attrs": {"level": level, "localId": "x"}, "content": line},
            {"type": "heading", "attrs": {"level": level}, "content": line},
            {"type": "paragraph", "attrs": {"localId": "x"}, "content": line},
            {"type": "paragraph", "attrs": {"indent": 1}, "content": line},
            {"type": "paragraph", "content": [*line, *line]},
            {"type": "bulletList", "content": [item, item]},
            {"type": "bulletList", "content": [item, item | {"attrs": {"x": 1}}]},
            {"type": "bulletList", "content": [item | {"content": [*item["content"], *item["content"]]}]},
        ]
        content = children(read | {"content": [*read["content"], *added]})
        second = second_level(content)

        assert from_adf({"content": content}) == document(*(_read_block(node, second) for node in content))

    @pytest.mark.parametrize("text", HOSTILE)
    def test_hostile_text_stays_text(self, text: str) -> None:
        """Markup of any kind in a text is a text in the document, and nothing else."""
        made = document(Paragraph((Text(text),)))
        nodes = children(to_adf(made))

        assert {"paragraph"} == {node["type"] for node in nodes}
        assert {"text", "hardBreak"} >= {piece["type"] for node in nodes for piece in children(node)}
        assert text_of(made) == text_of(from_adf(to_adf(made)))

    def test_exact_shape(self) -> None:
        """The nodes are those that Jira's editor makes."""
        strong = frozenset({"strong"})
        made = document(
            Heading((Text("Title"),), 1),
            Paragraph((Text("a"), Text("b", strong), Link("https://example.com", (Text("c"),)), Mention("Mara", "5b"))),
            OrderedList((ListItem((Text("one"),), (BulletList((ListItem((Text("two"),)),)),)),)),
            CodeBlock("x = 1\ny"),
            Quote((Paragraph((Text("q"),)),)),
        )

        assert to_adf(made)["content"] == [
            {"type": "heading", "attrs": {"level": 1}, "content": [{"type": "text", "text": "Title"}]},
            {
                "type": "paragraph",
                "content": [
                    {"type": "text", "text": "a"},
                    {"type": "text", "text": "b", "marks": [{"type": "strong"}]},
                    {
                        "type": "text",
                        "text": "c",
                        "marks": [{"type": "link", "attrs": {"href": "https://example.com"}}],
                    },
                    {"type": "mention", "attrs": {"id": "5b", "text": "@Mara"}},
                ],
            },
            {
                "type": "orderedList",
                "content": [
                    {
                        "type": "listItem",
                        "content": [
                            {"type": "paragraph", "content": [{"type": "text", "text": "one"}]},
                            {
                                "type": "bulletList",
                                "content": [
                                    {
                                        "type": "listItem",
                                        "content": [
                                            {"type": "paragraph", "content": [{"type": "text", "text": "two"}]}
                                        ],
                                    }
                                ],
                            },
                        ],
                    }
                ],
            },
            {"type": "codeBlock", "content": [{"type": "text", "text": "x = 1\ny"}]},
            {
                "type": "blockquote",
                "content": [{"type": "paragraph", "content": [{"type": "text", "text": "q"}]}],
            },
        ]

    @given(texts)
    def test_plain_lines_read_back_to_the_letter(self, text: str) -> None:
        """A text field keeps blank lines and blanks at the ends."""
        assert text == plain_adf(lines_to_adf(text))


class TestReading:
    """Tickets written by hand."""

    def test_second_level_is_the_highest_below_the_first(self) -> None:
        """Headings of level three are sections where there are none of level two, and text where there are."""
        third = {"type": "heading", "attrs": {"level": 3}, "content": [{"type": "text", "text": "Three"}]}
        second = {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "Two"}]}

        assert (Heading((Text("Three"),), 2),) == from_adf({"content": [third]}).blocks
        assert (Heading((Text("Two"),), 2), opaque(third)) == from_adf({"content": [second, third]}).blocks

    def test_what_is_not_modelled_can_be_read(self) -> None:
        """A table, a panel and a card show their words."""
        read = from_adf({"content": [TABLE, PANEL, {"type": "paragraph", "content": [CARD]}]})

        assert text_of(read).strip() == "| cell\nMind the gap\nhttps://design.example/file"

    def test_editors_bookkeeping_is_ignored(self) -> None:
        """`localId` makes no paragraph and no list something that we do not know."""
        paragraph = {"type": "paragraph", "attrs": {"localId": "p"}, "content": [{"type": "text", "text": "one"}]}
        item = {"type": "listItem", "attrs": {"localId": "i"}, "content": [paragraph]}
        numbered = {"type": "orderedList", "attrs": {"order": 1, "localId": "l"}, "content": [item]}

        assert (OrderedList((ListItem((Text("one"),)),)),) == from_adf({"content": [numbered]}).blocks

    @pytest.mark.parametrize("read", [None, {}, {"content": None}, {"content": "text"}, {"content": [1, "x", None]}])
    def test_senseless_documents_are_empty(self, read: Any) -> None:
        """Nothing that Jira could send makes reading fail."""
        assert Document() == from_adf(read)


def section(heading: str, text: str = "new", *, keep: bool = False) -> Section:
    return Section(heading, document(Paragraph((Text(text),))), keep=keep)


class TestSplice:
    """Sections are changed, everything else stays."""

    @given(
        read=adf_documents,
        body=plain_documents,
        wanted=st.sampled_from([*HEADINGS, "Something else"]),
        append=st.booleans(),
    )
    @settings(
        max_examples=examples(100), suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    )
    @example(read={"version": 1, "type": "doc", "content": []}, body=Document(), wanted="Goal", append=False)
    def test_every_other_node_is_equal(
        self, read: dict[str, Any], body: Document, wanted: str, append: bool, adf_schema: Any
    ) -> None:
        """The new document is the old one with a run of nodes exchanged that begins below a fitting heading.

        No other section is in that run, and with `append` the run is empty.
        """
        change = SectionChange(Section(wanted, body), append=append)
        before, made = children(read), splice(read, [change])
        after, new = children(made), children(to_adf(Document(body_blocks(change.section))))
        fitting = [n for n, node in enumerate(before) if heading_key(plain_adf(node)) == heading_key(wanted)]

        assert list(adf_schema.errors(made)) == []
        if not any(_is_head(before[n]) for n in fitting):
            assert before == after[: len(before)]
            assert [wanted] == [plain_adf(node) for node in after[len(before) : len(before) + 1]]
            assert new == after[len(before) + 1 :]
            return
        gone = len(before) - len(after) + len(new)
        places = [n + 1 for n in fitting] if not append else list(range(fitting[0] + 1, len(before) + 1))
        assert (gone == 0) if append else (gone >= 0)
        runs = [(n, n + gone) for n in places if after == before[:n] + new + before[n + gone :]]
        assert runs
        assert any(
            all(heading_level(node) not in {1, second_level(before)} for node in before[start:end])
            for start, end in runs
        )

    def test_replaces_up_to_the_next_section(self) -> None:
        """Panels and deeper headings of the section go, the table of the next one stays."""
        deep = {"type": "heading", "attrs": {"level": 3}, "content": [{"type": "text", "text": "Mobile"}]}
        read = {"version": 1, "type": "doc", "content": [_h2("Goal"), PANEL, deep, _p("x"), _h2("Notes"), TABLE]}

        made = splice(read, [SectionChange(section("goal:"))])

        assert [_h2("Goal"), _p("new"), _h2("Notes"), TABLE] == made["content"]

    def test_top_heading_ends_at_the_next_section(self) -> None:
        """A section under a heading of level one does not swallow those of level two below it."""
        top = {"type": "heading", "attrs": {"level": 1}, "content": [{"type": "text", "text": "Goal"}]}

        made = splice({"content": [top, _p("old"), _h2("Notes"), TABLE]}, [SectionChange(section("Goal"))])

        assert [top, _p("new"), _h2("Notes"), TABLE] == made["content"]

    def test_appends_below_what_stands_there(self) -> None:
        """With `append` nothing goes."""
        read = {"version": 1, "type": "doc", "content": [_h2("Goal"), PANEL, _h2("Notes"), TABLE]}

        made = splice(read, [SectionChange(section("Goal"), append=True)])

        assert [_h2("Goal"), PANEL, _p("new"), _h2("Notes"), TABLE] == made["content"]

    def test_bold_line_is_a_heading_where_one_is_meant(self) -> None:
        """A section written by hand under a bold line is replaced up to the next bold line."""
        read = {"content": [_bold("Goal:"), _p("old"), _bold("Notes"), _p("stays")]}

        made = splice(read, [SectionChange(section("goal"))])

        assert [_bold("Goal:"), _p("new"), _bold("Notes"), _p("stays")] == made["content"]

    def test_alias_finds_the_section(self) -> None:
        """A heading that the template lists as an alias is the section's."""
        made = splice({"content": [_h2("DoD")]}, [SectionChange(section("Acceptance criteria"), aliases=("dod",))])

        assert [_h2("DoD"), _p("new")] == made["content"]

    def test_new_section_has_the_level_of_the_others(self) -> None:
        """Where sections are headed by level three, so is a new one: the others stay sections."""
        third = {"type": "heading", "attrs": {"level": 3}, "content": [{"type": "text", "text": "Goal"}]}

        made = splice({"content": [third]}, [SectionChange(section("Notes"))])

        assert [heading_level(node) for node in made["content"] if heading_level(node)] == [3, 3]

    def test_footer_is_no_part_of_the_last_section(self) -> None:
        """Replacing the last section, or adding one, keeps our footer at the end."""
        read, _ = compose("T", [section("Goal", "old")], "V1", "Mara Example")
        footer = read["content"][-2:]

        made = splice(read, [SectionChange(section("Goal")), SectionChange(section("Notes"))])

        assert [_h2("Goal"), _p("new"), _h2("Notes"), _p("new"), *footer] == made["content"]

    def test_code_that_reads_like_our_footer_is_none(self) -> None:
        """It is part of the section above it, and goes with its text."""
        code = {"type": "codeBlock", "content": [{"type": "text", "text": "Request devreq-V0 · from Somebody"}]}
        read = {"version": 1, "type": "doc", "content": [_h2("Goal"), {"type": "rule"}, code]}

        assert read_description(read)[1] == ""
        assert splice(read, [SectionChange(section("Goal"))])["content"] == [_h2("Goal"), _p("new")]

    def test_too_long_a_change_is_shortened_visibly(self) -> None:
        """The rest of the description is left alone, the new text gets what room there is."""
        read = {"version": 1, "type": "doc", "content": [_h2("Notes"), _p("x" * 20_000)]}

        made = splice_fitting(read, [SectionChange(section("Goal", "y" * 20_000))])

        assert read["content"] == made["content"][:2]
        assert plain_adf(made["content"][-1]) == SHORTENED
        assert BODY_LIMIT - 2 <= size(made) <= BODY_LIMIT

    def test_full_description_takes_nothing(self) -> None:
        """Where not even the notice fits, it is too long, and nothing is written."""
        read = {"version": 1, "type": "doc", "content": [_p("x" * 32_600)]}

        with pytest.raises(TooLong):
            splice_fitting(read, [SectionChange(section("Goal", "y"))])


class TestCompose:
    """The description of a new ticket."""

    def test_sections_and_footer(self) -> None:
        """Headed sections in order, then a rule and a line with the request and who asked."""
        made, overflow = compose("T", [section("Goal"), section("Notes")], "V1", "Mara · Example")

        assert overflow is None
        assert [_h2("Goal"), _p("new"), _h2("Notes"), _p("new"), {"type": "rule"}] == made["content"][:-1]
        assert plain_adf(made["content"][-1]) == "Request devreq-V1 · from Mara - Example"
        assert read_description(made)[1] == "Mara - Example"
        assert (Heading((Text("Goal"),), 2), Paragraph((Text("new"),))) == read_description(made)[0].blocks[:2]
        assert len(read_description(made)[0].blocks) == 4

    def test_long_title_stands_in_full_in_the_text(self) -> None:
        """A summary over 255 UTF-16 units ends with an ellipsis; an emoji counts two."""
        title = "\U0001f642" * 200

        assert summary_of(title) == "\U0001f642" * 127 + "…"
        assert [plain_adf(node) for node in compose(title, [], "V1")[0]["content"][:2]] == ["Title", title]

    def test_title_of_several_lines_is_one(self) -> None:
        """A line end becomes a blank; nothing is lost, so nothing is repeated."""
        assert summary_of("one\r\n two\n") == "one two"
        assert [node["type"] for node in compose("one\ntwo", [], "V1")[0]["content"]] == ["rule", "paragraph"]

    def test_longest_sections_are_cut_and_criteria_never(self) -> None:
        """What must be kept is whole, the longest other sections end with a notice, all of it is in the overflow."""
        parts = [section("Long", "x" * 40_000), section("Short", "short"), section("Criteria", "y" * 5_000, keep=True)]

        made, overflow = compose("T", parts, "V1")
        read = text_of(read_description(made)[0])

        assert size(made) <= BODY_LIMIT
        assert SHORTENED in read
        assert "short" in read
        assert "y" * 5_000 in read
        assert overflow is not None
        assert overflow[:4] == "# T\n"
        assert "x" * 40_000 in overflow

    def test_too_long_to_keep_is_refused(self) -> None:
        """Criteria that do not fit are not cut in silence."""
        with pytest.raises(TooLong):
            compose("T", [section("Criteria", "y" * 40_000, keep=True)], "V1")


def _is_head(node: dict[str, Any]) -> bool:
    bold = [{"type": "strong"} in (piece.get("marks") or ()) for piece in children(node)]
    return bool(heading_level(node)) or (node["type"] == "paragraph" and bool(bold) and all(bold))


def _h2(text: str) -> dict[str, Any]:
    return {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": text}]}


def _p(text: str) -> dict[str, Any]:
    return {"type": "paragraph", "content": [{"type": "text", "text": text}]}


def _bold(text: str) -> dict[str, Any]:
    return {"type": "paragraph", "content": [{"type": "text", "text": text, "marks": [{"type": "strong"}]}]}
