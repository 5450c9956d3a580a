"""Moves of tickets: the thread of the request says so, and its requester hears of it, each once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.base import Link, StatusCategory, TicketDraft
from adapters.document import document
from bot.domain.follow_messages import Moved, Moves
from bot.domain.messages import Posted
from bot.domain.request import TicketLink
from bot.usecases.follow_tickets import follow_tickets
from bot.usecases.record_alert import older_key
from bot.usecases.relay_comments import relay_comments
from bot.usecases.requester_wishes import MOVES
from tests.fake_world import TEAM, World
from tests.following import filed, ref_of, say, swept

_EMPTY = document()
STATUS: dict[StatusCategory, str] = {"todo": "To do", "in_progress": "In progress", "done": "Done"}


async def _move(world: World, link: TicketLink, category: StatusCategory) -> None:
    world.tracker.edit(ref_of(link), status_category=category, status=STATUS[category])
    await swept(world, link)


def _heard(world: World) -> list[tuple[str, str]]:
    """Where something was posted, and what."""
    said = []
    for key, where, _ in world.slack.posts:
        message = world.slack.messages[key]
        for move in message.moves if isinstance(message, Moves) else (message,):
            assert isinstance(move, Moved)
            said.append((where, " ".join(move.happened)))
    return said


async def test_work_that_starts_is_told_once_in_the_thread_and_to_the_requester(world: World) -> None:
    """However often the sweep looks, a move is one line in the thread and one message to the person."""
    link = await filed(world)
    await _move(world, link, "in_progress")
    first = await follow_tickets(world.ports, TEAM)
    await swept(world, link)
    second = await follow_tickets(world.ports, TEAM)

    assert (first, second) == ({"moved": 1, "retry_after": None}, {"moved": 0, "retry_after": None})
    assert _heard(world) == [("C0WEB/root-V1", "started"), ("U1", "started")]


async def test_a_copy_of_a_ticket_is_no_news_of_the_request(world: World) -> None:
    """Cloned or split up in the tracker it has the request's label or last line too; it is a ticket by hand."""
    link = await filed(world)
    await swept(world, link)
    draft = TicketDraft("V1", "landing-page", "CLONE - Page V1", team=TEAM.trackers["memory"])
    ref = (await world.tracker.create(draft)).ref
    copy = TicketLink(tracker=ref.tracker, id=ref.id, key=ref.key, url=ref.url)
    await swept(world, copy)

    await _move(world, copy, "done")
    nothing = await follow_tickets(world.ports, TEAM)
    await _move(world, link, "in_progress")
    await follow_tickets(world.ports, TEAM)

    assert nothing["moved"] == 0
    assert _heard(world) == [("C0WEB/root-V1", "started"), ("U1", "started")]
    seen = await world.ports.tickets.find([f"memory:{one.id}" for one in (link, copy)])
    by_id = {one.ticket.id: (one.ticket.request_id, one.ticket.requester) for one in seen.values()}
    assert by_id == {link.id: ("V1", "U1"), copy.id: (None, None)}


async def test_an_open_ticket_keeps_its_thread(world: World) -> None:
    """Work that starts after what is old was dropped is told where the request was announced.

    Nor are the tickets that were there before the bot offered a second time.
    """
    link = await filed(world)
    await world.store.record_post(older_key(TEAM), Posted(TEAM.channel, "alert"))
    await swept(world, link)
    await world.store.delete_traces_before(datetime.now(UTC) + timedelta(days=1))
    await _move(world, link, "in_progress")
    await follow_tickets(world.ports, TEAM)
    assert _heard(world) == [("C0WEB/root-V1", "started"), ("U1", "started")]

    await _move(world, link, "done")
    await follow_tickets(world.ports, TEAM)
    await world.store.delete_traces_before(datetime.now(UTC) + timedelta(days=1))
    assert await world.store.post("announce:V1") is None
    assert await world.store.post(older_key(TEAM)) is not None


