"""Reading an Asana project in bulk: every task, few requests, several sections at once."""

import asyncio
import json
import math
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest

from adapters.asana import mapping
from adapters.asana.tracker import AsanaTracker
from adapters.base import Marks, Scope, Ticket
from sandbox.faults import Fault
from tests.contract.asana.conftest import Workspace


@pytest.fixture
def tracker(workspace: Workspace) -> AsanaTracker:
    return workspace.tracker()


async def titles(pages: AsyncIterator[list[Ticket]]) -> list[str]:
    return [ticket.title async for page in pages for ticket in page]


def fill(workspace: Workspace, counts: list[int]) -> list[str]:
    """So many tasks in the project's sections, in order; sections that there are not yet are made."""
    while len(workspace.project.sections) < len(counts):
        workspace.site.add_section(workspace.project, f"Section {len(workspace.project.sections)}")
    made = []
    for section, count in zip(workspace.project.sections, counts, strict=False):
        for number in range(count):
            made.append(f"{section.name} {number}")
            place = {"project": workspace.project.gid, "section": section.gid}
            workspace.site.add_task({"name": made[-1], "memberships": [place]})
    workspace.sandbox.recorder.clear()
    return made


@pytest.mark.parametrize("counts", [[], [3], [40, 30, 30], [100, 0, 0], [101, 0, 0], [120, 5, 130], [250, 10, 10]])
async def test_every_task_comes_once_in_few_requests(workspace: Workspace, tracker: AsanaTracker, counts: list[int]):
    """As many requests as full pages, at most one more for each section, and two to find out."""
    expected = fill(workspace, counts)

    found = await titles(tracker.changed(Scope(workspace.team)))

    assert sorted(found) == sorted(expected)
    assert len(workspace.calls()) <= max(1, math.ceil(len(expected) / 100)) + 3 + 2
    if len(expected) <= 100:
        assert len(workspace.calls()) == 2
        before = len(workspace.calls())
        assert sorted(await titles(tracker.changed(Scope(workspace.team), ids_only=True))) == [""] * len(expected)
        assert len(workspace.calls()) == before + 1


async def test_many_sections_are_read_as_one_project(workspace: Workspace, tracker: AsanaTracker):
    """A page for each of them would cost more than it gains."""
    expected = fill(workspace, [15] * 12)

    assert sorted(await titles(tracker.changed(Scope(workspace.team)))) == sorted(expected)
    assert len(workspace.calls()) == 3


async def test_a_section_that_was_just_made_is_read_too(workspace: Workspace, tracker: AsanaTracker):
    """What is remembered of sections does not count here."""
    fill(workspace, [60, 60])
    await titles(tracker.changed(Scope(workspace.team)))
    expected = fill(workspace, [0, 0, 0, 7])

    assert set(expected) <= set(await titles(tracker.changed(Scope(workspace.team))))


async def test_sections_are_read_side_by_side(workspace: Workspace, tracker: AsanaTracker):
    """Three sections are under way at once, after the two requests to find out."""
    fill(workspace, [101, 101, 101])
    workspace.sandbox.faults.add(Fault("asana", "latency", "getTasks", seconds=0.2))
    running, most = 0, []
    call = tracker._client._called

    def counted(*given: Any, **named: Any) -> Any:
        nonlocal running
        running += 1
        most.append(running)
        try:
            return call(*given, **named)
        finally:
            running -= 1

    tracker._client._called = counted  # type: ignore[method-assign]
    await titles(tracker.changed(Scope(workspace.team)))

    assert max(most) == 3


async def test_only_what_changed_is_read(workspace: Workspace, tracker: AsanaTracker):
    """Since a time it is one list of the project, as long as what changed."""
    fill(workspace, [120, 120])
    workspace.sandbox.clock.move(600)
    since = workspace.sandbox.clock.now() - timedelta(seconds=60)
    expected = fill(workspace, [4])

    assert await titles(tracker.changed(Scope(workspace.team), since)) == expected
    assert len(workspace.calls()) == 1


async def test_only_the_sections_of_the_scope_are_read(workspace: Workspace, tracker: AsanaTracker):
    """If nothing but these sections is wanted, the others are not asked for."""
    fill(workspace, [150, 3, 0])
    scope = {"sections": ["intake"]}

    found = await titles(tracker.changed(Scope({**workspace.team, "scope": scope})))
    calls = workspace.calls()
    marked = await titles(tracker.changed(Scope({**workspace.team, "scope": scope}, Marks(("bug",)))))

    assert sorted(found) == sorted(marked) == ["Intake 0", "Intake 1", "Intake 2"]
    assert len(calls) == 2


async def test_only_the_fields_that_are_needed_are_asked_for(workspace: Workspace, tracker: AsanaTracker):
    """Text comes once; a listing of ids asks for text only where that tells whose task it is."""
    fill(workspace, [1])
    for scope, ids_only in (
        (Scope(workspace.team), False),
        (Scope(workspace.team), True),
        (Scope(workspace.team, Marks(("bug",))), True),
    ):
        await titles(tracker.changed(scope, ids_only=ids_only))

    exchanges = map(json.loads, workspace.sandbox.recorder.lines(["asana"]))
    asked = [
        dict(parse_qsl(exchange["query"]))["opt_fields"].split(",")
        for exchange in exchanges
        if exchange["path"].endswith("/tasks")
    ]
    assert asked[0] == mapping.FIELDS.split(",")
    assert "notes" not in asked[0]
    assert ["html_notes" in fields for fields in asked] == [True, False, True]


async def test_nothing_is_sent_before_a_page_is_wanted(workspace: Workspace, tracker: AsanaTracker):
    """A listing that nobody takes costs nothing."""
    pages = tracker.changed(Scope(workspace.team))
    await asyncio.sleep(0)

    assert workspace.calls() == []
    assert [page async for page in pages] == []
