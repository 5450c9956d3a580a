"""Fill in, in Jira and in Asana: what is written, and that every other node of the text is as it was read."""

import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.base import Ticket, TicketRef
from adapters.document import text_of
from bot.domain.section_names import SectionNames
from bot.domain.section_place import place_of
from bot.slack.ids import Action
from bot.usecases.note_tickets import note_tickets
from bot.usecases.post_alert import post_alert
from sandbox.faults import parse_fault
from sandbox.jira.seed import seed as seed_jira
from sandbox.slack.mrkdwn import read_message
from tests.both_trackers import ASANA_PROJECT, SETTINGS
from tests.flows.test_alert_in_slack import CONFIG, alerts
from tests.flows.test_fill_in import GOAL, closed, confirmation, inputs, opened, shown
from tests.flows.test_ticket_menu import row
from tests.flows.waiting import until_status
from tests.journey import Journey, journey

TYPE = """
name: Campaign page
description: A page for a campaign
labels: [campaign-page]
tracker:
  jira: {issue_type: Story, fields: {campaign: Campaign, impact: "Business impact", go_live: "Go-live"}}
  asana: {fields: {campaign: Campaign, impact: "Business impact", go_live: "Go-live"}}
body:
  - {type: textarea, id: goal, attributes: {label: Goal}, ready: {required: true, checks: [context]}}
  - type: textarea
    id: acceptance_criteria
    attributes: {label: Acceptance criteria}
    aliases: [Done when]
    ready: {required: true, at_least: 2}
  - {type: input, id: campaign, attributes: {label: Campaign}, ready: {required: true}}
  - type: dropdown
    id: impact
    attributes: {label: Impact, options: [Revenue, Cost, Quality]}
    ready: {required: true}
  - {type: date, id: go_live, attributes: {label: Live on}, ready: {required: true}}
"""
PANEL = {
    "type": "panel",
    "attrs": {"panelType": "warning"},
    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Legal has to see this"}]}],
}
TABLE = {
    "type": "table",
    "attrs": {"isNumberColumnEnabled": False, "layout": "default"},
    "content": [
        {
            "type": "tableRow",
            "content": [
                {
                    "type": "tableCell",
                    "attrs": {"background": "#fffae6"},
                    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "DE"}]}],
                }
            ],
        }
    ],
}
STATUS = {
    "type": "paragraph",
    "content": [
        {"type": "status", "attrs": {"text": "DRAFT", "color": "yellow", "localId": "a1"}},
        {"type": "text", "text": " by "},
        {"type": "emoji", "attrs": {"shortName": ":eyes:", "id": "1f440", "text": "👀"}},
    ],
}
RICH = (
    "<h1>Notes</h1><ul><li>Kept <em>as it is</em></li></ul><table><tr><td>DE</td></tr></table>"
    "<code>x = 1</code><hr/><blockquote>Legal has to see this</blockquote>"
)


def _seed(sandbox: Any) -> None:
    seed_jira(sandbox.jira)
    site = sandbox.asana
    site.add_user("Mara Example", "mara@example.com")
    fields = [
        site.add_field("Campaign", "text"),
        site.add_field("Business impact", "enum", ["Revenue", "Cost", "Quality"]),
        site.add_field("Go-live", "date"),
    ]
    site.add_project("Growth backlog", ["Intake", "Doing"], gid=ASANA_PROJECT, fields=fields)


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new_recording: Callable[[], Path]) -> Any:
    """Starts a journey with one of the trackers and the request type of this module."""
    (tmp_path / "types").mkdir()
    (tmp_path / "types" / "campaign-page.yaml").write_text(TYPE)
    config = CONFIG + "templates: [types]\nshipped_templates: false\n"

    @asynccontextmanager
    async def begin(tracker: str) -> AsyncIterator[Journey]:
        more = {"prepare": _seed, "environ": monkeypatch, "recording": new_recording(), "config": config}
        async with journey(tmp_path, settings=SETTINGS, default=tracker, **more) as at:
            yield at

    return begin


async def the_ticket(at: Journey, tracker: str) -> Ticket:
    """The ticket of the newest request."""
    request = await at.settled()
    assert request.ticket is not None
    return await at.bot.parts.trackers[tracker].get(TicketRef(**request.ticket.model_dump()))


