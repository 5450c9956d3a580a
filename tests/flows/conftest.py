"""Databases and worlds for the flows."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters import limiter
from bot.store.sql_store import SqlStore
from tests.alert_world import AlertWorld
from tests.both_trackers import start
from tests.databases import new_database, new_sqlite_database
from tests.fake_world import World

__all__ = ["alerts", "database", "start", "world"]


@pytest.fixture(autouse=True)
def trackers_soon_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bulk read that failed is tried again as often as ever, only sooner: else a tracker that is down takes 15 s."""
    monkeypatch.setattr(limiter, "PAUSES", tuple(pause / 50 for pause in limiter.PAUSES))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, one of each kind."""
    return new_database(request.param, tmp_path)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A world whose store is a SQLite file."""
    store = SqlStore.open(new_sqlite_database(tmp_path))
    yield World(store)
    store.close()


@pytest.fixture
async def alerts(tmp_path: Path) -> AsyncIterator[AlertWorld]:
    """A team that was swept before, Monday at nine; its store is a SQLite file."""
    store = SqlStore.open(new_sqlite_database(tmp_path))
    made = AlertWorld(store)
    await made.swept_before()
    yield made
    store.close()
