"""What people say and do in a sync: kept at once, written once, however often anything fails."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from adapters.document import text_of
from adapters.errors import Ambiguous, Misconfigured, NotSent, Rejected, Unsupported
from bot.domain.errors import NotStored
from bot.domain.messages import Notice
from bot.domain.seen_ticket import Tracked
from bot.domain.sync_messages import SyncClosed, SyncFurther
from bot.domain.sync_post import SyncPost
from bot.jobs.sync_word import SayingSo, lane
from bot.usecases.ports import today
from bot.usecases.post_sync import refresh_sync
from bot.usecases.sync_words import SyncWord, hand_in_word, keep_word
from tests.fake_world import TEAM, World
from tests.following import filed, swept
from tests.simulated_engine import SimulatedEngine
from tests.slack_desk import KeptJobs

SAID = "Feasibility: fine if … the texts are there (Mara Example, from Slack)"
DOWN = NotSent("memory", "comment", "no connection")


@pytest.fixture
def engine(world: World) -> SimulatedEngine:
    return SimulatedEngine(world, SayingSo)


async def a_word(world: World, **values: object) -> SyncWord:
    """A developer's word on a ticket that stands in a sync that was posted."""
    link = await filed(world)
    await swept(world, link)
    day = today(world.clock, TEAM)
    key = f"sync:web:{day.isoformat()}"
    now = world.clock.now().timestamp()
    post = SyncPost(key=key, team="web", day=day, channel="C0WEB", ts="9.0", posted_at=now)
    await world.ports.syncs.save_post(post)
    usual: dict[str, object] = {"slack_team": "T1", "view_id": "V9", "team": "web", "user": "U1", "at": now}
    usual |= {"what": "feasibility", "verdict": "fine_if", "text": "the texts are there"}
    usual |= {"sync": key, "handle": f"memory:{link.id}", "title": "Page V1"}
    return SyncWord.model_validate(usual | values)


async def comments(world: World, word: SyncWord) -> list[str]:
    known = (await world.ports.tickets.find([word.handle]))[word.handle]
    return [text_of(comment.body) for comment in await world.tracker.comments(known.ticket.ref)]


def told(world: World) -> list[str]:
    """What the person hears directly."""
    said = [(where, world.slack.messages[key]) for key, where, _ in world.slack.posts]
    return [message.text for where, message in said if where == "U1" and isinstance(message, Notice)]


async def test_a_word_is_kept_and_written(engine: SimulatedEngine) -> None:
    """Beside the line, and as a comment in their name; nobody hears of what simply works."""
    word = await a_word(engine.world)
    assert await engine.finish(word) == {"state": "written"}

    kept = await engine.world.ports.syncs.feasibility([word.handle])
    assert (kept[word.handle].verdict, kept[word.handle].sentence) == ("fine_if", "the texts are there")
    assert await comments(engine.world, word) == [SAID]
    assert told(engine.world) == []


@pytest.mark.parametrize("when", ["before", "after", "recorded"])
@pytest.mark.parametrize("step", range(5))
async def test_a_process_that_dies_anywhere_writes_it_once(engine: SimulatedEngine, step: int, when: str) -> None:
    """Wherever it dies, there is one comment, and the word is kept."""
    word = await a_word(engine.world)
    engine.kill_at, engine.kill_when = step, when

    assert await engine.finish(word) == {"state": "written"}
    assert engine.boots == 2
    assert await comments(engine.world, word) == [SAID]
    assert word.handle in await engine.world.ports.syncs.feasibility([word.handle])


async def test_an_answer_that_was_lost_is_looked_for(engine: SimulatedEngine) -> None:
    """The comment is there although the tracker never said so."""
    word = await a_word(engine.world)
    engine.world.tracker.fail_next("comment", Ambiguous("memory", "comment", "no answer"), after=True)

    assert await engine.finish(word) == {"state": "written"}
    assert await comments(engine.world, word) == [SAID]


