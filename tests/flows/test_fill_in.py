"""Mending tickets from Slack, with the tracker in memory: what people see in the windows, and what becomes of it."""

import asyncio
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.base import Comment, Person as TrackerPerson, Section, SectionChange, TicketChange
from adapters.document import (
    Block,
    Document,
    Heading,
    Mention,
    Opaque,
    Paragraph,
    Text,
    document,
    plain,
    text_of,
    to_json,
)
from adapters.errors import NotSent
from adapters.memory import MemoryTracker, read_payload
from bot.cli.evaluate import run as evaluate
from bot.domain.content_checks import content_checks
from bot.domain.plain_text import from_plain, one_item_a_line
from bot.domain.readiness import Judge
from bot.domain.template import RequestType
from bot.slack import mending
from bot.slack.ids import Action
from bot.usecases.post_alert import post_alert
from sandbox.slack.model import Message, View
from sandbox.slack.mrkdwn import read_message
from sandbox.slack.people import Person
from tests.flows.test_alert_in_slack import alerts, asked, look, press
from tests.journey import CONFIG, Journey, journey

CRITERIA = "The form sends name and e-mail within 2 s\nOn a phone 375 px wide nothing scrolls sideways"
AS_A_LIST = "- " + CRITERIA.replace("\n", "\n- ")
GOAL = "Demo requests from 40 to 60 a month by March"


def confirmation(at: Journey, person: Person | None = None) -> Message:
    """The newest message to somebody that has a way to the form."""
    who = person or at.mara
    return next(m for m in reversed(who.messages(who.dm.id)) if Action.FILL_IN in str(m.blocks))


async def opened(at: Journey, where: Message | View | None = None, person: Person | None = None) -> View:
    """Press Fill in and wait for the form."""
    who = person or at.mara
    outcome = await who.act(Action.FILL_IN, where=where or confirmation(at))
    assert outcome.problem is None, outcome
    await at.until(lambda: who.modal is not None and who.modal.content.get("callback_id") == "devrequest_fill_in")
    assert who.modal is not None
    return who.modal


async def closed(at: Journey, text: str, person: Person | None = None) -> str:
    """What a window says once it says this."""
    who = person or at.mara
    await at.until(lambda: who.modal is not None and text in shown(who.modal))
    assert who.modal is not None
    return shown(who.modal)


def shown(view: View) -> str:
    """The blocks of a window as text."""
    return json.dumps(view.blocks, ensure_ascii=False)


def inputs(view: View) -> list[str]:
    """The inputs of a window, by block."""
    return [block["block_id"] for block in view.blocks if block["type"] == "input"]


def section(tracker: MemoryTracker, heading: str, number: int = 0) -> str:
    """What stands below a heading of a ticket."""
    blocks = tracker.tickets[number].document.blocks
    start = next(n for n, b in enumerate(blocks) if isinstance(b, Heading) and plain(b.content) == heading)
    end = next((n for n in range(start + 1, len(blocks)) if isinstance(blocks[n], Heading)), len(blocks))
    return text_of(blocks[start + 1 : end])


async def said_on(tracker: MemoryTracker, number: int = 0) -> list[str]:
    """The comments of a ticket."""
    return [text_of(one.body) for one in await tracker.comments(tracker.tickets[number].ref)]


def evaluated(kind: RequestType, tracker: MemoryTracker) -> list[str]:
    """The sections that `devrequest evaluate` finds missing in the first ticket."""
    ticket, out = tracker.tickets[0], io.StringIO()
    payload = {"key": ticket.ref.key, "title": ticket.title, "document": to_json(ticket.document)}
    evaluate([json.dumps(payload)], Judge(kind, content=content_checks()), read_payload, as_json=True, out=out)
    return [gap["section"] for gap in json.loads(out.getvalue())["gaps"]]


async def edited(tracker: MemoryTracker, heading: str, text: str | Document, number: int = 0) -> None:
    """Somebody writes into a section in the tracker."""
    body = from_plain(text) if isinstance(text, str) else text
    change = TicketChange(sections=(SectionChange(Section(heading, body)),))
    await tracker.update(tracker.tickets[number].ref, change)


async def filed(at: Journey, **answers: Any) -> None:
    """Mara has handed in a landing page, and its window is closed."""
    await at.file_one(**answers)
    await at.settled()
    await at.until(lambda: at.told() and at.posts())
    await at.mara.dismiss()


