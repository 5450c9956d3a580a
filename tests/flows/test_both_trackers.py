"""The same request in Jira and in Asana, through the stand-ins' real wire protocols."""

from pathlib import Path

import pytest

from sandbox.jira.seed import seed as seed_jira
from sandbox.server import Sandbox
from tests.journey import journey

ASANA_PROJECT = "1201000000000001"


def seeded(sandbox: Sandbox) -> None:
    """A Jira project and an Asana project, and Mara in both trackers."""
    seed_jira(sandbox.jira)
    sandbox.asana.add_user("Mara Example", "mara@example.com")
    sandbox.asana.add_project("Growth backlog", ["Intake", "Doing"], gid=ASANA_PROJECT)


SETTINGS = "{jira: {project: WEB}, asana: {project: '" + ASANA_PROJECT + "', section: Intake}}"


async def test_a_request_becomes_a_jira_issue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The issue has the sections in order, the request's label, the reporter and the link back to Slack."""
    async with journey(
        tmp_path, trackers=None, settings=SETTINGS, default="jira", prepare=seeded, environ=monkeypatch
    ) as at:
        person = await at.open()
        await at.fill_least(person, goal="Orders from 10 to 12 a day by March")
        await person.submit()
        request = await at.settled()
        await at.until(lambda: at.told() and at.posts())

        assert request.ticket is not None
        print(request.ticket, at.told(), [m.blocks for m in at.posts()])
        print([line[:300] for line in at.sandbox.recorder.lines(["jira"])])
        assert request.ticket.key.startswith("WEB-")
        assert request.ticket.url == f"{at.sandbox.url}/jira/browse/{request.ticket.key}"


async def test_a_request_becomes_an_asana_task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The task stands in the team's project and section."""
    async with journey(
        tmp_path, trackers=None, settings=SETTINGS, default="asana", prepare=seeded, environ=monkeypatch
    ) as at:
        person = await at.open()
        await at.fill_least(person, goal="Orders from 10 to 12 a day by March")
        await person.submit()
        request = await at.settled()
        await at.until(lambda: at.told() and at.posts())

        print(request.ticket, at.told())
        print([line[:300] for line in at.sandbox.recorder.lines(["asana"])])
        assert request.ticket is not None
