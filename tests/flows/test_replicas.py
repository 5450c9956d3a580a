"""Several processes on one PostgreSQL: who lives, who is dead, and who takes over."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import suppress

import pytest
from sqlalchemy import Engine as Database, text

from adapters.errors import NotSent
from adapters.leave import may_leave
from adapters.limiter import Limiter
from bot.jobs import replicas as replicas_module
from bot.jobs.engine import Engine
from bot.jobs.replicas import REAPER_LOCK, Replicas
from bot.slack.gateway import Gateway
from bot.store.database import open_database
from bot.usecases.ports import SlackUnavailable
from tests.databases import new_postgres_database


@pytest.fixture
def url() -> str:
    return new_postgres_database()


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """With our tables and the engine's."""
    opened = open_database(url)
    engine = Engine(url)
    await engine.open()
    await engine.close(drain=0)
    yield opened
    opened.dispose()


@pytest.fixture
def replicas(url: str, database: Database) -> Iterator[Replicas]:
    made = Replicas(url, "me", lease=30)
    made.announce()
    yield made
    made.sign_off()


def ids(database: Database) -> list[str]:
    with database.connect() as connection:
        return list(connection.scalars(text("select id from bot_replica order by id")))


def add_replica(database: Database, name: str, silent_for: float) -> None:
    with database.begin() as connection:
        statement = "insert into bot_replica values (:id, clock_timestamp() - make_interval(secs => :age))"
        connection.execute(text(statement), {"id": name, "age": silent_for})


def add_work(database: Database, key: str, owner: str) -> None:
    with database.begin() as connection:
        statement = (
            "insert into dbos.workflow_status (workflow_uuid, status, name, executor_id, application_version,"
            " created_at, updated_at) values (:key, 'PENDING', 'echo.v1', :owner, '1', 1, 1)"
        )
        connection.execute(text(statement), {"key": key, "owner": owner})


async def test_the_silent_are_buried_after_their_work_was_taken_back(database: Database, replicas: Replicas) -> None:
    """Recover first: if this process died in between, the next one would find the same dead again."""
    add_replica(database, "alive", 5)
    add_replica(database, "dead", 60)
    seen: list[tuple[list[str], list[str]]] = []

    def recover(dead: list[str]) -> int:
        seen.append((dead, ids(database)))
        return 3

    replicas.reap(recover)

    assert seen == [(["dead"], ["alive", "dead", "me"])]
    assert ids(database) == ["alive", "me"]
    assert (replicas.reaped, replicas.recovered) == (1, 3)


async def test_a_reaper_that_dies_in_between_leaves_the_dead_to_the_next(
    database: Database, replicas: Replicas
) -> None:
    """Nothing is deleted unless the work was taken back."""
    add_replica(database, "dead", 60)

    def die(dead: list[str]) -> int:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replicas.reap(die)
    assert ids(database) == ["dead", "me"]

    again: list[list[str]] = []
    replicas.reap(lambda dead: again.append(dead) or 1)

    assert again == [["dead"]]
    assert ids(database) == ["me"]


async def test_an_owner_of_work_that_nobody_knows_is_dead_too(database: Database, replicas: Replicas) -> None:
    """Its row may be lost; its work is not."""
    add_work(database, "echo:1", "forgotten")
    found: list[list[str]] = []

    replicas.reap(lambda dead: found.append(dead) or 1)

    assert found == [["forgotten"]]


async def test_only_one_reaps_at_a_time(database: Database, replicas: Replicas) -> None:
    """Whoever finds the lock taken only says that it lives."""
    add_replica(database, "dead", 60)
    with database.begin() as other:
        other.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": REAPER_LOCK})
        replicas.reap(lambda dead: pytest.fail("reaped beside another"))

    assert ids(database) == ["dead", "me"]


