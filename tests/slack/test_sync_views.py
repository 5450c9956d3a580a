"""The weekly sync as Slack takes it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from babel import localedata
from hypothesis import given, settings, strategies as st

from adapters.json_text import parsed
from bot.domain import days
from bot.domain.agenda_items import FIRST, AgendaRules, Feasibility, Last, Numbers
from bot.domain.agenda_ticket import agenda_ticket
from bot.domain.days import in_brief, in_full, in_pictures, weekday, with_year
from bot.domain.messages import Message
from bot.domain.seen_ticket import SeenLink, SeenTicket, Tracked
from bot.domain.sync_messages import SyncAgenda, SyncClosed, SyncDetails, SyncFurther, SyncNumbers, SyncReminder, Unread
from bot.domain.sync_pages import A_PAGE, IN_POST, PAGES, pages
from bot.slack.views.messages import render
from bot.slack.views.read_aloud import in_words
from bot.slack.views.sync_forms import close_view, feasibility_view, reassign_view
from bot.store.stored_json import dump
from tests.slack.limits import message_defects, view_defects
from tests.strategies import examples
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


def test_a_week_with_nothing_but_late_tickets_says_so() -> None:
    """The message is short and kind, and does not say that nothing waits while its thread names what does."""
    late = sync_of(a_ticket(1, due=TODAY - timedelta(days=1)))
    assert "What is late or was started too soon stands in the thread." in texts(render(late).blocks)
    assert "stands below." in texts(render(replace(late, private=True)).blocks)
    assert "Enjoy the time!" in texts(render(sync_of()).blocks)


def test_the_post_reads_like_an_agenda() -> None:
    """Four slots with their minutes, each line with its reason; the date in words, the time for each reader."""
    freeze = {"starts": "2026-12-03", "ends": "2026-12-07", "systems": "CMS"}
    message = sync_of(
        a_ticket(1, due=TODAY + timedelta(days=10), title="Winter launch", facts={"goal": "CMS page"}),
        a_ticket(2, "roadblock", title="CMS freeze", facts=freeze),
        a_ticket(3, "quick-win", title="Phone number on top", votes=3),
        a_ticket(4, "action-item", title="Ask legal", due=TODAY),
        a_ticket(
            5, "roadblock", title="Night", facts={"starts": "2026-12-09", "ends": "2026-12-09", "systems": "Shop"}
        ),
        tracked(
            a_ticket(6, "action-item", title="Print", status_category="done"),
            done_at=(NOW - timedelta(days=1)).timestamp(),
        ),
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
        "|Night>*\n9 Dec · Shop · nobody yet",
        f"<@{OWNER}> · due 24 Nov · 10 days old",
        "|Print>~\ndone\n",
    ):
        assert words in found, words


@pytest.mark.parametrize(
    ("language", "day", "brief", "full"),
    [
        ("en", "Tuesday, 24 November", "25 Nov", "16 November"),
        ("en-US", "Tuesday, November 24", "Nov 25", "November 16"),
        ("de", "Dienstag, 24. November", "25. Nov.", "16. November"),
        ("es", "martes, 24 de noviembre", "25 nov", "16 de noviembre"),
        ("hu", "november 24., kedd", "nov. 25.", "november 16."),
        ("ja", "11月24日(火曜日)", "11月25日", "11月16日"),
        ("zh", "11月24日星期二", "11月25日", "11月16日"),
        ("xx-unknown", "Tuesday, 24 November", "25 Nov", "16 November"),
    ],
)
def test_days_are_in_the_language_of_the_team(language: str, day: str, brief: str, full: str) -> None:
    """With the order and the marks of that language, also for those who hear the picture; else in English."""
    sync = sync_of(a_ticket(1, due=TODAY + timedelta(days=1)), language=language)
    assert f"Marketing-Dev Sync · {day}\n" in texts(render(sync).blocks)
    assert f"\n{brief} · " in texts(render(sync).blocks)
    [picture] = [
        block for block in render(SyncNumbers(sync, {date(2026, 11, 16): 0.5}, "F1")).blocks if block["type"] == "image"
    ]
    assert picture["alt_text"].endswith(f": {full} 50 %.")


def test_every_language_of_babel_has_its_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """None lacks a pattern, and the picture has letters for the names of all its weeks, one for each."""
    monkeypatch.setattr(localedata, "_cache", {})  # what Babel fills in for rare ones is seen in others that come later
    monkeypatch.setattr(days, "_formatted", days._formatted.__wrapped__)
    weeks = [date(2026, 2, 2) + timedelta(weeks=7 * number) for number in range(7)]
    for name in localedata.locale_identifiers():
        language = name.replace("_", "-")
        assert weekday(TODAY, language)
        assert in_full(TODAY, language)
        names = in_pictures(weeks, language)
        assert len(set(names)) == len(weeks)
        assert all(name.isascii() and name.isprintable() and any(map(str.isdigit, name)) for name in names)


@pytest.mark.parametrize(
    ("language", "november", "march"),
    [
        ("en", "23 Nov, 30 Nov", "2 Mar, 9 Mar"),
        ("en-US", "Nov 23, Nov 30", "Mar 2, Mar 9"),
        ("de", "23. Nov., 30. Nov.", "2.3., 9.3."),
        ("fr", "23 nov., 30 nov.", "2 mars, 9 mars"),
        ("pl", "23 lis, 30 lis", "2 mar, 9 mar"),
        ("cs", "23. 11., 30. 11.", "2. 3., 9. 3."),
        ("tr", "23 Kas, 30 Kas", "2 Mar, 9 Mar"),
        ("hu", "nov. 23., nov. 30.", "3.2., 3.9."),
        ("vi", "23 thg 11, 30 thg 11", "2 thg 3, 9 thg 3"),
        ("ru", "23.11, 30.11", "02.03, 09.03"),
        ("el", "23/11, 30/11", "2/3, 9/3"),
        ("ja", "11/23, 11/30", "3/2, 3/9"),
        ("ko", "11.23., 11.30.", "3.2., 3.9."),
        ("ar", "11/23, 11/30", "3/2, 3/9"),
        ("he", "23.11, 30.11", "2.3, 9.3"),
    ],
)
def test_weeks_in_a_picture_are_in_figures_where_its_font_lacks_a_letter(
    language: str, november: str, march: str
) -> None:
    """In the order of the language; Arabic is read from the right."""
    assert ", ".join(in_pictures([date(2026, 11, 23), date(2026, 11, 30)], language)) == november
    assert ", ".join(in_pictures([date(2026, 3, 2), date(2026, 3, 9)], language)) == march


def test_the_weeks_of_one_picture_are_all_in_words_or_all_in_figures() -> None:
    """März is no word of its font, so February is none, either."""
    assert in_pictures([date(2026, 2, 23), date(2026, 3, 2)], "de") == ["23.2.", "2.3."]
    assert in_pictures([date(2026, 2, 16), date(2026, 2, 23)], "de") == ["16. Feb.", "23. Feb."]


def test_the_first_of_a_month_in_french() -> None:
    """`1er décembre`, which CLDR's patterns do not know; other days and languages stay as they are."""
    first, last = date(2026, 12, 1), date(2026, 12, 31)
    assert weekday(first, "fr") == "mardi 1er décembre"
    assert [in_full(first, "fr-CA"), in_brief(first, "fr"), with_year(first, "fr")] == [
        "1er décembre",
        "1er déc.",
        "1er décembre 2026",
    ]
    assert [in_full(last, "fr"), in_full(first, "de"), in_full(first, "en")] == [
        "31 décembre",
        "1. Dezember",
        "1 December",
    ]


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


