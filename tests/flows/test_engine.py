"""The durable engine itself, on SQLite and on PostgreSQL, with jobs made for the purpose."""

import asyncio
import inspect
import json
import logging
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from dbos import DBOS, DBOSClient
from dbos._core import ActiveWorkflowById
from dbos._dbos import _get_dbos_instance
from dbos._error import (
    DBOSException,
    DBOSUnexpectedStepError,
    DBOSWorkflowCancelledError,
    DBOSWorkflowConflictIDError,
)
from dbos._sys_db import SystemDatabase
from dbos._utils import INTERNAL_QUEUE_NAME

from bot.domain.errors import ConfigurationError, NotStored, UnknownRequest
from bot.jobs import engine as engine_module
from bot.jobs.engine import Client, Engine, configuration
from bot.jobs.lock import FileLock
from bot.jobs.run import BROKEN, Again, Payload, Run
from bot.store.database import open_database
from tests.databases import new_sqlite_database
from tests.flows.waiting import until, until_status

HOSTILE = "NUL \x00 surrogate \ud800 emoji 🎈"


class Jobs:
    """Jobs that note what they did.

    Attributes:
        done: what the steps did, in order.
        open: jobs named here go on, the others wait.
    """

    def __init__(self) -> None:
        self.done: list[str] = []
        self.gate = asyncio.Event()
        self.running = 0
        self.most = 0

    async def echo(self, run: Run, payload: Payload) -> dict[str, Any]:
        async def note() -> dict[str, Any]:
            self.done.append(payload["text"])
            return {"text": payload["text"], "pair": (1, 2)}

        return {"noted": await run.step("echo.note", note)}

    async def patient(self, run: Run, payload: Payload) -> dict[str, Any] | Again:
        async def note() -> None:
            self.done.append(f"{run.key}/{run.number}{'r' if payload.get('replayed') else ''}")

        await run.step("patient.note", note)
        if payload["rounds"] > 0:
            return Again({"rounds": payload["rounds"] - 1}, payload.get("after", 0.1))
        return {"rounds": run.number}

    async def gated(self, run: Run, payload: Payload) -> dict[str, Any]:
        async def wait() -> None:
            self.running += 1
            self.most = max(self.most, self.running)
            await self.gate.wait()
            self.running -= 1
            self.done.append(run.key)

        if payload["lane"] != "fast":
            await run.step("gated.wait", wait)
        else:
            self.done.append(run.key)
        return {}

    async def faulty(self, run: Run, payload: Payload) -> dict[str, Any]:
        async def fail() -> None:
            raise ValueError(payload["secret"])

        self.done.append("tried")
        broken = await run.step("faulty.fail", fail)
        return {"broken": sorted(broken)}

    async def doomed(self, run: Run, payload: Payload) -> dict[str, Any]:
        self.done.append("tried")
        if not payload.get("replayed"):
            raise RuntimeError("outside of any step")
        return {}


def define(engine: Engine, jobs: Jobs) -> Engine:
    engine.define("echo", jobs.echo)
    engine.define("patient", jobs.patient)
    engine.define("gated", jobs.gated, lane=lambda payload: str(payload["lane"]))
    engine.define("faulty", jobs.faulty)
    engine.define("doomed", jobs.doomed)
    return engine


@pytest.fixture
async def jobs() -> Jobs:
    return Jobs()


@pytest.fixture
async def engine(database: str, jobs: Jobs) -> AsyncIterator[Engine]:
    open_database(database).dispose()
    made = define(Engine(database), jobs)
    await made.open()
    yield made
    jobs.gate.set()
    await made.close(drain=0)


@pytest.fixture
async def sqlite_engine(tmp_path: Path, jobs: Jobs) -> AsyncIterator[Engine]:
    made = define(Engine(new_sqlite_database(tmp_path)), jobs)
    await made.open()
    yield made
    jobs.gate.set()
    await made.close(drain=0)


async def test_a_job_runs_and_its_words_survive(engine: Engine, jobs: Jobs) -> None:
    """Any text, NUL and lone surrogates included, goes through the engine's database and back."""
    assert await engine.status("echo:1") == "unknown"

    await engine.submit("echo", "echo:1", {"text": HOSTILE})
    await until_status(engine, "echo:1", "done")

    assert jobs.done == [HOSTILE]
    assert engine.stored == 1


