"""The Jira tracker on the sandbox's Jira: tickets as people need them, and few requests."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from adapters.base import (
    Check,
    File,
    Finding,
    Link,
    Person,
    Scope,
    Section,
    SectionChange,
    TicketChange,
    TicketDraft,
    TicketRef,
)
from adapters.document import BulletList, Heading, ListItem, Paragraph, Text, document, text_of
from adapters.errors import Misconfigured, NotFound, NotSent, Rejected, Unsupported
from adapters.jira.tracker import JiraTracker
from sandbox.faults import Fault

MARA = Person("Mara Example", "mara@example.com")
JONAS = Person("Jonas Sample", "jonas@example.com")
STRANGER = Person("Nora Nobody", "nora@example.com")
PERMALINK = "https://example.slack.com/archives/C0MARDEV/p1700000000000100"
TEAM = {"project": "WEB"}
WEB = Scope(TEAM)


def section(heading: str, text: str) -> Section:
    return Section(heading, document(Paragraph((Text(text),))))


def draft(request_id: str = "V0A", **changes: Any) -> TicketDraft:
    usual = TicketDraft(
        request_id,
        "landing-page",
        "A landing page",
        (
            section("User story", "As a visitor, I want a page"),
            Section("Acceptance criteria", document(BulletList((ListItem((Text("It loads"),)),))), keep=True),
        ),
        team=TEAM,
        template={"issue_type": "Story"},
    )
    return replace(usual, **changes)


def mapped(fields: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"issue_type": "Story", "fields": fields, **more}


async def content(data: bytes) -> AsyncIterator[bytes]:
    yield data


class TestCreate:
    """A request becomes a ticket."""

    async def test_two_requests_with_warm_caches(self, sandbox: Any, tracker: JiraTracker) -> None:
        """With a reporter, an assignee and a Slack link a ticket takes one request, its link another."""
        wanted = draft(reporter=MARA, assignee=JONAS, due=date(2027, 3, 1), links=(Link(PERMALINK, "", "slack"),))
        await tracker.create(wanted)
        sandbox.recorder.clear()

        created = await tracker.create(replace(wanted, request_id="V0B"))

        assert sandbox.calls() == ["POST issue", f"POST issue/{created.ref.id}/remotelink"]
        assert created.notes == ()

    async def test_metadata_is_read_once_by_many(self, sandbox: Any, tracker: JiraTracker) -> None:
        """Twenty requests at once read the create metadata once, and make twenty tickets."""
        created = await asyncio.gather(*(tracker.create(draft(f"V{n}", reporter=MARA)) for n in range(20)))

        assert len({made.ref.key for made in created}) == 20
        assert len([call for call in sandbox.calls() if call.startswith("GET")]) == 3

    async def test_reads_back_what_was_asked(self, tracker: JiraTracker) -> None:
        """Title, sections, people, dates, labels, link and request id are on the ticket."""
        wanted = draft(
            reporter=MARA,
            assignee=JONAS,
            due=date(2027, 3, 1),
            labels=("spring sale",),
            links=(Link(PERMALINK, "Slack message", "slack"),),
        )

        created = await tracker.create(wanted)
        read = await tracker.get(created.ref)

        assert (read.title, read.issue_type, read.project) == ("A landing page", "Story", "WEB")
        assert read.document == document(
            Heading((Text("User story"),)),
            Paragraph((Text("As a visitor, I want a page"),)),
            Heading((Text("Acceptance criteria"),)),
            BulletList((ListItem((Text("It loads"),)),)),
        )
        assert (read.reporter and read.reporter.email, read.assignee and read.assignee.email) == (
            "mara@example.com",
            "jonas@example.com",
        )
        assert (read.due, read.labels) == (date(2027, 3, 1), ("spring-sale", "landing-page"))
        assert read.links == wanted.links
        assert (read.request_id, read.status_category, read.restricted) == ("V0A", "todo", False)
        assert created.ref.url.endswith(f"/jira/browse/{created.ref.key}")

    async def test_links_for_people_lead_to_the_site(self, sandbox: Any) -> None:
        """Behind the gateway tickets are linked by the address of the site, never by that of the API."""
        tracker = sandbox.tracker(site_url="https://example.atlassian.net/")

        created = await tracker.create(draft())

        assert created.ref.url == f"https://example.atlassian.net/browse/{created.ref.key}"
        await tracker.close()

    async def test_every_kind_of_field(self, sandbox: Any, tracker: JiraTracker) -> None:
        """Required fields of every kind are filled from the form and read back unchanged."""
        kinds = {
            "impact": ("Business impact", "Revenue"),
            "markets": ("Markets", ("DE", "US")),
            "boxes": ("Flagged", ("Impediment",)),
            "points": ("Story Points", 5.0),
            "live": ("Go-live", date(2027, 3, 1)),
            "when": ("Launch time", datetime(2027, 3, 1, 9, 0, tzinfo=UTC)),
            "criteria": ("Acceptance criteria", "first\n\n  second <b>&amp;</b>\n"),
            "campaign": ("Campaign", "Spring <sale>"),
            "design": ("Design link", "https://design.example/file"),
            "owner": ("Product owner", MARA),
            "stakeholders": ("Stakeholders", (MARA, JONAS)),
            "area": ("Area", ("Shop", "Cart")),
            "parts": ("components", ("Checkout", "Content")),
            "version": ("Fix versions", ("1.0",)),
            "prio": ("Priority", "High"),
        }
        web = sandbox.site.find_project("WEB")
        for name, _ in kinds.values():
            field = next(f for f in sandbox.site.fields.values() if name in {f.name, f.id})
            sandbox.site.put_on_screen(web, field.id, "Story", required=True)
        template = mapped({source: name for source, (name, _) in kinds.items()})

        created = await tracker.create(draft(values={k: v for k, (_, v) in kinds.items()}, template=template))
        fields = (await tracker.get(created.ref)).fields

        assert created.notes == ()
        read = {source: fields[name] for source, (name, _) in kinds.items()}
        emails = {key: value.email for key in ("owner",) if isinstance(value := read.pop(key), Person)}
        people = read.pop("stakeholders")
        assert emails == {"owner": "mara@example.com"}
        assert [p.email for p in people if isinstance(p, Person)] == ["mara@example.com", "jonas@example.com"]
        assert read == {k: v for k, (_, v) in kinds.items() if k not in {"owner", "stakeholders"}}

    async def test_reporter_without_permission(self, sandbox: Any, tracker: JiraTracker) -> None:
        """Without "Modify reporter" the ticket is made all the same and names the requester."""
        sandbox.site.denied.add(("MODIFY_REPORTER", None))

        created = await tracker.create(draft(reporter=MARA))

        assert (await tracker.get(created.ref)).reporter == Person("Mara Example")
        assert "POST issue" in sandbox.calls()

    async def test_reporter_refused(self, sandbox: Any, tracker: JiraTracker) -> None:
        """A permission that was taken away costs one more request once, and a note; the ticket names the requester."""
        await tracker.create(draft("V00", reporter=MARA))
        sandbox.site.denied.add(("MODIFY_REPORTER", None))

        created = await tracker.create(draft(reporter=MARA))
        read = await tracker.get(created.ref)
        sandbox.recorder.clear()
        again = await tracker.create(draft("V0B", reporter=MARA))

        note = "Jira did not accept Mara Example as the reporter; the ticket names them instead."
        assert (created.notes, again.notes) == ((note,), (note,))
        assert read.reporter == Person("Mara Example")
        assert sandbox.calls() == ["POST issue"]

    async def test_requester_without_account(self, tracker: JiraTracker) -> None:
        """Somebody unknown to Jira is named in the ticket, without a word to them."""
        created = await tracker.create(draft(reporter=STRANGER))

        assert created.notes == ()
        assert (await tracker.get(created.ref)).reporter == Person("Nora Nobody")

    async def test_hidden_email(self, sandbox: Any, tracker: JiraTracker) -> None:
        """An account whose e-mail is hidden is not found; the ticket is made and names them."""
        created = await tracker.create(draft(reporter=Person("Hidden Person", "hidden@example.com")))

        assert (await tracker.get(created.ref)).reporter == Person("Hidden Person")

    async def test_unknown_assignee(self, tracker: JiraTracker) -> None:
        """Nobody is assigned, the ticket stands, the requester is told."""
        created = await tracker.create(draft(assignee=STRANGER))

        assert created.notes == ("Nora Nobody has no account in Jira, so nobody is assigned.",)
        assert (await tracker.get(created.ref)).assignee is None

    async def test_assignee_whom_the_project_does_not_take(self, sandbox: Any, tracker: JiraTracker) -> None:
        """Somebody who cannot be assigned here is left out on a second try."""
        sandbox.site.add_user("Petra Planner", "petra@example.com", assignable=False)

        created = await tracker.create(draft(assignee=Person("Petra Planner", "petra@example.com")))

        assert created.notes == ("Petra Planner cannot be assigned in WEB, so nobody is assigned.",)

    async def test_what_jira_refuses_one_after_another_is_left_out(self, stub: Any) -> None:
        """Jira looks at its screens before it looks at people: what each look refuses is told, the ticket is made."""
        fields = [{"fieldId": one, "name": one} for one in ("description", "labels", "reporter", "assignee", "duedate")]
        known = {
            "issue/createmeta/WEB/issuetypes": {"issueTypes": [{"id": "1", "name": "Story"}], "total": 1},
            "issue/createmeta/WEB/issuetypes/1": {"fields": fields, "total": 5},
        }
        looks = {
            "duedate": "Das Feld „duedate“ kann nicht festgelegt werden.",
            "assignee": "Dem Benutzer können keine Vorgänge zugewiesen werden.",
        }

        def answer(method: str, path: str) -> Any:
            if method == "GET":
                return 200, {}, json.dumps(known[path.partition("?")[0]]).encode()
            sent = json.loads(stub.requests[-1][2])["fields"]
            refused = next(({"errors": {one: why}} for one, why in looks.items() if one in {*sent, "odd"}), None)
            return 400 if refused else 201, {}, json.dumps(refused or {"id": "1", "key": "WEB-1"}).encode()

        stub.answer = answer
        tracker = JiraTracker(stub.environment())

        created = await tracker.create(draft(assignee=replace(JONAS, id="7"), due=date(2027, 3, 1)))

        assert (created.ref.key, created.notes) == (
            "WEB-1",
            (
                "duedate cannot be set for Story in WEB.",
                "Jonas Sample cannot be assigned in WEB, so nobody is assigned.",
            ),
        )
        looks["odd"], before = "Field 'odd' cannot be set.", stub.lines.count("POST issue")
        with pytest.raises(Misconfigured):  # what was not sent cannot be left out either
            await tracker.create(draft())
        assert stub.lines.count("POST issue") == before + 1
        await tracker.close()

    async def test_field_that_is_not_on_the_screen(self, tracker: JiraTracker) -> None:
        """A mapping that leads nowhere costs a note, not the ticket."""
        created = await tracker.create(draft(values={"impact": "Revenue"}, template=mapped({"impact": "Nonsense"})))

        assert created.notes == ("Nonsense cannot be set for Story in WEB.",)

    async def test_option_that_jira_refuses(self, tracker: JiraTracker) -> None:
        """The person gets the reason at the question and at the field's name."""
        template = mapped({"impact": "Business impact"})

        with pytest.raises(Rejected) as raised:
            await tracker.create(draft(values={"impact": "Fame"}, template=template))

        reason = "Option value 'Fame' is not valid"
        assert (raised.value.fields, raised.value.sources) == ({"Business impact": reason}, {"impact": reason})

    async def test_screens_that_changed_since_they_were_read(self, sandbox: Any, tracker: JiraTracker) -> None:
        """An option that was made anew and a field that is required now are seen at once, not a quarter hour later."""
        impact, campaign = sandbox.field("Business impact"), sandbox.field("Campaign")
        project = sandbox.site.find_project("WEB")
        for screen in project.screens.values():
            del screen[campaign]
        template = mapped({"impact": "Business impact", "campaign": "Campaign"})
        wanted = draft(values={"impact": "Cost", "campaign": "Spring"}, template=template)
        await tracker.create(draft("V0", template=template))
        options = sandbox.site.fields[impact].options
        options[2] = replace(options[2], id="77777")
        sandbox.site.put_on_screen(project, campaign, "Story", required=True)

        created = await tracker.create(wanted)

        assert created.notes == ()
        fields = (await tracker.get(created.ref)).fields
        assert (fields["Business impact"], fields["Campaign"]) == ("Cost", "Spring")

    async def test_answer_that_no_field_can_hold(self, sandbox: Any, tracker: JiraTracker) -> None:
        """A text for a number is refused before anything is sent."""
        template = mapped({"points": "Story Points"})

        with pytest.raises(Rejected) as raised:
            await tracker.create(draft(values={"points": "many"}, template=template))

        assert raised.value.sources == {"points": "Story Points takes a number, such as 3 or 2.5"}
        assert "POST issue" not in sandbox.calls()

    async def test_required_field_that_nothing_fills(self, sandbox: Any, tracker: JiraTracker) -> None:
        """The operator is told project, type, field and the line to add; mended, it works without a restart."""
        sandbox.site.put_on_screen(sandbox.site.find_project("WEB"), sandbox.field("Campaign"), "Story", required=True)

        with pytest.raises(Misconfigured) as raised:
            await tracker.create(draft())

        assert raised.value.fix == (
            'Story in the Jira project WEB requires "Campaign". In templates/landing-page.yaml, under tracker: jira: '
            'fields:, add the line `<id of a question>: "Campaign"`.'
        )
        sandbox.site.put_on_screen(sandbox.site.find_project("WEB"), sandbox.field("Campaign"), "Story")
        assert (await tracker.create(draft())).ref.key == "WEB-1"

    async def test_screen_of_the_type_that_the_form_names_is_read_anew(
        self, sandbox: Any, tracker: JiraTracker
    ) -> None:
        """It is that type's screen which may be old, not the one that the team usually fills."""
        web, campaign, named = sandbox.site.find_project("WEB"), sandbox.field("Campaign"), {"issue_type": "Bug"}
        sandbox.site.put_on_screen(web, campaign, "Bug", required=True)
        template = {"fields": {"campaign": "Campaign"}}
        await tracker.create(draft(values={"campaign": "Spring"}, template=template, **named))
        sandbox.site.put_on_screen(web, campaign, "Bug")

        created = await tracker.create(draft(request_id="V2", template=template, **named))

        assert (await tracker.get(created.ref)).issue_type == "Bug"

    async def test_required_field_whose_question_was_skipped(self, sandbox: Any, tracker: JiraTracker) -> None:
        """Where a question fills it, its answer is missing: the person is asked."""
        sandbox.site.put_on_screen(sandbox.site.find_project("WEB"), sandbox.field("Campaign"), "Story", required=True)

        with pytest.raises(Rejected) as raised:
            await tracker.create(draft(template=mapped({"campaign": "Campaign"})))

        assert raised.value.sources == {"campaign": "Jira needs Campaign."}

    @pytest.mark.parametrize(
        ("team", "template", "fix"),
        [
            ({"project": "NOPE"}, {}, "Check `project: NOPE` in devrequest.yaml"),
            (TEAM, {"issue_type": "Saga"}, "Change `issue_type` under tracker: jira:"),
            ({}, {}, "Correct `project` under trackers: jira: of the team"),
            (TEAM, {"feilds": {}}, "Correct `feilds` under tracker: jira: of the template"),
        ],
    )
    async def test_wrong_settings(self, tracker: JiraTracker, team: Any, template: Any, fix: str) -> None:
        """A project, issue type or key that does not exist is the operator's to mend."""
        with pytest.raises(Misconfigured) as raised:
            await tracker.create(draft(team=team, template=template))

        assert raised.value.fix.startswith(fix)

    @pytest.mark.parametrize(
        ("named", "template", "team", "made"),
        [
            ("bug", {}, TEAM, "Bug"),
            ("Bug", {}, {**TEAM, "issue_type": "Story"}, "Bug"),
            ("Bug", {"issue_type": "Story"}, TEAM, "Story"),
            ("Feature", {}, {**TEAM, "issue_type": "Story"}, "Story"),
            ("Feature", {}, TEAM, "Task"),
        ],
    )
    async def test_type_that_the_form_names(
        self, tracker: JiraTracker, named: str, template: Any, team: Any, made: str
    ) -> None:
        """`type: Bug` of an issue form is the issue type, unless the settings name one or the project has no such."""
        found = await tracker.check(Check(team, template, "bug", issue_type=named))
        created = await tracker.create(draft(team=team, template=template, issue_type=named))

        assert (await tracker.get(created.ref)).issue_type == made
        assert f"Jira makes {made} tickets in WEB." in [finding.message for finding in found]

    async def test_project_that_is_gone(self, sandbox: Any, tracker: JiraTracker) -> None:
        """A refusal of the project itself is the operator's, even where we knew the project a moment ago."""
        await tracker.create(draft())
        sandbox.site.projects.pop(sandbox.site.find_project("WEB").id)

        with pytest.raises(Misconfigured, match="there is no project WEB"):
            await tracker.create(draft("V0B"))

    async def test_question_for_the_assignee(self, tracker: JiraTracker) -> None:
        """An assignee by a mapped question is told of once, and refused at the question."""
        template = mapped({"owner": "assignee"})

        created = await tracker.create(draft(assignee=STRANGER, values={"owner": STRANGER}, template=template))

        assert created.notes == ("Nora Nobody has no account in Jira, so nobody is assigned.",)

    async def test_failed_link_is_a_note(self, sandbox: Any, tracker: JiraTracker) -> None:
        """The ticket stands without its link."""
        sandbox.faults.add(Fault("jira", "500", "POST */remotelink", times=1))

        created = await tracker.create(draft(links=(Link(PERMALINK, "Slack message", "slack"),)))

        assert created.notes == ("The link to Slack message could not be added to the ticket.",)

    async def test_extra_and_labels(self, tracker: JiraTracker) -> None:
        """`extra` goes raw into the request; the label that a ticket is found by stays."""
        template = {"issue_type": "Story", "priority": "Low", "labels": ["a b"], "extra": {"labels": ["raw"]}}

        read = await tracker.get((await tracker.create(draft(template=template))).ref)

        assert (read.request_id, read.labels, read.fields["Priority"]) == (
            "V0A",
            ("landing-page", "a-b", "raw"),
            "Low",
        )

    async def test_long_text_is_shortened_and_kept(self, tracker: JiraTracker) -> None:
        """Forty thousand characters become a description that Jira takes, and a full text to attach."""
        long = draft(title="T" * 300, sections=(section("Story", "x" * 40_000),))

        created = await tracker.create(long)
        read = await tracker.get(created.ref)

        assert read.title == "T" * 254 + "…"
        assert text_of(read.document).startswith(f"Title\n{'T' * 300}\nStory\nxxx")
        assert created.overflow is not None
        assert "x" * 40_000 in created.overflow


