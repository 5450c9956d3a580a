"""Filling a form in: what was typed survives closing, switching, turning pages, new templates and restarts."""

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from adapters.memory import MemoryTracker
from sandbox.slack.people import Person
from tests.journey import CONFIG, Journey, journey

MODES = pytest.mark.parametrize("mode", ["socket", "http"])
OWN = CONFIG + "templates: [own]\n"
TWO_TEAMS = """
teams:
  - {{name: Web, channel: {channel}, trackers: {{memory: {{project: WEB}}}}}}
  - {{name: Shop, channel: C0SHOP, trackers: {{memory: {{project: SHOP}}}}, request_types: [bug, long, quick-win]}}
ops_channel: {ops}
templates: [own]
"""
LONG = """
name: Long one
description: More fields than a page holds
body:
""" + "".join(
    f"- {{type: textarea, id: f{number}, attributes: {{label: Field {number}}}, validations: {{required: false}}}}\n"
    for number in range(120)
)


def own(folder: Path, **templates: str) -> None:
    """Write request types of the team's own."""
    (folder / "own").mkdir(exist_ok=True)
    for name, text in templates.items():
        (folder / "own" / f"{name}.yaml").write_text(text)


def blocks(person: Person) -> str:
    """The blocks of the open form, as text."""
    return str(person.modal.blocks) if person.modal else ""


def answers(person: Person) -> dict[str, Any]:
    """What stands in the fields, by block; rich text as the words in it."""
    assert person.modal is not None
    found: dict[str, Any] = {}
    for block, values in person.modal.values.items():
        for value in values.values():
            rich = value.get("rich_text_value")
            words = [run["text"] for part in (rich or {}).get("elements", ()) for run in part["elements"]]
            option = (value.get("selected_option") or {}).get("value")
            found[block] = "".join(words) if rich else value.get("value") or value.get("selected_date") or option
    return found


def shown_type(person: Person) -> str:
    """The request type whose fields the form shows."""
    return str(json.loads(person.modal.content["private_metadata"]).get("request_type")) if person.modal else ""


def menu(person: Person, name: str) -> str | None:
    """What is chosen in a menu above the fields."""
    [found] = [value for block, value in answers(person).items() if block.startswith(f"{name}:")]
    return None if found is None else str(found)


async def kept(at: Journey, words: str) -> None:
    """Until what was typed last is stored."""
    for _ in range(500):
        draft = await at.bot.parts.store.latest_draft("T0SANDBOX", at.mara.user.id)
        if draft and words in str(draft.answers):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{words} was not kept")


async def reopened(at: Journey, words: str = "") -> None:
    """Close the form and type the command again."""
    await at.mara.dismiss()
    await at.open(words)


@MODES
async def test_a_closed_form_is_offered_again(tmp_path: Path, mode: str) -> None:
    """Continue restores type, team, page and every answer in a new view; handed in, it is offered no more."""
    own(tmp_path, long=LONG)
    tracker = MemoryTracker()
    async with journey(tmp_path, mode=mode, trackers={"memory": tracker}, config=TWO_TEAMS) as at:
        person = at.mara
        await person.shortcut("devrequest_new")
        await at.until(lambda: person.modal)
        await person.act("team", "shop")
        await at.until(lambda: "integration" not in blocks(person))
        await person.act("request_type", "long")
        await at.until(lambda: "Field 3" in blocks(person))
        await person.fill({"field:title": "Long story", "field:f0": "the first", "field:f3": "the fourth"})
        await person.submit()
        await at.until(lambda: "Dev request (2 of 2)" in str(person.modal and person.modal.content["title"]))
        await person.fill({"field:f119": "the last"})
        await kept(at, "the last")

        await reopened(at)
        assert "You have not finished “Long story” (Long one)." in blocks(person)
        await person.act("draft_continue")
        await at.until(lambda: "field:f119" in blocks(person))
        assert answers(person)["field:f119"] == "the last"
        await person.act("form_back")
        await at.until(lambda: "field:f3'" in blocks(person))
        found = answers(person)
        assert (found["field:f0"], found["field:f3"]) == ("the first", "the fourth")
        assert menu(person, "request_type") == "long"

        await person.submit()
        await at.until(lambda: "field:f119" in blocks(person))
        await person.submit()
        request = await at.settled()
        assert {key: request.submission.answers[key] for key in ("title", "f0", "f3", "f119")} == {
            "title": "Long story",
            "f0": "the first",
            "f3": "the fourth",
            "f119": "the last",
        }
        assert len(tracker.tickets) == 1
        await reopened(at)
        assert "You have not finished" not in blocks(person)
        assert at.sandbox.slack.complaints == []


