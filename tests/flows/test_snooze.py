"""Snooze: a date, for one ticket."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.plain_text import from_plain
from bot.domain.seen_ticket import Tracked
from bot.domain.working_time import WorkingTime
from bot.usecases.note_tickets import note_tickets
from bot.usecases.snooze import Span, snooze
from tests.fake_world import TEAM, World

MONDAY = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)


async def _five(world: World) -> list[Tracked]:
    world.clock.time = MONDAY
    office = WorkingTime.of("09:00-17:00", ("mon", "tue", "wed", "thu", "fri"), "Europe/Berlin")
    world.teams.teams = [replace(TEAM, alerts=replace(TEAM.alerts, working=office))]
    tickets = [world.tracker.add(f"Ticket {n}", from_plain("x")) for n in range(5)]
    return await note_tickets(world.ports, world.teams.teams[0], tickets, MONDAY)


@pytest.mark.parametrize(
    ("span", "until"),
    [
        ("1d", datetime(2026, 3, 3, 8, 0, tzinfo=UTC)),
        ("3d", datetime(2026, 3, 5, 8, 0, tzinfo=UTC)),
        ("sync", datetime(2026, 3, 3, 7, 30, tzinfo=UTC)),
    ],
)
async def test_case_20_a_snooze_is_a_date_for_one_ticket(world: World, span: Span, until: datetime) -> None:
    """Days begin at nine in Berlin, the sync is on Tuesday at 8:30; the other four tickets keep their times."""
    five = await _five(world)
    handles = [one.ticket.handle for one in five]

    assert await snooze(world.ports, world.teams.teams[0], handles[2], span) == until

    found = await world.ports.tickets.find(handles)
    assert found[handles[2]].history.snoozed_until == until
    assert found[handles[2]].model_copy(update={"history": five[2].history}) == five[2]
    assert [found[handle] for handle in handles if handle != handles[2]] == [five[n] for n in (0, 1, 3, 4)]


@pytest.mark.parametrize("hours", [0, 24])
async def test_a_snooze_ends_when_the_team_works_again(world: World, hours: int) -> None:
    """On a Friday or a Saturday “until tomorrow” is until Monday at nine: nobody is asked before that anyway."""
    handle = (await _five(world))[0].ticket.handle
    world.clock.time = datetime(2026, 3, 6, 15, 30, tzinfo=UTC) + timedelta(hours=hours)
    assert await snooze(world.ports, world.teams.teams[0], handle, "1d") == datetime(2026, 3, 9, 8, tzinfo=UTC)


async def test_a_team_that_never_works_snoozes_for_a_day(world: World) -> None:
    """Without a working day to wait for the day begins at midnight."""
    handle = (await _five(world))[0].ticket.handle
    team = world.teams.teams[0]
    never = replace(team, alerts=replace(team.alerts, working=replace(team.alerts.working, days=frozenset())))
    assert await snooze(world.ports, never, handle, "1d") == datetime(2026, 3, 2, 23, tzinfo=UTC)


async def test_a_later_snooze_counts(world: World) -> None:
    """The last word counts, be it the shorter one."""
    handle = (await _five(world))[0].ticket.handle
    await snooze(world.ports, world.teams.teams[0], handle, "3d")
    until = await snooze(world.ports, world.teams.teams[0], handle, "1d")
    assert (await world.ports.tickets.find([handle]))[handle].history.snoozed_until == until
