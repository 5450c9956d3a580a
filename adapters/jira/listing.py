"""The issues of a team, page by page: what changed since a time, or all of them from several places at once."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from adapters.base import Distant, Marks, Scope, Ticket
from adapters.errors import Misconfigured, Rejected
from adapters.jira.client import IDS_PAGE, JiraClient, Query
from adapters.jira.jql import in_scope, not_distant
from adapters.jira.mapping import FIELDS, estimate_ids, is_marked, only_ref, read_issue, special_ids
from adapters.jira.metadata import Metadata
from adapters.jira.ranges import Page, Ranges, Unsorted
from adapters.jira.settings import NAME, JiraTeam
from adapters.jira.stretches import Reader
from adapters.side_by_side import side_by_side

BY_ID = " ORDER BY id ASC"
FIX_SCOPE = "Check `project` and `scope` under trackers: jira: in devrequest.yaml: try the scope in Jira's own search."
Pages = AsyncIterator[list[Ticket]]
Read = Callable[[dict[str, Any]], Ticket]


class Listing:
    """Reads a site's issues in bulk."""

    def __init__(self, client: JiraClient, metadata: Metadata, site: str) -> None:
        """Nothing is read yet."""
        self._client = client
        self._metadata = metadata
        self._site = site
        self._doubted: set[tuple[str, Marks]] = set()

    async def pages(
        self, team: JiraTeam, scope: Scope, since: datetime | None, *, ids_only: bool, without: Distant | None = None
    ) -> Pages:
        """Pages of the team's issues.

        Without those that are distant, if Jira takes that query: a site may hide one of its fields, or switch links
        off. Then with them.

        Raises:
            Misconfigured: Jira refuses the query. It is the operator's: all user text in it is quoted.
        """
        known = replace(scope, marks=await self._known(team, scope.marks))
        try:
            async for page in self._tried(team, known, since, ids_only=ids_only, without=without):
                yield page
        except Rejected as error:
            if without is None:
                self._doubt(team, scope.marks, error)
        else:
            return
        async for page in self.pages(team, scope, since, ids_only=ids_only):
            yield page

    def _doubt(self, team: JiraTeam, marks: Marks | None, error: Rejected) -> None:
        """Jira has refused a query; if it has issue types that the project may not have, it is worth another one.

        Raises:
            Misconfigured: it is not.
        """
        if marks is None or not marks.issue_types or (team.project, marks) in self._doubted:
            raise Misconfigured(NAME, "changed", error.reason, error.status, FIX_SCOPE) from error
        self._doubted.add((team.project, marks))
        self._metadata.forget(team.project)  # one that was renamed is remembered under its old name

    async def _known(self, team: JiraTeam, marks: Marks | None) -> Marks | None:
        """The marks, without issue types that the project does not have once Jira has refused a query with them."""
        if marks is None or (team.project, marks) not in self._doubted:
            return marks
        types = await self._metadata.issue_types("changed", team.project)
        known = {str(entry.get("name")).casefold() for entry in types}
        return replace(marks, issue_types=tuple(name for name in marks.issue_types if name.casefold() in known))

    async def _tried(
        self, team: JiraTeam, scope: Scope, since: datetime | None, *, ids_only: bool, without: Distant | None
    ) -> Pages:
        zone = UTC if since is None else await self._metadata.zone("changed")
        jql = in_scope(team, since, zone, scope.marks)
        if ids_only:
            query = Query(jql + BY_ID, ("key",), IDS_PAGE)
            async for page in self._client.search("changed", query, lambda issue: only_ref(issue, self._site), "bulk"):
                yield page
            return
        if without is not None:
            jql += f" AND {await self._near(team, without)}"
        marks = scope.marks
        read, fields = await self._reading((*team.fields, *scope.fields), team.estimate_field)
        wanted = marks if marks is not None and not team.scope.strip() else None
        async for page in self._whole(jql, fields, read, one_by_one=since is not None):
            yield [
                ticket
                for ticket in page
                if (since is None or ticket.updated >= since) and (wanted is None or is_marked(ticket, wanted))
            ]

    async def _near(self, team: JiraTeam, without: Distant) -> str:
        """All but distant issues, with the fields of this site."""
        catalogue = await self._metadata.catalogue("changed")
        estimates = estimate_ids(team.estimate_field, catalogue)
        return not_distant(
            without,
            flags=special_ids(catalogue, "flagged"),
            estimates=special_ids(catalogue, "estimate") if estimates is None else estimates,
            fields=self._metadata.named(without.fields, catalogue),
        )

    async def _reading(self, named: Sequence[str], estimate_field: str) -> tuple[Read, Sequence[str]]:
        """How to read an issue, and which fields that takes."""
        catalogue = await self._metadata.catalogue("changed")
        estimates = estimate_ids(estimate_field, catalogue)
        fields = [*FIELDS, *special_ids(catalogue), *(estimates or ()), *self._metadata.named(named, catalogue)]
        read = partial(read_issue, site=self._site, catalogue=catalogue, estimates=estimates)
        return read, list(dict.fromkeys(fields))

    async def _whole(self, jql: str, fields: Sequence[str], read: Read, *, one_by_one: bool) -> Pages:
        """All issues of a query; from several places at once unless that is not worth it, or not possible."""

        async def fetch(reader: Reader) -> Page:
            query = Query(jql + reader.order, fields)
            return Page(*await self._client.page("changed", query, read, reader.token, "bulk"))

        width = 1 if one_by_one else self._client.readers
        if width > 1:
            try:
                async for found in side_by_side(Ranges(width), fetch, width):
                    yield found
            except Unsorted:  # then everything again, in whatever order it comes
                pass
            else:
                return
        async for page in self._client.search("changed", Query(jql + BY_ID, fields), read, "bulk"):
            yield page
