"""What is special about Asana: sections, tags, the footer, few calls."""

from datetime import date, timedelta
from typing import Any

import pytest

from adapters.asana.tracker import AsanaTracker
from adapters.base import Check, Link, Person, Scope, Section, SectionChange, TicketChange, TicketDraft
from adapters.document import Mention, Paragraph, Text, document
from adapters.errors import Misconfigured, NotSent, Rejected, Throttled
from sandbox.asana.records import EnumOption
from sandbox.faults import Fault
from tests.contract.asana.conftest import Workspace

SLACK = Link("https://example.slack.com/archives/C1/p1", "Slack message", "slack")


@pytest.fixture
def tracker(workspace: Workspace) -> AsanaTracker:
    """The tracker, pointed at the workspace."""
    return workspace.tracker()


def draft(workspace: Workspace, request_id: str = "V1", **changes: Any) -> TicketDraft:
    usual = {"title": "Title", "team": workspace.team, "sections": (section("Goal", "More"),)}
    return TicketDraft(request_id, "bug", **(usual | changes))


def section(heading: str, text: str) -> Section:
    return Section(heading, document(Paragraph((Text(text),))))


async def test_a_ticket_costs_one_call_and_its_link_another(workspace: Workspace, tracker: AsanaTracker):
    """With warm caches a task is made by one request, and the Slack link is added without reading the task."""
    usual: dict[str, Any] = {
        "assignee": Person("Mara Example", "mara@example.com"),
        "labels": ("marketing",),
        "values": {"impact": "High"},
        "template": {"fields": {"impact": "Impact"}},
    }
    await tracker.create(draft(workspace, "V0", **usual))
    workspace.sandbox.recorder.clear()

    made = await tracker.create(draft(workspace, "V1", **usual))
    await tracker.update(made.ref, TicketChange(links=(SLACK,), team=workspace.team))

    assert workspace.calls() == ["POST /tasks", f"PUT /tasks/{made.ref.id}"]
    assert [link.url for link in (await tracker.get(made.ref)).links] == [SLACK.url]


async def test_another_section_costs_one_call_more(workspace: Workspace, tracker: AsanaTracker):
    """The contract takes no section when a task is made: it is moved, unless it is there already."""
    intake = workspace.project.sections[1].gid
    await tracker.create(draft(workspace, "V0", template={"section": "Intake"}))
    workspace.sandbox.recorder.clear()

    moved = await tracker.create(draft(workspace, "V1", template={"section": "intake "}))
    by_gid = await tracker.create(draft(workspace, "V2", template={"section": intake}))
    stays = await tracker.create(draft(workspace, "V3", template={"section": "Backlog"}))

    move = f"POST /sections/{intake}/addTask"
    assert workspace.calls() == ["POST /tasks", move, "POST /tasks", move, "POST /tasks"]
    sections = [(await tracker.get(made.ref)).section for made in (moved, by_gid, stays)]
    assert sections == ["Intake", "Intake", "Backlog"]


async def test_a_ticket_that_cannot_be_moved_still_stands(workspace: Workspace, tracker: AsanaTracker):
    """What fails after the task exists is noted; nobody files it a second time."""
    workspace.sandbox.faults.add(Fault("asana", "500", "addTaskForSection", times=1))

    made = await tracker.create(draft(workspace, template={"section": "Intake"}))

    assert made.notes == ("The ticket could not be moved to its section; it is in the project's first one.",)
    assert (await tracker.get(made.ref)).section == "Backlog"


async def test_an_unknown_section_names_the_known_ones(workspace: Workspace, tracker: AsanaTracker):
    """The fix can be copied into the configuration."""
    with pytest.raises(Misconfigured) as caught:
        await tracker.create(draft(workspace, template={"section": "Inbox"}))

    assert caught.value.fix == "Add the section to the project, or choose one of: Backlog, Intake, Doing."


async def test_a_section_that_was_added_meanwhile_is_found(workspace: Workspace, tracker: AsanaTracker):
    """What is not known is asked for again before it is called unknown."""
    await tracker.create(draft(workspace, "V0", template={"section": "Intake"}))
    workspace.site.add_section(workspace.project, "Inbox")

    made = await tracker.create(draft(workspace, "V1", template={"section": "Inbox"}))

    assert (await tracker.get(made.ref)).section == "Inbox"


