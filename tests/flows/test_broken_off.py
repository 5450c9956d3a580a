"""The engine's database fails while jobs run: none of them is forgotten, none ends in an error, none is done twice."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.memory import MemoryTracker
from bot.jobs import engine as engine_module
from bot.jobs.engine import Engine
from bot.jobs.run import Again, Payload, Run
from bot.store.database import open_database
from tests.databases import full, new_sqlite_database
from tests.flows.waiting import until, until_status
from tests.journey import journey


class Jobs:
    """Jobs that wait at their gate, and note what they did and whether they knew of an earlier attempt."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.gate, self.recorded = asyncio.Event(), asyncio.Event()

    async def careful(self, run: Run, payload: Payload) -> dict[str, Any] | Again:
        async def begin() -> str:
            return run.attempt

        begun = await run.step("careful.begin", begin)

        async def make() -> str:
            self.done.append("first" if begun == run.attempt else "again")
            await self.gate.wait()
            return str(payload["secret"])

        await run.step("careful.make", make)
        return Again(payload | {"then": False}, 0) if payload.get("then") else {}

    async def at_its_end(self, run: Run, payload: Payload) -> dict[str, Any]:
        async def make() -> None:
            self.done.append(f"made {payload['text']}")

        await run.step("at_its_end.make", make)
        self.recorded.set()
        await self.gate.wait()
        return {}

    async def patient(self, run: Run, payload: Payload) -> dict[str, Any] | Again:
        return {} if run.number else Again(payload, 3600)


@pytest.fixture
async def jobs() -> Jobs:
    return Jobs()


@pytest.fixture
async def engine(database: str, jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Engine]:
    monkeypatch.setattr(engine_module, "STRANDED_EVERY", 0.2)
    open_database(database).dispose()
    made = Engine(database)
    made.define("careful", jobs.careful)
    made.define("one_by_one", jobs.careful, lane=lambda _: "lane", serial=True)
    made.define("at_its_end", jobs.at_its_end)
    made.define("patient", jobs.patient)
    await made.open()
    yield made
    jobs.gate.set()
    await made.close(drain=0)


async def broke_off(caplog: pytest.LogCaptureFixture, times: int = 1) -> None:
    await until(lambda: caplog.text.count("broke off and goes on soon") == times, 10)


@pytest.mark.parametrize("kind", ["careful", "one_by_one"])
async def test_a_job_whose_step_could_not_be_recorded_goes_on_when_the_database_is_back(
    engine: Engine, jobs: Jobs, database: str, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    """Nobody restarts the bot; it does the step again and knows that it may have been done. No words are logged."""
    await engine.submit(kind, "job:1", {"secret": "hunter2"})
    await until(lambda: jobs.done == ["first"])
    with full(database):
        jobs.gate.set()
        await broke_off(caplog)
        assert await engine.status("job:1") == "running"
    await until_status(engine, "job:1", "done", 10)

    assert jobs.done == ["first", "again"]
    assert await engine.dead() == []
    assert "hunter2" not in caplog.text


async def test_a_job_that_could_not_hand_on_to_its_next_run_does_so_later(
    engine: Engine, jobs: Jobs, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A long wait is a run that ends and a run that follows; neither gets lost, and neither comes twice."""
    at_its_end, refused = asyncio.Event(), asyncio.Event()
    enqueue = engine._enqueue

    async def held(*arguments: Any, **named: Any) -> None:
        at_its_end.set()
        await refused.wait()
        await enqueue(*arguments, **named)

    engine._enqueue = held  # type: ignore[method-assign]
    jobs.gate.set()
    await engine.submit("careful", "job:1", {"secret": "", "then": True})
    await until(at_its_end.is_set)
    with full(database):
        refused.set()
        await broke_off(caplog)
    await until(lambda: jobs.done == ["first", "first"], 10)
    await until_status(engine, "job:1", "done", 10)

    assert jobs.done == ["first", "first"]


async def test_a_job_whose_end_could_not_be_recorded_ends_when_the_database_is_back(
    engine: Engine, jobs: Jobs, database: str
) -> None:
    """All that it did is recorded, so that nothing is done again."""
    await engine.submit("at_its_end", "job:1", {"text": "one"})
    await until(jobs.recorded.is_set)
    with full(database):
        jobs.gate.set()
        await until(lambda: not engine._running, 10)
        assert await engine.status("job:1") == "running"
    await until_status(engine, "job:1", "done", 10)

    assert jobs.done == ["made one"]


async def test_a_job_that_waits_by_a_clock_that_was_ahead_goes_on_when_it_is_put_right(engine: Engine) -> None:
    """It would wait for as long as the clock was ahead; by one that is only a second off it waits on."""
    await engine.submit("patient", "waits", {})
    await until_status(engine, "waits", "queued")
    engine.stranded._ahead += 1
    await asyncio.sleep(0.5)
    assert await engine.status("waits") == "queued"

    engine.stranded._ahead += 86_400
    await until_status(engine, "waits", "done")


async def test_a_job_that_runs_is_left_alone(engine: Engine, jobs: Jobs) -> None:
    """However often is looked, and however long it takes."""
    await engine.submit("careful", "job:1", {"secret": ""})
    await engine.submit("one_by_one", "job:2", {"secret": ""})
    await until(lambda: len(jobs.done) == 2)

    assert [await engine.stranded.look() for _ in range(4)] == [0] * 4
    jobs.gate.set()
    await until_status(engine, "job:1", "done")
    await until_status(engine, "job:2", "done")
    assert jobs.done == ["first", "first"]


async def test_a_clean_stop_cuts_off_what_takes_too_long_and_logs_no_error(
    tmp_path: Path, jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    """One line says how many; their steps end by themselves, and the next start does them again."""
    url = new_sqlite_database(tmp_path)
    first = Engine(url)
    first.define("careful", jobs.careful)
    await first.open()
    for number in range(9):  # more than are started at once: some came through the queue
        await first.submit("careful", f"job:{number}", {"secret": ""})
    await until(lambda: len(jobs.done) == 9)
    with caplog.at_level(logging.WARNING):
        await first.close(drain=1)
        jobs.gate.set()
        gc.collect()  # what nobody awaits is logged when it goes
        await asyncio.sleep(0.1)

    assert [record.getMessage() for record in caplog.records] == ["9 job(s) are cut off; they go on at the next start"]
    second = Engine(url)
    second.define("careful", jobs.careful)
    await second.open()
    for number in range(9):
        await until_status(second, f"job:{number}", "done")
    await second.close(drain=0)
    assert jobs.done == ["first"] * 9 + ["again"] * 9


async def test_a_request_in_flight_while_the_database_fails_gets_one_ticket_and_its_link(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The ticket was made, and nobody could write that down: it is found again, and everybody hears of it once."""
    monkeypatch.setattr(engine_module, "STRANDED_EVERY", 0.2)
    gate = asyncio.Event()

    class Slow(MemoryTracker):
        async def create(self, draft: Any) -> Any:
            made = await super().create(draft)
            await gate.wait()
            return made

    tracker = Slow()
    async with journey(tmp_path, mode="http", trackers={"memory": tracker}, database=database) as at:
        with caplog.at_level(logging.WARNING):
            person = await at.file_one()
            await until(lambda: tracker.tickets)
            with full(database):
                gate.set()
                await asyncio.sleep(0.5)
            request = await at.settled()
            await until_status(at.bot.parts.engine, request.submission.key, "done", 10)

        assert (len(tracker.tickets), len(at.posts()), len(at.told())) == (1, 1, 1)
        assert "Done: " in str(person.modal and person.modal.blocks)
