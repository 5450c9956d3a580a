"""Comments before work began: counted once, for what began since the first sweep, and nowhere else."""

from datetime import timedelta

import pytest

from adapters.errors import NotSent, Rejected
from bot.domain.request import TicketLink
from bot.domain.sweep_state import SweepState
from bot.usecases import count_comments as counting
from bot.usecases.count_comments import count_comments
from bot.usecases.ports import today
from bot.usecases.post_sync import post_sync
from bot.usecases.sync_agenda import shown_agenda
from tests.fake_world import TEAM, World
from tests.following import filed, ref_of, say, swept

DOWN = NotSent("memory", "comments", "down")


async def _known(world: World, *names: str) -> list[TicketLink]:
    """Tickets that a team has whose first sweep is complete."""
    now = world.clock.now().timestamp()
    await world.ports.tickets.save_sweep("web", "memory", SweepState(swept_at=now, baseline=now))
    links = [await filed(world, name) for name in names]
    await swept(world, *links)
    return links


async def _begun(world: World, *links: TicketLink) -> None:
    """Somebody begins to work on them."""
    world.clock.time += timedelta(minutes=1)
    for link in links:
        world.tracker.edit(ref_of(link), status_category="in_progress")
    world.clock.time += timedelta(minutes=1)
    await swept(world, *links)


async def _counts(world: World, *links: TicketLink) -> list[int | None]:
    known = await world.ports.tickets.find([f"memory:{link.id}" for link in links])
    return [known[f"memory:{link.id}"].comments_before_start for link in links]


async def test_comments_before_the_start_are_counted_once(world: World) -> None:
    """Public ones from before; what is said later changes nothing, and a sweep in which nothing begins asks nobody."""
    [link, other] = await _known(world, "V1", "V2")
    say(world, link, "Which countries?")
    say(world, link, "And by when?")
    say(world, link, "for developers only", public=False)
    await swept(world, link)
    assert await count_comments(world.ports, TEAM) == {"counted": 0, "unread": 0, "retry_after": None}
    assert world.tracker.calls["comments"] == 0

    await _begun(world, link)
    say(world, link, "after the start")
    await swept(world, link, other)
    assert (await count_comments(world.ports, TEAM))["counted"] == 1
    await swept(world, link, other)
    await count_comments(world.ports, TEAM)

    assert await _counts(world, link, other) == [2, None]
    assert world.tracker.calls["comments"] == 1


async def test_the_sync_tells_the_mean_of_what_began_since_the_last_one(world: World) -> None:
    """Two tickets with two comments and none: one on average."""
    links = await _known(world, "V1", "V2")
    day = today(world.clock, TEAM)
    await post_sync(world.ports, TEAM, day, (), False)
    say(world, links[0], "Which countries?")
    say(world, links[0], "And by when?")
    await _begun(world, *links)
    await count_comments(world.ports, TEAM)

    shown = await shown_agenda(world.ports, TEAM, day + timedelta(days=7))
    assert shown.agenda.numbers.comments_before_start == 1.0


async def test_what_was_begun_before_the_first_sweep_is_not_counted(world: World) -> None:
    """Nobody knows when that was, and a team of ten thousand tickets would ask for all of their comments."""
    link = await filed(world)
    say(world, link, "long ago")
    world.tracker.edit(ref_of(link), status_category="in_progress")
    await swept(world, link)
    now = world.clock.now().timestamp()
    await world.ports.tickets.save_sweep("web", "memory", SweepState(swept_at=now, baseline=now))
    await swept(world, link)
    await count_comments(world.ports, TEAM)

    assert await _counts(world, link) == [None]
    assert world.tracker.calls["comments"] == 0


async def test_a_tracker_that_is_away_is_asked_by_the_next_sweep(world: World) -> None:
    """Unknown until then; what it refuses stays unknown, and is not asked again."""
    links = await _known(world, "V1", "V2")
    say(world, links[0], "Which countries?")
    await _begun(world, *links)
    world.tracker.fail_next("comments", DOWN, times=2)
    assert await count_comments(world.ports, TEAM) == {"counted": 0, "unread": 2, "retry_after": None}
    assert await _counts(world, *links) == [None, None]

    world.tracker.fail_next("comments", Rejected("memory", "comments", "no"))
    await count_comments(world.ports, TEAM)
    await count_comments(world.ports, TEAM)
    assert sorted(await _counts(world, *links), key=str) in ([0, None], [1, None])
    assert world.tracker.calls["comments"] == 4


async def test_so_many_at_a_time_and_the_others_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many were begun at once, each sweep asks for a few."""
    monkeypatch.setattr(counting, "MOST", 2)
    links = await _known(world, "V1", "V2", "V3")
    await _begun(world, *links)
    counted = [(await count_comments(world.ports, TEAM))["counted"] for _ in range(3)]

    assert counted == [2, 1, 0]
    assert await _counts(world, *links) == [0, 0, 0]
