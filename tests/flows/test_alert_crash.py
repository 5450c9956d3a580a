"""Exactly once per decision: whatever dies or gets lost around the post."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.alert_lines import AlertMessage
from bot.domain.messages import Address, Message, Posted, Unreachable
from bot.store.sql_store import SqlStore
from bot.usecases.ports import Ports, SlackUnavailable, Team
from bot.usecases.post_alert import post_alert
from bot.usecases.refresh_alerts import refresh_alerts
from tests.alert_world import READY, STORY, AlertWorld, at
from tests.databases import new_database
from tests.dying import Died, Dying, deaths
from tests.fake_world import FakeSlack

KEY = "alert:web:2026-03-09:1"
NOON = "03-09T13:00"
Work = Callable[[Ports, Team], Awaitable[dict[str, Any]]]


async def a_world(folder: Path, name: str, database: str = "sqlite") -> AlertWorld:
    """Two tickets that are due on Monday at one, in a database of its own."""
    place = folder / name
    place.mkdir()
    store = SqlStore.open(new_database(database, place))
    made = AlertWorld(store)
    await made.swept_before()
    for number in range(2):
        await made.file(number, user_story=STORY)
    await made.look()
    made.clock.time = at(NOON)
    return made


async def die(world: AlertWorld, work: Work, number: int, when: Any) -> str:
    """Run it in a process that dies at that call; the name of the call, empty if it ended before."""
    process = Dying(world.ports, number, when)
    try:
        await work(process.ports, world.team)
    except Died:
        await asyncio.sleep(0)
        return process.last
    return ""


async def told(world: AlertWorld) -> list[int]:
    """How often each ticket counts as asked about."""
    found = [one async for page in world.ports.tickets.of_team("web", "all") for one in page]
    return [len(one.history.alerts) for one in found]


async def test_a_process_that_dies_at_any_call_around_the_post(tmp_path: Path) -> None:
    """Another one brings it to its end two minutes later: one message, everybody asked once, all of it recorded."""
    died: Counter[str] = Counter()
    for number, when in deaths():
        world = await a_world(tmp_path, f"{number}{when}")
        if not (last := await die(world, post_alert, number, when)):
            world.store.close()
            break
        died[f"{when} {last}"] += 1
        world.clock.time += timedelta(minutes=3)
        await world.sweep()
        await world.sweep()
        seen = [key for key, where, _ in world.slack.posts if where == "C0WEB"], await told(world)
        post = await world.ports.tickets.alert(KEY)
        world.store.close()
        assert seen == ([KEY], [1, 1]), (number, when, last)
        assert post is not None, (number, when, last)
        assert (post.ts, len(post.all), post.trying) == ("1.0", 2, False)
    assert {
        "after notifier.post",
        "after tickets.change_alert",
        "after tickets.change",
        "after tickets.save_alert",
    } <= set(died)


async def test_a_process_that_dies_at_any_call_of_a_refresh(tmp_path: Path) -> None:
    """Edits, the fresh post of a deleted message and direct messages: each once, whenever it dies."""
    died: Counter[str] = Counter()
    for number, when in deaths():
        world = await a_world(tmp_path, f"{number}{when}")
        world.set_policy(escalate_to="U0LEAD")
        await post_alert(world.ports, world.team)
        world.slack.deleted.add("1.0")
        world.people.left.add("U0MARA")
        world.people.emails.clear()
        last = await die(world, refresh_alerts, number, when)
        world.clock.time += timedelta(minutes=3)
        for _ in range(2):
            await refresh_alerts(world.ports, world.team)
        keys = [key for key, _, _ in world.slack.posts]
        world.store.close()
        assert keys == [KEY, f"{KEY}:fresh"], (number, when, last, keys)
        if not last:
            break
        died[f"{when} {last}"] += 1
    assert {"after notifier.post", "after tickets.change_alert"} <= set(died)


async def test_a_direct_message_survives_a_death_at_any_call(tmp_path: Path) -> None:
    """Whoever is asked anew hears of it once."""
    died: Counter[str] = Counter()
    for number, when in deaths():
        world = await a_world(tmp_path, f"{number}{when}")
        world.set_policy(escalate_to="U0LEAD")
        await post_alert(world.ports, world.team)
        world.people.left.add("U0MARA")
        last = await die(world, refresh_alerts, number, when)
        for _ in range(2):
            await refresh_alerts(world.ports, world.team)
        where = [place for _, place, _ in world.slack.posts]
        world.store.close()
        assert where == ["C0WEB", "U0LEAD"], (number, when, last)
        if not last:
            break
        died[f"{when} {last}"] += 1
    assert {"after notifier.post", "after store.mark_attempt", "after tickets.change_alert"} <= set(died)


async def test_an_answer_that_was_lost(alerts: AlertWorld) -> None:
    """The message is looked for, found and recorded, with the tickets that it names."""
    await alerts.file(user_story=STORY)
    await alerts.look()
    alerts.clock.time = at(NOON)
    alerts.slack.swallow = 1

    assert (await post_alert(alerts.ports, alerts.team))["retry_after"] == 1.0
    await alerts.sweep()
    assert [key for key, _, _ in alerts.slack.posts] == [KEY]
    assert await told(alerts) == [1]


async def test_slack_that_is_away(alerts: AlertWorld) -> None:
    """Nothing counts as asked before Slack said so; what was completed meanwhile is not asked for."""
    first, second = [await alerts.file(number, user_story=STORY) for number in range(2)]
    await alerts.look()
    alerts.clock.time = at(NOON)
    alerts.slack.away = 1

    assert (await post_alert(alerts.ports, alerts.team))["retry_after"] == 2.0
    assert await told(alerts) == [0, 0]
    await alerts.edit(first, **READY)
    await alerts.sweep()
    assert [line.handle for line in alerts.alerts[0].lines] == [second]
    assert await told(alerts) == [0, 1]


async def test_a_message_that_arrived_before_its_process_died_is_recorded_next_day(alerts: AlertWorld) -> None:
    """As asked when it was posted, so that the day is not counted twice and nobody is asked too early."""
    handle = await alerts.file(user_story=STORY)
    await alerts.look()
    alerts.clock.time = at(NOON)
    calls = 0
    for number, when in deaths():
        last = await die(alerts, post_alert, number, when)
        if (last, when) == ("notifier.post", "after"):
            break
        assert last != "", "it survived"
        alerts.clock.time += timedelta(minutes=3)
        calls = number
    assert calls > 3
    assert await told(alerts) == [0]

    assert await alerts.pass_hours(at("03-10T17:00")) == []
    assert (await alerts.tracked(handle)).history.alerts[0] < at("03-09T17:00")


async def test_a_message_that_never_went_out_is_dropped_next_day(alerts: AlertWorld) -> None:
    """And the ticket is asked about in that day's message."""
    await alerts.file(user_story=STORY)
    await alerts.look()
    alerts.clock.time = at("03-09T16:59")
    alerts.slack.away = 1
    assert (await post_alert(alerts.ports, alerts.team))["retry_after"] == 2.0
    assert await alerts.ports.tickets.alert(KEY) is not None

    assert await alerts.pass_hours(at("03-10T12:00")) == [at("03-10T09:00")]
    assert await alerts.ports.tickets.alert(KEY) is None
    assert [key for key, _, _ in alerts.slack.posts] == ["alert:web:2026-03-10:1"]


