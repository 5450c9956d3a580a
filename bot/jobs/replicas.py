"""Several processes on one PostgreSQL: each says that it lives, and each takes over from those that do not.

The engine recovers a process's own work at its own start, and nobody else's; a process that never comes back would
keep its work for ever. On SQLite there is one process, and all of this does nothing.
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
BEAT = text(
    "insert into bot_replica (id, beat) values (:me, clock_timestamp())"
    " on conflict (id) do update set beat = excluded.beat"
)
SILENT = text("select id from bot_replica where beat < clock_timestamp() - make_interval(secs => :lease)")
UNKNOWN = text(
    "select distinct executor_id from dbos.workflow_status"
    " where status = 'PENDING' and executor_id is not null"
    " and executor_id not in (select id from bot_replica)"
)
BURY = text(
    "delete from bot_replica where id = any(:dead) and beat < clock_timestamp() - make_interval(secs => :lease)"
)
SIGN_OFF = text(
    "delete from bot_replica where id = :me and not exists"
    " (select 1 from dbos.workflow_status where status = 'PENDING' and executor_id = :me)"
)
Recover = Callable[[list[str]], int]
"""Puts the work of dead replicas back into the queue; how many jobs there were."""
log = logging.getLogger(__name__)


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
            on_fenced: called when this process itself was silent for so long; by default it ends at once.
        """
        self._engine = _engine(url) if url else None
        self._me = me
        self._lease = lease
        self._on_fenced = on_fenced or _end_process
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._last_beat = time.monotonic()
        self.reaped = 0
        self.recovered = 0

    @property
    def silence(self) -> float:
        """Seconds since this process last told the database that it lives; 0 on SQLite."""
        return time.monotonic() - self._last_beat if self._engine else 0.0

    def announce(self) -> None:
        """The first heartbeat; blocks."""
        self.beat()

    def start(self, recover: Recover) -> None:
        """Beat and reap three times a lease, in threads that a busy loop cannot silence.

        One each: taking over the work of many must not keep this process from saying that it lives.
        """
        if self._engine is None:
            return
        for name, work in (("heartbeat", self.beat), ("reaper", lambda: self.reap(recover))):
            thread = threading.Thread(target=self._repeat, args=(name, work), name=name, daemon=True)
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

    async def still_alive(self) -> None:
        """Return at once while this process may act; if others may have declared it dead, never return."""
        if self._engine and self.silence > self._lease:
            log.critical("no heartbeat for %.0f s: others may have taken over, stopping here", self.silence)
            self._on_fenced()
            await asyncio.Event().wait()

    def beat(self) -> None:
        """One heartbeat; blocks."""
        if self._engine:
            started = time.monotonic()
            with self._engine.begin() as connection:
                connection.execute(BEAT, {"me": self._me})
            self._last_beat = started  # the database's clock read later than this

    def reap(self, recover: Recover) -> None:
        """Put the work of the dead back into the queue, unless another replica is at it; blocks."""
        if self._engine is None:
            return
        with self._engine.begin() as connection:
            if connection.scalar(text("select pg_try_advisory_xact_lock(:lock)"), {"lock": REAPER_LOCK}):
                self._reap(connection, recover)

    def _reap(self, connection: Connection, recover: Recover) -> None:
        """Recover, then delete: the other way round the work would be lost if this process died in between."""
        silent = list(connection.scalars(SILENT, {"lease": self._lease}))
        dead = silent + list(connection.scalars(UNKNOWN))
        if not dead:
            return
        self.recovered += recover(dead)
        connection.execute(BURY, {"dead": silent, "lease": self._lease})
        self.reaped += len(dead)
        log.warning("took over from %d replica(s) that fell silent", len(dead))

    def _repeat(self, name: str, work: Callable[[], None]) -> None:
        while not self._stop.wait(self._lease / 3):
            try:
                work()
            except Exception:  # the fence decides what a lasting failure means
                log.exception("%s failed", name)


def _engine(url: str) -> Engine:
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    return create_engine(parsed, pool_size=2, max_overflow=0, pool_pre_ping=True)


def _end_process() -> None:
    os._exit(75)  # at once, as if killed: whatever is under way belongs to others now