async def test_the_request_stands_in_its_own_field(workspace: Workspace, tracker: AsanaTracker):
    """A text field named devrequest takes the request's id, so that it survives an edited text."""
    made = await tracker.create(draft(workspace, "V0EXAMPLE"))
    workspace.site.records[made.ref.id].html = "<body>Somebody has rewritten it</body>"

    (found,) = await tracker.find(["V0EXAMPLE"], Scope(workspace.team))

    assert found.ref == made.ref
    assert found.fields["devrequest"] == "devreq-V0EXAMPLE"


async def test_labels_become_tags_once(workspace: Workspace, tracker: AsanaTracker):
    """A tag that exists is used, one that does not is made, and neither a second time."""
    workspace.site.add_tag("Marketing")

    for request in ("V1", "V2"):
        made = await tracker.create(draft(workspace, request, labels=("marketing", "spring")))

    assert sorted((await tracker.get(made.ref)).labels) == ["Marketing", "spring"]
    assert sum("POST /workspaces" in call for call in workspace.calls()) == 1


async def test_tags_are_not_made_against_the_teams_will(workspace: Workspace, tracker: AsanaTracker):
    """With `create_tags: false` a label without a tag is noted."""
    team = workspace.team | {"create_tags": False}

    made = await tracker.create(draft(workspace, labels=("spring",), team=team))

    assert made.notes == ("The label “spring” could not be set, because Asana has no such tag.",)
    assert (await tracker.get(made.ref)).labels == ()


async def test_a_start_needs_a_due_date(workspace: Workspace, tracker: AsanaTracker):
    """Asana refuses a start alone or after the due date: the ticket is made without it and says so."""
    alone = await tracker.create(draft(workspace, "V1", start=date(2027, 1, 1)))
    late = await tracker.create(draft(workspace, "V2", start=date(2027, 2, 1), due=date(2027, 1, 1)))
    fine = await tracker.create(draft(workspace, "V3", start=date(2027, 1, 1), due=date(2027, 2, 1)))

    assert alone.notes == ("The start date 2027-01-01 could not be set, because there is no due date.",)
    assert late.notes == ("The start date 2027-02-01 could not be set, because it is after the due date.",)
    ticket = await tracker.get(fine.ref)
    assert (fine.notes, ticket.start, ticket.due) == ((), date(2027, 1, 1), date(2027, 2, 1))


async def test_extra_is_passed_on_as_it_is(workspace: Workspace, tracker: AsanaTracker):
    """What has no setting goes raw into the request and wins."""
    made = await tracker.create(draft(workspace, template={"extra": {"resource_subtype": "milestone"}}))

    assert (await tracker.get(made.ref)).issue_type == "milestone"


async def test_nobody_follows_and_nobody_is_mentioned_by_text(workspace: Workspace, tracker: AsanaTracker):
    """A text that looks like a mention notifies nobody; a real mention does."""
    typed = f'<a data-asana-gid="{workspace.mara.gid}">@Mara Example</a>'
    plain = await tracker.create(draft(workspace, "V1", title=typed, sections=(section("Goal", typed),)))
    meant = Section("Goal", document(Paragraph((Mention("Mara Example", workspace.mara.gid),))))
    real = await tracker.create(draft(workspace, "V2", sections=(meant,)))

    followers = [[user.name for user in workspace.site.records[made.ref.id].followers] for made in (plain, real)]
    assert followers == [["Request Bot"], ["Request Bot", "Mara Example"]]
    assert (await tracker.get(real.ref)).document == document(*_blocks(meant))


def _blocks(meant: Section) -> Any:
    from adapters.sections import section_blocks

    return section_blocks(meant)


async def test_find_looks_back_step_by_step(workspace: Workspace, tracker: AsanaTracker):
    """A fresh ticket costs one list; a missing one is looked for far back once, then among new tasks only."""
    await tracker.create(draft(workspace, "V1"))
    workspace.sandbox.recorder.clear()

    await tracker.find(["V1"], Scope(workspace.team))
    fresh = len(workspace.calls())
    await tracker.find(["V0NEVER"], Scope(workspace.team))
    missing = len(workspace.calls()) - fresh
    await tracker.find(["V0NEVER"], Scope(workspace.team))
    again = len(workspace.calls()) - fresh - missing

    assert (fresh, missing, again) == (1, 3, 1)


