"""Replies to comments: a comment in the requester's name, once, however often anything fails."""

from datetime import timedelta

import pytest

from adapters.document import text_of
from adapters.errors import Ambiguous, Misconfigured, NotSent, Rejected, Throttled
from bot.domain.errors import NotStored
from bot.domain.messages import Notice
from bot.domain.request import TypedReply
from bot.jobs.reply import Replying
from bot.usecases.relay_comments import relay_comments
from bot.usecases.reply_comment import NotTheirs, Reply, hand_in_reply, keep_typed, typed_before
from tests.fake_world import TEAM, World
from tests.following import filed, ref_of, swept
from tests.simulated_engine import SimulatedEngine
from tests.slack_desk import KeptJobs

DOWN = NotSent("memory", "comment", "no connection")
LOST = Ambiguous("memory", "comment", "no answer")


@pytest.fixture
def engine(world: World) -> SimulatedEngine:
    return SimulatedEngine(world, Replying)


async def _reply(world: World, text: str = "By the first of May.", view_id: str = "V9") -> Reply:
    link = await filed(world)
    return Reply(
        slack_team="T1",
        view_id=view_id,
        ticket=link,
        title="Page V1",
        user="U1",
        name="mara",
        text=text,
        at=world.clock.now().timestamp(),
    )


async def _comments(world: World, said: Reply) -> list[str]:
    return [text_of(comment.body) for comment in await world.tracker.comments(said.ref)]


def _told(world: World) -> list[tuple[str, str]]:
    """Where something was posted, and how it begins."""
    said = []
    for key, where, _ in world.slack.posts:
        message = world.slack.messages[key]
        said.append((where, message.text[:35] if isinstance(message, Notice) else type(message).__name__))
    return said


async def test_a_reply_becomes_a_comment_in_their_name(engine: SimulatedEngine) -> None:
    """One comment, the view says so, no further message; and it is never passed on to its own writer."""
    world, said = engine.world, await _reply(engine.world, "Yes:\n- one\n- two")
    assert await engine.finish(said) == {"state": "written"}
    await swept(world, said.ticket)

    assert await _comments(world, said) == ["Mara Example (from Slack): Yes:\n- one\n- two"]
    assert (world.slack.shown, world.slack.posts) == (["Notice"], [])
    assert (await relay_comments(world.ports, TEAM))["comments"] == 0
    assert world.tracker.calls["comment"] == 1


@pytest.mark.parametrize("when", ["before", "after", "recorded"])
@pytest.mark.parametrize("step", range(3))
async def test_a_process_that_dies_anywhere_writes_it_once(engine: SimulatedEngine, step: int, when: str) -> None:
    """Wherever it dies, there is one comment, and an earlier one with the same words is not taken for it."""
    said = await _reply(engine.world)
    await engine.finish(said)
    engine.world.clock.time += timedelta(minutes=1)
    engine.steps.clear()
    engine.kill_at, engine.kill_when = step, when
    second = said.model_copy(update={"view_id": "V10", "at": engine.world.clock.now().timestamp()})

    assert await engine.finish(second) == {"state": "written"}
    assert engine.boots == 2
    assert await _comments(engine.world, said) == ["Mara Example (from Slack): By the first of May."] * 2


async def test_an_answer_that_was_lost_is_looked_for(engine: SimulatedEngine) -> None:
    """The comment is there although the tracker never said so: it is found, not written again."""
    said = await _reply(engine.world)
    engine.world.tracker.fail_next("comment", LOST, after=True)

    assert await engine.finish(said) == {"state": "written"}
    assert len(await _comments(engine.world, said)) == 1


async def test_a_tracker_that_is_down_for_a_day(engine: SimulatedEngine) -> None:
    """Its writer hears once that it is safe and once that it is there; the operators hear once."""
    world, said = engine.world, await _reply(engine.world)
    start = world.clock.now()

    def down() -> None:
        if world.clock.now() - start < timedelta(days=1):
            world.tracker.fail_next("comment", DOWN, times=4)
        else:
            world.tracker._failures.clear()

    engine.before_run = down

    assert await engine.finish(said) == {"state": "written"}
    assert len(await _comments(world, said)) == 1
    assert _told(world) == [
        ("U1", "Your reply on “Page V1” is safe: Me"),
        ("C0OPS", "OpsNotice"),
        ("U1", "Your reply is on the ticket “Page V"),
    ]


