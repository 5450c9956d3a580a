"""Snooze, Not needed and Set type, from the menu beside a ticket in the channel's message."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adapters.errors import NotSent
from bot.domain.plain_text import from_plain
from bot.slack.ids import Action, Verb
from bot.slack.views.ticket_actions import fill_in_button, ticket_menu
from bot.usecases.post_alert import post_alert
from sandbox.slack.elements import placed
from sandbox.slack.model import Message, View
from sandbox.slack.mrkdwn import read_message
from sandbox.slack.people import Person
from tests.flows.test_alert_in_slack import CONFIG, alerts, asked, look
from tests.flows.test_fill_in import GOAL, closed, edited, inputs, opened, said_on, section
from tests.journey import Journey

KIND = "landing-page"
DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)


async def chosen(at: Journey, where: Message | View, verb: Verb, handle: str, person: Person | None = None) -> None:
    """Pick an option of a ticket's menu."""
    who = person or at.mara
    value = verb.option(handle)
    [menu] = [one for one in placed(where.blocks) if value in str(one.element.get("options"))]
    outcome = await who.act(Action.TICKET_MENU, value, where=where, block_id=menu.block_id)
    assert outcome.problem is None, outcome


def heard(at: Journey, person: Person | None = None) -> str:
    """What the bot last told somebody in the channel alone."""
    who = person or at.mara
    return str(who.messages(at.channel.id)[-1].blocks)


def alert_text(at: Journey) -> str:
    """The channel's message as people read it."""
    [message] = alerts(at)
    return read_message(at.sandbox.slack, message).text


async def test_snooze_is_for_one_ticket_until_a_day(tmp_path: Path) -> None:
    """Only that line changes, the person hears until when, and the other tickets are still asked about."""
    async with asked(tmp_path, 3) as (at, _, ports, team):
        await post_alert(ports, team)
        [message] = alerts(at)
        await chosen(at, message, Verb.SNOOZE_3D, "memory:2")
        await at.until(lambda: "Nobody is asked about" in heard(at))

        known = await ports.tickets.find(["memory:1", "memory:2", "memory:3"])
        assert {handle: one.history.snoozed_until is not None for handle, one in known.items()} == {
            "memory:1": False,
            "memory:2": True,
            "memory:3": False,
        }
        assert alert_text(at).count("snoozed until") == 1
        assert at.sandbox.slack.complaints == []


async def test_snooze_until_the_next_sync(tmp_path: Path) -> None:
    """The sync's own time; and who may not change a ticket may not snooze it."""
    async with asked(tmp_path) as (at, _, ports, team):
        await post_alert(ports, team)
        [message] = alerts(at)
        gus = Person(at.sandbox.slack, at.users["gus"].id)
        await chosen(at, message, Verb.SNOOZE_SYNC, "memory:1", gus)
        await at.until(lambda: "can be changed from here by" in heard(at, gus))
        assert (await ports.tickets.find(["memory:1"]))["memory:1"].history.snoozed_until is None

        await chosen(at, message, Verb.SNOOZE_SYNC, "memory:1")
        await at.until(lambda: "Nobody is asked about" in heard(at))
        until = (await ports.tickets.find(["memory:1"]))["memory:1"].history.snoozed_until
        assert until is not None
        assert (until.strftime("%a %H:%M"), until > ports.clock.now()) == ("Tue 08:30", True)


async def test_days_are_in_the_language_of_the_team(tmp_path: Path) -> None:
    """A launch that is announced, a comment that is offered, and the end of a snooze."""
    config = CONFIG.replace("- name: Web", "- name: Web\n  language: de\n  time_zone: Europe/Berlin")
    async with asked(tmp_path, config=config) as (at, tracker, ports, team):
        day = ports.clock.now().astimezone(ZoneInfo(team.time_zone)).date()
        launch = day + timedelta(days=30)
        await at.until(lambda: bool(at.posts()))
        announced = str(at.posts()[0].blocks)
        assert f"launch {launch.day}. {MONTHS[launch.month - 1]} {launch.year}" in announced

        await tracker.comment(tracker.tickets[0].ref, from_plain("Prices from Monday on"))
        await post_alert(ports, team)
        [message] = alerts(at)
        await at.mara.act(Action.FILL_IN, where=message)
        await at.until(lambda: at.mara.modal is not None and "Prices from Monday on" in str(at.mara.modal.blocks))
        assert at.mara.modal is not None
        assert f", {day.day}. {MONTHS[day.month - 1]}: “Prices" in str(at.mara.modal.blocks)
        await at.mara.cancel()

        await chosen(at, message, Verb.SNOOZE_1D, "memory:1")
        await at.until(lambda: "Nobody is asked about" in heard(at))
        until = day + timedelta(days=1)
        assert f"before {DAYS[until.weekday()]}, {until.day}. {MONTHS[until.month - 1]}." in heard(at)


