"""The agenda of the weekly sync."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from bot.domain.agenda import agenda
from bot.domain.agenda_items import FIRST, SLOTS, Agenda, AgendaRules, Feasibility, Item, Last, Slot
from bot.domain.agenda_matching import Window, twins
from bot.domain.agenda_ticket import agenda_ticket
from bot.domain.days_read import day_in
from bot.domain.glance import Glance, belongs, linked, namesakes
from bot.domain.seen_ticket import SeenGap, SeenLink, SeenPerson, SeenTicket, Tracked
from bot.domain.template import Agenda as Kind
from bot.store.stored_json import dump
from tests.strategies import examples

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
KINDS: dict[str, Kind | None] = {
    "landing-page": "initiative",
    "roadblock": "roadblock",
    "quick-win": "quick_win",
    "action-item": "action",
    "other": None,
}
RULES = AgendaRules(TODAY)
GAP = SeenGap(section="goal", code="section.missing", message="“Goal” is missing.")


def a_ticket(number: int = 1, kind: str = "landing-page", *, tracker: str = "jira", **changes: Any) -> SeenTicket:
    """A ticket of a certain type, made ten days ago."""
    key = f"WEB-{number}" if tracker == "jira" else str(number)
    values = {
        "tracker": tracker,
        "id": str(number),
        "key": key,
        "url": f"https://{tracker}.example/{key}",
        "team": "web",
        "title": f"Ticket {number}",
        "request_type": kind,
        "certain": True,
        "created": (NOW - timedelta(days=10)).timestamp(),
        "updated": NOW.timestamp(),
        "seen_at": NOW.timestamp(),
        "score": 100,
    }
    return SeenTicket.model_validate(values | changes)


def tracked(ticket: SeenTicket, **changes: Any) -> Tracked:
    """With an empty history."""
    return Tracked.model_validate({"ticket": ticket} | changes)


def made(*tickets: SeenTicket | Tracked, last: Last = FIRST, **more: Any) -> Agenda:
    """The agenda of these tickets."""
    every = [one if isinstance(one, Tracked) else tracked(one) for one in tickets]
    return shown(every, more.pop("rules", RULES), last, **more)


def shown(every: Sequence[Tracked], rules: AgendaRules, last: Last, **more: Any) -> Agenda:
    """As the store hands them on: glances of all, and what belongs on an agenda without what it never shows."""
    stored = [json.loads(dump(one)) for one in every]
    glances = [glance for one in stored if (glance := Glance.of(one)) is not None]
    since = last.posted.timestamp() if last.posted else None
    wanted = {one.handle for one in glances if belongs(one, KINDS, rules, since, more.get("parked", ()))}
    wanted |= linked([one for one in every if one.ticket.handle in wanted], glances) | namesakes(wanted, glances)
    light = [one for one in map(agenda_ticket, stored) if one.ticket.handle in wanted]
    return agenda(light, glances, KINDS, rules, last, **more)


def keys(found: Agenda, slot: Slot) -> list[str]:
    """What stands in a slot, in order."""
    return [item.ticket.key for item in found.slots[slot]]


def only(found: Agenda, slot: Slot) -> Item:
    """The one line of a slot."""
    [item] = found.slots[slot]
    return item


def test_launches_within_the_horizon_stand_soonest_first() -> None:
    """A launch today and one on the last day count, one a day later or without a date does not."""
    found = made(
        a_ticket(1, due=TODAY + timedelta(weeks=6)),
        a_ticket(2, due=TODAY),
        a_ticket(3, due=TODAY + timedelta(weeks=6, days=1)),
        a_ticket(4),
    )
    assert keys(found, "initiatives") == ["WEB-2", "WEB-1"]
    assert found.undated == 1


def test_initiatives_without_an_answer_come_first() -> None:
    """What somebody still has to say something about stands above what is settled."""
    said = {"jira:1": Feasibility("fine", "Easy", "U1")}
    found = made(a_ticket(1, due=TODAY), a_ticket(2, due=TODAY + timedelta(days=3)), feasibility=said)
    assert keys(found, "initiatives") == ["WEB-2", "WEB-1"]
    assert found.slots["initiatives"][1].feasibility == said["jira:1"]


def test_changes_since_the_last_sync_are_named() -> None:
    """New, moved by so many days, done."""
    last = Last(NOW - timedelta(days=7), {"jira:1": TODAY + timedelta(days=20), "jira:2": TODAY + timedelta(days=5)})
    done = tracked(a_ticket(4, status_category="done"), done_at=(NOW - timedelta(days=1)).timestamp())
    found = made(
        a_ticket(1, due=TODAY + timedelta(days=23)),
        a_ticket(2, due=TODAY + timedelta(days=5)),
        a_ticket(3, due=TODAY + timedelta(days=9)),
        done,
        last=last,
    )
    changes = {item.ticket.key: (item.change, item.moved_days) for item in found.slots["initiatives"]}
    assert changes == {"WEB-1": ("moved", 3), "WEB-2": ("", 0), "WEB-3": ("new", 0), "WEB-4": ("done", 0)}


def test_a_freeze_hits_the_launch_in_its_window() -> None:
    """A roadblock is matched with launches by date and system."""
    freeze = a_ticket(1, "roadblock", facts={"starts": "2026-12-03", "ends": "2026-12-07", "systems": "CMS, shop"})
    winter = a_ticket(2, title="Winter launch", due=date(2026, 12, 5), facts={"goal": "More sales in the Shop"})
    mail = a_ticket(3, title="Newsletter", due=date(2026, 12, 5), facts={"goal": "More readers"})
    late = a_ticket(4, title="Shop sale", due=date(2026, 12, 8))
    item = only(made(freeze, winter, mail, late), "roadblocks")
    assert [hit.key for hit in item.hits] == ["WEB-2"]
    assert item.window == Window(date(2026, 12, 3), date(2026, 12, 7))


@pytest.mark.parametrize(
    ("systems", "text", "hit"),
    [
        ("S3", "Winter mailing", False),
        ("S3", "Pictures move to S3", True),
        ("Content management system", "more content for a new system", False),
        ("Content management system", "a page of the content management", True),
        ("Payment service, CMS 2", "a new service, 2 of them", False),
        ("Payment service, CMS 2", "texts in the CMS", True),
        ("Stripe and Klarna", "pay with Klarna", True),
        ("The whole checkout from the basket to the thank-you note", "A basket that stays", True),
        ("The platform", "Winter mailing", False),
        ("The platform", "A new platform", True),
        ("All systems", "Winter mailing", True),
        ("", "Winter mailing", True),
    ],
)
def test_a_system_is_named_by_all_words_that_mean_it(systems: str, text: str, hit: bool) -> None:
    """Short names count; words such as "system" only if there is no other; no name, or "all", is everything."""
    freeze = a_ticket(1, "roadblock", facts={"starts": "2026-12-03", "ends": "2026-12-07", "systems": systems})
    launch = a_ticket(2, title="Launch", due=date(2026, 12, 5), facts={"goal": text})
    assert bool(only(made(freeze, launch), "roadblocks").hits) == hit


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("Payment", "Payments", True),
        ("crm", "CRMs", True),
        ("email", "E-Mail", True),
        ("Web shop", "Webshop", True),
        ("Web-shop", "web shop", True),
        ("Sign-up", "sign up", True),
        ("Category", "Categories", True),
        ("Boxes", "Box", True),
        ("Forms", "form", True),
        ("the site", "our sites", True),
        ("Forms", "Platform", False),
        ("the site", "Website", False),
        ("News", "new", False),
        ("CMS", "cm", False),
        ("Status", "statu", False),
        ("Payment", "Repayment", False),
        ("Shop", "Shopping", False),
        ("Pod cast", "cast", False),
    ],
)
def test_a_name_is_found_however_it_is_written(one: str, two: str, same: bool) -> None:
    """Plurals, hyphens and blanks do not matter, whichever side has them; a word within another is none."""
    days = {"starts": "2026-12-03", "ends": "2026-12-07"}
    for system, said in ((one, two), (two, one)):
        freeze = a_ticket(1, "roadblock", facts=days | {"systems": system})
        launch = a_ticket(2, title=f"{said} in spring", due=date(2026, 12, 5))
        hit = bool(only(made(freeze, launch), "roadblocks").hits)
        assert hit == (same or (system, said) == ("cast", "Pod cast")), (system, said)


@pytest.mark.parametrize(
    ("written", "language"),
    [
        ("2026-12-19", "en"),
        ("19.12.2026", "en"),
        ("19 December 2026", "en"),
        ("19 December 2026", "de"),
        ("Saturday, 19th of December, 2026", "en"),
        ("Dec 19, 2026", "en"),
        ("dec. 19th 2026, in the evening", "es"),
        ("19-Dec-2026", "en"),
        ("19. Dezember 2026", "de"),
        ("Sa., 19. Dez. 2026, 18 Uhr", "de"),
        ("19 décembre 2026", "fr"),
        ("19 de diciembre de 2026", "es"),
        ("2026. december 19.", "hu"),
        ("31 February 2026, no: 19 December 2026", "en"),
        ("19 December 2026", "xx-unknown"),
    ],
)
def test_a_roadblock_has_its_days_however_they_are_written(written: str, language: str) -> None:
    """In figures, or with a month of the team's language or of English."""
    rules = AgendaRules(TODAY, language=language)
    roadblock = a_ticket(1, "roadblock", facts={"from": written, "systems": "CMS"})
    hit = a_ticket(2, title="CMS page", due=date(2026, 12, 20))
    item = only(made(roadblock, hit, rules=rules), "roadblocks")
    assert item.window == Window(date(2026, 12, 19), None)
    assert [one.key for one in item.hits] == ["WEB-2"]