async def test_the_form_has_only_what_is_missing(tmp_path: Path) -> None:
    """One input for each gap, none for what is there, and what is typed stands in the ticket a moment later."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        await filed(at, goal=GOAL)
        view = await opened(at)
        asked_for = inputs(view)
        await at.mara.fill({"field:acceptance_criteria": CRITERIA})
        outcome = await at.mara.submit()
        assert (outcome.problem, outcome.errors) == (None, {})
        await at.until(lambda: len(at.told()) == 2)

        assert asked_for[:2] == ["field:acceptance_criteria", "field:audience"]
        assert not {"field:goal", "field:user_story", "field:launch_date"} & set(asked_for)
        assert section(tracker, "Acceptance criteria") == AS_A_LIST
        assert await said_on(tracker) == ["Filled in by Mara Example from Slack: Acceptance criteria"]
        assert at.told()[1] == "“Acceptance criteria” filled in: Spring sale page"
        assert "Add what is missing" in await closed(at, "filled in")
        assert at.sandbox.slack.complaints == []


BRIEF = """
name: Brief
description: What we want
labels: [brief]
body:
  - {type: input, id: what, attributes: {label: What}, validations: {required: true}}
  - {type: textarea, id: user_story, attributes: {label: User story}, ready: {required: true}}
  - {type: textarea, id: acceptance_criteria, attributes: {label: Acceptance criteria}, ready: {required: true}}
  - {type: url, id: design, attributes: {label: Design link}, ready: {required: true}}
"""


async def test_case_1_half_baked_tickets(tmp_path: Path) -> None:
    """Handed in with what the form requires: the confirmation names the three missing sections and adds them."""
    tracker, folder = MemoryTracker(), tmp_path / "types"
    folder.mkdir()
    (folder / "brief.yaml").write_text(BRIEF)
    config = CONFIG + "templates: [types]\nshipped_templates: false\n"
    async with journey(tmp_path, trackers={"memory": tracker}, config=config) as at:
        mara = await at.open("brief A new page")
        await mara.fill({"field:what": "A page for schools"})
        await mara.submit()
        await at.settled()
        await at.until(at.told)
        await mara.dismiss()
        message = confirmation(at)
        missing = ["“User story” is missing.", "“Acceptance criteria” is missing.", "“Design link” is missing."]
        assert [text for text in missing if text in json.dumps(message.blocks, ensure_ascii=False)] == missing
        assert json.dumps(message.blocks, ensure_ascii=False).count("is missing.") == 3
        kind = at.bot.parts.desk.ports.teams.request_type("brief")
        assert kind is not None
        assert evaluated(kind, tracker) == ["user_story", "acceptance_criteria", "design"]

        view = await opened(at, message)
        assert inputs(view) == ["field:user_story", "field:acceptance_criteria", "field:design"]
        story = "As a teacher, I want prices for schools, so that I can order without a call."
        criteria, design = "A teacher sees the school price", "https://www.figma.com/design/AbC/Schools?node-id=1-2"
        await mara.fill({"field:user_story": story, "field:acceptance_criteria": criteria, "field:design": design})
        await mara.submit()
        assert "✅ It is ready" in await closed(at, "filled in")
        assert evaluated(kind, tracker) == []


async def test_case_7_without_a_seat_every_step_works_in_slack(tmp_path: Path) -> None:
    """Nobody here has an account in the tracker: the alert, the form, the ticket, and the alert turns green."""
    async with asked(tmp_path) as (at, tracker, ports, team):
        tracker._people = ()
        await _all_but_goal(tracker)
        await look(ports, team, tracker)
        await _posted(ports, team)
        [message] = alerts(at)
        view = await opened(at, message)
        assert inputs(view) == ["field:goal"]
        await at.mara.fill({"field:goal": GOAL})
        await at.mara.submit()
        await closed(at, "✅ It is ready")

        assert section(tracker, "Campaign goal") == GOAL
        [message] = alerts(at)
        assert "✅ Filed" in read_message(at.sandbox.slack, message).text
        assert "memory.example" not in str(at.told())


async def test_case_18_filled_is_not_usable(tmp_path: Path) -> None:
    """A vague text is shown with the reason under it, prefilled, and a concrete one closes the gap."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        await filed(at, goal="TBD", acceptance_criteria="One criterion only")
        view = await opened(at)
        criteria = next(block for block in view.blocks if block["block_id"] == "field:acceptance_criteria")
        assert criteria["element"]["initial_value"] == "One criterion only"
        assert "Write at least two acceptance criteria" in shown(view)
        goal = next(block for block in view.blocks if block["block_id"] == "field:goal")
        assert "initial_value" not in goal["element"]
        await at.mara.fill({"field:acceptance_criteria": CRITERIA, "field:goal": GOAL})
        await at.mara.submit()
        said = await closed(at, "filled in")
        assert "criteria" not in said.split("Still missing")[1]
        assert (section(tracker, "Acceptance criteria"), section(tracker, "Campaign goal")) == (AS_A_LIST, GOAL)