class Clocks:
    """Both clocks of a process, under the test's control.

    Attributes:
        running: goes on while the process is stopped.
        wall: is put right after a virtual machine was paused.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.running, self.wall = 1000.0, 5000.0
        monkeypatch.setattr(replicas_module, "clocks", lambda: (self.running, self.wall))

    def go_on(self, seconds: float) -> None:
        self.running += seconds
        self.wall += seconds


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    return Clocks(monkeypatch)


def paused(database: Database, name: str, seconds: float) -> None:
    """What the database sees of a replica that says nothing for so long."""
    with database.begin() as connection:
        statement = "update bot_replica set beat = clock_timestamp() - make_interval(secs => :age) where id = :id"
        connection.execute(text(statement), {"id": name, "age": seconds})


async def returns(work: Awaitable[None]) -> bool:
    """Whether it does, soon."""
    try:
        await asyncio.wait_for(work, 0.3)
    except TimeoutError:
        return False
    return True


@pytest.mark.parametrize("buried", [True, False])
async def test_a_paused_replica_whose_work_was_taken_over_ends_without_another_step(
    url: str, database: Database, clocks: Clocks, replicas: Replicas, buried: bool
) -> None:
    """When it wakes its heartbeat comes first, or a step; neither makes it alive again, be its row there or gone."""
    fenced: list[str] = []
    sleeper = Replicas(url, "sleeper", lease=6, on_fenced=lambda: fenced.append("ended"))
    sleeper.announce()
    clocks.go_on(70)
    paused(database, "sleeper", 70)
    replicas.beat()
    clocks.go_on(11)  # whoever was away itself reaps nobody at first
    replicas.beat()
    with suppress(ZeroDivisionError):
        replicas.reap(lambda dead: 1 if buried else 1 // 0)

    assert ids(database) == (["me"] if buried else ["me", "sleeper"])
    assert not sleeper.may_act()
    assert not await returns(sleeper.still_alive())
    sleeper.beat()
    sleeper.beat()
    assert fenced == ["ended"]
    assert not sleeper.may_act()
    assert not await returns(sleeper.still_alive())
    sleeper.sign_off()


@pytest.mark.parametrize("clock", ["running", "wall"])
async def test_a_replica_in_doubt_waits_for_the_word_of_the_database(
    url: str, database: Database, clocks: Clocks, clock: str
) -> None:
    """The database was away, a laptop slept, a virtual machine was paused: nobody has taken over, so it goes on."""
    fenced: list[str] = []
    sleeper = Replicas(url, "me", lease=6, on_fenced=lambda: fenced.append("ended"))
    sleeper.announce()
    assert await returns(sleeper.still_alive())
    setattr(clocks, clock, getattr(clocks, clock) + 70)
    paused(database, "me", 70)

    step = asyncio.create_task(sleeper.still_alive())
    await asyncio.sleep(0.2)
    assert not step.done()
    sleeper.beat()

    assert await returns(step)
    assert (fenced, sleeper.silence) == ([], 0)
    sleeper.sign_off()


async def test_after_an_outage_of_the_database_nobody_is_declared_dead_before_all_could_say_that_they_live(
    database: Database, clocks: Clocks, replicas: Replicas
) -> None:
    """All were silent, and the first to be back must not take over from the others, nor from itself."""
    add_replica(database, "neighbour", 0)
    clocks.go_on(100)
    paused(database, "me", 100)
    paused(database, "neighbour", 100)
    replicas.reap(lambda dead: pytest.fail("reaped while it was in doubt itself"))
    replicas.beat()
    replicas.reap(lambda dead: pytest.fail("reaped at once"))
    paused(database, "neighbour", 0)
    clocks.go_on(11)
    replicas.reap(lambda dead: pytest.fail("nobody is dead"))

    assert ids(database) == ["me", "neighbour"]


async def test_a_write_that_waited_while_its_process_was_stopped_does_not_leave(
    database: Database, clocks: Clocks, replicas: Replicas
) -> None:
    """A look-up waits for a minute, a call for its turn: the step that began before the pause asks once more."""
    sent: list[str] = []
    calls = Limiter("jira", rate=50, burst=100, readers=1, longest_pause=60)
    may_leave.set(replicas.may_act)
    await calls.run("create", lambda: sent.append("first"), "write")
    clocks.go_on(31)

    with pytest.raises(NotSent):
        await calls.run("create", lambda: sent.append("second"), "write")
    gateway = Gateway("xoxb-nobody", "http://127.0.0.1:9/")
    with pytest.raises(SlackUnavailable) as refused:
        await gateway.call("chat.postMessage", channel="C1")
    await calls.close()

    assert sent == ["first"]
    assert "silent" in str(refused.value)
    assert not refused.value.sent


async def test_a_clean_stop_leaves_no_row_unless_work_is_left(url: str, database: Database) -> None:
    """With work left, the others must find it."""
    clean, loaded = Replicas(url, "clean", 30), Replicas(url, "loaded", 30)
    clean.announce()
    loaded.announce()
    add_work(database, "echo:1", "loaded")

    clean.sign_off()
    loaded.sign_off()

    assert ids(database) == ["loaded"]


async def test_the_heartbeat_goes_on_by_itself(url: str, database: Database) -> None:
    """Three times a lease, also while the loop is busy."""
    replicas = Replicas(url, "me", lease=0.6)
    replicas.announce()
    replicas.start(lambda dead: 0)
    time.sleep(1.5)  # noqa: ASYNC251 - the loop is busy on purpose

    assert replicas.silence < 0.5
    replicas.stop()
    replicas.sign_off()


async def test_a_long_take_over_does_not_silence_the_heartbeat(url: str, database: Database) -> None:
    """A crash of a busy replica leaves much to take over; whoever does it must not count as dead meanwhile."""
    add_replica(database, "dead", 60)
    replicas = Replicas(url, "me", lease=0.6)
    replicas.announce()
    taking_over = threading.Event()

    def recover(dead: list[str]) -> int:
        taking_over.set()
        time.sleep(1.5)
        return 1

    replicas.start(recover)
    assert taking_over.wait(5)
    await asyncio.sleep(1.2)

    assert replicas.silence < 0.6
    replicas.stop()
    replicas.sign_off()


async def test_on_sqlite_there_is_nothing_to_do() -> None:
    """One process, one lock."""
    replicas = Replicas(None, "sqlite", lease=0.0)
    replicas.announce()
    replicas.start(lambda dead: pytest.fail("nobody to recover"))
    replicas.beat()
    replicas.reap(lambda dead: pytest.fail("nobody to recover"))
    await replicas.still_alive()
    replicas.stop()
    replicas.sign_off()

    assert replicas.silence == 0.0