@pytest.mark.parametrize("failure", [DOWN, Misconfigured("memory", "comment", "401", fix="Renew the token.")])
async def test_a_tracker_that_does_not_take_it_for_a_day(engine: SimulatedEngine, failure: Exception) -> None:
    """The word stands in the sync from the first moment; its writer hears once that it waits, once that it is there."""
    world, word = engine.world, await a_word(engine.world)
    start, kept = world.clock.now(), []

    def down() -> None:
        if world.clock.now() - start < timedelta(days=1):
            world.tracker.fail_next("comment", failure, times=4)  # type: ignore[arg-type]
        else:
            world.tracker._failures.clear()
        kept.append(engine.runs)

    engine.before_run = down

    assert await engine.finish(word) == {"state": "written"}
    assert await comments(world, word) == [SAID]
    assert len(kept) > 3
    first, second = told(world)
    assert first.startswith("Your word on “Page V1” stands in the sync, and is kept for the ticket: Memory ")
    assert second == "Your word on “Page V1” is on the ticket now."


async def test_what_the_tracker_refuses_is_said_and_stays_in_the_sync(engine: SimulatedEngine) -> None:
    """With the reason and the words."""
    word = await a_word(engine.world)
    engine.world.tracker.fail_next("comment", Rejected("memory", "comment", "comments are closed"))

    assert await engine.finish(word) == {"state": "refused"}
    [said] = told(engine.world)
    assert "Memory did not take it for “Page V1”: comments are closed." in said
    assert said.endswith("Your word stands in the sync: fine if … the texts are there")


async def test_an_older_word_that_comes_late_replaces_no_newer_one(engine: SimulatedEngine) -> None:
    """The last word counts, in whichever order their jobs run."""
    word = await a_word(engine.world)
    newer = word.model_copy(update={"view_id": "V10", "verdict": "fine", "text": "", "at": word.at + 60})
    await engine.finish(newer)
    await engine.finish(word)

    kept = await engine.world.ports.syncs.feasibility([word.handle])
    assert kept[word.handle].verdict == "fine"


async def test_an_old_sync_does_nothing_to_a_ticket_of_another_team(engine: SimulatedEngine) -> None:
    """Who presses Done below a ticket that has moved to another team neither changes it nor takes it back."""
    word, world = await a_word(engine.world, what="done"), engine.world

    def moved(known: Mapping[str, Tracked]) -> list[Tracked]:
        there = [one.ticket.model_copy(update={"team": "growth"}) for one in known.values()]
        return [known[ticket.handle].model_copy(update={"ticket": ticket}) for ticket in there]

    await world.ports.tickets.change([word.handle], moved)

    assert await engine.finish(word) == {"state": "refused"}
    known = (await world.ports.tickets.find([word.handle]))[word.handle].ticket
    ticket = await world.tracker.get(known.ref)
    assert (known.team, ticket.status_category) == ("growth", "todo")
    assert "not there any more" in told(world)[0]


@pytest.mark.parametrize("what", ["done", "reassign"])
async def test_a_press_that_waited_is_done_and_said(engine: SimulatedEngine, what: str) -> None:
    """Done and Reassign change the ticket once its tracker answers; whoever pressed hears that it is done now."""
    word = await a_word(engine.world, what=what, to="U2", told=True, text="")
    engine.world.tracker.fail_next("update", DOWN, times=3)

    assert await engine.finish(word) == {"state": "written"}
    known = (await engine.world.ports.tickets.find([word.handle]))[word.handle].ticket
    assert (known.status_category == "done") == (what == "done")
    assert (known.assignee is not None) == (what == "reassign")
    assert told(engine.world) == [
        "“Page V1” is set to done now." if what == "done" else "“Page V1” has its new owner now."
    ]


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (Unsupported("memory", "update", "Memory asks for more before a ticket is Done: Campaign"), "Done: Campaign."),
        (Rejected("memory", "update", "unknown", None, {"Assignee": "Jon has no account."}), "Jon has no account."),
    ],
)
async def test_a_press_that_the_tracker_refuses_comes_back_with_the_link(
    engine: SimulatedEngine, failure: Exception, reason: str
) -> None:
    """Why it was not done, and where it can be."""
    word = await a_word(engine.world, what="done", text="")
    known = (await engine.world.ports.tickets.find([word.handle]))[word.handle].ticket
    engine.world.tracker.fail_next("update", failure)  # type: ignore[arg-type]

    assert await engine.finish(word) == {"state": "refused"}
    [said] = told(engine.world)
    assert said.endswith(f"{reason} Please do it there: {known.url}")


