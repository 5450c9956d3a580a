"""Asana as a tracker: every method of the port."""

import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast
from urllib.parse import quote

from adapters.asana import mapping, privacy
from adapters.asana.blockers import Blockers
from adapters.asana.checks import findings
from adapters.asana.client import AsanaClient
from adapters.asana.directory import Directory
from adapters.asana.document import render_comment
from adapters.asana.failures import understood
from adapters.asana.fields import TRACKER
from adapters.asana.listing import Listing, moment
from adapters.asana.privacy import Privacy
from adapters.asana.settings import AsanaEnvironment, AsanaTeam, team_of, template_of
from adapters.asana.writing import Writing
from adapters.base import (
    Attachment,
    Capabilities,
    Check,
    Comment,
    Creation,
    Distant,
    File,
    Finding,
    Person,
    Scope,
    Ticket,
    TicketChange,
    TicketDraft,
    TicketRef,
)
from adapters.document import Document, document
from adapters.errors import Rejected, TrackerError

ATTACHMENT_FIELDS = "name,size"
WINDOWS = (timedelta(hours=2), timedelta(days=2), timedelta(days=35))
"""How far `find` looks back, step by step: most requests are looked up right after they were sent."""
BELIEVED = 3600.0
"""Seconds for which a request that was not found is looked for among new tasks only."""
CLOSED_FOR = timedelta(days=30)
"""How long a completed task still counts as recently closed."""
LARGEST_FILE = 100 * 1024 * 1024
IN_MEMORY = 1024 * 1024