async def test_what_was_forgotten_is_no_news(world: World) -> None:
    """A ticket that ended long ago and is edited once more: nobody hears again of its end, nor of its comments."""
    await world.ports.tickets.update_sweep(TEAM.id, "memory", {"baseline": world.clock.now().timestamp() - 1})
    link = await filed(world)
    say(world, link, "Which countries?")
    await _move(world, link, "done")
    await follow_tickets(world.ports, TEAM)
    await relay_comments(world.ports, TEAM)
    before = len(world.slack.posts)
    assert before == 3

    world.clock.time += timedelta(days=120)
    await world.store.delete_traces_before(world.clock.now() - timedelta(days=90))
    assert await world.ports.tickets.find([f"memory:{link.id}"]) == {}
    world.tracker.edit(ref_of(link), labels=("tidied-up",))
    await swept(world, link)
    await follow_tickets(world.ports, TEAM)
    await relay_comments(world.ports, TEAM)
    assert len(world.slack.posts) == before


async def test_every_move_is_told_in_its_turn(world: World) -> None:
    """Started, blocked, not blocked any more, done, opened again: five moves, five times told."""
    link = await filed(world)
    await _move(world, link, "in_progress")
    await follow_tickets(world.ports, TEAM)
    for flagged in (True, False):
        world.tracker.edit(ref_of(link), flagged=flagged)
        await swept(world, link)
        await follow_tickets(world.ports, TEAM)
    await _move(world, link, "done")
    await follow_tickets(world.ports, TEAM)
    await _move(world, link, "todo")
    await follow_tickets(world.ports, TEAM)

    told = [what for where, what in _heard(world) if where == "U1"]
    assert told == ["started", "blocked", "unblocked", "done", "reopened"]
    assert [what for where, what in _heard(world) if where != "U1"] == told


async def test_a_ticket_that_waits_for_another_is_blocked(world: World) -> None:
    """Trackers without a flag say it by a link; one link of two that goes is no news."""
    link = await filed(world)
    waits = [Link("MEM-8", "", "blocked_by"), Link("MEM-9", "", "blocked_by")]
    for links in (waits, waits[:1], []):
        world.tracker.edit(ref_of(link), links=tuple(links))
        await swept(world, link)
        await follow_tickets(world.ports, TEAM)

    assert [what for where, what in _heard(world) if where == "U1"] == ["blocked", "unblocked"]


async def test_a_column_that_is_called_blocked_is_blocked(world: World) -> None:
    """Where boards have a column for it, moving there and back is told, and a review is nobody's news."""
    link = await filed(world)
    for status in ("In progress", "On hold", "In review", "BLOCKED by legal", "In progress"):
        world.tracker.edit(ref_of(link), status_category="in_progress", status=status)
        await swept(world, link)
        await follow_tickets(world.ports, TEAM)

    told = [what for where, what in _heard(world) if where == "U1"]
    assert told == ["started", "blocked", "unblocked", "blocked", "unblocked"]


async def test_several_moves_are_one_message_to_a_person(world: World) -> None:
    """Two tickets of one person and one of another: one message each, and a line in each thread."""
    links = [await filed(world, f"V{number}", user=user) for number, user in enumerate(("U1", "U1", "U2"), 1)]
    for link in links:
        world.tracker.edit(ref_of(link), status_category="in_progress")
    await swept(world, *links)
    await follow_tickets(world.ports, TEAM)

    assert sorted(_heard(world)) == [
        ("C0WEB/root-V1", "started"),
        ("C0WEB/root-V2", "started"),
        ("C0WEB/root-V3", "started"),
        ("U1", "started"),
        ("U1", "started"),
        ("U2", "started"),
    ]
    assert sorted(where for _, where, _ in world.slack.posts if where.startswith("U")) == ["U1", "U2"]


