"""Jira Cloud as a tracker: every method of the port."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from adapters.base import (
    Attachment,
    Capabilities,
    Check,
    Comment,
    Creation,
    Distant,
    File,
    Finding,
    Link,
    Person,
    Scope,
    Ticket,
    TicketChange,
    TicketDraft,
    TicketRef,
)
from adapters.document import Document, document
from adapters.errors import Misconfigured, NotFound, Rejected, TrackerError
from adapters.jira.checks import findings
from adapters.jira.client import PAGE, JiraClient, Query, path_part
from adapters.jira.document import to_adf
from adapters.jira.edits import Editor
from adapters.jira.jql import with_labels
from adapters.jira.links import issue_link, link_entry
from adapters.jira.listing import Listing
from adapters.jira.mapping import (
    FIELDS,
    Screen,
    estimate_ids,
    file_name,
    read_comment,
    read_issue,
    request_label,
    special_ids,
    ticket_ref,
)
from adapters.jira.metadata import Metadata, no_project
from adapters.jira.payload import Payload, create_payload
from adapters.jira.refusals import is_closed, of_operators, rejection, reporter_note, without_refused
from adapters.jira.settings import NAME, JiraEnvironment, JiraTeam, JiraTemplate, team_of, template_of
from adapters.jira.steps import move
from adapters.jira.ticket_text import BODY_LIMIT, TITLE_LIMIT

EVERYTHING = ("*all", "-comment", "-worklog", "-attachment")
FIND_AT_ONCE = 50
"""Labels that one search asks for."""
FIX_SEARCH = "Check that the bot's Jira account may search: `devrequest doctor` says which permissions are missing."


class JiraTracker:
    """Tickets are issues of Jira Cloud. See `docs/trackers/jira.md` for its limits."""

    name = NAME

    def __init__(self, environment: JiraEnvironment) -> None:
        """A tracker on one account. Nothing is sent before it is used."""
        self.capabilities = Capabilities(
            lookup_lag=environment.lookup_lag,
            sets_reporter=True,
            native_links=True,
            tells_addresses=True,
            votes=True,
            issue_types=True,
            sections=False,
            rich_headings=6,
            title_limit=TITLE_LIMIT,
            body_limit=BODY_LIMIT,
        )
        self._site = environment.site
        self._client = JiraClient(environment)
        self._metadata = Metadata(self._client)
        self._listing = Listing(self._client, self._metadata, self._site)

    async def check(self, what: Check) -> list[Finding]:
        """Compare settings with the live site."""
        return await findings(self._client, self._metadata, self._site, what)

    async def create(self, draft: TicketDraft) -> Creation:
        """Make an issue: one request, and one for each link."""
        team, template = team_of("create", draft.team), template_of("create", draft.template)
        try:
            made, payload = await self._post(draft, team, template)
        except (Rejected, Misconfigured):
            wanted = await self._metadata.meant_type("create", team, template, draft.issue_type)
            if not await self._metadata.was_outdated("create", template.project or team.project, wanted):
                raise
            made, payload = await self._post(draft, team, template)
        ref = ticket_ref(made, self._site)
        notes = list(payload.notes)
        for link in draft.links:
            try:
                await self._link("create", ref, link)
            except TrackerError:
                notes.append(f"The link to {link.title or link.url} could not be added to the ticket.")
        return Creation(ref, tuple(notes), payload.overflow)

    async def get(self, ref: TicketRef, *, team: Mapping[str, Any] | None = None) -> Ticket:
        """Read one issue with its links."""
        catalogue = await self._metadata.catalogue("get")
        issue = await self._client.issue("get", ref.id, EVERYTHING)
        remote = await self._client.read_list("get", f"issue/{path_part(ref.id)}/remotelink")
        estimates = estimate_ids(team_of("get", team).estimate_field, catalogue) if team else None
        return read_issue(issue, self._site, catalogue, remote, estimates)

    async def find(self, request_ids: Sequence[str], scope: Scope) -> list[Ticket]:
        """The issues with the labels of these requests, in whatever project a template put them."""
        labels = list(dict.fromkeys(map(request_label, request_ids)))
        catalogue = await self._metadata.catalogue("find") if labels else {}
        estimates = estimate_ids(team_of("find", scope.team).estimate_field, catalogue)
        fields = list(dict.fromkeys([*FIELDS, *special_ids(catalogue), *(estimates or ())]))
        read = partial(read_issue, site=self._site, catalogue=catalogue, estimates=estimates)
        found: list[Ticket] = []
        for start in range(0, len(labels), FIND_AT_ONCE):
            query = Query(with_labels(labels[start : start + FIND_AT_ONCE]), fields)
            try:
                async for page in self._client.search("find", query, read):
                    found += page
            except Rejected as error:  # all user text in it is quoted, so it is not the person's to mend
                raise Misconfigured(NAME, "find", error.reason, error.status, FIX_SEARCH) from error
        return [ticket for ticket in found if ticket.request_id and request_label(ticket.request_id) in labels]

    async def changed(
        self,
        scope: Scope,
        since: datetime | None = None,
        *,
        ids_only: bool = False,
        without: Distant | None = None,
    ) -> AsyncIterator[list[Ticket]]:
        """Pages of issues; Jira compares times to the minute, we to the second."""
        team = team_of("changed", scope.team)
        async for page in self._listing.pages(team, scope, since, ids_only=ids_only, without=without):
            yield page

    async def update(self, ref: TicketRef, change: TicketChange) -> None:
        """Change an issue: one request for its fields, one for its status, one for each link."""
        editor = Editor(self._client, self._metadata)
        await editor.edit(ref, change)
        if change.state is not None:
            await move(self._client, ref, change.state)
        for link in change.links:
            await self._link("update", ref, link)

    async def comment(self, ref: TicketRef, body: Document) -> Comment:
        """Add a comment that everybody who sees the issue can read."""
        return read_comment(await self._client.comment(ref.id, to_adf(document(*body.blocks))))

    async def comments(self, ref: TicketRef, since: datetime | None = None) -> list[Comment]:
        """Comments, oldest first."""
        path = f"issue/{path_part(ref.id)}/comment"
        entries = await self._client.listed("comments", path, "comments", maxResults=PAGE, orderBy="created")
        found = sorted(map(read_comment, entries), key=lambda comment: comment.created)
        return [comment for comment in found if since is None or comment.created >= since]

    async def attach(self, ref: TicketRef, file: File, *, may_exist: bool = False) -> Attachment:
        """Attach a file; characters that a file name cannot have on its way are replaced."""
        file = replace(file, name=file_name(file.name))
        if may_exist:
            issue = await self._client.issue("attach", ref.id, ["attachment"])
            for entry in (issue.get("fields") or {}).get("attachment") or ():
                if (entry.get("filename"), entry.get("size")) == (file.name, file.size):
                    return Attachment(str(entry.get("id")), file.name, file.size)
        made = await self._client.attach(ref.id, file)
        return Attachment(str(made.get("id")), str(made.get("filename") or file.name), made.get("size"))

    async def people(self, query: str, scope: Scope) -> list[Person]:
        """People who can be assigned in the scope's project; in the whole site without one."""
        return await self._metadata.people(query, str(scope.team.get("project") or ""))

    async def options(self, field_name: str, scope: Scope) -> list[str]:
        """The options of a field on the create screens of the scope's project."""
        team = team_of("options", scope.team)
        return await self._metadata.options(field_name, team)

    async def close(self) -> None:
        """Let go of connections and threads."""
        await self._client.close()

    async def _post(
        self, draft: TicketDraft, team: JiraTeam, template: JiraTemplate
    ) -> tuple[Mapping[str, Any], Payload]:
        """Make the issue; again without the fields that Jira refuses though they could be left out, until none is."""
        project = template.project or team.project
        wanted = await self._metadata.meant_type("create", team, template, draft.issue_type)
        screen = await self._metadata.screen("create", project, wanted)
        people = await self._metadata.accounts("create", _named(draft, template))
        left_out: dict[str, str] = {}
        if self._metadata.reporter_refused(project) and draft.reporter:
            left_out["reporter"] = reporter_note(draft.reporter)
        while True:  # Jira looks at screens first, then at people: each round leaves out more, or is the last
            payload = create_payload(draft, team, template, screen, people, left_out)
            try:
                return await self._client.create(payload.fields), payload
            except NotFound as error:
                raise no_project("create", project, error.status) from error
            except Rejected as error:
                notes = self._without(error, draft, project, without_refused(error, screen, draft, payload.sources))
                more = {identity: note for identity, note in notes.items() if identity in payload.fields}
                if not more:
                    raise _told(error, screen, draft, payload) from error
                left_out |= more

    def _without(self, error: Rejected, draft: TicketDraft, project: str, notes: dict[str, str]) -> dict[str, str]:
        """The fields to leave out; what was refused for good is remembered."""
        if {"project", "issuetype"} & error.fields.keys():
            raise no_project("create", project, error.status, error.reason) from error
        if draft.reporter and is_closed("reporter", error.fields.get("reporter", "")):
            self._metadata.note_reporter_refused(project)
        return notes

    async def _link(self, operation: str, ref: TicketRef, link: Link) -> None:
        if link.relation in {"web", "slack"}:
            path = f"issue/{path_part(ref.id)}/remotelink"
            await self._client.write(operation, "POST", path, link_entry(link))
        else:
            await self._client.write(operation, "POST", "issueLink", issue_link(ref, link))


def _told(error: Rejected, screen: Screen, draft: TicketDraft, payload: Payload) -> TrackerError:
    """A refusal in words for whoever can mend it."""
    return of_operators(error, screen, draft, payload.sources) or rejection(error, screen, payload.sources)


def _named(draft: TicketDraft, template: JiraTemplate) -> Iterator[Person]:
    """Everybody whose account a new issue needs."""
    yield from (person for person in (draft.reporter, draft.assignee) if person)
    for source in template.fields:
        value = draft.values.get(source)
        yield from (item for item in (value if isinstance(value, tuple) else (value,)) if isinstance(item, Person))
