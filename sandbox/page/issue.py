"""Jira's side of the panel: the list of issues, and one of them."""

from datetime import UTC
from typing import TYPE_CHECKING

from sandbox.jira import wiki
from sandbox.jira.lists import KINDS
from sandbox.jira.model import Comment, Issue, Project, RichText
from sandbox.jira.view import View
from sandbox.jira.workflow import open_transitions
from sandbox.page import at_jira, plain_adf
from sandbox.page.adf import adf_html
from sandbox.page.controls import Choice, Controls, no_seat
from sandbox.page.html import Html, anchor, el
from sandbox.page.inputs import size
from sandbox.page.parts import Detail, back, comment, described, due, face, fact, files, fresh, named, person, rows
from sandbox.page.place import Place
from sandbox.page.words import ago

if TYPE_CHECKING:
    from sandbox.server import Sandbox

TYPES = {"Story": "S", "Task": "T", "Bug": "B", "Epic": "E", "Sub-task": "s"}
SHOWN_ELSEWHERE = frozenset(
    {
        "summary",
        "description",
        "project",
        "issuetype",
        "reporter",
        "assignee",
        "labels",
        "duedate",
        "status",
    }
)


class JiraPanel:
    """What Jira would show."""

    def __init__(self, sandbox: "Sandbox", place: Place) -> None:
        self._site = sandbox.jira
        self._place = place
        self._now = sandbox.clock.now()
        self._who = sandbox.slack.user(place.user)
        self._seat = at_jira.seat(self._site, self._who.email)
        self._view = View(self._site, self._seat or self._site.token_user, 3, f"{sandbox.url}/jira")

    def count(self) -> int:
        """How many issues there are."""
        return len(self._site.issues)

    def items(self) -> list[Html]:
        """All issues, by project, newest first; the project with the newest stands on top."""
        newest = sorted(self._site.issues.values(), key=lambda issue: issue.created, reverse=True)
        order = dict.fromkeys([*(issue.project for issue in newest), *self._site.projects])
        out = []
        for project in map(self._site.projects.__getitem__, order):
            issues = [issue for issue in newest if issue.project == project.id]
            title = el("h3", project.name, el("span", f" {project.key} · {len(issues)}", class_="faint"))
            shown = rows(issues, self._row, f"rows/{project.key}")
            out.append(el("section", title, shown, data_key=f"project/{project.key}"))
        return out

    def _row(self, issue: Issue) -> Html:
        assignee = self._name(issue.values.get("assignee"))
        done = self._site.statuses[issue.status].category == "done"
        below = [el("span", issue.key, class_="key"), due(issue.values.get("duedate"), self._now, done=done)]
        link = el(
            "a",
            self._type(issue),
            named(str(issue.values["summary"]), below, new=fresh(issue.created, self._now)),
            self._status(issue),
            face(assignee),
            href=self._place.url(tracker="jira", ticket=issue.key),
            data_go=True,
        )
        return el("li", link, data_key=issue.key)

    def ticket(self, key: str) -> Html | None:
        """One issue; None if there is no such."""
        issue = self._site.find_issue(key)
        if issue is None:
            return None
        project = self._site.project_of(issue)
        crumbs = el("div", f"{project.name} / ", self._type(issue), " ", el("b", issue.key), class_="crumbs")
        controls = Controls(f"jira:{issue.key}", self._seat.name) if self._seat else None
        comments = [
            comment(self._name(one.author) or "", self._rich(one.body), one.created, self._now, only_for=_audience(one))
            for one in self._view.visible_comments(issue)
        ]
        detail = Detail(
            crumbs=crumbs,
            title=str(issue.values["summary"]),
            state=[self._status(issue), self._flag(issue)],
            facts=[*self._facts(issue, project)],
            description=self._description(issue, controls),
            links=[*self._links(issue), *self._remote(issue)],
            files=files(
                (f"/sandbox/ui/jira-file/{one.id}", one.filename, size(len(one.content))) for one in issue.attachments
            ),
            comments=comments,
            controls=self._controls(issue, controls) if controls else no_seat(self._who.real_name, "Jira"),
            comment_form=controls.comment(self._audiences()) if controls else None,
        )
        return detail.html(back(self._place), f"jira/{issue.key}")

    def _description(self, issue: Issue, controls: Controls | None) -> Html:
        stored = issue.values.get("description")
        document = wiki.as_adf(stored) if isinstance(stored, RichText) else {}
        nodes = document.get("content")
        inside = nodes if isinstance(nodes, list) else []

        def draw(start: int, end: int) -> Html:
            return adf_html({"content": inside[start:end]})

        return described(plain_adf.parts(document) if inside else [], draw, controls)

    def _controls(self, issue: Issue, controls: Controls) -> Html:
        project, flag = self._site.project_of(issue), at_jira.flag_field(self._site)
        here = (f"here/{issue.status}", self._site.statuses[issue.status].name)
        steps = [(step.id, step.name) for step in open_transitions(project, issue)]
        people = [(user.account_id, user.name) for user in self._site.users.values()]
        assignable = [one for one in people if self._site.assignable(self._site.users[one[0]], project)]
        return controls.bar(
            controls.menu("Status", "move", [here, *steps], here[0]),
            controls.menu(
                "Assignee", "assign", [("", "Unassigned"), *assignable], str(issue.values.get("assignee", ""))
            ),
            controls.date("Due date", "due", issue.values.get("duedate")),
            controls.switch("Flag", "flag", on=bool(issue.values.get(flag.id))) if flag else Html(""),
            controls.switch("Vote", "vote", on=self._view.user.account_id in issue.voters),
            controls.delete(),
        )

    def _audiences(self) -> list[Choice]:
        """Whom the person's comments can be for."""
        roles = [(role, f"Only {role}") for role in sorted(self._view.user.groups)]
        return [("", "Everybody"), *roles, (at_jira.INTERNAL, "Internal note")]

    def _flag(self, issue: Issue) -> Html | None:
        field = at_jira.flag_field(self._site)
        on = field is not None and issue.values.get(field.id)
        return el("span", "⚑ Flagged", class_="lozenge red") if on else None

    def _rich(self, value: RichText) -> Html:
        return adf_html(wiki.as_adf(value))

    def _facts(self, issue: Issue, project: Project) -> list[Html]:
        values = issue.values
        shown = [
            fact("Assignee", person(self._name(values.get("assignee")) or "Unassigned")),
            fact("Reporter", person(self._name(values.get("reporter")) or "Nobody")),
        ]
        if values.get("duedate"):
            shown.append(fact("Due date", due(values["duedate"], self._now, done=False) or ""))
        labels = values.get("labels")
        if isinstance(labels, list) and labels:
            shown.append(fact("Labels", [el("span", str(label), class_="tag") for label in labels]))
        screen = project.screens.get(issue.issue_type, {})
        further = [one for one in screen if one not in SHOWN_ELSEWHERE and values.get(one) not in (None, [])]
        shown += [self._field(field_id, values[field_id]) for field_id in further]
        shown += [
            fact("Votes", str(len(issue.voters))) if issue.voters else Html(""),
            fact("Created", ago(issue.created.astimezone(UTC), self._now)),
            fact("Updated", ago(issue.updated.astimezone(UTC), self._now)),
        ]
        return shown

    def _field(self, field_id: str, stored: object) -> Html:
        field = self._site.fields[field_id]
        if isinstance(stored, RichText):
            return fact(field.name, el("div", self._rich(stored), class_="prose"))
        words = KINDS[field.kind].label(self._view, field, stored)[1] or ""
        return fact(field.name, anchor(words, words) if field.kind == "url" else words.removesuffix(".0"))

    def _links(self, issue: Issue) -> list[Html]:
        shown = []
        for link in self._site.links_of(issue):
            kind = next(one for one in self._site.link_types if one.id == link.type)
            outgoing = link.source == issue.id
            other = self._site.issues[link.target if outgoing else link.source]
            there = el(
                "a", other.key, " ", str(other.values["summary"]), href=self._place.url(ticket=other.key), data_go=True
            )
            shown.append(el("li", el("span", kind.outward if outgoing else kind.inward, class_="faint"), " ", there))
        return shown

    def _remote(self, issue: Issue) -> list[Html]:
        found = [link.details.get("object") for link in issue.remote_links]
        pages = [(str(one.get("url", "")), str(one.get("title", ""))) for one in found if isinstance(one, dict)]
        return [
            el("li", el("span", "links to", class_="faint"), " ", anchor(address, title or address))
            for address, title in pages
        ]

    def _type(self, issue: Issue) -> Html:
        name = self._site.issue_types[issue.issue_type].name
        return el(
            "span", TYPES.get(name, name[:1]), class_=f"type {name.lower()}", role="img", aria_label=name, title=name
        )

    def _status(self, issue: Issue) -> Html:
        status = self._site.statuses[issue.status]
        return el("span", status.name, class_=f"lozenge {status.category}")

    def _name(self, account: object) -> str | None:
        user = self._site.users.get(str(account))
        return user.name if user else None


def _audience(one: Comment) -> str:
    """Who alone reads a comment; "" for everybody."""
    if one.is_internal:
        return "Internal note"
    return f"Only {one.visibility['value']}" if one.visibility else ""