async def test_nothing_typed_is_no_change(tmp_path: Path) -> None:
    """Handing in an untouched form says so at its first input and writes nothing; an emptied section is refused."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        await filed(at, acceptance_criteria="One criterion only")
        await opened(at)
        nothing = await at.mara.submit()
        assert "Nothing was written here yet" in nothing.errors["field:acceptance_criteria"]
        await at.mara.fill({"field:acceptance_criteria": "", "field:goal": GOAL})
        emptied = await at.mara.submit()
        assert "is needed" in emptied.errors["field:acceptance_criteria"]
        assert tracker.calls["update"] <= 1  # the link back to Slack


async def test_codes_that_block_stand_at_the_field(tmp_path: Path) -> None:
    """As in the main form: what the template refuses is refused at the field, with an example."""
    folder = tmp_path / "types"
    folder.mkdir()
    (folder / "brief.yaml").write_text(
        BRIEF.replace(
            "label: User story}, ready: {required: true}",
            "label: User story}, ready: {required: true, checks: [user_story], block: [story.want_missing]}",
        )
    )
    config = CONFIG + "templates: [types]\nshipped_templates: false\n"
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}, config=config) as at:
        mara = await at.open("brief A new page")
        await mara.fill({"field:what": "A page"})
        await mara.submit()
        await at.settled()
        await at.until(at.told)
        await mara.dismiss()
        await opened(at)
        await mara.fill({"field:user_story": "A page for teachers and pupils", "field:design": "no address"})
        outcome = await mara.submit()
        assert set(outcome.errors) == {"field:user_story", "field:design"}
        assert "https://" in outcome.errors["field:design"]


async def test_a_tracker_that_is_down_loses_nothing(tmp_path: Path) -> None:
    """The form opens with what is known, the text is safe, and stands in the ticket when the tracker is back."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        await filed(at)
        down = NotSent("memory", "get", "connection refused")
        tracker.fail_next("get", down, times=5)
        tracker.fail_next("comments", down)
        view = await opened(at)
        assert "does not answer at the moment" in shown(view)
        assert "field:goal" in inputs(view)
        await at.mara.fill({"field:goal": GOAL})
        await at.mara.submit()
        await at.until(lambda: len(at.told()) == 3)

        assert [text.partition(":")[0] for text in at.told()[1:]] == ["Your text is safe", "“Campaign goal” filled in"]
        assert section(tracker, "Campaign goal") == GOAL


async def test_somebody_elses_edit_is_shown_not_overwritten(tmp_path: Path) -> None:
    """Theirs above, mine in the input, and a choice; the default keeps both."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        await filed(at)
        await opened(at)
        await at.mara.fill({"field:goal": GOAL, "field:audience": "Heads of IT"})
        await edited(tracker, "Campaign goal", "Ten orders a day, said Jonas")
        outcome = await at.mara.submit()
        assert outcome.errors == {}
        said = await closed(at, "was changed in the ticket meanwhile")
        assert "Ten orders a day, said Jonas" in said
        assert section(tracker, "Campaign goal") == "Ten orders a day, said Jonas"
        await at.mara.submit()
        await closed(at, "filled in")

        assert section(tracker, "Campaign goal") == f"Ten orders a day, said Jonas\n{GOAL}"
        assert section(tracker, "Target audience") == "Heads of IT"


@pytest.mark.parametrize(("choice", "expected"), [("replace", GOAL), ("keep", "Theirs, with a number: 12")])
async def test_the_person_decides_what_becomes_of_both(tmp_path: Path, choice: str, expected: str) -> None:
    """Mine instead of theirs, or theirs as it is; what is replaced can be restored."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        await filed(at)
        view = await opened(at)
        number = list(at.bot.parts.types["landing-page"].fields).index("goal")
        await at.mara.fill({"field:goal": GOAL})
        await edited(tracker, "Campaign goal", "Theirs, with a number: 12")
        await at.mara.submit()
        await closed(at, "was changed in the ticket meanwhile")
        await at.mara.fill({f"choice:{number}": choice})
        await at.mara.submit()
        await closed(at, "filled in" if choice == "replace" else "Theirs stays")

        assert section(tracker, "Campaign goal") == expected
        assert view.id


