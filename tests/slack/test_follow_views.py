"""What requesters hear of their tickets later, exactly as Slack gets it."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings, strategies as st

from adapters.document import Document, Link, Mention, Opaque, Paragraph, Text, document
from bot.domain.follow_messages import Commented, Comments, Moved, Moves, Named, Remark
from bot.domain.news import Happened
from bot.domain.plain_text import from_plain
from bot.domain.request import TicketLink
from bot.slack.views.messages import render
from bot.slack.views.rendered import Rendered
from tests.slack.limits import message_defects
from tests.strategies import HOSTILE, documents, examples, texts

URL = "https://jira.example.com/browse/WEB-12"
TICKET = TicketLink(tracker="jira", id="10012", key="WEB-12", url=URL)
WHEN = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
OPEN = {
    "type": "button",
    "action_id": "open_link",
    "text": {"type": "plain_text", "text": "Open in Jira", "emoji": False},
    "url": URL,
}


def named(title: str = "Spring sale") -> Named:
    return Named(title, TICKET, "Jira")


def moved(*happened: Happened, title: str = "Spring sale", status: str = "In Progress") -> Moved:
    return Moved(named(title), happened, status)


def section(*runs: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(runs)}]}


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def test_the_thread_hears_of_a_move_in_one_line() -> None:
    """The title stands above it already, so the line says only what happened, and where the ticket stands."""
    assert render(moved("reopened", "started")) == Rendered(
        "WEB-12 Spring sale: it was opened again, and work has started",
        [section(text("It was opened again, and work has started. In Jira it stands at “In Progress”."))],
    )


def test_a_requester_hears_of_one_move_in_a_sentence() -> None:
    """With the title as a link, and a button."""
    assert render(Moves((moved("done", status="Done"),))) == Rendered(
        "WEB-12 Spring sale: it is done",
        [
            section(
                text("Spring sale") | {"type": "link", "url": URL},
                text(": it is done. In Jira it stands at “Done”."),
            ),
            {"type": "actions", "elements": [OPEN]},
        ],
    )


def test_a_comment_comes_with_its_author_and_a_reply_button() -> None:
    """The date is each reader's own; a mention in it pings nobody."""
    body = document(
        Paragraph((Text("Which "), Mention("Mara", "1"), Text("? "), Link("https://a.example", (Text("x"),))))
    )
    message = Comments((Commented(named(), "jira:10012", (Remark("Jon <!channel>", body, WHEN),)),))
    reply = {
        "type": "button",
        "action_id": "reply",
        "text": {"type": "plain_text", "text": "Reply", "emoji": False},
        "value": "jira:10012",
        "style": "primary",
    }
    who = (
        f"Jon &lt;!channel&gt; · <!date^{int(WHEN.timestamp())}^{{date_short_pretty}} at {{time}}|2026-03-03 09:30 UTC>"
    )
    assert render(message) == Rendered(
        "Jon &lt;!channel&gt; on Spring sale",
        [
            section(text("News on "), text("Spring sale") | {"style": {"bold": True}, "type": "link", "url": URL}),
            {"type": "context", "elements": [{"type": "mrkdwn", "text": who, "verbatim": True}]},
            section(
                text("Which "), text("@Mara"), text("? "), {"type": "link", "url": "https://a.example", "text": "x"}
            ),
            {"type": "actions", "elements": [reply, OPEN]},
        ],
    )


def test_a_long_comment_is_shortened_and_linked() -> None:
    """Its first 1,500 characters, the cut shown; the title and the button lead to the rest."""
    blocks = render(Comments((Commented(named(), "jira:1", (Remark("Jon", from_plain("y" * 9000), WHEN),)),))).blocks

    assert blocks[2] == {
        "type": "section",
        "text": {"type": "plain_text", "text": "y" * 1499 + "…", "emoji": False},
    }
    assert blocks[3]["elements"][1] == OPEN


def test_a_comment_that_slack_could_not_show_says_so() -> None:
    """A picture has no text; an empty part in rich text would be refused."""
    for body in (document(), document(Opaque("adf", "{}", ""))):
        blocks = render(Comments((Commented(named(), "jira:1", (Remark("Jon", body, WHEN),)),))).blocks
        assert blocks[2]["text"]["text"] == "(no text: see the ticket)"


def _all(rendered: Rendered) -> list[Rendered]:
    return [rendered, *rendered.continued]


@settings(deadline=None, max_examples=examples(30))
@given(
    st.lists(st.tuples(texts, st.integers(1, 8)), min_size=1, max_size=12),
    st.lists(st.tuples(texts, documents()), min_size=1, max_size=3),
)
def test_comments_fit_slack_whatever_they_are(heads: list[tuple[str, int]], said: list[tuple[str, Document]]) -> None:
    """Titles, names and texts of any kind: Slack takes every message, and none is lost."""
    remarks = [Remark(who, body, WHEN) for who, body in said]
    made = [(title, tuple(remarks[n % len(remarks)] for n in range(number))) for title, number in heads]
    tickets = tuple(Commented(named(title), "jira:10012", some) for title, some in made)
    messages = _all(render(Comments(tickets)))

    assert [message_defects(one.text, one.blocks) for one in messages] == [[]] * len(messages)
    dates = [block for one in messages for block in one.blocks if block["type"] == "context"]
    assert len(dates) == sum(number for _, number in heads)


def test_any_number_of_long_comments_fits() -> None:
    """Five hundred comments of the greatest length go out in messages that Slack takes."""
    body = from_plain("z" * 20_000)
    tickets = tuple(Commented(named("t" * 400), "jira:1", (Remark("n" * 300, body, WHEN),) * 10) for _ in range(50))

    for one in _all(render(Comments(tickets))):
        assert message_defects(one.text, one.blocks) == []


def test_moves_fit_slack_whatever_they_are() -> None:
    """Hostile titles and states, one to many of them."""
    for number in (1, 2, 16, 500):
        moves = tuple(
            moved("started", "blocked", title=HOSTILE[n % len(HOSTILE)] * 30, status=HOSTILE[n % len(HOSTILE)] * 30)
            for n in range(number)
        )
        for message in (Moves(moves), moves[0]):
            rendered = render(message)
            assert message_defects(rendered.text, rendered.blocks) == []
            assert not any(mark in rendered.text for mark in ("<!", "<@", "<#"))
