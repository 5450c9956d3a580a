"""The first sync of a team whose trackers nobody has read: what it needs is read and judged at once, the rest later."""

from dataclasses import replace
from datetime import date, timedelta

from adapters.errors import NotSent
from bot.usecases.post_sync import read_trackers
from bot.usecases.sync_agenda import build_agenda
from tests.fake_world import TEAM, World
from tests.sweeping import PAGE_TYPE, by_hand, stored, sweep, with_two_trackers

DAY = date(2026, 3, 3)
IDEA = PAGE_TYPE.model_copy(update={"key": "quick-win", "labels": ("quick-win",), "agenda": "quick_win"})


def fill(world: World) -> None:
    """Tickets of all kinds, of which some may stand on the agenda of the third of March."""
    world.teams.types = [PAGE_TYPE.model_copy(update={"agenda": "initiative"}), IDEA]
    world.teams.teams = [replace(TEAM, request_types=("landing-page", "quick-win"))]
    by_hand(world.tracker, "Soon", due=DAY + timedelta(days=10))
    by_hand(world.tracker, "Much later", due=DAY + timedelta(days=200))
    by_hand(world.tracker, "Some day")
    by_hand(world.tracker, "Late", due=DAY - timedelta(days=1))
    by_hand(world.tracker, "An idea", labels=("quick-win",))
    by_hand(world.tracker, "Something else", labels=("backend",))
    by_hand(world.tracker, "Over", status_category="done", status="Done")


async def test_only_what_may_stand_on_it_is_judged_and_the_next_sweep_reads_the_rest(world: World) -> None:
    """It is as if the first sweep had been interrupted: nothing is missed later, nobody is asked for what is old."""
    fill(world)
    [team] = world.teams.teams
    assert await read_trackers(world.ports, team, DAY) == []
    agenda = await build_agenda(world.ports, team, DAY)
    first = set(await stored(world))
    state = await world.ports.tickets.sweep("web", "memory")
    await sweep(world)
    again = await build_agenda(world.ports, team, DAY)

    assert first == {"Soon", "Some day", "Late", "An idea", "Over"}
    assert (state.cursor, state.baseline) == (None, None)
    assert set(await stored(world)) == first | {"Much later"}
    assert {one.history.old for one in (await stored(world)).values() if one.asking} == {True}
    assert {slot: [item.ticket.title for item in items] for slot, items in agenda.slots.items()} == {
        "initiatives": [],
        "roadblocks": ["Soon"],  # at risk: its audience is missing
        "quick_wins": ["An idea"],
        "actions": [],
    }
    assert (agenda.slots, agenda.undated, agenda.overdue) == (again.slots, again.undated, again.overdue)
    assert agenda.undated == 1


async def test_a_tracker_that_was_read_before_is_read_as_ever(world: World) -> None:
    """Beside one that was not: of that one only what is needed, of the other what changed."""
    fill(world)
    await sweep(world)
    second = with_two_trackers(world)
    world.teams.teams = [replace(world.teams.teams[0], request_types=("landing-page", "quick-win"))]
    by_hand(second, "Next week", due=DAY + timedelta(days=7))
    by_hand(second, "Next year", due=DAY + timedelta(days=300))
    world.clock.time += timedelta(minutes=10)
    by_hand(world.tracker, "New, and far away", due=DAY + timedelta(days=250))
    assert await read_trackers(world.ports, world.teams.teams[0], DAY) == []

    known = set(await stored(world))
    assert {"Next week", "New, and far away"} <= known
    assert "Next year" not in known
    assert (await world.ports.tickets.sweep("web", "memory")).cursor is not None


async def test_one_that_is_down_is_named(world: World) -> None:
    """And when it is there again, it is read."""
    fill(world)
    world.tracker.fail_next("changed", NotSent("memory", "changed", "no connection"))
    [team] = world.teams.teams
    assert await read_trackers(world.ports, team, DAY) == ["memory"]
    assert await read_trackers(world.ports, team, DAY) == []
    assert "Soon" in await stored(world)
