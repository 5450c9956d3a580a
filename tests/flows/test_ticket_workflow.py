"""The job of a request, on a simulated engine: days pass in a moment, and the process dies wherever it hurts."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from adapters.document import text_of
from adapters.errors import Ambiguous, Misconfigured, NotSent, Rejected, Throttled
from bot.domain.messages import Announced, Filed, OpsNotice, SourceAnswered
from bot.domain.sync_post import SyncPost
from bot.store.sql_store import SqlStore
from bot.usecases import tell
from bot.usecases.ports import SlackUnavailable, today
from tests.databases import new_sqlite_database
from tests.fake_world import KIND, SOURCE, TEAM, World, a_submission
from tests.simulated_engine import SimulatedEngine

DAY = 86_400.0
DOWN = NotSent("memory", "create", "no connection")
ALL_STEPS = [
    "ticket.begin",
    "ticket.create",
    "ticket.show",
    "ticket.finish",
    "ticket.announce",
    "ticket.confirm",
    "ticket.link",
]


@pytest.fixture
def engine(world: World) -> SimulatedEngine:
    return SimulatedEngine(world)


async def state_of(world: World, request_id: str = "V1") -> tuple[str, str]:
    request = await world.store.request(request_id)
    assert request is not None
    return request.state, request.reason


async def test_a_request_becomes_a_ticket_and_everybody_hears_of_it(engine: SimulatedEngine) -> None:
    """Seven steps, one call to create, no look-up, one message each to the channel and the requester."""
    world = engine.world

    result = await engine.finish(a_submission())

    assert result == {"state": "created", "ticket": "MEM-1"}
    assert engine.steps == ALL_STEPS
    assert (world.tracker.calls["create"], world.tracker.calls["find"]) == (1, 0)
    assert world.slack.posts == [("announce:V1", "C0WEB", "Announced"), ("confirm:V1", "U1", "Filed")]
    assert world.slack.shown == ["Filed"]
    assert await state_of(world) == ("created", "")
    assert [link.url for link in world.tracker.tickets[0].links if link.relation == "slack"] == [
        "https://slack.example/announce:V1"
    ]


async def test_a_tracker_that_is_down_for_three_days(engine: SimulatedEngine) -> None:
    """The request is filed by itself; requester and operators heard of it once, no look-up was wasted."""
    world = engine.world
    start = world.clock.now()

    def down_for_three_days() -> None:
        if (world.clock.now() - start).total_seconds() < 3 * DAY:
            world.tracker.fail_next("create", DOWN, times=4)
        else:
            world.tracker._failures.clear()

    engine.before_run = down_for_three_days

    result = await engine.finish(a_submission())

    assert result == {"state": "created", "ticket": "MEM-1"}
    assert 3 * DAY <= (world.clock.now() - start).total_seconds() < 3 * DAY + 900
    assert world.tracker.calls["find"] == 0
    assert [(where, kind) for _, where, kind in world.slack.posts] == [
        ("U1", "Safe"),
        ("C0OPS", "OpsNotice"),
        ("C0WEB", "Announced"),
        ("U1", "Filed"),
    ]
    assert 3 * DAY / 900 <= engine.runs < 3 * DAY / 900 * 4 / 3 + 20


async def test_a_run_that_waits_stays_small(engine: SimulatedEngine) -> None:
    """What is handed on does not grow with the days, and a run has few steps to replay."""
    world = engine.world
    sizes: list[int] = []

    def note_size() -> None:
        sizes.append(len(json.dumps(engine.last_payload)))
        if engine.runs < 300:
            world.tracker.fail_next("create", DOWN, times=4)
        else:
            world.tracker._failures.clear()

    engine.before_run = note_size
    await engine.finish(a_submission())

    assert max(sizes[10:]) - min(sizes[10:]) <= 10
    assert len(engine.steps) <= 300 * 2 + 10


async def test_an_expired_token_parks_the_request_until_it_is_mended(engine: SimulatedEngine) -> None:
    """The requester hears at once that it is safe, the operators what to do; tried again every 15 minutes."""
    world = engine.world
    wrong = Misconfigured("memory", "create", "HTTP 401", 401, fix="Make a new token and set MEMORY_TOKEN.")
    world.tracker.fail_next("create", wrong, times=3)
    start = world.clock.now()
    result = await engine.finish(a_submission())

    assert result["state"] == "created"
    assert (world.clock.now() - start).total_seconds() == 3 * 900
    assert [(where, kind) for _, where, kind in world.slack.posts[:2]] == [("U1", "Safe"), ("C0OPS", "OpsNotice")]
    assert len(world.slack.posts) == 4
    [notice] = [message for message in world.slack.messages.values() if isinstance(message, OpsNotice)]
    assert (notice.headline, notice.fix) == (
        "Memory does not take a request: something has to be mended.",
        "Make a new token and set MEMORY_TOKEN.",
    )


async def test_the_next_thing_to_mend_is_told_as_well(engine: SimulatedEngine) -> None:
    """A tracker may say one thing after the other; each is told once, and the person once in all."""
    world = engine.world
    for fix, times in (("Fill Team.", 2), ("Fill Cost centre.", 2), ("Fill Team.", 1)):
        world.tracker.fail_next("create", Misconfigured("memory", "create", "400", 400, fix=fix), times=times)

    await engine.finish(a_submission())

    told = [message.fix for message in world.slack.messages.values() if isinstance(message, OpsNotice)]
    assert told == ["Fill Team.", "Fill Cost centre."]
    assert [kind for _, _, kind in world.slack.posts].count("Safe") == 1


async def test_a_tracker_that_wants_something_else_each_time_is_not_told_of_for_ever(engine: SimulatedEngine) -> None:
    """After some of them the operators have heard enough."""
    for number in range(9):
        wrong = Misconfigured("memory", "create", "400", 400, fix=f"Fill field {number}.")
        engine.world.tracker.fail_next("create", wrong)

    assert (await engine.finish(a_submission()))["state"] == "created"
    assert [kind for _, _, kind in engine.world.slack.posts].count("OpsNotice") == 5


async def test_whose_request_is_parked_hears_it_at_once_though_slack_is_busy(engine: SimulatedEngine) -> None:
    """Not only at the next try, a quarter of an hour later; once, and so do the operators."""
    world = engine.world
    world.tracker.fail_next("create", Misconfigured("memory", "create", "HTTP 401", 401), times=1)
    world.slack.away = 2
    start = world.clock.now()
    await engine.finish(a_submission())

    assert [(where, kind) for _, where, kind in world.slack.posts[:2]] == [("U1", "Safe"), ("C0OPS", "OpsNotice")]
    assert 900 < (world.clock.now() - start).total_seconds() < 910
    assert len(world.slack.posts) == 4


async def test_a_short_hiccup_bothers_nobody(engine: SimulatedEngine) -> None:
    """One failure that is over after a second is not worth a message."""
    world = engine.world
    world.tracker.fail_next("create", DOWN)

    await engine.finish(a_submission())

    assert [kind for _, _, kind in world.slack.posts] == ["Announced", "Filed"]
    assert engine.runs == 1


async def test_a_throttled_request_waits_as_told(engine: SimulatedEngine) -> None:
    """Not a second less than the tracker asked for."""
    world = engine.world
    world.tracker.fail_next("create", Throttled("memory", "create", "slow down", 429, after=40))
    start = world.clock.now()

    await engine.finish(a_submission())

    assert (world.clock.now() - start).total_seconds() == 40


@pytest.mark.parametrize(("times", "told"), [(3, []), (6, ["Safe"])])
async def test_moments_that_add_up_are_told(engine: SimulatedEngine, times: int, told: list[str]) -> None:
    """A tracker that asks for a second again and again keeps nobody before "Creating your ticket"."""
    world = engine.world
    world.tracker.fail_next("create", Throttled("memory", "create", "slow down", 429, after=1), times=times)

    await engine.finish(a_submission())

    said = [kind for _, _, kind in world.slack.posts if kind != "OpsNotice"]
    assert said == [*told, "Announced", "Filed"]


@pytest.mark.parametrize("lag", [0.0, 60.0])
async def test_a_ticket_whose_answer_was_lost_is_found(tmp_path: Path, lag: float) -> None:
    """Also when the tracker's index shows it only a minute later: looked for, not made again."""
    store = SqlStore.open(new_sqlite_database(tmp_path))
    world = World(store, lookup_lag=lag)
    world.tracker.fail_next("create", Ambiguous("memory", "create", "the connection broke"), after=True)

    await SimulatedEngine(world).finish(a_submission())
    store.close()

    assert world.tickets_of("V1") == ["MEM-1"]
    assert world.tracker.calls["create"] == 1


