"""The app's Home, exactly as Slack gets it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from slack_sdk.models.views import View

from bot.domain.home import PAGE, Group, Home, HomeLine, NextSync, OlderTickets, Standing, in_order, pages_of
from bot.domain.request import TicketLink
from bot.slack.views.home import home_view
from sandbox.slack.blockkit import check_view
from tests.slack.limits import home_defects
from tests.strategies import HOSTILE

Json = dict[str, Any]
URL = "https://jira.example.com/browse/WEB-12"
TICKET = TicketLink(tracker="jira", id="10012", key="WEB-12", url=URL)
COUNTS: tuple[tuple[Group, int], ...] = (("waits", 1), ("progress", 0), ("done", 0))


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def button(text: str, action: str, **more: Any) -> Json:
    return {"type": "button", "action_id": action, "text": plain(text)} | more


def line(*runs: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(runs)}]}


def run(text: str) -> Json:
    return {"type": "text", "text": text}


def a_line(group: Group = "waits", **changes: Any) -> HomeLine:
    known: Json = {
        "group": group,
        "request_id": "V1",
        "title": "Spring sale",
        "request_type": "Landing page",
        "state": "created",
        "tracker": "Jira",
    }
    return HomeLine(**(known | changes))


def test_a_request_that_waits() -> None:
    """New request first, the next sync in each reader's own time, then what waits with what it lacks."""
    waiting = a_line(
        ticket=TICKET, handle="jira:10012", status="To Do", score=60, missing=("a", "b", "c", "d", "e"), state="created"
    )
    meeting = datetime(2026, 3, 3, 8, tzinfo=UTC)
    date = {
        "type": "date",
        "timestamp": int(meeting.timestamp()),
        "format": "{date_long_pretty} at {time}",
        "fallback": "2026-03-03 08:00 UTC",
    }
    listed = [{"type": "rich_text_section", "elements": [run(text)]} for text in ("a", "b", "c", "and 2 more")]
    title = {"type": "link", "text": "Spring sale", "style": {"bold": True}, "url": URL}
    below = run("Landing page · WEB-12 in Jira · To Do · 60 % ready, missing:")

    assert home_view(Home((waiting,), COUNTS, syncs=(NextSync("Web <!here>", meeting),)))["blocks"] == [
        line(run("My requests") | {"style": {"bold": True}}),
        {"type": "actions", "elements": [button("New request", "new_request", style="primary")]},
        line(run("Next Marketing-Dev Sync of Web <!here>: "), date, run(".")),
        {"type": "divider"},
        line(run("Waits on you (1)") | {"style": {"bold": True}}),
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_section", "elements": [title, run("\n"), below]},
                {"type": "rich_text_list", "style": "bullet", "elements": listed},
            ],
        },
        {"type": "actions", "elements": [button("Fill in", "fill_in", value="jira:10012")]},
        {"type": "divider"},
        {
            "type": "context",
            "elements": [plain("I write to you about comments on your requests and work that starts, stops or ends.")],
        },
        {
            "type": "actions",
            "elements": [
                button("Mute comments", "home_mute:mute_comments"),
                button("Mute progress", "home_mute:mute_moves"),
            ],
        },
    ]


@pytest.mark.parametrize(
    ("changes", "text", "actions"),
    [
        ({"state": "received"}, "Landing page · its ticket is being made in Jira.", []),
        ({"state": "waiting"}, "Landing page · it is safe; Jira does not answer at the moment.", []),
        (
            {"state": "parked"},
            "Landing page · it is safe, and waits until a setting is mended; the people who look after me know.",
            [],
        ),
        (
            {"state": "rejected", "reason": "Summary: too odd", "can_reopen": True},
            "Landing page · Jira did not take it: Summary: too odd",
            ["reopen_form"],
        ),
        (
            {"state": "rejected", "can_reopen": True},
            "Landing page · Jira did not take it: it gave no reason",
            ["reopen_form"],
        ),
        (
            {"state": "rejected", "group": "done"},
            "Landing page · Jira did not take it, and its text was dropped by now.",
            [],
        ),
        (
            {"ticket": TICKET, "status": "In Review", "score": 100},
            "Landing page · WEB-12 in Jira · In Review · ready",
            [],
        ),
        (
            {"ticket": TICKET, "gone": "deleted"},
            "Landing page · its ticket is not in Jira any more, or not where I can see it.",
            [],
        ),
        (
            {"ticket": TICKET, "gone": "moved"},
            "Landing page · WEB-12 in Jira · it is not among the team's tickets any more, so I do not follow it.",
            [],
        ),
    ],
)
def test_each_state_says_what_is_the_case(changes: Json, text: str, actions: list[str]) -> None:
    """Where a request stands, in one line, and what can be done about it."""
    home = home_view(Home((a_line(**changes),), COUNTS))
    elements = home["blocks"][4]["elements"][0]["elements"]
    after = home["blocks"][5]

    assert elements[-1]["text"] == text
    assert ([one["action_id"] for one in after["elements"]] if after["type"] == "actions" else []) == actions


