"""Sweeps against the stand-ins of Jira and Asana: what is read of them, what is gone, what is lost from sight."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.seen_ticket import Tracked
from bot.jobs.sweep import KIND, asked
from bot.usecases import reconcile
from bot.usecases.reconcile import reconcile_team
from sandbox.asana.records import Task
from sandbox.faults import Fault
from sandbox.jira.model import Issue
from tests.both_trackers import ASANA_PROJECT, Start, start  # noqa: F401
from tests.journey import Journey

STORY = {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "User story"}]}
WORDS = {"type": "paragraph", "content": [{"type": "text", "text": "As a visitor, I want prices, so that I order."}]}


def an_issue(at: Journey, title: str, project: str = "WEB", **fields: object) -> Issue:
    """A story that somebody wrote in Jira, with the label of a request type."""
    text = {"type": "doc", "version": 1, "content": [STORY, WORDS]}
    values = {"labels": ["landing-page"], **fields}
    return at.sandbox.jira.add_issue(project, "Story", title, fields=values, description=text)


def a_task(at: Journey, name: str, *tags: str) -> Task:
    """A task that somebody wrote in Asana."""
    gids = [at.sandbox.asana.add_tag(tag).gid for tag in tags or ("landing-page",)]
    html = "<body><h2>User story</h2>As a visitor, I want prices, so that I order.</body>"
    data = {"name": name, "projects": [ASANA_PROJECT], "tags": gids, "html_notes": html}
    return at.sandbox.asana.add_task(data)


async def sweep(at: Journey) -> None:
    """One that an operator asks for, to its end."""
    ports, engine = at.bot.parts.desk.ports, at.bot.parts.engine
    key, payload = asked(ports.teams.all()[0], ports.clock.now())
    while await engine.status(key) != "unknown":  # keys have seconds
        await asyncio.sleep(0.2)
        key, payload = asked(ports.teams.all()[0], ports.clock.now())
    await engine.submit(KIND, key, payload)
    for _ in range(300):
        if await engine.status(key) == "done":
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the sweep did not end")


async def known(at: Journey) -> dict[str, Tracked]:
    """Title → what is remembered."""
    tickets = at.bot.parts.store.tickets
    return {one.ticket.title: one async for page in tickets.of_team("web", "all") for one in page}


async def at_night(at: Journey) -> Any:
    """The comparison of ids, as if none was made today."""
    ports = at.bot.parts.desk.ports
    yesterday = (ports.clock.now() - timedelta(days=1)).timestamp()
    for tracker in ("jira", "asana"):
        await ports.tickets.update_sweep("web", tracker, {"reconciled_at": yesterday})
    return await reconcile_team(ports, ports.teams.all()[0])


async def test_what_was_written_by_hand_in_both_trackers_is_read_and_scored(start: Start) -> None:  # noqa: F811
    """With its request type, its score, its people; what is none of ours is not; an edit is seen by the next sweep."""
    async with start("jira") as at:
        issue = an_issue(at, "Jira page")
        an_issue(at, "Backend work", labels=["backend"], issuetype={"name": "Epic"})
        a_task(at, "Asana page")
        a_task(at, "Other work", "backend")
        await at.file_one("Filed page")
        await at.settled()
        await sweep(at)
        first = await known(at)
        issue.values["summary"] = "Jira page, renamed"
        with at.sandbox.jira.changing(issue):
            pass
        await sweep(at)
        second = await known(at)

    assert set(first) == {"Jira page", "Asana page", "Filed page"}
    assert {one.ticket.request_type for one in first.values()} == {"landing-page"}
    assert all(one.ticket.certain and 0 < (one.ticket.score or 0) < 100 for one in first.values())
    assert first["Filed page"].ticket.requester == "U0MARA"
    assert (set(second) - set(first), second["Asana page"].ticket.tracker) == ({"Jira page, renamed"}, "asana")


async def test_deleted_moved_and_hidden_tickets(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """In Jira and in Asana: gone after a second look, gone at once, back again."""
    monkeypatch.setattr(reconcile, "LATER", timedelta(0))
    monkeypatch.setattr(reconcile, "OVERLAP", timedelta(days=-1))  # nothing here is older than a moment
    async with start("jira") as at:
        issues = [an_issue(at, f"Jira {number}") for number in range(11)]
        tasks = [a_task(at, f"Asana {number}") for number in range(11)]
        await sweep(at)
        at.sandbox.jira.remove(issues[0])
        at.sandbox.asana.remove_task(tasks[0])
        project = at.sandbox.asana.find(type(tasks[1].sections[0].project), ASANA_PROJECT)
        at.sandbox.asana.take_out(tasks[1], project)
        grow = at.sandbox.jira.find_project("GROW")
        assert grow is not None
        with at.sandbox.jira.changing(issues[1]):
            issues[1].project = grow.id
        first = await at_night(at)
        gone_first = {title: one.gone for title, one in (await known(at)).items() if one.gone}
        await at_night(at)
        gone = {title: one.gone for title, one in (await known(at)).items() if one.gone}

    assert (first["jira"]["vanished"], first["asana"]["vanished"]) == (2, 2)
    assert gone_first == {"Jira 1": "moved", "Asana 1": "moved"}
    assert gone == gone_first | {"Jira 0": "deleted", "Asana 0": "deleted"}


async def test_a_project_that_cannot_be_read_freezes(start: Start) -> None:  # noqa: F811
    """The token lost its right to browse: nothing is called gone, the operators hear what to mend, Asana goes on."""
    async with start("jira") as at:
        for number in range(4):
            an_issue(at, f"Jira {number}")
        await sweep(at)
        project = at.sandbox.jira.find_project("WEB")
        assert project is not None
        project.members = frozenset()
        a_task(at, "Asana page")
        await sweep(at)
        state = await at.bot.parts.store.tickets.sweep("web", "jira")
        told = [str(post.blocks) for post in at.posts(at.ops)]
        found = await known(at)
        project.members = None
        await sweep(at)
        mended = await at.bot.parts.store.tickets.sweep("web", "jira")
        told_of_the_end = [str(post.blocks) for post in at.posts(at.ops)][len(told) :]

    assert state.frozen in {"unreadable", "vanished"}
    assert not [title for title, one in found.items() if one.gone]
    assert "Asana page" in found
    assert len(told) == 1
    assert "I cannot read Jira for team Web." in told[0]
    assert (mended.frozen, mended.failed_since) == ("", None)
    assert "I can read Jira again." in told_of_the_end[0]


async def test_asana_down_does_not_hold_up_jira(start: Start) -> None:  # noqa: F811
    """Every call to Asana fails; Jira's tickets are read."""
    async with start("jira") as at:
        at.sandbox.faults.add(Fault("asana", "500"))
        an_issue(at, "Jira page")
        await sweep(at)
        found = await known(at)
        states = [await at.bot.parts.store.tickets.sweep("web", tracker) for tracker in ("jira", "asana")]

    assert set(found) == {"Jira page"}
    assert [state.failed_since is None for state in states] == [True, False]
