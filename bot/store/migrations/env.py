"""Run by Alembic: with the connection that `bot.store.database` opened, for our tables alone."""

from typing import Any

from alembic import context

from bot.store.database import VERSION_TABLE
from bot.store.tables import metadata


def ours(_thing: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """The engine's tables lie beside ours on SQLite: they are not ours to compare or to drop."""
    return kind != "table" or name in metadata.tables


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    include_object=ours,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
