"""What people wrote does not live for ever."""

import time
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, or_, select, update

from bot.domain.request import Request, Requester, Submission
from bot.domain.seen_ticket import Tracked
from bot.store import syncs
from bot.store.requests import as_request, rows
from bot.store.stored_json import dump, load
from bot.store.tables import (
    alert as alerts,
    attempt as attempts,
    bot_replica,
    metadata,
    notice as notices,
    post as posts,
    replaced_section as replaced,
    submission as submissions,
    template_snapshot,
    ticket_seen as tickets,
)
from bot.usecases.posting import ANNOUNCED
from bot.usecases.record_alert import OLDER
from bot.usecases.retention import EXPIRES

BATCH = 200


def failed_before(connection: Connection, moment: float, after: str = "") -> list[Request]:
    """Some requests that were refused before then, still hold their words, and whose authors were not told yet.

    Args:
        connection: to read from.
        moment: seconds since 1970.
        after: the request id behind which to go on.
    """
    told = exists().where(posts.c.key == EXPIRES + submissions.c.request_id)
    query = rows().where(
        submissions.c.state == "rejected",
        submissions.c.updated_at < moment,
        submissions.c.emptied.is_(False),
        submissions.c.request_id > after,
        ~told,
    )
    return [as_request(row) for row in connection.execute(query.order_by(submissions.c.request_id).limit(BATCH))]


def expired(connection: Connection, filed_before: float, failed: float, told: float) -> list[tuple[str, str]]:
    """Request ids and job keys of requests whose words are to be dropped; requests on their way keep theirs.

    Args:
        connection: to read from.
        filed_before: seconds since 1970; a ticket that exists since before then.
        failed: seconds since 1970; refused or replaced before then.
        told: seconds since 1970; for a refused one its author was told before then, or could not be since then.
    """
    notice = EXPIRES + submissions.c.request_id
    posted, tried = posts.c.key == notice, attempts.c.key == "post:" + notice
    heard = or_(
        exists().where(posted, posts.c.posted_at < told),
        and_(exists().where(tried, attempts.c.first_at < told), ~exists().where(posted)),
    )
    due: ColumnElement[bool] = or_(
        and_(submissions.c.state == "created", submissions.c.filed_at < filed_before),
        and_(submissions.c.state == "superseded", submissions.c.updated_at < failed),
        and_(submissions.c.state == "rejected", submissions.c.updated_at < failed, heard),
    )
    query = select(submissions.c.request_id, submissions.c.key).where(due, submissions.c.emptied.is_(False))
    return [(row.request_id, row.key) for row in connection.execute(query.limit(BATCH))]


def empty(connection: Connection, request_ids: Sequence[str]) -> None:
    """Drop what people wrote; that there was a request, its ticket and its state stay."""
    rows = select(submissions.c.request_id, submissions.c.content).where(submissions.c.request_id.in_(request_ids))
    for row in connection.execute(rows).all():
        full = load(Submission, row.content)
        left = full.model_copy(update={"answers": {}, "source": None, "requester": Requester(id=full.requester.id)})
        connection.execute(
            update(submissions)
            .where(submissions.c.request_id == row.request_id)
            .values(content=dump(left), emptied=True, reason="", problems=None, updated_at=time.time())
        )
    for ticket in connection.execute(select(tickets).where(tickets.c.request_id.in_(request_ids))).all():
        _empty_ticket(connection, load(Tracked, ticket.content))


def _empty_ticket(connection: Connection, tracked: Tracked) -> None:
    """Drop what is remembered of a ticket from its form; one that no sweep has read since is forgotten altogether."""
    seen = tracked.ticket
    this = tickets.c.tracker == seen.tracker, tickets.c.ticket_id == seen.id
    if seen.seen_at <= seen.created:
        connection.execute(delete(tickets).where(*this))
        return
    left = tracked.model_copy(update={"ticket": seen.model_copy(update={"facts": {}})})
    connection.execute(update(tickets).where(*this).values(content=dump(left)))


def forget_everything(connection: Connection) -> None:
    """Empty our tables, except for what replicas and templates there are."""
    for table in reversed(metadata.sorted_tables):
        if table not in {bot_replica, template_snapshot}:
            connection.execute(delete(table))


def delete_replaced_before(connection: Connection, moment: float) -> None:
    """Texts of tickets that somebody replaced before then."""
    connection.execute(delete(replaced).where(replaced.c.at < moment))


def delete_traces_before(connection: Connection, moment: float) -> None:
    """What is too old to matter: posts, attempts, notices, tickets that ended, closed alerts, syncs.

    The threads of open tickets matter for as long as those are open, and older tickets are offered once.
    """
    connection.execute(delete(tickets).where(tickets.c.open.is_(False), tickets.c.updated < moment))
    connection.execute(delete(alerts).where(alerts.c.closed.is_(True), alerts.c.posted_at < moment))
    syncs.forget_before(connection, moment)
    threads = select(ANNOUNCED + tickets.c.request_id).where(tickets.c.open, tickets.c.request_id.is_not(None))
    lasting = or_(posts.c.key.in_(threads), posts.c.key.startswith(OLDER))
    connection.execute(delete(posts).where(posts.c.posted_at < moment, ~lasting))
    connection.execute(delete(notices).where(notices.c.noted_at < moment))
    waiting = select(submissions.c.key).where(submissions.c.state.in_(("received", "waiting", "parked")))
    connection.execute(delete(attempts).where(attempts.c.first_at < moment, attempts.c.key.not_in(waiting)))
