"""Filling in what a ticket lacks from Slack, with the tracker in memory."""

from pathlib import Path
from typing import Any

from adapters.document import Heading, plain, text_of
from adapters.memory import MemoryTracker
from bot.slack.ids import Action
from sandbox.slack.people import Person
from tests.journey import Journey, journey

CRITERIA = "The form sends name and e-mail within 2 s\nOn a phone 375 px wide nothing scrolls sideways"


async def opened(at: Journey, person: Person | None = None, **where: Any) -> Person:
    """Press the button of the newest confirmation and wait for the form."""
    who = person or at.mara
    dm = at.sandbox.slack.dm(at.mara.user.id).id
    message = next(m for m in reversed(at.mara.messages(dm)) if Action.FILL_IN in str(m.blocks))
    await who.act(Action.FILL_IN, **({"where": message} | where))
    await at.until(lambda: who.modal is not None and who.modal.content.get("callback_id") == "devrequest_fill_in")
    return who


def section(tracker: MemoryTracker, heading: str, number: int = 0) -> str:
    """What stands below a heading of a ticket."""
    blocks = tracker.tickets[number].document.blocks
    start = next(n for n, b in enumerate(blocks) if isinstance(b, Heading) and plain(b.content) == heading)
    end = next((n for n in range(start + 1, len(blocks)) if isinstance(blocks[n], Heading)), len(blocks))
    return text_of(blocks[start + 1 : end])


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
        await filed(at, goal="Orders from 10 to 12 a day by March")
        mara = await opened(at)
        assert mara.modal is not None
        inputs = [block["block_id"] for block in mara.modal.blocks if block["type"] == "input"]
        await mara.fill({"field:acceptance_criteria": CRITERIA})
        outcome = await mara.submit()
        assert (outcome.problem, outcome.errors) == (None, {})
        await at.until(lambda: len(at.told()) == 2)

        assert inputs[:2] == ["field:acceptance_criteria", "field:audience"]
        assert "field:goal" not in inputs
        assert section(tracker, "Acceptance criteria") == "- " + CRITERIA.replace("\n", "\n- ")
        [comment] = await tracker.comments(tracker.tickets[0].ref)
        assert text_of(comment.body) == "Filled in by Mara Example from Slack: Acceptance criteria"
        assert at.told()[1] == "“Acceptance criteria” filled in: Spring sale page"
        assert at.sandbox.slack.complaints == []