async def test_start_fresh_forgets(tmp_path: Path) -> None:
    """The form stays empty, and the old one is not offered again."""
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}) as at:
        person = await at.open("landing-page")
        await person.fill({"field:title": "An old idea"})
        await kept(at, "An old idea")
        await reopened(at)
        assert "An old idea" in blocks(person)

        await person.act("draft_start_fresh")
        await at.until(lambda: "An old idea" not in blocks(person))
        await reopened(at)

        assert "An old idea" not in blocks(person)


async def test_somebody_elses_draft_stays_theirs(tmp_path: Path) -> None:
    """A half-filled form is offered to nobody else."""
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}) as at:
        person = await at.open("landing-page")
        await person.fill({"field:title": "Mara's idea"})
        await kept(at, "Mara's idea")
        jonas = Person(at.sandbox.slack, at.users["jonas"].id)
        await at.open("", jonas)

        assert "You have not finished" not in blocks(jonas)


@MODES
async def test_switching_the_type_keeps_every_answer(tmp_path: Path, mode: str) -> None:
    """What has a place is shown in the other type; going back brings the rest, and only what is shown is filed."""
    tracker = MemoryTracker()
    async with journey(tmp_path, mode=mode, trackers={"memory": tracker}) as at:
        person = await at.open("landing-page Spring sale")
        first = {
            "user_story": "As a visitor, I want prices",
            "goal": "10 to 12 orders",
            "page": "https://example.com/a",
        }
        await person.fill({f"field:{key}": value for key, value in first.items()})
        await person.act("request_type", "bug")
        await at.until(lambda: "field:actual" in blocks(person))
        in_bug = answers(person)
        await person.act("request_type", "landing-page")
        await at.until(lambda: "field:goal" in blocks(person))

        assert in_bug["field:title"] == "Spring sale"
        assert not {"field:user_story", "field:goal", "field:page"} & in_bug.keys()
        back = answers(person)
        assert {key: back[f"field:{key}"] for key in first} == first

        await at.fill_least(person)
        await person.act("request_type", "quick-win")
        pressed_at_once = await person.submit()
        await at.until(lambda: shown_type(person) == "quick-win")
        assert pressed_at_once.errors == {}
        await person.submit()
        request = await at.settled()
        assert request.submission.request_type.key == "quick-win"
        assert request.submission.answers["goal"] == "10 to 12 orders"
        assert at.sandbox.slack.complaints == []


async def test_a_title_starts_as_the_template_says(tmp_path: Path) -> None:
    """One types on behind `[Bug]: `, also where the rest of the title stood behind the command."""
    form = "name: Defect\ndescription: d\ntitle: '[Bug]: '\nbody: [{type: textarea, attributes: {label: What}}]\n"
    own(tmp_path, defect=form)
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}, config=OWN) as at:
        begun = []
        for words in ("", " my title", " [bug]: my title"):
            await at.mara.command(at.channel.id, f"/devrequest defect{words}")
            await at.until(lambda: at.mara.modal is not None)
            begun.append(answers(at.mara)["field:title"])
            await at.mara.dismiss()
        assert begun == ["[Bug]: ", "[Bug]: my title", "[bug]: my title"]


async def test_fields_appear_and_disappear_and_keep_their_text(tmp_path: Path) -> None:
    """An answer shows the fields that depend on it; hidden ones keep their text for the way back, and file nothing."""
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}) as at:
        person = await at.open()
        await person.fill({"field:ab_test": "0"})
        await at.until(lambda: "field:hypothesis" in blocks(person))
        await person.fill({"field:hypothesis": "If we name the price, orders go up"})
        await person.fill({"field:ab_test": "1"})
        await at.until(lambda: "field:no_test_reason" in blocks(person))
        assert "field:hypothesis" not in blocks(person)
        await person.fill({"field:ab_test": "0"})
        await at.until(lambda: "field:hypothesis" in blocks(person))
        assert answers(person)["field:hypothesis"] == "If we name the price, orders go up"

        await person.fill({"field:ab_test": "1"})
        await at.until(lambda: "field:no_test_reason" in blocks(person))
        await at.fill_least(person)
        await person.submit()
        request = await at.settled()
        assert "hypothesis" not in request.submission.answers


