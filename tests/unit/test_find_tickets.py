"""Tickets are found by their handles."""

from pathlib import Path
from typing import Any

from sqlalchemy import event

from bot.domain.agenda_ticket import GAPS
from bot.domain.seen_ticket import Tracked
from bot.store.database import open_database
from bot.store.tickets import change, find, find_for_agenda
from tests.databases import new_sqlite_database
from tests.unit.test_agenda import GAP, TODAY, a_ticket, tracked

EVERY = [tracked(a_ticket(number, tracker=name)) for number in range(450) for name in ("asana", "jira")]


def test_no_query_goes_through_all_tickets(tmp_path: Path) -> None:
    """However many are asked for at once, SQLite looks each up in its index; those that are not known are left out."""
    engine = open_database(new_sqlite_database(tmp_path))
    handles = [one.ticket.handle for one in EVERY]
    with engine.begin() as connection:
        change(connection, handles, lambda known: EVERY if not known else [])
        asked: list[tuple[str, Any]] = []
        event.listen(connection, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
        found = find(connection, [*handles, "jira:nope", "gone:1"])
        assert list(found.items()) == sorted((one.ticket.handle, one) for one in EVERY)
        assert len(asked) == 7
        queries = tuple(asked)  # what follows is listened to as well
        plans = [connection.exec_driver_sql(f"explain query plan {text}", values).all() for text, values in queries]
        assert all("SEARCH" in row[3] for plan in plans for row in plan)
    engine.dispose()


def test_the_agenda_takes_of_a_ticket_what_it_may_show(tmp_path: Path) -> None:
    """Some gaps without their examples, and facts where they are read: of launches, of ideas, when a roadblock is."""
    gap = GAP.model_copy(update={"example": "5 % more"})
    facts = {"goal": "More", "starts": "2026-12-03"}
    plain = a_ticket(1, gaps=(gap.model_copy(update={"severity": "should"}), *[gap] * GAPS), facts=facts)
    launch, idea = a_ticket(2, due=TODAY, facts=facts), a_ticket(3, labels=("Idea",), facts=facts)
    every = [tracked(one, done_at=5.0, told_status="todo") for one in (plain, launch, idea)]
    engine = open_database(new_sqlite_database(tmp_path))
    with engine.begin() as connection:
        change(connection, [one.ticket.handle for one in every], lambda _: every)
        found = find_for_agenda(connection, [one.ticket.handle for one in every])
    engine.dispose()
    light = plain.model_copy(update={"gaps": (GAP,) * GAPS, "facts": {"starts": "2026-12-03"}})
    assert list(found.values()) == [Tracked(ticket=one, done_at=5.0) for one in (light, launch, idea)]
