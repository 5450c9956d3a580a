"""What a cold sync leaves unread may not be missing on its agenda."""

from datetime import UTC, datetime, timedelta
from itertools import product

from adapters.base import Link, Ticket, TicketRef
from adapters.document import Document
from bot.domain.agenda_items import AgendaRules
from bot.domain.glance import Glance, belongs, may_belong
from bot.domain.seen_ticket import Tracked, seen_ticket
from bot.domain.ticket_type import TypeDecision

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
TODAY = NOW.date()
KINDS = (None, "initiative", "roadblock", "action", "quick_win")
DUES = (None, *(TODAY + timedelta(days=days) for days in (-1, 0, 1, 42, 43)))
RULES = AgendaRules(TODAY, 6, 2.0)


def test_whatever_belongs_on_an_agenda_is_wanted_before_it_is_judged() -> None:
    """Of every open ticket both answers are the same, but for launches without a day, which are only counted."""
    links = ((), (Link("https://example.com/1", "", "blocked_by"),))
    every = product(KINDS, DUES, ("todo", "in_progress"), (None, 1.0, 5.0), (False, True), ((), ("Idea",)), links)
    answers = set()
    for kind, due, status, estimate, flagged, labels, linked in every:
        ticket = Ticket(
            TicketRef("jira", "1", "WEB-1", "https://example.com/browse/WEB-1"), "Page", Document(), "Open", status,  # type: ignore[arg-type]
            NOW, NOW, due=due, estimate=estimate, flagged=flagged, labels=labels, links=linked,
        )  # fmt: skip
        known = (
            TypeDecision("page", certain=True, evidence="label")
            if kind
            else TypeDecision(None, certain=False, evidence="nothing")
        )
        stored = Tracked(ticket=seen_ticket(ticket, "web", known, None, NOW)).model_dump(mode="json")
        stored["ticket"]["gaps"] = [{"section": "goal", "code": "section.missing", "message": ""}]
        glance = Glance.of(stored)
        assert glance is not None
        on_it = belongs(glance, {"page": kind}, RULES, None)  # type: ignore[dict-item]
        wanted = may_belong(ticket, kind, RULES)  # type: ignore[arg-type]
        counted = kind == "initiative" and due is None
        assert wanted == (on_it or counted), ticket
        answers.add(wanted)
    assert answers == {True, False}
