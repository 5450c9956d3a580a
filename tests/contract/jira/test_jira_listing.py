"""Reading a Jira project in bulk: every ticket, few requests, whatever Jira does on the way."""

import asyncio
import json
import math
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from adapters.base import Distant, Marks, Scope, Ticket
from adapters.errors import Misconfigured, NotSent, Throttled
from adapters.jira.mapping import FIELDS
from adapters.jira.tracker import JiraTracker
from sandbox.faults import Fault
from sandbox.jira import search
from sandbox.jira.extras import add_link
from sandbox.jira.jql_tokens import JqlError
from sandbox.jira.view import View

WEB = Scope({"project": "WEB"})
SEARCH = "POST search/jql"
SPECIAL = ("Flagged", "Story Points")
DISTANT = Distant(date(2027, 1, 9), Marks(("quick-win",), ("Bug",)), ("request type",), small=1.0)


async def titles(pages: AsyncIterator[list[Ticket]]) -> list[str]:
    return [ticket.title async for page in pages for ticket in page]


def fill(sandbox: Any, count: int, days: float = 300) -> list[str]:
    """So many issues, made one after another in the last days, each a bit later than half way to the next."""
    now = sandbox.clock.now()
    for number in range(count):
        created = now - timedelta(days=days * (1 - number / count) ** 2)
        sandbox.site.add_issue("WEB", "Story", f"Ticket {number}", created=created)
    sandbox.recorder.clear()
    return [f"Ticket {number}" for number in range(count)]


def queries(sandbox: Any) -> list[dict[str, Any]]:
    """The bodies of all searches."""
    import base64

    return [
        json.loads(base64.b64decode(exchange["body_b64"]))
        for exchange in sandbox.exchanges()
        if exchange["path"].endswith("search/jql")
    ]


class TestWhole:
    """All tickets of a project."""

    @pytest.mark.parametrize(("readers", "count"), [(1, 130), (4, 0), (4, 7), (4, 130), (8, 130)])
    async def test_every_ticket_comes_once_in_few_requests(self, sandbox: Any, readers: int, count: int) -> None:
        """As many requests as full pages, one for the fields, and at most one more for each reader and one over."""
        sandbox.site.page_limit = 5
        expected = fill(sandbox, count)
        tracker = sandbox.tracker(parallel_reads=readers)

        found = await titles(tracker.changed(WEB))
        await tracker.close()

        assert sorted(found) == sorted(expected)
        assert len(sandbox.calls()) <= max(1, math.ceil(count / 5)) + readers + 2
        assert set(sandbox.calls()) <= {SEARCH, "GET field"}

    async def test_pages_are_read_side_by_side(self, sandbox: Any, tracker: JiraTracker) -> None:
        """Four at a time, once it is known that there is more than a page."""
        sandbox.site.page_limit = 5
        fill(sandbox, 100)
        sandbox.faults.add(Fault("jira", "latency", "* *search/jql", seconds=0.05))
        running, most = 0, []
        call = tracker._client._call

        def counted(*given: Any, **named: Any) -> Any:
            nonlocal running
            running += 1
            most.append(running)
            try:
                return call(*given, **named)
            finally:
                running -= 1

        tracker._client._call = counted  # type: ignore[method-assign]
        await titles(tracker.changed(WEB))

        assert max(most) == 4

    async def test_only_the_fields_that_are_needed_are_asked_for(self, sandbox: Any, tracker: JiraTracker) -> None:
        """The list of the mapping, the custom fields with a meaning of ours, and those that the team names."""
        fill(sandbox, 1)
        team = {"project": "WEB", "fields": ["business impact"]}

        await titles(tracker.changed(Scope(team)))

        special = {sandbox.field(name) for name in (*SPECIAL, "Business impact")}
        assert {frozenset(query["fields"]) for query in queries(sandbox)} == {frozenset(FIELDS) | special}
        assert not {"*all", "*navigable", "comment", "attachment"} & set(FIELDS)

    async def test_ids_come_five_thousand_a_page(self, sandbox: Any, tracker: JiraTracker) -> None:
        """A listing of ids is one request here, and asks for nothing else."""
        fill(sandbox, 120)

        pages = [page async for page in tracker.changed(WEB, ids_only=True)]

        assert [len(page) for page in pages] == [120]
        assert sandbox.calls() == [SEARCH]
        assert [(query["fields"], query["maxResults"]) for query in queries(sandbox)] == [(["key"], 5000)]

    async def test_who_stops_early_leaves_nothing_behind(self, sandbox: Any, tracker: JiraTracker) -> None:
        """After the first page nothing more is asked for."""
        sandbox.site.page_limit = 5
        fill(sandbox, 100)

        pages = tracker.changed(WEB)
        async for _ in pages:
            break
        await pages.aclose()  # type: ignore[attr-defined]  # an async generator
        await asyncio.sleep(0.2)
        asked = len(sandbox.calls())
        await asyncio.sleep(0.2)

        assert len(sandbox.calls()) == asked < 10

    async def test_tickets_come_whatever_order_jira_gives_them(self, stub: Any) -> None:
        """If pages are not sorted as asked, everything is read again, one page after another."""
        issues = [
            {"id": str(n), "key": f"WEB-{n}", "fields": {"created": f"2026-0{n}-01T10:00:00.000+0000"}}
            for n in (3, 1, 4, 2, 5)
        ]

        def answer(method: str, path: str) -> Any:
            if path == "field":
                return 200, {}, b"[]"
            token = json.loads(stub.requests[-1][2]).get("nextPageToken")
            begin = int(token or 0)
            page: dict[str, Any] = {"issues": issues[begin : begin + 2]}
            page |= {"nextPageToken": str(begin + 2)} if begin + 2 < len(issues) else {"isLast": True}
            return 200, {}, json.dumps(page).encode()

        stub.answer = answer
        tracker = JiraTracker(stub.environment())

        found = [ticket.ref.id async for page in tracker.changed(WEB) for ticket in page]
        await tracker.close()

        assert found == ["3", "1", "4", "2", "5"]


