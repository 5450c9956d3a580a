"""Days of a team whose tickets lack something: who is asked, when, and when it ends."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.sql_store import SqlStore
from tests.alert_world import STORY, AlertWorld, at
from tests.databases import new_sqlite_database


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[AlertWorld]:
    """A team that was swept before; Monday morning."""
    store = SqlStore.open(new_sqlite_database(tmp_path))
    made = AlertWorld(store)
    await made.swept_before()
    yield made
    store.close()


async def test_a_life_of_an_alert(world: AlertWorld) -> None:
    """Asked after four hours, twice more every two working days, then escalated once, then parked."""
    world.set_policy(escalate_to="U0LEAD")
    handle = await world.file(user_story=STORY)
    times = await world.pass_hours(at("03-27T17:00"))
    assert times == [at("03-09T13:00"), at("03-11T13:00"), at("03-13T13:00"), at("03-17T13:00")]
    lines = [message.lines[0] for message in world.alerts]
    assert [(line.ask, line.number, line.escalated) for line in lines] == [
        ("U0MARA", 1, False),
        ("U0MARA", 2, False),
        ("U0MARA", 3, False),
        ("U0LEAD", 4, True),
    ]
    line = world.shown(handle)
    assert (line.state, line.asked, line.ask) == ("parked", 4, None)
