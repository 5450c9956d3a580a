"""The form with what a ticket lacks, and what is said about it: Slack's limits, and what comes back."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from adapters.document import Document, Heading, Paragraph, Text, document
from bot.domain.answers import is_empty
from bot.domain.fill_form import FillForm, OfferedComment, asked_sections
from bot.domain.fill_messages import BeingWritten, KeptForLater, MendedTicket, NotWritten, Written
from bot.domain.plain_text import from_plain
from bot.domain.readiness import Gap
from bot.domain.request import TicketLink
from bot.domain.section_names import SectionNames
from bot.domain.section_place import place_of
from bot.domain.seen_ticket import SeenTicket
from bot.domain.template import RequestType
from bot.slack.views.fill_form import fill_view, loading_view, not_needed_view, round_trip, set_type_view
from bot.slack.views.fill_state import (
    FillMetadata,
    ShownSection,
    emptied,
    read_answers,
    shown_fields,
    type_in_form,
    written_answers,
)
from bot.slack.views.form import unshowable
from bot.slack.views.messages import as_view, render
from bot.slack.views.ticket_actions import ticket_menu
from sandbox.slack.elements import initial_values
from tests.slack.test_form_fits import ANSWER, BODY, WORDS
from tests.slack.test_messages import GAPS, TEXTS, URL, pinging
from tests.strategies import documents, examples

Json = dict[str, Any]
LINK = TicketLink(tracker="jira", id="10012", key="WEB-12", url=URL)
TICKET = MendedTicket("jira:10012", "Spring sale", LINK, "Jira")
SEEN = SeenTicket(**LINK.model_dump(), team="web", title="Spring sale")
TICKETS = st.builds(
    MendedTicket,
    st.just("jira:10012"),
    WORDS,
    st.builds(TicketLink, tracker=WORDS, id=WORDS, key=WORDS, url=st.just(URL) | WORDS),
    WORDS,
)
COMMENTS = st.lists(
    st.builds(OfferedComment, st.from_regex(r"[0-9]{1,16}", fullmatch=True), WORDS, WORDS, WORDS), max_size=3
)
MESSAGES = st.one_of(
    st.builds(BeingWritten, TICKETS),
    st.builds(KeptForLater, TICKETS, st.sampled_from(["unavailable", "parked"])),
    st.builds(
        Written,
        TICKETS,
        st.sampled_from(["fill", "not_needed", "restore", "type"]),
        TEXTS,
        TEXTS,
        st.none() | GAPS,
        TEXTS,
        st.lists(st.from_regex(r"V[0-9A-Z]{10}:[0-9]{1,2}", fullmatch=True), max_size=40).map(tuple),
    ),
    st.builds(NotWritten, TICKETS, WORDS, WORDS, st.booleans()),
)


@settings(max_examples=examples(25), deadline=None)
@given(message=MESSAGES)
def test_no_message_breaks_a_limit_or_pings(message: Any, fits_message: Any, fits_view: Any) -> None:
    """Whatever the ticket is called: messages and windows fit, and nothing in them pings."""
    rendered = render(message)
    fits_message(rendered)
    fits_view(as_view(message))
    assert not pinging(rendered.blocks)
    assert not {"<", ">"} & set(rendered.text)


@settings(max_examples=examples(20), deadline=None)
@given(data=st.data(), body=BODY)
def test_any_form_fits(
    data: st.DataObject, body: list[Json], make_type: Callable[..., RequestType], fits_view: Any
) -> None:
    """Any request type, any text in the ticket, anything typed: the window is one that Slack takes."""
    kind = make_type(*body)
    if unshowable(kind):
        return
    ids = list(kind.fields)
    if not ids:
        return
    words = data.draw(st.lists(st.sampled_from(ids), unique=True))
    gaps = [Gap(key, "section.missing", data.draw(WORDS), example=data.draw(WORDS)) for key in words]
    blocks = []
    for key in data.draw(st.lists(st.sampled_from(ids), max_size=4)):
        blocks += [Heading((Text(kind.fields[key].label or key),)), *data.draw(documents()).blocks]
    text = data.draw(st.none() | st.just(document(*blocks)))
    typed = data.draw(st.dictionaries(st.sampled_from(ids), ANSWER, max_size=4))
    before = dict.fromkeys(typed, "another digest")
    found = {key: data.draw(WORDS) for key in ids[:2]}
    sections = asked_sections(kind, gaps, text, round_trip, found=found, typed=typed, before=before)
    if not sections:
        return
    comments = tuple({comment.id: comment for comment in data.draw(COMMENTS)}.values())
    form = FillForm(SEEN, "Jira", kind, sections, comments, text is None, "abc")

    view = fill_view(form, data.draw(TICKETS))

    fits_view(view)
    metadata = FillMetadata.parse(view["private_metadata"])
    assert metadata.handle == "jira:10012"
    assert 1 <= len(metadata.sections) <= len(sections)
    in_form = type_in_form(kind, metadata)
    assert in_form is not None
    answers = read_answers(in_form, initial_values(view["blocks"]), {}, {})
    if not typed:
        assert written_answers(view, kind, in_form, answers, {}) == {}
        assert emptied(view, kind, answers) == []
    replaceable = [one for one in sections if not one.append]
    if replaceable:
        fits_view(not_needed_view(kind, replaceable, TICKET, "web", ""))
    fits_view(set_type_view([kind], kind, TICKET, "web", "", data.draw(st.sampled_from(["", "Why"]))))


def test_set_type_offers_every_type(make_type: Callable[..., RequestType], fits_view: Any) -> None:
    """Beyond the 100 options of a menu, too, and types of one name can be told apart."""
    kinds = [
        make_type({"type": "input", "id": "f"}).model_copy(update={"key": f"type-{number}"}) for number in range(130)
    ]
    view = set_type_view(kinds, kinds[120], TICKET, "web", "")
    element = view["blocks"][1]["element"]
    fits_view(view)
    texts = [option["text"]["text"] for group in element["option_groups"] for option in group["options"]]
    assert len(set(texts)) == 130
    assert element["initial_option"]["value"] == "type-120"


def test_the_window_that_waits(fits_view: Any) -> None:
    """It hands in nothing, and says what it does."""
    fits_view(loading_view())
    assert "submit" not in loading_view()


def test_many_sections_come_in_turns(make_type: Callable[..., RequestType], fits_view: Any) -> None:
    """What does not fit into one window is said to come afterwards."""
    fields = [
        {"type": "textarea", "id": f"s{n}", "attributes": {"label": f"Section {n}"}, "ready": {"required": True}}
        for n in range(60)
    ]
    kind = make_type(*fields)
    gaps = [Gap(key, "section.missing", "It is missing.") for key in kind.fields]
    view = fill_view(FillForm(SEEN, "Jira", kind, asked_sections(kind, gaps, Document(), round_trip)), TICKET)
    fits_view(view)
    shown = len(FillMetadata.parse(view["private_metadata"]).sections)
    assert f"{60 - shown} more sections do not fit here" in json.dumps(view)


@pytest.mark.parametrize(
    "text", ["", "null", "[]", '{"sections": 3, "handle": 4}', '{"sections": ["x", "1", null]}', "{"]
)
def test_damaged_metadata_is_empty(text: str) -> None:
    """Nothing raises, and nothing is taken for something else."""
    read = FillMetadata.parse(text)
    assert (read.handle, [one for one in read.sections if one.number != 1]) == ("", [])


SHOWN = st.builds(
    ShownSection,
    st.integers(0, 99),
    st.none() | st.from_regex(r"[0-9a-f]{12}", fullmatch=True) | st.just(""),
    *(st.booleans() for _ in range(4)),
)


@given(sections=st.lists(SHOWN, max_size=40).map(tuple))
def test_metadata_survives(sections: tuple[ShownSection, ...]) -> None:
    """What a window carries comes back, and is short enough."""
    made = FillMetadata("asana:1201000000000001", "abcd1234", "web", "landing-page", "0123456789abcdef", sections)
    assert FillMetadata.parse(made.to_json()) == made
    assert len(made.to_json()) < 3000


def test_an_untouched_text_is_no_answer(make_type: Callable[..., RequestType]) -> None:
    """Plain and formatted texts that stand there are not written back; a word more is an answer."""
    kind = make_type(
        {"type": "textarea", "id": "goal", "attributes": {"label": "Goal"}},
        {"type": "textarea", "id": "story", "attributes": {"label": "Story"}},
    )
    bold = Paragraph((Text("Bold", frozenset({"strong"})), Text(" words")))
    text = document(Heading((Text("Goal"),)), *from_plain("- a\n- b").blocks, Heading((Text("Story"),)), bold)
    gaps = [Gap(key, "x", "Weak.") for key in kind.fields]
    view = fill_view(FillForm(SEEN, "Jira", kind, asked_sections(kind, gaps, text, round_trip)), TICKET)
    form = type_in_form(kind, FillMetadata.parse(view["private_metadata"]))
    assert form is not None
    state = initial_values(view["blocks"])
    answers = read_answers(form, state, {}, {})
    assert [is_empty(answer) for answer in answers.values()] == [False, False]
    assert written_answers(view, kind, form, answers, {}) == {}
    assert written_answers(view, kind, form, {**answers, "goal": "- a\n- b\n- c"}, {}) == {"goal": "- a\n- b\n- c"}
    assert emptied(view, kind, {**answers, "goal": " "}) == ["goal"]
    shown = shown_fields(kind, FillMetadata.parse(view["private_metadata"]))
    assert [one.is_rich for one in shown.values()] == [False, True]
    assert shown["goal"].seen == place_of(text, SectionNames(kind), "goal").digest


def test_the_menu_of_a_ticket(fits_message: Any) -> None:
    """Five options, each with its verb and the ticket."""
    menu = ticket_menu("asana:1201000000000001")
    assert [option["value"].partition(":")[2] for option in menu["options"]] == ["asana:1201000000000001"] * 5
    assert max(len(option["value"]) for option in menu["options"]) <= 75
