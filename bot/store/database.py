"""Opening the database: address, settings of the connection, migrations."""

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError

from bot.domain.errors import ConfigurationError

VERSION_TABLE = "devrequest_version"
HEAD = "0004"
"""The newest migration; compared before Alembic is imported, which takes longer than the rest of the start."""
MIGRATION_LOCK = 4712
"""PostgreSQL advisory lock: replicas that start together migrate one after another."""
BUSY_MS = 30_000


def database_url(url: str) -> URL:
    """The address as SQLAlchemy needs it: `sqlite:///file` or `postgresql://…`, the latter with the driver psycopg.

    Raises:
        ConfigurationError: it is neither.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigurationError(["DATABASE_URL is no database address; write sqlite:///file or postgresql://…"]) from (
            error
        )
    if parsed.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed
    raise ConfigurationError([f"DATABASE_URL: {parsed.drivername} is not supported; use a SQLite file or PostgreSQL."])


def open_database(url: str, *, readers: int = 4) -> Engine:
    """A pool of connections to a database that has our tables.

    Args:
        url: `DATABASE_URL`.
        readers: how many threads will read at once; one more connection is for the writer.

    Raises:
        ConfigurationError: the address is not supported, or there is no database at it.
    """
    parsed = database_url(url)
    if parsed.drivername == "sqlite":
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, pool_size=readers + 1, max_overflow=0, connect_args={"check_same_thread": False})
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_at_once)
    else:
        engine = create_engine(parsed, pool_size=readers + 1, max_overflow=0, pool_pre_ping=True)
    try:
        _migrate(engine)
    except DatabaseError as error:
        engine.dispose()
        reason = str(error.orig).partition("\n")[0]
        raise ConfigurationError([f"The database of DATABASE_URL cannot be opened: {reason}"]) from error
    except BaseException:
        engine.dispose()
        raise
    return engine


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
    """Bring our tables to the newest version."""
    with engine.execution_options(reads=True).connect() as connection:
        known = inspect(connection).has_table(VERSION_TABLE)
        if known and connection.scalar(text(f"select version_num from {VERSION_TABLE}")) == HEAD:  # noqa: S608 - constant
            return
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
