"""Trackers and Slack that fail in every way: nothing is lost, nothing is made twice, and people hear what they need."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.errors import Ambiguous, Misconfigured, NotSent, Throttled
from adapters.memory import MemoryTracker
from bot.jobs.waits import Waits
from sandbox.asana.records import Task
from sandbox.faults import Fault
from tests.both_trackers import Start
from tests.databases import away, new_postgres_database
from tests.journey import Journey, journey

DAYS = Waits(first=600.0, longest=86_400.0, parked=86_400.0, unreachable=86_400.0, scale=0.000_002)
"""Retries that are days apart, in a world where a day takes a sixth of a second."""


def tickets(at: Journey, tracker: str) -> list[str]:
    """The titles in a stand-in's project."""
    if tracker == "jira":
        return [str(issue.values.get("summary")) for issue in at.sandbox.jira.issues.values()]
    return [record.name for record in at.sandbox.asana.records.values() if isinstance(record, Task)]


@pytest.mark.parametrize(
    ("tracker", "kind"),
    [
        ("jira", "drop_after"),
        ("asana", "drop_after"),
        ("jira", "429"),
        ("asana", "429"),
        ("jira", "drop_before"),
        ("asana", "500"),
    ],
)
async def test_whatever_happens_to_the_create_there_is_one_ticket(start: Start, tracker: str, kind: str) -> None:
    """The answer gets lost before or after the work, the tracker fails or throttles: one ticket, one message."""
    async with start(tracker) as at:
        operation = {"jira": "createIssue", "asana": "createTask"}[tracker]
        before = tickets(at, tracker)
        at.sandbox.faults.add(Fault(tracker, kind, operation=operation, times=2, seconds=1 if kind == "429" else None))
        await at.file_one()
        await at.settled(seconds=40)
        await at.until(lambda: at.posts() and any("Ticket created" in text for text in at.told()), seconds=20)

        made = [title for title in tickets(at, tracker) if title not in before]
        assert made == ["Spring sale page"]
        assert len(at.posts()) == 1
        assert at.sandbox.slack.complaints == []


OUTAGES = [
    (NotSent("memory", "create", "connection refused"), "unavailable"),
    (Ambiguous("memory", "create", "timed out"), "unavailable"),
    (Throttled("memory", "create", "429", 429, after=60), "unavailable"),
    (Misconfigured("memory", "create", "401", 401, fix="Make a new token."), "parked"),
]


@pytest.mark.parametrize(("failure", "why"), OUTAGES, ids=lambda value: type(value).__name__)
async def test_days_of_outage_lose_nothing(tmp_path: Path, failure: Any, why: str) -> None:
    """Told at once that it is safe, in view and message; operators once; after days the link, and one ticket."""
    tracker = MemoryTracker()
    tracker.fail_next("create", failure, times=2 if isinstance(failure, Ambiguous) else 3)  # a look-up takes 2 s
    async with journey(tmp_path, trackers={"memory": tracker}, waits=DAYS) as at:
        await at.file_one()
        await at.until(at.told)
        assert "Your request is safe" in at.told()[0]
        await at.settled(seconds=30)
        await at.until(lambda: len(at.told()) == 2 and at.posts())

        assert len(tracker.tickets) == 1
        assert at.told()[1] == "Ticket created: WEB-1 in Memory: Spring sale page"
        [notice] = at.posts(at.ops)
        assert "Memory" in notice.text
        assert ("Make a new token." in str(notice.blocks)) == (why == "parked")


async def test_operators_hear_of_each_outage_once(tmp_path: Path) -> None:
    """Three requests in one outage: one notice; after it was mended the next outage is a notice again."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        expired = Misconfigured("memory", "create", "401", 401, fix="Make a new token.")
        for outage in (1, 2):
            tracker.fail_next("create", expired, times=10_000)
            for number in range(3):
                person = await at.file_one(f"Page {outage}{number}")
                await at.until(lambda n=outage * 10 + number: any(f"Page {n}" in text for text in at.told()))  # type: ignore[misc]
                await person.dismiss()
            assert len(at.posts(at.ops)) == outage
            tracker._failures.clear()
            await at.until(lambda done=3 * outage: len(tracker.tickets) == done)  # type: ignore[misc]
            await at.until(lambda done=3 * outage: len(at.posts()) == done)  # type: ignore[misc]

        assert len(at.posts(at.ops)) == 2


async def test_two_processes_on_one_file(tmp_path: Path) -> None:
    """The second bot refuses to start and says why; the first one works on."""
    from bot.domain.errors import ConfigurationError

    async with journey(tmp_path, trackers={"memory": MemoryTracker()}) as at:
        with pytest.raises(ConfigurationError, match=r"(?i)another"):
            at.build()
        await at.file_one()
        await at.settled()


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_messages_whose_answers_get_lost_are_posted_once(tmp_path: Path, mode: Any) -> None:
    """Slack takes a message and its answer never comes, three times over: one message each all the same."""
    tracker = MemoryTracker()
    async with journey(tmp_path, mode=mode, trackers={"memory": tracker}) as at:
        at.sandbox.faults.add(Fault("slack", "drop_after", operation="chat.postMessage", times=3))
        person = await at.open()
        await at.fill_least(person)
        await person.submit(times=3)
        request = await at.settled()
        await at.until(lambda: at.told() and at.posts())
        while await at.bot.parts.engine.status(request.submission.key) != "done":
            await at.bot.parts.desk.ports.clock.sleep(0.05)

        assert (len(tracker.tickets), len(at.posts()), len(at.told())) == (1, 1, 1)


async def test_submit_does_not_wait_for_a_slow_tracker(tmp_path: Path) -> None:
    """The tracker takes five seconds; Submit is answered at once, and the view gets its link later."""

    class Slow(MemoryTracker):
        async def create(self, draft: Any) -> Any:
            await asyncio.sleep(5)
            return await super().create(draft)

    async with journey(tmp_path, trackers={"memory": Slow()}) as at:
        started = time.monotonic()
        person = await at.file_one()
        assert time.monotonic() - started < 5
        assert "Creating your ticket" in str(person.modal and person.modal.content["title"])
        await at.until(lambda: "Done: " in str(person.modal and person.modal.blocks))
        assert at.sandbox.slack.complaints == []


async def test_a_database_that_is_away_keeps_the_form_open(tmp_path: Path) -> None:
    """Submit says that it was not saved and is to be pressed again, the bot is not ready; afterwards it is filed."""
    url, tracker = new_postgres_database(), MemoryTracker()
    async with journey(tmp_path, mode="http", trackers={"memory": tracker}, database=url) as at:
        person = await at.open("landing-page Spring sale page")
        await at.fill_least(person, user_story="Make the page nicer")
        with away(url), capture_logs():  # what is logged meanwhile would be drawn with every variable
            outcome = await person.submit()
            not_ready = await at.bot.ready()
        async with asyncio.timeout(15):  # on a busy machine a connection takes its time
            while not all((again := await at.bot.ready()).values()):
                await at.bot.parts.desk.ports.clock.sleep(0.1)
        assert again == {"started": True, "slack": True, "database": True}
        await at.hand_in(person)
        await at.until(lambda: tracker.tickets)

    said = "That was not saved yet; nothing that you typed is lost. Please try again."
    assert set(outcome.errors.values()) == {said}
    assert not_ready == {"started": True, "slack": True, "database": False}
    assert [ticket.title for ticket in tracker.tickets] == ["Spring sale page"]