async def test_not_needed_with_a_reason(tmp_path: Path) -> None:
    """A reason is asked for, stands in the section of the ticket, and the message says so in the same moment."""
    async with asked(tmp_path) as (at, tracker, ports, team):
        await post_alert(ports, team)
        [message] = alerts(at)
        await chosen(at, message, Verb.NOT_NEEDED, "memory:1")
        await closed(at, "Not needed, because …")
        assert at.mara.modal is not None
        number = list(at.bot.parts.types[KIND].fields).index("tracking")
        await at.mara.fill({"section": str(number), "reason": " … "})
        refused = await at.mara.submit()
        assert "why not" in refused.errors["reason"]
        await at.mara.fill({"reason": "nobody measures this page"})
        await at.mara.submit()
        await closed(at, "“Tracking requirements” marked as not needed")
        await at.until(lambda: any("marked as not needed" in text for text in at.told()))

        assert section(tracker, "Tracking requirements") == "Not needed, because nobody measures this page"
        assert await said_on(tracker) == ["Marked as not needed by Mara Example from Slack: Tracking requirements"]
        assert "Not needed: “Tracking requirements”" in alert_text(at)


async def test_not_needed_for_the_only_gap(tmp_path: Path) -> None:
    """Where there is one section only it is chosen already, and afterwards nothing is missing."""
    async with asked(tmp_path) as (at, tracker, ports, team):
        waived = "Not needed, because it is a test"
        for gap in (await ports.tickets.find(["memory:1"]))["memory:1"].ticket.gaps:
            if gap.section != "goal":
                await edited(tracker, at.bot.parts.types[KIND].fields[gap.section].label, waived)
        await look(ports, team, tracker)
        await post_alert(ports, team)
        [message] = alerts(at)
        await chosen(at, message, Verb.NOT_NEEDED, "memory:1")
        await closed(at, "Not needed, because …")
        await at.mara.fill({"reason": "Not needed, because legal wants it"})
        await at.mara.submit()
        assert "✅ It is ready" in await closed(at, "marked as not needed")
        assert section(tracker, "Campaign goal") == "Not needed, because legal wants it"
        assert "✅ Filed" in alert_text(at)


async def test_set_type_of_a_ticket_written_by_hand(tmp_path: Path) -> None:
    """A guess is offered; chosen, it is a label of the ticket, which is judged by it from then on."""
    async with asked(tmp_path) as (at, tracker, ports, team):
        text = from_plain("Campaign goal: more orders\n\nTarget audience: shops\n\nDesign assets: none yet")
        made = tracker.add("Landing page for shops", text, "WEB", labels=("urgent",))
        await look(ports, team, tracker)
        handle = f"memory:{made.ref.id}"
        before = (await ports.tickets.find([handle]))[handle].ticket
        assert not before.certain
        posted = await at.bot.parts.desk.gateway.call(
            "chat.postMessage", channel=at.channel.id, text="x", blocks=row(handle)
        )
        where = at.channel.messages[posted["ts"]]
        await at.mara.act(Action.FILL_IN, where=where)
        await closed(at, "It is not certain what kind of request")
        assert inputs_of(at) == ["type"]
        await at.mara.fill({"type": KIND})
        await at.mara.submit()
        said = await closed(at, "Request type set to “Landing page or page change”")
        assert "Still missing" in said

        ticket = next(one for one in tracker.tickets if one.ref.id == made.ref.id)
        assert ticket.labels == ("urgent", KIND)
        after = (await ports.tickets.find([handle]))[handle].ticket
        assert (after.request_type, after.certain) == (KIND, True)
        assert at.mara.modal is not None
        view = await opened(at, at.mara.modal)
        assert "field:acceptance_criteria" in inputs(view)


