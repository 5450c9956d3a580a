"""What `devrequest doctor` says about the times of syncs."""

from pathlib import Path

import pytest

from bot.bootstrap import load_everything
from bot.teams import ConfiguredTeams
from bot.usecases.sync_times import late_agendas

GOOD = "teams:\n- name: Web\n  channel: C0WEB\n  trackers: {jira: {project: WEB}}\n"


@pytest.mark.parametrize(
    ("sync", "late"),
    [
        ('{at: "09:30", meeting: "09:00"}', "at 09:30, and its meeting begins at 09:00"),
        ('{at: "10:00"}', "at 10:00, and its meeting begins at 09:00"),
        ('{at: "9:00"}', "at 09:00, and its meeting begins at 09:00"),
        ('{at: "08:59"}', ""),
        ('{at: "23:00", meeting: "23:30"}', ""),
        ("{}", ""),
    ],
)
def test_an_agenda_that_comes_after_its_meeting_began(tmp_path: Path, sync: str, late: str) -> None:
    """It is a warning with the setting to change; the bot runs all the same."""
    file = tmp_path / "devrequest.yaml"
    file.write_text(f"{GOOD}  sync: {sync}\n")
    loadout = load_everything(file)
    assert loadout.problems == ()
    assert loadout.config is not None

    found = late_agendas(ConfiguredTeams(loadout.config, loadout.types).all())

    assert [finding.severity for finding in found] == ["warning"] * bool(late)
    assert all(late in finding.message and "sync.at" in finding.fix for finding in found)