async def test_a_known_key_starts_nothing(engine: Engine, jobs: Jobs) -> None:
    """A double click, a retry by Slack: one job."""
    await asyncio.gather(*(engine.submit("echo", "echo:1", {"text": f"{n}"}) for n in range(5)))
    await until_status(engine, "echo:1", "done")

    await engine.submit("echo", "echo:1", {"text": "late"})
    await asyncio.sleep(0.5)

    assert len(jobs.done) == 1


async def test_a_step_gives_the_types_of_its_record(sqlite_engine: Engine, jobs: Jobs) -> None:
    """The first run sees what a replay would see: lists, not tuples."""
    await sqlite_engine.submit("echo", "echo:1", {"text": "x"})
    await until_status(sqlite_engine, "echo:1", "done")

    [row] = await sqlite_engine._list(workflow_ids=["echo:1"], load_output=True)
    assert json.loads(row.output) == {"noted": {"text": "x", "pair": [1, 2]}}


async def test_a_job_that_waits_comes_again(engine: Engine, jobs: Jobs) -> None:
    """As new runs under the same key; runs in the middle are tidied away."""
    await engine.submit("patient", "p:1", {"rounds": 3})
    await until(lambda: len(jobs.done) == 4)
    await until_status(engine, "p:1", "done")

    async def tidy() -> bool:
        rows = await engine._list(workflow_id_prefix="p:1")
        return sorted(row.workflow_id for row in rows) == ["p:1", "p:1#3"]

    await until(tidy)
    assert jobs.done == ["p:1/0", "p:1/1", "p:1/2", "p:1/3"]


async def test_a_job_that_waits_is_woken(engine: Engine, jobs: Jobs) -> None:
    """By `wake` or by an operator's `replay`, long before its time; then it goes on, it does not start over."""
    await engine.submit("patient", "p:1", {"rounds": 1, "after": 3600})
    await engine.submit("patient", "p:2", {"rounds": 1, "after": 3600})
    await until_status(engine, "p:1", "queued")
    await until_status(engine, "p:2", "queued")

    await engine.replay("p:1")
    await until_status(engine, "p:1", "done")
    assert await engine.status("p:2") == "queued"
    assert (await engine.gauges()).waiting == 1

    assert await engine.wake() == 1
    await until_status(engine, "p:2", "done")
    assert sorted(jobs.done) == ["p:1/0", "p:1/1", "p:2/0", "p:2/1"]


async def test_a_start_wakes_what_waits(database: str, jobs: Jobs) -> None:
    """A restart is what operators do after mending something."""
    open_database(database).dispose()
    first = define(Engine(database), jobs)
    await first.open()
    await first.submit("patient", "p:1", {"rounds": 1, "after": 3600})
    await until_status(first, "p:1", "queued")
    await first.close(drain=0)

    second = define(Engine(database), jobs)
    await second.open()
    await until_status(second, "p:1", "done")
    await second.close(drain=0)

    assert jobs.done == ["p:1/0", "p:1/1"]


async def test_a_stop_lets_a_running_job_finish(tmp_path: Path, jobs: Jobs) -> None:
    """It is not begun again at the next start."""
    url = new_sqlite_database(tmp_path)
    first = define(Engine(url), jobs)
    await first.open()
    await first.submit("gated", "g:1", {"lane": "a"})
    await until(lambda: jobs.running)
    asyncio.get_running_loop().call_later(0.8, jobs.gate.set)
    await first.close(drain=10)

    second = define(Engine(url), jobs)
    await second.open()
    status = await second.status("g:1")
    await second.close()
    assert (jobs.done, status) == (["g:1"], "done")


async def test_a_stop_with_nothing_to_wait_for_is_quick(tmp_path: Path, jobs: Jobs) -> None:
    """The engine's own drain sleeps for a second before it looks; whoever stops an idle bot need not wait for that."""
    took = []
    for _ in range(3):
        engine = define(Engine(new_sqlite_database(tmp_path)), jobs)
        await engine.open()
        await engine.submit("echo", "echo:1", {"text": "done"})
        await until_status(engine, "echo:1", "done")
        begun = time.monotonic()
        await engine.close(drain=10)
        took.append(time.monotonic() - begun)

    assert min(took) < 1.0


