"""Changes of an issue that exists: its fields and its text."""

from typing import Any

from adapters.base import Person, SectionChange, TicketChange, TicketRef, Value
from adapters.errors import Misconfigured, Rejected
from adapters.jira.client import JiraClient, path_part
from adapters.jira.mapping import Screen
from adapters.jira.metadata import Metadata
from adapters.jira.payload import Payload, put_values
from adapters.jira.refusals import refused_edit
from adapters.jira.settings import NAME, JiraTemplate, template_of
from adapters.jira.ticket_text import splice_fitting
from adapters.jira.values import label
from adapters.sections import TooLong


class Editor:
    """Writes one change."""

    def __init__(self, client: JiraClient, metadata: Metadata) -> None:
        self._client = client
        self._metadata = metadata

    async def edit(self, ref: TicketRef, change: TicketChange) -> None:
        """Write sections, values, labels, assignee and due date in one request; nothing if there is nothing to write.

        Raises:
            Rejected: a value that its field does not take, somebody without an account, a text that is too long.
        """
        labels = _label_steps(change)
        if not (change.sections or change.values or change.assignee or change.due or labels):
            return
        template = template_of("update", change.template)
        issue = await self._client.issue("update", ref.id, ["description", "project", "issuetype", "status"])
        fields = issue.get("fields") or {}
        screen = await self._screen(fields) if change.values and template.fields else Screen("", "", "", {})
        made = await self._payload(change, template, screen)
        if change.sections:
            made.fields["description"] = _new_text(fields.get("description"), change.sections)
        if not (made.fields or labels):
            return
        body = {"fields": made.fields} | ({"update": {"labels": labels}} if labels else {})
        try:
            await self._client.write("update", "PUT", f"issue/{path_part(ref.id)}", body)
        except Rejected as error:
            raise refused_edit(error, screen, made.sources, change, issue) from error

    async def _payload(self, change: TicketChange, template: JiraTemplate, screen: Screen) -> Payload:
        made = Payload()
        named = [value for value in change.values.values() if isinstance(value, Person)]
        named += [item for value in change.values.values() if isinstance(value, tuple) for item in _persons(value)]
        people = await self._metadata.accounts("update", [*named, *([change.assignee] if change.assignee else [])])
        put_values(made, change.values, template.fields, screen, people, "update")
        if change.due:
            made.fields["duedate"] = change.due.isoformat()
            made.sources |= _source("duedate", change.due, change)
        if change.assignee:
            account = people.get(change.assignee)
            if account is None or not account.id:
                reason = f"{change.assignee.name} has no account in Jira."
                raise Rejected(NAME, "update", "unknown assignee", None, {"Assignee": reason})
            made.fields["assignee"] = {"accountId": account.id}
            made.sources |= _source("assignee", change.assignee, change)
        return made

    async def _screen(self, fields: dict[str, Any]) -> Screen:
        """What can be set on this issue: what its create screen has, with its options, and all fields of other names.

        Where the bot may not create issues of this type, there is no create screen to see.
        """
        project = str((fields.get("project") or {}).get("key") or "")
        issue_type = str((fields.get("issuetype") or {}).get("id") or "")
        catalogue = await self._metadata.catalogue("update")
        try:
            screen = await self._metadata.screen("update", project, issue_type)
        except Misconfigured as error:
            if error.status in {401, 403}:
                raise
            return Screen(project, issue_type, "", catalogue)
        names = {meta.name.casefold() for meta in screen.fields.values()}
        further = {one: meta for one, meta in catalogue.items() if meta.name.casefold() not in names}
        return Screen(screen.project, screen.issue_type_id, screen.issue_type, further | dict(screen.fields))


def _new_text(description: Any, changes: tuple[SectionChange, ...]) -> dict[str, Any]:
    try:
        return splice_fitting(description if isinstance(description, dict) else None, changes)
    except TooLong as error:
        reason = "The ticket's description is full. Shorten it in Jira, then try again."
        sources = {change.section.key: reason for change in changes if change.section.key}
        raise Rejected(NAME, "update", str(error), None, {"Description": reason}, sources) from error


def _source(identity: str, value: Value, change: TicketChange) -> dict[str, str]:
    """The question that a field which every ticket has was answered by."""
    source = next((source for source, answer in change.values.items() if answer == value), None)
    return {} if source is None else {identity: source}


def _label_steps(change: TicketChange) -> list[dict[str, str]]:
    """Labels one by one, so that those that somebody else sets meanwhile stay."""
    gone = [{"remove": name} for name in map(label, change.labels_gone) if name]
    return [*gone, *({"add": name} for name in map(label, change.labels) if name)]


def _persons(value: tuple[Any, ...]) -> list[Person]:
    return [item for item in value if isinstance(item, Person)]