class AsanaTracker:
    """Tickets are tasks of Asana. See `docs/trackers/asana.md` for its limits."""

    name = TRACKER

    def __init__(self, environment: AsanaEnvironment, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)):
        """A tracker on one token. Nothing is sent before it is used.

        Args:
            environment: token and addresses.
            clock: the present, in UTC.
        """
        self.capabilities = Capabilities(
            lookup_lag=environment.lookup_lag,
            sets_reporter=False,
            native_links=False,
            tells_addresses=False,
            votes=True,
            issue_types=False,
            sections=True,
            rich_headings=2,
            title_limit=mapping.TITLE_LIMIT,
            body_limit=mapping.TEXT_LIMIT,
        )
        self._clock = clock
        self._client = AsanaClient(environment)
        self._directory = Directory(self._client, environment)
        self._writing = Writing(self._client, self._directory)
        self._listing = Listing(self._client, self._directory)
        self._blockers = Blockers(self._client)
        self._privacy = Privacy(self._client)
        self._missed: dict[str | None, float] = {}
        self._names: dict[str, tuple[str, str]] = {}

    async def check(self, what: Check) -> list[Finding]:
        """Compare settings with the live workspace."""
        return await findings(self._client, self._directory, what)

    async def create(self, draft: TicketDraft) -> Creation:
        """Make a task: one request, one more if it goes to another section than the first, one for dependencies."""
        team, template = team_of("create", draft.team), template_of("create", draft.template)
        self._works_in(template.project or team.project, team)
        return await self._writing.create(draft, team, template)

    async def get(self, ref: TicketRef, *, team: Mapping[str, Any] | None = None) -> Ticket:
        """Read a task."""
        asked = team_of("get", team) if team else None
        own = self._works_in(asked.project, asked) if asked else ()
        task = await self._client.task("get", ref.id, f"{mapping.FIELDS},{privacy.FIELDS}")
        with understood("get"):
            project = mapping.project_of(task, self._names)
            ticket = mapping.ticket(task, project, *self._names.get(project, own))
        ticket = await self._blockers.asked("get", ticket)
        for someone in (ticket.assignee, ticket.reporter):
            if someone is not None and someone.id is not None:
                with suppress(TrackerError):  # the ticket is worth more than an e-mail address
                    await self._directory.person("get", someone.id)
        restricted = await self._privacy.is_restricted("get", task)
        return replace(self._with_people(ticket), restricted=restricted)

    async def find(self, request_ids: Sequence[str], scope: Scope) -> list[Ticket]:
        """The tasks of these requests in the scope's project, oldest first, if they changed in the last 35 days."""
        team, wanted = team_of("find", scope.team), set(request_ids)
        found: dict[str, Ticket] = {}
        now = time.monotonic()
        self._missed = {one: when for one, when in self._missed.items() if now - when < BELIEVED}
        windows = WINDOWS[:1] if wanted <= set(self._missed) else WINDOWS
        for window in windows if wanted else ():
            since = moment(self._clock() - window)
            options = {"project": team.project, "modified_since": since, "opt_fields": mapping.FIELDS}
            async for page in self._client.tasks("find", options):
                tickets = self._tickets("find", (task for task in page if mapping.may_be_of(task, wanted)), team)
                found |= {ticket.ref.id: ticket for ticket in tickets if ticket.request_id in wanted}
            if wanted <= {ticket.request_id for ticket in found.values()}:
                break
        self._missed |= dict.fromkeys(wanted - {ticket.request_id for ticket in found.values()}, now)
        return sorted(found.values(), key=lambda ticket: ticket.created)

    async def changed(
        self,
        scope: Scope,
        since: datetime | None = None,
        *,
        ids_only: bool = False,
        without: Distant | None = None,  # noqa: ARG002 - its lists know neither dates nor tags
    ) -> AsyncIterator[list[Ticket]]:
        """Pages of the project's tasks that are open or were completed in the last 30 days."""
        team = team_of("changed", scope.team)
        self._works_in(team.project, team)
        closed_since = self._clock() - CLOSED_FOR
        async for page in self._listing.pages(team, scope.marks, closed_since, since, ids_only=ids_only):
            yield [self._blockers.remembered(self._with_people(ticket)) for ticket in page]

    async def update(self, ref: TicketRef, change: TicketChange) -> None:
        """Change a task: one request to read its text unless we have just made it, one to write what is new."""
        team = team_of("update", change.team) if change.team else None
        if team is not None:
            self._works_in(team.project, team)
        await self._writing.update(ref, change, team, template_of("update", change.template))

    async def comment(self, ref: TicketRef, body: Document) -> Comment:
        """Comment on a task. Everybody who sees the task sees it."""
        html = render_comment(document(*body.blocks))
        story = await self._client.create_story("comment", ref.id, html, mapping.STORY_FIELDS)
        with understood("comment", writes=True):
            return mapping.comment(story)

    async def comments(self, ref: TicketRef, since: datetime | None = None) -> list[Comment]:
        """Comments, oldest first."""
        pages = self._client.stories("comments", ref.id, mapping.STORY_FIELDS)
        stories = [story async for page in pages for story in page]
        with understood("comments"):
            listed = [mapping.comment(story) for story in stories if story.get("type") == "comment"]
        found = [comment for comment in listed if since is None or comment.created >= since]
        if found and await self._privacy.of_task("comments", ref.id):
            found = [replace(comment, public=False) for comment in found]
        return found

    async def attach(self, ref: TicketRef, file: File, *, may_exist: bool = False) -> Attachment:
        """Attach a file of up to 100 MB."""
        if file.size > LARGEST_FILE:
            reason = "the file is larger than 100 MB, which is all that Asana takes"
            raise Rejected(TRACKER, "attach", reason, None, {"File": reason})
        if may_exist:
            async for page in self._client.attachments("attach", ref.id, ATTACHMENT_FIELDS):
                for entry in page:
                    if entry.get("name") in {file.name, quote(file.name)} and entry.get("size") == file.size:
                        return _attachment(entry, file)
        from adapters.asana.sdk import FileToSend

        with SpooledTemporaryFile(IN_MEMORY) as kept:
            async for chunk in file.content:
                await self._client.in_thread(lambda: kept.write(chunk))  # noqa: B023  # done before the next turn
            size = kept.tell()
            kept.seek(0)
            to_send = FileToSend(file.name, file.content_type, size, cast("IO[bytes]", kept))
            return _attachment(await self._client.upload("attach", ref.id, to_send, ATTACHMENT_FIELDS), file)

    async def people(self, query: str, scope: Scope) -> list[Person]:
        """People of the workspace."""
        project = scope.team.get("project")
        return await self._directory.people("people", query, str(project) if project else None)

    async def options(self, field_name: str, scope: Scope) -> list[str]:
        """The enabled options of a custom field."""
        field = await self._directory.field("options", team_of("options", scope.team).project, field_name)
        return list(field.options)

    async def close(self) -> None:
        """Let go of threads and connections."""
        await self._client.close()

    def _tickets(self, operation: str, tasks: Iterable[Mapping[str, Any]], team: AsanaTeam) -> list[Ticket]:
        names = self._works_in(team.project, team)
        with understood(operation):
            return [self._with_people(mapping.ticket(task, team.project, *names)) for task in tasks]

    def _works_in(self, project: str, team: AsanaTeam) -> tuple[str, str]:
        """Note that a team works in a project, and what its fields for request and estimate are called there."""
        self._privacy.is_ours(project)
        self._names[project] = names = (team.request_field, team.estimate_field)
        return names

    def _with_people(self, ticket: Ticket) -> Ticket:
        assignee, reporter = self._directory.known(ticket.assignee), self._directory.known(ticket.reporter)
        if assignee is ticket.assignee and reporter is ticket.reporter:  # nearly always: few were looked up
            return ticket
        return replace(ticket, assignee=assignee, reporter=reporter)


def _attachment(entry: Mapping[str, Any], file: File) -> Attachment:
    return Attachment(str(entry.get("gid", "")), file.name, entry.get("size"))