async def test_a_ticket_that_was_not_made_after_all_is_made_then(engine: SimulatedEngine) -> None:
    """An ambiguous failure that did nothing costs a look-up and a second call."""
    world = engine.world
    world.tracker.fail_next("create", Ambiguous("memory", "create", "the connection broke"))

    await engine.finish(a_submission())

    assert world.tickets_of("V1") == ["MEM-1"]
    assert world.tracker.calls["create"] == 2
    assert world.tracker.calls["find"] >= 1


async def test_doubt_outlives_an_outage(engine: SimulatedEngine) -> None:
    """A lost answer, then hours of no connection: the ticket is still looked for before a new one is made."""
    world = engine.world
    world.tracker.fail_next("create", Ambiguous("memory", "create", "the connection broke"), after=True)
    world.tracker.fail_next("find", NotSent("memory", "find", "no connection"), times=20)

    await engine.finish(a_submission())

    assert world.tickets_of("V1") == ["MEM-1"]
    assert world.tracker.calls["create"] == 1


async def test_a_refused_request_goes_back_to_its_author(engine: SimulatedEngine) -> None:
    """With everything that they wrote, and nothing is announced."""
    world = engine.world
    refusal = Rejected(
        "memory", "create", "bad", 400, fields={"Epic": "no such epic"}, sources={"user_story": "no such epic"}
    )
    world.tracker.fail_next("create", refusal)

    result = await engine.finish(a_submission())

    assert result == {"state": "rejected"}
    assert world.slack.posts == [("rejected:V1", "U1", "HandedBack")]
    assert world.slack.shown == ["form"]
    assert await state_of(world) == ("rejected", "Epic: no such epic")