async def test_validation_errors_stand_at_their_fields(tmp_path: Path) -> None:
    """In words, at the field; nothing is stored; mended, the same form is taken."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        person = await at.open()
        await at.fill_least(person, launch_date="2020-01-01", page="https://example.com")
        outcome = await person.submit()

        [(block, text)] = outcome.errors.items()
        assert block == "field:launch_date"
        assert "is in the past" in text
        assert tracker.tickets == []
        assert await at.bot.parts.store.requests() == []

        await at.fill_least(person)
        assert (await person.submit()).errors == {}
        await at.settled()


@MODES
async def test_an_open_form_finishes_with_its_own_template(tmp_path: Path, mode: str) -> None:
    """The type changes on disk and the bot restarts between opening and Submit; so does a form that was closed."""
    story = "name: Idea\ndescription: An idea\nbody:\n- {type: textarea, id: idea, attributes: {label: Your idea}}\n"
    own(tmp_path, idea=story)
    tracker = MemoryTracker()
    async with journey(tmp_path, mode=mode, trackers={"memory": tracker}, config=OWN) as at:
        person = await at.open("idea One")
        await person.fill({"field:idea": "typed before"})
        changed = story.replace("id: idea", "id: thought").replace("Your idea", "Your thought")
        own(
            tmp_path,
            idea=changed + "- {type: input, id: more, attributes: {label: More}, validations: {required: true}}",
        )
        await at.restart()
        await person.fill({"field:idea": "typed before and after"})
        outcome = await person.submit()
        request = await at.settled()

        assert (outcome.problem, outcome.errors) == (None, {})
        assert request.submission.answers["idea"] == "typed before and after"
        assert "Your idea" in str(tracker.tickets[0].document)

        await person.dismiss()
        await at.open("idea Two")
        assert "Your thought" in blocks(person)


async def test_a_form_without_its_template_is_not_lost(tmp_path: Path) -> None:
    """The type is gone from the disk; the open form is filed all the same."""
    own(
        tmp_path,
        idea="name: Idea\ndescription: An idea\nbody:\n- {type: textarea, id: idea, attributes: {label: Idea}}\n",
    )
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}, config=OWN) as at:
        person = await at.open("idea One")
        (tmp_path / "own" / "idea.yaml").unlink()
        await at.restart()
        await person.fill({"field:idea": "still here"})
        await person.submit()
        request = await at.settled()

        assert request.submission.answers["idea"] == "still here"


@MODES
async def test_a_locked_database_asks_to_press_again(tmp_path: Path, mode: str) -> None:
    """Not stored within two seconds: the form stays open with its answers, and pressed again it is one ticket."""
    tracker = MemoryTracker()
    async with journey(tmp_path, mode=mode, trackers={"memory": tracker}) as at:
        person = await at.open()
        await at.fill_least(person)
        before = answers(person)
        lock = sqlite3.connect(tmp_path / "bot.sqlite", isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        outcome = await person.submit()
        after = answers(person)
        lock.execute("ROLLBACK")
        lock.close()

        assert outcome.problem is None
        assert list(outcome.errors.values()) == [
            "That was not saved yet; nothing that you typed is lost. Please try again."
        ]
        assert after == before
        again = await person.submit()
        assert again.errors == {}
        await at.settled()
        await at.until(lambda: at.told() and at.posts())
        assert len(tracker.tickets) == 1
        assert len(at.told()) == 1


async def test_slow_slack_does_not_delay_submit(tmp_path: Path) -> None:
    """Slack takes two seconds for every question; Submit is answered in time all the same."""
    from sandbox.faults import Fault

    async with journey(tmp_path, trackers={"memory": MemoryTracker()}) as at:
        person = await at.open()
        await at.fill_least(person)
        at.sandbox.faults.add(Fault("slack", "latency", seconds=2.0))
        outcome = await person.submit()

        assert (outcome.problem, outcome.errors) == (None, {})
        at.sandbox.faults.clear()
        await at.settled()
