"""The weekly sync as Slack takes it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from bot.domain.agenda_items import FIRST, AgendaRules, Feasibility, Last
from bot.domain.messages import Message
from bot.domain.seen_ticket import SeenTicket, Tracked
from bot.domain.sync_messages import SyncAgenda, SyncClosed, SyncDetails, SyncNumbers, SyncReminder, Unread
from bot.slack.views.limits import message_defects, view_defects
from bot.slack.views.messages import render
from bot.slack.views.read_aloud import in_words
from bot.slack.views.sync_forms import close_view, feasibility_view, reassign_view
from tests.unit.test_agenda import GAP, NOW, TODAY, a_ticket, shown, tracked

HOSTILE = "<!channel> <@U0EVIL> *bold* ~no~ `code` <https://evil.example|bank> :tada: \u202eRTL \U0001f600 & < >" * 12
OWNER = "U0OWNER"


def sync_of(*tickets: SeenTicket | Tracked, **changes: Any) -> SyncAgenda:
    """The sync of these tickets."""
    every = [one if isinstance(one, Tracked) else tracked(one) for one in tickets]
    said = {"jira:1": Feasibility("fine_if", "the texts are there", "U0DEV", 1.0)}
    found = shown(every, AgendaRules(TODAY), Last(NOW - timedelta(days=7)), feasibility=said)
    values: dict[str, Any] = {
        "key": "sync:web:2026-11-24",
        "team": "Web",
        "day": TODAY,
        "meeting": datetime(2026, 11, 24, 8, 0, tzinfo=UTC),
        "agenda": found,
    }
    return SyncAgenda(**(values | changes))


def texts(node: Any) -> str:
    """All texts of blocks, one a line."""
    if isinstance(node, dict):
        return "\n".join(v if k == "text" and isinstance(v, str) else texts(v) for k, v in node.items() if v)
    return "\n".join(map(texts, node)) if isinstance(node, list) else ""


def test_the_post_reads_like_an_agenda() -> None:
    """Four slots with their minutes, each line with its reason; the date in words, the time for each reader."""
    freeze = {"starts": "2026-12-03", "ends": "2026-12-07", "systems": "CMS"}
    message = sync_of(
        a_ticket(1, due=TODAY + timedelta(days=10), title="Winter launch", facts={"goal": "CMS page"}),
        a_ticket(2, "roadblock", title="CMS freeze", facts=freeze),
        a_ticket(3, "quick-win", title="Phone number on top", votes=3),
        a_ticket(4, "action-item", title="Ask legal", due=TODAY),
        owners={"jira:4": OWNER},
    )
    found = texts(render(message).blocks)
    for words in (
        "Marketing-Dev Sync · Tuesday, 24 November",
        "<!date^1795507200^{time}|",
        "Upcoming initiatives · 10 min",
        "Technical roadblocks · 10 min",
        "Quick wins and ideas · 5 min",
        "Action items and owners · 5 min",
        "4 Dec · nobody yet · 100\u00a0% ready · new",
        "Feasibility: fine if the texts are there",
        "3 Dec to 7 Dec · CMS · hits “Winter launch”",
        "3 votes",
        f"<@{OWNER}> · due 24 Nov · 10 days old",
    ):
        assert words in found, words


def test_the_date_is_in_the_language_of_the_team() -> None:
    """German weekdays for a German team; an unknown language falls back to English."""
    assert "Dienstag, 24" in texts(render(sync_of(language="de")).blocks)
    assert "Tuesday" in texts(render(sync_of(language="xx-unknown")).blocks)


def test_an_empty_week_is_one_kind_sentence() -> None:
    """Not four empty headings."""
    found = texts(render(sync_of()).blocks)
    assert "Nothing is waiting this week" in found
    assert "min" not in found


def test_only_owners_of_action_items_are_mentioned() -> None:
    """Nobody else is pinged, and a preview pings nobody."""
    item = a_ticket(4, "action-item", title=HOSTILE)
    launch = a_ticket(1, due=TODAY, title=HOSTILE)
    post = texts(render(sync_of(item, launch, owners={"jira:4": OWNER})).blocks)
    assert post.count("<@") == 1
    assert "<!channel" not in post
    assert "<@" not in texts(render(sync_of(item, owners={"jira:4": OWNER}, pings=False)).blocks)


def test_a_shared_channel_gets_keys_and_readiness_only() -> None:
    """People of another organisation read no titles, owners or sentences."""
    found = texts(render(sync_of(a_ticket(1, due=TODAY, title="Secret launch"), shared=True)).blocks)
    assert "Secret" not in found
    assert "WEB-1" in found
    assert "100\u00a0% ready" in found


def test_a_missing_tracker_is_named_with_a_way_to_refresh() -> None:
    """The other one's tickets are there."""
    blocks = render(sync_of(a_ticket(1, due=TODAY), missing=(Unread("Asana"),))).blocks
    assert "Asana did not answer" in texts(blocks)
    assert any((block.get("accessory") or {}).get("action_id") == "sync_refresh" for block in blocks)


