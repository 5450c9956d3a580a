"""What somebody with a seat does in Jira itself, without Slack: each is a change as Jira's own pages make it."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.jira import wiki
from sandbox.jira.answers import ApiError
from sandbox.jira.model import Field, Issue, RichText, User
from sandbox.jira.site import JiraSite
from sandbox.jira.view import View
from sandbox.jira.writes import delete_issue, edit_issue, move_issue, post_comment
from sandbox.page import plain_adf
from sandbox.slack.forms import ClientRefusedError

Body = Mapping[str, Any]
INTERNAL = "internal"
"""Whom a comment is for: the agents of a service desk, not its customers. Other values are names of roles."""


def seat(site: JiraSite, email: str | None) -> User | None:
    """The account with this address; None for people without a seat."""
    people = (user for user in site.users.values() if user.active and user.kind == "atlassian")
    return next((user for user in people if email and user.email.lower() == email.lower()), None)


def flag_field(site: JiraSite) -> Field | None:
    """The field with Jira's flag."""
    return next((field for field in site.fields.values() if field.name == "Flagged" and field.custom), None)


class AtJira:
    """One person's hands in Jira.

    Args:
        site: the site.
        user: whose account it is.
    """

    def __init__(self, site: JiraSite, user: User) -> None:
        self._site = site
        self._view = View(site, user, 3, "")
        self.doings: dict[str, Callable[[Issue, Body], None]] = {
            "comment": self._comment,
            "move": self._move,
            "assign": self._assign,
            "due": self._due,
            "flag": self._flag,
            "vote": self._vote,
            "edit": self._edit,
            "add": self._add,
            "delete": self._delete,
        }

    def do(self, key: str, body: Body) -> None:
        """Do what `body["do"]` says with an issue.

        Raises:
            ClientRefusedError: Jira does not let them; in its words.
        """
        issue = self._site.find_issue(key)
        if issue is None:
            raise ClientRefusedError("That issue is no longer there.")
        try:
            self.doings[str(body["do"])](issue, body)
        except ApiError as error:
            raise ClientRefusedError(" ".join([*error.messages, *error.errors.values()])) from error

    def _comment(self, issue: Issue, body: Body) -> None:
        audience = str(body.get("audience", ""))
        sent: dict[str, object] = {"body": plain_adf.comment(str(body["text"]))}
        if audience == INTERNAL:
            sent["properties"] = [{"key": "sd.public.comment", "value": {"internal": True}}]
        elif audience:
            sent["visibility"] = {"type": "role", "value": audience}
        post_comment(self._view, issue, sent)

    def _move(self, issue: Issue, body: Body) -> None:
        move_issue(self._view, issue, {"transition": {"id": str(body["value"])}})

    def _assign(self, issue: Issue, body: Body) -> None:
        account = {"accountId": body["value"]} if body["value"] else None
        self._set(issue, "assignee", account)

    def _due(self, issue: Issue, body: Body) -> None:
        self._set(issue, "duedate", body["value"] or None)

    def _flag(self, issue: Issue, _: Body) -> None:
        field = flag_field(self._site)
        if field is None:
            raise ClientRefusedError("This site has no flags.")
        self._set(issue, field.id, None if issue.values.get(field.id) else [{"value": field.options[0].value}])

    def _vote(self, issue: Issue, _: Body) -> None:
        account = self._view.user.account_id
        if account == issue.values.get("reporter"):
            raise ClientRefusedError("You cannot vote for an issue you have reported.")
        if account in issue.voters:
            issue.voters.remove(account)
        else:
            issue.voters.append(account)

    def _edit(self, issue: Issue, body: Body) -> None:
        part = plain_adf.parts(self._document(issue))[int(body["part"])]
        start = part.start if part.text is not None else part.end
        self._set(issue, "description", plain_adf.changed(self._document(issue), start, part.end, str(body["text"])))

    def _add(self, issue: Issue, body: Body) -> None:
        title, text = str(body["title"]).strip(), str(body["text"])
        if not title:
            raise ClientRefusedError("The section needs a heading.")
        self._set(issue, "description", plain_adf.extended(self._document(issue), title, text))

    def _delete(self, issue: Issue, _: Body) -> None:
        delete_issue(self._view, issue, with_subtasks=True)

    def _set(self, issue: Issue, field: str, value: object) -> None:
        edit_issue(self._view, issue, {"fields": {field: value}})

    def _document(self, issue: Issue) -> dict[str, Any]:
        stored = issue.values.get("description")
        return wiki.as_adf(stored) if isinstance(stored, RichText) else {"version": 1, "type": "doc", "content": []}