@pytest.mark.parametrize(
    "written",
    ["soon", "19 December", "12/19/2026", "version 19 in 2026", "maybe 19, 2026", "31 February 2026", "9" * 300],
)
def test_what_names_no_day_is_none(written: str) -> None:
    """Rather than a wrong one."""
    assert only(made(a_ticket(1, "roadblock", facts={"from": written})), "roadblocks").window == Window(None, None)


def test_short_names_of_all_months_are_known() -> None:
    """Also those that differ in England and America."""
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    assert [day_in(f"3 {name} 2027") for name in names] == [date(2027, month, 3) for month in range(1, 13)]
    assert day_in("3 Sept 2027") == day_in("September 3, 2027") == date(2027, 9, 3)


def test_a_roadblock_names_launches_within_the_horizon_only() -> None:
    """Later ones are not looked at, whether or not one of them stands on the agenda for another reason."""
    later: dict[str, Any] = {"due": TODAY + timedelta(weeks=7), "labels": ("idea",)}
    found = made(a_ticket(1, "roadblock", facts={"starts": "2026-12-24"}), a_ticket(2, flagged=True, **later))
    assert found.slots["roadblocks"][0].hits == ()


def test_a_roadblock_that_is_over_is_none() -> None:
    """Yesterday's maintenance stands in nobody's way."""
    over = a_ticket(1, "roadblock", facts={"starts": "2026-11-01", "ends": "23.11.2026"})
    assert made(over).is_empty


