"""A Jira site with friendly ways to fill it, for a seed or a test."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sandbox.jira import workflow
from sandbox.jira.catalogue import screen_of
from sandbox.jira.lists import KINDS
from sandbox.jira.model import Attachment, Field, Issue, Named, Option, Project, RemoteLink, ScreenField, User
from sandbox.jira.state import JIRA_API_TOKEN, JIRA_EMAIL, SiteState
from sandbox.jira.view import View
from sandbox.jira.writes import create_issue, move_issue

__all__ = ["JIRA_API_TOKEN", "JIRA_EMAIL", "JiraSite"]


class JiraSite(SiteState):
    """Everything that a Jira site knows, and how to tell it more."""

    def add_project(
        self,
        key: str,
        name: str,
        *,
        lead: User | None = None,
        issue_types: Sequence[str] = ("Story", "Task", "Bug", "Epic"),
        components: Sequence[str] = (),
        versions: Sequence[str] = (),
        members: Iterable[User] | None = None,
    ) -> Project:
        """A project with the usual screens and workflow. `members`: who may browse it; None: everybody."""
        types = [self.issue_type(type_name) for type_name in issue_types]
        project = Project(self.next_id(), key, name, (lead or self.token_user).account_id)
        project.issue_types = [issue_type.id for issue_type in types]
        project.screens = {issue_type.id: screen_of(issue_type) for issue_type in types}
        project.components = [Named(self.next_id(), entry) for entry in components]
        project.versions = [Named(self.next_id(), entry) for entry in versions]
        project.transitions = [copy.copy(transition) for transition in workflow.TRANSITIONS]
        project.members = None if members is None else {user.account_id for user in members}
        self.projects[project.id] = project
        return project

    def add_field(
        self,
        name: str,
        kind: str,
        *,
        options: Sequence[str | tuple[str, Sequence[str]]] = (),
        field_id: str | None = None,
    ) -> Field:
        """A custom field, on no screen yet.

        Args:
            name: what people call it; need not be unique.
            kind: a key of `lists.KINDS`: select, multi-select, user, number, textarea, ….
            options: the choices; a pair gives a choice with choices below it.
            field_id: `customfield_…`; the next free one if left out.
        """
        if kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}")
        identifier = field_id or f"customfield_{next(self._field_ids)}"
        field = Field(identifier, name, kind, custom=True)
        for entry in options:
            value, children = (entry, ()) if isinstance(entry, str) else entry
            below = [Option(self.next_id(), child) for child in children]
            field.options.append(Option(self.next_id(), value, children=below))
        field.clause_names = (f"cf[{identifier.removeprefix('customfield_')}]", name)
        self.fields[identifier] = field
        return field

    def put_on_screen(
        self, project: Project, field_id: str, *issue_types: str, required: bool = False, default: object = None
    ) -> None:
        """Show a field when issues of these types (all if none is named) are created and edited."""
        wanted = [self.issue_type(name).id for name in issue_types] or project.issue_types
        for issue_type in wanted:
            project.screens[issue_type][field_id] = ScreenField(field_id, required, default)

    def add_security_level(self, project: Project, name: str, members: Iterable[User] = ()) -> Named:
        """A level that only these users see through, offered on all screens of the project."""
        level = Named(self.next_id(), name, members=frozenset(user.account_id for user in members))
        project.security_levels.append(level)
        self.put_on_screen(project, "security")
        return level

    def add_issue(
        self,
        project: str,
        issue_type: str,
        summary: str,
        *,
        fields: Mapping[str, object] | None = None,
        description: Mapping[str, object] | str | None = None,
        reporter: User | None = None,
        status: str | None = None,
        created: datetime | None = None,
        updated: datetime | None = None,
    ) -> Issue:
        """An issue, through the same checks as a request.

        Args:
            project: its key.
            issue_type: its name.
            summary: the title.
            fields: further values as on the wire, by field id or name.
            description: an ADF document, or wiki markup.
            reporter: who wants it; the token's user if left out.
            status: the name of the status it is in; the workflow's start if left out.
            created: when it was made, if not now.
            updated: when it was last changed, if not when it was made.

        Raises:
            ApiError: what Jira would refuse.
        """
        ids = {field.name: field.id for field in self.fields.values()}
        values: dict[str, object] = {"project": {"key": project}, "issuetype": {"name": issue_type}, "summary": summary}
        if reporter is not None:
            values["reporter"] = {"accountId": reporter.account_id}
        if description is not None:
            values["description"] = description
        values |= {ids.get(name, name): value for name, value in (fields or {}).items()}
        view = View(self, reporter or self.token_user, 2 if isinstance(description, str) else 3, "")
        issue = create_issue(view, {"fields": values})
        if status is not None:
            self._bring_to(view, issue, status)
        _backdate(issue, created or issue.created, updated)
        return issue

    def add_attachment(self, issue: Issue, filename: str, content: bytes, mime_type: str = "text/plain") -> Attachment:
        """A file of an issue."""
        author = str(issue.values["reporter"])
        attachment = Attachment(self.next_id(), filename, mime_type, content, author, self.now())
        issue.attachments.append(attachment)
        return attachment

    def add_remote_link(self, issue: Issue, url: str, title: str, global_id: str | None = None) -> RemoteLink:
        """A link to a page elsewhere."""
        link = RemoteLink(int(self.next_id()), global_id, {"object": {"url": url, "title": title}, "application": {}})
        issue.remote_links.append(link)
        return link

    def _bring_to(self, view: View, issue: Issue, status: str) -> None:
        """Walk the workflow to a status: directly, or by way of "In Progress"."""
        target = next(entry.id for entry in self.statuses.values() if entry.name == status)
        steps = {step.target: step for step in workflow.open_transitions(self.project_of(issue), issue)}
        if target not in steps and issue.status != target:
            self._bring_to(view, issue, "In Progress")
            steps = {step.target: step for step in workflow.open_transitions(self.project_of(issue), issue)}
        if issue.status != target:
            move_issue(view, issue, {"transition": {"id": steps[target].id}})


def _backdate(issue: Issue, created: datetime, updated: datetime | None) -> None:
    issue.created = created
    issue.updated = issue.status_since = updated or created
    if issue.resolved is not None:
        issue.resolved = issue.updated
