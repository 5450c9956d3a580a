"""What a change does to any text: the section says what was written, every other node is the one that was read."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from adapters.asana import notes
from adapters.asana.document import render_blocks
from adapters.base import Person, SectionChange, Ticket, TicketRef
from adapters.document import Document, Heading, Mention, Opaque, Paragraph, Text, document, normalise, text_of, to_json
from adapters.jira import ticket_text
from adapters.jira.document import from_adf, to_adf
from adapters.sections import splice
from bot.domain.content_checks import content_checks
from bot.domain.fill_plan import plan, stands_there
from bot.domain.filling import Edit, Filling
from bot.domain.plain_text import from_plain
from bot.domain.prefill import is_as_before, prefilled, with_mentions
from bot.domain.readiness import Judge
from bot.domain.request import Requester, TicketLink
from bot.domain.section_names import SectionNames
from bot.domain.section_place import holds, place_of
from bot.domain.template import Attributes, Field, Option, Ready, RequestType, TrackerChoice
from bot.slack.views.fill_form import round_trip
from tests.strategies import documents, examples, lines

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
KIND = RequestType(
    key="page",
    name="Page",
    description="A page",
    tracker=TrackerChoice(settings={"memory": {"fields": {"budget": "Budget"}}}),
    body=(
        Field(type="textarea", id="zzgoal", attributes=Attributes(label="Zz goal")),
        Field(type="textarea", id="zzcriteria", attributes=Attributes(label="Zz criteria"), ready=Ready(at_least=2)),
        Field(type="number", id="budget", attributes=Attributes(label="Zz budget")),
        Field(type="date", id="launch_date", attributes=Attributes(label="Zz launch")),
        Field(type="person", id="assignee", attributes=Attributes(label="Zz assignee")),
        Field(
            type="dropdown",
            id="zzchoice",
            attributes=Attributes(label="Zz choice", options=(Option(label="Yes"), Option(label="No"))),
        ),
    ),
)
NAMES = SectionNames(KIND)


def a_filling(*edits: Edit, **more: Any) -> Filling:
    values: dict[str, Any] = {"form": "V1", "slack_team": "T1", "team": "web", "template": KIND.to_json()}
    values |= {"ticket": TicketLink(tracker="memory", id="1", key="M-1", url=""), "by": Requester(id="U1")}
    return Filling(edits=edits, **(values | more))


def a_ticket(text: Document, **more: Any) -> Ticket:
    ref = TicketRef("memory", "1", "M-1", "")
    return Ticket(ref, "Title", text, "To do", "todo", NOW, NOW, **more)


def in_memory(text: Document, change: SectionChange) -> Document:
    return splice(text, change)


def in_jira(text: Document, change: SectionChange) -> Document:
    """As Jira's adapter does it, on ADF."""
    return from_adf(ticket_text.splice(to_adf(text), [change]))


def in_asana(text: Document, change: SectionChange) -> Document:
    """As Asana's adapter does it, on its XML."""
    return notes.read(notes.change(f"<body>{render_blocks(text.blocks)}</body>", [change])).document


TRACKERS: dict[str, Callable[[Document, SectionChange], Document]] = {
    "memory": in_memory,
    "jira": in_jira,
    "asana": in_asana,
}
tables = {
    "memory": st.just(Opaque("adf", '{"type": "table"}', "a\nb")),
    "jira": st.just(Opaque("adf", json.dumps({"type": "table", "content": []}), "")),
    "asana": st.just(Opaque("xml", "<table><tr><td>x</td></tr></table>", "x")),
}


def _bodies(tracker: str) -> st.SearchStrategy[Document]:
    """What may stand in a section: no headings of its own, no line that looks like one, and no footer of ours."""
    return documents(tables[tracker]).map(
        lambda made: normalise(
            Document(tuple(b for b in made.blocks if not (_is_head(b) or "devreq-" in text_of(Document((b,))))))
        )
    )


def _is_head(block: Any) -> bool:
    if not isinstance(block, Paragraph):
        return isinstance(block, Heading)
    return any(isinstance(part, Text) and "strong" in part.marks for part in block.content)


def _as_read(tracker: str, text: Document) -> Document:
    """A text as the tracker gives it back."""
    if tracker == "jira":
        return from_adf(to_adf(text))
    return notes.read(f"<body>{render_blocks(text.blocks)}</body>").document if tracker == "asana" else text


