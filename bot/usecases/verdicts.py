"""Verdicts on tickets that were read: which request type they have, and how ready they are by its rules."""

import hashlib
import json
from collections.abc import Sequence

from adapters.base import Ticket
from bot.domain.content_checks import ContentCheck
from bot.domain.readiness import Judge, Readiness
from bot.domain.section_names import name_key
from bot.domain.template import RequestType
from bot.domain.ticket_type import TypeDecision, TypeFinder, labels_of
from bot.usecases.judge import content_of
from bot.usecases.ports import Ports, Team


class Verdicts:
    """Decides which request type a ticket has and how ready it is; make it once for many tickets of a team.

    Attributes:
        judged_by: differs where the code, the team's dictionary or what it switched off differ, not its templates.
    """

    def __init__(
        self, team: Team, types: Sequence[RequestType], content: ContentCheck | None = None, code: str = ""
    ) -> None:
        self._team = team
        self.judged_by = judged_by(team, code)
        self._types = {kind.key: kind for kind in types}
        self._former = {kind.was: kind.key for kind in types if kind.was}
        self._content = content or content_of(team)
        self._judges: dict[str, Judge] = {}
        self._finder: TypeFinder | None = None
        self._labels: dict[str, frozenset[str]] = {}

    def type_of(self, ticket: Ticket, requested: str | None = None) -> TypeDecision:
        """Its request type: that of the form that made it, else by what was set on it, else a guess from its text.

        Who takes the label of the form's type from a ticket and sets that of another has changed its type.
        """
        known = self._former.get(requested or "", requested)
        made = TypeDecision(known, certain=True, evidence="label") if known in self._types else None
        if made and any(name_key(label) in self._labels_of(str(made.key)) for label in ticket.labels):
            return made
        decision = self._found.decide(ticket)
        return made if made and decision.evidence != "label" else decision

    def certain_type(self, ticket: Ticket) -> str:
        """The request type that was set on a ticket in its tracker; empty for none."""
        return self._found.certainly(ticket)

    @property
    def _found(self) -> TypeFinder:
        if self._finder is None:
            self._finder = TypeFinder(self._types)
        return self._finder

    def _labels_of(self, key: str) -> frozenset[str]:
        """The labels of a request type, as they are compared."""
        if key not in self._labels:
            self._labels[key] = frozenset(map(name_key, labels_of(self._types[key])))
        return self._labels[key]

    def kind(self, key: str | None) -> RequestType | None:
        """A request type that the team offers."""
        return self._types.get(key or "")

    def readiness(self, ticket: Ticket, decision: TypeDecision) -> Readiness | None:
        """How ready it is; None without a request type."""
        if decision.key is None:
            return None
        if decision.key not in self._judges:
            off = self._team.checks_off.get(decision.key, ())
            self._judges[decision.key] = Judge(self._types[decision.key], off=off, content=self._content)
        return self._judges[decision.key].ticket(ticket)


def verdicts_of(ports: Ports, team: Team) -> Verdicts:
    """For the tickets of a team."""
    return Verdicts(team, ports.teams.request_types(team), code=ports.teams.judged_by())


def judged_by(team: Team, code: str) -> str:
    """See `Verdicts.judged_by`."""
    told: list[object] = [code, {key: sorted(codes) for key, codes in team.checks_off.items()}]
    if team.dictionary:
        told.append({name: sorted(given) for name, given in team.dictionary.events.items()})
        told.append(sorted(team.dictionary.parameters))
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:16]
