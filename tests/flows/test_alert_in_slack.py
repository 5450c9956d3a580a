"""The alert in a workspace: what people see, whom it pings, what its buttons open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.base import Section, SectionChange, TicketChange, TicketDraft
from adapters.memory import MemoryTracker
from bot.domain.plain_text import from_plain
from bot.usecases.note_tickets import note_tickets
from bot.usecases.ports import Ports, Team
from bot.usecases.post_alert import post_alert
from bot.usecases.refresh_alerts import refresh_alerts
from sandbox.faults import parse_fault
from sandbox.slack.elements import placed
from sandbox.slack.model import Message, View
from sandbox.slack.mrkdwn import read_message
from sandbox.slack.people import Person
from tests.journey import Journey, journey

CONFIG = """
teams:
- name: Web
  channel: {channel}
  default_tracker: {tracker}
  trackers: {trackers}
  alerts: {{hours: "00:00-24:00", days: [mon, tue, wed, thu, fri, sat, sun], first_after: 0m, per_day: 3}}
ops_channel: {ops}
"""
HOSTILE = "<!channel> <@U0MARA> *bold* \u202eright to left"


@asynccontextmanager
async def asked(
    folder: Path, count: int = 1, config: str = CONFIG, **more: Any
) -> AsyncIterator[tuple[Journey, MemoryTracker, Ports, Team]]:
    """Tickets of Mara's that lack everything but a title, all of them asked about in one message."""
    tracker = MemoryTracker()
    async with journey(folder, trackers={"memory": tracker}, config=config, **more) as at:
        ports = at.bot.parts.desk.ports
        team = ports.teams.all()[0]
        await at.file_one("Filed")
        await at.settled()
        at.mara.workspace.windows.clear(at.mara.user.id)
        for number in range(1, count):
            await tracker.create(_draft(team, f"hand-{number}", f"{HOSTILE} {number}"))
        await look(ports, team, tracker)
        yield at, tracker, ports, team


def _draft(team: Team, request_id: str, title: str) -> TicketDraft:
    return TicketDraft(
        request_id=request_id,
        request_type="landing-page",
        title=title,
        labels=("landing-page",),
        team=team.trackers["memory"],
    )


async def look(ports: Ports, team: Team, tracker: MemoryTracker) -> None:
    """Every ticket is read; the first sweep was yesterday."""
    yesterday = ports.clock.now() - timedelta(days=1)
    await note_tickets(ports, team, list(tracker.tickets), yesterday)


def alerts(at: Journey) -> list[Message]:
    """The channel's messages that ask for something."""
    return [post for post in at.posts() if "cannot be started" in post.text or "asked for anything" in post.text]


def buttons(where: Message | View, action: str) -> list[str]:
    """The values of the buttons of one kind."""
    return [one.element.get("value", "") for one in placed(where.blocks) if one.action_id == action]


async def press(person: Person, where: Message | View, action: str, value: str = "") -> None:
    """Press the button with that value."""
    [one] = [one for one in placed(where.blocks) if one.action_id == action and value in {"", one.element.get("value")}]
    outcome = await person.act(action, where=where, block_id=one.block_id)
    assert outcome.problem is None, outcome


async def test_only_who_is_asked_is_mentioned(tmp_path: Path) -> None:
    """Mara hears of it; a title that looks like a mention pings nobody; once its gaps close, the message says so."""
    async with asked(tmp_path, 3) as (at, tracker, ports, team):
        assert (await post_alert(ports, team))["tickets"] == 3
        [message] = alerts(at)
        shown = read_message(at.sandbox.slack, message)
        assert shown.pings == ["U0MARA", "U0MARA"]  # in the first line, and beside her ticket
        assert "<!channel> <@U0MARA> *bold*" in shown.text
        assert len(buttons(message, "fill_in")) == 3
        assert (await post_alert(ports, team))["posted"] is None

        mine = next(ticket for ticket in tracker.tickets if ticket.title == "Filed")
        kind = ports.teams.request_type("landing-page")
        assert kind is not None
        waived = "Not needed, because it is a test"
        sections = tuple(
            SectionChange(Section(field.label, from_plain(waived), field.id))
            for field in kind.fields.values()
            if field.ready.required or field.ready.at_least
        )
        await tracker.update(mine.ref, TicketChange(sections=sections))
        await look(ports, team, tracker)
        assert (await refresh_alerts(ports, team))["edited"] == 1
        [message] = alerts(at)
        assert read_message(at.sandbox.slack, message).pings == []
        assert "✅ Filed" in read_message(at.sandbox.slack, message).text
        assert len(buttons(message, "fill_in")) == 2