async def test_the_form_of_a_refused_request_comes_back_though_slack_is_busy(engine: SimulatedEngine) -> None:
    """Once Slack draws again; else the window would say for ever that the ticket is being made."""
    engine.world.slack.undrawn = 2
    engine.world.tracker.fail_next("create", Rejected("memory", "create", "bad", 400))
    await engine.finish(a_submission())

    assert engine.world.slack.shown == ["form"]


async def test_a_channel_that_cannot_be_posted_to_holds_up_nobody(engine: SimulatedEngine) -> None:
    """The requester gets the link at once and is told; the announcement follows when the bot is invited."""
    world = engine.world
    world.slack.closed = {"C0WEB"}
    start = world.clock.now()

    def invite_after_two_days() -> None:
        if (world.clock.now() - start).total_seconds() > 2 * DAY:
            world.slack.closed = set()

    engine.before_run = invite_after_two_days

    result = await engine.finish(a_submission())

    assert result["state"] == "created"
    assert [(where, kind) for _, where, kind in world.slack.posts] == [
        ("C0OPS", "OpsNotice"),
        ("U1", "Filed"),
        ("C0WEB", "Announced"),
    ]
    confirmation = world.slack.messages["confirm:V1"]
    assert isinstance(confirmation, Filed)
    assert confirmation.waits_for == "not_in_channel"
    assert (world.clock.now() - start).total_seconds() < 2 * DAY + 3600
    assert world.tracker.tickets[0].links[-1].url == "https://slack.example/announce:V1"


async def test_after_a_month_an_announcement_is_given_up(engine: SimulatedEngine) -> None:
    """Nobody will invite the bot any more; the ticket exists and the job ends."""
    world = engine.world
    world.slack.closed = {"C0WEB"}
    start = world.clock.now()

    result = await engine.finish(a_submission())

    assert result["state"] == "created"
    assert 30 * DAY < (world.clock.now() - start).total_seconds() < 31 * DAY


async def test_slack_away_for_a_while_delays_messages_only(engine: SimulatedEngine) -> None:
    """The ticket is made at once; each message arrives once, when Slack is back."""
    world = engine.world
    world.slack.away = 9

    await engine.finish(a_submission())

    assert world.tickets_of("V1") == ["MEM-1"]
    assert [kind for _, _, kind in world.slack.posts] == ["Announced", "Filed"]