async def test_a_job_that_has_ended_is_replayed(engine: Engine, jobs: Jobs) -> None:
    """As a new run that knows it; replaying twice at once runs it once."""
    await engine.submit("patient", "p:1", {"rounds": 0})
    await until_status(engine, "p:1", "done")

    await asyncio.gather(engine.replay("p:1"), engine.replay("p:1"))
    await until(lambda: len(jobs.done) == 2)
    await until_status(engine, "p:1", "done")
    await asyncio.sleep(0.5)

    assert jobs.done == ["p:1/0", "p:1/1r"]


async def test_replaying_what_never_was_is_an_error_for_people(sqlite_engine: Engine) -> None:
    """With the key in it."""
    with pytest.raises(UnknownRequest, match="There is no job ticket:T1:V9 any more"):
        await sqlite_engine.replay("ticket:T1:V9")


async def test_dead_jobs_are_listed_until_they_are_replayed(engine: Engine, jobs: Jobs) -> None:
    """An error outside of any step ends a job; it is shown to operators, and a replay mends it."""
    await engine.submit("doomed", "d:1", {})
    await until_status(engine, "d:1", "failed")

    [dead] = await engine.dead()
    gauges = await engine.gauges()
    await engine.replay("d:1")
    await until_status(engine, "d:1", "done")

    assert (dead.key, dead.state) == ("d:1", "ERROR")
    assert abs(dead.ended_at - time.time()) < 60
    assert gauges.failed == 1
    assert await engine.dead() == []


