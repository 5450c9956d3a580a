"""Our own tables, on SQLite and on a real PostgreSQL."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.domain.errors import ConfigurationError
from bot.domain.messages import Posted
from bot.domain.replaced import Replaced
from bot.domain.request import Draft, Requester, Source, Submission, TicketLink
from bot.domain.seen_ticket import SeenTicket, Tracked
from bot.domain.sync_post import StoredFeasibility, SyncPost
from bot.domain.template import Attributes, Field, RequestType
from bot.store import database, retention
from bot.store.database import HEAD, VERSION_TABLE, alembic_config, database_url, open_database
from bot.store.sql_store import SqlStore
from bot.store.tables import metadata
from bot.store.writer import Writer
from tests.databases import new_database

KIND = RequestType(
    key="bug",
    name="Bug",
    description="Something is broken",
    body=(Field(type="textarea", id="steps", attributes=Attributes(label="Steps")),),
)
HOSTILE = "line\r\nNUL \x00 surrogate \ud800 emoji 🎈 quote ' \" %s :x"


def a_submission(request_id: str = "V1", **changes: object) -> Submission:
    values: dict[str, object] = {
        "request_id": request_id,
        "slack_team": "T1",
        "team": "web",
        "tracker": "memory",
        "template": KIND.to_json(),
        "answers": {"title": "Broken", "steps": HOSTILE},
        "requester": Requester(id="U1", name="Mara Example", email="mara@example.com"),
        "source": Source(channel="C1", ts="1.2", text="look at this"),
        "submitted_at": 100.0,
    }
    return Submission.model_validate(values | changes)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return new_database(request.param, tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return new_database(request.param, tmp_path, empty=True)


@pytest.fixture
async def store(url: str) -> AsyncIterator[SqlStore]:
    opened = SqlStore.open(url)
    yield opened
    opened.close()


async def test_a_draft_comes_back_as_it_was_saved(store: SqlStore) -> None:
    """Whatever people type, NUL and lone surrogates included, is read back unchanged."""
    draft = Draft(id="V1", slack_team="T1", user="U1", answers={"title": HOSTILE, "who": ["U2"]}, updated_at=5.0)

    await store.save_draft(draft)

    assert await store.draft("V1") == draft
    assert await store.draft("V2") is None


async def test_an_older_version_of_a_draft_replaces_nothing(store: SqlStore) -> None:
    """Block actions may arrive out of order; the newest one wins."""
    newer = Draft(id="V1", slack_team="T1", user="U1", answers={"title": "two"}, updated_at=2.0)
    await store.save_draft(newer)

    await store.save_draft(newer.model_copy(update={"answers": {"title": "one"}, "updated_at": 1.0}))

    assert await store.draft("V1") == newer


async def test_the_latest_draft_is_the_newest_with_an_answer(store: SqlStore) -> None:
    """A form that was opened and left empty does not hide the one that was half filled."""
    half = Draft(id="V1", slack_team="T1", user="U1", answers={"title": "half"}, updated_at=1.0)
    await store.save_draft(half)
    await store.save_draft(Draft(id="V2", slack_team="T1", user="U1", answers={"title": " "}, updated_at=2.0))
    await store.save_draft(Draft(id="V3", slack_team="T1", user="U2", answers={"title": "other"}, updated_at=3.0))
    await store.save_draft(Draft(id="V4", slack_team="T2", user="U1", answers={"title": "other"}, updated_at=3.0))

    assert await store.latest_draft("T1", "U1") == half


async def test_a_draft_is_found_although_there_was_none_before(store: SqlStore) -> None:
    """That somebody has no half-filled form is remembered only until they have one."""
    half = Draft(id="V1", slack_team="T1", user="U1", answers={"title": "half"}, updated_at=1.0)
    assert await store.latest_draft("T1", "U1") is None
    assert await store.latest_draft("T1", "U1") is None

    asked, _ = await asyncio.gather(store.latest_draft("T1", "U1"), store.save_draft(half))

    assert asked in (None, half)
    assert await store.latest_draft("T1", "U1") == half
    assert await store.latest_draft("T2", "U1") is None
    await store.delete_draft("V1")
    assert await store.latest_draft("T1", "U1") is None


async def test_drafts_are_deleted_by_id_and_by_age(store: SqlStore) -> None:
    """Deleting tells how many there were; younger ones stay."""
    for number in range(4):
        await store.save_draft(Draft(id=f"V{number}", slack_team="T1", user="U1", updated_at=float(number)))
    await store.delete_draft("V0")

    deleted = await store.delete_drafts_before(datetime.fromtimestamp(3, UTC))

    assert deleted == 2
    assert await store.draft("V3") is not None
    assert await store.draft("V2") is None


async def test_every_version_of_a_template_is_kept(store: SqlStore) -> None:
    """A form that was opened with an older version still finds it."""
    changed = KIND.model_copy(update={"name": "Defect"})
    changed = RequestType.from_json(changed.to_json())
    await store.save_templates([KIND])
    await store.save_templates([KIND, changed])

    assert await store.template(KIND.hash) == KIND
    assert await store.template(changed.hash) == changed
    assert await store.template("0" * 16) is None


async def test_recording_twice_keeps_the_first(store: SqlStore) -> None:
    """A workflow that is replayed records the same request again, which changes nothing."""
    await store.record(a_submission())
    await store.set_state("V1", "waiting", reason="Jira does not answer")

    again = await store.record(a_submission(answers={"title": "Another"}))

    assert again.submission == a_submission()
    assert again.state == "waiting"
    assert again.reason == "Jira does not answer"
    assert again.created_at == 100.0


async def test_a_request_carries_its_ticket_and_its_attempts(store: SqlStore) -> None:
    """What operators see: state, ticket, reason, and how often its ticket was tried to be made."""
    ticket = TicketLink(tracker="memory", id="1", key="MEM-1", url="https://tracker.example/1")
    await store.record(a_submission())
    assert await store.mark_attempt(a_submission().key) is False
    assert await store.mark_attempt(a_submission().key) is True

    await store.set_state("V1", "created", ticket=ticket)

    found = await store.request("V1")
    assert found is not None
    assert (found.state, found.ticket, found.attempts, found.reason) == ("created", ticket, 2, "")
    assert await store.request("V2") is None


async def test_a_superseded_request_stays_superseded(store: SqlStore) -> None:
    """A form that came back replaces the old request for good; nothing revives that one."""
    await store.record(a_submission())
    await store.set_state("V1", "rejected", reason="no such epic")

    await store.record(a_submission("V1-2", supersedes="V1"))
    await store.set_state("V1", "created")

    old = await store.request("V1")
    assert old is not None
    assert old.state == "superseded"


async def test_of_two_that_supersede_one_request_one_counts(url: str) -> None:
    """Handed in at the same moment, in one process or two: the other is superseded from its beginning, and stays so."""
    first, second = SqlStore.open(url), SqlStore.open(url)
    await first.record(a_submission())
    await first.set_state("V1", "rejected", reason="no such epic")

    both = await asyncio.gather(
        *(store.record(a_submission(f"V{number}", supersedes="V1")) for number, store in ((2, first), (3, second)))
    )
    [winner, loser] = sorted(both, key=lambda one: one.state)
    again = await second.record(loser.submission)
    await first.set_state(winner.submission.request_id, "rejected")
    late = await first.record(a_submission("V4", supersedes="V1"))
    first.close()
    second.close()

    assert (winner.state, loser.state, again.state, late.state) == ("received", *["superseded"] * 3)


async def test_what_supersedes_a_request_with_a_ticket_does_not_count(store: SqlStore) -> None:
    """An operator had it filed after all; a form that came back before that makes no second ticket."""
    await store.record(a_submission())
    await store.set_state("V1", "created")

    assert (await store.record(a_submission("V2", supersedes="V1"))).state == "superseded"
    assert (await store.record(a_submission("V3", supersedes="V0GONE"))).state == "received"


async def test_a_request_with_a_ticket_does_not_wait_again(store: SqlStore) -> None:
    """A note of a delay that comes late does not hide that the ticket exists."""
    await store.record(a_submission())
    await store.set_state("V1", "created")

    await store.set_state("V1", "waiting", reason="late")

    found = await store.request("V1")
    assert found is not None
    assert (found.state, found.reason) == ("created", "")


async def test_requests_are_listed_newest_first(store: SqlStore) -> None:
    """By state, by person and before a time, so that long lists can be paged."""
    for number in range(1, 6):
        requester = Requester(id="U2" if number == 3 else "U1")
        await store.record(a_submission(f"V{number}", submitted_at=float(number), requester=requester))
    await store.set_state("V4", "parked", reason="token")

    async def ids(**filters: object) -> list[str]:
        return [request.submission.request_id for request in await store.requests(**filters)]  # type: ignore[arg-type]

    assert await ids() == ["V5", "V4", "V3", "V2", "V1"]
    assert await ids(states=("parked", "waiting")) == ["V4"]
    assert await ids(user="U2") == ["V3"]
    assert await ids(limit=2, before=4.0) == ["V3", "V2"]


async def test_posts_are_remembered_by_key(store: SqlStore) -> None:
    """The first record of a message stays."""
    await store.record_post("announce:V1", Posted("C1", "1.5", "https://slack.example/p15"))
    await store.record_post("announce:V1", Posted("C1", "9.9"))

    assert await store.post("announce:V1") == Posted("C1", "1.5", "https://slack.example/p15")
    assert await store.post("announce:V2") is None


async def test_things_are_said_once_until_forgotten(store: SqlStore) -> None:
    """Of many who ask at once, one is told to speak."""
    answers = await asyncio.gather(*(store.first_time("ops:jira") for _ in range(20)))
    await store.forget("ops:jira")

    assert sorted(answers) == [False] * 19 + [True]
    assert await store.first_time("ops:jira") is True


async def test_whoever_was_told_to_speak_is_told_so_again(store: SqlStore) -> None:
    """It may have died before it spoke; nobody else may, unless it is forgotten."""
    assert [await store.first_time("ops:jira", name) for name in ("a", "b", "a", "")] == [True, False, True, False]
    await store.forget("ops:jira")
    assert [await store.first_time("ops:jira", name) for name in ("b", "a", "b")] == [True, False, True]


async def test_the_last_team_of_a_person_is_remembered(store: SqlStore) -> None:
    """Per Slack workspace."""
    await store.remember_team("T1", "U1", "web")
    await store.remember_team("T1", "U1", "apps")

    assert await store.last_team("T1", "U1") == "apps"
    assert await store.last_team("T2", "U1") is None


async def test_a_schedule_remembers_when_it_was_first_seen(store: SqlStore) -> None:
    """Also across restarts, since that is asked at every one."""
    first, later = datetime(2026, 3, 3, 9, tzinfo=UTC), datetime(2026, 3, 4, 9, tzinfo=UTC)

    assert await store.schedule_first_seen("sync:web", first) == first
    assert await store.schedule_first_seen("sync:web", later) == first


async def test_words_are_dropped_after_their_time(store: SqlStore) -> None:
    """Filed requests lose them by the age of the ticket, failed ones by theirs; those on their way keep them."""
    for request_id in ("filed", "failed", "waiting"):
        await store.record(a_submission(request_id))
    await store.set_state("filed", "created")
    await store.set_state("failed", "rejected", reason="title: too long")
    await store.set_state("waiting", "parked", reason="token")
    past, future = datetime.fromtimestamp(0, UTC), datetime.fromtimestamp(2**33, UTC)

    assert [request.submission.request_id for request in await store.failed_before(future)] == ["failed"]
    assert await store.expired(past, past, future) == []
    assert await store.expired(future, past, future) == [("filed", "ticket:T1:filed")]
    assert await store.expired(past, future, future) == []
    await store.mark_attempt("post:expires:failed")
    assert await store.expired(past, future, past) == []
    assert await store.expired(past, future, future) == [("failed", "ticket:T1:failed")]
    await store.record_post("expires:failed", Posted("D1", "1.0", ""))
    assert await store.expired(past, future, past) == []
    assert await store.expired(past, future, future) == [("failed", "ticket:T1:failed")]
    await store.empty(["filed", "failed"])
    assert await store.expired(future, future, future) == []

    filed, failed, waiting = [await store.request(name) for name in ("filed", "failed", "waiting")]
    assert filed is not None
    assert failed is not None
    assert waiting is not None
    assert filed.submission == a_submission("filed", answers={}, source=None, requester=Requester(id="U1"))
    assert (failed.submission.answers, failed.reason, failed.state) == ({}, "", "rejected")
    assert waiting.submission == a_submission("waiting")
    assert await store.failed_before(future) == []


async def test_authors_of_many_failed_requests_are_read_in_parts(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many there are, and in whatever order; those who were told already are left out."""
    monkeypatch.setattr(retention, "BATCH", 3)
    future = datetime.fromtimestamp(2**33, UTC)
    ids = [f"V{number:03d}" for number in range(6)]
    for request_id in reversed(ids):
        await store.record(a_submission(request_id))
        await store.set_state(request_id, "rejected")
    await store.record_post(f"expires:{ids[1]}", Posted("D1", "1.0", ""))

    first = await store.failed_before(future)
    second = await store.failed_before(future, first[-1].submission.request_id)
    third = await store.failed_before(future, second[-1].submission.request_id)

    assert len(first) == 3
    assert [request.submission.request_id for request in first + second] == [ids[0], *ids[2:]]
    assert third == []


