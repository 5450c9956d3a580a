"""How one user sees the site through one version of the API: the small objects that many answers hold."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.jira import wiki
from sandbox.jira.catalogue import SCHEMAS
from sandbox.jira.kinds import CUSTOM, jira_time
from sandbox.jira.lists import KINDS
from sandbox.jira.model import Attachment, Comment, Field, Issue, IssueType, Link, LinkType, Project, RemoteLink, User
from sandbox.jira.workflow import CATEGORIES

if TYPE_CHECKING:
    from sandbox.jira.site import JiraSite

SIZES = ("48x48", "24x24", "16x16", "32x32")


@dataclass(frozen=True, slots=True)
class View:
    """Who asks (`user`), through which version (`api`: 2 or 3), and where the site is (`base`, without a slash)."""

    site: "JiraSite"
    user: User
    api: int
    base: str

    def url(self, path: str) -> str:
        """The address of a resource."""
        return f"{self.base}/rest/api/{self.api}/{path}"

    def avatars(self, path: str) -> dict[str, str]:
        """Addresses of pictures; nothing is there."""
        return {size: f"{self.base}/{path}?size={size}" for size in SIZES}

    def user_json(self, account_id: str | None) -> dict[str, object] | None:
        """A user; the e-mail only if it is not hidden."""
        user = self.site.users.get(account_id or "")
        if user is None:
            return None
        shown: dict[str, object] = {
            "self": self.url(f"user?accountId={user.account_id}"),
            "accountId": user.account_id,
            "avatarUrls": self.avatars("avatar"),
            "displayName": user.name,
            "active": user.active,
            "timeZone": user.time_zone,
            "accountType": user.kind,
        }
        return shown if user.email_hidden else shown | {"emailAddress": user.email}

    def status_json(self, status_id: str) -> dict[str, object]:
        """A status with its category."""
        status = self.site.statuses[status_id]
        return {
            "self": self.url(f"status/{status.id}"),
            "description": "",
            "iconUrl": f"{self.base}/images/icons/statuses/generic.png",
            "name": status.name,
            "id": status.id,
            "statusCategory": self.category_json(status.category),
        }

    def category_json(self, key: str) -> dict[str, object]:
        """A status category."""
        number, name, colour = CATEGORIES[key]
        return {
            "self": self.url(f"statuscategory/{number}"),
            "id": number,
            "key": key,
            "colorName": colour,
            "name": name,
        }

    def issue_type_json(self, issue_type: IssueType) -> dict[str, object]:
        """An issue type."""
        return {
            "self": self.url(f"issuetype/{issue_type.id}"),
            "id": issue_type.id,
            "description": issue_type.description,
            "iconUrl": f"{self.base}/images/icons/issuetypes/{issue_type.name.lower()}.svg",
            "name": issue_type.name,
            "subtask": issue_type.subtask,
            "hierarchyLevel": issue_type.level,
        }

    def project_json(self, project: Project) -> dict[str, object]:
        """A project in short."""
        return {
            "self": self.url(f"project/{project.id}"),
            "id": project.id,
            "key": project.key,
            "name": project.name,
            "projectTypeKey": "software",
            "simplified": False,
            "avatarUrls": self.avatars(f"rest/api/{self.api}/universal_avatar/view/type/project"),
        }

    def linked_json(self, issue: Issue) -> dict[str, object]:
        """An issue as it stands in another one: as parent, sub-task or link."""
        priority = issue.values.get("priority")
        fields: dict[str, object] = {
            "summary": issue.values.get("summary"),
            "status": self.status_json(issue.status),
            "issuetype": self.issue_type_json(self.site.issue_types[issue.issue_type]),
        }
        if priority is not None:
            fields["priority"] = KINDS["priority"].wire(self, self.site.fields["priority"], priority)
        return {"id": issue.id, "key": issue.key, "self": self.url(f"issue/{issue.id}"), "fields": fields}

    def link_type_json(self, entry: LinkType) -> dict[str, object]:
        """A kind of link."""
        return {
            "id": entry.id,
            "name": entry.name,
            "inward": entry.inward,
            "outward": entry.outward,
            "self": self.url(f"issueLinkType/{entry.id}"),
        }

    def link_json(self, link: Link, seen_from: Issue) -> dict[str, object] | None:
        """A link as one of its issues shows it; None if the other one may not be seen.

        The entry `inwardIssue` is read with the inward text: "is blocked by" that issue.
        """
        outgoing = link.source == seen_from.id
        other = self.site.issues[link.target if outgoing else link.source]
        if not self.site.can_see(self.user, other):
            return None
        entry = next(kind for kind in self.site.link_types if kind.id == link.type)
        side = "outwardIssue" if outgoing else "inwardIssue"
        return {
            "id": link.id,
            "self": self.url(f"issueLink/{link.id}"),
            "type": self.link_type_json(entry),
            side: self.linked_json(other),
        }

    def comment_json(self, issue: Issue, comment: Comment) -> dict[str, object]:
        """A comment, its text in the form of the API's version."""
        shown: dict[str, object] = {
            "self": self.url(f"issue/{issue.id}/comment/{comment.id}"),
            "id": comment.id,
            "author": self.user_json(comment.author),
            "body": wiki.as_wiki(comment.body) if self.api == 2 else wiki.as_adf(comment.body),
            "updateAuthor": self.user_json(comment.update_author),
            "created": jira_time(comment.created),
            "updated": jira_time(comment.updated),
            "jsdPublic": not comment.is_internal,
        }
        return shown | ({"visibility": comment.visibility} if comment.visibility else {})

    def visible_comments(self, issue: Issue) -> list[Comment]:
        """The comments that the user may read."""
        return [
            comment
            for comment in issue.comments
            if comment.visibility is None
            or self.user.groups & {comment.visibility.get("value"), comment.visibility.get("identifier")}
        ]

    def attachment_json(self, attachment: Attachment) -> dict[str, object]:
        """A file of an issue."""
        return {
            "self": self.url(f"attachment/{attachment.id}"),
            "id": attachment.id,
            "filename": attachment.filename,
            "author": self.user_json(attachment.author),
            "created": jira_time(attachment.created),
            "size": len(attachment.content),
            "mimeType": attachment.mime_type,
            "content": self.url(f"attachment/content/{attachment.id}"),
        }

    def remote_link_json(self, issue: Issue, link: RemoteLink) -> dict[str, object]:
        """A link to a page elsewhere."""
        shown = {key: value for key, value in link.details.items() if value is not None}
        shown |= {"id": link.id, "self": self.url(f"issue/{issue.id}/remotelink/{link.id}")}
        return shown | ({"globalId": link.global_id} if link.global_id else {})

    def field_schema(self, field: Field) -> dict[str, object]:
        """The type of a field's values."""
        kind = KINDS.get(field.kind)
        kind_type, items = SCHEMAS[field.id] if kind is None else (kind.type, kind.items)
        schema: dict[str, object] = {"type": kind_type}
        if items is not None:
            schema["items"] = items
        if field.custom and kind is not None:
            schema["custom"] = f"{CUSTOM}:{kind.custom or 'textfield'}"
            schema["customId"] = int(field.id.removeprefix("customfield_"))
        else:
            schema["system"] = field.id
        return schema
