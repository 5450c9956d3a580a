"""A process that dies while it tells of moves or comments: each thing is said once, whichever call was its last."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.domain.follow_messages import Comments, Moves
from bot.store.sql_store import SqlStore
from bot.usecases.follow_tickets import follow_tickets
from bot.usecases.relay_comments import relay_comments
from tests.databases import new_sqlite_database
from tests.dying import Died, Dying, deaths
from tests.fake_world import TEAM, World
from tests.following import filed, ref_of, say, swept


async def _world(folder: Path, name: str) -> World:
    """Two tickets of one person and one of another have moved, and each was commented on."""
    (folder / name).mkdir()
    world = World(SqlStore.open(new_sqlite_database(folder / name)))
    links = [await filed(world, f"V{number}", user=user) for number, user in enumerate(("U1", "U1", "U2"), 1)]
    for link in links:
        world.tracker.edit(ref_of(link), status_category="in_progress", status="In progress")
        say(world, link, f"about {link.key}")
    await swept(world, *links)
    return world


def _said(world: World) -> Counter[tuple[str, str]]:
    """(whom, of which ticket), how often; a thread stands for itself."""
    found: Counter[tuple[str, str]] = Counter()
    for key, where, _ in world.slack.posts:
        message = world.slack.messages[key]
        if isinstance(message, Moves):
            found.update((where, one.about.ticket.key) for one in message.moves)
        elif isinstance(message, Comments):
            found.update((where, one.about.ticket.key) for one in message.tickets for _ in one.remarks)
        else:
            found[where, ""] += 1
    return found


PEOPLE = {("U1", "MEM-1"): 1, ("U1", "MEM-2"): 1, ("U2", "MEM-3"): 1}
THREADS = {("C0WEB/root-V1", ""): 1, ("C0WEB/root-V2", ""): 1, ("C0WEB/root-V3", ""): 1}


@pytest.mark.parametrize(("work", "expected"), [(follow_tickets, PEOPLE | THREADS), (relay_comments, PEOPLE)])
async def test_whichever_call_is_its_last(tmp_path: Path, work: Any, expected: dict[tuple[str, str], int]) -> None:
    """The next sweep brings it to its end, also if another comment came and another ticket moved meanwhile."""
    died: Counter[str] = Counter()
    for number, when in deaths():
        world = await _world(tmp_path, f"{number}{when}")
        process = Dying(world.ports, number, when)
        try:
            await work(process.ports, TEAM)
        except Died:
            died[f"{when} {process.last}"] += 1
        else:
            world.store.close()
            break
        late = await filed(world, "V9", user="U1")
        world.tracker.edit(ref_of(late), status_category="done")
        say(world, late, "late")
        await swept(world, late)
        for _ in range(2):
            result = await work(world.ports, TEAM)
        said = _said(world)
        world.store.close()

        more = {("U1", "MEM-7"): 1} | ({("C0WEB/root-V9", ""): 1} if work is follow_tickets else {})
        assert said == expected | more, (number, when, process.last)
        assert result["retry_after"] is None
    assert {
        "after notifier.post",
        "after store.mark_attempt",
        "after store.record_post",
        "after tickets.change",
    } <= set(died)
