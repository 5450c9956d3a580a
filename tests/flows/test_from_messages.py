"""A message becomes a request: its words, its author and its link come along, and its thread gets the ticket."""

import base64
import json
from pathlib import Path

import pytest

from adapters.base import TicketRef
from adapters.document import text_of
from adapters.memory import MemoryTracker
from sandbox.slack.mrkdwn import read_message
from sandbox.slack.people import Person
from tests.both_trackers import Start
from tests.journey import Journey, journey

MODES = pytest.mark.parametrize("mode", ["socket", "http"])
TYPED = "Could <b>we</b> & @Mara have prices? See https://example.com/a?b=1&c=2 & *soon*\n- one\n- two `code` @channel"


async def from_message(at: Journey, ts: str, channel: str = "") -> Person:
    """Mara picks the shortcut on a message, and the quick win."""
    person = at.mara
    await person.message_shortcut("devrequest_from_message", channel or at.channel.id, ts)
    await at.until(lambda: person.modal is not None)
    await person.act("request_type", "quick-win")
    await at.until(lambda: "field:user_story" in str(person.modal and person.modal.blocks))
    return person


def words(person: Person) -> str:
    """All that stands in the inputs of the form."""
    assert person.modal is not None
    return json.dumps(person.modal.values, ensure_ascii=False)


@MODES
async def test_a_message_becomes_a_request(tmp_path: Path, mode: str) -> None:
    """Only type and Submit are left; the ticket quotes the message, and the thread and the ticket know each other."""
    tracker = MemoryTracker()
    async with journey(tmp_path, mode=mode, trackers={"memory": tracker}) as at:
        jonas = Person(at.sandbox.slack, at.users["jonas"].id)
        message = await jonas.post(at.channel.id, TYPED.replace("@Mara", "@mara"))
        person = await from_message(at, message.ts)
        found = words(person)
        assert "Could <b>we</b> & @Mara Example have prices?" in found
        assert "See https://example.com/a?b=1&c=2 & *soon*" in found
        assert "From " in str(person.modal and person.modal.blocks)

        assert (await person.submit()).errors == {}
        request = await at.settled()
        await at.until(lambda: len(at.mara.messages(at.channel.id, message.ts)) == 2 and at.told())

        [ticket] = tracker.tickets
        whole = text_of(ticket.document)
        assert (
            request.submission.title
            == "Could <b>we</b> & @Mara Example have prices? See https://example.com/a?b=1&c=2 & *soon*"
        )
        assert "Jonas Sample, in Slack" in whole
        assert whole.endswith("- one\n- two `code` @channel")
        permalink = at.sandbox.slack.permalink(message)
        assert (request.submission.source and request.submission.source.permalink) == permalink
        assert permalink in [link.url for link in ticket.links]
        reply = at.mara.messages(at.channel.id, message.ts)[1]
        shown = read_message(at.sandbox.slack, reply)
        assert (shown.pings, shown.links) == ([], [ticket.ref.url])
        assert at.sandbox.slack.complaints == []


async def test_a_message_that_names_a_channel(tmp_path: Path) -> None:
    """The ticket says what it is called: an id of Slack says nothing to a developer."""
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}) as at:
        message = await at.mara.post(at.channel.id, "x")
        message.text = f"As agreed in <#{at.channel.id}|>"
        person = await from_message(at, message.ts)

        assert f"As agreed in #{at.channel.name}" in words(person)


async def test_a_message_in_a_thread_answers_there(tmp_path: Path) -> None:
    """The link goes into the thread that the message stands in."""
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}) as at:
        root = await at.mara.post(at.channel.id, "Prices?")
        reply = await at.mara.post(at.channel.id, "Yes, a page with prices", thread_ts=root.ts)
        person = await from_message(at, reply.ts)
        await person.submit()
        await at.until(lambda: len(at.mara.messages(at.channel.id, root.ts)) == 3)

        assert "This is now WEB-1 in Memory" in at.mara.messages(at.channel.id, root.ts)[2].text