class TestFind:
    """Tickets are found again."""

    async def test_by_request_id(self, tracker: JiraTracker) -> None:
        """Each request's own ticket, also with quotes in the id; strangers are not found."""
        hostile = 'V"0) OR project = GROW --\\'
        first = await tracker.create(draft("V0A"))
        second = await tracker.create(draft(hostile, template={"project": "GROW"}))

        found = await tracker.find(["V0A", hostile, "V0C"], WEB)

        assert [ticket.ref for ticket in found] == [first.ref, second.ref]
        assert await tracker.find([], WEB) == []

    async def test_more_than_one_query_holds(self, tracker: JiraTracker) -> None:
        """A hundred and twenty ids are looked up in three queries."""
        created = await tracker.create(draft("V119"))

        assert [t.ref for t in await tracker.find([f"V{n}" for n in range(120)], WEB)] == [created.ref]

    async def test_missing_ticket(self, tracker: JiraTracker) -> None:
        """A ticket that is gone is NotFound."""
        with pytest.raises(NotFound):
            await tracker.get(TicketRef("jira", "999999", "WEB-999", ""))


class TestChanged:
    """Tickets are listed."""

    async def test_pages_fully(self, sandbox: Any, tracker: JiraTracker) -> None:
        """Every ticket once, however short Jira's pages are; ids alone too."""
        sandbox.site.page_limit = 3
        for number in range(8):
            sandbox.site.add_issue("WEB", "Story", f"Story {number}")
        sandbox.site.add_issue("GROW", "Story", "Elsewhere")

        pages = [page async for page in tracker.changed(WEB)]
        ids = [ticket.ref async for page in tracker.changed(WEB, ids_only=True) for ticket in page]

        assert max(len(page) for page in pages) == 3
        assert sorted(ticket.title for page in pages for ticket in page) == [f"Story {n}" for n in range(8)]
        assert {ref.id for ref in ids} == {ticket.ref.id for page in pages for ticket in page}

    async def test_since(self, sandbox: Any, tracker: JiraTracker) -> None:
        """Older tickets are left out to the second, whatever time zone Jira counts in."""
        minute = sandbox.clock.now().replace(second=0, microsecond=0) - timedelta(minutes=5)
        sandbox.site.add_issue("WEB", "Story", "Old", updated=minute + timedelta(seconds=10))
        sandbox.site.add_issue("WEB", "Story", "New", updated=minute + timedelta(seconds=50))

        pages = [page async for page in tracker.changed(WEB, minute + timedelta(seconds=30))]

        assert [[ticket.title for ticket in page] for page in pages] == [["New"]]

    async def test_scope(self, sandbox: Any, tracker: JiraTracker) -> None:
        """The team's JQL narrows its project and cannot widen it."""
        sandbox.site.add_issue("WEB", "Story", "Ours", fields={"labels": ["marketing"]})
        sandbox.site.add_issue("WEB", "Story", "Not ours")
        sandbox.site.add_issue("GROW", "Story", "Elsewhere", fields={"labels": ["marketing"]})
        scope = Scope({"project": "WEB", "scope": "labels = marketing OR labels = other"})

        assert [[t.title for t in page] async for page in tracker.changed(scope)] == [["Ours"]]

    @pytest.mark.parametrize("scope", ["labels = marketing ORDER BY created DESC", "order by  rank", "  "])
    async def test_a_search_copied_from_jira_is_a_scope(self, sandbox: Any, tracker: JiraTracker, scope: str) -> None:
        """Jira ends each of its searches with an order, which is refused within another query."""
        sandbox.site.add_issue("WEB", "Story", "Ours", fields={"labels": ["marketing"]})
        team = {"project": "WEB", "scope": scope}

        assert [[t.title for t in page] async for page in tracker.changed(Scope(team))] == [["Ours"]]
        assert [found.message for found in await tracker.check(Check(team)) if "valid JQL" in found.message] == [
            "The scope of WEB is valid JQL."
        ] * ("labels" in scope)

    @pytest.mark.parametrize("team", [{"project": "NOPE"}, {"project": "WEB", "scope": "labels = "}])
    async def test_wrong_scope(self, tracker: JiraTracker, team: Any) -> None:
        """A query that Jira refuses is the operator's to mend."""
        with pytest.raises(Misconfigured, match="jira changed"):
            [page async for page in tracker.changed(Scope(team))]

    async def test_team_fields_are_read(self, tracker: JiraTracker) -> None:
        """Custom fields that the team names come with every ticket, by id and by name."""
        await tracker.create(draft(values={"i": "Cost"}, template=mapped({"i": "Business impact"})))
        team = {"project": "WEB", "fields": ["business impact"]}

        pages = [page async for page in tracker.changed(Scope(team))]

        assert pages[0][0].fields["Business impact"] == "Cost"