def test_blocked_and_risky_launches_are_roadblocks() -> None:
    """Roadblock requests first, then flagged and blocked ones with what blocks them, then those at risk."""
    found = made(
        a_ticket(1, due=TODAY + timedelta(days=3), gaps=(GAP,), score=80),
        a_ticket(2, due=TODAY + timedelta(days=30), links=(SeenLink(url="WEB-9", relation="blocked_by"),)),
        a_ticket(3, due=TODAY + timedelta(days=20), flagged=True),
        a_ticket(4, "roadblock", facts={"starts": "2026-12-24"}),
        a_ticket(9, "other", title="New database"),
    )
    assert keys(found, "roadblocks") == ["WEB-4", "WEB-3", "WEB-2", "WEB-1"]
    assert [one.title for one in found.slots["roadblocks"][2].blocked_by] == ["New database"]
    assert [item.reason for item in found.slots["roadblocks"]] == ["roadblock", "flagged", "blocked", "at_risk"]


def test_a_blocker_that_is_done_blocks_no_more() -> None:
    """The launch stands among the launches again."""
    blocked = a_ticket(2, due=TODAY, links=(SeenLink(url="WEB-9", relation="blocked_by"),))
    found = made(blocked, a_ticket(9, "other", status_category="done"))
    assert keys(found, "initiatives") == ["WEB-2"]


def test_a_title_that_only_a_link_tells_is_never_named() -> None:
    """The other ticket may be restricted, or of a project that not everybody may see: its key has to do."""
    secret = SeenLink(url="WEB-9", title="Secret deal", relation="blocked_by")
    elsewhere = SeenLink(url="OPS-3", title="Secret work", relation="blocks")
    task = SeenLink(url="1201", title="Secret task", relation="blocked_by")
    found = made(
        a_ticket(1, due=TODAY, links=(secret, elsewhere)),
        a_ticket(2, "roadblock", links=(elsewhere,)),
        a_ticket(3, due=TODAY, tracker="asana", links=(task, task)),
        a_ticket(9, "other", title="Secret deal", restricted=True),
    )
    named = [one for item in found.slots["roadblocks"] for one in (*item.blocked_by, *item.blocks)]
    assert sorted((one.key, one.title) for one in named) == [("", ""), ("OPS-3", ""), ("OPS-3", ""), ("WEB-9", "")]


