"""From `/devrequest` to the ticket, with the tracker in memory."""

from pathlib import Path

import pytest

from adapters.errors import Misconfigured, NotSent, Rejected
from adapters.memory import MemoryTracker
from sandbox.faults import Fault
from tests.journey import journey


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_request_becomes_a_ticket(tmp_path: Path, mode: str) -> None:
    """A filled form becomes one ticket, one message in the channel and one confirmation."""
    tracker = MemoryTracker()
    async with journey(tmp_path, mode=mode, trackers={"memory": tracker}) as at:
        person = await at.open()
        await at.fill_least(person, goal="Orders from 10 to 12 a day by March")

        outcome = await person.submit()
        request = await at.settled()
        await at.until(lambda: at.told() and at.posts())

        assert outcome.problem is None
        [ticket] = tracker.tickets
        assert (ticket.title, ticket.request_id) == ("Spring sale page", request.submission.request_id)
        assert [post.text for post in at.posts()] == ["New request from Mara Example: Spring sale page"]
        assert at.told() == ["Ticket created: WEB-1 in Memory: Spring sale page"]
        assert at.sandbox.slack.complaints == []


async def test_who_asks_is_named_though_slack_does_not_say(tmp_path: Path) -> None:
    """By the name that came with the form; an id says nothing to anybody."""
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}) as at:
        at.sandbox.faults.add(Fault("slack", "429", operation="users.info", seconds=600))
        await at.file_one()
        await at.until(lambda: at.told() and at.posts())

        assert [post.text for post in at.posts()] == ["New request from mara: Spring sale page"]
        assert "U0MARA" not in str(at.posts()[0].blocks)


async def test_a_double_click_makes_one_ticket(tmp_path: Path) -> None:
    """The same submission, delivered three times, is one ticket and one message."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        person = await at.open()
        await at.fill_least(person)

        await person.submit(times=3)
        await at.settled()
        await at.until(lambda: at.told() and at.posts())

        assert len(tracker.tickets) == 1
        assert len(at.posts()) == 1
        assert len(at.told()) == 1


async def test_a_tracker_that_is_down_loses_nothing(tmp_path: Path) -> None:
    """The requester hears that the request is safe, and gets the link when the tracker is back."""
    tracker = MemoryTracker()
    tracker.fail_next("create", NotSent("memory", "create", "connection refused"), times=3)
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        person = await at.open()
        await at.fill_least(person)

        await person.submit()
        await at.settled()
        await at.until(lambda: len(at.told()) == 2)

        assert len(tracker.tickets) == 1
        assert at.told()[1] == "Ticket created: WEB-1 in Memory: Spring sale page"
        assert len(at.posts(at.ops)) == 1


async def test_an_expired_token_is_told_to_the_operators_once(tmp_path: Path) -> None:
    """Two parked requests, one notice with the fix; both are filed once the token is mended."""
    tracker = MemoryTracker()
    expired = Misconfigured("memory", "create", "401", 401, fix="Make a new token and set MEMORY_TOKEN.")
    tracker.fail_next("create", expired, times=8)
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        for _ in range(2):
            person = await at.open()
            await at.fill_least(person)
            await person.submit()
            await at.settled("parked")
            await person.dismiss()

        await at.until(lambda: len(tracker.tickets) == 2)

        [notice] = at.posts(at.ops)
        assert "Make a new token and set MEMORY_TOKEN." in str(notice.blocks)


async def test_a_rejected_request_comes_back_with_everything_in_it(tmp_path: Path) -> None:
    """The reason stands in the form, the answers are kept, and handing it in again makes one ticket."""
    tracker = MemoryTracker()
    refusal = Rejected("memory", "create", "400", 400, {"Goal": "too vague"}, {"goal": "Too vague for this project."})
    tracker.fail_next("create", refusal)
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        person = await at.open()
        await at.fill_least(person, goal="More sales")
        await person.submit()
        first = await at.settled("rejected")
        await at.until(lambda: "Too vague for this project." in str(person.modal and person.modal.blocks))

        await person.fill({"field:goal": "Orders from 10 to 12 a day by March"})
        await person.submit()
        second = await at.settled("created")

        assert len(tracker.tickets) == 1
        assert second.submission.supersedes == first.submission.request_id
        assert second.submission.answers["user_story"] == first.submission.answers["user_story"]
        superseded = await at.bot.parts.store.request(first.submission.request_id)
        assert superseded is not None
        assert superseded.state == "superseded"


async def test_a_channel_without_the_bot_keeps_the_ticket(tmp_path: Path) -> None:
    """The ticket is made, the requester hears why the channel does not know, operators hear once, the post waits."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        person = await at.open()
        await at.fill_least(person)
        at.channel.is_archived = True
        await person.submit()
        await at.until(lambda: at.told() and at.posts(at.ops))
        assert len(tracker.tickets) == 1
        assert len(at.posts(at.ops)) == 1

        at.channel.is_archived = False
        await at.until(lambda: len(at.posts()) == 1)

        assert [post.text for post in at.posts()] == ["New request from Mara Example: Spring sale page"]