async def test_a_channel_that_is_busy_holds_up_nobody(engine: SimulatedEngine) -> None:
    """Slack wants a minute before it takes another message there: the requester hears at once, the channel then."""
    world = engine.world
    world.slack.busy = {"C0WEB": 45.0, "C0TALK": 60.0}
    start = world.clock.now()

    await engine.finish(a_submission(source=SOURCE, files=["a.png"]))

    assert [kind for _, _, kind in world.slack.posts] == ["Filed", "Announced", "SourceAnswered"]
    assert 60 <= (world.clock.now() - start).total_seconds() < 120
    assert world.tracker.tickets[0].links[-1].url == "https://slack.example/announce:V1"
    confirmation = world.slack.messages["confirm:V1"]
    assert isinstance(confirmation, Filed)
    assert confirmation.waits_for == ""


async def test_a_message_whose_answer_was_lost_is_not_sent_again(engine: SimulatedEngine) -> None:
    """It is found by its key."""
    world = engine.world
    world.slack.swallow = 2

    await engine.finish(a_submission())

    assert [kind for _, _, kind in world.slack.posts] == ["Announced", "Filed"]
    assert world.slack.searched == 2


async def test_a_request_from_a_message_answers_in_its_thread(engine: SimulatedEngine) -> None:
    """With the ticket's link."""
    world = engine.world

    await engine.finish(a_submission(source=SOURCE))

    assert ("source:V1", "C0TALK/7.0", "SourceAnswered") in world.slack.posts
    assert len(world.slack.posts) == 3


async def test_a_message_that_another_organisation_reads_is_answered_without_the_title(engine: SimulatedEngine) -> None:
    """They wrote it, or read it; what the request made of it is called is not for them."""
    engine.world.people.shared = {"C0TALK"}

    await engine.finish(a_submission(source=SOURCE))

    answered, announced = (engine.world.slack.messages[f"{key}:V1"] for key in ("source", "announce"))
    assert isinstance(answered, SourceAnswered)
    assert answered.shared
    assert isinstance(announced, Announced)


async def test_files_go_to_the_ticket_one_by_one(engine: SimulatedEngine) -> None:
    """A file that Slack lost becomes a note for the requester and on the ticket."""
    world = engine.world
    world.files.gone = {"b.png"}

    await engine.finish(a_submission(files=["a.png", "b.png", "c.png"]))

    kept = next(iter(world.tracker._kept.values()))
    note = "The file b.png could not be added to the ticket: Slack no longer has it."
    note += " Its link in Slack: https://s/b.png"
    confirmation = world.slack.messages["confirm:V1"]
    assert isinstance(confirmation, Filed)
    assert [attachment.name for attachment in kept.attachments] == ["a.png", "c.png"]
    assert confirmation.notes == (note,)
    assert len(kept.comments) == 1
    assert engine.steps.count("ticket.file") == 3


async def test_a_file_is_tried_again_while_the_tracker_is_away(engine: SimulatedEngine) -> None:
    """For minutes, not for days: then the requester is told."""
    world = engine.world
    world.tracker.fail_next("attach", NotSent("memory", "attach", "no connection"), times=5)

    await engine.finish(a_submission(files=["a.png"]))

    kept = next(iter(world.tracker._kept.values()))
    assert [attachment.name for attachment in kept.attachments] == ["a.png"]
    assert world.tracker.calls["attach"] == 6


async def test_a_file_that_is_never_taken_does_not_fail_the_request(engine: SimulatedEngine) -> None:
    """The confirmation says that it is not there yet, the ticket and a last message that it never came."""
    world = engine.world
    world.tracker.fail_next("attach", NotSent("memory", "attach", "no connection"), times=500)

    result = await engine.finish(a_submission(files=["a.png"]))

    confirmation = world.slack.messages["confirm:V1"]
    assert isinstance(confirmation, Filed)
    assert result["state"] == "created"
    note = "The file a.png could not be added to the ticket: the tracker did not take it."
    said = f"{note} It is still in Slack: https://s/a.png"
    assert confirmation.notes == ("The file a.png is not on the ticket yet. I keep trying, and tell you how it ends.",)
    assert said in world.slack.messages["files:V1"].text
    assert [text_of(comment.body) for comment in next(iter(world.tracker._kept.values())).comments] == [said]