def test_what_is_blocked_or_at_risk_says_what_changed_and_what_waits_for_it() -> None:
    """As every launch does."""
    moved = a_ticket(
        1,
        due=TODAY + timedelta(days=10),
        score=50,
        gaps=(GAP,),
        links=(SeenLink(url="WEB-7", relation="blocks"), SeenLink(url="WEB-8", relation="blocks")),
    )
    flagged = a_ticket(2, flagged=True)
    others = (a_ticket(7, "other", title="Shop"), a_ticket(8, "other", status_category="done"))
    last = Last(NOW - timedelta(days=7), {"jira:1": TODAY + timedelta(days=3)})
    first, second = made(moved, flagged, *others, last=last).slots["roadblocks"]
    assert (first.change, second.change, second.moved_days) == ("new", "moved", 7)
    assert [one.title for one in second.blocks] == ["Shop"]


def test_quick_wins_are_labelled_typed_or_small() -> None:
    """New ones first, then by votes; an estimate counts only if the team says what is small."""
    last = Last(NOW - timedelta(days=7))
    tickets = (
        a_ticket(1, "quick-win", votes=1),
        a_ticket(2, "other", labels=("Idea",), votes=5),
        a_ticket(3, "quick-win", created=(NOW - timedelta(days=1)).timestamp()),
        a_ticket(4, "other", estimate=1.0),
        a_ticket(5, "other", estimate=8.0),
    )
    assert keys(made(*tickets, last=last), "quick_wins") == ["WEB-3", "WEB-2", "WEB-1"]
    small = AgendaRules(TODAY, small=2.0)
    assert keys(made(*tickets, last=last, rules=small), "quick_wins") == ["WEB-3", "WEB-2", "WEB-1", "WEB-4"]


def test_a_small_or_labelled_initiative_without_a_day_is_a_quick_win() -> None:
    """With a day it stands among the launches once that is within sight, and a blocked one among the roadblocks."""
    rules = AgendaRules(TODAY, small=2.0)
    far = TODAY + timedelta(days=100)
    found = made(
        a_ticket(1, estimate=1.0, votes=9),
        a_ticket(2, estimate=8.0),
        a_ticket(3, estimate=1.0, due=far),
        a_ticket(4, estimate=1.0, due=TODAY + timedelta(days=20)),
        a_ticket(5, estimate=1.0, flagged=True),
        a_ticket(6, labels=("idea",), votes=3),
        a_ticket(7, labels=("idea",), due=far),
        a_ticket(8, estimate=1.0, status_category="done"),
        rules=rules,
    )
    reasons = [(item.ticket.key, item.reason) for item in found.slots["quick_wins"]]
    assert reasons == [("WEB-1", "small"), ("WEB-6", "quick_win")]
    assert keys(found, "initiatives") == ["WEB-4"]
    assert keys(found, "roadblocks") == ["WEB-5"]
    assert keys(made(a_ticket(1, estimate=1.0)), "quick_wins") == []


def test_of_quick_wins_with_as_many_votes_the_newest_stands_first() -> None:
    """On the first sync, too."""
    ages = {1: 50, 2: 1, 3: 20, 4: 5}
    found = made(
        *(
            a_ticket(n, "quick-win", created=(NOW - timedelta(days=age)).timestamp(), votes=3 * (n == 3))
            for n, age in ages.items()
        )
    )
    assert keys(found, "quick_wins") == ["WEB-3", "WEB-2", "WEB-4", "WEB-1"]


def test_action_items_without_an_owner_come_first() -> None:
    """Then by their day; what was done since the last sync comes last, older ones are not there."""
    owner = SeenPerson(name="Mara Example", slack="U1")
    last = Last(NOW - timedelta(days=7))
    found = made(
        a_ticket(1, "action-item", assignee=owner, due=TODAY),
        a_ticket(2, "action-item", due=TODAY + timedelta(days=9)),
        tracked(a_ticket(3, "action-item", status_category="done"), done_at=NOW.timestamp()),
        tracked(a_ticket(4, "action-item", status_category="done"), done_at=(NOW - timedelta(days=9)).timestamp()),
        last=last,
    )
    assert keys(found, "actions") == ["WEB-2", "WEB-1", "WEB-3"]
    assert found.slots["actions"][2].change == "done"