async def test_purging_keeps_the_attempts_of_requests_on_their_way(store: SqlStore) -> None:
    """Without its attempt a request that waits for months could be filed twice."""
    await store.record(a_submission("waiting"))
    await store.mark_attempt(a_submission("waiting").key)
    await store.mark_attempt("announce:old")
    future = datetime.fromtimestamp(2**33, UTC)

    await store.delete_traces_before(future)

    assert await store.mark_attempt(a_submission("waiting").key) is True
    assert await store.mark_attempt("announce:old") is False


async def test_forms_that_close_a_sync_at_once_all_keep_their_words(store: SqlStore) -> None:
    """Whichever is first closes it, the others are added, each once; a sync that is not there is not made."""
    await store.syncs.save_post(SyncPost(key="sync:web:2026-01-06", team="web", day=date(2026, 1, 6)))

    async def close(number: int) -> None:
        said = (f"job {number}", f"U{number}", float(number), f"words {number}")
        await store.syncs.change_post("sync:web:2026-01-06", lambda post: post.closed_with(*said))

    await asyncio.gather(*(close(number) for number in (*range(8), *range(8))))
    post = await store.syncs.post("sync:web:2026-01-06")
    assert post is not None
    assert sorted(post.decided.splitlines()) == [f"words {number}" for number in range(8)]
    assert await store.syncs.change_post("sync:web:2026-01-13", lambda post: post) is None


