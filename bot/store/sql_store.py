"""The port `Store` on SQLite or PostgreSQL: SQL by subject in the modules beside, threads and transactions here."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine

from bot.domain.errors import NotStored
from bot.domain.home import Standing
from bot.domain.messages import Posted
from bot.domain.request import Draft, Request, State, Submission, TicketLink
from bot.domain.template import RequestType
from bot.store import drafts, messages, requests, retention
from bot.store.database import open_database
from bot.store.sql_syncs import SqlSyncs
from bot.store.sql_tickets import SqlTickets
from bot.store.threads import READERS, Threads, is_there


class SqlStore:
    """Our own tables. All writes go through one thread and are on the disk when a method returns.

    Attributes:
        tickets: the port `TicketStore`, on the same threads.
        syncs: the port `SyncStore`, likewise.
    """

    def __init__(self, engine: Engine) -> None:
        self._threads = Threads(engine)
        self.tickets = SqlTickets(self._threads)
        self.syncs = SqlSyncs(self._threads)
        self._alone = engine.dialect.name == "sqlite"  # the engine's lock lets one process run; PostgreSQL has replicas
        self._without_draft: set[tuple[str, str]] = set()
        self._drafts_saved = 0

    @classmethod
    def open(cls, url: str) -> "SqlStore":
        """Open a database and bring its tables up to date; blocks.

        Args:
            url: `DATABASE_URL`, `sqlite:///file` or `postgresql://…`.

        Raises:
            ConfigurationError: it is neither.
        """
        return cls(open_database(url, readers=READERS))

    def close(self) -> None:
        """Write what is queued and let go of the database; blocks."""
        self._threads.close()

    async def is_there(self) -> bool:
        """Whether the database answers, within two seconds."""
        try:
            async with asyncio.timeout(2):
                return await self._threads.read(is_there)
        except (TimeoutError, NotStored):
            return False

    async def save_draft(self, draft: Draft) -> None:
        """See the port."""
        await self._threads.write(drafts.save_draft, draft)
        self._drafts_saved += 1  # only now: a look before the commit must not be remembered as "none"
        self._without_draft.discard((draft.slack_team, draft.user))

    async def draft(self, draft_id: str) -> Draft | None:
        """See the port."""
        return await self._threads.read(drafts.find_draft, draft_id)

    async def latest_draft(self, slack_team: str, user: str) -> Draft | None:
        """See the port. Asked whenever a form opens; where nobody else writes, "none" is remembered."""
        if (slack_team, user) in self._without_draft:
            return None
        saved = self._drafts_saved
        found = await self._threads.read(drafts.latest_draft, slack_team, user)
        if found is None and saved == self._drafts_saved and self._alone:
            self._without_draft.add((slack_team, user))
        return found

    async def delete_draft(self, draft_id: str) -> None:
        """See the port."""
        await self._threads.write(drafts.delete_draft, draft_id)

    async def delete_drafts_before(self, moment: datetime) -> int:
        """See the port."""
        return await self._threads.write(drafts.delete_drafts_before, moment.timestamp())

    async def save_templates(self, types: Sequence[RequestType]) -> None:
        """See the port."""
        await self._threads.write(drafts.save_templates, types)

    async def template(self, template_hash: str) -> RequestType | None:
        """See the port."""
        return await self._threads.read(drafts.find_template, template_hash)

    async def record(self, submission: Submission) -> Request:
        """See the port."""
        return await self._threads.write(requests.record, submission)

    async def request(self, request_id: str) -> Request | None:
        """See the port."""
        return await self._threads.read(requests.find_request, request_id)

    async def requests(
        self, *, states: Sequence[State] = (), user: str | None = None, limit: int = 50, before: float | None = None
    ) -> list[Request]:
        """See the port."""
        return await self._threads.read(requests.list_requests, states, user, limit, before)

    async def standings(self, slack_team: str, user: str) -> list[Standing]:
        """See the port."""
        return await self._threads.read(requests.list_standings, slack_team, user)

    async def set_state(
        self,
        request_id: str,
        state: State,
        *,
        ticket: TicketLink | None = None,
        reason: str = "",
        problems: Mapping[str, str] | None = None,
    ) -> None:
        """See the port."""
        await self._threads.write(requests.set_state, request_id, state, ticket, reason, problems or {})

    async def mark_attempt(self, key: str) -> bool:
        """See the port."""
        return await self._threads.write(messages.mark_attempt, key)

    async def post(self, key: str) -> Posted | None:
        """See the port."""
        return await self._threads.read(messages.find_post, key)

    async def record_post(self, key: str, posted: Posted) -> None:
        """See the port."""
        await self._threads.write(messages.record_post, key, posted)

    async def first_time(self, key: str, by: str = "") -> bool:
        """See the port."""
        return await self._threads.write(messages.first_time, key, by)

    async def forget(self, key: str) -> None:
        """See the port."""
        await self._threads.write(messages.forget, key)

    async def last_team(self, slack_team: str, user: str) -> str | None:
        """See the port."""
        return await self._threads.read(requests.last_team, slack_team, user)

    async def remember_team(self, slack_team: str, user: str, team: str) -> None:
        """See the port."""
        await self._threads.write(requests.remember_team, slack_team, user, team)

    async def schedule_first_seen(self, name: str, now: datetime) -> datetime:
        """When a schedule was seen for the first time; now, if it is new."""
        seen = await self._threads.write(messages.schedule_first_seen, name, now.timestamp())
        return datetime.fromtimestamp(seen, now.tzinfo)

    async def failed_before(self, moment: datetime, after: str = "") -> list[Request]:
        """Some requests that were refused before then and still hold their words, for a notice before the end.

        Those whose notice was posted are left out; the others come in the order of their ids, from behind `after`.
        """
        return await self._threads.read(retention.failed_before, moment.timestamp(), after)

    async def expired(
        self, filed_before: datetime, failed_before: datetime, told_before: datetime
    ) -> list[tuple[str, str]]:
        """Request ids and job keys of some requests whose ticket is older than that, or that failed before the other.

        Requests on their way keep their words, however old they are, and refused ones until their authors were told in
        time, or could not be.
        """
        moments = (filed_before.timestamp(), failed_before.timestamp(), told_before.timestamp())
        return await self._threads.read(retention.expired, *moments)

    async def empty(self, request_ids: Sequence[str]) -> None:
        """Drop what people wrote in these requests."""
        await self._threads.write(retention.empty, request_ids)

    async def forget_everything(self) -> None:
        """Empty our tables, for the demo that starts over; what replicas and templates there are stays."""
        await self._threads.write(retention.forget_everything)

    async def delete_replaced_before(self, moment: datetime) -> None:
        """Delete texts of tickets that somebody replaced before then; they cannot be restored any more."""
        await self._threads.write(retention.delete_replaced_before, moment.timestamp())

    async def delete_traces_before(self, moment: datetime) -> None:
        """Delete what is noted about posts, attempts and notices that are too old to matter."""
        await self._threads.write(retention.delete_traces_before, moment.timestamp())