async def test_only_the_scopes_tasks_are_listed(workspace: Workspace, tracker: AsanaTracker):
    """Tags and sections of the scope narrow the project down; tasks completed long ago are left out."""
    intake = {"section": "Intake"}
    wanted = await tracker.create(draft(workspace, "V1", labels=("marketing",), template=intake))
    await tracker.create(draft(workspace, "V2", template=intake))
    await tracker.create(draft(workspace, "V3", labels=("marketing",)))
    closed = await tracker.create(draft(workspace, "V4", labels=("marketing",), template=intake))
    await tracker.update(closed.ref, TicketChange(state="done", team=workspace.team))
    workspace.site.records[closed.ref.id].completed_at -= timedelta(days=31)
    team = workspace.team | {"scope": {"tags": ["Marketing"], "sections": ["intake"]}}

    for ids_only in (False, True):
        pages = [page async for page in tracker.changed(Scope(team), ids_only=ids_only)]
        assert [[ticket.ref for ticket in page] for page in pages] == [[wanted.ref]]


async def test_a_section_by_its_name_is_a_state_too(workspace: Workspace, tracker: AsanaTracker):
    """States are sections; a project without a section for work in progress says which to add."""
    made = await tracker.create(draft(workspace))
    await tracker.update(made.ref, TicketChange(state="Intake", team=workspace.team))
    ticket = await tracker.get(made.ref)
    workspace.project.sections[2].name = "Review"
    other = workspace.tracker()

    assert (ticket.section, ticket.status, ticket.status_category) == ("Intake", "Intake", "todo")
    with pytest.raises(Misconfigured) as caught:
        await other.update(made.ref, TicketChange(state="in_progress", team=workspace.team))
    assert "In progress" in caught.value.reason


async def test_a_fresh_text_is_used_only_once(workspace: Workspace, tracker: AsanaTracker):
    """The text of a new task is remembered for one change; after that somebody may have edited it."""
    made = await tracker.create(draft(workspace))
    await tracker.update(made.ref, TicketChange(links=(SLACK,)))
    task = workspace.site.records[made.ref.id]
    task.html = task.html.replace("More", "Much more")

    await tracker.update(made.ref, TicketChange(sections=(SectionChange(section("Audience", "All")),)))

    assert "Much more" in task.html
    assert "<h2>Audience</h2>All<hr/>Request devreq-V1" in task.html


async def test_the_form_learns_which_answer_was_refused(workspace: Workspace, tracker: AsanaTracker):
    """An option that was switched off meanwhile comes back at its question, with the field's name."""
    usual: dict[str, Any] = {"values": {"impact": "High"}, "template": {"fields": {"impact": "Impact"}}}
    await tracker.create(draft(workspace, "V0", **usual))
    impact = workspace.project.settings[1].field
    impact.options[0].enabled = False

    with pytest.raises(Rejected) as caught:
        await tracker.create(draft(workspace, "V1", **usual))
    with pytest.raises(Rejected) as after:
        await tracker.create(draft(workspace, "V2", **usual))

    assert list(caught.value.sources) == ["impact"]
    assert list(caught.value.fields) == ["Impact"]
    assert impact.gid not in caught.value.reason
    assert after.value.sources == {"impact": "has no option “High”; its options are: Low"}


async def test_an_option_that_is_newer_than_what_is_remembered_is_taken(workspace: Workspace, tracker: AsanaTracker):
    """Whoever adds an option need not wait for the bot to forget the old ones."""
    usual: dict[str, Any] = {"template": {"fields": {"impact": "Impact"}}}
    await tracker.create(draft(workspace, "V0", values={"impact": "High"}, **usual))
    impact = workspace.project.settings[1].field
    impact.options.append(workspace.site.keep(EnumOption(workspace.site.new_gid(), "Huge")))

    made = await tracker.create(draft(workspace, "V1", values={"impact": "Huge"}, **usual))

    assert (await tracker.get(made.ref)).fields["Impact"] == "Huge"


