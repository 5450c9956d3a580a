"""Files that do not get to the ticket at once: they withhold nothing, and nobody is left in doubt about them."""

from pathlib import Path
from typing import Any

import pytest

from adapters.document import text_of
from adapters.errors import Ambiguous, Misconfigured, NotSent, Throttled
from bot.store.sql_store import SqlStore
from bot.usecases import attach_files
from bot.usecases.attach_files import told_apart
from sandbox.faults import Fault
from tests.both_trackers import Start
from tests.databases import new_sqlite_database
from tests.fake_world import World, a_submission
from tests.simulated_engine import SimulatedEngine

AWAY = NotSent("memory", "attach", "no connection")
NOT_YET = "The file a.png is not on the ticket yet. I keep trying, and tell you how it ends."


@pytest.fixture
def engine(world: World) -> SimulatedEngine:
    """A simulated engine on a tracker in memory."""
    return SimulatedEngine(world)


def on_ticket(world: World) -> list[str]:
    """The names of the files on the only ticket."""
    [kept] = world.tracker._kept.values()
    return [attachment.name for attachment in kept.attachments]


async def test_a_file_that_takes_long_withholds_no_confirmation(engine: SimulatedEngine) -> None:
    """The link comes at once and names the file; another message says when it is there."""
    world, start = engine.world, engine.world.clock.now()
    world.tracker.fail_next("attach", AWAY, times=5)
    confirmed: list[float] = []

    def note() -> None:
        if not confirmed and "confirm:V1" in world.slack.taken:
            confirmed.append((world.clock.now() - start).total_seconds())

    engine.before_run = note
    await engine.finish(a_submission(files=["a.png", "b.png"]))

    assert confirmed == [30.0]  # said before the first wait was over
    assert world.slack.messages["confirm:V1"].notes == (  # type: ignore[union-attr]
        NOT_YET,
        NOT_YET.replace("a.png", "b.png"),
    )
    assert sorted(on_ticket(world)) == ["a.png", "b.png"]
    assert [key for key, _, _ in world.slack.posts] == ["announce:V1", "confirm:V1", "files:V1"]
    there = "The file a.png is on the ticket now. The file b.png is on the ticket now."
    assert there in world.slack.messages["files:V1"].text  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "error",
    [
        Misconfigured("memory", "attach", "you do not have the permission", 403),
        Throttled("memory", "attach", "slow down", 429, after=3600),
        Ambiguous("memory", "attach", "no answer in time", pending=True),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_whatever_is_wrong_with_a_file_the_confirmation_comes_at_once(
    engine: SimulatedEngine, error: Any
) -> None:
    """A permission that is missing, a tracker that wants an hour, an answer that never came."""
    world, start = engine.world, engine.world.clock.now()
    world.tracker.fail_next("attach", error, times=2)
    waits: list[float] = []
    engine.before_run = lambda: waits.append((world.clock.now() - start).total_seconds())

    await engine.finish(a_submission(files=["a.png"]))

    assert world.slack.messages["confirm:V1"].notes == (NOT_YET,)  # type: ignore[union-attr]
    assert on_ticket(world) == ["a.png"]
    pause = {Misconfigured: 30, Throttled: 3600, Ambiguous: 300}[type(error)]
    assert waits == [0, pause, 2 * pause]


async def test_files_wait_each_for_their_own_time(engine: SimulatedEngine) -> None:
    """One that may be tried soon does not bring another back before the time that the tracker asked for."""
    world = engine.world
    world.tracker.fail_next("attach", Throttled("memory", "attach", "slow down", 429, after=3600))
    world.tracker.fail_next("attach", AWAY, times=2)

    await engine.finish(a_submission(files=["a.png", "b.png"]))

    assert on_ticket(world) == ["b.png", "a.png"]
    assert world.tracker.calls["attach"] == 5


async def test_several_slow_files_withhold_it_no_longer_than_one(engine: SimulatedEngine) -> None:
    """Once one took half a minute the link comes before the others are tried; of these a message tells later."""
    world, start = engine.world, engine.world.clock.now()
    world.files.slow = {"a.png", "b.png", "c.png"}
    confirmed: list[float] = []

    def note() -> None:
        if not confirmed and "confirm:V1" in world.slack.taken:
            confirmed.append((world.clock.now() - start).total_seconds())

    engine.before_run = note
    await engine.finish(a_submission(files=["a.png", "b.png", "c.png"]))

    assert confirmed == [30.0]
    on_their_way = (NOT_YET.replace("a.png", "b.png"), NOT_YET.replace("a.png", "c.png"))
    assert world.slack.messages["confirm:V1"].notes == on_their_way  # type: ignore[union-attr]
    assert on_ticket(world) == ["a.png", "b.png", "c.png"]
    assert [key for key, _, _ in world.slack.posts] == ["announce:V1", "confirm:V1", "files:V1"]
    told = world.slack.messages["files:V1"].text  # type: ignore[union-attr]
    assert told.startswith("Your ticket MEM-1 “Page V1”: ")


async def test_a_hiccup_of_a_file_is_not_worth_a_word(engine: SimulatedEngine) -> None:
    """A short wait is made before the confirmation."""
    world = engine.world
    world.tracker.fail_next("attach", Throttled("memory", "attach", "slow down", 429, after=1))

    await engine.finish(a_submission(files=["a.png"]))

    assert (on_ticket(world), world.slack.messages["confirm:V1"].notes) == (["a.png"], ())  # type: ignore[union-attr]
    assert [key for key, _, _ in world.slack.posts] == ["announce:V1", "confirm:V1"]


@pytest.mark.parametrize("when", ["before", "after", "recorded"])
async def test_killed_anywhere_while_files_are_late(tmp_path: Path, when: str) -> None:
    """Each file once on the ticket, each message and each comment once."""
    step = 0
    while True:
        store = SqlStore.open(new_sqlite_database(tmp_path))
        world = World(store)
        engine = SimulatedEngine(world, kill_at=step, kill_when=when)
        world.tracker.fail_next("attach", AWAY, times=3)
        world.files.gone = {"c.png"}
        world.tracker.fail_next("comment", Ambiguous("memory", "comment", "broken"), after=True)
        await engine.finish(a_submission(files=["a.png", "b.png", "c.png"]))

        keys = [key for key, _, _ in world.slack.posts]
        assert len(keys) == len(set(keys)), f"killed {when} step {step}"
        assert {"announce:V1", "confirm:V1"} <= set(keys)
        assert sorted(on_ticket(world)) == ["a.png", "b.png"], f"killed {when} step {step}"
        assert len(next(iter(world.tracker._kept.values())).comments) == 1, f"killed {when} step {step}"
        store.close()
        if engine.kill_at != -1:
            break
        step += 1

    assert step >= 10


@pytest.mark.parametrize("after", [False, True])
async def test_the_comment_about_a_file_is_tried_again(engine: SimulatedEngine, after: bool) -> None:
    """One failure, before or after the work, and the ticket names the missing file all the same, once."""
    world = engine.world
    world.files.gone = {"a.png"}
    world.tracker.fail_next("comment", Ambiguous("memory", "comment", "HTTP 500", 500), after=after)

    await engine.finish(a_submission(files=["a.png"]))

    [kept] = world.tracker._kept.values()
    assert ["a.png could not be added" in text_of(comment.body) for comment in kept.comments] == [True]


async def test_a_process_killed_between_two_files_of_one_name(engine: SimulatedEngine) -> None:
    """Whoever takes over looks for the second, and does not find the first."""
    engine.kill_at, engine.kill_when = 6, "before"

    await engine.finish(a_submission(files=["image.png", "image.png"]))

    assert (engine.boots, engine.steps[5:7]) == (2, ["ticket.file", "ticket.file"])
    assert on_ticket(engine.world) == ["image.png", "image (2).png"]


@pytest.mark.parametrize("tracker", ["jira", "asana"])
async def test_two_files_of_one_name_and_size_arrive_both(
    start: Start, monkeypatch: pytest.MonkeyPatch, tracker: str
) -> None:
    """Two screenshots whose uploads break off, and a repeat: the second is not taken for the first."""
    monkeypatch.setattr(attach_files, "RETRY_AFTER", 0.1)
    async with start(tracker) as at:
        files = [at.mara.upload("image.png", byte * 1000, "image/png") for byte in (b"A", b"B")]
        operation = {"jira": "addAttachment", "asana": "createAttachmentForObject"}[tracker]
        at.sandbox.faults.add(Fault(tracker, "drop_before", operation=operation, times=2))
        await at.file_one(design_files=files)
        await at.until(lambda: len(stored(at, tracker)) == 2)

        assert sorted(stored(at, tracker)) == [("image (2).png", b"B"), ("image.png", b"A")]


def stored(at: Any, tracker: str) -> list[tuple[str, bytes]]:
    """Name and first byte of every file in the stand-in that has a name like ours."""
    if tracker == "jira":
        files = [file for issue in at.sandbox.jira.issues.values() for file in issue.attachments]
        return [(file.filename, file.content[:1]) for file in files if file.filename.startswith("image")]
    from sandbox.asana.records import Attachment

    records = [one for one in at.sandbox.asana.records.values() if isinstance(one, Attachment)]
    return [(one.name, one.content[:1]) for one in records if one.name.startswith("image")]


def test_names_are_told_apart() -> None:
    """The same list gives the same names; what a tracker would cut or replace does not make two alike."""
    long = "n" * 260 + ".png"
    names = ["image.png", "image.png", "image (2).png", "IMAGE.png", "a/b.txt", "a_b.txt", ".env", ".env", long, long]

    found = [file["name"] for file in told_apart([{"name": name} for name in names])]

    assert found[:8] == [
        "image.png",
        "image (2).png",
        "image (2) (2).png",
        "IMAGE (3).png",
        "a/b.txt",
        "a_b (2).txt",
        ".env",
        ".env (2)",
    ]
    assert found[8:] == [long, "n" * 150 + " (2).png"]
    assert told_apart([{"name": None}, {}]) == [{"name": "file"}, {"name": "file (2)"}]
