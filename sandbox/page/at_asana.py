"""What somebody with a seat does in Asana itself, without Slack: each is a change as Asana's own pages make it."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.asana.errors import AsanaError
from sandbox.asana.records import Section, Task, User
from sandbox.asana.site import AsanaSite
from sandbox.asana.task_data import update_task
from sandbox.page import plain_asana
from sandbox.slack.forms import ClientRefusedError

Body = Mapping[str, Any]


def seat(site: AsanaSite, email: str | None) -> User | None:
    """The account with this address; None for people without a seat."""
    return next((u for u in site.all(User) if u is not site.me and email and u.email.lower() == email.lower()), None)


class AtAsana:
    """One person's hands in Asana.

    Args:
        site: the workspace.
        user: whose account it is.
    """

    def __init__(self, site: AsanaSite, user: User) -> None:
        self._site = site
        self._user = user
        self.doings: dict[str, Callable[[Task, Body], None]] = {
            "comment": self._comment,
            "move": self._move,
            "complete": self._complete,
            "assign": self._assign,
            "due": self._due,
            "vote": self._like,
            "edit": self._edit,
            "add": self._add,
            "delete": self._delete,
        }

    def do(self, gid: str, body: Body) -> None:
        """Do what `body["do"]` says with a task.

        Raises:
            ClientRefusedError: Asana does not let them; in its words.
        """
        task = self._site.records.get(gid)
        if not isinstance(task, Task):
            raise ClientRefusedError("That task is no longer there.")
        try:
            with self._site.acting(self._user):
                self.doings[str(body["do"])](task, body)
        except AsanaError as error:
            raise ClientRefusedError(error.message) from error

    def _comment(self, task: Task, body: Body) -> None:
        if not str(body["text"]).strip():
            raise ClientRefusedError("The comment is empty.")
        self._site.add_comment(task, str(body["text"]))

    def _move(self, task: Task, body: Body) -> None:
        self._site.move_task(task, self._site.find(Section, str(body["value"]), "section"))

    def _complete(self, task: Task, _: Body) -> None:
        update_task(self._site, task, {"completed": not task.completed})

    def _assign(self, task: Task, body: Body) -> None:
        update_task(self._site, task, {"assignee": body["value"] or None})

    def _due(self, task: Task, body: Body) -> None:
        update_task(self._site, task, {"due_on": body["value"] or None})

    def _like(self, task: Task, _: Body) -> None:
        update_task(self._site, task, {"liked": self._user not in task.likes})

    def _edit(self, task: Task, body: Body) -> None:
        part = plain_asana.parts(task.html)[int(body["part"])]
        start = part.start if part.text is not None else part.end
        update_task(
            self._site, task, {"html_notes": plain_asana.changed(task.html, start, part.end, str(body["text"]))}
        )

    def _add(self, task: Task, body: Body) -> None:
        title, text = str(body["title"]).strip(), str(body["text"])
        if not title:
            raise ClientRefusedError("The section needs a heading.")
        update_task(self._site, task, {"html_notes": plain_asana.extended(task.html, title, text)})

    def _delete(self, task: Task, _: Body) -> None:
        self._site.remove_task(task)
