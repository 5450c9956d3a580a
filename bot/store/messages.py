"""What was said and tried: posts, attempts, things that are said once."""

import time
from functools import cache
from typing import Any

from sqlalchemy import Connection, delete, or_, select

from bot.domain.messages import Posted
from bot.store.tables import attempt as attempts, notice as notices, post as posts, schedule_seen as schedules
from bot.store.upsert import insert, insert_new

BY = "\n"
"""Between the key of what is said once and the name of who says it."""


def mark_attempt(connection: Connection, key: str) -> bool:
    """Count an attempt; True if it is not the first."""
    row = {"key": key, "count": 1, "first_at": time.time()}
    return bool(connection.execute(_mark_attempt(connection.dialect.name), row).scalar_one() > 1)


@cache
def _mark_attempt(dialect: str) -> Any:
    statement = insert(dialect, attempts)
    counted = statement.on_conflict_do_update(index_elements=["key"], set_={"count": attempts.c.count + 1})
    return counted.returning(attempts.c.count)


def find_post(connection: Connection, key: str) -> Posted | None:
    """A message that Slack is known to have taken."""
    row = connection.execute(select(posts).where(posts.c.key == key)).one_or_none()
    return Posted(row.channel, row.ts, row.permalink) if row else None


def record_post(connection: Connection, key: str, posted: Posted) -> None:
    """Slack took it; the first record stays."""
    values = {"channel": posted.channel, "ts": posted.ts, "permalink": posted.permalink, "posted_at": time.time()}
    insert_new(connection, posts, key=key, **values)


def first_time(connection: Connection, key: str, by: str = "") -> bool:
    """True once per key; for whoever was first, and gives a name, again and again."""
    mine, now = f"{key}{BY}{by}", time.time()
    if not insert_new(connection, notices, key=key, noted_at=now):
        return bool(by) and connection.scalar(select(notices.c.key).where(notices.c.key == mine)) is not None
    if by:
        insert_new(connection, notices, key=mine, noted_at=now)
    return True


def forget(connection: Connection, key: str) -> None:
    """It may be said again, by anybody."""
    theirs = notices.c.key.startswith(f"{key}{BY}", autoescape=True)
    connection.execute(delete(notices).where(or_(notices.c.key == key, theirs)))


def schedule_first_seen(connection: Connection, name: str, now: float) -> float:
    """When a schedule was seen for the first time, in seconds since 1970: now, if it is new."""
    insert_new(connection, schedules, name=name, first_seen=now)
    return float(connection.scalar(select(schedules.c.first_seen).where(schedules.c.name == name)) or now)
