"""One message, one set of replies, whatever dies around the weekly sync."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bot.domain.sync_messages import SyncAgenda, SyncDetails, SyncNumbers
from bot.domain.sync_pages import pages
from bot.store.sql_store import SqlStore
from bot.usecases.ports import Ports, Team
from bot.usecases.post_sync import post_sync, post_thread, read_trackers, refresh_sync, remind
from bot.usecases.sync_agenda import shown_agenda
from bot.usecases.sync_thread import follow_thread, thread_of
from tests.databases import new_sqlite_database
from tests.dying import Died, Dying, deaths
from tests.fake_world import TEAM, World
from tests.sweeping import PAGE_TYPE, by_hand, edit

DAY = date(2026, 3, 3)
KEY = "sync:web:2026-03-03"
ALL = [(KEY, "C0WEB", "SyncAgenda"), (f"{KEY}:details", "C0WEB/1.0", "SyncDetails")]
ALL += [(f"{KEY}:numbers", "C0WEB/1.0", "SyncNumbers")]
Work = Callable[[Ports, Team, bool], Awaitable[Any]]


async def whole(ports: Ports, team: Team, may_exist: bool) -> None:
    """What the job does, step by step."""
    missing = tuple(await read_trackers(ports, team))
    await post_sync(ports, team, DAY, missing, may_exist)
    await post_thread(ports, team, DAY, may_exist)


async def reminded(ports: Ports, team: Team, may_exist: bool) -> None:
    await remind(ports, team, DAY, may_exist)


async def refreshed(ports: Ports, team: Team, may_exist: bool) -> None:
    del may_exist
    await refresh_sync(ports, team, read=True)


async def a_world(folder: Path, name: str) -> World:
    """A launch in ten days, in a database of its own."""
    (folder / name).mkdir()
    world = World(SqlStore.open(new_sqlite_database(folder / name)))
    world.teams.types = [PAGE_TYPE.model_copy(update={"agenda": "initiative"})]
    world.teams.teams = [replace(TEAM)]
    by_hand(world.tracker, "Winter launch", due=DAY + timedelta(days=10))
    return world


async def die(world: World, work: Work, number: int, when: Any) -> str:
    """Run it in a process that dies at that call; the name of the call, empty if it ended before."""
    process = Dying(world.ports, number, when)
    try:
        await work(process.ports, world.teams.teams[0], False)
    except Died:
        await asyncio.sleep(0)
        return process.last
    return ""


async def test_a_process_that_dies_at_any_call_around_the_post(tmp_path: Path) -> None:
    """Another one brings it to its end: one message with one set of replies, and it is recorded with what it showed."""
    died: Counter[str] = Counter()
    for number, when in deaths():
        world = await a_world(tmp_path, f"{number}{when}")
        last = await die(world, whole, number, when)
        world.clock.time += timedelta(minutes=3)
        for _ in range(2):
            await whole(world.ports, world.teams.teams[0], True)
        post = await world.ports.syncs.latest("web")
        seen, messages = world.slack.posts, dict(world.slack.messages)
        world.store.close()
        assert seen == ALL, (number, when, last)
        assert post is not None
        assert (post.key, post.ts, list(post.dues.values())) == (KEY, "1.0", [DAY + timedelta(days=10)])
        assert [type(message) for message in messages.values()] == [SyncAgenda, SyncDetails, SyncNumbers]
        if not last:
            break
        died[f"{when} {last}"] += 1
    assert {
        "after notifier.post",
        "after store.mark_attempt",
        "after store.record_post",
        "after syncs.save_post",
        "after tickets.change",
    } <= set(died)
    assert died["after notifier.post"] == 3  # the message and both replies


async def test_a_reminder_is_posted_once(tmp_path: Path) -> None:
    """Whichever call was the last of a process."""
    for number, when in deaths():
        world = await a_world(tmp_path, f"{number}{when}")
        last = await die(world, reminded, number, when)
        for _ in range(2):
            await reminded(world.ports, world.teams.teams[0], True)
        seen = world.slack.posts
        world.store.close()
        assert seen == [(f"{KEY}:reminder", "C0WEB", "SyncReminder")], (number, when, last)
        if not last:
            break


async def test_a_process_that_dies_at_any_call_of_a_refresh(tmp_path: Path) -> None:
    """The next refresh leaves message and thread as they should be; nothing is posted anew."""
    died: Counter[str] = Counter()
    for number, when in deaths():
        world = await a_world(tmp_path, f"{number}{when}")
        await whole(world.ports, world.teams.teams[0], False)
        [ticket] = world.tracker.tickets
        world.clock.time += timedelta(minutes=3)
        edit(world.tracker, ticket, title="Spring launch")
        last = await die(world, refreshed, number, when)
        world.clock.time += timedelta(minutes=3)
        await refreshed(world.ports, world.teams.teams[0], True)
        newest = dict(world.slack.edits)
        seen, shown = world.slack.posts, newest["1.0"]
        world.store.close()
        assert seen == ALL, (number, when, last)
        assert set(newest) == {"1.0", "2.0", "3.0"}
        assert isinstance(shown, SyncAgenda)
        titles = [item.ticket.title for slot in shown.agenda.slots.values() for item in slot]
        assert titles == ["Spring launch"], (number, when, last)
        if not last:
            break
        died[f"{when} {last}"] += 1
    assert {"after notifier.edit", "after tickets.change"} <= set(died)


async def grown(folder: Path, name: str) -> World:
    """A sync with one launch, when twenty-two more have been read since."""
    world = await a_world(folder, name)
    team = world.teams.teams[0]
    await whole(world.ports, team, False)
    for count in range(22):
        by_hand(world.tracker, f"Launch {count}", due=DAY + timedelta(days=20))
    world.clock.time += timedelta(minutes=3)
    await read_trackers(world.ports, team)
    return world


async def test_a_longer_list_gets_a_further_reply_once(tmp_path: Path) -> None:
    """Whatever dies while it is added, and whoever refreshes at the same moment."""
    for number, when in deaths():
        world = await grown(tmp_path, f"{number}{when}")
        team = world.teams.teams[0]
        post = await world.ports.syncs.latest("web")
        assert post is not None
        shown = await shown_agenda(world.ports, team, DAY)
        thread = await thread_of(world.ports, team, shown)

        async def followed(ports: Ports, _: Team, __: bool, post=post, shown=shown, thread=thread) -> None:  # type: ignore[no-untyped-def]
            await follow_thread(ports, post, shown, thread)

        last = await die(world, followed, number, when)
        world.clock.time += timedelta(minutes=25)
        await asyncio.gather(*(followed(world.ports, team, True) for _ in range(3)))
        seen = world.slack.posts
        world.store.close()
        assert seen == [*ALL, (f"{KEY}:details:2", "C0WEB/1.0", "SyncDetails")], (number, when, last)
        if not last:
            break


async def test_a_reply_that_is_left_over_says_so(tmp_path: Path) -> None:
    """When the list is shorter again."""
    world = await grown(tmp_path, "grown")
    team = world.teams.teams[0]
    await refresh_sync(world.ports, team)
    for ticket in list(world.tracker.tickets)[5:]:
        edit(world.tracker, ticket, due=None)
    await refreshed(world.ports, team, True)
    reply = dict(world.slack.edits)["4.0"]
    world.store.close()
    assert isinstance(reply, SyncDetails)
    assert (reply.page, len(pages(reply.sync.agenda))) == (2, 1)


async def test_a_thread_of_several_replies_is_posted_once(tmp_path: Path) -> None:
    """All of its lines, the numbers last; posted again by another job it stays as it is."""
    world = await a_world(tmp_path, "long")
    for count in range(45):
        by_hand(world.tracker, f"Launch {count}", due=DAY + timedelta(days=20))
    for _ in range(2):
        await whole(world.ports, world.teams.teams[0], True)
    seen = [key.removeprefix(KEY) for key, _, _ in world.slack.posts]
    world.store.close()
    assert seen == ["", ":details", ":details:2", ":details:3", ":numbers"]