class TestUpdate:
    """Tickets are changed."""

    async def test_sections_values_status_links(self, sandbox: Any, tracker: JiraTracker) -> None:
        """One change writes them all, and leaves a panel of the next section alone."""
        panel = {
            "type": "panel",
            "attrs": {"panelType": "warning"},
            "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Careful"}]}],
        }
        ref = (await tracker.create(draft())).ref
        issue = sandbox.site.find_issue(ref.key)
        issue.values["description"].adf["content"].insert(2, panel)
        other = (await tracker.create(draft("V0B"))).ref
        change = TicketChange(
            (SectionChange(section("Criteria", "It is fast"), ("acceptance criteria",), append=True),),
            {"impact": "Cost"},
            JONAS,
            date(2027, 4, 1),
            "in_progress",
            (Link(PERMALINK, "Slack message", "slack"), Link(other.key, "", "blocks")),
            TEAM,
            mapped({"impact": "Business impact"}),
        )

        await tracker.update(ref, change)
        read = await tracker.get(ref)
        await tracker.update(ref, replace(change, sections=()))
        again = await tracker.get(ref)

        assert panel in issue.values["description"].adf["content"]
        assert text_of(read.document).endswith("Careful\nAcceptance criteria\n- It loads\nIt is fast")
        assert (read.fields["Business impact"], read.due, read.status) == ("Cost", date(2027, 4, 1), "In Progress")
        assert read.assignee is not None
        assert read.assignee.email == "jonas@example.com"
        assert read.links == (Link(other.key, "A landing page", "blocks"), Link(PERMALINK, "Slack message", "slack"))
        assert again.links == read.links
        assert [link.relation for link in (await tracker.get(other)).links] == ["blocked_by"]

    async def test_what_is_closed_to_the_bot_can_be_spared(self, sandbox: Any, tracker: JiraTracker) -> None:
        """Fields off the edit screen are named with their questions, and can be left out: the text has the answers."""
        ref = (await tracker.create(draft())).ref
        for screen in sandbox.site.find_project("WEB").screens.values():
            screen.pop("duedate")
            screen.pop(sandbox.field("Business impact"))
        change = TicketChange(
            (SectionChange(section("Goal", "More")),),
            {"impact": "Cost", "launch_date": date(2027, 4, 1)},
            due=date(2027, 4, 1),
            team=TEAM,
            template=mapped({"impact": "Business impact"}),
        )

        with pytest.raises(Rejected) as raised:
            await tracker.update(ref, change)

        assert raised.value.dispensable
        assert raised.value.sources == {
            "impact": f"Jira does not let the bot set Business impact on {ref.key}.",
            "launch_date": f"Jira does not let the bot set Due date on {ref.key}.",
        }

    async def test_a_text_off_the_edit_screen_is_the_operators_to_mend(
        self, sandbox: Any, tracker: JiraTracker
    ) -> None:
        """They learn which screen lacks it; of a ticket that is done the person hears that it cannot be changed."""
        ref = (await tracker.create(draft())).ref
        for screen in sandbox.site.find_project("WEB").screens.values():
            screen.pop("description")
        change = TicketChange((SectionChange(section("Goal", "More")),), team=TEAM)

        with pytest.raises(Misconfigured) as raised:
            await tracker.update(ref, change)
        sandbox.site.find_issue(ref.key).status = next(
            one.id for one in sandbox.site.statuses.values() if one.name == "Done"
        )
        with pytest.raises(Rejected) as done:
            await tracker.update(ref, change)

        assert raised.value.fix == "Add the field Description to the edit screen of Story in the Jira project WEB."
        assert done.value.fields == {"Status": f"{ref.key} is Done, and Jira lets nobody change it any more."}

    async def test_a_field_is_found_among_others_of_its_name(self, sandbox: Any, tracker: JiraTracker) -> None:
        """Other projects' fields of the same name do not keep an answer from the ticket's own."""
        sandbox.site.add_field("Business impact", "text")
        ref = (await tracker.create(draft())).ref
        change = TicketChange(values={"impact": "Cost"}, team=TEAM, template=mapped({"impact": "Business impact"}))

        await tracker.update(ref, change)

        assert (await tracker.get(ref)).fields[sandbox.field("Business impact")] == "Cost"

    async def test_a_ticket_where_none_can_be_made_is_changed_all_the_same(self, sandbox: Any) -> None:
        """Whoever may edit a project's tickets but not create any fills them in."""
        tracker = sandbox.tracker()
        ref = (await tracker.create(draft())).ref
        sandbox.site.denied.add(("CREATE_ISSUES", None))
        change = TicketChange(values={"impact": "Cost"}, team=TEAM, template=mapped({"impact": "Business impact"}))
        other = sandbox.tracker()

        await other.update(ref, change)

        assert (await other.get(ref)).fields["Business impact"] == "Cost"
        await tracker.close()
        await other.close()

    async def test_blocked_by(self, tracker: JiraTracker) -> None:
        """A link the other way round blocks the other way round."""
        ref, other = (await tracker.create(draft())).ref, (await tracker.create(draft("V0B"))).ref

        await tracker.update(ref, TicketChange(links=(Link(other.url, "", "blocked_by"),)))

        assert [(x.url, x.relation) for x in (await tracker.get(other)).links] == [(ref.key, "blocks")]

    async def test_unknown_status(self, tracker: JiraTracker) -> None:
        """What the workflow does not offer is refused with what it offers."""
        ref = (await tracker.create(draft())).ref

        with pytest.raises(Rejected) as raised:
            await tracker.update(ref, TicketChange(state="Shipped"))

        assert raised.value.fields["Status"].startswith("From To Do the ticket can go to: ")

    async def test_done_is_normalised(self, tracker: JiraTracker) -> None:
        """A closed ticket has the category done."""
        ref = (await tracker.create(draft())).ref

        await tracker.update(ref, TicketChange(state="done"))
        assert (await tracker.get(ref)).status_category == "done"


