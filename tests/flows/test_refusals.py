"""What comes back to the requester: a request that the tracker refuses, and what it could not take."""

from pathlib import Path

from adapters.errors import Rejected
from adapters.memory import MemoryTracker
from sandbox.slack.model import Message
from sandbox.slack.mrkdwn import read_message
from sandbox.slack.people import Person
from tests.journey import CONFIG, journey


def buttons(message: Message, action: str) -> list[str]:
    """The values of a message's buttons of one kind."""
    elements = [one for block in message.blocks for one in block.get("elements", ()) if isinstance(one, dict)]
    return [str(one.get("value")) for one in elements if one.get("action_id") == action]


async def test_a_refused_request_comes_back_whole(tmp_path: Path) -> None:
    """A text of 30,000 characters is given back in pieces, with a button that opens the form with everything in it."""
    tracker = MemoryTracker()
    tracker.fail_next("create", Rejected("memory", "create", "400", 400, {"Goal": "is too vague"}))
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        words = "\n".join(f"{number}: <!channel> & *bold* https://evil.example" for number in range(600))
        parts = [words[i : i + 2900] for i in range(0, len(words), 2900)]
        long = {"goal": parts[0], "acceptance_criteria": parts[1], "tracking": parts[2], "design_assets": parts[3]}
        person = await at.file_one(**long)
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
        await at.file_one()
        request = await at.settled("rejected")
        jonas = Person(at.sandbox.slack, at.users["jonas"].id)
        trigger = at.sandbox.slack.issued.new_trigger(jonas.user.id)
        body = {"user": {"id": jonas.user.id}, "trigger_id": trigger, "channel": {"id": at.channel.id}}
        await _reopen(at.bot.parts.desk, body, request.submission.request_id)

        assert jonas.modal is None
        assert "not there any more" in jonas.messages(at.channel.id)[-1].text


async def test_an_assignee_whom_the_tracker_does_not_know(tmp_path: Path) -> None:
    """The ticket is made without, and the requester is told; the requester is named in any case."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "asked.yaml").write_text(
        "name: Asked\ndescription: x\nlabels: [asked]\nbody:\n"
        "- {type: person, id: assignee, attributes: {label: Who should do it?}}\n"
    )
    tracker = MemoryTracker(people=[])
    config = CONFIG + "templates: [own]\n"
    async with journey(tmp_path, trackers={"memory": tracker}, config=config) as at:
        person = await at.open("asked A page")
        await person.fill({"field:assignee": "U0JONAS"})
        await person.submit()
        await at.settled()
        await at.until(at.told)

        [ticket] = tracker.tickets
        dm = at.mara.messages(at.sandbox.slack.dm("U0MARA").id)[-1]
        assert (ticket.assignee, ticket.labels) == (None, ("asked",))
        assert ticket.reporter is not None
        assert ticket.reporter.name == "Mara Example"
        assert "Jonas Sample" in read_message(at.sandbox.slack, dm).text
