"""Who may change a ticket from Slack."""

from dataclasses import replace

import pytest

from adapters.base import Person, Ticket
from bot.domain.plain_text import from_plain
from bot.domain.seen_ticket import Tracked
from bot.usecases.known_ticket import known_ticket
from bot.usecases.note_tickets import note_tickets
from bot.usecases.permissions import may_change
from tests.fake_world import World


async def noted(world: World, ticket: Ticket, **changes: object) -> Tracked:
    """A ticket as it was read, remembered."""
    [tracked] = await note_tickets(world.ports, world.teams.teams[0], [ticket], None)
    return tracked.model_copy(update={"ticket": tracked.ticket.model_copy(update=changes)})


@pytest.fixture
def by_hand(world: World) -> Ticket:
    """A ticket that Ria Reporter wrote and that is assigned to Dev Example; only U0IN is in the team's channel."""
    world.people.members = {"C0WEB": {"U0IN", "U0GUEST"}}
    world.people.emails = {"dev@example.com": "U0DEV", "ria@example.com": "U0RIA"}
    world.people.outsiders = {"U0GUEST"}
    people = {"assignee": Person("Dev", "dev@example.com", "d"), "reporter": Person("Ria", "ria@example.com", "r")}
    return world.tracker.add("By hand", from_plain("Goal: more"), **people)


@pytest.mark.parametrize(
    ("user", "allowed"), [("U0IN", True), ("U0DEV", True), ("U0RIA", True), ("U0OTHER", False), ("U0GUEST", False)]
)
async def test_members_of_the_channel_and_those_concerned(
    world: World, by_hand: Ticket, user: str, allowed: bool
) -> None:
    """Members, the assignee and who wrote it may; others and guests may not."""
    tracked = await noted(world, by_hand)
    assert await may_change(world.ports, world.teams.teams[0], tracked, user, "T1") is allowed


@pytest.mark.parametrize(("user", "allowed"), [("U0IN", False), ("U0DEV", True), ("U0REQ", True)])
async def test_a_restricted_ticket_is_for_those_concerned(
    world: World, by_hand: Ticket, user: str, allowed: bool
) -> None:
    """A channel's members do not see what the tracker shows to some only."""
    tracked = await noted(world, by_hand, restricted=True, requester="U0REQ")
    assert await may_change(world.ports, world.teams.teams[0], tracked, user, "T1") is allowed


async def test_the_reporter_of_a_request_may_be_our_own_account(world: World, by_hand: Ticket) -> None:
    """Whose token the bot uses is not thereby the requester of everything."""
    tracked = await noted(world, by_hand, request_id="V1", requester="U0REQ")
    assert not await may_change(world.ports, world.teams.teams[0], tracked, "U0RIA", "T1")


async def test_guests_may_where_the_team_says_so(world: World, by_hand: Ticket) -> None:
    """`guests: allow` treats a guest of the channel like everybody in it."""
    tracked = await noted(world, by_hand)
    team = replace(world.teams.teams[0], guests="allow")
    assert await may_change(world.ports, team, tracked, "U0GUEST", "T1")


async def test_a_ticket_that_nobody_has_read_is_read(world: World, by_hand: Ticket) -> None:
    """A button may name a ticket before any sweep did."""
    found = await known_ticket(world.ports, f"memory:{by_hand.ref.id}")
    assert found is not None
    assert found[1].ticket.title == "By hand"


async def test_a_ticket_of_a_team_that_is_not_in_the_configuration_any_more(world: World, by_hand: Ticket) -> None:
    """A team got another id: until the next sweep its tickets are those of the team that has their project now."""
    await noted(world, by_hand)
    world.teams.teams = [replace(world.teams.teams[0], id="web-and-shop")]

    found = await known_ticket(world.ports, f"memory:{by_hand.ref.id}")

    assert found is not None
    assert (found[0].id, found[1].ticket.team) == ("web-and-shop", "web-and-shop")


@pytest.mark.parametrize("handle", ["memory:99", "jira:1", "", "memory:", "nonsense"])
async def test_a_button_that_names_nothing(world: World, handle: str) -> None:
    """No ticket, no tracker, no handle: nothing is found, and nothing fails."""
    assert await known_ticket(world.ports, handle) is None


async def test_a_ticket_that_is_not_known_belongs_where_its_project_is(world: World, by_hand: Ticket) -> None:
    """Not to whichever team comes first: its channel's members would see what is none of theirs."""
    [web] = world.teams.teams
    other = replace(web, id="other", channel="C0OTHER", trackers={"memory": {"project": "ELSE"}})
    world.teams.teams = [other, web]
    found = await known_ticket(world.ports, f"memory:{by_hand.ref.id}")
    assert found is not None
    assert found[0].id == "web"
    world.teams.teams = [other]
    elsewhere = world.tracker.add("By hand", from_plain("x"))
    assert await known_ticket(world.ports, f"memory:{elsewhere.ref.id}") is None
