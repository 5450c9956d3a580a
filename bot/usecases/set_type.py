"""Setting the request type of a ticket: the type's label, so that everybody sees it and every sweep knows."""

from bot.domain.section_names import name_key
from bot.domain.seen_ticket import Tracked
from bot.domain.template import RequestType
from bot.domain.ticket_type import labels_of
from bot.usecases.ports import Ports


def type_change(
    ports: Ports, team_id: str, kind: RequestType, tracked: Tracked
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The labels to set, and those of other types to take away, so that the ticket is of this type for certain.

    Args:
        ports: the world.
        team_id: whose ticket it is.
        kind: the type that somebody chose.
        tracked: the ticket as it was last read.
    """
    kinds = ports.teams.request_types(ports.teams.get(team_id))
    others = {name_key(name) for other in kinds if other.key != kind.key for name in labels_of(other)}
    own = set(map(name_key, labels_of(kind)))
    mine = [name for name in (*kind.labels, kind.key) if name_key(name) not in others]
    gone = tuple(label for label in tracked.ticket.labels if name_key(label) in others - own)
    return (mine[0] if mine else kind.key,), gone
