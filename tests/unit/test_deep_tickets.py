"""Lists, quotes and marks deeper than any editor makes them: a verdict, and nothing lost when a section changes."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from adapters.asana import notes
from adapters.asana.document import parse_document, render
from adapters.base import Section, SectionChange, Ticket
from adapters.document import BulletList, Opaque, Paragraph, Text, document
from adapters.jira.document import from_adf, to_adf
from adapters.jira.ticket_text import splice
from bot.bootstrap import payload_reader
from bot.domain.content_checks import content_checks
from bot.domain.readiness import Judge
from tests.shipped import shipped_types

Node = dict[str, Any]
JUDGE = Judge(shipped_types()["landing-page"], content=content_checks())
GOAL = "Demo requests from 40 to 60 a month by the end of March"
CHANGE = SectionChange(Section("Campaign goal", document(Paragraph((Text("Another"),))), "goal"))


def text(shown: str, kind: str = "paragraph", **more: Any) -> Node:
    return {"type": kind, "content": [{"type": "text", "text": shown}], **more}


def lists(depth: int, kind: str, innermost: Node) -> Node:
    for number in range(depth, 0, -1):
        innermost = {"type": kind, "content": [{"type": "listItem", "content": [text(f"Point {number}"), innermost]}]}
    return innermost


def boxes(depth: int, kind: str, innermost: Node) -> Node:
    for _ in range(depth):
        innermost = {"type": kind, "content": [innermost]}
    return innermost


def description(deep: Node) -> Node:
    heads = [text(shown, "heading", attrs={"level": 2}) for shown in ("Acceptance criteria", "Campaign goal")]
    return {"version": 1, "type": "doc", "content": [heads[0], deep, heads[1], text(GOAL)]}


ADF = {
    "bullets": lists(150, "bulletList", text("end")),
    "numbers": lists(235, "orderedList", text("end")),
    "bullets with a panel": lists(235, "bulletList", boxes(1, "panel", text("end"))),
    "panels": boxes(470, "panel", text("end")),
    "quotes": boxes(470, "blockquote", text("end")),
    "tables": boxes(150, "table", boxes(2, "tableRow", text("end"))),
}
XML = {
    tag: f"<{tag}>" * depth + "Point 1" + f"</{tag}>" * depth
    for tag, depth in (("blockquote", 3000), ("strong", 3000), ("tr", 3000), ("x", 3000))
} | {
    "ul": "<ul><li>Point 1" * 3000 + "</li></ul>" * 3000,
    "td": "<table><tr><td>Point 1" * 1000 + "</td></tr></table>" * 1000,
    "a": '<a href="https://example.com">' * 1000 + "Point 1" + "</a>" * 1000,
}


def verdict_of(tracker: str, payload: Node) -> dict[str, str]:
    ticket: Ticket = payload_reader(tracker)(payload)
    return JUDGE.ticket(ticket).texts


def in_depth(work: Callable[[], None], frames: int = 100) -> None:
    """Do something with as many calls above it as a server has; pytest has a different number of its own."""

    def down(left: int) -> None:
        if left:
            down(left - 1)
        else:
            work()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(down, frames).result()


@pytest.mark.parametrize("case", ADF)
def test_a_deep_description_of_jira_gives_a_verdict(case: str) -> None:
    """What stands in the depth is read, and so is the section below it."""

    def work() -> None:
        texts = verdict_of("jira", {"id": "1", "key": "A-1", "fields": {"summary": "x", "description": read}})
        assert "end" in texts["acceptance_criteria"]
        assert texts["goal"] == GOAL

    read = description(ADF[case])
    in_depth(work)


@pytest.mark.parametrize("case", ADF)
def test_a_deep_description_of_jira_is_kept(case: str) -> None:
    """There and back it is the same, and so is every other node when a section is replaced."""
    read = description(ADF[case])

    assert json.dumps(to_adf(from_adf(read)), sort_keys=True) == json.dumps(read, sort_keys=True)
    changed = splice(read, [CHANGE])
    assert all(node is before for node, before in zip(changed["content"][:3], read["content"][:3], strict=True))
    assert changed["content"][3:] == [text("Another")]


def test_lists_as_people_make_them_are_still_read() -> None:
    """Only what is deeper is kept as it is."""
    end = {"type": "bulletList", "content": [{"type": "listItem", "content": [text("end")]}]}
    [shallow] = from_adf({"content": [lists(20, "bulletList", end)]}).blocks
    [deep] = from_adf({"content": [lists(40, "bulletList", end)]}).blocks

    assert isinstance(shallow, BulletList)
    assert isinstance(deep, Opaque)
    assert deep.text.startswith("- Point 1\n- Point 2\n")


@pytest.mark.parametrize("case", XML)
def test_a_deep_text_of_asana_gives_a_verdict(case: str) -> None:
    """What stands in the depth is read, and so is the section below it."""
    notes_ = f"<body><h2>Acceptance criteria</h2>{XML[case]}<h2>Campaign goal</h2>{GOAL}</body>"

    def work() -> None:
        texts = verdict_of("asana", {"gid": "1", "name": "x", "html_notes": notes_})
        assert texts["acceptance_criteria"].startswith("Point 1")
        assert texts["goal"] == GOAL

    in_depth(work)


@pytest.mark.parametrize("case", XML)
def test_a_deep_text_of_asana_is_kept(case: str) -> None:
    """There and back it is the same where it is not ours, and to the letter when a section is replaced."""
    before = f"<body><h2>Acceptance criteria</h2>{XML[case]}<h2>Campaign goal</h2>"

    assert notes.change(f"{before}{GOAL}</body>", [CHANGE]) == f"{before}Another</body>"
    if case in {"ul", "td", "tr"}:
        assert render(parse_document(f"{before}{GOAL}</body>")) == f"{before}{GOAL}</body>"