async def test_a_locked_field_stops_nothing(workspace: Workspace, tracker: AsanaTracker):
    """Locked before or since the fields were read: the ticket is made and filled in, and says what was left out."""
    usual: dict[str, Any] = {"values": {"impact": "High"}, "template": {"fields": {"impact": "Impact"}}}
    await tracker.create(draft(workspace, "V0", **usual))
    workspace.project.settings[1].field.read_only = True

    since = await tracker.create(draft(workspace, "V1", **usual))
    before = await tracker.create(draft(workspace, "V2", **usual))
    found = await tracker.check(Check(workspace.team, usual["template"], "landing-page", ("impact",)))

    assert since.notes == ("Asana does not let the bot set Impact, so that stands in the text only.",)
    assert before.notes == ("Impact was left out, because nothing can be written into it from here.",)
    assert (await tracker.get(before.ref)).fields["devrequest"] == "devreq-V2"
    assert [one.message for one in found if one.severity == "warning"] == [
        "The field “Impact” cannot be set from here: its answer stands in the text only."
    ]


async def test_a_field_that_was_locked_since_can_be_spared_by_a_change(workspace: Workspace, tracker: AsanaTracker):
    """The text has the answer, so the rest can be written without; the question is named."""
    template = {"fields": {"impact": "Impact"}}
    usual: dict[str, Any] = {"values": {"impact": "High"}, "template": template}
    made = await tracker.create(draft(workspace, "V0", **usual))
    workspace.project.settings[1].field.read_only = True
    change = TicketChange(values={"impact": "Low"}, due=date(2027, 3, 1), team=workspace.team, template=template)

    with pytest.raises(Rejected) as caught:
        await tracker.update(made.ref, change)

    assert caught.value.dispensable
    assert list(caught.value.sources) == ["impact"]


@pytest.mark.parametrize(("access", "severity"), [("editor", "ok"), ("commenter", "error"), ("viewer", "error")])
async def test_a_project_that_may_only_be_commented_is_named(
    workspace: Workspace, tracker: AsanaTracker, access: str, severity: str
):
    """No ticket can be made there, whatever the token is."""
    workspace.project.access = access

    found = await tracker.check(Check(workspace.team))

    assert found[-1].severity == severity
    assert bool(found[-1].fix) == (severity == "error")


async def test_a_busy_asana_stops_the_preparation_too(workspace: Workspace, tracker: AsanaTracker):
    """429 while looking up a tag is passed on with its pause, and no task is made."""
    workspace.sandbox.faults.add(Fault("asana", "429", "typeaheadForWorkspace", times=1, seconds=7))

    with pytest.raises(Throttled) as caught:
        await tracker.create(draft(workspace, labels=("a",)))

    assert caught.value.after == 7
    assert "POST /tasks" not in workspace.calls()


async def test_a_tag_that_may_have_been_made_is_no_ticket(workspace: Workspace, tracker: AsanaTracker):
    """A lost answer before the task itself is sent needs no look-up: it can be tried again."""
    workspace.sandbox.faults.add(Fault("asana", "drop_after", "createTagForWorkspace", times=1))

    with pytest.raises(NotSent):
        await tracker.create(draft(workspace, labels=("spring",)))
    made = await tracker.create(draft(workspace, labels=("spring",)))

    assert (await tracker.get(made.ref)).labels == ("spring",)
    assert [tag.name for tag in workspace.site.records.values() if tag.kind == "tag"] == ["spring"]


async def test_the_check_names_everything_that_is_missing(workspace: Workspace, tracker: AsanaTracker):
    """Section, field and workspace, each with what to do; what is good is said too."""
    mapped = {"impact": "Effort", "gone": "Impact", "launch": "due_on", "boss": "Assignee"}
    template = {"section": "Inbox", "fields": mapped}
    check = Check(
        workspace.team, template, "landing-page", ("impact", "launch", "boss"), options={"gone": ("high", "Mid")}
    )

    found = await workspace.tracker(workspace="12").check(check)

    place = workspace.site.workspace.gid
    assert [(finding.severity, finding.message) for finding in found] == [
        ("ok", "Asana accepts the token of Request Bot."),
        ("error", "The token cannot see workspace 12."),
        ("error", f"The project Web is in workspace {place}, not in the one that is set."),
        ("ok", "Asana makes tickets in the project Web."),
        ("error", f"Asana: project {workspace.project.gid} has no section “Inbox”."),
        ("error", f"Asana: project {workspace.project.gid} has no custom field “Effort”."),
        (
            "error",
            "The field Impact in Asana has no option Mid, which gone of landing-page offers.",
        ),
        ("warning", "landing-page has no field gone."),
    ]
    assert all(finding.fix for finding in found if finding.severity != "ok")


