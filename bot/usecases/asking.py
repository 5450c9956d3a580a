"""What decisions about a team's tickets need to know: request types, the age of their rules, and who people are."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from adapters.base import Person
from bot.domain.alert_history import AskedTicket
from bot.domain.alert_lines import AlertLine, alert_line
from bot.domain.alert_post import AlertEntry
from bot.domain.alerting import Decision, People, decide
from bot.domain.readiness import rules_of
from bot.domain.seen_ticket import SeenPerson, Tracked
from bot.domain.template import RequestType
from bot.usecases.note_tickets import Rules, asked_ticket
from bot.usecases.ports import Ports, Team

KEPT = timedelta(days=90)
"""How long a message is kept up to date, and whom it asked is looked up."""


class Decided(NamedTuple):
    """A ticket and what to do about it."""

    tracked: Tracked
    asked: AskedTicket
    decision: Decision


class Asking:
    """Decides about the tickets of a team. Make it once for one look at them: what it found out it keeps.

    Args:
        ports: the world.
        team: whose tickets they are.
        sure: whether to give up with `SlackUnavailable` where Slack does not say now who somebody is; otherwise they
            are unknown, and somebody else would be asked.
    """

    def __init__(self, ports: Ports, team: Team, *, sure: bool = True) -> None:
        self._ports = ports
        self._team = team
        self._sure = sure
        self._rules: dict[str, Rules] = {}
        self._left: set[str] = set()
        self._bots: set[str] = set()
        self._looked_up: set[str] = set()
        self._before: dict[tuple[str, str], set[str]] | None = None

    @property
    def people(self) -> People:
        """Whom not to ask, as far as it was found out."""
        return People(frozenset(self._left), frozenset(self._bots))

    async def decided(self, tracked: Iterable[Tracked], now: datetime, *, named: bool) -> list[Decided]:
        """Each ticket with its decision.

        Args:
            tracked: tickets of the team.
            now: when something would be said.
            named: whether to find out who would be asked. Whether somebody would be is known without.
        """
        lead = self._team.alerts.escalate_to
        await self.look_up([lead] if lead else [])
        asked = [(one, await self.asked(one, named=named)) for one in tracked]
        return [
            Decided(one, ticket, decide(ticket, one.history, now, self._team.alerts, self.people))
            for one, ticket in asked
        ]

    async def asked(self, tracked: Tracked, *, named: bool) -> AskedTicket:
        """What a decision needs to know of a ticket; with `named` also who is concerned."""
        ticket = tracked.ticket
        kind, rules = self.kind(tracked), await self._rules_of(self.kind(tracked))
        if not named:
            return asked_ticket(tracked, kind, rules)
        reporter = assignee = None
        if not ticket.requester:
            reporter = await self._in_slack(ticket.reporter, ticket.tracker)
            assignee = await self._in_slack(ticket.assignee, ticket.tracker)
            reporter = reporter or await self._left_since(tracked)
        asked = asked_ticket(tracked, kind, rules, reporter=reporter, assignee=assignee)
        await self.look_up(filter(None, (asked.requester, reporter, assignee)))
        return asked

    async def line(
        self,
        tracked: Tracked,
        now: datetime,
        entry: AlertEntry | None = None,
        *,
        shared: bool,
        repeated: bool = False,
    ) -> AlertLine | None:
        """What is to be said about a ticket; None if its line goes."""
        kind = self.kind(tracked)
        asked = await self.asked(tracked, named=False)
        tracker = self._ports.trackers.title(tracked.ticket.tracker)
        policy, people = self._team.alerts, self.people
        return alert_line(tracked, asked, kind, tracker, now, policy, people, entry, shared=shared, repeated=repeated)

    async def lines(
        self,
        entries: Iterable[AlertEntry],
        tracked: Mapping[str, Tracked],
        now: datetime,
        *,
        shared: bool,
        latest: Collection[str] | None = None,
    ) -> list[AlertLine]:
        """What a message says about its tickets as they are known now; those that are gone are left out.

        Gone from here is also what moved into another team's sight: it is asked about there.

        Args:
            entries: of the message.
            tracked: handle → ticket.
            now: aware of its time zone.
            shared: see `alert_lines.alert_line`.
            latest: the tickets that no newer message is about; all without.
        """
        made = [
            await self.line(
                tracked[entry.handle],
                now,
                entry,
                shared=shared,
                repeated=latest is not None and entry.handle not in latest,
            )
            for entry in entries
            if entry.handle in tracked and self.is_ours(tracked[entry.handle])
        ]
        return [line for line in made if line is not None]

    def is_ours(self, tracked: Tracked) -> bool:
        """Whether a ticket belongs to the team now."""
        return tracked.ticket.team == self._team.id

    async def look_up(self, users: Iterable[str]) -> None:
        """Find out who left and who is a bot."""
        for user in set(users) - self._looked_up:
            self._looked_up.add(user)
            if await self._ports.people.is_bot(user):
                self._bots.add(user)
            elif await self._ports.people.has_left(user):
                self._left.add(user)

    def kind(self, tracked: Tracked) -> RequestType | None:
        """The request type of a ticket, as it is now."""
        key = tracked.ticket.request_type
        return self._ports.teams.request_type(key) if key else None

    async def _rules_of(self, kind: RequestType | None) -> Rules:
        if kind is None:
            return {}
        if kind.key not in self._rules:
            now = self._ports.clock.now()
            self._rules[kind.key] = await self._ports.tickets.rules_since(kind.key, rules_of(kind), now)
        return self._rules[kind.key]

    async def _left_since(self, tracked: Tracked) -> str | None:
        """Somebody who was asked about the ticket before and left since; None while the same people are not concerned.

        Slack finds nobody by the e-mail of a deactivated account
        (https://docs.slack.dev/reference/methods/users.lookupByEmail).
        """
        if self._before is None:
            self._before = {}
            for post in await self._ports.tickets.alerts(self._team.id, self._ports.clock.now() - KEPT):
                for entry in post.all:
                    if not entry.escalated:
                        asked = self._before.setdefault((entry.handle, entry.concerns), set())
                        asked.update(entry.heard)
        before = self._before.get((tracked.ticket.handle, concerns(tracked)), set())
        await self.look_up(before)
        return next(iter(sorted(before & self._left)), None)

    async def _in_slack(self, person: SeenPerson | None, tracker: str) -> str | None:
        if person is None:
            return None
        if person.slack:
            return person.slack
        return await self._ports.people.in_slack(Person(person.name, person.email, person.id), tracker, sure=self._sure)


def concerns(tracked: Tracked) -> str:
    """Differs where somebody else asked for the ticket, or has to do it; names nobody."""
    ticket = tracked.ticket
    people = [who.id or who.email or who.name for who in (ticket.reporter, ticket.assignee) if who]
    known = ticket.requester or "\0".join(people)
    return sha256(known.encode(errors="replace")).hexdigest()[:12]