@pytest.mark.parametrize("length", [3000, 39_000])
async def test_a_long_message_comes_whole(tmp_path: Path, length: int) -> None:
    """Longer than an input takes: in parts that can be edited, and in the ticket to the last word."""
    tracker = MemoryTracker(body_limit=200_000)
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        message = await at.mara.post(at.channel.id, "Long: " + "words and more " * (length // 15) + "the end")
        person = await from_message(at, message.ts)
        for _ in range(3):
            if person.modal and person.modal.content.get("submit"):
                assert (await person.submit()).errors == {}
        await at.settled()

        [ticket] = tracker.tickets
        quote = text_of(ticket.document).rpartition("in Slack\n")[2]
        assert " ".join(quote.split()) == " ".join(message.text.split())
        assert ticket.title.endswith("…")
        assert at.sandbox.slack.complaints == []


async def test_a_message_of_an_app_with_its_words_in_attachments(tmp_path: Path) -> None:
    """An alert whose text is empty brings what its attachments say."""
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}) as at:
        message = await at.mara.post(at.channel.id, "x")
        message.text, message.blocks = "", []
        message.attachments = [{"title": "Checkout is down", "text": "since <https://example.com|noon>"}]
        person = await from_message(at, message.ts)

        assert "Checkout is down" in words(person)
        assert "since noon (https://example.com)" in words(person)


async def test_where_the_bot_is_not_the_ticket_is_made_all_the_same(tmp_path: Path) -> None:
    """From a private channel without the bot: form, ticket and confirmation; the thread waits for an invitation."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        private = at.sandbox.slack.add_channel("secret", [at.mara.user], private=True, with_bot=False)
        message = await at.mara.post(private.id, "A page with prices")
        person = await from_message(at, message.ts, private.id)
        assert "gets a message" in str(person.modal and person.modal.blocks)
        await person.submit()
        await at.until(lambda: at.told() and at.posts())
        assert len(at.mara.messages(private.id, message.ts)) == 1

        assert at.posts(at.ops) == []
        assert "does not know yet" not in read_message(at.sandbox.slack, at.mara.messages("D0MARA")[-1]).text
        address = f"https://{at.sandbox.slack.team['domain']}.slack.com/archives/{private.id}/p"
        assert address + message.ts.replace(".", "") in [link.url for link in tracker.tickets[0].links]

        at.mara.invite(private.id, "U0BOT")
        await at.until(lambda: len(at.mara.messages(private.id, message.ts)) == 2)
        assert len(tracker.tickets) == 1
        assert len(at.posts()) == 1


async def test_people_s_own_direct_messages_are_theirs(tmp_path: Path) -> None:
    """A message in a DM of two people: a ticket with its link, told to the channel; no thread is waited for."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        private = at.sandbox.slack.add_channel(
            "theirs", [at.mara.user], channel_id="D0PAIR", private=True, with_bot=False
        )
        message = await at.mara.post(private.id, "A page with prices")
        person = await from_message(at, message.ts, private.id)
        await person.submit()
        request = await at.settled()
        await at.until(lambda: at.told() and at.posts())
        await at.over(request)

        assert at.posts(at.ops) == []
        assert "does not know yet" not in read_message(at.sandbox.slack, at.mara.messages("D0MARA")[-1]).text
        assert f"/archives/D0PAIR/p{message.ts.replace('.', '')}" in str(tracker.tickets[0].links)


async def test_a_message_that_takes_no_replies_is_left_alone(tmp_path: Path) -> None:
    """Somebody deleted it meanwhile: the ticket is told to the channel and the requester, and nobody of a trouble."""
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}) as at:
        message = await at.mara.post(at.channel.id, "A page with prices")
        person = await from_message(at, message.ts)
        del at.channel.messages[message.ts]
        await person.submit()
        request = await at.settled()
        await at.over(request)

        assert len(at.posts()) == 1
        assert at.posts(at.ops) == []
        assert "does not know yet" not in read_message(at.sandbox.slack, at.mara.messages("D0MARA")[-1]).text


@pytest.mark.parametrize("tracker", ["jira", "asana"])
async def test_both_trackers_carry_message_and_link(start: Start, tracker: str) -> None:
    """The quote in full and the permalink: a remote link in Jira, in the text in Asana."""
    async with start(tracker) as at:
        message = await at.mara.post(at.channel.id, TYPED)
        person = await from_message(at, message.ts)
        await person.submit()
        request = await at.settled()
        await at.until(lambda: len(at.mara.messages(at.channel.id, message.ts)) == 2)
        assert request.ticket is not None
        read = await at.bot.parts.trackers[tracker].get(TicketRef(**request.ticket.model_dump()))
        whole = text_of(read.document)
        permalink = at.sandbox.slack.permalink(message)

        assert "- one\n- two `code` @channel" in whole
        assert "Could <b>we</b> & @Mara have prices?" in whole
        sent = [json.loads(line) for line in at.sandbox.recorder.lines([tracker])]
        bodies = [base64.b64decode(line["body_b64"]).decode() for line in sent if line["method"] == "POST"]
        assert any(permalink in body for body in bodies)
