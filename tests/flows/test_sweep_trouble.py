"""A tracker that cannot be read, tickets that are missing in numbers: who hears of it, once, and of its end."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.errors import Misconfigured, NotSent
from bot.domain.messages import OpsNotice
from bot.usecases.file_request import finish
from bot.usecases.readiness_history import note_readiness
from bot.usecases.reconcile import reconcile_team
from bot.usecases.sweep_gauges import SweepGauges, sweep_gauges
from bot.usecases.sweep_trouble import tell_trouble
from bot.usecases.tell import note_delay
from tests.fake_world import OPS, TEAM, World, a_submission
from tests.sweeping import GROWTH, PAGE_TYPE, WHOLE, by_hand, edit, later, sweep, with_two_trackers

DOWN = NotSent("memory", "changed", "connection refused")
EXPIRED = Misconfigured("memory", "changed", "401", 401, fix="Make a new token and set MEMORY_TOKEN.")


@pytest.fixture(autouse=True)
def _page_type(world: World) -> None:
    world.teams.types = [PAGE_TYPE]


async def one_sweep(world: World, team: Any = None) -> dict[str, float | None]:
    """Read, compare, tell."""
    team = team or world.teams.teams[0]
    await sweep(world, team)
    return await tell_trouble(world.ports, team, await reconcile_team(world.ports, team))


def heard(world: World, where: str) -> list[OpsNotice]:
    """What was said in a channel, in order."""
    notices = [world.slack.messages[key] for key, place, _ in world.slack.posts if place == where]
    assert all(isinstance(notice, OpsNotice) for notice in notices)
    return notices  # type: ignore[return-value]


async def test_case_a_a_tracker_that_refuses_for_a_day_is_told_with_since_when(world: World) -> None:
    """The operators hear after a while, once; the team's channel after a day, in its working hours; then of the end."""
    await one_sweep(world)
    world.tracker.fail_next("changed", DOWN, times=10_000)
    later(world, hours=1)
    await one_sweep(world)
    at_once = heard(world, OPS)
    since = (await world.ports.tickets.sweep("web", "memory")).failed_since
    for _ in range(23):
        later(world, hours=1)
        await one_sweep(world)
    before_a_day = heard(world, "C0WEB")
    for _ in range(24):
        later(world, hours=1)
        await one_sweep(world)
    world.tracker._failures.clear()
    later(world, hours=1)
    await one_sweep(world)
    later(world, hours=1)
    await one_sweep(world)

    began = datetime.fromtimestamp(since or 0, UTC)
    assert (at_once, before_a_day) == ([], [])
    assert heard(world, OPS) == [
        OpsNotice(
            "I cannot read Memory for team Web.",
            "Until I can, I ask nobody about tickets there. I keep trying.",
            since=began,
        ),
        OpsNotice("I can read Memory again.", ""),
    ]
    [channel] = heard(world, "C0WEB")
    assert (channel.headline, channel.since) == ("I cannot read Memory.", began)
    assert world.slack.edits[-1][1] == OpsNotice("I can read Memory again.", "")