def test_twins_stand_once_with_both_trackers() -> None:
    """Two tickets that link to each other are one thing; its owner and readiness are the better known ones."""
    task = a_ticket(7, tracker="asana", due=TODAY, assignee=SeenPerson(name="Kim Example"), score=100)
    issue = a_ticket(1, due=TODAY, score=40, links=(SeenLink(url="https://asana.example/7"),), created=1.0)
    back = task.model_copy(update={"links": (SeenLink(url="https://jira.example/WEB-1"),)})
    item = only(made(issue, back), "initiatives")
    assert (item.ticket.key, [one.key for one in item.twins], item.score) == ("WEB-1", ["7"], 100)
    assert item.owner is not None
    assert item.owner.name == "Kim Example"


def test_three_that_are_linked_in_a_chain_are_one_thing() -> None:
    """Whichever of them is the oldest."""
    first = a_ticket(3, tracker="asana", due=TODAY, created=1.0, links=(SeenLink(url="https://jira.example/WEB-1"),))
    third = a_ticket(2, tracker="asana", due=TODAY, created=3.0, links=(SeenLink(url="https://jira.example/WEB-1"),))
    links = (SeenLink(url="https://asana.example/2"), SeenLink(url="https://asana.example/3"))
    item = only(made(first, third, a_ticket(1, due=TODAY, created=2.0, links=links)), "initiatives")
    assert (item.ticket.key, [one.key for one in item.twins]) == ("3", ["2", "WEB-1"])


def test_twins_show_the_most_urgent_reason_of_both() -> None:
    """What is blocked in one tracker is blocked, though it is done or merely planned in the other."""
    blocked = a_ticket(7, tracker="asana", flagged=True, links=(SeenLink(url="https://jira.example/WEB-1"),))
    done = a_ticket(1, status_category="done", links=(SeenLink(url="https://asana.example/7"),), created=1.0)
    item = only(made(done, blocked), "roadblocks")
    assert (item.ticket.key, [one.key for one in item.twins]) == ("7", ["WEB-1"])


def test_votes_of_either_tracker_count() -> None:
    """An idea that people like in Asana stands above one with fewer votes in Jira, though it stands in both."""
    links = (SeenLink(url="https://jira.example/WEB-1"),)
    liked = a_ticket(7, "quick-win", tracker="asana", title="Ticket 1", votes=3, created=2.0, links=links)
    found = made(a_ticket(1, "quick-win", created=1.0), liked, a_ticket(2, "quick-win", votes=2))
    assert [(item.votes, item.ticket.key) for item in found.slots["quick_wins"]] == [(3, "WEB-1"), (2, "WEB-2")]


def test_blocked_in_one_tracker_is_more_than_at_risk_in_the_other() -> None:
    """Whichever of the two days comes first."""
    links = (SeenLink(url="https://jira.example/WEB-1"), SeenLink(url="8", relation="blocked_by"))
    blocked = a_ticket(7, tracker="asana", title="Ticket 1", due=TODAY + timedelta(days=9), links=links)
    item = only(made(a_ticket(1, due=TODAY, gaps=(GAP,), score=0, status_category="todo"), blocked), "roadblocks")
    assert (item.reason, [one.key for one in item.twins]) == ("blocked", ["WEB-1"])


def test_what_is_ready_in_one_tracker_is_not_at_risk() -> None:
    """However little stands in the other one."""
    bare = a_ticket(7, tracker="asana", due=TODAY, gaps=(GAP,), score=25, created=1.0)
    whole = a_ticket(1, due=TODAY, score=100, links=(SeenLink(url="https://asana.example/7"),))
    item = only(made(bare.model_copy(update={"title": whole.title}), whole), "initiatives")
    assert (item.reason, item.score, len(item.twins)) == ("launch", 100, 1)
    assert only(made(bare), "roadblocks").reason == "at_risk"


