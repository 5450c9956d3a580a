"""Tickets as they were last read, and the messages that ask about them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal

from sqlalchemy import Connection, delete, func, literal, or_, select, tuple_

from adapters.json_text import parsed
from bot.domain.agenda_ticket import agenda_ticket
from bot.domain.alert_post import AlertPost
from bot.domain.glance import Glance
from bot.domain.replaced import Replaced
from bot.domain.seen_ticket import Tracked, handle_of, parse_handle
from bot.domain.sweep_state import SweepState
from bot.store.stored_json import dump, load
from bot.store.tables import (
    alert as alerts,
    personal,
    readiness_history as history,
    replaced_section as replaced,
    rule_seen as rules,
    sweep_state as sweeps,
    ticket_seen as tickets,
)
from bot.store.upsert import insert_new, put, put_all

AT_ONCE = 200
"""Tickets that one query names."""
Which = Literal["asking", "open", "news", "counting", "all"]
Change = Callable[[Mapping[str, Tracked]], Iterable[Tracked]]
Surveyed = tuple[Glance, Tracked | None]
Wanted = Callable[[Glance], bool]
AlertChange = Callable[[AlertPost | None], AlertPost | None]


def find(connection: Connection, handles: Collection[str], *, lock: bool = False) -> dict[str, Tracked]:
    """Handle → ticket, for those that are known.

    Args:
        connection: to read from.
        handles: see `seen_ticket.handle_of`.
        lock: nobody else changes them before the transaction ends (PostgreSQL; on SQLite one writes at a time anyway).
    """
    rows = _named(connection, handles, lock=lock)
    return {handle_of(row.tracker, row.ticket_id): load(Tracked, row.content) for row in rows}


def find_for_agenda(connection: Connection, handles: Collection[str]) -> dict[str, Tracked]:
    """The same, each as the agenda takes it."""
    rows = _named(connection, handles)
    return {handle_of(row.tracker, row.ticket_id): agenda_ticket(parsed(row.content)) for row in rows}


def _named(connection: Connection, handles: Collection[str], *, lock: bool = False) -> Iterator[Any]:
    """Rows by tracker and id. Each query names one tracker: for a list of pairs SQLite goes through all tickets."""
    columns = select(tickets.c.tracker, tickets.c.ticket_id, tickets.c.content)
    for tracker, keys in groupby(sorted({parse_handle(handle) for handle in handles}), key=itemgetter(0)):
        ids = [ticket_id for _, ticket_id in keys]
        for start in range(0, len(ids), AT_ONCE):
            query = columns.where(tickets.c.tracker == tracker, tickets.c.ticket_id.in_(ids[start : start + AT_ONCE]))
            ordered = query.order_by(tickets.c.ticket_id)
            yield from connection.execute(ordered.with_for_update() if lock else ordered)


def change(connection: Connection, handles: Collection[str], work: Change) -> list[Tracked]:
    """Read tickets, change them, write what comes back, in one transaction; returns that."""
    changed = list(work(find(connection, handles, lock=True)))
    put_all(connection, tickets, [_ticket_row(tracked) for tracked in changed])
    return changed


def _ticket_row(tracked: Tracked) -> dict[str, Any]:
    ticket = tracked.ticket
    return {
        "tracker": ticket.tracker,
        "ticket_id": ticket.id,
        "team": ticket.team,
        "asking": tracked.asking,
        "open": not tracked.gone and ticket.status_category != "done",
        "news": tracked.has_news,
        "listed": tracked.listed,
        "counting": tracked.uncounted and not tracked.gone,
        "request_id": ticket.request_id,
        "requester": ticket.requester,
        "updated": ticket.updated,
        "content": dump(tracked),
    }


def of_team(
    connection: Connection, team: str, which: Which, after: tuple[str, str] | None, limit: int
) -> list[Tracked]:
    """Tickets of a team by tracker and id, those that come after one."""
    return [load(Tracked, row.content) for row in _page(connection, team, which, after, limit)]


def survey(
    connection: Connection, team: str, after: tuple[str, str] | None, limit: int, wanted: Wanted
) -> tuple[tuple[str, str] | None, list[Surveyed]]:
    """Tickets of a team at a glance, those that come after one, and which was the last; None if there are no more.

    Those that are wanted come as the agenda takes them, too: each row is parsed once.
    """
    rows = _page(connection, team, "all", after, limit)
    last = (rows[-1].tracker, rows[-1].ticket_id) if rows else None
    seen = ((stored, Glance.of(stored)) for row in rows if (stored := parsed(row.content)))
    return last, [(one, agenda_ticket(stored) if wanted(one) else None) for stored, one in seen if one is not None]


def _page(connection: Connection, team: str, which: Which, after: tuple[str, str] | None, limit: int) -> Sequence[Any]:
    columns = select(tickets.c.tracker, tickets.c.ticket_id, tickets.c.content)
    if which == "all":  # in the order of the primary key: by an index of teams SQLite sorts everything for each page
        query = columns.where(tickets.c.team.concat("") == team)
    else:
        query = columns.where(tickets.c.team == team, tickets.c[which].is_(True))
    if after:
        # As a row, since with "or" SQLite goes through all pages before again.
        query = query.where(tuple_(tickets.c.tracker, tickets.c.ticket_id) > tuple_(*map(literal, after)))
    return connection.execute(query.order_by(tickets.c.tracker, tickets.c.ticket_id).limit(limit)).all()


def ids_of_team(connection: Connection, team: str, tracker: str) -> dict[str, bool]:
    """Vendor's id → whether it is open, of a team's tickets in a tracker."""
    mine = tickets.c.team == team, tickets.c.tracker == tracker
    return {
        row.ticket_id: row.open for row in connection.execute(select(tickets.c.ticket_id, tickets.c.open).where(*mine))
    }


def counts(connection: Connection) -> dict[tuple[str, str], tuple[int, int]]:
    """(team, tracker) → how many tickets are open, and how many of those lack something."""
    asking = func.count().filter(tickets.c.asking.is_(True))
    query = select(tickets.c.team, tickets.c.tracker, func.count(), asking).where(tickets.c.open.is_(True))
    rows = connection.execute(query.group_by(tickets.c.team, tickets.c.tracker))
    return {(team, tracker): (open_, lacking) for team, tracker, open_, lacking in rows}


def listed(connection: Connection, team: str) -> int:
    """How many of a team's tickets lack something that nobody is asked for."""
    mine = tickets.c.team == team, tickets.c.asking.is_(True), tickets.c.listed.is_(True)
    return connection.scalar(select(func.count()).select_from(tickets).where(*mine)) or 0