def written(at: Journey, ticket: Ticket, section: str) -> str:
    """What stands in a section."""
    return place_of(ticket.document, SectionNames(at.bot.parts.types["campaign-page"]), section).text


async def file_bare(at: Journey) -> None:
    """A request with nothing but a title."""
    person = await at.open("campaign-page Spring sale")
    await person.submit()
    await at.settled()
    await at.until(at.told)
    request = await at.settled()
    await until_status(at.bot.parts.engine, request.submission.key, "done")
    await person.dismiss()


def nodes(at: Journey, ticket: Ticket) -> Any:
    """The text as the tracker has it: ADF nodes, or the XML."""
    if ticket.ref.tracker == "jira":
        return at.sandbox.jira.issues[ticket.ref.id].values["description"].adf["content"]
    return at.sandbox.asana.records[ticket.ref.id].html


def add_by_hand(at: Journey, ticket: Ticket) -> None:
    """Somebody adds what we do not model, at the beginning of the text."""
    if ticket.ref.tracker == "jira":
        content = nodes(at, ticket)
        content[:0] = [STATUS, PANEL, TABLE]
    else:
        record = at.sandbox.asana.records[ticket.ref.id]
        record.html = record.html.replace("<body>", f"<body>{RICH}", 1)


@pytest.mark.parametrize("tracker", ["jira", "asana"])
async def test_every_other_node_stays_to_the_letter(start: Any, tracker: str) -> None:
    """Tables, panels, status lozenges and emoji are as they were; sections, fields and the due list are new."""
    async with start(tracker) as at:
        await file_bare(at)
        ticket = await the_ticket(at, tracker)
        add_by_hand(at, ticket)
        before = json.loads(json.dumps(nodes(at, ticket)))
        view = await opened(at)
        assert inputs(view) == [f"field:{key}" for key in at.bot.parts.types["campaign-page"].fields]
        live = (at.sandbox.clock.now().date() + timedelta(days=30)).isoformat()
        answers = {"goal": GOAL, "campaign": "Spring <b>2027</b> & more", "impact": "1", "go_live": live}
        await at.mara.fill({f"field:{key}": value for key, value in answers.items()})
        outcome = await at.mara.submit()
        assert outcome.errors == {}
        await closed(at, "filled in")
        await at.until(lambda: any("filled in" in text for text in at.told()))

        ticket = await the_ticket(at, tracker)
        assert (written(at, ticket, "goal"), written(at, ticket, "campaign")) == (GOAL, "Spring <b>2027</b> & more")
        assert ticket.fields["Campaign"] == "Spring <b>2027</b> & more"
        assert ticket.fields["Business impact"] == "Cost"
        assert str(ticket.fields["Go-live"]) == live
        if tracker == "jira":
            after = nodes(at, ticket)
            assert after[:3] == [STATUS, PANEL, TABLE]
            assert after[-2:] == before[-2:]  # the footer
        else:
            assert nodes(at, ticket).startswith(f"<body>{RICH}")
            assert nodes(at, ticket).endswith(before[before.rindex("<hr/>") :])
        comments = await at.bot.parts.trackers[tracker].comments(ticket.ref)
        assert [text_of(one.body) for one in comments] == [
            "Filled in by Mara Example from Slack: Goal, Campaign, Impact, Live on"
        ]
        assert at.sandbox.slack.complaints == []