def test_the_twin_that_alone_would_not_stand_there_is_known_all_the_same() -> None:
    """The one that tells of the link has no day, or is done: its link, owner, readiness and word are there."""
    task = a_ticket(7, tracker="asana", due=TODAY, gaps=(GAP,), score=25, created=1.0, title="Spring campaign")
    links = (SeenLink(url="https://asana.example/7"),)
    issue = a_ticket(1, links=links, title="Spring campaign", assignee=SeenPerson(name="Mara Example"))
    said = {"jira:1": Feasibility("fine", at=1.0)}
    item = only(made(task, issue, feasibility=said), "initiatives")
    assert (item.ticket.key, item.score, [one.key for one in item.twins]) == ("7", 100, ["WEB-1"])
    assert (item.owner, item.feasibility) == (issue.assignee, said["jira:1"])
    done = issue.model_copy(update={"status_category": "done"})
    assert [one.key for one in only(made(task, done), "initiatives").twins] == ["WEB-1"]


def test_what_is_late_in_either_tracker_is_told_once() -> None:
    """The thread and a roadblock look at both of two twins, whichever was made first."""
    late: dict[str, Any] = {
        "due": TODAY - timedelta(days=3),
        "status_category": "in_progress",
        "gaps": (GAP,),
        "score": 0,
    }
    links = (SeenLink(url="https://jira.example/WEB-1"),)
    first = a_ticket(1, created=1.0, title="Spring campaign", gaps=(GAP,), score=0)
    second = a_ticket(7, tracker="asana", title="Spring campaign", links=links, **late)
    found = made(first, second)
    assert [[one.key for one in those] for those in (found.overdue, found.started_unready)] == [["7"], ["7"]]
    found = made(first.model_copy(update={"gaps": ()}), second)
    assert found.started_unready == ()  # nothing is missing: it stands in the other tracker
    asked = second.model_copy(update={"status_category": "todo"})
    assert [one.key for one in made(first, asked, parked={"asana:7"}).parked] == ["7"]
    freeze = a_ticket(2, "roadblock", facts={"starts": "2026-12-19", "systems": "CMS"}, title="Freeze")
    coming = second.model_copy(update={"due": date(2026, 12, 20), "labels": ("CMS",)})
    found = made(freeze, first, coming)
    assert [one.title for one in found.slots["roadblocks"][0].hits] == ["Spring campaign"]


def test_a_link_of_one_side_makes_no_twins() -> None:
    """Unless both have the same title."""
    task = a_ticket(7, tracker="asana", title="Another thing")
    issue = a_ticket(1, links=(SeenLink(url="https://asana.example/7"),))
    assert twins([task, issue]) == {}
    assert len(twins([task.model_copy(update={"title": "ticket 1"}), issue])) == 1


def test_the_same_title_on_the_same_day_is_one_thing() -> None:
    """In two trackers, and no third ticket like it; a short title or another day is not enough."""
    title = "Winter launch: new start page"
    issue, task = a_ticket(1, due=TODAY, title=title), a_ticket(7, tracker="asana", due=TODAY, title=title.upper())
    assert twins([issue, task]) == {"jira:1": "asana:7"} or twins([issue, task]) == {"asana:7": "jira:1"}
    others = (
        [issue, task.model_copy(update={"due": TODAY + timedelta(days=1)})],
        [issue, task, a_ticket(2, due=TODAY, title=title)],
        [issue, a_ticket(2, due=TODAY, title=title)],
        [one.model_copy(update={"title": "Banner"}) for one in (issue, task)],
        [one.model_copy(update={"due": None}) for one in (issue, task)],
    )
    assert [twins(tickets) for tickets in others] == [{}] * 5


def test_the_thread_holds_what_is_merely_late() -> None:
    """Overdue tickets, tickets that nobody answers for any more, and work that began too soon."""
    found = made(
        a_ticket(1, due=TODAY - timedelta(days=1)),
        a_ticket(2, gaps=(GAP,), score=50),
        a_ticket(3, status_category="in_progress", gaps=(GAP,), score=50),
        parked={"jira:2"},
    )
    assert found.is_empty
    assert [ticket.key for ticket in found.overdue] == ["WEB-1"]
    assert [ticket.key for ticket in found.parked] == ["WEB-2"]
    assert [ticket.key for ticket in found.started_unready] == ["WEB-3"]


def test_numbers_count_from_the_last_sync() -> None:
    """Opened, finished, became ready, and how long that took."""
    last = Last(NOW - timedelta(days=7))
    created = NOW - timedelta(days=3)
    new = tracked(a_ticket(1, created=created.timestamp()), ready_at=(created + timedelta(hours=5)).timestamp())
    done = tracked(a_ticket(2, status_category="done"), done_at=NOW.timestamp())
    numbers = made(new, done, last=last).numbers
    assert (numbers.opened, numbers.finished, numbers.became_ready) == (1, 1, 1)
    assert numbers.hours_to_ready == 5.0