async def test_old_syncs_go_and_the_newest_posted_one_stays(store: SqlStore) -> None:
    """What was decided does not live for ever; the next sync has something to compare with, however late it is."""

    async def posted(team: str, day: str, at: float = 1.0, **more: str) -> None:
        post = SyncPost(key=f"sync:{team}:{day}", team=team, day=date.fromisoformat(day), posted_at=at, **more)
        await store.syncs.save_post(post)

    await posted("web", "2026-01-06", decisions="We move")
    await posted("web", "2026-01-13", decisions="We stay")
    await posted("web", "2026-01-20", 0.0, skipped="too_late")
    await posted("web", "2026-06-02", 0.0, skipped="holiday")
    await posted("shop", "2026-01-06")
    known = SeenTicket(tracker="jira", id="1", key="WEB-1", url="", team="web", title="x", status="", project="WEB")
    await store.tickets.change(["jira:1"], lambda _: [Tracked(ticket=known)])
    for handle in ("jira:1", "jira:2"):
        await store.syncs.say_feasibility(handle, StoredFeasibility(verdict="fine"))

    await store.delete_traces_before(datetime(2026, 5, 1, tzinfo=UTC))

    with store._threads._engine.connect() as connection:
        left = connection.execute(text("select key from sync_post order by key")).scalars().all()
    assert left == ["sync:shop:2026-01-06", "sync:web:2026-01-13", "sync:web:2026-06-02"]
    assert set(await store.syncs.feasibility(["jira:1", "jira:2"])) == {"jira:1"}


