"""Weekly syncs, and what developers said of initiatives."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, exists, func, not_, select

from bot.domain.sync_post import StoredFeasibility, SyncPost
from bot.store.stored_json import dump, load
from bot.store.tables import feasibility as said_of, sync_post as posts, sync_start as starts, ticket_seen as tickets
from bot.store.upsert import insert_new, put

SyncChange = Callable[[SyncPost], SyncPost]
AT_ONCE = 500
"""Tickets that one query names."""


def find_post(connection: Connection, key: str) -> SyncPost | None:
    """By its key."""
    content = connection.scalar(select(posts.c.content).where(posts.c.key == key))
    return load(SyncPost, content) if content else None


def save_post(connection: Connection, post: SyncPost) -> None:
    """Insert or replace by its key."""
    values = {"team": post.team, "day": post.day.isoformat(), "posted_at": post.posted_at, "content": dump(post)}
    put(connection, posts, key=post.key, **values)


def change_post(connection: Connection, key: str, work: SyncChange) -> SyncPost | None:
    """Read a sync, change it and write what comes back, in one transaction; None if there is none with that key."""
    content = connection.scalar(select(posts.c.content).where(posts.c.key == key).with_for_update())
    if content is None:
        return None
    changed = work(load(SyncPost, content))
    save_post(connection, changed)
    return changed


def latest(connection: Connection, team: str, before: str | None) -> SyncPost | None:
    """The newest one that was posted, earlier than a day."""
    query = select(posts.c.content).where(posts.c.team == team, posts.c.posted_at > 0.0)
    if before is not None:
        query = query.where(posts.c.day < before)
    content = connection.scalar(query.order_by(posts.c.day.desc()).limit(1))
    return load(SyncPost, content) if content else None


def first_day(connection: Connection, team: str, day: str) -> str:
    """The day from which a team's weeks are counted: this one, if none was noted before."""
    insert_new(connection, starts, team=team, day=day)
    return str(connection.scalar(select(starts.c.day).where(starts.c.team == team)) or day)


def say(connection: Connection, handle: str, said: StoredFeasibility) -> None:
    """A later word replaces an earlier one."""
    put(connection, said_of, handle=handle, content=dump(said))


def said(connection: Connection, handles: Collection[str]) -> dict[str, StoredFeasibility]:
    """Handle → what was said, for those of which something was."""
    found: dict[str, StoredFeasibility] = {}
    wanted = sorted(handles)
    for start in range(0, len(wanted), AT_ONCE):
        query = select(said_of).where(said_of.c.handle.in_(wanted[start : start + AT_ONCE]))
        found |= {row.handle: load(StoredFeasibility, row.content) for row in connection.execute(query)}
    return found


def forget_before(connection: Connection, moment: float) -> None:
    """Drop syncs of days before then with what was decided in them, but for each team's newest one that was posted.

    The next sync compares with that. What was said of tickets that nobody remembers goes, too.

    Args:
        connection: to write to.
        moment: seconds since 1970.
    """
    of_team = posts.alias()
    newest = select(func.max(of_team.c.day)).where(of_team.c.team == posts.c.team, of_team.c.posted_at > 0.0)
    old = posts.c.day < datetime.fromtimestamp(moment, UTC).date().isoformat()
    kept = func.coalesce(newest.scalar_subquery(), "") == posts.c.day
    connection.execute(delete(posts).where(old, not_(kept)))
    handle = tickets.c.tracker + ":" + tickets.c.ticket_id
    connection.execute(delete(said_of).where(~exists().where(handle == said_of.c.handle)))
