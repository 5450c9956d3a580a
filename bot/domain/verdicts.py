"""Verdicts on tickets that were read: which request type they have, and how ready they are by its rules. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from adapters.base import Ticket
from bot.domain.content_checks import content_checks
from bot.domain.quality.finding import Dictionary
from bot.domain.readiness import Judge, Readiness
from bot.domain.section_names import name_key
from bot.domain.seen_ticket import SeenTicket, seen_ticket
from bot.domain.template import RequestType
from bot.domain.ticket_type import TypeDecision, TypeFinder, labels_of

Asked = Sequence[tuple[Ticket, str | None]]
"""Tickets, each with the request type of the form that made it; None for one written by hand."""


@dataclass(frozen=True, slots=True)
class TeamRules:
    """By what the tickets of a team are judged. They can be sent to another process.

    Attributes:
        team: its id.
        types: the request types that it offers.
        checks_off: request type → the finding codes that the team does not want.
        dictionary: the events and parameters that are tracked already; None if nobody wrote them down.
        code: differs where the code differs that judges.
    """

    team: str
    types: tuple[RequestType, ...]
    checks_off: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dictionary: Dictionary | None = None
    code: str = ""

    @property
    def judged_by(self) -> str:
        """Differs where the code, the team's dictionary or what it switched off differ, not its templates."""
        told: list[object] = [self.code, {key: sorted(codes) for key, codes in self.checks_off.items()}]
        if self.dictionary:
            told.append({name: sorted(given) for name, given in self.dictionary.events.items()})
            told.append(sorted(self.dictionary.parameters))
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:16]


class Verdicts:
    """Decides which request type a ticket has and how ready it is; make it once for many tickets of a team.

    Attributes:
        rules: by which it decides.
    """

    def __init__(self, rules: TeamRules) -> None:
        self.rules = rules
        self._judged_by = rules.judged_by
        self._types = {kind.key: kind for kind in rules.types}
        self._former = {kind.was: kind.key for kind in rules.types if kind.was}
        self._content = content_checks(rules.dictionary)
        self._judges: dict[str, Judge] = {}
        self._finder: TypeFinder | None = None
        self._labels: dict[str, frozenset[str]] = {}

    def seen(self, ticket: Ticket, requested: str | None, seen_at: datetime) -> SeenTicket:
        """What is kept of a ticket that was read: its type and its verdict among it.

        Args:
            ticket: as it was read.
            requested: the request type of the form that made it; None for one written by hand.
            seen_at: when it was read.
        """
        decision = self.type_of(ticket, requested)
        readiness = self.readiness(ticket, decision)
        return seen_ticket(ticket, self.rules.team, decision, readiness, seen_at, self._judged_by)

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
            off = self.rules.checks_off.get(decision.key, ())
            self._judges[decision.key] = Judge(self._types[decision.key], off=off, content=self._content)
        return self._judges[decision.key].ticket(ticket)