def test_an_empty_home_invites() -> None:
    """Nothing requested yet: a sentence and the button."""
    view = home_view(Home())
    assert view["blocks"][3] == line(
        run("You have no requests yet. Press the button, or type /devrequest in any channel.")
    )
    assert home_defects(view) == []


def test_what_is_muted_can_be_brought_back() -> None:
    """The sentence says what is left, and each button the opposite of what is."""
    *_, context, actions = home_view(Home(muted=frozenset({"mute_comments"})))["blocks"]
    *_, nothing, _ = home_view(Home(muted=frozenset({"mute_comments", "mute_moves"})))["blocks"]

    assert context["elements"][0]["text"] == "I write to you about work that starts, stops or ends."
    assert [one["action_id"] for one in actions["elements"]] == ["home_unmute:mute_comments", "home_mute:mute_moves"]
    assert nothing["elements"][0]["text"] == "I write to you about your new requests only."


def test_older_tickets_are_a_count_with_a_button() -> None:
    """They belong to nobody in particular, so they stand below what is one's own."""
    older = (OlderTickets("web", "Web <!here>", 12), OlderTickets("growth", "Growth", 1))
    [web, show_web, growth, show_growth, divider] = home_view(Home(older=older))["blocks"][-7:-2]

    assert web["elements"][0]["text"] == "Web <!here>: 12 older tickets lack something, and nobody is asked about them."
    assert show_web["elements"] == [button("Show them", "older_tickets", value="web")]
    assert growth["elements"][0]["text"] == "Growth: 1 older ticket lacks something, and nobody is asked about it."
    assert show_growth["elements"] == [button("Show it", "older_tickets", value="growth")]
    assert divider == {"type": "divider"}


@pytest.mark.parametrize("number", [0, 1, 19, 20, 21, 500])
def test_any_number_of_requests_fits(number: int) -> None:
    """Every page of any number of requests is taken by Slack, and all of them are on some page."""
    every: list[HomeLine] = []
    for n in range(number):
        nasty = HOSTILE[n % len(HOSTILE)] * 40
        every.append(
            a_line(
                ("waits", "progress", "done")[n * 3 // number],  # type: ignore[arg-type]
                request_id=f"V{n}",
                title=nasty,
                request_type=nasty,
                tracker=nasty,
                reason=nasty,
                status=nasty,
                state=("created", "rejected", "parked", "waiting", "received")[n % 5],
                handle="jira:" + "9" * 60,
                score=n % 101,
                missing=(nasty,) * 20,
                ticket=TICKET,
                can_reopen=True,
            )
        )
    counts: tuple[tuple[Group, int], ...] = tuple(
        (group, sum(one.group == group for one in every)) for group in ("waits", "progress", "done")
    )
    syncs = tuple(NextSync(HOSTILE[n] * 40, datetime(2026, 3, 3, tzinfo=UTC)) for n in range(3))
    older = tuple(OlderTickets("x" * 60, HOSTILE[n] * 40, 10**6) for n in range(3))
    shown = 0
    for page in range(pages_of(number)):
        lines = tuple(every[page * PAGE : (page + 1) * PAGE])
        view = home_view(Home(lines, counts, page, pages_of(number), syncs, older))
        assert home_defects(view) == []
        check_view(view, "home")
        assert View(**view).to_dict()["type"] == "home"
        shown += len(lines)

    assert shown == number


def test_the_order_of_requests() -> None:
    """What waits on the person first, then what goes on, then what is done; the newest first in each."""
    every = [
        Standing(request_id="done", state="created", handle="m:1", open=False),
        Standing(request_id="new", state="received"),
        Standing(request_id="gaps", state="created", handle="m:2", asking=True),
        Standing(request_id="refused", state="rejected"),
        Standing(request_id="dropped", state="rejected", emptied=True),
        Standing(request_id="parked", state="parked"),
        Standing(request_id="fine", state="created", handle="m:3"),
        Standing(request_id="unread", state="created"),
    ]
    assert [(one.request_id, one.group) for one in in_order(every)] == [
        ("gaps", "waits"),
        ("refused", "waits"),
        ("new", "progress"),
        ("parked", "progress"),
        ("fine", "progress"),
        ("unread", "progress"),
        ("done", "done"),
        ("dropped", "done"),
    ]
