"""The sandbox's Jira and Asana with a project of any size in each, and a fixed latency.

What the sandbox would keep as fifty thousand records is made up here, page by page: one issue and one task of it, as it
shows them with the fields that were asked for, under so many ids, names and times. Queries are read with the
sandbox's own parser, and what is not understood is refused. Everything else is the sandbox.
"""

import asyncio
import json
import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from aiohttp import web

from sandbox.asana.fields import parse_opt_fields
from sandbox.jira.jql import Clause, Joined, Term, parse
from sandbox.jira.kinds import jira_time
from sandbox.jira.model import Comment, Issue, RichText
from sandbox.jira.render import issue_json, wanted_fields
from sandbox.jira.search import subjects
from sandbox.jira.seed import seed
from sandbox.jira.view import View
from sandbox.server import Sandbox

SAMPLE = "90000001"
"""The number of the issue and the task that stand for all others; theirs have as many digits."""
FIRST = 10_000_000
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
AGO = timedelta(days=20)
OLD = NOW - AGO
YEARS = timedelta(days=3 * 365)
DUE = "2027-03-01"
DAYS = 365
LABEL = "landing-page"
SECTIONS = ("Backlog", "Intake", "Next", "Doing")
ASANA_PROJECT = "1201000000000001"
TEXT = """\
h2. User story

As a returning visitor, I want to see prices for my company size, so that I can order at once.

h2. Acceptance criteria

* The price for my size is shown on phone and desktop
* The table can be printed
* A tap on the number starts a call

h2. Goal

Demo requests from 40 to 60 a month by the end of March."""
COMMENTS = (
    "Calculator component can be reused, I looked at it on Monday. Starting when the designs are approved.",
    "Designs for phone and desktop are approved, see the link in the ticket. Legal wants to see it before it is live.",
    "Staging has it now. Please look at the table on a small phone, the last column is close to the edge.",
    "Looks good to me. Can the button stand above the table as well?",
)
IDS_ONLY = frozenset({"id", "key"})
SEARCH = re.compile(r"/jira/rest/api/([23])/search/jql")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class BigProjects:
    """Projects of some size.

    Attributes:
        count: issues, and tasks.
        changed: how many of them changed lately.
        latency: seconds for each call, by the beginning of its path.
        now: when the changed ones were changed; the others twenty days before.
        first_due: when the first of them is due, and each further one of a year's worth a day later; None: all on one
            day.
        calls: how many calls came, by path.
        sent: bytes of all answers.
    """

    def __init__(self) -> None:
        self.sandbox = Sandbox(_fill)
        self.count, self.changed = 0, 0
        self.latency: dict[str, float] = {}
        self.now = NOW
        self.first_due: date | None = None
        self.calls: Counter[str] = Counter()
        self.sent = 0
        self._created: list[datetime] = []
        self._templates: dict[tuple[str, ...], str] = {}

    def application(self) -> web.Application:
        """The server."""
        app = self.sandbox.application()
        app.middlewares.append(self._counted)
        app.router.add_post("/bench", self._become)
        app.router.add_get("/bench", self._told)
        return app

    async def _become(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.count, self.changed, self.latency = int(asked["count"]), int(asked["changed"]), dict(asked["latency"])
        self.now = datetime.fromisoformat(asked["now"]) if "now" in asked else NOW
        self.first_due = date.fromisoformat(asked["first_due"]) if "first_due" in asked else None
        self.calls.clear()
        self.sent = 0
        # More were made in every month than in the month before.
        self._created = [self.now - YEARS + YEARS * math.sqrt(number / self.count) for number in range(self.count)]
        return web.json_response({})

    async def _told(self, _: web.Request) -> web.Response:
        return web.json_response({"calls": self.calls, "bytes": self.sent})

    @web.middleware
    async def _counted(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path == "/bench":
            return await handler(request)
        self.calls[request.path] += 1
        latency = next((each for start, each in self.latency.items() if request.path.startswith(start)), 0.0)
        end = asyncio.get_running_loop().time() + latency
        if found := SEARCH.fullmatch(request.path):
            response: web.StreamResponse = await self._search(request, int(found[1]))
        elif request.path == "/asana/api/1.0/tasks" and request.method == "GET":
            response = self._tasks(request)
        else:
            response = await handler(request)
        await asyncio.sleep(end - asyncio.get_running_loop().time())
        body = getattr(response, "body", None)
        self.sent += len(body) if isinstance(body, bytes) else 0
        return response

    async def _search(self, request: web.Request, version: int) -> web.Response:
        asked: dict[str, Any] = dict(request.query) if request.method == "GET" else await request.json()
        fields = asked.get("fields") or "id"
        names = fields.split(",") if isinstance(fields, str) else list(fields)
        only_ids = IDS_ONLY.issuperset(names)
        site = self.sandbox.jira
        view = View(site, site.token_user, version, f"http://{request.host}/jira")
        numbers = self._found(view, str(asked.get("jql")))
        begin = int(asked.get("nextPageToken") or 0)
        end = begin + min(int(asked.get("maxResults") or 50), 5_000 if only_ids else 100)
        template = self._issue(view, tuple(names), only_ids=only_ids)
        issues = ",".join(self._written(template, number) for number in numbers[begin:end])
        rest = f'"nextPageToken":"{end}","isLast":false' if end < len(numbers) else '"isLast":true'
        return web.Response(body=f'{{"issues":[{issues}],{rest}}}'.encode(), content_type="application/json")

    def _found(self, view: View, jql: str) -> Sequence[int]:
        """The numbers of the issues that a query finds, in its order."""
        query = parse(jql)
        if query.where is None:
            raise web.HTTPBadRequest(text="unbounded")
        low, high, some = 0, self.count, None
        for term in _all_of(query.where):
            if isinstance(term, Clause) and term.field.lower() == "created":
                place = bisect_left(self._created, _moment(term.values[0].text))
                low, high = (max(low, place), high) if term.operator == ">=" else (low, min(high, place))
            elif (those := self._numbers(view, term)) is not None:
                some = those if some is None else some & those
        numbers: Sequence[int] = range(low, high)
        if some is not None:
            numbers = [number for number in numbers if number in some]
        if {name for name, _ in query.order} - {"id", "created"}:
            raise web.HTTPBadRequest(text=f"not sorted here: {query.order}")
        backwards = query.order and query.order[0][1] == "desc"  # ids stand in the order of creation
        return numbers[::-1] if backwards else numbers

    def _numbers(self, view: View, term: Term) -> frozenset[int] | None:
        """The numbers of the issues for which a term holds; None for all of them."""
        if isinstance(term, Joined):
            parts = [self._numbers(view, part) for part in term.terms]
            some = [part for part in parts if part is not None]
            if term.word == "and":
                return frozenset.intersection(*some) if some else None
            return frozenset().union(*some) if len(some) == len(parts) else None
        return self._numbers_by(view, term)

    def _numbers_by(self, view: View, clause: Clause) -> frozenset[int] | None:
        """What holds for one issue here holds for all, but for the days on which they are due and were changed."""
        text = clause.values[0].text
        match clause.field.lower(), clause.operator:
            case "duedate", "<=" if self.first_due is not None:
                days = (date.fromisoformat(text) - self.first_due).days
                return frozenset(number for number in range(self.count) if number % DAYS <= days)
            case "updated", ">=" if "-" not in text[:1]:
                lately = range(0, self.count, self._step)[: self.changed]
                return frozenset(lately) if _moment(text) > self.now - AGO else None
            case "updated", ">=":
                return None
            case "created" | "updated" | "duedate", operator if operator not in {"is", "is not"}:
                raise web.HTTPBadRequest(text=f"not understood here: {clause}")  # it differs from issue to issue
            case _:
                holds = any(subject.criterion(clause)(self._sample) for subject in subjects(view, clause.field))
                return None if holds else frozenset()

    @property
    def _sample(self) -> Issue:
        issues = self.sandbox.jira.issues.values()
        return next(one for one in issues if one.values["summary"] == f"Ticket {SAMPLE}")

    def _issue(self, view: View, names: tuple[str, ...], *, only_ids: bool) -> str:
        """An issue with these fields."""
        key = ("jira", str(view.api), *names)
        if key not in self._templates:
            issue = self._sample
            shown = issue_json(view, issue, [] if only_ids else wanted_fields(view, names, "id"))
            if only_ids:
                shown = {"id": shown["id"], "key": shown["key"]}
            text = json.dumps(shown, separators=(",", ":"))
            known = {issue.key: f"WEB-{SAMPLE}", f'"{issue.id}"': f'"{SAMPLE}"', f"issue/{issue.id}": f"issue/{SAMPLE}"}
            for old, new in known.items():
                text = text.replace(old, new)
            self._templates[key] = text.replace(jira_time(NOW), "CREATED").replace(jira_time(OLD), "UPDATED")
        return self._templates[key]

    def _tasks(self, request: web.Request) -> web.Response:
        query = request.query
        if known := query.get("section"):
            sections = [one.gid for one in self.sandbox.asana.records[ASANA_PROJECT].sections]  # type: ignore[attr-defined]
            place, size = sections.index(known), self.count // len(sections)
            numbers: Sequence[int] = range(
                place * size, (place + 1) * size if place + 1 < len(sections) else self.count
            )
        elif query.get("project") == ASANA_PROJECT:
            numbers = range(self.count)
        else:
            raise web.HTTPBadRequest(text="not understood here")
        if "modified_since" in query:
            numbers = numbers[: self.changed]
        begin = int(query.get("offset", "o0")[1:])
        end = begin + int(query.get("limit", "100"))
        template = self._task(query.get("opt_fields", ""))
        tasks = ",".join(self._written(template, number) for number in numbers[begin:end])
        following = f'{{"offset":"o{end}","path":"/tasks","uri":"http://x"}}' if end < len(numbers) else "null"
        body = f'{{"data":[{tasks}],"next_page":{following}}}'.encode()
        return web.Response(body=body, content_type="application/json")

    def _task(self, fields: str) -> str:
        """A task with these fields."""
        key = ("asana", fields)
        if key not in self._templates:
            site = self.sandbox.asana
            shown = site.renderer.compact(site.records[SAMPLE], parse_opt_fields(fields))
            text = json.dumps(shown, separators=(",", ":"))
            self._templates[key] = re.sub(r'"created_at":"[^"]+"', '"created_at":"CREATED"', text)
        return self._templates[key]

    def _written(self, template: str, number: int) -> str:
        made = template.replace(SAMPLE, str(FIRST + number)).replace("CREATED", jira_time(self._created[number]))
        if self.first_due is not None:
            made = made.replace(DUE, (self.first_due + timedelta(days=number % DAYS)).isoformat())
        return made.replace("UPDATED", jira_time(self.now if self._changed_lately(number) else self.now - AGO))

    def _changed_lately(self, number: int) -> bool:
        place, rest = divmod(number, self._step)
        return not rest and place < self.changed

    @property
    def _step(self) -> int:
        """The changed ones are spread over all of them."""
        return max(1, self.count // max(1, self.changed))


def _all_of(term: Term) -> Sequence[Term]:
    """The terms that must all hold."""
    return term.terms if isinstance(term, Joined) and term.word == "and" else (term,)


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def _fill(sandbox: Sandbox) -> None:
    """One issue and one task as people write them, and what stands around them."""
    sandbox.slack.add_channel("mar-dev-web", [sandbox.slack.add_user("mara", "Mara Example")], channel_id="C0WEB")
    jira, asana = sandbox.jira, sandbox.asana
    seed(jira)
    mara = next(user for user in jira.users.values() if user.email == "mara@example.com")
    jira.token_user.time_zone = "UTC"
    fields = {
        "labels": [LABEL, "marketing"],
        "assignee": {"accountId": mara.account_id},
        "duedate": DUE,
        "Business impact": {"value": "Revenue"},
        "Story Points": 5,
    }
    issue = jira.add_issue(
        "WEB", "Story", f"Ticket {SAMPLE}", fields=fields, description=TEXT, reporter=mara, created=NOW
    )
    for number, words in enumerate(COMMENTS):
        when = OLD - timedelta(days=len(COMMENTS) - number)
        issue.comments.append(
            Comment(jira.next_id(), mara.account_id, RichText(wiki=words), when, when, mara.account_id)
        )
    jira.add_attachment(issue, "prices.pdf", b"prices", "application/pdf")
    issue.updated = issue.status_since = OLD
    for number in range(120):  # a site that has grown has many fields that an issue does not use
        jira.add_field(f"Field {number}", "text")
    someone = asana.add_user("Mara Example", "mara@example.com")
    custom = [
        asana.add_field("devrequest", "text"),
        asana.add_field("Business impact", "enum", ["Revenue", "Cost"]),
        asana.add_field("Estimate", "number"),
    ]
    project = asana.add_project("Web", SECTIONS, gid=ASANA_PROJECT, fields=custom)
    html = (
        "<body><h1>User story</h1>As a returning visitor, I want to see prices for my company size, so that I can "
        "order at once.<h1>Acceptance criteria</h1><ul><li>The price for my size is shown</li><li>The table can be "
        "printed</li><li>A tap on the number starts a call</li></ul><h1>Goal</h1>Demo requests from 40 to 60 a month "
        "by the end of March.</body>"
    )
    data = {"name": f"Ticket {SAMPLE}", "html_notes": html, "projects": [project.gid], "assignee": someone.gid}
    data |= {"tags": [asana.add_tag(LABEL).gid]}
    data |= {"due_on": DUE, "custom_fields": {custom[2].gid: 5}}
    task = asana.add_task(data, by=someone)
    del asana.records[task.gid]
    task.gid = SAMPLE
    asana.records[SAMPLE] = task


async def main() -> None:
    """Serve until the process ends, and say where."""
    runner = web.AppRunner(BigProjects().application(), access_log=None, max_line_size=65_536)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(json.dumps({"event": "ready", "port": runner.addresses[0][1]}), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
