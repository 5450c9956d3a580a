"""A submission becomes the draft of a ticket."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given

from adapters.base import Link, Person, TicketDraft
from adapters.document import (
    BulletList,
    CodeBlock,
    Link as DocumentLink,
    Paragraph,
    Quote,
    Text,
    clean,
    document,
    plain,
    text_of,
    to_json,
)
from bot.domain.draft import full_text, launch_date, named_people, ticket_draft
from bot.domain.plain_text import from_plain
from bot.domain.request import Requester, Source, Submission
from bot.domain.template import RequestType
from tests.strategies import texts

PEOPLE = {
    "U0MARA": Person("Mara Example", "mara@example.com", "acc-mara"),
    "U0JONAS": Person("Jonas Sample", "jonas@example.com", "acc-jonas"),
}


def kind(*body: dict[str, Any], **more: Any) -> RequestType:
    """A request type with these fields."""
    shape = {
        "key": "page",
        "name": "Page",
        "description": "A page",
        "labels": ["page"],
        "type": "Bug",
        "body": list(body),
    }
    return RequestType.model_validate(shape | more)


def a_field(kind_: str, identity: str, **attributes: Any) -> dict[str, Any]:
    """A field of a template."""
    ready = attributes.pop("ready", {})
    return {"type": kind_, "id": identity, "attributes": {"label": identity.title(), **attributes}, "ready": ready}


def submission(request_type: RequestType, answers: dict[str, Any], **more: Any) -> Submission:
    """What was handed in."""
    known = {
        "request_id": "V1",
        "slack_team": "T1",
        "team": "web",
        "tracker": "jira",
        "template": request_type.to_json(),
        "answers": {"title": "A page", **answers},
        "requester": Requester(id="U0MARA", name="mara"),
    }
    return Submission.model_validate(known | more)


def drafted(request_type: RequestType, answers: dict[str, Any], **more: Any) -> TicketDraft:
    """The ticket for it."""
    return ticket_draft(submission(request_type, answers, **more), {"project": "WEB"}, PEOPLE)


def test_sections_stand_in_the_order_of_the_template() -> None:
    """Answers under their labels, in file order; unanswered ones only where developers need them."""
    made = drafted(
        kind(
            a_field("textarea", "goal"),
            a_field("input", "audience", ready={"required": True}),
            a_field("input", "other"),
            a_field("textarea", "acceptance_criteria"),
        ),
        {"acceptance_criteria": "It loads", "goal": "- ten\n- twelve"},
    )

    assert [section.heading for section in made.sections] == ["Goal", "Audience", "Acceptance_Criteria"]
    assert [section.keep for section in made.sections] == [False, False, True]
    assert isinstance(made.sections[0].body.blocks[0], BulletList)
    assert text_of(made.sections[1].body) == "Still needed before work can start."
    assert (made.title, made.labels, made.issue_type, made.request_id) == ("A page", ("page",), "Bug", "V1")


@pytest.mark.parametrize("identity", ["launch_date", "needed_by", "due_date"])
def test_the_due_date_comes_from_the_usual_fields(identity: str) -> None:
    """A date field of a usual name is the due date, and the launch date of messages."""
    made = drafted(kind(a_field("date", identity)), {identity: "2027-03-01"})

    assert made.due == date(2027, 3, 1)
    assert made.values[identity] == date(2027, 3, 1)
    assert launch_date({identity: "2027-03-01"}) == date(2027, 3, 1)
    assert launch_date({identity: "soon"}) is None


def test_the_assignee_is_the_field_that_is_mapped_or_named_so() -> None:
    """A mapping in the template wins over the usual names; an unknown person keeps their id as name."""
    fields = (a_field("person", "owner"), a_field("person", "builder"))
    usual = drafted(kind(*fields), {"owner": "U0MARA", "builder": "U0JONAS"})
    mapped = drafted(
        kind(*fields, tracker={"settings": {"jira": {"fields": {"builder": "Assignee"}}}}),
        {"owner": "U0MARA", "builder": "U0JONAS"},
    )
    unknown = drafted(kind(*fields), {"owner": "W0NOBODY"})

    assert usual.assignee == PEOPLE["U0MARA"]
    assert mapped.assignee == PEOPLE["U0JONAS"]
    assert unknown.assignee == Person("W0NOBODY")
    assert usual.reporter == PEOPLE["U0MARA"]


def test_values_are_typed_for_custom_fields() -> None:
    """Numbers, dates, people and options as such; text as text; files not at all."""
    fields = (
        a_field("number", "budget"),
        a_field("people", "watchers"),
        a_field("dropdown", "colours", options=["Red", "Blue"], multiple=True),
        a_field("textarea", "story", format="rich"),
        a_field("files", "assets"),
    )
    answers = {
        "budget": "12,5",
        "watchers": ["U0JONAS", "U0GONE"],
        "colours": ["Red", "Blue"],
        "story": {"rich": to_json(from_plain("As a visitor"))},
        "assets": [{"id": "F1", "name": "a.png", "permalink": "https://example.com/a"}],
    }
    made = drafted(kind(*fields), answers)

    assert made.values == {
        "budget": 12.5,
        "watchers": (PEOPLE["U0JONAS"], Person("U0GONE")),
        "colours": ("Red", "Blue"),
        "story": "As a visitor",
    }
    assert named_people(submission(kind(*fields), answers)) == {"U0MARA", "U0JONAS", "U0GONE"}
    bodies = {section.key: section.body for section in made.sections}
    assert text_of(bodies["watchers"]) == "- Jonas Sample\n- U0GONE"
    assert bodies["assets"] == document(
        BulletList((bodies["assets"].blocks[0].items[0],))  # type: ignore[union-attr]
    )
    assert "https://example.com/a" in str(bodies["assets"])


@pytest.mark.parametrize(("typed", "value"), [("7", 7.0), ("-2.5", -2.5), ("9" * 400, "9" * 400), ("many", "many")])
def test_numbers_stay_finite(typed: str, value: object) -> None:
    """A number that no computer holds is kept as text."""
    assert drafted(kind(a_field("number", "n")), {"n": typed}).values["n"] == value


def test_code_is_shown_as_code() -> None:
    """A field with `render` is a code block, to the letter."""
    made = drafted(kind(a_field("textarea", "log", render="shell")), {"log": "# no heading\n  $ ls"})

    assert made.sections[0].body.blocks == (CodeBlock("# no heading\n  $ ls"),)


@given(texts)
def test_the_message_is_quoted_in_full(words: str) -> None:
    """The text of the Slack message stands in the ticket to the letter, lists and all, with author and link."""
    source = Source(channel="C1", ts="1.0", author="Jonas Sample", text=f"Hi\n- one\n{words}", permalink="https://s/p1")
    made = drafted(kind(a_field("input", "goal")), {}, source=source)
    section = made.sections[-1]
    by, quote = section.body.blocks

    assert section.heading == "Slack message"
    assert made.links == (Link("https://s/p1", "Slack message", "slack"),)
    assert by == Paragraph((Text("Jonas Sample, "), DocumentLink("https://s/p1", (Text("in Slack"),))))
    assert isinstance(quote, Quote)
    assert "".join(text_of(quote.content).split()) == "".join(clean(source.text).split())


@given(texts, texts)
def test_the_full_text_has_everything(one: str, two: str) -> None:
    """What goes back to the person is every answer to the letter, under its label, and the message."""
    request_type = kind(a_field("textarea", "one"), a_field("textarea", "two"))
    source = Source(channel="C1", ts="1.0", text="the message")
    whole = full_text(submission(request_type, {"one": f"a{one}", "two": f"b{two}"}, source=source))

    assert whole == f"A page\n\nOne\na{one}\n\nTwo\nb{two}\n\nSlack message\nthe message"


def test_links_in_lines_are_links() -> None:
    """An address in a one-line field can be clicked, the rest is literal."""
    body = drafted(kind(a_field("url", "page")), {"page": "https://example.com/a"}).sections[0].body

    assert body == document(Paragraph((DocumentLink("https://example.com/a", (Text("https://example.com/a"),)),)))
    assert plain(body.blocks[0].content) == "https://example.com/a"  # type: ignore[union-attr]
