"""Text that means something to somebody: the ticket says what was typed, and no message does anything."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.base import TicketRef
from adapters.document import clean, text_of
from adapters.memory import MemoryTracker
from sandbox.slack.mrkdwn import read_message
from sandbox.slack.people import Person
from tests.both_trackers import SETTINGS, Start, seeded
from tests.journey import Journey, journey
from tests.strategies import HOSTILE

NASTY = "\n".join(HOSTILE)
FIELDS = ("goal", "acceptance_criteria", "design_assets", "tracking")
LINES = ("audience", "impact")
TITLE = (
    '<!channel> <@U0JONAS> *x* <https://evil.example|Jira> \u202eabc\u202c \u05e9 \U0001f469\u200d\U0001f4bb & " ]]>'
)


def words(text: str) -> str:
    """A text as it must come back: its characters in the normal form, without blanks and the marks of lists."""
    return "".join(clean(text).replace("`", "").replace("- ", "").replace("* ", "").replace("> ", "").split())


async def all_messages(at: Journey) -> list[Any]:
    """Everything that the bot wrote, anywhere."""
    return [
        message
        for channel in at.sandbox.slack.channels.values()
        for message in channel.messages.values()
        if message.user == at.sandbox.slack.app.bot_user
    ]


async def nothing_happens(at: Journey, ticket_url: str = "") -> None:
    """No message of the bot's pings anybody or links anywhere but to the ticket and Slack itself."""
    for message in await all_messages(at):
        shown = read_message(at.sandbox.slack, message)
        assert shown.pings == [], message
        assert {link for link in shown.links if not link.startswith(at.sandbox.url)} <= {ticket_url}, message
    assert at.sandbox.slack.complaints == []


async def hostile_form(at: Journey, title: str = TITLE, text: str = NASTY) -> Person:
    """A landing page with nasty text in every field."""
    person = await at.open("landing-page")
    line = " ".join(text.split())[:2900]
    answers = dict.fromkeys(FIELDS, text) | dict.fromkeys(LINES, line)
    await person.fill({"field:title": title})
    await at.fill_least(person, user_story=text, **answers)
    await at.hand_in(person)
    return person


@pytest.mark.parametrize("tracker", ["jira", "asana"])
async def test_the_ticket_says_what_was_typed(start: Start, tracker: str) -> None:
    """Pings, links, query and markup syntax, other directions, emoji and control characters, in every field."""
    async with start(tracker) as at:
        await hostile_form(at)
        request = await at.settled(seconds=20)
        await at.until(lambda: at.told() and at.posts())
        assert request.ticket is not None
        read = await at.bot.parts.trackers[tracker].get(TicketRef(**request.ticket.model_dump()))
        whole = words(text_of(read.document))

        assert " ".join(read.title.split()) == " ".join(clean(TITLE).split())
        for field in FIELDS:
            assert words(str(request.submission.answers[field])) in whole
        for hostile in HOSTILE:
            lines = [words(line) for line in clean(hostile).split("\n")]
            assert all(line in whole for line in lines), hostile
        assert "<!channel>" in text_of(read.document)
        await nothing_happens(at, request.ticket.url)


async def test_three_thousand_characters_in_every_field(tmp_path: Path) -> None:
    """Nothing is lost below the tracker's limit, and Slack takes every message."""
    tracker = MemoryTracker(body_limit=100_000)
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        long = "\U0001f642<&>" * 750
        assert len(long) == 3000
        await hostile_form(at, title="\U0001f642 " + "long title " * 25, text=long)
        request = await at.settled()
        await at.until(lambda: at.told() and at.posts())

        whole = text_of(tracker.tickets[0].document)
        assert whole.count(long) == 5  # four fields and the story; the one-line fields were shortened by the test
        assert request.submission.answers["goal"] == long
        await nothing_happens(at, tracker.tickets[0].ref.url)


