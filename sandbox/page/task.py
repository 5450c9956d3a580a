"""Asana's side of the panel: the tasks of all projects, and one of them."""

from typing import TYPE_CHECKING

from sandbox.asana import rich_text
from sandbox.asana.custom_fields import display
from sandbox.asana.records import Attachment, Project, Section, Task, User
from sandbox.asana.shapes import task_fields
from sandbox.page import at_asana, plain_asana
from sandbox.page.asana_text import asana_html
from sandbox.page.controls import Controls, no_seat
from sandbox.page.html import Html, el
from sandbox.page.inputs import size
from sandbox.page.parts import Detail, back, comment, described, due, face, fact, files, fresh, named, person, rows
from sandbox.page.place import Place
from sandbox.page.words import ago

if TYPE_CHECKING:
    from sandbox.server import Sandbox


class AsanaPanel:
    """What Asana would show."""

    def __init__(self, sandbox: "Sandbox", place: Place) -> None:
        self._site = sandbox.asana
        self._place = place
        self._now = sandbox.clock.now()
        self._who = sandbox.slack.user(place.user)
        self._seat = at_asana.seat(self._site, self._who.email)

    def count(self) -> int:
        """How many tasks there are."""
        return len(self._site.all(Task))

    def items(self) -> list[Html]:
        """All tasks, by project and section."""
        out = []
        for project in self._site.all(Project):
            count = sum(len(section.tasks) for section in project.sections)
            title = el("h3", project.name, el("span", f" · {count}", class_="faint"))
            parts = [self._section(section) for section in project.sections]
            out.append(el("section", title, parts, data_key=f"project/{project.gid}"))
        return out

    def _section(self, section: Section) -> list[Html]:
        tasks = sorted(section.tasks, key=lambda task: task.created_at, reverse=True)
        title = el("h4", section.name, class_="faint", data_key=f"title/{section.gid}")
        return [title, rows(tasks, self._row, f"rows/{section.gid}")] if tasks else []

    def _row(self, task: Task) -> Html:
        when = due(task.due_on, self._now, done=task.completed)
        link = el(
            "a",
            self._check(task),
            named(task.name or "Untitled", [when], new=fresh(task.created_at, self._now)),
            face(task.assignee.name if task.assignee else None),
            href=self._place.url(tracker="asana", ticket=task.gid),
            data_go=True,
        )
        return el("li", link, data_key=task.gid)

    def ticket(self, gid: str) -> Html | None:
        """One task; None if there is no such."""
        task = self._site.records.get(gid)
        if not isinstance(task, Task):
            return None
        places = ", ".join(f"{section.project.name} / {section.name}" for section in task.sections) or "No project"
        stories = [
            comment(story.created_by.name, self._rich(story.html), story.created_at, self._now)
            for story in task.stories
            if story.is_comment
        ]
        controls = Controls(f"asana:{task.gid}", self._seat.name) if self._seat else None
        detail = Detail(
            crumbs=el("div", places, class_="crumbs"),
            title=task.name or "Untitled",
            state=el(
                "span", "Done" if task.completed else "Open", class_=f"lozenge {'done' if task.completed else 'new'}"
            ),
            facts=self._facts(task),
            description=self._description(task, controls),
            links=self._links(task),
            files=files(self._file(one) for one in task.attachments),
            comments=stories,
            controls=self._controls(task, controls) if controls else no_seat(self._who.real_name, "Asana"),
            comment_form=controls.comment(()) if controls else None,
        )
        return detail.html(back(self._place), f"asana/{task.gid}")

    def _description(self, task: Task, controls: Controls | None) -> Html:
        def draw(start: int, end: int) -> Html:
            return self._rich(plain_asana.cut(task.html, start, end))

        return described(plain_asana.parts(task.html), draw, controls)

    def _controls(self, task: Task, controls: Controls) -> Html:
        sections = [(one.gid, one.name) for one in task.projects[0].sections] if task.projects else []
        people = [(user.gid, user.name) for user in self._site.all(User)]
        return controls.bar(
            controls.menu("Section", "move", sections, task.sections[0].gid) if sections else Html(""),
            controls.menu(
                "Assignee", "assign", [("", "No assignee"), *people], task.assignee.gid if task.assignee else ""
            ),
            controls.date("Due date", "due", task.due_on),
            controls.switch("Complete", "complete", on=task.completed),
            controls.switch("Like", "vote", on=self._seat in task.likes),
            controls.delete(),
        )

    def _rich(self, html: str) -> Html:
        inside = asana_html(rich_text.as_read(html, self._site.names))
        return el("div", inside, class_="asana") if inside else Html("")

    def _facts(self, task: Task) -> list[Html]:
        shown = [
            fact("Assignee", person(task.assignee.name if task.assignee else "No assignee")),
            fact("Created by", person(task.created_by.name)),
        ]
        if task.due_on:
            shown.append(fact("Due date", due(task.due_on, self._now, done=task.completed) or ""))
        if task.tags:
            shown.append(fact("Tags", [el("span", tag.name, class_="tag") for tag in task.tags]))
        shown += [
            fact(value.field.name, (display(value.field, value.value) or "").removesuffix("T00:00:00.000Z"))
            for value in task_fields(task)
            if value.value is not None
        ]
        if task.likes:
            shown.append(fact("Likes", str(len(task.likes))))
        shown += [fact("Created", ago(task.created_at, self._now)), fact("Updated", ago(task.modified_at, self._now))]
        return shown

    def _links(self, task: Task) -> list[Html]:
        kinds = [("blocked by", one) for one in task.dependencies] + [("blocks", one) for one in task.dependents]
        return [
            el(
                "li",
                el("span", kind, class_="faint"),
                " ",
                el("a", other.name, href=self._place.url(ticket=other.gid), data_go=True),
            )
            for kind, other in kinds
        ]

    def _file(self, attachment: Attachment) -> tuple[str, str, str]:
        address = attachment.url or f"/asana/files/{attachment.gid}"
        return address, attachment.name, "" if attachment.url else size(len(attachment.content))

    def _check(self, task: Task) -> Html:
        words = "done" if task.completed else "open"
        return el("span", "✓", class_=f"check {words}", role="img", aria_label=words)