class TestSteps:
    """A workflow that asks for more."""

    @staticmethod
    def ask(sandbox: Any, *required: str) -> None:
        """Put fields on the screen of the step to Done that must be filled."""
        project = next(one for one in sandbox.site.projects.values() if one.key == "WEB")
        project.transitions = [
            replace(step, fields=required, required=required) if step.name == "Done" else step
            for step in project.transitions
        ]

    async def test_a_resolution_is_given(self, sandbox: Any, tracker: JiraTracker) -> None:
        """If all that is asked for is a resolution the ticket is done with the plainest one."""
        ref = (await tracker.create(draft())).ref
        self.ask(sandbox, "resolution")

        await tracker.update(ref, TicketChange(state="done"))
        ticket = await tracker.get(ref)

        assert (ticket.status, ticket.fields["Resolution"]) == ("Done", "Done")

    async def test_what_only_a_person_can_say_is_named(self, sandbox: Any, tracker: JiraTracker) -> None:
        """The field is called by its name, and the ticket stays where it was."""
        ref = (await tracker.create(draft())).ref
        self.ask(sandbox, "resolution", sandbox.field("Campaign"))

        with pytest.raises(Unsupported) as raised:
            await tracker.update(ref, TicketChange(state="done"))

        assert raised.value.reason == "Jira asks for more before a ticket is Done: Campaign"
        assert (await tracker.get(ref)).status == "To Do"

    async def test_what_the_ticket_has_already_is_not_asked_again(self, sandbox: Any, tracker: JiraTracker) -> None:
        """A required field that was filled earlier is no hindrance."""
        made = await tracker.create(draft(values={"campaign": "Spring"}, template=mapped({"campaign": "Campaign"})))
        self.ask(sandbox, sandbox.field("Campaign"))

        await tracker.update(made.ref, TicketChange(state="Done"))

        assert (await tracker.get(made.ref)).status == "Done"

    async def test_a_step_without_questions_is_taken(self, sandbox: Any, tracker: JiraTracker) -> None:
        """Of two ways to the same status the one that asks for nothing."""
        ref = (await tracker.create(draft())).ref
        self.ask(sandbox, sandbox.field("Campaign"))
        project = next(one for one in sandbox.site.projects.values() if one.key == "WEB")
        done = next(step for step in project.transitions if step.name == "Done")
        project.transitions.append(replace(done, id="99", name="Just close it", fields=(), required=()))

        await tracker.update(ref, TicketChange(state="done"))

        assert (await tracker.get(ref)).status == "Done"

    async def test_nothing_is_given_up_by_mistake(self, sandbox: Any, tracker: JiraTracker) -> None:
        """A step to "Won't Do" ends work, too, but is only taken by its name; where it is the only one, nothing is."""
        first, second, third = [(await tracker.create(draft())).ref for _ in range(3)]
        self.ask(sandbox, "resolution")
        project = next(one for one in sandbox.site.projects.values() if one.key == "WEB")
        done = next(step for step in project.transitions if step.name == "Done")
        sandbox.site.statuses["10099"] = replace(sandbox.site.statuses[done.target], id="10099", name="Won't Do")
        refusal = replace(done, id="99", name="Leave it", target="10099", fields=(), required=())
        project.transitions.insert(0, refusal)

        await tracker.update(first, TicketChange(state="done"))
        await tracker.update(second, TicketChange(state="Won't Do"))
        project.transitions.remove(next(step for step in project.transitions if step.name == "Done"))
        with pytest.raises(Unsupported):
            await tracker.update(third, TicketChange(state="done"))

        assert [(await tracker.get(ref)).status for ref in (first, second, third)] == ["Done", "Won't Do", "To Do"]

    async def test_a_hidden_rule_of_the_workflow_is_told(self, stub: Any) -> None:
        """What only the refusal tells is told in Jira's words."""
        steps = {"transitions": [{"id": "41", "name": "Done", "to": {"name": "Done"}}]}

        def answer(method: str, path: str) -> Any:
            if method == "POST":
                return 400, {}, b'{"errorMessages": ["Close the subtasks first."], "errors": {}}'
            known = steps if "transitions" in path else {"fields": {"status": {"name": "To Do"}}}
            return 200, {}, json.dumps(known).encode()

        stub.answer = answer
        tracker = JiraTracker(stub.environment())

        with pytest.raises(Unsupported, match="before a ticket is Done: Close the subtasks first"):
            await tracker.update(TicketRef("jira", "1", "WEB-1", ""), TicketChange(state="done"))
        await tracker.close()


