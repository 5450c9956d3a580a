"""What people wrote is dropped when its time has come, from our rows and from the engine's."""

import json
import logging
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.document import text_of
from adapters.errors import Rejected
from bot.cli.requests import _print_request
from bot.domain.filling import Edit, Filling
from bot.domain.plain_text import from_plain
from bot.domain.replaced import Replaced
from bot.domain.request import Requester, TicketLink
from bot.jobs import fill, retention, ticket
from bot.jobs.engine import Engine
from bot.jobs.schedules import Schedules
from bot.jobs.waits import Waits
from bot.store.sql_store import SqlStore
from bot.usecases.note_tickets import note_tickets
from tests.databases import new_sqlite_database
from tests.fake_world import KIND, World, a_submission
from tests.flows.waiting import until_status


@pytest.fixture
def url(tmp_path: Path) -> str:
    return new_sqlite_database(tmp_path)


@pytest.fixture
async def running(url: str) -> AsyncIterator[tuple[World, Engine, Schedules]]:
    store = SqlStore.open(url)
    world, engine = World(store), Engine(url)
    schedules = Schedules(store.schedule_first_seen, world.clock.now)
    ticket.register(engine, world.ports, Waits(scale=0))
    fill.register(engine, world.ports, Waits(scale=0))
    keep = {"requests": timedelta(days=30), "failed": timedelta(days=90)}
    retention.register(engine, schedules, world.ports, store, **keep)
    await engine.open()
    yield world, engine, schedules
    await engine.close(drain=0)
    store.close()


def everything_in(url: str) -> str:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        return "\n".join(connection.iterdump())


async def test_words_are_gone_when_their_time_has_come(
    running: tuple[World, Engine, Schedules],
    url: str,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A filed request after 30 days, a failed one after 90, its author told a week before; nothing of them is left.

    The log counts them, and `requests show` says why there is nothing to read.
    """
    caplog.set_level(logging.INFO, "bot.jobs.retention")
    world, engine, schedules = running
    await schedules.tick()
    await engine.submit("ticket", "ticket:T1:V1", a_submission("V1").model_dump())
    await until_status(engine, "ticket:T1:V1", "done")
    world.tracker.fail_next("create", Rejected("memory", "create", "no"))
    await engine.submit("ticket", "ticket:T1:V2", a_submission("V2").model_dump())
    await until_status(engine, "ticket:T1:V2", "done")
    world.clock.time = datetime.now(UTC)
    assert "Page V1" in everything_in(url)

    async def a_day_in(days: int) -> None:
        world.clock.time += timedelta(days=days)
        await schedules.tick()
        key = f"retention:{(world.clock.now() - timedelta(hours=3, minutes=30)).date().isoformat()}"
        await until_status(engine, key, "done")

    await a_day_in(32)
    found = await world.store.request("V1")
    assert found is not None
    assert (found.state, found.submission.answers) == ("created", {})
    assert "Page V1" not in everything_in(url)
    assert "Page V2" in everything_in(url)
    assert await engine.status("ticket:T1:V1") == "unknown"
    _print_request(found)
    shown = capsys.readouterr().out
    assert shown.startswith("Request    V1\nState      created\n")
    assert shown.endswith("\n\nWhat was written is not kept any more (`retention:` in the configuration).\n")

    await a_day_in(54)
    await a_day_in(1)
    notices = [(key, where) for key, where, kind in world.slack.posts if kind == "Notice"]
    assert notices == [("expires:V2", "U1")]
    assert "“Page V2”" in json.dumps(world.slack.messages["expires:V2"].text, ensure_ascii=False)
    assert "Page V2" in everything_in(url)

    await a_day_in(5)
    assert "Page V2" not in everything_in(url)
    said = [record.getMessage() for record in caplog.records if record.name == "bot.jobs.retention"]
    counts = [(1, 0), (0, 1), (0, 0), (1, 0)]
    assert said[-4:] == [
        f"retention: the texts of {dropped} requests were dropped, {warned} people were warned"
        for dropped, warned in counts
    ]


async def test_what_was_filled_in_is_gone_after_a_month(running: tuple[World, Engine, Schedules], url: str) -> None:
    """The job that wrote it, and the text that it replaced, which cannot be restored any more then."""
    world, engine, schedules = running
    await schedules.tick()
    ticket_read = world.tracker.add("By hand", from_plain("x"))
    await note_tickets(world.ports, world.teams.teams[0], [ticket_read], None)
    filling = Filling(
        form="V1",
        slack_team="T1",
        team="web",
        ticket=TicketLink(tracker="memory", id=ticket_read.ref.id, key="MEM-1", url=""),
        template=KIND.to_json(),
        by=Requester(id="U1"),
        edits=(Edit(section="user_story", answer="As a visitor I want Atlantis"),),
    )
    before = [{"is": "Paragraph", "content": [{"is": "Text", "text": "Lemuria", "marks": []}]}]
    at = world.clock.now().timestamp()
    kept = Replaced(id="V1:0", handle="memory:1", section="x", heading="X", before=before, by="U1", at=at)
    await world.ports.tickets.save_replaced(kept)
    await engine.submit("fill", filling.key, filling.model_dump(mode="json"))
    await until_status(engine, filling.key, "done")
    assert "Atlantis" in text_of(world.tracker.tickets[0].document)
    world.clock.time = datetime.now(UTC) + timedelta(days=32)
    assert "Atlantis" in everything_in(url)
    assert "Lemuria" in everything_in(url)
    await schedules.tick()
    day = (world.clock.now() - timedelta(hours=3, minutes=30)).date().isoformat()
    await until_status(engine, f"retention:{day}", "done")

    assert await engine.status(filling.key) == "unknown"
    assert await world.ports.tickets.replaced("V1:0") is None
    assert "Lemuria" not in everything_in(url)


@pytest.mark.parametrize("kept", [90, 1])
async def test_nobody_is_told_of_an_end_that_has_come(tmp_path: Path, kept: int) -> None:
    """A bot that was down for weeks, or a short time: the text stays until the week is over that the notice leaves."""
    url = new_sqlite_database(tmp_path)
    store = SqlStore.open(url)
    world, engine = World(store), Engine(url)
    world.clock.time = now = datetime.now(UTC)
    schedules = Schedules(store.schedule_first_seen, world.clock.now)
    keep = {"requests": timedelta(days=30), "failed": timedelta(days=kept)}
    retention.register(engine, schedules, world.ports, store, **keep)
    await engine.open()
    await store.record(a_submission("V1"))
    await store.set_state("V1", "rejected", reason="no")
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.execute("update submission set updated_at = updated_at - ?", (100 * 86_400,))

    async def run_at(days: float, key: str) -> None:
        world.clock.time = now + timedelta(days=days)
        await engine.submit("retention", key, {})
        await until_status(engine, key, "done")

    await run_at(0, "retention:first")
    told = world.slack.messages["expires:V1"].text
    end = now + timedelta(days=7)
    assert f"will be deleted after {end.day} {end:%B %Y}." in told
    await run_at(6.9, "retention:second")
    assert "Page V1" in everything_in(url)
    await run_at(7.1, "retention:third")
    assert "Page V1" not in everything_in(url)
    await engine.close(drain=0)
    store.close()
