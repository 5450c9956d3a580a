"""INSERT … ON CONFLICT, which SQLAlchemy offers per dialect only. Statements are built once, which costs most."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert(dialect: str, table: Table) -> Any:
    """An insert with `on_conflict_do_nothing` and `on_conflict_do_update`, for `postgresql` or `sqlite`."""
    return (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)


def insert_new(connection: Connection, table: Table, **values: Any) -> bool:
    """Insert a row; True if there was none with its primary key."""
    return connection.execute(_insert_new(connection.dialect.name, table), values).first() is not None


def put(connection: Connection, table: Table, **values: Any) -> None:
    """Insert a row or replace the one with its primary key."""
    connection.execute(_put(connection.dialect.name, table, tuple(values)), values)


def put_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """The same for many rows with the same columns; in one go that takes a fraction of the time."""
    if rows:
        connection.execute(_put(connection.dialect.name, table, tuple(rows[0])), rows)


@cache
def _insert_new(dialect: str, table: Table) -> Any:
    return insert(dialect, table).on_conflict_do_nothing().returning(*table.primary_key)


@cache
def _put(dialect: str, table: Table, names: tuple[str, ...]) -> Any:
    keys = [column.name for column in table.primary_key]
    statement = insert(dialect, table)
    changed = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)