@pytest.mark.parametrize("tracker", ["memory", "jira", "asana"])
async def test_a_title_with_lines_or_too_many_characters(
    tmp_path: Path, tracker: str, monkeypatch: pytest.MonkeyPatch, new_recording: Callable[[], Path]
) -> None:
    """In one line, cut visibly; the full title stands in the body."""
    memory = {"memory": MemoryTracker()} if tracker == "memory" else None
    settings = "{memory: {project: WEB}}" if memory else SETTINGS
    async with journey(
        tmp_path,
        trackers=memory,
        settings=settings,
        default=tracker,
        prepare=seeded,
        environ=monkeypatch,
        recording=new_recording(),
    ) as at:
        title = "A title " + "with too many words " * 80 + "and the end"
        person = await at.open("quick-win")
        await person.fill({"field:title": title, "field:user_story": "As a visitor, I want less, so that I save time"})
        await person.submit()
        request = await at.settled()
        assert request.ticket is not None
        read = await at.bot.parts.trackers[tracker].get(TicketRef(**request.ticket.model_dump()))

        if read.title != title:
            assert read.title.endswith("…")
            assert title in text_of(read.document)
        assert "\n" not in read.title
        assert len(read.title) <= at.bot.parts.trackers[tracker].capabilities.title_limit


@pytest.mark.parametrize("tracker", ["jira", "asana"])
async def test_a_body_over_the_limit_is_cut_and_attached(start: Start, tracker: str) -> None:
    """Longest sections first, visibly; acceptance criteria never; everything is attached as request.md."""
    async with start(tracker) as at:
        message = await at.mara.post(at.channel.id, "So long: " + "word " * 7700)
        await at.mara.message_shortcut("devrequest_from_message", at.channel.id, message.ts)
        await at.until(lambda: at.mara.modal is not None)
        await at.mara.act("request_type", "quick-win")
        await at.until(lambda: "field:acceptance_criteria" in str(at.mara.modal and at.mara.modal.blocks))
        criteria = "\n".join(f"{number}. condition can be checked" for number in range(1, 60))
        await at.mara.fill({"field:title": "Long", "field:acceptance_criteria": criteria})
        for _ in range(3):
            if at.mara.modal and at.mara.modal.content.get("submit"):
                assert (await at.mara.submit()).errors == {}
        request = await at.settled(seconds=20)
        await at.until(at.told)
        assert request.ticket is not None
        read = await at.bot.parts.trackers[tracker].get(TicketRef(**request.ticket.model_dump()))
        whole = text_of(read.document)
        sent = [json.loads(line) for line in at.sandbox.recorder.lines([tracker])]
        uploads = [base64.b64decode(one["body_b64"]).decode() for one in sent if one["path"].endswith("/attachments")]

        assert whole.count("condition can be checked") == 59
        assert "…" in whole
        assert "request.md" in whole
        [attached] = uploads
        assert attached.count("word word word") * 2 > 7700 // 3
        assert 'filename="request.md"' in attached


async def test_names_are_data_too(tmp_path: Path) -> None:
    """A person, a file and a channel whose names are syntax."""
    tracker = MemoryTracker()

    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        at.users["mara"].real_name = "<!here> *Mara* <https://evil.example|x>"
        person = await at.open("landing-page A page")
        await person.fill({"field:design_status": "0"})
        await at.until(lambda: "field:design_files" in str(person.modal and person.modal.blocks))
        bad = at.mara.upload("<!channel> a*b_c~.png", b"123", "image/png")
        await at.fill_least(person, design_files=[bad])
        bad.data = None
        await person.submit()
        await at.settled()
        await at.until(lambda: at.told() and at.posts())

        post = read_message(at.sandbox.slack, at.posts()[0])
        assert "<!here> *Mara* <https://evil.example|x>" in post.text
        confirmation = read_message(at.sandbox.slack, at.mara.messages(at.sandbox.slack.dm("U0MARA").id)[-1])
        assert "The file <!channel> a*b_c~.png could not be added" in confirmation.text
        await nothing_happens(at, tracker.tickets[0].ref.url)
