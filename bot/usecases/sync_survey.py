"""What is remembered of a team's tickets, as its syncs need it: all at a glance, in full what may stand on the agenda.

A sync looks at it three times within moments: for what must be read by itself, for its message, and for its thread.
Each look costs some 40 µs of a processor for every ticket, and there may be ten thousands: so they share one.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.agenda_items import AgendaRules
from bot.domain.glance import Glance, belongs
from bot.domain.sync_post import SyncPost
from bot.domain.template import Agenda as Kind
from bot.usecases.ports import Ports, Team
from bot.usecases.ticket_store import Surveyed

ONE_DAY = timedelta(days=1)
FRESH = timedelta(seconds=10)
"""For how long a look is as good as a new one: people may change tickets from Slack meanwhile."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What the agenda of a day goes by.

    Attributes:
        kinds: request type → where it stands on an agenda.
        rules: how the agenda is made.
        before: the last sync before that day, with which it is compared; None for the very first one.
        last: the same, or the very first one itself, shown again later that day.
        at_most: how often somebody is asked about a ticket.
    """

    kinds: dict[str, Kind | None]
    rules: AgendaRules
    before: SyncPost | None
    last: SyncPost | None
    at_most: int

    def is_parked(self, one: Glance) -> bool:
        """Whether nobody is asked about a ticket any more."""
        return one.asked >= self.at_most > 0

    def wants(self, one: Glance) -> bool:
        """Whether the agenda or its thread may show a ticket."""
        since = self.last.posted_at if self.last else None
        return belongs(one, self.kinds, self.rules, since) or self.is_parked(one)


class Survey:
    """One look, kept for a moment; make one for a sync."""

    def __init__(self) -> None:
        """Nothing is looked at yet."""
        self._found: list[Surveyed] | None = None
        self._until = 0.0

    async def tickets(self, ports: Ports, team: Team, basis: Basis) -> list[Surveyed]:
        """All tickets of a team at a glance, and those that the agenda may show."""
        now = ports.clock.now()
        if self._found is None or now.timestamp() > self._until:
            self._found = [one async for page in ports.tickets.survey(team.id, basis.wants) for one in page]
            self._until = (now + FRESH).timestamp()
        return self._found

    def forget(self) -> None:
        """Tickets were read: the next one looks again."""
        self._found = None


async def basis_of(ports: Ports, team: Team, day: date) -> Basis:
    """What the agenda of a day goes by.

    Args:
        ports: the world.
        team: whose sync it is.
        day: where the team is.
    """
    before = await ports.syncs.latest(team.id, before=day)
    return Basis(
        kinds={kind.key: kind.agenda for kind in ports.teams.request_types(team)},
        rules=AgendaRules(day, team.sync.horizon_weeks, team.sync.small, team.language),
        before=before,
        last=before or await ports.syncs.latest(team.id, before=day + ONE_DAY),
        at_most=team.alerts.at_most,
    )
