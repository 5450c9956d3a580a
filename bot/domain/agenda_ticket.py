"""A ticket as the agenda takes it: without what it never shows, since thousands are held at once. Pure."""

from collections.abc import Mapping
from typing import Any

from bot.domain.agenda_items import IDEAS
from bot.domain.agenda_matching import TOLD
from bot.domain.seen_ticket import Tracked

GAPS = 3
"""Gaps of a ticket that are kept, what stops the work first: two are named, and whether there are more is said."""
KEPT = ("gone", "done_at")
"""What the agenda needs of a ticket's history."""


def agenda_ticket(stored: Mapping[str, Any]) -> Tracked:
    """From a `Tracked` as stored: what is left out here need not be made a model, which takes the longest."""
    ticket = stored["ticket"]
    gaps = sorted(ticket.get("gaps") or (), key=lambda gap: gap.get("severity", "must") != "must")[:GAPS]
    light = {**ticket, "gaps": [{**gap, "example": ""} for gap in gaps]}
    if not ticket.get("due") and not any(label.casefold() in IDEAS for label in ticket.get("labels") or ()):
        facts = ticket.get("facts") or {}
        light["facts"] = {key: facts[key] for key in TOLD if key in facts}
    return Tracked.model_validate({key: stored[key] for key in KEPT if key in stored} | {"ticket": light})