@pytest.mark.parametrize("tracker", ["jira", "asana"])
async def test_a_section_with_a_table_is_added_to(start: Any, tracker: str) -> None:
    """The form links it, what is typed comes below the table, and the table is as it was."""
    async with start(tracker) as at:
        await file_bare(at)
        ticket = await the_ticket(at, tracker)
        if tracker == "jira":
            content = nodes(at, ticket)
            place = next(n for n, node in enumerate(content) if "Acceptance criteria" in json.dumps(node))
            content[place + 1] = TABLE
        else:
            record = at.sandbox.asana.records[ticket.ref.id]
            head = "<h2>Acceptance criteria</h2>"
            start_at = record.html.index(head) + len(head)
            end_at = record.html.index("<h2>", start_at)
            table = "<table><tr><td>DE</td></tr></table>"
            record.html = record.html[:start_at] + table + record.html[end_at:]
        view = await opened(at)
        assert "More stands there than this form can show" in shown(view)
        await at.mara.fill({"field:acceptance_criteria": "Loads in 2 s\nWorks at 375 px"})
        await at.mara.submit()
        await closed(at, "filled in")

        ticket = await the_ticket(at, tracker)
        assert written(at, ticket, "acceptance_criteria").split("\n")[-3:] == [
            "DE",
            "- Loads in 2 s",
            "- Works at 375 px",
        ]
        if tracker == "jira":
            assert TABLE in nodes(at, ticket)
        else:
            assert "<table><tr><td>DE</td></tr></table>" in nodes(at, ticket)


@pytest.mark.parametrize("tracker", ["jira", "asana"])
async def test_case_17_a_ticket_written_by_hand(start: Any, tracker: str) -> None:
    """One message names what is missing in the template's words; a section under an alias is there, and is mended."""
    async with start(tracker) as at:
        ports = at.bot.parts.desk.ports
        team = ports.teams.all()[0]
        ref = _by_hand(at, tracker)
        for _ in range(3):
            yesterday = ports.clock.now() - timedelta(days=1)
            await note_tickets(ports, team, [await at.bot.parts.trackers[tracker].get(ref)], yesterday)
            await post_alert(ports, team)
        [message] = alerts(at)
        text = read_message(at.sandbox.slack, message).text
        assert "“Goal” is missing." in text
        assert "Write at least two" in text
        view = await opened(at, message)
        asked_for = inputs(view)
        criteria = next(block for block in view.blocks if block["block_id"] == "field:acceptance_criteria")
        assert criteria["element"]["initial_value"] == "It works"
        assert "field:campaign" not in asked_for
        await at.mara.fill({"field:acceptance_criteria": "It loads in 2 s\nIt works at 375 px"})
        await at.mara.submit()
        await closed(at, "filled in")

        ticket = await at.bot.parts.trackers[tracker].get(ref)
        assert written(at, ticket, "acceptance_criteria") == "- It loads in 2 s\n- It works at 375 px"
        assert "It works\n" not in text_of(ticket.document) + "\n"
        assert "Done when" in text_of(ticket.document)


@pytest.mark.parametrize("tracker", ["jira", "asana"])
@pytest.mark.parametrize("kind", ["drop_after", "500"])
async def test_an_answer_that_is_lost(start: Any, tracker: str, kind: str) -> None:
    """The tracker took the text and did not say so, or did not take it: it stands there once, with one comment."""
    async with start(tracker) as at:
        await file_bare(at)
        ticket = await the_ticket(at, tracker)
        await opened(at)
        await at.mara.fill({"field:goal": GOAL})
        operation = {"jira": "PUT *rest/api/3/issue/*", "asana": "updateTask"}[tracker]
        at.sandbox.faults.add(parse_fault({"vendor": tracker, "operation": operation, "kind": kind, "times": 1}))
        await at.mara.submit()
        await closed(at, "filled in")
        await at.until(lambda: any("filled in" in text for text in at.told()))

        ticket = await the_ticket(at, tracker)
        assert written(at, ticket, "goal") == GOAL
        assert len(await at.bot.parts.trackers[tracker].comments(ticket.ref)) == 1


async def test_a_description_that_is_full(start: Any) -> None:
    """Jira takes 32,767 characters: the new text is shortened visibly, and all of it is attached."""
    async with start("jira") as at:
        await file_bare(at)
        ticket = await the_ticket(at, "jira")
        full = {"type": "paragraph", "content": [{"type": "text", "text": "x" * 31_000}]}
        nodes(at, ticket)[:0] = [full]
        await opened(at)
        long = "From 40 to 60 demos a month. " * 90
        await at.mara.fill({"field:goal": long})
        await at.mara.submit()
        await at.until(lambda: any("filled in" in text for text in at.told()))

        ticket = await the_ticket(at, "jira")
        assert "shortened; the full text is attached" in written(at, ticket, "goal")
        assert nodes(at, ticket)[0] == full
        [attached] = at.sandbox.jira.issues[ticket.ref.id].attachments
        assert attached.filename == "request.md"
        assert long.strip() in attached.content.decode()


