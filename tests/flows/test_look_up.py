"""Looking for a ticket that may exist."""

from adapters.errors import Ambiguous, Misconfigured, Rejected
from bot.domain.template import RequestType, TrackerChoice
from bot.usecases.file_request import create_or_find
from tests.fake_world import KIND, World, a_submission


def in_project(name: str) -> RequestType:
    """The request type with a project of its own."""
    return KIND.model_copy(update={"tracker": TrackerChoice(settings={"memory": {"project": name}})})


async def test_a_ticket_is_looked_for_in_the_project_of_its_template(world: World) -> None:
    """A template with a project of its own files there, so an answer that got lost is looked for there too."""
    kind = in_project("OWN")
    world.teams.types = [kind]
    submission = a_submission(template=kind.to_json())
    lost = Ambiguous("memory", "create", "timeout")
    world.tracker.fail_next("create", lost, after=True)
    await create_or_find(world.ports, submission, may_exist=False)

    outcome = await create_or_find(world.ports, submission, may_exist=True)

    assert outcome["outcome"] == "created"
    assert [(ticket.project, ticket.ref.key) for ticket in world.tracker.tickets] == [("OWN", outcome["ticket"]["key"])]


async def test_what_an_operator_mends_in_a_template_counts_for_requests_that_wait(world: World) -> None:
    """The form is as it was handed in; where its ticket goes is as the request type says now."""
    submission = a_submission(template=in_project("WRONG").to_json())
    world.tracker.fail_next("create", Misconfigured("memory", "create", "no such project", fix="Change `project`."))
    parked = await create_or_find(world.ports, submission, may_exist=False)
    world.teams.types = [in_project("RIGHT")]

    outcome = await create_or_find(world.ports, submission, may_exist=False)

    assert (parked["outcome"], outcome["outcome"]) == ("misconfigured", "created")
    assert [ticket.project for ticket in world.tracker.tickets] == ["RIGHT"]


async def test_a_ticket_is_looked_for_where_its_template_put_it_before(world: World) -> None:
    """A project that was changed after an answer got lost makes no second ticket."""
    world.teams.types = [in_project("OLD")]
    submission = a_submission(template=in_project("OLD").to_json())
    world.tracker.fail_next("create", Ambiguous("memory", "create", "timeout"), after=True)
    await create_or_find(world.ports, submission, may_exist=False)
    world.teams.types = [in_project("NEW")]

    outcome = await create_or_find(world.ports, submission, may_exist=True)

    assert outcome["outcome"] == "created"
    assert [ticket.project for ticket in world.tracker.tickets] == ["OLD"]


async def test_a_refused_look_up_is_no_fault_of_the_request(world: World) -> None:
    """A tracker that refuses the search parks the request, since its ticket may exist."""
    world.tracker.fail_next("find", Rejected("memory", "find", "The label is not known here.", 400))

    outcome = await create_or_find(world.ports, a_submission(), may_exist=True)

    assert (outcome["outcome"], world.tracker.tickets) == ("misconfigured", [])
