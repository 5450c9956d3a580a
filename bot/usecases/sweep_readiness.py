"""A sweep: what changed in a team's trackers since the last one is read and judged, both trackers side by side."""

import asyncio
import logging
from typing import Any, Literal, TypedDict

from adapters.errors import Ambiguous, Misconfigured, NotSent, Throttled, TrackerError
from bot.usecases.ports import Ports, Team
from bot.usecases.read_changed import Needs, Reading, Watch, unwatched

UNAVAILABLE = "It does not answer, or not as it should."
"""What is kept of the many ways in which a tracker can be away: they are one trouble."""
Failure = Literal["", "unavailable", "misconfigured", "unexpected", "slow"]
log = logging.getLogger(__name__)


class Read(TypedDict):
    """What became of one tracker, as JSON types.

    Attributes:
        tickets: how many were read.
        first: whether this was the team's first complete sweep of it.
        failure: why it could not be read; empty if it was.
        reason: what to do about that, or what the tracker said.
        incomplete: request type → how many of its tickets are incomplete since its template or the checks changed.
    """

    tickets: int
    first: bool
    failure: Failure
    reason: str
    incomplete: dict[str, int]


async def sweep_team(
    ports: Ports, team: Team, watch: Watch = unwatched, needs: Needs | None = None, within: float | None = None
) -> dict[str, Read]:
    """Read a team's trackers side by side; one that is down does not keep the other from being read.

    Running it again reads on from where the last complete one of each tracker began.

    Args:
        ports: the world.
        team: whose trackers they are.
        watch: told how far it is.
        needs: which tickets are needed now, of a tracker that was never read; the rest is left for the next sweep.
        within: seconds after which whoever asked goes on with what was read of a tracker until then; None to wait.

    Returns:
        Tracker → what became of it.
    """
    async with ports.judging.in_bulk():
        sweeps = (_sweep(ports, team, tracker, watch, needs, within) for tracker in team.trackers)
        reads = await asyncio.gather(*sweeps)
    return dict(zip(team.trackers, reads, strict=True))


async def _sweep(
    ports: Ports, team: Team, tracker: str, watch: Watch, needs: Needs | None, within: float | None
) -> Read:
    state = await ports.tickets.sweep(team.id, tracker)
    reading = Reading(ports, team, tracker, state, watch, needs)
    failure, reason = await _in_time(ports, reading, tracker, within)
    if failure:
        log.warning("team %s: %s could not be read: %s", team.id, tracker, failure)
    else:
        log.info("team %s: %d tickets of %s were read", team.id, reading.tickets, tracker)
    for key, count in reading.incomplete.items():
        log.info("team %s: the rules for %s have changed: %d tickets are incomplete by them", team.id, key, count)
    if failure != "slow":  # which is no trouble of the tracker's: a sweep takes the time that it needs
        await _note(ports, team, tracker, failure, reason)
    return Read(
        tickets=reading.tickets,
        first=reading.first and not failure,
        failure=failure,
        reason=reason,
        incomplete=dict(reading.incomplete),
    )


async def _in_time(ports: Ports, reading: Reading, tracker: str, within: float | None) -> tuple[Failure, str]:
    """Read, for so many seconds at most; what was read by then is kept."""
    try:
        async with asyncio.timeout(within):
            return await _tried(ports, reading, tracker)
    except TimeoutError:  # ours: those of the tracker end in `_tried`
        await reading.judge_read()
        return "slow", f"It was not read within {within:.0f} s."


async def _tried(ports: Ports, reading: Reading, tracker: str) -> tuple[Failure, str]:
    """Read; why it failed, and the reason for people. Trackers are patient themselves where that helps."""
    if tracker not in ports.trackers.names():
        return "misconfigured", f"Set the environment variables of {tracker}."
    try:
        await reading.go()
    except (NotSent, Ambiguous, Throttled) as error:
        return "unavailable", error.reason
    except TrackerError as error:
        return "misconfigured", (error.fix if isinstance(error, Misconfigured) else "") or error.reason
    except Exception:  # the other tracker must not suffer from what nobody foresaw in this one
        log.exception("%s could not be read", tracker)
        return "unexpected", "Something went wrong here that nobody foresaw; the log has the place."
    return "", ""


async def _note(ports: Ports, team: Team, tracker: str, failure: Failure, reason: str) -> None:
    """Since when it cannot be read; while that is so, nothing of it is called gone."""
    state = await ports.tickets.sweep(team.id, tracker)
    changes: dict[str, Any] = {"failed_since": None, "failure": "", "frozen": state.frozen}
    if failure:
        since = state.failed_since if state.failed_since is not None else ports.clock.now().timestamp()
        changes |= {"failed_since": since, "failure": UNAVAILABLE if failure == "unavailable" else reason}
    if failure == "misconfigured":
        changes["frozen"] = "unreadable"
    elif not failure and state.frozen == "unreadable":
        changes["frozen"] = ""
    told = {name: value for name, value in changes.items() if getattr(state, name) != value}
    if told:  # and nothing else: a sweep and a sync may note what they read at once
        await ports.tickets.update_sweep(team.id, tracker, told)