async def test_writes_that_arrive_together_are_committed_together(store: SqlStore) -> None:
    """One commit for what came while the last one was under way: far fewer commits than rows."""
    before = store._threads._writer.commits

    await asyncio.gather(*(store.first_time(f"key-{number}") for number in range(500)))

    assert store._threads._writer.commits - before <= 60
    assert await store.first_time("key-499") is False


async def test_a_write_that_fails_takes_no_other_with_it(url: str) -> None:
    """Each waiter gets its own result or its own error, also when they were written together."""
    engine = open_database(url)
    writer = Writer(engine)
    gate = writer.submit(lambda connection: connection.execute(text("select 1")).scalar_one())
    good = [
        writer.submit(lambda connection, n=n: connection.execute(text("select :n"), {"n": n}).scalar_one())
        for n in range(3)
    ]
    bad = writer.submit(lambda connection: 1 // 0)
    more = writer.submit(lambda connection: connection.execute(text("select 9")).scalar_one())

    assert gate.result(10) == 1
    assert [future.result(10) for future in good] == [0, 1, 2]
    assert more.result(10) == 9
    with pytest.raises(ZeroDivisionError):
        bad.result(10)
    writer.close()
    engine.dispose()


async def test_a_database_that_is_away_for_a_moment_is_waited_for(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A restart of PostgreSQL or a locked file costs time, not a request."""
    monkeypatch.setattr("bot.store.writer.PAUSES", (0.01, 0.01))
    engine = open_database(url)
    writer = Writer(engine)
    away = [OperationalError("insert", {}, ConnectionError("gone"))] * 2

    def work(connection: object) -> str:
        if away:
            raise away.pop()
        return "written"

    assert writer.submit(work).result(10) == "written"
    writer.close()
    engine.dispose()


async def test_rows_survive_closing_and_opening(url: str) -> None:
    """The second start finds its tables and changes nothing."""
    first = SqlStore.open(url)
    await first.record(a_submission())
    first.close()

    second = SqlStore.open(url)
    found = await second.request("V1")
    second.close()

    assert found is not None
    assert found.submission == a_submission()


def test_migrations_make_exactly_the_tables_of_the_code(empty_url: str) -> None:
    """Also beside tables of the engine, which are left alone."""
    engine = open_database(empty_url)
    with engine.begin() as connection:
        connection.execute(text("create table workflow_status (id varchar primary key)"))
    with engine.connect() as connection:
        options = {
            "version_table": VERSION_TABLE,
            "include_object": lambda _thing, name, kind, *_: kind != "table" or name in metadata.tables,
            "compare_type": True,
            "compare_server_default": True,
        }
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
        version = connection.scalar(text(f"select version_num from {VERSION_TABLE}"))
        newest = ScriptDirectory.from_config(alembic_config(connection)).get_current_head()
    engine.dispose()

    assert differences == []
    assert version == newest == HEAD


def test_the_newest_version_needs_no_alembic(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A start on an up-to-date database reads one row and migrates nothing."""
    open_database(url).dispose()
    monkeypatch.setattr("alembic.command.upgrade", lambda *_: pytest.fail("migrated again"))

    open_database(url).dispose()


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:///data/devrequest.db", "sqlite"),
        ("postgresql://bot:secret@db/devrequest", "postgresql+psycopg"),
        ("postgres://bot@db/devrequest", "postgresql+psycopg"),
    ],
)
def test_addresses_get_their_driver(url: str, driver: str) -> None:
    """People write the usual address, whatever the library is called."""
    assert database_url(url).drivername == driver


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("nonsense", "DATABASE_URL is no database address; write sqlite:///file or postgresql://…"),
        ("mysql://bot@db/x", "DATABASE_URL: mysql is not supported; use a SQLite file or PostgreSQL."),
        (
            "postgresql://u:hunter2@host:abc/db",
            "DATABASE_URL is no database address; write sqlite:///file or postgresql://…",
        ),
        ("sqlite://", "DATABASE_URL: sqlite is not supported; use a SQLite file or PostgreSQL."),
    ],
)
def test_other_addresses_are_refused(url: str, problem: str) -> None:
    """With a sentence, without the password."""
    with pytest.raises(ConfigurationError) as caught:
        database_url(url)

    assert caught.value.problems == [problem]


