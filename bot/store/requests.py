"""Requests and how far they have come."""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from bot.domain.alert_history import FORGOTTEN
from bot.domain.home import Standing
from bot.domain.request import Request, State, Submission, TicketLink
from bot.domain.seen_ticket import handle_of
from bot.store.stored_json import dump, load, storable
from bot.store.tables import (
    attempt as attempts,
    preference as preferences,
    submission as submissions,
    ticket_seen as tickets,
)
from bot.store.upsert import insert_new, put

ON_THE_WAY: tuple[State, ...] = ("received", "waiting", "parked")
"""States that a request never returns to once its ticket exists."""


def record(connection: Connection, submission: Submission) -> Request:
    """Insert as `received`, or find; what it supersedes becomes `superseded`.

    Where that has a ticket, or was superseded by another, the new one is `superseded` itself: of several that come for
    one refused request at the same moment the database lets one through.
    """
    now = time.time()
    new = insert_new(
        connection,
        submissions,
        request_id=submission.request_id,
        key=submission.key,
        slack_team=submission.slack_team,
        user_id=submission.requester.id,
        state="received",
        content=dump(submission),
        ticket=None,
        reason="",
        created_at=submission.submitted_at or now,
        updated_at=now,
        filed_at=None,
        emptied=False,
    )
    if new and submission.supersedes and not _superseded(connection, submission.supersedes, now):
        mine = submissions.c.request_id == submission.request_id
        connection.execute(update(submissions).where(mine).values(state="superseded"))
    found = find_request(connection, submission.request_id)
    return found or Request(submission=submission)


def _superseded(connection: Connection, request_id: str, now: float) -> bool:
    """Whether this one takes the place of that request, or nothing is known of it."""
    that = submissions.c.request_id == request_id
    open_to_it = update(submissions).where(that, submissions.c.state.not_in(("created", "superseded")))
    if connection.execute(open_to_it.values(state="superseded", updated_at=now)).rowcount:
        return True
    return connection.scalar(select(submissions.c.request_id).where(that)) is None


def find_request(connection: Connection, request_id: str) -> Request | None:
    """By its id."""
    row = connection.execute(rows().where(submissions.c.request_id == request_id)).one_or_none()
    return as_request(row) if row else None


def list_requests(
    connection: Connection, states: Sequence[State], user: str | None, limit: int, before: float | None
) -> list[Request]:
    """Newest first."""
    query = rows().order_by(submissions.c.created_at.desc(), submissions.c.request_id.desc()).limit(limit)
    if states:
        query = query.where(submissions.c.state.in_(states))
    if user is not None:
        query = query.where(submissions.c.user_id == user)
    if before is not None:
        query = query.where(submissions.c.created_at < before)
    return [as_request(row) for row in connection.execute(query)]


def list_standings(connection: Connection, slack_team: str, user: str) -> list[Standing]:
    """A person's requests in short, newest first; of two tickets for one request the one that is open.

    A ticket that is not known, though it was made long ago, has ended and was forgotten.
    """
    forgotten = time.time() - FORGOTTEN.total_seconds()
    rows = (
        select(
            submissions.c.request_id,
            submissions.c.state,
            submissions.c.filed_at,
            submissions.c.emptied,
            tickets.c.tracker,
            tickets.c.ticket_id,
            tickets.c.team,
            tickets.c.asking,
            tickets.c.open,
        )
        .join_from(submissions, tickets, tickets.c.request_id == submissions.c.request_id, isouter=True)
        .where(submissions.c.user_id == user, submissions.c.slack_team == slack_team)
        .where(submissions.c.state != "superseded")
        .order_by(submissions.c.created_at.desc(), submissions.c.request_id.desc(), tickets.c.open)
    )
    found: dict[str, Standing] = {}
    for row in connection.execute(rows):
        known: dict[str, Any] = {"open": row.filed_at is None or row.filed_at >= forgotten}
        handle = None
        if row.ticket_id is not None:
            known = {"team": row.team, "asking": row.asking, "open": row.open}
            handle = handle_of(row.tracker, row.ticket_id)
        found[row.request_id] = Standing(
            request_id=row.request_id, state=row.state, emptied=row.emptied, handle=handle, **known
        )
    return list(found.values())


def set_state(
    connection: Connection,
    request_id: str,
    state: State,
    ticket: TicketLink | None,
    reason: str,
    problems: Mapping[str, str],
) -> None:
    """`superseded` is final, and a request with a ticket does not wait any more."""
    final: tuple[State, ...] = ("superseded", "created") if state in ON_THE_WAY else ("superseded",)
    now = time.time()
    values: dict[str, Any] = {"state": state, "reason": storable(reason), "updated_at": now}
    values["problems"] = storable(json.dumps(dict(problems), ensure_ascii=False)) if problems else None
    if ticket is not None:
        values["ticket"] = dump(ticket)
    change = update(submissions).where(submissions.c.request_id == request_id, submissions.c.state.not_in(final))
    connection.execute(change.values(**values))
    if state == "created":
        unfiled = submissions.c.request_id == request_id, submissions.c.filed_at.is_(None)
        connection.execute(update(submissions).where(*unfiled).values(filed_at=now))


def last_team(connection: Connection, slack_team: str, user: str) -> str | None:
    """The team that a person chose last."""
    mine = preferences.c.slack_team == slack_team, preferences.c.user_id == user
    return connection.scalar(select(preferences.c.team).where(*mine))


def remember_team(connection: Connection, slack_team: str, user: str, team: str) -> None:
    """For the next form."""
    put(connection, preferences, slack_team=slack_team, user_id=user, team=team)


def rows() -> Select[Any]:
    """Requests with the count of their attempts, for `as_request`."""
    return select(submissions, attempts.c.count).join_from(
        submissions, attempts, attempts.c.key == submissions.c.key, isouter=True
    )


def as_request(row: Row[Any]) -> Request:
    """A row of `rows`."""
    return Request(
        submission=load(Submission, row.content),
        state=row.state,
        ticket=load(TicketLink, row.ticket) if row.ticket else None,
        reason=row.reason,
        problems=json.loads(row.problems) if row.problems else {},
        attempts=row._mapping["count"] or 0,  # noqa: SLF001 - the documented way to a column called like a method
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