async def test_nothing_is_posted_after_hours_that_was_begun_in_time(alerts: AlertWorld) -> None:
    """A retry at one minute past five waits for the morning."""
    await alerts.file(user_story=STORY)
    await alerts.look()
    alerts.clock.time = at("03-09T16:59")
    alerts.slack.away = 1
    await post_alert(alerts.ports, alerts.team)
    alerts.clock.time = at("03-09T17:01")

    assert (await alerts.sweep())["posted"] is None
    assert alerts.slack.posts == []


async def test_a_history_that_cannot_be_read_is_not_guessed_at(alerts: AlertWorld) -> None:
    """Where the bot may not look, it does not say it a second time; the operators hear why."""

    class Blind(FakeSlack):
        async def find(self, key: str, to: Address, since: Any) -> Posted | Unreachable | None:
            return Unreachable("C0WEB", "missing_scope", "Reinstall the app.")

    blind = Blind()
    alerts.slack, alerts.ports = blind, replace(alerts.ports, notifier=blind)
    await alerts.file(user_story=STORY)
    await alerts.look()
    alerts.clock.time = at(NOON)
    blind.swallow = 1
    await post_alert(alerts.ports, alerts.team)

    assert (await alerts.sweep())["reason"] == "missing_scope"
    assert [where for _, where, _ in blind.posts] == ["C0WEB", "C0OPS"]
    assert await alerts.pass_hours(at("03-10T12:00")) == [at("03-10T09:00")]