def test_a_missing_tracker_is_told_as_it_is() -> None:
    """Away, slow or misconfigured; as last read, where it was read before; an empty week without it is no free one."""
    last = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    every = (Unread("Jira", "misconfigured", last), Unread("A<b>", "slow"), Unread("C", "unexpected"), Unread("D"))
    message = sync_of(missing=every)
    rendered = render(message)
    assert message_defects(rendered.text, rendered.blocks) == []
    mend = "I cannot read Jira, and whoever looks after me has to mend that"
    assert in_words(rendered.blocks).splitlines()[2:7] == [
        f"{mend}: what is there is shown below as last read: 2026-11-23 at 07:00.",
        "A<b> was not read in time: what is there may be missing below.",
        "C could not be read: what is there may be missing below.",
        "D did not answer: what is there may be missing below.",
        "Nothing else is known of this week.",
    ]


def test_a_closed_sync_has_nothing_to_press() -> None:
    """Its buttons are gone."""
    blocks = render(sync_of(a_ticket(1, due=TODAY), a_ticket(4, "action-item"), closed=True)).blocks
    assert not any(block["type"] == "actions" or "accessory" in block for block in blocks)


def many(count: int) -> list[SeenTicket]:
    """Hostile tickets of every kind."""
    kinds = ["landing-page", "roadblock", "quick-win", "action-item"]
    return [
        a_ticket(
            number,
            kinds[number % 4],
            title=HOSTILE,
            due=TODAY + timedelta(days=number % 30),
            gaps=(GAP.model_copy(update={"message": HOSTILE}),),
            facts={"systems": HOSTILE, "starts": "2026-12-01"},
            status_category="in_progress" if number % 3 == 0 else "todo",
        )
        for number in range(1, count + 1)
    ]


@pytest.mark.parametrize("count", [0, 1, 40, 400, 5000])
def test_slack_takes_every_message_of_any_number_of_hostile_tickets(count: int) -> None:
    """Blocks, characters and texts stay within the limits."""
    sync = sync_of(*many(count))
    messages: list[Message] = [
        sync,
        SyncDetails(sync, HOSTILE),
        SyncNumbers(sync, {date(2026, 11, 16): 0.25, date(2026, 11, 23): 0.5}, "F0READY"),
        SyncReminder(sync),
        SyncClosed(sync, HOSTILE * 3, "U0LEAD"),
    ]
    for message in messages:
        rendered = render(message)
        assert message_defects(rendered.text, rendered.blocks) == []
        assert not rendered.continued


@given(st.text(max_size=400))
@settings(max_examples=60, deadline=None)
def test_titles_of_any_kind_are_shown_and_do_nothing(title: str) -> None:
    """Whatever a ticket is called, the message is valid and mentions nobody."""
    rendered = render(sync_of(a_ticket(1, due=TODAY, title=title), a_ticket(2, "action-item", title=title)))
    assert message_defects(rendered.text, rendered.blocks) == []
    assert "<!" not in texts(rendered.blocks).replace("<!date^", "")


def test_the_thread_says_what_was_decided_last_time() -> None:
    """A decision a line, first of all."""
    found = texts(render(SyncDetails(sync_of(), "We launch on Friday\n\nNo pop-ups")).blocks)
    assert [line for line in found.splitlines() if line][:3] == [
        "*Decided last time*",
        "• We launch on Friday",
        "• No pop-ups",
    ]


def test_the_reminder_offers_what_can_be_added() -> None:
    """A meeting that is tomorrow cannot be closed."""
    [actions] = [block for block in render(SyncReminder(sync_of())).blocks if block["type"] == "actions"]
    assert [one["text"]["text"] for one in actions["elements"]] == [
        "Add action item",
        "Add an idea",
        "Add a roadblock",
    ]


def test_the_small_forms_are_valid() -> None:
    """With any title, and with text to go on with."""
    for view in (
        feasibility_view(HOSTILE, "sync:web:2026-11-24|jira:1"),
        reassign_view("", "web|jira:4"),
        close_view("sync:web:2026-11-24", "Decided"),
    ):
        assert view_defects(view) == []


def test_the_numbers_are_a_table() -> None:
    """A row each, without those that nobody knows; the fallback has them in words, and a view may not have two."""
    sync = sync_of(a_ticket(1, due=TODAY))
    rendered = render(SyncNumbers(sync, {date(2026, 11, 16): 0.25}))
    [table] = [block for block in rendered.blocks if block["type"] == "table"]
    assert rendered.blocks[-1] is table
    assert [[cell["text"] for cell in row] for row in table["rows"]] == [
        ["Since the last sync", "Number"],
        ["Opened", "0"],
        ["Finished", "0"],
        ["Became ready", "0"],
    ]
    assert rendered.text == "Numbers since the last sync: 0 opened, 0 finished, 0 became ready"
    assert "Ready, by week: 16 Nov: 25%" in texts(rendered.blocks)
    assert message_defects(rendered.text, [*rendered.blocks, table]) == ["blocks: more than one table"]
    assert in_words([table]) == "Opened: 0\nFinished: 0\nBecame ready: 0"


def test_a_first_sync_has_no_numbers() -> None:
    """Nothing is counted, rather than nothing having happened."""
    first = shown([tracked(a_ticket(1, due=TODAY))], AgendaRules(TODAY), FIRST)
    rendered = render(SyncNumbers(sync_of(agenda=first)))
    assert "nothing to compare with yet" in texts(rendered.blocks)
    assert not [block for block in rendered.blocks if block["type"] == "table"]
    assert "0" not in texts(rendered.blocks)
