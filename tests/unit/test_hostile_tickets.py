"""Whatever stands in a ticket, in whatever format: each request type gives a verdict, and none an exception."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from adapters.base import Ticket
from bot.bootstrap import payload_reader
from bot.domain.content_checks import content_checks
from bot.domain.finding_codes import CODES
from bot.domain.readiness import Judge
from tests.shipped import shipped_types
from tests.strategies import examples

TYPES = shipped_types()
JUDGES = [Judge(kind, content=content_checks()) for kind in TYPES.values()]
JIRA, ASANA = payload_reader("jira"), payload_reader("asana")
LABELS = st.sampled_from(sorted({field.label for kind in TYPES.values() for field in kind.fields.values()}))
MARKS = (
    *("h2. ", "h9.", "{panel:title=x}", "{panel}", "||a||b||", "|c|d|", "{code}", "{noformat}", "{quote}", "bq. "),
    *("{color:red}", "{*}", "{{x}}", "[~user]", "[a|http://x]", "!img.png!", "----", "\\\\", "# ", "##", "**", "_"),
    *("- [ ] ", "[x]", "1.", "2)", "=====", "> ", "```", "~~~", ":", "::", "\u2028", "\u202e", "\x00", "\ud800"),
    *("<b>", "</b>", "<ul><li>", "<a href='x'>", "&amp;", "&#0;", "&a;", "<!--", "]]>", "\r\n", "\n", "\t", "🙂"),
    *("As a ", "I want ", "so that ", "Given ", "When ", "Then ", "Not needed, because ", "TBD", "…", "sign_up: x"),
)
HEADED = ("\n## {}\n", "\n{}:\n", "\n**{}** ", "\nh2. {}\n", "\n{}\n====\n", "\n*{}:* ", "\n{} - ", "\n1. {}\n")
PIECES = st.sampled_from(MARKS) | st.text(max_size=8)
HEADS = st.tuples(st.sampled_from(HEADED), LABELS).map(lambda pair: pair[0].format(pair[1]))
TEXTS = st.lists(PIECES | HEADS, max_size=20).map("".join)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
NODES = (
    *("doc", "paragraph", "heading", "text", "bulletList", "orderedList", "listItem", "taskList", "taskItem", "table"),
    *("tableRow", "tableCell", "tableHeader", "panel", "expand", "nestedExpand", "mention", "emoji", "date", "status"),
    *("inlineCard", "blockCard", "codeBlock", "blockquote", "rule", "hardBreak", "mediaSingle", "media", "unknown", ""),
)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["level", "state", "text", "id", "url", "timestamp", "title", "order", "href", "shortName"]),
    SCALARS | st.lists(SCALARS, max_size=2),
    max_size=3,
)
STYLES = st.lists(
    st.fixed_dictionaries({"type": st.sampled_from(["strong", "code", "link", "x"])}) | SCALARS, max_size=2
)


def _node(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    parts = {"type": st.sampled_from(NODES) | SCALARS, "attrs": ATTRIBUTES | SCALARS, "text": SCALARS, "marks": STYLES}
    return st.fixed_dictionaries({}, optional={**parts, "content": st.lists(inner, max_size=4) | SCALARS})


HEADING = LABELS.map(
    lambda label: {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": label}]}
)
PARAGRAPH = TEXTS.map(lambda text: {"type": "paragraph", "content": [{"type": "text", "text": text}]})
ADF = st.lists(HEADING | PARAGRAPH | st.recursive(SCALARS | ATTRIBUTES, _node, max_leaves=15), max_size=6).map(
    lambda nodes: {"type": "doc", "version": 1, "content": nodes}
)
TAGS = (
    *("<body>", "</body>", "<h1>", "</h1>", "<strong>", "</strong>", "<ul>", "</ul>", "<li>", "</li>", "<table>"),
    *("<tr><td>", "</td></tr>", "</table>", "<pre>", "</pre>", "<hr/>", "<img src='x'/>", "<?x?>", "<![CDATA["),
    "<!DOCTYPE x [<!ENTITY a 'b'>]>",
)
XML = st.lists(
    st.sampled_from(TAGS) | LABELS.map("<h2>{}</h2>".format) | PIECES | HEADS, max_size=16
).map("".join)  # fmt: skip


def tickets(adf: Any, text: str, xml: str) -> Iterator[Ticket]:
    """The same ticket as Jira Cloud, Jira Data Center and Asana answer it, well-formed and not."""
    for description in (adf, text):
        yield JIRA({"id": "1", "key": "A-1", "fields": {"summary": text, "description": description}})
    for notes in ({"html_notes": xml}, {"html_notes": f"<body>{xml}</body>", "notes": text}, {"notes": text}):
        yield ASANA({"gid": "1", "name": text, **notes})


@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(ADF, TEXTS, XML)
def test_any_ticket_gives_a_verdict(adf: Any, text: str, xml: str) -> None:
    """A score between 0 and 100, which is 100 only without a gap, and only codes that are known."""
    for ticket in tickets(adf, text, xml):
        for judge in JUDGES:
            verdict = judge.ticket(ticket)
            assert 0 <= verdict.score <= 100
            assert (verdict.score == 100) == (not verdict.gaps)
            assert {gap.code for gap in (*verdict.gaps, *verdict.hints)} <= set(CODES)


NOTHING = st.just("")


@pytest.mark.parametrize(
    "parts", [(ADF, NOTHING, NOTHING), (NOTHING, TEXTS, NOTHING), (NOTHING, NOTHING, XML)], ids=["adf", "text", "xml"]
)
def test_the_tickets_are_not_all_empty(parts: tuple[st.SearchStrategy[Any], ...]) -> None:
    """So that those were no verdicts on nothing: in each format sections are found, with something in them."""
    found = 0

    @settings(max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.tuples(*parts))
    def look(made: tuple[Any, ...]) -> None:
        nonlocal found
        found += sum(bool(judge.ticket(ticket).texts) for ticket in tickets(*made) for judge in JUDGES)

    look()
    assert found > 60