def test_what_is_gone_or_restricted_is_not_shown() -> None:
    """Nor is it counted."""
    found = made(tracked(a_ticket(1, due=TODAY), gone="deleted"), a_ticket(2, due=TODAY, restricted=True))
    assert found.is_empty
    assert not found.overdue


@st.composite
def linked_at_will(draw: st.DrawFn) -> list[Tracked]:
    """Launches, quick wins and others in both trackers with any links among them, and of any age."""
    count = draw(st.integers(2, 8))
    places = {n: draw(st.sampled_from(["jira", "asana"])) for n in range(1, count + 1)}
    titles = st.sampled_from(["Winter launch", "Spring launch", "Phone number"])
    return [
        tracked(
            a_ticket(
                n,
                draw(st.sampled_from(["landing-page", "quick-win", "roadblock", "other"])),
                tracker=tracker,
                title=draw(titles),
                created=float(draw(st.integers(1, 4))),
                due=draw(st.sampled_from([None, TODAY])),
                links=[
                    SeenLink(url=f"https://{places[m]}.example/{'WEB-' if places[m] == 'jira' else ''}{m}")
                    for m in draw(st.sets(st.integers(1, count), max_size=4))
                ],
            )
        )
        for n, tracker in places.items()
    ]


@given(linked_at_will())
@settings(max_examples=examples(150), deadline=None)
def test_no_ticket_vanishes_whatever_it_links_to(every: list[Tracked]) -> None:
    """What has its place on the agenda alone stands on it exactly once, as a line or as a twin."""
    found = shown(every, RULES, FIRST)
    lines = [one.handle for slot in SLOTS for item in found.slots[slot] for one in (item.ticket, *item.twins)]
    for one in every:
        alone = not shown([one], RULES, FIRST).is_empty
        assert lines.count(one.ticket.handle) == 1 or (not alone and one.ticket.handle not in lines)


days = st.one_of(st.none(), st.dates(TODAY - timedelta(days=40), TODAY + timedelta(days=80)))


@st.composite
def tickets_drawn(draw: st.DrawFn) -> list[Tracked]:
    """Tickets of every kind and state, with links among them and hostile titles."""
    count = draw(st.integers(0, 25))
    drawn = []
    for number in range(1, count + 1):
        tracker = draw(st.sampled_from(["jira", "asana"]))
        others = st.integers(1, max(1, count)).map(lambda n: f"https://jira.example/WEB-{n}")
        ticket = a_ticket(
            number,
            draw(st.sampled_from(list(KINDS))),
            tracker=tracker,
            title=draw(st.text(max_size=30)),
            due=draw(days),
            status_category=draw(st.sampled_from(["todo", "in_progress", "done"])),
            flagged=draw(st.booleans()),
            certain=draw(st.booleans()),
            gaps=(GAP,) if draw(st.booleans()) else (),
            votes=draw(st.integers(0, 9)),
            links=[
                SeenLink(url=draw(others), relation=draw(st.sampled_from(["web", "blocked_by", "blocks"])))
                for _ in range(draw(st.integers(0, 2)))
            ],
            facts={"starts": str(draw(days) or ""), "systems": draw(st.sampled_from(["", "Ticket", "CMS"]))},
        )
        drawn.append(tracked(ticket, done_at=draw(st.one_of(st.none(), st.just(NOW.timestamp())))))
    return drawn


@given(tickets_drawn(), st.randoms(use_true_random=False))
@settings(max_examples=examples(75), deadline=None)
def test_every_ticket_stands_at_most_once_and_the_order_is_stable(every: list[Tracked], chance: Any) -> None:
    """Whatever the tickets are and in whichever order they were read, the agenda is the same and repeats nothing."""
    last = Last(NOW - timedelta(days=7), {"jira:1": TODAY})
    found = shown(every, RULES, last)
    lines = [one.handle for slot in SLOTS for item in found.slots[slot] for one in (item.ticket, *item.twins)]
    assert len(lines) == len(set(lines))
    shuffled = list(every)
    chance.shuffle(shuffled)
    assert shown(shuffled, RULES, last).slots == found.slots
