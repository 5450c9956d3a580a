"""The state of a Jira site: what is in it, who may see it, and what the search index knows."""

import copy
import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.jira import workflow
from sandbox.jira.catalogue import ISSUE_TYPES, LINK_TYPES, PRIORITIES, RESOLUTIONS, SYSTEM_FIELDS
from sandbox.jira.model import (
    Attachment,
    Field,
    Issue,
    IssueType,
    Link,
    Named,
    Project,
    Status,
    User,
)

JIRA_API_TOKEN = "sandbox-jira-token"
JIRA_EMAIL = "bot@example.com"
"""The only token that the stand-in takes, as Basic password or as Bearer."""
FIRST_CUSTOM_FIELD = 10010


class SiteState:
    """Everything that a Jira site knows.

    Attributes:
        clock: the sandbox's time.
        faults: asked for the lag of the search index.
        token: the one that is taken; set another and the old one has expired.
        token_user: whom the token stands for as Bearer, and with `JIRA_EMAIL`; with another user's e-mail it stands for
            that one, and with any other for nobody.
        upload_limit: bytes that an attachment may have.
        page_limit: the most issues on a page of search results; None as Jira Cloud.
        denied: permissions that users lack: (permission, project key or None for everywhere).
    """

    def __init__(self, clock: Clock, faults: Faults) -> None:
        self.clock = clock
        self.faults = faults
        self.reset()

    def reset(self) -> None:
        """An empty site: system fields, issue types, priorities and one user, the token's."""
        self.title = "Sandbox"
        self.token = JIRA_API_TOKEN
        self.upload_limit = 10 * 1024 * 1024
        self.page_limit: int | None = None
        self.denied: set[tuple[str, str | None]] = set()
        self.users: dict[str, User] = {}
        self.projects: dict[str, Project] = {}
        self.issues: dict[str, Issue] = {}
        self.links: dict[str, Link] = {}
        self.fields: dict[str, Field] = {field.id: copy.deepcopy(field) for field in SYSTEM_FIELDS}
        self.issue_types: dict[str, IssueType] = {entry.id: copy.copy(entry) for entry in ISSUE_TYPES}
        self.statuses: dict[str, Status] = {entry.id: copy.copy(entry) for entry in workflow.STATUSES}
        self.priorities: list[Named] = [copy.copy(entry) for entry in PRIORITIES]
        self.resolutions: list[Named] = [copy.copy(entry) for entry in RESOLUTIONS]
        self.link_types = [copy.copy(entry) for entry in LINK_TYPES]
        self.pages: dict[str, tuple[float, str, list[str]]] = {}
        self._keys: dict[str, str] = {}
        self._ids = count(10_000)
        self._field_ids = count(FIRST_CUSTOM_FIELD)
        self.token_user = self.add_user("Dev Request", JIRA_EMAIL, kind="app", assignable=False)

    def next_id(self) -> str:
        """A number that no other object of the site has."""
        return str(next(self._ids))

    def now(self) -> datetime:
        """The site's present."""
        return self.clock.now()

    def add_user(
        self,
        name: str,
        email: str,
        *,
        account_id: str | None = None,
        email_hidden: bool = False,
        active: bool = True,
        kind: str = "atlassian",
        assignable: bool = True,
        groups: Iterable[str] = (),
    ) -> User:
        """A user of the site.

        Args:
            name: the display name.
            email: the e-mail; with `email_hidden` neither shown nor found.
            account_id: Jira's id; made up if left out.
            email_hidden: privacy settings hide the e-mail.
            active: False: deactivated, cannot be assigned.
            kind: the account type: atlassian, app or customer.
            assignable: may be assigned issues.
            groups: names of groups and project roles.
        """
        account = account_id or f"5b10{int(self.next_id()):020x}"
        user = User(account, name, email, email_hidden, active, kind, assignable=assignable, groups=frozenset(groups))
        self.users[account] = user
        return user

    # --- Finding in it -------------------------------------------------------------------------------------------

    def find_project(self, key_or_id: str) -> Project | None:
        """The project with this id or key."""
        return self.projects.get(key_or_id) or next((p for p in self.projects.values() if p.key == key_or_id), None)

    def find_issue(self, key_or_id: str) -> Issue | None:
        """The issue with this id or key; keys without regard to case."""
        return self.issues.get(key_or_id) or self.issues.get(self._keys.get(key_or_id.upper(), ""))

    def find_attachment(self, attachment_id: str) -> tuple[Issue, Attachment] | None:
        """A file and its issue."""
        every = ((issue, entry) for issue in self.issues.values() for entry in issue.attachments)
        return next(((issue, entry) for issue, entry in every if entry.id == attachment_id), None)

    def issue_type(self, name: str) -> IssueType:
        """The issue type of this name."""
        return next(entry for entry in self.issue_types.values() if entry.name == name)

    def project_of(self, issue: Issue) -> Project:
        """The project of an issue."""
        return self.projects[issue.project]

    def links_of(self, issue: Issue) -> list[Link]:
        """The links from and to an issue."""
        return [link for link in self.links.values() if issue.id in (link.source, link.target)]

    # --- Who may what --------------------------------------------------------------------------------------------

    def can_browse(self, user: User, project: Project) -> bool:
        """Whether a user may see a project at all."""
        member = project.members is None or user.account_id in project.members
        return member and self.allows(user, "BROWSE_PROJECTS", project)

    def can_see(self, user: User, issue: Issue) -> bool:
        """Whether a user may see an issue, its security level included."""
        project = self.project_of(issue)
        level = next((entry for entry in project.security_levels if entry.id == issue.values.get("security")), None)
        return self.can_browse(user, project) and (level is None or user.account_id in level.members)

    def allows(self, user: User, permission: str, project: Project | None = None) -> bool:
        """Whether a user has a permission, globally or in a project."""
        key = project.key if project is not None else None
        return user.active and not {(permission, None), (permission, key)} & self.denied

    def assignable(self, user: User, project: Project) -> bool:
        """Whether issues of a project may be assigned to a user."""
        return user.assignable and user.active and user.kind == "atlassian" and self.can_browse(user, project)

    # --- Changing it ---------------------------------------------------------------------------------------------

    def register(self, issue: Issue) -> None:
        """Take in a new issue; search finds it when the index has caught up."""
        self.issues[issue.id] = issue
        self._keys[issue.key] = issue.id
        if self.faults.index_lag("jira") > 0:
            issue.indexed = [(-math.inf, None), (self.clock.timestamp(), copy.deepcopy(issue))]

    def remove(self, issue: Issue) -> None:
        """Delete an issue with its links."""
        for link in self.links_of(issue):
            del self.links[link.id]
        del self.issues[issue.id]
        del self._keys[issue.key]

    @contextmanager
    def changing(self, issue: Issue) -> Iterator[None]:
        """Wrap a change of an issue: it counts as updated, and search shows it when the index has caught up."""
        lags = self.faults.index_lag("jira") > 0
        if lags and not issue.indexed:
            issue.indexed.append((-math.inf, _snapshot(issue)))
        yield
        issue.updated = self.now()
        if lags:
            issue.indexed.append((self.clock.timestamp(), _snapshot(issue)))
        else:
            issue.indexed.clear()

    def indexed(self, issue: Issue) -> Issue | None:
        """An issue as the search index knows it; None if it does not yet."""
        horizon = self.clock.timestamp() - self.faults.index_lag("jira")
        if not issue.indexed or issue.indexed[-1][0] <= horizon:
            issue.indexed.clear()
            return issue
        return next(version for changed, version in reversed(issue.indexed) if changed <= horizon)


def _snapshot(issue: Issue) -> Issue:
    versions, issue.indexed = issue.indexed, []
    try:
        return copy.deepcopy(issue)
    finally:
        issue.indexed = versions
