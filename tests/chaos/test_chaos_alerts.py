"""kill -9 whenever a message is about to ask for something: every channel has it once, and nobody is asked twice."""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chaos.alert_ordeal import TEAMS, TICKETS, AlertOrdeal, AlertReport
from tests.databases import new_database

LONG = os.environ.get("DEVREQUEST_CHAOS_LONG") == "1"
KILLS = 40 if LONG else 10
SEED = int(os.environ.get("DEVREQUEST_CHAOS_SEED", "7"))
Recording = Callable[[], Path]


async def endure(database: str, recording: Path, *, until_twice: bool = False, **variables: str) -> AlertReport:
    with tempfile.TemporaryDirectory(prefix="chaos") as folder:
        ordeal = AlertOrdeal(Path(folder), database, SEED, recording, **variables)
        try:
            await ordeal.open()
            report = await ordeal.endure(KILLS, until_twice=until_twice)
        finally:
            await ordeal.close()
    sys.stdout.write("\n".join([f"seed {SEED}, {database.partition(':')[0]} {variables}", *report.lines(), ""]))
    return report


@pytest.mark.timeout(400)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_killed_around_the_alert(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], new_recording: Recording
) -> None:
    """One message a channel, recorded, and each of its tickets asked about once."""
    with capsys.disabled():
        report = await endure(new_database(kind, tmp_path), new_recording())

    assert sorted(report.posted.values()) == [1] * TEAMS
    assert report.unrecorded == set()
    assert sorted(report.asked.values()) == [1] * (TEAMS * TICKETS)
    assert report.windows["message there, not recorded"] > 0
    assert report.windows["message meant, not there"] > 0


@pytest.mark.timeout(400)
async def test_a_bot_that_does_not_look_posts_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], new_recording: Recording
) -> None:
    """Without the look into the channel the same ordeal must end badly: or the test above proves nothing."""
    with capsys.disabled():
        report = await endure(
            new_database("sqlite", tmp_path), new_recording(), until_twice=True, CHAOS_NAIVE="forgetful"
        )

    assert max(report.posted.values()) > 1
