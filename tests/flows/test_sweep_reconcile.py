"""At night ids are compared: what was moved follows or goes, what was deleted goes; nothing is believed too soon."""

from dataclasses import replace

import pytest

from adapters.base import Ticket
from adapters.errors import Misconfigured, NotFound, NotSent
from bot.domain.home import Home
from bot.slack.views.home import home_view
from bot.usecases import reconcile
from bot.usecases.home import home_of
from bot.usecases.reconcile import Compared, reconcile_team
from tests.fake_world import TEAM, World, a_submission
from tests.following import filed
from tests.sweeping import GROWTH, PAGE_TYPE, by_hand, edit, later, stored, sweep, with_two_trackers


@pytest.fixture(autouse=True)
def _page_type(world: World) -> None:
    world.teams.types = [PAGE_TYPE]


async def some(world: World, count: int) -> list[Ticket]:
    """Tickets that a sweep knows, on the evening before."""
    made = [by_hand(world.tracker, f"Page {number}") for number in range(count)]
    await sweep(world)
    return made


async def night(world: World, *, accept: bool = False) -> Compared:
    """The first sweep of the next day, and the comparison after it."""
    later(world, days=1)
    await sweep(world)
    return (await reconcile_team(world.ports, world.teams.teams[0], accept=accept))["memory"]


async def hour(world: World) -> Compared:
    """An hour later, the next sweep."""
    later(world, hours=1)
    await sweep(world)
    return (await reconcile_team(world.ports, world.teams.teams[0]))["memory"]


async def gone(world: World) -> dict[str, str]:
    """Title → why it is gone, for those that are."""
    return {title: one.gone for title, one in (await stored(world)).items() if one.gone}


async def test_a_deleted_ticket_is_gone_after_a_second_look(world: World) -> None:
    """One 404 is not enough; an hour later it is."""
    tickets = await some(world, 10)
    world.tracker.remove(tickets[0].ref)
    first = await night(world)
    missing = (await stored(world))["Page 0"].missing_since
    after_the_first = await gone(world)
    second = await hour(world)

    assert (first, after_the_first) == (Compared(known=10, vanished=1, gone=0, back=0), {})
    assert missing == (world.clock.now().timestamp() - 3600)
    assert (second["gone"], await gone(world)) == (1, {"Page 0": "deleted"})
    assert (await world.ports.tickets.sweep("web", "memory")).missing == ()
    assert not (await stored(world))["Page 0"].asking


async def test_a_ticket_that_we_may_not_see_keeps_no_other_from_being_looked_up(world: World) -> None:
    """Somebody moved it to where the token may not look, which Asana says with a 403: it goes, as the deleted one."""
    tickets = await some(world, 20)
    for ticket in tickets[:2]:
        world.tracker.remove(ticket.ref)
    for night_or_hour in (night, hour):
        world.tracker.fail_next("get", Misconfigured("memory", "get", "You do not have access", 403, "Mend it."))
        await night_or_hour(world)

    assert await gone(world) == {"Page 0": "deleted", "Page 1": "deleted"}


async def test_a_ticket_that_hides_for_a_moment_is_not_gone(world: World) -> None:
    """Not found at night, found an hour later: nothing happened."""
    tickets = await some(world, 10)
    kept = world.tracker._kept.pop(tickets[0].ref.id)
    await night(world)
    world.tracker._kept[tickets[0].ref.id] = kept
    await hour(world)
    await hour(world)

    assert await gone(world) == {}
    assert (await stored(world))["Page 0"].missing_since is None


async def test_two_looks_at_once_are_one(world: World) -> None:
    """Running the comparison again at once, as after a crash, does not count as the second look."""
    tickets = await some(world, 10)
    world.tracker.remove(tickets[0].ref)
    await night(world)
    later(world, minutes=5)
    await reconcile_team(world.ports, TEAM)

    assert await gone(world) == {}


async def test_a_ticket_that_is_moved_out_of_sight_is_gone_and_comes_back(world: World) -> None:
    """Its line goes; when it is moved back it is asked about again, and keeps what was asked before."""
    tickets = await some(world, 10)
    before = (await stored(world))["Page 0"].history
    later(world, hours=1)
    edit(world.tracker, tickets[0], project="OPS")
    await night(world)
    away = await gone(world)
    world.tracker._kept[tickets[0].ref.id].ticket = tickets[0]  # without a change that a sweep would see
    back = await night(world)

    assert away == {"Page 0": "moved"}
    assert (back["back"], await gone(world)) == (1, {})
    assert (await stored(world))["Page 0"].history == before


