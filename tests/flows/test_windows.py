"""What a window shows in the end: the newest, whatever Slack took its time over, lost, or delivered twice or late."""

import asyncio
from pathlib import Path

import pytest

from adapters.memory import MemoryTracker
from bot.slack import acks
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
