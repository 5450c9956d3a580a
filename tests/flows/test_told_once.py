"""Who has heard of one trouble has not heard of the next; what is due runs without anybody asking."""

from contextlib import suppress
from pathlib import Path

from adapters.errors import Misconfigured, NotSent
from adapters.memory import MemoryTracker
from bot.domain.messages import OpsNotice
from bot.store.sql_store import SqlStore
from bot.usecases.posting import tell_operators
from tests.databases import new_sqlite_database
from tests.dying import Died, Dying, deaths
from tests.fake_world import World
from tests.journey import Journey, journey


async def file_one(at: Journey, title: str) -> None:
    """A landing page, handed in and out of sight."""
    person = await at.open(f"landing-page {title}")
    await at.fill_least(person)
    await person.submit()
    await person.dismiss()


async def test_an_expired_token_is_told_after_an_outage(tmp_path: Path) -> None:
    """Operators hear of the outage, and of the token with its fix although the outage was never declared over."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        tracker.fail_next("create", NotSent("memory", "create", "connection refused"), times=1000)
        await file_one(at, "One")
        await at.until(lambda: len(at.posts(at.ops)) == 1)
        tracker._failures.clear()
        expired = Misconfigured("memory", "create", "401", 401, fix="Make a new token and set MEMORY_TOKEN.")
        tracker.fail_next("create", expired, times=1000)
        await file_one(at, "Two")

        await at.until(lambda: "Make a new token" in str([post.blocks for post in at.posts(at.ops)]))

        tracker._failures.clear()
        await at.until(lambda: len(tracker.tickets) == 2)


async def test_operators_hear_once_wherever_the_process_dies_that_tells_them(tmp_path: Path) -> None:
    """Its restart says what it died over; another request that waits for the same says nothing, before or after."""
    for number, when in deaths():
        folder = tmp_path / f"{number}{when}"
        folder.mkdir()
        world = World(SqlStore.open(new_sqlite_database(folder)))
        process, notice = Dying(world.ports, number, when), OpsNotice("The token has expired.", "Make a new one.")
        with suppress(Died):
            await tell_operators(process.ports, "ops:jira", "ops:parked:V1", notice)
        for request in ("V1", "V2", "V1"):
            await tell_operators(world.ports, "ops:jira", f"ops:parked:{request}", notice)
        seen = [kind for _, _, kind in world.slack.posts]
        world.store.close()
        assert seen == ["OpsNotice"], (number, when, process.last)
        if not process.last:
            break


async def test_a_running_bot_looks_at_its_schedules(tmp_path: Path) -> None:
    """Retention is looked at by the bot itself, without a test that ticks; nothing runs after the stop."""
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}) as at:
        schedules = at.bot.parts.schedules

        assert schedules._scheduler is not None
        assert [job.func for job in schedules._scheduler.get_jobs()] == [schedules.tick]

    assert schedules._scheduler is None