class Slow(FakeSlack):
    """A Slack that takes its time, so that others may come in between."""

    async def post(self, key: str, to: Address, message: Message, *, may_exist: bool) -> Posted | Unreachable:
        await asyncio.sleep(0.05)
        return await super().post(key, to, message, may_exist=may_exist)

    async def edit(self, posted: Posted, message: Message) -> bool:
        await asyncio.sleep(0.05)
        return await super().edit(posted, message)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_two_sweeps_at_once_post_once(tmp_path: Path, database: str) -> None:
    """Whoever comes second leaves it to the first; also where a deleted message is posted anew."""
    world = await a_world(tmp_path, "w", database)
    slow = Slow()
    world.slack, world.ports = slow, replace(world.ports, notifier=slow)

    results = await asyncio.gather(*(post_alert(world.ports, world.team) for _ in range(4)))
    assert sum(result["posted"] is not None for result in results) == 1
    assert await told(world) == [1, 1]
    slow.deleted.add("1.0")
    await world.edit("memory:1", goal="5 % more")
    await world.look()
    fresh = await asyncio.gather(*(refresh_alerts(world.ports, world.team) for _ in range(4)))
    assert sum(result["fresh"] for result in fresh) == 1
    assert [key for key, _, _ in slow.posts] == [KEY, f"{KEY}:fresh"]
    world.store.close()


async def test_a_sweep_and_an_action_at_once_leave_the_newest_message(tmp_path: Path) -> None:
    """Whichever edit arrives last shows what is true."""
    world = await a_world(tmp_path, "w")
    await post_alert(world.ports, world.team)
    slow = Slow()
    slow.posts, slow.taken, slow.messages = world.slack.posts, world.slack.taken, world.slack.messages
    world.slack, world.ports = slow, replace(world.ports, notifier=slow)
    await world.change_history("memory:1", snoozed_until=at("03-12T00:00"))
    sweep = asyncio.create_task(refresh_alerts(world.ports, world.team))
    await asyncio.sleep(0.03)
    await world.change_history("memory:2", snoozed_until=at("03-12T00:00"))
    await asyncio.gather(sweep, refresh_alerts(world.ports, world.team, ["memory:2"]))

    _, last = slow.edits[-1]
    assert isinstance(last, AlertMessage)
    assert [line.state for line in last.lines] == ["snoozed", "snoozed"]
    world.store.close()


async def test_slack_that_says_wait_in_the_middle_of_a_look(alerts: AlertWorld) -> None:
    """A look that fails says nothing about the message: it is looked for again."""

    class Busy(FakeSlack):
        looks = 0

        async def find(self, key: str, to: Address, since: Any) -> Posted | Unreachable | None:
            self.looks += 1
            if self.looks == 1:
                raise SlackUnavailable("429", after=30.0)
            return await super().find(key, to, since)

    busy = Busy()
    alerts.slack, alerts.ports = busy, replace(alerts.ports, notifier=busy)
    await alerts.file(user_story=STORY)
    await alerts.look()
    alerts.clock.time = at(NOON)
    busy.swallow = 1
    await post_alert(alerts.ports, alerts.team)

    assert (await post_alert(alerts.ports, alerts.team))["retry_after"] == 30.0
    await alerts.sweep()
    assert len(busy.posts) == 1
    assert await told(alerts) == [1]
