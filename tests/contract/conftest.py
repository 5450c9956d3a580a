"""One stand for each tracker: the tracker itself, and hooks for what a test cannot do through the port."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest

from adapters.asana.settings import AsanaEnvironment
from adapters.asana.tracker import AsanaTracker
from adapters.base import Link, Person, Scope, Section, TicketDraft, TicketRef, Tracker, Value
from adapters.document import Heading, Paragraph, Text, document
from adapters.errors import Ambiguous, Misconfigured, NotSent, Throttled, TrackerError
from adapters.jira.settings import JiraEnvironment
from adapters.jira.tracker import JiraTracker
from adapters.memory import MemoryTracker
from adapters.registry import KINDS
from sandbox.faults import Fault
from sandbox.jira.model import Link as JiraLink
from sandbox.jira.seed import seed as seed_jira
from sandbox.server import Sandbox

T = TypeVar("T")
LAG = 7.0
"""The lookup lag that every stand declares, in seconds."""
TIMEOUT = 20.0
"""Seconds to wait for an answer, in tests where none is late on purpose."""
SHORT_TIMEOUT = 1.0
FIELDS: Mapping[str, str] = {
    "campaign": "Campaign",
    "points": "Story Points",
    "impact": "Business impact",
    "markets": "Markets",
    "go_live": "Go-live",
    "stakeholders": "Stakeholders",
}
"""The template's fields → custom fields, one of each kind: text, number, option, options, date, people."""
IMPACTS = ["Revenue", "Retention", "Cost", "Compliance"]
UNKNOWN = Person("Nora Nowhere", "nora@nowhere.example")
WRITES = frozenset({"create", "update", "comment", "attach"})


def section(heading: str, *lines: str, keep: bool = False) -> Section:
    """A section of plain paragraphs."""
    return Section(heading, document(*(Paragraph((Text(line),)) for line in lines)), keep=keep)


DESCRIBED = {
    "due": date(2027, 3, 1),
    "start": date(2027, 2, 1),
    "estimate": 5.0,
    "votes": 2,
    "status_category": "in_progress",
}
"""What `Hooks.describe` does, beside the assignee, both links and, where tickets can be flagged, the flag."""


@dataclass
class Stand:
    """A tracker with a small company in it.

    Attributes:
        tracker: the one under test.
        scope: its project.
        known: somebody who can be assigned.
        unknown: somebody whom the tracker has never heard of.
        template: the template's settings, with `FIELDS`.
        restart: the same tracker in a fresh process, so to say.
        locked_out: the tracker with a token that is not accepted.
    """

    name: str
    tracker: Tracker
    scope: Scope
    known: Person
    template: Mapping[str, Any]
    hooks: "Hooks"
    restart: Callable[[], Tracker]
    locked_out: Callable[[], Tracker]
    unknown: Person = UNKNOWN
    made: list[Tracker] = field(default_factory=list)

    def draft(self, request_id: str = "V0EXAMPLE1", **changes: Any) -> TicketDraft:
        """A plausible draft; `changes` are attributes of `TicketDraft`."""
        usual = TicketDraft(
            request_id,
            "landing-page",
            "A page for the spring sale",
            (section("User story", "As a visitor, I want offers, so that I save."), section("Goal", "More sign-ups")),
            team=self.scope.team,
            template=self.template,
        )
        return replace(usual, **changes)

    def another(self, tracker: Tracker) -> Tracker:
        """A tracker that is closed at the end of the test."""
        self.made.append(tracker)
        return tracker


class Hooks(Protocol):
    """What stands behind a tracker: its world, as far as tests have to move it."""

    slow: float
    """Seconds for which a request that nobody waits for any more may still be done."""

    def fault(self, kind: str, operation: str) -> None:
        """Let the next call of an operation of the port meet timeout, 500, 429, garbage, drop_before or drop_after."""

    def slow_index(self, seconds: float) -> None:
        """Let the index be late."""

    def pass_time(self, seconds: float) -> None:
        """Move the tracker's clock."""

    def now(self) -> datetime:
        """The tracker's clock."""

    def by_hand(
        self, title: str, heading: str = "Goal", text: str = "By hand", labels: Sequence[str] = ()
    ) -> TicketRef:
        """A ticket that somebody wrote in the tracker itself."""

    def scope(self, label: str) -> Any:
        """The `scope` of a team's settings that means tickets with a label."""

    def describe(self, ref: TicketRef, blocker: TicketRef, blocked: TicketRef) -> None:
        """Give a ticket whatever else tickets have, in the tracker itself: `DESCRIBED` says what."""


