"""Several processes on one PostgreSQL: each says that it lives, and each takes over from those that do not.

The engine recovers a process's own work at its own start, and nobody else's; a process that never comes back would
keep its work for ever. On SQLite there is one process, and all of this does nothing.

Who is dead is decided in the database, once, in the row of the replica: whoever takes over writes `DEAD` into it before
it touches the work, and a heartbeat never changes that. So a process that was paused, or cut off from the database,
needs no judgement of its own. Its clocks only tell it to doubt; while it does, nothing leaves it, and its next
heartbeat brings the answer: it goes on, or it ends at once because its work belongs to others.
"""

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable

from sqlalchemy import Connection, Engine, create_engine, make_url, text

REAPER_LOCK = 4711
"""PostgreSQL advisory lock: one replica reaps at a time."""
DEAD = "to_timestamp(0)"
"""The heartbeat of a replica that others have declared dead, for good."""
CONNECT_SECONDS = "10"
"""Seconds for a connection, unless the address says `connect_timeout`; the driver's own are 130."""
ANNOUNCE = text(
    "insert into bot_replica (id, beat) values (:me, clock_timestamp())"
    " on conflict (id) do update set beat = excluded.beat"
)
BEAT = text(f"update bot_replica set beat = clock_timestamp() where id = :me and beat > {DEAD}")  # noqa: S608 - constant
DECLARE_DEAD = text(
    f"update bot_replica set beat = {DEAD}"  # noqa: S608 - constant
    " where beat < clock_timestamp() - make_interval(secs => :lease)"
)
DECLARED = text(f"select id from bot_replica where beat = {DEAD}")  # noqa: S608 - constant
UNKNOWN = text(
    "select distinct executor_id from dbos.workflow_status"
    " where status = 'PENDING' and executor_id is not null"
    " and executor_id not in (select id from bot_replica)"
)
BURY = text(f"delete from bot_replica where id = any(:dead) and beat = {DEAD}")  # noqa: S608 - constant
SIGN_OFF = text(
    "delete from bot_replica where id = :me and not exists"
    " (select 1 from dbos.workflow_status where status = 'PENDING' and executor_id = :me)"
)
Recover = Callable[[list[str]], int]
"""Puts the work of dead replicas back into the queue; how many jobs there were."""
ASLEEP_TOO = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""A clock that goes on while the machine sleeps, where there is one."""
log = logging.getLogger(__name__)


def clocks() -> tuple[float, float]:
    """Seconds by two clocks, of which the one that has gone further is believed.

    The first counts while the process is stopped and the machine asleep. The second is put right soon after a virtual
    machine was paused, which the first does not notice.
    """
    return time.clock_gettime(ASLEEP_TOO), time.time()


class Replicas:
    """Heartbeat, reaper and fence of this process.

    Attributes:
        reaped: dead replicas that this one buried.
        recovered: jobs that it took back from them.
    """

    def __init__(self, url: str | None, me: str, lease: float, on_fenced: Callable[[], None] | None = None) -> None:
        """Nothing happens before `announce`.

        Args:
            url: of the PostgreSQL database with our tables, None on SQLite.
            me: the executor id of this process, unlike any other.
            lease: seconds of silence after which a replica is dead; well above the trackers' HTTP timeout.
            on_fenced: called when others have declared this process dead; by default it ends at once.
        """
        self._engine = _engine(url) if url else None
        self._me = me
        self._lease = lease
        self._on_fenced = on_fenced or _end_process
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._last_beat = clocks()
        self._back_at: tuple[float, float] | None = None
        self._fenced = False
        self.reaped = 0
        self.recovered = 0

    @property
    def silence(self) -> float:
        """Seconds since this process last told the database that it lives; 0 on SQLite."""
        return _since(self._last_beat) if self._engine else 0.0

    def announce(self) -> None:
        """The first heartbeat; blocks."""
        if self._engine:
            started = clocks()
            with self._engine.begin() as connection:
                connection.execute(ANNOUNCE, {"me": self._me})
            self._last_beat = started

    def start(self, recover: Recover) -> None:
        """Beat six times and reap three times a lease, in threads that a busy loop cannot silence.

        One each: taking over the work of many must not keep this process from saying that it lives.
        """
        if self._engine is None:
            return
        tasks = (("heartbeat", self.beat, self._lease / 6), ("reaper", lambda: self.reap(recover), self._lease / 3))
        for name, work, every in tasks:
            thread = threading.Thread(target=self._repeat, args=(name, work, every), name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """End both; blocks for a moment."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def sign_off(self) -> None:
        """After a clean stop: nobody needs to look for this replica, unless work of it is left."""
        if self._engine:
            with self._engine.begin() as connection:
                connection.execute(SIGN_OFF, {"me": self._me})
            self._engine.dispose()

    def may_act(self) -> bool:
        """Whether no other replica can have taken over from this one; asked before anything leaves it."""
        return not self._fenced and self.silence <= self._lease

    async def still_alive(self) -> None:
        """Return at once while this process may act; in doubt after a heartbeat has cleared it, or never."""
        while not self.may_act():  # noqa: ASYNC110 - another thread learns it
            await asyncio.sleep(self._lease / 60)

    def beat(self) -> None:
        """One heartbeat; blocks. If others have declared this process dead, it changes nothing, and the process ends.

        The loop may run steps before this thread gets its turn; they wait in `still_alive`.
        """
        if self._engine is None or self._fenced:
            return
        started = clocks()
        with self._engine.begin() as connection:
            lives = connection.execute(BEAT, {"me": self._me}).rowcount == 1
        silence = self.silence
        if not lives:
            self._fenced = True
            log.critical("no heartbeat for %.0f s: others have taken over, stopping here", silence)
            self._on_fenced()
            return
        if silence > self._lease / 2:
            self._back_at = started
            log.warning("no heartbeat for %.0f s, but nobody has taken over", silence)
        self._last_beat = started  # the database's clock read later than this

    def reap(self, recover: Recover) -> None:
        """Put the work of the dead back into the queue, unless another replica is at it; blocks.

        Whoever was silent itself waits a moment: when the database comes back, all have been silent, and all live.
        """
        is_back = self._back_at is None or _since(self._back_at) > self._lease / 3
        if self._engine is None or not (self.may_act() and is_back):
            return
        with self._engine.begin() as connection:
            if connection.scalar(text("select pg_try_advisory_xact_lock(:lock)"), {"lock": REAPER_LOCK}):
                self._reap(self._engine, connection, recover)

    def _reap(self, engine: Engine, connection: Connection, recover: Recover) -> None:
        """Declare dead, recover, delete, each for others to see before the next.

        Recovered before it is declared, the work would run twice if its owner woke up meanwhile; deleted before it is
        recovered, it would be lost if this process died in between.
        """
        with engine.begin() as at_once:
            at_once.execute(DECLARE_DEAD, {"lease": self._lease})
        silent = list(connection.scalars(DECLARED))
        dead = silent + list(connection.scalars(UNKNOWN))
        if not dead:
            return
        self.recovered += recover(dead)
        connection.execute(BURY, {"dead": silent})
        self.reaped += len(dead)
        log.warning("took over from %d replica(s) that fell silent", len(dead))

    def _repeat(self, name: str, work: Callable[[], None], every: float) -> None:
        while not self._stop.wait(every):
            try:
                work()
            except Exception:  # the fence decides what a lasting failure means
                log.exception("%s failed", name)


def _since(then: tuple[float, float]) -> float:
    """Seconds that have passed."""
    return max(now - before for now, before in zip(clocks(), then, strict=True))


def _engine(url: str) -> Engine:
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    usual = {} if "connect_timeout" in parsed.query else {"connect_timeout": CONNECT_SECONDS}
    return create_engine(parsed.update_query_dict(usual), pool_size=3, max_overflow=0, pool_pre_ping=True)


def _end_process() -> None:
    os._exit(75)  # at once, as if killed: whatever is under way belongs to others now
