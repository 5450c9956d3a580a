"""What a window shows in the end: the newest, whatever Slack took its time over, lost, or delivered twice or late."""

import asyncio
from copy import deepcopy
from pathlib import Path

import pytest

from adapters.memory import MemoryTracker
from bot.slack import acks
from sandbox.faults import Fault
from sandbox.slack.people import Person
from tests.journey import journey

MODES = pytest.mark.parametrize("mode", ["socket", "http"])


def title(person: Person) -> str:
    """The title of the open window."""
    return str(person.modal and person.modal.content["title"]["text"])


@MODES
async def test_the_link_comes_though_slack_shows_our_answer_late(
    tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ticket is there before Slack shows "Creating your ticket": the link is drawn once more."""
    monkeypatch.setattr(acks, "AGAIN", 0.6)
    async with journey(tmp_path, mode=mode, trackers={"memory": MemoryTracker()}) as at:
        person = await at.open()
        await at.fill_least(person)
        at.sandbox.slack.delivery.shows_after = 0.4
        await person.submit()
        assert title(person) == "Creating your ticket"

        await at.until(lambda: title(person) == "Ticket created", seconds=2)


async def test_a_window_that_moved_on_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who goes on at once from the window with the link to the form with what is missing keeps that form."""
    monkeypatch.setattr(acks, "AGAIN", 0.8)
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}) as at:
        person = await at.open()
        await at.fill_least(person)
        await person.submit()
        await at.until(lambda: title(person) == "Ticket created", seconds=0.7)
        await person.act("fill_in")
        await at.until(lambda: "field:goal" in str(person.modal and person.modal.blocks))
        await person.fill({"field:goal": "Orders from 10 to 12 a day"})
        await asyncio.sleep(0.8)

        assert "Orders from 10 to 12 a day" in str(person.modal and person.modal.values)


async def test_a_submission_delivered_twice_ends_with_the_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack sends it again, and shows our second answer over the link: the link is drawn once more."""
    monkeypatch.setattr(acks, "AGAIN", 0.6)
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}) as at:
        person = await at.open()
        await at.fill_least(person)
        filing = await person.submit()
        await at.until(lambda: title(person) == "Ticket created", seconds=0.5)
        await person.send_again(filing)
        assert person.modal is not None
        at.sandbox.slack.windows.answer_update(person.modal, filing.answer["view"])

        await at.until(lambda: title(person) == "Ticket created", seconds=2)


def shown(person: Person) -> str:
    """The blocks of the open window."""
    return str(person.modal and person.modal.blocks)


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_keystroke_that_comes_after_submit_is_no_new_form(tmp_path: Path, restarted: bool) -> None:
    """The last words and the last choice reach the bot after the ticket: no window changes, no form is offered."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        person = await at.open()
        await at.fill_least(person)
        typed, chosen = await person.fill({"field:goal": "More orders", "field:ab_test": "1"})
        await at.until(lambda: "field:no_test_reason" in shown(person))
        await person.submit()
        await at.settled()
        await at.until(lambda: title(person) == "Ticket created")
        if restarted:
            await at.restart()
        await person.send_again(typed)
        await person.send_again(chosen)
        await at.bot.parts.desk.drain(2)

        assert title(person) == "Ticket created"
        assert await at.bot.parts.store.latest_draft("T0SANDBOX", person.user.id) is None
        await person.dismiss()
        await at.open("")
        assert "You have not finished" not in shown(person)


async def test_a_keystroke_that_comes_after_the_suggestions_leaves_them(tmp_path: Path) -> None:
    """A choice in the form reaches the bot when the suggestions are shown, also after a restart: they stay."""
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}) as at:
        person = await at.open()
        await at.fill_least(person, user_story="As a visitor, I want prices.")
        [chosen] = await person.fill({"field:ab_test": "1"})
        await at.until(lambda: "field:no_test_reason" in shown(person))
        await person.submit()
        for _ in range(2):
            await person.send_again(chosen)
            await at.bot.parts.desk.drain(2)
            assert title(person) == "Before you send it"
            await at.restart()


async def test_a_keystroke_that_comes_after_filling_in_is_not_kept(tmp_path: Path) -> None:
    """What was added to a ticket is not offered again as something that was only typed."""
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}) as at:
        person = await at.file_one()
        await at.until(lambda: title(person) == "Ticket created")
        await person.act("fill_in")
        await at.until(lambda: "field:goal" in shown(person))
        [late] = await person.fill({"field:goal": "Orders from 10 to 12 a day by March"})
        await person.submit()
        await at.until(lambda: title(person) == "Done")
        for _ in range(2):
            await person.send_again(late)
            await at.bot.parts.desk.drain(2)
            kept = "fill:T0SANDBOX:U0MARA:memory:"
            ticket = (await at.request()).ticket
            assert ticket is not None
            assert await at.bot.parts.store.draft(f"{kept}{ticket.id}") is None
            assert title(person) == "Done"
            await at.restart()


async def test_of_two_choices_in_one_form_the_later_is_drawn(tmp_path: Path) -> None:
    """The second is made before the first is drawn, and arrives when it is: the fields are those of the second."""
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}) as at:
        person = await at.open("")
        first = await person.act("request_type", "landing-page")
        assert first.payload is not None
        later = deepcopy(first.payload)
        bug = {"text": {"type": "plain_text", "text": "Bug"}, "value": "bug"}
        later["actions"][0]["selected_option"] = bug
        [menu] = [value for block, value in later["view"]["state"]["values"].items() if "request_type" in block]
        menu["request_type"]["selected_option"] = bug
        await at.until(lambda: "field:user_story" in shown(person))
        await at.sandbox.slack.delivery.deliver("interactive", later)

        await at.until(lambda: "field:actual" in shown(person), seconds=2)


@pytest.mark.parametrize("kind", ["429", "500", "drop_before", "drop_after"])
async def test_a_form_is_drawn_though_slack_fails_once(tmp_path: Path, kind: str) -> None:
    """A choice changes the fields also where Slack is busy, or its answer is lost."""
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}) as at:
        person = await at.open("")
        at.sandbox.faults.add(Fault("slack", kind, operation="views.update", times=1))
        await person.act("request_type", "bug")

        await at.until(lambda: "field:actual" in shown(person), seconds=4)
        await at.bot.parts.desk.drain(3)
        assert at.sandbox.slack.complaints == []
