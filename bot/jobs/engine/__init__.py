"""The durable engine, DBOS Transact; nothing outside imports it. Its traps are explained where they are avoided."""

import asyncio
import contextlib
import contextvars
import json
import logging
import socket
import time
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from os import getpid
from typing import Any
from uuid import uuid4

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID
from sqlalchemy import make_url

from bot.domain.errors import NotStored
from bot.jobs.engine.client import Client
from bot.jobs.engine.cut_off import cut_off
from bot.jobs.engine.names import NAME, QUEUE, SERIAL, VERSION, engine_url
from bot.jobs.engine.steps import BrokenOff, EngineRun, or_break_off
from bot.jobs.engine.stranded import Stranded
from bot.jobs.kinds import JobFailed, Kind, kind_name, workflow_name
from bot.jobs.lock import FileLock
from bot.jobs.operations import PAGE, Operations
from bot.jobs.replicas import Replicas
from bot.jobs.run import Again, Job, Payload, place_of, run_id

__all__ = ["Client", "Engine", "configuration"]

DIRECT = 8
"""So many jobs are started at once; more go through the queue, or 200 at once would fight for one write lock."""
PER_LANE = 16
"""Jobs of one lane that run at once, so that a tracker that hangs never holds up the others."""
LANES = 6
POLLED_EVERY = 0.5
"""Seconds between two looks at the queue; each takes 5 ms of a core, in an idle bot too."""
SERIAL_POLLED_EVERY = 0.25
"""The same for jobs that take turns: they always wait for a look, and somebody may have asked for a sync."""
STORED_WITHIN = 2.0
"""Seconds; Slack waits 3."""
LEASE = 60.0
"""Seconds; the trackers' HTTP timeout is 15."""
STRANDED_EVERY = 10.0
"""Seconds between two looks for jobs that nobody runs."""
CUT_OFF_BEFORE = 0.5
"""Seconds before the end of a drain at which what still runs is cut off; the engine looks once a second."""
SETTLE = 0.5
"""Seconds in which jobs may end at a stop before it is made in the engine's own, slow way."""
RECOVERIES = 1000
"""Restarts that a job survives; the default of 100 is used up by one boot loop."""
log = logging.getLogger(__name__)


def configuration(url: str, executor_id: str) -> DBOSConfig:
    """All that the engine is told, in one place, since it ignores keys that it does not know."""
    config: DBOSConfig = {
        "name": NAME,
        "system_database_url": url,
        "executor_id": executor_id,
        "application_version": VERSION,
        "serializer": DBOSPortableJSONSerializer(),  # the default executes what a writer of the database put there
        "max_executor_threads": 16,
        "log_level": "WARNING",
        "db_engine_kwargs": {"hide_parameters": True},  # an error would tell the log what somebody wrote
        "notification_listener_polling_interval_sec": 0.1,  # nothing is listened for, but a stop waits for one round
    }
    if url.startswith("sqlite"):
        config["sys_db_pool_size"] = 2  # two connections in order beat twenty that fight
    return config