class TestAround:
    """Comments, files, people, options."""

    async def test_comments(self, sandbox: Any, tracker: JiraTracker) -> None:
        """Ours are public; one restricted to a role is not."""
        ref = (await tracker.create(draft())).ref
        body = document(Paragraph((Text("Shipped"),)))
        made = await tracker.comment(ref, body)
        issue = sandbox.site.find_issue(ref.key)
        secret = replace(issue.comments[0], id="1", visibility={"type": "role", "value": "Developers"})
        sandbox.site.users[sandbox.site.token_user.account_id].groups = frozenset({"Developers"})
        issue.comments.append(secret)

        read = await tracker.comments(ref)

        assert (made.body, made.public) == (body, True)
        assert [comment.public for comment in read] == [True, False]
        assert await tracker.comments(ref, made.created + timedelta(seconds=1)) == []

    async def test_internal_comments_of_a_service_project(self, sandbox: Any, tracker: JiraTracker) -> None:
        """What a service desk's customers do not see is not public."""
        ref = (await tracker.create(draft())).ref
        await tracker.comment(ref, document(Paragraph((Text("For all"),))))
        issue = sandbox.site.find_issue(ref.key)
        flag = {"sd.public.comment": {"internal": True}}
        issue.comments.append(replace(issue.comments[0], id="1", properties=flag))

        assert [comment.public for comment in await tracker.comments(ref)] == [True, False]

    async def test_attach_once(self, sandbox: Any, tracker: JiraTracker) -> None:
        """A file that is there already is not attached again."""
        ref = (await tracker.create(draft())).ref
        name = 'brief "final" é.pdf'

        first = await tracker.attach(ref, File(name, "application/pdf", 3, content(b"abc")))
        again = await tracker.attach(ref, File(name, "application/pdf", 3, content(b"abc")), may_exist=True)

        assert first == again
        assert (first.name, first.size) == ("brief 'final' é.pdf", 3)
        assert [entry.content for entry in sandbox.site.find_issue(ref.key).attachments] == [b"abc"]

    async def test_file_that_is_too_big(self, sandbox: Any, tracker: JiraTracker) -> None:
        """Jira's limit is a refusal, not a failure to try again."""
        sandbox.site.upload_limit = 10
        ref = (await tracker.create(draft())).ref

        with pytest.raises(Rejected, match="too large"):
            await tracker.attach(ref, File("a", "text/plain", 100, content(b"x" * 100)))

    async def test_people(self, tracker: JiraTracker) -> None:
        """An exact e-mail stands alone, a name finds all who have it."""
        assert [p.name for p in await tracker.people("MARA@example.com", WEB)] == ["Mara Example"]
        assert [p.name for p in await tracker.people("Priya", WEB)] == ["Priya Placeholder"]
        assert await tracker.people("nobody@example.com", WEB) == []

    async def test_options(self, sandbox: Any, tracker: JiraTracker) -> None:
        """By name or id, in Jira's order."""
        expected = ["Revenue", "Retention", "Cost", "Compliance"]

        assert await tracker.options("business impact", WEB) == expected
        assert await tracker.options(sandbox.field("Business impact"), WEB) == expected
        with pytest.raises(Misconfigured):
            await tracker.options("Nonsense", WEB)


