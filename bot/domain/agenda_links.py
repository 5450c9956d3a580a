"""What a ticket's links to other tickets come to: which of them still block, and how they may be named. Pure."""

import re
from collections.abc import Sequence

from adapters.base import Relation
from bot.domain.agenda_items import Other
from bot.domain.glance import Glance
from bot.domain.seen_ticket import SeenLink, SeenTicket

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*-[0-9]{1,10}")
"""What people call a ticket; an id or an address is no name."""


class Others:
    """The tickets of a team, as those see them that link to them.

    The title that a link carries is never shown: the tracker hands it out for tickets whose own security level, or
    whose project, we know nothing of. Only of a ticket that was read itself is it known that everybody may see it.
    """

    def __init__(self, glances: Sequence[Glance]) -> None:
        self._by_place = {place: glance for glance in glances for place in glance.places}

    def named(self, ticket: SeenTicket, relation: Relation) -> tuple[Other, ...]:
        """What a ticket blocks or is blocked by, as far as that is not done; each once."""
        found = [
            self._named(ticket, link)
            for link in ticket.links
            if link.relation == relation and self._is_open(ticket, link)
        ]
        return tuple(dict.fromkeys(found))

    def waits_for_unknown(self, ticket: SeenTicket) -> bool:
        """Whether it waits for a ticket of which no more is known than that."""
        return any(link.relation == "blocked_by" and self._known(ticket, link) is None for link in ticket.links)

    def _is_open(self, ticket: SeenTicket, link: SeenLink) -> bool:
        known = self._known(ticket, link)
        return known is None or known.is_open

    def _known(self, ticket: SeenTicket, link: SeenLink) -> Glance | None:
        return self._by_place.get(f"{ticket.tracker}:{link.url}") or self._by_place.get(link.url)

    def _named(self, ticket: SeenTicket, link: SeenLink) -> Other:
        known = self._known(ticket, link)
        key = link.url if _KEY.fullmatch(link.url) else ""
        return Other(ticket.tracker, link.url, key, known.title if known else "")