async def test_what_was_replaced_can_be_restored(tmp_path: Path) -> None:
    """The button puts the old text back, once; what was changed again since then is shown instead."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        await filed(at, acceptance_criteria="One criterion only")
        await opened(at)
        await at.mara.fill({"field:acceptance_criteria": CRITERIA})
        await at.mara.submit()
        await at.until(lambda: len(at.told()) == 2)
        await at.mara.dismiss()
        message = next(m for m in reversed(at.mara.messages(at.mara.dm.id)) if Action.RESTORE in str(m.blocks))

        await edited(tracker, "Acceptance criteria", "Changed again")
        await press(at.mara, message, Action.RESTORE)
        await at.until(lambda: "was changed again since then" in str(at.mara.messages(at.mara.dm.id)[-1].blocks))
        assert "One criterion only" in str(at.mara.messages(at.mara.dm.id)[-1].blocks)
        assert section(tracker, "Acceptance criteria") == "Changed again"

        await edited(tracker, "Acceptance criteria", tracker_list(CRITERIA))
        await press(at.mara, message, Action.RESTORE)
        await at.until(lambda: any("restored: Spring" in text for text in at.told()))
        assert section(tracker, "Acceptance criteria") == "- One criterion only"
        await press(at.mara, message, Action.RESTORE)
        await at.until(lambda: "restored already" in str(at.mara.messages(at.mara.dm.id)[-1].blocks))
        assert "Restored by Mara Example from Slack: Acceptance criteria" in await said_on(tracker)


async def test_three_clicks_are_one_change(tmp_path: Path) -> None:
    """The same submission, delivered three times: written once, one comment, one message."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        await filed(at)
        await opened(at)
        await at.mara.fill({"field:goal": GOAL})
        await at.mara.submit(times=3)
        await closed(at, "filled in")
        await at.until(lambda: len(at.told()) == 2)
        await asyncio.sleep(0.3)

        assert section(tracker, "Campaign goal") == GOAL
        assert len(await said_on(tracker)) == 1
        assert len(at.told()) == 2


async def test_one_form_after_another_in_the_same_window(tmp_path: Path) -> None:
    """The window that says what is still missing opens the next form, which is a change of its own."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        await filed(at)
        await opened(at)
        await at.mara.fill({"field:goal": GOAL})
        await at.mara.submit()
        await closed(at, "filled in")
        assert at.mara.modal is not None
        view = await opened(at, at.mara.modal)
        assert "field:goal" not in inputs(view)
        await at.mara.fill({"field:audience": "Heads of IT"})
        await at.mara.submit()
        await at.until(lambda: len(at.told()) == 3)

        assert (section(tracker, "Campaign goal"), section(tracker, "Target audience")) == (GOAL, "Heads of IT")


async def test_a_form_that_was_closed_offers_what_was_typed(tmp_path: Path) -> None:
    """Typed, closed, opened again: it is there; and the main form does not offer it as one of its own."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        await filed(at)
        await opened(at)
        await at.mara.fill({"field:goal": "Half a thought"})
        drafts = f"fill:{at.bot.parts.desk.slack_team}:{at.mara.user.id}:memory:1"
        await _kept(at, drafts)
        await at.mara.dismiss()
        view = await opened(at)
        goal = next(block for block in view.blocks if block["block_id"] == "field:goal")
        assert goal["element"]["initial_value"] == "Half a thought"
        await at.mara.dismiss()
        person = await at.open("landing-page")
        assert person.modal is not None
        assert "You have not finished" not in shown(person.modal)
        await person.dismiss()

        await opened(at)
        await at.mara.submit()
        await at.until(lambda: len(at.told()) == 2)
        assert section(tracker, "Campaign goal") == "Half a thought"
        assert await at.bot.parts.store.draft(drafts) is None


