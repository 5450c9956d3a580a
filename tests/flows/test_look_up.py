"""Looking for a ticket that may exist."""

from adapters.errors import Ambiguous, Rejected
from bot.domain.template import TrackerChoice
from bot.usecases.file_request import create_or_find
from tests.fake_world import KIND, World, a_submission


async def test_a_ticket_is_looked_for_in_the_project_of_its_template(world: World) -> None:
    """A template with a project of its own files there, so an answer that got lost is looked for there too."""
    kind = KIND.model_copy(update={"tracker": TrackerChoice(settings={"memory": {"project": "OWN"}})})
    submission = a_submission(template=kind.to_json())
    lost = Ambiguous("memory", "create", "timeout")
    world.tracker.fail_next("create", lost, after=True)
    await create_or_find(world.ports, submission, may_exist=False)

    outcome = await create_or_find(world.ports, submission, may_exist=True)

    assert outcome["outcome"] == "created"
    assert [(ticket.project, ticket.ref.key) for ticket in world.tracker.tickets] == [("OWN", outcome["ticket"]["key"])]


async def test_a_refused_look_up_is_no_fault_of_the_request(world: World) -> None:
    """A tracker that refuses the search parks the request, since its ticket may exist."""
    world.tracker.fail_next("find", Rejected("memory", "find", "The label is not known here.", 400))

    outcome = await create_or_find(world.ports, a_submission(), may_exist=True)

    assert (outcome["outcome"], world.tracker.tickets) == ("misconfigured", [])
