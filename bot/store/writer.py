"""One thread writes, and commits together what came while it was busy with the last commit."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import InterfaceError, OperationalError

T = TypeVar("T")
Work = Callable[[Connection], Any]

AT_MOST = 64
"""Pieces of work in one commit."""
PAUSES = (0.1, 0.5, 2.0)
"""Seconds before a batch is tried again when the database was away."""
AWAY = (OperationalError, InterfaceError)
"""The database is locked, restarts, or cannot be reached."""
log = logging.getLogger(__name__)


class Writer:
    """Runs work in transactions, several pieces in each; a piece that fails takes no other with it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: queue.SimpleQueue[tuple[Work, Future[Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._closed = False
        self.commits = 0
        self._thread.start()

    def submit(self, work: Callable[[Connection], T]) -> "Future[T]":
        """Queue a piece of work; its future is done when it is committed.

        Args:
            work: called with a connection inside a transaction, again if the database was away meanwhile.
        """
        if self._closed:
            raise RuntimeError("the store is closed")
        future: Future[T] = Future()
        self._queue.put((work, future))
        return future

    def close(self) -> None:
        """Write what is queued, then stop."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._thread.join()

    def _run(self) -> None:
        going_on = True
        while going_on:
            batch, going_on = self._next_batch()
            self._write([(work, future) for work, future in batch if future.set_running_or_notify_cancel()])

    def _next_batch(self) -> tuple[list[tuple[Work, Future[Any]]], bool]:
        first = self._queue.get()
        if first is None:
            return [], False
        batch = [first]
        while len(batch) < AT_MOST:
            try:
                more = self._queue.get_nowait()
            except queue.Empty:
                break
            if more is None:
                return batch, False
            batch.append(more)
        return batch, True

    def _write(self, batch: list[tuple[Work, Future[Any]]]) -> None:
        """Commit all together; if that fails, each by itself, so that one that is wrong takes no other with it."""
        try:
            outcomes = self._commit([work for work, _ in batch]) if batch else []
        except Exception as error:  # noqa: BLE001 - found out below whose fault it is
            if len(batch) == 1 and not isinstance(error, AWAY):
                batch[0][1].set_exception(error)
            else:
                for work, future in batch:
                    self._write_alone(work, future)
            return
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            future.set_result(outcome)

    def _write_alone(self, work: Work, future: Future[Any]) -> None:
        for pause in (*PAUSES, None):
            try:
                outcome = self._commit([work])[0]
            except Exception as error:  # noqa: BLE001 - handed to whoever waits for it
                if pause is None or not isinstance(error, AWAY):
                    future.set_exception(error)
                    return
                log.warning("the database did not take a write (%s), trying again", type(error.orig).__name__)
                time.sleep(pause)
            else:
                future.set_result(outcome)
                return

    def _commit(self, pieces: list[Work]) -> list[Any]:
        with self._engine.begin() as connection:
            outcomes = [piece(connection) for piece in pieces]
        self.commits += 1
        return outcomes