class MemoryHooks:
    """Time and failures of the tracker in memory."""

    slow = 0.0

    def __init__(self) -> None:
        self.offset = timedelta()
        self.known = Person("Mara Example", "mara@example.com", "person-1")
        self.tracker = MemoryTracker(
            clock=self.now, lookup_lag=LAG, people=[self.known], options={"Business impact": IMPACTS}
        )

    def now(self) -> datetime:
        return datetime(2026, 11, 20, 12, tzinfo=UTC) + self.offset

    def slow_index(self, seconds: float) -> None:
        assert seconds <= LAG

    def pass_time(self, seconds: float) -> None:
        self.offset += timedelta(seconds=seconds)

    def fault(self, kind: str, operation: str) -> None:
        lost = Ambiguous if operation in WRITES else NotSent
        errors: dict[str, TrackerError] = {"429": Throttled("memory", operation, "too many", 429, after=3)}
        error = errors.get(kind, lost("memory", operation, kind))
        self.tracker.fail_next(operation, error, after=kind in {"timeout", "drop_after", "garbage"})

    def by_hand(
        self, title: str, heading: str = "Goal", text: str = "By hand", labels: Sequence[str] = ()
    ) -> TicketRef:
        made = document(Heading((Text(heading),)), Paragraph((Text(text),)))
        return self.tracker.add(title, made, labels=tuple(labels)).ref

    def scope(self, label: str) -> Any:
        return [label]

    def describe(self, ref: TicketRef, blocker: TicketRef, blocked: TicketRef) -> None:
        kept = self.tracker._kept[ref.id]
        links = (Link(blocker.id, "", "blocked_by"), Link(blocked.id, "", "blocks"))
        kept.ticket = replace(
            kept.ticket,
            assignee=self.known,
            reporter=self.known,
            links=links,
            flagged=True,
            status="In progress",
            **DESCRIBED,
        )