class TestChanges:
    """What changed since a time."""

    @pytest.mark.parametrize("count", [0, 3, 12])
    async def test_the_rest_of_the_project_costs_nothing(self, sandbox: Any, tracker: JiraTracker, count: int) -> None:
        """Full pages of what changed, the fields and the time zone; nothing for what did not change."""
        sandbox.site.page_limit = 5
        fill(sandbox, 60)
        since = sandbox.clock.now() - timedelta(minutes=2)
        for issue in list(sandbox.site.issues.values())[:count]:
            issue.updated = sandbox.clock.now()

        found = await titles(tracker.changed(WEB, since))

        assert len(found) == count
        assert len(sandbox.calls()) <= max(1, math.ceil(count / 5)) + 2

    async def test_time_and_fields_are_known_the_next_time(self, sandbox: Any, tracker: JiraTracker) -> None:
        """A sweep in which nothing changed is one request."""
        since = sandbox.clock.now()
        await titles(tracker.changed(WEB, since))
        sandbox.recorder.clear()

        await titles(tracker.changed(WEB, since))

        assert sandbox.calls() == [SEARCH]

    async def test_times_are_told_in_the_zone_of_the_tokens_user(self, sandbox: Any, tracker: JiraTracker) -> None:
        """JQL reads times where the user is, to the minute."""
        sandbox.site.token_user.time_zone = "Asia/Kathmandu"
        since = sandbox.clock.now().replace(hour=8, minute=30, second=59)

        await titles(tracker.changed(WEB, since))

        (query,) = queries(sandbox)
        assert f'updated >= "{since:%Y-%m-%d} 14:15"' in query["jql"]