@pytest.mark.parametrize("tracker", ["jira", "asana"])
async def test_a_tracker_that_is_slow(start: Any, tracker: str) -> None:
    """The window is there at once, the form once the ticket is read, and Slack gets its answer within three seconds."""
    async with start(tracker) as at:
        await file_bare(at)
        operation = {"jira": "GET *rest/api/3/issue/*", "asana": "getTask"}[tracker]
        slow = {"vendor": tracker, "operation": operation, "kind": "latency", "times": 9, "seconds": 2.5}
        at.sandbox.faults.add(parse_fault(slow))
        begun = time.monotonic()
        await at.mara.act(Action.FILL_IN, where=confirmation(at))
        await closed(at, "Reading the ticket")
        assert time.monotonic() - begun < 2.0
        await at.until(lambda: at.mara.modal is not None and "field:goal" in shown(at.mara.modal))
        await at.mara.fill({"field:goal": GOAL})
        outcome = await at.mara.submit()
        assert (outcome.problem, outcome.errors) == (None, {})
        await closed(at, "Writing it into")
        await at.until(lambda: any("filled in" in text for text in at.told()), 20)
        at.sandbox.faults.clear()
        assert written(at, await the_ticket(at, tracker), "goal") == GOAL


@pytest.mark.parametrize("tracker", ["jira", "asana"])
async def test_set_type_is_a_label_or_a_tag(start: Any, tracker: str) -> None:
    """A ticket that nothing marks gets the label of its type; the labels that it had stay."""
    async with start(tracker) as at:
        ports = at.bot.parts.desk.ports
        ref = _by_hand(at, tracker, marked=False)
        team = ports.teams.all()[0]
        await note_tickets(ports, team, [await at.bot.parts.trackers[tracker].get(ref)], None)
        handle = f"{tracker}:{ref.id}"
        posted = await at.bot.parts.desk.gateway.call(
            "chat.postMessage", channel=at.channel.id, text="x", blocks=row(handle)
        )
        await at.mara.act(Action.FILL_IN, where=at.channel.messages[posted["ts"]])
        await closed(at, "What kind of request is this?")
        await at.mara.fill({"type": "campaign-page"})
        await at.mara.submit()
        await closed(at, "Request type set to “Campaign page”")

        ticket = await at.bot.parts.trackers[tracker].get(ref)
        assert set(ticket.labels) == {"urgent", "campaign-page"}


def _by_hand(at: Journey, tracker: str, *, marked: bool = True) -> TicketRef:
    """A ticket that Mara wrote in the tracker, with headings of her own."""
    labels = ["urgent", *(["campaign-page"] if marked else [])]
    if tracker == "jira":
        site = at.sandbox.jira
        mara = next(user for user in site.users.values() if user.email == "mara@example.com")

        def node(kind: str, text: str, *marks: str, **attrs: Any) -> dict[str, Any]:
            run: dict[str, Any] = {"type": "text", "text": text}
            run |= {"marks": [{"type": mark} for mark in marks]} if marks else {}
            return {"type": kind, "content": [run]} | ({"attrs": attrs} if attrs else {})

        content = [
            node("heading", "Campaign", level=2),
            node("paragraph", "Spring"),
            node("paragraph", "Done when:", "strong"),
            node("paragraph", "It works"),
            PANEL,
        ]
        description = {"type": "doc", "version": 1, "content": content[:4]}
        issue = site.add_issue(
            "WEB", "Task", "By hand", description=description, reporter=mara, fields={"labels": labels}
        )
        return TicketRef("jira", issue.id, issue.key, "")
    site = at.sandbox.asana
    html = "<body><strong>Campaign</strong>\nSpring\n\n<strong>Done when:</strong>\nIt works</body>"
    tags = [site.add_tag(label).gid for label in labels]
    data = {"name": "By hand", "html_notes": html, "projects": [ASANA_PROJECT], "tags": tags}
    task = site.add_task(data, by=site.find_user("by", "mara@example.com"))
    return TicketRef("asana", task.gid, task.gid, "")