class TestCheck:
    """What `devrequest doctor` says."""

    async def test_all_is_well(self, tracker: JiraTracker) -> None:
        """Good news has no fix."""
        found = await tracker.check(Check(TEAM, mapped({"impact": "Business impact"}), "landing-page", ("impact",)))

        assert [finding.severity for finding in found] == ["ok"] * len(found)
        assert Finding("ok", "Jira makes Story tickets in WEB.") in found

    @pytest.mark.parametrize(
        ("field", "wrong"), [("Effort", "does not exist"), ("Campaign", "holds no number"), ("story points", "")]
    )
    async def test_a_field_for_estimates_that_is_none_is_named(
        self, tracker: JiraTracker, field: str, wrong: str
    ) -> None:
        """What is wrong with it, and which fields there are."""
        found = await tracker.check(Check({**TEAM, "estimate_field": field}, {"issue_type": "Story"}, "landing-page"))

        problems = [finding for finding in found if finding.severity != "ok"]
        message = f'The field "{field}" {wrong} in Jira: no ticket of WEB has an estimate.'
        assert [finding.message for finding in problems] == ([message] if wrong else [])
        assert all("Story Points" in finding.fix for finding in problems)

    async def test_a_token_of_data_center_beside_an_account_is_not_used(self, sandbox: Any) -> None:
        """E-mail and API token are what Jira Cloud takes, and Cloud is what is supported."""
        tracker = sandbox.tracker(token="left-over")
        found = await tracker.check(Check())
        await tracker.close()

        assert [finding.severity for finding in found] == ["ok"]

    async def test_an_account_that_the_token_is_not_of_is_named(self, sandbox: Any) -> None:
        """A mistyped e-mail, with every variable that it can be."""
        tracker = sandbox.tracker(email="bto@example.com")
        [finding] = await tracker.check(Check())
        await tracker.close()

        assert finding.message == "Jira: Jira does not accept the token."
        assert all(name in finding.fix for name in ("JIRA_EMAIL", "JIRA_API_TOKEN", "JIRA_TOKEN"))

    async def test_a_wrong_project_is_to_be_corrected(self, tracker: JiraTracker) -> None:
        """Not the network: the fix names the key and where it stands, the team's or the request type's."""
        of_team = await tracker.check(Check({"project": "NOPE"}))
        template = {"project": "NOPE"}
        of_type = await tracker.check(Check(TEAM, template, "landing-page", file="forms/landing-page.yaml"))

        browse = ", or let the bot's Jira account browse that project."
        team = "Correct `project: NOPE` under trackers: jira: of the team in devrequest.yaml" + browse
        kind = "Correct `project: NOPE` under tracker: jira: in forms/landing-page.yaml" + browse
        assert [finding.fix for found in (of_team, of_type) for finding in found if finding.fix] == [team, kind]

    async def test_a_priority_that_jira_does_not_have_is_named(self, tracker: JiraTracker) -> None:
        """What a template sets itself is compared with what its create screen offers."""
        template = {"issue_type": "Story", "priority": "Burning", "components": ["Nowhere"]}

        found = [f for f in await tracker.check(Check(TEAM, template, "landing-page")) if f.severity != "ok"]

        assert [(one.severity, one.message) for one in found] == [
            ("error", "Story in the Jira project WEB has no priority 'Burning'; no ticket can be made with it."),
            ("error", "Story in the Jira project WEB has no components 'Nowhere'; no ticket can be made with it."),
        ]
        assert found[0].fix.startswith("Correct it in templates/landing-page.yaml; it has: Highest, High,")

    async def test_one_wrong_setting_hides_no_other(self, tracker: JiraTracker) -> None:
        """Scope, issue type, fields to read and the estimate are all looked at."""
        team = {**TEAM, "scope": "labels =", "fields": ["No such field", "Campaign"], "estimate_field": "Effort"}
        found = await tracker.check(Check(team, {"issue_type": "Epicc"}, "landing-page"))

        problems = [finding for finding in found if finding.severity != "ok"]
        begins = ["Jira: the scope is not valid JQL", "Jira: the project WEB has no issue type 'Epicc'"]
        begins += ['Jira has no field "No such field" that could be read', 'The field "Effort" does not exist']
        assert len(problems) == len(begins)
        for finding, begin in zip(problems, begins, strict=True):
            assert finding.message.startswith(begin)
            assert finding.fix

    async def test_answers_that_fields_would_not_take(self, sandbox: Any, tracker: JiraTracker) -> None:
        """Options that were renamed since, a required field whose question may be skipped, an id that is not there."""
        sandbox.site.put_on_screen(sandbox.site.find_project("WEB"), sandbox.field("Campaign"), "Story", required=True)
        fields = {"impact": "Business impact", "campaign": "Campaign", "level": "priority"}
        options = {"impact": ("revenue", "Turnover"), "level": ("High", "Lowest")}
        what = Check(
            TEAM,
            mapped(fields, extra={"customfield_1": 1}),
            "page",
            tuple(fields),
            "page.yaml",
            required=("impact",),
            options=options,
        )

        found = [finding for finding in await tracker.check(what) if finding.severity != "ok"]

        where = "Story in the Jira project WEB"
        assert [(finding.severity, finding.message) for finding in found] == [
            ("error", f'{where}: "Business impact" has no option Turnover, which impact of page offers.'),
            ("warning", f'{where} requires "Campaign", but campaign of page can be left empty.'),
            (
                "warning",
                f"{where} has no field customfield_1 on its create screen: what extra says of it is left out.",
            ),
        ]
        assert all("page.yaml" in finding.fix for finding in found)

    async def test_missing_permission_and_field(self, sandbox: Any, tracker: JiraTracker) -> None:
        """A lacking permission says what then happens; a required field names project, type, field and line."""
        sandbox.site.denied |= {("MODIFY_REPORTER", None), ("USER_PICKER", None)}
        sandbox.site.put_on_screen(sandbox.site.find_project("WEB"), sandbox.field("Campaign"), "Story", required=True)
        for screen in sandbox.site.find_project("WEB").screens.values():
            screen.pop("duedate")

        what = Check(TEAM, {"issue_type": "Story"}, "landing-page", ("impact", "launch_date"), due_field="launch_date")
        found = await tracker.check(what)

        problems = [(one.message.partition(":")[0], one.fix) for one in found if one.severity == "warning"]
        assert problems[1:] == [
            (
                'The bot lacks the permission "Browse users and groups" in Jira',
                "Grant \"Browse users and groups\" to the bot's account in Jira's global permissions.",
            ),
            (
                "Story in the Jira project WEB has no due date on its create screen",
                "Add the field Due date to that screen; the sync goes by it.",
            ),
        ]

        assert (
            Finding(
                "warning",
                'The bot lacks the permission "Modify Reporter" in the Jira project WEB: '
                "requesters are named in the text instead of being the reporter.",
                'Grant "Modify Reporter" to the bot\'s account in the permission scheme of WEB.',
            )
            in found
        )
        assert (
            Finding(
                "error",
                'Story in the Jira project WEB requires "Campaign", which no question of landing-page fills.',
                'Story in the Jira project WEB requires "Campaign". In templates/landing-page.yaml, '
                'under tracker: jira: fields:, add the line `<id of a question>: "Campaign"`.',
            )
            in found
        )

    @pytest.mark.parametrize(
        ("settings", "what", "severity", "message"),
        [
            ({"api_token": "wrong"}, Check(), "error", "Jira: Jira does not accept the token."),
            ({}, Check({"project": "NOPE"}), "error", "Jira: No project could be found with key 'NOPE'."),
            (
                {},
                Check({"project": "WEB", "scope": "nonsense"}),
                "error",
                "Jira: the scope is not valid JQL",
            ),
            (
                {},
                Check(TEAM, mapped({"x": "Nonsense"}), "bug", ("x",)),
                "warning",
                'Story in the Jira project WEB has no field "Nonsense" that could be set',
            ),
            (
                {},
                Check(TEAM, mapped({"y": "Campaign"}), "bug", ("x",)),
                "error",
                "bug maps a question 'y' that it does not ask.",
            ),
        ],
    )
    async def test_faults(self, sandbox: Any, settings: Any, what: Check, severity: str, message: str) -> None:
        """Each fault is a finding with a fix; nothing is raised."""
        tracker = sandbox.tracker(**settings)

        found = await tracker.check(what)
        await tracker.close()

        worst = [finding for finding in found if finding.severity != "ok"]
        assert [finding.severity for finding in worst] == [severity]
        assert worst[0].message.startswith(message)
        assert worst[0].fix

    async def test_a_due_date_that_is_required_is_no_unknown_field(self, sandbox: Any, tracker: JiraTracker) -> None:
        """The form may ask for it without a mapping: the line that makes it come back at its question is named."""
        for screen in sandbox.site.find_project("WEB").screens.values():
            screen["duedate"].required = True
        what = Check(TEAM, {"issue_type": "Story"}, "landing-page", ("launch_date",), due_field="launch_date")
        what = replace(what, required=what.field_ids)

        [problem] = [one for one in await tracker.check(what) if one.severity != "ok"]
        mapping = {**what.template, "fields": {"launch_date": "duedate"}}
        mended = await tracker.check(replace(what, template=mapping))

        assert problem.severity == "warning"
        assert "add the line `launch_date: duedate`" in problem.fix
        assert {one.severity for one in mended} == {"ok"}

    async def test_a_project_that_is_not_what_it_was_is_named(self, stub: Any) -> None:
        """Archived since, or under another key."""
        known = {
            "mypermissions": {"permissions": {}},
            "project/WEB": {"key": "SITE", "archived": True},
            "issue/createmeta/WEB/issuetypes": {"issueTypes": [], "total": 0},
            "field": [],
        }
        stub.answer = lambda method, path: (200, {}, json.dumps(known.get(path.partition("?")[0], {})).encode())
        tracker = JiraTracker(stub.environment())

        found = [one.message for one in await tracker.check(Check(TEAM))]
        await tracker.close()

        assert "Jira: no issue can be created in the project WEB." in found
        assert "The Jira project WEB is archived; no ticket can be made." in found
        assert "The Jira project WEB has the key SITE now." in found

    async def test_links_that_lead_to_the_api(self, sandbox: Any) -> None:
        """Behind the gateway the address of the site has to be set."""
        tracker = sandbox.tracker(site_url="https://api.atlassian.com/ex/jira/11")

        found = await tracker.check(Check())
        await tracker.close()

        assert [finding.severity for finding in found] == ["warning", "ok"]
        assert found[0].fix == f"Set JIRA_SITE_URL to {sandbox.url}."

    async def test_unreachable(self, stub: Any) -> None:
        """A server that is down is a finding."""
        stub.answer = lambda method, path: None
        tracker = JiraTracker(stub.environment())

        found = await tracker.check(Check())
        await tracker.close()

        assert found == [
            Finding(
                "error",
                "Jira: the connection broke.",
                "Check the network and JIRA_URL, then run `devrequest doctor` again.",
            )
        ]