@pytest.mark.parametrize("tracker", TRACKERS)
@settings(max_examples=examples(30), deadline=None)
@given(data=st.data())
def test_only_the_section_changes(tracker: str, data: st.DataObject) -> None:
    """Replaced if it is as it was shown, else added to; the rest is equal, what is gone was kept, once is enough."""
    bodies = _bodies(tracker)
    before, body, after = data.draw(bodies), data.draw(bodies), data.draw(bodies)
    heads = [Heading((Text("Zz goal"),)), Heading((Text("Something else"),))]
    text = _as_read(tracker, Document((*before.blocks, heads[0], *body.blocks, heads[1], *after.blocks)))
    place = place_of(text, NAMES, "zzgoal")
    # A line that begins like our footers is one where it stands below a rule: trackers read it as such.
    answer = data.draw(lines.filter(lambda line: from_plain(line).blocks != () and "devreq-" not in line))
    seen = data.draw(st.sampled_from([place.digest, "another one"]))
    filling = a_filling(Edit(section="zzgoal", answer=answer, seen=seen, append=data.draw(st.booleans())))

    made = plan(filling, a_ticket(text), {}, {}, NOW)
    if made.change is None:
        assert holds(place.whole, from_plain(answer))
        return
    [change] = made.change.sections
    is_as_shown = seen == place.digest or not place.says_something
    can_go = place.replaceable and is_as_shown and not place.holds_unknown
    assert change.append == (filling.edits[0].append or not can_go)
    result = TRACKERS[tracker](text, change)

    at = text.blocks.index(next(b for b in text.blocks if isinstance(b, Heading) and b.content == heads[0].content))
    rest = next(n for n, b in enumerate(text.blocks) if isinstance(b, Heading) and b.content == heads[1].content)
    assert result.blocks[: at + 1] == text.blocks[: at + 1]
    behind = text.blocks[rest:]
    assert result.blocks[len(result.blocks) - len(behind) :] == behind
    written = Document(result.blocks[at + 1 : len(result.blocks) - len(behind)])
    if change.append:
        assert written.blocks[: len(place.body.blocks)] == place.body.blocks
        assert made.replaced == ()
    else:
        assert text_of(written).split() == text_of(from_plain(answer)).split()
        assert [kept.before for kept in made.replaced] == ([_stored(place.body)] if place.body else [])
    assert stands_there(filling, a_ticket(result), {}) == ["zzgoal"]
    assert plan(filling, a_ticket(result), {}, {}, NOW).change is None


@settings(max_examples=examples(75), deadline=None)
@given(body=documents())
def test_what_a_form_shows_loses_nothing(body: Document) -> None:
    """A section that is shown is shown as it is: handed in untouched it is the same text."""
    for field in list(KIND.fields.values())[:2]:
        if body and (made := prefilled(field, body, round_trip)):
            shown, answer = made
            same = is_as_before(shown, answer, body)
            assert same or text_of(body).replace("- ", "").split() == str(answer).replace("- ", "").split()


@settings(max_examples=examples(50), deadline=None)
@given(before=documents(), written=documents())
def test_mentions_come_back_and_nobody_else_is_mentioned(before: Document, written: Document) -> None:
    """Only those who were mentioned before are mentioned again, and no word changes."""
    again = with_mentions(written, before)
    assert text_of(again).split() == text_of(written).split()
    mentioned = set(_mentions(again)) - set(_mentions(written))
    assert mentioned <= set(_mentions(before))


def _mentions(text: Document) -> list[Mention]:
    found = []

    def walk(node: Any) -> None:
        if isinstance(node, Mention):
            found.append(node)
        for value in (getattr(node, "content", ()), getattr(node, "items", ()), getattr(node, "children", ())):
            for part in value:
                walk(part)

    for block in text.blocks:
        walk(block)
    return found


def _stored(body: Document) -> list[Any]:
    return to_json(body)


def test_an_answer_goes_to_its_field_too() -> None:
    """Mapped fields, the due date and the assignee are set with the section."""
    people = {"U2": Person("Jonas", "jonas@example.com", "42")}
    edits = [
        Edit(section="budget", answer="1500"),
        Edit(section="launch_date", answer="2027-03-01"),
        Edit(section="assignee", answer="U2"),
    ]
    made = plan(a_filling(*edits), a_ticket(Document()), people, {"project": "M"}, NOW)
    assert made.change is not None
    assert made.change.values["budget"] == 1500.0
    assert (made.change.due, made.change.assignee) == (date(2027, 3, 1), people["U2"])
    assert made.change.template == {"fields": {"budget": "Budget"}}


