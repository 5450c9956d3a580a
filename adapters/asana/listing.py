"""The tasks of a team, page by page: what changed since a time, or all of them, several sections at once.

An offset of Asana's is only handed out with the page before it, so what is read side by side must be lists of their
own: the sections of the project. What changed is asked of the project as a whole; that is little.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from adapters.asana import mapping
from adapters.asana.client import AsanaClient, note_offset
from adapters.asana.directory import Directory
from adapters.asana.settings import AsanaTeam
from adapters.base import Marks, Ticket
from adapters.errors import Misconfigured
from adapters.side_by_side import side_by_side

MOST_SECTIONS = 8
"""Sections that are read one by one: each may cost a page more than the project as a whole."""
Task = Mapping[str, Any]
Page = tuple[list[Ticket], str | None]
Read = Callable[[list[dict[str, Any]]], list[Ticket]]


@dataclass(slots=True)
class Reader:
    """A list that is read page by page.

    Attributes:
        options: which list.
        pages: how many came.
        is_busy: whether its next page is under way.
    """

    options: Mapping[str, str]
    offset: str | None = None
    seen: set[str] = field(default_factory=set)
    pages: int = 0
    is_busy: bool = False
    is_done: bool = False


class Lists:
    """The plan: whoever has read least goes on, so that no long list is left for the end."""

    def __init__(self, lists: Sequence[Mapping[str, str]]) -> None:
        """Nothing is read yet."""
        self._readers = [Reader(options) for options in lists]

    def start(self, most: int) -> list[Reader]:
        """Who is to fetch a page now."""
        waiting = [reader for reader in self._readers if not (reader.is_busy or reader.is_done)]
        chosen = sorted(waiting, key=lambda reader: reader.pages)[:most]
        for reader in chosen:
            reader.is_busy = True
        return chosen

    def took(self, reader: Reader, page: Page) -> list[Ticket]:
        """The tasks of a page.

        Raises:
            NotSent: the list does not come to an end.
        """
        found, offset = page
        reader.is_busy = False
        reader.pages += 1
        reader.offset, reader.is_done = offset, offset is None
        if offset is not None:
            note_offset("changed", offset, reader.seen)
        return found


class Listing:
    """Reads tasks in bulk."""

    def __init__(self, client: AsanaClient, directory: Directory) -> None:
        """Nothing is read yet."""
        self._client = client
        self._directory = directory

    async def pages(
        self, team: AsanaTeam, marks: Marks | None, closed_since: datetime, since: datetime | None, *, ids_only: bool
    ) -> AsyncIterator[list[Ticket]]:
        """Pages of the team's tasks; the section that counts is the one in the team's project.

        Args:
            team: whose tasks.
            marks: what makes further tasks theirs.
            closed_since: tasks completed before are left out.
            since: only tasks that changed since then.
            ids_only: name them, nothing more.
        """
        fields = mapping.FIELDS
        if ids_only:
            fields = f"{mapping.REF_FIELDS},{mapping.MARK_FIELDS}" if marks else mapping.REF_FIELDS
        options = {"completed_since": moment(closed_since), "opt_fields": fields}
        read = _reading(team, marks, ids_only=ids_only)
        whole = {"project": team.project} | ({"modified_since": moment(since)} if since else {})

        async def fetch(reader: Reader) -> Page:
            return await self._client.tasks_page("changed", {**options, **reader.options}, reader.offset, read)

        lists = [] if since else await self._sections_of_scope(team, marks)
        plan = Lists(lists or [whole])
        if not lists and not since and self._client.readers > 1:
            (first,) = plan.start(1)
            brought, sections = await self._first(fetch(first), team, ids_only=ids_only)
            found = plan.took(first, brought)
            if 1 < len(sections) <= MOST_SECTIONS:
                plan = Lists(sections)  # from the beginning: which tasks of which section came is not known
            elif found:
                yield found
        async for page in side_by_side(plan, fetch, self._client.readers):
            if page:
                yield page

    async def _first(
        self, page: Awaitable[Page], team: AsanaTeam, *, ids_only: bool
    ) -> tuple[Page, list[dict[str, str]]]:
        """The first page of the project, and its sections if there are more.

        Whoever wants whole tasks does not wait for one to be told that the other is needed; what is looked at every
        hour, and seldom is more than a page, takes no call that it does not need.
        """
        if ids_only:
            found = await page
            return found, [] if found[1] is None else await self._sections(team)
        one, sections = await asyncio.gather(page, self._sections(team), return_exceptions=True)
        if isinstance(one, BaseException):
            raise one
        if one[1] is None:
            return one, []
        if isinstance(sections, BaseException):
            raise sections
        return one, sections

    async def _sections(self, team: AsanaTeam) -> list[dict[str, str]]:
        """All sections as they are now: one that was made lately must not be missed."""
        pages = self._client.sections("changed", team.project)
        return [{"section": str(section["gid"])} async for page in pages for section in page]

    async def _sections_of_scope(self, team: AsanaTeam, marks: Marks | None) -> list[dict[str, str]]:
        """The sections that the scope names, if nothing else is wanted."""
        if marks is not None or not team.scope.sections:
            return []
        try:
            gids = [await self._directory.section("changed", team.project, name) for name in team.scope.sections]
        except Misconfigured:
            return []
        return [{"section": gid} for gid in dict.fromkeys(gids)]


def _reading(team: AsanaTeam, marks: Marks | None, *, ids_only: bool) -> Read:
    """What is made of a page of tasks."""

    def ticket(task: Task) -> Ticket | None:
        meant = _is_meant(task, team, marks)
        if ids_only:
            meant = meant or (marks is not None and mapping.is_ours(task, team.request_field))
            return mapping.only_ref(task) if meant else None
        if not meant and marks is None:
            return None
        made = mapping.ticket(task, team.project, team.request_field, team.estimate_field)
        return made if meant or made.request_id is not None else None

    return lambda tasks: [made for task in tasks if (made := ticket(task)) is not None]


def _is_meant(task: Task, team: AsanaTeam, marks: Marks | None) -> bool:
    """What `Scope` says, apart from what the bot made; tags and sections in it are Asana's."""
    if marks is not None and mapping.has_mark(task, marks):
        return True
    own = team.scope
    has_scope = bool(own.tags or own.sections)
    return (has_scope or marks is None) and mapping.in_scope(task, team.project, own.tags, own.sections)


def moment(when: datetime) -> str:
    """A time as Asana takes it."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
