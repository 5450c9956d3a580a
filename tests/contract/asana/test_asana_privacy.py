"""What not everybody may see in Asana is marked, so that it is never shown in a channel."""

import pytest

from adapters.asana.settings import team_of
from adapters.asana.tracker import AsanaTracker
from adapters.base import Scope, TicketRef
from sandbox.asana.records import Project, Task
from tests.contract.asana.conftest import Workspace
from tests.stub_server import StubServer


@pytest.fixture
async def tracker(workspace: Workspace) -> AsanaTracker:
    """The tracker, after it has read the team's project."""
    made = workspace.tracker()
    [page async for page in made.changed(Scope(workspace.team))]
    return made


@pytest.fixture
def secret(workspace: Workspace) -> Project:
    """A private project that the bot may read."""
    return workspace.site.add_project("Board", privacy="private")


def ref(task: Task) -> TicketRef:
    return TicketRef("asana", task.gid, task.gid, "")


def add(workspace: Workspace, *projects: Project) -> Task:
    data = {
        "name": "Plans",
        "projects": [project.gid for project in projects],
        "workspace": workspace.site.workspace.gid,
    }
    task = workspace.site.add_task(data)
    workspace.site.add_comment(task, "Do not tell")
    return task


@pytest.mark.parametrize(
    ("privacy", "restricted"), [("private", True), ("private_to_team", True), ("public_to_workspace", False)]
)
async def test_a_task_that_was_moved_to_a_private_project_is_restricted(
    workspace: Workspace, tracker: AsanaTracker, privacy: str, restricted: bool
):
    """So are its comments; in a project that everybody sees nothing is."""
    task = add(workspace, workspace.site.add_project("Elsewhere", privacy=privacy))

    ticket = await tracker.get(ref(task))
    (comment,) = await tracker.comments(ref(task))

    assert (ticket.restricted, comment.public) == (restricted, not restricted)


async def test_a_project_that_is_not_even_named_is_private(broken: StubServer, asana_tracker: AsanaTracker):
    """A task that is only in such a project is read, and never shown."""
    task = {"gid": "7", "name": "Plans", "memberships": [{"project": None, "section": None}]}
    broken.always(200, {"data": task})
    asana_tracker._works_in("1", team_of("get", {"project": "1"}))

    ticket = await asana_tracker.get(TicketRef("asana", "7", "7", ""))

    assert (ticket.title, ticket.restricted) == ("Plans", True)


async def test_comments_alone_are_judged_too(workspace: Workspace, tracker: AsanaTracker, secret: Project):
    """Nobody needs to have read the task before."""
    task = add(workspace, secret)

    assert [comment.public for comment in await tracker.comments(ref(task))] == [False]


async def test_the_teams_own_project_may_be_private(workspace: Workspace):
    """The team works there, so its channel may see it, listed, read alone, and its comments."""
    workspace.project.privacy = "private"
    tracker = workspace.tracker()
    task = add(workspace, workspace.project)

    ((listed,),) = [page async for page in tracker.changed(Scope(workspace.team))]
    alone = await tracker.get(ref(task))
    (comment,) = await tracker.comments(ref(task))

    assert (listed.restricted, alone.restricted, comment.public) == (False, False, True)


async def test_a_task_in_several_projects_is_as_open_as_the_most_open_one(
    workspace: Workspace, tracker: AsanaTracker, secret: Project
):
    """A team's project counts first, and is the one that the ticket is said to be in."""
    task = add(workspace, secret, workspace.project)

    ticket = await tracker.get(ref(task))

    assert (ticket.restricted, ticket.project) == (False, workspace.project.gid)


async def test_a_task_in_no_project_is_restricted(workspace: Workspace, tracker: AsanaTracker, secret: Project):
    """Only those who work together on it see it; a subtask is as open as its parent."""
    alone = add(workspace)
    below_open = workspace.site.add_task({"name": "Below", "parent": add(workspace, workspace.project).gid})
    below_secret = workspace.site.add_task({"name": "Below", "parent": add(workspace, secret).gid})

    found = [(await tracker.get(ref(task))).restricted for task in (alone, below_open, below_secret)]

    assert found == [True, False, True]


async def test_before_any_team_is_known_a_private_project_is_taken_for_a_teams(workspace: Workspace):
    """Right after the start a team's own tickets are not kept from it."""
    workspace.project.privacy = "private"
    task = add(workspace, workspace.project)

    assert not (await workspace.tracker().get(ref(task))).restricted


async def test_a_project_that_cannot_be_read_is_private(workspace: Workspace, tracker: AsanaTracker, secret: Project):
    """If Asana does not tell, nothing is shown."""
    task = add(workspace, secret)
    ticket_ref = ref(task)
    original = tracker._client.project

    async def hidden(operation: str, gid: str, fields: str):
        secret.hidden = True
        try:
            return await original(operation, gid, fields)
        finally:
            secret.hidden = False

    tracker._client.project = hidden  # type: ignore[method-assign]

    assert (await tracker.get(ticket_ref)).restricted


async def test_what_is_known_is_not_asked_again(workspace: Workspace, tracker: AsanaTracker, secret: Project):
    """Two tasks of one private project ask about it once."""
    first, second = add(workspace, secret), add(workspace, secret)
    workspace.sandbox.recorder.clear()

    await tracker.get(ref(first))
    await tracker.get(ref(second))
    await tracker.comments(ref(first))

    assert workspace.calls().count(f"GET /projects/{secret.gid}") == 1
    assert workspace.calls().count(f"GET /tasks/{first.gid}") == 1