class TestTypes:
    """Issue types that are marks."""

    async def test_types_that_the_project_has_cost_nothing(self, sandbox: Any, tracker: JiraTracker) -> None:
        """They stand in the query."""
        fill(sandbox, 2)

        await titles(tracker.changed(Scope(WEB.team, Marks((), ("Story",)))))

        assert sorted(sandbox.calls()) == ["GET field", SEARCH]

    async def test_types_that_it_does_not_have_are_left_out(self, sandbox: Any, tracker: JiraTracker) -> None:
        """Jira refuses the query once; then it is known which types there are."""
        fill(sandbox, 2)
        scope = Scope(WEB.team, Marks((), ("Story", "Nonsense")))

        first = await titles(tracker.changed(scope))
        sandbox.recorder.clear()
        second = await titles(tracker.changed(scope))

        assert len(first) == len(second) == 2
        assert sandbox.calls() == [SEARCH]

    async def test_one_that_is_renamed_does_not_end_the_reading(self, sandbox: Any, tracker: JiraTracker) -> None:
        """Although its old name is remembered, since a form was shown just before."""
        fill(sandbox, 2)
        sandbox.site.add_issue("WEB", "Story", "Labelled", fields={"labels": ["landing-page"]})
        await tracker.options("Business impact", WEB)

        sandbox.site.issue_type("Story").name = "User story"

        assert await titles(tracker.changed(Scope(WEB.team, Marks(("landing-page",), ("Story",))))) == ["Labelled"]

    async def test_a_wrong_scope_beside_types_is_still_the_operators(self, sandbox: Any, tracker: JiraTracker) -> None:
        """A query that is refused for another reason is not tried for ever."""
        scope = Scope({"project": "WEB", "scope": "nonsense = 1"}, Marks((), ("Story",)))

        for _ in range(2):
            with pytest.raises(Misconfigured, match="nonsense"):
                await titles(tracker.changed(scope))


class TestDistant:
    """Tickets that are not needed now."""

    async def test_only_they_are_left_out(self, sandbox: Any) -> None:
        """Whatever makes a ticket wanted makes Jira send it; what is far away costs nothing."""
        expected = various(sandbox)

        found = await titles(sandbox.tracker().changed(WEB, without=DISTANT))

        assert sorted(found) == sorted(expected)
        assert sorted(sandbox.calls()) == ["GET field", SEARCH]

    @pytest.mark.parametrize("gone", ["Flagged", "issueLinkType", "duedate"])
    async def test_where_jira_refuses_to_tell_them_all_are_read(
        self, sandbox: Any, monkeypatch: pytest.MonkeyPatch, gone: str
    ) -> None:
        """A site may hide a field that is named, or switch links off."""
        every = [*various(sandbox), "Far away", "Larger"]
        refuse(monkeypatch, sandbox, gone)

        assert sorted(await titles(sandbox.tracker().changed(WEB, without=DISTANT))) == sorted(every)
        assert sandbox.calls().count(SEARCH) == 2

    async def test_a_wrong_scope_is_still_the_operators(self, sandbox: Any, tracker: JiraTracker) -> None:
        """It is told as ever, after a try with everything."""
        with pytest.raises(Misconfigured, match="nonsense"):
            await titles(tracker.changed(Scope({"project": "WEB", "scope": "nonsense = 1"}), without=DISTANT))

    async def test_marks_with_quotes_are_quoted(self, sandbox: Any, tracker: JiraTracker) -> None:
        """Labels come from templates, where anything may stand."""
        fill(sandbox, 2)
        odd = replace(DISTANT, marks=Marks(('say "hi" \\ OR 1=1', "two words", ""), ()))

        assert len(await titles(tracker.changed(WEB, without=odd))) == 2
        assert sandbox.calls().count(SEARCH) == 1


def various(sandbox: Any) -> list[str]:
    """One ticket that is far away, and one for each reason to want it all the same; the titles of these."""
    site, far = sandbox.site, {"duedate": "2027-05-01"}
    mara = next(user for user in site.users.values() if user.email == "mara@example.com")
    made: dict[str, dict[str, Any]] = {
        "Far away": {"fields": far},
        "Without a day": {},
        "On the last day": {"fields": {"duedate": "2027-01-09"}},
        "Begun": {"fields": far, "status": "In Progress"},
        "Done": {"fields": far, "status": "Done"},
        "Flagged": {"fields": far | {"Flagged": [{"value": "Impediment"}]}},
        "Labelled": {"fields": far | {"labels": ["Quick-Win"]}},
        "Small": {"fields": far | {"Story Points": 0.5}},
        "Blocks another": {"fields": far},
        "Is blocked": {"fields": far},
    }
    issues = {title: site.add_issue("WEB", "Story", title, reporter=mara, **more) for title, more in made.items()}
    site.add_issue("WEB", "Bug", "Of a type", fields=far, reporter=mara)
    site.add_issue("WEB", "Story", "Ours", fields=far)
    site.add_issue("WEB", "Story", "Larger", fields=far | {"Story Points": 3}, reporter=mara)
    blocks = next(kind for kind in site.link_types if kind.name == "Blocks")
    add_link(View(site, site.token_user, 3, ""), blocks, issues["Blocks another"], issues["Is blocked"])
    sandbox.recorder.clear()
    return [*(title for title in made if title != "Far away"), "Of a type", "Ours"]


