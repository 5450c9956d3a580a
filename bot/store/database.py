"""Opening the database: address, settings of the connection, migrations."""

import stat
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError

from bot.domain.errors import ConfigurationError

VERSION_TABLE = "devrequest_version"
HEAD = "0006"
"""The newest migration; compared before Alembic is imported, which takes longer than the rest of the start."""
MIGRATION_LOCK = 4712
"""PostgreSQL advisory lock: replicas that start together migrate one after another."""
BUSY_MS = 30_000
CONNECT_SECONDS = 10
"""Seconds for a connection to PostgreSQL, unless the address says `connect_timeout`; the driver's own are 130."""


def database_url(url: str) -> URL:
    """The address as SQLAlchemy needs it: `sqlite:///file` or `postgresql://…`, the latter with the driver psycopg.

    Raises:
        ConfigurationError: it is neither.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:  # the latter for a port that is no number
        raise ConfigurationError(["DATABASE_URL is no database address; write sqlite:///file or postgresql://…"]) from (
            error
        )
    if parsed.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        usual = {} if "connect_timeout" in parsed.query else {"connect_timeout": str(CONNECT_SECONDS)}
        return parsed.set(drivername="postgresql+psycopg").update_query_dict(usual)
    if parsed.drivername == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed
    raise ConfigurationError([f"DATABASE_URL: {parsed.drivername} is not supported; use a SQLite file or PostgreSQL."])


def open_database(url: str, *, readers: int = 4) -> Engine:
    """A pool of connections to a database that has our tables.

    Args:
        url: `DATABASE_URL`.
        readers: how many threads will read at once; one more connection is for the writer.

    Raises:
        ConfigurationError: the address is not supported, there is no database at it, or a newer one than we know.
    """
    engine = _pool(database_url(url), readers + 1)
    try:
        _migrate(engine)
    except (DatabaseError, ValueError) as error:
        engine.dispose()
        raise _not_opened(str(getattr(error, "orig", error)).partition("\n")[0]) from error
    except BaseException:
        engine.dispose()
        raise
    return engine


def _pool(parsed: URL, connections: int) -> Engine:
    """Connections that are not made yet.

    Raises:
        ConfigurationError: the address has parts that make no sense, or is a file that there cannot be.
    """
    if parsed.drivername != "sqlite":
        try:
            return create_engine(parsed, pool_size=connections, max_overflow=0, pool_pre_ping=True)
        except ArgumentError as error:
            raise _not_opened(str(error)) from error
    file = Path(str(parsed.database))
    must_have_one_name(str(file))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_opened(f"the folder {file.parent} cannot be made ({error.strerror}).") from error
    engine = create_engine(parsed, pool_size=connections, max_overflow=0, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_at_once)
    return engine


def _not_opened(reason: str) -> ConfigurationError:
    return ConfigurationError([f"The database of DATABASE_URL cannot be opened: {reason}"])


def must_have_one_name(database: str) -> None:
    """Refuse a SQLite file that has hard links.

    SQLite keeps what is not yet in the file beside it, under the name by which it was opened: two processes with two
    names lose each other's writes (https://www.sqlite.org/howtocorrupt.html, 2.4), and our lock has that name too.

    Raises:
        ConfigurationError: it has a second name.
    """
    try:
        found = Path(database).stat()
    except (OSError, ValueError):
        return  # not there yet, or not to be read: opening it says which
    if stat.S_ISREG(found.st_mode) and found.st_nlink > 1:
        problem = f"The database {database} has hard links, and is not safe under two names: remove the other name."
        raise ConfigurationError([problem])


def _set_up_sqlite(connection: Any, record: object) -> None:
    """WAL with FULL: readers never wait for the writer, and a commit is on the disk when it returns."""
    del record
    connection.isolation_level = None  # we say BEGIN ourselves, or SAVEPOINT would not work
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


def _begin_at_once(connection: Connection) -> None:
    """Writers take the lock at the start, so that two of them wait instead of failing half-way."""
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _migrate(engine: Engine) -> None:
    """Bring our tables to the newest version.

    Raises:
        ConfigurationError: they are of a version that is yet to come for us.
    """
    with engine.execution_options(reads=True).connect() as connection:
        known = inspect(connection).has_table(VERSION_TABLE)
        version = connection.scalar(text(f"select version_num from {VERSION_TABLE}")) if known else None  # noqa: S608 - constant
    if version == HEAD:
        return
    if version is not None and str(version) > HEAD:
        problem = (
            f"The database of DATABASE_URL was written by a newer devrequest (its tables are {version}, this one knows "
            f"{HEAD}): install that version or a newer one, or restore the backup from before the upgrade."
        )
        raise ConfigurationError([problem])
    from alembic import command

    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        command.upgrade(alembic_config(connection), "head")


def alembic_config(connection: Connection) -> Any:
    """Alembic's configuration for a connection that is open; there is no `alembic.ini`."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