def test_the_thread_of_a_shared_channel_tells_no_words_either() -> None:
    """No decisions, no gaps and no days: keys and readiness, and why there is nothing more."""
    late = a_ticket(20, due=TODAY - timedelta(days=10), title="Secret", gaps=(GAP,), score=50)
    begun = a_ticket(21, status_category="in_progress", gaps=(GAP,), score=50)
    sync = sync_of(late, begun, shared=True)
    thread = texts(render(SyncDetails(sync, "We buy Acme")).blocks)
    assert "• <https://jira.example/WEB-20|WEB-20> · 50\u00a0% ready" in thread.splitlines()
    closed = texts(render(SyncClosed(sync, "We buy Acme", "U1")).blocks)
    assert "not shown here: people of another organisation" in closed
    closed += texts(render(SyncFurther("Mara", "We buy Acme", shared=True)).blocks)
    for word in ("Acme", "Secret", "Goal", "Nov"):
        assert word not in thread + closed


def test_what_blocks_is_named_by_title_or_key_or_counted() -> None:
    """A link's own title is never shown; ids that nobody knows are counted."""
    links = [SeenLink(url=url, title="Secret", relation="blocked_by") for url in ("WEB-7", "OPS-3", "12", "13")]
    found = texts(render(sync_of(a_ticket(1, due=TODAY, links=links), a_ticket(7, "other", title="A shop"))).blocks)
    assert "blocked by “A shop”, OPS-3, 2 tasks in Jira · " in found
    [task] = [SeenLink(url="1201", title="Secret", relation="blocked_by")]
    assert "blocked by a task in Asana" in texts(render(sync_of(a_ticket(1, tracker="asana", links=[task]))).blocks)
    assert "Secret" not in found