def of_requester(connection: Connection, user: str, limit: int) -> list[Tracked]:
    """The tickets of what a person requested, newest change first."""
    mine = select(tickets.c.content).where(tickets.c.requester == user).order_by(tickets.c.updated.desc()).limit(limit)
    return [load(Tracked, content) for content in connection.scalars(mine)]


def of_requests(connection: Connection, request_ids: Collection[str]) -> dict[str, Tracked]:
    """Request id → its ticket, for those that were read."""
    mine = select(tickets.c.content).where(tickets.c.request_id.in_(list(request_ids)))
    found = (load(Tracked, content) for content in connection.scalars(mine))
    return {str(tracked.ticket.request_id): tracked for tracked in found}


def save_alert(connection: Connection, post: AlertPost) -> None:
    """Insert or replace by its key."""
    put(connection, alerts, **_row(post))


def change_alert(connection: Connection, key: str, work: AlertChange) -> AlertPost | None:
    """Read a message, change it and write what comes back, in one transaction; what was written, if anything."""
    query = select(alerts.c.content).where(alerts.c.key == key).with_for_update()
    content = connection.scalar(query)
    changed = work(load(AlertPost, content) if content else None)
    if changed is None:
        return None
    if content is None and not insert_new(connection, alerts, **_row(changed)):
        # Another process was quicker, and it has committed: otherwise the insert would still wait for it.
        changed = work(load(AlertPost, connection.scalar(query) or ""))
    if changed is not None:
        put(connection, alerts, **_row(changed))
    return changed


def drop_alert(connection: Connection, key: str) -> None:
    """Forget a message."""
    connection.execute(delete(alerts).where(alerts.c.key == key))


def find_alert(connection: Connection, key: str) -> AlertPost | None:
    """By its key."""
    content = connection.scalar(select(alerts.c.content).where(alerts.c.key == key))
    return load(AlertPost, content) if content else None


