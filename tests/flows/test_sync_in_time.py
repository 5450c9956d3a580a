"""The sync is there on time: a tracker that is slow, down or misconfigured is named, with what is still known of it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.base import Scope, Ticket, TicketDraft
from adapters.errors import Misconfigured, NotSent, TrackerError
from adapters.memory import MemoryTracker
from bot.slack.views.messages import render
from bot.slack.views.read_aloud import in_words
from bot.usecases.post_sync import post_sync, read_trackers, refresh_sync
from bot.usecases.sync_agenda import shown_agenda
from tests.fake_world import TEAM, World
from tests.journey import QUICK, journey
from tests.sweeping import PAGE_TYPE, by_hand, later, stored, sweep, with_two_trackers

DAY = date(2026, 3, 3)


class Hanging(MemoryTracker):
    """A tracker that gives its first page and then takes its time, until somebody lets it go."""

    def __init__(self, *args: object, **values: object) -> None:
        super().__init__(*args, **values)  # type: ignore[arg-type]
        self.let_go = asyncio.Event()
        self.hangs = 0

    async def changed(self, scope: Scope, since: datetime | None = None, **options: Any) -> AsyncIterator[list[Ticket]]:
        """See the port."""
        async for page in super().changed(scope, since, **options):
            yield page
            self.hangs += 1
            await self.let_go.wait()


def launches(world: World) -> None:
    """One launch in each of two trackers."""
    second = with_two_trackers(world)
    world.teams.types = [PAGE_TYPE.model_copy(update={"agenda": "initiative"})]
    by_hand(world.tracker, "Winter launch", due=DAY + timedelta(days=10))
    by_hand(second, "Spring launch", due=DAY + timedelta(days=20))


async def said(world: World, missing: list[str]) -> str:
    """The agenda as people read it."""
    shown = await shown_agenda(world.ports, world.teams.teams[0], DAY, tuple(missing))
    return in_words(render(shown).blocks, world.teams.teams[0].alerts.working.zone)


async def test_a_slow_tracker_is_left_when_the_time_is_over(world: World) -> None:
    """Its first page is kept, the other one's tickets are there, and it is no trouble that a sweep would tell of."""
    launches(world)
    slow = Hanging(clock=world.clock.now)
    world.ports.trackers.trackers["memory"] = slow  # type: ignore[attr-defined]
    by_hand(slow, "Winter launch", due=DAY + timedelta(days=10))
    [team] = world.teams.teams
    assert await read_trackers(world.ports, team, DAY, within=0.1) == ["memory"]
    assert set(await stored(world)) == {"Winter launch", "Spring launch"}
    assert (await world.ports.tickets.sweep("web", "memory")).failed_since is None
    assert "Memory was not read in time: what is there may be missing below." in await said(world, ["memory"])
    slow.let_go.set()
    assert await read_trackers(world.ports, team, DAY, within=0.1) == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NotSent("memory", "changed", "no connection"), "Memory did not answer"),
        (
            Misconfigured("memory", "changed", "401", fix="Set a new token."),
            "I cannot read Memory, and whoever looks after me has to mend that",
        ),
    ],
)
async def test_a_tracker_that_was_read_before_is_shown_as_it_was_then(
    world: World, error: TrackerError, words: str
) -> None:
    """Not as if its tickets were missing, which stand right below; and a wrong token is no silence."""
    launches(world)
    await sweep(world)
    later(world, hours=3)
    world.tracker.fail_next("changed", error, times=10)
    [team] = world.teams.teams
    missing = await read_trackers(world.ports, team, DAY)
    text = await said(world, missing)
    assert missing == ["memory"]
    assert f"{words}: what is there is shown below as last read: 2026-03-02 at 09:00." in text
    assert "Winter launch" in text


async def test_an_empty_agenda_without_a_tracker_promises_nothing(world: World) -> None:
    """Nobody knows whether something is waiting there."""
    world.teams.teams = [replace(TEAM)]
    world.tracker.fail_next("changed", NotSent("memory", "changed", "no connection"), times=10)
    missing = await read_trackers(world.ports, world.teams.teams[0], DAY)
    text = await said(world, missing)
    assert "Enjoy" not in text
    assert "Nothing else is known of this week." in text


async def test_the_notice_goes_when_a_sweep_could_read_it_again(world: World) -> None:
    """The next time that the post is shown anew, for whatever reason."""
    launches(world)
    world.tracker.fail_next("changed", NotSent("memory", "changed", "no connection"))
    [team] = world.teams.teams
    missing = tuple(await read_trackers(world.ports, team, DAY))
    await post_sync(world.ports, team, DAY, missing, may_exist=False)
    await refresh_sync(world.ports, team)
    later(world, minutes=10)
    await sweep(world)
    await refresh_sync(world.ports, team)
    [before, after] = [in_words(render(message).blocks) for _, message in world.slack.edits]
    assert "Memory did not answer" in before
    assert "did not answer" not in after
    assert "Winter launch" in after


async def test_a_sweep_that_takes_long_does_not_hold_up_the_sync(tmp_path: Path) -> None:
    """The team's first sweep hangs, and so does the sync's own reading: it is posted when its time is over."""
    tracker = Hanging()
    due = datetime.now().date() + timedelta(days=10)  # noqa: DTZ005 - some day ahead
    labels, where = ("landing-page",), {"project": "WEB"}
    launch = TicketDraft("V91", "landing-page", "Winter launch", labels=labels, due=due, team=where)
    await tracker.create(launch)
    async with journey(tmp_path, trackers={"memory": tracker}, waits=replace(QUICK, reading=0.3)) as at:
        await at.until(lambda: tracker.hangs)
        await at.mara.command(at.channel.id, "/devrequest sync now")
        await at.until(lambda: any("Marketing-Dev Sync" in post.text for post in at.posts()))
        [post] = [one for one in at.posts() if "Marketing-Dev Sync" in one.text]
        assert "Memory was not read in time" in in_words(post.blocks)
        await at.until(lambda: len([m for m in at.channel.messages.values() if m.thread_ts == post.ts]) >= 2)
        tracker.let_go.set()
        await at.mara.act("sync_refresh", where=post)
        await at.until(lambda: "not read in time" not in in_words(at.channel.messages[post.ts].blocks))
        assert "Winter launch" in in_words(at.channel.messages[post.ts].blocks)