async def test_an_answer_asks_for_more(tmp_path: Path) -> None:
    """ "Yes" asks for what an A/B test needs, at once; "No" asks why; what was typed elsewhere stays."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        await filed(at)
        view = await opened(at)
        assert "field:hypothesis" not in inputs(view)
        await at.mara.fill({"field:goal": GOAL, "field:ab_test": "0"})
        await at.until(lambda: at.mara.modal is not None and "field:hypothesis" in inputs(at.mara.modal))
        assert at.mara.modal is not None
        assert at.mara.modal.values["field:goal"]["answer.text"]["value"] == GOAL
        await at.mara.fill({"field:ab_test": "1"})
        await at.until(lambda: at.mara.modal is not None and "field:hypothesis" not in inputs(at.mara.modal))
        await at.mara.submit()
        await closed(at, "filled in")
        assert section(tracker, "A/B test this?") == "No"
        assert section(tracker, "Campaign goal") == GOAL


async def test_an_answer_that_takes_longer_takes_nothing_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was typed before the choice may be read after it: the choice, and what it asks for, stay."""
    tracker, calls, kind_of_view = MemoryTracker(), 0, mending.kind_of_view

    async def slow_at_first(desk: Any, view: Any) -> Any:
        nonlocal calls
        calls += 1
        await asyncio.sleep(0.3 if calls == 1 else 0)
        return await kind_of_view(desk, view)

    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        await filed(at)
        await opened(at)
        monkeypatch.setattr(mending, "kind_of_view", slow_at_first)
        await at.mara.fill({"field:goal": GOAL, "field:ab_test": "0"})
        await at.until(lambda: at.mara.modal is not None and "field:hypothesis" in inputs(at.mara.modal))
        await asyncio.sleep(0.6)
        await at.mara.dismiss()
        view = await opened(at)
        assert "field:hypothesis" in inputs(view)
        assert GOAL in shown(view)


async def test_a_public_comment_is_offered_as_an_answer(tmp_path: Path) -> None:
    """The newest public ones, never a restricted one nor our own; all of its text goes into the input."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        await filed(at)
        ref = tracker.tickets[0].ref
        long = "We want 60 demo requests a month. " * 60
        public = await tracker.comment(ref, from_plain(long))
        secret = await tracker.comment(ref, from_plain("The budget is secret"))
        kept = tracker._kept[ref.id]
        kept.comments = [public, replace(secret, public=False), *_ours(public)]
        view = await opened(at)
        assert "The budget is secret" not in shown(view)
        assert "Filled in by" not in shown(view)
        number = list(at.bot.parts.types["landing-page"].fields).index("goal")
        await at.mara.fill({"field:goal": "By March:"})
        await at.mara.act(Action.USE_COMMENT, f"{number}:{public.id}")
        await at.until(lambda: at.mara.modal is not None and "By March:\\n\\nWe want 60" in shown(at.mara.modal))
        await at.mara.submit()
        await closed(at, "filled in")
        assert section(tracker, "Campaign goal") == f"By March:\n{long.strip()}"


TABLE = Opaque("adf", '{"type": "table"}', "a number")
PANEL = Opaque("adf", '{"type": "panel"}', "a note")
LONG = Paragraph((Text("One condition that goes on and on. " * 86 + "x"),))
"""Of 3,011 characters, one more line than which is asked for."""


@pytest.mark.parametrize(
    ("stands", "reads"), [(TABLE, "a number"), (PANEL, "a note"), (LONG, text_of(Document((LONG,))))]
)
async def test_a_section_that_cannot_be_shown_is_added_to(tmp_path: Path, stands: Block, reads: str) -> None:
    """Tables, panels and more than 3,000 characters stay: the form links the ticket, and what is typed comes below."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        await filed(at)
        await edited(tracker, "Acceptance criteria", Document((stands,)))
        view = await opened(at)
        assert "More stands there than this form can show" in shown(view)
        assert tracker.tickets[0].ref.url in str(view.blocks)
        await at.mara.fill({"field:acceptance_criteria": CRITERIA})
        await at.mara.submit()
        await closed(at, "filled in")
        assert stands in tracker.tickets[0].document.blocks
        assert section(tracker, "Acceptance criteria") == f"{reads}\n{AS_A_LIST}"