def list_alerts(connection: Connection, team: str, since: float, *, open_only: bool) -> list[AlertPost]:
    """A team's messages posted since then, or about to be posted, oldest first."""
    query = select(alerts.c.content).where(alerts.c.team == team)
    query = query.where(or_(alerts.c.posted_at >= since, alerts.c.posted_at == 0.0))
    if open_only:
        query = query.where(alerts.c.closed.is_(False))
    return [
        load(AlertPost, content) for content in connection.scalars(query.order_by(alerts.c.posted_at, alerts.c.key))
    ]


def find_sweep(connection: Connection, team: str, tracker: str) -> SweepState:
    """How far the sweep has come; a new state before the first one."""
    mine = sweeps.c.team == team, sweeps.c.tracker == tracker
    content = connection.scalar(select(sweeps.c.content).where(*mine))
    return load(SweepState, content) if content else SweepState()


def save_sweep(connection: Connection, team: str, tracker: str, state: SweepState) -> None:
    """Insert or replace."""
    put(connection, sweeps, team=team, tracker=tracker, content=dump(state))


def update_sweep(connection: Connection, team: str, tracker: str, changes: Mapping[str, Any]) -> SweepState:
    """Change a part of it; on SQLite writes take turns anyway, on PostgreSQL by the row."""
    mine = sweeps.c.team == team, sweeps.c.tracker == tracker
    insert_new(connection, sweeps, team=team, tracker=tracker, content=dump(SweepState()))
    content = connection.scalar(select(sweeps.c.content).where(*mine).with_for_update())
    state = load(SweepState, content).model_copy(update=dict(changes)) if content else SweepState()
    save_sweep(connection, team, tracker, state)
    return state


def known_rules(connection: Connection, request_type: str) -> dict[tuple[str, str], float]:
    """(section, rule) → since when it exists, as noted."""
    mine = rules.c.request_type == request_type
    return {(row.section, row.rule): row.first_seen for row in connection.execute(select(rules).where(mine))}


def note_rules(
    connection: Connection, request_type: str, asked: Collection[tuple[str, str]], now: float
) -> dict[tuple[str, str], float]:
    """(section, rule) → since when it exists, in seconds since 1970; rules that are new exist since now.

    A rule that is there no longer is forgotten, so that it is new if it comes back. The rules of a request type that
    was never seen have always been there: 0.
    """
    mine = rules.c.request_type == request_type
    known = known_rules(connection, request_type)
    since = now if known else 0.0
    for section, rule in asked:
        if (section, rule) not in known:
            insert_new(connection, rules, request_type=request_type, section=section, rule=rule, first_seen=since)
    for section, rule in known.keys() - set(asked):
        connection.execute(delete(rules).where(mine, rules.c.section == section, rules.c.rule == rule))
    return {key: known.get(key, since) for key in asked}


def save_readiness(connection: Connection, team: str, day: str, counts: Mapping[str, float]) -> None:
    """How ready a team's tickets are on a day; a later word on the same day replaces it."""
    put(connection, history, team=team, day=day, content=dump(counts))


def list_readiness(connection: Connection, team: str, since: str) -> dict[str, dict[str, float]]:
    """Day → counts, since a day."""
    query = select(history.c.day, history.c.content).where(history.c.team == team, history.c.day >= since)
    return {row.day: parsed(row.content) for row in connection.execute(query.order_by(history.c.day))}


def save_replaced(connection: Connection, kept: Replaced) -> None:
    """Insert or replace."""
    put(connection, replaced, id=kept.id, handle=kept.handle, at=kept.at, content=dump(kept))


def find_replaced(connection: Connection, replaced_id: str) -> Replaced | None:
    """By its id."""
    content = connection.scalar(select(replaced.c.content).where(replaced.c.id == replaced_id))
    return load(Replaced, content) if content else None


def set_personal(connection: Connection, slack_team: str, user: str, name: str, value: str) -> None:
    """What a person chose for themselves."""
    put(connection, personal, slack_team=slack_team, user_id=user, name=name, value=value)


def get_personal(connection: Connection, slack_team: str, user: str, name: str) -> str:
    """What a person chose for themselves; empty if nothing."""
    mine = personal.c.slack_team == slack_team, personal.c.user_id == user, personal.c.name == name
    return connection.scalar(select(personal.c.value).where(*mine)) or ""


def _row(post: AlertPost) -> dict[str, Any]:
    """The columns of a message."""
    return {
        "key": post.key,
        "team": post.team,
        "closed": post.closed,
        "posted_at": post.posted_at,
        "content": dump(post),
    }