def refuse(monkeypatch: pytest.MonkeyPatch, sandbox: Any, name: str) -> None:
    """Let the site know no such field in queries any more."""
    field = next((one for one in sandbox.site.fields.values() if name in (one.name, one.id)), None)
    known = search.subjects

    def subjects(view: View, asked: str) -> Any:
        names = {name.lower()} | ({field.id.lower(), *map(str.lower, field.clause_names)} if field else set())
        if asked.lower() in names:
            raise JqlError(f"Field '{asked}' does not exist or you do not have permission to view it.")
        return known(view, asked)

    monkeypatch.setattr(search, "subjects", subjects)


class TestTrouble:
    """Jira at its worst."""

    @pytest.fixture(autouse=True)
    def _short(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("adapters.limiter.PAUSES", (0.01, 0.01, 0.01))

    async def test_single_failures_do_not_end_a_long_reading(self, sandbox: Any, tracker: JiraTracker) -> None:
        """Lost pages are asked for again, and nothing is missed."""
        sandbox.site.page_limit = 5
        expected = fill(sandbox, 60)
        for kind in ("drop_before", "500", "garbage"):
            sandbox.faults.add(Fault("jira", kind, "* *search/jql", times=1))

        assert sorted(await titles(tracker.changed(WEB))) == sorted(expected)

    @pytest.mark.parametrize("asked", ["search/jql", "field", "myself"])
    async def test_a_pause_is_waited_out(self, sandbox: Any, tracker: JiraTracker, asked: str) -> None:
        """A 429 before the first page or in the middle costs its time and nothing else."""
        sandbox.site.page_limit = 5
        expected = fill(sandbox, 60)
        sandbox.faults.add(Fault("jira", "429", f"* *{asked}", times=1, seconds=1))
        since = sandbox.clock.now() - timedelta(days=400)

        assert sorted(await titles(tracker.changed(WEB, since))) == sorted(expected)
        assert [fault.times for fault in sandbox.faults.active()] in ([], [0])

    async def test_an_outage_before_the_first_page_is_told_at_once(self, sandbox: Any, tracker: JiraTracker) -> None:
        """Nobody waits for a tracker that is away before there is anything to lose."""
        sandbox.faults.add(Fault("jira", "500", "* *field"))
        began = time.monotonic()

        with pytest.raises(NotSent):
            await titles(tracker.changed(WEB))

        assert time.monotonic() - began < 1

    async def test_an_outage_is_told(self, sandbox: Any, tracker: JiraTracker) -> None:
        """A tracker that stays away is the caller's to wait for."""
        fill(sandbox, 5)
        sandbox.faults.add(Fault("jira", "500", "* *search/jql"))

        with pytest.raises(NotSent):
            await titles(tracker.changed(WEB))

    async def test_a_very_long_pause_is_told(self, sandbox: Any, tracker: JiraTracker) -> None:
        """Nobody waits an hour inside a call."""
        fill(sandbox, 5)
        sandbox.faults.add(Fault("jira", "429", "* *search/jql", times=1, seconds=3600))

        with pytest.raises(Throttled) as caught:
            await titles(tracker.changed(WEB))

        assert caught.value.after == 3600

    async def test_people_are_served_while_everything_is_read(self, stub: Any) -> None:
        """A create goes through at once however many pages are under way."""
        gate = threading.Event()

        def answer(method: str, path: str) -> Any:
            if path == "field":
                return 200, {}, b"[]"
            if path == "search/jql":
                gate.wait(10)
                return 200, {}, b'{"issues": [], "isLast": true}'
            return 200, {}, b'{"accountId": "1", "timeZone": "UTC"}'

        stub.answer = answer
        tracker = JiraTracker(stub.environment())
        sweeps = [asyncio.create_task(titles(tracker.changed(WEB))) for _ in range(12)]
        await asyncio.sleep(0.2)

        made = asyncio.create_task(tracker._client.write("update", "PUT", "issue/1", {}))
        await asyncio.wait_for(made, 5)
        gate.set()
        await asyncio.gather(*sweeps)
        await tracker.close()
