"""Which tasks that others wait for are completed: Asana's lists of tasks name them by their ids only.

What its API calls `dependencies` holds "only the gid" (OpenAPI, TaskBase), so it takes a request more for a task that
waits for others. A task that is read alone is worth that; of a list, what was heard lately is believed.
"""

import time
from collections.abc import Callable
from dataclasses import replace

from adapters.asana.client import AsanaClient
from adapters.base import Ticket
from adapters.errors import TrackerError

KEPT = 7 * 86_400.0
"""Seconds for which a task is believed to be completed still; few are opened again."""


class Blockers:
    """Takes links to completed tasks out of what is read."""

    def __init__(self, client: AsanaClient, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is known yet.

        Args:
            client: to ask about dependencies.
            clock: seconds that only grow.
        """
        self._client = client
        self._clock = clock
        self._completed: dict[str, float] = {}

    async def asked(self, operation: str, ticket: Ticket) -> Ticket:
        """A task that was read alone, without what it waits for no more; as it is, where Asana does not say."""
        if any(link.relation == "blocked_by" for link in ticket.links):
            try:
                async for page in self._client.dependencies(operation, ticket.ref.id, "completed"):
                    for other in page:
                        self._note(str(other.get("gid")), completed=bool(other.get("completed")))
            except TrackerError:  # such as a plan without dependencies: the ticket is worth more than this
                return ticket
        return self.remembered(ticket)

    def remembered(self, ticket: Ticket) -> Ticket:
        """A task of a list, without links to what is known to be completed."""
        if not ticket.links:
            return ticket
        now = self._clock()
        links = tuple(
            link
            for link in ticket.links
            if link.relation not in {"blocks", "blocked_by"} or self._completed.get(link.url, 0.0) <= now
        )
        return ticket if len(links) == len(ticket.links) else replace(ticket, links=links)

    def _note(self, gid: str, *, completed: bool) -> None:
        if completed:
            now = self._clock()
            self._completed = {one: until for one, until in self._completed.items() if until > now}
            self._completed[gid] = now + KEPT
        else:
            self._completed.pop(gid, None)