class Company:
    """The sandbox in a thread of its own, so that blocking clients can talk to it."""

    def __init__(self, recording: Path) -> None:
        self.sandbox = Sandbox(_seed, recording)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.run(self.sandbox.start())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something in the sandbox's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def stop(self) -> None:
        self.run(self.sandbox.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


def _seed(sandbox: Sandbox) -> None:
    seed_jira(sandbox.jira)
    site = sandbox.asana
    site.add_user("Mara Example", "mara@example.com")
    fields = [
        site.add_field("Campaign", "text"),
        site.add_field("Story Points", "number", precision=1),
        site.add_field("Business impact", "enum", IMPACTS),
        site.add_field("Markets", "multi_enum", ["DE", "FR", "UK", "US"]),
        site.add_field("Go-live", "date"),
        site.add_field("Stakeholders", "people"),
    ]
    site.add_project("Web", ["Backlog", "Intake", "In progress"], fields=fields)


REQUESTS = {
    "jira": {
        "create": "POST *rest/api/3/issue",
        "get": "GET *rest/api/3/issue/*",
        "find": "* *search/jql",
        "comment": "POST *comment",
    },
    "asana": {"create": "createTask", "get": "getTask", "find": "getTasks", "comment": "createStoryForTask"},
}
"""Which request of a vendor does the work of an operation of the port."""


@dataclass
class SandboxHooks:
    """Time and faults of the sandbox."""

    vendor: str
    sandbox: Sandbox
    slow: float = 0.0

    def now(self) -> datetime:
        return self.sandbox.clock.now()

    def slow_index(self, seconds: float) -> None:
        operation = "getTasks" if self.vendor == "asana" else None
        self.sandbox.faults.add(Fault(self.vendor, "late_index", operation, seconds=seconds))

    def pass_time(self, seconds: float) -> None:
        time.sleep(self.slow)  # a request that nobody waits for any more is still being done
        self.sandbox.clock.move(seconds)

    def fault(self, kind: str, operation: str) -> None:
        request = REQUESTS[self.vendor][operation]
        if kind == "timeout":
            self.slow = SHORT_TIMEOUT * 2
            self.sandbox.faults.add(Fault(self.vendor, "latency", request, times=1, seconds=self.slow))
        else:
            self.sandbox.faults.add(Fault(self.vendor, kind, request, times=1, seconds=3 if kind == "429" else None))

    def scope(self, label: str) -> Any:
        return {"tags": [label]} if self.vendor == "asana" else f'labels = "{label}"'

    def by_hand(
        self, title: str, heading: str = "Goal", text: str = "By hand", labels: Sequence[str] = ()
    ) -> TicketRef:
        if self.vendor == "asana":
            site = self.sandbox.asana
            html = f"<body><h1>{heading}</h1>{text}</body>"
            tags = [self._tag(label) for label in labels]
            data = {"name": title, "html_notes": html, "projects": [_project(self.sandbox)], "tags": tags}
            task = site.add_task(data, by=site.find_user("by", "mara@example.com"))
            return TicketRef("asana", task.gid, task.gid, "")
        content = [
            {"type": "heading", "attrs": {"level": 1}, "content": [{"type": "text", "text": heading}]},
            {"type": "paragraph", "content": [{"type": "text", "text": text}]},
        ]
        description = {"type": "doc", "version": 1, "content": content}
        site = self.sandbox.jira
        mara = next(user for user in site.users.values() if user.email == "mara@example.com")
        fields = {"labels": list(labels)}
        issue = site.add_issue("WEB", "Story", title, description=description, reporter=mara, fields=fields)
        return TicketRef("jira", issue.id, issue.key, "")

    def describe(self, ref: TicketRef, blocker: TicketRef, blocked: TicketRef) -> None:
        if self.vendor == "jira":
            self._describe_issue(ref, blocker, blocked)
            return
        site, records = self.sandbox.asana, self.sandbox.asana.records
        task, mara = records[ref.id], site.find_user("assignee", "mara@example.com")
        points = next(one for one in records.values() if one.kind == "custom_field" and one.name == "Story Points")
        task.assignee, task.due_on, task.start_on = mara, "2027-03-01", "2027-02-01"
        task.likes, task.values[points.gid] = [mara, site.me], 5
        for one, other in ((records[blocker.id], task), (task, records[blocked.id])):
            one.dependents.append(other)
            other.dependencies.append(one)
        project = task.sections[0].project
        site.move_task(task, next(section for section in project.sections if section.name == "In progress"))

    def _describe_issue(self, ref: TicketRef, blocker: TicketRef, blocked: TicketRef) -> None:
        site = self.sandbox.jira
        named = {field.name: field for field in site.fields.values()}
        if "Start date" not in named:
            named["Start date"] = site.add_field("Start date", "date")
        issue, mara = site.issues[ref.id], next(u for u in site.users.values() if u.email == "mara@example.com")
        issue.values |= {"assignee": mara.account_id, "duedate": "2027-03-01", named["Story Points"].id: 5.0}
        issue.values |= {named["Start date"].id: "2027-02-01", named["Flagged"].id: [named["Flagged"].options[0].id]}
        issue.status, issue.voters = "3", ["one", "two"]
        for source, target in ((blocker, ref), (ref, blocked)):
            link = JiraLink(site.next_id(), "10000", source.id, target.id)
            site.links[link.id] = link

    def _tag(self, name: str) -> str:
        """The gid of a tag, made if there is none."""
        site = self.sandbox.asana
        known = (one for one in site.records.values() if one.kind == "tag" and one.name == name)
        return (next(known, None) or site.add_tag(name)).gid


def _project(sandbox: Sandbox) -> str:
    return next(iter(task for task in sandbox.asana.records.values() if task.kind == "project")).gid


@pytest.fixture(scope="session")
def company(new_recording: Callable[[], Path]) -> Iterator[Company]:
    """The sandbox with both trackers; every exchange is recorded and judged at the end of the session."""
    made = Company(new_recording())
    yield made
    made.stop()


def _memory_stand() -> Stand:
    hooks = MemoryHooks()
    tracker = hooks.tracker

    def locked_out() -> Tracker:
        refusing = MemoryTracker()
        for operation in ("create", "get"):
            refusing.fail_next(operation, Misconfigured("memory", operation, "no token", 401, fix="Set the token."))
        return refusing

    team = {"project": "MEM"}
    return Stand("memory", tracker, Scope(team), hooks.known, {"fields": FIELDS}, hooks, lambda: tracker, locked_out)


def _asana_stand(sandbox: Sandbox) -> Stand:
    environment = sandbox.environment()

    def tracker(token: str = environment["ASANA_ACCESS_TOKEN"]) -> Tracker:
        return AsanaTracker(
            AsanaEnvironment(access_token=token, url=environment["ASANA_URL"], lookup_lag=LAG),  # type: ignore[arg-type]
            clock=sandbox.clock.now,
        )

    team = {"project": _project(sandbox), "section": "Intake"}
    template = {"fields": dict(FIELDS)}
    hooks = SandboxHooks("asana", sandbox)
    known = Person("Mara Example", "mara@example.com")
    return Stand("asana", tracker(), Scope(team), known, template, hooks, tracker, lambda: tracker("wrong"))


def _jira_stand(sandbox: Sandbox) -> Stand:
    environment = sandbox.environment()

    def tracker(token: str = environment["JIRA_API_TOKEN"]) -> Tracker:
        return JiraTracker(
            JiraEnvironment(
                url=environment["JIRA_URL"],
                email=environment["JIRA_EMAIL"],
                api_token=token,  # type: ignore[arg-type]
                lookup_lag=LAG,
            )
        )

    team = {"project": "WEB"}
    template = {"issue_type": "Story", "fields": dict(FIELDS)}
    hooks = SandboxHooks("jira", sandbox)
    known = Person("Mara Example", "mara@example.com")
    return Stand("jira", tracker(), Scope(team), known, template, hooks, tracker, lambda: tracker("wrong"))


STANDS: Mapping[str, Callable[[Sandbox], Stand]] = {"jira": _jira_stand, "asana": _asana_stand}
"""The trackers that live in the sandbox; who adds a tracker adds its stand, or the whole suite fails for it."""


@pytest.fixture(params=list(KINDS))
async def stand(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stand]:
    """A tracker and its world, fresh for each test."""
    if request.param == "memory":
        yield _memory_stand()
        return
    company: Company = request.getfixturevalue("company")
    company.sandbox.reset()
    late = request.node.callspec.params.get("kind") == "timeout"
    monkeypatch.setattr("adapters.asana.client.WAITS", {"_request_timeout": (5.0, SHORT_TIMEOUT if late else TIMEOUT)})
    monkeypatch.setattr("adapters.jira.client.READ_SECONDS", SHORT_TIMEOUT if late else TIMEOUT)
    made = STANDS[request.param](company.sandbox)
    yield made
    await asyncio.sleep(made.hooks.slow)  # else the late request meets the next test's faults
    for tracker in (made.tracker, *made.made):
        await tracker.close()


@pytest.fixture
def tracker(stand: Stand) -> Tracker:
    """The tracker under test."""
    return stand.tracker


@pytest.fixture
def scope(stand: Stand) -> Scope:
    """Its project."""
    return stand.scope


@pytest.fixture
def draft(stand: Stand) -> Callable[..., TicketDraft]:
    """Makes drafts for the tracker under test."""
    return stand.draft


@pytest.fixture
def launch_values(stand: Stand) -> dict[str, Value]:
    """An answer for each kind of custom field."""
    return {
        "campaign": "Spring “sale” <b>2027</b>",
        "points": 5.5,
        "impact": "Revenue",
        "markets": ("DE", "UK"),
        "go_live": date(2027, 3, 1),
        "stakeholders": (stand.known,),
    }
