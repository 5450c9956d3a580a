"""What a sync needs of a tracker that was never read, so that it need not wait until all of it is read and judged."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from adapters.base import Distant, Marks, Ticket
from bot.domain.agenda_items import IDEAS, AgendaRules
from bot.domain.glance import ALWAYS_LISTED, may_belong
from bot.domain.section_names import name_key
from bot.domain.ticket_type import TYPE_FIELDS, constants_of, issue_type_of
from bot.usecases.ports import Ports, Team
from bot.usecases.team_scopes import marks_of
from bot.usecases.verdicts import verdicts_of


class SyncNeeds:
    """What may stand on the agenda of a day, launches without a day, which are counted, and what is done.

    That blocks nothing.
    """

    def __init__(self, ports: Ports, team: Team, day: date) -> None:
        """Of the sync of a day.

        Args:
            ports: the world.
            team: whose sync it is.
            day: where the team is.
        """
        self._types = {kind.key: kind for kind in ports.teams.request_types(team)}
        self._kinds = {key: kind.agenda for key, kind in self._types.items()}
        self._rules = AgendaRules(day, team.sync.horizon_weeks, team.sync.small, team.language)
        self._verdicts = verdicts_of(ports, team)

    def wants(self, ticket: Ticket) -> bool:
        """Whether a ticket is needed."""
        if ticket.status_category == "done" or ticket.request_id is not None:
            return True
        return may_belong(ticket, self._kinds.get(self._verdicts.certain_type(ticket)), self._rules)

    def without(self, tracker: str) -> Distant | None:
        """Tickets that are not needed, as far as a tracker can tell: work that is due after the horizon.

        None if a request type that is always listed is known by values that no query asks for.
        """
        listed = [kind for kind in self._types.values() if kind.agenda in ALWAYS_LISTED]
        if any(constants_of(kind, tracker) for kind in listed):
            return None
        marks = marks_of(listed, tracker, IDEAS)
        # An issue type that several request types share tells none of them by itself.
        sharing = Counter(name_key(issue_type_of(kind, tracker)) for kind in self._types.values())
        telling = tuple(name for name in marks.issue_types if sharing[name_key(name)] == 1)
        marks = Marks(tuple(_spellings(marks.labels)), telling)
        return Distant(self._rules.horizon, marks, tuple(sorted(TYPE_FIELDS)), self._rules.small)


def _spellings(labels: Iterable[str]) -> dict[str, None]:
    """Labels as people spell them: `quick-win` stands for `quick_win` too."""
    spelled: dict[str, None] = {}
    for label in labels:
        words = name_key(label).split()
        spelled |= dict.fromkeys((label, "-".join(words), "_".join(words), " ".join(words)))
    return spelled