@pytest.mark.parametrize("when", ["before", "after", "recorded"])
@pytest.mark.parametrize("step", range(3))
async def test_a_closing_is_said_once_wherever_it_dies(engine: SimulatedEngine, step: int, when: str) -> None:
    """The summary stands in the thread once, and is kept for the next sync; a second closing adds to it, once."""
    word = await a_word(engine.world, what="closed", handle="", text="We launch on Friday")
    engine.kill_at, engine.kill_when = step, when

    assert await engine.finish(word) == {"state": "said"}
    second = word.model_copy(update={"view_id": "V10", "text": "No, on Monday", "user": "U2"})
    assert await engine.finish(second) == {"state": "said"}
    post = await engine.world.ports.syncs.post(word.sync)
    summaries = [key for key, where, _ in engine.world.slack.posts if where == "C0WEB/9.0"]
    assert summaries == [f"{word.sync}:closed", f"{word.sync}:closed:{second.key}"]
    assert post is not None
    assert post.decided == "We launch on Friday\nNo, on Monday"
    assert (post.decisions, post.closed_by) == ("We launch on Friday", "U1")


@pytest.mark.parametrize("when", ["before", "after", "recorded"])
@pytest.mark.parametrize("step", range(3))
async def test_a_further_closing_is_said_once_wherever_it_dies(engine: SimulatedEngine, step: int, when: str) -> None:
    """What the second person typed stands in the thread once, in their name, and once in what is kept."""
    word = await a_word(engine.world, what="closed", handle="", text="We launch on Friday")
    assert await engine.finish(word) == {"state": "said"}
    engine.kill_at, engine.kill_when = len(engine.steps) + step, when

    second = word.model_copy(update={"view_id": "V10", "text": "Jon buys the domain"})
    assert await engine.finish(second) == {"state": "said"}
    assert engine.boots == 2
    post = await engine.world.ports.syncs.post(word.sync)
    said = [engine.world.slack.messages[key] for key, where, _ in engine.world.slack.posts if where == "C0WEB/9.0"]
    assert [type(one) for one in said] == [SyncClosed, SyncFurther]
    assert said[1] == SyncFurther("Mara Example", "Jon buys the domain")
    assert post is not None
    assert post.decided == "We launch on Friday\nJon buys the domain"


@pytest.mark.parametrize("recorded", [False, True])
async def test_a_closing_that_an_older_version_had_begun_is_said_once(
    engine: SimulatedEngine, monkeypatch: pytest.MonkeyPatch, recorded: bool
) -> None:
    """It kept the words and did not note with which form they came, whether or not it recorded that step."""
    word = await a_word(engine.world, what="closed", handle="", text="We launch on Friday")
    ports = engine.world.ports

    async def kept(*_: object) -> None:
        said = {"decisions": word.text, "closed_by": word.user, "closed_at": word.at}
        await ports.syncs.change_post(word.sync, lambda post: post.model_copy(update=said))

    if recorded:
        monkeypatch.setattr("bot.usecases.sync_words.keep_word", kept)
    else:
        await kept()
    assert await engine.finish(word) == {"state": "said"}
    post = await ports.syncs.post(word.sync)
    assert [key for key, where, _ in engine.world.slack.posts if where == "C0WEB/9.0"] == [f"{word.sync}:closed"]
    assert post is not None
    assert post.decided == "We launch on Friday"


async def test_a_further_closing_without_words_says_nothing(engine: SimulatedEngine) -> None:
    """Two people press, nobody types: one summary."""
    word = await a_word(engine.world, what="closed", handle="", text="")
    await engine.finish(word)
    await engine.finish(word.model_copy(update={"view_id": "V10", "text": " "}))

    assert [key for key, where, _ in engine.world.slack.posts if where == "C0WEB/9.0"] == [f"{word.sync}:closed"]


