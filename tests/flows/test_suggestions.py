"""What could be better is suggested once, between Submit and the ticket; nothing that was typed is ever lost."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from adapters.document import text_of
from adapters.memory import MemoryTracker
from bot.domain.errors import NotStored
from bot.slack import filling, sending_anyway
from sandbox.slack.people import Person
from tests.journey import Journey, journey

WEAK = "As a visitor, I want prices."
BETTER = "As a visitor, I want prices, so that I can order."
WEAK_CRITERIA = "- Given a visitor, the prices are shown"


def _texts(person: Person) -> str:
    return str(person.modal and person.modal.blocks)


def _title(person: Person) -> str:
    assert person.modal is not None
    return str(person.modal.content["title"]["text"])


async def _suggested(at: Journey, **answers: Any) -> Person:
    """The suggestions after a form with a weak story was handed in."""
    person = await at.open("landing-page Spring sale")
    await at.fill_least(person, **({"user_story": WEAK} | answers))
    outcome = await person.submit()
    assert (outcome.problem, outcome.errors) == (None, {})
    assert _title(person) == "Before you send it"
    return person


def _stories(tracker: MemoryTracker) -> list[str]:
    return [text_of(ticket.document).split("\n")[1] for ticket in tracker.tickets]


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_send_anyway_files_it_as_it_is(tmp_path: Path, mode: Any) -> None:
    """One sentence about what may come back, with an example; then one ticket with every word."""
    tracker = MemoryTracker()
    async with journey(tmp_path, mode=mode, trackers={"memory": tracker}) as at:
        person = await _suggested(at)
        shown = _texts(person)
        assert "This may come back:" in shown
        assert "User story: " in shown
        assert "For example: " in shown
        assert tracker.tickets == []

        await person.submit()
        await at.settled()

        assert _stories(tracker) == [WEAK]
        await at.until(lambda: len(at.posts()) == 1)
        assert await at.bot.parts.store.latest_draft("T0SANDBOX", person.user.id) is None


async def test_improve_leads_back_with_everything_and_then_straight_through(tmp_path: Path) -> None:
    """The form is there with all answers and the reason below the field; the next Submit asks nothing more."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        person = await _suggested(at, acceptance_criteria="One\nTwo")
        await person.act("form_improve")
        await at.until(lambda: _title(person) == "Dev request")
        assert "This may come back: " in _texts(person)
        assert WEAK in str(person.modal and person.modal.values)
        assert "Spring sale" in str(person.modal and person.modal.values)

        await person.fill({"field:user_story": "As a visitor"})
        await person.submit()
        await at.settled()

        assert _stories(tracker) == ["As a visitor"]


async def test_what_has_no_finding_needs_no_second_step(tmp_path: Path) -> None:
    """A good story goes straight through; sections that were not answered are named in the confirmation only."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        await at.file_one()
        await at.settled()

        assert len(tracker.tickets) == 1


async def test_at_most_three_are_suggested_what_matters_most_first(tmp_path: Path) -> None:
    """Of many findings three are named: those that are certain before those that are likely."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        person = await _suggested(
            at,
            acceptance_criteria=WEAK_CRITERIA,
            tracking="error: page_path\ngenerate_lead",
            goal="TBD",
            audience="lorem ipsum dolor sit amet",
        )
        labels = [
            block["elements"][0]["elements"][0]["text"]
            for block in (person.modal.blocks if person.modal else [])
            if block["type"] == "rich_text" and len(block["elements"][0]["elements"]) == 2
        ]

        assert len(labels) == 3
        assert "User story: " not in labels


async def test_a_closed_suggestion_is_offered_again_and_not_suggested_twice(tmp_path: Path) -> None:
    """Close loses nothing: Continue brings every answer back, and Submit hands them in."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        person = await _suggested(at)
        await person.cancel()
        await at.open("")
        await person.act("draft_continue")
        await at.until(lambda: WEAK in str(person.modal and person.modal.values))
        await person.submit()
        await at.settled()

        assert _stories(tracker) == [WEAK]


async def test_double_clicks_make_one_suggestion_and_one_ticket(tmp_path: Path) -> None:
    """Submit twice at once shows the suggestions; Send anyway twice at once, and again later, files one ticket."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        person = await at.open("landing-page Spring sale")
        await at.fill_least(person, user_story=WEAK)
        await person.submit(times=2)
        assert _title(person) == "Before you send it"
        assert await at.bot.parts.store.requests(limit=5) == []
        sent = await person.submit(times=2)
        await at.settled()
        await person.send_again(sent)

        assert _stories(tracker) == [WEAK]
        assert len(await at.bot.parts.store.requests(limit=5)) == 1
        await at.until(lambda: len(at.posts()) == 1)