def test_a_title_that_runs_to_the_left_does_not_turn_the_line() -> None:
    """Cut or not, it is closed before the next word."""
    freeze = a_ticket(2, "roadblock", facts={"starts": "2026-11-01", "ends": "2026-12-30"})
    blocks = render(sync_of(a_ticket(1, due=TODAY, title="مرحبا بالعالم " * 20), freeze)).blocks
    found = texts(blocks)
    assert found.count("\u2068") == found.count("\u2069") > 1


def test_long_decisions_of_wide_characters_are_there_to_the_end() -> None:
    """Slack counts some of them twice."""
    rendered = render(SyncClosed(sync_of(), "💥" * 2997 + "END", "U1"))
    assert "END" in texts(rendered.blocks)
    assert message_defects(rendered.text, rendered.blocks) == []


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
        *(SyncDetails(sync, f"{HOSTILE}\n" * 4, page) for page in range(1, PAGES + 2)),
        SyncNumbers(sync, {date(2026, 11, 16): 0.25, date(2026, 11, 23): 0.5}, "F0READY"),
        SyncReminder(sync),
        SyncClosed(sync, HOSTILE * 3, "U0LEAD"),
        SyncFurther(HOSTILE, HOSTILE * 3),
    ]
    for message in messages:
        rendered = render(message)
        assert message_defects(rendered.text, rendered.blocks) == []
        assert not rendered.continued


def test_what_a_ticket_lacks_begins_with_what_stops_the_work() -> None:
    """Two of many gaps are named, and no number is given that was never counted."""
    severities = ("should", "should", "must", "should", "must")
    gaps = tuple(GAP.model_copy(update={"message": f"Gap {n}.", "severity": one}) for n, one in enumerate(severities))
    stored = dump(tracked(a_ticket(1, status_category="in_progress", score=10, gaps=gaps)))
    late = agenda_ticket(parsed(stored))
    assert "10\u00a0% ready: Gap 2. Gap 4. And more.\n" in texts(render(SyncDetails(sync_of(late))).blocks) + "\n"


@given(st.integers(0, 190), st.sampled_from(["en", "de"]))
@settings(max_examples=examples(15), deadline=None)
def test_every_line_has_its_place_in_the_post_or_in_its_thread(count: int, language: str) -> None:
    """What is cut in the message is in a reply, once; the headings count right, and nothing says "all" that is not."""
    every = [a_ticket(n, due=TODAY + timedelta(days=20), title=f"{HOSTILE[:90]} {n}") for n in range(1, count + 1)]
    sync = sync_of(*every, language=language)
    thread = [texts(render(SyncDetails(sync, page=page)).blocks) for page in range(1, len(pages(sync.agenda)) + 1)]
    shown = min(count, PAGES * A_PAGE) if count > IN_POST else 0
    for number in range(1, count + 1):
        handle = f"<https://jira.example/WEB-{number}|"
        order = [item.ticket.key for item in sync.agenda.slots["initiatives"]].index(f"WEB-{number}")
        assert sum(page.count(handle) for page in thread) == (order < shown), number
    assert (f": all {count}*" in "".join(thread)) == (IN_POST < count <= A_PAGE)
    post = texts(render(sync).blocks)
    assert (f"{count - IN_POST} more in the thread" in post) == (IN_POST < count == shown)
    alone = texts(render(replace(sync, private=True)).blocks)
    assert (f"{count - IN_POST} more: see below" in alone) == (IN_POST < count == shown)
    assert "thread" not in alone
    if count > shown > 0:
        assert f"{count - IN_POST} more; the thread has the first {shown}" in post
        assert f"and {count - shown} more, which only the trackers list" in thread[-1]


