"""Asana as a tracker: every method of the port."""

import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast
from urllib.parse import quote

from adapters.asana import mapping, notes, privacy
from adapters.asana.checks import findings
from adapters.asana.client import AsanaClient
from adapters.asana.directory import Directory
from adapters.asana.document import render_comment
from adapters.asana.failures import understood, with_source
from adapters.asana.fields import TRACKER
from adapters.asana.listing import Listing, moment
from adapters.asana.markup import BrokenXml
from adapters.asana.privacy import Privacy
from adapters.asana.resolver import Resolver, Values
from adapters.asana.settings import AsanaEnvironment, AsanaTeam, AsanaTemplate, team_of, template_of
from adapters.base import (
    Attachment,
    Capabilities,
    Check,
    Comment,
    Creation,
    File,
    Finding,
    Link,
    Person,
    Scope,
    Section,
    Ticket,
    TicketChange,
    TicketDraft,
    TicketRef,
)
from adapters.document import Document, document
from adapters.errors import Ambiguous, Misconfigured, NotFound, NotSent, Rejected, TrackerError, Unsupported
from adapters.sections import TooLong, fit, with_full_title

CREATED_FIELDS = "permalink_url,html_notes,memberships.project,memberships.section.name"
ATTACHMENT_FIELDS = "name,size"
WINDOWS = (timedelta(hours=2), timedelta(days=2), timedelta(days=35))
"""How far `find` looks back, step by step: most requests are looked up right after they were sent."""
BELIEVED = 3600.0
"""Seconds for which a request that was not found is looked for among new tasks only."""
CLOSED_FOR = timedelta(days=30)
"""How long a completed task still counts as recently closed."""
FRESH = 60.0
"""Seconds for which the text of a task that we made is known without reading it."""
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
        self._resolver = Resolver(self._directory)
        self._listing = Listing(self._client, self._directory)
        self._privacy = Privacy(self._client)
        self._fresh: dict[str, tuple[float, str]] = {}
        self._missed: dict[str | None, float] = {}
        self._names: dict[str, tuple[str, str]] = {}

    async def check(self, what: Check) -> list[Finding]:
        """Compare settings with the live workspace."""
        return await findings(self._client, self._directory, what)

    async def create(self, draft: TicketDraft) -> Creation:
        """Make a task: one request, one more if it goes to another section than the first, one for dependencies."""
        team, template = team_of("create", draft.team), template_of("create", draft.template)
        project = template.project or team.project
        self._works_in(project, team)
        title, sections, overflow = _fitting(draft)
        try:
            section, place, values, told = await self._resolver.prepared(draft, team, template)
        except (Ambiguous, NotFound) as error:
            raise NotSent(TRACKER, "create", error.reason, error.status) from error
        data = {**mapping.task_data(draft, title, sections, place), **values.data}
        data, too_early = mapping.with_possible_start(data)
        data |= {name: value for name, value in template.extra.items() if name != "custom_fields"}
        if custom := {**values.custom, **template.extra.get("custom_fields", {})}:
            data["custom_fields"] = custom
        task, refused = await self._made(draft, data, values)
        with understood("create", writes=True):
            ref = mapping.ref_of(task)
            self._remember(task)
        problems = await self._finished(ref, task, project, section, draft.links)
        return Creation(ref, (*told, *refused, *values.notes, *too_early, *problems), overflow)

    async def get(self, ref: TicketRef, *, team: Mapping[str, Any] | None = None) -> Ticket:
        """Read a task."""
        asked = team_of("get", team) if team else None
        own = self._works_in(asked.project, asked) if asked else ()
        task = await self._client.task("get", ref.id, f"{mapping.FIELDS},{privacy.FIELDS}")
        with understood("get"):
            project = mapping.project_of(task, self._names)
            ticket = mapping.ticket(task, project, *self._names.get(project, own))
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
                tickets = self._tickets("find", page, team)
                found |= {ticket.ref.id: ticket for ticket in tickets if ticket.request_id in wanted}
            if wanted <= {ticket.request_id for ticket in found.values()}:
                break
        self._missed |= dict.fromkeys(wanted - {ticket.request_id for ticket in found.values()}, now)
        return sorted(found.values(), key=lambda ticket: ticket.created)

    async def changed(
        self, scope: Scope, since: datetime | None = None, *, ids_only: bool = False
    ) -> AsyncIterator[list[Ticket]]:
        """Pages of the project's tasks that are open or were completed in the last 30 days."""
        team = team_of("changed", scope.team)
        self._works_in(team.project, team)
        closed_since = self._clock() - CLOSED_FOR
        async for page in self._listing.pages(team, scope.marks, closed_since, since, ids_only=ids_only):
            yield [self._with_people(ticket) for ticket in page]

    async def update(self, ref: TicketRef, change: TicketChange) -> None:
        """Change a task: one request to read its text unless we have just made it, one to write what is new."""
        team = team_of("update", change.team) if change.team else None
        template = template_of("update", change.template)
        if team is not None:
            self._works_in(team.project, team)
        data: dict[str, Any] = {}
        texts = [link for link in change.links if mapping.dependency_of(link) is None]
        if change.sections or texts:
            data["html_notes"] = await self._changed_text(ref, change, texts)
        if change.assignee is not None:
            (someone,), _ = await self._resolver.assigned("update", change.assignee, must=True)
            data["assignee"] = someone.id
        if change.due is not None:
            data["due_on"] = change.due.isoformat()
        values = await self._resolver.values("update", change.values, team, template)
        data |= values.data
        if values.custom:
            data["custom_fields"] = dict(values.custom)
        if change.state is not None:
            data |= await self._moved(ref, change.state, team)
        await self._link("update", ref, change.links)
        if change.labels or change.labels_gone:
            await self._label(ref, change, team, template)
        if not data:
            return
        try:
            await self._client.update_task("update", ref.id, data, "name")
        except Rejected as error:
            raise with_source(error, values.names, values.sources) from error

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

    # --- creating ---

    async def _made(
        self, draft: TicketDraft, data: dict[str, Any], values: Values
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        """The new task; without its assignee, and a note, if Asana does not let that person have it."""
        try:
            return await self._client.create_task("create", data, CREATED_FIELDS), ()
        except Rejected as error:
            self._directory.forget()
            if "assignee" not in data or "Assignee" not in error.fields or draft.assignee is None:
                raise with_source(error, values.names, values.sources) from error
        except Misconfigured:
            self._directory.forget()
            raise
        rest = {name: value for name, value in data.items() if name != "assignee"}
        note = f"{draft.assignee.name} cannot be assigned in this project, so nobody is assigned."
        return (await self._made(draft, rest, values))[0], (note,)

    async def _finished(
        self, ref: TicketRef, task: Mapping[str, Any], project: str, section: str | None, links: Sequence[Link]
    ) -> list[str]:
        """What can only be done once the task exists, and a note for what failed: the ticket stands in any case."""
        problems = []
        if section is not None and not mapping.is_in_section(task, project, section):
            try:
                await self._client.move_task("create", ref.id, section)
            except TrackerError:
                problems.append("The ticket could not be moved to its section; it is in the project's first one.")
        try:
            await self._link("create", ref, links)
        except TrackerError:
            problems.append("The links to other tickets could not be set.")
        return problems

    # --- changing ---

    async def _changed_text(self, ref: TicketRef, change: TicketChange, links: Sequence[Link]) -> str:
        until, text = self._fresh.pop(ref.id, (0.0, ""))
        if change.sections or time.monotonic() >= until:  # who changes a section has seen what stands there now
            text = (await self._client.task("update", ref.id, "html_notes")).get("html_notes") or ""
        try:
            changed = notes.change(text, change.sections, links)
        except BrokenXml as error:
            raise Unsupported(TRACKER, "update", f"the ticket's text cannot be read: {error}") from error
        if len(changed) > mapping.TEXT_LIMIT:
            reason = f"the text is too long, Asana takes {mapping.TEXT_LIMIT} characters"
            raise Rejected(TRACKER, "update", reason, None, {"Description": reason})
        return changed

    async def _moved(self, ref: TicketRef, state: str, team: AsanaTeam | None) -> dict[str, Any]:
        """Move the task to the section that a state means; what is left to write is whether it is completed."""
        wanted = state.strip().casefold()
        if wanted in {"done", "todo"}:
            return {"completed": wanted == "done"}
        if team is None:
            raise Misconfigured(
                TRACKER, "update", "sections are known by project only", fix="Pass the team's settings with the change."
            )
        sections = await self._directory.sections("update", team.project)
        if wanted == "in_progress":
            gid = next((gid for name, gid in sections.items() if mapping.is_in_progress(name)), None)
            if gid is None:
                reason = "the project has no section named “In progress” or “Doing”"
                raise Misconfigured(TRACKER, "update", reason, fix="Add such a section to the project in Asana.")
        else:
            gid = await self._directory.section("update", team.project, state)
        await self._client.move_task("update", ref.id, gid)
        return {"completed": False}

    async def _link(self, operation: str, ref: TicketRef, links: Iterable[Link]) -> None:
        ours = [(link.relation, gid) for link in links if (gid := mapping.dependency_of(link)) is not None]
        if blocked_by := [gid for relation, gid in ours if relation == "blocked_by"]:
            await self._client.add_dependencies(operation, ref.id, blocked_by)
        if blocks := [gid for relation, gid in ours if relation == "blocks"]:
            await self._client.add_dependents(operation, ref.id, blocks)

    async def _label(
        self, ref: TicketRef, change: TicketChange, team: AsanaTeam | None, template: AsanaTemplate
    ) -> None:
        labels, gone = await self._resolver.tags("update", change, team, template)
        for tag in gone:
            await self._client.remove_tag("update", ref.id, tag)
        for tag in labels:
            await self._client.add_tag("update", ref.id, tag)

    # --- reading ---

    def _remember(self, task: Mapping[str, Any]) -> None:
        now = time.monotonic()
        self._fresh = {gid: kept for gid, kept in self._fresh.items() if kept[0] > now}
        if text := task.get("html_notes"):
            self._fresh[str(task["gid"])] = (now + FRESH, text)

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
        known = self._directory.known
        return replace(ticket, assignee=known(ticket.assignee), reporter=known(ticket.reporter))


def _fitting(draft: TicketDraft) -> tuple[str, tuple[Section, ...], str | None]:
    title, whole = with_full_title(draft.title, draft.sections, mapping.TITLE_LIMIT)

    def size(sections: Sequence[Section]) -> int:
        return len(mapping.text_of_draft(draft, sections))

    try:
        sections, overflow = fit(whole, size, mapping.TEXT_LIMIT)
    except TooLong as error:
        raise Rejected(TRACKER, "create", str(error), None, {"Description": str(error)}) from error
    return title, sections, overflow


def _attachment(entry: Mapping[str, Any], file: File) -> Attachment:
    return Attachment(str(entry.get("gid", "")), file.name, entry.get("size"))