async def test_a_ticket_that_lost_its_mark_is_gone(world: World) -> None:
    """A label that is taken off takes the ticket out of sight, though it stays in the project."""
    tickets = await some(world, 10)
    later(world, hours=1)
    edit(world.tracker, tickets[0], labels=())
    await night(world)

    assert await gone(world) == {"Page 0": "moved"}


async def test_a_ticket_that_changes_just_now_is_left_alone(world: World) -> None:
    """An index that is late does not list it; it is looked at again the next night."""
    tickets = await some(world, 10)
    later(world, days=1)
    edit(world.tracker, tickets[0], project="OPS")
    await reconcile_team(world.ports, TEAM)

    assert await gone(world) == {}


async def test_whoever_requested_it_still_finds_a_ticket_that_was_moved_away(world: World) -> None:
    """It is there, where we can read it, only no longer ours: their Home says so, and leads to it by its new key."""
    link = await filed(world, template=PAGE_TYPE.to_json())
    await sweep(world)
    ticket = next(one for one in world.tracker.tickets if one.ref.id == link.id)
    edit(world.tracker, ticket, project="ELSE", ref=replace(ticket.ref, key="ELSE-1", url="https://t.example/ELSE-1"))
    await night(world)
    await night(world)
    [line] = (await home_of(world.ports, "T1", "U1")).lines

    assert (line.gone, line.ticket and line.ticket.key) == ("moved", "ELSE-1")
    assert "ELSE-1 in Memory · it is not among the team's tickets any more" in str(
        home_view(Home((line,), (("done", 1),)))
    )
    assert "https://t.example/ELSE-1" in str(home_view(Home((line,), (("done", 1),))))


async def test_a_ticket_moved_inside_our_scopes_follows_silently(world: World) -> None:
    """Even if no sweep saw the move: written by hand it becomes the other team's, from a form it stays its team's."""
    world.teams.teams = [TEAM, GROWTH]
    await world.store.record(a_submission("V1", team="web"))
    filed = by_hand(world.tracker, "Filed", request_id="V1")
    hand = by_hand(world.tracker, "By hand")
    await sweep(world, GROWTH)
    await some(world, 1)
    for ticket in (filed, hand):
        world.tracker._kept[ticket.ref.id].ticket = replace(ticket, project="GROW")
    compared = await night(world)

    assert (compared["vanished"], await gone(world)) == (0, {})
    assert set(await stored(world, "web")) == {"Filed", "Page 0"}
    assert set(await stored(world, "growth")) == {"By hand"}


async def test_a_ticket_closed_long_ago_is_closed_not_gone(world: World) -> None:
    """The tracker lists it no more; looked up, it is done, and that is what is remembered."""
    tickets = await some(world, 10)
    closed = later(world, hours=1)
    edit(world.tracker, tickets[0], status_category="done", updated=closed)
    later(world, days=40)
    await night(world)

    found = (await stored(world))["Page 0"]
    assert (found.gone, found.ticket.status_category, found.asking) == ("", "done", False)


async def test_ids_are_compared_once_a_night(world: World) -> None:
    """After local midnight, not UTC's: where the team is a new day began at eleven in the evening."""
    await some(world, 1)
    world.clock.time = world.clock.time.replace(hour=22, minute=30)
    before_midnight = await hour_less_sweep(world)
    later(world, hours=1)
    after_midnight = await hour_less_sweep(world)
    again = await hour(world)

    assert [compared["known"] for compared in (before_midnight, after_midnight, again)] == [0, 1, 0]


async def hour_less_sweep(world: World) -> Compared:
    return (await reconcile_team(world.ports, TEAM))["memory"]


@pytest.mark.parametrize(("known", "lost", "frozen"), [(10, 2, ""), (10, 3, "vanished"), (4, 2, ""), (15, 3, "")])
async def test_many_missing_ids_freeze_what_is_known(world: World, known: int, lost: int, frozen: str) -> None:
    """Over a fifth of the known ids at once, and nothing is called gone, then or an hour later."""
    tickets = await some(world, known)
    for ticket in tickets[:lost]:
        world.tracker.remove(ticket.ref)
    await night(world)
    await hour(world)

    assert (await world.ports.tickets.sweep("web", "memory")).frozen == frozen
    assert len(await gone(world)) == (0 if frozen else lost)


async def test_a_thaw(world: World) -> None:
    """What was missing is there again: state is as before, and ids are compared once a day again."""
    tickets = await some(world, 5)
    kept = {ticket.ref.id: world.tracker._kept.pop(ticket.ref.id) for ticket in tickets}
    await night(world)
    frozen = (await world.ports.tickets.sweep("web", "memory")).frozen
    world.tracker._kept |= kept
    thawed = await hour(world)

    state = await world.ports.tickets.sweep("web", "memory")
    assert (frozen, thawed["vanished"], state.frozen) == ("vanished", 0, "")
    assert await gone(world) == {}
    assert (await hour(world))["known"] == 0


