"""What asks for something, exactly as Slack gets it, and within Slack's limits whatever a ticket is called."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from bot.domain.alert_lines import AlertLine, AlertMessage, AskedDirectly, LineState, alert_message
from bot.domain.request import TicketLink
from bot.slack.text import units
from bot.slack.views.messages import render
from bot.slack.views.rendered import Rendered
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.slack.blockkit import check_message
from sandbox.slack.model import Message
from sandbox.slack.mrkdwn import read_message
from sandbox.slack.workspace import SlackWorkspace
from tests.slack.limits import MESSAGE_TEXT, mentioned, message_defects
from tests.strategies import HOSTILE, examples, texts

Json = dict[str, Any]
URL = "https://jira.example.com/browse/WEB-12"
LINE = AlertLine(
    handle="jira:10012",
    title="Spring sale",
    ticket=TicketLink(tracker="jira", id="10012", key="WEB-12", url=URL),
    tracker="Jira",
    state="asking",
    score=45,
    missing=("“Acceptance criteria” is missing.", "“Goal” is empty."),
    ask="U0MARA",
    number=1,
)


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def run(text: str) -> Json:
    return {"type": "text", "text": text}


def bold(text: str) -> Json:
    return run(text) | {"style": {"bold": True}}


def user(user_id: str) -> Json:
    return {"type": "user", "user_id": user_id}


def section(*runs: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(runs)}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def bullets(*texts_: str) -> Json:
    return {"type": "rich_text_list", "style": "bullet", "elements": [section(run(text)) for text in texts_]}


MENU = {
    "type": "overflow",
    "action_id": "ticket_menu",
    "options": [
        {"text": plain("Snooze until tomorrow"), "value": "snooze_1d:jira:10012"},
        {"text": plain("Snooze for 3 days"), "value": "snooze_3d:jira:10012"},
        {"text": plain("Snooze until the next sync"), "value": "snooze_sync:jira:10012"},
        {"text": plain("Not needed …"), "value": "not_needed:jira:10012"},
        {"text": plain("Set type …"), "value": "set_type:jira:10012"},
    ],
}
FILL_IN = {"type": "button", "action_id": "fill_in", "text": plain("Fill in"), "value": "jira:10012"}
TITLE = bold("Spring sale") | {"type": "link", "url": URL}


def message(*lines: AlertLine, more: tuple[AlertLine, ...] = (), older: int = 0) -> AlertMessage:
    return alert_message("alert:web:2026-03-09:1", "web", lines, more, older)


def standing(line: AlertLine) -> str:
    """What a ticket's second line says, in plain words."""
    runs = render(message(line)).blocks[1]["elements"][0]["elements"]
    words = [part.get("text") or part.get("user_id") or part.get("fallback") for part in runs]
    return "".join(words).partition("\n")[2]


def test_the_message() -> None:
    """Whom it waits for, then each ticket: title, where, how ready, what is missing, a button and a menu."""
    assert render(message(LINE, more=(replace(LINE, handle="jira:2", ask=None),), older=12)) == Rendered(
        "2 requests cannot be started as they are.",
        [
            rich(
                section(
                    bold("2 requests cannot be started as they are. "),
                    run("Waiting for "),
                    user("U0MARA"),
                    run(", "),
                    run("anybody here"),
                    run("."),
                )
            ),
            rich(
                section(
                    TITLE,
                    run("\n"),
                    run("WEB-12 in Jira · 45 % ready · "),
                    run("waits for "),
                    user("U0MARA"),
                    run(". "),
                    run("Missing:"),
                ),
                bullets("“Acceptance criteria” is missing.", "“Goal” is empty."),
            ),
            {"type": "actions", "elements": [FILL_IN | {"style": "primary"}, MENU]},
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "action_id": "more_tickets",
                        "text": plain("1 more"),
                        "value": "alert:web:2026-03-09:1",
                    },
                    {
                        "type": "button",
                        "action_id": "older_tickets",
                        "text": plain("Show 12 older tickets"),
                        "value": "web",
                    },
                ],
            },
        ],
    )


@pytest.mark.parametrize(("people", "end"), [(10, "."), (11, " and 1 other."), (12, " and 2 others.")])
def test_the_first_line_counts_whom_it_does_not_name(people: int, end: str) -> None:
    """Ten are named."""
    lines = [replace(LINE, handle=f"jira:{number}", ask=f"U0P{number}") for number in range(people)]
    first = render(message(*lines[:8], more=lines[8:])).blocks[0]["elements"][0]["elements"]
    assert sum(one["type"] == "user" for one in first) == 10
    assert first[-1] == run(end)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "WEB-12 in Jira · 45 % ready · waits for U0MARA. Missing:"),
        ({"ask": None}, "WEB-12 in Jira · 45 % ready · waits for anybody here. Missing:"),
        ({"number": 2}, "WEB-12 in Jira · 45 % ready · waits for U0MARA, asked once before. Missing:"),
        (
            {"number": 4, "escalated": True, "ask": "U0LEAD"},
            "WEB-12 in Jira · 45 % ready · asked 3 times in vain, so now it waits for U0LEAD. Missing:",
        ),
        (
            {"number": 4, "escalated": True, "ask": None},
            "WEB-12 in Jira · 45 % ready · asked 3 times in vain, so now it waits for anybody here. Missing:",
        ),
        (
            {"came": ("Story",), "waived": ("Why",), "score": 5},
            "WEB-12 in Jira · 5 % ready · waits for U0MARA. Thanks for “Story”. Not needed: “Why”. Still missing:",
        ),
        ({"state": "ready", "score": 100, "missing": ()}, "WEB-12 in Jira · ready."),
        ({"state": "ready", "waived": ("Goal",)}, "WEB-12 in Jira · ready. Not needed: “Goal”."),
        ({"state": "started"}, "WEB-12 in Jira · work has started."),
        ({"state": "closed"}, "WEB-12 in Jira · done."),
        ({"state": "muted"}, "WEB-12 in Jira · nobody is asked about it."),
        ({"state": "repeated"}, "WEB-12 in Jira · asked about again, in a newer message."),
        (
            {"state": "snoozed", "until": datetime(2026, 3, 12, 8, tzinfo=UTC)},
            "WEB-12 in Jira · snoozed until 2026-03-12 08:00 UTC.",
        ),
        (
            {"state": "parked", "asked": 3, "ask": None},
            "WEB-12 in Jira · 45 % ready · asked 3 times, nothing came; it stands in the sync. Missing:",
        ),
        (
            {"state": "guessed", "ask": None},
            "WEB-12 in Jira · 45 % ready · its type is only a guess; set it, or fill in what it lacks:",
        ),
        (
            {"state": "guessed", "ask": None, "score": None, "missing": ()},
            "WEB-12 in Jira · nothing says any more what kind of request it is; set its type.",
        ),
    ],
)
def test_what_is_said_of_a_ticket(changes: dict[str, Any], words: str) -> None:
    """One line for each way a ticket can stand."""
    assert standing(replace(LINE, **changes)) == words


