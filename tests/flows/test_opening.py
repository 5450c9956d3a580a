"""Opening a form: in time with a slow Slack, and if not, with a button that loses nothing."""

import asyncio
import json
from pathlib import Path

import pytest

from adapters.memory import MemoryTracker
from bot.slack.desk import Desk
from sandbox.faults import Fault
from sandbox.slack import issuing
from sandbox.slack.model import Message
from sandbox.slack.people import Person
from tests.journey import Journey, journey

MODES = pytest.mark.parametrize("mode", ["socket", "http"])
TITLE = "field:title"


def private(at: Journey, person: Person | None = None) -> list[Message]:
    """What only one person sees in the team's channel."""
    return [message for message in (person or at.mara).messages(at.channel.id) if message.ephemeral_to]


def standing(person: Person, block: str) -> str:
    """What stands in an input of the form."""
    assert person.modal is not None
    found = [value for key, values in person.modal.values.items() if key == block for value in values.values()]
    assert found, [*person.modal.values]
    return str(found[0].get("value"))


@MODES
async def test_200_commands_at_once_on_a_slow_slack(tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command is acknowledged; everybody gets the form, or its button where the machine was too slow for it.

    How fast it is on a quiet machine is shown by the bench.
    """
    monkeypatch.setattr(issuing, "TRIGGER_SECONDS", 30.0)
    async with journey(tmp_path, mode=mode, trackers={"memory": MemoryTracker()}) as at:
        crowd = []
        for number in range(200):
            user = at.sandbox.slack.add_user(f"person{number}", user_id=f"U0P{number:03d}")
            at.channel.members.append(user.id)
            crowd.append(Person(at.sandbox.slack, user.id))
        at.sandbox.faults.add(Fault("slack", "latency", seconds=0.15))
        at.sandbox.slack.delivery.seconds = 20.0

        outcomes = await asyncio.gather(*(one.command(at.channel.id, "/devrequest bug It broke") for one in crowd))
        await at.until(lambda: all(one.modal or private(at, one) for one in crowd), seconds=30)

        assert [outcome.problem for outcome in outcomes if outcome.problem] == []
        assert len(at.sandbox.slack.delivery.log) == 200
        assert at.sandbox.slack.complaints == []
        assert any(one.modal for one in crowd)


@MODES
async def test_a_form_that_slack_did_not_open_is_a_button_away(tmp_path: Path, mode: str) -> None:
    """The trigger expires; the button opens the form with type and title, for its person only, and is spent then."""
    async with journey(tmp_path, mode=mode, trackers={"memory": MemoryTracker()}) as at:
        late = Fault("slack", "latency", operation="views.open", seconds=3.2, times=1)
        at.sandbox.faults.add(late)
        outcome = await at.mara.command(at.channel.id, "/devrequest landing-page Spring sale page")
        await at.until(lambda: private(at))

        assert outcome.problem is None
        [message] = private(at)
        assert "too slow" in message.text
        assert at.mara.modal is None

        await at.mara.act("open_form", where=message)
        await at.until(lambda: at.mara.modal is not None)
        assert standing(at.mara, TITLE) == "Spring sale page"
        assert '"request_type":"landing-page"' in at.mara.modal.content["private_metadata"]  # type: ignore[union-attr]

        await at.fill_least(at.mara)
        await at.mara.submit()
        request = await at.settled()
        assert request.submission.title == "Spring sale page"
        await at.mara.dismiss()
        assert await at.bot.parts.store.latest_draft("T0SANDBOX", at.mara.user.id) is None


async def test_a_form_that_slack_opened_without_saying_so_works(tmp_path: Path) -> None:
    """The answer to views.open gets lost; what the form was opened with is in the ticket all the same."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        jonas = Person(at.sandbox.slack, at.users["jonas"].id)
        words = "Could we have prices?\n" + "They matter. " * 300
        message = await jonas.post(at.channel.id, words)
        at.sandbox.faults.add(Fault("slack", "drop_after", operation="views.open", times=1))

        await at.mara.message_shortcut("devrequest_from_message", at.channel.id, message.ts)
        await at.until(lambda: at.mara.modal is not None)
        await at.mara.act("request_type", "quick-win")
        await at.until(lambda: "field:user_story" in str(at.mara.modal and at.mara.modal.blocks))
        await at.mara.submit()
        request = await at.settled()

        assert request.submission.source is not None
        assert request.submission.source.text == words
        assert request.submission.source.permalink
        assert request.submission.source.author == "Jonas Sample"
        assert await at.bot.parts.store.latest_draft("T0SANDBOX", at.mara.user.id) is None


async def test_slack_down_gets_a_button_too(tmp_path: Path) -> None:
    """Slack answers 500 to views.open, and the next try by the button works; from a global shortcut as well."""
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}) as at:
        at.sandbox.faults.add(Fault("slack", "500", operation="views.open", times=1))
        await at.mara.shortcut("devrequest_new")
        dm = at.sandbox.slack.dm(at.mara.user.id).id
        await at.until(lambda: at.mara.messages(dm))

        [message] = at.mara.messages(dm)
        await at.mara.act("open_form", where=message)
        await at.until(lambda: at.mara.modal is not None)


