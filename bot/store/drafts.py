"""Drafts and the versions of the request types that they were made from."""

import time
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select

from bot.domain.answers import TITLE, is_empty
from bot.domain.filling import KEPT
from bot.domain.request import Draft, held_id
from bot.domain.template import RequestType
from bot.store.stored_json import dump, load
from bot.store.tables import draft as drafts, template_snapshot as snapshots
from bot.store.upsert import insert, insert_new

LATEST = 10
"""Drafts among which one that is worth continuing is looked for."""
_LATEST = (
    select(drafts.c.content)
    .where(drafts.c.user_id == bindparam("user"), drafts.c.slack_team == bindparam("slack_team"), drafts.c.answered)
    .where(drafts.c.id.not_like(f"{KEPT}%"))
    .order_by(drafts.c.updated_at.desc())
    .limit(LATEST)
)
"""Made once: it is asked whenever a form opens, and making it costs more than asking."""


def save_draft(connection: Connection, draft: Draft) -> None:
    """Insert, or replace an older one."""
    row = {
        "id": draft.id,
        "slack_team": draft.slack_team,
        "user_id": draft.user,
        "answered": any(not is_empty(answer) for answer in draft.answers.values()),
        "content": dump(draft),
        "updated_at": draft.updated_at,
    }
    connection.execute(_save_draft(connection.dialect.name), row)


def _worth_continuing(draft: Draft) -> bool:
    """Whether it holds more than it was opened with: a title behind the command, the text of a message."""
    given = draft.source.text if draft.source else None
    return any(not is_empty(answer) and key != TITLE and answer != given for key, answer in draft.answers.items())


@cache
def _save_draft(dialect: str) -> Any:
    statement = insert(dialect, drafts)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["id"],
        set_={name: new[name] for name in ("slack_team", "user_id", "answered", "content", "updated_at")},
        where=drafts.c.updated_at <= new.updated_at,
    )


def find_draft(connection: Connection, draft_id: str) -> Draft | None:
    """By the root view id."""
    content = connection.scalar(select(drafts.c.content).where(drafts.c.id == draft_id))
    return load(Draft, content) if content else None


def latest_draft(connection: Connection, slack_team: str, user: str) -> Draft | None:
    """The newest of a person with more in it than it was opened with; else the newest with any answer."""
    contents = connection.scalars(_LATEST, {"user": user, "slack_team": slack_team})
    found = [load(Draft, content) for content in contents]
    return next(filter(_worth_continuing, found), found[0] if found else None)


def delete_draft(connection: Connection, draft_id: str) -> None:
    """It has been handed in, or thrown away; and what was held of it."""
    connection.execute(delete(drafts).where(drafts.c.id.in_((draft_id, held_id(draft_id)))))


def delete_drafts_before(connection: Connection, moment: float) -> int:
    """Those that nobody touched since; how many there were."""
    return connection.execute(delete(drafts).where(drafts.c.updated_at < moment)).rowcount


def save_templates(connection: Connection, types: Sequence[RequestType]) -> None:
    """Keep every version under its hash."""
    for kind in types:
        insert_new(
            connection,
            snapshots,
            hash=kind.hash,
            request_type=kind.key,
            content=dump(kind.to_json()),
            first_seen=time.time(),
        )


def find_template(connection: Connection, template_hash: str) -> RequestType | None:
    """That version of a request type."""
    content = connection.scalar(select(snapshots.c.content).where(snapshots.c.hash == template_hash))
    return load(RequestType, content) if content else None
