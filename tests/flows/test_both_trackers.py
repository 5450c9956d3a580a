"""The same request in Jira and in Asana, through the stand-ins' wire protocols."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from adapters.base import TicketRef
from adapters.document import Heading, plain
from tests.both_trackers import Start
from tests.journey import Journey

HEADINGS = [
    "User story",
    "Launch date",
    "Acceptance criteria",
    "Campaign goal",
    "Target audience",
    "Expected business impact",
    "Design assets",
    "Tracking requirements",
    "A/B test this?",
]


@pytest.mark.parametrize("tracker", ["jira", "asana"])
async def test_a_request_becomes_a_ticket_of_either_tracker(tmp_path: Path, start: Start, tracker: str) -> None:
    """Sections in the template's order, criteria as a list, label, launch date, requester and the link to Slack."""
    async with start(tracker) as at:
        person = await at.open()
        criteria = "The page loads in 2 s on 4G\n- Prices show in EUR <b>&amp; @channel"
        await at.fill_least(person, goal="Orders from 10 to 12 a day by March", acceptance_criteria=criteria)
        await person.submit()
        request = await at.settled()
        await at.until(lambda: at.told() and at.posts())
        assert request.ticket is not None
        port = at.bot.parts.trackers[tracker]
        ticket = await port.get(TicketRef(**request.ticket.model_dump()))

        headings = [plain(block.content) for block in ticket.document.blocks if isinstance(block, Heading)]
        assert ticket.title == "Spring sale page"
        assert headings == HEADINGS
        assert ticket.request_id == request.submission.request_id
        assert str(ticket.due) == request.submission.answers["launch_date"]
        assert "landing-page" in ticket.labels
        assert "Prices show in EUR <b>&amp; @channel" in str(ticket.document)


async def test_jira_knows_the_requester_and_the_thread(tmp_path: Path, start: Start) -> None:
    """A requester whose e-mail Jira knows is the reporter, and a remote link leads back to the channel's message."""
    async with start("jira") as at:
        await _file_one(at)
        await at.until(lambda: _paths(at, "jira", "/remotelink"))

        created = _paths(at, "jira", "/rest/api/3/issue")[0]
        assert created["fields"]["reporter"]
        [link] = _paths(at, "jira", "/remotelink")
        assert link["object"]["url"].startswith(f"{at.sandbox.url}/slack/archives/C0WEB/")


async def test_warm_caches_leave_two_calls_a_ticket(tmp_path: Path, start: Start) -> None:
    """The second request of the same kind costs a create and a link back to Slack, in Jira and in Asana."""
    for tracker in ("jira", "asana"):
        folder = tmp_path / tracker
        folder.mkdir()
        async with start(tracker, folder) as at:
            await _file_one(at)
            await _done(at, 1)
            await _swept(at)
            at.sandbox.recorder.clear()
            await _file_one(at)
            await _done(at, 2)

            lines = [json.loads(line) for line in at.sandbox.recorder.lines([tracker])]
            assert len(lines) <= 2, [(line["method"], line["path"]) for line in lines]


async def _file_one(at: Journey) -> None:
    person = await at.open()
    await at.fill_least(person)
    await person.submit()
    await at.until(lambda: person.modal is None or "is now" in str(person.modal.blocks) or "Done" in str(person.modal))
    await person.dismiss()


async def _done(at: Journey, count: int) -> None:
    """Until so many requests are filed and their jobs have ended."""
    await at.until(lambda: len(at.told()) == count and len(at.posts()) == count)
    for request in await at.bot.parts.store.requests():
        while await at.bot.parts.engine.status(request.submission.key) != "done":
            await at.bot.parts.desk.ports.clock.sleep(0.05)


async def _swept(at: Journey) -> None:
    """Until the first sweep has ended, whose calls are not those of a request."""
    store = at.bot.parts.store.tickets
    while any([(await store.sweep("web", name)).swept_at is None for name in at.bot.parts.trackers]):
        await at.bot.parts.desk.ports.clock.sleep(0.05)
    await at.bot.parts.desk.ports.clock.sleep(0.5)  # what follows from it reads nothing here


def _paths(at: Journey, tracker: str, ending: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in at.sandbox.recorder.lines([tracker])]
    found = [line for line in lines if line["method"] == "POST" and line["path"].endswith(ending)]
    return [json.loads(base64.b64decode(line["body_b64"])) for line in found]
