"""Which tickets are a team's: where a sweep looks, and to whom a ticket belongs that more than one team could have."""

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import takewhile

from adapters.base import Marks, Scope, Ticket
from bot.domain.agenda_items import IDEAS
from bot.domain.request import Request
from bot.domain.section_names import SectionNames, name_key
from bot.domain.template import RequestType
from bot.domain.ticket_type import TYPE_FIELDS, issue_type_of, labels_of
from bot.usecases.ports import Ports, Team


def scopes_of(ports: Ports, team: Team, tracker: str) -> list[Scope]:
    """Where the team's tickets in a tracker are: its project, and those of request types that have one of their own.

    Meant are the tickets that the bot made, those with a request type's label or issue type or the label of an idea,
    and those in the team's own `scope`.
    """
    settings, types = team.trackers[tracker], ports.teams.request_types(team)
    scopes = [Scope(settings, marks_of(types, tracker, IDEAS), fields_of(types, tracker))]
    elsewhere: dict[str, list[RequestType]] = {}
    for kind in types:
        if (project := _own_project(kind, tracker)) not in {"", str(settings.get("project"))}:
            elsewhere.setdefault(project, []).append(kind)
    for project, kinds in elsewhere.items():
        scopes.append(Scope({**settings, "project": project}, marks_of(kinds, tracker), fields_of(kinds, tracker)))
    return scopes


def marks_of(types: Iterable[RequestType], tracker: str, further: Iterable[str] = ()) -> Marks:
    """What makes a ticket one of these request types; with `further` labels, one of the team's."""
    known = list(types)
    labels = dict.fromkeys(label for kind in known for label in labels_of(kind)) | dict.fromkeys(sorted(further))
    issue_types = dict.fromkeys(name for kind in known if (name := issue_type_of(kind, tracker)))
    return Marks(tuple(labels), tuple(issue_types))


def fields_of(types: Iterable[RequestType], tracker: str) -> tuple[str, ...]:
    """The tracker's fields that may hold a section of these request types, or say which of them a ticket is."""
    names: dict[str, None] = dict.fromkeys(sorted(TYPE_FIELDS))
    for kind in types:
        settings = kind.tracker.settings.get(tracker, {})
        names |= dict.fromkeys(map(str, dict(settings.get("fields") or {}).values()))
        names |= dict.fromkeys(dict(settings.get("extra") or {}))
        names |= dict.fromkeys(SectionNames(kind).exact)
    return tuple(names)


def earlier_teams(ports: Ports, team: Team, tracker: str) -> list[Team]:
    """The teams before this one in the file that look at one of its projects too; their scopes come first."""
    mine = _projects(scopes_of(ports, team, tracker))
    before = takewhile(lambda other: other.id != team.id, ports.teams.all())
    return [
        other for other in before if tracker in other.trackers and mine & _projects(scopes_of(ports, other, tracker))
    ]


async def ids_in(ports: Ports, team: Team, tracker: str, since: datetime | None = None) -> set[str]:
    """The vendor's ids of the tickets in a team's scopes, of those that changed since then.

    Raises:
        TrackerError: they cannot be listed.
    """
    source = ports.trackers.get(tracker)
    return {
        ticket.ref.id
        for scope in scopes_of(ports, team, tracker)
        async for page in source.changed(scope, since, ids_only=True)
        for ticket in page
    }


def is_marked(ticket: Ticket, marks: Marks) -> bool:
    """Whether the bot made a ticket, or a request type's label or issue type stands on it."""
    labels = set(map(name_key, ticket.labels))
    types = set(map(name_key, marks.issue_types))
    marked = any(name_key(label) in labels for label in marks.labels)
    return ticket.request_id is not None or marked or name_key(ticket.issue_type) in types


async def request_of(ports: Ports, ticket: Ticket) -> tuple[Request | None, str | None]:
    """The request that a ticket was made for, as far as we know it, and its id; neither for a copy of such a ticket.

    Whoever copies a ticket in its tracker copies the mark of the request, too. What becomes of the copy is no news for
    the requester, and what is said on it is not said to them.
    """
    request = await ports.store.request(ticket.request_id) if ticket.request_id else None
    if (
        request
        and request.ticket
        and (request.ticket.tracker, request.ticket.id) != (ticket.ref.tracker, ticket.ref.id)
    ):
        return None, None
    return request, ticket.request_id


async def filed_for(ports: Ports, ticket: Ticket) -> Team | None:
    """The team whose form the ticket came from; None for one written by hand, or if that team is gone."""
    request, _ = await request_of(ports, ticket)
    team = ports.teams.get(request.submission.team) if request else None
    return team if team and ticket.ref.tracker in team.trackers else None


def _projects(scopes: Collection[Scope]) -> set[str]:
    return {str(scope.team.get("project", "")).casefold() for scope in scopes}


def _own_project(kind: RequestType, tracker: str) -> str:
    return str(kind.tracker.settings.get(tracker, {}).get("project") or "")
