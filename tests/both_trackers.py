"""A team that uses Jira and Asana, in the stand-ins."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from sandbox.jira.seed import seed as seed_jira
from sandbox.server import Sandbox
from tests.journey import Journey, journey

ASANA_PROJECT = "1201000000000001"
SETTINGS = "{jira: {project: WEB}, asana: {project: '" + ASANA_PROJECT + "', section: Intake}}"
Start = Callable[..., AbstractAsyncContextManager[Journey]]


def seeded(sandbox: Sandbox) -> None:
    """A Jira project and an Asana project, and Mara in both trackers."""
    seed_jira(sandbox.jira)
    sandbox.asana.add_user("Mara Example", "mara@example.com")
    sandbox.asana.add_project("Growth backlog", ["Intake", "Doing"], gid=ASANA_PROJECT)


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new_recording: Callable[[], Path]) -> Start:
    """Starts a journey with one of the trackers as the team's; its exchanges are judged at the end of the session.

    Called with the tracker's name, and where several are started in a test, with a folder for each.
    """

    def begin(tracker: str, folder: Path | None = None) -> AbstractAsyncContextManager[Journey]:
        return journey(
            folder or tmp_path,
            settings=SETTINGS,
            default=tracker,
            prepare=seeded,
            environ=monkeypatch,
            recording=new_recording(),
        )

    return begin
