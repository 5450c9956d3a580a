"""What waits for tickets that no sweep reads, and roadblocks of a type of one's own, as the sync shows them."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.slack.views.messages import render
from bot.slack.views.read_aloud import in_words
from bot.usecases.post_sync import read_trackers
from bot.usecases.sync_agenda import shown_agenda
from sandbox.asana.records import Task
from sandbox.company.jira_issues import BLOCKS
from sandbox.jira.model import Link
from sandbox.server import Sandbox
from tests.both_trackers import ASANA_PROJECT
from tests.journey import CONFIG, Journey, journey

SETTINGS = f"{{jira: {{project: WEB}}, asana: {{project: '{ASANA_PROJECT}'}}}}"
FREEZE = """
name: Freeze
description: Nothing changes for some days
agenda: roadblock
labels: [freeze]
body:
  - {type: date, id: from, attributes: {label: From}}
  - {type: date, id: to, attributes: {label: To}}
  - {type: input, id: system, attributes: {label: System}}
"""


def _seed(sandbox: Sandbox) -> None:
    """In each tracker a launch that waits for a ticket of another project; in Jira one that waits for a secret."""
    jira, asana = sandbox.jira, sandbox.asana
    web = jira.add_project("WEB", "Web")
    jira.add_project("OPS", "Ops")
    day = (sandbox.now().date() + timedelta(days=20)).isoformat()
    launch = {"duedate": day, "labels": ["landing-page"]}
    level = jira.add_security_level(web, "Board", [jira.token_user])
    secret = jira.add_issue("WEB", "Task", "Secret deal", fields={"security": {"id": level.id}})
    work, ready = (jira.add_issue("OPS", "Task", f"Secret work {n}") for n in (1, 2))
    ready.status = next(status.id for status in jira.statuses.values() if status.category == "done")
    for title, blocker in (("Alpha", secret), ("Beta", work), ("Gamma", ready)):
        issue = jira.add_issue("WEB", "Story", title, fields=launch)
        link = Link(jira.next_id(), BLOCKS, blocker.id, issue.id)
        jira.links[link.id] = link
    text = f"h2. From\n\n{day}\n\nh2. To\n\n{day}\n\nh2. System\n\nAlpha engine"
    jira.add_issue("WEB", "Task", "Quiet days", description=text, fields={"labels": ["freeze"]})
    asana.add_project("Growth backlog", ["Intake", "Doing"], gid=ASANA_PROJECT)
    other = asana.add_project("Legal", ["Intake"])
    tag = asana.add_tag("landing-page")
    task = asana.add_task({"name": "Delta", "projects": [ASANA_PROJECT], "tags": [tag.gid], "due_on": day})
    for name in ("Secret review", "Secret contract"):
        blocker = asana.add_task({"name": name, "projects": [other.gid]})
        task.dependencies.append(blocker)
        blocker.dependents.append(task)


async def _said(at: Journey) -> dict[str, str]:
    """The first words of a line → what stands below them, after the trackers were read."""
    ports = at.bot.parts.desk.ports
    [team] = ports.teams.all()
    assert await read_trackers(ports, team) == []
    text = in_words(render(await shown_agenda(ports, team, ports.clock.now().date())).blocks)
    assert "Secret" not in text
    lines = text.splitlines()
    return dict(zip(lines, [*lines[1:], ""], strict=True))


async def test_blockers_of_other_projects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new_recording: Callable[[], Path]
) -> None:
    """They are named by key or not at all, and once they are done nothing waits for them, though nobody said so."""
    (tmp_path / "types").mkdir()
    (tmp_path / "types" / "freeze.yaml").write_text(FREEZE)
    config = CONFIG + f"templates: [{tmp_path / 'types'}]\n"
    async with journey(
        tmp_path,
        settings=SETTINGS,
        default="jira",
        config=config,
        prepare=_seed,
        environ=monkeypatch,
        recording=new_recording(),
    ) as at:
        first = await _said(at)
        day = first["Gamma"].partition(" · ")[0]
        assert first["Alpha"].startswith("blocked by WEB-1 · ")
        assert first["Beta"].startswith("blocked by OPS-1 · ")
        assert first["Delta"].startswith("blocked by 2 tasks in Asana · ")
        assert first["Quiet days"].startswith(f"{day} · Alpha engine · ")

        jira, tasks = at.sandbox.jira, at.sandbox.asana.all(Task)
        work = next(issue for issue in jira.issues.values() if issue.key == "OPS-1")
        work.status = next(status.id for status in jira.statuses.values() if status.category == "done")
        for task in tasks:
            task.completed = task.completed or task.name == "Secret review"
        at.sandbox.clock.move(3600)
        second = await _said(at)
        assert second["Beta"].startswith(f"{day} · ")
        assert second["Delta"].startswith("blocked by a task in Asana · ")

        for task in tasks:
            task.completed = task.completed or task.name == "Secret contract"
        at.sandbox.clock.move(3600)
        assert (await _said(at))["Delta"].startswith(f"{day} · ")