class Engine(Operations):
    """The port `Jobs` inside the bot: stores jobs, runs them, survives the process.

    Order: `define` every kind, `open` in the thread of the loop, `close`. One engine a process.
    """

    def __init__(self, url: str, *, lease: float | None = None, on_fenced: Callable[[], None] | None = None) -> None:
        """Nothing happens before `open`.

        Args:
            url: `DATABASE_URL`, the same as the store's.
            lease: seconds after which a silent replica counts as dead, `LEASE` by default; PostgreSQL only.
            on_fenced: called when others have declared this process dead; the default ends it at once.
        """
        parsed = make_url(url)
        self._sqlite = parsed.drivername == "sqlite"
        self._url = engine_url(url)
        self.executor_id = "sqlite" if self._sqlite else f"{socket.gethostname()}-{getpid()}-{uuid4().hex[:8]}"
        self._lock = FileLock(str(parsed.database)) if self._sqlite else None
        self.replicas = Replicas(None if self._sqlite else url, self.executor_id, lease or LEASE, on_fenced)
        self._kinds: dict[str, Kind] = {}
        self._workflows: dict[str, Any] = {}
        self._running = 0
        self._tasks: set[asyncio.Task[Any]] = set()
        self._jobs: set[asyncio.Task[Any]] = set()
        self.stranded = Stranded(self, self.executor_id)
        self._watching: asyncio.Task[None] | None = None
        self.stored = 0
        self.not_stored = 0
        self.broken = 0
        self._since = time.time()

    def define(
        self, name: str, job: Job, *, lane: Callable[[Payload], str] = lambda _: "all", serial: bool = False
    ) -> None:
        """Make a kind of job known; before `open`. The name must never change while jobs of it may wait."""
        self._kinds[name] = Kind(name, job, lane, serial)

    def claim(self) -> None:
        """Take the lock of a SQLite file before anything is done with it; `open` does so by itself.

        Raises:
            ConfigurationError: another process uses the SQLite file.
        """
        if self._lock:
            self._lock.take()

    def release(self) -> None:
        """Let go of what `claim` took; `close` does so by itself."""
        if self._lock:
            self._lock.release()

    async def open(self) -> None:
        """Take the lock or announce this replica, start, take up what was left, and wake what waits.

        Raises:
            ConfigurationError: another process uses the SQLite file.
        """
        self.claim()
        DBOS(config=configuration(self._url, self.executor_id))
        _send_logs_the_usual_way()
        for kind in self._kinds.values():
            self._workflows[workflow_name(kind.name)] = self._register(kind)
        self.replicas.announce()  # before the launch: who dies before its first beat would never be found
        DBOS.launch()  # in the thread of the loop, so that jobs run on this loop and may share its clients
        await DBOS.register_queue_async(
            QUEUE,
            worker_concurrency=PER_LANE * LANES,
            partition_worker_concurrency=PER_LANE,
            polling_interval_sec=POLLED_EVERY,
        )
        await DBOS.register_queue_async(SERIAL, partition_concurrency=1, polling_interval_sec=SERIAL_POLLED_EVERY)
        self.replicas.start(lambda dead: len(DBOS._recover_pending_workflows(dead)))  # noqa: SLF001 - no public one checks the owner
        await self.wake()
        self._watching = asyncio.create_task(self.stranded.watch(STRANDED_EVERY))

    async def close(self, drain: float = 20.0) -> None:
        """Stop taking jobs, let those that run finish for so many seconds, and let go of everything."""
        self.replicas.stop()
        if self._watching:
            self._watching.cancel()
        try:
            left = 0 if await self._idle(min(drain, SETTLE)) else int(drain)
            with ThreadPoolExecutor(1) as own:  # it sleeps and joins: on the loop it would stop what it waits for
                stop = lambda: DBOS.destroy(workflow_completion_timeout_sec=left, destroy_registry=True)  # noqa: E731
                if not left:
                    await cut_off(self._jobs)
                stopping = asyncio.get_running_loop().run_in_executor(own, stop)
                await asyncio.wait({stopping}, timeout=max(0.0, left - CUT_OFF_BEFORE))
                await cut_off(self._jobs)
                await stopping
        finally:
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            self.replicas.sign_off()
            self.release()

    async def forget_everything(self, within: float = 5.0) -> None:
        """Delete all jobs: those that wait now, those that run once they have ended, or after so many seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while True:
                    await self._delete_all(status=["ENQUEUED", "DELAYED"])
                    if not await self._list(status="PENDING", limit=1):
                        break
                    await asyncio.sleep(0.05)
        await self._delete_all()

    async def _delete_all(self, **filters: Any) -> None:
        while runs := await self._list(limit=PAGE, **filters):
            await self._delete([run.workflow_id for run in runs])

    async def _idle(self, within: float) -> bool:
        """Whether no job runs here, or will do so much longer; a drain of the engine itself takes a second at least."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while True:
                    mine = {"status": "PENDING", "executor_id": self.executor_id, "limit": 1}
                    if not (self._tasks or await self._list(**mine)):
                        return True
                    await asyncio.sleep(0.02)
        return False

    async def submit(self, kind: str, key: str, payload: Mapping[str, Any]) -> None:
        """See the port. Never cancelled: a start that is cut off would be stored and never run.

        Raises:
            NotStored: it could not be stored within 2 s; submitting the same key again is safe.
        """
        start = self._spawn(self._start(self._kinds[kind], key, dict(payload)))
        try:
            async with asyncio.timeout(STORED_WITHIN):
                await asyncio.shield(start)
        except TimeoutError:
            self.not_stored += 1
            raise NotStored from None
        except Exception as error:  # noqa: BLE001 - the person keeps the form and presses again, whatever it was
            self.not_stored += 1
            log.error("job %s was not stored: %s", key, place_of(error))  # noqa: TRY400 - no contents
            raise NotStored from None
        self.stored += 1

    async def _start(self, kind: Kind, key: str, payload: Payload) -> None:
        if kind.serial or self._running >= DIRECT:
            await self._enqueue(workflow_name(kind.name), key, payload)
            return
        self._running += 1
        try:
            with SetWorkflowID(key):
                handle = await DBOS.start_workflow_async(self._workflows[workflow_name(kind.name)], json.dumps(payload))
        except BaseException:
            self._running -= 1
            raise
        self._spawn(self._release(handle))

    async def _release(self, handle: Any) -> None:
        try:
            await handle.get_result()
        except BrokenOff:
            pass  # it has said so, and goes on in the queue
        except Exception as error:  # noqa: BLE001 - the engine has recorded it; `dead()` shows it
            log.error("job %s ended: %s", handle.get_workflow_id(), place_of(error))  # noqa: TRY400 - no contents
        finally:
            self._running -= 1

    def _register(self, kind: Kind) -> Any:
        async def workflow(payload: str) -> str:
            if task := asyncio.current_task():
                self._jobs.add(task)
                task.add_done_callback(self._jobs.discard)
            run = EngineRun(DBOS.workflow_id or "", self.replicas, self._note_broken, self._since)
            if run.number > 1:
                self._spawn(self._forget(run_id(run.key, run.number - 1)))
            try:
                result = await kind.job(run, json.loads(payload))
            except Exception as error:  # noqa: BLE001 - the engine logs and stores it, so it must hold no words
                raise JobFailed(place_of(error)) from None
            if isinstance(result, Again):
                following = run_id(run.key, run.number + 1)
                with or_break_off(run_id(run.key, run.number)):
                    await self._enqueue(workflow_name(kind.name), following, result.payload, after=result.after)
                result = {"next": following}
            return json.dumps(result)

        return DBOS.workflow(name=workflow_name(kind.name), max_recovery_attempts=RECOVERIES)(workflow)

    def _note_broken(self) -> None:
        self.broken += 1

    async def _forget(self, workflow_id: str) -> None:
        """A run that was followed by another has nothing more to say."""
        if await self._list(workflow_ids=[workflow_id], status="SUCCESS"):
            await self._delete([workflow_id])

    async def _enqueue(self, name: str, workflow_id: str, payload: Payload, *, after: float | None = None) -> None:
        kind = self._kinds[kind_name(name)]
        queue, lane = SERIAL if kind.serial else QUEUE, kind.lane(payload)
        with SetWorkflowID(workflow_id), SetEnqueueOptions(queue_partition_key=lane, delay_seconds=after):
            await DBOS.enqueue_workflow_async(queue, self._workflows[name], json.dumps(payload))

    async def _list(self, **filters: Any) -> list[Any]:
        return await DBOS.list_workflows_async(**{"load_input": False, "load_output": False} | filters)

    async def _start_now(self, workflow_id: str) -> None:
        await DBOS.set_workflow_delay_async(workflow_id, delay_seconds=0)

    async def _delete(self, workflow_ids: list[str]) -> None:
        await DBOS.delete_workflows_async(workflow_ids)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """A task of our own, outside any job's context, that nobody can forget."""
        task = asyncio.create_task(work, context=contextvars.Context())
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.warning("%s ended: %s", task.get_coro(), type(error).__name__)  # also if nobody waits any more


def _send_logs_the_usual_way() -> None:
    """The engine prints on its own by default; its lines belong with ours, in our format and without secrets."""
    logger = logging.getLogger("dbos")
    logger.handlers.clear()
    logger.propagate = True