@pytest.mark.parametrize("count", [1, 5, 6])
def test_a_full_post_says_less_of_each_line_rather_than_dropping_lines(count: int) -> None:
    """What the thread does not hold stands in the message, however long its titles are."""
    kinds = ("landing-page", "roadblock", "quick-win", "action-item")
    every = [
        a_ticket(10 * number + n, kind, title=f"{number}-{n} {HOSTILE}", due=TODAY + timedelta(days=20))
        for number, kind in enumerate(kinds, 1)
        for n in range(count)
    ]
    rendered = render(sync_of(*every, owners={one.handle: OWNER for one in every}))
    assert message_defects(rendered.text, rendered.blocks, [OWNER]) == []
    found = texts(rendered.blocks)
    assert all(f"/WEB-{10 * number + n}|" in found for number in range(1, 5) for n in range(count))


@given(st.text(max_size=400))
@settings(max_examples=examples(30), deadline=None)
def test_titles_of_any_kind_are_shown_and_do_nothing(title: str) -> None:
    """Whatever a ticket is called, the message is valid and mentions nobody."""
    rendered = render(sync_of(a_ticket(1, due=TODAY, title=title), a_ticket(2, "action-item", title=title)))
    assert message_defects(rendered.text, rendered.blocks) == []
    assert "<!" not in texts(rendered.blocks).replace("<!date^", "")


def test_a_single_line_of_a_list_is_counted_as_one() -> None:
    """The last of 21 stands in a reply of its own: as the 21st, not as 21 to 21."""
    begun = [a_ticket(n, status_category="in_progress", gaps=(GAP,), score=50) for n in range(1, A_PAGE + 2)]
    first, second = (texts(render(SyncDetails(sync_of(*begun), page=page)).blocks) for page in (1, 2))
    assert "*Started though not ready: 1 to 20 of 21*" in first
    assert "*Started though not ready: 21 of 21*" in second


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


def test_the_reminder_names_the_day_unless_it_is_the_next_one() -> None:
    """A Monday may be a holiday."""
    said = {
        days: render(SyncReminder(sync_of(), TODAY - timedelta(days=days))).text.partition(" agenda")[0]
        for days in (0, 1, 2, 4)
    }
    assert said == {0: "Today's", 1: "Tomorrow's", 2: "Tuesday's", 4: "Tuesday's"}


def test_hours_and_days_are_counted_as_people_do() -> None:
    """Not "1 hours"."""
    said = []
    for hours in (0.2, 1.2, 1.6, 47.0, 50.0):
        numbers = Numbers(compared=True, hours_to_ready=hours)
        agenda = replace(sync_of().agenda, numbers=numbers)
        said.append(render(SyncNumbers(sync_of(agenda=agenda))).blocks[-1]["rows"][-1][1]["text"])
    assert said == ["an hour", "an hour", "2 hours", "47 hours", "2 days"]


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
    assert "Ready, by week: 16 Nov: 25\u00a0%" in texts(rendered.blocks)
    assert message_defects(rendered.text, [*rendered.blocks, table]) == ["blocks: more than one table"]
    assert in_words([table]) == "Opened: 0\nFinished: 0\nBecame ready: 0"


def test_a_first_sync_has_no_numbers() -> None:
    """Nothing is counted, rather than nothing having happened."""
    first = shown([tracked(a_ticket(1, due=TODAY))], AgendaRules(TODAY), FIRST)
    rendered = render(SyncNumbers(sync_of(agenda=first)))
    assert "nothing to compare with yet" in texts(rendered.blocks)
    assert not [block for block in rendered.blocks if block["type"] == "table"]
    assert "0" not in texts(rendered.blocks)
