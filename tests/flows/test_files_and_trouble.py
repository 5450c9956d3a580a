"""Files on the ticket, trackers that fail in every way, channels that cannot be reached."""

import base64
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from adapters.base import TicketRef
from adapters.document import text_of
from adapters.errors import Ambiguous, Misconfigured, NotSent, Rejected, Throttled
from adapters.memory import MemoryTracker
from bot.jobs.waits import Waits
from sandbox.asana.records import Task
from sandbox.faults import Fault
from sandbox.slack.model import Message
from sandbox.slack.mrkdwn import read_message
from sandbox.slack.people import Person
from tests.flows.test_both_trackers import SETTINGS, seeded
from tests.journey import Journey, journey

DAYS = Waits(first=600.0, longest=86_400.0, parked=86_400.0, unreachable=86_400.0, scale=0.000_002)
"""Retries that are days apart, in a world where a day takes a sixth of a second."""
Start = Callable[[str], AbstractAsyncContextManager[Journey]]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new_recording: Callable[[], Path]) -> Start:
    """Starts a journey with Jira or Asana as the team's tracker."""

    def begin(tracker: str) -> AbstractAsyncContextManager[Journey]:
        return journey(
            tmp_path,
            settings=SETTINGS,
            default=tracker,
            prepare=seeded,
            environ=monkeypatch,
            recording=new_recording(),
        )

    return begin


async def file_one(at: Journey, title: str = "Spring sale page", **answers: Any) -> Person:
    """Mara hands in a landing page."""
    person = await at.open(f"landing-page {title}")
    if "design_files" in answers:
        await person.fill({"field:design_status": "0"})
        await at.until(lambda: "field:design_files" in str(person.modal and person.modal.blocks))
    await at.fill_least(person, **answers)
    outcome = await person.submit()
    assert (outcome.problem, outcome.errors) == (None, {})
    return person


def tickets(at: Journey, tracker: str) -> list[str]:
    """The titles in a stand-in's project."""
    if tracker == "jira":
        return [str(issue.values.get("summary")) for issue in at.sandbox.jira.issues.values()]
    return [record.name for record in at.sandbox.asana.records.values() if isinstance(record, Task)]


def buttons(message: Message, action: str) -> list[str]:
    """The values of a message's buttons of one kind."""
    elements = [one for block in message.blocks for one in block.get("elements", ()) if isinstance(one, dict)]
    return [str(one.get("value")) for one in elements if one.get("action_id") == action]


@pytest.mark.parametrize("tracker", ["jira", "asana"])
async def test_files_go_to_the_ticket(start: Start, tracker: str) -> None:
    """Each file as it was uploaded; one that Slack does not hand out is named on the ticket and to the requester."""
    async with start(tracker) as at:
        good = at.mara.upload("entwurf ä 1.png", b"\x89PNG" * 1000, "image/png")
        gone = at.mara.upload("gone.pdf", b"x", "application/pdf")
        await file_one(at, design_files=[good, gone])
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
        await file_one(at, design_files=[good, login, foreign])
        await at.settled()
        await at.until(at.told)

        [ticket] = tracker.tickets
        kept = tracker._kept[ticket.ref.id]
        assert [(one.name, tracker.content[one.id]) for one in kept.attachments] == [("a.png", b"12345")]
        comments = [text_of(comment.body) for comment in kept.comments]
        assert [line.partition(" It is still")[0] for line in comments] == [
            "The file b.png could not be added to the ticket: Slack says it is gone or not for this app.",
            "The file c.png could not be added to the ticket: it is not stored at Slack.",
        ]
        shown = read_message(at.sandbox.slack, at.mara.messages(at.sandbox.slack.dm("U0MARA").id)[-1])
        assert all(name in shown.text for name in ("b.png", "c.png"))
        assert shown.pings == []


async def test_without_the_scope_every_file_is_named(tmp_path: Path) -> None:
    """Slack hands out its log-in page; nothing of it reaches the ticket."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        at.sandbox.slack.app.scopes.discard("files:read")
        await file_one(at, design_files=[at.mara.upload("a.png", b"12345", "image/png")])
        await at.settled()
        await at.until(at.told)

        assert tracker.content == {}
        [comment] = tracker._kept[tracker.tickets[0].ref.id].comments
        assert "Slack asked for a log-in" in text_of(comment.body)


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
        await file_one(at)
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
    tracker.fail_next("create", failure, times=2 if isinstance(failure, Ambiguous) else 6)  # a look-up takes 2 s
    async with journey(tmp_path, trackers={"memory": tracker}, waits=DAYS) as at:
        await file_one(at)
        await at.until(at.told)
        assert "Your request is safe" in at.told()[0]
        await at.settled(seconds=30)
        await at.until(lambda: len(at.told()) == 2 and at.posts())

        assert len(tracker.tickets) == 1
        assert at.told()[1] == "Ticket created: WEB-1 in Memory: Spring sale page"
        [notice] = at.posts(at.ops)
        assert ("refuses requests" in notice.text) == (why == "parked")
        assert ("Make a new token." in str(notice.blocks)) == (why == "parked")


async def test_operators_hear_of_each_outage_once(tmp_path: Path) -> None:
    """Three requests in one outage: one notice; after it was mended the next outage is a notice again."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        expired = Misconfigured("memory", "create", "401", 401, fix="Make a new token.")
        for outage in (1, 2):
            tracker.fail_next("create", expired, times=10_000)
            for number in range(3):
                person = await file_one(at, f"Page {outage}{number}")
                await at.until(lambda n=outage * 10 + number: any(f"Page {n}" in text for text in at.told()))  # type: ignore[misc]
                await person.dismiss()
            assert len(at.posts(at.ops)) == outage
            tracker._failures.clear()
            await at.until(lambda done=3 * outage: len(tracker.tickets) == done)  # type: ignore[misc]
            await at.until(lambda done=3 * outage: len(at.posts()) == done)  # type: ignore[misc]

        assert len(at.posts(at.ops)) == 2


