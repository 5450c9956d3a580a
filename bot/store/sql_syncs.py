"""The port `SyncStore` on SQLite or PostgreSQL; SQL stands in `syncs`."""

from collections.abc import Collection
from datetime import date

from bot.domain.sync_post import StoredFeasibility, SyncPost
from bot.store import syncs
from bot.store.syncs import SyncChange
from bot.store.threads import Threads


class SqlSyncs:
    """What is remembered of weekly syncs."""

    def __init__(self, threads: Threads) -> None:
        self._threads = threads

    async def post(self, key: str) -> SyncPost | None:
        """See the port."""
        return await self._threads.read(syncs.find_post, key)

    async def save_post(self, post: SyncPost) -> None:
        """See the port."""
        await self._threads.write(syncs.save_post, post)

    async def change_post(self, key: str, work: SyncChange) -> SyncPost | None:
        """See the port."""
        return await self._threads.write(syncs.change_post, key, work)

    async def latest(self, team: str, *, before: date | None = None) -> SyncPost | None:
        """See the port."""
        return await self._threads.read(syncs.latest, team, before.isoformat() if before else None)

    async def first_day(self, team: str, day: date) -> date:
        """See the port."""
        return date.fromisoformat(await self._threads.write(syncs.first_day, team, day.isoformat()))

    async def say_feasibility(self, handle: str, said: StoredFeasibility) -> None:
        """See the port."""
        await self._threads.write(syncs.say, handle, said)

    async def feasibility(self, handles: Collection[str]) -> dict[str, StoredFeasibility]:
        """See the port."""
        return await self._threads.read(syncs.said, handles) if handles else {}