class TestFaults:
    """The sandbox's faults on the way to a ticket."""

    async def test_nothing_is_made_before_metadata_is_there(self, sandbox: Any, tracker: JiraTracker) -> None:
        """A fault while reading metadata leaves nothing behind: try again freely."""
        sandbox.faults.add(Fault("jira", "drop_after", "GET */issuetypes", times=1))

        with pytest.raises(NotSent):
            await tracker.create(draft())
        assert (await tracker.create(draft())).ref.key == "WEB-1"

    async def test_failed_metadata_fails_everybody_at_once(self, sandbox: Any, tracker: JiraTracker) -> None:
        """Requests that wait for the same metadata do not try one after the other while Jira is down."""
        sandbox.faults.add(Fault("jira", "500", "GET */issuetypes", times=1))

        outcomes = await asyncio.gather(*(tracker.create(draft(f"V{n}")) for n in range(5)), return_exceptions=True)

        assert [type(outcome) for outcome in outcomes] == [NotSent] * 5
        assert len(sandbox.calls()) == 1

    async def test_exchanges_are_json(self, sandbox: Any, tracker: JiraTracker) -> None:
        """What is sent is v3: documents, never strings of markup."""
        await tracker.create(draft())

        body = json.loads(base64.b64decode(sandbox.exchanges()[-1]["body_b64"]))
        assert body["fields"]["description"]["type"] == "doc"
