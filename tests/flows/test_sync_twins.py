"""A launch that stands in Jira and in Asana, linked in the trackers' own pages, and whose day moves in one of them."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.agenda_items import Item
from bot.slack.views.messages import render
from bot.slack.views.read_aloud import in_words
from bot.usecases.post_sync import read_trackers
from bot.usecases.sweep_readiness import sweep_team
from bot.usecases.sync_agenda import shown_agenda
from bot.usecases.sync_twins import LOOKED_AT
from sandbox.asana.records import Tag, Task
from sandbox.jira.model import Issue
from sandbox.server import Sandbox
from tests.both_trackers import ASANA_PROJECT
from tests.journey import Journey, journey

SETTINGS = f"{{jira: {{project: WEB}}, asana: {{project: '{ASANA_PROJECT}'}}}}"
LINKED, NAMESAKE = "Winter launch: new start page", "Landing page for the spring webinar"


def _seed(sandbox: Sandbox) -> None:
    """Two launches in both trackers on days of their own; only one is linked, by Jira."""
    jira, asana = sandbox.jira, sandbox.asana
    jira.add_project("WEB", "Web")
    asana.add_project("Growth backlog", ["Intake"], gid=ASANA_PROJECT)
    tag = asana.add_tag("landing-page")
    for title in (LINKED, NAMESAKE):
        issue = jira.add_issue("WEB", "Story", title, fields={"labels": ["landing-page"], "duedate": _day(sandbox, 25)})
        task = {"name": title, "projects": [ASANA_PROJECT], "tags": [tag.gid], "due_on": _day(sandbox, 20)}
        made = asana.add_task(task)
        if title == LINKED:
            sandbox.once_started(lambda issue=issue, made=made: _link(sandbox, issue, made))


def _link(sandbox: Sandbox, issue: Issue, task: Task) -> None:
    _, _, address = sandbox.asana.names(task.gid) or ("", "", "")
    sandbox.jira.add_remote_link(issue, address, task.name)


def _day(sandbox: Sandbox, days: int) -> str:
    return (sandbox.now().date() + timedelta(days=days)).isoformat()


async def _items(at: Journey) -> dict[str, list[Item]]:
    """Title → the lines of it."""
    ports = at.bot.parts.desk.ports
    shown = await shown_agenda(ports, ports.teams.all()[0], ports.clock.now().date())
    found: dict[str, list[Item]] = {}
    for item in shown.agenda.slots["initiatives"]:
        found.setdefault(item.ticket.title, []).append(item)
    return found


async def test_linked_twins_stand_once_whatever_their_days_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new_recording: Callable[[], Path]
) -> None:
    """With both links and both days, the sooner one first; mere namesakes on two days are two things."""
    async with journey(
        tmp_path, settings=SETTINGS, default="jira", prepare=_seed, environ=monkeypatch, recording=new_recording()
    ) as at:
        ports = at.bot.parts.desk.ports
        [team] = ports.teams.all()
        assert await read_trackers(ports, team) == []
        found = await _items(at)
        assert {title: len(items) for title, items in found.items()} == {LINKED: 1, NAMESAKE: 2}
        [item] = found[LINKED]
        assert (item.ticket.tracker, [twin.tracker for twin in item.twins]) == ("asana", ["jira"])
        text = in_words(render(await shown_agenda(ports, team, ports.clock.now().date())).blocks)
        assert " in Jira) · " in text

        task = next(one for one in at.sandbox.asana.all(Task) if one.name == LINKED)
        issue = next(one for one in at.sandbox.jira.issues.values() if one.values["summary"] == LINKED)
        at.sandbox.clock.move(3600)
        issue.values["duedate"], issue.updated = _day(at.sandbox, 17), at.sandbox.now()
        await sweep_team(ports, team)  # a list, which tells no links
        [item] = (await _items(at))[LINKED]
        assert (item.ticket.tracker, [twin.id for twin in item.twins]) == ("jira", [task.gid])


async def test_lists_that_are_alike_cost_no_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new_recording: Callable[[], Path]
) -> None:
    """Where dozens of titles are the same, none is read by itself: a sync has few calls."""

    def seed(sandbox: Sandbox) -> None:
        _seed(sandbox)
        [tag] = sandbox.asana.all(Tag)
        for number in range(LOOKED_AT):
            title = f"Campaign number {number}"
            sandbox.jira.add_issue("WEB", "Story", title, fields={"labels": ["landing-page"]})
            sandbox.asana.add_task({"name": title, "projects": [ASANA_PROJECT], "tags": [tag.gid]})

    async with journey(
        tmp_path, settings=SETTINGS, default="jira", prepare=seed, environ=monkeypatch, recording=new_recording()
    ) as at:
        ports = at.bot.parts.desk.ports
        [team] = ports.teams.all()
        read: list[object] = []
        monkeypatch.setattr("bot.usecases.read_singly.read_again", lambda *found: read.append(found))

        await sweep_team(ports, team)
        assert await read_trackers(ports, team) == []
        assert (
            len([glance async for page in ports.tickets.survey(team.id, lambda _: False) for glance in page])
            > 2 * LOOKED_AT
        )
        assert read == []