def test_a_database_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    """With the database's own reason, without the password."""
    with pytest.raises(ConfigurationError) as file:
        open_database(f"sqlite:///{tmp_path}")
    with pytest.raises(ConfigurationError) as server:
        open_database("postgresql://bot:hunter2@127.0.0.1:1/devrequest")

    with pytest.raises(ConfigurationError) as port:
        open_database("postgresql://bot:hunter2@/devrequest?port=x")
    with pytest.raises(ConfigurationError) as folder:
        open_database("sqlite:////dev/null/x/y.sqlite")

    assert file.value.problems == ["The database of DATABASE_URL cannot be opened: unable to open database file"]
    assert port.value.problems == [
        "The database of DATABASE_URL cannot be opened: Received non-integer port arguments: ('x',)"
    ]
    assert folder.value.problems == [
        "The database of DATABASE_URL cannot be opened: the folder /dev/null/x cannot be made (Not a directory)."
    ]
    assert server.value.problems[0].startswith("The database of DATABASE_URL cannot be opened: connection failed")
    assert "hunter2" not in str(server.value)


async def test_tickets_that_ended_long_ago_are_forgotten(store: SqlStore) -> None:
    """With what was replaced in them; open ones stay, however old they are."""
    kinds = {"old and done": ("done", 1.0), "old and open": ("todo", 1.0), "done lately": ("done", 2e9)}
    every = [
        Tracked(
            ticket=SeenTicket(
                tracker="memory",
                id=name,
                key=name,
                url="",
                team="web",
                title=name,
                status_category=status,
                updated=updated,
            )
        )
        for name, (status, updated) in kinds.items()
    ]
    await store.tickets.change([one.ticket.handle for one in every], lambda _: every)
    kept = Replaced(id="R1", handle="memory:1", section="goal", heading="Goal", before=[], by="U1", at=1.0)
    await store.tickets.save_replaced(kept)

    await store.delete_traces_before(datetime(2020, 1, 1, tzinfo=UTC))
    await store.delete_replaced_before(datetime(2020, 1, 1, tzinfo=UTC))

    assert set(await store.tickets.ids_of_team("web", "memory")) == {"old and open", "done lately"}
    assert await store.tickets.replaced("R1") is None


def test_a_database_that_accepts_and_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that takes connections and never answers ends in a sentence; an address may say how long is waited."""
    monkeypatch.setattr(database, "CONNECT_SECONDS", 2)  # the driver waits for no less
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(ConfigurationError) as caught:
            open_database(f"postgresql://bot:hunter2@127.0.0.1:{port}/devrequest")

    assert caught.value.problems[0].startswith("The database of DATABASE_URL cannot be opened: connection timeout")
    assert database_url("postgresql://db/x?connect_timeout=3").query["connect_timeout"] == "3"


def test_a_sqlite_file_with_hard_links_is_refused(tmp_path: Path) -> None:
    """SQLite loses writes between two names of one file, and our lock has only one of them."""
    open_database(f"sqlite:///{tmp_path / 'one.sqlite'}").dispose()
    (tmp_path / "two.sqlite").hardlink_to(tmp_path / "one.sqlite")

    for name in ("one", "two"):
        with pytest.raises(ConfigurationError, match="has hard links"):
            open_database(f"sqlite:///{tmp_path / f'{name}.sqlite'}")