@pytest.mark.parametrize("posts", range(6))
async def test_nothing_is_told_twice_or_forgotten_when_slack_fails(world: World, posts: int) -> None:
    """Whichever post is swallowed or refused, the next try ends with each thing said once, by the same message."""
    links = [await filed(world, f"V{number}", user=f"U{number}") for number in (1, 2, 3)]
    for link in links:
        world.tracker.edit(ref_of(link), status_category="in_progress")
    await swept(world, *links)
    real, count = world.slack.post, iter(range(100))

    async def failing(*arguments: object, **options: object) -> object:
        if next(count) == posts:
            world.slack.swallow = 1
        return await real(*arguments, **options)  # type: ignore[arg-type]

    world.slack.post = failing  # type: ignore[method-assign,assignment]
    first = await follow_tickets(world.ports, TEAM)
    late = await filed(world, "V4", user="U1")
    world.tracker.edit(ref_of(late), status_category="in_progress")
    await swept(world, late)
    second = await follow_tickets(world.ports, TEAM)

    assert first["retry_after"] == 1.0
    assert second["retry_after"] is None
    keys = [key for key, _, _ in world.slack.posts]
    assert len(keys) == len(set(keys)) == 8
    channel = ["C0WEB/root-V1", "C0WEB/root-V2", "C0WEB/root-V3", "C0WEB/root-V4"]
    assert sorted(where for where, _ in _heard(world)) == [*channel, "U1", "U1", "U2", "U3"]


async def test_a_crash_before_anything_is_settled_repeats_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that dies after its posts says nothing again, also if the ticket went on meanwhile."""
    link = await filed(world)
    await _move(world, link, "in_progress")

    async def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("bot.usecases.follow_tickets._settle", dies)
        with pytest.raises(KeyboardInterrupt):
            await follow_tickets(world.ports, TEAM)
    await _move(world, link, "done")
    await follow_tickets(world.ports, TEAM)
    await follow_tickets(world.ports, TEAM)

    assert [what for where, what in _heard(world) if where == "U1"] == ["started", "done"]
    assert [what for where, what in _heard(world) if where != "U1"] == ["started", "done"]


async def test_who_does_not_want_it_or_left_is_not_told(world: World) -> None:
    """A muted person, one of the team's `mute` and one who left hear nothing; the thread says it all the same."""
    links = [await filed(world, f"V{number}", user=f"U{number}") for number in (1, 2, 3)]
    await world.ports.tickets.set_personal("T1", "U1", MOVES, "yes")
    world.people.left.add("U2")
    team = replace(TEAM, alerts=replace(TEAM.alerts, mute=frozenset({"U3"})))
    for link in links:
        world.tracker.edit(ref_of(link), status_category="in_progress")
    await swept(world, *links)
    await follow_tickets(world.ports, team)

    assert sorted(where for where, _ in _heard(world)) == ["C0WEB/root-V1", "C0WEB/root-V2", "C0WEB/root-V3"]


async def test_what_the_tracker_restricts_is_not_said_in_the_channel(world: World) -> None:
    """A ticket with a security level is its requester's business only."""
    link = await filed(world)
    world.tracker.edit(ref_of(link), restricted=True)
    await _move(world, link, "in_progress")
    await follow_tickets(world.ports, TEAM)

    assert _heard(world) == [("U1", "started")]


async def test_tickets_written_by_hand_are_nobodys_news(world: World) -> None:
    """Only what was requested in Slack has a requester and a thread."""
    made = world.tracker.add("By hand", _EMPTY)
    link = TicketLink(tracker="memory", id=made.ref.id, key=made.ref.key, url=made.ref.url)
    await swept(world, link)
    await _move(world, link, "done")
    await follow_tickets(world.ports, TEAM)

    assert world.slack.posts == []


async def test_a_closed_channel_is_reported_and_holds_nobody_up(world: World) -> None:
    """The requester hears it, operators hear of the channel once, and the thread is not told late."""
    link = await filed(world)
    world.slack.closed.add("C0WEB")
    await _move(world, link, "in_progress")
    result = await follow_tickets(world.ports, TEAM)

    assert result == {"moved": 1, "retry_after": None}
    assert [(where, kind) for _, where, kind in world.slack.posts] == [("C0OPS", "OpsNotice"), ("U1", "Moves")]
