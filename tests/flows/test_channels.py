"""Channels that cannot be reached, and channels with another name."""

import json
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from adapters.memory import MemoryTracker
from sandbox.slack.mrkdwn import read_message
from sandbox.slack.people import Person
from tests.journey import journey

CLOSED: list[tuple[str, str]] = [
    ("private", "/invite"),
    ("archived", "archived"),
    ("restricted", "restricted"),
    ("gone", "/invite"),
]


@pytest.mark.parametrize(("how", "fix"), CLOSED)
async def test_channels_that_cannot_be_reached(tmp_path: Path, how: str, fix: str) -> None:
    """Ticket, confirmation with the reason, one notice for two requests; the posts come when the channel is back."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        channel, slack = at.channel, at.sandbox.slack

        def close() -> None:
            if how == "private":
                channel.is_private = True
                channel.members.remove("U0BOT")
            elif how == "archived":
                channel.is_archived = True
            elif how == "restricted":
                channel.posting_restricted_to = ["U0MARA"]
            else:
                del slack.channels[channel.id]

        people = [
            await at.open(f"landing-page Page {number}", who)
            for number, who in enumerate((at.mara, Person(slack, "U0JONAS")))
        ]
        for person in people:
            await at.fill_least(person)
        close()
        for person in people:
            await person.submit()
        await at.until(lambda: len(tracker.tickets) == 2 and at.told() and at.told(people[1]) and at.posts(at.ops))
        dm = at.mara.messages(slack.dm("U0MARA").id)[-1]
        assert "The team's channel does not know yet" in read_message(slack, dm).text
        [notice] = at.posts(at.ops)
        assert fix in str(notice.blocks)

        slack.channels[channel.id] = channel
        channel.is_private = channel.is_archived = False
        channel.posting_restricted_to = None
        channel.members = [*{*channel.members, "U0BOT"}]
        await at.until(lambda: len(at.posts()) == 2)
        assert sorted(post.text for post in at.posts()) == [
            "New request from Jonas Sample: Page 1",
            "New request from Mara Example: Page 0",
        ]
        assert len(at.posts(at.ops)) == 1


async def test_a_channel_that_was_renamed(tmp_path: Path) -> None:
    """A channel that the configuration names by id may be called anything; one named by `#name` is found by its id.

    After a restart nobody knows its id any more: the log names it, since the operators' channel may be the one.
    """
    config = (
        "teams:\n- {{name: Web, channel: '#mar-dev-web', trackers: {{memory: {{project: WEB}}}}}}\nops_channel: {ops}\n"
    )
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}, config=config) as at:
        at.channel.name = "mar-dev-renamed"
        await at.file_one()
        await at.until(lambda: len(at.posts()) == 1)

        await at.mara.dismiss()
        with capture_logs() as logged:
            await at.restart()
        named = [entry["channel"] for entry in logged if entry["event"].startswith("no channel has that name")]
        assert named == ["#mar-dev-web"]
        await at.mara.command(at.channel.id, "/devrequest landing-page Two")
        await at.until(lambda: at.mara.modal is not None)
        await at.fill_least(at.mara)
        await at.mara.submit()
        await at.until(lambda: at.posts(at.ops))
        assert json.dumps(at.posts(at.ops)[0].blocks).count("/invite") == 1