async def test_text_over_the_limit_is_attached(tmp_path: Path) -> None:
    """As one file with everything."""
    store = SqlStore.open(new_sqlite_database(tmp_path))
    world = World(store)
    world.tracker.capabilities = type(world.tracker.capabilities)(
        **{name: getattr(world.tracker.capabilities, name) for name in world.tracker.capabilities.__slots__}
        | {"body_limit": 500}
    )
    submission = a_submission(answers={"title": "Long", "user_story": "word " * 500})

    await SimulatedEngine(world).finish(submission)
    store.close()

    kept = next(iter(world.tracker._kept.values()))
    assert [attachment.name for attachment in kept.attachments] == ["request.md"]


async def test_a_failure_that_nobody_foresaw_is_tried_again(
    engine: SimulatedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A defect in our own code costs time, never a request: after the update it is filed."""
    world = engine.world
    real, times = tell.announce, 5

    async def defective(*arguments: Any) -> dict[str, Any]:
        nonlocal times
        times -= 1
        if times >= 0:
            raise KeyError("oops")
        return await real(*arguments)

    monkeypatch.setattr(tell, "announce", defective)
    world.tracker.fail_next("create", RuntimeError("oops"), times=5)  # type: ignore[arg-type]

    result = await engine.finish(a_submission())

    assert result["state"] == "created"
    assert world.tickets_of("V1") == ["MEM-1"]
    assert [kind for _, _, kind in world.slack.posts if kind != "OpsNotice"] == ["Safe", "Filed", "Announced"]


async def test_a_replay_makes_nothing_twice(engine: SimulatedEngine) -> None:
    """Everything is looked for first, also if our own rows about messages are gone."""
    world = engine.world
    await engine.finish(a_submission(source=SOURCE, files=["a.png"]))
    before = list(world.slack.posts)

    result = await engine.finish(a_submission(source=SOURCE, files=["a.png"]), replayed=True)

    assert result == {"state": "created", "ticket": "MEM-1"}
    assert world.slack.posts == before
    assert world.tracker.calls["create"] == 1
    assert len(next(iter(world.tracker._kept.values())).attachments) == 1


async def test_a_replay_of_a_filed_request_says_what_is_still_to_be_said(engine: SimulatedEngine) -> None:
    """The channel was given up and is reachable now; the ticket that somebody deleted meanwhile is not made again."""
    world = engine.world
    world.slack.closed = {"C0WEB"}
    await engine.finish(a_submission())
    assert [key for key, _, kind in world.slack.posts if kind != "OpsNotice"] == ["confirm:V1"]
    world.slack.closed.clear()
    world.tracker._kept.clear()

    result = await engine.finish(a_submission(), replayed=True)

    assert result == {"state": "created", "ticket": "MEM-1"}
    assert [key for key, _, kind in world.slack.posts if kind != "OpsNotice"] == ["confirm:V1", "announce:V1"]
    assert (world.tracker.calls["create"], world.tracker.calls["find"]) == (1, 0)


async def test_a_text_that_a_limit_cut_is_attached_to_a_ticket_that_was_found(tmp_path: Path) -> None:
    """The answer to create was lost, so nobody said that the text was cut; the ticket shows it. So does a replay."""
    store = SqlStore.open(new_sqlite_database(tmp_path))
    world = World(store, body_limit=300)
    engine = SimulatedEngine(world)
    world.tracker.fail_next("create", Ambiguous("memory", "create", "broken"), after=True)
    words = "Every visitor wants prices. " * 40

    await engine.finish(a_submission(answers={"title": "Prices", "user_story": words}))
    [kept] = world.tracker._kept.values()
    assert [one.name for one in kept.attachments] == ["request.md"]
    assert words.strip() in next(iter(world.tracker.content.values())).decode()

    kept.attachments.clear()
    await engine.finish(a_submission(answers={"title": "Prices", "user_story": words}), replayed=True)
    assert [one.name for one in kept.attachments] == ["request.md"]
    store.close()


async def test_a_replay_of_a_refused_request_files_it(engine: SimulatedEngine) -> None:
    """Once the operator mended what the tracker refused."""
    world = engine.world
    world.tracker.fail_next("create", Rejected("memory", "create", "field hidden", 400))
    await engine.finish(a_submission())

    result = await engine.finish(a_submission(), replayed=True)

    assert result["state"] == "created"
    assert await state_of(world) == ("created", "")


async def test_the_same_request_under_a_new_engine_is_found(engine: SimulatedEngine) -> None:
    """After a move to another database the engine knows nothing, our own rows do: one ticket."""
    world = engine.world
    await engine.finish(a_submission())

    await engine.finish(a_submission())

    assert world.tickets_of("V1") == ["MEM-1"]
    assert len(world.slack.posts) == 2


async def test_a_backup_that_is_put_back_makes_nothing_twice(tmp_path: Path) -> None:
    """It was made while the request waited for its tracker, and does not know that it was filed since."""
    address, kept = new_sqlite_database(tmp_path), tmp_path / "kept.sqlite"
    store = SqlStore.open(address)
    world = World(store)
    engine, at_backup = SimulatedEngine(world), {}
    world.tracker.fail_next("create", DOWN, times=4)

    def back_up() -> None:
        if engine.runs == 2:
            with (
                closing(sqlite3.connect(make_url(address).database or "")) as now,
                closing(sqlite3.connect(kept)) as then,
            ):
                now.backup(then)
            at_backup.update(engine.last_payload)

    engine.before_run = back_up
    await engine.finish(a_submission())
    said = list(world.slack.posts)
    store.close()
    old = SqlStore.open(f"sqlite:///{kept}")
    world.ports = replace(world.ports, store=old, tickets=old.tickets, syncs=old.syncs)
    again = SimulatedEngine(world, since=world.clock.now().timestamp() + 1)
    result = await again.finish(a_submission(), progress=at_backup["progress"])
    old.close()

    assert result == {"state": "created", "ticket": "MEM-1"}
    assert (world.tickets_of("V1"), world.slack.posts) == (["MEM-1"], said)


@pytest.mark.parametrize("when", ["before", "after", "recorded"])
@pytest.mark.parametrize("trouble", ["none", "lost answer", "rejected", "unreachable"])
async def test_killed_anywhere_nothing_is_lost_or_doubled(tmp_path: Path, when: str, trouble: str) -> None:
    """Before the work of each step, between its work and its record, and after it: one ticket, each message once."""
    step = 0
    while True:
        store = SqlStore.open(new_sqlite_database(tmp_path))
        world = World(store, lookup_lag=3.0)
        engine = SimulatedEngine(world, kill_at=step, kill_when=when)
        if trouble == "lost answer":
            world.tracker.fail_next("create", Ambiguous("memory", "create", "broken"), after=True)
            world.slack.swallow = 1
        elif trouble == "rejected":
            world.tracker.fail_next("create", Rejected("memory", "create", "no"), times=2)
        elif trouble == "unreachable":
            world.slack.closed = {"C0WEB"}
            engine.before_run = lambda world=world, engine=engine: (
                world.slack.closed.clear() if engine.runs > 2 else None
            )

        result = await engine.finish(a_submission(source=SOURCE, files=["a.png"]))

        keys = [key for key, _, _ in world.slack.posts]
        assert len(keys) == len(set(keys)), f"killed {when} step {step}"
        if trouble == "rejected":
            assert result["state"] == "rejected"
            assert [key for key in keys if not key.startswith("ops")] == ["rejected:V1"]
        else:
            assert world.tickets_of("V1") == ["MEM-1"], f"killed {when} step {step}"
            assert {"announce:V1", "confirm:V1", "source:V1"} <= set(keys)
            assert len(next(iter(world.tracker._kept.values())).attachments) == 1
        store.close()
        if engine.kill_at != -1:
            break
        step += 1

    assert step >= 4


async def test_the_line_in_the_sync_follows_a_slack_that_is_away(engine: SimulatedEngine) -> None:
    """Everybody has heard of the ticket when the message of the sync cannot be edited; it is tried again."""
    world, day = engine.world, today(engine.world.clock, TEAM)
    post = SyncPost(key=f"sync:web:{day}", team="web", day=day, channel="C0WEB", ts="9.0")
    await world.ports.syncs.save_post(post.model_copy(update={"posted_at": world.clock.now().timestamp()}))
    edit, asked = world.slack.edit, []

    async def away(*arguments: Any) -> bool:
        asked.append(len(world.slack.posts))
        if len(asked) < 6:
            raise SlackUnavailable("no answer", after=5.0)
        return await edit(*arguments)

    world.slack.edit = away  # type: ignore[method-assign]
    kind = KIND.model_copy(update={"agenda": "action"}).to_json()
    assert await engine.finish(a_submission(template=kind)) == {"state": "created", "ticket": "MEM-1"}
    assert asked == [2] * 6
    assert [ts for ts, _ in world.slack.edits] == ["9.0"]
