"""What not everybody may see: tasks outside the teams' own projects that are in private projects, or in none."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from adapters.asana.client import AsanaClient
from adapters.asana.failures import understood
from adapters.errors import Misconfigured, NotFound

FIELDS = "memberships.project,parent"
"""What tells where a task is, to be asked for beside others."""
KEPT = 600.0
"""Seconds for which the answer about a task or a project is believed."""
OPEN_TO_ALL = "public_to_workspace"
HIDDEN = ""
"""Stands for a project that not even its gid is told of."""


class Privacy:
    """Decides which tasks are restricted. Their comments are too: who sees a task sees its comments."""

    def __init__(self, client: AsanaClient, clock: Callable[[], float] = time.monotonic) -> None:
        """No team is known yet.

        Args:
            client: to ask about projects.
            clock: seconds that only grow.
        """
        self._client = client
        self._clock = clock
        self._ours: set[str] = set()
        self._known: dict[str, tuple[float, bool]] = {}

    def is_ours(self, project: str) -> None:
        """Note a team's project: the team works in it, so nothing there is kept from its channel."""
        self._ours.add(project)

    async def of_task(self, operation: str, gid: str) -> bool:
        """Whether a task is restricted; asked for unless that was known lately."""
        if (known := self._lately(gid)) is not None:
            return known
        return await self.is_restricted(operation, await self._client.task(operation, gid, FIELDS))

    async def is_restricted(self, operation: str, task: Mapping[str, Any]) -> bool:
        """Whether a task, read with `FIELDS`, is in no project that everybody sees and in none of a team's.

        As long as no team's project is known, private projects are taken for theirs. A subtask is like its parent.
        """
        with understood(operation):
            gid, parent = str(task["gid"]), task.get("parent")
            places = [place.get("project") or {"gid": HIDDEN} for place in task.get("memberships") or ()]
            projects = {str(project["gid"]) for project in places}
            above = str(parent["gid"]) if parent else None
        if projects & self._ours:
            restricted = False
        elif projects:
            private = [await self._is_private(operation, project) for project in sorted(projects)]
            restricted = bool(self._ours) and all(private)
        else:
            restricted = above is None or await self.of_task(operation, above)
        self._note(gid, restricted)
        return restricted

    async def _is_private(self, operation: str, project: str) -> bool:
        if project == HIDDEN:
            return True
        if (known := self._lately(project)) is not None:
            return known
        try:
            found = await self._client.project(operation, project, "privacy_setting")
        except (NotFound, Misconfigured) as error:
            if error.status not in {403, 404}:
                raise
            found = {}
        private = found.get("privacy_setting") != OPEN_TO_ALL
        self._note(project, private)
        return private

    def _lately(self, gid: str) -> bool | None:
        until, value = self._known.get(gid, (0.0, False))
        return value if self._clock() < until else None

    def _note(self, gid: str, value: bool) -> None:
        now = self._clock()
        self._known = {one: kept for one, kept in self._known.items() if kept[0] > now}
        self._known[gid] = (now + KEPT, value)
