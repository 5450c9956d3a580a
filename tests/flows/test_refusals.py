"""What comes back to the requester: a request that the tracker refuses, and what it could not take."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.errors import Rejected
from adapters.memory import MemoryTracker
from sandbox.jira.answers import FieldError
from sandbox.jira.kinds import Date, Labels, Summary
from sandbox.slack import submission
from sandbox.slack.model import Message, View
from sandbox.slack.mrkdwn import read_message
from sandbox.slack.people import Person
from tests.both_trackers import Start
from tests.journey import CONFIG, Journey, journey


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


def shown_at(form: View | None) -> dict[str, str]:
    """The reasons in a form, by the block that holds them."""
    blocks = form.blocks if form else []
    problems = [block for block in blocks if str(block.get("block_id")).endswith(("problems", ":problem"))]
    return {block["block_id"]: (block.get("text") or block["elements"][0])["text"] for block in problems}


async def test_each_reason_stands_at_its_field(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the form that is open still, and in the one that the button opens: title, date, and what is no question."""

    def refuse(kind: type) -> Callable[..., object]:
        def parse(*_: object) -> object:
            raise FieldError(f"No {kind.__name__}")

        return parse

    for kind in (Summary, Date, Labels):
        monkeypatch.setattr(kind, "parse", refuse(kind))
    async with start("jira") as at:
        person = await at.file_one()
        await at.settled("rejected")
        dm = at.sandbox.slack.dm(person.user.id).id
        await at.until(lambda: at.mara.messages(dm))
        for again in (False, True):
            if again:
                await person.dismiss()
                await person.act("reopen_form", where=at.mara.messages(dm)[0])
            await at.until(lambda: shown_at(person.modal))
            reasons = shown_at(person.modal)
            assert reasons.pop("problems").endswith("send again.\n⚠ Labels: No Labels")
            assert reasons == {"field:title:problem": "⚠ No Summary", "field:launch_date:problem": "⚠ No Date"}
        said = read_message(at.sandbox.slack, at.mara.messages(dm)[0]).text
        assert all(f"No {kind}" in said for kind in ("Summary", "Date", "Labels"))
        assert at.sandbox.slack.complaints == []


async def test_people_stand_by_name_in_the_text_that_comes_back(tmp_path: Path) -> None:
    """As they would in the ticket; an id of Slack says nothing to anybody, and nobody is pinged."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "asked.yaml").write_text(
        "name: Asked\ndescription: x\nbody:\n"
        "- {type: person, id: owner, attributes: {label: Owner}}\n"
        "- {type: people, id: crew, attributes: {label: Crew}}\n"
    )
    tracker = MemoryTracker()
    tracker.fail_next("create", Rejected("memory", "create", "400", 400))
    async with journey(tmp_path, trackers={"memory": tracker}, config=CONFIG + "templates: [own]\n") as at:
        person = await at.open("asked A page")
        await person.fill({"field:owner": "U0JONAS", "field:crew": ["U0MARA", "U0JONAS"]})
        await person.submit()
        await at.settled("rejected")
        dm = at.sandbox.slack.dm("U0MARA").id
        await at.until(lambda: at.mara.messages(dm))

        said = read_message(at.sandbox.slack, at.mara.messages(dm)[0])
        assert "Owner\nJonas Sample\n\nCrew\nMara Example\nJonas Sample" in said.text
        assert "U0" not in said.text
        assert said.pings == []


async def test_nobody_else_opens_a_refused_request(tmp_path: Path) -> None:
    """The button works for its requester alone."""
    from bot.slack.listeners.buttons import _reopen
    from bot.slack.press import Press

    tracker = MemoryTracker()
    tracker.fail_next("create", Rejected("memory", "create", "400", 400))
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        await at.file_one()
        request = await at.settled("rejected")
        jonas = Person(at.sandbox.slack, at.users["jonas"].id)
        trigger = at.sandbox.slack.issued.new_trigger(jonas.user.id)
        body = {"user": {"id": jonas.user.id}, "trigger_id": trigger, "channel": {"id": at.channel.id}}
        await _reopen(at.bot.parts.desk, Press.of(body), request.submission.request_id)

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


async def refused_twice_open(at: Journey) -> tuple[Person, View, View]:
    """A refused request, and two forms with it: its button was clicked twice."""
    person = await at.file_one()
    await at.settled("rejected")
    dm = at.sandbox.slack.dm(person.user.id).id
    await at.until(lambda: at.mara.messages(dm))
    await person.dismiss()
    forms: list[View] = []
    for _ in range(2):
        await person.act("reopen_form", where=at.mara.messages(dm)[0])
        await at.until(lambda: person.modal not in (None, *forms))
        assert person.modal is not None
        forms.append(person.modal)
    at.sandbox.slack.windows.stacks[person.user.id] = forms
    return person, forms[0], forms[1]


async def handed_in(at: Journey, person: Person, form: View) -> Any:
    """Submit a form that may lie below another."""
    payload = submission.payload(at.sandbox.slack, person.user, form)
    assert payload is not None
    answer = await at.sandbox.slack.delivery.deliver("interactive", payload)
    return submission.carry_out(at.sandbox.slack, form, answer, payload)


def refusing() -> MemoryTracker:
    """A tracker that refuses the next ticket."""
    tracker = MemoryTracker()
    tracker.fail_next("create", Rejected("memory", "create", "400", 400))
    return tracker


@pytest.mark.parametrize("changed", [False, True])
async def test_two_forms_of_one_refused_request_make_one_ticket(tmp_path: Path, changed: bool) -> None:
    """The second one is told where the first one is, and gets its words back if they are others."""
    tracker = refusing()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        person, first, second = await refused_twice_open(at)
        if changed:
            await person.fill({"field:goal": "Other words"}, where=second)
        await handed_in(at, person, first)
        await at.settled("created")
        await handed_in(at, person, second)

        assert "handed in again already" in str(second.blocks)
        assert tracker.tickets[0].ref.key in str(second.blocks)
        assert ("Other words" in str(second.blocks)) == changed
        await at.bot.parts.desk.drain(2)
        assert len(tracker.tickets) == 1
        assert await at.bot.parts.store.latest_draft("T0SANDBOX", person.user.id) is None
        assert at.sandbox.slack.complaints == []


async def test_two_forms_of_one_refused_request_at_the_same_moment(tmp_path: Path) -> None:
    """Both are stored before either is looked at: one becomes a ticket, the window of the other says so."""
    tracker = refusing()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        person, first, second = await refused_twice_open(at)
        await asyncio.gather(handed_in(at, person, first), handed_in(at, person, second))
        await at.until(lambda: len(tracker.tickets) == 1 and len(at.told()) == 2)

        states = [one.state for one in await at.bot.parts.store.requests()]
        assert sorted(states) == ["created", "superseded", "superseded"]
        await at.until(lambda: "handed in again already" in f"{first.blocks}{second.blocks}", seconds=3)
        await at.until(lambda: "Done: " in f"{first.blocks}{second.blocks}", seconds=3)
        assert len(tracker.tickets) == 1


async def test_a_form_whose_other_form_was_refused_counts(tmp_path: Path) -> None:
    """The first of two forms is refused as well; the second replaces that one, and is filed."""
    tracker = refusing()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        person, first, second = await refused_twice_open(at)
        tracker.fail_next("create", Rejected("memory", "create", "400", 400))
        await handed_in(at, person, first)
        await at.until(lambda: len(at.told()) == 2)
        await handed_in(at, person, second)
        request = await at.settled("created")

        assert request.submission.supersedes == first.id
        assert len(tracker.tickets) == 1
