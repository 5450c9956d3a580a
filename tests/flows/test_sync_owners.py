"""Whoever owes something is mentioned in the sync, whichever tracker says so."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.usecases.post_sync import read_trackers
from bot.usecases.sync_agenda import shown_agenda
from sandbox.faults import parse_fault
from sandbox.server import Sandbox
from tests.both_trackers import ASANA_PROJECT
from tests.journey import journey

SETTINGS = f"{{jira: {{project: WEB}}, asana: {{project: '{ASANA_PROJECT}'}}}}"


def _seed(sandbox: Sandbox) -> None:
    """One action item in Jira, two in Asana; one of their owners is nobody in Slack."""
    jira, asana = sandbox.jira, sandbox.asana
    jira.add_project("WEB", "Web")
    mara = jira.add_user("Mara Example", "mara@example.com")
    asana.add_project("Growth backlog", ["Intake"], gid=ASANA_PROJECT)
    tag = asana.add_tag("action-item")
    due = (sandbox.now().date() + timedelta(days=3)).isoformat()
    owned = {"labels": ["action-item"], "duedate": due, "assignee": {"accountId": mara.account_id}}
    jira.add_issue("WEB", "Task", "Ask legal", fields=owned)
    for name, email in (("Jonas Sample", "jonas@example.com"), ("Nobody Known", "nobody@example.com")):
        user = asana.add_user(name, email)
        asana.add_task({"name": name, "projects": [ASANA_PROJECT], "tags": [tag.gid], "assignee": user.gid})


async def test_owners_in_asana_are_mentioned_as_those_in_jira_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new_recording: Callable[[], Path]
) -> None:
    """Asana's tasks do not tell addresses: it is asked for them, once each, and not while it does not answer."""
    async with journey(
        tmp_path, settings=SETTINGS, default="jira", prepare=_seed, environ=monkeypatch, recording=new_recording()
    ) as at:
        ports = at.bot.parts.desk.ports
        [team] = ports.teams.all()
        assert await read_trackers(ports, team) == []
        day, jira = ports.clock.now().date(), at.mara.user.id
        at.sandbox.faults.add(parse_fault({"vendor": "asana", "kind": "500", "operation": "getUser", "times": 9}))
        assert set((await shown_agenda(ports, team, day)).owners.values()) == {jira}
        await at.restart()  # so that nobody remembers that it did not answer
        at.sandbox.faults.clear()
        ports = at.bot.parts.desk.ports
        for _ in range(2):
            assert set((await shown_agenda(ports, team, day)).owners.values()) == {jira, at.users["jonas"].id}
        asked = [line for line in at.sandbox.recorder.lines(["asana"]) if "/users/12" in json.loads(line)["path"]]
        assert len(asked) == 3