def test_not_needed_is_no_value_of_a_field() -> None:
    """A number field cannot hold a sentence: only the section says it."""
    edit = Edit(section="budget", answer="Not needed, because it is free")
    made = plan(a_filling(edit, purpose="not_needed"), a_ticket(Document()), {}, {}, NOW)
    assert made.change is not None
    assert (dict(made.change.values), len(made.change.sections)) == ({}, 1)


def test_a_section_that_nobody_could_see_is_added_to() -> None:
    """Written while the tracker was down: whatever stands there by then stays."""
    text = document(Heading((Text("Zz goal"),)), Paragraph((Text("Theirs"),)))
    made = plan(a_filling(Edit(section="zzgoal", answer="Mine", seen=None)), a_ticket(text), {}, {}, NOW)
    assert made.change is not None
    assert made.change.sections[0].append
    assert made.added == ("zzgoal",)


TBD = {"type": "paragraph", "content": [{"type": "text", "text": "TBD"}]}


@pytest.mark.parametrize(
    "node",
    [
        {"type": "panel", "attrs": {"panelType": "warning"}, "content": [TBD]},
        {"type": "expand", "attrs": {"title": "TBD"}, "content": [TBD]},
        {
            "type": "table",
            "attrs": {"layout": "wide"},
            "content": [{"type": "tableRow", "content": [{"type": "tableCell", "attrs": {}, "content": [TBD]}] * 2}],
        },
    ],
    ids=["panel", "expand", "table"],
)
@pytest.mark.parametrize(
    ("purpose", "answer"),
    [("fill", "From 40 to 60 demos a month by March"), ("not_needed", "Not needed, because the page only moves")],
)
def test_a_table_or_panel_that_says_nothing_stays(node: dict[str, Any], purpose: Any, answer: str) -> None:
    """What is typed stands below it, nothing is kept for being replaced, and the gap is closed."""
    heading = {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "Zz goal"}]}
    text = from_adf({"type": "doc", "version": 1, "content": [heading, node]})
    seen = place_of(text, NAMES, "zzgoal").digest
    needed = KIND.fields["zzgoal"].model_copy(update={"ready": Ready(required=True, checks=("context", "wording"))})
    judge = Judge(KIND.model_copy(update={"body": (needed,)}), content=content_checks())
    assert len(judge.ticket(a_ticket(text)).gaps) == 1

    made = plan(
        a_filling(Edit(section="zzgoal", answer=answer, seen=seen), purpose=purpose), a_ticket(text), {}, {}, NOW
    )

    assert made.change is not None
    assert (made.replaced, made.added) == ((), ())
    result = in_jira(text, made.change.sections[0])
    assert result.blocks == (*text.blocks, Paragraph((Text(answer),)))
    assert judge.ticket(a_ticket(result)).gaps == ()


def test_labels_are_set_once() -> None:
    """A label that is there is not set again, one that is not there is not taken away."""
    filling = a_filling(labels=("page",), labels_gone=("bug", "idea"))
    made = plan(filling, a_ticket(Document(), labels=("bug",)), {}, {}, NOW)
    assert made.change is not None
    assert (made.change.labels, made.change.labels_gone) == (("page",), ("bug",))
    assert plan(filling, a_ticket(Document(), labels=("Page",)), {}, {}, NOW).change is None


def test_restoring_overwrites_nothing_new() -> None:
    """What was changed again is left alone."""
    text = document(Heading((Text("Zz goal"),)), Paragraph((Text("Changed again"),)))
    edit = Edit(section="zzgoal", body=tuple(_stored(from_plain("Before"))), seen="what was written")
    made = plan(a_filling(edit, purpose="restore"), a_ticket(text), {}, {}, NOW)
    assert (made.change, made.added) == (None, ("zzgoal",))


def test_sections_of_one_name_are_added_to() -> None:
    """Where two sections have one label, neither replaces what stands there: it may be the other's."""
    fields = [Field(type="textarea", id=key, attributes=Attributes(label="Please explain")) for key in ("why", "more")]
    kind = RequestType(key="page", name="Page", description="A page", body=tuple(fields))
    text = document(Heading((Text("Please explain"),)), Paragraph((Text("It is new."),)))
    seen = place_of(text, SectionNames(kind), "why").digest
    edits = (
        Edit(section="why", answer="It is old.", seen=seen),
        Edit(section="more", answer="It is small.", seen=seen),
    )
    filling = a_filling(*edits, template=kind.to_json())
    made = plan(filling, a_ticket(text), {}, {}, NOW)

    assert made.change is not None
    for change in made.change.sections:
        text = in_jira(text, change)
    assert text_of(text) == "Please explain\nIt is new.\nIt is old.\nIt is small."
    assert stands_there(filling, a_ticket(text), {}) == ["why", "more"]