async def test_a_failure_of_ours_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the form cannot even be made, the person hears so instead of waiting."""
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}) as at:

        async def fail(*_: object, **__: object) -> None:
            raise RuntimeError

        monkeypatch.setattr(at.bot.parts.desk.forms, "view", fail)
        await at.mara.command(at.channel.id, "/devrequest")
        await at.until(lambda: private(at))

        assert [message.text for message in private(at)] == [
            "Something went wrong on our side; nothing that you typed is lost. Please try again."
        ]


@MODES
async def test_the_command_explains_and_finds_types(tmp_path: Path, mode: str) -> None:
    """`help` lists the types; an unknown one is named kindly; every spelling of a known one opens its form."""
    async with journey(tmp_path, mode=mode, trackers={"memory": MemoryTracker()}) as at:
        help_ = await at.mara.command(at.channel.id, "/devrequest help")
        unknown = await at.mara.command(at.channel.id, "/devrequest lnding <!channel> page")

        assert "landing-page" in str(help_.messages[0].blocks)
        assert unknown.messages[0].text == ("There is no request type called “lnding”. Did you mean landing-page?")
        for action, kind in (("open_form", "landing-page"), ("open_form_choice", "")):
            await at.mara.act(action, where=unknown.messages[0])
            await at.until(lambda: at.mara.modal is not None)
            assert json.loads(at.mara.modal.content["private_metadata"]).get("request_type", "") == kind
            if not kind:
                await at.mara.act("request_type", "landing-page")
                await at.until(lambda: TITLE in str(at.mara.modal and at.mara.modal.blocks))
            assert standing(at.mara, TITLE) == ("<!channel> page" if kind else "lnding <!channel> page")
            await at.mara.dismiss()
        for line in ("/devrequest LANDING-PAGE  Two \t words", "/devrequest landing-page\tTwo words"):
            await at.mara.command(at.channel.id, line)
            await at.until(lambda: at.mara.modal is not None)
            assert standing(at.mara, TITLE) == "Two words"
            await at.mara.dismiss()
        await at.mara.command(at.channel.id, "/devrequest")
        await at.until(lambda: at.mara.modal is not None)
        assert at.sandbox.slack.complaints == []


async def test_the_form_opens_while_every_tracker_is_down(tmp_path: Path) -> None:
    """No tracker is asked before the form is there."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        await at.open()

        assert tracker.calls.total() == 0


@MODES
async def test_what_slack_delivers_twice_opens_one_form_and_says_nothing(tmp_path: Path, mode: str) -> None:
    """A command and a button, each delivered again with the same trigger: nobody hears of a slow Slack."""
    a_while = 1.1 if mode == "http" else 0.0  # within a second the signature is the same, and refused as a replay
    async with journey(tmp_path, mode=mode, trackers={"memory": MemoryTracker()}) as at:
        outcome = await at.mara.command(at.channel.id, "/devrequest landing-page Spring sale page")
        await at.until(lambda: at.mara.modal is not None)
        await asyncio.sleep(a_while)
        await at.mara.send_again(outcome)
        await at.bot.parts.desk.drain(2)
        assert private(at) == []

        await at.fill_least(at.mara)
        await at.mara.submit()
        await at.until(at.told)
        await at.mara.dismiss()
        dm = at.sandbox.slack.dm(at.mara.user.id).id
        pressed = await at.mara.act("fill_in", where=at.mara.messages(dm)[-1])
        await at.until(lambda: "field:goal" in str(at.mara.modal and at.mara.modal.blocks))
        await asyncio.sleep(a_while)
        await at.mara.send_again(pressed)
        await at.bot.parts.desk.drain(2)

        assert "field:goal" in str(at.mara.modal and at.mara.modal.blocks)
        assert [m.text for m in at.mara.messages(dm) if "too slow" in m.text] == []


async def test_what_slack_delivers_to_two_processes_opens_one_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second knows nothing of the first but what Slack says: it is silent, and leaves no draft behind."""
    monkeypatch.setattr(Desk, "first_use", lambda desk, trigger: True)
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}) as at:
        outcome = await at.mara.command(at.channel.id, "/devrequest landing-page Spring sale page")
        await at.until(lambda: at.mara.modal is not None)
        await at.mara.send_again(outcome)
        await at.bot.parts.desk.drain(2)
        await at.fill_least(at.mara)
        await at.mara.submit()
        await at.until(at.told)
        await at.mara.dismiss()
        dm = at.sandbox.slack.dm(at.mara.user.id).id
        pressed = await at.mara.act("fill_in", where=at.mara.messages(dm)[-1])
        await at.until(lambda: "field:goal" in str(at.mara.modal and at.mara.modal.blocks))
        await at.mara.send_again(pressed)
        await at.bot.parts.desk.drain(2)

        assert private(at) == []
        assert [m.text for m in at.mara.messages(dm) if "too slow" in m.text] == []
        await at.mara.dismiss()
        await at.mara.command(at.channel.id, "/devrequest")
        await at.until(lambda: at.mara.modal is not None)
        assert "not finished" not in str(at.mara.modal.blocks)


async def test_what_slack_delivers_twice_is_told_once_if_no_form_opened(tmp_path: Path) -> None:
    """The trigger is spent when the command comes again, and its person has the button already."""
    async with journey(tmp_path, trackers={"memory": MemoryTracker()}) as at:
        at.sandbox.faults.add(Fault("slack", "500", operation="views.open", times=1))
        outcome = await at.mara.command(at.channel.id, "/devrequest landing-page Spring sale page")
        await at.until(lambda: private(at))
        await at.mara.send_again(outcome)
        await at.bot.parts.desk.drain(2)

        assert len(private(at)) == 1
        assert at.mara.modal is None