async def test_a_type_that_was_set_wrongly_is_corrected(tmp_path: Path) -> None:
    """The label of the other type goes, so that the ticket is of one type for certain."""
    async with asked(tmp_path) as (at, tracker, ports, team):
        made = tracker.add("Something", from_plain("x"), "WEB", labels=("ab-test", "urgent"))
        await look(ports, team, tracker)
        handle = f"memory:{made.ref.id}"
        posted = await at.bot.parts.desk.gateway.call(
            "chat.postMessage", channel=at.channel.id, text="x", blocks=row(handle)
        )
        await chosen(at, at.channel.messages[posted["ts"]], Verb.SET_TYPE, handle)
        await closed(at, "What kind of request is this?")
        await at.mara.fill({"type": "bug"})
        await at.mara.submit()
        await closed(at, "Request type set to")
        ticket = next(one for one in tracker.tickets if one.ref.id == made.ref.id)
        assert set(ticket.labels) == {"urgent", "bug"}
        assert (await ports.tickets.find([handle]))[handle].ticket.request_type == "bug"


async def test_a_request_of_the_wrong_type_is_corrected(tmp_path: Path) -> None:
    """Who chose the wrong form sets the right type: from then on the ticket is judged by that one."""
    async with asked(tmp_path) as (at, tracker, ports, team):
        await post_alert(ports, team)
        [message] = alerts(at)
        await chosen(at, message, Verb.SET_TYPE, "memory:1")
        await closed(at, "What kind of request is this?")
        await at.mara.fill({"type": "quick-win"})
        await at.mara.submit()
        await closed(at, "Request type set to")
        assert set(tracker.tickets[0].labels) == {"quick-win"}
        known = (await ports.tickets.find(["memory:1"]))["memory:1"].ticket
        assert (known.request_type, known.certain) == ("quick-win", True)


@pytest.mark.parametrize("handle", ["memory:99", "jira:1", "nonsense"])
async def test_a_button_of_a_ticket_that_is_not_there(tmp_path: Path, handle: str) -> None:
    """Every way in says so kindly."""
    async with asked(tmp_path) as (at, _, __, ___):
        posted = await at.bot.parts.desk.gateway.call(
            "chat.postMessage", channel=at.channel.id, text="x", blocks=row(handle)
        )
        where = at.channel.messages[posted["ts"]]
        await at.mara.act(Action.FILL_IN, where=where)
        await closed(at, "is not there any more")
        await at.mara.dismiss()
        await chosen(at, where, Verb.SET_TYPE, handle)
        await closed(at, "is not there any more")
        await at.mara.dismiss()
        await chosen(at, where, Verb.SNOOZE_1D, handle)
        await at.until(lambda: "is not there any more" in heard(at))


async def test_a_list_stays_below_the_form(tmp_path: Path) -> None:
    """From "n more" a form is put on top of the list, and closing it leads back."""
    async with asked(tmp_path, 12) as (at, _, ports, team):
        await post_alert(ports, team)
        [message] = alerts(at)
        await at.mara.act("more_tickets", where=message)
        await at.until(lambda: at.mara.modal is not None)
        first = at.mara.modal
        assert first is not None
        one = next(element for element in placed(first.blocks) if element.action_id == Action.FILL_IN)
        await at.mara.act(Action.FILL_IN, where=first, block_id=one.block_id)
        await at.until(
            lambda: at.mara.modal is not first and "field:goal" in str(at.mara.modal and at.mara.modal.blocks)
        )
        await at.mara.fill({"field:goal": GOAL})
        await at.mara.submit()
        await closed(at, "filled in")
        await at.mara.cancel()
        assert at.mara.modal is first


async def test_a_tracker_that_is_down_for_a_menu(tmp_path: Path) -> None:
    """A snooze of a known ticket needs no tracker; "not needed" is stored and written later."""
    async with asked(tmp_path) as (at, tracker, ports, team):
        await post_alert(ports, team)
        [message] = alerts(at)
        tracker.fail_next("get", NotSent("memory", "get", "no connection"), times=4)
        await chosen(at, message, Verb.NOT_NEEDED, "memory:1")
        await closed(at, "Not needed, because …")
        number = list(at.bot.parts.types[KIND].fields).index("goal")
        await at.mara.fill({"section": str(number), "reason": "it is legal text"})
        await at.mara.submit()
        await closed(at, "marked as not needed")
        assert section(tracker, "Campaign goal") == "Not needed, because it is legal text"
        assert any(text.startswith("Your text is safe") for text in at.told())


def inputs_of(at: Journey) -> list[str]:
    assert at.mara.modal is not None
    return inputs(at.mara.modal)


def row(handle: str) -> list[dict[str, Any]]:
    """A button and a menu for a ticket."""
    return [{"type": "actions", "elements": [fill_in_button(handle), ticket_menu(handle)]}]