async def test_a_refused_request_comes_back_whole(tmp_path: Path) -> None:
    """A text of 30,000 characters is given back in pieces, with a button that opens the form with everything in it."""
    tracker = MemoryTracker()
    tracker.fail_next("create", Rejected("memory", "create", "400", 400, {"Goal": "is too vague"}))
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        words = "\n".join(f"{number}: <!channel> & *bold* https://evil.example" for number in range(600))
        parts = [words[i : i + 2900] for i in range(0, len(words), 2900)]
        long = {"goal": parts[0], "acceptance_criteria": parts[1], "tracking": parts[2], "design_assets": parts[3]}
        person = await file_one(at, **long)
        request = await at.settled("rejected")
        dm = at.sandbox.slack.dm(person.user.id).id
        await at.until(lambda: at.mara.messages(dm))
        await person.dismiss()
        [message] = at.mara.messages(dm)
        await at.until(lambda: len(at.mara.messages(dm, message.ts)) >= 2)

        replies = at.mara.messages(dm, message.ts)
        whole = "".join(read_message(at.sandbox.slack, reply).text for reply in replies)
        assert all("".join(part.split()) in "".join(whole.split()) for part in parts[:4])
        shown = [read_message(at.sandbox.slack, reply) for reply in replies]
        assert [one.pings + one.links for one in shown] == [[]] * len(shown)
        assert buttons(message, "reopen_form") == [request.submission.request_id]

        await person.act("reopen_form", where=message)
        await at.until(lambda: person.modal is not None)
        assert "is too vague" in str(person.modal and person.modal.blocks)
        outcome = await person.submit()
        assert outcome.errors == {}
        second = await at.settled("created")
        assert second.submission.answers == request.submission.answers
        assert second.submission.supersedes == request.submission.request_id
        await person.dismiss()

        await person.act("reopen_form", where=message)
        await at.until(lambda: any("handed in again already" in m.text for m in at.mara.messages(dm)))
        assert person.modal is None
        assert len(tracker.tickets) == 1
        assert await at.bot.parts.store.latest_draft("T0SANDBOX", person.user.id) is None
        assert at.sandbox.slack.complaints == []


async def test_nobody_else_opens_a_refused_request(tmp_path: Path) -> None:
    """The button works for its requester alone."""
    from bot.slack.listeners.buttons import _reopen

    tracker = MemoryTracker()
    tracker.fail_next("create", Rejected("memory", "create", "400", 400))
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        await file_one(at)
        request = await at.settled("rejected")
        jonas = Person(at.sandbox.slack, at.users["jonas"].id)
        trigger = at.sandbox.slack.issued.new_trigger(jonas.user.id)
        body = {"user": {"id": jonas.user.id}, "trigger_id": trigger, "channel": {"id": at.channel.id}}
        await _reopen(at.bot.parts.desk, body, request.submission.request_id)

        assert jonas.modal is None
        assert "not there any more" in jonas.messages(at.channel.id)[-1].text


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
    """A channel that the configuration names by id may be called anything; one named by `#name` is found by its id."""
    config = (
        "teams:\n- {{name: Web, channel: '#mar-dev-web', trackers: {{memory: {{project: WEB}}}}}}\nops_channel: {ops}\n"
    )
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}, config=config) as at:
        at.channel.name = "mar-dev-renamed"
        await file_one(at)
        await at.until(lambda: len(at.posts()) == 1)

        await at.mara.dismiss()
        await at.restart()
        await at.mara.command(at.channel.id, "/devrequest landing-page Two")
        await at.until(lambda: at.mara.modal is not None)
        await at.fill_least(at.mara)
        await at.mara.submit()
        await at.until(lambda: at.posts(at.ops))
        assert json.dumps(at.posts(at.ops)[0].blocks).count("/invite") == 1


async def test_two_processes_on_one_file(tmp_path: Path) -> None:
    """The second bot refuses to start and says why; the first one works on."""
    from bot.domain.errors import ConfigurationError

    async with journey(tmp_path, trackers={"memory": MemoryTracker()}) as at:
        second = at.build()
        with pytest.raises(ConfigurationError, match=r"(?i)another"):
            await second.start()
        await file_one(at)
        await at.settled()