async def test_an_operator_may_say_that_they_are_gone_indeed(world: World) -> None:
    """A project that was really cleaned out would stay frozen for ever otherwise."""
    tickets = await some(world, 10)
    for ticket in tickets[:6]:
        world.tracker.remove(ticket.ref)
    await night(world)
    await night(world, accept=True)

    assert len(await gone(world)) == 6
    assert (await world.ports.tickets.sweep("web", "memory")).frozen == ""


async def test_the_last_ticket_is_not_believed_gone_while_the_project_cannot_be_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where only one is known, a fifth says nothing: the project itself is asked for."""
    from adapters.base import Check, Finding

    [ticket] = await some(world, 1)
    world.tracker.remove(ticket.ref)

    async def forbidden(what: Check) -> list[Finding]:
        return [Finding("error", "no such project", "name another")]

    monkeypatch.setattr(world.tracker, "check", forbidden)
    await night(world)
    await hour(world)
    frozen = (await world.ports.tickets.sweep("web", "memory")).frozen
    monkeypatch.undo()
    await hour(world)
    await hour(world)

    assert frozen == "vanished"
    assert await gone(world) == {"Page 0": "deleted"}


async def test_a_tracker_that_fails_during_the_comparison_is_compared_the_next_time(world: World) -> None:
    """Nothing is called gone, and the other tracker is compared all the same."""
    second = with_two_trackers(world)
    for number in range(5):
        by_hand(second, f"Second {number}")
    tickets = await some(world, 10)
    world.tracker.remove(tickets[0].ref)
    second.remove(second.tickets[0].ref)
    later(world, days=1)
    await sweep(world)
    world.tracker.fail_next("get", NotSent("memory", "get", "refused"))
    team = world.teams.teams[0]
    failed = await reconcile_team(world.ports, team)
    again = await reconcile_team(world.ports, team)

    assert (failed["memory"]["vanished"], failed["second"]["vanished"]) == (1, 1)
    assert (again["memory"]["vanished"], again["second"]["known"]) == (1, 0)
    assert (await stored(world))["Page 0"].missing_since is not None


async def test_no_comparison_while_a_tracker_cannot_be_read(world: World) -> None:
    """A tracker that is down lists nothing, which says nothing."""
    await some(world, 10)
    later(world, days=1)
    world.tracker.fail_next("changed", NotSent("memory", "changed", "refused"))
    await sweep(world)

    assert (await reconcile_team(world.ports, TEAM))["memory"]["known"] == 0


async def test_a_ticket_that_matches_now_without_a_change_is_taken_in(world: World) -> None:
    """A scope may depend on something else than the ticket, such as the sprint that it is in."""
    await some(world, 1)
    unseen = by_hand(world.tracker, "Unseen", labels=("someday",))
    later(world, hours=1)
    await sweep(world)
    world.tracker._kept[unseen.ref.id].ticket = replace(unseen, labels=("landing-page",))
    compared = await night(world)

    assert compared["back"] == 1
    assert set(await stored(world)) == {"Page 0", "Unseen"}


async def test_many_are_looked_up_a_part_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next sweep goes on where the first one stopped, until all is compared."""
    monkeypatch.setattr(reconcile, "LOOKS", 2)
    tickets = await some(world, 30)
    later(world, hours=1)
    for ticket in tickets[:5]:
        edit(world.tracker, ticket, project="OPS")
    await night(world)
    part = len(await gone(world))
    await hour(world)
    await hour(world)

    assert part == 2
    assert len(await gone(world)) == 5
    assert (await hour(world))["known"] == 0


async def test_a_ticket_that_comes_back_but_is_gone_again_holds_nothing_up(world: World) -> None:
    """Listed and not found: the index is late; the comparison goes on."""
    tickets = await some(world, 10)
    later(world, hours=1)
    edit(world.tracker, tickets[0], project="OPS")
    await night(world)
    world.tracker._kept[tickets[0].ref.id].ticket = tickets[0]
    later(world, days=1)
    await sweep(world)
    world.tracker.fail_next("get", NotFound("memory", "get", "no ticket", 404))
    await reconcile_team(world.ports, TEAM)

    assert await gone(world) == {"Page 0": "moved"}
    state = await world.ports.tickets.sweep("web", "memory")
    assert state.reconciled_at == world.clock.now().timestamp()
