"""The port `TicketStore` on SQLite or PostgreSQL; SQL stands in `tickets`, threads and transactions in `sql_store`."""

from collections.abc import AsyncIterator, Collection, Mapping
from datetime import UTC, date, datetime
from typing import Any

from bot.domain.alert_post import AlertPost
from bot.domain.replaced import Replaced
from bot.domain.seen_ticket import Tracked
from bot.domain.sweep_state import SweepState
from bot.store import tickets
from bot.store.threads import Threads
from bot.store.tickets import AlertChange, Change, Surveyed, Wanted, Which

PAGE = 500
"""Tickets read at a time."""


class SqlTickets:
    """What is remembered of tickets."""

    def __init__(self, threads: Threads) -> None:
        self._threads = threads

    async def find(self, handles: Collection[str]) -> dict[str, Tracked]:
        """See the port."""
        return await self._threads.read(tickets.find, handles) if handles else {}

    async def find_for_agenda(self, handles: Collection[str]) -> dict[str, Tracked]:
        """See the port."""
        return await self._threads.read(tickets.find_for_agenda, handles) if handles else {}

    async def change(self, handles: Collection[str], work: Change) -> list[Tracked]:
        """See the port."""
        return await self._threads.write(tickets.change, handles, work) if handles else []

    async def of_team(self, team: str, which: Which = "open") -> AsyncIterator[list[Tracked]]:
        """See the port."""
        after: tuple[str, str] | None = None
        while page := await self._threads.read(tickets.of_team, team, which, after, PAGE):
            yield page
            last = page[-1].ticket
            after = (last.tracker, last.id)

    async def survey(self, team: str, wanted: Wanted) -> AsyncIterator[list[Surveyed]]:
        """See the port."""
        after: tuple[str, str] | None = None
        while True:
            after, page = await self._threads.read(tickets.survey, team, after, PAGE, wanted)
            if after is None:
                return
            yield page

    async def ids_of_team(self, team: str, tracker: str) -> dict[str, bool]:
        """See the port."""
        return await self._threads.read(tickets.ids_of_team, team, tracker)

    async def counts(self) -> dict[tuple[str, str], tuple[int, int]]:
        """See the port."""
        return await self._threads.read(tickets.counts)

    async def listed(self, team: str) -> int:
        """See the port."""
        return await self._threads.read(tickets.listed, team)

    async def of_requester(self, user: str, limit: int = 200) -> list[Tracked]:
        """See the port."""
        return await self._threads.read(tickets.of_requester, user, limit)

    async def of_requests(self, request_ids: Collection[str]) -> dict[str, Tracked]:
        """See the port."""
        return await self._threads.read(tickets.of_requests, request_ids)

    async def alert(self, key: str) -> AlertPost | None:
        """See the port."""
        return await self._threads.read(tickets.find_alert, key)

    async def save_alert(self, post: AlertPost) -> None:
        """See the port."""
        await self._threads.write(tickets.save_alert, post)

    async def change_alert(self, key: str, work: AlertChange) -> AlertPost | None:
        """See the port."""
        return await self._threads.write(tickets.change_alert, key, work)

    async def drop_alert(self, key: str) -> None:
        """See the port."""
        await self._threads.write(tickets.drop_alert, key)

    async def alerts(self, team: str, since: datetime, *, open_only: bool = False) -> list[AlertPost]:
        """See the port."""
        return await self._threads.read(tickets.list_alerts, team, since.timestamp(), open_only=open_only)

    async def sweep(self, team: str, tracker: str) -> SweepState:
        """See the port."""
        return await self._threads.read(tickets.find_sweep, team, tracker)

    async def save_sweep(self, team: str, tracker: str, state: SweepState) -> None:
        """See the port."""
        await self._threads.write(tickets.save_sweep, team, tracker, state)

    async def update_sweep(self, team: str, tracker: str, changes: Mapping[str, Any]) -> SweepState:
        """See the port."""
        return await self._threads.write(tickets.update_sweep, team, tracker, changes)

    async def rules_since(
        self, request_type: str, rules: Collection[tuple[str, str]], now: datetime
    ) -> dict[tuple[str, str], datetime]:
        """See the port."""
        found = await self._threads.read(tickets.known_rules, request_type)
        if found.keys() != set(rules):  # which is seldom, so that pages of tickets need not wait for a transaction
            found = await self._threads.write(tickets.note_rules, request_type, rules, now.timestamp())
        return {key: datetime.fromtimestamp(since, UTC) for key, since in found.items()}

    async def save_readiness(self, team: str, day: date, counts: Mapping[str, float]) -> None:
        """See the port."""
        await self._threads.write(tickets.save_readiness, team, day.isoformat(), counts)

    async def readiness(self, team: str, since: date) -> dict[date, dict[str, float]]:
        """See the port."""
        found = await self._threads.read(tickets.list_readiness, team, since.isoformat())
        return {date.fromisoformat(day): counts for day, counts in found.items()}

    async def save_replaced(self, kept: Replaced) -> None:
        """See the port."""
        await self._threads.write(tickets.save_replaced, kept)

    async def replaced(self, replaced_id: str) -> Replaced | None:
        """See the port."""
        return await self._threads.read(tickets.find_replaced, replaced_id)

    async def set_personal(self, slack_team: str, user: str, name: str, value: str) -> None:
        """See the port."""
        await self._threads.write(tickets.set_personal, slack_team, user, name, value)

    async def personal(self, slack_team: str, user: str, name: str) -> str:
        """See the port."""
        return await self._threads.read(tickets.get_personal, slack_team, user, name)
