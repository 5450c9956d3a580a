"""A copy of our tables for those who only want to look: what is done with it changes nothing."""

from pathlib import Path

from sqlalchemy import create_engine, insert, inspect, select
from sqlalchemy.exc import DatabaseError

from bot.domain.errors import ConfigurationError
from bot.store.database import database_url, must_have_one_name, open_database
from bot.store.tables import bot_replica, metadata

PAGE = 1000
"""Rows copied at a time."""


def copy_tables(url: str, target: Path) -> str:
    """Copy our tables into a new SQLite file; a database that is not there yet gives empty ones. Blocks.

    Args:
        url: `DATABASE_URL` of the bot; it is only read.
        target: the file to make.

    Returns:
        The address of the copy.

    Raises:
        ConfigurationError: the database cannot be read.
    """
    address = f"sqlite:///{target}"
    copy = open_database(address)
    parsed = database_url(url)
    if parsed.drivername == "sqlite":
        file = Path(str(parsed.database)).expanduser()
        if not file.is_file():
            copy.dispose()
            return address
        must_have_one_name(str(file))
        parsed = parsed.set(database=f"file:{file.absolute()}", query={"mode": "ro", "uri": "true"})
    source = create_engine(parsed)
    try:
        with source.connect() as reading, copy.begin() as writing:
            there = set(inspect(reading).get_table_names())
            for table in metadata.sorted_tables:
                if table is bot_replica or table.name not in there:
                    continue
                for rows in reading.execution_options(stream_results=True).execute(select(table)).partitions(PAGE):
                    writing.execute(insert(table), [dict(row._mapping) for row in rows])  # noqa: SLF001 - its public name
    except DatabaseError as error:
        reason = str(error.orig).partition("\n")[0]
        raise ConfigurationError([f"The database of DATABASE_URL cannot be read: {reason}"]) from error
    finally:
        source.dispose()
        copy.dispose()
    return address
