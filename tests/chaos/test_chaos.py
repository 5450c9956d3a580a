"""kill -9 while requests are handed in and the vendors misbehave: nothing lost, nothing doubled."""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chaos.harness import Ordeal
from tests.chaos.report import Report
from tests.databases import new_database

LONG = os.environ.get("DEVREQUEST_CHAOS_LONG") == "1"
KILLS, REQUESTS = (110, 500) if LONG else (20, 200)
SEED = int(os.environ.get("DEVREQUEST_CHAOS_SEED", "7"))


Recording = Callable[[], Path]


async def endure(database: str, kills: int, requests: int, recording: Path, **variables: str) -> Report:
    with tempfile.TemporaryDirectory(prefix="chaos") as folder:
        ordeal = Ordeal(Path(folder), database, requests, SEED, recording, **variables)
        try:
            await ordeal.open()
            report = await ordeal.endure(kills)
        finally:
            await ordeal.close()
    sys.stdout.write("\n".join([f"seed {SEED}, {database.partition(':')[0]} {variables}", *report.lines(), ""]))
    return report


@pytest.mark.timeout(1800 if LONG else 420)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_killed_while_requests_come_in(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], new_recording: Recording
) -> None:
    """Every acknowledged request is one ticket, one message in the channel and one confirmation."""
    with capsys.disabled():
        report = await endure(new_database(kind, tmp_path), KILLS, REQUESTS, new_recording())

    assert report.kills >= KILLS
    assert (report.lost, report.duplicates, report.said_twice, report.unsaid) == ([], {}, {}, [])
    assert report.windows["creating"] > 0
    assert report.windows["posting"] > 0
    for fault in ("drop_after", "drop_before", "500", "429"):
        assert report.faults[f"create {fault}"] > 0
    for fault in ("drop_after", "drop_before", "429"):
        assert report.faults[f"post {fault}"] > 0


@pytest.mark.timeout(300)
@pytest.mark.parametrize("safeguard", ["blind", "impatient"])
async def test_without_a_safeguard_tickets_are_doubled(
    safeguard: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], new_recording: Recording
) -> None:
    """A bot that does not look, or not long enough, must fail the same ordeal: or the test above proves nothing."""
    variables = {"CHAOS_NAIVE": safeguard}
    if safeguard == "impatient":
        variables |= {"JIRA_LOOKUP_LAG": "0", "ASANA_LOOKUP_LAG": "0"}
    with capsys.disabled():
        report = await endure(new_database("sqlite", tmp_path), 3, 50, new_recording(), **variables)

    assert report.lost == []
    assert len(report.duplicates) > 0


@pytest.mark.timeout(300)
async def test_a_replica_that_never_comes_back(capsys: pytest.CaptureFixture[str], new_recording: Recording) -> None:
    """What it had begun is taken over by the other one, after its lease; nothing is lost and nothing is doubled."""
    with capsys.disabled(), tempfile.TemporaryDirectory(prefix="chaos") as folder:
        database = new_database("postgresql", Path(folder))
        ordeal = Ordeal(Path(folder), database, 80, SEED, new_recording(), CHAOS_LEASE="5")
        try:
            await ordeal.open()
            report = await ordeal.lose_one_for_good(await ordeal.another_bot())
        finally:
            await ordeal.close()
        sys.stdout.write("\n".join([f"seed {SEED}, a replica is lost", *report.lines(), ""]))

    assert (report.lost, report.duplicates, report.said_twice, report.unsaid) == ([], {}, {}, [])
    assert report.windows["creating"] > 0
