"""From `sync.quick_win.estimate_field` in devrequest.yaml to a quick win of the agenda, in either tracker."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.usecases.note_tickets import read_again
from bot.usecases.sync_agenda import build_agenda
from sandbox.server import Sandbox
from tests.both_trackers import ASANA_PROJECT
from tests.flows.test_sweep_in_both_trackers import sweep
from tests.journey import CONFIG, journey

SETTINGS = (
    '{{jira: {{project: WEB, scope: "labels = small"}}, '
    "asana: {{project: '{project}', scope: {{tags: [small]}}{asana}}}}}"
)
SYNC = "    sync: {{quick_win: {{estimate_field: Effort, at_most: 2}}}}\nops_channel:"


def _seed(sandbox: Sandbox) -> None:
    """Two tickets in each tracker, one with an effort of 1 and one with an effort of 8."""
    jira, asana = sandbox.jira, sandbox.asana
    project = jira.add_project("WEB", "Web")
    effort = jira.add_field("Effort", "number")
    points = jira.add_field("Story Points", "number")
    for one in (effort, points):
        jira.put_on_screen(project, one.id)
    for title, size in (("Small issue", 1.0), ("Big issue", 8.0)):
        fields = {"labels": ["small"], effort.id: size, points.id: 9.0 - size}
        jira.add_issue("WEB", "Task", title, fields=fields)
    field, size_of_task = asana.add_field("Effort", "number"), asana.add_field("Hours", "number")
    asana.add_project("Growth backlog", ["Intake", "Doing"], gid=ASANA_PROJECT, fields=[field, size_of_task])
    tag = asana.add_tag("small")
    for name, size in (("Small task", 1), ("Big task", 8)):
        task = asana.add_task({"name": name, "projects": [ASANA_PROJECT], "tags": [tag.gid]})
        task.values |= {field.gid: size, size_of_task.gid: 9 - size}
    jira.add_issue("WEB", "Epic", "Idea issue", fields={"labels": ["idea"]})
    asana.add_task({"name": "Idea task", "projects": [ASANA_PROJECT], "tags": [asana.add_tag("Idea").gid]})


@pytest.mark.parametrize(
    ("asana", "wins"),
    [("", {"Small issue", "Small task"}), (", estimate_field: Hours", {"Small issue", "Big task"})],
)
async def test_small_estimates_of_the_named_field_are_quick_wins(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    new_recording: Callable[[], Path],
    asana: str,
    wins: set[str],
) -> None:
    """The field counts for both trackers, unless one of them names its own; reading a ticket alone changes nothing.

    A label says so by itself, also on what no request type and no scope makes the team's.
    """
    settings = SETTINGS.format(project=ASANA_PROJECT, asana=asana)
    config = CONFIG.replace("ops_channel:", SYNC)
    recording = new_recording()
    async with journey(
        tmp_path,
        settings=settings,
        default="jira",
        config=config,
        prepare=_seed,
        environ=monkeypatch,
        recording=recording,
    ) as at:
        await sweep(at)
        ports = at.bot.parts.desk.ports
        [team] = ports.teams.all()
        day = ports.clock.now().date()
        first = (await build_agenda(ports, team, day)).slots["quick_wins"]
        await at.restart()  # so that nobody remembers what the fields are called
        ports = at.bot.parts.desk.ports
        await read_again(ports, team, [item.ticket.handle for item in first])
        again = (await build_agenda(ports, team, day)).slots["quick_wins"]

    ideas = {"Idea issue": "quick_win", "Idea task": "quick_win"}
    assert {item.ticket.title: item.reason for item in first} == dict.fromkeys(wins, "small") | ideas
    assert {item.ticket.title for item in again} == wins | ideas.keys()