@pytest.mark.parametrize("state", ["ready", "started", "closed", "muted", "repeated"])
def test_what_asks_for_nothing_has_no_buttons(state: LineState) -> None:
    """A line that is done with has nothing to press."""
    blocks = render(message(replace(LINE, state=state))).blocks

    assert [block["type"] for block in blocks] == ["rich_text", "rich_text"]
    assert blocks[0] == rich(section(bold("Nobody is asked for anything here any more.")))


def test_what_is_only_snoozed_is_asked_about_later() -> None:
    """The headline does not say that it is over."""
    snoozed = replace(LINE, state="snoozed", until=datetime(2026, 3, 12, 8, tzinfo=UTC))
    assert (
        render(message(replace(LINE, state="ready"), snoozed)).text
        == "Nobody is asked for anything here at the moment."
    )


def test_a_direct_message() -> None:
    """Whoever is asked now gets the same lines, and the way to the channel's message."""
    made = render(AskedDirectly((LINE,), "https://slack.example/p1"))

    assert made.text == "You are asked about a request now: Spring sale"
    assert made.blocks[0] == rich(section(run("You are asked about a request now:")))
    assert made.blocks[-1]["elements"][0]["url"] == "https://slack.example/p1"


NASTY = [
    "<!channel> <@U0EVIL>",
    "x" * 3000,
    "\U0001f469\u200d\U0001f4bb" * 400,
    "שלום " * 500,
    "",
    "\ud800\x00",
    *HOSTILE,
]
states = st.sampled_from(("asking", "guessed", "snoozed", "muted", "parked", "ready", "started", "closed"))
words = st.one_of(st.sampled_from(NASTY), texts)
lines = st.builds(
    AlertLine,
    handle=st.integers(1, 10**18).map(lambda number: f"asana:{number}"),
    title=words,
    ticket=st.builds(
        TicketLink, tracker=st.just("asana"), id=st.just("1"), key=words, url=st.one_of(st.just(URL), words)
    ),
    tracker=words,
    state=states,
    score=st.one_of(st.none(), st.integers(0, 100)),
    missing=st.lists(words, max_size=12).map(tuple),
    came=st.lists(words, max_size=4).map(tuple),
    waived=st.lists(words, max_size=4).map(tuple),
    ask=st.one_of(st.none(), st.sampled_from(["U0MARA", "W0JONAS"])),
    escalated=st.booleans(),
    number=st.integers(0, 9),
    asked=st.integers(1, 9),
    until=st.just(datetime(2026, 3, 12, 8, tzinfo=UTC)),
)


@settings(max_examples=examples(75))
@given(st.lists(lines, min_size=0, max_size=9), st.lists(lines, max_size=3), st.integers(0, 99_999))
def test_any_message_fits(shown: list[AlertLine], more: list[AlertLine], older: int) -> None:
    """Whatever tickets are called: Slack takes it, and nobody is mentioned but who is asked."""
    made = message(*shown, more=tuple(more), older=older)
    rendered = render(made)
    asked = {line.ask for line in (*shown, *more) if line.ask and line.state == "asking"}

    assert message_defects(rendered.text, rendered.blocks, asked) == []
    check_message(rendered.blocks)
    workspace = SlackWorkspace(Clock(), Faults())
    pings = read_message(workspace, Message("C0WEB", "1.0", "U0BOT", rendered.text, blocks=rendered.blocks)).pings
    assert set(pings) == mentioned(rendered.blocks) <= asked


def test_the_largest_message_fits() -> None:
    """Eight tickets with everything as long as it may be stay below the limit, with some room."""
    words_ = "\U0001f469\u200d\U0001f4bb" * 400
    big = replace(LINE, title=words_, tracker=words_, missing=(words_,) * 9, came=(words_,), waived=(words_,), number=9)
    rendered = render(message(*[replace(big, handle=f"jira:{number}") for number in range(8)], older=99_999))

    assert message_defects(rendered.text, rendered.blocks, {"U0MARA"}) == []
    total = sum(units(text) for text in _texts(rendered.blocks))
    assert 6_000 < total < 9_000 < MESSAGE_TEXT


def _texts(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["text"]] if isinstance(node.get("text"), str) else []
        return own + [text for value in node.values() for text in _texts(value)]
    return [text for part in node for text in _texts(part)] if isinstance(node, list) else []
