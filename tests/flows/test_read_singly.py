"""Tickets that a sync reads one by one: a deleted one keeps no other from being read, a tracker that is away does."""

import pytest

from adapters.errors import NotSent
from bot.usecases.read_singly import read_singly
from tests.fake_world import World
from tests.sweeping import PAGE_TYPE, by_hand, edit, stored, sweep


@pytest.mark.parametrize(("away", "titles"), [(False, {"New 1", "New 2"}), (True, {"Page 1", "Page 2"})])
async def test_a_ticket_that_is_gone_is_no_tracker_that_is_away(world: World, away: bool, titles: set[str]) -> None:
    """Somebody deleted it since the last sweep; the others are read past it."""
    world.teams.types = [PAGE_TYPE]
    made = [by_hand(world.tracker, f"Page {number}") for number in range(3)]
    await sweep(world)
    for number in (1, 2):
        edit(world.tracker, made[number], title=f"New {number}")
    if away:
        world.tracker.fail_next("get", NotSent("memory", "get", "no connection"))
    else:
        world.tracker.remove(made[0].ref)
    known = await stored(world)
    await read_singly(world.ports, world.teams.teams[0], [known[f"Page {number}"].ticket for number in range(3)])

    assert titles <= set(await stored(world))