async def test_n_more_opens_the_others(tmp_path: Path) -> None:
    """Thirty-one tickets: eight in the message, the others in two pages."""
    async with asked(tmp_path, 31) as (at, _, ports, team):
        await post_alert(ports, team)
        [message] = alerts(at)
        first = buttons(message, "fill_in")
        await press(at.mara, message, "more_tickets")
        await at.until(lambda: at.mara.modal is not None)
        assert at.mara.modal is not None
        second = buttons(at.mara.modal, "fill_in")
        await press(at.mara, at.mara.modal, "ticket_page")
        await at.until(lambda: at.mara.modal and buttons(at.mara.modal, "ticket_page_back"))
        third = buttons(at.mara.modal, "fill_in")

        assert (len(first), len(second), len(third)) == (8, 20, 3)
        assert len({*first, *second, *third}) == 31
        assert at.sandbox.slack.complaints == []


async def test_an_older_ticket_is_taken_up(tmp_path: Path) -> None:
    """It leaves the list, and is asked about from now on; somebody from outside the channel sees nothing of it."""
    async with asked(tmp_path) as (at, tracker, ports, team):
        for number in range(2):
            await tracker.create(_draft(team, f"old-{number}", "Old"))
        await note_tickets(ports, team, list(tracker.tickets)[1:], None)
        await post_alert(ports, team)
        [message] = alerts(at)
        assert "Show 2 older tickets" in str(message.blocks)

        await press(at.mara, message, "older_tickets")
        await at.until(lambda: at.mara.modal is not None)
        assert at.mara.modal is not None
        [first, second] = buttons(at.mara.modal, "take_up")
        await press(at.mara, at.mara.modal, "take_up", first)
        await at.until(lambda: at.mara.modal and buttons(at.mara.modal, "take_up") == [second])
        assert (await post_alert(ports, team))["tickets"] == 1

        gus = Person(at.sandbox.slack, "U0GUS")
        await press(gus, message, "older_tickets")
        await at.until(lambda: "members of the team's channel" in str(gus.messages(at.channel.id)[-1].blocks))
        assert gus.modal is None


async def test_older_tickets_are_taken_up_from_the_home(tmp_path: Path) -> None:
    """Also where no message ever offered them; the Home counts one less then, and says nothing to outsiders."""
    async with asked(tmp_path) as (at, tracker, ports, team):
        for number in range(2):
            await tracker.create(_draft(team, f"old-{number}", "Old"))
        await note_tickets(ports, team, list(tracker.tickets)[1:], None)
        await at.mara.open_home()
        await at.until(lambda: at.mara.home is not None and "2 older tickets" in str(at.mara.home.blocks))
        assert at.mara.home is not None
        await press(at.mara, at.mara.home, "older_tickets", team.id)
        await at.until(lambda: at.mara.modal is not None)
        assert at.mara.modal is not None
        [first, second] = buttons(at.mara.modal, "take_up")
        await press(at.mara, at.mara.modal, "take_up", first)
        await at.until(lambda: at.mara.modal and buttons(at.mara.modal, "take_up") == [second])
        await at.until(lambda: at.mara.home is not None and "1 older ticket lacks" in str(at.mara.home.blocks))
        gus = Person(at.sandbox.slack, "U0GUS")
        await gus.open_home()
        await at.until(lambda: gus.home is not None)
        assert "older ticket" not in str(gus.home)


async def test_a_message_that_somebody_deleted(tmp_path: Path) -> None:
    """One fresh post; its edits go to that one."""
    async with asked(tmp_path) as (at, _, ports, team):
        await post_alert(ports, team)
        [message] = alerts(at)
        del at.channel.messages[message.ts]
        await ports.tickets.change_alert(
            f"alert:{team.id}:{_day(ports, team)}:1",
            lambda known: known.model_copy(update={"shown": ""}) if known else None,
        )

        assert (await refresh_alerts(ports, team))["fresh"] == 1
        assert len(alerts(at)) == 1
        assert alerts(at)[0].ts != message.ts
        assert (await refresh_alerts(ports, team))["fresh"] == 0


def _day(ports: Ports, team: Team) -> str:
    return team.alerts.working.day_of(ports.clock.now()).isoformat()


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "429", "500"])
async def test_a_slack_that_fails_around_the_post(tmp_path: Path, kind: str) -> None:
    """Whatever was lost: one message, found by its key where it had arrived."""
    async with asked(tmp_path) as (at, _, ports, team):
        at.sandbox.faults.add(
            parse_fault({"vendor": "slack", "operation": "chat.postMessage", "kind": kind, "times": 1})
        )
        while (result := await post_alert(ports, team))["retry_after"] is not None:
            assert result["reason"] == "slack_away"
        assert len(alerts(at)) == 1
        tickets = [one async for page in ports.tickets.of_team(team.id, "all") for one in page]
        assert [len(one.history.alerts) for one in tickets] == [1]