async def test_a_restart_in_between_loses_nothing(tmp_path: Path) -> None:
    """The suggestions are open while the bot stops and starts: Send anyway still has every word."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        person = await _suggested(at, goal="More demo requests")
        await at.restart()
        await person.submit()
        await at.settled()

        assert "More demo requests" in text_of(tracker.tickets[0].document)


async def test_a_keystroke_that_comes_late_takes_nothing_away(tmp_path: Path) -> None:
    """The last change in the form reaches the bot after Submit, with less in it than was handed in."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        person = await at.open("landing-page Spring sale")
        [late, *_] = await person.fill({"field:user_story": "As a vis"})
        await at.fill_least(person, user_story=WEAK)
        await person.submit()
        await person.send_again(late)
        await asyncio.sleep(0.1)
        await person.submit()
        await at.settled()

        assert _stories(tracker) == [WEAK]


async def test_what_cannot_be_stored_stays_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine or a database that does not answer: the suggestions stay, with a word, and the next press works."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        person = await _suggested(at)
        engine = at.bot.parts.engine

        async def full(*_: object) -> None:
            raise NotStored

        async def hangs(*_: object) -> None:
            await asyncio.sleep(60)

        with monkeypatch.context() as patched:
            patched.setattr(engine, "submit", full)
            await person.submit()
            assert "not saved yet" in _texts(person)
        with monkeypatch.context() as patched:
            patched.setattr(sending_anyway, "ANSWER_WITHIN", 0.05)
            patched.setattr(sending_anyway, "handed_in", hangs)
            await person.submit()
            assert _texts(person).count("not saved yet") == 1
        await person.submit()
        await at.settled()

        assert _stories(tracker) == [WEAK]


async def test_an_answer_that_became_wrong_meanwhile_is_said_in_the_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The launch date has passed while the suggestions stood open: the form comes back with the reason."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        person = await _suggested(at)

        def passed(*_: object) -> dict[str, str]:
            return {"launch_date": "That day has passed."}

        with monkeypatch.context() as patched:
            patched.setattr("bot.usecases.submit_request.validate", passed)
            await person.submit()
        assert "That day has passed." in _texts(person)
        assert WEAK in str(person.modal and person.modal.values)
        await person.submit()
        await at.settled()

        assert _stories(tracker) == [WEAK]


@pytest.mark.parametrize("edited", [False, True])
async def test_a_message_left_as_it_was_is_not_judged(tmp_path: Path, edited: bool) -> None:
    """Whoever turns somebody's message into a request is done with two clicks; what they write themselves is theirs."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        message = await at.mara.post(at.channel.id, "As a visitor, I want *prices*, see <https://example.com|this>")
        person = at.mara
        await person.message_shortcut("devrequest_from_message", at.channel.id, message.ts)
        await at.until(lambda: person.modal is not None)
        await person.act("request_type", "quick-win")
        await at.until(lambda: "field:user_story" in _texts(person))
        if edited:
            await person.fill({"field:user_story": WEAK})
        await person.submit()

        assert (_title(person) == "Before you send it") == edited


async def test_improving_twice_or_after_sending_does_no_harm(tmp_path: Path) -> None:
    """Improve that is pressed while it was sent anyway changes nothing, and nothing is filed twice."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        person = await _suggested(at)
        view = person.modal
        assert view is not None
        body = {"user": {"id": person.user.id}, "view": at.sandbox.slack.windows.json(view)}
        await person.submit()
        await at.settled()
        await filling.improve(at.bot.parts.desk, body)

        assert _stories(tracker) == [WEAK]
        assert _title(person) == "Ticket created"