async def test_formatting_survives_an_edit(tmp_path: Path) -> None:
    """A text with bold words and a mention is shown as rich text, and keeps both."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        await filed(at)
        strong, jonas = Text("2 s", frozenset({"strong"})), Mention("Jonas", "42")
        line = Paragraph((Text("The page loads within "), strong, Text(", says "), jonas, Text(".")))
        await edited(tracker, "Acceptance criteria", document(line))
        view = await opened(at)
        [criteria] = [block for block in view.blocks if block["block_id"] == "field:acceptance_criteria"]
        assert criteria["element"]["type"] == "rich_text_input"
        rich = json.loads(json.dumps(criteria["element"]["initial_value"]))
        more = {"type": "text", "text": "\n\nOn a phone 375 px wide nothing scrolls sideways"}
        rich["elements"][0]["elements"].append(more)
        await at.mara.fill({"field:acceptance_criteria": rich})
        await at.mara.submit()
        await closed(at, "filled in")
        assert line in tracker.tickets[0].document.blocks
        assert section(tracker, "Acceptance criteria").endswith("nothing scrolls sideways")


async def test_from_the_home_and_back(tmp_path: Path) -> None:
    """What waits on me stands in my Home with a button; once it is filled in, the Home says so."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        await filed(at)
        await at.mara.open_home()
        await at.until(lambda: at.mara.home is not None and "“Campaign goal” is missing." in shown(at.mara.home))
        await opened(at, at.mara.home)
        await at.mara.fill({"field:goal": GOAL})
        await at.mara.submit()
        await closed(at, "filled in")
        await at.until(lambda: at.mara.home is not None and "“Campaign goal” is missing." not in shown(at.mara.home))


async def test_others_are_refused_kindly(tmp_path: Path) -> None:
    """A guest sees who may change it, and nothing of the ticket; a restricted ticket is for those concerned."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        await filed(at)
        gus, jonas = (Person(at.sandbox.slack, at.users[name].id) for name in ("gus", "jonas"))
        message = confirmation(at)
        posted = await at.bot.parts.desk.gateway.call(
            "chat.postMessage", channel=at.channel.id, text="Asked", blocks=message.blocks
        )
        public = at.channel.messages[posted["ts"]]
        await gus.act(Action.FILL_IN, where=public)
        assert "Spring sale" not in await closed(at, "can be changed from here by", gus)

        ticket = tracker._kept["1"].ticket
        tracker._kept["1"].ticket = replace(
            ticket, restricted=True, assignee=TrackerPerson("Jonas", "jonas@example.com")
        )
        await opened(at, public, jonas)
        await jonas.dismiss()
        tracker._kept["1"].ticket = replace(tracker._kept["1"].ticket, assignee=None)
        await jonas.act(Action.FILL_IN, where=public)
        assert "Spring sale" not in await closed(at, "can be changed from here by", jonas)
        await opened(at, public)


async def test_nothing_is_missing_any_more(tmp_path: Path) -> None:
    """A button of an old message says so instead of opening an empty form; a deleted ticket is said to be gone."""
    async with asked(tmp_path) as (at, tracker, ports, team):
        await _posted(ports, team)
        [message] = alerts(at)
        await _all_but_goal(tracker)
        await edited(tracker, "Campaign goal", GOAL)
        await at.mara.act(Action.FILL_IN, where=message)
        await closed(at, "Nothing is missing")
        await at.mara.dismiss()
        tracker.remove(tracker.tickets[0].ref)
        await at.mara.act(Action.FILL_IN, where=message)
        await closed(at, "is not there any more")


async def _posted(ports: Any, team: Any) -> None:
    await post_alert(ports, team)


async def _kept(at: Journey, draft_id: str) -> None:
    for _ in range(200):
        if await at.bot.parts.store.draft(draft_id):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("nothing was kept")


async def _all_but_goal(tracker: MemoryTracker) -> None:
    """Everything that the ticket lacks is answered, but for the goal."""
    waived = "Not needed, because it is a test"
    names = ["Acceptance criteria", "Target audience", "Expected business impact", "Design assets"]
    for heading in [*names, "Tracking requirements", "A/B test this?"]:
        await edited(tracker, heading, waived)


def tracker_list(text: str) -> Document:
    """Criteria as the form writes them."""
    return one_item_a_line(text)


def _ours(like: Comment) -> list[Comment]:
    return [replace(like, id="ours", body=from_plain("Filled in by Mara Example from Slack: Campaign goal"))]