async def test_a_tag_of_the_scope_that_there_is_not_is_named(workspace: Workspace, tracker: AsanaTracker):
    """No ticket would ever be the team's by it."""
    workspace.site.add_tag("Marketing")
    team = {**workspace.team, "scope": {"tags": ["marketing", "no-such-tag"]}}

    found = await tracker.check(Check(team))

    problems = [finding for finding in found if finding.severity != "ok"]
    said = "Asana has no tag “no-such-tag”, so that no task is the team's by it."
    assert [(finding.severity, finding.message) for finding in problems] == [("warning", said)]
    assert "scope" in problems[0].fix


@pytest.mark.parametrize(
    ("field", "wrong"), [("Effort", "does not exist"), ("Impact", "holds no number"), ("points", "")]
)
async def test_a_field_for_estimates_that_is_none_is_named(workspace: Workspace, field: str, wrong: str):
    """What is wrong with it, and which fields there are; the usual one may be missing."""
    site = workspace.site
    site.put_field(workspace.project, site.add_field("Points", "number"))
    usual = await workspace.tracker().check(Check(workspace.team))
    found = await workspace.tracker().check(Check({**workspace.team, "estimate_field": field}))

    problems = [finding for finding in found if finding.severity != "ok"]
    message = f'The field "{field}" {wrong} in project {workspace.project.gid}: no task has an estimate.'
    assert [finding.severity for finding in usual] == ["ok"] * len(usual)
    assert [finding.message for finding in problems] == ([message] if wrong else [])
    assert all("number fields are: Points." in finding.fix for finding in problems)


async def test_a_file_over_asanas_limit_is_refused_before_it_is_read(workspace: Workspace, tracker: AsanaTracker):
    """100 MB is all that Asana takes."""
    from adapters.base import File

    made = await tracker.create(draft(workspace))
    too_large = File("video.mp4", "video/mp4", 100 * 1024 * 1024 + 1, _nothing())

    with pytest.raises(Rejected) as caught:
        await tracker.attach(made.ref, too_large)

    assert caught.value.fields == {"File": "the file is larger than 100 MB, which is all that Asana takes"}


async def _nothing() -> Any:
    raise AssertionError
    yield b""


async def test_an_assignee_whom_asana_refuses_is_left_out(workspace: Workspace, tracker: AsanaTracker):
    """A person who has left is known to us by gid only: the ticket is made without them and says so."""
    made = await tracker.create(draft(workspace, assignee=Person("Former Colleague", id="1209999999999999")))

    assert made.notes == ("Former Colleague cannot be assigned in this project, so nobody is assigned.",)
    assert (await tracker.get(made.ref)).assignee is None


async def test_a_ticket_is_read_even_if_its_people_cannot_be(workspace: Workspace, tracker: AsanaTracker):
    """An e-mail address that cannot be looked up is no reason to hide the ticket."""
    made = await tracker.create(draft(workspace, assignee=Person("Mara Example", "mara@example.com")))
    workspace.sandbox.faults.add(Fault("asana", "500", "getUser", times=9))

    ticket = await workspace.tracker().get(made.ref)

    assert ticket.assignee == Person("Mara Example", None, workspace.mara.gid)


async def test_an_address_that_is_not_the_apis_is_named(workspace: Workspace):
    """Nothing is wrong with gids where not even the token's owner is found."""
    address = workspace.sandbox.environment()["ASANA_URL"].removesuffix("/api/1.0")

    [finding] = await workspace.tracker(url=address).check(Check(workspace.team))

    assert finding.severity == "error"
    assert finding.fix.startswith("Set ASANA_URL to")