async def test_a_step_that_fails_unforeseen_tells_no_secrets(
    sqlite_engine: Engine, jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    """Kind and place are logged, the message is not; the job goes on and decides."""
    await sqlite_engine.submit("faulty", "f:1", {"secret": "hunter2"})
    await until_status(sqlite_engine, "f:1", "done")

    [row] = await sqlite_engine._list(workflow_ids=["f:1"], load_output=True)
    assert json.loads(row.output) == {"broken": [BROKEN]}
    assert "step faulty.fail of f:1 failed: ValueError at" in caplog.text
    assert "hunter2" not in caplog.text
    assert sqlite_engine.broken == 1


async def test_a_slow_lane_holds_up_no_other(engine: Engine, jobs: Jobs) -> None:
    """Forty jobs hang in one lane; a job in another one is done meanwhile."""
    for number in range(40):
        await engine.submit("gated", f"g:{number}", {"lane": "slow"})
    await until(lambda: jobs.running >= 20)

    await engine.submit("gated", "g:fast", {"lane": "fast"})
    await until(lambda: "g:fast" in jobs.done)
    await asyncio.sleep(0.6)

    assert jobs.most <= engine_module.DIRECT + engine_module.PER_LANE
    jobs.gate.set()
    await until(lambda: len(jobs.done) == 41)


async def test_many_jobs_that_wait_for_long_leave_room_for_others(engine: Engine, jobs: Jobs) -> None:
    """A tracker that is down for days must not stop requests to the other one."""
    for number in range(60):
        await engine.submit("patient", f"p:{number}", {"rounds": 1, "after": 3600})
    await until(lambda: len(jobs.done) == 60)

    await engine.submit("echo", "echo:1", {"text": "through"})
    await until_status(engine, "echo:1", "done", 3)

    assert (await engine.gauges()).waiting == 60


async def test_two_hundred_at_once_are_all_stored(engine: Engine, jobs: Jobs) -> None:
    """Each is stored within 2 s, or refused with the request to try again, and then accepted."""
    waits: list[float] = []

    async def hand_in(number: int) -> None:
        started = time.perf_counter()
        for _ in range(5):
            try:
                await engine.submit("echo", f"echo:{number}", {"text": str(number)})
            except NotStored:
                continue
            waits.append(time.perf_counter() - started)
            return

    await asyncio.gather(*(hand_in(number) for number in range(200)))
    await until(lambda: len(jobs.done) == 200, 60)

    sys.stdout.write(f"slowest of 200 stored after {max(waits):.2f} s, refused {engine.not_stored}\n")
    assert len(waits) == 200
    assert len(set(jobs.done)) == 200


async def test_a_locked_database_refuses_politely_and_loses_nothing(tmp_path: Path, jobs: Jobs) -> None:
    """Locked for 3 s: "not saved, please try again" after 2 s, and what was stored after all does run."""
    url = new_sqlite_database(tmp_path)
    engine = define(Engine(url), jobs)
    await engine.open()
    locker = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")
    started = time.monotonic()

    answers = await asyncio.gather(
        *(engine.submit("echo", f"echo:{number}", {"text": str(number)}) for number in range(20)),
        return_exceptions=True,
    )
    waited = time.monotonic() - started
    await asyncio.sleep(max(0.0, 3.0 - waited))
    locker.execute("COMMIT")
    locker.close()

    for number in range(20):
        await engine.submit("echo", f"echo:{number}", {"text": str(number)})
    await until(lambda: len(jobs.done) == 20)

    assert [type(answer) for answer in answers] == [NotStored] * 20
    assert 1.9 <= waited < 3.0
    assert str(answers[0]) == "That was not saved yet; nothing that you typed is lost. Please try again."
    for number in range(20):
        await until_status(engine, f"echo:{number}", "done")
    assert sorted(jobs.done, key=int) == [str(number) for number in range(20)]
    await engine.close(drain=0)


async def test_a_failure_to_store_is_said_like_a_late_one(
    sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The form stays open; the log names kind and place, and holds nothing of the request."""

    async def broken(*_: Any) -> None:
        raise OSError("disk full while writing hunter2")

    with monkeypatch.context() as patched:
        patched.setattr(DBOS, "start_workflow_async", broken)
        with pytest.raises(NotStored):
            await sqlite_engine.submit("echo", "echo:1", {"text": "hunter2"})
    await sqlite_engine.submit("echo", "echo:1", {"text": "again"})
    await until_status(sqlite_engine, "echo:1", "done")

    assert "job echo:1 was not stored: OSError at" in caplog.text
    assert "hunter2" not in caplog.text
    assert (sqlite_engine.stored, sqlite_engine.not_stored) == (1, 1)


async def test_an_underscore_in_a_key_is_no_wildcard(sqlite_engine: Engine, jobs: Jobs) -> None:
    """Runs of a job are found by prefix, where the database takes an underscore for any letter."""
    await sqlite_engine.submit("patient", "p:axb", {"rounds": 1, "after": 3600})
    await until_status(sqlite_engine, "p:axb", "queued")
    await sqlite_engine.submit("patient", "p:a_b", {"rounds": 0})

    await until_status(sqlite_engine, "p:a_b", "done")

    assert await sqlite_engine.status("p:axb") == "queued"


async def test_the_engine_logs_the_usual_way(sqlite_engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """Its own handler would print past our format, and past what keeps secrets out."""
    logging.getLogger("dbos").warning("a line of the engine")

    assert logging.getLogger("dbos").handlers == []
    assert "a line of the engine" in caplog.text


async def test_old_jobs_are_purged(engine: Engine, jobs: Jobs) -> None:
    """Those that ended; their words are gone with them. What waits stays."""
    await engine.submit("echo", "echo:1", {"text": "old"})
    await engine.submit("patient", "p:1", {"rounds": 1, "after": 3600})
    await until_status(engine, "echo:1", "done")
    await until_status(engine, "p:1", "queued")

    assert await engine.purge(datetime.now(UTC) - timedelta(days=1)) == 0
    assert await engine.purge(datetime.now(UTC) + timedelta(minutes=1), prefix="echo:") == 1

    assert await engine.status("echo:1") == "unknown"
    assert await engine.status("p:1") == "queued"


async def test_the_command_line_works_beside_a_running_bot(engine: Engine, jobs: Jobs, database: str) -> None:
    """It stores, lists and replays through the database; the running bot does the work."""
    lanes = {"echo": lambda _: "all", "patient": lambda _: "all"}
    client = await asyncio.get_running_loop().run_in_executor(None, lambda: Client(database, lanes))

    await client.submit("echo", "echo:cli", {"text": "from outside"})
    await until_status(client, "echo:cli", "done")
    await engine.submit("patient", "p:1", {"rounds": 1, "after": 3600})
    await until_status(client, "p:1", "queued")
    await client.replay("p:1")
    await until_status(client, "p:1", "done")
    await client.replay("echo:cli")
    await until(lambda: len(jobs.done) == 4)
    await asyncio.get_running_loop().run_in_executor(None, client.close)

    assert jobs.done == ["from outside", "p:1/0", "p:1/1", "from outside"]


async def test_a_second_process_on_a_sqlite_file_is_refused(tmp_path: Path, jobs: Jobs) -> None:
    """With the reason, the holder and what to do; the file is free again when the first one ends, even by kill -9."""
    url = new_sqlite_database(tmp_path)
    path = url.removeprefix("sqlite:///")
    take = f"from bot.jobs.lock import FileLock; FileLock({path!r}).take()"
    code = f"{take}; import time; print('held', flush=True); time.sleep(60)"
    holder = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"held\n"

    with pytest.raises(ConfigurationError) as caught:
        await define(Engine(url), jobs).open()
    assert FileLock(path).held_elsewhere() is True
    holder.kill()
    await holder.communicate()

    assert str(caught.value) == (
        f"The database {path} is in use by another devrequest process (process id {holder.pid}). "
        "Stop that one first, or set DATABASE_URL to PostgreSQL to run several at once."
    )
    assert FileLock(path).held_elsewhere() is False


def test_a_sqlite_file_has_one_lock_whatever_links_lead_to_it(tmp_path: Path) -> None:
    """A path through symbolic links is the same file, also before there is one."""
    (tmp_path / "data").mkdir()
    (tmp_path / "there").symlink_to("data")
    (tmp_path / "link.sqlite").symlink_to("there/x.sqlite")
    held = FileLock(str(tmp_path / "data" / "x.sqlite"))
    held.take()
    held.take()

    assert FileLock(str(tmp_path / "there" / "x.sqlite")).held_elsewhere() is True
    assert FileLock(str(tmp_path / "link.sqlite")).held_elsewhere() is True
    held.release()
    assert FileLock(str(tmp_path / "link.sqlite")).held_elsewhere() is False


def test_the_configuration_is_the_measured_one() -> None:
    """Keys that the engine does not know would pass silently, so they are compared with its own list."""
    sqlite = configuration("sqlite:///x.db", "sqlite")
    postgres = configuration("postgresql://db/x", "host-1")

    known = set(inspect.get_annotations(engine_module.DBOSConfig))
    assert set(sqlite) <= known
    assert (sqlite["application_version"], sqlite["max_executor_threads"], sqlite["sys_db_pool_size"]) == ("1", 16, 2)
    assert "sys_db_pool_size" not in postgres
    assert sqlite["serializer"].name() == "portable_json"


def test_what_is_used_of_the_engines_inside_exists() -> None:
    """A few private names; an upgrade that removes or changes one must not go unnoticed."""
    recover = inspect.signature(DBOS._recover_pending_workflows)
    requeue = inspect.signature(SystemDatabase.reenqueue_for_recovery)

    assert list(recover.parameters) == ["executor_ids"]
    assert list(requeue.parameters)[1:] == ["workflow_id", "executor_ids", "recovery_queue_name"]
    assert list(inspect.signature(ActiveWorkflowById.activeList).parameters) == ["self"]
    assert _get_dbos_instance.__module__ == "dbos._dbos"
    assert not issubclass(DBOSWorkflowConflictIDError, Exception)
    assert not issubclass(DBOSWorkflowCancelledError, Exception)
    assert issubclass(DBOSUnexpectedStepError, DBOSException)
    assert isinstance(INTERNAL_QUEUE_NAME, str)
    assert {"enqueue_async", "list_workflows_async", "set_workflow_delay_async"} <= set(dir(DBOSClient))


async def test_everything_is_forgotten(engine: Engine, jobs: Jobs) -> None:
    """What waits and what has ended at once, what runs once it has ended; then each key can be used anew."""
    await engine.submit("echo", "ended", {"text": "one"})
    await engine.submit("patient", "waits", {"rounds": 1, "after": 300})
    await engine.submit("gated", "runs", {"lane": "slow"})
    await until(lambda: jobs.running == 1)
    await until_status(engine, "ended", "done")

    forgetting = asyncio.create_task(engine.forget_everything())
    await asyncio.sleep(0.2)
    assert not forgetting.done()
    jobs.gate.set()
    await forgetting
    assert [await engine.status(key) for key in ("ended", "waits", "runs")] == ["unknown"] * 3
    await engine.submit("echo", "ended", {"text": "two"})
    await until(lambda: jobs.done[-1] == "two")


async def test_a_job_that_does_not_end_is_forgotten_as_well(engine: Engine, jobs: Jobs) -> None:
    """After some seconds, and its end does no harm."""
    await engine.submit("gated", "stuck", {"lane": "slow"})
    await until(lambda: jobs.running == 1)
    await engine.forget_everything(0.2)
    assert await engine.status("stuck") == "unknown"
    jobs.gate.set()
    await engine.submit("echo", "next", {"text": "next"})
    await until_status(engine, "next", "done")