async def test_a_request_that_meets_the_same_at_the_same_moment_says_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is parked while Slack takes the word of the sweep: the operators hear once."""
    world.tracker.fail_next("changed", EXPIRED)
    post, parked = world.slack.post, {"outcome": "misconfigured", "reason": EXPIRED.fix, "after": None}

    async def at_once(*arguments: Any, **more: Any) -> Any:
        monkeypatch.undo()
        await note_delay(world.ports, a_submission(), parked, may_exist=False)
        return await post(*arguments, **more)

    monkeypatch.setattr(world.slack, "post", at_once)
    await one_sweep(world)

    assert [notice.headline for notice in heard(world, OPS)] == ["I cannot read Memory for team Web."]


async def test_what_an_operator_must_mend_is_told_at_once(world: World) -> None:
    """With the fix; a tracker that is down and then refuses the token is two troubles."""
    world.tracker.fail_next("changed", EXPIRED)
    await one_sweep(world)
    [notice] = heard(world, OPS)
    world.tracker.fail_next("changed", DOWN)
    later(world, hours=1)
    await one_sweep(world)

    assert (notice.headline, notice.fix) == ("I cannot read Memory for team Web.", EXPIRED.fix)
    assert len(heard(world, OPS)) == 2


@pytest.mark.parametrize("first", ["request", "sweep"])
async def test_an_expired_token_is_one_trouble_for_requests_and_sweeps(world: World, first: str) -> None:
    """Whoever meets it first tells the operators how to mend it; they hear once of its end, and of the next one."""
    parked = {"outcome": "misconfigured", "reason": EXPIRED.fix, "after": None}
    for request_id in ("V1", "V2"):
        submission = a_submission(request_id)
        await world.ports.store.record(submission)
        world.tracker.fail_next("changed", EXPIRED, times=2)
        if first == "sweep":
            await one_sweep(world)
        await note_delay(world.ports, submission, parked, may_exist=False)
        if first == "request":
            await one_sweep(world)
        later(world, hours=1)
        await one_sweep(world)
        assert len(heard(world, OPS)) == 1
        await finish(world.ports, submission, "created", None, "")
        later(world, hours=1)
        await one_sweep(world)
        assert [notice.headline for notice in heard(world, OPS)][1:] == ["I can read Memory again."]
        assert heard(world, OPS)[0].fix == EXPIRED.fix
        world.slack.posts.clear()


@pytest.mark.parametrize("first", ["request", "sweep"])
async def test_an_outage_is_one_trouble_for_requests_and_sweeps(world: World, first: str) -> None:
    """A tracker that does not answer is told once, by whoever is first to, and so is its end."""
    waiting = {"outcome": "not_sent", "reason": DOWN.reason, "after": None}
    submission = a_submission("V1")
    await world.ports.store.record(submission)
    await one_sweep(world)
    world.tracker.fail_next("changed", DOWN, times=3)
    if first == "request":
        await note_delay(world.ports, submission, waiting, may_exist=False)
    for _ in range(3):
        later(world, hours=1)
        await one_sweep(world)
    await note_delay(world.ports, submission, waiting, may_exist=False)
    told = [notice.headline for notice in heard(world, OPS)]
    await finish(world.ports, submission, "created", None, "")
    later(world, hours=1)
    await one_sweep(world)

    first_word = {"request": "Memory cannot be reached.", "sweep": "I cannot read Memory for team Web."}[first]
    assert told == [first_word]
    assert [notice.headline for notice in heard(world, OPS)][1:] == ["I can read Memory again."]


async def test_a_tracker_that_refuses_a_request_is_there_again(world: World) -> None:
    """The outage that made the request wait is over, and the next one is told."""
    waiting = {"outcome": "not_sent", "reason": DOWN.reason, "after": None}
    for request_id in ("V1", "V2"):
        submission = a_submission(request_id)
        await world.ports.store.record(submission)
        await note_delay(world.ports, submission, waiting, may_exist=False)
        await finish(world.ports, submission, "rejected", None, "no such option")

    assert [notice.headline for notice in heard(world, OPS)] == ["Memory cannot be reached."] * 2


async def test_one_trouble_of_two_teams_is_told_once(world: World) -> None:
    """An expired token stops all teams; the operators hear of it once, and once of its end."""
    world.teams.teams = [TEAM, GROWTH]
    world.tracker.fail_next("changed", EXPIRED, times=4)
    for _ in range(3):
        for team in (TEAM, GROWTH):
            await one_sweep(world, team)
            later(world, minutes=7)

    assert [notice.headline for notice in heard(world, OPS)] == [
        "I cannot read Memory for team Web.",
        "I can read Memory again.",
    ]


async def test_the_other_tracker_is_not_named(world: World) -> None:
    """One of two trackers is down: only that one is spoken of."""
    second = with_two_trackers(world)
    second.fail_next("changed", EXPIRED, times=2)
    await one_sweep(world)

    assert [notice.headline for notice in heard(world, OPS)] == ["I cannot read Second for team Web."]


async def test_slack_away_is_tried_again_and_nothing_is_said_twice(world: World) -> None:
    """The caller is told when; a lost answer is looked for before it is said again."""
    world.tracker.fail_next("changed", EXPIRED, times=2)
    world.slack.away = 1
    away = await one_sweep(world)
    world.slack.swallow = 1
    lost = await tell_trouble(world.ports, TEAM, {})
    said = await tell_trouble(world.ports, TEAM, {})
    again = await tell_trouble(world.ports, TEAM, {})

    assert [outcome["retry_after"] for outcome in (away, lost, said, again)] == [2.0, 1.0, None, None]
    assert len(heard(world, OPS)) == 1


async def test_an_operators_channel_that_is_closed_hears_later(world: World) -> None:
    """What could not be said is said by the next sweep."""
    world.tracker.fail_next("changed", EXPIRED, times=2)
    world.slack.closed.add(OPS)
    closed = await one_sweep(world)
    world.slack.closed.clear()
    await one_sweep(world)

    assert closed == {"retry_after": None}
    assert len(heard(world, OPS)) == 1


@pytest.mark.parametrize("changes", [{"observe": True}, {"alerts": replace(TEAM.alerts, is_on=False)}])
async def test_a_quiet_teams_channel_stays_quiet(world: World, changes: dict[str, Any]) -> None:
    """Where alerts are off or only observed, the operators hear and the channel does not."""
    world.teams.teams = [replace(TEAM, **changes)]
    world.tracker.fail_next("changed", DOWN, times=10_000)
    for _ in range(50):
        await one_sweep(world)
        later(world, hours=1)

    assert (len(heard(world, OPS)), heard(world, "C0WEB")) == (1, [])


async def test_operators_hear_of_missing_tickets_with_what_to_do(world: World) -> None:
    """Once for as long as it lasts, with the numbers and the command that accepts it; and of its end."""
    tickets = [by_hand(world.tracker, f"Page {number}") for number in range(10)]
    await one_sweep(world)
    kept = {ticket.ref.id: world.tracker._kept.pop(ticket.ref.id) for ticket in tickets[:4]}
    later(world, days=1)
    await one_sweep(world)
    later(world, hours=1)
    await one_sweep(world)
    world.tracker._kept |= kept
    later(world, hours=1)
    await one_sweep(world)

    frozen, thawed = heard(world, OPS)
    assert frozen.headline.startswith("4 of 10 open tickets of team Web are no longer to be seen in Memory.")
    assert "devrequest sweep --team web --accept-missing" in frozen.fix
    assert thawed.headline == "The tickets of team Web in Memory are accounted for again."


async def test_without_an_operators_channel_nothing_is_posted(world: World) -> None:
    """Metrics and log say it all the same; nothing fails."""
    world.teams.ops_channel = None
    world.tracker.fail_next("changed", EXPIRED, times=2)
    outcome = await one_sweep(world)

    assert (outcome, world.slack.posts) == ({"retry_after": None}, [])


async def test_readiness_is_counted_once_a_day(world: World) -> None:
    """Open tickets, those that are ready, the mean score, by tracker; a day without tickets is left out."""
    second = with_two_trackers(world)
    team = world.teams.teams[0]
    await sweep(world)
    nothing = await note_readiness(world.ports, team)
    by_hand(world.tracker, "Whole", WHOLE)
    started = by_hand(world.tracker, "Half")
    edit(world.tracker, started, status_category="in_progress")
    edit(world.tracker, by_hand(world.tracker, "Closed"), status_category="done")
    by_hand(second, "No request type at all", {}, labels=(), request_id="V9")
    await sweep(world)
    counted = await note_readiness(world.ports, team)
    again = await note_readiness(world.ports, team)
    later(world, days=1)
    next_day = await note_readiness(world.ports, team)

    assert (nothing, again, next_day) == ({}, {}, counted)
    assert counted == {
        "open": 3,
        "open.memory": 2,
        "open.second": 1,
        "ready": 1,
        "ready.memory": 1,
        "started": 1,
        "started.memory": 1,
        "typed": 2,
        "typed.memory": 2,
        "score": 75.0,
        "score.memory": 75.0,
    }
    days = await world.ports.tickets.readiness("web", datetime(2026, 3, 1, tzinfo=UTC).date())
    assert [day.isoformat() for day in days] == ["2026-03-02", "2026-03-03"]


async def test_the_numbers_for_the_metrics(world: World) -> None:
    """How long ago each tracker was read, how long one cannot be, and how many tickets lack something."""
    second = with_two_trackers(world)
    by_hand(world.tracker, "Whole", WHOLE)
    by_hand(world.tracker, "Half")
    edit(world.tracker, by_hand(world.tracker, "Closed"), status_category="done")
    before = await sweep_gauges(world.ports)
    second.fail_next("changed", DOWN, times=2)
    await one_sweep(world)
    later(world, hours=1)
    await one_sweep(world)
    later(world, minutes=5)
    after = await sweep_gauges(world.ports)

    assert before == [
        SweepGauges("web", "memory", None, 0.0, frozen=False, open=0, asking=0),
        SweepGauges("web", "second", None, 0.0, frozen=False, open=0, asking=0),
    ]
    assert after == [
        SweepGauges("web", "memory", 300.0, 0.0, frozen=False, open=2, asking=1),
        SweepGauges("web", "second", None, 3900.0, frozen=False, open=0, asking=0),
    ]