async def test_one_that_needs_an_operator_is_said_at_once(engine: SimulatedEngine) -> None:
    """An expired token parks it, with the fix for the operators; when it is mended the reply is written."""
    said = await _reply(engine.world)
    engine.world.tracker.fail_next(
        "comment", Misconfigured("memory", "comment", "401", fix="Renew the token."), times=3
    )

    assert await engine.finish(said) == {"state": "written"}
    assert _told(engine.world)[:2] == [
        ("U1", "Your reply on “Page V1” is safe: Me"),
        ("C0OPS", "OpsNotice"),
    ]
    assert len(await _comments(engine.world, said)) == 1


async def test_a_short_wait_is_nobodys_news(engine: SimulatedEngine) -> None:
    """A tracker that says to wait for a few seconds is waited for."""
    said = await _reply(engine.world)
    engine.world.tracker.fail_next("comment", Throttled("memory", "comment", "slow down", after=5.0))

    assert await engine.finish(said) == {"state": "written"}
    assert engine.world.slack.posts == []


@pytest.mark.parametrize("reason", ["refused", "gone"])
async def test_what_cannot_be_written_is_given_back(engine: SimulatedEngine, reason: str) -> None:
    """Its writer gets every word back, with the reason."""
    world, said = engine.world, await _reply(engine.world, "word " * 400)
    if reason == "gone":
        world.tracker.remove(said.ref)
    else:
        world.tracker.fail_next("comment", Rejected("memory", "comment", "comments are closed"))

    assert await engine.finish(said) == {"state": "refused"}
    (message,) = world.slack.messages.values()
    assert isinstance(message, Notice)
    assert message.text.endswith("this is what you wrote:\n\n" + "word " * 400)
    assert ("comments are closed" in message.text) == (reason == "refused")


async def test_only_those_concerned_may_reply(world: World) -> None:
    """Somebody outside the team's channel is refused, and a ticket that is gone; nothing is stored."""
    link, jobs = await filed(world), KeptJobs()
    world.people.members["C0WEB"] = {"U3"}
    who = {"view_id": "V9", "slack_team": "T1", "name": "x", "text": "hello"}
    stranger = await hand_in_reply(world.ports, jobs, f"memory:{link.id}", user="U2", **who)
    unknown = await hand_in_reply(world.ports, jobs, "memory:nothing", user="U1", **who)
    nonsense = await hand_in_reply(world.ports, jobs, "nonsense", user="U1", **who)

    assert [type(one) for one in (stranger, unknown, nonsense)] == [NotTheirs] * 3
    assert jobs.stored == {}


async def test_what_is_typed_is_kept_until_it_is_handed_in(world: World) -> None:
    """A reply that was closed is there again; one that was sent is not, also if its last keystroke came late."""
    link, jobs = await filed(world), KeptJobs()
    handle, typed = f"memory:{link.id}", TypedReply(text="Half a sen", view_id="V9")
    await keep_typed(world.ports, "T1", "U1", handle, typed)
    again = await typed_before(world.ports, jobs, "T1", "U1", handle)
    sent = await hand_in_reply(
        world.ports, jobs, handle, view_id="V9", slack_team="T1", user="U1", name="mara", text="Half a sentence."
    )
    await keep_typed(world.ports, "T1", "U1", handle, typed)

    assert again == "Half a sen"
    assert isinstance(sent, Reply)
    assert list(jobs.stored) == ["reply:T1:V9"]
    assert await typed_before(world.ports, jobs, "T1", "U1", handle) == ""
    assert await world.store.latest_draft("T1", "U1") is None


async def test_what_cannot_be_stored_stays_in_the_form(world: World) -> None:
    """An engine that does not answer in time is no reply stored, and the draft is kept."""

    class Full(KeptJobs):
        async def submit(self, *_: object) -> None:
            raise NotStored

    link = await filed(world)
    handle = f"memory:{link.id}"
    await keep_typed(world.ports, "T1", "U1", handle, TypedReply(text="words", view_id="V9"))
    said = await hand_in_reply(
        world.ports, Full(), handle, view_id="V9", slack_team="T1", user="U1", name="mara", text="words"
    )

    assert isinstance(said, NotStored)
    assert await typed_before(world.ports, KeptJobs(), "T1", "U1", handle) == "words"
    assert await world.tracker.comments(ref_of(link)) == []