async def test_a_refresh_that_began_before_the_closing_takes_no_words_along(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It notes what it knows of the trackers, and leaves what was decided meanwhile."""
    word = await a_word(world, what="closed", handle="", text="We launch on Friday")
    edit = world.slack.edit

    async def edit_late(*arguments: Any, **more: Any) -> bool:
        await keep_word(world.ports, word)
        return await edit(*arguments, **more)

    monkeypatch.setattr(world.slack, "edit", edit_late)
    assert (await refresh_sync(world.ports, TEAM, key=word.sync))["edited"]
    post = await world.ports.syncs.post(word.sync)
    assert post is not None
    assert (post.decisions, post.closed_by) == ("We launch on Friday", "U1")


async def test_a_slack_that_is_away_when_the_meeting_ends(engine: SimulatedEngine) -> None:
    """The decisions are kept, and stand in the thread as soon as Slack takes them."""
    word = await a_word(engine.world, what="closed", handle="", text="We launch on Friday")
    engine.world.slack.away = 3

    assert await engine.finish(word) == {"state": "said"}
    assert [key for key, _, _ in engine.world.slack.posts] == [f"{word.sync}:closed"]
    assert engine.world.slack.edits


async def test_a_slack_that_is_away_when_somebody_says_what_is_feasible(engine: SimulatedEngine) -> None:
    """The line is there as soon as Slack takes it, though the tracker is down for longer."""
    word, world = await a_word(engine.world), engine.world
    start, shown = world.clock.now(), []

    def down() -> None:
        world.tracker._failures.clear()
        if world.clock.now() - start < timedelta(hours=2):
            world.tracker.fail_next("comment", DOWN, times=9)
        world.slack.away = 9 if world.clock.now() - start < timedelta(minutes=10) else 0
        shown.append(len(world.slack.edits))

    engine.before_run = down
    assert await engine.finish(word) == {"state": "written"}
    assert shown[-1] > 0, "before the comment was"
    assert await comments(world, word) == [SAID]


async def test_the_line_follows_a_slack_that_is_away(engine: SimulatedEngine) -> None:
    """The tracker takes it at once, Slack only after a while."""
    word = await a_word(engine.world, what="done", text="")
    engine.world.slack.away = 6

    assert await engine.finish(word) == {"state": "written"}
    assert engine.world.slack.edits


async def test_a_channel_that_cannot_be_posted_to_when_the_meeting_ends(engine: SimulatedEngine) -> None:
    """Whoever closed it hears that it waits and how to mend that, once, and that it is there."""
    word, world = await a_word(engine.world, what="closed", handle="", text="We launch on Friday"), engine.world

    def lost() -> None:
        world.slack.closed = {"C0WEB"} if engine.runs < 4 else set()

    engine.before_run = lost
    assert await engine.finish(word) == {"state": "said"}
    assert [key for key, _, _ in world.slack.posts] == [
        f"{word.key}:kept",
        f"{word.sync}:closed",
        f"{word.key}:written",
    ]
    kept, there = told(world)
    assert kept.startswith("What was decided is kept: I cannot post it to the thread now. Invite me: /invite")
    assert there == "What was decided stands in the thread now."


async def test_what_cannot_be_stored_is_handed_back(world: World) -> None:
    """An engine that does not answer in time is no word stored; otherwise it waits in its tracker's lane."""

    class Full(KeptJobs):
        async def submit(self, *_: object) -> None:
            raise NotStored

    word, jobs = await a_word(world, title=""), KeptJobs()
    assert isinstance(await hand_in_word(world.ports, Full(), word), NotStored)
    assert await hand_in_word(world.ports, jobs, word) is None
    [stored] = jobs.stored.values()
    assert lane(stored) == "memory"
    assert SyncWord.model_validate(stored).title == "Page V1"


async def test_a_ticket_that_went_away_meanwhile_is_no_failure(engine: SimulatedEngine) -> None:
    """Deleted in the tracker before the comment came: its writer hears why it is not there."""
    word = await a_word(engine.world)
    known = (await engine.world.ports.tickets.find([word.handle]))[word.handle]
    engine.world.tracker.remove(known.ticket.ref)

    assert await engine.finish(word) == {"state": "refused"}
    assert "The ticket is not there any more" in told(engine.world)[0]
