"""Files of a request on their way to its ticket."""

import base64
import json
from pathlib import Path

import pytest

from adapters.base import TicketRef
from adapters.document import text_of
from adapters.memory import MemoryTracker
from sandbox.slack.mrkdwn import read_message
from tests.both_trackers import Start
from tests.journey import journey


@pytest.mark.parametrize("tracker", ["jira", "asana"])
async def test_files_go_to_the_ticket(start: Start, tracker: str) -> None:
    """Each file as it was uploaded; one that Slack does not hand out is named on the ticket and to the requester."""
    async with start(tracker) as at:
        good = at.mara.upload("entwurf ä 1.png", b"\x89PNG" * 1000, "image/png")
        gone = at.mara.upload("gone.pdf", b"x", "application/pdf")
        await at.file_one(design_files=[good, gone])
        gone.data = None
        request = await at.settled()
        await at.until(at.told)
        assert request.ticket is not None
        ref = TicketRef(**request.ticket.model_dump())
        comments = [text_of(comment.body) for comment in await at.bot.parts.trackers[tracker].comments(ref)]
        confirmation = read_message(at.sandbox.slack, at.mara.messages(at.sandbox.slack.dm("U0MARA").id)[-1]).text

        assert "gone.pdf could not be added to the ticket: Slack says it is gone or not for this app." in confirmation
        assert str(gone.json()["permalink"]) in confirmation
        assert any("gone.pdf could not be added" in comment for comment in comments)
        sent = [json.loads(line) for line in at.sandbox.recorder.lines([tracker])]
        uploads = [base64.b64decode(one["body_b64"]) for one in sent if one["path"].endswith("/attachments")]
        assert [b"\x89PNG" * 1000 in body for body in uploads] == [True]
        assert at.sandbox.slack.complaints == []


async def test_files_of_a_request_in_memory(tmp_path: Path) -> None:
    """The bytes arrive, a log-in page and a stranger's host do not; the ticket is made in any case."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        good = at.mara.upload("a.png", b"12345", "image/png")
        login = at.mara.upload("b.png", b"12345", "image/png")
        foreign = at.mara.upload("c.png", b"12345", "image/png")
        login.url = login.url.replace("files-pri", "page-of-slack")
        foreign.url = "https://evil.example/c"
        await at.file_one(design_files=[good, login, foreign])
        await at.settled()
        await at.until(at.told)

        [ticket] = tracker.tickets
        kept = tracker._kept[ticket.ref.id]
        assert [(one.name, tracker.content[one.id]) for one in kept.attachments] == [("a.png", b"12345")]
        comments = [text_of(comment.body) for comment in kept.comments]
        assert [line.partition(" It")[0] for line in comments] == [
            "The file b.png could not be added to the ticket: Slack says it is gone or not for this app.",
            "The file c.png could not be added to the ticket: it is not stored at Slack.",
        ]
        shown = read_message(at.sandbox.slack, at.mara.messages(at.sandbox.slack.dm("U0MARA").id)[-1])
        assert all(name in shown.text for name in ("b.png", "c.png"))
        assert shown.pings == []


async def test_a_file_that_is_too_large_for_the_tracker(start: Start) -> None:
    """The size is the reason: the file can be made smaller, or stay where it is. (Asana takes what Slack hands out.)"""
    async with start("jira") as at:
        at.sandbox.jira.upload_limit = 1000
        await at.file_one(design_files=[at.mara.upload("film.mov", b"x" * 2000, "video/quicktime")])
        await at.settled()
        await at.until(at.told)

        told = read_message(at.sandbox.slack, at.mara.messages(at.sandbox.slack.dm("U0MARA").id)[-1]).text
        assert "film.mov could not be added to the ticket: it is too large for Jira. It is still in" in told


async def test_a_file_with_a_long_name_is_told_with_its_reason_and_its_link(tmp_path: Path) -> None:
    """The name gives way, visibly; on the ticket, too. Its end tells it from others."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        gone = at.mara.upload(
            f"Landing page hero, approved{' and approved again' * 10} (2).pdf", b"x", "application/pdf"
        )
        await at.file_one(design_files=[gone])
        gone.data = None
        await at.settled()
        await at.until(at.told)

        [comment] = tracker._kept[tracker.tickets[0].ref.id].comments
        told = read_message(at.sandbox.slack, at.mara.messages(at.sandbox.slack.dm("U0MARA").id)[-1]).text
        for text in (told, text_of(comment.body)):
            assert "The file Landing page hero, approved and approved again and approved …" in text
            assert " (2).pdf could not be added to the ticket: Slack says it is gone or not for this app." in text
            assert str(gone.json()["permalink"]) in text


async def test_without_the_scope_every_file_is_named(tmp_path: Path) -> None:
    """Slack hands out its log-in page; nothing of it reaches the ticket."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        at.sandbox.slack.app.scopes.discard("files:read")
        await at.file_one(design_files=[at.mara.upload("a.png", b"12345", "image/png")])
        await at.settled()
        await at.until(at.told)

        assert tracker.content == {}
        [comment] = tracker._kept[tracker.tickets[0].ref.id].comments
        assert "Slack asked for a log-in" in text_of(comment.body)
