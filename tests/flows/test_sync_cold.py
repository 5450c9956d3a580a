"""The first sync of a team whose trackers nobody has read: what it needs is read and judged at once, the rest later."""

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from adapters.base import Link
from adapters.errors import NotSent
from bot.usecases.post_sync import read_trackers
from bot.usecases.sync_agenda import build_agenda
from tests.fake_world import TEAM, World
from tests.sweeping import PAGE_TYPE, by_hand, stored, sweep, with_two_trackers

DAY = date(2026, 3, 3)
KINDS = {
    key: PAGE_TYPE.model_copy(
        update={"key": key, "name": key.capitalize(), "labels": (key,), "agenda": kind, "type": issue_type}
    )
    for key, kind, issue_type in (
        ("landing-page", "initiative", "Task"),
        ("roadblock", "roadblock", "Task"),
        ("action-item", "action", "Task"),
        ("quick-win", "quick_win", "Quick thing"),
        ("text", None, "Text"),
    )
}
"""Request types, two of which share an issue type."""
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


@pytest.mark.parametrize("seed", range(6))
async def test_nothing_that_belongs_there_is_left_out(world: World, seed: int) -> None:
    """The agenda of two trackers that send no more than they must is that of a sweep which reads all of them.

    Whatever the tickets are like: due or not, begun, flagged, linked, small, of any type, by a label or by a field.
    """
    second = with_two_trackers(world)
    world.teams.types = [*KINDS.values()]
    rules = replace(world.teams.teams[0].sync, small=2.0)
    trackers = {name: {**settings, "scope": ("web",)} for name, settings in world.teams.teams[0].trackers.items()}
    team = replace(world.teams.teams[0], request_types=tuple(KINDS), sync=rules, trackers=trackers)
    world.teams.teams = [team]
    dice = random.Random(seed)
    for tracker in (world.tracker, second):
        for number in range(60):
            by_hand(tracker, f"{tracker.name} {number}", **_any_values(dice))

    assert await read_trackers(world.ports, team, DAY) == []
    cold = await build_agenda(world.ports, team, DAY)
    known = len(await stored(world))
    await sweep(world, team)
    whole = await build_agenda(world.ports, team, DAY)

    assert (cold.slots, cold.undated, cold.overdue) == (whole.slots, whole.undated, whole.overdue)
    assert known < len(await stored(world)) == 120
    assert all(whole.slots.values())


def _any_values(dice: random.Random) -> dict[str, Any]:
    """What a ticket may be like; most are far away and nothing special."""
    values: dict[str, Any] = {"due": DAY + timedelta(days=dice.choice([-3, 5, 20, 42, 43, 44, 90, 200]))}
    labels = [*KINDS, "Quick_Win", "IDEA", "Action_Item", "backend", "landing-page", "landing-page", "landing-page"]
    values["labels"] = ("web", dice.choice(labels))
    if dice.random() < 0.2:
        values |= {"status_category": dice.choice(["in_progress", "done"]), "status": "Moved"}
    odd: list[dict[str, Any]] = [
        {"due": None},
        {"flagged": True},
        {"links": (Link("MEM-900", "", "blocked_by"),)},
        {"estimate": 1.0, "labels": ("web",)},
        {"estimate": 8.0, "labels": ("web",)},
        {"fields": {"Request type": "Roadblock"}, "labels": ("web",)},
        {"issue_type": "Quick thing", "labels": ("web",)},
        {"issue_type": "Task", "labels": ("web",)},
    ]
    return values | (dice.choice(odd) if dice.random() < 0.4 else {})


async def test_one_that_is_down_is_named(world: World) -> None:
    """And when it is there again, it is read."""
    fill(world)
    world.tracker.fail_next("changed", NotSent("memory", "changed", "no connection"))
    [team] = world.teams.teams
    assert await read_trackers(world.ports, team, DAY) == ["memory"]
    assert await read_trackers(world.ports, team, DAY) == []
    assert "Soon" in await stored(world)
